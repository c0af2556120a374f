//! Buttons and menus, and what a click on one means.

use super::Names;
use super::markdown::plain;
use super::text::{clip, label, units};
use crate::chat::sanitise;
use crate::domain::{Button, Part, Text};
use serenity::builder::{
    CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};
use serenity::model::application::ButtonStyle;
use std::collections::BTreeSet;

/// Most rows of a message, and most buttons of a row (Discord, "Action Row").
const ROWS: usize = 5;
const ROW: usize = 5;
/// Longest label of a button, in units (Discord, "Button").
const LABEL: usize = 80;
/// Longest `custom_id`, in units (Discord, "Custom ID").
const ID: usize = 100;
/// Longest address of a button, in units (Discord, "Button").
const ADDRESS: usize = 512;
/// Most options of a menu, and their longest label and value, in units (Discord, "String Select").
const OPTIONS: usize = 25;
const OPTION: usize = 100;
/// Longest words of a menu on which nothing is chosen, in units (Discord, "String Select": 150).
const PLACEHOLDER: usize = 80;
/// Longest command that is said whole where its button does not fit, in units.
const SAID: usize = 500;
/// What stands before the line of a form.
const FORM: &str = "form:";

/// What a person clicked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clicked {
    /// A command line to be run at once.
    Run(String),
    /// A command line whose form is wanted.
    Form(String),
    /// A line that was kept, by its key: its form is wanted again.
    Kept(String),
}

/// The `custom_id` of a button, or the value of an option. `None` for a link, which needs none, and if Discord cannot hold
/// it: its line is empty or too long.
pub fn encode(button: &Button) -> Option<String> {
    id(button, 0)
}

/// The same line may stand on several buttons of a message, whose ids must differ all the same (Discord, "Custom ID").
fn id(button: &Button, copy: usize) -> Option<String> {
    let line = button.command.trim();
    if button.url.is_some() || line.is_empty() {
        return None;
    }
    let what = if asks(button) { 'f' } else { 'r' };
    let id = if copy == 0 { format!("{what}:{line}") } else { format!("{what}{copy}:{line}") };
    Some(id).filter(|id| units(id) <= ID)
}

/// What a click meant, from the `custom_id` of a button or the value that was chosen in a menu. `None` for what is not ours.
pub fn decode(id: &str) -> Option<Clicked> {
    let (head, line) = id.split_once(':')?;
    let mut head = head.chars();
    let what = head.next()?;
    if line.is_empty() || !head.all(|c| c.is_ascii_digit()) {
        return None;
    }
    match what {
        'r' => Some(Clicked::Run(line.to_owned())),
        'f' => Some(Clicked::Form(line.to_owned())),
        'k' => Some(Clicked::Kept(line.to_owned())),
        _ => None,
    }
}

/// The `custom_id` of a button that opens the form of a line that was kept under that key.
pub fn kept(key: &str) -> String {
    format!("k:{key}")
}

/// The `custom_id` of a form: the line that its answers make. `None` if it is longer than Discord takes.
pub fn form_id(line: &str) -> Option<String> {
    Some(format!("{FORM}{line}")).filter(|id| units(id) <= ID)
}

/// The line of a form, from its `custom_id`. `None` if it is not ours.
pub fn parse_form_id(id: &str) -> Option<String> {
    id.strip_prefix(FORM).map(str::to_owned)
}

/// What is said of a button that Discord cannot show: so that it can still be done. Nothing for one that it can.
pub(super) fn words(button: &Button) -> Option<Text> {
    let said = label(&button.label, LABEL);
    if let Some(url) = &button.url {
        return if address(url).is_some() { None } else { Some(Text::new().link(said, url)) };
    }
    let line = button.command.trim();
    if line.is_empty() || encode(button).is_some() {
        return None;
    }
    let text = Text::plain(format!("{said}: type "));
    Some(if units(line) <= SAID {
        text.code(line)
    } else {
        text.code(clip(line, ID)).say(", which is too long for a button")
    })
}

