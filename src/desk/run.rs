//! Commands in: authorise once, parse once, load, decide, commit; again if somebody else was faster.

use super::learn::teaches;
use super::turns::Turn;
use super::{Desk, PAUSED, lock};
use crate::chat::{Forms, Incoming, Outcome};
use crate::commands;
use crate::domain::{
    Actor, Answer, Button, CardPlace, Commit, Effect, EffectChange, EffectKind, Event, Form, IdemKey, MUTED, Mention,
    MentionNo, OpenQuery, Place, Refusal, Rules, Ruling, Text,
};
use crate::slash::{self, Args, Call, Filled, NoRef, Prompt, Run, Spec};
use crate::store::StoreError;
use tracing::{error, info};

/// So often a decision is made anew when others keep changing the same mention.
const TRIES: usize = 8;
/// So many open mentions are read at a time.
const PAGE: usize = 500;

impl Desk {
    /// Runs a command. No network is asked: the answer comes from the store alone.
    pub async fn run(&self, incoming: &Incoming) -> Outcome {
        // What is typed may become public text: no control characters but line feeds and tabs.
        let line = incoming.line.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        match self.try_run(&Incoming { line, ..incoming.clone() }).await {
            Ok(outcome) => outcome,
            Err(StoreError::Repeated) => Ok(Answer::new("This was already done.")),
            Err(error) => {
                let reference = format!("E-{:06x}", self.chance.number() & 0xff_ffff);
                error!(reference, who = %incoming.who.id, %error, "a command could not be kept");
                Err(Refusal::new(format!(
                    "This could not be saved, and nothing was changed: {error}. Try again; if it stays so, give whoever \
                     runs hearback the reference {reference}."
                )))
            }
        }
    }

