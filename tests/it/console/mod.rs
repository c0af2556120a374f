//! The console: what a person sees, and what outside text cannot do.

mod cards;
mod demo;
mod sanitise;
mod session;
mod texts;

use hearback::chat::console::{Console, ConsoleConfig};
use hearback::domain::{
    Actor, Author, BrandId, Capabilities, CardPlace, ChannelId, ChatName, Event, EventKind, Kind, Mention, MentionNo,
    MessageId, Native, Person, PersonId, Place, Post, Role, SourceName, Verdict,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// A screen that can be read back.
#[derive(Clone, Default)]
pub struct Screen(Arc<Mutex<Vec<u8>>>);

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panicked while printing").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Screen {
    /// What was printed since the last look.
    pub fn take(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().expect("nobody panicked while printing"));
        String::from_utf8(bytes).expect("the screen shows UTF-8")
    }
}

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

pub fn person(id: &str, name: &str, role: Role, zone: &str) -> Person {
    Person { id: PersonId::new(id), name: name.to_owned(), role, zone: zone.to_owned() }
}

pub fn staff() -> Vec<Person> {
    vec![person("ana", "Ana", Role::Lead, "Europe/Berlin"), person("ben", "Ben", Role::Responder, "America/New_York")]
}

/// A console in Berlin on Monday, 2026-03-02, 14:30 local time.
pub fn console(colour: bool, width: usize) -> (Arc<Console>, Screen) {
    let screen = Screen::default();
    let console = Console::new(ConsoleConfig {
        out: Box::new(screen.clone()),
        zone: TimeZone::get("Europe/Berlin").expect("a zone"),
        colour,
        width,
        people: staff(),
        channel: ChannelId::new("support"),
        now: Arc::new(|| at("2026-03-02T13:30:00Z")),
    });
    (console, screen)
}

pub fn place() -> CardPlace {
    CardPlace { place: Place::new("console", "support"), message: MessageId::new("post:142:console:support") }
}

/// A complaint of 13:00 local time, seen two minutes later.
pub fn mention(text: &str) -> Mention {
    let seen = EventKind::Seen {
        post: Box::new(Post {
            network: "mastodon".to_owned(),
            source: SourceName::new("demo"),
            external_id: "1".to_owned(),
            conversation: None,
            parent: None,
            author: Author {
                id: "bob".to_owned(),
                name: "Bob Example".to_owned(),
                handle: "bob".to_owned(),
                reach: Some(1204),
                url: None,
            },
            text: text.to_owned(),
            url: Some("https://social.example/@bob/1".to_owned()),
            language: None,
            posted_at: at("2026-03-02T12:00:00Z"),
            addressed: true,
            native: Native::default(),
        }),
        verdict: Verdict {
            brand: BrandId::new("northwind"),
            kind: Kind::Complaint,
            confidence: 0.9,
            direct: true,
            language: Some("en".to_owned()),
            matched: vec!["northwind".to_owned()],
            signals: hearback::domain::Signals::default(),
        },
        places: vec![Place::new("console", "support")],
        due_at: Some(at("2026-03-02T13:00:00Z")),
        can: Capabilities { reply: true, ..Capabilities::READ_ONLY },
        nth: 3,
    };
    let first = event("2026-03-02T12:02:00Z", None, seen);
    Mention::open(MentionNo(142), &first).expect("the first event is Seen")
}

pub fn event(when: &str, by: Option<&str>, what: EventKind) -> Event {
    let by = by.map_or(Actor::Desk, |id| Actor::Person(PersonId::new(id)));
    Event { at: at(when), by, via: Some(ChatName::new("console")), what }
}
