//! Deliveries of Discord's: read, done, answered within three seconds.
//!
//! What a person asks for is done from the store alone, so the answer is there within milliseconds. Where it takes longer,
//! Discord is told to wait, and the answer follows.

use super::answer::{Ask, Back, Pending, Taken, Then};
use super::wire::{self, Delivery, Doer, Done, Interaction};
use super::{Desk, Discord, MESSAGE_COMMANDS, client, render};
use crate::chat::{Asked, Forms, Incoming, Outcome};
use crate::domain::{ChannelId, Form, MessageId, Person, Refusal};
use serde_json::{Value, json};
use serenity::all::{GuildId, UserId};
use serenity::http::Route;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tracing::{debug, error, warn};

/// Discord waits three seconds for a first answer; the way there takes some of it.
const ACKNOWLEDGE: Duration = Duration::from_millis(1_500);
/// What commands and forms call a text that is typed.
const TEXT: &str = "text";
/// What commands call the person that they are about.
const PERSON: &str = "user";
/// Longest name of a suggestion, in characters (docs "Application Command Option Choice Structure").
const SUGGESTION: usize = 100;

impl Discord {
    /// Takes a delivery of the gateway's and answers it.
    pub(super) async fn over_gateway(self: Arc<Self>, desk: &Desk, payload: Value) {
        if let Some(taken) = self.take(desk, &payload, true).await {
            self.answer(taken).await;
        }
    }

    /// Takes a delivery and says what it is to be answered with; `None` if it was taken before. One that may be old
    /// (`may_be_old`), as after a connection was away, sends nothing before Discord has said that it still waits.
    pub(super) async fn take(self: &Arc<Self>, desk: &Desk, payload: &Value, may_be_old: bool) -> Option<Taken> {
        let mut interaction = match Delivery::read(payload) {
            Delivery::Ping => return Some(Taken::first(None, json!({ "type": 1 }))),
            Delivery::Odd(way) => {
                let kind = payload.get("type").and_then(Value::as_u64);
                warn!(kind, "Discord sent an interaction that this version does not know");
                return Some(Taken::first(way, odd(kind)));
            }
            Delivery::Interaction(interaction) => *interaction,
        };
        if !self.taken.first_time(&interaction.way.id) {
            debug!(id = interaction.way.id, "an interaction came again");
            return None;
        }
        if let Done::Typing { .. } = interaction.done {
            let way = interaction.way.clone();
            return Some(Taken::first(Some(way), self.suggest(desk, interaction).await));
        }
        let since = Instant::now();
        let way = interaction.way.clone();
        self.at_home(&mut interaction.doer).await;
        let who = match self.identity.who(&interaction.doer) {
            Ok(who) => who,
            Err(say) => {
                return Some(Taken::first(Some(way), self.refuse(&Refusal::new(say), &wrote(&interaction.done))));
            }
        };
        // Whoever is named may not have been met yet.
        let named = wire::named(payload, interaction.doer.guild.as_deref());
        let named = named.iter().filter_map(|other| self.identity.who(other).ok()).collect();
        let ask = match self.ask(desk, interaction, who, named).await {
            Ok(ask) => ask,
            Err((ask, refusal)) => {
                let first = self.first(desk, &ask, &Err(refusal.clone())).await;
                let (came, desk) = (self.now(), Arc::clone(desk));
                let then = Then { ask, since, came, outcome: Ok(Err(refusal)), desk };
                return Some(Taken { way: Some(way), first, then: Some(then) });
            }
        };
        let came = self.now();
        if may_be_old && ask.may_send() {
            let first = self.meanwhile(&ask);
            let then = Then { ask, since, came, outcome: Err(Pending::Held), desk: Arc::clone(desk) };
            return Some(Taken { way: Some(way), first, then: Some(then) });
        }
        let mut doing = self.begin(desk, &ask);
        let (first, outcome) = if let Ok(done) = timeout(ACKNOWLEDGE, &mut doing).await {
            let outcome = done.unwrap_or_else(|panic| broken(&ask, &panic));
            (self.first(desk, &ask, &outcome).await, Ok(outcome))
        } else {
            warn!(line = ask.verb(), "a command takes long; its answer follows");
            (self.meanwhile(&ask), Err(Pending::Running(doing)))
        };
        let then = Then { ask, since, came, outcome, desk: Arc::clone(desk) };
        Some(Taken { way: Some(way), first, then: Some(then) })
    }

