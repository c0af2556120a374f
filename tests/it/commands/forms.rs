//! What commands ask for in forms: within the limits of every chat, about the right mention, and back again exactly as it
//! was typed.

use super::conformance::{every_state, has_next_step};
use super::world::{World, person, words};
use hearback::commands::ALL;
use hearback::domain::{EventKind, FieldKind, Form, LengthRule, Mode, SourceName, Span, State};
use hearback::slash::{MentionRef, authorise, parse_line, parse_partly};
use std::collections::BTreeSet;

/// Every way to ask for a form, with a person who may.
pub const ASKED: &[(&str, &str)] = &[
    ("ana", "reply 142"),
    ("ana", "draft 142"),
    ("ana", "suggest 142 use"),
    ("ana", "handoff 142"),
    ("ana", "handoff 142 public"),
    ("ana", "note 142"),
    ("ana", "snooze 142"),
    ("ana", "done 142"),
    ("ana", "kind 142"),
    ("ana", "tag 142"),
    ("ana", "find"),
    ("ana", "canned"),
    ("ana", "canned use #142"),
    ("ana", "past 142 88"),
    ("sam", "approve 142"),
    ("sam", "reject 142"),
    ("sam", "draft 142"),
    ("lea", "canned add late"),
    ("lea", "canned edit delay"),
];

/// The line with that text in every text field, and what is chosen at first, or else the first choice, in the others.
pub fn line_of(form: &Form, typed: &str) -> String {
    Form::fill(&form.line, |name| {
        let field = form.fields.iter().find(|f| f.name == name).expect("a field of the form");
        match &field.kind {
            FieldKind::Text { .. } => Some(typed),
            FieldKind::Choice(all) if field.initial.is_empty() => all.first().map(|(_, value)| value.as_str()),
            FieldKind::Choice(_) => Some(field.initial.as_str()),
        }
    })
}

fn about(form: &Form) -> String {
    words(&hearback::domain::Answer::new(form.about.clone()))
}

fn open_form(world: &World, who: &str, line: &str) -> Form {
    match world.asks(who, line) {
        Ok(Some(form)) => form,
        other => panic!("{who}: {line}: {other:?}"),
    }
}

fn within_limits(form: &Form) {
    let short = |what: &str, text: &str, most: usize| {
        assert!((1..=most).contains(&text.chars().count()), "{what}: {text:?} in {form:?}");
    };
    short("title", &form.title, 24);
    short("submit", &form.submit, 24);
    assert!((1..=5).contains(&form.fields.len()), "{form:?}");
    for field in &form.fields {
        short("label", &field.label, 45);
        assert!(field.hint.chars().count() <= 100, "{:?}", field.hint);
        let FieldKind::Choice(all) = &field.kind else { continue };
        assert!((1..=25).contains(&all.len()));
        for (label, value) in all {
            short("label of a choice", label, 75);
            short("value", value, 75);
            assert!(!value.contains(char::is_whitespace), "{value:?}");
        }
        let values: BTreeSet<&str> = all.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values.len(), all.len(), "a value twice");
        assert!(field.initial.is_empty() || values.contains(field.initial.as_str()), "{:?}", field.initial);
    }
    let fields: Vec<&str> = form.fields.iter().map(|f| f.name).collect();
    let mut named: Vec<&str> = form.names().collect();
    named.sort_unstable();
    let mut sorted = fields.clone();
    sorted.sort_unstable();
    assert_eq!(named, sorted, "every field has its place in the line, once: {}", form.line);
    assert!(form.line.split_once('{').is_some_and(|(words, _)| words.ends_with(' ')), "{}", form.line);
    for (i, field) in form.fields.iter().enumerate() {
        let last = i + 1 == form.fields.len();
        assert!(last || !matches!(field.kind, FieldKind::Text { .. }), "free text comes last: {form:?}");
    }
}

#[test]
fn every_prompt_is_listed_here() {
    let listed: BTreeSet<&str> = ASKED.iter().filter_map(|(_, line)| line.split(' ').next()).collect();
    let there: BTreeSet<&str> = ALL.iter().filter(|s| s.prompt.is_some()).map(|s| s.name).collect();
    assert_eq!(listed, there);
}

