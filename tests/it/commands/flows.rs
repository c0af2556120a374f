//! The life of a mention, command by command, in the words that people read.

use super::world::{World, at, person, words};
use hearback::domain::{Actor, DoneReason, EffectKind, EventKind, Kind, Mode, Refusal, ResponseSource, State};

fn queued(world: &World) -> usize {
    world.count(|e| matches!(e, EventKind::SendQueued { .. }))
}

#[test]
fn confirm_previews_and_sends_exactly_what_was_seen() {
    let mut w = World::new(Mode::Confirm);
    let preview = w.says("ana", "reply 142 Sorry, Jo!\nWe are on it.");
    assert_eq!(
        preview,
        "Preview of v1, not sent yet: as Acme on mastodon, in answer to Jo Bloggs, 24 of 300\nSorry, Jo!\nWe are on it. \
         [Send: send 142 1] [Edit…: draft 142]"
    );
    assert!(w.mention.held_by(&person("ana").id), "claims if free");
    assert_eq!(queued(&w), 0);
    assert!(w.refuses("ben", "send 142 1").contains("Ana holds #142"));
    assert!(w.says("ana", "send 142 1").contains("on its way to mastodon"));
    assert!(w.refuses("ana", "send 142 1").contains("on its way already"));
    assert_eq!(queued(&w), 1);
    assert_eq!(w.effects.iter().filter(|e| matches!(e.kind, EffectKind::SendReply { .. })).count(), 1);
    w.confirms();
    assert_eq!(w.mention.state, State::Replied);
    assert!(w.refuses("ana", "reply 142 again").contains("`reopen 142`"));
}

#[test]
fn an_older_version_is_never_sent() {
    let mut w = World::new(Mode::Confirm);
    w.says("ana", "reply 142 one");
    w.says("ana", "draft 142 two");
    assert!(w.refuses("ana", "send 142 1").contains("v1 is not the newest text of #142 any more; v2 is"));
    assert!(w.refuses("ana", "send 142 99999999999").contains("not the newest"));
    assert!(w.says("ana", "send 142").contains("v2 is on its way"));
}

#[test]
fn a_text_of_somebody_else_is_shown_before_it_is_sent() {
    for mode in [Mode::Confirm, Mode::Direct] {
        let mut w = World::new(mode);
        w.says("ana", "draft 142 by Ana");
        w.says("ana", "release 142");
        w.says("ben", "claim 142");
        for line in ["send 142", "reply 142"] {
            assert!(w.says("ben", line).starts_with("Preview of v1, not sent yet"), "{line}");
        }
        assert_eq!(queued(&w), 0);
        w.says("ben", "send 142 1");
        assert_eq!(queued(&w), 1);
    }
}

#[test]
fn direct_sends_at_once_but_not_what_is_wrong() {
    let mut w = World::new(Mode::Direct);
    let said = w.says("ana", "reply 142 Hello {customer}");
    assert!(said.starts_with("Not sent. `{customer}` is still to be filled in."), "{said}");
    assert!(said.contains("kept as draft v1"));
    assert_eq!(queued(&w), 0);
    assert!(w.says("ana", "reply 142 Hello Jo").contains("On its way"));
    assert_eq!(queued(&w), 1);
}

#[test]
fn approval_needs_somebody_else() {
    let mut w = World::new(Mode::Approve);
    assert!(w.says("sam", "reply 142 Hello").contains("waits for approval by somebody other than its author"));
    assert_eq!(w.mention.state, State::Waiting);
    assert!(w.refuses("sam", "approve 142").contains("somebody else must approve"));
    assert!(w.refuses("ana", "approve 142").contains("needs the role approver"));
    assert!(w.refuses("sam", "send 142 1").contains("needs approval"));
    assert!(w.refuses("sam", "reply 142").contains("waits for approval already"));
    assert!(w.says("lea", "approve 142").contains("Approved: v1 of #142 is on its way"));
    assert_eq!(w.mention.draft().and_then(|d| d.approved_by.clone()), Some(person("lea").id));
    w.confirms();
    assert_eq!(w.mention.state, State::Replied);
}

