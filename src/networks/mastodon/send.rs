//! Replies out, and the look whether one is there. The key that goes with each keeps Mastodon and Mitra from posting it
//! twice, but not `GoToSocial`, which ignores it: so nothing is repeated without a look.

use super::api::Failed;
use super::post::{Reference, external_id, text as text_of};
use super::rules::Rules;
use super::wire::{Context, Found, Source, Status};
use super::{Mastodon, lock};
use crate::domain::{Post, Visibility};
use crate::networks::{CallError, Outgoing, Sent, plain};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// Clocks differ: the look begins so many seconds before Send was pressed.
const BEFORE: i64 = 30 * 60;
/// Pages of own posts that are looked through.
const PAGES: usize = 25;

/// A post as this instance knows it.
#[derive(Clone, Debug)]
pub(super) struct Local {
    pub(super) id: String,
    pub(super) account: String,
    pub(super) acct: String,
    pub(super) spoiler: String,
}

impl Local {
    fn of(status: &Status) -> Self {
        Self {
            id: status.id.clone(),
            account: status.account.id.clone(),
            acct: status.account.acct.clone(),
            spoiler: plain::first_line(&status.spoiler_text, 500),
        }
    }
}

impl Mastodon {
    /// A post's id at this instance: as it was seen here, or as it is found by its address. `None`: it is not there.
    pub(super) async fn local(&self, post: &Post) -> Result<Option<Local>, Failed> {
        let seen = post.native.reference.as_deref().and_then(|r| serde_json::from_str::<Reference>(r).ok());
        if let Some(seen) = seen.filter(|seen| seen.base == self.api.base().as_str()) {
            let Reference { id, account, acct, spoiler, .. } = seen;
            return Ok(Some(Local { id, account, acct, spoiler }));
        }
        let found = self.resolve(&post.external_id).await?;
        Ok(found.as_ref().map(Local::of))
    }

    /// A status by its address, fetched from its own server if need be.
    async fn resolve(&self, uri: &str) -> Result<Option<Status>, Failed> {
        let query = [("q", uri), ("type", "statuses"), ("resolve", "true"), ("limit", "5")];
        let found: Found = self.api.get(&["api", "v2", "search"], &query).await?;
        Ok(found.statuses.into_iter().find(|s| s.uri == uri || s.url == uri))
    }

    /// The own id of an own post. `None`: it is deleted.
    pub(super) async fn own(&self, uri: &str, since: Timestamp) -> Result<Option<String>, Failed> {
        if let Some(id) = self.threads.local(uri) {
            return Ok(Some(id));
        }
        let mut found = None;
        let whole = self
            .back_to(since, |status| {
                let same = external_id(status).as_deref() == Some(uri);
                if same {
                    found = Some(status.id.clone());
                }
                !same
            })
            .await?;
        match found {
            Some(id) => Ok(Some(id)),
            None if whole => Ok(None),
            None => Ok(self.resolve(uri).await?.map(|status| status.id)),
        }
    }

    /// Shows the own posts, the newest first, back to a moment, while it wants more. False: there were too many.
    async fn back_to(&self, since: Timestamp, mut more: impl FnMut(&Status) -> bool + Send) -> Result<bool, Failed> {
        let me = self.who().await?.id;
        let mut below: Option<String> = None;
        for _ in 0..PAGES {
            let mut query = vec![("limit", "40"), ("exclude_reblogs", "true")];
            query.extend(below.as_deref().map(|id| ("max_id", id)));
            let page = self.api.page::<Status>(&["api", "v1", "accounts", &me, "statuses"], &query).await?;
            for status in &page.items {
                if status.created_at < since || !more(status) {
                    return Ok(true);
                }
            }
            let next = page.next.or_else(|| page.items.last().map(|status| status.id.clone()));
            if next.is_none() || next == below {
                return Ok(true);
            }
            below = next;
        }
        Ok(false)
    }