/// The buttons of a card, and the menu of what else can be done.
pub(super) fn card_rows(buttons: &[Button], more: &[Button]) -> Vec<CreateActionRow> {
    let mut ids = BTreeSet::new();
    let menu = menu("menu:0", "More…", more.iter().map(|button| (button, label(&button.label, OPTION))));
    let room = if menu.is_some() { ROWS - 1 } else { ROWS };
    let elements: Vec<_> = buttons.iter().filter_map(|button| element(button, &button.label, &mut ids)).collect();
    let mut rows = in_rows(&elements, room);
    rows.extend(menu);
    rows
}

/// What can be done about the parts of a message, and how many of it there is no room for. So many buttons stand as
/// buttons; where there are more, those that say the same become one menu, in which each part is a choice.
pub(super) fn rows(parts: &[Part], names: &Names, most: usize) -> (Vec<CreateActionRow>, usize) {
    let all = choices(parts, names);
    let mut ids = BTreeSet::new();
    let button = |choice: &Choice<'_>| element(choice.button, &choice.label, &mut ids);
    if all.len() <= most {
        return (in_rows(&all.iter().filter_map(button).collect::<Vec<_>>(), ROWS), 0);
    }
    let (mut alone, mut menus) = grouped(&all);
    let button_rows = alone.len().div_ceil(ROW).min(ROWS.saturating_sub(menus.len()).max(1));
    let room = ROWS - button_rows;
    let rest = alone.split_off(alone.len().min(button_rows * ROW));
    if menus.len() > room || !rest.is_empty() {
        let over = menus.split_off(menus.len().min(room - 1));
        let mixed = over.into_iter().flat_map(|(_, choices)| choices).chain(rest);
        menus.push(("More…".to_owned(), mixed.collect()));
    }
    let mut rows = in_rows(&alone.iter().filter_map(button).collect::<Vec<_>>(), button_rows);
    let mut left = 0;
    for (i, (said, choices)) in menus.iter().enumerate() {
        left += choices.len().saturating_sub(OPTIONS);
        let mixed = choices.windows(2).any(|two| matches!(two, [one, other] if one.base != other.base));
        let options = choices.iter().map(|choice| (choice.button, choice.option(mixed)));
        rows.extend(menu(&format!("menu:{i}"), said, options));
    }
    (rows, left)
}

/// A button of a part.
#[derive(Clone)]
struct Choice<'p> {
    button: &'p Button,
    /// Its label, without the number of the mention.
    base: String,
    /// Its label, with the number where several parts say the same.
    label: String,
    /// What it is about, in a menu.
    about: String,
}

impl Choice<'_> {
    fn option(&self, mixed: bool) -> String {
        let said = match (mixed, self.about.is_empty()) {
            (_, true) => self.label.clone(),
            (true, false) => format!("{}: {}", self.base, self.about),
            (false, false) => self.about.clone(),
        };
        label(&said, OPTION)
    }
}

/// All that can be clicked, once each.
fn choices<'p>(parts: &'p [Part], names: &Names) -> Vec<Choice<'p>> {
    let shown = |part: &'p Part| part.buttons.iter().filter(|button| clickable(button));
    let mut all = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let about = plain(&part.text, names, OPTION);
        for button in shown(part) {
            let base = base(&button.label);
            let same = |other: &Part| other.buttons.iter().any(|other| other.label == button.label);
            let elsewhere = parts.iter().enumerate().any(|(j, other)| i != j && same(other));
            // Of several in one part its words would not tell which is which.
            let one = shown(part).filter(|other| self::base(&other.label) == base).count() == 1;
            all.push(Choice {
                button,
                label: if elsewhere { numbered(button) } else { button.label.clone() },
                about: if one { about.clone() } else { String::new() },
                base,
            });
        }
    }
    all
}

type Menu<'p> = (String, Vec<Choice<'p>>);

