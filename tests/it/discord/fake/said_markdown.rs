//! Discord's markdown, made visible: what a person would see bold, as a link or as a mention stands in double brackets.

use super::state::State;
use std::fmt::Write;

/// Text of a message or of an embed, as a person reads it.
pub fn shown(state: &State, text: &str) -> String {
    let mut out = String::new();
    let pieces: Vec<&str> = text.split("```").collect();
    for (i, piece) in pieces.iter().enumerate() {
        let closed = i + 1 < pieces.len();
        if i % 2 == 1 && closed {
            let body = match piece.split_once('\n') {
                Some((language, rest)) if language.chars().all(char::is_alphanumeric) => rest,
                _ => piece,
            };
            write!(out, "[[block: {}]]", body.trim_matches('\n')).expect("a string takes all");
        } else {
            if i % 2 == 1 {
                out.push_str("```");
            }
            out.push_str(&lines(state, piece));
        }
    }
    out
}

fn lines(state: &State, text: &str) -> String {
    text.split('\n').map(|line| self::line(state, line)).collect::<Vec<_>>().join("\n")
}

/// What a line is by how it begins.
fn line(state: &State, line: &str) -> String {
    let bare = line.trim_start();
    for (mark, name) in
        [("### ", "heading"), ("## ", "heading"), ("# ", "heading"), ("-# ", "subtext"), ("> ", "quote")]
    {
        if let Some(rest) = bare.strip_prefix(mark).filter(|r| !r.trim().is_empty()) {
            // Headings stand at the very beginning; a list item may come after spaces.
            if bare.len() == line.len() {
                return format!("[[{name}: {}]]", spans(state, rest));
            }
        }
    }
    if let Some(rest) = line.strip_prefix(">>> ") {
        return format!("[[quote: {}]]", spans(state, rest));
    }
    for mark in ["- ", "* "] {
        if let Some(rest) = bare.strip_prefix(mark) {
            return format!("• {}", spans(state, rest));
        }
    }
    spans(state, line)
}

/// The marks that open and close, longest first.
const MARKS: [(&str, &str); 7] = [
    ("***", "bold italic"),
    ("**", "bold"),
    ("__", "underlined"),
    ("~~", "struck"),
    ("||", "spoiler"),
    ("*", "italic"),
    ("_", "italic"),
];

fn spans(state: &State, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut last = ' ';
    'next: while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        if c == '\\'
            && let Some(escaped) = after.chars().next().filter(char::is_ascii_punctuation)
        {
            out.push(escaped);
            last = escaped;
            rest = after.get(1..).unwrap_or_default();
            continue;
        }
        if c == '`'
            && let Some((code, later)) = code(rest)
        {
            write!(out, "[[code: {code}]]").expect("a string takes all");
            (rest, last) = (later, '`');
            continue;
        }
        if c == '<'
            && let Some((inside, later)) = after.split_once('>')
            && let Some(named) = angle(state, inside)
        {
            out.push_str(&named);
            (rest, last) = (later, '>');
            continue;
        }
        if c == '['
            && let Some((label, target, later)) = masked(rest)
        {
            write!(out, "[[link: {} -> {target}]]", spans(state, label)).expect("a string takes all");
            (rest, last) = (later, ')');
            continue;
        }
        if c == '@'
            && let Some(word) = ["everyone", "here"].into_iter().find(|w| after.starts_with(w))
        {
            write!(out, "[[mention: @{word}]]").expect("a string takes all");
            (rest, last) = (after.get(word.len()..).unwrap_or_default(), 'e');
            continue;
        }
        for scheme in ["https://", "http://"] {
            if rest.starts_with(scheme) {
                let address: String =
                    rest.chars().take_while(|c| !c.is_whitespace() && !matches!(c, '<' | '>')).collect();
                let address = address.trim_end_matches([')', '.', ',', ';', ':', '!', '?', '"', '\'', '*', '_']);
                if address.len() > scheme.len() {
                    write!(out, "[[link: {address}]]").expect("a string takes all");
                    (rest, last) = (rest.get(address.len()..).unwrap_or_default(), '/');
                    continue 'next;
                }
            }
        }
        for (mark, name) in MARKS {
            let word = mark == "_" && last.is_alphanumeric();
            if word {
                continue;
            }
            if let Some((inside, later)) = between(rest, mark) {
                write!(out, "[[{name}: {}]]", spans(state, inside)).expect("a string takes all");
                (rest, last) = (later, '*');
                continue 'next;
            }
        }
        match c {
            // Would turn the text around it.
            '\u{202a}'..='\u{202e}' => write!(out, "[[turns: U+{:04X}]]", u32::from(c)).expect("a string takes all"),
            _ => out.push(c),
        }
        last = c;
        rest = after;
    }
    out
}

