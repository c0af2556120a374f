//! Writing records, each once: under a key that follows from what is sent, and only where nothing is yet
//! (`com.atproto.repo.putRecord` with `swapRecord` null), so that a second try, whoever cut the first, changes nothing.

use super::facets::{Feature, find};
use super::post::{POSTS, Profile, Reference, Strong, at, parts, strong, web};
use super::session::{Session, Sessions};
use super::xrpc::{Call, Fail};
use super::{Bluesky, LENGTH, tid};
use crate::domain::Post;
use crate::networks::{CallError, Outgoing, Sent};
use jiff::Timestamp;
use serde_json::{Value, json};

/// So many keys are tried where one is taken by something else. That a second one is needed has never been seen.
const TURNS: u32 = 4;

/// A record that is there.
pub(super) struct Written {
    pub(super) uri: String,
    /// When it was written, if the server said so.
    pub(super) at: Option<Timestamp>,
}

/// What to write.
pub(super) struct Write<'a> {
    pub(super) collection: &'a str,
    /// The stable key of what is done, and when it was asked for.
    pub(super) key: &'a str,
    pub(super) at: Timestamp,
    pub(super) what: &'a str,
}

/// A moment as records have it.
pub(super) fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

impl Bluesky {
    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// A record of the account's own; `None` if there is none.
    async fn own_record(&self, me: &Session, collection: &str, key: &str) -> Result<Option<Value>, CallError> {
        let there = self.record(&format!("at://{}/{collection}/{key}", me.did)).await;
        let there = there.map_err(|fail| fail.read("whether it is there already cannot be seen"))?;
        Ok(there.and_then(|there| there.get("value").cloned()))
    }

    /// Writes a record, if it is not there yet. `same` says whether a record that is there is this one. Where there
    /// is nothing to write, an earlier try may still have written it.
    pub(super) async fn write(
        &self,
        sessions: &Sessions,
        write: &Write<'_>,
        record: Result<Value, CallError>,
        same: impl Fn(&Value) -> bool + Send + Sync,
    ) -> Result<Written, CallError> {
        let me = sessions.get().await?;
        let record = match record {
            Ok(record) => record,
            Err(error) => return self.find(&me, write, &same).await?.ok_or(error),
        };
        for turn in 0..TURNS {
            let key = tid::derive(write.at, write.key, turn);
            let uri = format!("at://{}/{}/{key}", me.did, write.collection);
            let body = json!({
                "repo": me.did,
                "collection": write.collection,
                "rkey": key,
                "record": record,
                "swapRecord": null,
            });
            match sessions.call(&Call::post("com.atproto.repo.putRecord", body)).await {
                Ok(answer) => {
                    let at = at(&answer.value, "/commit/rev").and_then(tid::moment);
                    return Ok(Written { uri, at });
                }
                Err(fail) if fail.name() == "InvalidSwap" => {
                    let there = self.own_record(&me, write.collection, &key).await.map_err(unsure)?;
                    match there {
                        Some(there) if same(&there) => return Ok(Written { uri, at: None }),
                        Some(_) => {}
                        None => {
                            let why = format!("{}: it was there for a moment, and is gone", write.what);
                            return Err(CallError::Unknown { why });
                        }
                    }
                }
                Err(fail) => return Err(refused(fail, write.what)),
            }
        }
        Err(CallError::Never { why: format!("{}: no record key is free; open the post and do it there", write.what) })
    }

    /// The record, if it was written before.
    async fn find(
        &self,
        me: &Session,
        write: &Write<'_>,
        same: &(impl Fn(&Value) -> bool + Send + Sync),
    ) -> Result<Option<Written>, CallError> {
        for turn in 0..TURNS {
            let key = tid::derive(write.at, write.key, turn);
            match self.own_record(me, write.collection, &key).await? {
                Some(there) if same(&there) => {
                    return Ok(Some(Written { uri: format!("at://{}/{}/{key}", me.did, write.collection), at: None }));
                }
                Some(_) => {}
                None => break,
            }
        }
        Ok(None)
    }

