//! The arguments of each subcommand.

use crate::config::duration;
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::path::PathBuf;
use std::str::FromStr;

/// A moment as typed: `7d` (ago), `2026-01-31` (its first moment, in the desk's zone) or `2026-01-31T09:00:00Z`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// So long ago.
    Ago(SignedDuration),
    /// A local date.
    On(Date),
    /// An instant.
    At(Timestamp),
}

impl Moment {
    /// The instant that is meant.
    ///
    /// # Errors
    /// A sentence, if it is outside the years that can be counted.
    pub fn resolve(&self, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, String> {
        let outside = |_| "that moment is too far away; write a nearer one".to_owned();
        match self {
            Moment::Ago(ago) => now.checked_sub(*ago).map_err(outside),
            Moment::On(date) => date.to_zoned(zone.clone()).map(|zoned| zoned.timestamp()).map_err(outside),
            Moment::At(at) => Ok(*at),
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        if let Ok(ago) = duration(typed)
            && let Ok(ago) = SignedDuration::try_from(ago)
        {
            return Ok(Moment::Ago(ago));
        }
        if let Ok(at) = typed.parse::<Timestamp>() {
            return Ok(Moment::At(at));
        }
        typed.parse::<Date>().map(Moment::On).map_err(|_| {
            "write how long ago, such as 7d or 12h, or a date such as 2026-01-31, or a moment such as \
             2026-01-31T09:00:00Z"
                .to_owned()
        })
    }
}

/// `run`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  hearback run\n  hearback run --since 7d       also fetch what was said in the last seven days\n  \
                        hearback --log-format json run 2>hearback.log"
)]
pub struct RunArgs {
    /// Fetch the history since then from sources that were never watched before; without it they begin now.
    #[arg(long, value_name = "MOMENT")]
    pub since: Option<Moment>,
}

/// `demo`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  hearback demo\n  hearback demo --speed 600     ten minutes pass in a second\n  \
                        hearback demo < script.txt    commands from a file, one per line")]
pub struct DemoArgs {
    /// The same number gives the same demo.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// How many times faster than life, from 1 to 100000.
    #[arg(long, value_name = "TIMES", default_value_t = 60.0, value_parser = speed)]
    pub speed: f64,
}

fn speed(typed: &str) -> Result<f64, String> {
    match typed.parse::<f64>() {
        Ok(times) if (1.0..=100_000.0).contains(&times) => Ok(times),
        _ => Err("write a number from 1 to 100000".to_owned()),
    }
}

/// `check`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  hearback check\n  hearback check --offline      only what can be known without the network\n  \
                        hearback --config other.toml check"
)]
pub struct CheckArgs {
    /// Ask nobody: leave the network alone.
    #[arg(long)]
    pub offline: bool,
}

/// `watch`.
#[derive(Debug, Subcommand)]
pub enum WatchFor {
    /// Show what the last days, or a file, would have brought; keeps nothing, posts nothing.
    Test(WatchTestArgs),
}

/// `watch test`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  hearback watch test                     what the last seven days would have brought\n  \
                        hearback watch test --source hn --days 30\n  \
                        hearback watch test posts.txt           a post on each line\n  \
                        hearback watch test posts.jsonl         {\"text\": …} on each line; also \"author\", \"posted_at\",\n  \
                                                                \"language\", \"title\", \"link\", \"alt\", \"tags\" …\n  \
                        hearback watch test -                   from a pipe\n\nA file may also be what a Jetstream of \
                        Bluesky sent."
)]
pub struct WatchTestArgs {
    /// Posts from a file instead of the sources; `-` for what is piped in.
    pub file: Option<PathBuf>,
    /// Only this source; with a file, as if it were from there.
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// How far back the sources are asked, in days.
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=365))]
    pub days: u16,
    /// So many examples of each brand are shown.
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    pub examples: usize,
}

/// `init`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  hearback init\n  hearback init --yes           every answer as suggested\n  \
                        printf 'acme\\n' | hearback init   answers from a pipe; the rest as suggested")]
pub struct InitArgs {
    /// Replace the file if it is there.
    #[arg(long)]
    pub force: bool,
    /// Ask nothing: take every suggested answer.
    #[arg(long, short)]
    pub yes: bool,
}

/// `login`.
#[derive(Debug, Subcommand)]
pub enum LoginFor {
    /// At an instance of Mastodon or of what speaks its API.
    Mastodon(MastodonLoginArgs),
}

