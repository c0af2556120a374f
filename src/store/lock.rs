//! One process per folder.

use super::StoreError;
use super::fault::disk_trouble;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// Held as long as the store is open.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the operating system frees the lock when the file is closed")] File);

/// Takes the folder, waiting for another process to let go of it.
pub fn take(folder: &Path, wait: Duration) -> Result<Lock, StoreError> {
    let path = folder.join("lock");
    let trouble = |e: std::io::Error| disk_trouble("locking", &path, &e);
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(trouble)?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::Error(e)) => return Err(trouble(e)),
            Err(TryLockError::WouldBlock) => {}
        }
        let left = wait.saturating_sub(start.elapsed());
        if left.is_zero() {
            let mut who = String::new();
            let who = match file.read_to_string(&mut who) {
                Ok(_) if !who.trim().is_empty() => format!(" (process {})", who.trim()),
                _ => String::new(),
            };
            return Err(StoreError::Busy(format!(
                "another hearback{who} is using {}: stop it or choose another folder",
                folder.display()
            )));
        }
        std::thread::park_timeout(left.min(Duration::from_millis(20)));
    }
    // The number only helps people; a full disk must not keep the store from opening.
    let noted = file.set_len(0).and_then(|()| file.write_all(std::process::id().to_string().as_bytes()));
    if let Err(e) = noted {
        tracing::debug!(error = %e, "noting the process in the lock file");
    }
    Ok(Lock(file))
}
