//! The gateway: nobody listens yet.

use super::Inner;
use std::sync::Arc;
use tokio::task::JoinHandle;

#[derive(Debug, Default)]
pub struct Gateway;

impl Gateway {
    /// Takes the ports.
    pub async fn bind() -> (Self, ()) {
        (Self, ())
    }

    /// What `GET /gateway` says.
    pub fn url(&self) -> String {
        "ws://127.0.0.1:1".to_owned()
    }
}

/// Starts what listens on the ports.
pub fn serve(_: &Arc<Inner>, (): ()) -> Vec<JoinHandle<()>> {
    Vec::new()
}
