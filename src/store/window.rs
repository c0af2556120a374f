//! Which of the newest mentions says what a post says: their likenesses in memory, found by bands.

use crate::domain::{ALIKE, BANDS, BrandId, Likeness, MentionNo};
use jiff::Timestamp;

/// So many mentions are remembered.
pub const WINDOW: usize = 20_000;
/// So many with the same band are compared: those behind them are older.
const DEPTH: usize = 64;
/// So many of those that are alike are looked at.
const FOUND: usize = 8;
/// Heads of a table that has just begun.
const FEW: usize = 1 << 10;

/// One that others may repeat.
struct Entry {
    no: MentionNo,
    /// Its place in the list of brands.
    brand: usize,
    seen_at: Timestamp,
    likeness: Likeness,
}

/// The newest mentions that are nobody's copy.
pub struct Window {
    entries: Vec<Entry>,
    /// The entry before it with the same slot, for each band.
    before: Vec<[u32; BANDS]>,
    /// The newest entry of each slot of each band; entries are counted from 1, and 0 is none.
    heads: Vec<[u32; BANDS]>,
    /// How many entries there ever were.
    count: u32,
    size: usize,
    brands: Vec<BrandId>,
}

/// What a post repeats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The first that said it.
    pub no: MentionNo,
    /// How much of it is the same, 0 to 1.
    pub share: f32,
}

impl Window {
    /// An empty one that remembers so many.
    pub fn new(size: usize) -> Self {
        Self {
            entries: Vec::new(),
            before: Vec::new(),
            heads: vec![[0; BANDS]; FEW],
            count: 0,
            size: size.max(1),
            brands: Vec::new(),
        }
    }

    fn brand(&self, brand: &BrandId) -> Option<usize> {
        self.brands.iter().position(|known| known == brand)
    }

    fn place(&self, entry: u32) -> usize {
        (entry as usize).wrapping_sub(1) % self.size
    }

    fn slot(&self, band: u32) -> usize {
        band as usize & (self.heads.len() - 1)
    }

    /// Remembers a mention; the oldest is forgotten for it.
    pub fn add(&mut self, no: MentionNo, brand: &BrandId, seen_at: Timestamp, likeness: Likeness) {
        if self.entries.len() >= self.heads.len() {
            self.grow();
        }
        // Counted from anew long before the numbers run out.
        if self.count == u32::MAX {
            *self = Self::new(self.size);
        }
        self.count += 1;
        let brand = self.brand(brand).unwrap_or_else(|| {
            self.brands.push(brand.clone());
            self.brands.len() - 1
        });
        let entry = Entry { no, brand, seen_at, likeness };
        let place = self.place(self.count);
        if let Some(old) = self.entries.get_mut(place) {
            *old = entry;
        } else {
            self.entries.push(entry);
            self.before.push([0; BANDS]);
        }
        self.link(self.count);
    }

    /// Puts an entry at the head of its slots.
    fn link(&mut self, count: u32) {
        let place = self.place(count);
        let Some(bands) = self.entries.get(place).map(|e| e.likeness.bands()) else { return };
        let mut before = [0; BANDS];
        for (i, (band, before)) in bands.iter().zip(&mut before).enumerate() {
            let slot = self.slot(*band);
            if let Some(head) = self.heads.get_mut(slot).and_then(|heads| heads.get_mut(i)) {
                *before = std::mem::replace(head, count);
            }
        }
        if let Some(kept) = self.before.get_mut(place) {
            *kept = before;
        }
    }

    /// Twice as many heads; only before anything was forgotten.
    fn grow(&mut self) {
        if self.entries.len() >= self.size {
            return;
        }
        self.heads = vec![[0; BANDS]; self.heads.len() * 2];
        for count in 1..=self.count {
            self.link(count);
        }
    }

    /// Those that the post is like, the likeliest first, of those that its brand has and that were seen at `since` or
    /// later; of equals the newest first. At most a few.
    pub fn find(&self, brand: &BrandId, since: Timestamp, likeness: &Likeness) -> Vec<Found> {
        let mut all: Vec<Found> = Vec::new();
        let Some(brand) = self.brand(brand) else { return all };
        let oldest = self.count.saturating_sub(u32::try_from(self.size).unwrap_or(u32::MAX));
        for (i, band) in likeness.bands().into_iter().enumerate() {
            let head = self.heads.get(self.slot(band)).and_then(|heads| heads.get(i));
            let mut count = head.copied().unwrap_or(0);
            for _ in 0..DEPTH {
                if count <= oldest {
                    break;
                }
                let place = self.place(count);
                let Some(entry) = self.entries.get(place) else { break };
                // Others share the slot by chance.
                let near = entry.likeness.same_band(likeness, i) && entry.brand == brand && entry.seen_at >= since;
                if near && all.iter().all(|found| found.no != entry.no) {
                    let share = entry.likeness.share(likeness);
                    if share >= ALIKE {
                        all.push(Found { no: entry.no, share });
                    }
                }
                count = self.before.get(place).and_then(|b| b.get(i)).copied().unwrap_or(0);
            }
        }
        all.sort_by(|a, b| b.share.total_cmp(&a.share).then(b.no.cmp(&a.no)));
        all.truncate(FOUND);
        all
    }
}
