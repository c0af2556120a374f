//! X by its API v2. Reading costs money, resource by resource: everything read is counted, and a monthly budget stops it.
//! A self-serve app may answer only who called the account, and may not like or follow; docs/x.md has the table.

mod api;
mod check;
mod cost;
mod lists;
mod mark;
mod oauth;
mod poll;
mod post;
mod query;
mod send;
mod stream;
mod wire;

pub use oauth::UserKeys;
pub use post::read;

use self::api::{Api, As, Failed, never, read_failed};
use self::cost::{Book, KeptAccount, Mills, price};
use self::post::{Eyes, Reference};
use self::wire::{Answer, Tweet, User};
use super::{Batch, CallError, Deed, First, Look, Network, Outgoing, Sent, Tools, View};
use crate::domain::{Author, Capabilities, Cursor, Idempotency, LengthRule, Post, SourceName};
use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::Method;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// What the app may do at X.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tier {
    /// Self-serve, paid by use: replies only to who called the account, no likes, no follows.
    #[default]
    PayPerUse,
    /// A contract: all of it.
    Enterprise,
}

/// One watch on X.
#[derive(Clone, PartialEq, Eq)]
pub struct XConfig {
    /// The configured name of the source.
    pub name: SourceName,
    /// The keys of the account, for mentions and replies.
    pub user: Option<UserKeys>,
    /// The bearer token of the app, for search and the stream.
    pub bearer: Option<String>,
    /// What the app may do.
    pub tier: Tier,
    /// What reading may cost in a month (UTC), in thousandths of a US dollar.
    pub budget: u64,
    /// What is searched for, as X writes queries; without any, the words and domains below.
    pub queries: Vec<String>,
    /// Words and phrases that are searched for.
    pub words: Vec<String>,
    /// Domains whose links are searched for.
    pub domains: Vec<String>,
    /// Handles of own accounts, whose posts are not searched for.
    pub own: Vec<String>,
    /// Searched posts come by the filtered stream; search only fills the gaps.
    pub stream: bool,
    /// How often to look for mentions, and to search without a stream.
    pub every: Duration,
    /// A reply to one of our posts is a call, even if it does not name the account.
    pub implicit_summons: bool,
    /// Where the API is: [`XConfig::BASE`], or a stand-in.
    pub base: String,
    /// One call may take so long.
    pub timeout: Duration,
    /// A stream that says nothing for so long has ended. X says something every 20 seconds.
    pub silence: Duration,
}

impl XConfig {
    /// The API itself.
    pub const BASE: &'static str = "https://api.x.com";

    /// A watch on X itself for an app that pays by use, with the usual limits and a budget of 10 USD; it has no keys yet.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: SourceName::new(name),
            user: None,
            bearer: None,
            tier: Tier::PayPerUse,
            budget: 10_000,
            queries: Vec::new(),
            words: Vec::new(),
            domains: Vec::new(),
            own: Vec::new(),
            stream: false,
            every: Duration::from_mins(5),
            implicit_summons: false,
            base: Self::BASE.to_owned(),
            timeout: Duration::from_secs(30),
            silence: Duration::from_secs(45),
        }
    }
}

impl std::fmt::Debug for XConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("XConfig").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Weighted characters of a post (docs.x.com/fundamentals/counting-characters).
const LONGEST: usize = 280;
/// Posts of a conversation above a mention.
const CONTEXT: usize = 20;

/// X, ready to be polled and to answer.
pub struct X {
    config: XConfig,
    api: Api,
    book: Book,
    news: Arc<Notify>,
    state: Mutex<State>,
    line: tokio::sync::Mutex<Option<stream::Line>>,
}

/// What need not outlive the program.
#[derive(Default)]
struct State {
    /// When the lists were read last.
    listed: Option<Timestamp>,
    /// What went wrong after something was read: told at the next poll.
    pending: Option<CallError>,
    /// The position that was handed on last: if the next poll comes with another one, it was not kept.
    handed: Option<Cursor>,
}

