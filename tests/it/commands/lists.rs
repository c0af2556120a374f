//! Commands about the workspace: lists, figures, the digest, saved replies, health.

use super::world::{World, person};
use hearback::domain::{DigestPlan, EffectKind, Mode};

fn plan(w: &World) -> DigestPlan {
    serde_json::from_str(w.settings.get("digest:console:support").expect("written")).expect("readable")
}

#[test]
fn the_digest_of_a_channel() {
    let mut w = World::new(Mode::Confirm);
    assert!(w.says("vic", "digest").contains("comes at 09:00 every day (UTC)"));
    w.says("vic", "digest preview");
    assert!(w.settings.is_empty() && w.effects.is_empty());
    assert!(w.refuses("sam", "digest off").contains("needs the role lead"));
    assert!(w.refuses("vic", "digest now").contains("needs the role responder"));
    w.says("lea", "digest at 8:30");
    w.says("lea", "digest days mon-fri");
    assert_eq!((plan(&w).at.as_str(), plan(&w).days), ("08:30", vec![1, 2, 3, 4, 5]));
    w.says("lea", "digest days fri-mon");
    assert_eq!(plan(&w).days, [1, 5, 6, 7]);
    w.says("lea", "digest days wed,wed,sun");
    assert_eq!(plan(&w).days, [3, 7]);
    w.says("lea", "digest off");
    assert!(plan(&w).off);
    assert!(w.says("vic", "digest").contains("`digest on`"));
    w.says("lea", "digest on");
    assert_eq!((plan(&w).off, plan(&w).at.as_str()), (false, "08:30"), "the rest stays as it was");
    for bad in ["digest at", "digest at 2h", "digest at tomorrow 9:00", "digest days", "digest days mon-xyz"] {
        assert!(w.refuses("lea", bad).contains('`'), "{bad}");
    }
    w.says("ana", "digest now");
    let posts: Vec<_> = w.effects.iter().filter(|e| matches!(e.kind, EffectKind::Digest { .. })).collect();
    assert!(posts.len() == 1 && posts[0].id.0.starts_with("digest-now:console:support:"));
}

#[test]
fn saved_replies_only_fill_drafts() {
    let mut w = World::new(Mode::Direct);
    assert!(w.says("ana", "canned").contains("No saved replies yet"));
    assert!(w.refuses("ana", "canned add delay Sorry!").contains("needs the role lead"));
    w.says("lea", "canned add Delay Sorry, {author}! 3 days, says {brand}. {staff}");
    assert!(w.says("lea", "canned add gone {product} is gone, {handle}").contains("{product} is not filled in"));
    assert!(w.refuses("lea", "canned add delay again").contains("exists already"));
    assert!(w.refuses("lea", "canned add list x").contains("no action"));
    assert!(w.refuses("lea", "canned edit dely x").contains("Did you mean `delay`?"));
    let list = w.says("ana", "canned");
    assert!(list.contains("delay  Sorry, {author}! 3 days"), "{list}");
    assert!(w.says("ana", "canned delay").contains("{staff}"));
    let used = w.says("ana", "canned use delay 142");
    assert!(used.contains("Sorry, Jo Bloggs! 3 days, says Acme. Ana") && used.contains("[Send: send 142 1]"), "{used}");
    assert!(w.mention.sending.is_none() && w.mention.held_by(&person("ana").id));
    let open = w.says("ana", "canned use gone 142");
    assert!(open.contains("`{product}` is still to be filled in") && open.contains("{product} is gone, @jo"), "{open}");
    assert!(w.run("ana", "send 142 2").is_err());
    assert!(w.refuses("ben", "canned use delay 142").contains("Ana holds"));
    let gone = w.says("lea", "canned remove delay");
    assert!(gone.contains("canned add delay Sorry, {author}! 3 days"), "says how to have it back: {gone}");
    assert_eq!(w.settings.keys().collect::<Vec<_>>(), ["canned:gone"]);
    assert!(w.refuses("lea", "canned remove").contains("`name` is missing"));
}

#[test]
fn the_lists() {
    let mut w = World::new(Mode::Confirm);
    w.waits(28);
    assert_eq!(
        w.says("vic", "queue"),
        "all: 1 to 1 of 1\n#142 question on mastodon by jo, 29 min ago, due 2026-09-07T13:00:00Z\nacme is down again? \
         [Claim #142: claim 142]"
    );
    w.waits(60);
    w.says("ana", "claim 142");
    let overdue = w.says("vic", "queue overdue");
    assert!(overdue.contains("overdue by 29 min, held by Ana"), "{overdue}");
    assert!(w.says("vic", "find down").contains("#142 question on mastodon by Jo Bloggs, 1 h 29 min ago, claimed"));
    assert!(w.refuses("vic", "find x").contains("`text` is too short"));
    w.says("ana", "note 142 asked the warehouse");
    w.says("ana", "draft 142 Hello");
    let all = w.says("vic", "show 142");
    for part in [
        "acme is down again?",
        "held by Ana",
        "waiting for 1 h 29 min",
        "was due",
        "Draft v1 by Ana",
        "Note by Ana",
        "Ana (console): claimed for Ana",
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
    assert!(w.refuses("vic", "claim 142").contains("needs the role responder, and yours is viewer"));
    assert!(!w.says("vic", "stats 30d by kind").is_empty());
    assert!(w.says("vic", "status").starts_with("hearback "));
    assert!(w.says("vic", "doctor").contains("checks are fine"));
    assert!(w.says("vic", "version").contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn help_shows_what_this_person_may_do() {
    let mut w = World::new(Mode::Confirm);
    let (vic, adm) = (w.says("vic", "help"), w.says("adm", "help"));
    assert!(!vic.contains("pause") && vic.contains("queue") && adm.contains("pause") && adm.contains("snooze"));
    assert!(w.says("vic", "help /reply").contains("reply 142"));
    assert!(w.refuses("vic", "help repyl").contains("`help reply`"));
}
