//! What a person in Discord gets to see: at once, later in the same place, or, if Discord does not take it there any more,
//! in a direct message.
//!
//! Docs "Receiving and Responding": a first answer within three seconds, then edits of it for 15 minutes.

use super::client::{Failed, code};
use super::front::broken;
use super::wire::Way;
use super::{Desk, Discord, client, render};
use crate::chat::{Forms, Outcome};
use crate::domain::{Answer, Form, MessageId, Person, Refusal, Text};
use jiff::Timestamp;
use serde_json::{Value, json};
use serenity::all::{ApplicationId, InteractionId, LightMethod};
use serenity::http::Route;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tracing::{debug, error, warn};

/// A first answer that is not taken within this long is not taken in time.
const FIRST: Duration = Duration::from_millis(2_200);
/// Links in a message are not unfolded under it (docs "Message Flags", `SUPPRESS_EMBEDS`).
const UNFOLD_NOTHING: u64 = 1 << 2;
/// The store has so long to keep a text that was refused.
const KEEPING: Duration = Duration::from_millis(700);
/// After so long a first answer is of no use.
const TOO_LATE: Duration = Duration::from_secs(3);
/// The token of an interaction lives for 15 minutes; nothing is tried with it in the last of them.
const TOKEN: Duration = Duration::from_mins(14);
/// Something that Discord did not take is tried so often.
const TRIES: u32 = 4;
/// Before the next try.
const BREATH: Duration = Duration::from_millis(400);
/// But no rest longer than that is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// What somebody asks for, and how they are answered.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    /// Where the answer goes.
    pub way: Way,
    /// Who asks.
    pub who: Person,
    /// Others whom they name.
    pub named: Vec<Person>,
    /// Their user id.
    pub user: String,
    /// The channel.
    pub channel: String,
    /// The card's message, if it was asked there.
    pub card: Option<MessageId>,
    /// It makes sense only on a card.
    pub on_card: bool,
    /// The command line.
    pub line: String,
    /// Whether a form can be shown.
    pub forms: Forms,
    /// What they wrote, which Discord shows nowhere any more: if it is refused, they get it back. Possibly empty.
    pub wrote: String,
    /// How they are answered.
    pub back: Back,
}

/// The way back to somebody.
#[derive(Debug, Clone)]
pub(super) enum Back {
    /// A message that only they see.
    Fresh,
    /// They clicked in such a message, which shows the answer.
    Private,
    /// They handed a form in, which is closed by now.
    Form,
}

impl Ask {
    /// It may send something out in public, or hand it to somebody who does.
    pub(super) fn may_send(&self) -> bool {
        // A form that opens must be the first answer, and sends nothing yet.
        let opens = self.forms == Forms::Wanted
            || self.verb() == "reply" && self.forms == Forms::IfMissing && self.wrote.is_empty();
        super::MAY_SEND.contains(&self.verb()) && !opens
    }

    /// The command, without what was typed after it.
    pub(super) fn verb(&self) -> &str {
        self.line.split(' ').next().unwrap_or_default()
    }
}

/// A delivery that was taken.
pub(super) struct Taken {
    /// Where answers go; `None` for a ping.
    pub way: Option<Way>,
    /// The first answer ("Interaction Response Structure").
    pub first: Value,
    /// What else may have to be said.
    pub then: Option<Then>,
}

impl Taken {
    /// With nothing to follow.
    pub(super) fn first(way: Option<Way>, first: Value) -> Self {
        Self { way, first, then: None }
    }
}

/// What is not done yet.
pub(super) enum Pending {
    /// It is being done.
    Running(JoinHandle<Outcome>),
    /// It is done when Discord has taken the first answer. If it does not, whoever asked was told that it failed.
    Held,
}

/// What somebody asked for, and what came of it, or will.
pub(super) struct Then {
    pub ask: Ask,
    /// When it came, by the time that goes on by itself.
    pub since: Instant,
    /// When it came, by the desk's clock.
    pub came: Timestamp,
    /// What came of it, or who is still at it.
    pub outcome: Result<Outcome, Pending>,
    pub desk: Desk,
}