/// `code`, by as many backticks on both sides.
fn code(text: &str) -> Option<(&str, &str)> {
    let ticks = text.chars().take_while(|c| *c == '`').count();
    let fence = "`".repeat(ticks);
    let (inside, later) = text.get(ticks..)?.split_once(fence.as_str())?;
    (!inside.trim().is_empty()).then_some((inside, later))
}

/// What stands between a mark and its twin, if anything does and no backslash takes the twin away.
fn between<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let body = text.strip_prefix(mark)?;
    let first = body.chars().next()?;
    if first.is_whitespace() && mark.len() == 1 {
        return None;
    }
    let at = body.match_indices(mark).map(|(at, _)| at).find(|at| {
        let before = body.get(..*at).unwrap_or_default();
        let after = body.get(at + mark.len()..).unwrap_or_default();
        let slashes = before.chars().rev().take_while(|c| *c == '\\').count();
        let part_of_longer = mark.len() == 1 && (before.ends_with(mark) || after.starts_with(mark));
        let ends_word = mark != "_" || !after.chars().next().is_some_and(char::is_alphanumeric);
        slashes % 2 == 0 && !part_of_longer && ends_word && !before.trim().is_empty()
    })?;
    Some((body.get(..at)?, body.get(at + mark.len()..)?))
}

/// `[label](address)` and `[label](<address> "title")`; Discord makes links of web addresses alone.
fn masked(text: &str) -> Option<(&str, &str, &str)> {
    let mut depth = 0;
    let mut escaped = false;
    let end = text.char_indices().find(|(_, c)| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        match c {
            '\\' => escaped = true,
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    let label = text.get(1..end.0)?;
    let (inside, later) = text.get(end.0 + 1..)?.strip_prefix('(')?.split_once(')')?;
    let address = inside.split_whitespace().next()?.trim_start_matches('<').trim_end_matches('>');
    let web = ["http://", "https://", "discord://"].iter().any(|s| address.starts_with(s));
    (web && !label.trim().is_empty()).then_some((label, address, later))
}

/// `<@…>`, `<#…>`, `<:name:…>`, `<t:…>`, `</name:…>`, `<https://…>`.
fn angle(state: &State, inside: &str) -> Option<String> {
    let number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    if let Some(id) = inside.strip_prefix("@&").filter(|id| number(id)) {
        let name = state.roles.get(id).map_or("deleted-role", |r| r.name.as_str());
        return Some(format!("[[mention: @{name}]]"));
    }
    if let Some(id) = inside.strip_prefix("@!").or_else(|| inside.strip_prefix('@')).filter(|id| number(id)) {
        return Some(format!("[[mention: @{}]]", state.display_name(id)));
    }
    if let Some(id) = inside.strip_prefix('#').filter(|id| number(id)) {
        let name = state.channels.get(id).map_or("unknown", |c| c.name.as_str());
        return Some(format!("[[channel: #{name}]]"));
    }
    if let Some((name, id)) = inside.strip_prefix('/').and_then(|i| i.rsplit_once(':')).filter(|(_, id)| number(id)) {
        return Some(format!("[[command: /{name} {id}]]"));
    }
    let emoji = inside.strip_prefix("a:").or_else(|| inside.strip_prefix(':'));
    if let Some((name, id)) = emoji.and_then(|e| e.split_once(':')).filter(|(_, id)| number(id)) {
        return Some(format!("[[emoji: {name} {id}]]"));
    }
    if let Some(time) = inside.strip_prefix("t:") {
        let (seconds, style) = time.split_once(':').unwrap_or((time, "f"));
        let at = seconds.parse().ok().and_then(|s| jiff::Timestamp::from_second(s).ok())?;
        return Some(format!("[[time: {at} {style}]]"));
    }
    if inside.starts_with("id:") {
        return Some(format!("[[channel: {inside}]]"));
    }
    let web = inside.starts_with("http://") || inside.starts_with("https://");
    (web && !inside.contains(char::is_whitespace)).then(|| format!("[[link: {inside}]]"))
}