#[test]
fn an_approver_may_edit_and_both_versions_are_kept() {
    let mut w = World::new(Mode::Approve);
    w.says("ana", "reply 142 Helo");
    assert!(w.says("sam", "approve 142 Hello").contains("Your edit is kept as v2."));
    let drafts: Vec<_> = w.mention.drafts.iter().map(|d| (d.version, d.text.as_str(), d.by.as_str())).collect();
    assert_eq!(drafts, [(1, "Helo", "ana"), (2, "Hello", "sam")]);
    assert_eq!(w.mention.sending.as_ref().map(|s| s.version), Some(2));
    hearback::domain::guard::deliver(&w.rules, &w.mention).expect("the approver sends for the holder");
}

#[test]
fn a_rejected_text_is_not_sent_again() {
    let mut w = World::new(Mode::Approve);
    w.says("ana", "reply 142 Hello");
    w.says("sam", "reject 142 too short");
    assert_eq!(w.mention.state, State::Claimed);
    assert!(w.refuses("ana", "reply 142").contains("v1 was rejected by Sam: too short"));
    assert!(w.refuses("ana", "send 142 1").contains("rejected by Sam"));
    w.says("ana", "reply 142 Hello, and sorry");
    assert_eq!(w.mention.state, State::Waiting);
    w.says("ana", "draft 142 Better");
    assert_eq!(w.mention.state, State::Claimed, "a new text takes the old one out of approval");
    assert!(w.refuses("sam", "approve 142").contains("Nothing of #142 waits"));
}

#[test]
fn an_approved_text_that_failed_may_be_sent_again() {
    let mut w = World::new(Mode::Approve);
    w.says("ana", "reply 142 Hello");
    w.says("sam", "approve 142");
    w.happens(&Actor::Desk, vec![EventKind::SendFailed { why: "refused".to_owned() }]);
    assert!(w.says("ana", "reply 142").contains("[Send: send 142 1]"));
    w.says("ana", "send 142 1");
    assert_eq!(w.mention.sends, 2);
    hearback::domain::guard::deliver(&w.rules, &w.mention).expect("sent by the holder");
}

#[test]
fn a_claim_names_its_holder_and_can_be_taken_over() {
    let mut w = World::new(Mode::Confirm);
    w.says("ana", "claim");
    assert_eq!(w.says("ana", "claim 142"), "#142 is yours already. [Reply…: reply 142] [Release: release 142]");
    w.waits(29);
    assert_eq!(
        w.refuses("ben", "claim 142"),
        "Ana holds #142 since 13:01 (29 min). Ask them to `release 142`, or a lead to take it over; `note 142 …` leaves a \
         word for them."
    );
    assert!(w.refuses("ben", "claim 142 @me").contains("Ana holds"));
    for line in ["draft 142 x", "reply 142 x", "release 142", "snooze 142 2h", "done 142 none"] {
        assert!(w.refuses("ben", line).contains("Ana holds #142"), "{line}");
    }
    let Err(Refusal { say, offers }) = w.run("lea", "claim 142") else { panic!("a lead takes over on purpose only") };
    assert!(say.contains("`claim 142 @me`") && offers[0].command == "claim 142 @me");
    assert!(w.says("lea", "claim 142 @me").contains("taken over from Ana"));
    assert!(w.mention.held_by(&person("lea").id));
    w.waits(5 * 60);
    assert!(w.refuses("ben", "claim 142").contains("`claim 142 @me`"), "idle for too long");
    w.says("ben", "claim 142 @me");
    assert!(w.mention.held_by(&person("ben").id));
}

