//! Messages of ours that are there although nobody recorded it: the try before a crash, the answer that never came.
//!
//! Every message carries its key and is looked for in the history of its place, a channel or a thread, before a second
//! try. What was read once is kept: the next look reads only what is newer, and one that was broken off, as by a rate
//! limit, goes on where it was.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tracing::warn;

/// A chat's clock may be that far from ours.
pub(in crate::chat) const APART: SignedDuration = SignedDuration::from_mins(2);
/// So many messages are remembered of a place; beyond that its history is read again when it is needed.
const REMEMBERED: usize = 50_000;
/// So many places are remembered.
const PLACES: usize = 5_000;

/// A page of a history.
#[derive(Default)]
pub(in crate::chat) struct Page {
    /// Our messages: key and id.
    pub ours: Vec<(String, String)>,
    /// The mark of its newest message.
    pub newest: Option<u64>,
    /// Where the next one begins; empty after the last.
    pub next: String,
}

/// How the history of a place is read. Marks say in which order messages came, by the chat's own clock.
#[async_trait]
pub(in crate::chat) trait History: Sync {
    /// Why a page could not be read.
    type Failed: Send;
    /// So many pages are read at most; what is beyond them counts as not there.
    const PAGES: usize;
    /// [`APART`], as a distance of marks.
    const APART: u64;

    /// The first mark of that moment.
    fn mark(at: Timestamp) -> u64;
    /// Reads a page: what is not older than that mark, from the cursor on. An empty cursor: from the beginning.
    async fn read(&self, from: u64, cursor: &str) -> Result<Page, Self::Failed>;
    /// After this, a cursor may be of no use any more.
    fn spoils(failed: &Self::Failed) -> bool;
}

/// A look through a history, as far as it has come.
#[derive(Clone)]
struct Pass {
    /// When it is done, everything since then is known.
    since: Timestamp,
    /// It ends, or begins, at this mark.
    from: u64,
    /// The newest mark that it met.
    newest: Option<u64>,
    /// So much may have arrived before it began.
    arrived: u64,
    /// Where the next page begins.
    cursor: String,
    /// So many pages are read.
    pages: usize,
}

/// What is known of a place.
#[derive(Default)]
struct Known {
    /// Everything since then is known, but for what may have arrived after the last look.
    since: Option<Timestamp>,
    /// The newest mark that was met.
    newest: Option<u64>,
    /// Our messages: ids by their key.
    by_key: HashMap<String, Vec<String>>,
    /// So often a message may have arrived without anybody having heard.
    arrived: u64,
    /// For so many of them it was looked.
    looked: u64,
    /// The look that is under way.
    pass: Option<Pass>,
}

impl Known {
    fn covers(&self, since: Timestamp) -> bool {
        self.since.is_some_and(|known| known <= since) && self.looked >= self.arrived
    }

    /// A look that makes everything known since then: at what is new only, where that is enough.
    fn look<H: History>(&self, since: Timestamp) -> Pass {
        let (since, from) = match (self.since, self.newest) {
            (Some(known), Some(newest)) if known <= since => (known, newest),
            _ => (since, H::mark(since)),
        };
        let from = from.saturating_sub(H::APART);
        Pass { since, from, newest: None, arrived: self.arrived, cursor: String::new(), pages: 0 }
    }

    fn add(&mut self, key: String, id: String) {
        let ids = self.by_key.entry(key).or_default();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }

    /// Takes in what a page says.
    fn take<H: History>(&mut self, mut pass: Pass, page: Page) {
        for (key, id) in page.ours {
            self.add(key, id);
        }
        pass.newest = pass.newest.max(page.newest);
        pass.pages += 1;
        pass.cursor = page.next;
        let too_long = pass.pages >= H::PAGES && !pass.cursor.is_empty();
        if too_long {
            warn!("a history is too long to look through; what is beyond counts as not there");
        }
        if too_long || pass.cursor.is_empty() {
            self.since = Some(pass.since);
            self.newest = self.newest.max(pass.newest);
            self.looked = pass.arrived;
            self.pass = None;
        } else {
            self.pass = Some(pass);
        }
    }
}

