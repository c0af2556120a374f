//! One wait of the customer, and how it ended.

use super::{DoneReason, PersonId, ResponseSource, SourceName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The first public reply of a cycle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// When: by the network's clock, or, for [`ResponseSource::Stated`], when it was said.
    pub at: Timestamp,
    /// Who gets the credit, if it is known.
    pub by: Option<PersonId>,
    /// How it is known.
    pub source: ResponseSource,
    /// The network's id of the reply.
    #[serde(default)]
    pub external_id: Option<String>,
    /// Where to see it.
    #[serde(default)]
    pub url: Option<String>,
    /// The source whose account sent it, where the mention is answered through another one by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<SourceName>,
}

/// One wait of the customer: from their post to the first response. Reopening starts a new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    /// When the customer wrote, by the network's clock.
    pub started_at: Timestamp,
    /// When hearback saw it.
    pub seen_at: Timestamp,
    /// When its first card stood in a channel (a later cycle: when it was reopened).
    #[serde(default)]
    pub card_at: Option<Timestamp>,
    /// When it was first claimed.
    #[serde(default)]
    pub claimed_at: Option<Timestamp>,
    /// Who claimed it first.
    #[serde(default)]
    pub claimed_by: Option<PersonId>,
    /// When approval was first asked for.
    #[serde(default)]
    pub approval_asked_at: Option<Timestamp>,
    /// When the last approval came.
    #[serde(default)]
    pub approved_at: Option<Timestamp>,
    /// The first response.
    #[serde(default)]
    pub response: Option<Response>,
    /// Further responses: if the first one is deleted, the first of these counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Response>,
    /// When and why it was closed by a person.
    #[serde(default)]
    pub closed: Option<(Timestamp, DoneReason)>,
}

impl Cycle {
    pub(super) fn new(started_at: Timestamp, seen_at: Timestamp) -> Self {
        Self {
            started_at,
            seen_at,
            card_at: None,
            claimed_at: None,
            claimed_by: None,
            approval_asked_at: None,
            approved_at: None,
            response: None,
            also: Vec::new(),
            closed: None,
        }
    }
    /// All responses, the first one first.
    pub fn responses(&self) -> impl Iterator<Item = &Response> {
        self.response.iter().chain(&self.also)
    }

    /// Another response became known. The first one by the network's clock is what the wait ended with.
    pub(super) fn answered(&mut self, response: Response) {
        let same = |r: &Response| r.external_id.is_some() && r.external_id == response.external_id;
        match &mut self.response {
            None => self.response = Some(response),
            // Ours, seen on the network before it was confirmed to us.
            Some(first) if same(first) => {
                if response.source == ResponseSource::Sent {
                    *first = response;
                }
            }
            Some(_) if response.source == ResponseSource::Stated || self.also.iter().any(same) => {}
            Some(first) if first.source != ResponseSource::Stated && response.at < first.at => {
                self.also.push(std::mem::replace(first, response));
            }
            Some(_) => self.also.push(response),
        }
    }

    /// Posts of ours are gone: they are no responses any more. True if the wait goes on because of that.
    pub(super) fn without(&mut self, ids: &[String]) -> bool {
        let gone = |r: &Response| r.external_id.as_ref().is_some_and(|id| ids.contains(id));
        self.also.retain(|r| !gone(r));
        if !self.response.as_ref().is_some_and(gone) {
            return false;
        }
        let next = self.also.iter().enumerate().min_by_key(|(_, r)| r.at).map(|(i, _)| i);
        self.response = next.map(|i| self.also.remove(i));
        self.response.is_none()
    }

    /// This wait was never answered, so the next one is the same wait.
    pub(super) fn goes_on(&mut self, next: Cycle) {
        self.claimed_at = self.claimed_at.or(next.claimed_at);
        self.claimed_by = self.claimed_by.take().or(next.claimed_by);
        self.approval_asked_at = self.approval_asked_at.or(next.approval_asked_at);
        self.approved_at = next.approved_at.or(self.approved_at);
        self.response = next.response;
        self.also = next.also;
        self.closed = next.closed;
    }
}
