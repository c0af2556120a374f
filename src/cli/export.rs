//! `hearback export` and `hearback report`: the figures, and the rows from which anybody can compute them.

use super::store_admin::there_is_a_store;
use super::{By, Cli, Exit, ExportArgs, ExportFormat, Moment, ReportArgs, World, load_names, start_log, wire};
use crate::config::Config;
use crate::domain::MentionNo;
use crate::report::{self, ExportAsk, StatsAsk};
use crate::store::{Embedded, Store};
use anyhow::Context;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fs::OpenOptions;
use std::io::{BufWriter, IsTerminal, Write};
use std::sync::Arc;

/// So many mentions are read at a time.
const PAGE: usize = 1000;

pub(super) async fn export(cli: &Cli, args: &ExportArgs, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let Some(config) = load_names(cli, world)? else { return Ok(Exit::Usage) };
    start_log(cli, config.log);
    let (from, to) = match range(&config, args.from.as_ref(), args.to.as_ref(), world) {
        Ok(range) => range,
        Err(why) => return usage(world, &why),
    };
    if !there_is_a_store(&config, world)? {
        return Ok(Exit::Usage);
    }
    let look = match super::run::open_to_look(&config).await? {
        Ok(look) => look,
        Err(problem) => return problem.say(world),
    };
    let store = Arc::clone(&look.store);
    let ask = ExportAsk {
        now: world.now,
        from,
        to,
        hours: hours(&config)?.unwrap_or_else(report::Hours::always),
        brand_hours: wire::brand_hours(&config)?,
    };
    let written = match &args.out {
        None => write_rows(&store, args.format, &ask, &mut world.out).await,
        Some(path) => {
            let file = match OpenOptions::new().write(true).create_new(true).open(path) {
                Ok(file) => file,
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
                    store.close().await?;
                    let why = format!("{} is there already; name another file, or remove it first", path.display());
                    return usage(world, &why);
                }
                Err(e) => return Err(e).with_context(|| format!("{} cannot be written", path.display())),
            };
            let mut file = BufWriter::new(file);
            let written = write_rows(&store, args.format, &ask, &mut file).await;
            written.and_then(|n| {
                file.into_inner()?.sync_all()?;
                Ok(n)
            })
        }
    };
    store.close().await?;
    let n = written?;
    if let Some(path) = &args.out {
        writeln!(world.err, "{n} mentions written to {}", path.display())?;
    }
    Ok(Exit::Ok)
}

async fn write_rows(
    store: &Arc<Embedded>,
    format: ExportFormat,
    ask: &ExportAsk,
    out: &mut dyn Write,
) -> anyhow::Result<u64> {
    let total = store.health().await?.mentions;
    let show = std::io::stderr().is_terminal() || total > 10_000;
    if format == ExportFormat::Csv {
        out.write_all(report::csv_header().as_bytes())?;
    }
    let (mut next, mut done, mut written) = (MentionNo(1), 0u64, 0u64);
    loop {
        let page = store.scan(next, PAGE).await?;
        let Some(last) = page.last() else { break };
        next = MentionNo(last.no.0 + 1);
        for mention in page.iter().filter(|m| ask.wants(m)) {
            let text = match format {
                ExportFormat::Csv => report::csv_rows(mention, ask),
                ExportFormat::Jsonl => {
                    let events = store.history(mention.no).await?;
                    report::json_line(mention, Some(&events), ask)
                }
            };
            written += 1;
            out.write_all(text.as_bytes())?;
        }
        done += page.len() as u64;
        if show && (done % 10_000 == 0 || done == total) && total > PAGE as u64 {
            eprintln!("hearback: {done} of {total} mentions");
        }
    }
    out.flush()?;
    Ok(written)
}

pub(super) async fn report(cli: &Cli, args: &ReportArgs, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let Some(config) = load_names(cli, world)? else { return Ok(Exit::Usage) };
    start_log(cli, config.log);
    let (from, to) = match range(&config, Some(&args.from), args.to.as_ref(), world) {
        Ok(range) => range,
        Err(why) => return usage(world, &why),
    };
    let (from, to) = (from.unwrap_or(Timestamp::MIN), to.unwrap_or(world.now));
    if !there_is_a_store(&config, world)? {
        return Ok(Exit::Usage);
    }
    let look = match super::run::open_to_look(&config).await? {
        Ok(look) => look,
        Err(problem) => return problem.say(world),
    };
    let store = Arc::clone(&look.store);
    let facts = store.facts(from, to).await?;
    store.close().await?;
    let own = wire::brand_hours(&config)?;
    let ask = StatsAsk { from, to, now: world.now, by: args.by.map(by), hours: hours(&config)? };
    if args.json {
        writeln!(world.out, "{:#}", report::report_json(&facts, &ask, &own))?;
    } else {
        writeln!(world.out, "{}", report::report_text(&facts, &ask, &own).trim_end())?;
    }
    Ok(Exit::Ok)
}

fn by(by: By) -> report::By {
    match by {
        By::Kind => report::By::Kind,
        By::Network => report::By::Network,
        By::Direct => report::By::Direct,
        By::Person => report::By::Person,
        By::Brand => report::By::Brand,
    }
}

fn hours(config: &Config) -> anyhow::Result<Option<report::Hours>> {
    config.hours.as_ref().map(wire::hours).transpose()
}

type Range = (Option<Timestamp>, Option<Timestamp>);

fn range(config: &Config, from: Option<&Moment>, to: Option<&Moment>, world: &World<'_>) -> Result<Range, String> {
    let zone = TimeZone::get(&config.desk.zone).map_err(|e| e.to_string())?;
    let from = from.map(|m| m.resolve(world.now, &zone)).transpose().map_err(|e| format!("--from: {e}"))?;
    let to = to.map(|m| m.resolve(world.now, &zone)).transpose().map_err(|e| format!("--to: {e}"))?;
    match (from, to.unwrap_or(world.now)) {
        (Some(from), to) if from >= to => Err("--from must be before --to".to_owned()),
        _ => Ok((from, to)),
    }
}

fn usage(world: &mut World<'_>, why: &str) -> anyhow::Result<Exit> {
    writeln!(world.err, "hearback: {why}")?;
    Ok(Exit::Usage)
}
