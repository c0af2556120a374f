//! Deliveries of Slack's: read, done, acknowledged within three seconds, answered.
//!
//! What a person asks for is done from the store alone, so the answer is there within milliseconds and mostly goes back
//! with the acknowledgement. Where it takes longer, Slack is acknowledged first and answered afterwards.

use super::answer::{Ask, Back};
use super::emoji::pictures;
use super::outbound::message_id;
use super::wire::{self, Command, Event, Interaction, Origin, Payload};
use super::{Desk, Slack, render};
use crate::chat::{Forms, Incoming, Outcome};
use crate::domain::{ChannelId, Form, Refusal};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tracing::{debug, error, warn};

/// Slack waits three seconds for an acknowledgement; the way there takes some of it.
const ACKNOWLEDGE: Duration = Duration::from_millis(1_500);

impl Slack {
    /// Takes a delivery and says what to acknowledge it with: nothing, or what belongs to it where Slack takes that
    /// (`takes`).
    pub(super) async fn receive(self: &Arc<Self>, desk: &Desk, payload: Payload, takes: bool) -> Option<Value> {
        let since = Instant::now();
        let ask = match payload {
            Payload::Command(command) => Some(self.command(command)),
            Payload::Interaction(payload) => {
                let read = Interaction::read(&payload);
                if read.is_none() {
                    self.apologise(&payload);
                }
                read.and_then(|interaction| self.interaction(interaction))
            }
            Payload::Event(id, event) => match Event::read(&event) {
                Some(event) if id.is_empty() || self.events.first_time(&id) => self.event(desk, id, event).await,
                Some(_) => {
                    debug!(id, "an event came again");
                    None
                }
                None => None,
            },
        }?;
        let mut doing = tokio::spawn({
            let (slack, desk, ask) = (Arc::clone(self), Arc::clone(desk), ask.clone());
            async move { slack.run(&desk, &ask).await }
        });
        if let Ok(done) = timeout(ACKNOWLEDGE, &mut doing).await {
            let outcome = done.unwrap_or_else(|panic| broken(&ask, &panic));
            return self.answer(desk, ask, outcome, since, takes);
        }
        warn!(line = ask.line.split(' ').next(), "a command takes long; its answer follows");
        let working = self.working_on(&ask).filter(|_| takes);
        let (slack, desk) = (Arc::clone(self), Arc::clone(desk));
        self.working.go_on(async move {
            let outcome = doing.await.unwrap_or_else(|panic| broken(&ask, &panic));
            slack.answer_late(&desk, ask, outcome, since).await;
        });
        working
    }

    /// Does what somebody asks for.
    async fn run(&self, desk: &Desk, ask: &Ask) -> Outcome {
        let who = match self.identity.who(&self.api, &ask.member, &ask.channel).await {
            Ok(who) => who,
            Err(stranger) => return Err(Refusal::new(stranger.say())),
        };
        for member in &ask.named {
            // Whoever is named may not have been met yet.
            if let Ok(person) = self.identity.who(&self.api, member, &ask.channel).await {
                desk.meet(&person).await;
            }
        }
        if ask.on_card
            && let Some(card) = &ask.card
            && desk.card(&self.name, card).await?.is_none()
        {
            return Err(Refusal::new(
                "This message is no card of a mention, and stands in no card's thread. Use it on a card, or type `/hearback \
                 help`.",
            ));
        }
        desk.run(&Incoming {
            who,
            chat: self.name.clone(),
            channel: ChannelId::new(&ask.channel),
            card: ask.card.clone(),
            line: ask.line.clone(),
            delivery: ask.delivery.clone(),
            forms: ask.forms,
        })
        .await
    }

    fn plain(&self, typed: &str) -> String {
        pictures(&wire::unescape(typed, |member| self.identity.typed(member).0))
    }

    fn command(&self, command: Command) -> Ask {
        let verb = command.verb.trim_start_matches('/');
        let verb = verb.strip_prefix(self.config.prefix.as_str()).unwrap_or(verb);
        let text = self.plain(&command.text);
        let line = match verb {
            "hearback" if text.trim().is_empty() => "help".to_owned(),
            "hearback" => text,
            verb => format!("{verb} {text}"),
        };
        Ask {
            forms: Forms::IfMissing,
            named: wire::members(&command.text),
            delivery: key("command", &command.trigger, &[&command.response_url, &line]),
            back: Back::Command { url: command.response_url, trigger: command.trigger },
            ..Ask::new(command.member, command.channel, line)
        }
    }

