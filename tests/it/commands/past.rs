//! Past answers: nothing in them says whom they were given to.

use super::world::{World, at, person, words};
use hearback::domain::{Actor, EventKind, Mode, Past, Visibility};

/// What is left of an answer to somebody of that name and handle.
fn kept(name: &str, handle: &str, answer: &str) -> Option<String> {
    let mut world = World::new(Mode::Direct);
    name.clone_into(&mut world.mention.post.author.name);
    handle.clone_into(&mut world.mention.post.author.handle);
    let by = Actor::Person(person("ana").id);
    let text = answer.to_owned();
    world.happens(&by, vec![EventKind::Drafted { version: 1, text }, EventKind::SendQueued { version: 1, send: 1 }]);
    world.confirms();
    Past::of(&world.mention, &world.rules).map(|past| past.answer)
}

#[test]
fn whoever_it_was_written_to_is_not_named() {
    for (name, handle, answer, left) in [
        ("Jenny Smith", "jen_99", "Hi Jenny, sorry!", "Hi {author}, sorry!"),
        ("Jenny Smith", "jen_99", "Dear Jenny Smith, we looked.", "Dear {author}, we looked."),
        ("Jenny Smith", "jen_99", "Sorry about Jenny's parcel", "Sorry about {author}'s parcel"),
        ("Jenny Smith", "jen_99", "@jen_99 it is fixed", "{handle} it is fixed"),
        ("Jenny Smith", "jen_99", "it is fixed (@JEN_99)", "it is fixed ({handle})"),
        ("", "jenny.smith", "Hello Jenny! All well?", "Hello {author}! All well?"),
        // Not as they call themselves there: what stands after a greeting is a name.
        ("jx", "x_1", "Hello Marianne, done.", "Hello {author}, done."),
        ("jx", "x_1", "Thanks Marianne! It is done.", "Thanks {author}! It is done."),
        ("jx", "x_1", "Dear Mr. Van Buren, done.", "Dear Mr. {author}, done."),
        ("田中太郎", "tanaka", "田中太郎様、お待たせしました", "{author}様、お待たせしました"),
        // Words that are no names.
        ("jx", "x_1", "Hi there, sorry We are on it", "Hi there, sorry We are on it"),
        ("Will Hope", "wh", "We will fix it. I hope so.", "We will fix it. I hope so."),
        ("Acme Fan", "fan", "Acme is back, as every Fan hoped", "Acme is back, as every {author} hoped"),
        ("jx", "x_1", "Ask @acme or @other", "Ask @acme or {account}"),
    ] {
        assert_eq!(kept(name, handle, answer).as_deref(), Some(left), "{name}/{handle}: {answer}");
    }
}

#[test]
fn what_is_somebodys_own_is_a_hole() {
    for (answer, left) in [
        ("Order AB-12345 left", "Order {number} left"),
        ("We wrote to jo@mail.example.", "We wrote to {e-mail}."),
        ("Your card 4242 4242 4242 4242", "Your card {card number}"),
        ("Call +44 20 7946 0958", "Call {phone number}"),
        ("Ticket #9918273 is open", "Ticket #{number} is open"),
        ("Track https://t.example/1Z999AA10123456784 now", "Track {link} now"),
        // What the brand says to everybody stays.
        ("See https://acme.example/help or help@acme.example", "See https://acme.example/help or help@acme.example"),
        ("It takes 14 days, until 5 pm, in version 5.2", "It takes 14 days, until 5 pm, in version 5.2"),
    ] {
        assert_eq!(kept("jx", "x_1", answer).as_deref(), Some(left), "{answer}");
    }
}

#[test]
fn what_may_not_be_seen_is_no_past_answer() {
    let answered = || {
        let mut world = World::new(Mode::Direct);
        world.says("ana", "reply 142 We are back");
        world.confirms();
        world
    };
    let world = answered();
    let past = Past::of(&world.mention, &world.rules).expect("an answer");
    assert_eq!((past.asked.as_str(), past.answer.as_str()), ("acme is down again?", "We are back"));

    let mut world = answered();
    world.happens(&Actor::Desk, vec![EventKind::Retracted { ids: vec!["r1".to_owned()], due_at: None }]);
    assert_eq!(Past::of(&world.mention, &world.rules), None, "deleted again");
    let mut world = answered();
    world.happens(&Actor::Desk, vec![EventKind::Erased]);
    assert_eq!(Past::of(&world.mention, &world.rules), None, "erased");
    let mut world = answered();
    world.happens(&Actor::Desk, vec![EventKind::PostGone { why: Some("deleted".to_owned()) }]);
    assert_eq!(Past::of(&world.mention, &world.rules), None, "its author deleted it");
    for visibility in [Visibility::Direct, Visibility::Followers] {
        let mut world = answered();
        world.mention.post.native.visibility = Some(visibility);
        assert_eq!(Past::of(&world.mention, &world.rules), None, "{visibility:?}");
    }
    let mut world = World::new(Mode::Direct);
    world.says("ana", "draft 142 Not sent");
    assert_eq!(Past::of(&world.mention, &world.rules), None, "never sent");
    world.says("ana", "done 142 answered");
    assert_eq!(Past::of(&world.mention, &world.rules), None, "answered elsewhere, in words that are not known");
}

#[test]
fn it_fills_the_draft_of_whoever_holds_it() {
    let mut world = World::new(Mode::Confirm);
    world.past = vec![Past { at: at("2026-08-17T12:00:00Z"), ..super::conformance::answered_before() }];
    let said = words(&world.run("ana", "past 142").expect("a list"));
    let line = "#88 (21 d ago, Ana): “is acme down?” -> “Hello {author}, we are working on it.”";
    assert!(said.contains(line) && said.contains("[Use #88's answer…: past 142 88]"), "{said}");
    let said = world.says("ana", "past 142 88");
    assert!(said.contains("Preview of v1") && said.contains("Hello Jo Bloggs, we are working on it."), "{said}");
    assert!(world.refuses("ben", "past 142 88").contains("Ana holds #142"));
    assert!(world.refuses("ana", "past 142 89").contains("#89 has no answer that could be used for #142"));
    world.past.clear();
    assert!(world.says("ana", "past 142").contains("Nothing like #142"));
}
