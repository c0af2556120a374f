//! Mastodon and whatever speaks its API: `GoToSocial`, Mitra, Pleroma, Akkoma …
//!
//! Posts are known by their `ActivityPub` address, which is the same on every server; ids of one server are opaque. The
//! stream only says when to look (`stream.rs`); what there is comes from lists that are read back to what is known (`walk.rs`).

mod acts;
mod api;
/// How a token is had: the application, the page where a person agrees, the code.
pub mod login;
mod post;
mod rules;
mod send;
mod stream;
mod threads;
mod walk;
mod watch;
mod wire;

use super::{Batch, CallError, Deed, First, Look, Network, Outgoing, Sent, Tools, View};
use crate::domain::{Author, Capabilities, Cursor, Idempotency, LengthRule, Post, SourceName};
use api::{Api, Failed};
use async_trait::async_trait;
use jiff::Timestamp;
use post::{NETWORK, Seer, Thread};
use rules::Rules;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use stream::{Bell, Stream};
use threads::Threads;
use url::Url;
use wire::{Account, Context, Status};

/// An access token. Printing one shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Keeps a token.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The token itself, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A public timeline that is watched as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeline {
    /// What people of this server post.
    Local,
    /// What this server knows of everybody's.
    Public,
}

/// One watch on one instance, as one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MastodonConfig {
    /// The configured name of the source.
    pub name: SourceName,
    /// The instance, such as `https://social.example`.
    pub url: String,
    /// The account's token; without one only public timelines are read, where the instance shows them.
    pub token: Option<Token>,
    /// Hashtags that are watched, without `#`.
    pub hashtags: Vec<String>,
    /// What the instance's search is asked for; nothing, if it is empty.
    pub search: Vec<String>,
    /// A public timeline that is read as a whole.
    pub timeline: Option<Timeline>,
    /// How often to look, also while a stream says when to.
    pub every: Duration,
    /// Whether to listen to the stream.
    pub streaming: bool,
    /// Public posts are answered unlisted: seen by all who come across it, and in no timeline.
    pub unlisted: bool,
    /// One call may take so long.
    pub timeout: Duration,
}

impl MastodonConfig {
    /// A watch on mentions alone, with the usual limits.
    pub fn new(name: impl Into<String>, url: impl Into<String>, token: Option<Token>) -> Self {
        Self {
            name: SourceName::new(name),
            url: url.into(),
            token,
            hashtags: Vec::new(),
            search: Vec::new(),
            timeline: None,
            every: Duration::from_mins(1),
            streaming: true,
            unlisted: false,
            timeout: Duration::from_secs(30),
        }
    }
}

/// The account behind the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Me {
    /// Its id at the instance.
    id: String,
    /// As it appears in posts.
    author: Author,
}

/// What is known by now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    /// The instance that this is about.
    base: String,
    me: Option<Me>,
    rules: Option<Rules>,
    /// The token was seen to be this account's since the program started.
    #[serde(skip)]
    verified: bool,
    /// Lists that the server does not give, by their names: why, and when to ask again.
    #[serde(skip)]
    refused: BTreeMap<String, (String, Timestamp)>,
    /// When what is not pushed was looked at last.
    #[serde(skip)]
    searched_at: Option<Timestamp>,
}

