//! Commands that ask by a form, as a chat with forms hands them in.

use crate::harness::{World, words};
use hearback::chat::{Forms, Incoming, Outcome};
use hearback::domain::{
    Answer, Button, ChannelId, ChatName, EventKind, Form, MentionNo, MessageId, Person, PersonId, Role, State, Text,
};

fn who(name: &str) -> Person {
    let role = if name == "sam" { Role::Approver } else { Role::Responder };
    Person { id: PersonId::new(name), name: name.to_owned(), role, zone: "UTC".to_owned() }
}

async fn gives(desk: &World, name: &str, line: &str, forms: Forms, card: Option<MessageId>) -> Outcome {
    let (chat, channel) = (ChatName::new("console"), ChannelId::new("support"));
    let incoming = Incoming { who: who(name), chat, channel, card, line: line.to_owned(), delivery: None, forms };
    desk.desk().run(&incoming).await
}

/// A button is clicked: its label says whether a form is wanted.
async fn clicks(desk: &World, name: &str, button: &Button) -> Outcome {
    let forms = if button.wants_form() { Forms::Wanted } else { Forms::None };
    gives(desk, name, &button.command, forms, None).await
}

fn form(outcome: Outcome) -> Form {
    match outcome {
        Ok(Answer { form: Some(form), .. }) => *form,
        other => panic!("no form: {other:?}"),
    }
}

fn said(outcome: &Outcome) -> String {
    match outcome {
        Ok(answer) => words(&answer.text, &answer.buttons),
        Err(refusal) => words(&Text::plain(&refusal.say), &refusal.offers),
    }
}

fn offered(outcome: &Outcome, label: &str) -> Button {
    let buttons = match outcome {
        Ok(answer) => &answer.buttons,
        Err(refusal) => &refusal.offers,
    };
    buttons.iter().find(|b| b.label == label).unwrap_or_else(|| panic!("{label}: {}", said(outcome))).clone()
}

