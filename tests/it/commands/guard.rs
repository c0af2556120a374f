//! The send guard: when it is queued, and again just before it goes out.

use super::world::{World, person};
use hearback::domain::{Actor, EventKind, Mode, SourceName, guard};

fn on_its_way() -> World {
    let mut w = World::new(Mode::Direct);
    w.says("ana", "reply 142 Hello");
    guard::deliver(&w.rules, &w.mention).expect("all is well");
    w
}

fn stopped(w: &World) -> String {
    guard::deliver(&w.rules, &w.mention).expect_err("stopped").say
}

#[test]
fn personal_data_stops_the_reply_and_is_not_kept() {
    for (text, what) in [
        ("Your card 4242 4242 4242 4242", "a card number (42•• •••• •••• ••42)"),
        ("We wrote to jo@mail.example", "an e-mail address"),
        ("We call you at +44 20 7946 0958", "a phone number"),
        ("GB82 WEST 1234 5698 7654 32", "a bank account number"),
        ("Order 1234567 is on its way", "an order or tracking number"),
    ] {
        for mode in [Mode::Confirm, Mode::Approve, Mode::Direct] {
            let mut w = World::new(mode);
            let say = w.refuses("ana", &format!("reply 142 {text}"));
            assert!(say.contains(what) && say.contains("https://acme.example/help"), "{say}");
            assert!(w.mention.drafts.is_empty());
        }
        // A draft is internal, but it does not go out as it is.
        let mut w = World::new(Mode::Confirm);
        assert!(w.says("ana", &format!("draft 142 {text}")).contains("It cannot be sent like this."));
        assert!(w.refuses("ana", "reply 142").contains(what));
        assert!(w.refuses("ana", "send 142 1").contains(what));
        let mut w = World::new(Mode::Approve);
        w.says("ana", "reply 142 Hello");
        assert!(w.refuses("sam", &format!("approve 142 {text}")).contains(what));
    }
}

#[test]
fn the_private_way_itself_may_be_said() {
    let mut w = World::new(Mode::Direct);
    assert!(w.says("ana", "reply 142 Please write to help@acme.example").contains("On its way"));
    let mut w = World::new(Mode::Direct);
    assert!(w.refuses("ana", "reply 142 Please write to jo@acme.example").contains("an e-mail address"));
}

#[test]
fn what_does_not_fit_or_is_not_filled_in_is_kept_but_not_sent() {
    for mode in [Mode::Confirm, Mode::Approve, Mode::Direct] {
        for text in ["x".repeat(301), "Hello {name}".to_owned()] {
            let mut w = World::new(mode);
            let said = w.says("ana", &format!("reply 142 {text}"));
            assert!(said.starts_with("Not sent.") && said.contains("kept as draft v1"), "{said}");
            assert!(w.run("ana", "send 142 1").is_err());
            assert_eq!(w.count(|e| matches!(e, EventKind::SendQueued { .. } | EventKind::ApprovalAsked { .. })), 0);
        }
    }
}

#[test]
fn a_pause_stops_everything_outgoing() {
    let mut w = World::new(Mode::Confirm);
    w.says("ana", "reply 142 Hello");
    assert!(w.refuses("lea", "pause").contains("needs the role admin"));
    w.says("adm", "pause an incident");
    assert!(w.says("adm", "pause").contains("paused already, by Adm since 13:01"));
    let say = w.refuses("ana", "send 142 1");
    assert!(say.contains("paused by Adm (an incident)") && say.contains("`resume`"), "{say}");
    assert!(w.says("ana", "reply 142").contains("it can be sent after `resume`"));
    w.says("adm", "resume");
    w.says("ana", "send 142 1");
    w.says("adm", "pause");
    assert!(stopped(&w).contains("paused by Adm"));

    let mut w = World::new(Mode::Direct);
    w.says("adm", "pause");
    assert!(w.says("ana", "reply 142 Hello").starts_with("Not sent. Everything outgoing is paused"));
    assert_eq!(w.mention.draft().map(|d| d.text.as_str()), Some("Hello"));
    assert!(w.says("adm", "resume").contains("Going on"));
    assert!(w.says("adm", "resume").contains("Nothing is paused"));
}

#[test]
fn just_before_it_goes_out_everything_is_looked_at_again() {
    let mut w = on_its_way();
    w.happens(&Actor::Person(person("lea").id), vec![EventKind::Claimed { by: person("lea").id, given: false }]);
    assert!(stopped(&w).contains("changed hands"));

    let mut w = on_its_way();
    w.happens(&Actor::Person(person("ana").id), vec![EventKind::Released]);
    assert!(stopped(&w).contains("changed hands"));

    let mut w = on_its_way();
    let native =
        EventKind::AnsweredNatively { account: "acme".into(), external_id: "n1".into(), url: None, posted_at: w.now };
    w.happens(&Actor::Desk, vec![native]);
    assert!(stopped(&w).contains("answered already"));
    w.happens(&Actor::Desk, vec![EventKind::SendFailed { why: "answered already".into() }]);
    assert!(w.refuses("ana", "send 142 1").contains("was answered already"));

    let mut w = on_its_way();
    w.happens(&Actor::Person(person("ben").id), vec![EventKind::Drafted { version: 2, text: "other".into() }]);
    assert!(stopped(&w).contains("text of #142 was changed"));

    let mut w = on_its_way();
    w.rules.sources.remove(&SourceName::new("hook"));
    assert!(stopped(&w).contains("cannot be sent from here"));

    let mut w = on_its_way();
    w.confirms();
    assert!(stopped(&w).contains("no reply on its way"));
}