    /// Posts an answer.
    pub(super) async fn send(&self, reply: &Outgoing) -> Result<Sent, CallError> {
        self.sendable(&reply.text)?;
        let host = self.api.host();
        let local = self.local(&reply.post).await.map_err(|e| certainly(e, "find the post", &host))?;
        let Some(local) = local else {
            return Err(CallError::Never {
                why: format!("{host} does not find the post any more; open it and answer there"),
            });
        };
        let to = match &reply.after {
            None => Some(local.id.clone()),
            Some(before) => self
                .own(&before.external_id, earlier(reply.post.posted_at, BEFORE))
                .await
                .map_err(|e| certainly(e, "find the part before", &host))?,
        };
        let Some(to) = to else {
            return Err(CallError::Never {
                why: "the part before this one is deleted; open the post and go on there".to_owned(),
            });
        };
        let wide = narrowed(reply.post.native.visibility, self.config.unlisted);
        let body = body(&reply.text, &local, &reply.post, wide, Some(&to));
        self.fits(&body)?;
        self.publish(&body, &reply.key, "take the reply").await
    }

    /// Writes to a post's author in private.
    pub(super) async fn message(&self, post: &Post, text: &str, key: &str) -> Result<Sent, CallError> {
        self.sendable(text)?;
        let host = self.api.host();
        let local = self.local(post).await.map_err(|e| certainly(e, "find the post", &host))?;
        let Some(local) = local else {
            return Err(CallError::Never {
                why: format!("{host} does not find the post any more; open it and answer there"),
            });
        };
        let body = body(text, &local, post, Visibility::Direct, Some(&local.id));
        self.fits(&body)?;
        self.publish(&body, key, "take the message").await
    }

    async fn publish(&self, body: &Value, key: &str, what: &str) -> Result<Sent, CallError> {
        let host = self.api.host();
        let status: Status = self
            .api
            .post(&["api", "v1", "statuses"], body, Some(key))
            .await
            .map_err(|failed| failed.writing(what, &host))?;
        self.confirmed(&status).ok_or_else(|| CallError::Unknown {
            why: format!("{host} took it, and did not say under which address it stands"),
        })
    }

    fn confirmed(&self, status: &Status) -> Option<Sent> {
        let uri = external_id(status)?;
        self.threads.know(&status.id, &uri, None);
        Some(Sent { url: super::post::web(&status.url), external_id: uri, posted_at: status.created_at })
    }

    /// Refuses what nobody should be sent: nothing, or more than the rule that was shown.
    fn sendable(&self, text: &str) -> Result<(), CallError> {
        if text.trim().is_empty() {
            return Err(CallError::Never { why: "there is nothing in the text; write something".to_owned() });
        }
        match Rules::length(lock(&self.state).rules.as_ref()).excess(text) {
            None => Ok(()),
            Some(excess) => Err(CallError::Never { why: format!("it is too long: {excess}; shorten it") }),
        }
    }

    /// Refuses what is too long before it is sent: the name in front and the content warning count too.
    fn fits(&self, body: &Value) -> Result<(), CallError> {
        let state = lock(&self.state);
        let Some(rule) = state.rules.as_ref().map(Rules::whole) else { return Ok(()) };
        let words = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
        match rule.excess(&format!("{}{}", words("spoiler_text"), words("status"))) {
            None => Ok(()),
            Some(excess) => Err(CallError::Never {
                why: format!("with the name of whom it answers in front, it is too long: {excess}; shorten it"),
            }),
        }
    }