/// `login mastodon`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  hearback login mastodon https://social.example\n  hearback login mastodon social.example --name \
                        help     for a second account\n\nOpen the page that it prints, sign in as the account that is to \
                        answer, agree, and paste the code.\nThe token goes into a file beside bot.toml that only you may \
                        read; it is never printed."
)]
pub struct MastodonLoginArgs {
    /// The instance's address: where the account signs in.
    pub url: String,
    /// How the source is to be called; the token's file is called after it.
    #[arg(long, value_name = "NAME", default_value = "fediverse")]
    pub name: String,
    /// The code that the page showed, instead of typing it.
    #[arg(long, value_name = "CODE")]
    pub code: Option<String>,
}

/// `manifest`.
#[cfg(any(feature = "slack", feature = "discord"))]
#[derive(Debug, Subcommand)]
pub enum ManifestFor {
    /// Slack's app manifest, as JSON.
    #[cfg(feature = "slack")]
    Slack(SlackManifestArgs),
    /// The link by which the bot is added to your server at Discord, with the least permissions.
    #[cfg(feature = "discord")]
    Discord(DiscordManifestArgs),
}

/// `manifest slack`.
#[cfg(feature = "slack")]
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  hearback manifest slack --link           open it: Slack shows the new app, ready to be created\n  \
                        hearback manifest slack                  to paste at https://api.slack.com/apps, From a manifest\n  \
                        hearback manifest slack --prefix acme-   /acme-claim instead of /claim\n  \
                        hearback manifest slack --url https://hearback.example.com"
)]
pub struct SlackManifestArgs {
    /// What stands before every slash command [default: as in bot.toml, or else nothing].
    #[arg(long, value_name = "PREFIX", value_parser = crate::config::slack_prefix)]
    pub prefix: Option<String>,
    /// The public address of the listener: Slack calls there, instead of Socket Mode.
    #[arg(long, value_name = "URL", value_parser = public_url)]
    pub url: Option<url::Url>,
    /// How the app is called in Slack, at most 35 characters.
    #[arg(long, value_name = "NAME", default_value = "hearback", value_parser = crate::chat::slack::manifest::app_name)]
    pub name: String,
    /// A link that opens Slack's page for a new app with the manifest in it, instead of the manifest.
    #[arg(long)]
    pub link: bool,
}

/// `manifest discord`.
#[cfg(feature = "discord")]
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  hearback manifest discord\n  hearback manifest discord --application 80351110224678912   before there \
                        is a bot.toml"
)]
pub struct DiscordManifestArgs {
    /// The application's id, from General Information in the Developer Portal [default: as in bot.toml].
    #[arg(long, value_name = "ID", value_parser = crate::config::discord_application)]
    pub application: Option<String>,
    /// The server to which the bot is to be added [default: as in bot.toml, or else chosen behind the link].
    #[arg(long, value_name = "ID", value_parser = crate::config::discord_guild)]
    pub guild: Option<String>,
}

/// `register`.
#[cfg(feature = "discord")]
#[derive(Debug, Subcommand)]
pub enum RegisterFor {
    /// The commands at Discord; nothing is sent if they are there already.
    Discord(RegisterArgs),
}

/// `register discord`.
#[cfg(feature = "discord")]
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  hearback register discord               after setting up, and after each update of hearback\n  \
                        hearback register discord --dry-run     only say what would change\n  \
                        hearback register discord --global --clear   in every server, and no longer in the one alone"
)]
pub struct RegisterArgs {
    /// In every server that the bot is in, instead of the one of bot.toml.
    #[arg(long)]
    pub global: bool,
    /// Change nothing: say what would be added, changed and removed.
    #[arg(long)]
    pub dry_run: bool,
    /// Take them away where they are not wanted: in the server with --global, or else those for every server. In both places
    /// people would see every command twice.
    #[arg(long)]
    pub clear: bool,
}

#[cfg(feature = "slack")]
fn public_url(typed: &str) -> Result<url::Url, String> {
    let url = crate::config::url(typed)?;
    if url.scheme() != "https" || url.query().is_some() || url.fragment().is_some() {
        return Err(
            "write the public address with https:// and no \"?\" or \"#\", such as https://hearback.example.com"
                .to_owned(),
        );
    }
    Ok(url)
}

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// A table: one row per mention and wait.
    Csv,
    /// One JSON object per mention and line, with its waits of the range and all its events.
    Jsonl,
}

/// `export`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  hearback export csv --out mentions.csv\n  hearback export jsonl --from 30d\n  \
                        hearback export csv --from 2026-01-01 --to 2026-02-01 --out january.csv")]
