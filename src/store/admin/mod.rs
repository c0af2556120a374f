//! What the command line does to a store, as plain functions on its folder.

mod backup;
mod erase;
mod verify;

pub use backup::{BackedUp, backup, restore};
pub use erase::{Who, erase_author};
pub use verify::{Report, verify};

use super::StoreError;
use super::engine::Engine;
use super::folder::Folder;
use super::options::{Options, Tell};
use std::path::Path;

/// Removes everything that is not alive: writes a snapshot, removes older files, builds the indexes anew. Returns the
/// bytes on disk before and after. Nobody else may use the folder.
pub fn compact(root: &Path, options: Options, tell: Tell<'_>) -> Result<(u64, u64), StoreError> {
    if !Folder::at(root).journal.is_dir() {
        return Err(StoreError::Broken(format!("{} is not the folder of a store: name another one", root.display())));
    }
    let mut engine = Engine::open(root, options, tell)?;
    let before = engine.folder.bytes();
    engine.compact(tell)?;
    let folder = engine.folder.clone();
    engine.close()?;
    Ok((before, folder.bytes()))
}
