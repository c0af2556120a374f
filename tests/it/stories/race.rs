//! Two people, one mention: one holder.

use crate::harness::World;

super::everywhere! {
    two_claims_at_once_have_one_winner_and_the_other_is_told_who,
    everybody_claims_at_once_and_nobody_gets_the_same,
}

async fn two_claims_at_once_have_one_winner_and_the_other_is_told_who(desk: World) {
    for n in 1..=20u64 {
        desk.hears(&format!("Acme, question {n}?")).from("bob").on("mastodon").await;
        let line = format!("claim {n}");
        let (ana, sam) = tokio::join!(desk.person("ana").runs(&line), desk.person("sam").runs(&line));
        let holder = desk.mention(n).await.holder.unwrap().by;
        let (winner, loser) = if holder.as_str() == "ana" { (&ana, &sam) } else { (&sam, &ana) };
        assert_ne!(winner, loser);
        let name = if holder.as_str() == "ana" { "Ana" } else { "Sam" };
        assert!(loser.contains(name), "the loser hears who has it: {loser}");
        desk.settles().await;
    }
    desk.room();
    desk.ends().await;
}

async fn everybody_claims_at_once_and_nobody_gets_the_same(desk: World) {
    for n in 1..=4 {
        desk.hears(&format!("Acme, question {n}?")).from("bob").on("mastodon").await;
    }
    let (a, b, c, d) = tokio::join!(
        desk.person("ana").runs("claim"),
        desk.person("sam").runs("claim"),
        desk.person("lee").runs("claim"),
        desk.person("root").runs("claim"),
    );
    let mut holders = Vec::new();
    for n in 1..=4 {
        holders.push(desk.mention(n).await.holder.unwrap_or_else(|| panic!("{a}\n{b}\n{c}\n{d}")).by.0);
    }
    holders.sort();
    assert_eq!(holders, ["ana", "lee", "root", "sam"]);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn the_same_delivery_twice_acts_once() {
    let desk = World::new().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    desk.person("ana").delivers("d1", "note 1 once").await;
    desk.person("ana").delivers("d1", "note 1 once").await;
    desk.settles().await;
    assert_eq!(desk.mention(1).await.notes.len(), 1);
    desk.room();
    desk.ends().await;
}
