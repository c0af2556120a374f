//! A post as it is now, and the conversation above it.

use super::Bluesky;
use super::post::{Raw, at, of, parts, text};
use super::xrpc::{Call, Fail};
use crate::domain::{Post, SourceName};
use crate::networks::{CallError, Look, View};
use jiff::Timestamp;
use serde_json::Value;

/// Posts above one that are shown.
const ABOVE: usize = 20;
/// Labels by which a post is taken out of sight (docs.bsky.app/docs/advanced-guides/moderation).
const HIDDEN: [&str; 2] = ["!takedown", "!hide"];

impl Bluesky {
    async fn thread(&self, uri: &str, below: u8, above: usize) -> Result<Option<Value>, CallError> {
        let call = Call::get("app.bsky.feed.getPostThread")
            .with("uri", uri)
            .with("depth", below.to_string())
            .with("parentHeight", above.to_string());
        match self.ask(&call).await {
            Ok(answer) => {
                let thread = answer.value.get("thread").cloned();
                let why = || "Bluesky's answer has no conversation in it".to_owned();
                thread.map(Some).ok_or_else(|| CallError::Later { why: why(), after: None })
            }
            Err(Fail::Refused(no)) if no.error == "NotFound" => Ok(None),
            Err(fail) => Err(fail.read("the post could not be looked at")),
        }
    }

    /// A record in anybody's repository, with its hash; `None` if there is none.
    pub(super) async fn record(&self, uri: &str) -> Result<Option<Value>, Fail> {
        let Some((did, collection, key)) = parts(uri) else { return Ok(None) };
        let call = Call::get("com.atproto.repo.getRecord").with("repo", did);
        match self.ask(&call.with("collection", collection).with("rkey", key)).await {
            Ok(answer) => Ok(Some(answer.value)),
            Err(fail) if fail.name() == "RecordNotFound" => Ok(None),
            Err(fail) => Err(fail),
        }
    }

    pub(super) async fn look_at(&self, post: &Post) -> Result<Look, CallError> {
        self.sessions()?;
        let deleted = || Ok(Look::Gone("it was deleted".to_owned()));
        let Some(thread) = self.thread(&post.external_id, 1, 0).await? else {
            // What was said a moment ago may be in its repository and not yet in what is shown of it.
            return match self.record(&post.external_id).await {
                Ok(Some(there)) => {
                    let words = there.get("value").map(text);
                    Ok(Look::There(View { text: words, answers: Vec::new() }))
                }
                Ok(None) => deleted(),
                Err(fail) => match fail.read("the post could not be looked at") {
                    CallError::Never { .. } => deleted(),
                    later => Err(later),
                },
            };
        };
        match kind(&thread) {
            "notFoundPost" => return deleted(),
            "blockedPost" => {
                let ours = thread.pointer("/author/viewer/blocking").is_some();
                let why = if ours { "we block its author" } else { "its author blocks us" };
                return Ok(Look::Gone(why.to_owned()));
            }
            _ => {}
        }
        let now = self.now();
        let me = self.session().map(|session| session.did);
        let there = thread.get("post").and_then(|view| {
            let raw = Raw::view(view)?;
            Some((text(raw.record), view))
        });
        let Some((words, view)) = there else { return deleted() };
        if view.pointer("/viewer/replyDisabled").and_then(Value::as_bool) == Some(true) {
            return Ok(Look::Gone("its author lets only some people answer, and we are not among them".to_owned()));
        }
        let labels = view.get("labels").and_then(Value::as_array).into_iter().flatten();
        if labels.filter_map(|label| at(label, "/val")).any(|label| HIDDEN.contains(&label)) {
            return Ok(Look::Gone("Bluesky has hidden it".to_owned()));
        }
        if ["/author/viewer/blockedBy", "/author/viewer/blocking"].iter().any(|path| blocks(view.pointer(path))) {
            return Ok(Look::Gone(
                "its author and we do not talk to each other: one of us blocks the other".to_owned(),
            ));
        }
        let replies = thread.get("replies").and_then(Value::as_array).into_iter().flatten();
        let answers = replies.filter_map(|reply| {
            let raw = Raw::view(reply.get("post")?)?;
            let under_us = me.as_deref().is_some_and(|me| of(raw.uri, me));
            raw.post(&self.config.name, me.as_deref().filter(|_| !under_us), false, now)
        });
        Ok(Look::There(View { text: Some(words), answers: answers.collect() }))
    }

    pub(super) async fn above(&self, post: &Post) -> Result<Vec<Post>, CallError> {
        let Some(thread) = self.thread(&post.external_id, 0, ABOVE).await? else {
            return Err(CallError::Never { why: "the post was deleted; what was above it cannot be seen".to_owned() });
        };
        let me = self.session().map(|session| session.did);
        Ok(ancestors(&thread, &self.config.name, me.as_deref(), self.now()))
    }
}

fn blocks(value: Option<&Value>) -> bool {
    value.is_some_and(|value| value.as_bool() == Some(true) || value.is_string())
}

/// The last part of a view's type: `threadViewPost`, `notFoundPost` or `blockedPost`.
fn kind(view: &Value) -> &str {
    at(view, "/$type").and_then(|kind| kind.split_once('#')).map_or("", |(_, kind)| kind)
}

/// The posts above that of a thread, the beginning first. Where one is missing, those above it are not told.
pub(super) fn ancestors(thread: &Value, source: &SourceName, me: Option<&str>, now: Timestamp) -> Vec<Post> {
    let mut posts = Vec::new();
    let mut above = thread.get("parent");
    while let Some(view) = above.filter(|_| posts.len() < ABOVE) {
        let post = view.get("post").and_then(|post| Raw::view(post)?.post(source, me, false, now));
        let Some(post) = post else { break };
        posts.push(post);
        above = view.get("parent");
    }
    posts.reverse();
    posts
}
