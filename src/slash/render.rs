//! From arguments back to a line: what [`super::parse_line`] reads as the same arguments.

use super::parse::scan;
use super::when::weekday_name;
use super::words::Words;
use super::{Args, MentionRef, OptKind, Range, Spec, Value, When};

/// The line that stands for these arguments of a command, without a slash.
pub fn render(spec: &Spec, args: &Args) -> String {
    let mut parts = vec![spec.name.to_owned()];
    let mut text = None;
    for option in spec.options {
        match args.value(option.name) {
            Some(Value::Text(words)) if option.kind == OptKind::Text => text = Some(words),
            // A bare reference would be read as the word that is left out before it.
            Some(value @ Value::Mention(_)) if wordless(spec, args) => parts.push(format!("#{}", value_text(value))),
            // So is a number, as the mention or the other number that is left out.
            Some(Value::Count(count)) if numberless(spec, args, option.name) => {
                parts.push(format!("{} {count}", option.name));
            }
            Some(Value::Word(word)) if option.only_after.is_empty() && numberless(spec, args, option.name) => {
                parts.push(format!("{} {word}", option.name));
            }
            Some(value) => parts.push(value_text(value)),
            None => {}
        }
    }
    let head = parts.join(" ");
    let Some(text) = text else { return head };
    let plain = format!("{head} {text}");
    let same = |line: &str| {
        let rest = Words::new(line).next().map_or_else(|| Words::new(""), |(_, rest)| rest);
        scan(spec, rest).args == *args
    };
    if same(&plain) { plain } else { format!("{head} -- {text}") }
}

/// What was typed for these options, and what nothing took, as words: what a form shows again.
pub fn typed_words(spec: &Spec, args: &Args, names: &[&str]) -> String {
    let values = spec.options.iter().filter(|option| names.contains(&option.name));
    let words = values.filter_map(|option| args.value(option.name)).map(value_text);
    words.chain([args.unread().to_owned()]).filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" ")
}

fn wordless(spec: &Spec, args: &Args) -> bool {
    spec.options.iter().any(|o| o.kind == OptKind::Word && args.value(o.name).is_none())
}

/// What a number that stands before that option could mean is left out.
fn numberless(spec: &Spec, args: &Args, name: &str) -> bool {
    let before = spec.options.iter().take_while(|o| o.name != name);
    let mut numbers = before.filter(|o| matches!(o.kind, OptKind::Mention | OptKind::Count));
    numbers.any(|o| args.value(o.name).is_none())
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Mention(MentionRef::No(no)) => no.0.to_string(),
        Value::Mention(MentionRef::Url(url)) => url.clone(),
        Value::Mention(MentionRef::Last) => "last".to_owned(),
        Value::Mention(MentionRef::Mine) => "mine".to_owned(),
        Value::Person(person) => format!("@{person}"),
        Value::When(when) => when_text(when),
        Value::Choice(word) => (*word).to_owned(),
        Value::Range(range) => match range {
            Range::Hours(n) => format!("{n}h"),
            Range::Days(n) => format!("{n}d"),
            Range::Today => "today".to_owned(),
            Range::Yesterday => "yesterday".to_owned(),
            Range::Dates(from, to) => format!("{from}..{to}"),
        },
        Value::Count(count) => count.to_string(),
        Value::Word(word) | Value::Text(word) => word.clone(),
        Value::Tags { add, remove } => {
            let labels: Vec<String> =
                add.iter().map(|t| format!("+{t}")).chain(remove.iter().map(|t| format!("-{t}"))).collect();
            labels.join(" ")
        }
    }
}

fn when_text(when: &When) -> String {
    match *when {
        When::After(seconds) if seconds % 86_400 == 0 => format!("{}d", seconds / 86_400),
        When::After(seconds) if seconds % 3_600 == 0 => format!("{}h", seconds / 3_600),
        When::After(seconds) => format!("{}m", seconds / 60),
        When::At { hour, minute, in_days, weekday } => {
            let time = format!("{hour}:{minute:02}");
            match (in_days, weekday) {
                (Some(0), _) => format!("today {time}"),
                (Some(1), _) => format!("tomorrow {time}"),
                (Some(days), _) => format!("in {days} days at {time}"),
                (None, Some(day)) => format!("{} {time}", weekday_name(day)),
                (None, None) => time,
            }
        }
    }
}