/// Something said, as the first answer: a new message, or in place of the one that they clicked in.
fn said(body: Value, instead: bool) -> Value {
    json!({ "type": if instead { 7 } else { 4 }, "data": if instead { whole(body) } else { body } })
}

/// What an edit says: all of it, so that nothing stays of what was there, and of the flags the one that an edit can set.
pub(super) fn whole(mut body: Value) -> Value {
    if let Some(fields) = body.as_object_mut() {
        let flags = fields.get("flags").and_then(Value::as_u64).unwrap_or_default();
        fields.insert("flags".to_owned(), json!(flags & UNFOLD_NOTHING));
        for (name, nothing) in [("content", json!("")), ("embeds", json!([])), ("components", json!([]))] {
            fields.entry(name).or_insert(nothing);
        }
    }
    body
}

/// The same answer without anything that Discord may not like: its words alone.
fn plainer(first: &Value) -> Value {
    match first.get("type").and_then(Value::as_u64) {
        Some(8) => return json!({ "type": 8, "data": { "choices": [] } }),
        Some(9) => {
            let say =
                "Discord cannot show the form, so nothing was done. Type the text with the command, such as `/reply`.";
            return json!({ "type": 4, "data": { "content": say, "flags": 64, "allowed_mentions": { "parse": [] } } });
        }
        _ => {}
    }
    let words = first.pointer("/data/content").and_then(Value::as_str).filter(|words| !words.is_empty());
    let words = words.or_else(|| first.pointer("/data/embeds/0/description").and_then(Value::as_str));
    let words: String =
        words.unwrap_or("Done, but Discord cannot show the answer. Look at the card.").chars().take(900).collect();
    json!({ "type": 4, "data": { "content": words, "flags": 64 | UNFOLD_NOTHING, "allowed_mentions": { "parse": [] } } })
}

impl Discord {
    /// Tells somebody at once that nothing was done, and what they wrote, so that it is not lost.
    pub(super) fn refuse(&self, refusal: &Refusal, wrote: &str) -> Value {
        let (outcome, names) = (Err(refusal.clone()), self.identity.names());
        let body = if wrote.trim().is_empty() {
            render::answer(&outcome, &names)
        } else {
            render::again(&outcome, &names, wrote, None)
        };
        said(body, false)
    }

    /// What somebody sees at first while what they asked for takes long: also what they wrote, which stands nowhere else
    /// yet.
    pub(super) fn meanwhile(&self, ask: &Ask) -> Value {
        match &ask.back {
            Back::Fresh => json!({ "type": 5, "data": { "flags": 64 } }),
            Back::Private => json!({ "type": 6 }),
            Back::Form => {
                let words = Text::plain("Working on it. This message says what became of it.");
                said(render::again(&Ok(Answer::new(words)), &self.identity.names(), &ask.wrote, None), false)
            }
        }
    }

    /// The first answer to what is done already.
    pub(super) async fn first(&self, desk: &Desk, ask: &Ask, outcome: &Outcome) -> Value {
        if let Ok(Answer { form: Some(form), .. }) = outcome {
            if let Some(modal) = self.open(desk, ask, form).await {
                return json!({ "type": 9, "data": modal });
            }
            debug!("a form does not open; it is offered as a button");
        }
        let instead = matches!(ask.back, Back::Private) && outcome.is_ok();
        said(self.body(desk, ask, outcome).await, instead)
    }

    /// A form, if it can be opened from there.
    async fn open(&self, desk: &Desk, ask: &Ask, form: &Form) -> Option<Value> {
        if matches!(ask.back, Back::Form) {
            return None;
        }
        let id = match render::form_id(&form.line) {
            Some(id) => id,
            None => render::kept(&timeout(KEEPING, desk.keep(&ask.who, &form.line)).await.ok()?.ok()?),
        };
        Some(render::form(form, &self.identity.names(), &id))
    }

