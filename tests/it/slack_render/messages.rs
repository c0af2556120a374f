//! The digest, lines in threads, answers: as people read them.

use super::{blocks, names, read};
use crate::console::{at, mention};
use hearback::chat::slack::render::{Names, answer, key_of, mark, message, metadata, thread};
use hearback::domain::{Answer, DigestInput, Kind, MentionNo, Message, OpenPage, OpenRow, PersonId, Refusal, Text};
use hearback::report::digest_message;

fn ana() -> PersonId {
    PersonId::new("ana")
}

#[test]
fn the_digest() {
    let row = |no, excerpt: &str| OpenRow {
        no: MentionNo(no),
        kind: Kind::Praise,
        author: "bob".to_owned(),
        excerpt: excerpt.to_owned(),
        ..OpenRow::of(&mention(""))
    };
    let input = DigestInput {
        praise: OpenPage { total: 3, rows: vec![row(7, "Lovely coffee"), row(9, "<!channel> *wow* :siren:")] },
        overdue: OpenPage { total: 1, rows: vec![row(8, "Where is it?")] },
        now: at("2026-03-03T08:00:00Z"),
        failing: vec!["mastodon: refused the token since yesterday".to_owned()],
        ..DigestInput::default()
    };
    insta::assert_snapshot!(read(&message(&digest_message(&input), &names(), "digest:2026-03-03")), @r#"
    text: Digest for Saturday 1 January 0000 Unanswered praise: 3 (oldest 20 h) #7 bob on mastodon, 20 h ago: “Lovely coffee” #9 bob on mastodon, 20 h ago: “&lt;¦!channel&gt; ∗wow∗ :¦siren:” +1 more: queue praise Ov…
    *Digest for Saturday 1 January 0000*
    *Unanswered praise: 3* (oldest 20 h)
    #7 bob on mastodon, 20 h ago: “Lovely coffee”
    [Thanks #7] [Claim #7] [Not praise #7]
    #9 bob on mastodon, 20 h ago: “<¦!channel> *wow* :¦siren:”
    [Thanks #9] [Claim #9] [Not praise #9]
    +1 more: `queue praise`
    *Overdue questions and complaints: 1*
    #8 bob on mastodon, praise, due 19 h ago: “Where is it?”
    *Yesterday: *nothing came in
    *Source in trouble: *mastodon: refused the token since yesterday
    "#);
}

#[test]
fn a_line_in_a_thread_pings_whom_it_names_once() {
    let given = Text::new().bold("Given").say(" to ").person(&ana()).say(" by ").person(&PersonId::new("ben"));
    insta::assert_snapshot!(read(&thread(&given, &names(), Some(&ana()), "k")), @r#"
    text: Given to Ana by Ben
    *Given* to @U0ANA by Ben
    "#);
}

#[test]
fn a_line_in_a_thread_pings_before_it_whom_it_does_not_name() {
    let woke = Text::new().bold("The author wrote again").line().quote("Hello?\n\nAnybody?");
    insta::assert_snapshot!(read(&thread(&woke, &names(), Some(&ana()), "k")), @r#"
    text: The author wrote again “Hello? Anybody?”
    @U0ANA: *The author wrote again*
    > Hello?
    >
    > Anybody?
    "#);
}

#[test]
fn whom_slack_does_not_know_is_named_without_a_ping() {
    let sam = PersonId::new("sam");
    let strange = names().with(&ana(), "Ana", Some("U1> <!channel"));
    let text = Text::plain("Back from snooze");
    insta::assert_snapshot!(read(&thread(&text, &names(), Some(&sam), "k")), @r#"
    text: Back from snooze
    Sam: Back from snooze
    "#);
    insta::assert_snapshot!(read(&thread(&text, &strange, Some(&ana()), "k")), @r#"
    text: Back from snooze
    Ana: Back from snooze
    "#);
    let nobody = PersonId::new("<!here>");
    insta::assert_snapshot!(read(&thread(&text, &Names::default(), Some(&nobody), "k")), @r#"
    text: Back from snooze
    <¦!here>: Back from snooze
    "#);
}

#[test]
fn quotes_code_tables_moments_and_links() {
    let text = Text::new()
        .say("Sent ")
        .quote("on one line")
        .say(" at ")
        .time(at("2026-03-02T13:05:00Z"))
        .line()
        .quote("on its own")
        .line()
        .say("Type ")
        .code("done 142")
        .say(":")
        .line()
        .code("kind   n\npraise 1\n")
        .line()
        .link("open reply", "https://social.example/@northwind/2")
        .say(", ")
        .link("https://bank.example", "https://evil.example/login")
        .say(", ")
        .link("https://same.example/", "https://same.example/")
        .say(", ")
        .link("odd", "javascript:alert(1)")
        .line();
    insta::assert_snapshot!(read(&thread(&text, &names(), None, "k")), @r#"
    text: Sent “on one line” at 2026-03-02 13:05 UTC “on its own” Type done 142: kind n praise 1 open reply, https:¦//bank.example, https:¦//same.example/, odd
    Sent “on one line” at {2026-03-02 13:05 UTC}
    > on its own
    Type `done 142`:
    | kind   n
    | praise 1
    [open reply](https://social.example/@northwind/2) (social.example), https://bank.example leads to [https://evil.example/login](https://evil.example/login), [https://same.example/](https://same.example/), odd (its address is not a web page and is left out)
    "#);
}

#[test]
fn an_answer_and_a_refusal_say_what_can_be_done_next() {
    let preview = Answer::new(Text::plain("This goes out as northwind:").line().quote("Sorry!\nIt is on its way."))
        .offering("Edit…", "draft 142")
        .offering("Send", "send 142 3")
        .offering("Approve & send", "approve 142");
    insta::assert_snapshot!(read(&answer(&Ok(preview), &names())), @r#"
    text: This goes out as northwind: “Sorry! It is on its way.”
    This goes out as northwind:
    > Sorry!
    > It is on its way.
    [Edit…] [[Send]] [Approve & send]
    "#);
    let held = Refusal::new("Ben has #142 since 14:05.").offering("Take over", "claim 142 @me");
    insta::assert_snapshot!(read(&answer(&Err(held), &names())), @r#"
    text: Ben has #142 since 14:05.
    Ben has #142 since 14:05.
    [Take over]
    "#);
}

#[test]
fn nothing_to_say_is_still_a_message() {
    for shown in [
        message(&Message::default(), &names(), "k"),
        thread(&Text::new(), &names(), None, "k"),
        thread(&Text::new().line().say(" \u{200b}").quote("\n\n").code("\n"), &names(), None, "k"),
        answer(&Ok(Answer::default()), &names()),
    ] {
        assert_eq!(read(&shown), "text: hearback\nNothing to show.");
    }
}

#[test]
fn a_message_is_found_again_by_its_key() {
    for key in ["post:142:slack/C0SUPPORT", "digest:slack:C1:2026-03-03"] {
        let shown = message(&Message::say("Hello"), &names(), key);
        assert_eq!(blocks(&shown)[0]["block_id"], mark(key));
        assert_eq!(key_of(&mark(key)).as_deref(), Some(key));
        let metadata = serde_json::to_value(metadata(key)).unwrap();
        assert_eq!(metadata["event_type"], "hearback_post");
        assert_eq!(metadata["event_payload"]["key"], key);
    }
    let (one, two) = ("k".repeat(201), "k".repeat(202));
    assert_ne!(mark(&one), mark(&two));
    assert_ne!(mark("a b"), mark("a"));
    for long in [one, two, "ü".to_owned(), "a b".to_owned(), String::new()] {
        assert_eq!(blocks(&thread(&Text::plain("x"), &names(), None, &long))[0]["block_id"], mark(&long));
        let kept = key_of(&mark(&long)).unwrap();
        assert_eq!(serde_json::to_value(metadata(&long)).unwrap()["event_payload"]["key"], kept);
    }
    assert_eq!(key_of("b4x2"), None);
    assert_ne!(mark(&key_of(&mark("ü")).unwrap()), mark("ü"), "a hash is not taken for a key");
}
