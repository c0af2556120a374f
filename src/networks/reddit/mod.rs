//! Reddit, with the customer's own approved app: mentions and answers by the inbox, watched subreddits, searches; comments,
//! votes and private messages out. <https://www.reddit.com/dev/api/>

mod api;
mod markdown;
mod session;
mod shape;
mod talk;
mod watch;
mod write;

pub use shape::read;

use super::{Batch, CallError, Deed, First, Look, Network, Outgoing, Sent, Tools, not_here};
use crate::domain::{Act, Author, Capabilities, Cursor, Idempotency, LengthRule, Post, SourceName};
use api::Api;
use async_trait::async_trait;
use jiff::Timestamp;
use std::fmt;
use std::time::Duration;
use url::Url;

/// The word on the card.
const NETWORK: &str = "reddit";
/// The longest comment, in characters of Markdown. <https://www.reddit.com/dev/api/#POST_api_comment>
const LONGEST: usize = 10_000;

/// Lists are served from caches: what was taken shows in them by then.
const SETTLES: Duration = Duration::from_mins(1);

/// A word that is never shown. Its `Debug` tells nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(String);

impl Hidden {
    /// Hides it.
    pub fn new(word: impl Into<String>) -> Self {
        Self(word.into())
    }

    fn show(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(…)")
    }
}

/// How it logs in as an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    /// With the permanent refresh token that the account granted to a web app.
    Refresh(Hidden),
    /// With the account's own password: only for an app of type "script" that this account made.
    Password {
        /// The account's name.
        username: String,
        /// Its password.
        password: Hidden,
    },
}

/// One watch on Reddit as one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedditConfig {
    /// The configured name of the source.
    pub name: SourceName,
    /// The app's id, as <https://www.reddit.com/prefs/apps> shows it.
    pub client_id: String,
    /// The app's secret.
    pub client_secret: Hidden,
    /// How it logs in.
    pub login: Login,
    /// Whose program this is: the user name that Reddit can write to. Reddit asks for it in every request.
    pub operator: String,
    /// Subreddits of which everything is read, without `r/`.
    pub subreddits: Vec<String>,
    /// What is searched for in posts, one query each.
    pub queries: Vec<String>,
    /// How often to poll. Some 100 requests a minute are allowed per app; a poll takes two and one for each query and half
    /// a list of subreddits.
    pub every: Duration,
    /// Where tokens are made: [`RedditConfig::AUTH`], or a stand-in.
    pub auth: String,
    /// Where the API is: [`RedditConfig::API`], or a stand-in.
    pub api: String,
    /// One call may take so long.
    pub timeout: Duration,
}

impl RedditConfig {
    /// Where tokens are made.
    pub const AUTH: &'static str = "https://www.reddit.com";
    /// Where everything else is.
    pub const API: &'static str = "https://oauth.reddit.com";

    /// The inbox of an account at Reddit itself, with the usual time limit.
    pub fn new(name: impl Into<String>, app: (String, Hidden), login: Login, operator: impl Into<String>) -> Self {
        Self {
            name: SourceName::new(name),
            client_id: app.0,
            client_secret: app.1,
            login,
            operator: operator.into(),
            subreddits: Vec::new(),
            queries: Vec::new(),
            every: Duration::from_mins(2),
            auth: Self::AUTH.to_owned(),
            api: Self::API.to_owned(),
            timeout: Duration::from_secs(30),
        }
    }
}

/// Reddit, ready to be asked.
pub struct Reddit {
    api: Api,
}

/// What each scope of the token is for.
const SCOPES: &[(&str, &str)] = &[
    ("identity", "to know whose answers are ours"),
    ("read", "to read posts and conversations"),
    ("privatemessages", "to read the inbox and to write private messages"),
    ("history", "to see what the account posts elsewhere"),
    ("submit", "to reply"),
    ("vote", "to like"),
    ("edit", "to delete a reply"),
];