    /// What an answer says. A form that was handed in is closed by now, and a command that was typed is gone: what was
    /// written is kept, and can be put right in another form.
    async fn body(&self, desk: &Desk, ask: &Ask, outcome: &Outcome) -> Value {
        let names = self.identity.names();
        if outcome.is_ok() || ask.wrote.trim().is_empty() {
            return render::answer(outcome, &names);
        }
        let keeping = async {
            // Without a line there is nothing to open again.
            if ask.line.is_empty() { Ok(None) } else { desk.keep(&ask.who, &ask.line).await.map(Some) }
        };
        let key = match timeout(KEEPING, keeping).await {
            Ok(Ok(key)) => key,
            Ok(Err(refusal)) => {
                warn!(why = refusal.say, "a text that was refused is shown, but not kept");
                None
            }
            Err(_) => {
                warn!("a text that was refused is shown; keeping it takes too long");
                None
            }
        };
        render::again(outcome, &names, &ask.wrote, key.as_deref())
    }

    /// Answers over the API what came by the gateway.
    pub(super) async fn answer(self: &Arc<Self>, taken: Taken) {
        let Taken { way: Some(way), first, then } = taken else { return };
        let given = self.respond(&way, &first).await;
        let Some(then) = then else {
            if let Err(failed) = given {
                debug!(why = failed.say(), "an answer that says little did not get through");
            }
            return;
        };
        match given {
            Ok(()) if then.outcome.is_ok() => {}
            Ok(()) => self.follow(then).await,
            Err(failed) => {
                warn!(
                    why = failed.say(),
                    line = then.ask.verb(),
                    "Discord did not take an answer; it goes to them directly"
                );
                self.tell_directly(then, matches!(failed, Failed::Unsure(_))).await;
            }
        }
    }

    /// The first answer, while it may be given (docs "Create Interaction Response").
    async fn respond(&self, way: &Way, first: &Value) -> Result<(), Failed> {
        let began = Instant::now();
        let Some(id) = client::number(&way.id) else { return Err(Failed::Unsure("it has no id".to_owned())) };
        let route = || Route::InteractionResponse { interaction_id: InteractionId::from(id), token: &way.token };
        let mut plain = None;
        loop {
            let body = plain.as_ref().unwrap_or(first);
            let answer = timeout(FIRST, self.api.answer(route(), body)).await;
            let failed = match answer.unwrap_or_else(|_| Err(Failed::Unsure("no answer in time".to_owned()))) {
                Ok(_) => return Ok(()),
                // An earlier try got through.
                Err(failed) if failed.is(code::ANSWERED) => return Ok(()),
                Err(failed) => failed,
            };
            match &failed {
                Failed::Refused { code: code::INVALID | code::EMPTY, .. } if plain.is_none() => {
                    error!(
                        why = failed.say(),
                        "Discord cannot show an answer as it should be; it is shown more plainly"
                    );
                    plain = Some(plainer(first));
                }
                Failed::Unsure(_) => tokio::time::sleep(BREATH / 4).await,
                // A rest that Discord asks for is not cut short; how long it is, the library does not say here.
                Failed::Limited(_) | Failed::Refused { .. } => return Err(failed),
            }
            if began.elapsed() > TOO_LATE {
                return Err(failed);
            }
        }
    }

    /// Answers what took long, in the place of the first answer, or beside what they clicked in.
    pub(super) async fn follow(self: &Arc<Self>, then: Then) {
        let Then { ask, since, came, outcome, desk } = then;
        let doing = match outcome {
            Ok(_) => return,
            Err(Pending::Running(doing)) => doing,
            Err(Pending::Held) => self.begin(&desk, &ask),
        };
        let outcome = doing.await.unwrap_or_else(|panic| broken(&ask, &panic));
        let body = self.body(&desk, &ask, &outcome).await;
        // A refusal leaves the message standing that they clicked in: its buttons may be wanted again.
        let beside = matches!(ask.back, Back::Private) && outcome.is_err();
        if let Err(failed) = self.later(&ask, (since, came), &body, beside).await {
            warn!(why = failed.say(), line = ask.verb(), "Discord did not take an answer; it goes to them directly");
            self.directly(&ask, &whole(body)).await;
        }
    }

