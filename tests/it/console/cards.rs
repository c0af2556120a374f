//! Cards in every state: once whole, then one line for each change.

use super::{at, console, event, mention, place};
use hearback::chat::{Chat, ChatError, PostKey};
use hearback::domain::{Card, ChannelId, DoneReason, EventKind, Kind, Mention, PersonId};

fn ana() -> PersonId {
    PersonId::new("ana")
}

fn claimed() -> EventKind {
    EventKind::Claimed { by: ana(), given: false }
}

/// Plays the events, one by one, and returns the lines that the edited card printed.
async fn story(m: &mut Mention, events: Vec<(&str, Option<&str>, EventKind)>) -> String {
    let (console, screen) = console(false, 100);
    let key = place().message.0;
    console.post_card(&ChannelId::new("support"), &Card::of(m), PostKey::fresh(&key)).await.expect("printed");
    screen.take();
    for (when, by, what) in events {
        m.apply(&event(when, by, what));
        console.update_card(&place(), &Card::of(m)).await.expect("printed");
    }
    screen.take()
}

#[tokio::test]
async fn a_new_card_is_shown_whole() {
    let (console, screen) = console(false, 100);
    let card = Card::of(&mention("My order never arrived.\n\nWhere is it?"));
    let id = console.post_card(&ChannelId::new("support"), &card, PostKey::fresh("post:142")).await.expect("printed");
    assert_eq!(id.as_str(), "post:142", "the key is the message, so that the card is found again");
    insta::assert_snapshot!(screen.take(), @r#"
    #142 · Complaint · mastodon · direct · northwind
      Bob Example (@bob), reach 1,204, 3rd mention
      | My order never arrived.
      |
      | Where is it?
      posted 13:00, seen +2 min, due 14:00, matched northwind, language en
      Open
      [Claim: /claim 142] [Reply: /reply 142 TEXT] [Open post: https://social.example/@bob/1]
    "#);
}

#[tokio::test]
async fn a_narrow_screen_keeps_the_order_and_the_links() {
    let (console, screen) = console(false, 40);
    let card = Card::of(&mention("深煎りの香りが最高です。毎朝の楽しみになりました。ありがとうございます"));
    console.post_card(&ChannelId::new("praise"), &card, PostKey::fresh("post:142")).await.expect("printed");
    insta::assert_snapshot!(screen.take(), @r#"
    #142 · Complaint · mastodon · direct ·
      northwind · in praise
      Bob Example (@bob), reach 1,204, 3rd
        mention
      | 深煎りの香りが最高です。毎朝の楽しみ
      | になりました。ありがとうございます
      posted 13:00, seen +2 min, due 14:00,
        matched northwind, language en
      Open
      [Claim: /claim 142]
        [Reply: /reply 142 TEXT]
        [Open post: https://social.example/@bob/1]
    "#);
}

#[tokio::test]
async fn claiming_and_replying_print_one_line_each() {
    let mut m = mention("My order never arrived.");
    let shown = story(
        &mut m,
        vec![
            ("2026-03-02T13:01:00Z", None, EventKind::BecameOverdue),
            ("2026-03-02T13:05:00Z", Some("ana"), claimed()),
            ("2026-03-02T13:06:00Z", Some("ana"), EventKind::Drafted { version: 1, text: "Sorry!".into() }),
            ("2026-03-02T13:07:00Z", Some("ana"), EventKind::ApprovalAsked { version: 1 }),
            ("2026-03-02T13:08:00Z", Some("ben"), EventKind::Approved { version: 1 }),
            ("2026-03-02T13:08:00Z", Some("ben"), EventKind::SendQueued { version: 1, send: 1 }),
            ("2026-03-02T13:09:00Z", None, EventKind::SendUnknown { why: "the network timed out".into() }),
            (
                "2026-03-02T13:10:00Z",
                None,
                EventKind::Replied {
                    version: 1,
                    text: "Sorry!".into(),
                    external_id: "2".into(),
                    url: Some("https://social.example/2".into()),
                    posted_at: at("2026-03-02T13:09:30Z"),
                    by: ana(),
                },
            ),
        ],
    )
    .await;
    insta::assert_snapshot!(shown, @r#"
    #142 Open, overdue
    #142 Claimed by Ana 14:05, overdue
    #142 Claimed by Ana 14:05, draft v1, overdue
    #142 Draft v1 by Ana waits for approval, overdue [Approve & send: /approve 142 v1]
      [Edit: /approve 142 TEXT] [Reject: /reject 142 TEXT]
    #142 Claimed by Ana 14:05, draft v1, overdue
    #142 Reply by Ben is on its way, overdue
    #142 Unknown, please check: the network timed out, overdue [It is there: /done 142 answered]
      [It is not there: /reopen 142]
    #142 Replied 14:09 by Ana, after 1 h 9 min
    "#);
}

#[tokio::test]
async fn every_other_end_says_what_it_is() {
    let mut shown = String::new();
    let ends: Vec<(&str, Option<&str>, EventKind)> = vec![
        ("2026-03-02T13:05:00Z", Some("ana"), EventKind::Snoozed { until: at("2026-03-04T08:00:00Z") }),
        ("2026-03-02T13:05:00Z", Some("ana"), EventKind::Closed { reason: DoneReason::None }),
        ("2026-03-02T13:05:00Z", Some("ana"), EventKind::Closed { reason: DoneReason::NotUs }),
        ("2026-03-02T13:05:00Z", Some("ana"), EventKind::Closed { reason: DoneReason::Elsewhere }),
        (
            "2026-03-02T13:05:00Z",
            None,
            EventKind::AnsweredNatively {
                account: "brand".into(),
                external_id: "9".into(),
                url: None,
                posted_at: at("2026-03-02T13:36:00Z"),
            },
        ),
        ("2026-03-02T13:05:00Z", None, EventKind::SendFailed { why: "The post is gone.".into() }),
    ];
    for end in ends {
        shown.push_str(&story(&mut mention("Hello?"), vec![end]).await);
    }
    insta::assert_snapshot!(shown, @r#"
    #142 Snoozed until Wed 09:00
    #142 Done: no answer needed
    #142 Done: not us
    #142 Answered, as Ana said 14:05, after 1 h 5 min at most
    #142 Replied 14:36 by the brand's account on the network itself, after 1 h 36 min
    #142 Open ! The post is gone.
    "#);
}

#[tokio::test]
async fn what_is_not_the_state_is_said_in_words_and_nothing_is_said_twice() {
    let mut m = mention("Hello?");
    let tags =
        |added: &[&str]| EventKind::Tagged { added: added.iter().map(ToString::to_string).collect(), removed: vec![] };
    let shown = story(
        &mut m,
        vec![
            ("2026-03-02T13:05:00Z", Some("ana"), EventKind::Noted { text: "internal".into() }),
            ("2026-03-02T13:05:00Z", Some("ana"), tags(&["vip", "delivery"])),
            ("2026-03-02T13:05:00Z", Some("ana"), EventKind::KindSet { to: Kind::Praise, due_at: None }),
        ],
    )
    .await;
    insta::assert_snapshot!(shown, @r#"
    #142 tags delivery / vip
    #142 is now praise, is not due any more
    "#);
}

#[tokio::test]
async fn colour_comes_only_on_request_and_changes_no_word() {
    let mut m = mention("Hello?");
    m.apply(&event("2026-03-02T13:05:00Z", Some("ana"), claimed()));
    let mut plain = String::new();
    let mut painted = String::new();
    for (colour, shown) in [(false, &mut plain), (true, &mut painted)] {
        let (console, screen) = console(colour, 100);
        console.post_card(&ChannelId::new("support"), &Card::of(&m), PostKey::fresh("k")).await.expect("printed");
        *shown = screen.take();
    }
    assert!(!plain.contains('\u{1b}'));
    assert!(painted.contains("\u{1b}[1;33mClaimed by Ana 14:05\u{1b}[0m"), "{painted:?}");
    let mut bare = painted;
    for sgr in ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[36m", "\u{1b}[1;33m"] {
        bare = bare.replace(sgr, "");
    }
    assert_eq!(bare, plain);
}

#[tokio::test]
async fn a_closed_screen_is_reported_and_not_hidden() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let console = hearback::chat::console::Console::new(hearback::chat::console::ConsoleConfig {
        out: Box::new(Closed),
        zone: jiff::tz::TimeZone::UTC,
        colour: false,
        width: 80,
        people: vec![],
        channel: ChannelId::new("support"),
        now: std::sync::Arc::new(|| at("2026-03-02T13:30:00Z")),
    });
    let got = console.post_card(&ChannelId::new("support"), &Card::of(&mention("x")), PostKey::fresh("k")).await;
    assert!(matches!(got, Err(ChatError::Later { .. })), "{got:?}");
}
