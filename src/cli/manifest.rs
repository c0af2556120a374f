//! `hearback manifest slack`: the app manifest, from the table of commands and, where there is one, bot.toml.

use super::{Cli, Exit, SlackManifestArgs, World, say_problems};
use crate::chat::slack::manifest::{AppManifest, Verb};
use crate::config::{Config, Slack, SlackTransport};
use crate::{commands, slash};

pub(super) fn run(cli: &Cli, args: &SlackManifestArgs, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let slack = configured(cli, world)?;
    let prefix = args.prefix.clone().or_else(|| slack.as_ref().map(|slack| slack.prefix.clone())).unwrap_or_default();
    let path = slack.as_ref().map_or("/slack", |slack| slack.path.as_str());
    if args.url.is_none() && slack.as_ref().is_some_and(|slack| matches!(slack.transport, SlackTransport::Http(_))) {
        writeln!(
            world.err,
            "{} says transport = \"http\", so Slack must know where to call; add --url https://… with the address under \
             which the world reaches [web] listen",
            cli.config.display()
        )?;
        return Ok(Exit::Usage);
    }
    let request_url = args.url.as_ref().map(|url| format!("{}{path}", url.as_str().trim_end_matches('/')));
    let verbs = verbs();
    let manifest =
        AppManifest { name: &args.name, prefix: &prefix, request_url: request_url.as_deref(), verbs: &verbs };
    if args.link {
        writeln!(world.out, "{}", manifest.link())?;
    } else {
        writeln!(world.out, "{:#}", manifest.json())?;
    }
    Ok(Exit::Ok)
}

/// What bot.toml says of Slack. The manifest comes before the tokens and often before the file, so neither must be there.
fn configured(cli: &Cli, world: &mut World<'_>) -> anyhow::Result<Option<Slack>> {
    if !cli.config.exists() {
        return Ok(None);
    }
    match Config::load_without_secrets(&cli.config) {
        Ok(config) => Ok(config.slack),
        Err(problems) => {
            say_problems(world, &problems)?;
            writeln!(world.err, "{} is not right yet, so this manifest is made without it", cli.config.display())?;
            Ok(None)
        }
    }
}

/// The table of commands, as the manifest needs it.
fn verbs() -> Vec<Verb> {
    let verb = |spec: &&slash::Spec| {
        let usage = slash::usage(spec);
        let usage = usage.strip_prefix(spec.name).unwrap_or_default().trim_start().to_owned();
        Verb { name: spec.name.to_owned(), summary: spec.summary.to_owned(), usage }
    };
    commands::ALL.iter().map(verb).collect()
}
