//! What the author added or changed since: whoever answers must have seen it.

use super::erase::GONE;
use super::{EventKind, Mention, Text, changes, shorten};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// So many changes of a mention are kept; what changes more often is no post that somebody corrects.
const EDITS: usize = 50;
/// Longest quote of something new, in graphemes.
const QUOTE: usize = 600;
/// What came so shortly before a text was handed in was not read by whoever wrote that.
const MOMENT: SignedDuration = SignedDuration::from_secs(60);

/// The author changed a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The how-manyth piece of news of its mention, counted from 1.
    pub n: u32,
    /// The network's id of the post.
    pub external_id: String,
    /// What it said before.
    pub was: String,
    /// When it was noticed, by the desk's clock.
    pub at: Timestamp,
}

/// For numbers that are not written while they are 0.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
pub(super) fn none(count: &u32) -> bool {
    *count == 0
}

/// Two texts that read the same, however their white space is written.
fn reads_the_same(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

impl Mention {
    /// How much the author added or changed so far: follow-ups and edits.
    pub fn news(&self) -> u32 {
        u32::try_from(self.follow_ups.len() + self.edits.len()).unwrap_or(u32::MAX)
    }

    /// Something came in the last minute: a text that is handed in now was most likely written without it.
    pub fn news_just_now(&self, now: Timestamp) -> bool {
        let last = self.follow_ups.iter().map(|f| f.posted_at).chain(self.edits.iter().map(|e| e.at)).max();
        last.is_some_and(|at| now.duration_since(at) < MOMENT)
    }

    /// What is new beyond what was seen, in words; empty if nothing is.
    pub fn news_since(&self, seen: u32) -> Text {
        let mut words = Text::new();
        let old_edits = self.edits.iter().filter(|e| e.n <= seen).count();
        let old = usize::try_from(seen).unwrap_or(usize::MAX).saturating_sub(old_edits);
        for follow_up in self.follow_ups.iter().skip(old) {
            let (quote, cut) = shorten(&follow_up.text, QUOTE);
            let quote = if cut { format!("{quote}…") } else { quote };
            words = words.bold("The author wrote again").line().quote(quote).line();
        }
        for edit in self.edits.iter().filter(|e| e.n > seen) {
            let after = self.edits.iter().find(|e| e.n > edit.n && e.external_id == edit.external_id);
            let now = after.map_or_else(|| self.text_of(&edit.external_id), |next| Some(next.was.as_str()));
            let quote = changes(&edit.was, now.unwrap_or_default());
            words = words.bold("The author changed it").line().quote(quote).line();
        }
        words
    }

    /// What one of its posts says.
    pub(super) fn text_of(&self, external_id: &str) -> Option<&str> {
        if self.post.external_id == external_id {
            return Some(&self.post.text);
        }
        self.follow_ups.iter().find(|f| f.external_id == external_id).map(|f| f.text.as_str())
    }

    /// What happens when one of its posts is seen with that text; nothing if it is what is known.
    pub fn hear_edit(&self, external_id: &str, text: &str) -> Option<EventKind> {
        let known = self.text_of(external_id)?;
        let changed = !self.erased && known != GONE && !reads_the_same(known, text) && self.edits.len() < EDITS;
        changed.then(|| EventKind::Edited { external_id: external_id.to_owned(), text: text.to_owned() })
    }

    pub(super) fn changed(&mut self, external_id: &str, text: &str, at: Timestamp) {
        let n = self.news().saturating_add(1);
        let follow_up = self.follow_ups.iter_mut().find(|f| f.external_id == external_id).map(|f| &mut f.text);
        let own = (self.post.external_id == external_id).then_some(&mut self.post.text);
        if let Some(known) = own.or(follow_up) {
            let was = std::mem::replace(known, text.to_owned());
            self.edits.push(Edit { n, external_id: external_id.to_owned(), was, at });
        }
    }
}
