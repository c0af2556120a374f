//! What the desk promises, told as stories.

/// Tells the same stories in every chat: each takes its world.
macro_rules! everywhere {
    ($($story:ident),* $(,)?) => {
        mod console {
            $(#[tokio::test]
            async fn $story() {
                super::$story(crate::harness::World::new().await).await;
            })*
        }

        #[cfg(feature = "slack")]
        mod slack {
            $(#[tokio::test]
            async fn $story() {
                super::$story(crate::harness::World::in_slack().await).await;
            })*
        }
    };
}
use everywhere;

mod conversation;
mod digest;
mod forms;
mod life;
mod notices;
mod race;
mod restart;
mod sending;
