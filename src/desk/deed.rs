//! Doing what somebody asked for at a post besides answering it: each once.
//!
//! All but a private message may be repeated: liking twice is as liking once, and what is deleted stays so. A private
//! message whose outcome is unknown is for a person to look at.

use super::Desk;
use super::deliver::Tried;
use crate::domain::{Act, DeedRecord, Effect, EffectChange, EventKind, Mention, MentionNo, Stage, deed};
use crate::networks::{CallError, Deed, Sent};
use crate::store::StoreError;
use tracing::{info, warn};

/// After so many tries it is given up: about two hours.
const TRIES: u32 = 18;

impl Desk {
    pub(super) async fn do_deed(&self, effect: &Effect, no: MentionNo, n: u32) -> Result<Tried, StoreError> {
        let Some(mention) = self.store.mention(no).await? else { return Ok(Tried::Done) };
        let Some(record) = mention.besides.deed(n).filter(|d| d.stage == Stage::Queued).cloned() else {
            return Ok(Tried::Done);
        };
        if self.paused().await?.is_some() {
            return self.rest(effect).await;
        }
        let message = record.act == Act::Message;
        if message && effect.trying {
            let why = "hearback was stopped while it was on its way. Look at your messages on the network".to_owned();
            return self.not_done(effect, no, n, why, true).await;
        }
        let Some(network) = self.networks.get(&record.source).cloned() else {
            let why = format!("the source {} is not configured any more; do it on the network itself", record.source);
            return self.not_done(effect, no, n, why, effect.trying).await;
        };
        if !effect.trying && !network.capabilities().for_post(&mention.post).allows(record.act) {
            let why = format!("{} does not let this account do that; open the post and do it there", network.network());
            return self.not_done(effect, no, n, why, false).await;
        }
        if message && let Some(why) = stale(&mention, &record) {
            return self.not_done(effect, no, n, why, false).await;
        }
        let deed = Deed {
            act: record.act,
            key: format!("hb-{}-{}", self.instance, effect.id.0.replace(':', "-")),
            at: record.at,
            post: mention.post.clone(),
            text: record.text.clone(),
            targets: record.targets.clone(),
            undo: record.undo,
        };
        let mut trying = effect.clone();
        trying.trying = true;
        trying.attempts += 1;
        self.record(vec![EffectChange::Put(trying.clone())]).await?;
        match network.act(&deed, self.clock.now()).await {
            Ok(sent) => self.deed_done(&trying, &mention, &record, sent).await,
            Err(CallError::Never { why }) => self.not_done(&trying, no, n, why, false).await,
            Err(CallError::Later { why, after }) if trying.attempts < TRIES => {
                warn!(%no, why, "a deed waits");
                let again = Effect { trying: effect.trying, ..trying };
                self.wait(&again, after).await
            }
            Err(CallError::Unknown { why }) if !message && trying.attempts < TRIES => {
                warn!(%no, why, "the outcome of a deed is unknown; it is repeated");
                self.wait(&trying, None).await
            }
            Err(CallError::Later { why, .. }) => {
                let why = format!("{why}; tried {} times. Do it on the network itself, or ask again", trying.attempts);
                self.not_done(&trying, no, n, why, effect.trying).await
            }
            Err(CallError::Unknown { why }) => {
                let why = format!("{why}. Look on the network itself; it is not done again by itself");
                self.not_done(&trying, no, n, why, true).await
            }
        }
    }

    async fn deed_done(
        &self,
        effect: &Effect,
        mention: &Mention,
        record: &DeedRecord,
        sent: Sent,
    ) -> Result<Tried, StoreError> {
        info!(no = %mention.no, act = record.act.verb(), undo = record.undo, by = %record.by, "done");
        self.happen(mention.no, vec![EffectChange::Done(effect.id.clone())], |m| {
            if m.besides.deed(record.n).is_none_or(|d| d.stage != Stage::Queued) {
                return Vec::new();
            }
            let done = EventKind::DeedDone {
                n: record.n,
                external_id: sent.external_id.clone(),
                url: sent.url.clone(),
                posted_at: sent.posted_at,
            };
            let mut events = vec![done];
            if record.act == Act::Retract {
                let due_at = self.targets.due(&m.brand, m.kind, deed::waits_since(m, &record.targets));
                events.push(EventKind::Retracted { ids: record.targets.clone(), due_at });
            }
            events
        })
        .await?;
        Ok(Tried::Recorded)
    }

    async fn not_done(
        &self,
        effect: &Effect,
        no: MentionNo,
        n: u32,
        why: String,
        unknown: bool,
    ) -> Result<Tried, StoreError> {
        warn!(%no, why, unknown, "a deed was not done");
        self.happen(no, vec![EffectChange::Done(effect.id.clone())], |m| {
            if m.besides.deed(n).is_none_or(|d| d.stage != Stage::Queued) {
                return Vec::new();
            }
            vec![EventKind::DeedFailed { n, why: why.clone(), unknown }]
        })
        .await?;
        Ok(Tried::Recorded)
    }
}

/// Why a private message does not go out any more, if it does not.
fn stale(m: &Mention, record: &DeedRecord) -> Option<String> {
    let again = "look again, and send it anew if it still holds";
    if m.erased || m.state.is_closed() {
        return Some(format!("it was closed meanwhile; {again}"));
    }
    let approved = m.draft_version(record.version?).is_some_and(|d| d.approved_by.as_ref() == Some(&record.by));
    if !approved && m.holder.as_ref().is_some_and(|claim| claim.by != record.by) {
        return Some(format!("it changed hands meanwhile; {again}"));
    }
    let new = m.follow_ups.iter().any(|f| f.posted_at > record.at);
    new.then(|| format!("the author wrote again meanwhile; {again}"))
}
