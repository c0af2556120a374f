//! Our [`Text`] as Discord's markdown. Only what we write ourselves is markup; everything else is escaped.

use super::Names;
use super::text::{JOINER, clip, escape, label, neutral, short, unfenced, units};
use crate::chat::measure::shorten;
use crate::chat::sanitise;
use crate::domain::{PersonId, Span, Text};
use jiff::Timestamp;
use url::Url;

/// Longest address of a link in the middle of a text, in bytes: more than that nobody can look at.
const ADDRESS: usize = 1_000;
/// Most lines of somebody else's words.
const QUOTE_LINES: usize = 100;
/// Most of a table, in units.
const TABLE: usize = 3_500;

/// A moment, shown in the reader's own zone (Discord, "Message Formatting", timestamps): `f` is the date and the time, `R`
/// how long ago or until then.
pub(super) fn when(at: Timestamp, style: char) -> String {
    format!("<t:{}:{style}>", at.as_second())
}

/// Words from outside, or of ours, escaped.
pub(super) fn words(text: &str) -> String {
    escape(&neutral(&sanitise::line(text)))
}

/// A text that fits into so many units: as much of it as there is room for. Empty if there is nothing to show.
pub(super) fn fitting(text: &Text, names: &Names, ping: Option<&PersonId>, limit: usize) -> String {
    let left_off = Text::new().line().say("(the rest does not fit here)");
    // Escapes add to what is there, and characters take up to three bytes a unit: what fits is found by trying.
    let mut budget = 6 * limit;
    loop {
        let (begin, cut) = shorten(text, budget);
        let begin = if cut { begin.then(left_off.clone()) } else { begin };
        let said = markdown(&begin, names, ping);
        let length = units(&said);
        if length <= limit {
            return said;
        }
        if budget < 32 {
            return "…".to_owned();
        }
        budget = (budget * limit / length).clamp(budget / 4, budget * 19 / 20);
    }
}

/// A text whole. Whoever is to be pinged is so once: where the text names them, or else before it.
pub(super) fn markdown(text: &Text, names: &Names, ping: Option<&PersonId>) -> String {
    let mut down = Markdown::default();
    let mut ping = ping;
    if let Some(who) = ping
        && !text.0.iter().any(|span| matches!(span, Span::Person(p) if p == who))
    {
        down.person(who, names, true);
        down.say(": ");
        ping = None;
    }
    for span in &text.0 {
        let after_block = std::mem::take(&mut down.after_block);
        match span {
            Span::Plain(said) => down.say(&sanitise::line(said)),
            Span::Bold(said) => down.bold(said),
            Span::Code(said) if said.contains('\n') => down.table(said),
            Span::Code(said) => down.code(said),
            Span::Quote(said) if down.in_line() && !said.contains(['\n', '\r']) => {
                let safe = sanitise::line(said).replace(['“', '”'], "\"");
                down.say(&format!("“{safe}”"));
            }
            Span::Quote(said) => down.quote(said, after_block),
            Span::Time(at) => down.mark(&when(*at, 'f')),
            Span::Person(who) => {
                let pinged = ping.take_if(|wanted| *wanted == who).is_some();
                down.person(who, names, pinged);
            }
            Span::Link { label, url } => down.link(label, url),
            // What follows a quote or a table begins on a line of its own anyway.
            Span::Break if after_block => {}
            Span::Break => down.say("\n"),
        }
    }
    down.finish()
}

/// A text in a few plain words on one line, without moments, for an option of a menu.
pub(super) fn plain(text: &Text, names: &Names, limit: usize) -> String {
    let mut said = String::new();
    for span in &text.0 {
        match span {
            Span::Plain(words) | Span::Bold(words) | Span::Code(words) => said.push_str(&sanitise::line(words)),
            Span::Quote(words) => said.extend(["“", sanitise::line(words).replace(['“', '”'], "\"").as_str(), "”"]),
            Span::Person(who) => said.push_str(&names.called(who)),
            Span::Link { label, .. } => said.push_str(&short(label, 200)),
            Span::Time(_) | Span::Break => said.push(' '),
        }
        // A flood is not read to its end.
        if said.len() > 8 * limit {
            break;
        }
    }
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    if said.is_empty() { said } else { label(&said, limit) }
}