#[test]
fn giving_a_mention_is_one_ping() {
    let mut w = World::new(Mode::Confirm);
    w.says("ana", "claim 142 @Ben");
    let pings =
        w.effects.iter().filter(|e| matches!(&e.kind, EffectKind::Thread { ping: Some(p), .. } if p.0 == "ben"));
    assert_eq!(pings.count(), 1);
    assert!(w.says("lea", "claim 142 @ben").contains("Ben's already"));
    assert!(w.refuses("ben", "claim 142 @bn").contains("Did you mean `@ben`?"));
    assert!(w.refuses("ben", "claim 142 @vic").contains("may only look"));
    w.says("ben", "claim 142 @sam");
    assert!(w.mention.held_by(&person("sam").id), "the holder may pass it on");
}

#[test]
fn an_unknown_outcome_is_decided_by_a_person() {
    let mut w = World::new(Mode::Direct);
    w.says("ana", "reply 142 Hello");
    w.loses_track();
    for line in ["reply 142 Hello", "send 142 1", "draft 142 x", "done 142 none", "release 142", "snooze 142"] {
        assert!(w.refuses("ana", line).contains("`done 142 answered`"), "{line}");
    }
    let mut there = World { rules: w.rules.clone(), mention: w.mention.clone(), ..World::new(Mode::Direct) };
    there.says("ben", "done 142 answered");
    assert_eq!(there.mention.state, State::Done(DoneReason::Answered));
    w.says("ben", "reopen 142");
    assert_eq!(w.mention.state, State::Claimed);
    w.says("ana", "reply 142");
    assert_eq!(w.mention.sends, 1, "an older text is shown first, also in direct mode");
    w.says("ana", "send 142 1");
    assert_eq!((queued(&w), w.mention.sends), (2, 2), "a person said that the first is not there");
}

#[test]
fn done_asks_why_unless_it_is_known() {
    let mut w = World::new(Mode::Direct);
    let Err(refusal) = w.run("ana", "done 142") else { panic!("no answer is known") };
    assert!(refusal.say.contains("`done 142 answered`") && refusal.offers.len() == 6);
    w.says("ana", "done 142 elsewhere");
    assert_eq!(w.mention.cycle().response.as_ref().map(|r| r.source), Some(ResponseSource::Stated));
    assert!(w.refuses("ana", "done 142 spam").contains("closed already (elsewhere)"));
    let mut w = World::new(Mode::Direct);
    w.says("ana", "reply 142 Hello");
    assert!(w.refuses("ana", "done 142 none").contains("on its way"));
    w.confirms();
    w.says("ana", "done 142");
    assert_eq!(w.mention.state, State::Done(DoneReason::Answered));
}

#[test]
fn reopening_begins_a_new_wait_only_after_an_answer() {
    let mut w = World::new(Mode::Direct);
    w.says("ana", "done 142 spam");
    w.waits(60);
    w.says("ana", "reopen 142");
    assert_eq!((w.mention.cycles.len(), w.mention.due_at), (1, Some(at("2026-09-07T13:00:00Z"))));
    w.says("ana", "done 142 answered");
    w.waits(60);
    w.says("ana", "reopen 142");
    assert_eq!((w.mention.cycles.len(), w.mention.due_at), (2, Some(at("2026-09-07T15:01:00Z"))));
    assert!(w.refuses("ana", "reopen 142").contains("not closed"));
}

#[test]
fn snooze_comes_back_and_can_be_cancelled() {
    let mut w = World::new(Mode::Confirm);
    w.says("ana", "claim 142");
    w.says("ana", "snooze 142 mon 9:00");
    assert_eq!(w.mention.state, State::Snoozed(at("2026-09-14T08:00:00Z")));
    w.says("ana", "claim 142");
    assert_eq!(w.mention.state, State::Claimed, "claiming wakes it");
    w.says("ana", "snooze 142");
    assert_eq!(w.mention.state, State::Snoozed(at("2026-09-08T12:01:00Z")));
    w.says("ana", "snooze 142 cancel");
    assert_eq!(w.mention.state, State::Claimed);
    assert!(w.refuses("ana", "snooze 142 cancel").contains("not put away"));
    assert!(w.refuses("ana", "snooze 142 today 9:00").contains("has passed"));
}

