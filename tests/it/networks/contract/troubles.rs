//! What can become of a request: the same list of misfortunes for every network's fake.

use crate::networks::fake::Reply;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

/// Which requests a trouble waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum On {
    /// Those that only read.
    Reads,
    /// Those that change something: posts, likes, deletions.
    Writes,
    /// Those about the session itself: log in, renew a token.
    Session,
}

/// What becomes of one request.
pub enum Trouble {
    /// Nothing happens but what always does.
    Fine,
    /// Refused: come again after so many seconds.
    Busy(u64),
    /// Refused with this status; it has no effect.
    Status(u16),
    /// The connection is cut before it has an effect.
    CutBefore,
    /// It takes effect, then the connection is cut.
    CutAfter,
    /// It has no effect, and there is no answer.
    HangBefore,
    /// It takes effect, and there is no answer.
    HangAfter,
    /// It takes effect, and then a gateway answers with this status.
    FailAfter(u16),
    /// It takes effect, and the answer is no answer of this network.
    Garbage,
    /// It takes effect, and the answer breaks off in the middle.
    Truncated,
    /// It takes effect, and the answer never ends.
    Huge,
    /// Something else happens first, then all is well.
    Meanwhile(Box<dyn FnOnce() + Send>),
}

type Failure = dyn Fn(u16, Option<Duration>) -> Reply + Send + Sync;

/// What waits for the next requests of one fake.
pub struct Troubles {
    next: Mutex<BTreeMap<On, VecDeque<Trouble>>>,
    failure: Box<Failure>,
}

impl Troubles {
    /// With how this network says that it failed: a status, and for 429 how long to rest, in its own headers.
    pub fn new(failure: impl Fn(u16, Option<Duration>) -> Reply + Send + Sync + 'static) -> Self {
        Self { next: Mutex::default(), failure: Box::new(failure) }
    }

    /// These befall the next requests of that sort, one each.
    pub fn next(&self, on: On, troubles: impl IntoIterator<Item = Trouble>) {
        self.next.lock().unwrap().entry(on).or_default().extend(troubles);
    }

    /// Nothing befalls anybody any more; how many were left.
    pub fn clear(&self) -> usize {
        std::mem::take(&mut *self.next.lock().unwrap()).values().map(VecDeque::len).sum()
    }

    /// One request, through whatever waits for it. `act` does what the request asks for.
    pub fn serve(&self, on: On, act: impl FnOnce() -> Reply) -> Reply {
        let trouble = self.next.lock().unwrap().get_mut(&on).and_then(VecDeque::pop_front);
        let Some(trouble) = trouble else { return act() };
        match trouble {
            Trouble::Fine => act(),
            Trouble::Meanwhile(first) => {
                first();
                act()
            }
            Trouble::Busy(seconds) => (self.failure)(429, Some(Duration::from_secs(seconds))),
            Trouble::Status(status) => (self.failure)(status, None),
            Trouble::CutBefore => Reply::Drop,
            Trouble::HangBefore => Reply::Hang,
            happened => self.answer(happened, act()),
        }
    }

    /// What becomes of the answer to something that took effect.
    fn answer(&self, trouble: Trouble, answer: Reply) -> Reply {
        match (trouble, answer) {
            (Trouble::CutAfter, _) => Reply::Drop,
            (Trouble::HangAfter, _) => Reply::Hang,
            (Trouble::FailAfter(status), _) => (self.failure)(status, None),
            (Trouble::Garbage, _) => Reply::ok(b"\xff<html>Whoa there, \x1b[2Jpardner!</html>".to_vec()),
            (Trouble::Truncated, Reply::Http(_, _, body)) => Reply::Truncated(body),
            (Trouble::Huge, _) => Reply::Endless,
            (_, answer) => answer,
        }
    }
}
