//! Cards in every state, as people read them.

use super::{blocks, names, read};
use crate::console::{event, mention};
use hearback::chat::slack::render::card;
use hearback::domain::{Card, DoneReason, EventKind, Kind, Mention, PersonId};

const KEY: &str = "post:142:slack/C0SUPPORT";

fn shown(m: &Mention) -> String {
    let of = Card::of(m);
    read(&card(&of, &of.more, &names(), KEY))
}

fn ana() -> PersonId {
    PersonId::new("ana")
}

fn claimed(text: &str) -> Mention {
    let mut m = mention(text);
    m.apply(&event("2026-03-02T13:05:00Z", Some("ana"), EventKind::Claimed { by: ana(), given: false }));
    m
}

#[test]
fn open() {
    insta::assert_snapshot!(shown(&mention("My order never arrived.\n\nWhere is it?")), @r#"
    text: #142 Complaint on mastodon: Open
    by Bob Example (@bob): “My order never arrived. Where is it?”
    *#142 · Complaint* · mastodon · direct · northwind
    Bob Example (@bob), reach 1,204, 3rd mention
    > My order never arrived.
    >
    > Where is it?
    (posted <!date^1772452800^{date_short_pretty} at {time}|2026-03-02 12:00 UTC>, seen +2 min, due <!date^1772456400^{date_short_pretty} at {time}|2026-03-02 13:00 UTC>) (matched northwind, language en)
    🔵 *Open*
    [Claim] [Reply…] [Open post → https://social.example/@bob/1] [⋮ Note… | Snooze… | Saved reply… | Spam | Show]
    "#);
}

#[test]
fn praise_that_is_overdue() {
    let mut m = mention("Lovely coffee ☕");
    m.apply(&event("2026-03-02T12:30:00Z", Some("ana"), EventKind::KindSet { to: Kind::Praise, due_at: None }));
    m.apply(&event("2026-03-02T13:01:00Z", None, EventKind::BecameOverdue));
    insta::assert_snapshot!(shown(&m), @r#"
    text: #142 Praise on mastodon: Open, overdue
    by Bob Example (@bob): “Lovely coffee ☕”
    *#142 · Praise* · mastodon · direct · northwind
    Bob Example (@bob), reach 1,204, 3rd mention
    > Lovely coffee ☕
    (posted <!date^1772452800^{date_short_pretty} at {time}|2026-03-02 12:00 UTC>, seen +2 min) (matched northwind, language en)
    🔴 *Open*, *overdue*
    [Claim] [Reply…] [Thanks] [Open post → https://social.example/@bob/1] [⋮ Note… | Snooze… | Saved reply… | Spam | Show]
    "#);
}

#[test]
fn claimed_with_a_draft() {
    let mut m = claimed("My order never arrived.");
    m.apply(&event("2026-03-02T13:06:00Z", Some("ana"), EventKind::Drafted { version: 1, text: "Sorry!".into() }));
    insta::assert_snapshot!(shown(&m), @r#"
    text: #142 Complaint on mastodon: Claimed by Ana, 2026-03-02 13:05 UTC, draft v1
    by Bob Example (@bob): “My order never arrived.”
    *#142 · Complaint* · mastodon · direct · northwind
    Bob Example (@bob), reach 1,204, 3rd mention
    > My order never arrived.
    (posted <!date^1772452800^{date_short_pretty} at {time}|2026-03-02 12:00 UTC>, seen +2 min, due <!date^1772456400^{date_short_pretty} at {time}|2026-03-02 13:00 UTC>) (matched northwind, language en)
    🟠 *Claimed* by Ana, {2026-03-02 13:05 UTC}, draft v1
    [Reply…] [Draft…] [Done] [Release] [Open post → https://social.example/@bob/1] [⋮ Note… | Snooze… | Saved reply… | Hand off… | Show]
    "#);
}

#[test]
fn waiting_for_approval() {
    let mut m = claimed("My order never arrived.");
    m.apply(&event("2026-03-02T13:06:00Z", Some("ana"), EventKind::Drafted { version: 1, text: "Sorry!".into() }));
    m.apply(&event("2026-03-02T13:07:00Z", Some("ana"), EventKind::ApprovalAsked { version: 1 }));
    insta::assert_snapshot!(shown(&m), @r#"
    text: #142 Complaint on mastodon: Draft v1 by Ana waits for approval
    by Bob Example (@bob): “My order never arrived.”
    *#142 · Complaint* · mastodon · direct · northwind
    Bob Example (@bob), reach 1,204, 3rd mention
    > My order never arrived.
    (posted <!date^1772452800^{date_short_pretty} at {time}|2026-03-02 12:00 UTC>, seen +2 min, due <!date^1772456400^{date_short_pretty} at {time}|2026-03-02 13:00 UTC>) (matched northwind, language en)
    🟠 *Draft v1* by Ana waits for approval
    [[Approve & send]] [Edit…] [Reject…] [Open post → https://social.example/@bob/1] [⋮ Note… | Show | Release]
    "#);
}

#[test]
fn unknown_whether_it_went_out() {
    let mut m = claimed("My order never arrived.");
    m.apply(&event("2026-03-02T13:06:00Z", Some("ana"), EventKind::Drafted { version: 1, text: "Sorry!".into() }));
    m.apply(&event("2026-03-02T13:08:00Z", Some("ana"), EventKind::SendQueued { version: 1, send: 1 }));
    m.apply(&event("2026-03-02T13:09:00Z", None, EventKind::SendUnknown { why: "the network timed out".into() }));
    insta::assert_snapshot!(shown(&m), @r#"
    text: #142 Complaint on mastodon: Unknown, please check: the network timed out
    by Bob Example (@bob): “My order never arrived.”
    *#142 · Complaint* · mastodon · direct · northwind
    Bob Example (@bob), reach 1,204, 3rd mention
    > My order never arrived.
    (posted <!date^1772452800^{date_short_pretty} at {time}|2026-03-02 12:00 UTC>, seen +2 min, due <!date^1772456400^{date_short_pretty} at {time}|2026-03-02 13:00 UTC>) (matched northwind, language en)
    🔴 *Unknown*, please check: the network timed out
    [It is there] [It is not there] [Open post → https://social.example/@bob/1] [⋮ Note… | Show]
    "#);
}

#[test]
fn answered_on_the_network_itself() {
    let mut m = mention("My order never arrived.");
    m.apply(&event(
        "2026-03-02T12:40:00Z",
        None,
        EventKind::AnsweredNatively {
            account: "northwind".into(),
            external_id: "2".into(),
            url: Some("https://social.example/@northwind/2".into()),
            posted_at: crate::console::at("2026-03-02T12:31:00Z"),
        },
    ));
    insta::assert_snapshot!(shown(&m), @r#"
    text: #142 Complaint on mastodon: Replied 2026-03-02 12:31 UTC by the brand's account on the network itself, after 31 min
    by Bob Example (@bob): “My order never arrived.”
    *#142 · Complaint* · mastodon · direct · northwind
    Bob Example (@bob), reach 1,204, 3rd mention
    > My order never arrived.
    (posted <!date^1772452800^{date_short_pretty} at {time}|2026-03-02 12:00 UTC>, seen +2 min, due <!date^1772456400^{date_short_pretty} at {time}|2026-03-02 13:00 UTC>) (matched northwind, language en)
    🟢 *Replied* {2026-03-02 12:31 UTC} by the brand's account on the network itself, after 31 min
    [Reopen] [Open reply → https://social.example/@northwind/2] [Open post → https://social.example/@bob/1] [⋮ Note… | Show]
    "#);
}

#[test]
fn put_away_and_closed() {
    let mut m = mention("My order never arrived.");
    let until = crate::console::at("2026-03-03T08:00:00Z");
    m.apply(&event("2026-03-02T13:10:00Z", Some("ana"), EventKind::Snoozed { until }));
    let snoozed = Card::of(&m);
    m.apply(&event("2026-03-02T13:11:00Z", Some("ana"), EventKind::Closed { reason: DoneReason::Spam }));
    let closed = Card::of(&m);
    let state = |of: &Card| {
        let shown = read(&card(of, &[], &names(), KEY));
        shown.lines().find(|line| line.starts_with('⚪')).unwrap().to_owned()
    };
    insta::assert_snapshot!(format!("{}\n{}", state(&snoozed), state(&closed)), @r#"
    ⚪ *Snoozed* until {2026-03-03 08:00 UTC}
    ⚪ *Done*: spam
    "#);
}

#[test]
fn nobody_can_reply_from_here_and_everything_stands_still() {
    let mut m = mention("A review");
    m.can.reply = false;
    let mut of = Card::of(&m);
    of.notice = Some("Everything outgoing is paused by Ana.".to_owned());
    of.trouble = Some("the network refused the token".to_owned());
    insta::assert_snapshot!(read(&card(&of, &of.more, &names(), KEY)), @r#"
    text: #142 Complaint on mastodon: Open
    by Bob Example (@bob): “A review”
    *#142 · Complaint* · mastodon · direct · northwind
    Bob Example (@bob), reach 1,204, 3rd mention
    > A review
    (posted <!date^1772452800^{date_short_pretty} at {time}|2026-03-02 12:00 UTC>, seen +2 min, due <!date^1772456400^{date_short_pretty} at {time}|2026-03-02 13:00 UTC>) (matched northwind, language en)
    🔵 *Open*
    ⚠️ the network refused the token
    ⚠️ Everything outgoing is paused by Ana.
    Read-only: answer at the post itself, then `done 142 answered`
    [Claim] [Open post → https://social.example/@bob/1] [⋮ Note… | Snooze… | Spam | Show]
    "#);
}

#[test]
fn the_same_card_is_the_same_blocks_and_carries_its_key() {
    let of = Card::of(&mention("My order never arrived."));
    let (one, two) = (card(&of, &of.more, &names(), KEY), card(&of, &of.more, &names(), KEY));
    assert_eq!(one, two);
    let blocks = blocks(&one);
    assert_eq!(blocks[0]["block_id"], "hearback:post:142:slack/C0SUPPORT");
    assert_eq!(blocks.to_string().matches("block_id").count(), 1);
}

#[test]
fn moments_are_shown_in_the_zone_of_whoever_reads_them() {
    let blocks = blocks(&card(&Card::of(&claimed("Hm")), &[], &names(), KEY));
    let times = blocks[1]["elements"][0]["text"].as_str().unwrap();
    assert!(times.contains("<!date^1772452800^{date_short_pretty} at {time}|2026-03-02 12:00 UTC>"), "{times}");
    assert!(blocks[2].to_string().contains(r#""timestamp":1772456700"#), "{}", blocks[2]);
}