#[test]
fn in_every_state_there_is_a_form_or_a_refusal_that_says_what_to_do() {
    let mut shown = BTreeSet::new();
    for who in ["ana", "ben", "sam", "lea"] {
        for (_, line) in ASKED {
            let (spec, _) = parse_partly(ALL, line).expect("readable in part");
            if authorise(spec, &person(who)).is_err() {
                continue;
            }
            for mut world in every_state() {
                let before = (world.mention.clone(), world.settings.clone());
                match world.asks(who, line) {
                    Ok(Some(form)) => {
                        within_limits(&form);
                        shown.insert(*line);
                        let filled = line_of(&form, sample(spec.name));
                        let (again, args) = parse_line(ALL, &filled).expect("readable");
                        // What was answered before begins a draft.
                        let becomes = if spec.name == "past" { "draft" } else { spec.name };
                        assert_eq!(again.name, becomes, "{filled}");
                        let meant = args.mention().is_none_or(|m| matches!(m, MentionRef::No(no) if no.0 == 142));
                        assert!(meant, "{filled}");
                        // A form that was opened can be handed in: what stands in the way is in what was filled in.
                        if let Err(refusal) = world.hands_in(who, &filled) {
                            panic!("{who}: {line} in {:?}: {refusal}", world.mention.state);
                        }
                    }
                    Ok(None) => assert!(world.run(who, line).is_ok(), "{line}: nothing is missing"),
                    Err(refusal) => {
                        has_next_step(&refusal);
                        assert_eq!(before, (world.mention, world.settings), "{line}");
                    }
                }
            }
        }
    }
    assert_eq!(shown.len(), ASKED.iter().map(|(_, l)| l).collect::<BTreeSet<_>>().len(), "{shown:?}");
}

/// Something that its text field takes.
fn sample(command: &str) -> &'static str {
    match command {
        "tag" => "+refund -urgent",
        "snooze" => "mon 9:30",
        "canned" => "142",
        _ => "Sorry about that! We are looking into it.",
    }
}

#[test]
fn a_lower_role_is_refused_before_there_is_a_form() {
    let world = every_state().remove(0);
    for (_, line) in ASKED.iter().filter(|(_, line)| *line != "find") {
        assert!(world.asks("vic", line).expect_err("a viewer only looks").say.contains("needs the role"), "{line}");
    }
    for line in ["approve 142", "reject 142"] {
        assert!(world.asks("ana", line).expect_err("no approver").say.contains("approver"), "{line}");
    }
    assert!(world.asks("ana", "canned add late").expect_err("no lead").say.contains("lead"));
}

#[test]
fn a_reply_begins_with_the_last_draft_and_says_what_becomes_of_it() {
    let mut world = World::new(Mode::Confirm);
    let form = open_form(&world, "ana", "reply 142");
    assert_eq!(
        about(&form),
        "Jo Bloggs on mastodon\nacme is down again?\nGoes out as Acme on mastodon, at most 300 characters. Nothing is sent \
         before you have seen a preview."
    );
    assert_eq!((form.title.as_str(), form.line.as_str()), ("Reply to #142", "reply 142 -- {text}"));
    assert_eq!((form.submit.as_str(), form.fields[0].initial.as_str()), ("Preview", ""));
    assert_eq!(form.fields[0].kind, FieldKind::Text { lines: true, length: LengthRule::Chars(300) });
    assert_eq!(form.fields[0].hint, "mastodon takes at most 300 characters.");
    assert_eq!(world.mention.holder, None, "opening it takes nothing");
    world.says("ana", "draft 142 Hello");
    assert_eq!(open_form(&world, "ana", "reply 142").fields[0].initial, "Hello");
    assert_eq!(open_form(&world, "ana", "reply 142 typed").fields[0].initial, "typed");
    assert!(world.asks("ben", "reply 142").expect_err("held").say.contains("Ana holds #142"));

    world.rules.paused = Some(hearback::domain::Paused { by: person("adm").id, at: world.now, reason: String::new() });
    assert!(about(&open_form(&world, "ana", "reply 142")).contains("Everything outgoing is paused"));

    let mut world = World::new(Mode::Approve);
    world.says("ana", "reply 142 Helo");
    assert!(
        about(&open_form(&world, "ana", "reply 142")).ends_with("v1 waits for approval; another text takes its place.")
    );
    world.says("sam", "reject 142 a slip");
    let form = open_form(&world, "ana", "reply 142");
    assert!(about(&form).ends_with("v1 was rejected by Sam: a slip"), "{}", about(&form));
    assert_eq!((form.submit.as_str(), form.fields[0].initial.as_str()), ("Ask for approval", "Helo"));

    let mut world = World::new(Mode::Direct);
    let form = open_form(&world, "ana", "reply 142");
    assert_eq!(form.submit, "Send");
    assert!(about(&form).ends_with("sends it at once, without a preview."));
    world.rules.sources.remove(&SourceName::new("hook"));
    assert!(world.asks("ana", "reply 142").expect_err("read-only").say.contains("cannot be sent from here"));
    assert!(about(&open_form(&world, "ana", "draft 142")).contains("cannot be sent from here"));
}

