//! Interactions: there are none yet.

use super::{ApiError, Call, Inner, Reply};
use std::sync::Arc;

/// What is known of interactions.
#[derive(Debug, Default)]
pub struct Book;

impl Book {
    /// How many interactions wait for their answer.
    pub fn waiting(&self) -> usize {
        0
    }

    /// What is held against the app.
    pub fn complaints(&self) -> Vec<String> {
        Vec::new()
    }
}

/// `POST /interactions/{id}/{token}/callback` and everything below `/webhooks/{app}/{token}`.
pub fn handle(_: &Arc<Inner>, _: &Call) -> Reply {
    ApiError::new(404, 10015, "Unknown Webhook").into()
}
