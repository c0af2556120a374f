//! `hearback watch test`: what the brands' terms would have matched, before a source is switched on. Keeps nothing, posts
//! nothing.

mod file;
mod print;
mod tally;

use super::networks::{Kept, networks};
use super::{Cli, Exit, WatchTestArgs, World, load_config, load_names, start_log, wire};
use crate::config::{Config, Watch};
use crate::desk::{Clock, SystemClock, Watched};
use crate::domain::Post;
use crate::networks::{CallError, First};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tally::{Span, Tally};

/// Posts of one source that are looked at.
const MOST: usize = 20_000;
/// Pages that one source is asked for.
const PAGES: usize = 400;
/// A stream that brings nothing for so long has nothing more of what was.
const QUIET: Duration = Duration::from_secs(5);

pub(super) async fn test(cli: &Cli, args: &WatchTestArgs, world: &mut World<'_>) -> anyhow::Result<Exit> {
    // A file needs no secrets; whoever tries terms out has none yet.
    let loaded = if args.file.is_some() { load_names(cli, world)? } else { load_config(cli, world)? };
    let Some(config) = loaded else { return Ok(Exit::Usage) };
    start_log(cli, config.log);
    if let Some(name) = &args.source
        && !config.sources.iter().any(|source| source.name == *name)
    {
        let names: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
        writeln!(world.err, "there is no source {name:?}; the sources are {}", names.join(", "))?;
        return Ok(Exit::Usage);
    }
    let mut tally = Tally::new(wire::triage(&config)?, wire::brand_terms(&config), args.examples);
    match &args.file {
        Some(path) => {
            let text = if path.as_os_str() == "-" {
                let mut text = Vec::new();
                world.input.read_to_end(&mut text).map(|_| text)
            } else {
                std::fs::read(path)
            };
            let text = match text {
                Ok(text) => text,
                Err(e) => {
                    writeln!(
                        world.err,
                        "{} cannot be read ({e}); name a file with a post on each line",
                        path.display()
                    )?;
                    return Ok(Exit::Usage);
                }
            };
            let lines = match file::posts(&text, world.now) {
                Ok(lines) => lines,
                Err(problem) => {
                    writeln!(world.err, "{}:{problem}", path.display())?;
                    return Ok(Exit::Usage);
                }
            };
            let brands = args.source.as_ref().and_then(|name| bound(&config, name));
            tally.skipped = lines.skipped;
            for post in &lines.posts {
                tally.take(post, brands.as_deref());
            }
            let span = Span::of_times(&lines.times);
            print::all(world.out, &tally, &span)?;
            Ok(Exit::Ok)
        }
        None => ask(&config, args, world, tally).await,
    }
}

/// The brands that a source is for, if not for all.
fn bound(config: &Config, name: &str) -> Option<Vec<crate::domain::BrandId>> {
    let source = config.sources.iter().find(|source| source.name == name)?;
    Some(source.brands.as_ref()?.iter().map(crate::domain::BrandId::new).collect())
}

/// Asks the sources for their history.
async fn ask(config: &Config, args: &WatchTestArgs, world: &mut World<'_>, mut tally: Tally) -> anyhow::Result<Exit> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let now = world.now;
    let days = SignedDuration::from_hours(24 * i64::from(args.days));
    let since = now.checked_sub(days)?;
    let (mut asked, mut began) = (0, since);
    for (network, brands) in networks(config, world.env, &clock, Kept::Nowhere)?.all {
        let name = network.source().as_str().to_owned();
        if args.source.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        if let Some(why) = left_out(config, &name, args.source.is_some()) {
            writeln!(world.out, "{name}: {why}")?;
            continue;
        }
        let heard = history(&(network, brands.clone()), since, now).await;
        if let Some(error) = &heard.trouble {
            let error = crate::chat::sanitise::line(&error.to_string());
            writeln!(world.out, "{name}: could not be asked for everything: {error}")?;
        }
        if heard.posts.is_empty() && heard.trouble.is_some() {
            continue;
        }
        asked += 1;
        let before = tally.mentions();
        for post in &heard.posts {
            tally.take(post, brands.as_deref());
        }
        let named = tally.mentions() - before;
        writeln!(world.out, "{name}: {} posts, {named} of them name a brand", heard.posts.len())?;
        // Of a history that breaks off, only what is there counts.
        if heard.cut
            && let Some(first) = heard.posts.iter().map(|post| post.posted_at).min()
        {
            began = began.max(first);
        }
    }
    if asked == 0 {
        writeln!(world.err, "no source could be asked; try a file: hearback watch test posts.txt")?;
        return Ok(Exit::TryAgain);
    }
    print::all(world.out, &tally, &Span::between(began, now))?;
    Ok(Exit::Ok)
}

/// Why a source is not asked.
fn left_out(config: &Config, name: &str, named: bool) -> Option<&'static str> {
    match config.sources.iter().find(|source| source.name == name).map(|source| &source.watch) {
        Some(Watch::Webhook(_)) => Some("waits for what others send, and has no history; try a file instead"),
        Some(Watch::X(_)) if !named => {
            Some("left out, since X charges for every post that is read; add --source to ask it all the same")
        }
        _ => None,
    }
}

/// What a source handed in.
struct Heard {
    posts: Vec<Post>,
    trouble: Option<CallError>,
    /// There is more than was read.
    cut: bool,
}

async fn history((network, _): &Watched, since: Timestamp, now: Timestamp) -> Heard {
    let mut heard = Heard { posts: Vec::new(), trouble: None, cut: false };
    let mut cursor = None;
    for page in 0.. {
        if page >= PAGES || heard.posts.len() >= MOST {
            heard.cut = true;
            break;
        }
        match network.poll(cursor.as_ref(), First::Since(since), now).await {
            Ok(batch) => {
                let any = !batch.posts.is_empty();
                heard.posts.extend(batch.posts.into_iter().filter(|post| post.posted_at >= since));
                let stuck = batch.cursor == cursor && !any;
                cursor = batch.cursor.or(cursor);
                if batch.more && !stuck {
                    continue;
                }
                // A stream hands in what was as it arrives.
                let stream = network.interval().is_none();
                if !stream || tokio::time::timeout(QUIET, network.ready()).await.is_err() {
                    break;
                }
            }
            Err(error) => {
                heard.cut = true;
                heard.trouble = Some(error);
                break;
            }
        }
    }
    heard
}
