//! A pretend network: takes every reply at once, and asks nobody.

use super::DemoSource;
use crate::desk::Clock;
use crate::domain::{Capabilities, Cursor, Idempotency, LengthRule, Post, SourceName};
use crate::networks::{Batch, CallError, First, Look, Network, Outgoing, Sent, View};
use async_trait::async_trait;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// One pretend source.
pub(super) struct DemoNetwork {
    name: SourceName,
    source: DemoSource,
    clock: Arc<dyn Clock>,
}

impl DemoNetwork {
    pub(super) fn new(source: DemoSource, clock: Arc<dyn Clock>) -> Self {
        Self { name: SourceName::new(source.source), source, clock }
    }
}

#[async_trait]
impl Network for DemoNetwork {
    fn source(&self) -> &SourceName {
        &self.name
    }
    fn network(&self) -> &str {
        self.source.network
    }
    fn capabilities(&self) -> Capabilities {
        Capabilities { reply: self.source.reply, idempotency: Idempotency::Key, ..Capabilities::READ_ONLY }
    }
    fn length(&self) -> LengthRule {
        self.source.longest.map_or(LengthRule::Unlimited, LengthRule::Chars)
    }
    fn interval(&self) -> Option<Duration> {
        None
    }
    async fn poll(&self, _: Option<&Cursor>, _: First, _: Timestamp) -> Result<Batch, CallError> {
        Ok(Batch::default())
    }
    async fn look(&self, _: &Post) -> Result<Look, CallError> {
        Ok(Look::There(View::default()))
    }
    async fn reply(&self, reply: &Outgoing, _: Timestamp) -> Result<Sent, CallError> {
        let url = format!("https://{}.example/reply-to-{}", self.source.network, reply.post.external_id);
        Ok(Sent { external_id: reply.key.clone(), url: Some(url), posted_at: self.clock.now() })
    }
    async fn find_reply(&self, _: &Outgoing) -> Result<Option<Sent>, CallError> {
        Ok(None)
    }
}
