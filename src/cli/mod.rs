//! The command line: what can be asked of the program, and which part answers.

mod args;
mod chats;
mod check;
mod demo;
#[cfg(feature = "discord")]
mod discord;
mod eval;
mod export;
mod init;
#[cfg(feature = "discord")]
mod invite;
mod logging;
mod login;
#[cfg(feature = "slack")]
mod manifest;
mod model;
mod networks;
mod probe;
#[cfg(feature = "discord")]
mod register;
mod run;
#[cfg(feature = "slack")]
mod slack;
mod store_admin;
mod watch;
mod wire;

#[cfg(any(feature = "slack", feature = "discord"))]
pub use args::ManifestFor;
#[cfg(feature = "slack")]
pub use args::SlackManifestArgs;
pub use args::{
    BackupArgs, By, CheckArgs, DemoArgs, EraseArgs, EvalArgs, ExportArgs, ExportFormat, InitArgs, LearnFrom, LoginFor,
    MastodonLoginArgs, ModelFor, ModelResetArgs, Moment, ReportArgs, RestoreArgs, RunArgs, WatchFor, WatchTestArgs,
};
#[cfg(feature = "discord")]
pub use args::{DiscordManifestArgs, RegisterArgs, RegisterFor};
pub use probe::{Finding, probe};
#[cfg(feature = "discord")]
pub use register::table as registered_table;

use crate::config::{Config, Env, Log, LogFormat, LogLevel, Problems};
use clap::{Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use std::io::{BufRead, Write};
use std::path::PathBuf;

/// What people say about your brand, answered from chat.
#[derive(Debug, Parser)]
#[command(
    name = "hearback",
    version,
    about = "Watches what people say about a brand, posts it as cards into chat, and measures how long the customer waited",
    after_help = "First steps:\n  hearback demo            try it, with nothing set up\n  hearback init            write a bot.toml\n  \
                  hearback check           see whether it is right\n  hearback run             watch and answer\n\nExit codes:\n  \
                  0   done\n  1   a problem while running\n  2   wrong usage, or a problem in bot.toml\n  \
                  75  a temporary problem (the store is in use, the network is down): try again",
    arg_required_else_help = true,
    subcommand_required = true,
    max_term_width = 100
)]
pub struct Cli {
    /// The configuration file.
    #[arg(long, value_name = "PATH", default_value = "bot.toml", global = true)]
    pub config: PathBuf,
    /// How much is logged to stderr [default: as in bot.toml, or else info].
    #[arg(long, value_name = "LEVEL", global = true)]
    pub log_level: Option<LevelWord>,
    /// The form of the log [default: as in bot.toml, or else text].
    #[arg(long, value_name = "FORMAT", global = true)]
    pub log_format: Option<FormatWord>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Watch the sources, post cards, take commands, send replies; until Ctrl-C.
    Run(RunArgs),
    /// Try it on bundled mentions: no account, no key, no network, no file.
    Demo(DemoArgs),
    /// Verify bot.toml, and then whether the sources answer.
    Check(CheckArgs),
    /// Try the terms of the brands out before a source is switched on.
    #[command(subcommand)]
    Watch(WatchFor),
    /// Write a bot.toml from the answers to a few questions.
    Init(InitArgs),
    /// Get a token for an account that answers.
    #[command(subcommand)]
    Login(LoginFor),
    /// Print what a chat must know of hearback: Slack's app manifest, or the link that adds the bot at Discord.
    #[cfg(any(feature = "slack", feature = "discord"))]
    #[command(subcommand)]
    Manifest(ManifestFor),
    /// Tell Discord the commands, if it does not know them yet.
    #[cfg(feature = "discord")]
    #[command(subcommand)]
    Register(RegisterFor),
    /// Write one row per mention and wait, with everything needed to recompute the figures.
    Export(ExportArgs),
    /// Print how long customers waited, and how many were answered.
    Report(ReportArgs),
    /// What was learned from corrections: how, what it changed, and forgetting it.
    #[command(subcommand)]
    Model(ModelFor),
    /// Judge a file of labelled texts, and print how well that went.
    Eval(EvalArgs),
    /// Write everything into one file; works while hearback is running.
    Backup(BackupArgs),
    /// Fill an empty store from a backup.
    Restore(RestoreArgs),
    /// Check every record, checksum and index of the store.
    Verify,
    /// Rewrite the store without what is no longer needed.
    Compact,
    /// Remove everything that an author wrote, for good.
    Erase(EraseArgs),
}

/// How the program ends, as `--help` documents it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Ok,
    /// A problem while running.
    Failed,
    /// Wrong usage, or a problem in bot.toml.
    Usage,
    /// A temporary problem: try again.
    TryAgain,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Exit::Ok => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::TryAgain => 75,
        }
    }
}

