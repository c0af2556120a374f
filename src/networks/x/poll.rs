//! One poll: what the stream brought, and, when they are due, the lists.

use super::X;
use super::cost::price;
use super::lists::{List, Read};
use super::mark::{Mark, Position};
use super::stream::Line;
use super::wire::{Answer, Tweet};
use crate::domain::{Cursor, Post};
use crate::networks::{Batch, CallError, First};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

impl X {
    pub(super) async fn hear(&self, cursor: Option<&Cursor>, first: First, now: Timestamp) -> Result<Batch, CallError> {
        let pending = self.state().pending.take();
        if let Some(error) = pending {
            return Err(error);
        }
        if self.state().handed.take().is_some_and(|handed| cursor != Some(&handed)) {
            // What was handed on was not kept: what streamed comes again by search.
            if let Some(line) = self.line.lock().await.as_mut() {
                line.caught_up = false;
            }
            self.state().listed = None;
        }
        let stored = cursor.and_then(|c| serde_json::from_str::<Position>(&c.0).ok());
        if stored.is_none() && cursor.is_some() {
            tracing::warn!(source = %self.config.name, "the stored position is not readable; starting from now");
        }
        let begin = match first {
            First::Since(since) if cursor.is_none() => since.min(now),
            _ => now,
        };
        self.know_account(now).await?;
        let mut position = self.begin(stored.clone().unwrap_or_default(), begin);
        let mut read = Read::default();
        let outcome = self.collect(&mut position, &mut read, now).await;
        if let Err(error) = self.remember(&read) {
            // Nothing is handed on: what streamed comes again by search, the rest by its list.
            *self.line.lock().await = None;
            self.state().listed = None;
            return Err(error);
        }
        // Of several versions of a post the last one counts, and a post may stand in several lists.
        read.tweets.sort_by_key(|t| std::cmp::Reverse(t.number()));
        let mut handed_in = BTreeSet::new();
        read.tweets.retain(|t| handed_in.insert(t.first_id().to_owned()));
        let mut posts: Vec<Post> = read.tweets.iter().filter_map(|t| self.as_post(t, &read.users, now)).collect();
        let me = self.account_id();
        // What the account says by itself answers nobody.
        posts.retain(|p| p.author.id.is_empty() || p.author.id != me || p.parent.is_some());
        posts.sort_by(|a, b| (a.posted_at, &a.external_id).cmp(&(b.posted_at, &b.external_id)));
        let moved = stored.as_ref() != Some(&position);
        let mut batch = Batch { posts, ..Batch::default() };
        batch.cursor = moved.then(|| Cursor(serde_json::to_string(&position).unwrap_or_default()));
        self.state().handed = batch.cursor.clone().or_else(|| cursor.cloned());
        match outcome {
            Ok(()) => {}
            // What was read is handed on first.
            Err(error) if moved => {
                self.state().pending = Some(error);
                batch.more = true;
            }
            Err(error) => return Err(error),
        }
        Ok(batch)
    }

    /// A mark for every list; those of queries that are not asked any more go.
    fn begin(&self, mut position: Position, at: Timestamp) -> Position {
        if self.api.has_user() {
            position.mentions.get_or_insert_with(|| Mark::begin(at));
            position.own.get_or_insert_with(|| Mark::begin(at));
        }
        let queries = self.searches();
        position.searches.retain(|query, _| queries.contains(query));
        for query in queries {
            position.searches.entry(query).or_insert_with(|| Mark::begin(at));
        }
        position
    }

    async fn collect(&self, position: &mut Position, read: &mut Read, now: Timestamp) -> Result<(), CallError> {
        let mut line = self.line.lock().await;
        if let Err(used_up) = self.book.left(now) {
            // What streams is paid for.
            *line = None;
            return Err(used_up);
        }
        let lines = line.as_ref().map(Line::take).unwrap_or_default();
        let caught_up = line.as_ref().is_some_and(|l| l.caught_up);
        if let Err(error) = self.streamed(&lines, caught_up, position, read, now) {
            // They come again by search.
            *line = None;
            return Err(error);
        }
        if let Some(why) = line.as_ref().and_then(Line::ended) {
            *line = None;
            self.state().listed = None;
            return Err(CallError::Later { why: format!("X's stream ended: {why}"), after: None });
        }
        let every = SignedDuration::try_from(self.config.every).unwrap_or(SignedDuration::ZERO);
        // Whoever polls keeps to the interval; only a stream makes polls come at any time. Jitter may make it a little less.
        let soon = |last: Timestamp| now >= last && (now.duration_since(last) * 10) < every * 9;
        let due = !self.config.stream || !self.state().listed.is_some_and(soon);
        let mut trouble = None;
        if self.config.stream && line.is_none() && !position.searches.is_empty() {
            // First the stream, then what was said before it stood: so there is no gap.
            let rules: Vec<String> = position.searches.keys().cloned().collect();
            match self.connect(&rules).await {
                Ok(open) => *line = Some(open),
                Err(error) => trouble = Some(error),
            }
        }
        if due {
            if let Some(mark) = &mut position.mentions {
                self.advance(List::Mentions, mark, read, now).await?;
            }
            if let Some(mark) = &mut position.own {
                self.advance(List::Own, mark, read, now).await?;
            }
        }
        let behind = line.as_ref().is_none_or(|l| !l.caught_up);
        if behind && (due || line.is_some()) {
            for (query, mark) in &mut position.searches {
                self.advance(List::Search(query), mark, read, now).await?;
            }
            if let Some(line) = line.as_mut() {
                line.caught_up = true;
            }
        }
        if due {
            self.state().listed = Some(now);
        }
        trouble.map_or(Ok(()), Err)
    }

    /// Posts of the stream, paid for. They move the marks only when nothing before them is missing.
    fn streamed(
        &self,
        lines: &[Answer<Tweet>],
        caught_up: bool,
        position: &mut Position,
        read: &mut Read,
        now: Timestamp,
    ) -> Result<(), CallError> {
        let mut resources = Vec::new();
        for line in lines {
            resources.extend(line.data.iter().map(|t| (format!("p{}", t.id), price::POST)));
            resources.extend(line.includes.users.iter().map(|u| (format!("u{}", u.id), price::USER)));
        }
        self.book.read(&resources, now)?;
        for line in lines {
            let Some(tweet) = &line.data else { continue };
            let known = tweet.number().is_some_and(|id| position.searches.values().any(|m| m.seen.contains(&id)));
            if known {
                continue;
            }
            if let (Some(id), true) = (tweet.number(), caught_up) {
                let at = tweet.created_at.as_deref().and_then(|t| t.parse::<Timestamp>().ok()).unwrap_or(now).min(now);
                position.searches.values_mut().for_each(|mark| mark.note(id, at));
            }
            read.tweets.push(tweet.clone());
            read.users.extend(line.includes.users.iter().cloned());
        }
        Ok(())
    }

    /// Remembers by which id edited posts are known, and who their versions are.
    fn remember(&self, read: &Read) -> Result<(), CallError> {
        let mut versions = BTreeMap::new();
        for tweet in &read.tweets {
            if let Some((first, later)) = tweet.versions().split_first() {
                versions.extend(later.iter().map(|id| (id.clone(), first.clone())));
            }
        }
        let known = self.book.kept().versions;
        versions.retain(|id, first| known.get(id) != Some(first));
        if versions.is_empty() { Ok(()) } else { self.book.change(|kept| kept.versions.extend(versions)) }
    }
}
