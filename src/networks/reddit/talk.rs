//! A conversation as it is now: what stands above a comment, what stands right below it, and whether it is still there.
//! <https://www.reddit.com/dev/api/#GET_comments_{article}>

use super::api::{Api, Call};
use super::shape::{self, Thing};
use crate::domain::Post;
use crate::networks::{CallError, Look, View};
use serde_json::Value;

/// Comments of one level that are looked at: the most that Reddit gives.
const MANY: &str = "100";
/// The most ancestors that Reddit shows.
const ABOVE: &str = "8";

/// A comment or a post in its conversation.
struct Place {
    /// The post that all hangs on.
    link: Thing,
    /// The comments above, the beginning first.
    above: Vec<Thing>,
    /// The comment itself; `None` if the post is meant.
    comment: Option<Thing>,
    /// What is right below, as far as Reddit shows it.
    below: Vec<Thing>,
}

impl Place {
    fn itself(&self) -> &Thing {
        self.comment.as_ref().unwrap_or(&self.link)
    }
}

/// What was found instead.
enum Nothing {
    /// It is not there, or not for us; the reason in words.
    Gone(&'static str),
}

fn children(value: &Value) -> Vec<Thing> {
    shape::listing(value).map(|page| page.things).unwrap_or_default()
}

impl Api {
    /// The conversation around a fullname; `link` is the post that it hangs on.
    async fn place(&self, name: &str, link: Option<&str>, sort: &str) -> Result<Result<Place, Nothing>, CallError> {
        let link = if name.starts_with("t3_") { Some(name) } else { link };
        let id = link.and_then(|link| link.strip_prefix("t3_")).ok_or_else(|| CallError::Never {
            why: "it is not known which post this comment belongs to; open it and answer there".to_owned(),
        })?;
        let mut call = Call::new(format!("/comments/{id}")).with("limit", MANY).with("sort", sort);
        let comment = name.strip_prefix("t1_");
        call = match comment {
            Some(comment) => call.with("comment", comment).with("context", ABOVE).with("depth", "10"),
            None => call.with("depth", "1"),
        };
        let value = match self.look(&call).await? {
            Ok(value) => value,
            Err(404 | 410) => return Ok(Err(Nothing::Gone("Reddit does not have it any more"))),
            // That says nothing of what is there.
            Err(status) => {
                let private =
                    if status == 403 { "; its subreddit may be private or have banned the account" } else { "" };
                return Err(CallError::Never {
                    why: format!("Reddit does not show the conversation ({status}){private}; open it and look there"),
                });
            }
        };
        let unreadable =
            || CallError::Later { why: "Reddit sent something that is no conversation".to_owned(), after: None };
        let [post, comments] = value.as_array().map(Vec::as_slice).ok_or_else(unreadable)? else {
            return Err(unreadable());
        };
        let Some(link) = children(post).into_iter().next() else { return Err(unreadable()) };
        let mut level = children(comments);
        if comment.is_none() {
            return Ok(Ok(Place { link, above: Vec::new(), comment: None, below: level }));
        }
        // From the top of the branch down to the comment itself.
        let mut above = Vec::new();
        while let Some(thing) = level.into_iter().next() {
            let below = children(&thing.replies);
            if thing.name == name {
                return Ok(Ok(Place { link, above, comment: Some(thing), below }));
            }
            above.push(thing);
            level = below;
        }
        Ok(Err(Nothing::Gone("Reddit does not show it any more")))
    }

    pub(super) async fn look_at(&self, post: &Post) -> Result<Look, CallError> {
        let place = match self.place(&post.external_id, post.conversation.as_deref(), "new").await? {
            Ok(place) => place,
            Err(Nothing::Gone(why)) => return Ok(Look::Gone(why.to_owned())),
        };
        let itself = place.itself();
        if let Some(why) = itself.gone() {
            return Ok(Look::Gone(why.to_owned()));
        }
        let any = |is: fn(&Thing) -> Option<bool>| is(&place.link) == Some(true) || is(itself) == Some(true);
        if any(|thing| thing.locked) {
            return Ok(Look::Gone("a moderator has locked it: nobody can answer".to_owned()));
        }
        if any(|thing| thing.archived) {
            return Ok(Look::Gone("it is archived: nobody can answer any more".to_owned()));
        }
        let now = (self.tools.now)();
        let answers = place.below.iter().filter_map(|thing| thing.post(&self.source, false, now)).collect();
        Ok(Look::There(View { text: Some(itself.text()), answers }))
    }

    /// What stands right below a thing. If that is gone, nobody can tell.
    pub(super) async fn below(&self, name: &str, link: Option<&str>) -> Result<Vec<Thing>, CallError> {
        let place = self.place(name, link, "new").await?.map_err(|Nothing::Gone(why)| CallError::Never {
            why: format!("it cannot be seen whether the reply is there: {why}; look among the account's own comments"),
        })?;
        Ok(place.below)
    }

    pub(super) async fn above(&self, post: &Post) -> Result<Vec<Post>, CallError> {
        if post.external_id.starts_with("t3_") {
            return Ok(Vec::new());
        }
        let place = self.place(&post.external_id, post.conversation.as_deref(), "new").await?;
        let place = place.map_err(|Nothing::Gone(why)| CallError::Never {
            why: format!("the conversation cannot be shown: {why}"),
        })?;
        let now = (self.tools.now)();
        let things = std::iter::once(&place.link).chain(&place.above);
        Ok(things.filter_map(|thing| thing.post(&self.source, false, now)).collect())
    }
}
