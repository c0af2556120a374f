//! What goes wrong below the store, in sentences that say what to do.

use super::StoreError;
use std::io;
use std::path::Path;

/// The indexes failed: an error or a panic of sled, or a record that does not decode. They are rebuilt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the indexes failed: {0}")]
pub struct Fault(pub String);

impl From<sled::Error> for Fault {
    fn from(e: sled::Error) -> Self {
        Fault(e.to_string())
    }
}

/// True if there is no room left.
pub fn is_full(e: &io::Error) -> bool {
    matches!(e.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// The same behind an error of sled, which tells it in words only. `FileTooLarge` is a limit of the system, such as
/// `ulimit -f`.
pub fn full_in_words(fault: &Fault) -> Option<io::ErrorKind> {
    let says = |word| fault.0.contains(word);
    if says("StorageFull") || says("QuotaExceeded") || says("No space left") {
        Some(io::ErrorKind::StorageFull)
    } else {
        says("FileTooLarge").then_some(io::ErrorKind::FileTooLarge)
    }
}

/// An error of the file system as a sentence.
pub fn disk_trouble(doing: &str, path: &Path, e: &io::Error) -> StoreError {
    let path = path.display();
    StoreError::Broken(if is_full(e) {
        format!("the disk is full ({path}): nothing was saved. Free some space and try again")
    } else if e.kind() == io::ErrorKind::FileTooLarge {
        format!(
            "a file in {path} may not grow any further (ulimit -f, or what the file system allows): nothing was saved. \
             Raise the limit and start hearback again; what was acknowledged before is not lost"
        )
    } else if e.kind() == io::ErrorKind::PermissionDenied {
        format!("{doing} {path} is not allowed: give the user that runs hearback the right to read and write there")
    } else {
        format!("{doing} {path} failed: {e}. Check the disk; what was acknowledged before is not lost")
    })
}
