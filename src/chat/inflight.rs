//! What goes on beside what comes in: answers that follow, and the greeting at the start.

use super::lock;
use super::troubles::{About, Troubles};
use std::sync::Mutex;
use std::time::Duration;
use tokio::task::JoinSet;
use tracing::{error, warn};

/// What is in hand when we are told to stop gets so long.
const GRACE: Duration = Duration::from_secs(5);
/// Between the first two tries to reach the chat at the start; then twice as long, and so on.
const RETRY: Duration = Duration::from_secs(1);
/// But never longer than this.
const LAST_RETRY: Duration = Duration::from_mins(1);

/// Work that goes on after its first answer.
#[derive(Default)]
pub(in crate::chat) struct Inflight(Mutex<JoinSet<()>>);

impl Inflight {
    /// Goes on with something beside what comes in.
    pub(in crate::chat) fn go_on(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut working = lock(&self.0);
        while working.try_join_next().is_some() {}
        working.spawn(work);
    }

    /// Waits a little for what is still going on, and for what that begins. `chat` is its name for people.
    pub(in crate::chat) async fn finish(&self, chat: &str) {
        let finish = async {
            loop {
                let mut working = std::mem::take(&mut *lock(&self.0));
                if working.is_empty() {
                    break;
                }
                while working.join_next().await.is_some() {}
            }
        };
        if tokio::time::timeout(GRACE, finish).await.is_err() {
            warn!("an answer to somebody in {chat} did not get out in time");
        }
    }
}

/// Why a chat does not let us in, in words, and how long it asks to wait.
pub(in crate::chat) type Shut = (String, Duration);

/// Asks a chat who we are, until it says so. `chat` is its name for people.
pub(in crate::chat) async fn greet<A>(chat: &str, troubles: &Troubles, ask: impl Fn() -> A)
where
    A: Future<Output = Result<(), Shut>>,
{
    let mut wait = RETRY;
    let mut said = String::new();
    while let Err((why, asked)) = ask().await {
        troubles.add(About::Token, why.clone());
        if why != said {
            error!(why, "{chat} does not let us in; trying again");
            said = why;
        }
        tokio::time::sleep(wait.max(asked)).await;
        wait = wait.saturating_mul(2).min(LAST_RETRY);
    }
    troubles.mended(&About::Token);
}
