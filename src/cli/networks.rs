//! From `[[source]]` to the networks: every adapter made of its part of the configuration.

use super::wire::brand_terms;
use crate::config::{self, BlueskySource, Config, Env, RedditLogin, RedditSource, Source, Watch, XSource};
use crate::desk::{Chance, Clock, Watched};
use crate::domain::{BrandId, SourceName};
use crate::networks::bluesky::{Bluesky, BlueskyConfig, Jetstream, Password};
use crate::networks::feed::{FeedConfig, FeedNetwork};
use crate::networks::hackernews::{HackerNews, HackerNewsConfig};
use crate::networks::mastodon::{Mastodon, MastodonConfig, Timeline, Token};
use crate::networks::reddit::{Hidden, Login, Reddit, RedditConfig};
use crate::networks::webhook::{CallbackConfig, Inbox, Secret, Webhook, WebhookConfig};
use crate::networks::x::{Tier, UserKeys, X, XConfig};
use crate::networks::{CallError, FileKeep, Keep, MemoryKeep, Network, Tools};
use crate::triage::Matcher;
use anyhow::anyhow;
use std::sync::Arc;
use std::time::Duration;

/// The sources, ready to be asked, and the webhooks' paths.
pub(super) struct Networks {
    pub(super) all: Vec<Watched>,
    pub(super) inboxes: Vec<(String, SourceName, Inbox)>,
}

/// Where adapters keep what they remember between two runs.
#[derive(Clone, Copy)]
pub(super) enum Kept {
    /// Beside the store.
    Beside,
    /// Nowhere: whatever is done is only tried.
    Nowhere,
}

/// Makes every source.
pub(super) fn networks(config: &Config, env: Env<'_>, clock: &Arc<dyn Clock>, kept: Kept) -> anyhow::Result<Networks> {
    let chance = Arc::new(Chance::from_os());
    let mut made = Networks { all: Vec::new(), inboxes: Vec::new() };
    for source in &config.sources {
        let brands = source.brands.as_ref().map(|names| names.iter().map(BrandId::new).collect());
        let broken = |e: &dyn std::fmt::Display| anyhow!("source {}: {e}", source.name);
        let network: Arc<dyn Network> = match &source.watch {
            Watch::Bluesky(bluesky) => {
                let tools = tools(config, &source.name, clock, &chance, kept);
                let made = bluesky_config(config, source, bluesky, env).map_err(|e| broken(&e))?;
                Arc::new(Bluesky::new(made, tools).map_err(|e| broken(&e))?)
            }
            Watch::Feed(feed) => {
                let made = FeedConfig::new(&source.name, feed.url.as_str(), feed.every);
                Arc::new(FeedNetwork::new(made).map_err(|e| broken(&e))?)
            }
            Watch::HackerNews(hn) => {
                let mut made = HackerNewsConfig::new(&source.name, hn.queries.clone(), hn.every);
                made.base.clone_from(&hn.api);
                Arc::new(HackerNews::new(made).map_err(|e| broken(&e))?)
            }
            Watch::Mastodon(mastodon) => {
                let token = mastodon.token.as_ref().map(|kept| kept.reveal(env).map(Token::new)).transpose();
                let token = token.map_err(|e| broken(&e))?;
                let made = MastodonConfig {
                    hashtags: mastodon.hashtags.clone(),
                    search: mastodon.search.clone(),
                    timeline: mastodon.timeline.map(|local| if local { Timeline::Local } else { Timeline::Public }),
                    every: mastodon.every,
                    streaming: mastodon.streaming,
                    unlisted: mastodon.unlisted,
                    ..MastodonConfig::new(&source.name, mastodon.url.as_str(), token)
                };
                let tools = tools(config, &source.name, clock, &chance, kept);
                Arc::new(Mastodon::new(made, tools).map_err(|e| broken(&e))?)
            }
            Watch::Reddit(reddit) => {
                let made = reddit_config(source, reddit, env).map_err(|e| broken(&e))?;
                let tools = tools(config, &source.name, clock, &chance, kept);
                Arc::new(Reddit::new(made, tools).map_err(|e| broken(&e))?)
            }
            Watch::Webhook(hook) => {
                let secret = |kept: &config::Secret| -> anyhow::Result<Secret> {
                    let revealed = kept.reveal(env).map_err(|e| broken(&e))?;
                    Secret::parse(&revealed).map_err(|e| broken(&format!("{}: {e}", kept.place())))
                };
                let callback = match &hook.callback {
                    Some(callback) => Some(CallbackConfig::new(callback.url.as_str(), secret(&callback.secret)?)),
                    None => None,
                };
                let made_hook = Webhook::new(WebhookConfig {
                    name: SourceName::new(&source.name),
                    network: Some(hook.network.clone()),
                    secrets: hook.secrets.iter().map(secret).collect::<anyhow::Result<_>>()?,
                    callback,
                    longest_reply: hook.max_chars,
                })
                .map_err(|e| broken(&e))?;
                made.inboxes.push((hook.path.clone(), SourceName::new(&source.name), made_hook.inbox()));
                Arc::new(made_hook)
            }
            Watch::X(x) => {
                let tools = tools(config, &source.name, clock, &chance, kept);
                Arc::new(x_of(&source.name, x, env).and_then(|made| X::new(made, tools)).map_err(|e| broken(&e))?)
            }
        };
        made.all.push((network, brands));
    }
    Ok(made)
}

