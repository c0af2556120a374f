//! A form that was handed in and refused opens again with everything that was filled in; one that is closed by then loses
//! nothing.

use super::conformance::every_state;
use super::form_texts::hostile;
use super::forms::ASKED;
use super::world::{World, person, words};
use hearback::commands::ALL;
use hearback::domain::{Actor, EventKind, FieldKind, Form, Mode, State};
use hearback::slash::{Args, parse_wanted};
use proptest::prelude::*;

/// The line of a form with that text in every text field, and one of what can be chosen in the others.
fn fill(form: &Form, typed: &str, number: usize) -> String {
    Form::fill(&form.line, |name| {
        let field = form.fields.iter().find(|f| f.name == name).expect("a field of the form");
        match &field.kind {
            FieldKind::Text { .. } => Some(typed),
            FieldKind::Choice(all) => all.get(number % all.len()).map(|(_, value)| value.as_str()),
        }
    })
}

/// The line of a form that is handed in as it opens.
fn untouched(form: &Form) -> String {
    Form::fill(&form.line, |name| form.fields.iter().find(|f| f.name == name).map(|f| f.initial.as_str()))
}

fn read(line: &str) -> Args {
    parse_wanted(ALL, line).unwrap_or_else(|r| panic!("{line}: {r}")).1
}

/// It opens again, and stands as it was handed in.
fn stands_again(world: &World, who: &str, form: &Form, typed: &str, number: usize) {
    let line = fill(form, typed, number);
    // `--` ends the options, also in a field of one line: what stands before and after it is not told apart any more.
    let dashes = typed.split_whitespace().any(|word| word == "--");
    let again = match world.asks(who, &line) {
        Ok(Some(again)) => again,
        other => panic!("{line:?}: {other:?}"),
    };
    // `{typed|chosen}`: what is chosen counts only where nothing is typed.
    let either = form.line.contains('|') && !typed.trim().is_empty();
    for field in &form.fields {
        let Some(now) = again.fields.iter().find(|f| f.name == field.name) else {
            // The mention was understood or left out, so it is not asked for any more.
            let understood = typed.trim().is_empty() || dashes || read(&line).mention().is_some();
            assert!(field.name == "mention" && understood, "{line:?}: {}", field.name);
            continue;
        };
        match &field.kind {
            FieldKind::Choice(all) if !either => {
                assert_eq!(now.initial, all[number % all.len()].1, "{line:?}: {}", field.name);
            }
            FieldKind::Text { lines: true, .. } if !typed.trim().is_empty() => {
                assert_eq!(now.initial, typed.trim(), "{line:?}");
            }
            _ => {}
        }
    }
    // Where words were read, they stand there as they were understood, and so does what was not.
    let empty = typed.trim().is_empty() || read(&line).mention().is_some() && form.line.contains("{mention}");
    let one_line = form.fields.iter().any(|f| matches!(f.kind, FieldKind::Text { lines: false, .. }));
    let unclear = empty || (dashes && one_line);
    if !unclear {
        assert_eq!(read(&untouched(&again)), read(&line), "{line:?}");
    }
}

#[test]
fn every_form_that_is_filled_in_opens_again_as_it_was() {
    let typed = [
        "",
        "Sorry about that!\n\nWe look into it.",
        "v2",
        "142",
        "next year",
        "refund urgent",
        "+a -b c",
        "2h please",
        "mon 9:00",
        "cancel",
        "7 hours",
        "#7",
        "999 x",
    ];
    let mut opened = 0;
    for who in ["ana", "ben", "sam", "lea"] {
        for (_, line) in ASKED {
            for world in every_state() {
                let Ok(Some(form)) = world.asks(who, line) else { continue };
                for (number, typed) in typed.iter().enumerate() {
                    stands_again(&world, who, &form, typed, number);
                    opened += 1;
                }
            }
        }
    }
    assert!(opened > 1_000, "{opened}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn whatever_was_typed_stands_there_again(typed in hostile(), number in 0..30_usize) {
        // What a chat hands in: no control characters but line feeds and tabs.
        let typed: String = typed.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        prop_assume!(typed.encode_utf16().count() <= 3_000);
        let mut waiting = World::new(Mode::Approve);
        waiting.says("ana", "reply 142 Hello");
        let mut free = World::new(Mode::Confirm);
        free.says("lea", "canned add delay Sorry!");
        free.suggests("We are looking into it, {author}.");
        for (who, line) in ASKED {
            for world in [&free, &waiting] {
                if let Ok(Some(form)) = world.asks(who, line) {
                    stands_again(world, who, &form, &typed, number);
                }
            }
        }
    }
}