pub struct ExportArgs {
    /// The form.
    pub format: ExportFormat,
    /// Only waits that began then or later [default: all].
    #[arg(long, value_name = "MOMENT")]
    pub from: Option<Moment>,
    /// Only waits that began before then [default: all].
    #[arg(long, value_name = "MOMENT")]
    pub to: Option<Moment>,
    /// The file to write; it must not be there yet [default: stdout].
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// What a report is grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Question, complaint, praise, other.
    Kind,
    /// Where it was said.
    Network,
    /// Direct or indirect.
    Direct,
    /// Who answered.
    Person,
    /// What it was about.
    Brand,
}

/// `report`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  hearback report\n  hearback report --from 7d --by network\n  \
                        hearback report --from 2026-01-01 --to 2026-02-01 --json")]
pub struct ReportArgs {
    /// Waits that began then or later [default: 30d].
    #[arg(long, value_name = "MOMENT", default_value = "30d", hide_default_value = true)]
    pub from: Moment,
    /// Waits that began before then [default: now].
    #[arg(long, value_name = "MOMENT")]
    pub to: Option<Moment>,
    /// One table by this, instead of the standard report.
    #[arg(long, value_name = "WHAT")]
    pub by: Option<By>,
    /// JSON instead of tables.
    #[arg(long)]
    pub json: bool,
}

/// `backup`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  hearback backup monday.hbk")]
pub struct BackupArgs {
    /// The file to write; it must not be there yet.
    pub file: PathBuf,
}

/// `restore`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  hearback restore monday.hbk\n\nThe store's folder must be empty or absent: nothing is ever overwritten."
)]
pub struct RestoreArgs {
    /// The backup.
    pub file: PathBuf,
}

/// `erase`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  hearback erase bob --network hackernews\n\nStop hearback first. Backups that were made before still contain the author's words."
)]
pub struct EraseArgs {
    /// The author's handle, or id on the network.
    pub author: String,
    /// Only on this network [default: on every network].
    #[arg(long, value_name = "NETWORK")]
    pub network: Option<String>,
}

/// `model`.
#[derive(Debug, Subcommand)]
pub enum ModelFor {
    /// How many corrections are used, by whom, and how well it does on what was kept back.
    Status,
    /// Which words moved most, and which mentions would be judged otherwise now.
    Diff,
    /// Forget what was learned; the mentions stay as they are.
    Reset(ModelResetArgs),
}

impl ModelFor {
    /// The word in chat.
    pub fn word(&self) -> &'static str {
        match self {
            ModelFor::Status => "status",
            ModelFor::Diff => "diff",
            ModelFor::Reset(args) if args.undo => "reset undo",
            ModelFor::Reset(_) => "reset sure",
        }
    }
}

/// `model reset`.
#[derive(Debug, Args)]
pub struct ModelResetArgs {
    /// Do it.
    #[arg(long)]
    pub sure: bool,
    /// Let what was learned before count again.
    #[arg(long, conflicts_with = "sure")]
    pub undo: bool,
}

/// What is learned from in `eval --learn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LearnFrom {
    /// Texts that were judged wrongly are corrected, the others left as they are, as people do.
    Errors,
    /// Every label is said aloud.
    All,
}

/// `eval`.
#[derive(Debug, Args)]
#[command(
    after_help = "The file holds JSON lines, one JSON array, or a table (CSV or tabs) with a header. Read are:\n  \
                  text      text, full_text, tweet, content, body or message\n  \
                  label     label, kind, sentiment, y or class: negative, neutral, positive; 0, 1, 2; -1, 0, 1;\n            \
                  or question, complaint, praise, other\n  question, needs_reply   true or false\n  \
                  language  lang or language\n  \
                  spans     personal data: type and start and end (characters), or as Presidio writes them\n  \
                  at        at, created_at, date, timestamp: the order for --learn\n\n\
                  Examples:\n  hearback eval tweets.jsonl\n  hearback eval tweets.csv --learn 50\n  \
                  hearback eval tweets.jsonl --predictions out.jsonl"
)]
pub struct EvalArgs {
    /// The labelled texts.
    pub file: PathBuf,
    /// Learn from the texts in their order, and print how well the rest is judged after so many corrections, twice as many,
    /// and so on.
    #[arg(long, value_name = "N")]
    pub learn: Option<usize>,
    /// What to learn from.
    #[arg(long, value_name = "WHAT", default_value = "errors")]
    pub learn_from: LearnFrom,
    /// Write what was made of each text, one JSON object a line.
    #[arg(long, value_name = "FILE")]
    pub predictions: Option<PathBuf>,
    /// All texts are in this language (ISO 639-1) [default: as the file says, or as it looks].
    #[arg(long, value_name = "CODE")]
    pub language: Option<String>,
    /// With what this workspace has learned, instead of as shipped.
    #[arg(long)]
    pub store: bool,
    /// JSON instead of tables.
    #[arg(long)]
    pub json: bool,
}
