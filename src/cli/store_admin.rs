//! `hearback backup`, `restore`, `verify`, `compact`, `erase`: keeping the store.

use super::run::{HISTORY, StoreProblem, show_progress};
use super::{BackupArgs, Cli, EraseArgs, Exit, RestoreArgs, World, load_names, start_log, wire};
use crate::config::Config;
use crate::store::admin::{self, Who};
use crate::store::{Options, StoreError};
use anyhow::Context;
use std::path::PathBuf;
use std::sync::Arc;

/// Runs something that reads or rewrites a whole store, off the async threads.
async fn off_thread<T: Send + 'static>(
    config: &Config,
    work: impl FnOnce(PathBuf, Options) -> Result<T, StoreError> + Send + 'static,
) -> anyhow::Result<Result<T, StoreProblem>> {
    let (folder, options) = (config.store.folder.clone(), wire::store_options(config));
    let done = tokio::task::spawn_blocking(move || work(folder, options)).await?;
    Ok(done.map_err(StoreProblem))
}

/// Says so if there is none: what only looks must not make one where a path was mistyped.
pub(super) fn there_is_a_store(config: &Config, world: &mut World<'_>) -> anyhow::Result<bool> {
    let there = config.store.folder.is_dir();
    if !there {
        let folder = config.store.folder.display();
        writeln!(world.err, "hearback: there is no store at {folder}; is this the right bot.toml (--config PATH)?")?;
    }
    Ok(there)
}

pub(super) async fn backup(cli: &Cli, args: &BackupArgs, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let Some(config) = load_names(cli, world)? else { return Ok(Exit::Usage) };
    start_log(cli, config.log);
    if !there_is_a_store(&config, world)? {
        return Ok(Exit::Usage);
    }
    if args.file.exists() {
        writeln!(world.err, "hearback: {} is there already; name another file", args.file.display())?;
        return Ok(Exit::Usage);
    }
    let to = args.file.clone();
    let done =
        off_thread(&config, move |folder, options| admin::backup(&folder, &to, &options, &show_progress)).await?;
    match done {
        Ok(done) => {
            let (records, bytes, last) = (done.records, done.bytes, done.last);
            writeln!(world.out, "{}: {records} records, {bytes} bytes, up to commit {last}", args.file.display())?;
            Ok(Exit::Ok)
        }
        Err(problem) => problem.say(world),
    }
}

pub(super) async fn restore(cli: &Cli, args: &RestoreArgs, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let Some(config) = load_names(cli, world)? else { return Ok(Exit::Usage) };
    start_log(cli, config.log);
    let from = args.file.clone();
    let done =
        off_thread(&config, move |folder, options| admin::restore(&from, &folder, &options, &show_progress)).await?;
    match done {
        Ok(done) => {
            let (records, last) = (done.records, done.last);
            writeln!(world.out, "restored {records} records, up to commit {last}; `hearback run` goes on from there")?;
            Ok(Exit::Ok)
        }
        Err(problem) => problem.say(world),
    }
}

pub(super) async fn verify(cli: &Cli, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let Some(config) = load_names(cli, world)? else { return Ok(Exit::Usage) };
    start_log(cli, config.log);
    if !there_is_a_store(&config, world)? {
        return Ok(Exit::Usage);
    }
    let report = match off_thread(&config, |folder, options| admin::verify(&folder, options, &show_progress)).await? {
        Ok(report) => report,
        Err(problem) => return problem.say(world),
    };
    let (commits, last) = (report.commits, report.last);
    writeln!(world.out, "journal: {commits} commits behind the snapshot, the last is {last}")?;
    if report.journal_only {
        writeln!(world.out, "hearback is running: records and indexes are checked when it is stopped")?;
    } else {
        let (mentions, events, rows) = (report.mentions, report.events, report.rows);
        writeln!(world.out, "records: {mentions} mentions, {events} events; indexes: {rows} rows compared")?;
    }
    for problem in &report.problems {
        writeln!(world.err, "!! {problem}")?;
    }
    if report.problems.is_empty() {
        let what = if report.journal_only { "the journal" } else { "everything" };
        writeln!(world.out, "{what} is as it should be")?;
        return Ok(Exit::Ok);
    }
    writeln!(
        world.err,
        "{} problems. Damaged indexes are rebuilt at the next start; a damaged journal needs `hearback restore` of a \
         backup into an empty folder",
        report.problems.len()
    )?;
    Ok(Exit::Failed)
}

pub(super) async fn compact(cli: &Cli, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let Some(config) = load_names(cli, world)? else { return Ok(Exit::Usage) };
    start_log(cli, config.log);
    if !there_is_a_store(&config, world)? {
        return Ok(Exit::Usage);
    }
    match off_thread(&config, |folder, options| admin::compact(&folder, options, &show_progress)).await? {
        Ok((before, after)) => {
            writeln!(world.out, "{before} bytes before, {after} after")?;
            Ok(Exit::Ok)
        }
        Err(problem) => problem.say(world),
    }
}

pub(super) async fn erase(cli: &Cli, args: &EraseArgs, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let Some(config) = load_names(cli, world)? else { return Ok(Exit::Usage) };
    start_log(cli, config.log);
    if !there_is_a_store(&config, world)? {
        return Ok(Exit::Usage);
    }
    let (author, network, at) = (Arc::new(args.author.clone()), args.network.clone(), world.now);
    let whom = Arc::clone(&author);
    let done = off_thread(&config, move |folder, options| {
        let who = Who { network: network.as_deref(), handle_or_id: &whom };
        admin::erase_author(&folder, &who, at, options, &show_progress)
    });
    match done.await? {
        Ok(erased) if erased.is_empty() => {
            writeln!(world.err, "hearback: nothing by {author} is here; give the handle or the network's id")?;
            Ok(Exit::Failed)
        }
        Ok(erased) => {
            // What was typed at the prompt may quote the author, too.
            let history = config.store.folder.join(HISTORY);
            if history.exists() {
                std::fs::remove_file(&history).with_context(|| format!("{} must be removed", history.display()))?;
            }
            let numbers: Vec<String> = erased.iter().map(ToString::to_string).collect();
            writeln!(world.out, "erased what {author} wrote: {}", numbers.join(", "))?;
            writeln!(world.out, "Backups made before still hold it: make a new one, and delete the old ones.")?;
            Ok(Exit::Ok)
        }
        Err(problem) => problem.say(world),
    }
}
