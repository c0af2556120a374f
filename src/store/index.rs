//! sled, behind a wall: no error, panic or type of it goes past here. Everything in it can be rebuilt from the journal.

use super::fault::Fault;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// One of the indexes: a range of keys that begin with its letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tree {
    /// Number -> mention with its newest events.
    Mentions,
    /// Number, index -> an older event.
    Events,
    /// Network and the network's id -> number.
    Posts,
    /// Address -> number.
    Urls,
    /// Chat and message -> number.
    Cards,
    /// Network and author -> [`super::rows::AuthorRow`].
    Authors,
    /// Number -> line in the list of open mentions, while it is not closed.
    Open,
    /// Number -> what can be had from how it was handled.
    Handled,
    /// First mention, number of a copy that its card counts -> whether that one is open.
    Copies,
    /// UTC day, number / 32 -> packed facts.
    Facts,
    /// Effect -> its place in the queue, and itself.
    Outbox,
    /// Source -> cursor.
    Cursors,
    /// Setting -> value.
    Settings,
    /// Idempotency key -> when.
    Idem,
    /// Counters and the table of names.
    Meta,
}

impl Tree {
    /// The first byte of its keys in sled.
    fn letter(self) -> u8 {
        match self {
            Tree::Mentions => b'm',
            Tree::Events => b'e',
            Tree::Posts => b'x',
            Tree::Urls => b'u',
            Tree::Cards => b'p',
            Tree::Authors => b'a',
            Tree::Open => b'q',
            Tree::Handled => b'h',
            Tree::Copies => b'l',
            Tree::Facts => b'd',
            Tree::Outbox => b'o',
            Tree::Cursors => b'c',
            Tree::Settings => b's',
            Tree::Idem => b'i',
            Tree::Meta => b'k',
        }
    }

    /// A key of it, as it lies in sled.
    fn key(self, key: &[u8]) -> Vec<u8> {
        [&[self.letter()], key].concat()
    }
}

/// What a group of commits writes: a value, or `None` to remove.
pub type Writes = BTreeMap<(Tree, Vec<u8>), Option<Vec<u8>>>;

/// The open indexes. All trees of ours are one tree of sled's: a batch in one tree is as atomic as a transaction over
/// many, and does not look up what it overwrites.
pub struct Index {
    db: sled::Db,
    rows: sled::Tree,
}

/// The name of the one tree.
const ROWS: &str = "rows";

/// Runs something of sled's; a panic of it is a fault like any other.
fn guard<T>(f: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|panic| {
        let words = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Err(Fault(format!("sled panicked: {words}")))
    })
}

impl Index {
    /// Opens or creates the indexes in a folder.
    pub fn open(dir: &Path, cache_bytes: u64) -> Result<Self, Fault> {
        guard(|| {
            // No background flusher: the writer paces the flushes, or sled's backlog grows without bound.
            let db = sled::Config::new().path(dir).cache_capacity(cache_bytes).flush_every_ms(None).open()?;
            let rows = db.open_tree(ROWS)?;
            Ok(Self { db, rows })
        })
    }

    /// One value.
    pub fn get(&self, tree: Tree, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        guard(|| Ok(self.rows.get(tree.key(key))?.map(|v| v.to_vec())))
    }

    /// All rows from `from` on and, if given, before `to`, in order, until the visitor says stop (`false`).
    pub fn range(
        &self,
        tree: Tree,
        from: &[u8],
        to: Option<&[u8]>,
        mut visit: impl FnMut(&[u8], &[u8]) -> Result<bool, Fault>,
    ) -> Result<(), Fault> {
        guard(|| {
            let to = to.map_or_else(|| vec![tree.letter() + 1], |to| tree.key(to));
            for row in self.rows.range(tree.key(from)..to) {
                let (key, value) = row?;
                if !visit(key.get(1..).unwrap_or_default(), &value)? {
                    break;
                }
            }
            Ok(())
        })
    }

    /// All rows before `to`, or all at all, the last one first, until the visitor says stop (`false`).
    pub fn back(
        &self,
        tree: Tree,
        to: Option<&[u8]>,
        mut visit: impl FnMut(&[u8], &[u8]) -> Result<bool, Fault>,
    ) -> Result<(), Fault> {
        guard(|| {
            let to = to.map_or_else(|| vec![tree.letter() + 1], |to| tree.key(to));
            for row in self.rows.range(tree.key(&[])..to).rev() {
                let (key, value) = row?;
                if !visit(key.get(1..).unwrap_or_default(), &value)? {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Writes all of it, or nothing.
    pub fn apply(&self, writes: &Writes) -> Result<(), Fault> {
        guard(|| {
            let mut batch = sled::Batch::default();
            for ((tree, key), value) in writes {
                match value {
                    Some(value) => batch.insert(tree.key(key), value.as_slice()),
                    None => batch.remove(tree.key(key)),
                }
            }
            Ok(self.rows.apply_batch(batch)?)
        })
    }

    /// Hands everything to the operating system.
    pub fn flush(&self) -> Result<(), Fault> {
        guard(|| {
            self.db.flush()?;
            Ok(())
        })
    }

    /// Closes them; what sled does while closing may fail without harm.
    pub fn close(self) {
        if let Err(fault) = guard(|| {
            drop(self);
            Ok(())
        }) {
            tracing::warn!(%fault, "closing the indexes");
        }
    }
}