    /// The post that is answered, as the record names it, and the beginning of its conversation: as it is now, or, where
    /// that cannot be seen, as it was when it was heard; posts never change.
    async fn answered_post(&self, reply: &Outgoing) -> Result<(Strong, Strong), CallError> {
        let uri = reply.after.as_ref().map_or(&reply.post.external_id, |sent| &sent.external_id);
        if parts(uri).is_none() {
            return Err(CallError::Never { why: "this is no post of Bluesky's; open it and answer there".to_owned() });
        }
        // Its repository knows it before any list does, and may be out of reach where a list is not.
        let fresh = match self.record(uri).await {
            Ok(Some(there)) => Ok(Some(there)),
            Ok(None) | Err(Fail::Refused(_)) => {
                let found = self.ask(&Call::get("app.bsky.feed.getPosts").with("uris", uri)).await;
                found.map(|answer| answer.value.pointer("/posts/0").cloned())
            }
            Err(fail) => Err(fail),
        };
        match fresh {
            Ok(Some(value)) => {
                let cid = at(&value, "/cid").map(str::to_owned).ok_or_else(|| CallError::Later {
                    why: "Bluesky's answer does not say which version of the post it is".to_owned(),
                    after: None,
                })?;
                let parent = Strong { uri: uri.clone(), cid };
                let root = ["/record/reply/root", "/value/reply/root"].iter().find_map(|path| strong(&value, path));
                Ok((root.unwrap_or_else(|| parent.clone()), parent))
            }
            Ok(None) => Err(CallError::Never { why: "the post that is answered is not there any more".to_owned() }),
            Err(fail) => match reference(&reply.post).filter(|_| reply.after.is_none()) {
                Some(known) => {
                    let parent = Strong { uri: uri.clone(), cid: known.cid };
                    Ok((known.root.unwrap_or_else(|| parent.clone()), parent))
                }
                None => Err(fail.read("the post that is answered cannot be seen")),
            },
        }
    }

    /// The record of a reply.
    async fn reply_record(&self, reply: &Outgoing) -> Result<Value, CallError> {
        let (root, parent) = self.answered_post(reply).await?;
        let mut facets = Vec::new();
        for facet in find(&reply.text) {
            let did = match &facet.feature {
                Feature::Mention(handle) => self.whose(handle, &reply.post).await,
                _ => None,
            };
            facets.extend(facet.record(did.as_deref()));
        }
        let mut record = json!({
            "$type": POSTS,
            "text": reply.text,
            "createdAt": written(reply.at),
            "reply": { "root": root, "parent": parent },
        });
        if let Some(fields) = record.as_object_mut() {
            if !facets.is_empty() {
                fields.insert("facets".to_owned(), Value::Array(facets));
            }
            if let Some(language) = &reply.post.language {
                fields.insert("langs".to_owned(), json!([language]));
            }
        }
        Ok(record)
    }

    /// Whose handle it is. Where that cannot be told, the name stays words.
    async fn whose(&self, handle: &str, post: &Post) -> Option<String> {
        if handle.eq_ignore_ascii_case(&post.author.handle) {
            return Some(post.author.id.clone()).filter(|did| did.starts_with("did:"));
        }
        let call = Call::get("com.atproto.identity.resolveHandle").with("handle", handle.to_ascii_lowercase());
        let answer = self.ask(&call).await.ok()?;
        at(&answer.value, "/did").filter(|did| did.starts_with("did:")).map(str::to_owned)
    }

    fn same_reply(reply: &Outgoing) -> impl Fn(&Value) -> bool + Send + Sync {
        let parent = reply.after.as_ref().map_or(&reply.post.external_id, |sent| &sent.external_id).clone();
        let text = reply.text.clone();
        move |there| {
            at(there, "/text") == Some(text.as_str()) && at(there, "/reply/parent/uri") == Some(parent.as_str())
        }
    }

    pub(super) async fn answer(&self, reply: &Outgoing) -> Result<Sent, CallError> {
        let sessions = self.sessions()?;
        if reply.text.trim().is_empty() {
            return Err(CallError::Never { why: "the reply is empty; write something".to_owned() });
        }
        if let Some(excess) = LENGTH.excess(&reply.text) {
            return Err(CallError::Never { why: format!("the reply is too long for Bluesky: {excess}; shorten it") });
        }
        let write = Write { collection: POSTS, key: &reply.key, at: reply.at, what: "the reply" };
        let record = self.reply_record(reply).await;
        let there = self.write(sessions, &write, record, Self::same_reply(reply)).await?;
        Ok(self.sent(&there, reply.at))
    }

    fn sent(&self, there: &Written, at: Timestamp) -> Sent {
        let session = self.session();
        let me = session.map(|s| Profile { did: s.did, handle: s.handle, ..Profile::default() }).unwrap_or_default();
        Sent {
            url: parts(&there.uri).filter(|(_, collection, _)| *collection == POSTS).map(|(_, _, key)| web(&me, key)),
            external_id: there.uri.clone(),
            posted_at: there.at.unwrap_or(at),
        }
    }
}

/// What was kept with the post.
pub(super) fn reference(post: &Post) -> Option<Reference> {
    serde_json::from_str(post.native.reference.as_deref()?).ok()
}

/// After an `InvalidSwap` something is there; what, could not be seen.
fn unsure(error: CallError) -> CallError {
    match error {
        CallError::Later { why, .. } | CallError::Never { why } | CallError::Unknown { why } => {
            CallError::Unknown { why }
        }
    }
}

/// What a write that failed means.
pub(super) fn refused(fail: Fail, what: &str) -> CallError {
    fail.write(&format!("{what} was not taken by Bluesky"))
}
