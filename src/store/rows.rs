//! What the indexes know of a mention: one pure function from the record, and the difference between two of them. Every
//! index row of every mention comes from here, when it is written, rebuilt and verified.

use super::blocks::day;
use crate::domain::{Fact, Handled, Mention, MentionNo, OpenRow};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Counts the changes of what rows there are: indexes of another number are built anew.
pub const LAYOUT: u64 = 2;

/// The key of an index row: a hash of the parts, so that it is short and gives nothing away.
pub type Key = [u8; 16];

/// The hash of some parts.
pub fn hash(parts: &[&str]) -> Key {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let digest = hasher.finalize();
    std::array::from_fn(|i| digest.get(i).copied().unwrap_or_default())
}

/// All that the indexes know of a mention.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// Its post and its follow-ups, by network and the network's id.
    pub posts: BTreeSet<Key>,
    /// Their addresses.
    pub urls: BTreeSet<Key>,
    /// Its cards, by chat and message.
    pub cards: BTreeSet<Key>,
    /// Its author; none if the network gave no id.
    pub author: Option<Key>,
    /// Its line in the list of open mentions; none if it is closed.
    pub open: Option<OpenRow>,
    /// What can be had from how it was handled.
    pub handled: Option<Handled>,
    /// The mention whose card counts it, and whether it is open; none if it has a card of its own.
    pub like: Option<(MentionNo, bool)>,
    /// The facts of its waits, by the UTC day on which they began.
    pub days: BTreeMap<i64, Vec<Fact<String>>>,
}

impl Rows {
    /// The rows of a mention.
    pub fn of(m: &Mention) -> Self {
        let network = m.post.network.as_str();
        let mut days: BTreeMap<i64, Vec<_>> = BTreeMap::new();
        for fact in m.facts() {
            days.entry(day(fact.started_ms)).or_default().push(fact);
        }
        let urls = m.post.url.iter().chain(m.follow_ups.iter().filter_map(|f| f.url.as_ref()));
        Self {
            posts: m.external_ids().map(|id| hash(&[network, id])).collect(),
            urls: urls.map(|u| hash(&[u])).collect(),
            cards: m.cards.iter().map(|c| hash(&[c.place.chat.as_str(), c.message.as_str()])).collect(),
            author: author_key(network, &m.post.author.id),
            open: (!m.state.is_closed()).then(|| OpenRow::of(m)),
            handled: Handled::of(m),
            like: m.lead().map(|lead| (lead, !m.state.is_closed())),
            days,
        }
    }
}

/// The key of an author; none without an id.
pub fn author_key(network: &str, id: &str) -> Option<Key> {
    (!id.is_empty()).then(|| hash(&[network, id]))
}

/// Which rows come and go with a change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delta {
    /// Rows that go: posts, addresses, cards.
    pub gone: [Vec<Key>; 3],
    /// Rows that come.
    pub come: [Vec<Key>; 3],
    /// The author that the mention no longer counts for, and the one that it counts for now, if that changed.
    pub author: Option<(Option<Key>, Option<Key>)>,
    /// The line in the list of open mentions changed.
    pub open_changed: bool,
    /// The line that it has now; none if it is closed.
    pub open: Option<OpenRow>,
    /// What can be had from how it was handled changed.
    pub handled_changed: bool,
    /// What can be had now; none if nothing.
    pub handled: Option<Handled>,
    /// The mention whose card counted it and the one whose card counts it now, with whether it is open, if that changed.
    pub like: Option<[Option<(MentionNo, bool)>; 2]>,
    /// All facts of the mention on each day on which they changed.
    pub days: BTreeMap<i64, Vec<Fact<String>>>,
}

/// The difference that a change makes.
pub fn delta(before: Option<&Mention>, after: &Mention) -> Delta {
    let was = before.map(Rows::of).unwrap_or_default();
    let is = Rows::of(after);
    let minus = |a: &BTreeSet<Key>, b: &BTreeSet<Key>| a.difference(b).copied().collect::<Vec<_>>();
    let mut days = BTreeMap::new();
    for d in was.days.keys().chain(is.days.keys()) {
        if was.days.get(d) != is.days.get(d) {
            days.insert(*d, is.days.get(d).cloned().unwrap_or_default());
        }
    }
    Delta {
        gone: [minus(&was.posts, &is.posts), minus(&was.urls, &is.urls), minus(&was.cards, &is.cards)],
        come: [minus(&is.posts, &was.posts), minus(&is.urls, &was.urls), minus(&is.cards, &was.cards)],
        author: (was.author != is.author).then_some((was.author, is.author)),
        open_changed: was.open != is.open,
        open: is.open,
        handled_changed: was.handled != is.handled,
        handled: is.handled,
        like: (was.like != is.like).then_some([was.like, is.like]),
        days,
    }
}

/// How often an author was heard, and their newest mentions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorRow {
    /// Mentions in all.
    pub count: u32,
    /// The newest, ascending, at most [`AuthorRow::RECENT`].
    pub recent: Vec<MentionNo>,
}

impl AuthorRow {
    /// How many numbers are kept.
    pub const RECENT: usize = 8;

    /// One more.
    pub fn add(&mut self, no: MentionNo) {
        self.count += 1;
        self.recent.push(no);
        self.recent.sort_unstable();
        if self.recent.len() > Self::RECENT {
            self.recent.remove(0);
        }
    }

    /// One less.
    pub fn remove(&mut self, no: MentionNo) {
        self.count = self.count.saturating_sub(1);
        self.recent.retain(|n| *n != no);
    }

    /// As bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = self.count.to_be_bytes().to_vec();
        for no in &self.recent {
            out.extend_from_slice(&no.0.to_be_bytes());
        }
        out
    }

    /// The reverse of [`AuthorRow::encode`].
    pub fn decode(bytes: &[u8]) -> Self {
        let Some((count, rest)) = bytes.split_first_chunk::<4>() else { return Self::default() };
        let recent = rest.as_chunks::<8>().0.iter().map(|n| MentionNo(u64::from_be_bytes(*n))).collect();
        Self { count: u32::from_be_bytes(*count), recent }
    }
}