    /// Looks whether a reply is there: among the account's own posts, and below the post.
    pub(super) async fn find(&self, reply: &Outgoing) -> Result<Option<Sent>, CallError> {
        let host = self.api.host();
        let read = |failed: Failed| failed.reading("look for the reply", &host);
        // The post itself may be gone by now; what answers it is not.
        let local = match self.local(&reply.post).await {
            Ok(local) => local,
            Err(failed) if failed.is_gone() => None,
            Err(failed) => return Err(read(failed)),
        };
        let to = match &reply.after {
            None => local.as_ref().map(|l| l.id.clone()),
            Some(before) => self.own(&before.external_id, earlier(reply.post.posted_at, BEFORE)).await.map_err(read)?,
        };
        let near = earlier(reply.at, BEFORE);
        // However wrong the desk's clock is, it is not older than what it answers.
        let since = near.min(reply.after.as_ref().map_or(reply.post.posted_at, |before| before.posted_at));
        let mut candidates: Vec<Status> = Vec::new();
        let whole = self.back_to(since, |status| {
            candidates.push(status.clone());
            true
        });
        let whole = whole.await.map_err(read)?;
        let whole = whole || candidates.iter().any(|status| status.created_at < near);
        if let Some(to) = &to {
            let me = self.who().await.map_err(read)?.id;
            let below: Result<Context, Failed> = self.api.get(&["api", "v1", "statuses", to, "context"], &[]).await;
            match below {
                Ok(below) => candidates.extend(below.descendants.into_iter().filter(|s| s.account.id == me)),
                Err(failed) if failed.is_gone() => {}
                Err(failed) => return Err(read(failed)),
            }
        }
        let wanted = essence(&reply.text);
        let mut doubtful = None;
        for status in &candidates {
            let known = external_id(status).is_none_or(|uri| reply.known.contains(&uri));
            let names_author =
                || local.as_ref().is_none_or(|l| status.mentions.iter().any(|named| named.id == l.account));
            // A server forgets what was answered when that is deleted.
            let answers = match &status.in_reply_to_id {
                None => names_author(),
                above => *above == to,
            };
            if known || !answers || status.created_at < since {
                continue;
            }
            if essence(&without_spoiler(status)) == wanted {
                return Ok(self.confirmed(status));
            }
            match self.written(status).await {
                Some(written) if written == wanted => return Ok(self.confirmed(status)),
                Some(_) => continue,
                None => {}
            }
            // In other words since Send was pressed, and the server does not tell how it was written: by hand, or it has
            // changed it.
            if status.in_reply_to_id.is_some() && status.created_at.as_second() >= reply.at.as_second() {
                doubtful = Some(status.created_at);
            }
        }
        match doubtful {
            Some(at) => Err(CallError::Never {
                why: format!(
                    "an answer by this account was posted at {}, in other words; look at the post, then say whether it is \
                     the reply",
                    at.strftime("%H:%M UTC")
                ),
            }),
            None if whole => Ok(None),
            None => Err(CallError::Never {
                why: "the account has posted too much since to look through; look at the post, then say whether the reply \
                      is there"
                    .to_owned(),
            }),
        }
    }

    /// The words of an own post as they were written, if the server keeps them.
    async fn written(&self, status: &Status) -> Option<String> {
        let source: Source = self.api.get(&["api", "v1", "statuses", &status.id, "source"], &[]).await.ok()?;
        Some(essence(&source.text))
    }
}

/// What failed before anything was posted did not post anything.
fn certainly(failed: Failed, what: &str, host: &str) -> CallError {
    failed.reading(what, host)
}

fn earlier(at: Timestamp, seconds: i64) -> Timestamp {
    at.checked_sub(SignedDuration::from_secs(seconds)).unwrap_or(at)
}

fn without_spoiler(status: &Status) -> String {
    text_of(&Status { spoiler_text: String::new(), media_attachments: Vec::new(), poll: None, ..status.clone() })
}

