//! Cards in every state, as people read them.

use super::{names, read};
use crate::console::{at, event, mention};
use hearback::chat::discord::render::{card, key_of, tags, thread_name};
use hearback::domain::{Card, DoneReason, EventKind, Kind, Mention, PersonId};

const KEY: &str = "post:142:discord/1";

fn shown(m: &Mention) -> String {
    let of = Card::of(m);
    read(&card(&of, &of.more, &names(), KEY))
}

fn claimed(text: &str) -> Mention {
    let mut m = mention(text);
    let claim = EventKind::Claimed { by: PersonId::new("ana"), given: false };
    m.apply(&event("2026-03-02T13:05:00Z", Some("ana"), claim));
    m
}

fn drafted() -> Mention {
    let mut m = claimed("My order never arrived.");
    m.apply(&event("2026-03-02T13:06:00Z", Some("ana"), EventKind::Drafted { version: 1, text: "Sorry!".into() }));
    m
}

#[test]
fn open() {
    insta::assert_snapshot!(shown(&mention("My order never arrived.\n\nWhere is it?")), @r#"
    ┌ #3498db
    │ #142 · Complaint · mastodon · direct · northwind
    │ *Bob Example (@bob)*, reach 1,204, 3rd mention
    │ > My order never arrived.
    │ >
    │ > Where is it?
    │ (posted {2026-03-02 12:00}, seen +2 min, due {how long until 2026-03-02 13:00} · matched northwind, language en)
    │ 🔵 *Open*
    [Claim] [Reply…] [Open post → https://social.example/@bob/1]
    [▾ More…: Note… | Snooze… | Saved reply… | Spam | Show]
    "#);
}

#[test]
fn praise_that_is_overdue() {
    let mut m = mention("Lovely coffee ☕");
    m.apply(&event("2026-03-02T12:30:00Z", Some("ana"), EventKind::KindSet { to: Kind::Praise, due_at: None }));
    m.apply(&event("2026-03-02T13:01:00Z", None, EventKind::BecameOverdue));
    insta::assert_snapshot!(shown(&m), @r#"
    ┌ #e04f5f
    │ #142 · Praise · mastodon · direct · northwind
    │ *Bob Example (@bob)*, reach 1,204, 3rd mention
    │ > Lovely coffee ☕
    │ (posted {2026-03-02 12:00}, seen +2 min · matched northwind, language en)
    │ 🔴 *Open*, *overdue*
    [Claim] [Reply…] [Thanks] [Open post → https://social.example/@bob/1]
    [▾ More…: Note… | Snooze… | Saved reply… | Spam | Show]
    "#);
}

#[test]
fn claimed_with_a_draft() {
    insta::assert_snapshot!(shown(&drafted()), @r#"
    ┌ #f09c2e
    │ #142 · Complaint · mastodon · direct · northwind
    │ *Bob Example (@bob)*, reach 1,204, 3rd mention
    │ > My order never arrived.
    │ (posted {2026-03-02 12:00}, seen +2 min, due {how long until 2026-03-02 13:00} · matched northwind, language en)
    │ 🟠 *Claimed* by Ana, {2026-03-02 13:05}, draft v1
    [Reply…] [Draft…] [Done] [Release] [Open post → https://social.example/@bob/1]
    [▾ More…: Note… | Snooze… | Saved reply… | Hand off… | Show]
    "#);
}

#[test]
fn waiting_for_approval() {
    let mut m = drafted();
    m.apply(&event("2026-03-02T13:07:00Z", Some("ana"), EventKind::ApprovalAsked { version: 1 }));
    insta::assert_snapshot!(shown(&m), @r#"
    ┌ #f09c2e
    │ #142 · Complaint · mastodon · direct · northwind
    │ *Bob Example (@bob)*, reach 1,204, 3rd mention
    │ > My order never arrived.
    │ (posted {2026-03-02 12:00}, seen +2 min, due {how long until 2026-03-02 13:00} · matched northwind, language en)
    │ 🟠 *Draft v1* by Ana waits for approval
    [[Approve & send]] [Edit…] [Reject…] [Open post → https://social.example/@bob/1]
    [▾ More…: Note… | Show | Release]
    "#);
}

#[test]
fn unknown_whether_it_went_out() {
    let mut m = drafted();
    m.apply(&event("2026-03-02T13:08:00Z", Some("ana"), EventKind::SendQueued { version: 1, send: 1 }));
    m.apply(&event("2026-03-02T13:09:00Z", None, EventKind::SendUnknown { why: "the network timed out".into() }));
    insta::assert_snapshot!(shown(&m), @r#"
    ┌ #e04f5f
    │ #142 · Complaint · mastodon · direct · northwind
    │ *Bob Example (@bob)*, reach 1,204, 3rd mention
    │ > My order never arrived.
    │ (posted {2026-03-02 12:00}, seen +2 min, due {how long until 2026-03-02 13:00} · matched northwind, language en)
    │ 🔴 *Unknown*, please check: the network timed out
    [It is there] [It is not there] [Open post → https://social.example/@bob/1]
    [▾ More…: Note… | Show]
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
            posted_at: at("2026-03-02T12:31:00Z"),
        },
    ));
    insta::assert_snapshot!(shown(&m), @r#"
    ┌ #2eb67d
    │ #142 · Complaint · mastodon · direct · northwind
    │ *Bob Example (@bob)*, reach 1,204, 3rd mention
    │ > My order never arrived.
    │ (posted {2026-03-02 12:00}, seen +2 min · matched northwind, language en)
    │ 🟢 *Replied* {2026-03-02 12:31} by the brand's account on the network itself, after 31 min
    [Reopen] [Open reply → https://social.example/@northwind/2] [Open post → https://social.example/@bob/1]
    [▾ More…: Note… | Show]
    "#);
}

#[test]
fn nobody_can_reply_from_here_and_everything_stands_still() {
    let mut m = mention("A review");
    m.can.reply = false;
    let mut of = Card::of(&m);
    of.tags = vec!["shop".to_owned(), "-urgent-".to_owned()];
    of.notice = Some("Everything outgoing is paused by Ana.".to_owned());
    of.trouble = Some("the network refused the token".to_owned());
    insta::assert_snapshot!(read(&card(&of, &of.more, &names(), KEY)), @r#"
    ┌ #3498db
    │ #142 · Complaint · mastodon · direct · northwind
    │ *Bob Example (@bob)*, reach 1,204, 3rd mention
    │ > A review
    │ (posted {2026-03-02 12:00}, seen +2 min, due {how long until 2026-03-02 13:00} · matched northwind, language en, tags shop / -urgent-)
    │ 🔵 *Open*
    │ ⚠️ the network refused the token
    │ ⚠️ Everything outgoing is paused by Ana.
    │ Read-only: answer at the post itself, then `done 142 answered`
    [Claim] [Open post → https://social.example/@bob/1]
    [▾ More…: Note… | Snooze… | Spam | Show]
    "#);
}

#[test]
fn a_link_that_no_button_holds_is_said_in_words() {
    let mut m = mention("Look");
    m.post.url = Some(format!("https://social.example/{}", "p".repeat(500)));
    let shown = shown(&m);
    assert!(shown.contains("[Open post](https://social.example/ppp") && !shown.contains("[Open post →"), "{shown}");
    m.post.url = Some("javascript:alert(1)".to_owned());
    let of = Card::of(&m);
    assert!(read(&card(&of, &[], &names(), KEY)).contains("its address is not a web page and is left out"));
}

#[test]
fn the_same_card_is_the_same_body_and_carries_its_key() {
    let of = Card::of(&mention("My order never arrived."));
    let body = card(&of, &of.more, &names(), KEY);
    assert_eq!(body, card(&of, &of.more, &names(), KEY));
    assert_eq!(key_of(&body).as_deref(), Some(KEY));
    assert!(body["embeds"][0]["title"].is_null(), "nothing shows the key");
    assert_eq!(body["content"], "", "an edit leaves no old words");
}

#[test]
fn a_thread_and_a_post_are_called_after_the_mention() {
    assert_eq!(
        thread_name(&Card::of(&mention("My order\nnever *arrived*. @everyone"))).replace('\u{2060}', "¦"),
        "#142 Complaint by Bob Example (@bob): My order never *arrived*. @¦everyone"
    );
    let nobody = Card { author: "\u{202e}".to_owned(), handle: String::new(), ..Card::of(&mention("")) };
    assert_eq!(thread_name(&nobody), "#142 Complaint by somebody without a name");
    let long = thread_name(&Card::of(&mention(&"👍🏽".repeat(600))));
    assert!(long.encode_utf16().count() <= 100 && long.ends_with('…'), "{long}");
}

#[test]
fn the_tags_of_a_post_are_its_kind_and_its_state() {
    let tags = |m: &Mention| tags(&Card::of(m)).join(" ");
    let mut m = claimed("Hm");
    assert_eq!((tags(&mention("Hm")), tags(&m)), ("complaint open".to_owned(), "complaint claimed".to_owned()));
    m.apply(&event("2026-03-02T13:11:00Z", Some("ana"), EventKind::Closed { reason: DoneReason::Spam }));
    assert_eq!(tags(&m), "complaint done");
    let mut m = drafted();
    m.apply(&event("2026-03-02T13:07:00Z", Some("ana"), EventKind::ApprovalAsked { version: 1 }));
    assert_eq!(tags(&m), "complaint waiting");
    m.apply(&event("2026-03-02T13:08:00Z", Some("ana"), EventKind::SendQueued { version: 1, send: 1 }));
    assert_eq!(tags(&m), "complaint claimed");
    m.apply(&event("2026-03-02T13:09:00Z", None, EventKind::SendUnknown { why: String::new() }));
    assert_eq!(tags(&m), "complaint unknown");
    let until = at("2026-03-03T08:00:00Z");
    let mut m = mention("Hm");
    m.apply(&event("2026-03-02T13:10:00Z", Some("ana"), EventKind::Snoozed { until }));
    assert_eq!(tags(&m), "complaint snoozed");
}