impl X {
    /// A watch by its configuration.
    ///
    /// # Errors
    /// [`CallError::Never`] with a sentence if there are no keys, or what they are needed for is missing.
    pub fn new(config: XConfig, tools: Tools) -> Result<Self, CallError> {
        if config.user.is_none() && config.bearer.is_none() {
            return Err(never(format!(
                "\"{}\" has no keys for X; give it the four keys, a bearer token, or both",
                config.name
            )));
        }
        if config.stream && config.bearer.is_none() {
            return Err(never(format!(
                "the stream of \"{}\" needs bearer_token; add it, or leave stream out",
                config.name
            )));
        }
        let book = Book::open(Arc::clone(&tools.keep), config.budget);
        let api = Api::new(&config.base, config.timeout, config.user.clone(), config.bearer.clone(), tools)?;
        let (news, state, line) = (Arc::new(Notify::new()), Mutex::default(), tokio::sync::Mutex::new(None));
        Ok(Self { config, api, book, news, state, line })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A fingerprint of the account's token: another token may be another account's.
    fn fingerprint(&self) -> Option<String> {
        let keys = self.config.user.as_ref()?;
        let hash = Sha256::digest(format!("hearback x {}", keys.access_token));
        Some(hash.iter().take(8).map(|b| format!("{b:02x}")).collect::<Vec<_>>().concat())
    }

    fn kept_account(&self) -> Option<KeptAccount> {
        let token = self.fingerprint()?;
        self.book.kept().account.filter(|a| a.token == token)
    }

    fn me(&self) -> Option<Author> {
        let KeptAccount { id, name, handle, .. } = self.kept_account()?;
        let url = post::is_handle(&handle).then(|| format!("https://x.com/{handle}"));
        Some(Author { id, name, handle, reach: None, url })
    }

    fn account_id(&self) -> String {
        self.kept_account().map(|a| a.id).unwrap_or_default()
    }

    /// Asks once who we are; it is remembered, since it costs something.
    async fn know_account(&self, now: Timestamp) -> Result<(), CallError> {
        let Some(token) = self.fingerprint() else { return Ok(()) };
        if self.kept_account().is_some() {
            return Ok(());
        }
        let what = "X was not told who we are";
        let bytes = self.api.call(Method::GET, "/2/users/me", &[], None, As::User).await;
        let bytes = bytes.map_err(|failed| read_failed(what, failed))?;
        let user = serde_json::from_slice::<Answer<User>>(&bytes).ok().and_then(|a| a.data);
        let Some(user) = user.filter(|u| post::is_id(&u.id)) else {
            return Err(CallError::Later { why: format!("{what}: X sent something unreadable"), after: None });
        };
        self.book.read(&[(format!("u{}", user.id), price::USER)], now)?;
        let Author { id, name, handle, .. } = post::author(&user);
        self.book.change(|kept| kept.account = Some(KeptAccount { token, id, name, handle }))
    }

    /// What is searched for.
    fn searches(&self) -> Vec<String> {
        if !self.api.has_app() && !self.api.has_user() {
            return Vec::new();
        }
        if !self.config.queries.is_empty() {
            return self.config.queries.clone();
        }
        let mut own: BTreeSet<String> =
            self.config.own.iter().map(|h| h.trim_start_matches('@').to_lowercase()).collect();
        own.extend(self.me().map(|me| me.handle.to_lowercase()));
        let own: Vec<String> = own.into_iter().filter(|h| post::is_handle(h)).collect();
        let limit = if self.config.tier == Tier::Enterprise { 2_048 } else { query::LONGEST };
        query::queries(
            &self.config.words,
            &self.config.domains,
            &own,
            limit.min(if self.config.stream { stream::LONGEST } else { limit }),
        )
    }

    /// A post as the desk takes it.
    fn as_post(&self, tweet: &Tweet, users: &[User], now: Timestamp) -> Option<Post> {
        let (me, kept) = (self.me(), self.book.kept());
        let eyes = Eyes {
            source: &self.config.name,
            me: me.as_ref(),
            implicit: self.config.implicit_summons,
            versions: &kept.versions,
        };
        eyes.post(tweet, users, now)
    }

    /// One post by its id; `None` with the reason if X does not show it.
    async fn one(&self, id: &str, now: Timestamp) -> Result<Result<(Tweet, Vec<User>), String>, CallError> {
        let what = "the post could not be read at X";
        let bytes = match self.api.read(&format!("/2/tweets/{id}"), Vec::new(), true, As::User).await {
            Err(Failed::Refused(no)) if no.status == 404 => return Ok(Err("it is not there any more".to_owned())),
            other => other.map_err(|failed| read_failed(what, failed))?,
        };
        let answer = serde_json::from_slice::<Answer<Tweet>>(&bytes);
        let answer = answer.map_err(|e| CallError::Later { why: format!("{what}: {e}"), after: None })?;
        let Some(tweet) = answer.data else {
            let reason = match answer.errors.first() {
                Some(problem) if problem.is("not-authorized-for-resource") => {
                    "its author does not show it to the account"
                }
                _ => "it is not there any more",
            };
            return Ok(Err(reason.to_owned()));
        };
        let mut resources: Vec<(String, Mills)> = vec![(format!("p{}", tweet.id), price::POST)];
        resources.extend(answer.includes.tweets().map(|t| (format!("p{}", t.id), price::POST)));
        resources.extend(answer.includes.users.iter().map(|u| (format!("u{}", u.id), price::USER)));
        self.book.read(&resources, now)?;
        Ok(Ok((tweet, answer.includes.users)))
    }
}

#[async_trait]
impl Network for X {
    fn source(&self) -> &SourceName {
        &self.config.name
    }