/// The outside, as far as subcommands need it, handed in so that tests can.
pub struct World<'w> {
    /// The moment of the start.
    pub now: Timestamp,
    /// Looks up environment variables.
    pub env: Env<'w>,
    /// What is typed.
    pub input: &'w mut dyn BufRead,
    /// Answers.
    pub out: &'w mut dyn Write,
    /// Problems.
    pub err: &'w mut dyn Write,
}

/// Does what was asked.
///
/// # Errors
/// What was not foreseen: our bug or our disk.
pub async fn dispatch(cli: &Cli, world: &mut World<'_>) -> anyhow::Result<Exit> {
    match &cli.command {
        Command::Check(args) => check::run(cli, args, world).await,
        Command::Watch(WatchFor::Test(args)) => watch::test(cli, args, world).await,
        Command::Init(args) => init::run(cli, args, world),
        Command::Login(LoginFor::Mastodon(args)) => login::mastodon(cli, args, world).await,
        #[cfg(feature = "slack")]
        Command::Manifest(ManifestFor::Slack(args)) => manifest::run(cli, args, world),
        #[cfg(feature = "discord")]
        Command::Manifest(ManifestFor::Discord(args)) => invite::run(cli, args, world),
        #[cfg(feature = "discord")]
        Command::Register(RegisterFor::Discord(args)) => register::run(cli, args, world).await,
        Command::Run(args) => run::run(cli, args, world).await,
        Command::Demo(args) => demo::run(cli, args, world).await,
        Command::Export(args) => export::export(cli, args, world).await,
        Command::Report(args) => export::report(cli, args, world).await,
        Command::Model(what) => model::run(cli, what, world).await,
        Command::Eval(args) => eval::run(cli, args, world).await,
        Command::Backup(args) => store_admin::backup(cli, args, world).await,
        Command::Restore(args) => store_admin::restore(cli, args, world).await,
        Command::Verify => store_admin::verify(cli, world).await,
        Command::Compact => store_admin::compact(cli, world).await,
        Command::Erase(args) => store_admin::erase(cli, args, world).await,
    }
}

/// Starts the log as the command line says, or else as bot.toml says.
pub fn start_log(cli: &Cli, configured: Log) {
    let level = cli.log_level.map_or(configured.level, LevelWord::level);
    let format = match cli.log_format {
        Some(FormatWord::Text) => LogFormat::Text,
        Some(FormatWord::Json) => LogFormat::Json,
        None => configured.format,
    };
    logging::start(level, format);
}

/// Reads the configuration for a subcommand and says everything that is wrong with it.
///
/// # Errors
/// The disk or the terminal; `Ok(None)` if the configuration is wrong and was complained about ([`Exit::Usage`]).
pub fn load_config(cli: &Cli, world: &mut World<'_>) -> anyhow::Result<Option<Config>> {
    match Config::load(&cli.config, world.env) {
        Ok(config) => {
            say_problems(world, &config.warnings)?;
            Ok(Some(config))
        }
        Err(problems) => {
            say_problems(world, &problems)?;
            Ok(None)
        }
    }
}

/// Reads the configuration without looking at secrets, for subcommands that send and receive nothing.
///
/// # Errors
/// As [`load_config`].
pub fn load_names(cli: &Cli, world: &mut World<'_>) -> anyhow::Result<Option<Config>> {
    match Config::load_without_secrets(&cli.config) {
        Ok(config) => Ok(Some(config)),
        Err(problems) => {
            say_problems(world, &problems)?;
            Ok(None)
        }
    }
}

fn say_problems(world: &mut World<'_>, problems: &Problems) -> anyhow::Result<()> {
    if problems.0.is_empty() {
        return Ok(());
    }
    writeln!(world.err, "{problems}")?;
    let fatal = problems.0.iter().filter(|p| !p.warning).count();
    match fatal {
        0 => {}
        1 => writeln!(world.err, "1 problem")?,
        n => writeln!(world.err, "{n} problems")?,
    }
    Ok(())
}

/// `--log-level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LevelWord {
    /// Nothing.
    Off,
    /// What went wrong.
    Error,
    /// What may go wrong.
    Warn,
    /// What happens.
    Info,
    /// How it happens.
    Debug,
    /// Everything.
    Trace,
}

impl LevelWord {
    fn level(self) -> LogLevel {
        match self {
            LevelWord::Off => LogLevel::Off,
            LevelWord::Error => LogLevel::Error,
            LevelWord::Warn => LogLevel::Warn,
            LevelWord::Info => LogLevel::Info,
            LevelWord::Debug => LogLevel::Debug,
            LevelWord::Trace => LogLevel::Trace,
        }
    }
}

/// `--log-format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatWord {
    /// Lines for people.
    Text,
    /// One JSON object per line.
    Json,
}
