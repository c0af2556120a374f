//! `hearback eval`: how well posts are judged, on anybody's labelled texts.

use super::store_admin::there_is_a_store;
use super::{Cli, EvalArgs, Exit, World, load_names, start_log};
use crate::config::Log;
use crate::domain::Kind;
use crate::store::Store;
use crate::triage::eval::{File, Judged, Streaming, figures, judge, parse, print, print_stops, stream};
use crate::triage::{Classifier, ModelClassifier};
use anyhow::Context;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// So many bad lines are named.
const NAMED: usize = 5;

pub(super) async fn run(cli: &Cli, args: &EvalArgs, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let shipped: Arc<dyn Classifier> = Arc::new(ModelClassifier::new(&[])?);
    let mut classifier = Arc::clone(&shipped);
    if args.store {
        let Some(config) = load_names(cli, world)? else { return Ok(Exit::Usage) };
        start_log(cli, config.log);
        if !there_is_a_store(&config, world)? {
            return Ok(Exit::Usage);
        }
        let look = match super::run::open_to_look(&config).await? {
            Ok(look) => look,
            Err(problem) => return problem.say(world),
        };
        let taught = super::model::taught(&look.store, &config, world.now).await;
        look.store.close().await?;
        classifier = shipped.taught(taught?.learned).unwrap_or(classifier);
    } else {
        start_log(cli, Log::default());
    }
    let bytes = match std::fs::read(&args.file) {
        Ok(bytes) => bytes,
        Err(why) => {
            writeln!(world.err, "hearback: {} cannot be read: {why}", args.file.display())?;
            return Ok(Exit::Usage);
        }
    };
    let mut file = parse(&String::from_utf8_lossy(&bytes));
    if let Some(language) = &args.language {
        file.rows.iter_mut().for_each(|row| row.language = Some(language.clone()));
    }
    say_bad(&file, world)?;
    if file.rows.is_empty() {
        writeln!(world.err, "hearback: no text to judge; --help says which fields are read")?;
        return Ok(Exit::Usage);
    }
    let begun = Instant::now();
    let judged: Vec<Judged> =
        file.rows.iter().map(|row| judge(&*classifier, &row.text, row.language.as_deref())).collect();
    let rate = f64::from(u32::try_from(judged.len())?) / begun.elapsed().as_secs_f64().max(1e-9);
    if let Some(path) = &args.predictions {
        write_predictions(path, &file, &judged).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    let all = figures(&file.rows, &judged, classifier.praise_threshold());
    let stops = args.learn.map(|every| {
        let all = args.learn_from == super::LearnFrom::All;
        stream(&file.rows, &shipped, Streaming { every: every.max(1), all })
    });
    if args.json {
        let whole = json!({ "figures": all, "texts_a_second": rate, "learning": stops, "bad_lines": file.bad.len() });
        writeln!(world.out, "{whole:#}")?;
        return Ok(Exit::Ok);
    }
    write!(world.out, "{}", print(&all))?;
    writeln!(world.out, "\n{rate:.0} texts a second, language and all")?;
    if let Some(stops) = stops {
        write!(world.out, "\n{}", print_stops(&stops))?;
    }
    Ok(Exit::Ok)
}

fn say_bad(file: &File, world: &mut World<'_>) -> anyhow::Result<()> {
    if file.bad.is_empty() {
        return Ok(());
    }
    let named: Vec<String> = file.bad.iter().take(NAMED).map(|(line, why)| format!("{line} ({why})")).collect();
    let more = if file.bad.len() > NAMED { " …" } else { "" };
    writeln!(world.err, "hearback: {} lines are left out: {}{more}", file.bad.len(), named.join(", "))?;
    Ok(())
}

/// One JSON object a text, so that anybody can count for themselves.
fn write_predictions(path: &Path, file: &File, judged: &[Judged]) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    for (row, judged) in file.rows.iter().zip(judged) {
        let odds = judged.class.odds.map(|odds| -> Value {
            Kind::ALL
                .iter()
                .map(|kind| (kind.word().to_owned(), json!(odds.of(*kind))))
                .collect::<serde_json::Map<_, _>>()
                .into()
        });
        let feeling = ["negative", "neutral", "positive"].get(judged.feels);
        let line = json!({
            "line": row.line,
            "kind": judged.class.kind.word(),
            "confidence": judged.class.confidence,
            "odds": odds,
            "feeling": feeling,
            "feeling_shares": judged.feeling,
            "question": judged.question,
            "needs_reply": judged.class.needs_reply,
            "digest_praise": judged.class.sure_praise,
            "language": judged.language,
        });
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok(())
}
