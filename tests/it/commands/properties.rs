//! Whatever three people, a lead and an approver type, and whatever the network does: nobody shares a claim, refusals
//! change nothing, the events tell the whole story, and nothing is sent by accident.

use super::world::{World, person};
use hearback::commands::ALL;
use hearback::domain::{Actor, EventKind, Form, Mention, Mode, Role, State, guard};
use hearback::slash::parse_line;
use proptest::prelude::*;

const PEOPLE: [&str; 5] = ["ana", "ben", "cy", "sam", "lea"];
const LINES: &[&str] = &[
    "claim 142",
    "claim 142 @me",
    "claim 142 @ben",
    "claim 142 @lea",
    "release 142",
    "draft 142 first text",
    "draft 142 second text",
    "draft 142 {hole}",
    "reply 142",
    "reply 142 first text",
    "reply 142 third text",
    "reply 142 call +44 20 7946 0958",
    "send 142",
    "send 142 1",
    "send 142 2",
    "send 142 3",
    "approve 142",
    "approve 142 edited text",
    "reject 142 no",
    "thanks 142",
    "canned use delay 142",
    "note 142 n",
    "snooze 142 2h",
    "snooze 142 cancel",
    "tag 142 +a -b",
    "done 142",
    "done 142 answered",
    "done 142 spam",
    "reopen 142",
    "kind 142 praise",
    "kind 142 complaint",
];

const SENDING: [&str; 6] =
    ["reply 142 first text", "reply 142", "send 142", "send 142 1", "send 142 2", "draft 142 second text"];

/// What is asked by a form, if one is wanted, and what is filled in.
const FORMS: &[&str] = &["reply 142", "draft 142", "note 142", "approve 142", "reject 142", "snooze 142", "done 142"];
const TYPED: &[&str] = &["first text", "another text", "-- send 142", "{hole}", "call +44 20 7946 0958", "", "2h"];

