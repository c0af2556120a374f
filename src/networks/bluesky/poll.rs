//! One poll: notifications, own posts, the search and what the stream brought, and the position after all that.

use super::lists::{Listing, Which, page};
use super::post::{Raw, at, author, parts, profile, web};
use super::stream::StreamMark;
use super::walk::{List as _, Mark, walk};
use super::xrpc::Call;
use super::{Bluesky, Known, stream};
use crate::domain::{Cursor, Post, SourceName};
use crate::networks::{Batch, CallError, First};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Accounts that can be asked for at once (`app.bsky.actor.getProfiles`).
const PROFILES: usize = 25;
/// Accounts that are looked up for one poll.
const PEOPLE: usize = 100;
/// Accounts that are remembered.
const REMEMBERED: usize = 5_000;

/// The position, as JSON in the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Position {
    /// Whose notifications and posts the marks are about.
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    notifications: Option<Mark>,
    #[serde(default)]
    own: Option<Mark>,
    #[serde(default)]
    searches: BTreeMap<String, Mark>,
    #[serde(default)]
    stream: Option<StreamMark>,
    /// The history that was asked for, in milliseconds since 1970, until every part has begun with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<i64>,
    /// What the stream did not bring, by search.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    gaps: BTreeMap<String, Mark>,
}

/// What is gathered for one batch.
#[derive(Default)]
struct Gathered {
    posts: Vec<Post>,
    more: bool,
    trouble: Option<CallError>,
}

impl Gathered {
    fn failed(&mut self, error: CallError) {
        self.trouble.get_or_insert(error);
    }

    fn add(&mut self, mut other: Self) {
        self.posts.append(&mut other.posts);
        self.more |= other.more;
        if let Some(error) = other.trouble {
            self.failed(error);
        }
    }
}

impl Bluesky {
    pub(super) async fn poll_all(
        &self,
        cursor: Option<&Cursor>,
        first: First,
        now: Timestamp,
    ) -> Result<Batch, CallError> {
        let lost = self.known().handed.take().is_some_and(|handed| cursor != Some(&handed));
        if lost {
            // What was handed on was not kept: what streamed comes again.
            self.stream.again().await;
            self.known().asked = None;
        }
        let stored = cursor.and_then(|c| serde_json::from_str::<Position>(&c.0).ok());
        if stored.is_none() && cursor.is_some() {
            tracing::warn!(source = %self.config.name, "the stored position is not readable; starting from now");
        }
        let mut position = stored.unwrap_or_default();
        let before = position.clone();
        if let (None, First::Since(since)) = (cursor, first) {
            position.since = Some(since.as_millisecond());
        }
        let since = position.since.and_then(|at| Timestamp::from_millisecond(at).ok());
        let first = since.map_or(First::Now, First::Since);
        let mut all = Gathered::default();
        let me = match &self.sessions {
            None => None,
            Some(sessions) => match sessions.get().await {
                Ok(session) => Some(session.did),
                Err(error) => {
                    all.failed(error);
                    None
                }
            },
        };
        if self.config.jetstream.is_some() {
            self.stream_part(&mut position, &mut all, first, me.as_deref(), now).await;
        }
        let asked_before = self.known().trouble.clone();
        if self.config.jetstream.is_none() || self.is_due(now) {
            let mut lists = Gathered::default();
            if let Some(me) = &me {
                if position.account.as_ref().is_some_and(|was| was != me) {
                    (position.notifications, position.own) = (None, None);
                }
                position.account = Some(me.clone());
                self.list(Which::Notifications, &mut position.notifications, &mut lists, first, Some(me), now).await;
                self.list(Which::Own, &mut position.own, &mut lists, first, Some(me), now).await;
            }
            if self.sessions.is_none() || me.is_some() {
                self.search_part(&mut position, &mut lists, first, me.as_deref(), now).await;
            }
            {
                let mut known = self.known();
                known.asked = Some(now);
                known.trouble.clone_from(&lists.trouble);
            }
            all.add(lists);
        } else if let Some(error) = asked_before {
            // Until it is asked again.
            all.failed(error);
        }
        let mut posts = once(all.posts);
        self.fill_people(&mut posts).await;
        if all.trouble.is_none() {
            position.since = None;
        }
        let changed = before != position;
        if let Some(error) = all.trouble {
            // What the others brought is kept, and where they begin; what failed stays where it was, and is an error once
            // nothing else is new. A stream that only goes on brings nothing new.
            let same = Position { stream: position.stream.clone(), ..before } == position;
            if posts.is_empty() && same {
                self.known().rest = None;
                return Err(error);
            }
            if let CallError::Later { after, .. } = &error {
                self.note_rest(*after);
            }
            tracing::warn!(source = %self.config.name, %error, "a part of Bluesky could not be read");
            all.more = false;
        }
        let moved = changed.then(|| Cursor(serde_json::to_string(&position).unwrap_or_default()));
        let mut known = self.known();
        known.handed = moved.clone().or_else(|| cursor.cloned());
        Ok(Batch { posts, cursor: moved, more: all.more, rest: known.rest.take() })
    }