#[test]
fn what_cannot_be_sent_stays_in_the_form() {
    let long = "x".repeat(312);
    let cases = [
        (long.as_str(), "Too long for mastodon: 312 of 300 characters, 12 too many. Shorten it."),
        ("Hello {name}", "`{name}` is still to be filled in. Write the text with it filled in."),
        (" \n", "The text is empty. Type what to say."),
        ("\u{200b}", "The text is empty. Type what to say."),
    ];
    for mode in [Mode::Confirm, Mode::Approve, Mode::Direct] {
        for (text, why) in cases {
            for (who, line) in [("ana", "reply 142"), ("ana", "draft 142"), ("sam", "approve 142")] {
                let mut world = World::new(mode);
                if who == "sam" {
                    world.says("ana", "draft 142 Hello");
                    let what = vec![EventKind::ApprovalAsked { version: 1 }];
                    world.happens(&hearback::domain::Actor::Person(person("ana").id), what);
                }
                let before = (world.mention.clone(), world.events.len());
                let form = open_form(&world, who, line);
                let refusal = world.hands_in(who, &line_of(&form, text)).expect_err("refused");
                assert_eq!(refusal.say, why, "{line}");
                assert_eq!(before, (world.mention, world.events.len()), "{line}: nothing is kept");
            }
        }
        for line in ["reply 142", "draft 142"] {
            let mut world = World::new(mode);
            let form = open_form(&world, "ana", line);
            let refusal = world.hands_in("ana", &line_of(&form, "Write to jo@mail.example")).expect_err("refused");
            assert!(refusal.say.contains("an e-mail address") && world.mention.drafts.is_empty(), "{refusal}");
        }
    }
    let mut world = World::new(Mode::Confirm);
    let rule = LengthRule::GraphemesAndBytes { graphemes: 300, bytes: 600 };
    world.rules.sources.get_mut(&SourceName::new("hook")).expect("there").length = rule;
    let refusal = world.hands_in("ana", &format!("reply 142 -- {}", "日".repeat(250))).expect_err("refused");
    assert!(refusal.say.contains("750 of 600 bytes, 150 too many"), "{refusal}");
}

#[test]
fn an_approver_edits_in_the_form_and_an_empty_one_approves_nothing() {
    let mut world = World::new(Mode::Approve);
    world.says("ana", "reply 142 Helo");
    let form = open_form(&world, "sam", "approve 142");
    assert_eq!((form.fields[0].initial.as_str(), form.submit.as_str()), ("Helo", "Approve & send"));
    assert!(world.hands_in("sam", &line_of(&form, "  ")).is_err());
    world.hands_in("sam", &line_of(&form, "Hello")).expect("approved");
    assert_eq!(world.mention.draft().map(|d| d.text.as_str()), Some("Hello"));
    assert_eq!(world.mention.state, State::Sending);

    let mut world = World::new(Mode::Approve);
    world.says("ana", "reply 142 Helo");
    assert_eq!(open_form(&world, "sam", "draft 142").fields[0].initial, "Helo");
    assert!(world.asks("ana", "approve 142").is_err());
    let reject = open_form(&world, "sam", "reject 142");
    assert!(reject.fields[0].optional && about(&reject).contains("Helo"));
    world.hands_in("sam", &line_of(&reject, "")).expect("a reason may be left out");
    assert_eq!(world.mention.draft().and_then(|d| d.rejected.clone()).map(|(_, why)| why), Some(String::new()));
}