#[tokio::test]
async fn a_reply_by_a_form_from_its_first_word_to_its_arrival() {
    let desk = World::new().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    desk.room();
    let before = desk.desk().store().history(MentionNo(1)).await.unwrap();
    let asked = gives(&desk, "ana", "reply 1", Forms::IfMissing, None).await;
    assert_eq!(said(&asked), "Reply to #1: open the form to fill it in.\n[Reply to #1…: reply 1]");
    let form = form(asked);
    assert_eq!(desk.desk().store().history(MentionNo(1)).await.unwrap(), before, "opening it changes nothing");

    // Handed in, refused, put right in the same form, and handed in again.
    let line = Form::fill(&form.line, |_| Some("Dear {name}"));
    let refused = gives(&desk, "ana", &line, Forms::Filled, None).await;
    assert_eq!(refused.unwrap_err().say, "`{name}` is still to be filled in. Write the text with it filled in.");
    assert_eq!(desk.desk().store().history(MentionNo(1)).await.unwrap(), before, "nothing is kept");
    let line = Form::fill(&form.line, |_| Some("-- 5 minutes, #2 Bob,\r\nand “done 1 spam”"));
    let preview = gives(&desk, "ana", &line, Forms::Filled, None).await;
    assert!(desk.network("mastodon").arrived().is_empty());
    clicks(&desk, "ana", &offered(&preview, "Send")).await.unwrap();
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived()[0].1, "-- 5 minutes, #2 Bob,\nand “done 1 spam”");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_form_that_comes_too_late_changes_nothing() {
    let desk = World::new().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    let form = form(gives(&desk, "ana", "reply 1", Forms::Wanted, None).await);
    desk.person("sam").runs("claim 1").await;
    let late = gives(&desk, "ana", &Form::fill(&form.line, |_| Some("Hello")), Forms::Filled, None).await;
    assert!(said(&late).contains("Sam holds #1"), "{}", said(&late));
    assert!(desk.mention(1).await.drafts.is_empty());
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_can_be_clicked_on_a_card_needs_no_typing() {
    let desk = World::new().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    desk.person("lee").runs("canned add back We are back, {author}.").await;
    let card = hearback::domain::Card::of(&desk.mention(1).await);
    for button in card.buttons.iter().chain(&card.more).filter(|b| b.wants_form()) {
        form(clicks(&desk, "ana", button).await);
    }
    let saved = card.more.iter().find(|b| b.label == "Saved reply…").unwrap();
    let form = form(clicks(&desk, "ana", saved).await);
    let preview = gives(&desk, "ana", &Form::fill(&form.line, |_| Some("back")), Forms::Filled, None).await;
    assert!(said(&preview).contains("We are back, bob."), "{}", said(&preview));
    assert!(!offered(&preview, "Send").wants_form() && offered(&preview, "Edit…").wants_form());
    // The note that a thread implies is offered about that mention, wherever its button is clicked.
    desk.settles().await;
    let message = desk.mention(1).await.cards[0].message.clone();
    let note = gives(&desk, "ana", "note", Forms::IfMissing, Some(message)).await;
    assert_eq!(offered(&note, "Note on #1…").command, "note 1");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn praise_is_thanked_by_two_clicks() {
    let desk = World::new().await;
    desk.hears("I love Acme, thank you!").from("bob").on("mastodon").await;
    let card = hearback::domain::Card::of(&desk.mention(1).await);
    let thanks = card.buttons.iter().find(|b| b.label == "Thanks").unwrap();
    let preview = clicks(&desk, "ana", thanks).await;
    let digest = gives(&desk, "ana", "digest preview", Forms::IfMissing, None).await;
    assert_eq!(offered(&digest, "Thanks #1").command, thanks.command, "the digest has the same button");
    let another = clicks(&desk, "ana", &offered(&preview, "Another one")).await;
    assert_ne!(said(&preview), said(&another));
    assert!(!offered(&another, "Edit…").command.is_empty());
    clicks(&desk, "ana", &offered(&another, "Send")).await.unwrap();
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    assert_eq!(desk.mention(1).await.state, State::Replied);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn which_mention_is_asked_with_what_was_typed() {
    let desk = World::new().await;
    for n in 1..=2 {
        desk.hears("Acme, is it down?").from(&format!("bob{n}…")).on("mastodon").await;
        desk.person("ana").runs(&format!("claim {n}")).await;
    }
    let asked = gives(&desk, "ana", "reply mine 5 minutes", Forms::IfMissing, None).await;
    let second = offered(&asked, "#2 bob2");
    assert_eq!(second.command, "reply 2 5 minutes");
    let preview = clicks(&desk, "ana", &second).await;
    assert!(said(&preview).contains("5 minutes"), "{}", said(&preview));
    let asked = gives(&desk, "ana", "note", Forms::IfMissing, None).await;
    assert_eq!(form(clicks(&desk, "ana", &offered(&asked, "#1 bob1…")).await).title, "Note on #1");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_form_sends_only_where_replies_go_out_at_once() {
    for (mode, sent) in [("approve", 0), ("direct", 1)] {
        let desk = World::in_mode(mode).await;
        desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
        for line in ["draft 1", "reply 1"] {
            let form = form(gives(&desk, "ana", line, Forms::Wanted, None).await);
            gives(&desk, "ana", &Form::fill(&form.line, |_| Some(line)), Forms::Filled, None).await.unwrap();
        }
        desk.settles().await;
        assert_eq!(desk.network("mastodon").arrived().len(), sent, "{mode}");
        let history = desk.desk().store().history(MentionNo(1)).await.unwrap();
        assert_eq!(history.iter().filter(|e| matches!(e.what, EventKind::SendQueued { .. })).count(), sent);
        if mode == "approve" {
            let edit = form(gives(&desk, "sam", "approve 1", Forms::Wanted, None).await);
            assert_eq!(edit.fields[0].initial, "reply 1");
            gives(&desk, "sam", &Form::fill(&edit.line, |_| Some("Hello Bob")), Forms::Filled, None).await.unwrap();
            desk.settles().await;
            assert_eq!(desk.network("mastodon").arrived()[0].1, "Hello Bob");
        }
        desk.room();
        desk.ends().await;
    }
}

#[tokio::test]
async fn a_form_never_cuts_off_what_is_there() {
    let desk = World::new().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    desk.person("ana").runs(&format!("draft 1 {}", "é".repeat(3_000))).await;
    assert_eq!(
        form(gives(&desk, "ana", "reply 1", Forms::Wanted, None).await).fields[0].initial.chars().count(),
        3_000
    );
    for long in ["é".repeat(3_001), "🎉".repeat(1_501)] {
        desk.person("ana").runs(&format!("draft 1 {long}")).await;
        let refused = gives(&desk, "ana", "reply 1", Forms::Wanted, None).await;
        assert!(said(&refused).contains("longer than the 3000 characters that a form holds"), "{}", said(&refused));
    }
    desk.settles().await;
    desk.room();
    desk.ends().await;
}