    /// Whether more than the stream is to be asked again: what arrives there wakes us far more often than we may ask.
    fn is_due(&self, now: Timestamp) -> bool {
        let half = i64::try_from(self.config.every.as_millis() / 2).unwrap_or(i64::MAX);
        self.known().asked.is_none_or(|at| {
            let since = now.as_millisecond().saturating_sub(at.as_millisecond());
            !(0..half).contains(&since)
        })
    }

    pub(super) fn note_rest(&self, rest: Option<Duration>) {
        let mut known = self.known();
        known.rest = known.rest.max(rest);
    }

    /// Walks one list.
    async fn list(
        &self,
        which: Which<'_>,
        mark: &mut Option<Mark>,
        all: &mut Gathered,
        first: First,
        me: Option<&str>,
        now: Timestamp,
    ) -> bool {
        let listing = Listing { bluesky: self, which, me, now };
        match walk(mark, first, now, &listing).await {
            Ok(walked) => {
                all.posts.extend(walked.fresh);
                all.more |= walked.more;
                let whole = walked.trouble.is_none();
                if let Some(error) = walked.trouble {
                    all.failed(error);
                }
                whole
            }
            Err(error) => {
                all.failed(error);
                false
            }
        }
    }

    /// Searches for every query; with a stream only for what it did not bring.
    async fn search_part(
        &self,
        position: &mut Position,
        all: &mut Gathered,
        first: First,
        me: Option<&str>,
        now: Timestamp,
    ) {
        let streaming = self.config.jetstream.is_some();
        let marks = if streaming { &mut position.gaps } else { &mut position.searches };
        marks.retain(|query, _| self.config.queries.contains(query));
        let mut trouble = None;
        for query in &self.config.queries {
            let mut mark = marks.get(query).cloned();
            if streaming && mark.is_none() {
                continue;
            }
            let mut found = Gathered::default();
            let whole = self.list(Which::Search(query), &mut mark, &mut found, first, me, now).await;
            all.posts.append(&mut found.posts);
            all.more |= found.more;
            match mark {
                Some(_) if streaming && whole && !found.more => {
                    marks.remove(query);
                }
                Some(mark) => {
                    marks.insert(query.clone(), mark);
                }
                None => {}
            }
            if let Some(error) = found.trouble {
                trouble.get_or_insert(error);
            }
        }
        // Refused for good, it is told with the health, and does not hold up the rest; if there is a rest.
        let told = match trouble {
            Some(CallError::Never { why }) if me.is_some() || streaming => Some(why),
            Some(CallError::Never { why }) => {
                all.failed(CallError::Never { why: refused(&why) });
                Some(why)
            }
            Some(error) => {
                all.failed(error);
                None
            }
            None => None,
        };
        let was = std::mem::replace(&mut self.known().search, told.clone());
        if let Some(why) = told.filter(|why| was.as_ref() != Some(why)) {
            tracing::warn!(source = %self.config.name, why, "Bluesky refuses to search");
        }
    }

    /// Hands in what the stream has brought, and connects it if it is not connected.
    async fn stream_part(
        &self,
        position: &mut Position,
        all: &mut Gathered,
        first: First,
        me: Option<&str>,
        now: Timestamp,
    ) {
        let Some(jetstream) = &self.config.jetstream else { return };
        match self.stream.take(jetstream, &mut position.stream, first, me, now).await {
            Ok(brought) => {
                let posts = brought.heard.iter().filter_map(|heard| heard.post(&self.config.name, me, now));
                all.posts.extend(posts);
                if let Some(from) = brought.gap {
                    tracing::warn!(source = %self.config.name, %from, "the stream no longer has everything since then; searching for it");
                    for query in &self.config.queries {
                        position.gaps.entry(query.clone()).or_insert_with(|| Mark::since(from.as_millisecond()));
                    }
                }
            }
            Err(error) => all.failed(error),
        }
    }

