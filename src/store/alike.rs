//! The window of the newest mentions, as the store keeps it. It belongs to the writer, who decides one post after the
//! other, so two copies in one batch, or of two sources at once, meet here. It is rebuilt from the records.

use super::fault::Fault;
use super::index::{Index, Tree};
use super::record;
use super::window::{WINDOW, Window};
use crate::domain::{BrandId, Likeness, MentionNo, Post};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// The window, filled when it is first needed.
pub struct Alike {
    /// How long after the first one a copy counts; `None`: copies are not looked for.
    pub within: Option<SignedDuration>,
    window: Option<Window>,
}

/// Of a record, what the window needs: most of it is passed over.
#[derive(Deserialize)]
struct Stored {
    mention: Mention,
}

#[derive(Deserialize)]
struct Mention {
    post: Post,
    brand: BrandId,
    #[serde(default)]
    like: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    erased: bool,
    cycles: Vec<Cycle>,
}

#[derive(Deserialize)]
struct Cycle {
    seen_at: Timestamp,
}

impl Alike {
    /// Nothing is remembered yet.
    pub fn new(within: Option<SignedDuration>) -> Self {
        Self { within, window: None }
    }

    /// What was remembered may not have been kept, or not under that number.
    pub fn forget(&mut self) {
        self.window = None;
    }

    /// The window, from the newest records if it is empty; `next` is the number of the next mention.
    pub fn window(&mut self, index: &Index, next: u64, since: Timestamp) -> Result<&mut Window, Fault> {
        let window = match self.window.take() {
            Some(window) => window,
            None => fill(index, next, since)?,
        };
        Ok(self.window.insert(window))
    }
}

fn fill(index: &Index, next: u64, since: Timestamp) -> Result<Window, Fault> {
    let mut newest = Vec::new();
    for no in (1..next).rev().take(WINDOW) {
        let Some(bytes) = index.get(Tree::Mentions, &no.to_be_bytes())? else { continue };
        let m: Stored = record::decode(&bytes)?;
        let m = m.mention;
        let Some(seen_at) = m.cycles.first().map(|c| c.seen_at) else { continue };
        // Numbers are given in the order of the clock, but for one that was set back.
        if seen_at < since {
            break;
        }
        if m.like.is_none() && !m.erased && !m.post.is_private() {
            newest.extend(Likeness::of(&m.post.text).map(|likeness| (MentionNo(no), m.brand, seen_at, likeness)));
        }
    }
    let mut window = Window::new(WINDOW);
    for (no, brand, seen_at, likeness) in newest.into_iter().rev() {
        window.add(no, &brand, seen_at, likeness);
    }
    Ok(window)
}
