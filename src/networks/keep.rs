//! What an adapter remembers between two runs besides its position: sessions that must not be made anew, what was spent.
//! It is no part of the store, so that no backup or export carries a token.

use jiff::Timestamp;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A place for one text of the adapter's own.
pub trait Keep: Send + Sync {
    /// What was saved last.
    fn load(&self) -> Option<String>;
    /// Saves it instead of what was there.
    ///
    /// # Errors
    /// Why it cannot be saved, in words.
    fn save(&self, text: &str) -> Result<(), String>;
}

/// What an adapter is handed besides its configuration.
#[derive(Clone)]
pub struct Tools {
    /// Where it remembers things.
    pub keep: Arc<dyn Keep>,
    /// The desk's clock.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// The desk's randomness.
    pub chance: Arc<dyn Fn() -> u64 + Send + Sync>,
}

impl Tools {
    /// Tools that keep things in memory, by that clock; every number is the same.
    pub fn in_memory(now: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        Self { keep: Arc::new(MemoryKeep::default()), now, chance: Arc::new(|| 0x5eed) }
    }
}

/// Only while the program runs.
#[derive(Default)]
pub struct MemoryKeep(Mutex<Option<String>>);

impl Keep for MemoryKeep {
    fn load(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn save(&self, text: &str) -> Result<(), String> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(text.to_owned());
        Ok(())
    }
}

/// In a file that only its owner may read; replaced as a whole.
pub struct FileKeep {
    path: PathBuf,
}

impl FileKeep {
    /// In that file; its folder is made when something is saved.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn write(&self, text: &str) -> std::io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let new = self.path.with_extension("new");
        let mut file = private(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, &self.path)
    }
}

impl Keep for FileKeep {
    fn load(&self) -> Option<String> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Some(text),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
            Err(e) => {
                tracing::warn!(path = %self.path.display(), error = %e, "what was remembered cannot be read; it begins anew");
                None
            }
        }
    }

    fn save(&self, text: &str) -> Result<(), String> {
        self.write(text).map_err(|e| format!("{} cannot be written: {e}", self.path.display()))
    }
}

/// A new file that nobody else may read.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