    /// Names and reach of those who wrote. What cannot be found out stays as it is.
    async fn fill_people(&self, posts: &mut [Post]) {
        let mut wanted: Vec<String> = Vec::new();
        {
            let known = self.known();
            let mut seen = BTreeSet::new();
            for post in posts.iter() {
                let id = &post.author.id;
                if !known.people.contains_key(id) && seen.insert(id.clone()) && wanted.len() < PEOPLE {
                    wanted.push(id.clone());
                }
            }
        }
        for some in wanted.chunks(PROFILES) {
            let call = some.iter().fold(Call::get("app.bsky.actor.getProfiles"), |call, did| call.with("actors", did));
            let Ok(answer) = self.ask(&call).await else { break };
            let found = answer.value.get("profiles").and_then(Value::as_array).into_iter().flatten();
            let mut known = self.known();
            if known.people.len() > REMEMBERED {
                known.people.clear();
            }
            known.people.extend(found.filter_map(profile).map(|person| (person.did.clone(), person)));
        }
        let known = self.known();
        for post in posts {
            name_author(&known, post);
        }
    }

    /// Whether the search answers, for `check`.
    pub(super) async fn search_works(&self, query: &str, me: Option<&str>, now: Timestamp) -> Result<(), CallError> {
        Listing { bluesky: self, which: Which::Search(query), me, now }.page(None).await.map(|_| ())
    }
}

fn name_author(known: &Known, post: &mut Post) {
    let Some(person) = known.people.get(&post.author.id) else { return };
    if post.author.handle.is_empty() && !person.handle.is_empty() {
        post.author = author(person);
        post.url = parts(&post.external_id).map(|(_, _, key)| web(person, key));
    } else if post.author.reach.is_none() {
        post.author.reach = person.reach;
    }
}

/// The sentence for a source that has nothing but the search.
fn refused(why: &str) -> String {
    format!(
        "{why}. Bluesky lets strangers search only now and then: set handle and app_password, or jetstream, in bot.toml"
    )
}

/// Every post once, the oldest first; of two, the one that was addressed.
fn once(posts: Vec<Post>) -> Vec<Post> {
    let mut all: BTreeMap<String, Post> = BTreeMap::new();
    for post in posts {
        match all.get(&post.external_id) {
            Some(there) if there.addressed || !post.addressed => {}
            _ => {
                all.insert(post.external_id.clone(), post);
            }
        }
    }
    let mut posts: Vec<Post> = all.into_values().collect();
    posts.sort_by(|a, b| (a.posted_at, &a.external_id).cmp(&(b.posted_at, &b.external_id)));
    posts
}

/// The posts in a body, as it came over the wire: a page of a list, a thread, or a message of the stream. Never panics,
/// whatever the bytes.
///
/// # Errors
/// Why the body cannot be read.
pub fn read(body: &[u8], source: &SourceName, me: Option<&str>, now: Timestamp) -> Result<Vec<Post>, String> {
    let value: Value = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    let mut posts = Vec::new();
    for which in [Which::Notifications, Which::Own, Which::Search("")] {
        let page = page(which, &value, source, me, now);
        posts.extend(page.into_iter().flat_map(|page| page.items).filter_map(|item| item.post));
    }
    if let Some(heard) = stream::heard(&value) {
        posts.extend(heard.post(source, me, now));
    }
    let thread = value.pointer("/thread").unwrap_or(&value);
    posts.extend(super::read::ancestors(thread, source, me, now));
    let answers = thread.get("replies").and_then(Value::as_array).into_iter().flatten();
    posts.extend(answers.filter_map(|answer| Raw::view(answer.get("post")?)?.post(source, me, false, now)));
    if at(&value, "/uri").is_some() {
        posts.extend(Raw::view(&value).and_then(|raw| raw.post(source, me, false, now)));
    }
    Ok(posts)
}