    pub(super) fn now(&self) -> jiff::Timestamp {
        (self.config.now)()
    }

    /// Begins to do what somebody asks for, in a task of its own: it may take long, or break.
    pub(super) fn begin(self: &Arc<Self>, desk: &Desk, ask: &Ask) -> JoinHandle<Outcome> {
        let (discord, desk, ask) = (Arc::clone(self), Arc::clone(desk), ask.clone());
        tokio::spawn(async move { discord.run(&desk, &ask).await })
    }

    /// Does what somebody asks for.
    async fn run(&self, desk: &Desk, ask: &Ask) -> Outcome {
        for person in &ask.named {
            desk.meet(person).await;
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
            who: ask.who.clone(),
            chat: self.name.clone(),
            channel: ChannelId::new(&ask.channel),
            card: ask.card.clone(),
            line: ask.line.clone(),
            delivery: Some(format!("interaction:{}", ask.way.id)),
            forms: ask.forms,
        })
        .await
    }

    /// What was typed, with people by the names that others read: it may be said in public.
    fn plain(&self, typed: &str) -> String {
        wire::plain(typed, |user| self.identity.called(user))
    }

    /// In a direct message Discord does not say what somebody may do on the server; it is asked (docs "Get Guild Member").
    async fn at_home(&self, doer: &mut Doer) {
        let (guild, user) = (client::number(&self.config.guild), client::number(&doer.user));
        let (Some(guild), Some(user)) = (guild, user) else { return };
        if doer.guild.is_some() || self.identity.is_named(&doer.user) {
            return;
        }
        let route = Route::GuildMember { guild_id: GuildId::from(guild), user_id: UserId::from(user) };
        if let Ok(Ok(member)) = timeout(ACKNOWLEDGE, self.api.get(route, &[])).await {
            doer.member(&member, &self.config.guild);
        }
    }

    /// What somebody asks for, as a line; or why there is none.
    async fn ask(
        &self,
        desk: &Desk,
        interaction: Interaction,
        who: Person,
        named: Vec<Person>,
    ) -> Result<Ask, (Ask, Refusal)> {
        let Interaction { way, doer, done, channel, card, private } = interaction;
        let mut ask = Ask {
            way,
            who,
            named,
            user: doer.user,
            channel,
            card: card.map(MessageId::new),
            on_card: false,
            line: String::new(),
            forms: Forms::None,
            wrote: self.plain(&wrote(&done)),
            back: if private { Back::Private } else { Back::Fresh },
        };
        match self.read(desk, &mut ask, done).await {
            Ok(()) => Ok(ask),
            Err(refusal) => Err((ask, refusal)),
        }
    }

    async fn read(&self, desk: &Desk, ask: &mut Ask, done: Done) -> Result<(), Refusal> {
        match done {
            Done::Command { name, mut given } => {
                for option in &mut given {
                    // Whom a command is about is meant by their id, not by what they are called.
                    let person = option.name == PERSON;
                    option.value = if person {
                        wire::plain(&option.value, |user| self.identity.typed(user).0)
                    } else {
                        self.plain(&option.value)
                    };
                }
                ask.forms = Forms::IfMissing;
                ask.line = desk.line(&name, &given)?;
            }
            Done::OnMessage { name, .. } => {
                let verb = MESSAGE_COMMANDS.iter().find(|(called, _)| *called == name).map(|(_, verb)| *verb);
                verb.ok_or_else(outdated)?.clone_into(&mut ask.line);
                ask.forms = if ask.line == "claim" { Forms::None } else { Forms::Wanted };
                ask.on_card = true;
            }
            Done::Press { id } => self.clicked(desk, ask, &id).await?,
            Done::Choose { values, .. } => {
                let chosen = values.first().ok_or_else(outdated)?;
                self.clicked(desk, ask, chosen).await?;
            }
            Done::Submit { id, mut values } => {
                for value in values.values_mut() {
                    *value = self.plain(value);
                }
                ask.forms = Forms::Closed;
                ask.back = Back::Form;
                let line = match render::parse_form_id(&id) {
                    Some(line) => line,
                    None => self.kept(desk, &ask.who, &id).await?,
                };
                ask.line = Form::fill(&line, |name| values.get(name).map(String::as_str));
            }
            Done::Typing { .. } => return Err(outdated()),
        }
        Ok(())
    }

    /// What a button or a line of a menu stands for.
    async fn clicked(&self, desk: &Desk, ask: &mut Ask, id: &str) -> Result<(), Refusal> {
        (ask.line, ask.forms) = match render::decode(id).ok_or_else(outdated)? {
            render::Clicked::Run(line) => (line, Forms::None),
            render::Clicked::Form(line) => (line, Forms::Wanted),
            render::Clicked::Kept(_) => (self.kept(desk, &ask.who, id).await?, Forms::Wanted),
        };
        Ok(())
    }

    /// A line that was kept.
    async fn kept(&self, desk: &Desk, who: &Person, id: &str) -> Result<String, Refusal> {
        let Some(render::Clicked::Kept(key)) = render::decode(id) else { return Err(outdated()) };
        let kept = timeout(ACKNOWLEDGE, desk.kept(who, &key)).await;
        kept.unwrap_or_else(|_| Err(Refusal::new("The store takes too long at the moment. Try again.")))?.ok_or_else(
            || Refusal::new("That text is not kept any more, or is somebody else's. Write it anew, such as `/reply`."),
        )
    }

    /// What could be meant by what somebody is typing.
    async fn suggest(&self, desk: &Desk, interaction: Interaction) -> Value {
        let who = self.identity.who(&interaction.doer);
        let choices = match (interaction.done, who) {
            (Done::Typing { name: command, option, typed, given }, Ok(who)) => {
                let asked = Asked { command, option, typed, given };
                timeout(ACKNOWLEDGE, desk.suggest(&who, &asked)).await.unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let choices = choices.into_iter().filter(|choice| choice.value.encode_utf16().count() <= SUGGESTION).take(25);
        let choices: Vec<Value> = choices
            .map(|choice| json!({ "name": render::text::label(&choice.label, SUGGESTION), "value": choice.value }))
            .collect();
        json!({ "type": 8, "data": { "choices": choices } })
    }
}

/// What somebody wrote, which Discord shows nowhere any more once it was handed in.
fn wrote(done: &Done) -> String {
    match done {
        Done::Command { given, .. } => {
            let texts = given.iter().filter(|option| option.name == TEXT || option.value.contains(char::is_whitespace));
            texts.max_by_key(|option| option.value.len()).map(|option| option.value.clone()).unwrap_or_default()
        }
        Done::Submit { values, .. } => values.get(TEXT).cloned().unwrap_or_else(|| {
            let all = values.values().filter(|value| !value.trim().is_empty()).map(String::as_str);
            all.collect::<Vec<_>>().join("\n")
        }),
        _ => String::new(),
    }
}

/// What nobody knows is told to whoever did it; what is being typed is not completed.
fn odd(kind: Option<u64>) -> Value {
    brief(kind, "hearback does not know what that is, so nothing was done. `/hearback help` lists what it can do.")
}

/// What somebody reads who gets nothing else; to what is being typed nothing is suggested.
pub(super) fn brief(kind: Option<u64>, say: &str) -> Value {
    if kind == Some(4) {
        return json!({ "type": 8, "data": { "choices": [] } });
    }
    json!({ "type": 4, "data": { "content": say, "flags": 64, "allowed_mentions": { "parse": [] } } })
}

/// A button or form of another version.
fn outdated() -> Refusal {
    Refusal::new("hearback does not know that any more, so nothing was done. `/hearback help` lists what it can do.")
}

/// A bug of ours, told without its details.
pub(super) fn broken(ask: &Ask, panic: &tokio::task::JoinError) -> Outcome {
    error!(line = ask.verb(), %panic, "a command broke");
    Err(Refusal::new("That is a fault of ours and is in the log. Look at the card before you try again."))
}