    fn interaction(self: &Arc<Self>, interaction: Interaction) -> Option<Ask> {
        Some(match interaction {
            Interaction::Click { member, channel, trigger, response_url, origin, action, value } => {
                let (line, forms) = match render::decode(&action, &value)? {
                    render::Clicked::Run(line) => (line, Forms::None),
                    render::Clicked::Form(line) => (line, Forms::Wanted),
                };
                let mut ask = Ask::new(member, channel, line);
                ask.forms = forms;
                ask.delivery = key("click", &trigger, &[&action, &response_url, &ask.line]);
                match origin {
                    Origin::Message { ts, ephemeral, thread } => {
                        ask.card = Some(message_id(&ask.channel, thread.as_deref().unwrap_or(&ts)));
                        ask.back = Back::Message { url: response_url, trigger, ephemeral };
                    }
                    Origin::Modal { view, metadata } => {
                        let meta = render::Meta::parse(&metadata).unwrap_or_default();
                        ask.channel = meta.channel.map(|channel| channel.0).unwrap_or_default();
                        ask.card = meta.card;
                        ask.back = Back::Modal { view };
                    }
                    Origin::Home => ask.back = Back::Home { trigger },
                }
                ask
            }
            Interaction::Submit { member, view, hash, metadata, state, .. } => {
                let Some(meta) = render::Meta::parse(&metadata) else {
                    warn!("a form came back that is none of ours");
                    return None;
                };
                let mut values = wire::filled(&state);
                for value in values.values_mut() {
                    *value = pictures(value);
                }
                let line = Form::fill(&meta.line, |name| values.get(name).map(String::as_str));
                let channel = meta.channel.as_ref().map(|channel| channel.0.clone()).unwrap_or_default();
                let mut ask = Ask::new(member, channel, line);
                ask.card.clone_from(&meta.card);
                ask.forms = Forms::Filled;
                // The same form with another text is another one, handed in again after its answer was lost.
                ask.delivery = key("form", &hash, &[&view, &metadata, &ask.line]);
                ask.back = Back::Form { view, meta };
                ask
            }
            Interaction::Shortcut { member, callback, trigger } => {
                let mut ask = Ask::new(member, String::new(), callback);
                ask.forms = Forms::Wanted;
                ask.delivery = key("shortcut", &trigger, &[&ask.line]);
                ask.back = Back::Home { trigger };
                ask
            }
            Interaction::MessageShortcut { member, callback, trigger, response_url, channel, ts, thread, text } => {
                let card = message_id(&channel, thread.as_deref().unwrap_or(&ts));
                let in_thread = thread.as_ref().is_some_and(|thread| *thread != ts);
                let mut ask = Ask::new(member, channel, callback);
                ask.forms = if ask.line == "claim" { Forms::None } else { Forms::Wanted };
                if ask.line == "draft" && in_thread {
                    // What a colleague wrote in the thread is what the draft begins with; the card itself is no draft.
                    ask.line = format!("draft -- {}", self.plain(&text));
                }
                ask.card = Some(card);
                ask.on_card = true;
                ask.delivery = key("shortcut", &trigger, &[&ts, &ask.line]);
                ask.back = Back::Message { url: response_url, trigger, ephemeral: false };
                ask
            }
            Interaction::Idle => return None,
        })
    }

    async fn event(self: &Arc<Self>, desk: &Desk, id: String, event: Event) -> Option<Ask> {
        match event {
            Event::Mention { member, channel, ts, thread, text } => {
                // Only what begins with our name is for us: in the middle of a sentence it is talk among colleagues.
                let Some(said) = wire::addressed(&text, self.me.get().map(String::as_str)) else {
                    debug!("somebody named the app in passing");
                    return None;
                };
                let line = self.plain(said);
                let line = if line.trim().is_empty() { "help".to_owned() } else { line.trim().to_owned() };
                let mut ask = Ask::new(member, channel, line);
                ask.named = wire::members(said);
                ask.card = Some(message_id(&ask.channel, thread.as_deref().unwrap_or(&ts)));
                ask.forms = Forms::IfMissing;
                ask.delivery = key("event", &id, &[]);
                ask.back = Back::Thread { thread, quiet: false };
                Some(ask)
            }
            Event::Reaction { member, emoji, channel, ts } => {
                // With a skin tone it is the same emoji: `+1::skin-tone-2`.
                let emoji = emoji.split("::").next().unwrap_or_default();
                let line = self.config.reactions.get(emoji)?.clone();
                let card = message_id(&channel, &ts);
                // A store that cannot say is told to whoever reacted, when it is asked again.
                if let Ok(None) = desk.card(&self.name, &card).await {
                    return None;
                }
                let mut ask = Ask::new(member, channel, line);
                ask.card = Some(card);
                ask.delivery = key("event", &id, &[]);
                ask.back = Back::Thread { thread: None, quiet: true };
                Some(ask)
            }
            Event::Home { member } => {
                let (slack, desk) = (Arc::clone(self), Arc::clone(desk));
                self.working.go_on(async move { slack.show_home(&desk, &member).await });
                None
            }
        }
    }

    /// Somebody clicked something that this version does not know: they are told.
    fn apologise(self: &Arc<Self>, payload: &Value) {
        warn!(
            kind = payload.get("type").and_then(serde_json::Value::as_str),
            "Slack sent an interaction that this version does not know"
        );
        let Some(url) = payload.get("response_url").and_then(Value::as_str).map(str::to_owned) else { return };
        let slack = Arc::clone(self);
        self.working.go_on(async move {
            let say =
                "hearback does not know what that is, so nothing was done. `/hearback help` lists what it can do.";
            let body = json!({ "response_type": "ephemeral", "replace_original": false, "text": say });
            if let Err(failed) = slack.api.respond(&url, &body).await {
                debug!(why = failed.say(), "an apology did not get through");
            }
        });
    }
}

/// The key of a delivery: its id, and a few bytes that stand for what is asked for, so that two things are never taken
/// for one, whatever a stand-in for Slack gives as an id. None where there is no id at all.
fn key(what: &str, id: &str, asked: &[&str]) -> Option<String> {
    let mut digest = Sha256::new();
    for part in asked {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    let short = digest.finalize().iter().take(8).fold(0_u64, |all, byte| all << 8 | u64::from(*byte));
    Some(format!("{what}:{id}:{short:016x}")).filter(|_| !id.is_empty())
}

/// A bug of ours, told without its details.
fn broken(ask: &Ask, panic: &tokio::task::JoinError) -> Outcome {
    error!(line = ask.line.split(' ').next(), %panic, "a command broke");
    Err(Refusal::new("That is a fault of ours and is in the log. Look at the card before you try again."))
}
