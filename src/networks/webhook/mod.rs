//! Signed webhooks: mentions in, replies out to a callback. Both directions follow Standard Webhooks 1.0.0; the JSON
//! shapes are in docs/webhook.md.

mod callback;
mod inbox;
mod shape;
mod sign;

pub use callback::{CallbackConfig, Webhook, WebhookConfig};
pub use inbox::{Headers, Inbox, Received, Rejected, accepted, duplicate, unavailable};
pub use sign::Secret;
