//! Forms, what they answer, and a person's own page.

use super::message::{parts, said};
use super::text::{label, units};
use super::{Names, Room, rich};
use crate::chat::Outcome;
use crate::domain::{ChannelId, Field, FieldKind, Form, Message, MessageId, Refusal};
use serde::{Deserialize, Serialize};
use slack_morphism::prelude::{
    SlackActionId, SlackBlock, SlackBlockChoiceItem, SlackBlockId, SlackBlockPlainTextInputElement,
    SlackBlockPlainTextOnly, SlackBlockStaticSelectElement, SlackCallbackId, SlackHomeView, SlackInputBlock,
    SlackInputBlockElement, SlackModalView, SlackView, SlackViewState,
};
use std::collections::HashMap;

/// Longest title and button of a form, in units (Slack, "Modal view").
const TITLE: usize = 24;
/// Longest label of a field, in units: what fits on one line. Slack takes 2,000 ("Input block").
const LABEL: usize = 45;
/// Longest word of help, in units. Slack takes 2,000 ("Input block").
const HINT: usize = 150;
/// Longest text that a field takes, in units (Slack, "Plain-text input element").
const INPUT: u64 = 3_000;
/// Most choices, and their longest text and value, in units (Slack, "Select menu element", "Option object").
const CHOICES: usize = 100;
const CHOICE: usize = 75;
/// Longest `private_metadata`, in units (Slack, "Modal view").
const META: usize = 3_000;
/// Longest sentence beside a field, in units. Slack documents no limit; longer ones nobody reads there.
const ERROR: usize = 500;

/// What a form carries with it, to be given back when it is handed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// The line that the answers make, as in [`Form::line`].
    pub line: String,
    /// The names of the fields, from top to bottom.
    pub fields: Vec<String>,
    /// The channel in which it was asked for.
    pub channel: Option<ChannelId>,
    /// The message of the card from which it was asked for.
    pub card: Option<MessageId>,
}

impl Meta {
    /// What this form must carry.
    pub fn of(form: &Form, channel: Option<ChannelId>, card: Option<MessageId>) -> Self {
        let fields = form.fields.iter().map(|field| field.name.to_owned()).collect();
        Self { line: form.line.clone(), fields, channel, card }
    }

    /// As `private_metadata`. `None` if it is longer than Slack takes.
    pub fn encode(&self) -> Option<String> {
        serde_json::to_string(self).ok().filter(|text| units(text) <= META)
    }

    /// From `private_metadata`. `None` if it is not ours.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The command line, with what a person filled in.
    pub fn values(&self, state: &SlackViewState) -> String {
        Form::fill(&self.line, |name| {
            if !self.fields.iter().any(|field| field == name) {
                return None;
            }
            let block = state.values.get(&SlackBlockId(name.to_owned()))?;
            let given = block.get(&SlackActionId(name.to_owned()))?;
            let chosen = given.selected_option.as_ref().map(|option| option.value.as_str());
            given.value.as_deref().or(chosen)
        })
    }

    /// Where a refusal stands in the form: at its last field, which is the free text. The keys are those of
    /// `response_action: errors` (Slack, "Modals").
    pub fn errors(&self, sentence: &str) -> HashMap<String, String> {
        let safe = label(sentence, ERROR).text;
        self.fields.last().map(|field| (field.clone(), safe)).into_iter().collect()
    }
}

/// A form to be filled in. Refuses what Slack cannot carry.
///
/// # Errors
/// The line of the form is too long to be kept in it, or a text that stands in it at first would be cut off; the sentence
/// says what to do.
pub fn form_view(form: &Form, names: &Names, meta: &Meta) -> Result<SlackView, Refusal> {
    let form = &form.clone().whole()?;
    let Some(kept) = meta.encode() else {
        return Err(Refusal::new("That is too long for a form. Write the whole command in one line instead."));
    };
    let mut blocks = rich::fitting(&form.about, names, None, Room::VIEW);
    let focus = form.fields.iter().position(|field| matches!(field.kind, FieldKind::Text { .. }));
    blocks.extend(form.fields.iter().enumerate().map(|(i, field)| input(field, focus == Some(i))));
    let view = SlackModalView::new(words(&form.title, TITLE), blocks)
        .with_submit(words(&form.submit, TITLE))
        .with_close(words("Cancel", TITLE))
        .with_callback_id(SlackCallbackId("form".to_owned()))
        .with_private_metadata(kept);
    Ok(SlackView::Modal(view))
}

/// What a form shows after it was handed in: the answer or the refusal, and what can be done next.
pub fn answer_view(title: &str, outcome: &Outcome, names: &Names, meta: &Meta) -> SlackView {
    let blocks = parts(&said(outcome), names, Room::VIEW);
    let view = SlackModalView::new(words(title, TITLE), blocks)
        .with_close(words("Close", TITLE))
        .with_callback_id(SlackCallbackId("answer".to_owned()));
    SlackView::Modal(match meta.encode() {
        Some(kept) => view.with_private_metadata(kept),
        None => view,
    })
}

/// A person's own page.
pub fn home_view(message: &Message, names: &Names) -> SlackView {
    let view = SlackHomeView::new(parts(message, names, Room::VIEW));
    SlackView::Home(view.with_callback_id(SlackCallbackId("home".to_owned())))
}

fn words(text: &str, limit: usize) -> SlackBlockPlainTextOnly {
    label(text, limit).into()
}

fn input(field: &Field, focus: bool) -> SlackBlock {
    let id = SlackActionId(field.name.to_owned());
    let element: SlackInputBlockElement = match &field.kind {
        FieldKind::Choice(choices) if !choices.is_empty() => choice(id, choices, &field.initial).into(),
        FieldKind::Choice(_) => text(id, false, field, focus).into(),
        FieldKind::Text { lines, .. } => text(id, *lines, field, focus).into(),
    };
    let mut input = SlackInputBlock::new(words(&field.label, LABEL), element)
        .with_block_id(SlackBlockId(field.name.to_owned()))
        .with_optional(field.optional);
    if !field.hint.trim().is_empty() {
        input = input.with_hint(words(&field.hint, HINT));
    }
    input.into()
}

/// A field for text. What stands in it at first is the person's own text, to be edited and sent: it stays exactly as it is.
/// Slack's limit holds here, never the network's: too long a text is refused with the reason when it is handed in.
fn text(id: SlackActionId, lines: bool, field: &Field, focus: bool) -> SlackBlockPlainTextInputElement {
    let element = SlackBlockPlainTextInputElement::new()
        .with_action_id(id)
        .with_multiline(lines)
        .with_max_length(INPUT)
        .opt_initial_value(Some(field.initial.clone()).filter(|text| !text.is_empty()));
    if focus { element.with_focus_on_load(true) } else { element }
}

fn choice(id: SlackActionId, choices: &[(String, String)], initial: &str) -> SlackBlockStaticSelectElement {
    let options: Vec<_> = choices
        .iter()
        .filter(|(_, value)| !value.is_empty() && units(value) <= CHOICE)
        .take(CHOICES)
        .map(|(said, value)| SlackBlockChoiceItem::new(words(said, CHOICE), value.clone()))
        .collect();
    let first = options.iter().find(|option| option.value == initial).cloned();
    SlackBlockStaticSelectElement::new().with_action_id(id).with_options(options).opt_initial_option(first)
}
