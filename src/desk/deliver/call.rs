//! Asking a chat for something, so that nothing it does stops the desk: it may refuse, be silent for ever, or panic.

use super::super::Desk;
use crate::chat::{ChatError, Sending};
use crate::domain::{Lane, Place};
use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tracing::error;

/// A chat that has not answered after this long is asked again later.
const PATIENCE: Duration = Duration::from_mins(2);

/// What comes of it, or the words of its panic. After a panic it is not touched any more.
pub(super) async fn caught<T>(mut work: impl Future<Output = T> + Unpin) -> Result<T, String> {
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| Pin::new(&mut work).poll(cx))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => Poll::Ready(Err(words(panic.as_ref()))),
    })
    .await
}

/// What somebody says who panics.
fn words(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no words".to_owned())
}

impl Desk {
    /// Waits for what a chat was asked for. If it cannot do it now, this kind of thing rests for that channel.
    pub(super) async fn ask<T>(
        &self,
        place: &Place,
        what: Sending,
        call: impl Future<Output = Result<T, ChatError>> + Unpin,
    ) -> Result<T, ChatError> {
        let now = self.clock.now();
        let later = |why: String| Err(ChatError::Later { why, after: None });
        let result = tokio::select! {
            biased;
            result = caught(call) => result.unwrap_or_else(|panic| {
                error!(%place, panic, "a chat broke off in the middle: a bug in hearback. It is asked again later");
                later("it broke off in the middle".to_owned())
            }),
            () = self.clock.sleep_until(now.checked_add(PATIENCE).unwrap_or(now)) => {
                later(format!("no answer for {} s", PATIENCE.as_secs()))
            }
        };
        let lane = Lane::Chat(place.clone());
        match &result {
            Err(ChatError::Later { after, .. }) => self.hit_a_wall(&lane, what, *after),
            _ => self.went_through(&lane, what),
        }
        result
    }

    /// How long a chat wants to be left alone; a chat that cannot even say that is asked again in a while.
    pub(super) fn asked_to_wait(&self, place: &Place, what: Sending) -> Option<Duration> {
        let chat = self.chats.get(&place.chat)?;
        Some(catch_unwind(AssertUnwindSafe(|| chat.wait(&place.channel, what))).unwrap_or(super::STORE_TROUBLE))
    }
}
