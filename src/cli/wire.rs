//! From bot.toml to a desk: every adapter made of its part of the configuration.

use super::networks::{Kept, Networks, networks};
use crate::assist::{Assistant, Key, OpenAi, OpenAiConfig};
#[cfg(feature = "discord")]
use crate::chat::discord::{self, DiscordConfig, DiscordStaff, Reach, Shown};
#[cfg(feature = "slack")]
use crate::chat::slack::{SlackConfig, SlackStaff, Token, Transport};
use crate::config::{self, Config, Env};
use crate::desk::{Clock, Promise};
use crate::domain::{BrandId, ChatName, Kind, Place, SourceName};
use crate::report::{Hours, OpenSpan};
use crate::store::Options;
use crate::triage::model::BadCue;
use crate::triage::{BrandTerms, Concern, LanguageWords, ModelClassifier, NEAR_WITHIN, Route, Triage};
use anyhow::{Context, anyhow};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the brands are found by.
pub(super) fn brand_terms(config: &Config) -> Vec<BrandTerms> {
    config
        .brands
        .iter()
        .map(|b| BrandTerms {
            brand: BrandId::new(&b.id),
            terms: b.terms.clone(),
            phrases: b.phrases.clone(),
            exclude: b.exclude.clone(),
            hashtags: b.hashtags.clone(),
            handles: b.handles.clone(),
            domains: b.domains.clone(),
            accounts: b.accounts.clone(),
            case_sensitive: b.case_sensitive.clone(),
            near: b.near.clone(),
            near_within: b.near_within.unwrap_or(NEAR_WITHIN),
            words: b.words.iter().map(language_words).collect(),
        })
        .collect()
}

fn language_words(words: &config::Words) -> LanguageWords {
    LanguageWords { language: words.language.clone(), terms: words.terms.clone(), exclude: words.exclude.clone() }
}

/// Which posts matter, and where they go.
pub(super) fn triage(config: &Config) -> anyhow::Result<Triage> {
    let routes = config
        .routes
        .iter()
        .map(|r| Route {
            kinds: r.kinds.clone(),
            brands: r.brands.iter().map(BrandId::new).collect(),
            networks: r.networks.clone(),
            sources: r.sources.iter().map(SourceName::new).collect(),
            direct: r.direct,
            urgent: r.urgent,
            languages: r.languages.clone(),
            to: r.to.clone(),
        })
        .collect();
    let classifier = Arc::new(ModelClassifier::new(&config.triage.complaint_cues).context("the model of kinds")?);
    let triage = Triage::new(brand_terms(config), classifier, routes, config.desk.channel.clone());
    Ok(triage.context("the brands' terms")?.concerned(concern(config).context("the words of [[urgent]] and [filter]")?))
}

/// What cannot wait, and what comes without a card.
fn concern(config: &Config) -> Result<Concern, BadCue> {
    let said = &config.concern;
    let shipped = if said.shipped { Concern::shipped()? } else { Concern::default() };
    let mut concern = shipped.reach(said.reach).spam(&said.spam)?;
    for (name, words) in &said.urgent {
        concern = concern.urgent(name, words)?;
    }
    let brands = config.brands.iter();
    Ok(brands.fold(concern, |concern, b| concern.languages(BrandId::new(&b.id), b.languages.clone())))
}

/// When responses are due.
fn promise(config: &Config) -> anyhow::Result<Promise> {
    let mut within_s = BTreeMap::new();
    for kind in Kind::ALL {
        if let Some(after) = config.targets.of(kind) {
            within_s.insert(kind, i64::try_from(after.as_secs())?);
        }
    }
    let hours_of = brand_hours(config)?.into_iter().map(|(brand, hours)| (BrandId::new(brand), hours)).collect();
    Ok(Promise {
        within_s,
        urgent_s: config.concern.within.map(|within| i64::try_from(within.as_secs())).transpose()?,
        in_business_hours: config.targets.business,
        hours: config.hours.as_ref().map_or_else(|| Ok(Hours::always()), hours)?,
        hours_of,
    })
}

/// Business hours as the figures need them.
pub(super) fn hours(configured: &config::Hours) -> anyhow::Result<Hours> {
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let mut week: [Vec<OpenSpan>; 7] = Default::default();
    for (day, spans) in week.iter_mut().zip(&configured.week) {
        for (from, to) in spans {
            day.push(OpenSpan::parse(&format!("{}-{}", clock(*from), clock(*to)))?);
        }
    }
    Ok(Hours::new(&configured.zone, week, configured.holidays.iter().copied())?)
}

/// The business hours of the brands that have their own, by name.
pub(super) fn brand_hours(config: &Config) -> anyhow::Result<BTreeMap<String, Hours>> {
    config.brand_hours.iter().map(|(brand, configured)| Ok((brand.0.clone(), hours(configured)?))).collect()
}

/// The store's options.
pub(super) fn store_options(config: &Config) -> Options {
    Options {
        low_bytes: config.store.min_free,
        low_percent: 0,
        copies_within: config.triage.copies_within.and_then(|within| within.try_into().ok()),
        ..Options::default()
    }
}

/// Everything that `run` makes of bot.toml before it touches the store or the network, so that `check` refuses what `run`
/// refuses.
pub(super) struct Parts {
    pub(super) networks: Networks,
    pub(super) triage: Triage,
    pub(super) promise: Promise,
    /// The hours of the brands without hours of their own; `None`: around the clock.
    pub(super) hours: Option<Hours>,
    /// Who is asked for suggestions, if there is somebody.
    pub(super) assistant: Option<Arc<dyn Assistant>>,
    /// Slack, if it is used.
    #[cfg(feature = "slack")]
    pub(super) slack: Option<SlackConfig>,
    /// Discord, if it is used.
    #[cfg(feature = "discord")]
    pub(super) discord: Option<DiscordConfig>,
}

