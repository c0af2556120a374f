//! From options that were given one by one, each by its name, to the line that they make. Every value is checked as what
//! it is to be, and the line is read again: what was given for one option never becomes part of another.

use super::parse::{find_spec, read, scan, short, unknown, wrong};
use super::words::Words;
use super::{Args, LINE_LIMIT, OptKind, OptSpec, Spec, Value, nearest, render};
use crate::domain::{Person, PersonId, Refusal};
use std::collections::BTreeMap;

/// So many people are named where somebody is not known.
const NAMED: usize = 8;

/// The line of a command (`reply`, also `hearback reply`) with these values, by the names of their options. An option
/// that is not given is left out, also if it must be there: a form can ask for it. A text may be anything; an empty
/// one counts as not given.
///
/// # Errors
/// A value that is not what its option takes, or that the line could not hold; the sentence names the option.
pub fn given(
    table: &'static [&'static Spec],
    people: &BTreeMap<PersonId, Person>,
    command: &str,
    options: &[(&str, &str)],
) -> Result<String, Refusal> {
    let spec = named(table, command)?;
    known(spec, options)?;
    let mut args = Args::default();
    for option in spec.options {
        let Some((_, typed)) = options.iter().find(|(name, _)| *name == option.name) else { continue };
        let typed: String = typed.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        let typed = typed.trim();
        if option.kind == OptKind::Text && typed.is_empty() {
            continue;
        }
        if !option.applies(&args) {
            return Err(out_of_place(spec, option));
        }
        args.put(option.name, value(spec, option, people, typed)?);
    }
    let line = render(spec, &args);
    if line.chars().nth(LINE_LIMIT).is_some() {
        let text = spec.options.iter().rfind(|option| args.value(option.name).is_some());
        let name = text.map_or(spec.name, |option| option.name);
        return Err(Refusal::new(format!(
            "`{name}` is too long: all together it may have {LINE_LIMIT} characters. Shorten it and send it again."
        )));
    }
    let rest = Words::new(&line).next().map_or_else(|| Words::new(""), |(_, rest)| rest);
    let read = scan(spec, rest);
    if read.args == args && read.rest.is_empty() {
        return Ok(line);
    }
    // What would be read as something else, such as `list` as the name of a saved reply.
    let there = |option: &&OptSpec| args.value(option.name).is_some();
    let changed = |option: &&OptSpec| args.value(option.name) != read.args.value(option.name);
    let wrong_one = spec.options.iter().filter(there).find(changed);
    let Some(option) = wrong_one.or_else(|| spec.options.iter().rfind(there)) else {
        return Err(Refusal::new(format!("`{}` cannot be read like this. Type it another way.", spec.name)));
    };
    let typed = options.iter().find(|(name, _)| *name == option.name).map(|(_, typed)| *typed);
    Err(wrong(spec, option, typed))
}

/// The command of that name, with or without what it is below in the chat: `status`, `hearback status`.
fn named(table: &'static [&'static Spec], command: &str) -> Result<&'static Spec, Refusal> {
    let mut words = command.split_whitespace().map(|word| word.trim_start_matches('/').to_lowercase());
    let mut name = words.next().unwrap_or_default();
    if name == "hearback" {
        name = words.next().unwrap_or_else(|| "help".to_owned());
    }
    let spec = find_spec(table, &name).filter(|_| words.next().is_none());
    spec.ok_or_else(|| unknown(table, &name))
}

/// Every name is that of an option, once.
fn known(spec: &Spec, options: &[(&str, &str)]) -> Result<(), Refusal> {
    for (i, (name, _)) in options.iter().enumerate() {
        if !spec.options.iter().any(|option| option.name == *name) {
            return Err(Refusal::new(format!(
                "`{}` has no option `{}`. Type `help {}` to see what it takes.",
                spec.name,
                short(name),
                spec.name
            )));
        }
        if options.iter().skip(i + 1).any(|(other, _)| other == name) {
            return Err(Refusal::new(format!("`{name}` is given twice. Choose one and send it again.")));
        }
    }
    Ok(())
}

fn value(
    spec: &'static Spec,
    option: &OptSpec,
    people: &BTreeMap<PersonId, Person>,
    typed: &str,
) -> Result<Value, Refusal> {
    if typed.is_empty() {
        return Err(wrong(spec, option, None));
    }
    match option.kind {
        OptKind::Text => Ok(Value::Text(typed.to_owned())),
        OptKind::Person => person(spec, option, people, typed).map(Value::Person),
        _ => match read(spec, option, Words::new(typed)) {
            Some((value, rest)) if rest.is_empty() => Ok(value),
            _ => Err(wrong(spec, option, Some(typed))),
        },
    }
}

/// The one person whose id or name that is, in any case, with or without an `@`.
fn person(
    spec: &Spec,
    option: &OptSpec,
    people: &BTreeMap<PersonId, Person>,
    typed: &str,
) -> Result<PersonId, Refusal> {
    let marked = typed.strip_prefix("<@").and_then(|rest| rest.strip_suffix('>'));
    let bare = marked.map_or(typed, |id| id.trim_start_matches('!'));
    let bare = bare.strip_prefix('@').unwrap_or(bare).trim();
    if bare.is_empty() {
        return Err(wrong(spec, option, Some(typed)));
    }
    if bare.eq_ignore_ascii_case("me") {
        return Ok(PersonId::new("me"));
    }
    let wanted = bare.to_lowercase();
    if let Some(id) = people.keys().find(|id| id.0.to_lowercase() == wanted) {
        return Ok(id.clone());
    }
    let mut called = people.values().filter(|person| person.name.trim().to_lowercase() == wanted);
    match (called.next(), called.next()) {
        (Some(only), None) => Ok(only.id.clone()),
        (Some(one), Some(other)) => Err(Refusal::new(format!(
            "`{}`: more than one colleague is called {}. Choose one by the short name, such as `@{}` or `@{}`.",
            option.name,
            short(bare),
            one.id,
            other.id
        ))),
        _ => {
            let names = people.values().flat_map(|person| [person.id.as_str(), person.name.as_str()]);
            let hint = match nearest(bare, names) {
                Some(near) => format!("Did you mean `{near}`?"),
                None if people.is_empty() => "Nobody is named in bot.toml; add a `[[person]]` there.".to_owned(),
                None => {
                    let some: Vec<String> = people.keys().take(NAMED).map(|id| format!("@{id}")).collect();
                    format!("Try one of {}.", some.join(", "))
                }
            };
            Err(Refusal::new(format!("`{}`: I know nobody called `{}`. {hint}", option.name, short(bare))))
        }
    }
}

/// It was given for an action that does not take it.
fn out_of_place(spec: &Spec, option: &OptSpec) -> Refusal {
    let words = option.only_after.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" and ");
    let holds = |other: &&OptSpec| match other.kind {
        OptKind::Choice(all) => option.only_after.iter().any(|word| all.contains(word)),
        _ => false,
    };
    let before = spec.options.iter().find(holds).map_or("action", |other| other.name);
    Refusal::new(format!(
        "`{}` belongs to {words} only: choose that as `{before}`, or leave `{}` out.",
        option.name, option.name
    ))
}
