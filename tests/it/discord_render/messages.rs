//! The digest, lines in threads, answers: as people read them.

use super::{ANA, names, read, read_answer};
use crate::console::{at, mention};
use hearback::chat::discord::render::{Names, again, answer, kept_key, key_of, mark, message, thread, wrote};
use hearback::domain::{
    Answer, Button, DigestInput, Kind, MentionNo, Message, OpenPage, OpenRow, PersonId, Refusal, Text,
};
use hearback::report::digest_message;
use serde_json::json;

fn ana() -> PersonId {
    PersonId::new("ana")
}

fn row(no: u64, excerpt: &str) -> OpenRow {
    OpenRow {
        no: MentionNo(no),
        kind: Kind::Praise,
        author: "bob".to_owned(),
        excerpt: excerpt.to_owned(),
        can_reply: true,
        can_like: false,
        ..OpenRow::of(&mention(""))
    }
}

fn digest(praise: Vec<OpenRow>) -> Message {
    let input = DigestInput {
        praise: OpenPage { total: praise.len() + 1, rows: praise },
        overdue: OpenPage { total: 1, rows: vec![row(8, "Where is it?")] },
        now: at("2026-03-03T08:00:00Z"),
        failing: vec!["mastodon: refused the token since yesterday".to_owned()],
        ..DigestInput::default()
    };
    digest_message(&input)
}