/// A text without what servers change in it: the names in front, white space, the signs of Markdown. Two replies of staff to one post
/// that differ in these alone are one. What has nothing but signs stays as it is.
fn essence(text: &str) -> String {
    let text = plain::clean(text);
    let mut words: Vec<&str> = text.split_whitespace().collect();
    while words.first().is_some_and(|word| word.starts_with('@')) {
        words.remove(0);
    }
    // A name in the middle may be shown with or without its server, a link with its address after it.
    let plain = words.iter().map(|word| match word.strip_prefix('@') {
        Some(name) => name.split('@').next().unwrap_or_default(),
        None => word,
    });
    let kept: String = plain.flat_map(str::chars).filter(|c| c.is_alphanumeric() || !c.is_ascii()).collect();
    if kept.is_empty() { words.concat() } else { kept }
}

/// Never more public than the post that is answered.
fn narrowed(parent: Option<Visibility>, unlisted: bool) -> Visibility {
    match parent {
        None | Some(Visibility::Public) if unlisted => Visibility::Unlisted,
        None => Visibility::Unlisted,
        Some(same) => same,
    }
}

fn word(visible: Visibility) -> &'static str {
    match visible {
        Visibility::Public => "public",
        Visibility::Unlisted => "unlisted",
        Visibility::Followers => "private",
        Visibility::Direct => "direct",
    }
}

/// A status that answers another, as Mastodon's own page makes it: its author is named, or they would not be told.
fn body(text: &str, local: &Local, post: &Post, visible: Visibility, to: Option<&str>) -> Value {
    let named = names(text, &[&local.acct, &post.author.handle]);
    let status = if named || local.acct.is_empty() { text.to_owned() } else { format!("@{} {text}", local.acct) };
    let mut body = json!({ "status": status, "visibility": word(visible), "in_reply_to_id": to });
    let Some(fields) = body.as_object_mut() else { return body };
    let language =
        post.language.as_deref().filter(|l| (2..=3).contains(&l.len()) && l.chars().all(|c| c.is_ascii_lowercase()));
    if let Some(language) = language {
        fields.insert("language".to_owned(), json!(language));
    }
    if !local.spoiler.is_empty() {
        let again = local.spoiler.to_lowercase().starts_with("re:");
        let spoiler = if again { local.spoiler.clone() } else { format!("re: {}", local.spoiler) };
        fields.insert("spoiler_text".to_owned(), json!(spoiler));
        fields.insert("sensitive".to_owned(), json!(true));
    }
    body
}

/// Whether one of these names stands in the text already.
fn names(text: &str, all: &[&str]) -> bool {
    text.split_whitespace().any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '@' && c != '_');
        let name = word.strip_prefix('@').map(str::to_lowercase);
        name.is_some_and(|name| all.iter().any(|one| !one.is_empty() && one.to_lowercase() == name))
    })
}

#[cfg(test)]
mod tests {
    use super::super::post::visibility;
    use super::{essence, names, narrowed, word};
    use crate::domain::Visibility;

    #[test]
    fn an_answer_is_never_more_public_than_its_post() {
        for said in ["public", "unlisted", "private", "direct", "mutuals_only", "something new"] {
            let answer = narrowed(Some(visibility(said)), false);
            assert_eq!(answer, visibility(said), "{said}");
        }
        assert_eq!(word(narrowed(Some(Visibility::Public), true)), "unlisted");
        assert_eq!(word(narrowed(None, false)), "unlisted");
    }

    #[test]
    fn a_name_is_put_in_front_once() {
        assert!(names("Hello @Bob@social.example, sorry", &["bob@social.example"]));
        assert!(!names("Hello bob", &["bob"]) && !names("mail @bobby", &["bob"]) && !names("@ ", &[""]));
    }

    #[test]
    fn what_servers_change_makes_no_other_text() {
        assert_eq!(
            essence("@bob  Sorry,\n\nsee https://a.example/x"),
            essence("@bob@x.example Sorry, see https://a.example/x ")
        );
        assert_eq!(essence("*Sorry* about `that`"), essence("Sorry about that"));
        assert_ne!(essence("Sorry 🙂"), essence("Sorry"));
        assert_ne!(essence(":)"), essence(":("));
        assert_eq!(essence("@bob :)"), essence(":) "));
    }
}
