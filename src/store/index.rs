//! sled, behind a wall: no error, panic or type of it goes past here. Everything in it can be rebuilt from the journal.

use super::fault::Fault;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// One of the trees.
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
    /// All of them, in the order of their declaration.
    pub const ALL: [Tree; 13] = [
        Tree::Mentions,
        Tree::Events,
        Tree::Posts,
        Tree::Urls,
        Tree::Cards,
        Tree::Authors,
        Tree::Open,
        Tree::Facts,
        Tree::Outbox,
        Tree::Cursors,
        Tree::Settings,
        Tree::Idem,
        Tree::Meta,
    ];

    /// Its name in sled.
    pub fn name(self) -> &'static str {
        match self {
            Tree::Mentions => "m",
            Tree::Events => "e",
            Tree::Posts => "x",
            Tree::Urls => "u",
            Tree::Cards => "p",
            Tree::Authors => "a",
            Tree::Open => "q",
            Tree::Facts => "d",
            Tree::Outbox => "o",
            Tree::Cursors => "c",
            Tree::Settings => "s",
            Tree::Idem => "i",
            Tree::Meta => "k",
        }
    }
}

/// What a group of commits writes: a value, or `None` to remove.
pub type Writes = BTreeMap<(Tree, Vec<u8>), Option<Vec<u8>>>;

/// The open indexes.
pub struct Index {
    db: sled::Db,
    trees: Vec<sled::Tree>,
}

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
            let trees = Tree::ALL.iter().map(|t| db.open_tree(t.name())).collect::<Result<Vec<_>, _>>()?;
            Ok(Self { db, trees })
        })
    }

    fn tree(&self, tree: Tree) -> Result<&sled::Tree, Fault> {
        self.trees.get(tree as usize).ok_or_else(|| Fault("a tree is missing".to_owned()))
    }

    /// One value.
    pub fn get(&self, tree: Tree, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        guard(|| Ok(self.tree(tree)?.get(key)?.map(|v| v.to_vec())))
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
            let tree = self.tree(tree)?;
            let rows = match to {
                Some(to) => tree.range(from..to),
                None => tree.range(from..),
            };
            for row in rows {
                let (key, value) = row?;
                if !visit(&key, &value)? {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Writes all of it, or nothing.
    pub fn apply(&self, writes: &Writes) -> Result<(), Fault> {
        use sled::transaction::Transactional;
        guard(|| {
            let mut batches: BTreeMap<Tree, sled::Batch> = BTreeMap::new();
            for ((tree, key), value) in writes {
                let batch = batches.entry(*tree).or_default();
                match value {
                    Some(value) => batch.insert(key.as_slice(), value.as_slice()),
                    None => batch.remove(key.as_slice()),
                }
            }
            let trees = batches.keys().map(|t| self.tree(*t)).collect::<Result<Vec<_>, _>>()?;
            let batches: Vec<sled::Batch> = batches.into_values().collect();
            let done: sled::transaction::TransactionResult<(), ()> = trees.as_slice().transaction(|views| {
                for (view, batch) in views.iter().zip(&batches) {
                    view.apply_batch(batch)?;
                }
                Ok(())
            });
            done.map_err(|e| Fault(format!("{e:?}")))
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