impl Reddit {
    /// A watch by its configuration.
    ///
    /// # Errors
    /// [`CallError::Never`] with a sentence if an address or a name cannot be used.
    pub fn new(mut config: RedditConfig, tools: Tools) -> Result<Self, CallError> {
        let never = |why: String| Err(CallError::Never { why });
        for address in [&mut config.auth, &mut config.api] {
            let url = Url::parse(address.trim_end_matches('/')).ok();
            if !url.is_some_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host() && u.query().is_none()) {
                return never(format!("the addresses of \"{}\" must begin with http:// or https://", config.name));
            }
            *address = address.trim_end_matches('/').to_owned();
        }
        let word = |name: &str| {
            (2..=30).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        };
        if let Some(wrong) = config.subreddits.iter().find(|name| !word(name)) {
            return never(format!("\"{wrong}\" is no name of a subreddit; write it without r/, such as \"rust\""));
        }
        if !word(&config.operator) {
            return never(format!("\"{}\" is no user name at Reddit; write it without u/", config.operator));
        }
        Ok(Self { api: Api::new(config, tools)? })
    }
}

impl Api {
    /// Whether the token may do that; unknown until there is one.
    fn may(&self, scope: &str) -> bool {
        self.session().is_none_or(|s| s.scopes.iter().any(|has| has == scope || has == "*"))
    }

    /// The scopes that are missing, a sentence each.
    fn lacks(&self) -> Vec<String> {
        let missing = SCOPES.iter().filter(|(scope, _)| !self.may(scope));
        missing.map(|(scope, what)| format!("Reddit's token lacks the scope {scope}: it is needed {what}")).collect()
    }
}

#[async_trait]
impl Network for Reddit {
    fn source(&self) -> &SourceName {
        &self.api.source
    }

    fn network(&self) -> &str {
        NETWORK
    }

    fn capabilities(&self) -> Capabilities {
        let may = |scope| self.api.may(scope);
        Capabilities {
            reply: may("submit"),
            look: may("read"),
            like: may("vote"),
            repost: false,
            follow: false,
            retract: may("edit"),
            direct_message: may("privatemessages"),
            idempotency: if may("read") || may("history") { Idempotency::Look } else { Idempotency::None },
            context: may("read"),
            thread: may("submit"),
            undo: may("vote"),
            summoned_only: false,
        }
    }

    fn length(&self) -> LengthRule {
        LengthRule::Chars(LONGEST)
    }

    fn interval(&self) -> Option<Duration> {
        Some(self.api.config.every)
    }

    fn account(&self) -> Option<Author> {
        self.api.session()?.account
    }

    fn notes(&self, _now: Timestamp) -> Vec<String> {
        self.api.lacks().into_iter().chain(self.api.not_shown()).collect()
    }

    fn settles(&self) -> Duration {
        SETTLES
    }

    async fn poll(&self, cursor: Option<&Cursor>, first: First, now: Timestamp) -> Result<Batch, CallError> {
        self.api.poll(cursor, first, now).await
    }

    async fn look(&self, post: &Post) -> Result<Look, CallError> {
        self.api.look_at(post).await
    }

    async fn reply(&self, reply: &Outgoing, now: Timestamp) -> Result<Sent, CallError> {
        self.api.reply(reply, now).await
    }

    async fn find_reply(&self, reply: &Outgoing) -> Result<Option<Sent>, CallError> {
        self.api.find(reply).await
    }

    async fn context(&self, post: &Post) -> Result<Vec<Post>, CallError> {
        self.api.above(post).await
    }

    async fn act(&self, deed: &Deed, now: Timestamp) -> Result<Sent, CallError> {
        match deed.act {
            Act::Like => self.api.vote(deed, now).await,
            Act::Message => self.api.message(deed, now).await,
            Act::Retract => self.api.retract(deed, now).await,
            Act::Repost | Act::Follow => Err(not_here("do that")),
        }
    }

    async fn check(&self, _now: Timestamp) -> Result<Vec<String>, CallError> {
        let account = self.api.whoami().await?;
        let mut lines = vec![format!("Reddit: answers as u/{}", account.handle)];
        if !self.api.config.subreddits.is_empty() {
            let subreddits = self.api.config.subreddits.join("+");
            self.api.get(&api::Call::new(format!("/r/{subreddits}/new")).with("limit", "1")).await?;
            lines.push(format!("Reddit: reads everything in r/{subreddits}"));
        }
        lines.extend(self.api.lacks());
        Ok(lines)
    }
}
