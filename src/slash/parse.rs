//! From a typed line to a command and its arguments.
//!
//! `/verb`, `verb`, `hearback verb`, `/hearback verb` and `@hearback verb` are the same. Then come, in the declared
//! order, the options; one that may be left out is skipped if the next word does not look like it. `--` ends the
//! options, so that a text may begin with a number.

use super::when::{parse_range, parse_when, unit_follows};
use super::words::Words;
use super::{Args, MentionRef, OptKind, OptSpec, Spec, Value, nearest, usage};
use crate::domain::{MentionNo, PersonId, Refusal};

/// The longest line that is read, in characters.
pub const LINE_LIMIT: usize = 20_000;

/// The command of that name or alias.
pub fn find_spec(table: &'static [&'static Spec], word: &str) -> Option<&'static Spec> {
    table.iter().find(|s| s.name == word || s.aliases.contains(&word)).copied()
}

/// Reads a typed line. Never panics, whatever the line; a refusal names what is wrong and shows how it is typed.
pub fn parse_line(table: &'static [&'static Spec], line: &str) -> Result<(&'static Spec, Args), Refusal> {
    if line.chars().nth(LINE_LIMIT).is_some() {
        return Err(Refusal::new(format!(
            "That is longer than {LINE_LIMIT} characters, so nothing was done. Shorten it and send it again."
        )));
    }
    let Some((verb, words)) = verb(line) else {
        let help = find_spec(table, "help").map(|spec| (spec, Args::default()));
        return help.ok_or_else(|| Refusal::new("Nothing was typed. Begin with a command, such as `claim 142`."));
    };
    let Some(spec) = find_spec(table, &verb) else { return Err(unknown(table, &verb)) };
    let scan = scan(spec, words);
    for option in &scan.skipped {
        if option.required {
            return Err(wrong(spec, option, scan.rest.peek()));
        }
    }
    match scan.rest.peek() {
        None => Ok((spec, scan.args)),
        Some(word) => match scan.skipped.last() {
            Some(option) => Err(wrong(spec, option, Some(word))),
            None => Err(Refusal::new(format!(
                "`{}` does not know what to do with `{}`. It is typed `{}`; for example `{}`.",
                spec.name,
                short(word),
                usage(spec),
                sample(spec)
            ))),
        },
    }
}

/// Reads a typed line for a form, which asks for what is missing: options that must be there may be left out.
///
/// # Errors
/// As [`parse_line`], but for what is missing.
pub fn parse_partly(table: &'static [&'static Spec], line: &str) -> Result<(&'static Spec, Args), Refusal> {
    let known = verb(line).and_then(|(verb, words)| Some((find_spec(table, &verb)?, words)));
    if let Some((spec, words)) = known.filter(|_| line.chars().nth(LINE_LIMIT).is_none()) {
        let scan = scan(spec, words);
        if scan.rest.peek().is_none() {
            return Ok((spec, scan.args));
        }
    }
    parse_line(table, line)
}

/// Reads a line for the form that is wanted in any case: also what nothing can take is kept, as [`Args::unread`], so that
/// it stands in the form again.
///
/// # Errors
/// As [`parse_line`], but for what a form can put right.
pub fn parse_wanted(table: &'static [&'static Spec], line: &str) -> Result<(&'static Spec, Args), Refusal> {
    let known = verb(line).and_then(|(verb, words)| Some((find_spec(table, &verb)?, words)));
    match known.filter(|(spec, _)| spec.prompt.is_some() && line.chars().nth(LINE_LIMIT).is_none()) {
        Some((spec, words)) => {
            let scan = scan(spec, words);
            Ok((spec, scan.args.with_unread(scan.rest.rest())))
        }
        None => parse_partly(table, line),
    }
}

/// The verb and what follows it, without the ways of addressing hearback; `None` if no verb is there.
pub(super) fn verb(line: &str) -> Option<(String, Words<'_>)> {
    let mut words = Words::new(line);
    for _ in 0..2 {
        let (word, rest) = words.next()?;
        let bare = word.trim_start_matches(['/', '!']).to_lowercase();
        if bare.trim_end_matches([':', ',']) == "hearback" || bare.trim_end_matches([':', ',']) == "@hearback" {
            words = rest;
            continue;
        }
        if bare.is_empty() {
            words = rest;
            continue;
        }
        return Some((bare, rest));
    }
    let (word, rest) = words.next()?;
    Some((word.trim_start_matches('/').to_lowercase(), rest))
}

