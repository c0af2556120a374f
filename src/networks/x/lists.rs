//! Reading lists: mentions, own posts, recent search. Newest first, by pages, each page noted in the book before it goes on.

use super::X;
use super::api::{As, Failed, read_failed};
use super::cost::{Mills, price};
use super::mark::{Gap, Mark, Range, SNOWFLAKE, start};
use super::post::moment;
use super::wire::{Answer, Tweet, User};
use crate::networks::CallError;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// Search goes back a week (docs.x.com/x-api/posts/search/introduction); a little less, since the call takes time.
const WEEK: SignedDuration = SignedDuration::from_mins(7 * 24 * 60 - 10);
/// Pages of one list in one go; the lists end before.
const PAGES: usize = 40;

/// A list of posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List<'a> {
    /// Where the account is named: at most the 800 newest.
    Mentions,
    /// What the account posted: at most the 3,200 newest.
    Own,
    /// What a query finds, of the last week.
    Search(&'a str),
}

/// What was read, the newest first.
#[derive(Default)]
pub struct Read {
    /// The posts.
    pub tweets: Vec<Tweet>,
    /// Their authors.
    pub users: Vec<User>,
}

impl List<'_> {
    fn price(self) -> Mills {
        match self {
            List::Mentions | List::Own => price::OWNED,
            List::Search(_) => price::POST,
        }
    }

    /// What one post of it costs at most: with its author, where we do not know them.
    pub fn worst(self) -> Mills {
        self.price() + if self.authors() { price::USER } else { 0 }
    }

    fn authors(self) -> bool {
        self != List::Own
    }

    /// Fewest and most posts of a page.
    fn page(self) -> (u64, u64) {
        if matches!(self, List::Search(_)) { (10, 100) } else { (5, 100) }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            List::Mentions => "X's mentions could not be read",
            List::Own => "the account's own posts at X could not be read",
            List::Search(_) => "X could not be searched",
        }
    }
}

impl X {
    /// Reads what is new in a list, a gap first. What was read before a failure counts.
    pub(super) async fn advance(
        &self,
        list: List<'_>,
        mark: &mut Mark,
        read: &mut Read,
        now: Timestamp,
    ) -> Result<(), CallError> {
        self.give_up_old_gap(list, mark, now);
        if let Some(gap) = mark.gap.clone() {
            let mut part = Read::default();
            let outcome = self.pages(list, gap.range, Some(gap.until), &BTreeSet::new(), &mut part, now).await;
            let oldest = part.tweets.iter().filter_map(Tweet::number).min();
            mark.gap = outcome.is_err().then(|| Gap { until: oldest.unwrap_or(gap.until), ..gap });
            read.take(part);
            outcome?;
        }
        let range = mark.range();
        let mut part = Read::default();
        let outcome = self.pages(list, range, None, &mark.seen, &mut part, now).await;
        let ids = || part.tweets.iter().filter_map(Tweet::number);
        if let (Err(_), Some(until)) = (&outcome, ids().min()) {
            mark.gap = Some(Gap { range, until });
        }
        for tweet in part.tweets.iter().rev() {
            if let Some(id) = tweet.number() {
                let stated = tweet.created_at.as_deref().and_then(|t| t.parse::<Timestamp>().ok());
                mark.note(id, stated.unwrap_or(now).min(now));
            }
        }
        if outcome.is_ok() {
            mark.read_at(now);
        }
        read.take(part);
        outcome
    }

    /// Search goes back a week and refuses to be asked for what is older: that would stop it for good.
    fn give_up_old_gap(&self, list: List<'_>, mark: &mut Mark, now: Timestamp) {
        let oldest = now.checked_sub(WEEK).unwrap_or(now);
        let out_of_reach = |gap: &Gap| gap.until >= SNOWFLAKE && moment(gap.until).is_none_or(|at| at <= oldest);
        if matches!(list, List::Search(_)) && mark.gap.as_ref().is_some_and(out_of_reach) {
            tracing::warn!(source = %self.config.name, "what was not read a week ago cannot be searched any more");
            mark.gap = None;
        }
    }

    async fn pages(
        &self,
        list: List<'_>,
        range: Range,
        until: Option<u64>,
        seen: &BTreeSet<u64>,
        read: &mut Read,
        now: Timestamp,
    ) -> Result<(), CallError> {
        let mut token: Option<String> = None;
        let mut lowest = until.unwrap_or(u64::MAX);
        for _ in 0..PAGES {
            let answer = self.page(list, range, until, token.as_deref(), now).await?;
            let page = answer.data.unwrap_or_default();
            let highest = page.iter().filter_map(Tweet::number).max().unwrap_or(0);
            // A server that does not know the page any more begins anew.
            let again = token.is_some() && highest >= lowest;
            lowest = page.iter().filter_map(Tweet::number).min().unwrap_or(lowest).min(lowest);
            let known: BTreeSet<u64> = read.tweets.iter().filter_map(Tweet::number).collect();
            let wanted = |tweet: &Tweet| {
                let at = tweet.created_at.as_deref().and_then(|t| t.parse::<Timestamp>().ok());
                tweet.number().is_some_and(|id| {
                    range.holds(id, at) && until.is_none_or(|u| id < u) && !seen.contains(&id) && !known.contains(&id)
                })
            };
            read.tweets.extend(page.into_iter().filter(wanted));
            read.users.extend(answer.includes.users);
            token = answer.meta.next_token.filter(|t| !t.is_empty());
            if token.is_none() || again {
                return Ok(());
            }
        }
        Err(CallError::Later { why: format!("{}: too much at once; the rest follows", list.words()), after: None })
    }

