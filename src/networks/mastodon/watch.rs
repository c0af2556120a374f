//! One poll: what is new in every list that is watched, each read on from where it was.

use super::api::Failed;
use super::post::Seer;
use super::rules::Rules;
use super::walk::{self, Feed, Mark};
use super::{Mastodon, Me, Timeline, lock, stream};
use crate::domain::{Cursor, Post};
use crate::networks::{Batch, CallError, First};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A list that the server refuses is asked for again after so many hours.
const AGAIN: i64 = 6;

/// The position, as JSON in the cursor: each list by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Position {
    lists: BTreeMap<String, Mark>,
}

impl Mastodon {
    /// The lists that are watched, the most important first.
    fn feeds(&self, me: Option<&Me>, rules: &Rules) -> Vec<Feed> {
        let mut feeds = Vec::new();
        if let Some(me) = me {
            feeds.push(Feed::Mentions { quotes: rules.quotes });
            feeds.push(Feed::Own(me.id.clone()));
        }
        feeds.extend(self.config.hashtags.iter().cloned().map(Feed::Tag));
        feeds.extend(self.config.timeline.map(|timeline| Feed::Timeline { local: timeline == Timeline::Local }));
        if me.is_some() {
            feeds.extend(self.config.search.iter().cloned().map(Feed::Search));
        }
        feeds
    }

    /// Which of them are looked at now: those that nothing announces come with the interval, not with each ring.
    fn is_due(&self, feed: &Feed, all: bool, tags: bool, now: Timestamp) -> bool {
        let wanted = match feed {
            Feed::Mentions { .. } | Feed::Own(_) => true,
            Feed::Tag(_) => all || tags,
            Feed::Timeline { .. } | Feed::Search(_) => all,
        };
        wanted && lock(&self.state).refused.get(&feed.key()).is_none_or(|(_, until)| *until <= now)
    }

    /// Whether the interval is over. Jitter makes polls come a little early.
    fn whole_round(&self, now: Timestamp) -> bool {
        let mut state = lock(&self.state);
        let every = i64::try_from(self.config.every.as_secs()).unwrap_or(i64::MAX);
        let whole =
            state.searched_at.is_none_or(|at| !(0..every * 3 / 4).contains(&(now.as_second() - at.as_second())));
        if whole {
            state.searched_at = Some(now);
        }
        whole
    }

    pub(super) async fn watch(
        &self,
        cursor: Option<&Cursor>,
        first: First,
        now: Timestamp,
    ) -> Result<Batch, CallError> {
        let host = self.api.host();
        let rung_for_tags = self.bell.answer();
        let rules = self.rules(now).await.map_err(|failed| failed.reading("describe itself", &host))?;
        let me = match &self.config.token {
            Some(_) => Some(self.who().await.map_err(|failed| failed.reading("say whose token it is", &host))?),
            None => None,
        };
        if let Some(me) = me.as_ref().filter(|_| self.config.streaming) {
            self.stream.keep_up(&self.api, &rules, &me.id, &self.config.hashtags, &self.bell, now);
        }
        let stored = cursor.and_then(|c| serde_json::from_str::<Position>(&c.0).ok());
        if stored.is_none() && cursor.is_some() {
            tracing::warn!(source = %self.config.name, "the stored position is not readable; starting from now");
        }
        let first = if cursor.is_some() { First::Now } else { first };
        let mut position = stored.clone().unwrap_or_default();
        let feeds = self.feeds(me.as_ref(), &rules);
        // Lists that left the configuration leave the position; one that comes later begins when it comes.
        let keys: BTreeSet<String> = feeds.iter().map(Feed::key).collect();
        position.lists.retain(|key, _| keys.contains(key));
        let all = self.whole_round(now);
        let mut batch = Batch::default();
        let mut met = BTreeSet::new();
        for feed in feeds {
            let key = feed.key();
            let known = position.lists.get(&key).cloned();
            if !self.is_due(&feed, all || known.is_none(), rung_for_tags, now) {
                continue;
            }
            match self.one(&feed, known, first, now, all).await {
                Ok((posts, mark, more)) => {
                    lock(&self.state).refused.remove(&key);
                    position.lists.insert(key, mark);
                    batch.more |= more;
                    batch.posts.extend(posts.into_iter().filter(|post| met.insert(post.external_id.clone())));
                }
                Err(failed) if !feed.is_vital() && failed.is_refusal() && !failed.is_locked_out() => {
                    self.refused(&feed, failed, now);
                }
                // What other lists brought is kept; this one and those after it stay where they were.
                Err(failed) => {
                    let error = failed.reading(&format!("show {}", feed.say()), &host);
                    if batch.posts.is_empty() {
                        return Err(error);
                    }
                    tracing::warn!(source = %self.config.name, list = key, "{error}");
                    if let CallError::Later { after, .. } = &error {
                        batch.rest = *after;
                    }
                    batch.more = false;
                    break;
                }
            }
        }
        batch.rest = batch.rest.max(self.api.rest(now));
        batch.posts.sort_by(|a, b| (a.posted_at, &a.external_id).cmp(&(b.posted_at, &b.external_id)));
        batch.cursor =
            (stored.as_ref() != Some(&position)).then(|| Cursor(serde_json::to_string(&position).unwrap_or_default()));
        Ok(batch)
    }

