//! The figures of small sets, worked out by hand.

use super::make::{fact, facts_of, mention, ts};
use hearback::domain::{Ending, Fact, Facts, Kind, ResponseSource, Span, Text};
use hearback::report::{
    Auros, By, Hours, Share, Sources, StatsAsk, auros_text, duration, figures, groups, percent, report_json,
    report_text, stats_text,
};
use jiff::Timestamp;
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

const SENT: Ending = Ending::Answered(ResponseSource::Sent);
const NATIVE: Ending = Ending::Answered(ResponseSource::Native);
const STATED: Ending = Ending::Answered(ResponseSource::Stated);

/// All began at 0 and are asked about at 14400 s: answered after 10, 20, 30, 60 and 120 minutes, one closed without an
/// answer after 60, two still waiting, one spam.
fn small() -> Vec<Fact<u16>> {
    vec![
        fact(1, SENT, 600),
        fact(2, STATED, 7200),
        fact(3, Ending::Waiting, 0),
        fact(4, SENT, 1200),
        fact(5, Ending::Closed, 3600),
        fact(6, NATIVE, 3600),
        fact(7, SENT, 1800),
        fact(8, Ending::Waiting, 0),
        fact(9, Ending::Excluded, 30),
    ]
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("in range")
}

/// n = 8. S(600) = 7/8, S(1200) = 6/8, S(1800) = 5/8, S(3600) = 4/8: the median is 3600, with the closed one still at
/// risk. Left are 3: S(7200) = 1/2 * 2/3 = 1/3, and no more answers: p90 is more than 14400.
#[test]
fn a_small_set_by_hand() {
    let f = figures(&small(), at(14_400), None);
    assert_eq!((f.n, f.answered, f.waiting, f.closed, f.excluded), (8, 5, 2, 1, 1));
    assert_eq!(f.answered_share(), Some(0.625));
    assert_eq!(f.sources, Sources { sent: 3, native: 1, stated: 1 });
    assert_eq!((f.calendar.median, f.calendar.p90, f.calendar.longest), (Some(3600), None, Some(14_400)));
    // Within an hour: 4 answered, and of the other 4 it is known that it took them longer.
    assert_eq!(f.calendar.within_1h, Share { estimate: Some(0.5), answered: 4, known: 8 });
    // Nobody was observed for a day: only of the 5 answered it is known.
    assert_eq!(f.calendar.within_24h, Share { estimate: None, answered: 5, known: 5 });
    // A day later the two still wait: S(86400) = 1/3.
    let later = figures(&small(), at(90_000), None).calendar.within_24h;
    assert!((later.estimate.unwrap() - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!((later.answered, later.known), (5, 7), "of the one closed after an hour it is never known");
}

/// Open 01:00 to 03:00 UTC. In open seconds the waits are 0, 0, 0, 0 (answered), 0 (closed), 3600 (answered) and twice
/// 7200 (waiting): S(0) = 4/8, S(3600) = 1/2 * 2/3 = 1/3.
#[test]
fn business_hours_beside_it() {
    let day = vec![hearback::report::OpenSpan::parse("01:00-03:00").unwrap()];
    let hours = Hours::new("UTC", std::array::from_fn(|_| day.clone()), []).unwrap();
    let f = figures(&small(), at(14_400), Some(&hours.calendar(at(0), at(14_400))));
    let business = f.business.unwrap();
    assert_eq!((business.median, business.p90, business.longest), (Some(0), None, Some(7200)));
    assert_eq!(business.within_1h.answered, 5);
    assert!((business.within_1h.estimate.unwrap() - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(f.calendar.median, Some(3600), "calendar time is not touched by it");
}

#[test]
fn parts_are_medians_of_those_that_have_them() {
    let mut rows = small();
    for (row, seconds) in rows.iter_mut().zip([50, 10, 40, 20]) {
        row.detection_s = Some(seconds);
    }
    rows[0].pickup_s = Some(7);
    rows[8].pickup_s = Some(7000); // spam: not counted
    let parts = figures(&rows, at(14_400), None).parts;
    assert_eq!((parts.detection.n, parts.detection.median), (4, Some(20)), "10 20 40 50: two of four do not exceed 20");
    assert_eq!((parts.pickup.n, parts.pickup.median), (1, Some(7)));
    assert_eq!((parts.approval.n, parts.approval.median), (0, None));
}

#[test]
fn a_wait_that_begins_in_the_future_lasts_nothing() {
    let mut ahead = fact(1, Ending::Waiting, 0);
    ahead.started_ms = 20_000_000;
    let mut before = fact(2, SENT, 0);
    before.started_ms = 5_000;
    let f = figures(&[ahead, before], at(14_400), None);
    assert_eq!((f.calendar.median, f.calendar.longest), (Some(0), Some(0)), "networks' clocks differ: never negative");
}

/// Praise: 1 of 4 answered, complaints: 3 of 4: the gap is -50 points. On x and the feed in different shares.
fn praise_and_complaints() -> Facts {
    let mut rows = Vec::new();
    for i in 0..8u64 {
        let praise = i < 4;
        let answered = i == 0 || (4..7).contains(&i);
        let mut f = fact(i, if answered { SENT } else { Ending::Waiting }, if answered { 5760 } else { 0 });
        f.kind = if praise { Kind::Praise } else { Kind::Complaint };
        f.direct = i % 2 == 0;
        f.network = if i == 7 { 3 } else { 1 };
        rows.push(f);
    }
    let mut spam = fact(9, Ending::Excluded, 5);
    spam.kind = Kind::Praise;
    rows.push(spam);
    Facts { names: vec!["acme".to_owned(), "x".to_owned(), "ana".to_owned(), "feed".to_owned()].into(), rows }
}

#[test]
fn the_auros_table_and_the_praise_gap() {
    let facts = praise_and_complaints();
    let table = Auros::of(&facts, at(14_400));
    assert_eq!((table.praise, table.complaints, table.praise_gap), (Some(0.25), Some(0.75), Some(-0.5)));
    let networks: Vec<_> = table.rows.iter().map(|r| (r.network.as_deref(), r.kind.word())).collect();
    assert_eq!(networks[..4], [(None, "question"), (None, "complaint"), (None, "praise"), (Some("x"), "question")]);
    assert_eq!(networks.len(), 9, "all, x and the feed, three kinds each");
    let x_complaints = &table.rows[4];
    assert_eq!((x_complaints.direct.figures.n, x_complaints.indirect.figures.n), (2, 1));
    assert_eq!(x_complaints.direct.figures.calendar.median, Some(5760));
    insta::assert_snapshot!(auros_text(&facts, at(14_400)), @r#"
    Auros table: who is answered, and how fast (calendar time)
                                                     direct                         indirect   2011
    network     kind          n answ.     median        p90    n answ.     median        p90   Tw   Fb
    all         question      0     -          -          -    0     -          -          -  25%  50%
                complaint     2 100 %     96 min     96 min    2  50 %     96 min       >4 h  20%  11%
                praise        2  50 %     96 min       >4 h    2   0 %       >4 h       >4 h  10%  17%
    x           question      0     -          -          -    0     -          -          -  25%  50%
                complaint     2 100 %     96 min     96 min    1 100 %     96 min     96 min  20%  11%
                praise        2  50 %     96 min       >4 h    2   0 %       >4 h       >4 h  10%  17%
    feed        question      0     -          -          -    0     -          -          -  25%  50%
                complaint     0     -          -          -    1   0 %       >4 h       >4 h  20%  11%
                praise        0     -          -          -    0     -          -          -  10%  17%
    Praise gap: -50 points (praise answered 25 %, complaints 75 %)
    Published gap: -10 points on Twitter, +6 points on Facebook.
    Published times, means over the answered alone: complaint 96 min, praise 36 h.
    2011: Auros, "Are you serious about social?", mystery shopping of 25 UK retailers: 20 on Twitter
    (Tw), 18 on Facebook (Fb). Each share is two to nine companies and the 36 h about two replies: a
    mark on the wall. Fb praise, 96 min and 36 h are quoted from the study and were not found elsewhere.
    Unanswered waits count (Kaplan-Meier). ">2 h": not reached, longer than that.
    "#);
}

#[test]
fn groups_have_their_own_figures() {
    let facts = praise_and_complaints();
    let by = |by| groups(&facts, by, at(14_400), None).into_iter().map(|g| (g.name, g.figures.n, g.figures.answered));
    let rows = |b| by(b).collect::<Vec<_>>();
    let named =
        |list: &[(&str, usize, usize)]| list.iter().map(|(s, n, a)| ((*s).to_owned(), *n, *a)).collect::<Vec<_>>();
    assert_eq!(rows(By::Kind), named(&[("complaint", 4, 3), ("praise", 4, 1)]));
    assert_eq!(rows(By::Network), named(&[("x", 7, 4), ("feed", 1, 0)]));
    assert_eq!(rows(By::Direct), named(&[("direct", 4, 3), ("indirect", 4, 1)]));
    assert_eq!(rows(By::Brand), named(&[("acme", 8, 4)]));
    assert_eq!(rows(By::Person), named(&[("ana", 4, 4)]), "the answered alone");
    assert!(By::ALL.iter().all(|by| By::from_word(by.word()) == Some(*by)));
}

fn ask(by: Option<By>, hours: Option<Hours>) -> StatsAsk {
    StatsAsk { from: Timestamp::MIN, to: at(14_000), now: at(14_400), by, hours }
}

/// What a chat shows, without its markup.
pub fn shown(text: &Text) -> String {
    text.0
        .iter()
        .map(|span| match span {
            Span::Plain(s) | Span::Bold(s) | Span::Code(s) => s.clone(),
            Span::Quote(s) => format!("«{s}»"),
            Span::Person(who) => who.0.clone(),
            Span::Time(t) => t.strftime("%Y-%m-%d %H:%M").to_string(),
            Span::Link { label, url } => format!("{label} ({url})"),
            Span::Break => "\n".to_owned(),
        })
        .collect()
}

#[test]
fn stats_in_chat() {
    insta::assert_snapshot!(shown(&stats_text(&praise_and_complaints(), &ask(Some(By::Kind), None))), @r#"
    Time to first response, posted before 1970-01-01 03:53
    8 waits, 4 answered (50 %), 4 waiting; 1 spam/not us left out
                        median        p90               in 1 h              in 24 h
    calendar time       96 min       >4 h            0 % (0/8)              - (4/4)
    business hours: around the clock, the same
    Answered: 4 sent from here, 0 natively, 0 stated
                       detection      pick-up     handling     approval
    median                     -            -            -            -
    n                          0            0            0            0
    By kind
    kind                   n  answ.     median        p90 in 1 h   24 h
    complaint              4   75 %     96 min       >4 h    0 %      -
    praise                 4   25 %       >4 h       >4 h    0 %      -
    Praise gap: -50 points (praise answered 25 %, complaints 75 %)
    Unanswered waits count (Kaplan-Meier). ">2 h": not reached, longer than that.
    "#);
    let none = StatsAsk { from: at(1), ..ask(None, None) };
    insta::assert_snapshot!(shown(&stats_text(&praise_and_complaints(), &none)), @r#"
    Time to first response, posted from 1970-01-01 00:00 to 1970-01-01 03:53
    Nothing was posted in that time.
    "#);
}

#[test]
fn lines_fit_whatever_the_names() {
    let mut rng = fastrand::Rng::with_seed(7);
    let mentions: Vec<_> = (1..=300).map(|no| mention(&mut rng, no).0).collect();
    let mut facts = facts_of(&mentions);
    let wide = ["a\u{1b}[2Jvery long name of a network that goes on", "すごいすごいすごいすごいすごい", "evil\nname"];
    facts.names = facts.names.iter().cloned().chain(wide.map(str::to_owned)).collect();
    let count = u16::try_from(facts.names.len()).unwrap();
    for (i, row) in facts.rows.iter_mut().enumerate() {
        row.network = count - 1 - u16::try_from(i % 3).unwrap();
    }
    let hours = Hours::new(
        "Europe/London",
        std::array::from_fn(|_| vec![hearback::report::OpenSpan::parse("09:00-17:00").unwrap()]),
        [],
    );
    let ask = StatsAsk {
        from: ts("2026-01-01T00:00:00Z"),
        to: ts("2027-01-01T00:00:00Z"),
        now: ts("2026-03-01T00:00:00Z"),
        by: None,
        hours: hours.ok(),
    };
    for by in By::ALL {
        let text = shown(&stats_text(&facts, &StatsAsk { by: Some(by), ..ask.clone() }));
        assert!(text.lines().all(|l| l.width() <= 80), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
    }
    let text = report_text(&facts, &ask, &BTreeMap::new());
    assert!(text.lines().all(|l| l.width() <= 100 && !l.contains('\u{1b}')), "{text}");
    assert!(text.contains("business hours") && text.contains("Praise gap") && text.contains("\nperson"), "{text}");
}

#[test]
fn the_json_report_holds_the_same_figures() {
    let json = report_json(&praise_and_complaints(), &ask(None, None), &BTreeMap::new());
    assert_eq!(json["all"]["n"], 8);
    assert_eq!(json["all"]["calendar"]["median_seconds"], 5760);
    assert_eq!(json["all"]["calendar"]["p90_seconds"], serde_json::Value::Null);
    assert_eq!(json["by"]["network"][0]["name"], "x");
    assert_eq!(json["auros"]["praise_gap"], -0.5);
    assert_eq!(json["auros"]["rows"][4]["direct"]["n"], 2);
    assert!(json["by"]["kind"].is_array() && json["all"]["business"].is_null());
}

/// Acme is open 00:00 to 01:00, Bolt 01:00 to 03:00, Coil always. Of 90 minutes, 60, 30 and 90 are open.
#[test]
fn each_brand_is_counted_in_its_own_hours() {
    let open = |span: &str| {
        let day = vec![hearback::report::OpenSpan::parse(span).unwrap()];
        Hours::new("UTC", std::array::from_fn(|_| day.clone()), []).unwrap()
    };
    let mut rows = vec![fact(1, SENT, 5400), fact(2, SENT, 5400), fact(3, SENT, 5400)];
    rows[1].brand = 2;
    rows[2].brand = 3;
    let names = ["acme", "x", "bolt", "coil"].map(str::to_owned);
    let facts = Facts { names: names.into(), rows };
    let own = BTreeMap::from([("bolt".to_owned(), open("01:00-03:00")), ("coil".to_owned(), Hours::always())]);
    let medians = |hours: Option<Hours>, own: &BTreeMap<String, Hours>| {
        let json = report_json(&facts, &ask(Some(By::Brand), hours), own);
        let groups = json["by"]["brand"].as_array().unwrap().clone();
        let median = |f: &serde_json::Value| f["business"]["median_seconds"].as_u64();
        let by: Vec<_> =
            groups.iter().map(|g| (g["name"].as_str().unwrap().to_owned(), median(&g["figures"]))).collect();
        (median(&json["all"]), by)
    };
    let each = |list: [(&str, Option<u64>); 3]| list.map(|(name, s)| (name.to_owned(), s)).to_vec();
    let acme = || Some(open("00:00-01:00"));
    let expected = each([("acme", Some(3600)), ("bolt", Some(1800)), ("coil", Some(5400))]);
    assert_eq!(medians(acme(), &own), (Some(3600), expected));
    let expected = each([("acme", Some(3600)), ("bolt", Some(3600)), ("coil", Some(3600))]);
    assert_eq!(medians(acme(), &BTreeMap::new()).1, expected);
    let expected = each([("acme", Some(5400)), ("bolt", Some(1800)), ("coil", Some(5400))]);
    assert_eq!(medians(None, &own).1, expected, "a brand may have hours where the others have none");
    assert_eq!(medians(None, &BTreeMap::new()).0, None, "around the clock for all: nothing to show");
    assert!(report_text(&facts, &ask(None, None), &own).contains("median bus."));
}

#[test]
fn words_for_times_and_shares() {
    for (seconds, words) in [
        (0, "0 s"),
        (99, "99 s"),
        (100, "1 min"),
        (5760, "96 min"),
        (6001, "1 h 40 m"),
        (129_600, "36 h"),
        (172_799, "47 h 59 m"),
        (273_600, "3 d 4 h"),
    ] {
        assert_eq!(duration(seconds), words);
    }
    for (share, words) in [(0.0, "0 %"), (0.001, "<1 %"), (0.774, "77 %"), (0.9999, ">99 %"), (1.0, "100 %")] {
        assert_eq!(percent(Some(share)), words);
    }
    assert_eq!(percent(None), "-");
}
