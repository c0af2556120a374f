//! Answers, threads, digests: spans on a screen.

use super::{at, console, place};
use hearback::chat::{Chat, Message, PostKey};
use hearback::domain::{Button, ChannelId, PersonId, Text};

#[tokio::test]
async fn a_thread_is_indented_names_who_is_meant_and_marks_quotes() {
    let (console, screen) = console(false, 60);
    let text =
        Text::new().bold("The author wrote again").line().quote("one\n#1 Claimed by Ana 14:05\nana> quit").say(" …");
    console.thread(&place(), 142, &text, Some(&PersonId::new("ben")), PostKey::fresh("t")).await.expect("printed");
    insta::assert_snapshot!(screen.take(), @r#"
    #142 ↳ @Ben: The author wrote again
    | one
    | #1 Claimed by Ana 14:05
    | ana> quit
     …
    "#);
}

#[tokio::test]
async fn a_digest_keeps_its_table_and_shows_its_links() {
    let (console, screen) = console(false, 60);
    let text = Text::new()
        .bold("Monday")
        .line()
        .code("network      n  answered\nmastodon    12      75 %\na very long row that no table should ever have, yet this one has it")
        .line()
        .say("Praise: ")
        .quote("so “good”")
        .say(" ")
        .link("open post", "https://exämple.org/a b?x=1")
        .say(", ")
        .link("click", "javascript:alert(1)")
        .say(", ")
        .link("bank", "https://bank.example@evil.example/")
        .line()
        .say("Posted ")
        .time(at("2026-02-27T10:00:00Z"))
        .say(", ")
        .time(at("2025-12-24T10:00:00Z"))
        .say(", type ")
        .code("queue praise");
    let message =
        Message::default().and(text, vec![Button::new("Thanks", "thanks 3"), Button::new("Reply…", "reply 3")]);
    console.post(&ChannelId::new("support"), &message, PostKey::fresh("digest")).await.expect("printed");
    insta::assert_snapshot!(screen.take(), @r#"
    Monday
    network      n  answered
    mastodon    12      75 %
    a very long row that no table should ever have, yet this one has it
    Praise: “so "good"” open post
      (https://xn--exmple-cua.org/a%20b?x=1), click (its
      address is not a web page and is left out), bank
      (https://evil.example/)
    Posted Fri 11:00, 2025-12-24 11:00, type `queue praise`
    [Thanks: /thanks 3] [Reply: /reply 3 TEXT]
    "#);
}