/// Makes them.
pub(super) fn parts(config: &Config, env: Env<'_>, clock: &Arc<dyn Clock>) -> anyhow::Result<Parts> {
    let parts = Parts {
        networks: networks(config, env, clock, Kept::Beside)?,
        triage: triage(config)?,
        promise: promise(config)?,
        hours: config.hours.as_ref().map(hours).transpose()?,
        assistant: assistant(config, env)?,
        #[cfg(feature = "slack")]
        slack: slack(config, env, clock)?,
        #[cfg(feature = "discord")]
        discord: discord(config, env, clock)?,
    };
    match unserved(config, &chats(config)) {
        Some(place) => Err(anyhow!("nothing speaks in {place}; use a channel of the console, such as console:support")),
        None => Ok(parts),
    }
}

/// The assistant, with its key from where it is kept.
fn assistant(config: &Config, env: Env<'_>) -> anyhow::Result<Option<Arc<dyn Assistant>>> {
    let Some(assist) = &config.assist else { return Ok(None) };
    let key = assist.key.as_ref().map(|kept| kept.reveal(env).map(Key::new)).transpose();
    let made = OpenAi::new(OpenAiConfig {
        url: assist.url.clone(),
        model: assist.model.clone(),
        key: key.map_err(|why| anyhow!("the assistant: {why}"))?,
        timeout: assist.timeout,
    })?;
    Ok(Some(Arc::new(made)))
}

/// What Slack needs: the tokens from where they are kept, the staff by their ids there.
#[cfg(feature = "slack")]
fn slack(config: &Config, env: Env<'_>, clock: &Arc<dyn Clock>) -> anyhow::Result<Option<SlackConfig>> {
    let Some(slack) = &config.slack else { return Ok(None) };
    let token = |kept: &config::Secret| kept.reveal(env).map(Token::new).map_err(|why| anyhow!("Slack: {why}"));
    let transport = match &slack.transport {
        config::SlackTransport::Socket(kept) => Transport::Socket(token(kept)?),
        config::SlackTransport::Http(kept) => Transport::Http(token(kept)?),
    };
    let named = config.staff.iter().filter_map(|one| one.ids.get("slack").map(|id| (id.clone(), one.person.clone())));
    let clock = Arc::clone(clock);
    Ok(Some(SlackConfig {
        api: slack.api.clone(),
        bot_token: token(&slack.bot_token)?,
        transport,
        prefix: slack.prefix.clone(),
        reactions: slack.reactions.clone(),
        staff: SlackStaff {
            named: named.collect(),
            groups: slack.groups.clone(),
            channels: slack.channels.clone(),
            others: config.others,
            zone: config.desk.zone.clone(),
        },
        now: Arc::new(move || clock.now()),
    }))
}

/// What Discord needs: the token from where it is kept, the staff by their ids there.
#[cfg(feature = "discord")]
pub(super) fn discord(config: &Config, env: Env<'_>, clock: &Arc<dyn Clock>) -> anyhow::Result<Option<DiscordConfig>> {
    let Some(discord) = &config.discord else { return Ok(None) };
    let token = discord.token.reveal(env).map_err(|why| anyhow!("Discord: {why}"))?;
    let application = discord.application.clone().or_else(|| config::application_of(&token));
    let reach = match &discord.api {
        config::DiscordApi::Discord => Reach::Discord,
        config::DiscordApi::Proxy(url) => Reach::Proxy(url.clone()),
        config::DiscordApi::Relay(at, ca) => {
            let pem = std::fs::read_to_string(ca).with_context(|| format!("Discord: {}", ca.display()))?;
            Reach::Relay(*at, pem)
        }
    };
    let shown = Shown { to: discord.commands_for, names: discord.names.clone() };
    super::register::table().check(&shown).map_err(|why| anyhow!(why))?;
    let named = config.staff.iter().filter_map(|one| one.ids.get("discord").map(|id| (id.clone(), one.person.clone())));
    let clock = Arc::clone(clock);
    Ok(Some(DiscordConfig {
        reach,
        token: discord::Token::new(token),
        transport: match discord.transport {
            config::DiscordTransport::Gateway => discord::Transport::Gateway,
            config::DiscordTransport::Http(key) => discord::Transport::Http(key),
        },
        guild: discord.guild.clone(),
        application: application.context("Discord: the token names no application; write application in [discord]")?,
        commands: shown,
        staff: DiscordStaff {
            named: named.collect(),
            roles: discord.roles.clone(),
            channels: discord.channels.clone(),
            others: config.others_in_discord,
            zone: config.desk.zone.clone(),
        },
        now: Arc::new(move || clock.now()),
    }))
}

/// The chats that are there.
fn chats(config: &Config) -> Vec<ChatName> {
    let slack = config.slack.iter().map(|_| ChatName::new("slack"));
    let discord = config.discord.iter().map(|_| ChatName::new("discord"));
    std::iter::once(ChatName::new("console")).chain(slack).chain(discord).collect()
}

/// The first channel of a chat that is not there.
fn unserved<'c>(config: &'c Config, chats: &[ChatName]) -> Option<&'c Place> {
    let routed = config.routes.iter().flat_map(|route| &route.to);
    let digests = config.digests.iter().map(|(place, _)| place);
    std::iter::once(&config.desk.channel).chain(routed).chain(digests).find(|place| !chats.contains(&place.chat))
}