/// What is known of messages that may be there.
#[derive(Default)]
pub(in crate::chat) struct Posts {
    places: Mutex<HashMap<String, Known>>,
}

/// A message is under way. Dropped without a word, as where nobody waits for the answer any more, it may have arrived.
pub(in crate::chat) struct Going<'p> {
    posts: &'p Posts,
    place: String,
    over: bool,
}

impl Going<'_> {
    /// It did not arrive, or not in this place.
    pub(in crate::chat) fn refused(mut self) {
        self.over = true;
    }

    /// It stands there with this key.
    pub(in crate::chat) fn posted(mut self, key: &str, id: &str) {
        self.over = true;
        let mut places = self.posts.lock();
        // Where nothing was read yet, the look will find it.
        let Some(known) = places.get_mut(&self.place).filter(|k| k.since.is_some() || k.pass.is_some()) else { return };
        if known.by_key.len() >= REMEMBERED {
            *known = Known { arrived: known.arrived, ..Known::default() };
        } else {
            known.add(key.to_owned(), id.to_owned());
        }
    }
}

impl Drop for Going<'_> {
    fn drop(&mut self) {
        if !self.over {
            self.posts.lock().entry(std::mem::take(&mut self.place)).or_default().arrived += 1;
        }
    }
}

impl Posts {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A message goes to this place now. To be said before it is sent.
    pub(in crate::chat) fn sending(&self, place: &str) -> Going<'_> {
        Going { posts: self, place: place.to_owned(), over: false }
    }

    /// A message with that key is there.
    #[cfg(feature = "discord")]
    pub(in crate::chat) fn learnt(&self, place: &str, key: String, id: String) {
        self.lock().entry(place.to_owned()).or_default().add(key, id);
    }

    /// That message is not there any more.
    pub(in crate::chat) fn forget(&self, place: &str, id: &str) {
        if let Some(known) = self.lock().get_mut(place) {
            known.by_key.retain(|_, ids| {
                ids.retain(|known| known != id);
                !ids.is_empty()
            });
        }
    }

    /// The messages with that key, as far as they are known.
    pub(in crate::chat) fn known(&self, place: &str, key: &str) -> Vec<String> {
        self.lock().get(place).and_then(|known| known.by_key.get(key)).cloned().unwrap_or_default()
    }

    /// The messages with that key that are there since then.
    ///
    /// # Errors
    /// The history cannot be read now; the next call goes on from there.
    pub(in crate::chat) async fn find<H: History>(
        &self,
        history: &H,
        place: &str,
        key: &str,
        since: Timestamp,
    ) -> Result<Vec<String>, H::Failed> {
        self.look(history, place, since).await?;
        Ok(self.known(place, key))
    }

    /// Reads what is not known yet of everything since then.
    ///
    /// # Errors
    /// The same.
    pub(in crate::chat) async fn look<H: History>(
        &self,
        history: &H,
        place: &str,
        since: Timestamp,
    ) -> Result<(), H::Failed> {
        loop {
            let pass = {
                let mut places = self.lock();
                if places.len() >= PLACES && !places.contains_key(place) {
                    places.clear();
                }
                let known = places.entry(place.to_owned()).or_default();
                match known.pass.clone().filter(|pass| pass.since <= since) {
                    Some(pass) => pass,
                    None if known.covers(since) => return Ok(()),
                    None => {
                        let pass = known.look::<H>(since);
                        known.pass.insert(pass).clone()
                    }
                }
            };
            let page = history.read(pass.from, &pass.cursor).await;
            let mut places = self.lock();
            let known = places.entry(place.to_owned()).or_default();
            match page {
                Ok(page) => known.take::<H>(pass, page),
                Err(failed) => {
                    if H::spoils(&failed) {
                        known.pass = None;
                    }
                    return Err(failed);
                }
            }
        }
    }
}