#[test]
fn what_cannot_be_sent_is_kept_as_a_draft_when_the_form_is_closed() {
    let long = "x".repeat(312);
    let texts = [long.as_str(), "Dear {name}", "Write to jo@mail.example", "Call +44 20 7946 0958"];
    for mode in [Mode::Confirm, Mode::Approve, Mode::Direct] {
        for text in texts {
            for (command, says) in
                [("reply", "The text is kept as draft v1."), ("draft", "Kept as v1 of #142, not sent")]
            {
                let mut world = World::new(mode);
                let line = format!("{command} 142 -- {text}");
                let answer = world.hands_in_closed("ana", &line).unwrap_or_else(|r| panic!("{line}: {r}"));
                assert!(words(&answer).contains(says), "{line}: {}", words(&answer));
                assert_eq!(world.mention.draft().map(|d| d.text.as_str()), Some(text), "{line}");
                assert!(world.mention.sending.is_none() && world.mention.state == State::Claimed, "{line}");
                let again = answer.buttons.iter().find(|b| b.label == "Edit again…").expect("it can be put right");
                let form = world.asks("ana", &again.command).expect("asked").expect("a form");
                assert_eq!(form.fields[0].initial, text);
                let put_right = fill(&form, "Hello", 0);
                assert!(world.hands_in_closed("ana", &put_right).is_ok());
            }
        }
        for command in ["reply", "draft"] {
            for empty in ["", " \n", "\u{200b}"] {
                let mut world = World::new(mode);
                world.says("ana", "draft 142 Hello");
                let before = (world.mention.clone(), world.events.len());
                let refusal = world.hands_in_closed("ana", &format!("{command} 142 -- {empty}")).expect_err("refused");
                assert_eq!(refusal.say, "The text is empty. Type what to say.", "not the last draft: {command}");
                assert_eq!(before, (world.mention, world.events.len()));
            }
            let mut world = World::new(mode);
            world.says("sam", "claim 142");
            let held = world.hands_in_closed("ana", &format!("{command} 142 -- Hello")).expect_err("held");
            assert!(held.say.contains("Sam holds #142") && world.mention.drafts.is_empty(), "{held}");
        }
    }
}

#[test]
fn an_approvers_text_that_cannot_be_sent_stays_theirs_and_approves_nothing() {
    for text in ["Dear {name}", "Write to jo@mail.example", "", "\u{200b}"] {
        let mut world = World::new(Mode::Confirm);
        world.says("ana", "draft 142 Hello");
        world.happens(&Actor::Person(person("ana").id), vec![EventKind::ApprovalAsked { version: 1 }]);
        let before = (world.mention.clone(), world.events.len());
        let line = format!("approve 142 -- {text}");
        world.hands_in_closed("sam", &line).expect_err("it cannot be sent");
        assert_eq!(before, (world.mention.clone(), world.events.len()), "{line}");
        let form = world.asks("sam", &line).expect("asked").expect("a form");
        let stands = if text.is_empty() { "Hello" } else { text };
        assert_eq!(form.fields[0].initial, stands);
        // What is put right is approved by the same person.
        world.hands_in_closed("sam", &fill(&form, "Hello Jo", 0)).expect("approved");
        assert_eq!(world.mention.state, State::Sending);
    }
    let mut world = World::new(Mode::Confirm);
    world.says("ana", "draft 142 Hello");
    world.happens(&Actor::Person(person("ana").id), vec![EventKind::ApprovalAsked { version: 1 }]);
    world.hands_in_closed("sam", "approve 142 -- v7").expect("a text, if an odd one");
    assert_eq!(world.mention.draft().map(|d| d.text.as_str()), Some("v7"));
}

#[test]
fn a_form_of_done_opens_again_also_when_an_answer_came_meanwhile() {
    let mut world = World::new(Mode::Direct);
    world.says("ana", "reply 142 Hello");
    world.confirms();
    assert_eq!(world.asks("ana", "done 142"), Ok(None));
    let form = world.asks("ana", "done 142 spam").expect("asked").expect("nothing is closed by opening it");
    assert_eq!(form.fields[0].initial, "spam");
}
