//! Posts in.

use super::{Desk, lock};
use crate::domain::{Cursor, IdemKey, Ingested, Intake, Post, Seen, SourceName, Verdict};
use crate::store::StoreError;
use crate::triage::Judged;
use tracing::info;

/// So many posts become one commit: enough to share one disk write, few enough not to hold others up.
const CHUNK: usize = 64;

/// What became of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Posts handed in.
    pub posts: usize,
    /// What became of those that matter.
    pub ingested: Vec<Ingested>,
}

impl Desk {
    /// Takes in posts, oldest first: those that matter become mentions, follow-ups or native answers. The source's
    /// cursor moves in the same commit as the last of them, so nothing is lost or doubled whenever the program stops.
    ///
    /// # Errors
    /// [`StoreError::Repeated`] if `idem` was committed before; the rest if the store cannot take it: nothing of the
    /// failed part is kept, and the same posts can be handed in again.
    pub async fn hear(
        &self,
        source: &SourceName,
        posts: Vec<Post>,
        cursor: Option<Cursor>,
        idem: Option<IdemKey>,
    ) -> Result<Heard, StoreError> {
        self.learn_at_first().await?;
        let mut heard = Heard { posts: posts.len(), ingested: Vec::new() };
        let seen: Vec<Seen> = posts.into_iter().filter_map(|post| self.judge(source, post.tidy())).collect();
        let mut chunks: Vec<Vec<Seen>> = Vec::new();
        for one in seen {
            match chunks.last_mut() {
                Some(chunk) if chunk.len() < CHUNK => chunk.push(one),
                _ => chunks.push(vec![one]),
            }
        }
        if chunks.is_empty() {
            let unchanged = match &cursor {
                Some(cursor) => self.store.cursor(source).await?.as_ref() == Some(cursor),
                None => true,
            };
            if unchanged && idem.is_none() {
                return Ok(heard);
            }
            chunks.push(Vec::new());
        }
        let last = chunks.len() - 1;
        for (i, seen) in chunks.into_iter().enumerate() {
            let intake = Intake {
                at: self.clock.now(),
                source: source.clone(),
                seen,
                cursor: cursor.clone().filter(|_| i == last),
                idem: idem.clone().filter(|_| i == last),
                via: None,
            };
            heard.ingested.extend(self.store.ingest(intake).await?);
        }
        self.work.notify_one();
        let new = heard.ingested.iter().filter(|i| matches!(i, Ingested::New(_))).count();
        if let Some(state) = lock(&self.sources).get_mut(source) {
            state.last_good = Some(self.clock.now());
            state.posts += heard.posts as u64;
            state.mentions += new as u64;
        }
        if new > 0 {
            info!(%source, posts = heard.posts, new, "heard");
        }
        Ok(heard)
    }

    fn judge(&self, source: &SourceName, post: Post) -> Option<Seen> {
        let brands = self.brands_of.get(source).map(Vec::as_slice);
        let can = self.networks.get(source).map(|n| n.capabilities().for_post(&post)).unwrap_or_default();
        let seen = |post: Post, verdict: Verdict, places, own_account: Option<String>, opens| Seen {
            due_at: self.targets.due_for(
                &verdict.brand,
                verdict.kind,
                verdict.signals.urgent.is_some(),
                post.posted_at,
            ),
            post,
            verdict,
            places,
            can,
            own_account,
            opens,
        };
        if let Some((account, brand)) = self.ours(&post) {
            let verdict = self.triage.verdict(&post, Some(brand), brands)?;
            return Some(seen(post, verdict, Vec::new(), Some(account), false));
        }
        match self.triage.judge(&post, brands) {
            Judged::Mention(found) => {
                let (mut verdict, places) = found.into_iter().next()?;
                if let Some(aside) = self.muted(&post, self.clock.now()) {
                    verdict.signals.aside = Some(aside);
                } else {
                    verdict.signals.wants = self.wants(&post, &verdict);
                }
                Some(seen(post, verdict, places, None, true))
            }
            // Not about a brand by its words, but it may go on with a conversation that is.
            Judged::Nothing if post.conversation.is_some() || post.parent.is_some() => {
                let verdict = self.triage.verdict(&post, None, brands)?;
                Some(seen(post, verdict, Vec::new(), None, false))
            }
            Judged::Nothing | Judged::Own { .. } => None,
        }
    }
}
