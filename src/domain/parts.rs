//! What is ours on the network: the parts of a numbered thread as they go out, and our own posts when they are seen there.

use super::{
    Cycle, Draft, EventKind, Mention, PersonId, Post, ReopenCause, Response, ResponseSource, Sending, State, fold,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The clocks of a network and of the desk may differ by so much.
const SKEW: SignedDuration = SignedDuration::from_mins(2);

/// A part of a numbered thread that is out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartOut {
    /// The network's id of the post.
    pub external_id: String,
    /// Where to see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When, by the network's clock.
    pub posted_at: Timestamp,
}

/// A further part of a numbered thread of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadPart {
    /// The network's id of the thread's first post.
    pub first: String,
    /// The network's id of this one.
    pub external_id: String,
}

impl Draft {
    /// As how many posts it goes out.
    pub fn posts(&self) -> usize {
        self.parts.len().max(1)
    }
}

impl Sending {
    /// What the next post says.
    pub fn next_text<'d>(&self, draft: &'d Draft) -> &'d str {
        draft.parts.get(self.out.len()).unwrap_or(&draft.text)
    }
}

impl Mention {
    /// Everything that our accounts said about it as far as it is recorded, by the network's ids.
    pub fn own_ids(&self) -> impl Iterator<Item = &str> {
        let responses = self.cycles.iter().flat_map(Cycle::responses).filter_map(|r| r.external_id.as_deref());
        let parts = self.thread.iter().map(|part| part.external_id.as_str());
        responses.chain(parts).chain(self.besides.own.iter().map(String::as_str))
    }

    /// Of these, what is certainly not the reply that is on its way now. What a brand account was seen saying since Send
    /// was pressed may be that reply.
    pub fn own_before(&self, sending: &Sending) -> Vec<String> {
        let since = sending.at.checked_sub(SKEW).unwrap_or(sending.at);
        let doubtful = |r: &Response| r.source == ResponseSource::Native && r.at >= since;
        let doubt: Vec<&str> = self
            .cycles
            .iter()
            .flat_map(Cycle::responses)
            .filter_map(|r| Some(r).filter(|r| doubtful(r))?.external_id.as_deref())
            .collect();
        self.own_ids().filter(|id| !doubt.contains(id)).map(str::to_owned).collect()
    }

    /// How much of a numbered thread is out, in words; `None` if nothing is.
    pub fn out_of(&self, sending: &Sending) -> Option<String> {
        let posts = self.draft_version(sending.version)?.posts();
        (!sending.out.is_empty()).then(|| format!("{} of {posts} posts are out", sending.out.len()))
    }

    /// What happens when the network says that the next post of the reply that is on its way is there. `due` says when a
    /// response is due to something that was said at that time.
    pub fn confirmed(&self, post: PartOut, due: impl Fn(Timestamp) -> Option<Timestamp>) -> Vec<EventKind> {
        let Some((sending, draft)) = self.on_its_way() else { return Vec::new() };
        let (version, by, posts) = (sending.version, self.credit(sending), draft.posts());
        let number = sending.out.len() + 1;
        let mut events = Vec::new();
        if posts > 1 {
            let PartOut { external_id, url, posted_at } = post.clone();
            let part = u32::try_from(number).unwrap_or(u32::MAX);
            events.push(EventKind::PartSent { version, part, external_id, url, posted_at, by: by.clone() });
        }
        if number < posts {
            return events;
        }
        let PartOut { external_id, url, posted_at } = sending.out.first().cloned().unwrap_or(post);
        // What the author wrote after the reply was sent off is not answered by it, even if the network confirms it
        // only now.
        let sent_off = sending.at.min(posted_at);
        events.push(EventKind::Replied { version, text: draft.text.clone(), external_id, url, posted_at, by });
        // A hand-off answers nothing, so the wait that is there goes on.
        if !self.hands_off(version) {
            events.extend(self.next_wait(sent_off, due));
        }
        events
    }

    /// The wait that began when the author wrote again after that.
    pub fn next_wait(&self, sent_off: Timestamp, due: impl Fn(Timestamp) -> Option<Timestamp>) -> Option<EventKind> {
        let next = self.follow_ups.iter().find(|f| f.posted_at > sent_off)?;
        let (cause, from) = (ReopenCause::FollowUp, next.posted_at);
        Some(EventKind::Reopened { cause, from, due_at: due(from) })
    }

    /// What happens when a post of ours is seen that says just what is on its way, or may be out: then it is there.
    /// `None` if it is another one.
    pub(super) fn recognised(&self, post: &Post) -> Option<Vec<EventKind>> {
        let (sending, draft) = self.on_its_way()?;
        let recent = post.posted_at >= sending.at.checked_sub(SKEW).unwrap_or(sending.at);
        if !recent || spoken(&post.text) != spoken(sending.next_text(draft)) {
            return None;
        }
        let unknown = self.state == State::Unknown;
        // Whoever sends it finds it there, too, and knows better what follows.
        if (!unknown && draft.posts() > 1) || self.follow_ups.iter().any(|f| f.posted_at > sending.at) {
            return Some(Vec::new());
        }
        let out = PartOut { external_id: post.external_id.clone(), url: post.url.clone(), posted_at: post.posted_at };
        let mut events = self.confirmed(out, |_| None);
        let number = sending.out.len() + 1;
        if number < draft.posts() {
            let why = format!("{number} of {} posts are out. {}", draft.posts(), self.send_the_rest(sending.version));
            events.push(EventKind::SendFailed { why });
        }
        Some(events)
    }

    /// How a numbered thread is gone on with, in words.
    pub fn send_the_rest(&self, version: u32) -> String {
        format!("`send {} {version}` sends the rest", self.no.0)
    }

    fn on_its_way(&self) -> Option<(&Sending, &Draft)> {
        let sending = self.sending.as_ref().filter(|_| matches!(self.state, State::Sending | State::Unknown))?;
        Some((sending, self.draft_version(sending.version)?))
    }

    /// Who gets the credit: whoever pressed Send; for an approved draft the holder, whose answer it is.
    fn credit(&self, sending: &Sending) -> PersonId {
        let approved = self.draft_version(sending.version).is_some_and(|d| d.approved_by.is_some());
        match &self.holder {
            Some(claim) if approved => claim.by.clone(),
            _ => sending.by.clone(),
        }
    }

    pub(super) fn part_is_out(
        &mut self,
        version: u32,
        external_id: &str,
        url: Option<&String>,
        posted_at: Timestamp,
        by: &PersonId,
    ) {
        if let Some(draft) = self.drafts.iter_mut().find(|d| d.version == version) {
            draft.sent = true;
        }
        let part = PartOut { external_id: external_id.to_owned(), url: url.cloned(), posted_at };
        let Some(sending) = self.sending.as_mut().filter(|s| s.version == version) else { return };
        let first = sending.out.first().map(|first| first.external_id.clone());
        sending.out.push(part);
        match first {
            Some(first) => self.thread.push(ThreadPart { first, external_id: external_id.to_owned() }),
            // The customer has an answer from here on, if not yet all of it.
            None if self.hands_off(version) => {}
            None => self.answered(Response {
                at: posted_at,
                by: Some(by.clone()),
                source: ResponseSource::Sent,
                external_id: Some(external_id.to_owned()),
                url: url.cloned(),
                through: None,
            }),
        }
    }
}

/// What a post says, without the names in front that a network puts there.
fn spoken(text: &str) -> String {
    let folded = fold(text);
    let words = folded.split(' ').skip_while(|word| word.starts_with('@'));
    words.collect::<Vec<_>>().join(" ")
}
