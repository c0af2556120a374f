//! The filtered stream: one connection that brings posts as they are made
//! (docs.x.com/x-api/fundamentals/consuming-streaming-data). A task reads it; whoever polls takes what has arrived.

use super::X;
use super::api::{As, read_failed};
use super::wire::{Answer, Rule, Tweet};
use crate::networks::{CallError, http, plain};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Bytes of one line.
const LINE: usize = 1024 * 1024;
/// Lines that wait to be taken: more are left to X, which holds back a while before it hangs up.
const WAITING: usize = 2_000;
const RULES: &str = "/2/tweets/search/stream/rules";
/// Longest rule of a self-serve app, in characters.
pub const LONGEST: usize = 1_024;

/// What has arrived.
#[derive(Default)]
struct Arrived {
    lines: VecDeque<Answer<Tweet>>,
    ended: Option<String>,
}

/// A connection.
pub struct Line {
    arrived: Arc<Mutex<Arrived>>,
    task: JoinHandle<()>,
    /// The rules that are ours, by id.
    rules: BTreeSet<String>,
    /// What was said before it stood was read from search.
    pub caught_up: bool,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Line {
    fn open(response: Response, rules: BTreeSet<String>, silence: Duration, news: Arc<Notify>) -> Self {
        let arrived = Arc::new(Mutex::new(Arrived::default()));
        let task = tokio::spawn(follow(response, silence, Arc::clone(&arrived), news));
        Self { arrived, task, rules, caught_up: false }
    }

    /// What has arrived since the last time, of our rules.
    pub fn take(&self) -> Vec<Answer<Tweet>> {
        let lines = std::mem::take(&mut lock(&self.arrived).lines);
        let ours = |line: &Answer<Tweet>| {
            line.matching_rules.as_ref().is_none_or(|rules| rules.iter().any(|r| self.rules.contains(&r.id)))
        };
        // What matched the rules of others is paid for too: by them.
        lines.into_iter().filter(ours).collect()
    }

    /// Why it ended, if it did and everything was taken.
    pub fn ended(&self) -> Option<String> {
        let arrived = lock(&self.arrived);
        arrived.ended.clone().filter(|_| arrived.lines.is_empty())
    }
}

fn lock(arrived: &Mutex<Arrived>) -> std::sync::MutexGuard<'_, Arrived> {
    arrived.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads until the end, whatever it is.
async fn follow(mut response: Response, silence: Duration, arrived: Arc<Mutex<Arrived>>, news: Arc<Notify>) {
    let mut rest: Vec<u8> = Vec::new();
    let why = loop {
        // X says something every 20 seconds, if only an empty line.
        let chunk = match tokio::time::timeout(silence, response.chunk()).await {
            Err(_) => break "it was silent for too long".to_owned(),
            Ok(Err(e)) => break http::reason(&e),
            Ok(Ok(None)) => break "X ended it".to_owned(),
            Ok(Ok(Some(chunk))) => chunk,
        };
        rest.extend_from_slice(&chunk);
        let mut lines: Vec<Vec<u8>> = Vec::new();
        while let Some(end) = rest.iter().position(|b| *b == b'\n') {
            let tail = rest.split_off(end + 1);
            lines.push(std::mem::replace(&mut rest, tail));
        }
        if rest.len() > LINE {
            break "a line is longer than 1 MiB".to_owned();
        }
        let ended = lines.iter().find_map(|line| hear(line, &arrived));
        if lock(&arrived).lines.len() > WAITING {
            break "more came than could be taken".to_owned();
        }
        if let Some(why) = ended {
            break why;
        }
        if !lock(&arrived).lines.is_empty() {
            news.notify_one();
        }
    };
    lock(&arrived).ended = Some(why);
    news.notify_one();
}

/// One line: a post, a sign of life, or why it ends.
fn hear(line: &[u8], arrived: &Mutex<Arrived>) -> Option<String> {
    if line.iter().all(u8::is_ascii_whitespace) {
        return None;
    }
    match serde_json::from_slice::<Answer<Tweet>>(line) {
        Ok(answer) if answer.data.is_some() => lock(arrived).lines.push_back(answer),
        Ok(answer) if !answer.errors.is_empty() => {
            let said = answer.errors.first().and_then(|p| p.said()).unwrap_or("no reason given");
            return Some(plain::first_line(said, 200));
        }
        // New kinds of messages may come at any time.
        Ok(_) | Err(_) => tracing::debug!("a line of X's stream that is no post"),
    }
    None
}

impl X {
    /// Connects, after seeing to it that the rules are those that are configured.
    pub(super) async fn connect(&self, rules: &[String]) -> Result<Line, CallError> {
        let ids = self.agree(rules).await?;
        let response = self.api.stream("/2/tweets/search/stream").await;
        let response = response.map_err(|failed| read_failed("X's stream could not be opened", failed))?;
        Ok(Line::open(response, ids, self.config.silence, Arc::clone(&self.news)))
    }