/// A stream of posts on which nothing was heard for so long is dead.
const SILENCE: Duration = Duration::from_mins(1);

fn bluesky_config(
    config: &Config,
    source: &Source,
    bluesky: &BlueskySource,
    env: Env<'_>,
) -> anyhow::Result<BlueskyConfig> {
    let mut made = BlueskyConfig::new(&source.name, bluesky.queries.clone());
    made.handle.clone_from(&bluesky.handle);
    if let Some(kept) = &bluesky.app_password {
        made.password = Some(Password::new(kept.reveal(env).map_err(|why| anyhow!(why))?));
    }
    made.service.clone_from(&bluesky.service);
    made.appview.clone_from(&bluesky.appview);
    made.every = bluesky.every;
    if let Some(url) = &bluesky.jetstream {
        let only = source.brands.as_ref();
        let terms: Vec<_> =
            brand_terms(config).into_iter().filter(|b| only.is_none_or(|o| o.contains(&b.brand.0))).collect();
        let matcher = Matcher::new(&terms).map_err(|e| anyhow!("the brands' terms: {e}"))?;
        let wanted = move |text: &str| matcher.may_name(text);
        made.jetstream = Some(Jetstream { url: url.to_string(), wanted: Arc::new(wanted), silence: SILENCE });
    }
    Ok(made)
}

/// A watch on X, with its keys from where they are kept.
fn x_of(name: &str, x: &XSource, env: Env<'_>) -> Result<XConfig, CallError> {
    let reveal = |kept: &config::Secret| kept.reveal(env).map_err(|why| CallError::Never { why });
    let user = x.account.as_ref().map(|keys| {
        Ok(UserKeys {
            api_key: reveal(&keys.api_key)?,
            api_secret: reveal(&keys.api_secret)?,
            access_token: reveal(&keys.access_token)?,
            access_secret: reveal(&keys.access_secret)?,
        })
    });
    let (words, domains) =
        if x.queries.is_some() { (Vec::new(), Vec::new()) } else { (x.words.clone(), x.domains.clone()) };
    Ok(XConfig {
        user: user.transpose()?,
        bearer: x.bearer.as_ref().map(reveal).transpose()?,
        tier: if x.enterprise { Tier::Enterprise } else { Tier::PayPerUse },
        budget: x.budget,
        queries: x.queries.clone().unwrap_or_default(),
        words,
        domains,
        own: x.own.clone(),
        stream: x.stream,
        every: x.every,
        implicit_summons: x.implicit_summons,
        base: x.api.clone(),
        ..XConfig::new(name)
    })
}

fn reddit_config(source: &Source, reddit: &RedditSource, env: Env<'_>) -> anyhow::Result<RedditConfig> {
    let hidden = |kept: &config::Secret| kept.reveal(env).map(Hidden::new).map_err(|why| anyhow!(why));
    let login = match &reddit.login {
        RedditLogin::Refresh(token) => Login::Refresh(hidden(token)?),
        RedditLogin::Password(username, password) => {
            Login::Password { username: username.clone(), password: hidden(password)? }
        }
    };
    let app = (reddit.client_id.clone(), hidden(&reddit.client_secret)?);
    Ok(RedditConfig {
        subreddits: reddit.subreddits.clone(),
        queries: reddit.queries.clone(),
        every: reddit.every,
        auth: reddit.auth.clone(),
        api: reddit.api.clone(),
        ..RedditConfig::new(&source.name, app, login, &reddit.operator)
    })
}

/// What an adapter gets besides its configuration: a file of its own beside the store, the clock, the randomness.
fn tools(config: &Config, source: &str, clock: &Arc<dyn Clock>, chance: &Arc<Chance>, kept: Kept) -> Tools {
    let (clock, chance) = (Arc::clone(clock), Arc::clone(chance));
    let file = || FileKeep::new(config.store.folder.join("sessions").join(format!("{source}.json")));
    let keep: Arc<dyn Keep> = match kept {
        Kept::Beside => Arc::new(file()),
        Kept::Nowhere => Arc::new(MemoryKeep::default()),
    };
    Tools { keep, now: Arc::new(move || clock.now()), chance: Arc::new(move || chance.number()) }
}
