//! `hearback check`: every problem of bot.toml, or what will be watched, where it goes and when digests come.

use super::probe::{Finding, folder};
use super::{CheckArgs, Cli, Exit, World, load_config, probe, start_log, wire};
use crate::assist;
use crate::config::{
    Assist, BlueskySource, Brand, Config, Discord, DiscordTransport, RedditLogin, RedditSource, Route, Secret, Slack,
    SlackTransport, Source, Watch, XSource,
};
use crate::desk::{Clock, SystemClock};
use crate::domain::{DigestPlan, Kind};
use crate::report::{digest_due, next_digest};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use std::sync::Arc;
use std::time::Duration;

pub(super) async fn run(cli: &Cli, args: &CheckArgs, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let Some(config) = load_config(cli, world)? else {
        #[cfg(feature = "slack")]
        if !args.offline {
            for line in super::slack::ids_of_names(&cli.config, world.env).await {
                writeln!(world.err, "{line}")?;
            }
        }
        return Ok(Exit::Usage);
    };
    start_log(cli, config.log);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let parts = match wire::parts(&config, world.env, &clock) {
        Ok(parts) => parts,
        Err(why) => {
            writeln!(world.err, "{}: {why:#}", cli.config.display())?;
            return Ok(Exit::Usage);
        }
    };
    for line in summary(&config, world.now) {
        writeln!(world.out, "{line}")?;
    }
    let mut findings: Vec<Finding> = vec![folder(&config.store.folder)];
    if !args.offline {
        world.out.flush()?;
        findings.extend(probe(&config).await?);
        findings.extend(sources(&parts, world.now).await);
        findings.extend(chats(&config, &parts).await);
        findings.extend(assistant(&parts, world.now).await);
    }
    let mut trouble = 0;
    for finding in findings {
        match finding.trouble {
            None => writeln!(world.out, "  ok  {}", finding.what)?,
            Some(why) => {
                trouble += 1;
                writeln!(world.out, "  !!  {}: {why}", finding.what)?;
            }
        }
    }
    if trouble > 0 {
        let what = if trouble == 1 { "one thing that it names is" } else { "some things that it names are" };
        writeln!(world.err, "{} is fine, but {what} not: see !! above", cli.config.display())?;
        return Ok(Exit::Failed);
    }
    let rest = if args.offline { ". The network was left alone." } else { ", and everything answers." };
    writeln!(world.out, "{} is fine{rest}", cli.config.display())?;
    Ok(Exit::Ok)
}

/// What the sources say that have accounts: who they answer as, what they may do, what it will cost.
async fn sources(parts: &wire::Parts, now: Timestamp) -> Vec<Finding> {
    let asked = parts.networks.all.iter().map(|(network, _)| async move {
        let what = format!("source {}", network.source());
        match network.check(now).await {
            Ok(said) => {
                said.into_iter().map(|said| Finding { what: format!("{what}: {said}"), trouble: None }).collect()
            }
            Err(error) => vec![Finding { what, trouble: Some(error.to_string()) }],
        }
    });
    let found: Vec<Vec<Finding>> = futures_util::future::join_all(asked).await;
    found.into_iter().flatten().collect()
}

/// Whether the assistant answers: one tiny question about a sentence of ours.
async fn assistant(parts: &wire::Parts, now: Timestamp) -> Option<Finding> {
    let assistant = parts.assistant.as_ref()?;
    Some(match assist::check(&**assistant, now).await {
        Ok(said) => Finding { what: format!("the assistant {said}"), trouble: None },
        Err(error) => Finding { what: "the assistant".to_owned(), trouble: Some(error.to_string()) },
    })
}

/// What the chats say.
#[cfg(any(feature = "slack", feature = "discord"))]
async fn chats(config: &Config, parts: &wire::Parts) -> Vec<Finding> {
    let mut findings = Vec::new();
    #[cfg(feature = "slack")]
    if let Some(slack) = &parts.slack {
        findings.extend(super::slack::look(config, slack).await);
    }
    #[cfg(feature = "discord")]
    if let Some(discord) = &parts.discord {
        findings.extend(super::discord::look(config, discord).await);
    }
    findings
}

