//! What a network cannot do: not offered, and refused for good if it is asked for all the same.

use super::bench::Bench;
use super::{On, Peer, Trouble};
use hearback::domain::{Act, Idempotency};
use hearback::networks::{CallError, Deed};

fn never<T: std::fmt::Debug, P: Peer>(bench: &Bench<P>, what: &str, refused: Result<T, CallError>) {
    match refused {
        Err(error @ CallError::Never { .. }) => bench.read(&error),
        other => panic!("{what} is not offered, so it is refused for good: {other:?}"),
    }
}

pub async fn what_it_cannot_do_it_refuses<P: Peer>() {
    let mut bench = Bench::<P>::marked().await;
    let post = bench.mention("bob").await;
    let can = bench.network.capabilities();
    let reply = bench.reply_to(&post, "1", "hello");
    if !can.reply {
        never(&bench, "a reply", bench.try_once(&reply).await);
    }
    if !can.look {
        never(&bench, "a look", bench.network.look(&post).await);
    }
    if can.idempotency != Idempotency::Look {
        never(&bench, "looking for a reply", bench.network.find_reply(&reply).await);
    }
    if !can.context {
        never(&bench, "a conversation", bench.network.context(&post).await);
    }
    for act in [Act::Like, Act::Repost, Act::Follow, Act::Message, Act::Retract] {
        if can.allows(act) {
            continue;
        }
        let text = "hello".to_owned();
        let (post, key, at) = (post.clone(), "hb-contract-no".to_owned(), bench.clock.now());
        let deed = Deed { act, key, at, post, text, targets: vec!["1".to_owned()], undo: false };
        never(&bench, &format!("{act:?}"), bench.network.act(&deed, bench.clock.now()).await);
    }
    assert_eq!((bench.peer.deeds(), bench.peer.replies()), (Vec::new(), Vec::new()), "and nothing happened");
}

pub async fn check_and_notes_are_sentences<P: Peer>() {
    let mut bench = Bench::<P>::marked().await;
    let mut told = bench.network.check(bench.clock.now()).await.unwrap();
    told.extend(bench.network.notes(bench.clock.now()));
    for line in &told {
        assert!(line.chars().count() > 10 && !line.contains(char::is_control), "{line:?}");
        assert!(bench.peer.secrets().iter().all(|secret| !line.contains(secret)), "{line:?}");
    }
    for trouble in
        [Trouble::Status(401), Trouble::Status(403), Trouble::Status(500), Trouble::CutBefore, Trouble::Garbage]
    {
        bench.peer.troubles().next(On::Reads, [trouble]);
        if let Err(error) = bench.network.check(bench.clock.now()).await {
            bench.read(&error);
            assert!(!matches!(error, CallError::Unknown { .. }), "{error:?}");
        }
        bench.peer.troubles().clear();
        bench.restart();
        bench.clock.pass(60);
    }
}

/// docs/networks.md says yes and no in its table as the adapter does.
pub async fn the_table_of_networks_says_the_same<P: Peer>() {
    let bench = Bench::<P>::marked().await;
    let network = &bench.network;
    let page = include_str!("../../../../docs/networks.md");
    let rows: Vec<Vec<&str>> =
        page.lines().filter(|l| l.starts_with("| ")).map(|l| l.split('|').map(str::trim).collect()).collect();
    let column = rows[0].iter().position(|head| head.trim_matches('`') == network.network());
    let Some(column) = column else {
        assert!(!P::SHAPE.polls, "{} is not in it", network.network());
        return;
    };
    let can = network.capabilities();
    let cell = |row: &str| {
        let cells = rows.iter().find(|cells| cells[1] == row).unwrap_or_else(|| panic!("no row {row}"));
        cells[column]
    };
    // The table is about accounts.
    if !can.reply && cell("reply") == "yes" {
        return;
    }
    for (row, can) in [
        ("reply", can.reply),
        ("numbered thread", can.thread),
        ("like", can.like),
        ("repost", can.repost),
        ("follow", can.follow),
        ("private message", can.direct_message),
        ("retract", can.retract),
        ("undo a like, repost, follow", can.undo),
        ("conversation above", can.context),
    ] {
        match cell(row) {
            "yes" => assert!(can, "{row}"),
            "no" => assert!(!can, "{row}"),
            // It depends.
            _ => {}
        }
    }
}