/// What reading the options gave.
pub(super) struct Scan<'a> {
    pub args: Args,
    /// What nothing took.
    pub rest: Words<'a>,
    /// The options that apply and were not there, in order.
    pub skipped: Vec<&'static OptSpec>,
}

/// Reads as many options as are there.
pub(super) fn scan<'a>(spec: &Spec, mut words: Words<'a>) -> Scan<'a> {
    let (mut args, mut skipped, mut ended) = (Args::default(), Vec::new(), false);
    for option in spec.options {
        if !option.applies(&args) {
            continue;
        }
        if !ended
            && words.peek() == Some("--")
            && let Some((_, rest)) = words.next()
        {
            (ended, words) = (true, rest);
        }
        let found = match (ended, option.kind) {
            (true, OptKind::Text) | (false, _) => read(spec, option, words),
            (true, _) => None,
        };
        match found {
            Some((value, rest)) => {
                args.put(option.name, value);
                words = rest;
            }
            None => skipped.push(option),
        }
    }
    Scan { args, rest: words, skipped }
}

/// Reads one option, if the next words look like it.
pub(super) fn read<'a>(spec: &Spec, option: &OptSpec, words: Words<'a>) -> Option<(Value, Words<'a>)> {
    let (word, rest) = words.next()?;
    match option.kind {
        OptKind::Mention => {
            let timed = spec.options.iter().any(|o| o.kind == OptKind::When);
            if timed && unit_follows(word, rest) {
                return None;
            }
            let mention = mention_ref(word).or_else(|| marked_ref(spec, word))?;
            Some((Value::Mention(mention), rest))
        }
        OptKind::Person => {
            let name = word.strip_prefix('@').filter(|n| !n.is_empty())?;
            Some((Value::Person(PersonId::new(name)), rest))
        }
        OptKind::When => parse_when(words).map(|(when, rest)| (Value::When(when), rest)),
        OptKind::Choice(choices) => choice(spec, option, choices, words),
        OptKind::Range => Some((Value::Range(parse_range(word)?), rest)),
        // `send version 2`: without its name, the number would be a mention.
        OptKind::Count => match rest.next() {
            Some((number, rest)) if word.eq_ignore_ascii_case(option.name) => {
                Some((Value::Count(digits(number)?), rest))
            }
            _ => Some((Value::Count(digits(word)?), rest)),
        },
        // `canned use #142`: the word is left out.
        OptKind::Word if spec.takes_mention() && word.starts_with('#') && any_ref(spec, word) => None,
        // `account source 142`: without its name, the word would be a mention.
        OptKind::Word => match rest.next() {
            Some((named, rest)) if option.only_after.is_empty() && word.eq_ignore_ascii_case(option.name) => {
                Some((Value::Word(named.to_owned()), rest))
            }
            _ => Some((Value::Word(word.to_owned()), rest)),
        },
        OptKind::Tags => tags(words),
        OptKind::Text => Some((Value::Text(words.rest().to_owned()), Words::new(""))),
    }
}

/// A word of the list, whole or, where no free text can follow, its first three letters or more; the option's own name
/// may stand before it: `by kind`.
fn choice<'a>(
    spec: &Spec,
    option: &OptSpec,
    choices: &'static [&'static str],
    words: Words<'a>,
) -> Option<(Value, Words<'a>)> {
    let (word, rest) = words.next()?;
    let pick = |word: &str| {
        let word = word.to_lowercase();
        choices.iter().find(|c| **c == word).copied().or_else(|| {
            let no_text = spec.options.iter().all(|o| !matches!(o.kind, OptKind::Text | OptKind::Word));
            let mut near = choices.iter().filter(|c| no_text && word.len() >= 3 && c.starts_with(&word));
            near.next().filter(|_| near.next().is_none()).copied()
        })
    };
    if word.eq_ignore_ascii_case(option.name)
        && let Some((next, after)) = rest.next()
        && let Some(choice) = pick(next)
    {
        return Some((Value::Choice(choice), after));
    }
    pick(word).map(|choice| (Value::Choice(choice), rest))
}

