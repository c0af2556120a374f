//! Asking the assistant, and keeping what it suggests. Whatever it answers becomes words on a card or in a thread; there is no
//! way from here to a draft, let alone to a reply.

use super::super::Desk;
use super::Tried;
use crate::assist::{AssistError, Assistant, Mask, Prompt, Said, prompt, read};
use crate::chat::Sending;
use crate::domain::{
    AssistRules, Assisted, Canned, Effect, EffectChange, EventKind, Mention, MentionNo, Past, PersonId, Want,
};
use crate::store::StoreError;
use jiff::Timestamp;
use std::time::Duration;
use tracing::{info, warn};

/// Whoever asked is told after so long that nothing came, in seconds.
const ASKED_S: i64 = 5 * 60;
/// What nobody asked for is left after so long, in seconds: by then the mention was read without it.
const UNASKED_S: i64 = 6 * 3600;
/// One that is tried so often is at fault itself.
const TRIES: u32 = 20;
/// An assistant that has not answered after this long has not kept its own time limit.
const PATIENCE: Duration = Duration::from_mins(3);
/// While everything outgoing stands still, it is looked at again so often.
const PAUSED: Duration = Duration::from_mins(1);

/// What is asked about, by whom.
struct Errand<'e> {
    effect: &'e Effect,
    no: MentionNo,
    want: Want,
    asked: Option<&'e PersonId>,
}

impl Errand<'_> {
    /// Nobody needs it any more.
    fn is_late(&self, now: Timestamp) -> bool {
        let since = self.effect.queued_at.unwrap_or(self.effect.due_at);
        let patience = if self.asked.is_some() { ASKED_S } else { UNASKED_S };
        now.as_second() - since.as_second() > patience || self.effect.attempts >= TRIES
    }
}

impl Desk {
    /// Asks once, and keeps what comes of it.
    pub(super) async fn ask_assistant(
        &self,
        effect: &Effect,
        no: MentionNo,
        want: Want,
        asked: Option<&PersonId>,
    ) -> Result<Tried, StoreError> {
        let errand = Errand { effect, no, want, asked };
        let Some(mention) = self.store.mention(no).await? else { return Ok(Tried::Done) };
        let (Some(assistant), Some(rules)) = (&self.assistant, &self.rules.assist) else {
            return self.nothing_came(&errand, "there is none any more").await;
        };
        if let Some(why) = stale(&mention, rules, want, asked.is_some()) {
            return self.nothing_came(&errand, why).await;
        }
        let now = self.clock.now();
        if errand.is_late(now) {
            return self.nothing_came(&errand, "it has not answered in time").await;
        }
        if self.paused().await?.is_some() {
            return match asked {
                None => Ok(Tried::Later(PAUSED)),
                Some(_) => self.nothing_came(&errand, "everything outgoing is paused; ask again after `resume`").await,
            };
        }
        let (prompt, ours) = self.prompt(&mention, rules, want).await?;
        let guess = prompt.estimate();
        if let Err(why) = self.spend(rules, guess).await? {
            return self.nothing_came(&errand, &why).await;
        }
        match self.said(&**assistant, &prompt, now).await {
            Ok(said) => {
                self.went_through(&effect.lane(), Sending::Post);
                self.assistant_good(rules, guess, said.tokens).await?;
                match self.suggestion(&mention, rules, &errand, &said.text, &ours) {
                    Some(what) => self.keep_suggestion(&errand, &mention, what).await,
                    None => self.nothing_came(&errand, "what it answered cannot be used").await,
                }
            }
            Err(AssistError::Never { why }) => {
                info!(%no, want = want.word(), why, "the assistant has no answer");
                self.nothing_came(&errand, &why).await
            }
            Err(error) => self.assistant_out(&errand, rules, &error, guess).await,
        }
    }

    /// It can not be asked at present: everything for it rests, and nothing else.
    async fn assistant_out(
        &self,
        errand: &Errand<'_>,
        rules: &AssistRules,
        error: &AssistError,
        guess: u64,
    ) -> Result<Tried, StoreError> {
        let after = if let AssistError::Later { after, .. } = error { *after } else { None };
        self.hit_a_wall(&errand.effect.lane(), Sending::Post, after);
        self.assistant_failed(rules, error, guess).await?;
        if matches!(error, AssistError::Broken { .. }) && errand.asked.is_some() {
            return self.nothing_came(errand, &error.to_string()).await;
        }
        Ok(Tried::Later(self.retry(errand.effect, after)))
    }

    async fn said(&self, assistant: &dyn Assistant, prompt: &Prompt, now: Timestamp) -> Result<Said, AssistError> {
        tokio::select! {
            biased;
            said = assistant.ask(prompt, now) => said,
            () = self.clock.sleep_until(now.checked_add(PATIENCE).unwrap_or(now)) => {
                Err(AssistError::Later { why: "the assistant does not answer".to_owned(), after: None })
            }
        }
    }

