//! The console: cards and answers on a screen, commands typed at a prompt or read from a script. A chat like the
//! others: for the first run, for scripts and tests, and over ssh.

mod input;
mod layout;
mod output;
mod render;
mod session;

pub use super::sanitise::{address, block, is_forbidden, line, name};
pub use super::words::duration;
pub use input::{Complete, Input};
pub use session::{End, HELP, Pace};

use super::words::Words;
use crate::chat::{Chat, ChatError, Message, Outcome, PostKey};
use crate::domain::{Card, CardPlace, ChannelId, ChatName, MessageId, Person, PersonId, Text};
use async_trait::async_trait;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use layout::{Line, Style, paint};
use output::Output;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How many cards the console remembers, to say only what is new about them.
const REMEMBERED: usize = 2_000;

/// What a console needs.
pub struct ConsoleConfig {
    /// Where everything is printed: standard output, or a buffer.
    pub out: Box<dyn Write + Send>,
    /// The zone in which times are shown.
    pub zone: TimeZone,
    /// Colour, by escape sequences: only on a terminal, and not when `NO_COLOR` is set.
    pub colour: bool,
    /// Columns; a terminal's own width replaces it while one is typed at.
    pub width: usize,
    /// The staff: their names are shown, and `as NAME` changes to one of them.
    pub people: Vec<Person>,
    /// The channel that is typed in. Cards in other channels say where they are.
    pub channel: ChannelId,
    /// What time it is: the desk's clock.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// The console.
pub struct Console {
    name: ChatName,
    output: Output,
    zone: TimeZone,
    colour: bool,
    width: AtomicUsize,
    people: BTreeMap<PersonId, Person>,
    names: BTreeMap<PersonId, String>,
    channel: ChannelId,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    cards: Mutex<Cards>,
}

/// The cards as they were last shown, the oldest forgotten first.
#[derive(Default)]
struct Cards {
    by_message: HashMap<MessageId, Card>,
    order: VecDeque<MessageId>,
}

impl Cards {
    fn remember(&mut self, message: &MessageId, card: &Card) {
        let before = self.by_message.insert(message.clone(), card.clone());
        if before.is_none() {
            self.order.push_back(message.clone());
            if self.order.len() > REMEMBERED
                && let Some(oldest) = self.order.pop_front()
            {
                self.by_message.remove(&oldest);
            }
        }
    }
}

impl Console {
    /// A console that prints to `config.out`. Nothing is read before [`Console::serve`].
    pub fn new(config: ConsoleConfig) -> Arc<Console> {
        let names = config.people.iter().map(|p| (p.id.clone(), p.name.clone())).collect();
        Arc::new(Console {
            name: ChatName::new("console"),
            output: Output::new(config.out),
            zone: config.zone,
            colour: config.colour,
            width: AtomicUsize::new(config.width),
            people: config.people.into_iter().map(|p| (p.id.clone(), p)).collect(),
            names,
            channel: config.channel,
            now: config.now,
            cards: Mutex::new(Cards::default()),
        })
    }

    /// Prints words that are the program's own, such as the first screen.
    ///
    /// # Errors
    /// The output is closed or its disk is full.
    pub fn say(&self, text: &Text) -> std::io::Result<()> {
        let lines = self.with_words(None, |words| render::text(text, words));
        self.print(&lines, "", false)
    }

    fn width(&self) -> usize {
        self.width.load(Ordering::Relaxed)
    }

