//! Text from outside, made safe for Discord.
//!
//! Three walls. First [`sanitise`]: nothing that hides, reorders or floods. Then [`neutral`]: no sequence to which Discord
//! gives a meaning survives literally in any string, neither where Discord reads markdown nor where it does not, so that
//! neither its search, an export, a bridge to another chat nor a bot that repeats a message can bring it to life. Last
//! [`escape`]: where Discord reads markdown, everything that could be markup has a backslash before it and is shown as it is
//! (Discord, "Markdown Text 101"). Beside these, `allowed_mentions` is empty but for the one who is meant, so that even what
//! looked like a mention would ping nobody (Discord, "Allowed Mentions Object").

pub use crate::chat::measure::{clip, cut, short, units};

use crate::chat::sanitise;

/// What breaks a sequence: the word joiner. It has no glyph and no width and keeps a line from breaking where it stands.
/// [`sanitise`] takes it out of what comes in and it is put in afterwards, so the result of both together is the same
/// however often they are applied.
pub(super) const JOINER: char = '\u{2060}';

/// What calls everybody, when written after an `@` (Discord, "Allowed Mentions Object").
const CALLS: [&str; 2] = ["everyone", "here"];

/// Hosts whose invitations Discord shows as such even without `https://`.
const INVITES: [&str; 2] = ["discord", "discordapp"];

/// Longest name of an emoji, in characters (Discord's help: 32), with room for what stands in the standard ones.
const EMOJI: usize = 100;

/// A text without any sequence that Discord gives a meaning to: `<@…>`, `<#…>`, `<:…>`, `<t:…>`, `</…>`, `<id:…>`,
/// `@everyone`, `https://`, `discord.gg`, `:name:`.
pub fn neutral(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let means = means(&out, c, rest.as_str());
        out.push(c);
        if means {
            out.push(JOINER);
        }
    }
    out
}

/// A sequence begins with this character.
fn means(before: &str, c: char, after: &str) -> bool {
    match c {
        '<' => after.starts_with(['@', '#', ':', '/', '+']) || starts_with(after, "http") || is_scheme(after),
        '@' => CALLS.iter().any(|call| starts_with(after, call)),
        ':' => after.starts_with("//") || is_emoji(after),
        '.' => {
            after.starts_with(|c: char| c.is_ascii_alphanumeric()) && INVITES.iter().any(|host| ends_with(before, host))
        }
        _ => false,
    }
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}

fn ends_with(text: &str, word: &str) -> bool {
    let at = text.len().checked_sub(word.len());
    at.and_then(|at| text.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(word))
}

/// `t:`, `a:`, `id:`, `https:` and the like.
fn is_scheme(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    rest.len() < text.len() && rest.starts_with(':')
}

/// `name:`, after the first colon.
fn is_emoji(text: &str) -> bool {
    let end = text.chars().take(EMOJI + 1).position(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '\'')));
    end.is_some_and(|end| end > 0 && text.chars().nth(end) == Some(':'))
}

/// A text for a place where Discord reads markdown: everything that could be markup has a backslash before it, above all
/// what would mean something only at the beginning of a line, for what is escaped may come to stand there.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let (mut begins, mut counts) = (true, true);
    let mut before = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let after = rest.as_str();
        let marks = match c {
            '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '[' | ']' => true,
            '>' | '#' | '-' | '+' => begins,
            '.' | ')' if counts => true,
            '(' => before == Some(']'),
            '@' | ':' | '.' => means(out.trim_end_matches(JOINER), c, after.trim_start_matches(JOINER)),
            _ => false,
        };
        if marks {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
        if c == '\n' {
            (begins, counts) = (true, true);
        } else if !c.is_whitespace() && c != JOINER {
            begins = false;
            counts &= c.is_ascii_digit();
        }
    }
    out
}

/// Words for a place where Discord reads none of its markup: a label, an option, a thread's name. On one line, at most so
/// many units long, never empty.
pub fn label(text: &str, limit: usize) -> String {
    let safe = clip(neutral(&sanitise::name(text, limit)).trim(), limit);
    if safe.is_empty() { "…".to_owned() } else { safe }
}

/// A text for a block from which it is copied as it is: every character stays, only a fence that would end the block is
/// broken.
pub(super) fn unfenced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut ticks = 0;
    for c in text.chars() {
        ticks = if c == '`' { ticks + 1 } else { 0 };
        if ticks == 3 {
            out.push(JOINER);
            ticks = 1;
        }
        out.push(c);
    }
    out
}