#[test]
fn a_digest_of_few() {
    let few = digest(vec![row(7, "Lovely coffee"), row(9, "<@&1> **wow** :siren:")]);
    insta::assert_snapshot!(read(&message(&few, &names(), "digest:2026-03-03")), @r#"
    ┌
    │ *Digest for Saturday 1 January 0000*
    │
    │ *Unanswered praise: 3* (oldest 20 h)
    │ #7 bob on mastodon, 20 h ago: “Lovely coffee”
    │ #9 bob on mastodon, 20 h ago: “<¦@&1> **wow** :¦siren:”
    │ +1 more: `queue praise`
    │
    │ *Overdue questions and complaints: 1*
    │ #8 bob on mastodon, praise, due 19 h ago: “Where is it?”
    │
    │ *Yesterday: *nothing came in
    │ *Source in trouble: *mastodon: refused the token since yesterday
    [Thanks #7] [Claim #7] [Not praise #7] [Thanks #9] [Claim #9]
    [Not praise #9]
    "#);
}

#[test]
fn a_digest_of_many_has_a_menu_for_each_thing_to_do() {
    let many = digest((1..=10).map(|no| row(no, "Lovely coffee")).collect());
    insta::assert_snapshot!(read(&message(&many, &names(), "digest:2026-03-03")), @r#"
    ┌
    │ *Digest for Saturday 1 January 0000*
    │
    │ *Unanswered praise: 11* (oldest 20 h)
    │ #1 bob on mastodon, 20 h ago: “Lovely coffee”
    │ #2 bob on mastodon, 20 h ago: “Lovely coffee”
    │ #3 bob on mastodon, 20 h ago: “Lovely coffee”
    │ #4 bob on mastodon, 20 h ago: “Lovely coffee”
    │ #5 bob on mastodon, 20 h ago: “Lovely coffee”
    │ #6 bob on mastodon, 20 h ago: “Lovely coffee”
    │ #7 bob on mastodon, 20 h ago: “Lovely coffee”
    │ #8 bob on mastodon, 20 h ago: “Lovely coffee”
    │ #9 bob on mastodon, 20 h ago: “Lovely coffee”
    │ #10 bob on mastodon, 20 h ago: “Lovely coffee”
    │ +1 more: `queue praise`
    │
    │ *Overdue questions and complaints: 1*
    │ #8 bob on mastodon, praise, due 19 h ago: “Where is it?”
    │
    │ *Yesterday: *nothing came in
    │ *Source in trouble: *mastodon: refused the token since yesterday
    [▾ Thanks: #1 bob on mastodon, 20 h ago: “Lovely coffee” | #2 bob on mastodon, 20 h ago: “Lovely coffee” | #3 bob on mastodon, 20 h ago: “Lovely coffee” | #4 bob on mastodon, 20 h ago: “Lovely coffee” | #5 bob on mastodon, 20 h ago: “Lovely coffee” | #6 bob on mastodon, 20 h ago: “Lovely coffee” | #7 bob on mastodon, 20 h ago: “Lovely coffee” | #8 bob on mastodon, 20 h ago: “Lovely coffee” | #9 bob on mastodon, 20 h ago: “Lovely coffee” | #10 bob on mastodon, 20 h ago: “Lovely coffee”]
    [▾ Claim: #1 bob on mastodon, 20 h ago: “Lovely coffee” | #2 bob on mastodon, 20 h ago: “Lovely coffee” | #3 bob on mastodon, 20 h ago: “Lovely coffee” | #4 bob on mastodon, 20 h ago: “Lovely coffee” | #5 bob on mastodon, 20 h ago: “Lovely coffee” | #6 bob on mastodon, 20 h ago: “Lovely coffee” | #7 bob on mastodon, 20 h ago: “Lovely coffee” | #8 bob on mastodon, 20 h ago: “Lovely coffee” | #9 bob on mastodon, 20 h ago: “Lovely coffee” | #10 bob on mastodon, 20 h ago: “Lovely coffee”]
    [▾ Not praise: #1 bob on mastodon, 20 h ago: “Lovely coffee” | #2 bob on mastodon, 20 h ago: “Lovely coffee” | #3 bob on mastodon, 20 h ago: “Lovely coffee” | #4 bob on mastodon, 20 h ago: “Lovely coffee” | #5 bob on mastodon, 20 h ago: “Lovely coffee” | #6 bob on mastodon, 20 h ago: “Lovely coffee” | #7 bob on mastodon, 20 h ago: “Lovely coffee” | #8 bob on mastodon, 20 h ago: “Lovely coffee” | #9 bob on mastodon, 20 h ago: “Lovely coffee” | #10 bob on mastodon, 20 h ago: “Lovely coffee”]
    "#);
}

#[test]
fn a_line_in_a_thread_pings_whom_it_names_once() {
    let given = Text::new().bold("Given").say(" to ").person(&ana()).say(" by ").person(&PersonId::new("ben"));
    let body = thread(&given, &names(), Some(&ana()), "k");
    assert_eq!(read(&body), format!("@{ANA}\n┌\n│ *Given* to Ana by Ben"));
    assert_eq!(body["allowed_mentions"], json!({ "parse": [], "users": [ANA] }));
    assert_eq!(key_of(&body), Some("k".to_owned()));
}

#[test]
fn a_line_in_a_thread_pings_above_it_whom_it_does_not_name() {
    let woke = Text::new().bold("The author wrote again").line().quote("Hello?\n\nAnybody?");
    insta::assert_snapshot!(read(&thread(&woke, &names(), Some(&ana()), "k")), @r#"
    @80351110224678912
    ┌
    │ *The author wrote again*
    │ > Hello?
    │ >
    │ > Anybody?
    "#);
}

#[test]
fn a_long_line_pings_above_the_embed_that_holds_it() {
    let long = Text::new().person(&ana()).say(": the author wrote again").line().quote("漢".repeat(3_000));
    let body = thread(&long, &names(), Some(&ana()), "k");
    let read = read(&body);
    assert!(read.starts_with(&format!("@{ANA}\n┌\n│ Ana: the author wrote again\n│ > 漢")), "{read}");
    assert_eq!((&body["flags"], &body["allowed_mentions"]["users"]), (&json!(0), &json!([ANA])));
}

#[test]
fn whom_discord_does_not_know_is_named_without_a_ping() {
    let text = Text::plain("Back from snooze");
    for (who, names, expected) in [
        ("sam", names(), "Sam: Back from snooze"),
        ("ana", names().with(&ana(), "Ana", Some("1> @everyone")), "Ana: Back from snooze"),
        ("ana", names().with(&ana(), "Ana", Some("0")), "Ana: Back from snooze"),
        ("<@&1>", Names::default(), "<¦@&1>: Back from snooze"),
    ] {
        let body = thread(&text, &names, Some(&PersonId::new(who)), "k");
        assert_eq!(read(&body), format!("┌\n│ {expected}"));
        assert_eq!(body["allowed_mentions"], json!({ "parse": [] }));
    }
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
        .quote("another")
        .line()
        .say("Type ")
        .code("done 142")
        .code("note `142`")
        .say(":")
        .line()
        .code("kind   n\npraise 1\n")
        .line()
        .bold("one")
        .bold("two")
        .line()
        .link("open [reply]", "https://social.example/@northwind/2?q=(a)")
        .say(", ")
        .link("https://bank.example", "https://evil.example/login")
        .say(", ")
        .link("https://same.example/", "https://same.example/")
        .say(", ")
        .link("odd", "javascript:alert(1)")
        .line();
    insta::assert_snapshot!(read(&thread(&text, &names(), None, "k")), @r#"
    ┌
    │ Sent “on one line” at {2026-03-02 13:05}
    │ > on its own
    │
    │ > another
    │ Type `done 142`¦`note ˋ142ˋ`:
    │ | kind   n
    │ | praise 1
    │ *one*¦*two*
    │ [open (reply)](https://social.example/@northwind/2?q=%28a%29) (social.example), https:¦//bank.example leads to <https://evil.example/login>, <https://same.example/>, odd (its address is not a web page and is left out)
    "#);
}

#[test]
fn an_answer_and_a_refusal_say_what_can_be_done_next() {
    let preview = Answer::new(Text::plain("This goes out as northwind:").line().quote("Sorry!\nIt is on its way."))
        .offering("Edit…", "draft 142")
        .offering("Send", "send 142 3")
        .offering("Approve & send", "approve 142");
    insta::assert_snapshot!(read_answer(&answer(&Ok(preview), &names())), @r#"
    This goes out as northwind:
    > Sorry!
    > It is on its way.
    [Edit…] [[Send]] [[Approve & send]]
    "#);
    let held = Refusal::new("Ben has #142 since 14:05.").offering("Take over", "claim 142 @me");
    insta::assert_snapshot!(read_answer(&answer(&Err(held), &names())), @r#"
    Ben has #142 since 14:05.
    [Take over]
    "#);
}

#[test]
fn a_list_of_claims_keeps_all_its_buttons() {
    let list = (1..=10)
        .fold(Answer::new("Open: 12"), |answer, no| answer.offering(format!("Claim #{no}"), format!("claim {no}")));
    let read = read_answer(&answer(&Ok(list.offering("Next page", "queue open 2")), &names()));
    insta::assert_snapshot!(read, @r#"
    Open: 12
    [Claim #1] [Claim #2] [Claim #3] [Claim #4] [Claim #5]
    [Claim #6] [Claim #7] [Claim #8] [Claim #9] [Claim #10]
    [Next page]
    "#);
}

#[test]
fn what_somebody_wrote_comes_back_with_a_way_to_put_it_right() {
    let refused = Err(Refusal::new("312 of 300 characters: 12 too many."));
    let body = again(&refused, &names(), "Sorry!\n```\n@everyone *it* is <@1>\n\n\n```` here", Some("k1"));
    insta::assert_snapshot!(read_answer(&body).replace("```", "'''"), @r#"
    312 of 300 characters: 12 too many.
    ┌
    │ You wrote:
    │ | Sorry!
    │ | ``¦`
    │ | @everyone *it* is <@1>
    │ |
    │ |
    │ | ``¦`` here
    [[Edit again…]]
    "#);
    assert_eq!(body["components"][0]["components"][0]["custom_id"], "k:k1");
    let longest = again(&Err(Refusal::new("No. ".repeat(3_000))), &names(), &"ü".repeat(4_000), Some("k1"));
    let read = read_answer(&longest);
    assert!(read.contains(&"ü".repeat(4_000)), "{read}");
    assert!(read.contains("the rest does not fit here"), "{read}");
    assert_eq!(wrote(" \n")["description"], "You wrote nothing.");
    let most = read_answer(&again(&Ok(Answer::new("Hm")), &names(), &"`".repeat(6_000), None));
    assert!(most.contains("(the rest does not fit here)"), "{most}");
}

#[test]
fn nothing_to_say_is_still_a_message() {
    let blank = Text::new().line().say(" \u{200b}").quote("\n\n").code("\n").bold(" ");
    assert_eq!(read(&message(&Message::default(), &names(), "k")), "┌\n│ Nothing to show.");
    assert_eq!(read(&message(&Message::say(blank.clone()), &names(), "k")), "┌\n│ Nothing to show.");
    assert_eq!(read(&thread(&Text::new(), &names(), None, "k")), "┌\n│ Nothing to show.");
    assert_eq!(read(&thread(&blank, &names(), None, "k")), "┌\n│ Nothing to show.");
    assert_eq!(read_answer(&answer(&Ok(Answer::default()), &names())), "Nothing to show.");
}

#[test]
fn a_message_is_found_again_by_its_key() {
    for key in ["post:142:discord/1", "digest:discord:1:2026-03-03"] {
        assert_eq!(key_of(&message(&Message::say("Hello"), &names(), key)).as_deref(), Some(key));
        assert_eq!(kept_key(key), key);
    }
    let (one, two) = ("k".repeat(201), "k".repeat(202));
    assert_ne!(mark(&one), mark(&two));
    assert_ne!(mark("a b"), mark("a"));
    for long in [one, two, "ü".to_owned(), "a b".to_owned(), "a#b\"<>".to_owned(), String::new()] {
        let body = message(&Message::say("x"), &names(), &long);
        assert_eq!(key_of(&body), Some(kept_key(&long)));
        assert_ne!(mark(&kept_key(&long)), mark(&long), "a hash is not taken for a key");
    }
    for other in [json!({}), json!({ "embeds": [] }), json!({ "embeds": [{ "url": "https://a.example/#key=1" }] })] {
        assert_eq!(key_of(&other), None);
    }
}

#[test]
fn a_button_that_discord_cannot_hold_is_said_in_words() {
    let buttons = vec![
        Button::new("Just fits", format!("note 1 {}", "x".repeat(91))),
        Button::new("Too long", format!("note 1 {}", "x".repeat(92))),
        Button::new("Far too long", format!("note 1 {}", "x".repeat(2_000))),
        Button::link("No page", "javascript:alert(1)"),
        Button::link("Too far", format!("https://a.example/{}", "x".repeat(600))),
        Button::new("", ""),
    ];
    let said = Answer { text: Text::plain("Choose."), buttons, form: None };
    let read = read_answer(&answer(&Ok(said), &names()));
    insta::assert_snapshot!(read.replace(&"x".repeat(40), "(40 x)"), @r#"
    Choose.
    Too long: type `note 1 (40 x)(40 x)xxxxxxxxxxxx`
    Far too long: type `note 1 (40 x)(40 x)xxxxxxxxxxxx…`, which is too long for a button
    No page (its address is not a web page and is left out)
    [Too far](https://a.example/(40 x)(40 x)(40 x)(40 x)(40 x)(40 x)(40 x)(40 x)(40 x)(40 x)(40 x)(40 x)(40 x)(40 x)(40 x)) (a.example)
    [Just fits]
    "#);
}