#[test]
fn saved_replies_are_chosen_and_written() {
    let mut world = World::new(Mode::Confirm);
    assert!(world.asks("ana", "canned use #142").expect_err("none yet").say.contains("No saved replies yet"));
    assert!(world.asks("ana", "canned").expect_err("none yet").say.contains("A lead adds one"));
    let form = open_form(&world, "lea", "canned add delay");
    assert_eq!(form.line, "canned add delay -- {text}");
    world.hands_in("lea", &line_of(&form, "Sorry, {author}, it is late.")).expect("saved");
    assert!(world.asks("lea", "canned add delay").expect_err("there").say.contains("exists already"));
    let form = open_form(&world, "lea", "canned edit delay");
    assert_eq!(form.fields[0].initial, "Sorry, {author}, it is late.");
    let refusal = world.hands_in("lea", &line_of(&form, &"y".repeat(5_003))).expect_err("too long");
    assert!(refusal.say.contains("5003 of 5000 characters, 3 too many"), "{refusal}");
    for i in 0..40 {
        world.says("lea", &format!("canned add a{i} {}", "long ".repeat(100)));
    }
    within_limits(&open_form(&world, "ana", "canned"));
    let form = open_form(&world, "ana", "canned use delay 142");
    within_limits(&form);
    assert_eq!(form.fields[0].initial, "delay", "the one that was named is among the 25");

    let mut world = World::new(Mode::Confirm);
    world.says("lea", "canned add delay Sorry, {author}!");
    world.says("lea", "canned add parcel Your parcel {number} is late.");
    let FieldKind::Choice(all) = &open_form(&world, "ana", "canned").fields[0].kind else { panic!("a choice") };
    assert_eq!(all[0], ("delay: Sorry, {author}!".to_owned(), "delay".to_owned()));
    let form = open_form(&world, "ana", "canned use #142");
    let line = Form::fill(&form.line, |_| Some("parcel"));
    // The text does not stand in the form, so it is kept, to be edited.
    let kept = words(&world.hands_in("ana", &line).expect("kept"));
    assert!(kept.contains("`{number}` is still to be filled in") && kept.contains("[Edit…: draft 142]"), "{kept}");
    assert!(world.refuses("ana", "canned use #142").contains("`name` is missing"));
}

#[test]
fn putting_away_takes_a_choice_or_words() {
    let world = World::new(Mode::Confirm);
    let form = open_form(&world, "ana", "snooze 142");
    let fill = |until: &'static str, other: &'static str| {
        Form::fill(&form.line, |name| Some(if name == "until" { until } else { other }))
    };
    let FieldKind::Choice(all) = &form.fields[0].kind else { panic!("a choice") };
    for (label, word) in all {
        let mut world = World::new(Mode::Confirm);
        let line = Form::fill(&form.line, |name| (name == "until").then_some(word.as_str()));
        world.hands_in("ana", &line).unwrap_or_else(|r| panic!("{label}: {r}"));
        assert!(matches!(world.mention.state, State::Snoozed(_)));
    }
    assert_eq!(fill("2h", " "), "snooze #142 2h");
    assert_eq!(fill("2h", "fri 14:30"), "snooze #142 fri 14:30", "what is typed goes before what is chosen");
    // Not 142 hours of some other mention.
    assert!(parse_line(ALL, &fill("2h", "hours")).is_err());
    assert!(World::new(Mode::Confirm).hands_in("ana", &fill("2h", "next year")).is_err());
}

#[test]
fn done_asks_only_where_no_answer_is_known() {
    let mut world = World::new(Mode::Direct);
    let form = open_form(&world, "ana", "done 142");
    assert_eq!(line_of(&form, ""), "done 142 answered");
    world.says("ana", "reply 142 Hello");
    world.confirms();
    assert_eq!(world.asks("ana", "done 142"), Ok(None));
}

#[test]
fn forms_quote_what_was_said_and_not_more_than_fits() {
    let mut world = World::new(Mode::Confirm);
    world.mention.post.text = "👩‍👩‍👧 ".repeat(5_000);
    world.mention.post.network = "n".repeat(200);
    let form = open_form(&world, "ana", "reply 142");
    within_limits(&form);
    let quoted = form.about.0.iter().find_map(|s| if let Span::Quote(q) = s { Some(q.clone()) } else { None });
    assert!(quoted.is_some_and(|q| q.ends_with('…') && q.len() < 15_000));
}