/// What the chats say: there is none that is elsewhere.
#[cfg(not(any(feature = "slack", feature = "discord")))]
#[expect(clippy::unused_async, reason = "with chats it waits for them")]
async fn chats(_: &Config, _: &wire::Parts) -> Vec<Finding> {
    Vec::new()
}

/// The next local time of a plan after `now`, as if one that is due now were sent.
fn next_after(plan: &DigestPlan, now: Timestamp) -> Option<Zoned> {
    let next = next_digest(plan, digest_due(plan, None, now), now)?;
    Some(next.to_zoned(TimeZone::get(&plan.zone).ok()?))
}

/// What will happen, in words.
fn summary(config: &Config, now: Timestamp) -> Vec<String> {
    let mut lines = vec![format!("{}, in {}", config.desk.name, config.desk.zone)];
    lines.push("Watched for:".to_owned());
    lines.extend(config.brands.iter().map(|brand| format!("  {}", brand_line(brand))));
    lines.push("Watched:".to_owned());
    lines.extend(config.sources.iter().flat_map(source_lines));
    lines.push("Goes to:".to_owned());
    lines.extend(config.routes.iter().map(|route| format!("  {}", route_line(route))));
    let rest = if config.routes.is_empty() { "everything" } else { "what no route matches" };
    lines.push(format!("  {rest} -> {}", config.desk.channel));
    lines.push(format!("Due: {}", due_line(config)));
    if config.digests.is_empty() {
        lines.push("Digest: none; add a [[digest]] to get one".to_owned());
    }
    for (place, plan) in &config.digests {
        let next = next_after(plan, now)
            .map_or_else(|| "never".to_owned(), |next| next.strftime("%a %Y-%m-%d %H:%M %Z").to_string());
        lines.push(format!("Digest: {place}, next {next} ({})", plan.zone));
    }
    let me = config.console_person();
    lines.extend(config.slack.iter().flat_map(slack_lines));
    lines.extend(config.discord.iter().flat_map(discord_lines));
    lines.extend(config.assist.iter().flat_map(assist_lines));
    lines.push(format!("At the console: {} ({})", me.name, me.role.word()));
    lines.push(format!("Kept in: {}", config.store.folder.display()));
    lines
}

fn brand_line(brand: &Brand) -> String {
    let parts = [
        ("", "", &brand.terms),
        ("", "", &brand.phrases),
        ("#", "", &brand.hashtags),
        ("@", "", &brand.handles),
        ("", "", &brand.domains),
        ("", " (own account)", &brand.accounts),
        ("but not ", "", &brand.exclude),
    ];
    let named: Vec<String> = parts
        .iter()
        .flat_map(|(before, after, names)| names.iter().map(move |name| format!("{before}{name}{after}")))
        .collect();
    format!("{}: {}", brand.title, named.join(", "))
}