/// One account at one instance.
pub struct Mastodon {
    config: MastodonConfig,
    api: Api,
    tools: Tools,
    state: Mutex<State>,
    threads: Threads,
    bell: Arc<Bell>,
    stream: Stream,
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The address of an instance.
///
/// # Errors
/// A sentence, if it is none.
pub fn base(typed: &str) -> Result<Url, String> {
    let typed = typed.trim();
    let whole = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let url = Url::parse(&whole).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
    let mut url = url.ok_or("write the instance's address, such as https://social.example")?;
    let here = url.host_str().is_some_and(|h| h == "localhost" || h.starts_with("127.") || h == "[::1]");
    if url.scheme() == "http" && !here {
        return Err(
            "the address of the instance must begin with https://, or the token could be read on its way".to_owned()
        );
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address of the instance must have no user name or password in it".to_owned());
    }
    url.set_query(None);
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

impl Mastodon {
    /// An account by its configuration.
    ///
    /// # Errors
    /// [`CallError::Never`] with a sentence if the address is not that of an instance.
    pub fn new(config: MastodonConfig, tools: Tools) -> Result<Self, CallError> {
        let base = base(&config.url).map_err(|why| CallError::Never { why })?;
        let kept = tools.keep.load().and_then(|text| serde_json::from_str::<State>(&text).ok());
        let kept = kept.filter(|kept| kept.base == base.as_str());
        let state = kept.unwrap_or_else(|| State { base: base.as_str().to_owned(), ..State::default() });
        let api = Api::new(base, config.token.clone(), config.timeout, Arc::clone(&tools.now))?;
        Ok(Self {
            config,
            api,
            tools,
            state: Mutex::new(state),
            threads: Threads::default(),
            bell: Arc::new(Bell::default()),
            stream: Stream::default(),
        })
    }

    /// Who the token is for; asked once.
    async fn who(&self) -> Result<Me, Failed> {
        let known = Some(lock(&self.state)).filter(|s| s.verified).and_then(|s| s.me.clone());
        if let Some(me) = known {
            return Ok(me);
        }
        let domain = self.rules(self.api.now()).await?.domain;
        let account: Account = self.api.get(&["api", "v1", "accounts", "verify_credentials"], &[]).await?;
        let name = if account.acct.is_empty() { &account.username } else { &account.acct };
        let handle = post::handle(name, &domain);
        let author = Author {
            id: handle.to_lowercase(),
            name: super::plain::first_line(&account.display_name, 200),
            handle,
            reach: None,
            url: post::web(&account.url),
        };
        let me = Me { id: account.id, author };
        {
            let mut state = lock(&self.state);
            state.me = Some(me.clone());
            state.verified = true;
        }
        self.remember();
        Ok(me)
    }

    /// The instance's rules; read once a day.
    async fn rules(&self, now: Timestamp) -> Result<Rules, Failed> {
        let known = lock(&self.state).rules.clone();
        if let Some(rules) = known.clone().filter(|rules| rules.is_fresh(now)) {
            return Ok(rules);
        }
        match (rules::ask(&self.api, now).await, known) {
            (Ok(rules), _) => {
                lock(&self.state).rules = Some(rules.clone());
                self.remember();
                Ok(rules)
            }
            // Yesterday's are better than none.
            (Err(_), Some(old)) => Ok(old),
            (Err(failed), None) => Err(failed),
        }
    }

    fn remember(&self) {
        let text = serde_json::to_string(&*lock(&self.state)).unwrap_or_default();
        if let Err(why) = self.tools.keep.save(&text) {
            tracing::warn!(source = %self.config.name, why, "what is known of the instance is asked for again after a restart");
        }
    }

    fn domain(&self) -> String {
        lock(&self.state).rules.as_ref().map_or_else(|| self.api.host(), |rules| rules.domain.clone())
    }

    fn has_token(&self) -> bool {
        self.config.token.is_some()
    }

    fn no_token(&self) -> Result<(), CallError> {
        if self.has_token() {
            return Ok(());
        }
        Err(CallError::Never {
            why: format!(
                "\"{}\" has no token; run hearback login mastodon, or open the post and answer there",
                self.config.name
            ),
        })
    }

    /// Posts out of a thread that was asked for, each with what it answers.
    fn posts<'s>(&self, statuses: impl Iterator<Item = &'s Status>, conversation: Option<&str>) -> Vec<Post> {
        let (domain, me) = (self.domain(), lock(&self.state).me.as_ref().map(|me| me.id.clone()));
        let (source, base, now) = (&self.config.name, self.api.base(), self.api.now());
        let seer = Seer { source, base, domain: &domain, me: me.as_deref(), now };
        let post = |status: &'s Status| {
            let parent = status.in_reply_to_id.as_deref().and_then(|id| self.threads.uri(id));
            seer.post(status, Thread { parent, conversation: conversation.map(str::to_owned) })
        };
        statuses.filter_map(post).collect()
    }

    async fn look_at(&self, post: &Post) -> Result<Look, Failed> {
        let gone = |why: &str| Ok(Look::Gone(why.to_owned()));
        let Some(local) = self.local(post).await? else {
            return gone("it is deleted, or its author hides it from this account");
        };
        let status: Status = match self.api.get(&["api", "v1", "statuses", &local.id], &[]).await {
            Ok(status) => status,
            Err(failed) if failed.is_gone() => return gone("it is deleted, or its author hides it from this account"),
            Err(failed) => return Err(failed),
        };
        if let Some(why) = self.barrier(&local.account, post).await? {
            return Ok(Look::Gone(why));
        }
        let context: Context = match self.api.get(&["api", "v1", "statuses", &local.id, "context"], &[]).await {
            Ok(context) => context,
            Err(failed) if failed.is_gone() => return gone("it is deleted, or its author hides it from this account"),
            Err(failed) => return Err(failed),
        };
        self.threads.know(&status.id, &post.external_id, post.conversation.as_deref());
        let right_below = context.descendants.iter().filter(|s| s.in_reply_to_id.as_deref() == Some(&status.id));
        let answers = self.posts(right_below, post.conversation.as_deref());
        Ok(Look::There(View { text: Some(post::text(&status)), answers }))
    }