    /// Says once that a list is not there, and leaves it alone for a while.
    fn refused(&self, feed: &Feed, failed: Failed, now: Timestamp) {
        let mut why = failed.reading(&format!("show {}", feed.say()), &self.api.host()).to_string();
        if matches!(feed, Feed::Own(_)) {
            why.push_str("; until then answers in the network's own app are not noticed");
        }
        let mut state = lock(&self.state);
        if !state.refused.contains_key(&feed.key()) {
            tracing::warn!(source = %self.config.name, "{why}");
        }
        let until = now.checked_add(SignedDuration::from_hours(AGAIN)).unwrap_or(now);
        state.refused.insert(feed.key(), (why, until));
    }

    /// One list: its new posts, its mark after them, and whether there is more at once.
    async fn one(
        &self,
        feed: &Feed,
        known: Option<Mark>,
        first: First,
        now: Timestamp,
        whole: bool,
    ) -> Result<(Vec<Post>, Mark, bool), Failed> {
        let seconds = now.as_second();
        let mark = match (known, first) {
            (Some(mark), _) => mark,
            (None, First::Now) => return Ok((Vec::new(), walk::begin(&self.api, feed, seconds).await?, false)),
            (None, First::Since(moment)) => walk::since(feed, moment.min(now).as_second()),
        };
        let walked = walk::walk(&self.api, feed, &mark, seconds, whole).await?;
        let (domain, me) = (self.domain(), lock(&self.state).me.as_ref().map(|me| me.id.clone()));
        let me = me.filter(|_| self.has_token());
        let (source, base) = (&self.config.name, self.api.base());
        let seer = Seer { source, base, domain: &domain, me: me.as_deref(), now };
        let mut posts = Vec::new();
        for item in &walked.fresh {
            let Some(status) = &item.status else { continue };
            // Of the own posts only answers matter.
            if matches!(feed, Feed::Own(_)) && status.in_reply_to_id.is_none() {
                continue;
            }
            let thread = self.threads.of(&self.api, status).await?;
            let Some(mut post) = seer.post(status, thread) else { continue };
            if matches!(feed, Feed::Mentions { .. }) {
                post.addressed = true;
                post.native.summons = true;
            }
            posts.push(post);
        }
        Ok((posts, walked.mark, walked.more))
    }

    /// What `hearback check` asks.
    pub(super) async fn look_around(&self, now: Timestamp) -> Result<Vec<String>, CallError> {
        let host = self.api.host();
        let rules = self.rules(now).await.map_err(|failed| failed.reading("describe itself", &host))?;
        let mut lines = vec![format!("{} runs {}", rules.domain, rules.version)];
        let Some(_) = &self.config.token else {
            lines.push(
                "without a token: public timelines only, and no answers; hearback login mastodon gets one".to_owned(),
            );
            return Ok(lines);
        };
        let me = self.who().await.map_err(|failed| failed.reading("say whose token it is", &host))?;
        lines.push(format!("answers as @{}", me.author.handle));
        let vital = Feed::Mentions { quotes: rules.quotes };
        walk::begin(&self.api, &vital, now.as_second())
            .await
            .map_err(|failed| failed.reading(&format!("show {}", vital.say()), &host))?;
        lines.push(format!("a reply may have {}", Rules::length(Some(&rules)).rule()));
        lines.extend(self.scopes().await);
        if self.config.streaming {
            lines.push(match stream::probe(&self.api, &rules).await {
                Ok(()) => "streams: mentions come at once".to_owned(),
                Err(why) => format!("does not stream ({why}): it is asked every {} s", self.config.every.as_secs()),
            });
        }
        Ok(lines)
    }

    /// What the token may do, where the server tells (Mastodon since 4.3).
    async fn scopes(&self) -> Option<String> {
        let app: serde_json::Value = self.api.get(&["api", "v1", "apps", "verify_credentials"], &[]).await.ok()?;
        let scopes: Vec<&str> = app.get("scopes")?.as_array()?.iter().filter_map(serde_json::Value::as_str).collect();
        let may = |scope: &str| scopes.iter().any(|s| scope == *s || scope.split(':').next() == Some(*s));
        let missing: Vec<&str> = super::login::SCOPES.split(' ').filter(|scope| !may(scope)).collect();
        if missing.is_empty() {
            return Some(format!("the token may {}", scopes.join(", ")));
        }
        Some(format!("the token lacks {}; run hearback login mastodon again", missing.join(", ")))
    }
}