#[test]
fn labels_and_kinds() {
    let mut w = World::new(Mode::Confirm);
    assert_eq!(w.says("ben", "tag 142 +Refund +URGENT"), "Labels of #142: refund, urgent.");
    assert_eq!(w.says("ben", "tag 142 -urgent -none +refund"), "Labels of #142: refund.");
    assert!(w.says("ben", "tag 142 +refund").contains("Nothing to change"));
    assert!(w.refuses("ben", &format!("tag 142 +{}", "x".repeat(31))).contains("at most 30"));
    let many = (0..20).map(|i| format!("+t{i}")).collect::<Vec<_>>().join(" ");
    assert!(w.refuses("ben", &format!("tag 142 {many}")).contains("at most 20"));
    assert!(w.says("ben", "kind 142 praise").starts_with("Thanks, noted: #142 is praise, not a question."));
    assert_eq!((w.mention.kind, w.mention.due_at), (Kind::Praise, Some(at("2026-09-08T12:00:00Z"))));
    assert_eq!(w.says("ben", "kind 142 praise"), "#142 is praise already.");
}

#[test]
fn drafts_have_versions_and_their_length_is_told() {
    let mut w = World::new(Mode::Confirm);
    assert!(w.refuses("ana", "draft 142").contains("`draft 142 Hello …`"));
    assert!(w.says("ana", "draft 142 Hello").contains("Kept as v1 of #142, not sent: 5 of 300."));
    assert!(w.says("ana", "draft 142 Hello").contains("That is v1 of #142 already"));
    let long = w.says("ana", &format!("draft 142 {}", "é".repeat(301)));
    assert!(long.contains("301 of 300") && long.contains("It cannot be sent like this."), "{long}");
    assert!(w.refuses("ana", "draft 142").contains("The last version is v2:\nééé"));
    assert_eq!(w.mention.drafts.len(), 2);
}

#[test]
fn thanks_vary_and_are_for_praise() {
    let mut w = World::new(Mode::Direct);
    assert!(w.refuses("ana", "thanks 142").contains("`kind 142 praise`"));
    w.says("ana", "kind 142 praise");
    let first = w.says("ana", "thanks 142");
    let second = w.says("ana", "thanks 142");
    assert!(first.starts_with("Preview of v1, not sent yet") && first.contains("Jo Bloggs"), "{first}");
    assert_ne!(w.mention.drafts[0].text, w.mention.drafts[1].text, "{second}");
    assert_eq!(queued(&w), 0, "a thank-you is always shown first");
    for (name, handle) in
        [("", ""), ("@everyone", ""), ("evil.example/x", ""), ("{staff}", "!"), ("call +44 20 7946 0958", "")]
    {
        let mut w = World::new(Mode::Confirm);
        w.mention.kind = Kind::Praise;
        (w.mention.post.author.name, w.mention.post.author.handle) = (name.to_owned(), handle.to_owned());
        for seed in 0..8 {
            w.seed = seed;
            w.says("ana", "thanks 142");
            let text = w.mention.draft().map(|d| d.text.clone()).unwrap_or_default();
            assert!(!text.contains(['@', '{', '}']) && !text.contains("evil"), "{name}: {text}");
            assert!(name == "{staff}" || text.starts_with(char::is_uppercase), "{name}: {text}");
            assert!(name == "{staff}" || !text.contains(','), "{name}: {text}");
        }
    }
}

#[test]
fn a_network_without_replies_says_where_to_answer() {
    let mut w = World::new(Mode::Direct);
    w.rules.sources.clear();
    for line in ["reply 142 Hello", "reply 142"] {
        let say = w.refuses("ana", line);
        assert!(say.contains("https://social.example/p1") && say.contains("`done 142 answered`"), "{say}");
    }
    w.mention.kind = Kind::Praise;
    assert!(w.refuses("ana", "thanks 142").contains("cannot be sent from here"));
    assert!(words(&w.run("ana", "draft 142 Hello").expect("kept")).contains("not sent"));
}