    fn network(&self) -> &str {
        post::NETWORK
    }

    fn capabilities(&self) -> Capabilities {
        if !self.api.has_user() {
            return Capabilities { context: true, look: true, ..Capabilities::READ_ONLY };
        }
        let all = self.config.tier == Tier::Enterprise;
        Capabilities {
            reply: true,
            look: true,
            like: all,
            repost: true,
            follow: all,
            retract: true,
            direct_message: true,
            idempotency: Idempotency::Look,
            context: true,
            // The rule for self-serve apps makes no exception for answering an own post.
            thread: all,
            undo: true,
            summoned_only: !all,
        }
    }

    fn length(&self) -> LengthRule {
        LengthRule::Weighted(LONGEST)
    }

    fn interval(&self) -> Option<Duration> {
        Some(self.config.every)
    }

    fn account(&self) -> Option<Author> {
        self.me()
    }

    fn notes(&self, now: Timestamp) -> Vec<String> {
        vec![self.book.note(now)]
    }

    /// Own posts are shown a little after they were taken.
    fn settles(&self) -> Duration {
        Duration::from_mins(1)
    }

    async fn poll(&self, cursor: Option<&Cursor>, first: First, now: Timestamp) -> Result<Batch, CallError> {
        self.hear(cursor, first, now).await
    }

    async fn ready(&self) {
        self.news.notified().await;
    }

    /// The newest version of the post, and what the account has said below it. Reading them is part of sending: it goes on
    /// when the budget is used up, and is noted.
    async fn look(&self, post: &Post) -> Result<Look, CallError> {
        let now = self.api.now();
        self.know_account(now).await?;
        let mut id = Reference::of(post);
        let mut found = match self.one(&id, now).await? {
            Ok(found) => found,
            Err(why) => return Ok(Look::Gone(why)),
        };
        // Each version has an id of its own, and is shown as it was.
        if let Some(last) = found.0.versions().last().filter(|last| **last != id && post::is_id(last)) {
            id = last.clone();
            found = match self.one(&id, now).await? {
                Ok(found) => found,
                Err(why) => return Ok(Look::Gone(why)),
            };
        }
        let (tweet, users) = found;
        let below = |answer: &Post| answer.parent.as_deref().is_some_and(|p| p == post.external_id || p == id);
        let mut found = if self.api.has_user() { self.own_since(post, now).await? } else { Vec::new() };
        found.extend(self.answers_to(&id, now).await?);
        let mut seen = BTreeSet::new();
        found.retain(|t| seen.insert(t.id.clone()));
        let mut answers: Vec<Post> = found.iter().filter_map(|t| self.as_post(t, &[], now)).filter(below).collect();
        answers.sort_by_key(|p| p.posted_at);
        // They belong to the post by the id that it is known by.
        for answer in &mut answers {
            answer.parent = Some(post.external_id.clone());
        }
        let text = self.as_post(&tweet, &users, now).map(|p| p.text);
        Ok(Look::There(View { text, answers }))
    }

    async fn reply(&self, reply: &Outgoing, now: Timestamp) -> Result<Sent, CallError> {
        self.send(reply, now).await
    }

    async fn find_reply(&self, reply: &Outgoing) -> Result<Option<Sent>, CallError> {
        self.find(reply, self.api.now()).await
    }

    /// The posts above, one by one: X has no list of them. Only within the budget.
    async fn context(&self, post: &Post) -> Result<Vec<Post>, CallError> {
        let now = self.api.now();
        let mut above: Vec<Post> = Vec::new();
        let mut next = post.parent.clone();
        while let Some(id) = next.take().filter(|id| post::is_id(id) && above.len() < CONTEXT) {
            if above.iter().any(|p| p.external_id == id) {
                break;
            }
            if let Err(used_up) = self.book.left(now) {
                if above.is_empty() {
                    return Err(used_up);
                }
                break;
            }
            let Ok((tweet, users)) = self.one(&id, now).await? else { break };
            let Some(found) = self.as_post(&tweet, &users, now) else { break };
            next.clone_from(&found.parent);
            above.push(found);
        }
        above.reverse();
        Ok(above)
    }

    async fn act(&self, deed: &Deed, now: Timestamp) -> Result<Sent, CallError> {
        self.deed(deed, now).await
    }

    async fn check(&self, now: Timestamp) -> Result<Vec<String>, CallError> {
        self.examine(now).await
    }
}
