//! What goes out: comments, votes, private messages, deletions; and the look for a comment whose outcome is unknown.
//!
//! Reddit says 200 to nearly everything and names what was wrong in `json.errors`. It knows no key against doubles.
//! <https://www.reddit.com/dev/api/#POST_api_comment>

use super::api::{Api, Call};
use super::shape::{self, Thing};
use super::{LONGEST, markdown};
use crate::networks::{CallError, Deed, Outgoing, Sent, plain};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::time::Duration;

/// A comment found in the conversation may be so much older than the press on Send and than what it answers, clocks being
/// what they are. The same words of ours below the same comment are rather ours than something to say twice.
const CLOCKS: SignedDuration = SignedDuration::from_hours(1);
/// A wait that Reddit asks for is no longer than this.
const LONGEST_WAIT: u64 = 24 * 3600;
/// The longest subject of a private message, in characters. <https://www.reddit.com/dev/api/#POST_api_compose>
const SUBJECT: usize = 100;

/// What Reddit refuses, by its own names, and what to do.
const REFUSALS: &[(&str, &str)] = &[
    ("THREAD_LOCKED", "a moderator has locked the conversation: nobody can answer"),
    ("DELETED_COMMENT", "the comment has been deleted"),
    ("DELETED_LINK", "the post has been deleted"),
    ("TOO_OLD", "it is archived: nobody can answer any more"),
    ("SUBREDDIT_NOTALLOWED", "the account may not write in this subreddit; ask its moderators"),
    ("USER_BLOCKED", "the account has blocked this author; unblock them at Reddit first"),
    ("NOT_WHITELISTED_BY_USER_MESSAGE", "this author takes no private messages; answer in public"),
    ("USER_DOESNT_EXIST", "this author's account is gone"),
    ("TOO_LONG", "the text is too long for Reddit; shorten it"),
    ("NO_TEXT", "there is no text; write one"),
    ("SUBREDDIT_OUTBOUND_LINKING_DISALLOWED", "this subreddit takes no links to others; leave out r/ and its name"),
    ("SUBREDDIT_LINKING_DISALLOWED", "Reddit takes no link to that subreddit; leave it out"),
    // Reddit says this to whoever was blocked by the author.
    ("SOMETHING_IS_BROKEN", "Reddit does not take it; the author may have blocked the account"),
];

/// `json.errors`: nothing happened, and why.
fn refusal(answer: &Value) -> Option<CallError> {
    let json = answer.get("json")?;
    let error = json.get("errors")?.as_array()?.first()?.as_array()?;
    let word = |i: usize| error.get(i).and_then(Value::as_str).map(|w| plain::first_line(w, 200)).unwrap_or_default();
    let (code, said) = (word(0), word(1));
    if matches!(code.as_str(), "RATELIMIT" | "QUOTA_FILLED") {
        let exact = json.get("ratelimit").and_then(Value::as_f64).filter(|s| s.is_finite() && *s > 0.0);
        let exact = exact.map(|s| Duration::from_secs_f64(s.ceil().min(86_400.0)));
        let why = format!("Reddit takes no more comments from this account for a while: {said}");
        return Some(CallError::Later { why, after: exact.or_else(|| wait(&said)) });
    }
    let known = REFUSALS.iter().find(|(name, _)| *name == code);
    let why = known.map_or_else(
        || format!("Reddit refused it ({code}: {said}); open the post and look there"),
        |(_, say)| (*say).to_owned(),
    );
    Some(CallError::Never { why })
}

/// `… try again in 9 minutes.`, `Take a break for 5 seconds …`: how long, with a unit to spare, since Reddit rounds down.
fn wait(said: &str) -> Option<Duration> {
    let words: Vec<&str> = said.split(|c: char| c.is_whitespace() || c == '.').filter(|w| !w.is_empty()).collect();
    words.windows(2).find_map(|pair| {
        let number: u64 = pair.first()?.parse().ok()?;
        let unit = match pair.get(1)?.trim_end_matches('s') {
            "millisecond" => return Some(Duration::from_secs(1)),
            "second" => 1,
            "minute" => 60,
            "hour" => 3600,
            _ => return None,
        };
        Some(Duration::from_secs(number.saturating_add(1).saturating_mul(unit).min(LONGEST_WAIT)))
    })
}

/// The same words: letters and digits, in their order. Reddit may change blanks, line ends and how markup is written; a
/// reply that is taken for another one would be sent twice.
fn same(a: &str, b: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let (first, second) = (letters(a), letters(b));
    if first.is_empty() { a.split_whitespace().eq(b.split_whitespace()) } else { first == second }
}

fn sent(thing: &Thing, now: Timestamp) -> Sent {
    Sent { external_id: thing.name.clone(), url: thing.page(), posted_at: thing.at().unwrap_or(now) }
}