fn source_lines(source: &Source) -> Vec<String> {
    let only = source.brands.as_ref().map(|names| format!(", for {}", names.join(", "))).unwrap_or_default();
    match &source.watch {
        Watch::Bluesky(bluesky) => bluesky_lines(&source.name, bluesky, &only),
        Watch::Feed(feed) => {
            vec![format!("  {}: {} every {}{only}", source.name, feed.url, words(feed.every))]
        }
        Watch::HackerNews(hn) => {
            vec![format!(
                "  {}: Hacker News for {} every {}{only}",
                source.name,
                hn.queries.join(", "),
                words(hn.every)
            )]
        }
        Watch::Mastodon(mastodon) => {
            let timeline =
                mastodon.timeline.map(|local| if local { "the local timeline" } else { "the public timeline" });
            let mentions = mastodon.token.is_some().then(|| "mentions".to_owned());
            let tags = mastodon.hashtags.iter().map(|tag| format!("#{tag}"));
            let search = mastodon.search.iter().filter(|_| mastodon.token.is_some()).map(|term| format!("\"{term}\""));
            let watched: Vec<String> =
                mentions.into_iter().chain(tags).chain(search).chain(timeline.map(str::to_owned)).collect();
            let streams = if mastodon.streaming && mastodon.token.is_some() { ", and by its stream" } else { "" };
            let token = match &mastodon.token {
                Some(kept) => format!("{} is set", kept.place()),
                None => "read-only: no token".to_owned(),
            };
            vec![
                format!(
                    "  {}: {} for {} every {}{streams}{only}",
                    source.name,
                    mastodon.url,
                    watched.join(", "),
                    words(mastodon.every)
                ),
                format!("    {token}"),
            ]
        }
        Watch::Reddit(reddit) => reddit_lines(&source.name, reddit, &only),
        Watch::Webhook(hook) => {
            let secrets: Vec<String> = hook.secrets.iter().map(|secret| format!("{} is set", secret.place())).collect();
            let replies = match &hook.callback {
                Some(callback) => format!("replies to {}; {} is set", callback.url, callback.secret.place()),
                None => "read-only: no callback for replies".to_owned(),
            };
            vec![
                format!("  {}: signed webhook at {}, network {}{only}", source.name, hook.path, hook.network),
                format!("    {}; {replies}", secrets.join("; ")),
            ]
        }
        Watch::X(x) => x_lines(&source.name, x, &only),
    }
}

fn bluesky_lines(name: &str, bluesky: &BlueskySource, only: &str) -> Vec<String> {
    let words = if bluesky.queries.is_empty() { "the account alone".to_owned() } else { bluesky.queries.join(", ") };
    let by = bluesky.jetstream.as_ref().map(|url| format!(", keywords by {url}")).unwrap_or_default();
    let account = match (&bluesky.handle, &bluesky.app_password) {
        (Some(handle), Some(secret)) => format!("@{handle} at {}; {} is set", bluesky.service, secret.place()),
        _ => format!("read-only: no handle and app_password; asks {}", bluesky.appview),
    };
    vec![
        format!("  {name}: Bluesky for {words} every {}{by}{only}", self::words(bluesky.every)),
        format!("    {account}"),
    ]
}

fn x_lines(name: &str, x: &XSource, only: &str) -> Vec<String> {
    let what = match &x.queries {
        Some(queries) if queries.is_empty() => "mentions alone".to_owned(),
        Some(queries) => queries.join(", "),
        None => [x.words.as_slice(), &x.domains].concat().join(", "),
    };
    let how = if x.stream { "by the filtered stream, mentions" } else { "" };
    let tier = if x.enterprise { "enterprise" } else { "pay-per-use" };
    let mut secrets: Vec<String> = Vec::new();
    if let Some(keys) = &x.account {
        let all = [&keys.api_key, &keys.api_secret, &keys.access_token, &keys.access_secret];
        secrets.extend(all.into_iter().map(Secret::place));
    }
    secrets.extend(x.bearer.as_ref().map(Secret::place));
    let answers = if x.account.is_some() { "" } else { "read-only: no keys of an account; " };
    let (whole, cents) = (x.budget / 1_000, x.budget % 1_000 / 10);
    vec![
        format!("  {name}: X for {what} {how}{}every {}{only}", if how.is_empty() { "" } else { " " }, words(x.every)),
        format!("    {tier}, reading for at most {whole}.{cents:02} USD a month"),
        format!("    {answers}{} set", secrets.join(", ") + if secrets.len() > 1 { " are" } else { " is" }),
    ]
}