#[derive(Clone, Debug)]
enum Step {
    Types(usize, usize),
    FillsIn(usize, usize, usize),
    Insists(&'static str),
    Waits(i64),
    Confirmed,
    Failed,
    LostTrack,
    Pause(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (0..PEOPLE.len(), 0..LINES.len()).prop_map(|(who, line)| Step::Types(who, line)),
        6 => (0..PEOPLE.len(), 0..FORMS.len(), 0..TYPED.len()).prop_map(|(who, form, typed)| Step::FillsIn(who, form, typed)),
        // Ana insists: so that much of the time something is on its way, and is asked for again.
        8 => proptest::sample::select(&SENDING[..]).prop_map(Step::Insists),
        1 => (1_i64..400).prop_map(Step::Waits),
        1 => Just(Step::Confirmed),
        1 => Just(Step::Failed),
        1 => Just(Step::LostTrack),
        1 => any::<bool>().prop_map(Step::Pause),
    ]
}

fn take(world: &mut World, step: &Step) -> Result<(), TestCaseError> {
    match step {
        Step::Types(who, line) => types(world, PEOPLE[*who], LINES[*line])?,
        Step::FillsIn(who, form, typed) => fills_in(world, PEOPLE[*who], FORMS[*form], TYPED[*typed])?,
        Step::Insists(line) => types(world, "ana", line)?,
        Step::Waits(minutes) => world.waits(*minutes),
        Step::Confirmed if world.mention.state == State::Sending => world.confirms(),
        Step::LostTrack if world.mention.state == State::Sending => world.loses_track(),
        Step::Failed if world.mention.state == State::Sending => {
            world.happens(&Actor::Desk, vec![EventKind::SendFailed { why: "no".to_owned() }]);
        }
        Step::Pause(on) => drop(world.run("adm", if *on { "pause" } else { "resume" })),
        Step::Confirmed | Step::LostTrack | Step::Failed => {}
    }
    Ok(())
}

/// Opening a form changes nothing; handing it in is a line like others.
fn fills_in(world: &mut World, who: &str, asked: &str, typed: &str) -> Result<(), TestCaseError> {
    let (before, events) = (world.mention.clone(), world.events.len());
    let form = world.asks(who, asked);
    prop_assert_eq!((&before, events), (&world.mention, world.events.len()), "{} {}: opened", who, asked);
    let Ok(Some(form)) = form else { return Ok(()) };
    let line = Form::fill(&form.line, |name| match name {
        "until" => Some("4h"),
        "reason" => Some("none"),
        _ => Some(typed),
    });
    gives(world, who, &line, true)
}

fn types(world: &mut World, who: &str, line: &str) -> Result<(), TestCaseError> {
    gives(world, who, line, false)
}

fn gives(world: &mut World, who: &str, line: &str, filled: bool) -> Result<(), TestCaseError> {
    let (before, events, paused) = (world.mention.clone(), world.events.len(), world.rules.paused.is_some());
    let now = world.now;
    let outcome = if filled { world.hands_in(who, line) } else { world.run(who, line) };
    if let Err(refusal) = outcome {
        prop_assert_eq!(&before, &world.mention, "{} {}: a refusal changes nothing", who, line);
        prop_assert_eq!(events, world.events.len());
        prop_assert!(!refusal.say.is_empty());
        return Ok(());
    }
    let who_id = person(who).id;
    // No two holders: who takes it from somebody else is that somebody, a lead, or comes after too long a rest.
    if let (Some(old), Some(new)) = (&before.holder, &world.mention.holder)
        && old.by != new.by
    {
        let idle = now.as_second() - old.at.as_second() > world.rules.idle_claim_s;
        prop_assert!(old.by == who_id || person(who).role >= Role::Lead || idle, "{} took it from {}", who, old.by);
    }
    for event in world.events.iter().skip(events) {
        prop_assert_eq!(&event.by, &Actor::Person(who_id.clone()));
        if let EventKind::Drafted { text, .. } = &event.what {
            prop_assert!(!filled || guard::text(&world.rules, &before, text).is_ok(), "{}: kept from a form", line);
        }
        if let EventKind::SendQueued { version, send } = &event.what {
            let verb = parse_line(ALL, line).expect("it ran").0.name;
            let mode = world.rules.mode(&world.mention);
            prop_assert!(
                matches!(verb, "send" | "approve") || verb == "reply" && mode == Mode::Direct,
                "{} sent",
                line
            );
            prop_assert!(!matches!(before.state, State::Sending | State::Unknown) && !before.state.is_closed());
            prop_assert!(before.sending.is_none() && !paused);
            prop_assert_eq!(*send, before.sends + 1);
            let draft = world.mention.draft().expect("a text is sent");
            prop_assert_eq!(draft.version, *version, "only the newest text is sent");
            prop_assert!(guard::text(&world.rules, &world.mention, &draft.text).is_ok());
            prop_assert!(guard::deliver(&world.rules, &world.mention).is_ok());
            if mode == Mode::Approve {
                let approver = draft.approved_by.as_ref();
                prop_assert!(approver.is_some_and(|a| *a != draft.by || before.drafts.iter().any(|d| d.by != *a)));
            }
        }
    }
    Ok(())
}

fn story_holds(world: &World) -> Result<(), TestCaseError> {
    let mut told = Mention::fold(world.mention.no, &world.events).expect("begins with seen");
    told.version = world.mention.version;
    prop_assert_eq!(&told, &world.mention, "the events tell the whole story");
    let count = |is: fn(&EventKind) -> bool| world.count(is);
    let sent = count(|e| matches!(e, EventKind::SendQueued { .. }));
    let settled = count(|e| matches!(e, EventKind::Replied { .. } | EventKind::SendFailed { .. }));
    prop_assert!(sent <= settled + 1 + count(|e| matches!(e, EventKind::Closed { .. })), "at most one on its way");
    prop_assert_eq!(u32::try_from(sent).expect("few"), world.mention.sends);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn nothing_happens_by_accident(
        steps in proptest::collection::vec(step(), 1..40),
        mode in proptest::sample::select(&[Mode::Confirm, Mode::Approve, Mode::Direct][..]),
        seed in any::<u64>(),
    ) {
        let mut world = World::new(mode);
        world.seed = seed;
        world.run("lea", "canned add delay Sorry, {author}!").expect("a lead may");
        for step in &steps {
            take(&mut world, step)?;
            story_holds(&world)?;
        }
    }
}
