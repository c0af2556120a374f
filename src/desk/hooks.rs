//! Webhooks in: from the HTTP listener to the desk.

use super::Desk;
use crate::domain::SourceName;
use crate::networks::webhook::Inbox;
use crate::store::StoreError;
use crate::web::{Handler, Request, Response};
use std::sync::Arc;
use tracing::{error, warn};

/// The handler of one webhook source: verifies, takes in durably, and only then answers 2xx.
pub fn hook(desk: &Arc<Desk>, source: SourceName, inbox: Inbox) -> Handler {
    let desk = Arc::clone(desk);
    let inbox = Arc::new(inbox);
    Handler::new(move |request: Request| {
        let (desk, inbox, source) = (Arc::clone(&desk), Arc::clone(&inbox), source.clone());
        async move { receive(&desk, &source, &inbox, &request).await }
    })
}

async fn receive(desk: &Desk, source: &SourceName, inbox: &Inbox, request: &Request) -> Response {
    let now = desk.clock.now();
    let received = match inbox.receive(&request.headers, &request.body, now) {
        Ok(received) => received,
        Err(rejected) => {
            warn!(%source, status = rejected.status, code = rejected.code, "a webhook was refused");
            return Response::json(rejected.status, &serde_json::json!({ "error": rejected.code, "message": rejected.say }));
        }
    };
    match desk.hear(source, received.posts, None, Some(received.idem)).await {
        Ok(heard) => Response::json(
            202,
            &serde_json::json!({ "status": "accepted", "posts": heard.posts, "kept": heard.ingested.len() }),
        ),
        Err(StoreError::Repeated) => Response::json(200, &serde_json::json!({ "status": "duplicate" })),
        Err(error) => {
            error!(%source, %error, "a webhook could not be kept");
            Response::json(
                503,
                &serde_json::json!({ "error": "unavailable", "message": "could not be stored; send it again later" }),
            )
        }
    }
}
