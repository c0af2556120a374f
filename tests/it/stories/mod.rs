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

        mod slack {
            $(#[tokio::test]
            async fn $story() {
                super::$story(crate::harness::World::in_slack().await).await;
            })*
        }

        mod discord {
            $(#[tokio::test]
            async fn $story() {
                super::$story(crate::harness::World::in_discord().await).await;
            })*
        }
    };
}
use everywhere;

mod accounts;
mod acts;
mod asked;
mod assist;
mod assist_trouble;
mod burst;
mod concern;
mod conversation;
mod copies;
mod digest;
mod forms;
mod lanes;
mod learning;
mod life;
mod notices;
mod past;
mod private;
mod race;
mod restart;
mod sending;
mod sending_guard;
mod sending_news;
mod sending_threads;
mod sending_unknown;
mod two;

use hearback::domain::{Author, Native, Post, SourceName};
use jiff::Timestamp;

/// A post on mastodon.
pub fn post(id: &str, text: &str, posted_at: Timestamp) -> Post {
    Post {
        network: "mastodon".to_owned(),
        source: SourceName::new("mastodon"),
        external_id: id.to_owned(),
        conversation: None,
        parent: None,
        author: Author { id: format!("by-{id}"), handle: format!("by-{id}"), ..Author::default() },
        text: text.to_owned(),
        url: Some(format!("https://social.test/{id}")),
        language: None,
        posted_at,
        addressed: false,
        native: Native::default(),
    }
}