    async fn try_run(&self, incoming: &Incoming) -> Result<Outcome, StoreError> {
        let partly = matches!(incoming.forms, Forms::IfMissing | Forms::Wanted);
        let parse = match incoming.forms {
            Forms::Wanted => slash::parse_wanted,
            Forms::IfMissing => slash::parse_partly,
            Forms::None | Forms::Filled | Forms::Closed => slash::parse_line,
        };
        let (spec, args) = match parse(commands::ALL, &incoming.line) {
            Ok(parsed) => parsed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Err(refusal) = slash::authorise(spec, &incoming.who) {
            return Ok(Err(refusal));
        }
        let prompt = spec.prompt.filter(|p| match incoming.forms {
            Forms::None | Forms::Filled | Forms::Closed => false,
            Forms::IfMissing => (p.missing)(&args),
            Forms::Wanted => true,
        });
        if let Some(prompt) = prompt
            && let Some(asked) = self.ask_for(spec, &prompt, &args, incoming).await?
        {
            return Ok(asked);
        }
        if partly && let Err(refusal) = slash::parse_line(commands::ALL, &incoming.line) {
            return Ok(Err(refusal));
        }
        let idem = incoming.delivery.as_ref().map(|d| IdemKey(format!("{}:{d}", incoming.chat)));
        if let Some(key) = &idem
            && self.store.done_before(key).await?
        {
            return Err(StoreError::Repeated);
        }
        let mut last = StoreError::Repeated;
        for _ in 0..TRIES {
            match self.attempt(spec, &args, incoming, idem.clone()).await {
                Err(conflict @ StoreError::Conflict(_)) => last = conflict,
                outcome => {
                    info!(who = %incoming.who.id, command = spec.name, ok = matches!(outcome, Ok(Ok(_))), "command");
                    return outcome;
                }
            }
        }
        Err(last)
    }

    async fn attempt(
        &self,
        spec: &Spec,
        args: &Args,
        incoming: &Incoming,
        idem: Option<IdemKey>,
    ) -> Result<Outcome, StoreError> {
        let run = spec.run_for(args);
        let acts = matches!(run, Run::Act(_) | Run::ActWith { .. });
        let (no, _turn) = match self.take_turn(spec, args, incoming, acts).await? {
            Ok(turn) => turn,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Some(no) = no {
            lock(&self.last).insert(incoming.who.id.clone(), no);
        }
        let (rules, place) = (self.rules().await?, place_of(incoming));
        let call = self.call(incoming, &place, &rules, args, no);
        let (mention, found) = match run {
            Run::Act(_) | Run::Depends(_) => (self.meant(&call).await?, crate::domain::Found::Nothing),
            Run::Ask { query, .. } | Run::ActWith { query, .. } => {
                let query = match query(&call) {
                    Ok(query) => query,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let mention = if matches!(run, Run::ActWith { .. }) { self.meant(&call).await? } else { None };
                (mention, self.look_up(query).await?)
            }
        };
        if let Some(mention) = mention.as_ref().filter(|m| m.holder.is_some() && picked(spec, args, incoming, m)) {
            // It was picked because nobody had it, and somebody was faster: the next one is picked.
            return Err(StoreError::Conflict(mention.no));
        }
        let decision = match (run, &mention) {
            (Run::Ask { decide, .. }, _) => {
                return match decide(&call, &found) {
                    Ok(ruling) => self.carry_out(ruling, &call, idem).await.map(Ok),
                    Err(refusal) => Ok(Err(refusal)),
                };
            }
            (Run::Act(decide), Some(mention)) => decide(&call, mention),
            (Run::ActWith { decide, .. }, Some(mention)) => decide(&call, mention, &found),
            (Run::Depends(_), _) | (_, None) => Err(Refusal::new("Which mention? Name it by the number on its card.")),
        };
        let decision = match decision {
            Ok(decision) => decision,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let (Some(mention), false) = (&mention, decision.events.is_empty()) {
            let events: Vec<Event> = decision
                .events
                .into_iter()
                .map(|what| Event {
                    at: call.at,
                    by: Actor::Person(call.who.id.clone()),
                    via: Some(call.chat.clone()),
                    what,
                })
                .collect();
            let mut commit = Commit::at(call.at);
            commit.idem = idem;
            let lead = match mention.parts_from(&events) {
                Some(lead) => self.store.mention(lead).await?,
                None => None,
            };
            commit.happen_apart(mention, events, lead.as_ref());
            let teaches = teaches(&commit);
            self.store.commit(commit).await?;
            if teaches {
                self.learning.again();
            }
            self.work.notify_one();
        }
        if let (Some(mention), Some(reason)) = (&mention, decision.copies) {
            self.close_copies(mention.no, reason, &call).await?;
        }
        Ok(Ok(decision.answer))
    }

    /// Which mention is meant, and, to change it (`acts`), the turn at it.
    async fn take_turn(
        &self,
        spec: &Spec,
        args: &Args,
        incoming: &Incoming,
        acts: bool,
    ) -> Result<Result<(Option<MentionNo>, Option<Turn>), Refusal>, StoreError> {
        let mut turn: Option<Turn> = None;
        loop {
            let no = match self.resolve(spec, args, incoming).await? {
                Ok(no) => no,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let Some(wanted) = no.filter(|_| acts) else { return Ok(Ok((no, None))) };
            if turn.as_ref().is_some_and(|turn| turn.no == wanted) {
                return Ok(Ok((no, turn)));
            }
            // Nobody waits at one mention while being at another.
            drop(turn.take());
            let taken = self.turns.take(wanted).await;
            if !taken.waited {
                return Ok(Ok((no, Some(taken))));
            }
            // Meanwhile "the one due first" may be another.
            turn = Some(taken);
        }
    }

    /// The form that asks for what is missing; `None` if nothing is. Nothing changes.
    async fn ask_for(
        &self,
        spec: &'static Spec,
        prompt: &Prompt,
        args: &Args,
        incoming: &Incoming,
    ) -> Result<Option<Outcome>, StoreError> {
        // What was typed as the mention may be what has to be put right.
        let wanted = incoming.forms == Forms::Wanted && (args.mention().is_some() || !args.unread().is_empty());
        let no = match self.resolve(spec, args, incoming).await? {
            Ok(no) => no,
            Err(_) if prompt.asks_mention && wanted => None,
            Err(refusal) => return Ok(Some(Err(refusal))),
        };
        let (rules, place) = (self.rules().await?, place_of(incoming));
        let call = self.call(incoming, &place, &rules, args, no);
        let query = match (prompt.query)(&call) {
            Ok(query) => query,
            Err(refusal) => return Ok(Some(Err(refusal))),
        };
        let (mention, found) = (self.meant(&call).await?, self.look_up(query).await?);
        let asked = (prompt.form)(&call, mention.as_ref(), &found);
        let form = match asked.and_then(|form| form.map(Form::whole).transpose()) {
            Ok(Some(form)) => form,
            Ok(None) => return Ok(None),
            Err(refusal) => return Ok(Some(Err(refusal))),
        };
        // The words and the button are for a chat that cannot open the form at once. The button names the mention, since it
        // may stand where no card implies one.
        let line = no.map_or_else(
            || incoming.line.clone(),
            |no| format!("{} {}", slash::render(spec, &args.about(spec, no)), args.unread()).trim_end().to_owned(),
        );
        Ok(Some(Ok(Answer {
            text: Text::new().bold(form.title.clone()).say(": open the form to fill it in."),
            buttons: vec![Button::new(format!("{}…", form.title), line)],
            form: Some(Box::new(form)),
        })))
    }

    fn call<'c>(
        &'c self,
        incoming: &'c Incoming,
        place: &'c Place,
        rules: &'c Rules,
        args: &'c Args,
        no: Option<MentionNo>,
    ) -> Call<'c> {
        Call {
            who: &incoming.who,
            at: self.clock.now(),
            chat: &incoming.chat,
            place,
            no,
            args,
            rules,
            targets: self.targets.as_ref(),
            seed: self.chance.number(),
            filled: match incoming.forms {
                Forms::None | Forms::IfMissing | Forms::Wanted => Filled::No,
                Forms::Filled => Filled::Open,
                Forms::Closed => Filled::Closed,
            },
        }
    }

    async fn meant(&self, call: &Call<'_>) -> Result<Option<crate::domain::Mention>, StoreError> {
        match call.no {
            Some(no) => self.store.mention(no).await,
            None => Ok(None),
        }
    }

    async fn carry_out(&self, ruling: Ruling, call: &Call<'_>, idem: Option<IdemKey>) -> Result<Answer, StoreError> {
        let mut commit = Commit::at(call.at);
        let pause = ruling.settings.iter().find(|(key, _)| key == PAUSED).map(|(_, value)| value.is_some());
        commit.effects = ruling.effects.into_iter().map(EffectChange::Put).collect();
        if let Some(paused) = pause {
            commit.effects.extend(self.tell_of_pause(paused, call).await?);
        }
        let mutes = ruling.settings.iter().any(|(key, _)| key.starts_with(MUTED));
        commit.settings = ruling.settings;
        if !commit.settings.is_empty() || !commit.effects.is_empty() {
            commit.idem = idem;
            let teaches = teaches(&commit);
            self.store.commit(commit).await?;
            if teaches {
                self.learning.again();
            }
            self.work.notify_one();
        }
        if mutes {
            self.recall_muted().await?;
        }
        Ok(ruling.answer)
    }

    /// Words in every channel that is configured, which is where people look, and every open card brought up to date, so that nobody waits for a reply that stands
    /// still.
    async fn tell_of_pause(&self, paused: bool, call: &Call<'_>) -> Result<Vec<EffectChange>, StoreError> {
        let who = call.who.name.as_str();
        let text = if paused {
            Text::new().bold("Paused").say(format!(" by {who}: nothing is sent to any network until `resume`."))
        } else {
            Text::new().bold("Resumed").say(format!(" by {who}: replies go out again."))
        };
        let key = format!("pause:{}", call.at.as_millisecond());
        let mut effects = self.notice(&key, &self.places(), &text);
        let mut offset = 0;
        loop {
            let open = self.store.open(&OpenQuery { offset, limit: PAGE, ..OpenQuery::default() }).await?;
            if open.rows.is_empty() {
                break;
            }
            offset += open.rows.len();
            for row in open.rows {
                let Some(mention) = self.store.mention(row.no).await? else { continue };
                effects.extend(mention.cards.iter().map(|card| {
                    EffectChange::Put(Effect::new(
                        format!("{key}:card:{}:{}", row.no.0, card.place),
                        call.at,
                        EffectKind::UpdateCard { no: row.no, place: card.place.clone() },
                    ))
                }));
            }
        }
        Ok(effects)
    }
}

/// True for a mention that nobody named and that no card implied.
fn picked(spec: &Spec, args: &Args, incoming: &Incoming, mention: &Mention) -> bool {
    let here = |at: &CardPlace| at.place.chat == incoming.chat && incoming.card.as_ref() == Some(&at.message);
    let implied = mention.cards.iter().any(here);
    spec.without_ref == NoRef::DueFirst && args.mention().is_none() && !implied
}

fn place_of(incoming: &Incoming) -> Place {
    Place { chat: incoming.chat.clone(), channel: incoming.channel.clone() }
}
