//! Likes, reposts, follows, deletions and direct messages.

use super::Bluesky;
use super::post::{POSTS, at, of, parts};
use super::write::{Write, reference, refused, written};
use super::xrpc::{Call, Fail};
use crate::domain::Act;
use crate::networks::{CallError, Deed, Sent};
use jiff::Timestamp;
use serde_json::{Value, json};
use unicode_segmentation::UnicodeSegmentation;

/// Who carries direct messages (docs.bsky.app/docs/api, `chat.bsky.convo`).
const CHAT: &str = "did:web:api.bsky.chat#bsky_chat";
/// Graphemes and bytes of a direct message (`chat.bsky.convo.defs#messageInput`).
const MESSAGE: (usize, usize) = (1_000, 10_000);

/// The collection of what an act writes, and where a view shows that it is there.
fn record_of(act: Act) -> Option<(&'static str, &'static str)> {
    match act {
        Act::Like => Some(("app.bsky.feed.like", "/posts/0/viewer/like")),
        Act::Repost => Some(("app.bsky.feed.repost", "/posts/0/viewer/repost")),
        Act::Follow => Some(("app.bsky.graph.follow", "/profiles/0/viewer/following")),
        Act::Message | Act::Retract => None,
    }
}

impl Bluesky {
    pub(super) async fn do_deed(&self, deed: &Deed, now: Timestamp) -> Result<Sent, CallError> {
        self.sessions()?;
        match (deed.act, record_of(deed.act)) {
            (Act::Message, _) => self.message(deed, now).await,
            (Act::Retract, _) => self.delete(&deed.targets, POSTS, now).await,
            (_, Some((collection, path))) if deed.undo => {
                let mut targets = deed.targets.clone();
                if targets.is_empty() {
                    targets.extend(self.there(deed, path).await?.0);
                }
                self.delete(&targets, collection, now).await
            }
            (_, Some((collection, path))) => self.set(deed, collection, path).await,
            (_, None) => Err(CallError::Never { why: "Bluesky cannot do that; open the post".to_owned() }),
        }
    }

    /// Whether it is done already, and the hash of the post.
    async fn there(&self, deed: &Deed, path: &str) -> Result<(Option<String>, Option<String>), CallError> {
        let call = match deed.act {
            Act::Follow => Call::get("app.bsky.actor.getProfiles").with("actors", &deed.post.author.id),
            _ => Call::get("app.bsky.feed.getPosts").with("uris", &deed.post.external_id),
        };
        let answer = self.ask(&call).await.map_err(|fail| fail.read("the post could not be looked at"))?;
        let done = at(&answer.value, path).filter(|uri| parts(uri).is_some()).map(str::to_owned);
        Ok((done, at(&answer.value, "/posts/0/cid").map(str::to_owned)))
    }

    /// Likes, reposts or follows.
    async fn set(&self, deed: &Deed, collection: &str, path: &str) -> Result<Sent, CallError> {
        let (done, cid) = self.there(deed, path).await?;
        if let Some(uri) = done {
            return Ok(Sent { external_id: uri, url: None, posted_at: deed.at });
        }
        let subject = if deed.act == Act::Follow {
            Value::String(deed.post.author.id.clone())
        } else {
            let cid = cid.or_else(|| reference(&deed.post).map(|known| known.cid));
            let gone = || CallError::Never { why: "the post is not there any more".to_owned() };
            json!({ "uri": deed.post.external_id, "cid": cid.ok_or_else(gone)? })
        };
        let record = json!({ "$type": collection, "subject": subject, "createdAt": written(deed.at) });
        let write = Write { collection, key: &deed.key, at: deed.at, what: "this" };
        let same = move |there: &Value| there.get("subject").is_some_and(|there| same_subject(there, &subject));
        let there = self.write(self.sessions()?, &write, Ok(record), same).await?;
        Ok(Sent { external_id: there.uri, url: None, posted_at: there.at.unwrap_or(deed.at) })
    }

    /// Deletes records of our own, the first of them first. What is not there any more is deleted.
    async fn delete(&self, targets: &[String], collection: &str, now: Timestamp) -> Result<Sent, CallError> {
        let sessions = self.sessions()?;
        let me = sessions.get().await?;
        for uri in targets {
            let Some((did, kind, key)) = parts(uri).filter(|(_, kind, _)| of(uri, &me.did) && *kind == collection)
            else {
                return Err(CallError::Never {
                    why: "only what we posted on Bluesky can be deleted from here".to_owned(),
                });
            };
            let body = json!({ "repo": did, "collection": kind, "rkey": key });
            match sessions.call(&Call::post("com.atproto.repo.deleteRecord", body)).await {
                Ok(_) => {}
                Err(Fail::Refused(no)) if matches!(no.error.as_str(), "RecordNotFound" | "InvalidSwap") => {}
                // Deleting again is harmless, so there is nothing that could remain unknown.
                Err(fail) => return Err(fail.read("it could not be deleted")),
            }
        }
        let external_id = targets.first().cloned().unwrap_or_default();
        Ok(Sent { external_id, url: None, posted_at: now })
    }

    /// Writes to the author in private.
    async fn message(&self, deed: &Deed, now: Timestamp) -> Result<Sent, CallError> {
        let sessions = self.sessions()?;
        let (graphemes, bytes) = MESSAGE;
        let length = deed.text.graphemes(true).count();
        if length > graphemes || deed.text.len() > bytes {
            let why = format!(
                "a direct message on Bluesky has at most {graphemes} characters, this has {length}; shorten it"
            );
            return Err(CallError::Never { why });
        }
        if sessions.get().await?.may_message() == Some(false) {
            return Err(CallError::Never { why: NO_MESSAGES.to_owned() });
        }
        let call = Call::get("chat.bsky.convo.getConvoForMembers").with("members", &deed.post.author.id).through(CHAT);
        let what = "the direct message was not sent";
        let answer = sessions.call(&call).await.map_err(|fail| private(fail).read(what))?;
        let why = || "Bluesky's answer names no conversation".to_owned();
        let convo = at(&answer.value, "/convo/id").ok_or_else(|| CallError::Later { why: why(), after: None })?;
        let body = json!({ "convoId": convo, "message": { "text": deed.text } });
        let call = Call::post("chat.bsky.convo.sendMessage", body).through(CHAT);
        let answer = sessions.call(&call).await.map_err(|fail| refused(private(fail), "the direct message"))?;
        let sent_at = at(&answer.value, "/sentAt").and_then(|at| at.parse().ok());
        let id = at(&answer.value, "/id").unwrap_or_default();
        Ok(Sent { external_id: format!("{convo}/{id}"), url: None, posted_at: sent_at.unwrap_or(now) })
    }
}

/// Why there are no direct messages.
pub(super) const NO_MESSAGES: &str = "this app password may not write direct messages; make a new one in Bluesky (Settings, Privacy and security, App \
     passwords) with \"Allow access to your direct messages\" and put it in place of the old one";

/// A refusal of the chat in words that say what to do.
fn private(fail: Fail) -> Fail {
    match fail {
        Fail::Refused(mut no) if no.message == "Bad token method" => {
            NO_MESSAGES.clone_into(&mut no.message);
            Fail::Refused(no)
        }
        other => other,
    }
}

fn same_subject(there: &Value, wanted: &Value) -> bool {
    match wanted {
        Value::String(_) => there == wanted,
        _ => at(there, "/uri").is_some() && at(there, "/uri") == at(wanted, "/uri"),
    }
}
