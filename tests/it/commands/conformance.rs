//! What every command of the table must keep, whoever adds one.

use super::world::{World, at, person};
use hearback::commands::ALL;
use hearback::domain::{
    Actor, Button, DoneReason, EventKind, Kind, MentionNo, Mode, Past, PersonId, Refusal, Role, State,
};
use hearback::slash::{OptKind, Reads, authorise, parse_line, parse_partly, render};
use std::collections::BTreeSet;

/// A mention in every state that there is, with and without a holder.
pub fn every_state() -> Vec<World> {
    let mut all = Vec::new();
    let mut add = |steps: &[(&str, &str)], finish: fn(&mut World)| {
        for mode in [Mode::Confirm, Mode::Approve, Mode::Direct] {
            let mut world = World::new(mode);
            world.past = vec![answered_before()];
            for (who, line) in steps {
                world.run(who, line).unwrap_or_else(|refusal| panic!("{who}: {line}: {refusal}"));
            }
            finish(&mut world);
            all.push(world);
        }
    };
    let drafted = [("ana", "claim"), ("ana", "draft 142 Hello")];
    add(&[], |_| {});
    add(&[("ana", "claim 142")], |_| {});
    add(&drafted, |_| {});
    add(&drafted, |w| ana_did(w, EventKind::ApprovalAsked { version: 1 }));
    add(&drafted, |w| ana_did(w, EventKind::SendQueued { version: 1, send: 1 }));
    add(&drafted, |w| {
        ana_did(w, EventKind::SendQueued { version: 1, send: 1 });
        w.loses_track();
    });
    add(&drafted, |w| {
        ana_did(w, EventKind::SendQueued { version: 1, send: 1 });
        w.confirms();
    });
    add(&[("ana", "snooze 142 2h")], |_| {});
    add(&[("ana", "claim"), ("ana", "snooze 142 2h")], |_| {});
    for reason in ["answered", "none", "spam", "notus", "duplicate", "elsewhere"] {
        add(&[("ana", &format!("done 142 {reason}"))], |_| {});
    }
    add(&[("ana", "kind 142 praise")], |_| {});
    for steps in [&[("ana", "claim 142")][..], &drafted] {
        add(steps, |w| w.suggests("We are looking into it, {author}."));
    }
    add(&[("lea", "canned add delay Sorry, {author}!")], |_| {});
    all
}

/// The answer to another mention.
pub fn answered_before() -> Past {
    let asked = "is acme down?".to_owned();
    let answer = "Hello {author}, we are working on it.".to_owned();
    Past { no: MentionNo(88), at: at("2026-08-17T12:00:00Z"), by: PersonId::new("ana"), asked, answer }
}

fn ana_did(world: &mut World, what: EventKind) {
    world.happens(&Actor::Person(person("ana").id), vec![what]);
}

#[test]
fn the_states_are_all_there() {
    let seen: BTreeSet<&str> = every_state().iter().map(|w| w.mention.state.word()).collect();
    let all = ["claimed", "done", "open", "replied", "sending", "snoozed", "unknown", "waiting"];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), all);
}

#[test]
fn samples_are_read_and_written_again() {
    for spec in ALL {
        for sample in spec.samples {
            let (found, args) = parse_line(ALL, sample).unwrap_or_else(|r| panic!("{sample}: {r}"));
            assert_eq!(found.name, spec.name, "{sample}");
            for way in ["/", "hearback ", "/hearback ", "@hearback ", "  "] {
                let (again, same) = parse_line(ALL, &format!("{way}{sample}")).expect("the same in every way");
                assert_eq!((again.name, &same), (found.name, &args), "{way}{sample}");
            }
            let line = render(found, &args);
            assert_eq!(parse_line(ALL, &line).map(|(s, a)| (s.name, a)), Ok((spec.name, args)), "{line}");
        }
    }
}

#[test]
fn the_samples_of_a_command_show_every_option() {
    for spec in ALL {
        let mut shown = BTreeSet::new();
        for sample in spec.samples {
            let (_, args) = parse_line(ALL, sample).expect("a sample is right");
            shown.extend(args.iter().map(|(name, _)| name));
        }
        let listed: BTreeSet<&str> = spec.options.iter().map(|o| o.name).filter(|n| *n != "cancel").collect();
        assert!(listed.is_subset(&shown), "{}: {listed:?} {shown:?}", spec.name);
    }
}

#[test]
fn a_missing_required_option_is_named() {
    for spec in ALL {
        for option in spec.options.iter().filter(|o| o.required) {
            let refusal = parse_line(ALL, spec.name).expect_err("something is missing");
            assert!(refusal.say.contains(&format!("`{}`", option.name)), "{}: {refusal}", spec.name);
            assert!(refusal.say.contains(spec.samples[0]), "{}: shows how: {refusal}", spec.name);
        }
    }
}

