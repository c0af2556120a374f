//! Our [`Text`] as Slack's rich text. Nothing is parsed: every piece becomes an element that says what it is.

use super::text::{neutral, notification, short};
use super::{Names, Room};
use crate::chat::measure::shorten;
use crate::chat::sanitise;
use crate::domain::{PersonId, Span, Text};
use jiff::Timestamp;
use slack_morphism::prelude::{
    SlackBlock, SlackDateTime, SlackRelaxedUrl, SlackRichTextBlock, SlackRichTextDate, SlackRichTextElement,
    SlackRichTextInlineElement as Inline, SlackRichTextLink, SlackRichTextPreformatted, SlackRichTextQuote,
    SlackRichTextSection, SlackRichTextStyle, SlackRichTextText, SlackRichTextUser, SlackUserId,
};
use url::Url;

/// How a moment is shown: in the reader's own zone, and right on whatever day it is read (Slack, "Date element").
const WHEN: &str = "{date_short_pretty} at {time}";
/// Longest text element, in bytes, before control sequences are broken, which adds at most half. Slack documents no limit
/// for it; 3,000 characters is that of every other text.
const ELEMENT: usize = 2_000;
/// Longest address of a link, in bytes (Slack, "Button element": 3,000).
const ADDRESS: usize = 3_000;
/// Most lines of somebody else's words.
const QUOTE_LINES: usize = 100;
/// What a notification says at most, in units.
const NOTIFICATION: usize = 200;

/// A moment where Slack cannot say it in the reader's zone.
pub(super) fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// A moment for markup. Only our own words stand in it (Slack, "Formatting message text", dates).
pub(super) fn when_markup(at: Timestamp) -> String {
    format!("<!date^{}^{WHEN}|{}>", at.as_second(), utc(at))
}

/// A text as a block of its own. `None` if there is nothing to show.
pub(super) fn block(text: &Text, names: &Names, ping: Option<&PersonId>) -> Option<SlackBlock> {
    let elements = elements(text, names, ping);
    if elements.is_empty() { None } else { Some(SlackRichTextBlock::new(elements).into()) }
}

/// What a notification, or a screen reader, says of a text: one short line, which pings nobody. Never empty.
pub(super) fn flat(text: &Text, names: &Names) -> String {
    let mut said = String::new();
    for span in &text.0 {
        match span {
            Span::Plain(words) | Span::Bold(words) | Span::Code(words) => said.push_str(&sanitise::line(words)),
            Span::Quote(words) => match sanitise::line(words).replace(['“', '”'], "\"").trim() {
                "" => {}
                words => said.extend(["“", words, "”"]),
            },
            Span::Time(at) => said.push_str(&utc(*at)),
            Span::Person(who) => said.push_str(&names.called(who)),
            Span::Link { label, .. } => said.push_str(&short(label, 200)),
            Span::Break => said.push(' '),
        }
        // A flood is not read to its end.
        if said.len() > 4 * NOTIFICATION {
            break;
        }
    }
    let said = notification(said.split_whitespace().collect::<Vec<_>>().join(" ").as_str(), NOTIFICATION);
    if said.is_empty() { "hearback".to_owned() } else { said }
}

/// A text that surely fits: shortened until its block does.
pub(super) fn fitting(text: &Text, names: &Names, ping: Option<&PersonId>, room: Room) -> Vec<SlackBlock> {
    let left_off = Text::new().line().say("(the rest does not fit here)");
    room.fit(|limit| {
        let (begin, cut) = shorten(text, limit);
        let begin = if cut { begin.then(left_off.clone()) } else { begin };
        block(&begin, names, ping).into_iter().collect()
    })
}

/// The elements of a text. Whoever is to be pinged is so once: where the text names them, or else before it.
fn elements(text: &Text, names: &Names, ping: Option<&PersonId>) -> Vec<SlackRichTextElement> {
    let mut rich = Rich::default();
    let mut ping = ping;
    if let Some(who) = ping
        && !text.0.iter().any(|span| matches!(span, Span::Person(p) if p == who))
    {
        rich.person(who, names, true);
        rich.say(": ", Look::Plain);
        ping = None;
    }
    for span in &text.0 {
        let after_block = std::mem::take(&mut rich.after_block);
        match span {
            Span::Plain(said) => rich.say(&sanitise::line(said), Look::Plain),
            Span::Bold(said) => rich.say(&sanitise::line(said), Look::Bold),
            Span::Code(said) if said.contains('\n') => rich.table(said),
            Span::Code(said) => rich.say(&sanitise::line(said), Look::Code),
            Span::Quote(said) if rich.in_line && !said.contains(['\n', '\r']) => {
                let safe = sanitise::line(said).replace(['“', '”'], "\"");
                rich.say(&format!("“{safe}”"), Look::Plain);
            }
            Span::Quote(said) => rich.quote(said),
            Span::Time(at) => rich.when(*at),
            Span::Person(who) => {
                let pinged = ping.take_if(|wanted| *wanted == who).is_some();
                rich.person(who, names, pinged);
            }
            Span::Link { label, url } => rich.link(label, url),
            // What follows a quote or a table begins on a line of its own anyway.
            Span::Break if after_block => {}
            Span::Break => rich.feed(),
        }
    }
    rich.finish()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Plain,
    Bold,
    Code,
}