    async fn above(&self, post: &Post) -> Result<Vec<Post>, Failed> {
        let Some(local) = self.local(post).await? else { return Ok(Vec::new()) };
        let context: Context = self.api.get(&["api", "v1", "statuses", &local.id, "context"], &[]).await?;
        let conversation = context.ancestors.first().and_then(post::external_id);
        for status in &context.ancestors {
            if let Some(uri) = post::external_id(status) {
                self.threads.know(&status.id, &uri, conversation.as_deref());
            }
        }
        let far = context.ancestors.len().saturating_sub(20);
        Ok(self.posts(context.ancestors.iter().skip(far), conversation.as_deref()))
    }

    fn told(&self, failed: Failed, what: &str) -> CallError {
        failed.reading(what, &self.api.host())
    }
}

#[async_trait]
impl Network for Mastodon {
    fn source(&self) -> &SourceName {
        &self.config.name
    }

    fn network(&self) -> &str {
        NETWORK
    }

    fn capabilities(&self) -> Capabilities {
        if !self.has_token() {
            return Capabilities::READ_ONLY;
        }
        Capabilities {
            reply: true,
            look: true,
            like: true,
            repost: true,
            follow: true,
            retract: true,
            direct_message: true,
            idempotency: Idempotency::Look,
            context: true,
            thread: true,
            undo: true,
            summoned_only: false,
        }
    }

    fn length(&self) -> LengthRule {
        Rules::length(lock(&self.state).rules.as_ref())
    }

    fn interval(&self) -> Option<Duration> {
        Some(self.config.every)
    }

    fn account(&self) -> Option<Author> {
        lock(&self.state).me.as_ref().filter(|_| self.has_token()).map(|me| me.author.clone())
    }

    fn notes(&self, _now: Timestamp) -> Vec<String> {
        let mut notes: Vec<String> = lock(&self.state).refused.values().map(|(why, _)| why.clone()).collect();
        if let Some(why) = self.stream.trouble().filter(|_| self.config.streaming) {
            let every = self.config.every.as_secs();
            notes.push(format!("{} does not stream ({why}); it is asked every {every} s instead", self.api.host()));
        }
        notes
    }

    async fn poll(&self, cursor: Option<&Cursor>, first: First, now: Timestamp) -> Result<Batch, CallError> {
        self.watch(cursor, first, now).await
    }

    async fn ready(&self) {
        self.bell.wait().await;
    }

    async fn look(&self, post: &Post) -> Result<Look, CallError> {
        self.no_token()?;
        self.look_at(post).await.map_err(|failed| self.told(failed, "show the post"))
    }

    async fn reply(&self, reply: &Outgoing, _now: Timestamp) -> Result<Sent, CallError> {
        self.no_token()?;
        self.send(reply).await
    }

    async fn find_reply(&self, reply: &Outgoing) -> Result<Option<Sent>, CallError> {
        self.no_token()?;
        self.find(reply).await
    }

    async fn context(&self, post: &Post) -> Result<Vec<Post>, CallError> {
        self.no_token()?;
        self.above(post).await.map_err(|failed| self.told(failed, "show the conversation"))
    }

    async fn act(&self, deed: &Deed, now: Timestamp) -> Result<Sent, CallError> {
        self.no_token()?;
        self.do_deed(deed, now).await
    }

    async fn check(&self, now: Timestamp) -> Result<Vec<String>, CallError> {
        self.look_around(now).await
    }
}

/// The posts of one page of a timeline, as it came over the wire. Never panics, whatever the bytes.
///
/// # Errors
/// Why the page cannot be read.
pub fn read(body: &[u8], source: &SourceName, now: Timestamp) -> Result<Vec<Post>, String> {
    let statuses: Vec<serde_json::Value> = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    let base = base("https://social.example")?;
    let seer = Seer { source, base: &base, domain: "social.example", me: Some("1"), now };
    let statuses: Vec<Status> = wire::each(statuses);
    Ok(statuses.iter().filter_map(|status| seer.post(status, Thread::default())).collect())
}
