//! Facts and mentions to measure.

use fastrand::Rng;
use hearback::domain::{
    Actor, BrandId, Capabilities, CardPlace, DoneReason, Ending, Event, EventKind, Fact, Facts, Kind, Mention,
    MentionNo, MessageId, Native, PersonId, Place, Post, ReopenCause, ResponseSource, SourceName, Verdict,
};
use jiff::{SignedDuration, Timestamp};

/// A moment, as RFC 3339.
pub fn ts(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

/// Facts of these mentions.
pub fn facts_of(mentions: &[Mention]) -> Facts {
    let mut names: Vec<String> = Vec::new();
    let mut code = |name: String| {
        let at = names.iter().position(|n| *n == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        u16::try_from(at).expect("few names")
    };
    let rows = mentions.iter().flat_map(Mention::facts).map(|f| f.map_names(&mut code)).collect();
    Facts { names: names.into(), rows }
}

/// A wait of a direct question of brand 0 on network 1 that began at 0; `at` is seconds later.
pub fn fact(no: u64, ending: Ending, at: i64) -> Fact<u16> {
    Fact {
        no: MentionNo(no),
        cycle: 1,
        brand: 0,
        network: 1,
        person: matches!(ending, Ending::Answered(ResponseSource::Sent)).then_some(2),
        kind: Kind::Question,
        direct: true,
        started_ms: 0,
        ending,
        end_ms: at * 1000,
        detection_s: None,
        pickup_s: None,
        handling_s: None,
        approval_s: None,
    }
}

fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(..from.len())]
}

/// Texts that are awkward in tables, spreadsheets and terminals.
const TEXTS: &[&str] = &[
    "When do you open?",
    "=HYPERLINK(\"http://evil.example\",\"click\")",
    "+49 is not a number",
    "-1",
    "@brand hello, \"quoted\", and; more",
    "two\nlines\r\nor three",
    "Größe 👩‍👩‍👧 すごい",
    "\tindented",
    "",
];

/// The mention that a random life makes, and its events. It begins in January 2026 and may not be over.
pub fn mention(rng: &mut Rng, no: u64) -> (Mention, Vec<Event>) {
    let mut at = ts("2026-01-01T00:00:00Z") + SignedDuration::from_millis(rng.i64(0..30 * 86_400_000));
    let place = Place::new("console", "room");
    let text = pick(rng, TEXTS);
    let post = Post {
        network: pick(rng, &["feed", "hackernews", "webhook", "x"]).to_owned(),
        source: SourceName::new("src"),
        external_id: format!("p{no}"),
        conversation: None,
        parent: None,
        author: hearback::domain::Author {
            id: format!("a{no}"),
            name: "Jo".to_owned(),
            handle: pick(rng, &["jo", "", "=cmd", "bob,1"]).to_owned(),
            reach: None,
            url: None,
        },
        text: text.to_owned(),
        url: rng.bool().then(|| format!("https://example.com/{no}")),
        language: None,
        posted_at: at,
        addressed: rng.bool(),
        native: Native::default(),
    };
    let verdict = Verdict {
        brand: BrandId::new(pick(rng, &["acme", "zeta"])),
        kind: pick(rng, &Kind::ALL),
        confidence: 0.5,
        direct: post.addressed,
        language: rng.bool().then(|| "en".to_owned()),
        matched: vec!["acme".to_owned()],
        signals: hearback::domain::Signals::default(),
    };
    let mut events = Vec::new();
    let mut happen = |rng: &mut Rng, at: &mut Timestamp, what: EventKind| {
        *at = at.checked_add(SignedDuration::from_millis(later(rng))).expect("in range");
        let by = if rng.bool() { Actor::Desk } else { Actor::Person(PersonId::new(pick(rng, &["ana", "sam"]))) };
        events.push(Event { at: *at, by, via: None, what });
    };
    let seen = EventKind::Seen {
        post: Box::new(post),
        verdict,
        places: vec![place.clone()],
        due_at: None,
        can: Capabilities::READ_ONLY,
        nth: 1,
    };
    happen(rng, &mut at, seen);
    for _ in 0..rng.usize(0..9) {
        let external_id = format!("r{no}");
        let posted_at = at + SignedDuration::from_millis(later(rng));
        let what = match rng.u8(0..12) {
            0 | 1 => EventKind::CardPosted { card: CardPlace { place: place.clone(), message: MessageId::new("m") } },
            2 => EventKind::Claimed { by: PersonId::new(pick(rng, &["ana", "sam"])), given: false },
            3 => EventKind::ApprovalAsked { version: 1 },
            4 => EventKind::Approved { version: 1 },
            5 | 6 => {
                let by = PersonId::new(pick(rng, &["ana", "sam", "-kim"]));
                EventKind::Replied { version: 1, text: "Hi".into(), external_id, url: None, posted_at, by }
            }
            7 => EventKind::AnsweredNatively { account: "acme".into(), external_id, url: None, posted_at },
            8 => EventKind::Closed { reason: pick(rng, &DoneReason::ALL) },
            9 => {
                let cause = if rng.bool() { ReopenCause::FollowUp } else { ReopenCause::Person };
                EventKind::Reopened { cause, from: at, due_at: None }
            }
            10 => EventKind::Tagged { added: vec!["vip".into(), "=x".into()], removed: vec![] },
            _ => EventKind::Noted { text: "hm".into() },
        };
        happen(rng, &mut at, what);
    }
    (Mention::fold(MentionNo(no), &events).expect("begins with Seen"), events)
}

/// Milliseconds until the next event: mostly minutes, sometimes days; sometimes whole seconds, so that there are ties.
fn later(rng: &mut Rng) -> i64 {
    match rng.u8(0..4) {
        0 => rng.i64(0..120) * 1000,
        1 => rng.i64(0..7_200_000),
        2 => rng.i64(0..86_400_000),
        _ => rng.i64(0..500_000_000),
    }
}
