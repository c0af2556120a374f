//! `hearback model status`, `diff`, `reset`: what was learned, and forgetting it.

use super::store_admin::there_is_a_store;
use super::{Cli, Exit, ModelFor, World, load_names, start_log, wire};
use crate::config::Config;
use crate::desk::{Taught, teach};
use crate::domain::{Commit, MODEL_RESET, MODEL_RESET_BEFORE, ModelReset, PersonId, Span, Text};
use crate::report::{model_diff, model_status};
use crate::store::{Embedded, Options, Store, StoreError};
use crate::triage::Triage;
use jiff::Timestamp;
use std::time::Duration;

pub(super) async fn run(cli: &Cli, what: &ModelFor, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let Some(config) = load_names(cli, world)? else { return Ok(Exit::Usage) };
    start_log(cli, config.log);
    if !there_is_a_store(&config, world)? {
        return Ok(Exit::Usage);
    }
    let folder = config.store.folder.clone();
    let options = Options { lock_wait: Duration::ZERO, ..wire::store_options(&config) };
    let opened =
        tokio::task::spawn_blocking(move || Embedded::open(&folder, options, &super::run::show_progress)).await?;
    let store = match opened {
        Ok(store) => store,
        Err(StoreError::Busy(_)) => {
            let typed = what.word();
            writeln!(
                world.err,
                "hearback: hearback is running and has the store; type `model {typed}` in chat instead"
            )?;
            return Ok(Exit::TryAgain);
        }
        Err(why) => {
            writeln!(world.err, "hearback: {why}")?;
            return Ok(Exit::Failed);
        }
    };
    let done = with_store(&store, &config, what, world).await;
    store.close().await?;
    done
}

async fn with_store(store: &Embedded, config: &Config, what: &ModelFor, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let name = |id: &PersonId| {
        let people = config.people();
        people.iter().find(|p| p.id == *id).map_or_else(|| id.to_string(), |p| p.name.clone())
    };
    let before = store.setting(MODEL_RESET_BEFORE).await?;
    let mut commit = Commit::at(world.now);
    match what {
        ModelFor::Status => {
            let taught = taught(store, config, world.now).await?;
            writeln!(world.out, "{}", plain(&model_status(&taught.state, name)))?;
        }
        ModelFor::Diff => {
            let taught = taught(store, config, world.now).await?;
            writeln!(world.out, "{}", plain(&model_diff(&taught.state)))?;
        }
        ModelFor::Reset(args) if args.undo => {
            let Some(before) = before else {
                writeln!(world.err, "hearback: nothing was reset that could be taken back")?;
                return Ok(Exit::Usage);
            };
            commit.settings.push((MODEL_RESET.to_owned(), Some(before).filter(|json| !json.is_empty())));
            commit.settings.push((MODEL_RESET_BEFORE.to_owned(), None));
            store.commit(commit).await?;
            writeln!(world.out, "taken back: what was learned before counts again")?;
        }
        ModelFor::Reset(args) if args.sure => {
            let reset = ModelReset { at: world.now, by: config.console_person().id };
            let old = store.setting(MODEL_RESET).await?.unwrap_or_default();
            commit.settings.push((MODEL_RESET.to_owned(), Some(serde_json::to_string(&reset)?)));
            commit.settings.push((MODEL_RESET_BEFORE.to_owned(), Some(old)));
            store.commit(commit).await?;
            writeln!(
                world.out,
                "forgotten: lessons count from here on; `hearback model reset --undo` takes that back"
            )?;
        }
        ModelFor::Reset(_) => {
            writeln!(world.err, "hearback: this forgets what was learned; say so with `hearback model reset --sure`")?;
            return Ok(Exit::Usage);
        }
    }
    Ok(Exit::Ok)
}

/// What the store teaches.
pub(super) async fn taught(store: &Embedded, config: &Config, now: Timestamp) -> anyhow::Result<Taught> {
    let triage: Triage = wire::triage(config)?;
    Ok(teach(store, &triage, now).await?)
}

/// As lines for a terminal.
fn plain(text: &Text) -> String {
    let span = |span: &Span| match span {
        Span::Plain(s) | Span::Bold(s) | Span::Quote(s) | Span::Code(s) => crate::chat::sanitise::line(s),
        Span::Time(at) => at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        Span::Person(id) => id.to_string(),
        Span::Link { label, url } => format!("{label} ({url})"),
        Span::Break => "\n".to_owned(),
    };
    text.0.iter().map(span).collect()
}