impl Api {
    pub(super) async fn reply(&self, reply: &Outgoing, now: Timestamp) -> Result<Sent, CallError> {
        let text = markdown::escape(&reply.text);
        let never = |why: String| CallError::Never { why };
        if text.is_empty() {
            return Err(never("there is no text; write one".to_owned()));
        }
        let long = text.chars().count();
        if long > LONGEST {
            return Err(never(format!(
                "the text is too long for Reddit: {long} of {LONGEST} characters as it counts them; shorten it"
            )));
        }
        let to = reply.after.as_ref().map_or(&reply.post.external_id, |part| &part.external_id);
        let call = Call::new("/api/comment").with("api_type", "json").with("thing_id", to.clone()).with("text", text);
        let answer = self.change(&call).await?;
        if let Some(error) = refusal(&answer) {
            return Err(error);
        }
        // In a quarantined subreddit the list is empty although the comment is there.
        let thing = answer.pointer("/json/data/things/0").and_then(shape::thing);
        let thing = thing
            .ok_or_else(|| CallError::Unknown { why: "Reddit did not say whether it took the comment".to_owned() })?;
        Ok(sent(&thing, now))
    }

    /// Looks for the reply among the account's own comments, and right below what it answers.
    pub(super) async fn find(&self, reply: &Outgoing) -> Result<Option<Sent>, CallError> {
        let account = self.whoami().await?;
        let to = reply.after.as_ref().map_or(reply.post.external_id.as_str(), |part| part.external_id.as_str());
        let text = markdown::escape(&reply.text);
        // It is newer than what it answers, by Reddit's clock; the desk's may be ahead by anything.
        let since = reply.at.min(reply.post.posted_at);
        let since = since.checked_sub(CLOCKS).unwrap_or(since);
        let ours = |thing: &&Thing| {
            let by_us = thing.author_fullname.as_deref() == Some(&account.id)
                || thing.author.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(&account.handle));
            by_us
                && thing.parent_id.as_deref() == Some(to)
                && thing.at().is_some_and(|at| at >= since)
                && thing.body.as_deref().is_some_and(|body| same(body, &text))
                && !reply.known.contains(&thing.name)
        };
        if self.may("history") {
            let lists = self.lists(&account.handle);
            if let Some(own) = lists.iter().find(|list| list.is_own()) {
                let (things, _) = self.top(own, Some(since.as_second())).await?;
                if let Some(thing) = things.iter().find(ours) {
                    return Ok(Some(sent(thing, reply.at)));
                }
            }
        }
        let below = self.below(to, reply.post.conversation.as_deref()).await?;
        Ok(below.iter().find(ours).map(|thing| sent(thing, reply.at)))
    }

    /// A like is a vote up; 0 takes it back. Voting twice is voting once.
    pub(super) async fn vote(&self, deed: &Deed, now: Timestamp) -> Result<Sent, CallError> {
        let id = deed.post.external_id.clone();
        let call = Call::new("/api/vote").with("id", id.clone()).with("dir", if deed.undo { "0" } else { "1" });
        self.done(&call).await?;
        Ok(Sent { external_id: id, url: deed.post.url.clone(), posted_at: now })
    }

    pub(super) async fn message(&self, deed: &Deed, now: Timestamp) -> Result<Sent, CallError> {
        let to = &deed.post.author.handle;
        if to.is_empty() {
            return Err(CallError::Never { why: "this author's account is gone; nobody can be written to".to_owned() });
        }
        let call = Call::new("/api/compose")
            .with("api_type", "json")
            .with("to", to.clone())
            .with("subject", plain::clip("About what you wrote on Reddit", SUBJECT))
            .with("text", markdown::escape(&deed.text));
        let answer = self.done(&call).await?;
        if answer.pointer("/json/errors").is_none() {
            return Err(CallError::Unknown { why: "Reddit did not say whether it took the message".to_owned() });
        }
        // A private message gets no id that this account is told.
        Ok(Sent { external_id: deed.key.clone(), url: None, posted_at: now })
    }

    /// Deleting what is deleted already is no fault at Reddit.
    pub(super) async fn retract(&self, deed: &Deed, now: Timestamp) -> Result<Sent, CallError> {
        for id in &deed.targets {
            self.done(&Call::new("/api/del").with("id", id.clone())).await?;
        }
        let id = deed.targets.last().unwrap_or(&deed.key).clone();
        Ok(Sent { external_id: id, url: None, posted_at: now })
    }

    async fn done(&self, call: &Call) -> Result<Value, CallError> {
        let answer = self.change(call).await?;
        refusal(&answer).map_or(Ok(answer), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::wait;
    use std::time::Duration;

    #[test]
    fn how_long_reddit_wants_to_be_left_alone() {
        let says = |text| wait(text).map(|d: Duration| d.as_secs());
        assert_eq!(
            says("Looks like you've been doing that a lot. Take a break for 5 seconds before trying again."),
            Some(6)
        );
        assert_eq!(says("you are doing that too much. try again in 9 minutes."), Some(600));
        assert_eq!(says("try again in 1 hour."), Some(7200));
        assert_eq!(says("Take a break for 300 milliseconds before trying again."), Some(1));
        assert_eq!(says("later"), None);
    }
}