    /// One page. It is no larger than what is left of the budget pays for, or else as small as X allows.
    async fn page(
        &self,
        list: List<'_>,
        range: Range,
        until: Option<u64>,
        token: Option<&str>,
        now: Timestamp,
    ) -> Result<Answer<Vec<Tweet>>, CallError> {
        let (fewest, most) = list.page();
        let many = (self.book.left(now)? / list.worst()).clamp(fewest, most);
        let me = self.account_id();
        let path = match list {
            List::Mentions => format!("/2/users/{me}/mentions"),
            List::Own => format!("/2/users/{me}/tweets"),
            List::Search(_) => "/2/tweets/search/recent".to_owned(),
        };
        let mut query = vec![("max_results", many.to_string())];
        match list {
            List::Mentions => {}
            List::Own => query.push(("exclude", "retweets".to_owned())),
            List::Search(wanted) => query.push(("query", wanted.to_owned())),
        }
        query.extend(until.map(|id| ("until_id", id.to_string())));
        query.extend(token.map(|token| {
            (if matches!(list, List::Search(_)) { "next_token" } else { "pagination_token" }, token.to_owned())
        }));
        let oldest = now.checked_sub(WEEK).unwrap_or(now);
        let searching = matches!(list, List::Search(_));
        let from =
            if searching && range.from < oldest { ("start_time", start(oldest, now)) } else { range.parameter(now) };
        let who = if searching { As::App } else { As::User };
        let ask = |from: (&'static str, String)| {
            let query = [query.clone(), vec![from]].concat();
            self.api.read(&path, query, list.authors(), who)
        };
        let bytes = match ask(from.clone()).await {
            // An id that is too old for the list, or that X does not take: the time says the same.
            Err(Failed::Refused(no)) if no.status == 400 && from.0 == "since_id" && no.body.contains("since_id") => {
                let from = if searching { range.from.max(oldest) } else { range.from };
                ask(("start_time", start(from, now))).await
            }
            other => other,
        };
        let bytes = bytes.map_err(|failed| read_failed(list.words(), failed))?;
        self.bought(&bytes, list.price(), list.words(), now)
    }

    /// What others said right below a post in the last week, a few of them, without their names: those cost more. Search is
    /// not there for everybody, and is not asked when the budget is used up: then nothing is told.
    pub(super) async fn answers_to(&self, id: &str, now: Timestamp) -> Result<Vec<Tweet>, CallError> {
        if self.book.left(now).is_err() {
            return Ok(Vec::new());
        }
        let query = vec![("max_results", "10".to_owned()), ("query", format!("in_reply_to_tweet_id:{id}"))];
        let what = "the answers below the post could not be searched";
        let found = self.api.read("/2/tweets/search/recent", query, false, As::App).await;
        let found = found.map_err(|failed| read_failed(what, failed));
        match found.and_then(|bytes| self.bought(&bytes, price::POST, what, now)) {
            Ok(answer) => Ok(answer.data.unwrap_or_default()),
            Err(CallError::Never { why }) => {
                tracing::warn!(source = %self.config.name, "{why}");
                Ok(Vec::new())
            }
            Err(error) => Err(error),
        }
    }

    /// An answer with posts, noted in the book.
    pub(super) fn bought(
        &self,
        bytes: &[u8],
        each: Mills,
        what: &str,
        now: Timestamp,
    ) -> Result<Answer<Vec<Tweet>>, CallError> {
        let answer: Answer<Vec<Tweet>> = serde_json::from_slice(bytes)
            .map_err(|e| CallError::Later { why: format!("{what}: X sent something unreadable: {e}"), after: None })?;
        if answer.data.is_none()
            && let Some(problem) = answer.errors.first()
        {
            let said = problem.said().unwrap_or("no reason given");
            return Err(CallError::Never { why: format!("{what}: {}", crate::networks::plain::first_line(said, 200)) });
        }
        let posts = answer.data.iter().flatten();
        let mut resources: Vec<(String, Mills)> = posts.map(|t| (format!("p{}", t.id), each)).collect();
        resources.extend(answer.includes.tweets().map(|t| (format!("p{}", t.id), price::POST)));
        resources.extend(answer.includes.users.iter().map(|u| (format!("u{}", u.id), price::USER)));
        self.book.read(&resources, now)?;
        Ok(answer)
    }
}

impl Read {
    fn take(&mut self, part: Read) {
        self.tweets.extend(part.tweets);
        self.users.extend(part.users);
    }
}
