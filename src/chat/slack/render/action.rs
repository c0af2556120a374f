//! Buttons, and what a click on one means.

use super::text::{label, units};
use crate::chat::sanitise;
use crate::domain::Button;
use slack_morphism::prelude::{
    SlackActionBlockElement, SlackActionId, SlackActionsBlock, SlackBlock, SlackBlockButtonElement,
    SlackBlockButtonStyle, SlackBlockChoiceItem, SlackBlockOverflowElement,
};
use url::Url;

/// Most elements of one block (Slack, "Actions block").
const ELEMENTS: usize = 25;
/// Longest label, in units (Slack, "Button element", "Option object").
const LABEL: usize = 75;
/// Longest value of a button, in units (Slack, "Button element").
const VALUE: usize = 2_000;
/// Longest address, in bytes (Slack, "Button element").
const ADDRESS: usize = 3_000;
/// Most options of an overflow menu (Slack, "Overflow menu element").
const OPTIONS: usize = 5;
/// Longest value of an option, in units: Slack's documentation says 150 in one place and 75 in another ("Option object").
const OPTION: usize = 75;

/// What a person clicked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clicked {
    /// A command line to be run at once.
    Run(String),
    /// A command line whose form is wanted.
    Form(String),
}

/// The `action_id`, unique among the buttons of a block by their index, and the value of a button. `None` if Slack cannot
/// hold it: its line or address is too long, or leads nowhere.
pub fn encode(button: &Button, index: usize) -> Option<(String, String)> {
    if let Some(url) = &button.url {
        return address(url).map(|_| (format!("link:{index}"), "link".to_owned()));
    }
    let line = button.command.trim();
    if line.is_empty() || units(line) > VALUE {
        return None;
    }
    let what = if asks(button) { "form" } else { "run" };
    Some((format!("{what}:{index}"), line.to_owned()))
}

/// What a click meant. `None` for a link, which leads somewhere by itself, and for what is not ours.
pub fn decode(action_id: &str, value: &str) -> Option<Clicked> {
    let (what, _) = action_id.split_once(':')?;
    let (what, line) = if what == "more" { value.split_once(':')? } else { (what, value) };
    match what {
        _ if line.is_empty() => None,
        "run" => Some(Clicked::Run(line.to_owned())),
        "form" => Some(Clicked::Form(line.to_owned())),
        _ => None,
    }
}

/// Buttons in a row, then a menu of what else can be done: those that fit into so many bytes of JSON, for they cannot be
/// shortened. `None` if there is nothing to click.
pub(super) fn actions(buttons: &[Button], more: &[Button], bytes: usize) -> Option<SlackBlock> {
    let menu = overflow(more);
    let room = ELEMENTS - usize::from(menu.is_some());
    let mut primary = false;
    let mut left = bytes;
    let row = buttons.iter().enumerate().filter_map(|(index, button)| {
        let mut element = element(button, index)?;
        left = left.checked_sub(serde_json::to_string(&element).map_or(bytes, |json| json.len()))?;
        // One in a set, says Slack ("Button element").
        if !primary && sends(button) {
            primary = true;
            element = element.with_style(SlackBlockButtonStyle::Primary);
        }
        Some(SlackActionBlockElement::from(element))
    });
    let mut elements: Vec<SlackActionBlockElement> = row.take(room).collect();
    elements.extend(menu.map(SlackActionBlockElement::from));
    if elements.is_empty() { None } else { Some(SlackActionsBlock::new(elements).into()) }
}

fn element(button: &Button, index: usize) -> Option<SlackBlockButtonElement> {
    let (action_id, value) = encode(button, index)?;
    let element = SlackBlockButtonElement::new(label(&button.label, LABEL).into())
        .with_action_id(SlackActionId(action_id))
        .with_value(value);
    Some(match &button.url {
        Some(url) => element.with_url(address(url)?),
        None => element,
    })
}

fn overflow(more: &[Button]) -> Option<SlackBlockOverflowElement> {
    let options: Vec<_> = more
        .iter()
        .filter_map(|button| {
            let what = if asks(button) { "form" } else { "run" };
            let (value, url) = match &button.url {
                Some(url) => ("link:".to_owned(), Some(address(url)?)),
                None => (format!("{what}:{}", button.command.trim()), None),
            };
            let empty = url.is_none() && button.command.trim().is_empty();
            let fits = !empty && units(&value) <= OPTION;
            let item = SlackBlockChoiceItem::new(label(&button.label, LABEL).into(), value).opt_url(url);
            Some(item).filter(|_| fits)
        })
        .take(OPTIONS)
        .collect();
    if options.is_empty() {
        return None;
    }
    Some(SlackBlockOverflowElement::new(options).with_action_id(SlackActionId("more:0".to_owned())))
}

/// Only http and https, as ASCII, without a user name, not too long.
fn address(url: &str) -> Option<Url> {
    let safe = sanitise::address(url).filter(|safe| safe.len() <= ADDRESS)?;
    Url::parse(&safe).ok()
}

fn asks(button: &Button) -> bool {
    button.label.trim_end().ends_with('…')
}

fn sends(button: &Button) -> bool {
    let verb = button.command.split_whitespace().next();
    !asks(button) && matches!(verb, Some("send" | "approve"))
}
