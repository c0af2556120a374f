//! What a person in Slack gets to see: with the acknowledgement, at the response address, or in a modal.

use super::client::Failed;
use super::render::{self, Meta};
use super::{Desk, Slack, lock};
use crate::chat::{Forms, Outcome};
use crate::domain::{Answer, ChannelId, Form, MessageId, Text};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tracing::{debug, warn};

/// A trigger opens a modal for three seconds (docs "Modals"); after that it is not tried.
const TRIGGER: Duration = Duration::from_millis(2_900);
/// An answer that Slack wants later is tried so often.
const TRIES: u32 = 3;
/// But no rest longer than that is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Before a second try of what Slack did not answer clearly.
const BREATH: Duration = Duration::from_millis(500);

/// Waits until the next try of something that failed; false at once if there is no use in one.
async fn again(failed: &Failed) -> bool {
    let wait = match failed {
        Failed::Limited(wait) if *wait <= PATIENCE => *wait,
        Failed::Unsure(_) => BREATH,
        Failed::Limited(_) | Failed::Refused { .. } => return false,
    };
    tokio::time::sleep(wait).await;
    true
}

/// What a view is called that shows an answer.
const TITLE: &str = "hearback";

/// What somebody asks for, and how they are answered.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    /// Their member id.
    pub member: String,
    /// The channel; empty where there is none.
    pub channel: String,
    /// The card's message, if it was asked there.
    pub card: Option<MessageId>,
    /// It makes sense only on a card.
    pub on_card: bool,
    /// The command line.
    pub line: String,
    /// People that the line names, by member id.
    pub named: Vec<String>,
    /// Its own key, by which a repetition is recognised.
    pub delivery: Option<String>,
    /// Whether a form can be shown.
    pub forms: Forms,
    /// How they are answered.
    pub back: Back,
}

/// The way back to somebody.
#[derive(Debug, Clone)]
pub(super) enum Back {
    /// They typed a slash command.
    Command { url: String, trigger: String },
    /// They clicked on a message, or used a shortcut on it.
    Message { url: String, trigger: String, ephemeral: bool },
    /// They clicked in a modal, which shows the answer.
    Modal { view: String },
    /// They clicked on their own page, or used a shortcut without a message: a modal opens.
    Home { trigger: String },
    /// They handed a form in.
    Form { view: String, meta: Meta },
    /// They wrote in a channel or thread, or reacted (`quiet`: only a refusal is told).
    Thread { thread: Option<String>, quiet: bool },
}

impl Ask {
    pub(super) fn new(member: String, channel: String, line: String) -> Self {
        Self {
            member,
            channel,
            card: None,
            on_card: false,
            line,
            named: Vec::new(),
            delivery: None,
            forms: Forms::None,
            back: Back::Thread { thread: None, quiet: false },
        }
    }

    /// What it did is plain to see, so its form just closes.
    fn says_little(&self) -> bool {
        matches!(self.line.split_whitespace().next(), Some("note" | "kind" | "tag"))
    }

    /// What was written into the form, to be shown where the form itself is gone.
    fn written(&self) -> Option<&str> {
        let form = matches!(self.back, Back::Form { .. });
        self.line.split_once(" -- ").map(|(_, text)| text.trim()).filter(|text| form && !text.is_empty())
    }

    /// What a view that answers this carries with it.
    fn meta(&self, form: Option<&Form>) -> Meta {
        let channel = Some(ChannelId::new(&self.channel)).filter(|_| !self.channel.is_empty());
        match form {
            Some(form) => Meta::of(form, channel, self.card.clone()),
            None => Meta { channel, card: self.card.clone(), ..Meta::default() },
        }
    }
}

impl Slack {
    /// What a form shows while what it asked for takes long: also what was written, which stands nowhere else yet.
    pub(super) fn working_on(&self, ask: &Ask) -> Option<Value> {
        if !matches!(ask.back, Back::Form { .. }) {
            return None;
        }
        let words = with_text(Text::plain("Working on it. This window says what became of it."), ask.written());
        Some(json!({ "response_action": "update", "view": self.answer_view(ask, &Ok(Answer::new(words))) }))
    }

