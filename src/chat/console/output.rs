//! The one place that writes to the screen, also while somebody is typing.

use std::io::{self, Write};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Where everything is printed, whole pieces at a time.
pub struct Output {
    inner: Mutex<Inner>,
}

struct Inner {
    out: Box<dyn Write + Send>,
    /// Set while the prompt is open: who prints above it.
    above: Option<Sender<String>>,
    failed: Option<io::ErrorKind>,
}

impl Output {
    /// Prints to `out`.
    pub fn new(out: Box<dyn Write + Send>) -> Self {
        Self { inner: Mutex::new(Inner { out, above: None, failed: None }) }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prints a piece that ends with a line feed. While the prompt is open, it is handed to whoever prints above it, and
    /// nobody waits for that.
    pub fn print(&self, piece: String) -> io::Result<()> {
        let mut inner = self.lock();
        let piece = match &inner.above {
            Some(above) => match above.send(piece) {
                Ok(()) => return Ok(()),
                Err(unsent) => unsent.0,
            },
            None => piece,
        };
        inner.above = None;
        let done = inner.out.write_all(piece.as_bytes()).and_then(|()| inner.out.flush());
        if let Err(why) = &done {
            inner.failed = Some(why.kind());
        }
        done
    }

    /// From here on somebody is typing.
    pub fn open(&self, above: Sender<String>) {
        self.lock().above = Some(above);
    }

    /// Has the prompt drawn again, if it is open and can be printed above; says whether.
    pub fn nudge(&self) -> bool {
        self.lock().above.as_ref().is_some_and(|above| above.send(String::new()).is_ok())
    }

    /// Nobody is typing any more.
    pub fn close(&self) {
        self.lock().above = None;
    }

    /// Why nothing can be printed any more, if so: the other end of a pipe went away, a disk is full.
    pub fn failed(&self) -> Option<io::ErrorKind> {
        self.lock().failed
    }
}
