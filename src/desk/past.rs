//! What was answered before to something alike: examples for the assistant, by the words that both have in common.

use super::Desk;
use crate::assist::prompt::Past;
use crate::domain::{Kind, Mention, MentionNo, Purpose, fold};
use crate::store::StoreError;
use std::collections::BTreeSet;

/// So many of the newest mentions are looked at.
const DEPTH: u64 = 1_000;
/// So many are handed on.
const MOST: usize = 3;
/// Shorter words are in every sentence.
const LETTERS: usize = 4;
/// With fewer words in common, it is about something else.
const COMMON: usize = 2;

impl Desk {
    /// The nearest mentions of the same brand that were answered in public, with their answers.
    pub(super) async fn past_answers(&self, m: &Mention) -> Result<Vec<Past>, StoreError> {
        let last = self.store.health().await?.mentions;
        let from = MentionNo(last.saturating_sub(DEPTH).max(1));
        let wanted = words(&m.post.text);
        let all = self.store.scan(from, usize::try_from(DEPTH).unwrap_or(usize::MAX)).await?;
        let mut near: Vec<(usize, MentionNo, Past)> = all
            .iter()
            .filter(|other| other.no != m.no && other.brand == m.brand && !other.erased && other.post.may_leave())
            // A thank-you is no answer to somebody who is unhappy.
            .filter(|other| (other.kind == Kind::Praise) == (m.kind == Kind::Praise))
            .filter_map(|other| {
                let sent = other.drafts.iter().rev().find(|d| d.sent && d.purpose == Purpose::Reply)?;
                other.cycles.iter().any(|c| c.response.is_some()).then_some(())?;
                let common = words(&other.post.text).intersection(&wanted).count();
                let names = vec![other.post.author.name.clone(), other.post.author.handle.clone()];
                let past = Past { said: other.post.text.clone(), answered: sent.text.clone(), names };
                (common >= COMMON).then_some((common, other.no, past))
            })
            .collect();
        near.sort_by_key(|(common, no, _)| std::cmp::Reverse((*common, *no)));
        Ok(near.into_iter().take(MOST).map(|(_, _, past)| past).collect())
    }
}

fn words(text: &str) -> BTreeSet<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= LETTERS);
    words.map(str::to_owned).collect()
}