    /// Says something after the first answer, in its place (docs "Edit Original Interaction Response") or beside it ("Create
    /// Followup Message"), while the token lives.
    async fn later(&self, ask: &Ask, came: (Instant, Timestamp), body: &Value, beside: bool) -> Result<(), Failed> {
        let whole = whole(body.clone());
        let (method, body) = if beside { (LightMethod::Post, body) } else { (LightMethod::Patch, &whole) };
        let mut told = Err(Failed::Unsure("its token is too old".to_owned()));
        for _ in 0..TRIES {
            let old = self.now().duration_since(came.1).abs() > TOKEN.try_into().unwrap_or_default();
            let application = client::number(&ask.way.application).filter(|_| !old && came.0.elapsed() < TOKEN);
            let Some(application_id) = application.map(ApplicationId::from) else { break };
            let token = ask.way.token.as_str();
            let route = if beside {
                Route::WebhookFollowupMessages { application_id, token }
            } else {
                Route::WebhookOriginalInteractionResponse { application_id, token }
            };
            told = self.api.send(method, route, body).await.map(|_| ());
            match &told {
                // The first answer may still be on its way.
                Err(failed) if failed.is(code::NO_WEBHOOK) || failed.is(code::NO_MESSAGE) => {
                    tokio::time::sleep(BREATH).await;
                }
                Err(failed) if again(failed).await => {}
                _ => break,
            }
        }
        told
    }

    /// Tells somebody in a direct message what came of what they asked for.
    async fn tell_directly(&self, then: Then, maybe_there: bool) {
        let (ask, desk, came) = (then.ask, then.desk, (then.since, then.came));
        let outcome = match then.outcome {
            Ok(outcome) => outcome,
            Err(Pending::Running(doing)) => doing.await.unwrap_or_else(|panic| broken(&ask, &panic)),
            Err(Pending::Held) => Err(Refusal::new(format!(
                "Nothing was sent: Discord had told you already that `/{}` failed. Do it again if it is still right.",
                ask.verb()
            ))),
        };
        let body = self.body(&desk, &ask, &outcome).await;
        // Where the first answer did get through, what it says would stand there for ever.
        if maybe_there && self.later(&ask, came, &body, false).await.is_ok() {
            return;
        }
        self.directly(&ask, &whole(body)).await;
    }

    /// A direct message (docs "Create DM").
    async fn directly(&self, ask: &Ask, body: &Value) {
        // One after the other: Discord takes many at once for a flood.
        let _turn = self.direct.lock().await;
        let told = async {
            let opened = self.patient(Route::UserMeDmChannels, &json!({ "recipient_id": ask.user })).await?;
            let channel = opened.get("id").and_then(Value::as_str).unwrap_or_default();
            let mut body = body.clone();
            let words = body.get("content").and_then(Value::as_str).unwrap_or_default();
            let intro = format!("Discord did not wait for the answer to your `/{}`. Here it is.", ask.verb());
            body["content"] = json!(format!("{intro}\n{words}").chars().take(2_000).collect::<String>().trim_end());
            // Sent twice, as where the answer to it was lost, it is there once.
            body["nonce"] = json!(ask.way.id);
            body["enforce_nonce"] = json!(true);
            self.patient(client::messages(channel)?, &body).await
        };
        if let Err(failed) = told.await {
            warn!(why = failed.say(), line = ask.verb(), "an answer did not get through to somebody");
        }
    }

    async fn patient(&self, route: Route<'_>, body: &Value) -> Result<Value, Failed> {
        let mut told = self.api.send(LightMethod::Post, route, body).await;
        for _ in 1..TRIES {
            match &told {
                Err(failed) if again(failed).await => {}
                _ => break,
            }
            told = self.api.send(LightMethod::Post, route, body).await;
        }
        told
    }
}

/// Waits until the next try of something that failed; false at once if there is no use in one. None of these does harm when
/// it is done twice: an answer that is seen twice is better than none.
async fn again(failed: &Failed) -> bool {
    let wait = match failed {
        Failed::Limited(wait) if *wait <= PATIENCE => *wait,
        Failed::Unsure(_) => BREATH,
        Failed::Limited(_) | Failed::Refused { .. } => return false,
    };
    tokio::time::sleep(wait).await;
    true
}
