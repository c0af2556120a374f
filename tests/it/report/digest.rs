//! What a channel reads in the morning.

use super::make::{fact, ts};
use super::ttfr::shown;
use hearback::domain::{
    BrandId, DigestInput, Ending, Facts, Kind, MentionNo, OpenPage, OpenRow, PersonId, ResponseSource, Span, State,
};
use hearback::report::digest_message;
use jiff::{SignedDuration, Timestamp};

fn now() -> Timestamp {
    ts("2026-11-23T09:00:00Z")
}

fn row(no: u64, kind: Kind, hours_ago: i64, author: &str, excerpt: &str) -> OpenRow {
    OpenRow {
        no: MentionNo(no),
        brand: BrandId::new("acme"),
        network: "mastodon".to_owned(),
        kind,
        confidence: 0.9,
        praise: 0.9,
        sure_praise: true,
        direct: true,
        can_reply: true,
        can_like: false,
        state: State::Open,
        holder: None,
        claimed_at: None,
        due_at: None,
        overdue: false,
        started_at: now() - SignedDuration::from_hours(hours_ago),
        author: author.to_owned(),
        excerpt: excerpt.to_owned(),
    }
}

fn empty() -> DigestInput {
    DigestInput {
        date: "2026-11-23".parse().expect("a date"),
        zone: "UTC".to_owned(),
        now: now(),
        ..DigestInput::default()
    }
}

fn facts(answered: u64, waiting: u64, kind: Kind) -> Facts {
    let start = (now() - SignedDuration::from_hours(20)).as_millisecond();
    let rows = (0..answered + waiting)
        .map(|i| {
            let ending = if i < answered { Ending::Answered(ResponseSource::Sent) } else { Ending::Waiting };
            let mut f = fact(i, ending, 0);
            (f.kind, f.started_ms, f.end_ms) = (kind, start, start + 2_460_000);
            f
        })
        .collect();
    Facts { names: vec!["acme".to_owned(), "x".to_owned(), "ana".to_owned()].into(), rows }
}

#[test]
fn a_full_morning() {
    let mut input = empty();
    input.praise = OpenPage {
        rows: (0..10).map(|i| row(10 + i, Kind::Praise, 72 - i64::try_from(i).unwrap(), "jo", "love it")).collect(),
        total: 14,
    };
    let mut late = row(3, Kind::Complaint, 5, "bob", "it broke");
    late.due_at = Some(now() - SignedDuration::from_hours(3));
    input.overdue = OpenPage { rows: vec![late], total: 1 };
    let mut idle = row(4, Kind::Question, 9, "eve", "");
    (idle.holder, idle.claimed_at) = (Some(PersonId::new("ana")), Some(now() - SignedDuration::from_hours(6)));
    input.idle = OpenPage { rows: vec![idle], total: 1 };
    input.approval = OpenPage { rows: vec![row(5, Kind::Question, 2, "kim", "when?")], total: 7 };
    input.yesterday = facts(3, 1, Kind::Praise);
    input.week = facts(8, 2, Kind::Complaint);
    input.failing = vec!["blog: HTTP 500 since 06:10".to_owned()];
    input.paused = Some("by Ana since 08:00, \"moving house\"".to_owned());
    let (text, buttons) = digest_message(&input).flat();
    insta::assert_snapshot!(shown(&text), @r#"
    Digest for Monday 23 November 2026
    Unanswered praise: 14 (oldest 3 d)
    #10 jo on mastodon, 3 d ago: «love it»
    #11 jo on mastodon, 2 d 23 h ago: «love it»
    #12 jo on mastodon, 2 d 22 h ago: «love it»
    #13 jo on mastodon, 2 d 21 h ago: «love it»
    #14 jo on mastodon, 2 d 20 h ago: «love it»
    #15 jo on mastodon, 2 d 19 h ago: «love it»
    #16 jo on mastodon, 2 d 18 h ago: «love it»
    #17 jo on mastodon, 2 d 17 h ago: «love it»
    #18 jo on mastodon, 2 d 16 h ago: «love it»
    #19 jo on mastodon, 2 d 15 h ago: «love it»
    +4 more: queue praise
    Overdue questions and complaints: 1
    #3 bob on mastodon, complaint, due 3 h ago: «it broke»
    Claimed but idle: 1
    #4 eve on mastodon, question, ana has it for 6 h
    Waiting for approval: 7
    #5 kim on mastodon, question, posted 2 h ago: «when?»
    +6 more: queue approval
    Yesterday: 4 in, 3 answered (75 %), median 41 min; praise answered 75 %
    Last seven days: 10 in, 8 answered (80 %), median 41 min; complaints answered 80 %
    Source in trouble: blog: HTTP 500 since 06:10
    Paused: by Ana since 08:00, "moving house"
    "#);
    let lines: Vec<_> = buttons.iter().map(|b| (b.label.as_str(), b.command.as_str())).collect();
    let first = [("Thanks #10", "thanks 10"), ("Claim #10", "claim 10"), ("Not praise #10", "kind 10 other")];
    assert_eq!((&lines[..3], lines[3]), (&first[..], ("Thanks #11", "thanks 11")));
    assert_eq!(lines.len(), 30);
}

#[test]
fn an_idle_day_is_one_friendly_line() {
    let (text, buttons) = digest_message(&empty()).flat();
    assert_eq!(shown(&text), "Digest for Monday 23 November 2026: nothing is waiting, everybody has been heard.");
    assert!(buttons.is_empty());
    // With figures of yesterday if there are any; a failing source is never an idle day.
    let busy = DigestInput { yesterday: facts(2, 0, Kind::Praise), ..empty() };
    assert!(shown(&digest_message(&busy).flat().0).contains("Yesterday: 2 in, 2 answered (100 %), median 41 min"));
    let failing = DigestInput { failing: vec!["blog: no answer".to_owned()], ..empty() };
    assert!(shown(&digest_message(&failing).flat().0).contains("Source in trouble: blog: no answer"));
}

#[test]
fn words_from_outside_stay_on_their_line_and_are_never_markup() {
    let mut input = empty();
    let author = "eve\nPaused: by Ana\u{202e}\u{1b}[31m @everyone";
    input.praise = OpenPage { rows: vec![row(1, Kind::Praise, 1, author, "<!channel> **hi**\r\n#2 forged")], total: 1 };
    let (text, _) = digest_message(&input).flat();
    let bold: Vec<&String> = text.0.iter().filter_map(|s| if let Span::Bold(b) = s { Some(b) } else { None }).collect();
    assert!(bold.iter().all(|b| !b.contains("Paused")), "{bold:?}");
    assert!(text.0.contains(&Span::Quote("<!channel> **hi** #2 forged".to_owned())), "as data, on one line: {text:?}");
    assert_eq!(shown(&text).lines().filter(|l| l.contains("eve")).count(), 1);
    assert!(!shown(&text).contains(['\u{1b}', '\u{202e}']));
}
