//! `hearback register discord`: the commands at Discord, from the table of commands.

use super::{Cli, Exit, RegisterArgs, World, load_config, start_log, wire};
use crate::chat::discord::register::{Command, Kind, Opt, Registered, Scope, Table, clear, compare, count, register};
use crate::commands;
use crate::desk::{Clock, SystemClock};
use crate::slash::{OptKind, OptSpec, Spec};
use std::sync::Arc;

/// The longest text that an option takes, in characters: Discord would take 6000, but what is refused must fit the form
/// that gives it back.
const LONGEST: u16 = 3_000;

pub(super) async fn run(cli: &Cli, args: &RegisterArgs, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let Some(config) = load_config(cli, world)? else { return Ok(Exit::Usage) };
    start_log(cli, config.log);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let discord = match wire::discord(&config, world.env, &clock) {
        Ok(Some(discord)) => discord,
        Ok(None) => {
            writeln!(world.err, "{} has no [discord]; bot.toml.example shows one", cli.config.display())?;
            return Ok(Exit::Usage);
        }
        Err(why) => {
            writeln!(world.err, "{}: {why:#}", cli.config.display())?;
            return Ok(Exit::Usage);
        }
    };
    let scope = if args.global { Scope::Global } else { Scope::Guild };
    let table = table();
    let done =
        if args.dry_run { compare(&discord, &table, scope).await } else { register(&discord, &table, scope).await };
    let elsewhere = match &done {
        // What is twice is seen by everybody, so it is looked for each time.
        Ok(_) if args.clear && !args.dry_run => clear(&discord, scope.other()).await,
        Ok(_) => count(&discord, scope.other()).await,
        Err(_) => Ok(0),
    };
    match (done, elsewhere) {
        (Ok(done), Ok(elsewhere)) => {
            writeln!(world.out, "{}", said(&done, args, scope))?;
            if let Some(also) = also(elsewhere, args, scope.other()) {
                writeln!(world.out, "{also}")?;
            }
            Ok(Exit::Ok)
        }
        (Err(why), _) | (_, Err(why)) => {
            writeln!(world.err, "{why}")?;
            Ok(Exit::Failed)
        }
    }
}

fn said(done: &Registered, args: &RegisterArgs, scope: Scope) -> String {
    let place = scope.say();
    if done.is_same() {
        return format!("The commands {place}: {}; nothing was sent.", done.say());
    }
    let would = if args.dry_run { "would be " } else { "" };
    let more = if args.dry_run { "; run it without --dry-run to do that" } else { "" };
    format!("The commands {place} {would}registered: {}{more}.", done.say())
}

/// About commands in the other place.
fn also(there: usize, args: &RegisterArgs, place: Scope) -> Option<String> {
    let place = place.say();
    let flags = if args.global { "--global --clear" } else { "--clear" };
    match there {
        0 => None,
        n if args.clear && args.dry_run => {
            Some(format!("{n} commands that are registered {place} would be taken away."))
        }
        n if args.clear => Some(format!("{n} commands that were registered {place} were taken away.")),
        n => Some(format!(
            "{n} commands are registered {place} as well, so people see them twice; hearback register discord {flags} takes \
             those away."
        )),
    }
}

/// The table of commands, as Discord is to know it.
pub fn table() -> Table {
    let (control, own): (Vec<&Spec>, Vec<&Spec>) =
        commands::ALL.iter().partition(|spec| commands::CONTROL.contains(&spec.name));
    let all = |specs: Vec<&Spec>| specs.into_iter().map(command).collect();
    Table { own: all(own), control: all(control) }
}

fn command(spec: &Spec) -> Command {
    let option = |option: &OptSpec| Opt {
        name: option.name.to_owned(),
        about: option.about.to_owned(),
        required: option.required,
        kind: kind(option),
    };
    Command {
        name: spec.name.to_owned(),
        about: spec.summary.to_owned(),
        options: spec.options.iter().map(option).collect(),
    }
}

fn kind(option: &OptSpec) -> Kind {
    match option.kind {
        // What `desk::suggest` has offers for.
        OptKind::Mention | OptKind::Person | OptKind::When | OptKind::Range | OptKind::Tags | OptKind::Word => {
            Kind::Suggested
        }
        OptKind::Choice(words) => Kind::Choice(words.iter().map(|word| (*word).to_owned()).collect()),
        OptKind::Count => Kind::Count,
        OptKind::Text => Kind::Text { longest: LONGEST },
    }
}