/// Markdown while it is written.
#[derive(Default)]
struct Markdown {
    out: String,
    /// Words that stand together, not escaped yet: only together do they show what they could mean.
    words: String,
    /// A quote or a table has just ended.
    after_block: bool,
}

impl Markdown {
    /// Something stands on the line already.
    fn in_line(&self) -> bool {
        let last = self.words.chars().next_back().or_else(|| self.out.chars().next_back());
        last.is_some_and(|c| c != '\n')
    }

    fn say(&mut self, safe: &str) {
        self.words.push_str(safe);
    }

    fn flush(&mut self) {
        let words = std::mem::take(&mut self.words);
        self.out.push_str(&escape(&neutral(&words)));
    }

    /// Appends markup of ours. Two marks of the same kind are kept apart.
    fn mark(&mut self, markup: &str) {
        self.flush();
        let (last, first) = (self.out.chars().next_back(), markup.chars().next());
        if last == first && matches!(last, Some('*' | '`')) {
            self.out.push(JOINER);
        }
        self.out.push_str(markup);
    }

    fn bold(&mut self, said: &str) {
        let safe = sanitise::line(said);
        if safe.trim().is_empty() {
            return self.say(&safe);
        }
        self.mark(&format!("**{}**", escape(&neutral(&safe))));
    }

    /// Between the marks nothing is read but their end.
    fn code(&mut self, said: &str) {
        let safe = sanitise::line(said).replace('`', "\u{2cb}");
        if safe.trim().is_empty() {
            return self.say(&safe);
        }
        self.mark(&format!("`{}`", neutral(&safe)));
    }

    fn person(&mut self, who: &PersonId, names: &Names, ping: bool) {
        match names.user(who).filter(|_| ping) {
            Some(user) => self.mark(&format!("<@{user}>")),
            None => self.say(&names.called(who)),
        }
    }

    /// A link shows where it leads: its own address, or its label and the host. In angle brackets it does not unfurl.
    fn link(&mut self, label: &str, url: &str) {
        let said = short(label, 200).replace('[', "(").replace(']', ")");
        let Some(address) = sanitise::address(url).filter(|address| address.len() <= ADDRESS) else {
            let why = if sanitise::address(url).is_some() { "is too long" } else { "is not a web page" };
            return self.say(&format!("{said} (its address {why} and is left out)"));
        };
        let itself = said.is_empty() || label == url || said == address;
        if !itself && said.contains("://") {
            // A label that looks like an address of its own is not what leads somewhere else.
            self.say(&format!("{said} leads to "));
            return self.link("", url);
        }
        let target = target(&address);
        if itself {
            return self.mark(&format!("<{target}>"));
        }
        self.mark(&format!("[{}](<{target}>)", escape(&neutral(&said))));
        if let Some(host) = Url::parse(&address).ok().and_then(|url| url.host_str().map(str::to_owned)) {
            self.say(&format!(" ({host})"));
        }
    }

    fn quote(&mut self, said: &str, after_block: bool) {
        let safe = sanitise::block(said);
        let safe = safe.trim_matches('\n');
        if safe.trim().is_empty() {
            return;
        }
        self.block_begins();
        if after_block {
            // Two quotes are not one.
            self.out.push('\n');
        }
        let mut lines = safe.split('\n');
        for line in lines.by_ref().take(QUOTE_LINES) {
            self.out.extend(["> ", &escape(&neutral(line)), "\n"]);
        }
        if lines.next().is_some() {
            self.out.push_str("> …\n");
        }
        self.after_block = true;
    }

    fn table(&mut self, said: &str) {
        let safe = sanitise::block(said);
        let safe = clip(&unfenced(&neutral(safe.trim_matches('\n'))), TABLE);
        if safe.trim().is_empty() {
            return;
        }
        self.block_begins();
        self.out.extend(["```\n", &safe, "\n```\n"]);
        self.after_block = true;
    }

    fn block_begins(&mut self) {
        self.flush();
        if self.in_line() {
            self.out.push('\n');
        }
    }

    fn finish(mut self) -> String {
        self.flush();
        self.out.trim().to_owned()
    }
}

/// An address in which nothing could end the link before its end.
fn target(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            '`' => out.push_str("%60"),
            '|' => out.push_str("%7C"),
            c => out.push(c),
        }
    }
    out
}
