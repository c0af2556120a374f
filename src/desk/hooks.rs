//! Webhooks in: from the HTTP listener to the desk.

use super::Desk;
use crate::domain::SourceName;
use crate::networks::webhook::{Inbox, accepted, duplicate, unavailable};
use crate::store::StoreError;
use crate::web::{Handler, Request, Response};
use async_trait::async_trait;
use std::sync::Arc;
use tracing::{error, warn};

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
