//! `hearback login`: from an account that can sign in to a token in a file, and the lines of bot.toml that name it.

use super::{Cli, Exit, MastodonLoginArgs, World};
use crate::desk::{Chance, Clock, SystemClock};
use crate::networks::mastodon::login::{LoggedIn, Login};
use crate::networks::{FileKeep, Keep};
use jiff::Timestamp;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Parts of what a login proves itself with, 16 characters each: 43 to 128 in all (RFC 7636, 4.1).
const PROOF: usize = 4;

pub(super) async fn mastodon(cli: &Cli, args: &MastodonLoginArgs, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    let begins = args.name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    if !begins || args.name.len() > 40 || !args.name.chars().all(fits) {
        writeln!(world.err, "{:?} is not a short name; use a-z, 0-9, \"-\" and \"_\"", args.name)?;
        return Ok(Exit::Usage);
    }
    let now: Arc<dyn Fn() -> Timestamp + Send + Sync> = Arc::new(|| SystemClock.now());
    let folder = cli.config.parent().map(Path::to_path_buf).unwrap_or_default();
    // The code may come with a second call, and is good for what the first one registered.
    let begun = folder.join(format!("{}.login", args.name));
    let (login, code) = if let Some(code) = &args.code {
        let kept = FileKeep::new(&begun).load();
        let Some(login) = kept.and_then(|kept| Login::resume(&args.url, &kept, now)) else {
            let why = "there is no page that this code could be from; run it without --code first, and open the page";
            return failed(world, why);
        };
        (login, code.clone())
    } else {
        let login = match Login::begin(&args.url, &proof(), now).await {
            Ok(login) => login,
            Err(why) => return failed(world, &why),
        };
        if let Err(why) = FileKeep::new(&begun).save(&login.keep()) {
            return failed(world, &format!("{why}; run it again where you may write"));
        }
        let page = login.page();
        writeln!(world.out, "Open this page, sign in as the account that is to answer, and agree:\n\n  {page}\n")?;
        let code = typed(world)?;
        if code.is_empty() {
            let why = format!(
                "no code was typed; once the page shows it: hearback login mastodon {} --name {} --code CODE",
                login.instance(),
                args.name
            );
            return failed(world, &why);
        }
        (login, code)
    };
    let done = match login.finish(&code).await {
        Ok(done) => done,
        Err(why) => return failed(world, &why),
    };
    let file = PathBuf::from(format!("{}.token", args.name));
    if let Err(why) = FileKeep::new(folder.join(&file)).save(&format!("{}\n", done.token.reveal())) {
        return failed(world, &format!("{why}; run it again where you may write"));
    }
    if let Err(error) = std::fs::remove_file(&begun) {
        tracing::debug!(%error, "what the login began with is still there");
    }
    say(world, args, &login, &done, &file)?;
    Ok(Exit::Ok)
}

fn say(
    world: &mut World<'_>,
    args: &MastodonLoginArgs,
    login: &Login,
    done: &LoggedIn,
    file: &Path,
) -> anyhow::Result<()> {
    writeln!(world.out, "Signed in as @{}, to {}.", done.handle, done.scopes)?;
    if let Some(until) = done.until {
        let until = until.strftime("%Y-%m-%d");
        writeln!(world.out, "The token is good until {until}; run this again before then.")?;
    }
    writeln!(world.out, "The token is in {}, which only you may read. Add this to bot.toml:\n", file.display())?;
    writeln!(world.out, "[[source]]\nname = \"{}\"\ntype = \"mastodon\"", args.name)?;
    writeln!(world.out, "url = \"{}\"\ntoken = {{ file = \"{}\" }}\n", login.instance(), file.display())?;
    writeln!(world.out, "Then run: hearback check")?;
    Ok(())
}

fn typed(world: &mut World<'_>) -> anyhow::Result<String> {
    write!(world.out, "Code: ")?;
    world.out.flush()?;
    let mut line = String::new();
    world.input.read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

fn failed(world: &mut World<'_>, why: &str) -> anyhow::Result<Exit> {
    writeln!(world.err, "{why}")?;
    Ok(Exit::Failed)
}

/// What nobody can guess: the standard library's hasher is keyed by the operating system.
fn proof() -> String {
    let chance = Chance::from_os();
    let part = || format!("{:016x}", RandomState::new().hash_one(chance.number()));
    std::iter::repeat_with(part).take(PROOF).collect()
}
