//! One row per wait of a customer, from which every figure is made.

use super::{Kind, Mention, MentionNo, ResponseSource};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Still waiting: censored at the moment of asking.
    Waiting,
    /// Answered; `end_ms` is the first response.
    Answered(ResponseSource),
    /// Closed without a response: censored at `end_ms`.
    Closed,
    /// Spam or not us: outside the denominator, listed apart.
    Excluded,
}

/// One wait (cycle) of one mention. `N` is how names are held: `String` on their way in, a small number in a table.
/// Moments are milliseconds since 1970 UTC; parts are whole seconds and never negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact<N> {
    /// Which mention.
    pub no: MentionNo,
    /// Which wait, counted from 1.
    pub cycle: u16,
    /// Brand.
    pub brand: N,
    /// Network.
    pub network: N,
    /// Who gets the credit for the response.
    pub person: Option<N>,
    /// Kind.
    pub kind: Kind,
    /// Direct.
    pub direct: bool,
    /// When the customer wrote, by the network's clock.
    pub started_ms: i64,
    /// How it ended.
    pub ending: Ending,
    /// When it ended; equals `started_ms` while waiting.
    pub end_ms: i64,
    /// Seconds from post to card.
    pub detection_s: Option<u32>,
    /// Seconds from card to claim.
    pub pickup_s: Option<u32>,
    /// Seconds from claim to the response.
    pub handling_s: Option<u32>,
    /// Seconds from asking for approval to the approval.
    pub approval_s: Option<u32>,
}

impl<N> Fact<N> {
    /// The same fact with its names held differently.
    pub fn map_names<M>(self, mut name: impl FnMut(N) -> M) -> Fact<M> {
        Fact {
            no: self.no,
            cycle: self.cycle,
            brand: name(self.brand),
            network: name(self.network),
            person: self.person.map(&mut name),
            kind: self.kind,
            direct: self.direct,
            started_ms: self.started_ms,
            ending: self.ending,
            end_ms: self.end_ms,
            detection_s: self.detection_s,
            pickup_s: self.pickup_s,
            handling_s: self.handling_s,
            approval_s: self.approval_s,
        }
    }

    /// Seconds from the customer's post to the first response; never negative; `None` if there was none.
    pub fn ttfr_s(&self) -> Option<u64> {
        match self.ending {
            Ending::Answered(_) => Some(u64::try_from((self.end_ms - self.started_ms) / 1000).unwrap_or(0)),
            _ => None,
        }
    }
}

fn seconds(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<u32> {
    let (from, to) = (from?, to?);
    Some(u32::try_from((to.as_millisecond() - from.as_millisecond()) / 1000).unwrap_or(0))
}

impl Mention {
    /// The facts of all its waits, oldest first.
    pub fn facts(&self) -> Vec<Fact<String>> {
        self.cycles
            .iter()
            .enumerate()
            .map(|(i, c)| {
                let (ending, end) = match (&c.response, &c.closed) {
                    (_, Some((at, reason))) if reason.excluded() => (Ending::Excluded, *at),
                    (Some(r), _) => (Ending::Answered(r.source), r.at),
                    (None, Some((at, _))) => (Ending::Closed, *at),
                    (None, None) => (Ending::Waiting, c.started_at),
                };
                let response = c.response.as_ref();
                Fact {
                    no: self.no,
                    cycle: u16::try_from(i + 1).unwrap_or(u16::MAX),
                    brand: self.brand.0.clone(),
                    network: self.post.network.clone(),
                    person: response.and_then(|r| r.by.as_ref()).map(|p| p.0.clone()),
                    kind: self.kind,
                    direct: self.direct,
                    started_ms: c.started_at.as_millisecond(),
                    ending,
                    end_ms: end.as_millisecond(),
                    detection_s: seconds(Some(c.started_at), c.card_at),
                    pickup_s: seconds(c.card_at, c.claimed_at),
                    handling_s: seconds(c.claimed_at, response.map(|r| r.at)),
                    approval_s: seconds(c.approval_asked_at, c.approved_at),
                }
            })
            .collect()
    }
}
