//! Every version that was ever written still reads, and the present one does not change by accident.
//!
//! With a new version: raise `record::SCHEMA`, add the step from the old one, and run these tests once with
//! `HEARBACK_BLESS=1`, which writes the files of the new version and leaves the old ones alone.

use super::sample::*;
use hearback::domain::*;
use hearback::store::record::{self, SCHEMA, Stored};
use std::fs;
use std::path::PathBuf;

fn file(what: &str, version: u16) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{what}-v{version}.bin"))
}

/// A mention that had everything happen to it, with its events.
fn sample() -> (Mention, Vec<Event>, Commit) {
    let mut p = post("a", "bob");
    p.conversation = Some("t1".to_owned());
    p.author.reach = Some(12);
    let s = seen(p.clone());
    let card = CardPlace { place: Place::new("console", "desk"), message: MessageId::new("m1") };
    let first = Event {
        at: at(1),
        by: Actor::Desk,
        via: None,
        what: EventKind::Seen {
            post: Box::new(p.clone()),
            verdict: s.verdict,
            places: s.places,
            due_at: s.due_at,
            can: s.can,
            nth: 1,
            like: None,
        },
    };
    let mut commit = Commit::at(at(1));
    let m = commit.open(MentionNo(142), first.clone()).unwrap();
    let reopened = EventKind::Reopened { cause: ReopenCause::FollowUp, from: at(80), due_at: None };
    let native = EventKind::AnsweredNatively {
        account: "acme".to_owned(),
        external_id: "n".to_owned(),
        url: None,
        posted_at: at(85),
    };
    let what = vec![
        EventKind::CardPosted { card: card.clone() },
        claimed("ana"),
        EventKind::Drafted { version: 1, text: "Sorry!".to_owned() },
        EventKind::ApprovalAsked { version: 1 },
        EventKind::Rejected { version: 1, reason: "shorter".to_owned() },
        EventKind::Approved { version: 1 },
        EventKind::SendQueued { version: 1, send: 1 },
        EventKind::SendFailed { why: "busy".to_owned() },
        EventKind::SendUnknown { why: "silence".to_owned() },
        replied("r1", 70),
        EventKind::FollowedUp { post: Box::new(post("b", "bob")) },
        reopened,
        native,
        EventKind::Noted { text: "note".to_owned() },
        EventKind::Snoozed { until: at(99) },
        EventKind::Woke,
        EventKind::BecameOverdue,
        EventKind::Tagged { added: vec!["vip".to_owned()], removed: vec!["new".to_owned()] },
        EventKind::KindSet { to: Kind::Complaint, due_at: Some(at(120)) },
        EventKind::Closed { reason: DoneReason::Duplicate },
        EventKind::CardLost { card },
        EventKind::Released,
    ];
    let events: Vec<Event> = what.into_iter().map(|w| by("ana", 60, w)).collect();
    let m = commit.happen(&m, events.clone());
    commit.effects.push(EffectChange::Done(EffectId("post:142:console:desk".to_owned())));
    commit.cursor = Some((SourceName::new("forum-eu"), Cursor("42".to_owned())));
    commit.settings = vec![("a".to_owned(), Some("b".to_owned())), ("c".to_owned(), None)];
    commit.idem = Some(IdemKey("k".to_owned()));
    let all = std::iter::once(first).chain(events).collect();
    (m, all, commit)
}

fn written() -> [(&'static str, Vec<u8>); 2] {
    let (m, events, commit) = sample();
    let record = record::encode_mention(Stored::new(m, events)).unwrap();
    [("record", record), ("commit", record::encode_commit(&commit).unwrap())]
}

#[test]
fn the_present_version_is_written_as_its_golden_files_say() {
    for (what, bytes) in written() {
        let path = file(what, SCHEMA);
        if !path.exists() && std::env::var_os("HEARBACK_BLESS").is_some() {
            fs::write(&path, &bytes).unwrap();
        }
        let golden = fs::read(&path).unwrap_or_default();
        assert!(golden == bytes, "{what} is written differently than {}: raise record::SCHEMA", path.display());
    }
}

#[test]
fn every_version_still_reads() {
    let (m, events, commit) = sample();
    for version in 1..=SCHEMA {
        let stored = record::decode_mention(&fs::read(file("record", version)).unwrap()).unwrap();
        assert_eq!(
            Mention::fold(MentionNo(142), &stored.events).unwrap(),
            Mention { version: 1, ..stored.mention.clone() }
        );
        let read = record::decode_commit(u32::from(version), &fs::read(file("commit", version)).unwrap()).unwrap();
        if version == SCHEMA {
            assert_eq!(stored, Stored::new(m.clone(), events.clone()));
            assert_eq!(read, commit);
        }
        assert_eq!(read.changes.len(), 2);
    }
}

/// A field that older records lack and older readers pass over needs no new version, but what was written without it
/// still reads.
#[test]
fn effects_from_before_they_said_when_they_were_queued_still_read() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/commit-v1-before-queued-at.bin");
    let read = record::decode_commit(1, &fs::read(path).unwrap()).unwrap();
    let mut queued = read.effects.iter().filter_map(|e| match e {
        EffectChange::Put(effect) => Some(effect),
        EffectChange::Done(_) => None,
    });
    let first = queued.next().unwrap();
    assert_eq!(first.queued_at, None);
    assert_eq!(first.maybe_since(at(0)), Some(first.due_at), "an earlier process may have tried it");
    assert!(queued.all(|e| e.queued_at.is_none() && !e.asked));
}

#[test]
fn a_new_mention_is_not_written_twice_in_the_journal() {
    let (_, events, _) = sample();
    let mut commit = Commit::at(at(1));
    commit.open(MentionNo(142), events[0].clone()).unwrap();
    let bytes = record::encode_commit(&commit).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert_eq!(text.matches("Is the service").count(), 1, "{text}");
    assert_eq!(record::decode_commit(u32::from(SCHEMA), &bytes).unwrap(), commit);
}
