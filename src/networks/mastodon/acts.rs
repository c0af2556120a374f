//! What else can be done at a post: like, repost, follow, write in private, delete an own reply. Each is looked at before
//! where doing it twice is not as doing it once: `GoToSocial` boosts a second time.

use super::Mastodon;
use super::api::Failed;
use super::wire::{Relationship, Status};
use crate::domain::{Act, Post};
use crate::networks::{CallError, Deed, Sent};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// So many reposts of one post are taken back.
const BOOSTS: u8 = 5;

impl Mastodon {
    /// Does it, or takes it back.
    pub(super) async fn do_deed(&self, deed: &Deed, now: Timestamp) -> Result<Sent, CallError> {
        let what = match (deed.act, deed.undo) {
            (Act::Message, false) => return self.message(&deed.post, &deed.text, &deed.key).await,
            (Act::Message, true) => {
                return Err(CallError::Never {
                    why: "a message cannot be taken back; delete it in the app".to_owned(),
                });
            }
            (Act::Retract, _) => return self.retract(deed, now).await,
            (Act::Like, false) => "like the post",
            (Act::Like, true) => "take the like back",
            (Act::Repost, false) => "repost the post",
            (Act::Repost, true) => "take the repost back",
            (Act::Follow, false) => "follow the author",
            (Act::Follow, true) => "stop following the author",
        };
        let host = self.api.host();
        let local = self.local(&deed.post).await.map_err(|failed| failed.reading(what, &host))?;
        let Some(local) = local else {
            return Err(CallError::Never {
                why: format!("{host} does not find the post any more; open it and look there"),
            });
        };
        let status = |verb: &'static str| ["api", "v1", "statuses", local.id.as_str(), verb];
        let done = match (deed.act, deed.undo) {
            (Act::Like, undo) => self.call(&status(if undo { "unfavourite" } else { "favourite" })).await,
            (Act::Repost, true) => {
                // Each call takes one repost back, and there may be several.
                let mut left = BOOSTS;
                loop {
                    let done = self.call(&status("unreblog")).await;
                    left -= 1;
                    if done.is_err() || left == 0 || !self.is_reposted(&local.id).await.unwrap_or(false) {
                        break done;
                    }
                }
            }
            (Act::Repost, false) => {
                if self.is_reposted(&local.id).await.map_err(|failed| failed.reading(what, &host))? {
                    Ok(())
                } else {
                    self.call(&status("reblog")).await
                }
            }
            (_, undo) => {
                self.call(&["api", "v1", "accounts", &local.account, if undo { "unfollow" } else { "follow" }]).await
            }
        };
        match done {
            Ok(()) => {}
            // What is not there needs not be taken back.
            Err(failed) if deed.undo && failed.is_gone() => {}
            Err(failed) => return Err(failed.writing(what, &host)),
        }
        Ok(Sent { external_id: deed.post.external_id.clone(), url: deed.post.url.clone(), posted_at: now })
    }

    async fn is_reposted(&self, id: &str) -> Result<bool, Failed> {
        let status: Status = self.api.get(&["api", "v1", "statuses", id], &[]).await?;
        Ok(status.reblogged)
    }

    async fn call(&self, path: &[&str]) -> Result<(), Failed> {
        self.api.post::<Value>(path, &json!({}), None).await.map(|_| ())
    }

    async fn retract(&self, deed: &Deed, now: Timestamp) -> Result<Sent, CallError> {
        let host = self.api.host();
        // Own answers are not older than what they answer; clocks differ.
        let since = deed.post.posted_at.checked_sub(SignedDuration::from_hours(1)).unwrap_or(deed.post.posted_at);
        for target in &deed.targets {
            let id = self.own(target, since).await.map_err(|failed| failed.reading("find the reply", &host))?;
            let Some(id) = id else { continue };
            let deleted = self.api.delete(&["api", "v1", "statuses", &id]).await;
            deleted.map_err(|failed| failed.writing("delete the reply", &host))?;
        }
        let last = deed.targets.last().cloned().unwrap_or_default();
        Ok(Sent { external_id: last, url: None, posted_at: now })
    }

    /// Why the author of a post cannot be answered, if the server says so.
    pub(super) async fn barrier(&self, account: &str, post: &Post) -> Result<Option<String>, Failed> {
        let all =
            self.api.page::<Relationship>(&["api", "v1", "accounts", "relationships"], &[("id[]", account)]).await;
        let all = match all {
            Ok(page) => page.items,
            // Some servers or tokens do not tell: then the answer itself will.
            Err(failed) if failed.is_refusal() && !failed.is_locked_out() => return Ok(None),
            Err(failed) => return Err(failed),
        };
        let who = if post.author.handle.is_empty() { "its author" } else { post.author.handle.as_str() };
        let why = match all.first() {
            Some(one) if one.blocked_by => Some(format!("{who} blocks this account")),
            Some(one) if one.blocking => Some(format!("this account blocks {who}; unblock them first")),
            Some(one) if one.domain_blocking => {
                Some(format!("this account blocks the server of {who}; unblock it first"))
            }
            _ => None,
        };
        Ok(why)
    }
}