    /// The words for a reader; someone whose zone is not the screen's reads their own times, with the zone's name.
    fn with_words<T>(&self, reader: Option<&Person>, say: impl FnOnce(&Words<'_>) -> T) -> T {
        let own = reader.and_then(|p| TimeZone::get(&p.zone).ok()).filter(|own| *own != self.zone);
        let zone = own.as_ref().unwrap_or(&self.zone);
        say(&Words { now: (self.now)(), zone, name_zone: own.is_some(), people: &self.names })
    }

    fn print(&self, lines: &[Line], indent: &str, gap: bool) -> std::io::Result<()> {
        let mut piece = if gap { "\n".to_owned() } else { String::new() };
        piece.push_str(&paint(lines, indent, self.width(), self.colour));
        self.output.print(piece)
    }

    fn print_message(&self, channel: &ChannelId, message: &Message) -> Result<(), ChatError> {
        let (text, buttons) = message.flat();
        let mut lines = self.with_words(None, |words| render::text(&text, words));
        lines.extend(render::buttons(&buttons));
        if *channel != self.channel {
            lines.insert(0, Line::of(Style::Dim, format!("(in {})", name(channel.as_str(), 40))));
        }
        self.print(&lines, "  ", true).map_err(closed)
    }

    fn answer(&self, outcome: &Outcome, who: &Person) -> std::io::Result<()> {
        let lines = self.with_words(Some(who), |words| match outcome {
            Ok(answer) => {
                let mut lines = render::text(&answer.text, words);
                lines.extend(render::buttons(&answer.buttons));
                lines
            }
            Err(refusal) => render::refusal(refusal, words),
        });
        self.print(&lines, "  ", false)
    }
}

/// The screen is gone: a pipe was closed, a disk is full. It may be back after a restart.
#[expect(clippy::needless_pass_by_value, reason = "it is the argument of map_err")]
fn closed(why: std::io::Error) -> ChatError {
    ChatError::Later { why: format!("the console cannot print: {why}"), after: None }
}

#[async_trait]
impl Chat for Console {
    fn name(&self) -> &ChatName {
        &self.name
    }

    async fn post_card(&self, channel: &ChannelId, card: &Card, key: PostKey<'_>) -> Result<MessageId, ChatError> {
        let message = MessageId::new(key.id);
        let elsewhere = Some(channel.as_str()).filter(|_| *channel != self.channel);
        let head = paint(&[render::card_head(card, elsewhere)], "", self.width(), self.colour);
        let body = self.with_words(None, |words| render::card_body(card, words));
        let body = paint(&body, "  ", self.width(), self.colour);
        self.output.print(format!("\n{head}{body}")).map_err(closed)?;
        self.cards.lock().unwrap_or_else(PoisonError::into_inner).remember(&message, card);
        Ok(message)
    }

    async fn update_card(&self, at: &CardPlace, card: &Card) -> Result<(), ChatError> {
        let line = {
            let cards = self.cards.lock().unwrap_or_else(PoisonError::into_inner);
            self.with_words(None, |words| render::card_change(cards.by_message.get(&at.message), card, words))
        };
        if let Some(line) = line {
            self.print(&[line], "", false).map_err(closed)?;
        }
        self.cards.lock().unwrap_or_else(PoisonError::into_inner).remember(&at.message, card);
        Ok(())
    }

    async fn thread(
        &self,
        _at: &CardPlace,
        no: u64,
        text: &Text,
        ping: Option<&PersonId>,
        _: PostKey<'_>,
    ) -> Result<(), ChatError> {
        let lines = self.with_words(None, |words| {
            let mut head = Line::of(Style::Dim, format!("#{no} ↳ "));
            if let Some(ping) = ping {
                head = head.add(Style::Bold, format!("@{}: ", words.person(ping)));
            }
            let mut lines = render::text(text, words);
            match lines.first_mut() {
                Some(first) if first.mark.is_empty() && !first.verbatim => {
                    head.runs.append(&mut first.runs);
                    *first = head;
                }
                _ => lines.insert(0, head),
            }
            lines
        });
        self.print(&lines, "    ", false).map_err(closed)
    }

    async fn post(&self, channel: &ChannelId, message: &Message, key: PostKey<'_>) -> Result<MessageId, ChatError> {
        self.print_message(channel, message)?;
        Ok(MessageId::new(key.id))
    }

    async fn edit(&self, at: &CardPlace, message: &Message) -> Result<(), ChatError> {
        self.print_message(&at.place.channel, message)
    }
}
