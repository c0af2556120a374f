//! What the program acknowledged, as the outside remembers it; and at the end, whether all of it is there.

use super::receiver::{Arrived, Receiver};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A hook as it was posted, so that it can be posted again.
#[derive(Clone)]
pub struct Hook {
    /// The ids of its mentions.
    pub posts: Vec<String>,
    pub body: Vec<u8>,
    /// It was answered with success.
    pub acknowledged: bool,
}

/// Everything that was tried and everything that was acknowledged.
#[derive(Default)]
pub struct Ledger {
    /// By `webhook-id`.
    pub hooks: BTreeMap<String, Hook>,
    /// The ids of all mentions that some acknowledged hook carried.
    pub mentions: BTreeSet<String>,
    pub claims: BTreeSet<u64>,
    pub notes: BTreeSet<(u64, String)>,
    pub drafts: BTreeSet<(u64, String)>,
    /// Replies that were typed, whatever came of it: one text for each mention.
    pub typed: BTreeMap<u64, String>,
    /// Those of them of which it was said that they are on their way.
    pub queued: BTreeSet<u64>,
    /// Answers that must not be.
    pub violations: Vec<String>,
}

/// What was found at the end, for the summary.
pub struct Found {
    pub mentions: usize,
    pub replies: usize,
    /// Requests in which these replies came.
    pub posts: u32,
    /// What was acknowledged besides: claims, notes, drafts.
    pub answers: usize,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Found { mentions, replies, posts, answers } = self;
        write!(f, "{mentions} mentions, {answers} claims, notes and drafts, {replies} replies in {posts} requests")
    }
}

impl Ledger {
    /// Compares with the export and with what the receiver saw.
    pub fn holds(&self, rows: &[Value], receiver: &Receiver) -> Found {
        assert_eq!(self.violations, Vec::<String>::new());
        let offered: BTreeSet<&String> = self.hooks.values().flat_map(|h| &h.posts).collect();
        let mut by_post: BTreeMap<&str, u64> = BTreeMap::new();
        for (i, row) in rows.iter().enumerate() {
            let no = row["mention"].as_u64().unwrap();
            assert_eq!(no, i as u64 + 1, "the numbers have no gaps");
            let post = row["external_id"].as_str().unwrap();
            assert!(by_post.insert(post, no).is_none(), "{post} is there twice");
            assert!(offered.contains(&post.to_owned()), "{post} was never posted");
        }
        for post in &self.mentions {
            assert!(by_post.contains_key(post.as_str()), "{post} was acknowledged and is lost");
        }
        for no in &self.claims {
            assert!(count(rows, *no, "claimed", |e| e["what"]["by"] == "ana") > 0, "the claim of #{no} is lost");
        }
        for (no, text) in &self.notes {
            assert_eq!(count(rows, *no, "noted", |e| e["what"]["text"] == **text), 1, "#{no}: note {text:?}");
        }
        for (no, text) in &self.drafts {
            assert_eq!(count(rows, *no, "drafted", |e| e["what"]["text"] == **text), 1, "#{no}: draft {text:?}");
        }
        let (replies, posts) = receiver.seen(|seen| {
            assert_eq!(seen.violations, Vec::<String>::new());
            self.replies(rows, &by_post, &seen.by_id);
            (seen.by_id.len(), seen.by_id.values().map(|a| a.posts).sum())
        });
        let answers = self.claims.len() + self.notes.len() + self.drafts.len();
        Found { mentions: rows.len(), replies, posts, answers }
    }

    /// Every reply that was said to be on its way went out, once; and nothing else went out.
    fn replies(&self, rows: &[Value], by_post: &BTreeMap<&str, u64>, by_id: &BTreeMap<String, Arrived>) {
        let mut ids: BTreeMap<u64, Vec<&String>> = BTreeMap::new();
        for (id, arrived) in by_id {
            let no = by_post.get(arrived.answers.as_str()).copied().unwrap_or_default();
            assert!(no > 0, "a reply went to {:?}, which is no mention", arrived.answers);
            assert_eq!(Some(&arrived.text), self.typed.get(&no), "a text that nobody sent went out for #{no}");
            assert!(arrived.published, "the reply to #{no} never arrived for good");
            ids.entry(no).or_default().push(id);
        }
        for (i, row) in rows.iter().enumerate() {
            let no = i as u64 + 1;
            let state = row["state"].as_str().unwrap();
            assert!(!matches!(state, "sending" | "unknown"), "#{no} is left {state}");
            let of = |is: &str| count(rows, no, is, |_| true);
            // Whatever failed here failed for a while: no reply may be given back or be left to a person.
            assert_eq!((of("send_failed"), of("send_unknown")), (0, 0), "#{no}");
            let went_out = ids.get(&no).map_or(0, Vec::len);
            assert!(went_out <= 1, "#{no} was answered {went_out} times: {:?}", ids.get(&no));
            assert_eq!((of("send_queued"), of("replied")), (went_out, went_out), "#{no}");
            if self.queued.contains(&no) {
                assert_eq!((went_out, state), (1, "replied"), "#{no} was said to be on its way");
            }
            let Some(id) = ids.get(&no).and_then(|ids| ids.first()) else { continue };
            let text = self.typed.get(&no).unwrap();
            let confirmed = |e: &Value| e["what"]["text"] == **text && e["what"]["external_id"] == format!("r-{id}");
            assert_eq!(count(rows, no, "replied", confirmed), 1, "#{no}");
        }
    }
}

/// How many events of that kind a mention has.
fn count(rows: &[Value], no: u64, is: &str, which: impl Fn(&Value) -> bool) -> usize {
    let row = usize::try_from(no).ok().and_then(|no| rows.get(no.checked_sub(1)?));
    let events = row.and_then(|row| row["events"].as_array()).unwrap_or_else(|| panic!("#{no} is not there"));
    events.iter().filter(|e| e["what"]["is"] == *is && which(e)).count()
}
