//! What was said above a mention, read from its network.

use super::Desk;
use super::deliver::Tried;
use crate::domain::{Effect, EffectChange, EventKind, Line, MentionNo, SourceName};
use crate::networks::CallError;
use crate::store::StoreError;
use tracing::{info, warn};

/// It is only context: after so many tries, about an hour, it is left.
const TRIES: u32 = 11;

impl Desk {
    /// Reads the conversation above a mention, and keeps it with the mention.
    pub(super) async fn read_context(
        &self,
        effect: &Effect,
        no: MentionNo,
        source: &SourceName,
    ) -> Result<Tried, StoreError> {
        let Some(mention) = self.store.mention(no).await? else { return Ok(Tried::Done) };
        let Some(network) = self.networks.get(source).filter(|n| n.capabilities().context) else {
            return Ok(Tried::Done);
        };
        if mention.erased || mention.state.is_closed() {
            return Ok(Tried::Done);
        }
        let said: Vec<Line> = match network.context(&mention.post).await {
            Ok(posts) => posts.into_iter().map(|p| Line::of(&p.clone().tidy(), self.ours(&p).is_some())).collect(),
            Err(CallError::Never { why }) => {
                info!(%no, why, "the conversation above it cannot be read");
                return Ok(Tried::Done);
            }
            Err(CallError::Later { after, .. }) if effect.attempts < TRIES => {
                return Ok(Tried::Later(self.retry(effect, after)));
            }
            Err(_) if effect.attempts < TRIES => return Ok(Tried::Later(self.retry(effect, None))),
            Err(error) => {
                warn!(%no, %error, "the conversation above it could not be read");
                return Ok(Tried::Done);
            }
        };
        if said.is_empty() {
            return Ok(Tried::Done);
        }
        let done = vec![EffectChange::Done(effect.id.clone())];
        self.happen(
            no,
            done,
            |m| {
                if m.erased { Vec::new() } else { vec![EventKind::ContextFound { said: said.clone() }] }
            },
        )
        .await?;
        Ok(Tried::Recorded)
    }
}
