//! Names, labels and ids at their limits, and hostile ones, in everything that can be chosen.

use super::asked;
use crate::discord::fake::{Done, Place};
use crate::harness::discord::{CHANNEL, user};
use crate::harness::{World, staff as people};
use hearback::chat::FrontDesk;
use serde_json::json;

const HOSTILE: &str = "@everyone [free](https://evil.test) ||x|| \u{202e}gnp.exe\u{200b} `code` # head";

/// The longest name that a saved reply may have.
fn longest() -> String {
    "ü".repeat(31) + "z"
}

async fn saved(desk: &World, name: &str, text: &str) {
    let given = [("action", "add"), ("name", name), ("text", text)];
    let said = desk.discord().slash(&user("lee"), CHANNEL, "canned", &given).await.text().await;
    assert!(said.contains("is saved"), "{said}");
}

#[tokio::test]
async fn saved_replies_of_every_name_are_offered_and_used() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    saved(&desk, &longest(), &"very long ".repeat(290)).await;
    saved(&desk, "hostile", HOSTILE).await;
    for n in 0..30 {
        saved(&desk, &format!("reply-{n:02}"), &format!("Sorry, {{author}}, number {n}.")).await;
    }
    let use_it = [("action", "use")];
    let offered = discord.autocomplete(&ana, CHANNEL, "canned", &use_it, "name", "").await;
    assert_eq!(offered.len(), 25, "{offered:?}");
    let offered = discord.autocomplete(&ana, CHANNEL, "canned", &use_it, "name", "üüü").await;
    assert!(offered.len() == 1 && offered[0].1 == longest(), "{offered:?}");
    let offered = discord.autocomplete(&ana, CHANNEL, "canned", &use_it, "name", "host").await;
    assert!(offered.len() == 1 && !offered[0].0.contains(['\u{202e}', '\u{200b}']), "{offered:?}");
    let given = [("action", "use"), ("name", "hostile"), ("mention", "1")];
    let said = discord.slash(&ana, CHANNEL, "canned", &given).await.text().await;
    assert!(!said.contains("[[everyone") && !said.contains("[[link: free"), "{said}");
    assert!(discord.pings().is_empty() && discord.unfurls().is_empty());

    // The form offers a choice: the one that is named first, however long its name.
    let name = longest();
    let form = discord.slash(&ana, CHANNEL, "canned", &[("mention", "1"), ("action", "use")]).await.modal().await;
    let preview = discord.submit(&ana, &form, &[("name", "reply-07")]).await.text().await;
    assert!(preview.contains("number 7"), "{preview}");
    let given = [("action", "use"), ("name", name.as_str()), ("mention", "1")];
    let said = discord.slash(&ana, CHANNEL, "canned", &given).await.text().await;
    assert!(said.contains("cannot be sent like this"), "{said}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_saved_reply_of_the_longest_name_is_edited_in_a_form_and_nothing_of_it_is_lost() {
    let desk = World::in_discord().await;
    let (discord, lee) = (desk.discord(), user("lee"));
    let name = longest();
    saved(&desk, &name, HOSTILE).await;
    let given = [("action", "edit"), ("name", name.as_str())];
    let form = discord.slash(&lee, CHANNEL, "canned", &given).await.modal().await;
    assert_eq!(form.value("text"), HOSTILE);
    assert!(form.custom_id().encode_utf16().count() <= 100);
    // No longer than a form can show again.
    assert!(discord.try_submit(&lee, &form, &[("text", &"x".repeat(3_001))]).await.is_err());
    let long = "x".repeat(3_000);
    let said = discord.submit(&lee, &form, &[("text", long.as_str())]).await.text().await;
    assert!(said.contains("is saved"), "{said}");
    let form = discord.slash(&lee, CHANNEL, "canned", &given).await.modal().await;
    assert_eq!(form.value("text"), long);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_form_whose_line_did_not_fit_into_an_id_works_for_its_owner_for_a_week() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let discord = desk.discord();
    let ana = people("ana");
    let key = FrontDesk::keep(desk.desk().as_ref(), &ana, "note 1 {text}").await.unwrap();
    let hands_in = async |who: &str| {
        let data = json!({ "custom_id": format!("k:{key}"), "components": [{ "type": 18, "component": {
            "type": 4, "custom_id": "text", "value": format!("by {who}") } }] });
        let place = Place { user: &user(who), channel: CHANNEL };
        discord.act(place, Done::new(5, "Note on #1", data)).await.text().await
    };
    let said = hands_in("ana").await;
    assert!(said.contains("Noted"), "{said}");
    let said = hands_in("sam").await;
    assert!(said.contains("somebody else's") && said.contains("by sam"), "what sam wrote is given back: {said}");
    desk.sleeps("8d").await;
    let said = hands_in("ana").await;
    assert!(said.contains("not kept any more") && said.contains("by ana"), "{said}");
    assert_eq!(desk.mention(1).await.notes.len(), 1);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_saved_reply_with_letters_that_count_twice_is_edited_in_a_form() {
    let desk = World::in_discord().await;
    let (discord, lee) = (desk.discord(), user("lee"));
    let name = "𝒜".repeat(32);
    saved(&desk, &name, "Sorry!").await;
    let given = [("action", "edit"), ("name", name.as_str())];
    let form = discord.slash(&lee, CHANNEL, "canned", &given).await.modal().await;
    assert!(form.custom_id().encode_utf16().count() <= 100, "{}", form.custom_id());
    let said = discord.submit(&lee, &form, &[("text", "Sorry, {author}!")]).await.text().await;
    assert!(said.contains("is saved"), "{said}");
    let form = discord.slash(&lee, CHANNEL, "canned", &given).await.modal().await;
    assert_eq!(form.value("text"), "Sorry, {author}!");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn mentions_with_hostile_words_are_offered_as_plain_text() {
    let desk = World::in_discord().await;
    for n in 0..30 {
        desk.hears(&format!("Acme {n} {HOSTILE} {}", "𝒜".repeat(200))).from("@here").on("mastodon").await;
    }
    let (discord, ana) = (desk.discord(), user("ana"));
    let offered = discord.autocomplete(&ana, CHANNEL, "reply", &[], "mention", "").await;
    assert_eq!(offered.len(), 25);
    for (label, value) in &offered {
        assert!(label.encode_utf16().count() <= 100 && !label.contains('\u{202e}'), "{label}");
        assert!(value.parse::<u64>().is_ok(), "{value}");
    }
    for typed in ["@everyone", "\u{202e}", "𝒜𝒜𝒜", "%", "\"", "#", "no such thing", &"x".repeat(500)] {
        let offered = discord.autocomplete(&ana, CHANNEL, "reply", &[], "mention", typed).await;
        assert!(offered.len() <= 25, "{typed}");
    }
    assert!(discord.pings().is_empty());
    desk.settles_all().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn the_longest_text_that_a_form_takes_opens_again_whole() {
    let desk = World::in_discord().await;
    let at = asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    let form = discord.click(&ana, CHANNEL, &at, "Reply…").await.modal().await;
    let long = format!("a{}", "\u{1f469}".repeat(1_499));
    let refused = discord.submit(&ana, &form, &[("text", &long)]).await;
    assert!(refused.text().await.contains("of 280"));
    let again = discord.click_in(&refused, "Edit again…").await.modal().await;
    assert_eq!(again.value("text"), long);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_note_as_long_as_discord_lets_anybody_type_is_kept_whole() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    let long = "ä\u{1f469}\u{200d}\u{1f4bb} ".repeat(900).chars().take(2_999).collect::<String>();
    let long = long.trim();
    let said = discord.slash(&ana, CHANNEL, "note", &[("mention", "1"), ("text", long)]).await.text().await;
    assert!(said.contains("Noted"), "{said}");
    assert_eq!(desk.mention(1).await.notes[0].text, long);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}