    /// Answers in time: with the acknowledgement if Slack takes that there, right after it otherwise.
    pub(super) fn answer(
        self: &Arc<Self>,
        desk: &Desk,
        ask: Ask,
        outcome: Outcome,
        since: Instant,
        takes: bool,
    ) -> Option<Value> {
        let form = outcome.as_ref().is_ok_and(|answer| answer.form.is_some());
        let with_ack = match &ask.back {
            Back::Command { .. } if takes && !form => {
                let shown = render::answer(&outcome, &self.identity.names());
                Some(json!({ "response_type": "ephemeral", "text": shown.text, "blocks": shown.blocks }))
            }
            Back::Form { meta, .. } if takes => Some(self.after_form(&ask, meta, &outcome)),
            _ => None,
        };
        let (slack, desk) = (Arc::clone(self), Arc::clone(desk));
        if with_ack.is_some() {
            if outcome.is_ok() {
                self.working.go_on(async move { slack.renew_home(&desk, &ask.member).await });
            }
        } else {
            self.working.go_on(async move { slack.answer_late(&desk, ask, outcome, since).await });
        }
        with_ack
    }

    /// What becomes of a form that was handed in: it shows what is wrong, or the answer, or it closes.
    fn after_form(&self, ask: &Ask, meta: &Meta, outcome: &Outcome) -> Value {
        match outcome {
            Err(refusal) if !meta.fields.is_empty() => {
                json!({ "response_action": "errors", "errors": meta.errors(&refusal.say) })
            }
            Ok(answer) if answer.buttons.is_empty() && ask.says_little() => json!({ "response_action": "clear" }),
            outcome => json!({ "response_action": "update", "view": self.answer_view(ask, outcome) }),
        }
    }

    /// Answers after the acknowledgement.
    pub(super) async fn answer_late(self: &Arc<Self>, desk: &Desk, ask: Ask, outcome: Outcome, since: Instant) {
        let went_well = outcome.is_ok();
        let told = self.tell(&ask, outcome, since).await;
        if let Err(failed) = told {
            warn!(why = failed.say(), "an answer did not get through to somebody");
        }
        if went_well {
            self.renew_home(desk, &ask.member).await;
        }
    }

    async fn tell(&self, ask: &Ask, outcome: Outcome, since: Instant) -> Result<(), Failed> {
        if let Ok(Answer { form: Some(form), .. }) = &outcome {
            match self.open(ask, form, since).await {
                Ok(()) => return Ok(()),
                Err(failed) => debug!(why = failed.say(), "a form did not open; it is offered as a button"),
            }
        }
        let names = self.identity.names();
        match &ask.back {
            Back::Command { url, .. } => self.respond_or_whisper(ask, url, &outcome, false).await,
            Back::Message { url, ephemeral, .. } => self.respond_or_whisper(ask, url, &outcome, *ephemeral).await,
            Back::Form { view, .. } => {
                // The form is gone by now, and what was written in it must not be.
                let outcome = outcome.or_else(|refusal| {
                    let text = with_text(Text::plain(&refusal.say), ask.written());
                    Ok(Answer { text, buttons: refusal.offers, form: None })
                });
                self.update(view, self.answer_view(ask, &outcome)).await
            }
            Back::Modal { view } => self.update(view, self.answer_view(ask, &outcome)).await,
            Back::Home { trigger } => {
                let body = json!({ "trigger_id": trigger, "view": self.answer_view(ask, &outcome) });
                if self.patient("views.open", &body).await.is_ok() {
                    return Ok(());
                }
                // Too late for a modal: a message to them alone.
                let shown = render::answer(&outcome, &names);
                let body = json!({
                    "channel": ask.member, "text": shown.text, "blocks": shown.blocks,
                    "unfurl_links": false, "unfurl_media": false,
                });
                self.patient("chat.postMessage", &body).await
            }
            Back::Thread { quiet: true, .. } if outcome.is_ok() => Ok(()),
            Back::Thread { thread, .. } => self.whisper(ask, &outcome, thread.as_deref()).await,
        }
    }

    /// Answers in the channel, for them alone.
    async fn whisper(&self, ask: &Ask, outcome: &Outcome, thread: Option<&str>) -> Result<(), Failed> {
        let shown = render::answer(outcome, &self.identity.names());
        let mut body = json!({
            "channel": ask.channel, "user": ask.member, "text": shown.text, "blocks": shown.blocks,
        });
        if let Some(thread) = thread {
            body["thread_ts"] = json!(thread);
        }
        self.patient("chat.postEphemeral", &body).await
    }

    /// Answers at the response address; in the channel if that does not take it, as when it is too old.
    async fn respond_or_whisper(&self, ask: &Ask, url: &str, outcome: &Outcome, replace: bool) -> Result<(), Failed> {
        let Err(failed) = self.respond(url, outcome, replace).await else { return Ok(()) };
        if ask.channel.is_empty() {
            return Err(failed);
        }
        debug!(why = failed.say(), "the response address takes no answer; it goes to the channel");
        self.whisper(ask, outcome, None).await
    }