impl Look {
    fn style(self) -> Option<SlackRichTextStyle> {
        match self {
            Look::Plain => None,
            Look::Bold => Some(SlackRichTextStyle::new().with_bold(true)),
            Look::Code => Some(SlackRichTextStyle::new().with_code(true)),
        }
    }
}

/// Rich text while it is written.
#[derive(Default)]
struct Rich {
    done: Vec<SlackRichTextElement>,
    section: Vec<Inline>,
    /// Something stands on the line already.
    in_line: bool,
    /// A quote or a table has just ended.
    after_block: bool,
}

impl Rich {
    /// Appends safe text. What looks the same becomes one element, up to its limit.
    fn say(&mut self, safe: &str, look: Look) {
        let mut rest = safe;
        while !rest.is_empty() {
            let style = look.style();
            let room = match self.section.last() {
                Some(Inline::Text(last)) if last.style == style => ELEMENT.saturating_sub(last.text.len()),
                _ => 0,
            };
            let (taken, left) = rest.split_at(rest.floor_char_boundary(if room < 4 { ELEMENT } else { room }));
            match self.section.last_mut() {
                Some(Inline::Text(last)) if room >= 4 => last.text.push_str(taken),
                _ => self.section.push(Inline::Text(SlackRichTextText { text: taken.to_owned(), style })),
            }
            rest = left;
            self.in_line = true;
        }
    }

    fn feed(&mut self) {
        self.say("\n", Look::Plain);
        self.in_line = false;
    }

    fn when(&mut self, at: Timestamp) {
        let date = SlackRichTextDate::new(SlackDateTime(at), WHEN.to_owned()).with_fallback(utc(at));
        self.section.push(date.into());
        self.in_line = true;
    }

    fn person(&mut self, who: &PersonId, names: &Names, ping: bool) {
        match names.member(who).filter(|_| ping) {
            Some(member) => {
                self.section.push(SlackRichTextUser::new(SlackUserId(member.to_owned())).into());
                self.in_line = true;
            }
            None => self.say(&names.called(who), Look::Plain),
        }
    }

    /// A link shows where it leads: its own address, or its label and the host.
    fn link(&mut self, label: &str, url: &str) {
        let said = short(label, 200);
        let Some(address) = sanitise::address(url).filter(|address| address.len() <= ADDRESS) else {
            let why = if sanitise::address(url).is_some() { "is too long" } else { "is not a web page" };
            return self.say(&format!("{said} (its address {why} and is left out)"), Look::Plain);
        };
        let itself = said.is_empty() || label == url || said == address;
        if !itself && said.contains("://") {
            // A label that looks like an address of its own is not what leads somewhere else.
            self.say(&format!("{said} leads to "), Look::Plain);
            return self.link("", url);
        }
        let shown = if itself { sanitise::fit(&address, 200) } else { said };
        let host = Url::parse(&address).ok().and_then(|url| url.host_str().map(str::to_owned));
        let target = SlackRelaxedUrl(address);
        self.section.push(SlackRichTextLink::new(target).with_text(neutral(&shown)).into());
        self.in_line = true;
        if let Some(host) = host.filter(|_| !itself) {
            self.say(&format!(" ({host})"), Look::Plain);
        }
    }

    fn quote(&mut self, said: &str) {
        let safe = sanitise::block(said);
        let mut lines = safe.trim_matches('\n').split('\n');
        let mut kept = lines.by_ref().take(QUOTE_LINES).collect::<Vec<_>>().join("\n");
        if lines.next().is_some() {
            kept.push_str("\n…");
        }
        self.block(&kept, |elements| SlackRichTextQuote::new(elements).into());
    }

    fn table(&mut self, said: &str) {
        let safe = sanitise::block(said);
        self.block(safe.trim_end_matches('\n'), |elements| SlackRichTextPreformatted::new(elements).into());
    }

    fn block(&mut self, safe: &str, make: impl Fn(Vec<Inline>) -> SlackRichTextElement) {
        self.end_section();
        self.say(safe, Look::Plain);
        let elements = std::mem::take(&mut self.section);
        if !safe.trim().is_empty() {
            self.done.push(make(elements.into_iter().map(harmless).collect()));
        }
        self.in_line = false;
        self.after_block = true;
    }

    /// Ends what was written so far; blocks break the line by themselves.
    fn end_section(&mut self) {
        let mut elements = std::mem::take(&mut self.section);
        while let Some(Inline::Text(last)) = elements.last_mut() {
            last.text.truncate(last.text.trim_end_matches('\n').len());
            if !last.text.is_empty() {
                break;
            }
            elements.pop();
        }
        let blank = |element: &Inline| matches!(element, Inline::Text(text) if text.text.trim().is_empty());
        if !elements.iter().all(blank) {
            let elements = elements.into_iter().map(harmless).collect();
            self.done.push(SlackRichTextSection::new(elements).into());
        }
        self.in_line = false;
    }

    fn finish(mut self) -> Vec<SlackRichTextElement> {
        self.end_section();
        self.done
    }
}

/// Control sequences are broken last, when everything that belongs together stands together.
fn harmless(element: Inline) -> Inline {
    match element {
        Inline::Text(text) => Inline::Text(SlackRichTextText { text: neutral(&text.text), ..text }),
        other => other,
    }
}