    /// Whoever asked is told; otherwise nobody misses it.
    async fn nothing_came(&self, errand: &Errand<'_>, why: &str) -> Result<Tried, StoreError> {
        let Some(asked) = errand.asked else { return Ok(Tried::Done) };
        let failed = Assisted::Failed { want: errand.want, why: why.to_owned(), asked: asked.clone() };
        let done = vec![EffectChange::Done(errand.effect.id.clone())];
        self.happen(errand.no, done, |m| {
            if m.erased { Vec::new() } else { vec![EventKind::Assisted { what: failed.clone() }] }
        })
        .await?;
        Ok(Tried::Recorded)
    }

    /// Our own words about the mention, and what the brand itself has said: its links and handles are no surprise.
    async fn prompt(&self, m: &Mention, rules: &AssistRules, want: Want) -> Result<(Prompt, Vec<String>), StoreError> {
        let brand = self.rules.brands.get(&m.brand);
        let title = brand.map(|b| b.title.as_str()).filter(|t| !t.is_empty()).unwrap_or(m.brand.0.as_str());
        let about = prompt::About {
            brand: title,
            network: &m.post.network,
            language: m.language.as_deref(),
            text: &m.post.text,
        };
        let mask = Mask::of(&self.rules.privacy.patterns).with(&[&m.post.author.name, &m.post.author.handle]);
        match want {
            Want::Kind => Ok((prompt::kind(&about, &mask), Vec::new())),
            Want::Translation => Ok((prompt::translation(&about, &rules.into, &mask), Vec::new())),
            Want::Draft => {
                let saved = self.saved_texts().await?;
                let past: Vec<prompt::Past> = self.similar(m).await?.into_iter().map(told).collect();
                let voice = prompt::Voice {
                    tone: rules.tones.get(&m.brand).map(String::as_str),
                    since: m.follow_ups.iter().map(|f| f.text.as_str()).collect(),
                    length: self.networks.get(&m.post.source).map(|n| n.length().rule()).unwrap_or_default(),
                    language: m.language.as_deref(),
                    saved: &saved,
                    past: &past,
                };
                let prompt = prompt::draft(&about, &voice, &mask);
                let accounts = self.accounts_now().into_values().filter_map(|account| account.handle);
                let own = brand
                    .into_iter()
                    .flat_map(|b| b.thanks.iter().cloned().chain(b.private_way.clone()).chain(b.handoff.clone()));
                let ours = saved.iter().cloned().chain(own).chain(accounts.map(|handle| format!("@{handle}")));
                Ok((prompt, ours.collect()))
            }
        }
    }

    async fn saved_texts(&self) -> Result<Vec<String>, StoreError> {
        let rows = self.store.settings("canned:").await?;
        Ok(rows.into_iter().map(|(_, json)| serde_json::from_str::<Canned>(&json).map_or(json, |c| c.text)).collect())
    }

    /// What an answer says, if it says what was asked for.
    fn suggestion(
        &self,
        m: &Mention,
        rules: &AssistRules,
        errand: &Errand<'_>,
        said: &str,
        ours: &[String],
    ) -> Option<Assisted> {
        let model = rules.model.clone();
        Some(match errand.want {
            Want::Kind => {
                let to = read::kind(said)?;
                Assisted::Kind { to, due_at: self.targets.due(&m.brand, to, m.cycle().started_at), model }
            }
            Want::Translation => {
                Assisted::Translation { text: read::translation(said)?, from: m.language.clone(), model }
            }
            Want::Draft => {
                let text = read::draft(said)?;
                let strange = read::strange(&text, ours);
                Assisted::Draft { text, strange, model, asked: errand.asked?.clone() }
            }
        })
    }

    async fn keep_suggestion(
        &self,
        errand: &Errand<'_>,
        asked_about: &Mention,
        what: Assisted,
    ) -> Result<Tried, StoreError> {
        let done = vec![EffectChange::Done(errand.effect.id.clone())];
        let after = self
            .happen(errand.no, done, |m| {
                // Made of words that are not there any more, it would be wrong beside the new ones.
                let same = m.post.text == asked_about.post.text;
                match &what {
                    _ if m.erased => Vec::new(),
                    Assisted::Kind { .. } if !m.kind_is_open() => Vec::new(),
                    Assisted::Draft { asked, .. } if !same => {
                        let why = "the author changed the post meanwhile".to_owned();
                        let what = Assisted::Failed { want: errand.want, why, asked: asked.clone() };
                        vec![EventKind::Assisted { what }]
                    }
                    Assisted::Translation { .. } if !same => Vec::new(),
                    what => vec![EventKind::Assisted { what: what.clone() }],
                }
            })
            .await?;
        if after.is_none() {
            warn!(no = %errand.no, "a suggestion came for a mention that is not there any more");
        }
        Ok(Tried::Recorded)
    }
}

/// Why it is not asked any more.
fn stale(m: &Mention, rules: &AssistRules, want: Want, asked: bool) -> Option<&'static str> {
    if !rules.does(want) {
        return Some("that is switched off in [assist]");
    }
    if m.erased || !m.post.may_leave() {
        return Some("these words may not leave hearback");
    }
    let over = m.state.is_closed() && !asked;
    let settled = want == Want::Kind && !m.kind_is_open();
    (over || settled).then_some("it is closed")
}

/// A past answer as the assistant is told of it: what names anybody was taken out already.
fn told(past: Past) -> prompt::Past {
    prompt::Past { said: past.asked, answered: past.answer, names: Vec::new() }
}