    /// Makes the rules of this source what they should be, and leaves those of others alone. Their ids.
    async fn agree(&self, wanted: &[String]) -> Result<BTreeSet<String>, CallError> {
        let tag = format!("hearback:{}", self.config.name);
        let there = self.rules().await?;
        let (ours, _): (Vec<Rule>, Vec<Rule>) = there.into_iter().partition(|r| r.tag.as_deref() == Some(&tag));
        let (good, stale): (Vec<Rule>, Vec<Rule>) = ours.into_iter().partition(|r| wanted.contains(&r.value));
        let missing: Vec<Value> = wanted
            .iter()
            .filter(|value| !good.iter().any(|r| r.value == **value))
            .map(|value| json!({ "value": value, "tag": tag }))
            .collect();
        let mut ids: BTreeSet<String> = good.into_iter().map(|r| r.id).collect();
        if !missing.is_empty() {
            let answer = self.change_rules(&json!({ "add": missing })).await?;
            // Another source may have asked for the same words: X keeps a rule once, under the other's name.
            let twice = |p: &super::wire::Problem| p.is("duplicate-rules");
            if let Some(problem) = answer.errors.iter().find(|p| !twice(p)) {
                let said = plain::first_line(problem.said().unwrap_or("no reason given"), 200);
                return Err(CallError::Never {
                    why: format!("X does not take a rule of the stream: {said}; correct query in bot.toml"),
                });
            }
            let made = self.rules().await?.into_iter().filter(|r| wanted.contains(&r.value));
            ids.extend(made.map(|r| r.id));
        }
        if !stale.is_empty() {
            let stale: Vec<String> = stale.into_iter().map(|r| r.id).collect();
            if let Err(error) = self.change_rules(&json!({ "delete": { "ids": stale } })).await {
                tracing::warn!(source = %self.config.name, %error, "rules of X's stream that are not needed any more stay");
            }
        }
        Ok(ids)
    }

    async fn rules(&self) -> Result<Vec<Rule>, CallError> {
        let what = "the rules of X's stream could not be read";
        let bytes = self.api.call(Method::GET, RULES, &[], None, As::App).await;
        let bytes = bytes.map_err(|failed| read_failed(what, failed))?;
        let answer = serde_json::from_slice::<Answer<Vec<Rule>>>(&bytes);
        Ok(answer.map_err(|e| CallError::Later { why: format!("{what}: {e}"), after: None })?.data.unwrap_or_default())
    }

    async fn change_rules(&self, body: &Value) -> Result<Answer<Vec<Rule>>, CallError> {
        let what = "the rules of X's stream could not be changed";
        let bytes = self.api.call(Method::POST, RULES, &[], Some(body), As::App).await;
        let bytes = bytes.map_err(|failed| read_failed(what, failed))?;
        serde_json::from_slice(&bytes).map_err(|e| CallError::Later { why: format!("{what}: {e}"), after: None })
    }
}