fn reddit_lines(name: &str, reddit: &RedditSource, only: &str) -> Vec<String> {
    let subreddits = reddit.subreddits.iter().map(|name| format!("r/{name}"));
    let search = reddit.queries.iter().map(|query| format!("\"{query}\""));
    let watched: Vec<String> = std::iter::once("the inbox".to_owned()).chain(subreddits).chain(search).collect();
    let login = match &reddit.login {
        RedditLogin::Refresh(token) => format!("{} is set", token.place()),
        RedditLogin::Password(username, password) => format!("as u/{username}, {} is set", password.place()),
    };
    vec![
        format!("  {name}: Reddit for {} every {}{only}", watched.join(", "), words(reddit.every)),
        format!("    {} is set; {login}; Reddit can write to u/{}", reddit.client_secret.place(), reddit.operator),
    ]
}

fn slack_lines(slack: &Slack) -> Vec<String> {
    let (how, secret) = match &slack.transport {
        SlackTransport::Socket(kept) => ("by Socket Mode".to_owned(), kept),
        SlackTransport::Http(kept) => (format!("by HTTP at {}", slack.path), kept),
    };
    let reactions: Vec<String> = slack.reactions.iter().map(|(emoji, does)| format!("{emoji} = {does}")).collect();
    let reactions = if reactions.is_empty() { "none".to_owned() } else { reactions.join(", ") };
    vec![
        format!("Slack: {how}, commands /{0}claim … /{0}hearback, reactions {reactions}", slack.prefix),
        format!("  {} is set, {} is set", slack.bot_token.place(), secret.place()),
    ]
}

fn discord_lines(discord: &Discord) -> Vec<String> {
    let how = match &discord.transport {
        DiscordTransport::Gateway => "by the gateway".to_owned(),
        DiscordTransport::Http(_) => format!("by HTTP at {}", discord.path),
    };
    let shown = match discord.commands_for {
        None => "everybody",
        Some(0) => "administrators",
        Some(_) => "those who have the permission",
    };
    vec![
        format!("Discord: {how}, server {}, commands shown to {shown}", discord.guild),
        format!("  {} is set", discord.token.place()),
    ]
}

fn assist_lines(assist: &Assist) -> Vec<String> {
    let does = if assist.does().is_empty() { "nothing".to_owned() } else { assist.does().join(", ") };
    let key = assist.key.as_ref().map_or_else(|| "no key".to_owned(), |key| format!("{} is set", key.place()));
    let host = assist.url.host_str().unwrap_or_default();
    vec![
        format!("Assistant: {} at {host} for {does}; {key}", assist.model),
        format!("  at most {} requests and {} tokens a day", assist.requests, assist.tokens),
        "  what leaves for there: the words of public mentions, without names, handles, links and long numbers"
            .to_owned(),
    ]
}

fn route_line(route: &Route) -> String {
    let mut when: Vec<String> = Vec::new();
    match route.direct {
        Some(true) => when.push("direct".to_owned()),
        Some(false) => when.push("indirect".to_owned()),
        None => {}
    }
    let kinds: Vec<&str> = route.kinds.iter().map(|kind| kind.word()).collect();
    when.push(if kinds.is_empty() { "any kind".to_owned() } else { kinds.join(" or ") });
    for (word, names) in [("about", &route.brands), ("on", &route.networks), ("in", &route.languages)] {
        if !names.is_empty() {
            when.push(format!("{word} {}", names.join(" or ")));
        }
    }
    let to: Vec<String> = route.to.iter().map(ToString::to_string).collect();
    format!("{} -> {}", when.join(" "), to.join(", "))
}

fn due_line(config: &Config) -> String {
    let each: Vec<String> = Kind::ALL
        .iter()
        .map(|kind| match config.targets.of(*kind) {
            Some(after) => format!("{} after {}", kind.word(), words(after)),
            None => format!("{} never", kind.word()),
        })
        .collect();
    let hours = if config.targets.business { "business hours" } else { "around the clock" };
    format!("{}, {hours}", each.join(", "))
}

/// A duration as bot.toml writes it: `1h 30m`.
fn words(duration: Duration) -> String {
    let mut rest = duration.as_secs();
    let mut parts = Vec::new();
    for (unit, seconds) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
        if rest >= seconds {
            parts.push(format!("{}{unit}", rest / seconds));
            rest %= seconds;
        }
    }
    parts.join(" ")
}
