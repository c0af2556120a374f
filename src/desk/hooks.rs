//! Webhooks and chats in: from the HTTP listener to whom they are for.

use super::Desk;
use crate::chat::{Door, Knock};
use crate::domain::SourceName;
use crate::networks::webhook::{Inbox, accepted, duplicate, unavailable};
use crate::store::StoreError;
use crate::web::{Handler, Request, Response};
use async_trait::async_trait;
use std::sync::Arc;
use tracing::{error, warn};

struct ChatDoor(Arc<dyn Door>);

/// The handler of a chat that calls us.
pub fn door(door: Arc<dyn Door>) -> Arc<dyn Handler> {
    Arc::new(ChatDoor(door))
}

#[async_trait]
impl Handler for ChatDoor {
    async fn handle(&self, request: Request) -> Response {
        let header = |name: &str| request.headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let opened = self.0.knock(Knock { header: &header, body: &request.body, at: request.at }).await;
        if opened.body.is_empty() {
            Response::text(opened.status, String::new())
        } else {
            Response::json(opened.status, opened.body)
        }
    }
}

struct Hook {
    desk: Arc<Desk>,
    source: SourceName,
    inbox: Inbox,
}

/// The handler of one webhook source: verifies, takes in durably, and only then answers with success.
pub fn hook(desk: &Arc<Desk>, source: SourceName, inbox: Inbox) -> Arc<dyn Handler> {
    Arc::new(Hook { desk: Arc::clone(desk), source, inbox })
}

#[async_trait]
impl Handler for Hook {
    async fn handle(&self, request: Request) -> Response {
        let received = match self.inbox.receive(&request.headers, &request.body, request.at) {
            Ok(received) => received,
            Err(rejected) => {
                warn!(source = %self.source, status = rejected.status, code = rejected.code, "a webhook was refused");
                return Response::json(rejected.status, rejected.body());
            }
        };
        let posts = received.posts.len();
        let (status, body) = match self.desk.hear(&self.source, received.posts, None, Some(received.idem)).await {
            Ok(_) => accepted(posts),
            Err(StoreError::Repeated) => {
                warn!(source = %self.source, "a webhook-id came again: taken as the same hook, its body was not looked at");
                duplicate()
            }
            Err(error) => {
                error!(source = %self.source, %error, "a webhook could not be kept");
                unavailable()
            }
        };
        let response = Response::json(status, body);
        if status == 503 { response.with("retry-after", "30") } else { response }
    }
}