    /// Opens a form, while the trigger lives.
    async fn open(&self, ask: &Ask, form: &Form, since: Instant) -> Result<(), Failed> {
        let view = render::form_view(form, &self.identity.names(), &ask.meta(Some(form)));
        let view = json!(view.map_err(|refusal| Failed::Unsure(refusal.say))?);
        let trigger = match &ask.back {
            // A modal turns into the form, which needs no trigger.
            Back::Modal { view: id } | Back::Form { view: id, .. } => return self.update(id, view).await,
            Back::Command { trigger, .. } | Back::Message { trigger, .. } | Back::Home { trigger } => trigger,
            Back::Thread { .. } => return Err(Failed::Unsure("there is no trigger".to_owned())),
        };
        if trigger.is_empty() || since.elapsed() > TRIGGER {
            return Err(Failed::Unsure("the trigger is too old".to_owned()));
        }
        self.api.post("views.open", &json!({ "trigger_id": trigger, "view": view })).await.map(|_| ())
    }

    fn answer_view(&self, ask: &Ask, outcome: &Outcome) -> Value {
        json!(render::answer_view(TITLE, outcome, &self.identity.names(), &ask.meta(None)))
    }

    async fn update(&self, view: &str, shown: Value) -> Result<(), Failed> {
        self.patient("views.update", &json!({ "view_id": view, "view": shown })).await
    }

    async fn respond(&self, url: &str, outcome: &Outcome, replace: bool) -> Result<(), Failed> {
        let shown = render::answer(outcome, &self.identity.names());
        let body = json!({
            "response_type": "ephemeral", "replace_original": replace, "text": shown.text, "blocks": shown.blocks,
        });
        self.respond_with(url, &body).await
    }

    async fn respond_with(&self, url: &str, body: &Value) -> Result<(), Failed> {
        for _ in 1..TRIES {
            match self.api.respond(url, body).await {
                Err(failed) if !url.is_empty() && again(&failed).await => {}
                told => return told,
            }
        }
        self.api.respond(url, body).await
    }

    /// Answers a command whose acknowledgement the socket did not take any more.
    pub(super) fn answer_at_url(self: &Arc<Self>, ack: super::socket::Ack) {
        let Some((url, answer)) = ack.left_over() else { return };
        let slack = Arc::clone(self);
        self.working.go_on(async move {
            if let Err(failed) = slack.respond_with(&url, &answer).await {
                warn!(why = failed.say(), "an answer did not get through to somebody");
            }
        });
    }

    /// Calls a method, again if Slack asks to wait a little or does not say whether it was done. None of these does harm
    /// when it is done twice: an answer that is seen twice is better than none.
    async fn patient(&self, method: &'static str, body: &Value) -> Result<(), Failed> {
        for _ in 1..TRIES {
            match self.api.post(method, body).await {
                Err(failed) if again(&failed).await => {}
                told => return told.map(|_| ()),
            }
        }
        self.api.post(method, body).await.map(|_| ())
    }

    /// Shows somebody their own page, from now on kept up to date after what they do.
    pub(super) async fn show_home(self: &Arc<Self>, desk: &Desk, member: &str) {
        lock(&self.homes).insert(member.to_owned());
        let view = match self.identity.who(&self.api, member, "").await {
            Ok(who) => match desk.home(&who).await {
                Ok(page) => render::home_view(&page, &self.identity.names()),
                Err(refusal) => render::home_view(&crate::chat::Message::say(refusal.say), &self.identity.names()),
            },
            Err(stranger) => render::home_view(&crate::chat::Message::say(stranger.say()), &self.identity.names()),
        };
        if let Err(failed) = self.patient("views.publish", &json!({ "user_id": member, "view": view })).await {
            warn!(why = failed.say(), "somebody's own page could not be shown");
        }
    }

    async fn renew_home(self: &Arc<Self>, desk: &Desk, member: &str) {
        let open = lock(&self.homes).contains(member);
        if open {
            self.show_home(desk, member).await;
        }
    }
}

/// Words, and below them what somebody wrote, to be copied.
fn with_text(words: Text, written: Option<&str>) -> Text {
    match written {
        Some(text) => words.line().say("You wrote:").line().quote(text),
        None => words,
    }
}
