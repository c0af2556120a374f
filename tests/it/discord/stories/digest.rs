//! The digest in a channel of Discord's: at its hour, once, with buttons that do what they say.

use super::said;
use crate::discord::fake::{Fail, component};
use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};
use serde_json::Value;

/// What people praise, each in their own words.
pub const PRAISE: [&str; 12] = [
    "I love Acme, thank you so much, great work!",
    "Acme made my day, what a wonderful coffee machine",
    "Big shout out to Acme, the best support ever",
    "So happy with the new violin strings from Acme, brilliant",
    "Acme you are amazing, my bicycle has never been faster",
    "Lovely people at Acme, friendly and helpful as always",
    "My kids adore the balloons that Acme sent, fantastic",
    "Excellent garden chairs, Acme, we love sitting in them",
    "Thanks Acme for the quick help, awesome team",
    "The mountain boots of Acme are great, I love them",
    "Perfect kitchen knife, Acme, superb quality, thank you",
    "Acme rocks, really beautiful pencils, absolutely love it",
];

/// So many people praise the brand.
async fn praised(desk: &World, n: usize) {
    for n in 1..=n {
        desk.hears(PRAISE[n - 1]).from(&format!("fan{n}")).on("mastodon").await;
    }
}

/// The digests that stand in the channel: message, words.
fn digests(desk: &World) -> Vec<(String, String)> {
    said(desk, CHANNEL).into_iter().filter(|(_, words)| words.contains("Digest for")).collect()
}

#[tokio::test]
async fn it_comes_at_its_hour_and_never_twice() {
    let mut desk = World::in_discord().await;
    praised(&desk, 2).await;
    desk.waits_until("2026-03-03T08:59:00Z").await;
    assert!(digests(&desk).is_empty());
    desk.restarts().await;
    desk.waits("2m").await;
    assert_eq!(digests(&desk).len(), 1);
    desk.restarts().await;
    desk.jumps_back("2h").await;
    desk.waits_until("2026-03-03T23:00:00Z").await;
    desk.restarts().await;
    assert_eq!(digests(&desk).len(), 1);
    desk.waits_until("2026-03-04T09:30:00Z").await;
    assert_eq!(digests(&desk).len(), 2);
    assert_eq!(desk.digests().len(), 2);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn one_whose_answer_was_lost_is_found_and_not_posted_again() {
    let mut desk = World::in_discord().await;
    praised(&desk, 1).await;
    desk.discord().will("POST /channels/{channel}/messages", [Fail::AcceptThenDrop]);
    desk.discord().will("GET /channels/{channel}/messages", [Fail::Status(500), Fail::Status(503)]);
    desk.waits_until("2026-03-03T09:00:10Z").await;
    desk.waits("10m").await;
    desk.restarts().await;
    desk.waits("10m").await;
    assert_eq!(digests(&desk).len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn its_buttons_claim_and_thank() {
    let desk = World::in_discord().await;
    praised(&desk, 3).await;
    desk.waits_until("2026-03-03T09:01:00Z").await;
    let (at, words) = digests(&desk).remove(0);
    assert!(words.contains("Unanswered praise: 3"), "{words}");
    let (discord, ana) = (desk.discord(), user("ana"));
    let told = discord.click(&ana, CHANNEL, &at, "Claim #2").await.text().await;
    assert!(told.contains("#2 is yours"), "{told}");
    assert!(desk.mention(2).await.holder.is_some());
    let preview = discord.click(&ana, CHANNEL, &at, "Thanks #3").await;
    let told = preview.text().await;
    assert!(told.contains("Preview") && told.contains("fan3"), "{told}");
    discord.click_in(&preview, "Send").await.text().await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    let told = discord.click(&user("vic"), CHANNEL, &at, "Claim #1").await.text().await;
    assert!(told.contains("responder"), "{told}");
    assert!(digests(&desk)[0].1.contains("Unanswered praise: 3"), "what was said that morning stays");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn with_many_the_buttons_become_menus_in_which_every_mention_is_a_choice() {
    let desk = World::in_discord().await;
    praised(&desk, 12).await;
    desk.waits_until("2026-03-03T09:01:00Z").await;
    let (at, words) = digests(&desk).remove(0);
    assert!(words.contains("Unanswered praise: 12") && words.contains("+2 more"), "{words}");
    let (discord, ana) = (desk.discord(), user("ana"));
    let message = discord.messages(CHANNEL).into_iter().find(|m| m.id == at).unwrap();
    let menu = |name: &str| component(&message.components, &|c: &Value| c["placeholder"] == name).unwrap();
    for name in ["Thanks", "Claim"] {
        let options = menu(name)["options"].as_array().unwrap().clone();
        assert_eq!(options.len(), 10, "{name}");
        assert!(options.iter().all(|o| o["label"].as_str().unwrap().contains('#')), "{options:?}");
    }
    let fourth = menu("Claim")["options"][3]["label"].as_str().unwrap().to_owned();
    let told = discord.choose(&ana, CHANNEL, &at, "Claim", &fourth).await.text().await;
    let no = fourth.split(' ').next().unwrap();
    assert!(told.contains(&format!("{no} is yours")), "{fourth}: {told}");
    let first = menu("Thanks")["options"][0]["label"].as_str().unwrap().to_owned();
    let told = discord.choose(&ana, CHANNEL, &at, "Thanks", &first).await.text().await;
    assert!(told.contains("Preview") && told.contains("fan"), "{first}: {told}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn on_an_idle_day_it_says_so() {
    let desk = World::in_discord().await;
    desk.waits_until("2026-03-03T09:01:00Z").await;
    let all = digests(&desk);
    assert!(all.len() == 1 && all[0].1.contains("nothing is waiting"), "{all:?}");
    assert!(desk.discord().pings().is_empty());
    desk.room();
    desk.ends().await;
}
