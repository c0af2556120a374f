//! Posts of a year, and what becomes of them: the same for both stores, from one seed.

use hearback::domain::{
    Actor, Author, BrandId, Capabilities, CardPlace, ChatName, Commit, DoneReason, EffectChange, EffectId, EffectKind,
    Event, EventKind, Intake, Kind, Mention, MessageId, Native, PersonId, Place, Post, Seen, SourceName, Verdict,
};
use jiff::{SignedDuration, Timestamp};

/// The last moment of the year that is filled, in seconds since 1970 (2026-11-01T00:00:00Z).
const END: i64 = 1_793_491_200;
/// The length of the year, in seconds.
pub const YEAR: i64 = 365 * 86_400;
/// One mention in so many stays open.
pub const OPEN_ONE_IN: u64 = 20;

const NETWORKS: [&str; 4] = ["forum", "reviews", "hackernews", "feed"];
const PEOPLE: [&str; 6] = ["ana", "ben", "cleo", "dev", "eli", "fay"];
const WORDS: [&str; 32] = [
    "the", "order", "still", "has", "not", "arrived", "and", "nobody", "answers", "my", "Acme", "account", "since",
    "monday", "is", "it", "down", "again", "thanks", "for", "quick", "help", "really", "love", "new", "version", "but",
    "login", "fails", "on", "phone", "günstig",
];

/// A moment, so many seconds after the end of the year.
pub fn after(seconds: i64) -> Timestamp {
    Timestamp::from_second(END + seconds).expect("a moment of this century")
}

/// The place of all cards.
fn place() -> Place {
    Place::new("console", "desk")
}

/// The post number `i`, counted from 0, at that moment. One author in two is heard again.
pub fn seen(i: u64, posted_at: Timestamp) -> Seen {
    let mut rng = fastrand::Rng::with_seed(i);
    let words: Vec<&str> = (0..rng.usize(5..45)).map(|_| WORDS[rng.usize(..WORDS.len())]).collect();
    let network = NETWORKS[rng.usize(..NETWORKS.len())];
    let author = format!("u{}", rng.u64(..=i.max(10) / 2));
    let kind = Kind::ALL[rng.usize(..Kind::ALL.len())];
    Seen {
        post: Post {
            network: network.to_owned(),
            source: SourceName::new(format!("{network}-eu")),
            external_id: format!("post-{i:09}"),
            conversation: None,
            parent: None,
            author: Author {
                name: format!("Customer {author}"),
                handle: author.clone(),
                id: author,
                reach: Some(rng.u64(..5000)),
                url: None,
            },
            text: words.join(" "),
            url: Some(format!("https://{network}.example/t/{i}")),
            language: None,
            posted_at,
            addressed: i.is_multiple_of(3),
            native: Native::default(),
        },
        verdict: Verdict {
            brand: BrandId::new("acme"),
            kind,
            confidence: 0.7,
            direct: i.is_multiple_of(3),
            language: Some("en".to_owned()),
            matched: vec!["acme".to_owned()],
            signals: hearback::domain::Signals::default(),
        },
        places: vec![place()],
        due_at: Some(posted_at + SignedDuration::from_hours(4)),
        can: Capabilities::READ_ONLY,
        opens: true,
        own_account: None,
    }
}

/// What a source hands in, one minute after the last of its posts.
pub fn intake(posts: Vec<Seen>) -> Intake {
    let at = posts.last().map_or(after(0), |s| s.post.posted_at) + SignedDuration::from_mins(1);
    let last = posts.last().map(|s| s.post.external_id.clone()).unwrap_or_default();
    Intake {
        at,
        source: SourceName::new("forum-eu"),
        seen: posts,
        cursor: Some(hearback::domain::Cursor(last)),
        idem: None,
        via: None,
    }
}

/// When the post number `i` of `n` was made: they are spread evenly over the year.
pub fn spread(i: u64, n: u64) -> Timestamp {
    let part = i128::from(i) * i128::from(YEAR) / i128::from(n.max(1));
    after(i64::try_from(part).expect("within the year") - YEAR)
}

/// True if the mention with that number stays open in the filled store.
pub fn stays_open(no: u64) -> bool {
    no.is_multiple_of(OPEN_ONE_IN)
}

fn by(person: &str, at: Timestamp, what: EventKind) -> Event {
    Event { at, by: Actor::Person(PersonId::new(person)), via: Some(ChatName::new("console")), what }
}

/// The rest of these mentions' lives in one commit: their cards stand, and 95 % of them are answered or closed. Their
/// effects are done.
pub fn lives(mentions: &[Mention]) -> Commit {
    let last = mentions.last().map_or(after(0), |m| m.post.posted_at);
    let mut commit = Commit::at(last + SignedDuration::from_mins(5));
    for m in mentions {
        let no = m.no.0;
        let person = PEOPLE[usize::try_from(no % 6).expect("small")];
        let seen = m.cycle().seen_at;
        let wait = SignedDuration::from_secs(i64::try_from(no * 7919 % 40_000).expect("small") + 60);
        let card = CardPlace { place: place(), message: MessageId::new(format!("m{no}")) };
        let mut events = vec![Event { at: seen, by: Actor::Desk, via: None, what: EventKind::CardPosted { card } }];
        if !stays_open(no) {
            let claimed = EventKind::Claimed { by: PersonId::new(person), given: false };
            events.push(by(person, seen + wait / 2, claimed));
            let end = match no % OPEN_ONE_IN {
                1 => EventKind::Closed { reason: DoneReason::Spam },
                2 | 3 => EventKind::Closed { reason: DoneReason::None },
                _ => EventKind::Replied {
                    version: 1,
                    text: "Sorry for the wait! It is fixed now, please try again.".to_owned(),
                    external_id: format!("answer-{no}"),
                    url: None,
                    posted_at: seen + wait,
                    by: PersonId::new(person),
                },
            };
            events.push(by(person, seen + wait, end));
        }
        commit.happen(m, events);
    }
    let posted = mentions.iter().map(|m| EffectChange::Done(EffectId(format!("post:{}:{}", m.no.0, place()))));
    commit.effects = posted.collect();
    commit
}

/// A claim of that mention.
pub fn claim(m: &Mention, seconds: i64) -> Commit {
    let at = after(seconds);
    let mut commit = Commit::at(at);
    commit.happen(m, vec![by("ana", at, EventKind::Claimed { by: PersonId::new("ana"), given: false })]);
    debug_assert!(commit.effects.iter().all(|e| match e {
        EffectChange::Put(e) => matches!(e.kind, EffectKind::UpdateCard { .. }),
        EffectChange::Done(_) => false,
    }));
    commit
}
