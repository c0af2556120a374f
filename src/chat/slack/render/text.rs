//! Text from outside, made safe for Slack.
//!
//! Three walls, each enough alone. First [`sanitise`]: nothing that hides, reorders or floods. Then the place: such text
//! stands only in `plain_text` objects, which are shown as they are (Slack, "Text object"), and in the `text` elements of
//! rich text, whose links, mentions, dates and emoji are elements of their own, so that what is written in a `text`
//! element stays words (Slack, "Rich text block"); the notification, which Slack does parse, is escaped ("Formatting
//! message text"). Last [`neutral`]: no control sequence of Slack survives literally in any string, so that neither an
//! export, a bridge to another chat nor a bot that repeats a message can bring it to life.

pub use crate::chat::measure::{clip, cut, short, units, weight};

use crate::chat::sanitise;
use slack_morphism::prelude::SlackBlockPlainText;

/// What breaks a control sequence: the word joiner. It has no glyph and no width, keeps a line from breaking where it
/// stands, and is none of Slack's name characters. [`sanitise`] takes it out of what comes in and it is put in
/// afterwards, so the result of both together is the same however often they are applied.
const JOINER: char = '\u{2060}';

/// What calls a whole channel, when written after an `@` (Slack, "Formatting message text").
const CALLS: [&str; 4] = ["channel", "here", "everyone", "group"];

/// Longest name of an emoji, in characters (Slack's help, "Add custom emoji": 100).
const EMOJI: usize = 100;

/// A text without any sequence that Slack gives a meaning to: `<!…`, `<@…`, `<#…`, `<https:…`, `@channel`, `:name:`.
pub fn neutral(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        out.push(c);
        let after = rest.as_str();
        let means = match c {
            '<' => after.starts_with(['!', '@', '#']) || starts_with(after, "http") || is_scheme(after),
            '@' => CALLS.iter().any(|call| starts_with(after, call)),
            ':' => is_emoji(after),
            _ => false,
        };
        if means {
            out.push(JOINER);
        }
    }
    out
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}

/// `https:` and the like, possibly after slashes.
fn is_scheme(text: &str) -> bool {
    let text = text.trim_start_matches('/');
    let rest = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    rest.len() < text.len() && rest.starts_with(':')
}

/// `name:`, after the first colon.
fn is_emoji(text: &str) -> bool {
    let end = text.chars().take(EMOJI + 1).position(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '\'')));
    end.is_some_and(|end| end > 0 && text.chars().nth(end) == Some(':'))
}

/// A label: plain text on one line, at most so many units long, never empty. Its colons stay colons.
pub fn label(text: &str, limit: usize) -> SlackBlockPlainText {
    let safe = clip(neutral(&sanitise::name(text, limit)).trim(), limit);
    let safe = if safe.is_empty() { "…".to_owned() } else { safe };
    SlackBlockPlainText::new(safe).with_emoji(false)
}

/// A notification: Slack reads it as markup, so that everything in it which could be markup is escaped or replaced by a
/// look-alike. Line feeds stay. At most so many units long, not counting what escaping adds.
pub fn notification(text: &str, limit: usize) -> String {
    let short = clip(&neutral(text), limit);
    let mut out = String::with_capacity(short.len());
    let mut before = '\n';
    let mut rest = short.chars();
    while let Some(c) = rest.next() {
        let after = rest.as_str();
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            // At the beginning of a line even the escaped one makes a quote.
            '>' if before == '\n' => out.push('\u{203a}'),
            '>' => out.push_str("&gt;"),
            '*' => out.push('\u{2217}'),
            '~' => out.push('\u{223c}'),
            '`' => out.push('\u{2cb}'),
            // Within a word an underscore is only an underscore.
            '_' if !(before.is_alphanumeric() && after.starts_with(char::is_alphanumeric)) => out.push('\u{2cd}'),
            // Not an address that becomes a link and unfurls.
            ':' if after.starts_with("//") => out.extend([':', JOINER]),
            c => out.push(c),
        }
        // Spaces do not make another beginning.
        if !(before == '\n' && c == ' ') {
            before = c;
        }
    }
    out
}