fn tags(mut words: Words<'_>) -> Option<(Value, Words<'_>)> {
    let (mut add, mut remove) = (Vec::new(), Vec::new());
    while let Some((word, rest)) = words.next() {
        let list = match word.chars().next() {
            Some('+') => &mut add,
            Some('-') if word != "--" => &mut remove,
            _ => break,
        };
        let label: String = word.chars().skip(1).collect();
        if label.is_empty() {
            break;
        }
        list.push(label);
        words = rest;
    }
    (!add.is_empty() || !remove.is_empty()).then_some((Value::Tags { add, remove }, words))
}

/// Digits only, and not too many of them.
pub(super) fn digits(word: &str) -> Option<u64> {
    let plain = !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
    plain.then(|| word.parse().ok()).flatten()
}

fn mention_ref(word: &str) -> Option<MentionRef> {
    let word = word.trim_start_matches('<').trim_end_matches('>');
    if let Some(no) = digits(word.strip_prefix('#').unwrap_or(word)) {
        return (no > 0).then_some(MentionRef::No(MentionNo(no)));
    }
    let lower = word.to_lowercase();
    match lower.as_str() {
        "last" => Some(MentionRef::Last),
        "mine" => Some(MentionRef::Mine),
        _ => ["http://", "https://"]
            .iter()
            .any(|scheme| lower.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
            .then(|| MentionRef::Url(word.to_owned())),
    }
}

/// `#last`, `#mine`, `#https://…`: in a command that takes a word before the mention, the sign says which of them it is.
fn marked_ref(spec: &Spec, word: &str) -> Option<MentionRef> {
    let wordy = spec.options.iter().any(|option| option.kind == OptKind::Word);
    mention_ref(word.strip_prefix('#')?).filter(|mention| wordy && !matches!(mention, MentionRef::No(_)))
}

fn any_ref(spec: &Spec, word: &str) -> bool {
    mention_ref(word).or_else(|| marked_ref(spec, word)).is_some()
}

fn sample(spec: &Spec) -> &'static str {
    spec.samples.first().copied().unwrap_or(spec.name)
}

/// What somebody typed, short enough to be shown back to them.
pub(super) fn short(word: &str) -> String {
    let mut chars = word.chars().filter(|c| !c.is_control());
    let head: String = chars.by_ref().take(40).collect();
    if chars.next().is_some() { format!("{head}…") } else { head }
}

pub(super) fn unknown(table: &'static [&'static Spec], verb: &str) -> Refusal {
    let names = table.iter().flat_map(|s| std::iter::once(s.name).chain(s.aliases.iter().copied()));
    match nearest(verb, names) {
        Some(name) => Refusal::new(format!("There is no command `{}`. Did you mean `{name}`?", short(verb)))
            .offering(name, name)
            .offering("Help", "help"),
        None => Refusal::new(format!("There is no command `{}`. Type `help` to see all commands.", short(verb)))
            .offering("Help", "help"),
    }
}

pub(super) fn wrong(spec: &Spec, option: &OptSpec, word: Option<&str>) -> Refusal {
    let wanted = match option.kind {
        OptKind::Mention => "a mention: 142, #142, the post's address, last or mine".to_owned(),
        OptKind::Person => "a person, such as @ana".to_owned(),
        OptKind::When => "a time, such as 2h, tomorrow, mon 9:00 or 16:30".to_owned(),
        OptKind::Choice(words) => format!("one of {}", words.join(", ")),
        OptKind::Range => "a range, such as 7d, 24h, today, yesterday or 2026-01-01..2026-01-31".to_owned(),
        OptKind::Count => "a number".to_owned(),
        OptKind::Word => "one word".to_owned(),
        OptKind::Tags => "labels, such as +refund -urgent".to_owned(),
        OptKind::Text => "some text".to_owned(),
    };
    let example = sample(spec);
    match word {
        None => Refusal::new(format!(
            "`{}` needs `{}` ({}): {wanted}. For example: `{example}`.",
            spec.name, option.name, option.about
        )),
        Some(word) => {
            let meant = match option.kind {
                OptKind::Choice(words) => nearest(word, words.iter().copied()),
                _ => None,
            };
            let hint = meant.map_or_else(String::new, |m| format!(" Did you mean `{m}`?"));
            Refusal::new(format!(
                "`{}` is not what `{}` takes as `{}`: {wanted}.{hint} For example: `{example}`.",
                short(word),
                spec.name,
                option.name
            ))
        }
    }
}