#[test]
fn a_lower_role_is_refused() {
    for spec in ALL {
        for id in ["vic", "ana", "sam", "lea", "adm"] {
            let who = person(id);
            assert_eq!(authorise(spec, &who).is_ok(), who.role >= spec.role, "{} by {id}", spec.name);
            if let Err(refusal) = authorise(spec, &who) {
                assert!(refusal.say.contains(spec.role.word()), "{refusal}");
                has_next_step(&refusal);
            }
        }
    }
    assert!(ALL.iter().any(|s| s.role == Role::Admin), "something is left to admins");
}

/// A refusal says what to do next: something to type, to click or to ask for.
pub fn has_next_step(refusal: &Refusal) {
    let typed = refusal.say.contains('`');
    let told = ["Ask ", "Try ", "Choose ", "Wait ", "Type ", "Take it out", "Shorten "]
        .iter()
        .any(|w| refusal.say.contains(w));
    assert!(typed || told || !refusal.offers.is_empty(), "no next step: {}", refusal.say);
    for offer in refusal.offers.iter().filter(|o| o.url.is_none()) {
        let parse = if offer.wants_form() { parse_partly } else { parse_line };
        parse(ALL, &offer.command).unwrap_or_else(|r| panic!("offers {:?}: {r}", offer.command));
    }
}

#[test]
fn every_command_answers_in_every_state() {
    for who in ["ana", "ben", "sam", "lea", "adm"] {
        for spec in ALL.iter().filter(|s| authorise(s, &person(who)).is_ok()) {
            for sample in spec.samples {
                for mut world in every_state() {
                    let before = (world.mention.clone(), world.events.len(), world.settings.clone());
                    match world.run(who, sample) {
                        Ok(answer) => {
                            assert!(!answer.text.is_empty(), "{sample} says nothing");
                            for button in answer.buttons.iter().filter(|b| b.url.is_none()) {
                                keeps_its_promise(&world, button);
                                assert!(button.label.chars().count() <= 75, "{}", button.label);
                            }
                        }
                        Err(refusal) => {
                            assert_eq!(before, (world.mention, world.events.len(), world.settings), "{sample}");
                            has_next_step(&refusal);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn every_listed_option_is_read() {
    for spec in ALL {
        let reads = Reads::default();
        for sample in spec.samples {
            for mut world in every_state() {
                drop(world.run_watched("adm", sample, &reads));
            }
        }
        for option in spec.options.iter().filter(|o| o.kind != OptKind::Mention) {
            assert!(reads.names().contains(option.name), "{} lists `{}` and never reads it", spec.name, option.name);
        }
    }
}

#[test]
fn the_words_of_choices_are_the_words_of_the_domain() {
    use hearback::slash::Choice;
    assert_eq!(<Kind as Choice>::WORDS, Kind::ALL.map(Kind::word));
    assert_eq!(<DoneReason as Choice>::WORDS, DoneReason::ALL.map(DoneReason::word));
}

#[test]
fn the_buttons_of_every_card_are_commands() {
    for mut world in every_state() {
        for read_only in [false, true] {
            world.mention.can.reply = !read_only;
            let card = hearback::domain::Card::of(&world.mention);
            assert!(card.buttons.len() <= 5 && (1..=5).contains(&card.more.len()), "{card:?}");
            for button in card.buttons.iter().chain(&card.more).filter(|b| b.url.is_none()) {
                keeps_its_promise(&world, button);
            }
            let offers_text = card.buttons.iter().chain(&card.more).any(|b| b.command.starts_with("canned"));
            assert!(!(read_only && offers_text), "nothing can be sent from there");
        }
    }
}

/// A label that ends in `…` opens a form, or says why not; any other is a whole command.
pub fn keeps_its_promise(world: &World, button: &Button) {
    let line = &button.command;
    let (spec, _) = parse_partly(ALL, line).unwrap_or_else(|r| panic!("{line}: {r}"));
    if button.wants_form() {
        assert!(spec.prompt.is_some(), "{line}: no form");
        assert!(!matches!(world.asks("adm", line), Ok(None)), "{line}: nothing is asked");
    } else {
        parse_line(ALL, line).unwrap_or_else(|r| panic!("{line}: {r}"));
    }
}

#[test]
fn a_closed_mention_is_claimed_only_after_reopening() {
    for mut world in every_state().into_iter().filter(|w| w.mention.state.is_closed()) {
        assert!(world.refuses("ben", "claim 142").contains("`reopen 142`"));
        world.says("ben", "reopen 142");
        assert_eq!(world.mention.state, State::Open);
        world.says("ben", "claim 142");
        assert!(world.mention.held_by(&person("ben").id));
    }
}
