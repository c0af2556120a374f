//! Posts, commits and folders for the tests of the store.

use hearback::domain::*;
use hearback::store::{Embedded, Options, Store, StoreError};
use jiff::{SignedDuration, Timestamp};
use std::path::Path;
use std::time::Duration;

/// A moment: so many seconds after a fixed one.
pub fn at(s: i64) -> Timestamp {
    "2026-03-02T09:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(s)
}

/// Small files, no ballast, nothing low.
pub fn options() -> Options {
    Options {
        ballast_bytes: 0,
        reserve_bytes: 0,
        low_bytes: 0,
        low_percent: 0,
        segment_bytes: 24 << 10,
        step_bytes: 8 << 10,
        snapshot_bytes: 0,
        cache_bytes: 8 << 20,
        lock_wait: Duration::from_secs(20),
        copies_within: Some(SignedDuration::from_hours(48)),
        ..Options::default()
    }
}

pub fn open(folder: &Path) -> Embedded {
    open_with(folder, options()).unwrap()
}

pub fn open_with(folder: &Path, options: Options) -> Result<Embedded, StoreError> {
    Embedded::open(folder, options, &|_| {})
}

pub fn post(id: &str, author: &str) -> Post {
    Post {
        network: "forum".to_owned(),
        source: SourceName::new("forum-eu"),
        external_id: id.to_owned(),
        conversation: None,
        parent: None,
        author: Author {
            id: author.to_owned(),
            name: format!("Name of {author}"),
            handle: author.to_owned(),
            ..Author::default()
        },
        text: format!("Is the service of {author} down again? {id}"),
        url: Some(format!("https://forum.example/{id}")),
        language: None,
        posted_at: at(0),
        addressed: true,
        native: Native::default(),
    }
}

pub fn seen(post: Post) -> Seen {
    Seen {
        verdict: Verdict {
            brand: BrandId::new("acme"),
            kind: Kind::Question,
            confidence: 0.7,
            direct: true,
            language: Some("en".to_owned()),
            matched: vec!["service".to_owned()],
            signals: Signals::default(),
        },
        places: vec![Place::new("console", "desk")],
        due_at: Some(post.posted_at + SignedDuration::from_hours(1)),
        can: Capabilities::READ_ONLY,
        own_account: None,
        opens: true,
        post,
    }
}

pub fn intake(s: i64, seen: Vec<Seen>) -> Intake {
    Intake { at: at(s), source: SourceName::new("forum-eu"), seen, cursor: None, idem: None, via: None }
}

pub fn by(person: &str, s: i64, what: EventKind) -> Event {
    Event { at: at(s), by: Actor::Person(PersonId::new(person)), via: Some(ChatName::new("console")), what }
}

/// A commit in which something happens to a mention.
pub fn happens(m: &Mention, s: i64, what: Vec<EventKind>) -> Commit {
    let mut commit = Commit::at(at(s));
    commit.happen(m, what.into_iter().map(|w| by("ana", s, w)).collect());
    commit
}

/// The same, where a copy may get a card of its own by it.
pub async fn happens_apart(store: &dyn Store, m: &Mention, s: i64, what: Vec<EventKind>) -> Commit {
    let events: Vec<Event> = what.into_iter().map(|w| by("ana", s, w)).collect();
    let lead = match m.parts_from(&events) {
        Some(lead) => Some(mention(store, lead.0).await),
        None => None,
    };
    let mut commit = Commit::at(at(s));
    commit.happen_apart(m, events, lead.as_ref());
    commit
}

/// What many people say, each a little differently.
pub fn copied(id: &str, author: &str) -> Post {
    let text = format!("The bridge app has lost all my tickets since the update, has it lost yours as well? {id}");
    Post { text, ..post(id, author) }
}

pub fn claimed(person: &str) -> EventKind {
    EventKind::Claimed { by: PersonId::new(person), given: false }
}

pub fn replied(id: &str, s: i64) -> EventKind {
    EventKind::Replied {
        version: 1,
        text: "Fixed, sorry!".to_owned(),
        external_id: id.to_owned(),
        url: None,
        posted_at: at(s),
        by: PersonId::new("ana"),
    }
}

pub async fn mention(store: &dyn Store, no: u64) -> Mention {
    store.mention(MentionNo(no)).await.unwrap().unwrap()
}