/// Those that stand alone, and those of which there are several, in their order.
fn grouped<'p>(all: &[Choice<'p>]) -> (Vec<Choice<'p>>, Vec<Menu<'p>>) {
    let mut groups: Vec<Menu<'p>> = Vec::new();
    let mut alone = Vec::new();
    for choice in all {
        if choice.button.url.is_some() {
            alone.push(choice.clone());
            continue;
        }
        match groups.iter_mut().find(|(base, _)| *base == choice.base) {
            Some((_, same)) => same.push(choice.clone()),
            None => groups.push((choice.base.clone(), vec![choice.clone()])),
        }
    }
    let (one, many): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(_, same)| same.len() == 1);
    alone.extend(one.into_iter().flat_map(|(_, same)| same));
    let menus = many
        .into_iter()
        .flat_map(|(base, same)| same.chunks(OPTIONS).map(|some| (base.clone(), some.to_vec())).collect::<Vec<_>>());
    (alone, menus.collect())
}

/// The label without `#142`.
fn base(label: &str) -> String {
    let dots = if label.trim_end().ends_with('…') { "…" } else { "" };
    let words = label.trim_end().trim_end_matches('…').split_whitespace().filter(|word| number(word).is_none());
    format!("{}{dots}", words.collect::<Vec<_>>().join(" "))
}

/// The label with `#142`, if it has none and its command is about one.
fn numbered(button: &Button) -> String {
    let said = button.label.trim_end();
    let of = button.command.split_whitespace().find_map(|word| number(word).or_else(|| word.parse::<u64>().ok()));
    match of {
        Some(no) if base(said) == said => {
            let dots = if said.ends_with('…') { "…" } else { "" };
            format!("{} #{no}{dots}", clip(said.trim_end_matches('…'), LABEL - 24))
        }
        _ => said.to_owned(),
    }
}

fn number(word: &str) -> Option<u64> {
    word.strip_prefix('#')?.parse().ok()
}

fn clickable(button: &Button) -> bool {
    match &button.url {
        Some(url) => address(url).is_some(),
        None => encode(button).is_some(),
    }
}

fn in_rows(elements: &[CreateButton], most: usize) -> Vec<CreateActionRow> {
    elements.chunks(ROW).take(most).map(|row| CreateActionRow::Buttons(row.to_vec())).collect()
}

fn element(button: &Button, said: &str, ids: &mut BTreeSet<String>) -> Option<CreateButton> {
    let label = label(said, LABEL);
    if let Some(url) = &button.url {
        return Some(CreateButton::new_link(address(url)?).label(label));
    }
    let id = (0..=ROWS * ROW).find_map(|copy| id(button, copy).filter(|id| !ids.contains(id)))?;
    ids.insert(id.clone());
    let style = if sends(button) { ButtonStyle::Primary } else { ButtonStyle::Secondary };
    Some(CreateButton::new(id).label(label).style(style))
}

/// A menu; `None` if there is nothing to choose. Of options that mean the same the first stays: values must differ.
fn menu<'b>(id: &str, said: &str, options: impl Iterator<Item = (&'b Button, String)>) -> Option<CreateActionRow> {
    let mut values = BTreeSet::new();
    let options: Vec<_> = options
        .filter_map(|(button, label)| {
            let value = encode(button).filter(|value| values.insert(value.clone()))?;
            Some(CreateSelectMenuOption::new(label, value))
        })
        .take(OPTIONS)
        .collect();
    if options.is_empty() {
        return None;
    }
    let menu = CreateSelectMenu::new(id, CreateSelectMenuKind::String { options });
    Some(CreateActionRow::SelectMenu(menu.placeholder(label(said, PLACEHOLDER))))
}

/// Only http and https, as ASCII, without a user name, not too long.
fn address(url: &str) -> Option<String> {
    sanitise::address(url).filter(|safe| units(safe) <= ADDRESS)
}

fn asks(button: &Button) -> bool {
    button.label.trim_end().ends_with('…')
}

fn sends(button: &Button) -> bool {
    let verb = button.command.split_whitespace().next();
    !asks(button) && matches!(verb, Some("send" | "approve"))
}
