//! Names, labels and ids at their limits, and hostile ones, in everything that can be chosen.

use super::asked;
use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};

const HOSTILE: &str =
    "@everyone <@1192256077824000000> [free](https://evil.test) ||x|| \u{202e}gnp.exe\u{200b} `code` # head";

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
    saved(&desk, &longest(), &"very long ".repeat(400)).await;
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
    let long = "x".repeat(3_999);
    let said = discord.submit(&lee, &form, &[("text", long.as_str())]).await.text().await;
    assert!(said.contains("is saved"), "{said}");
    let form = discord.slash(&lee, CHANNEL, "canned", &given).await.modal().await;
    assert_eq!(form.value("text"), long);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_line_that_is_too_long_for_an_id_is_kept_and_its_form_works() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let (discord, lee) = (desk.discord(), user("lee"));
    // Each letter is two units of UTF-16: the line is short to read, and too long for the id of a form.
    let name = "𝒜".repeat(32);
    saved(&desk, &name, "Sorry!").await;
    let given = [("action", "edit"), ("name", name.as_str())];
    let opened = discord.slash(&lee, CHANNEL, "canned", &given).await;
    let form = opened.modal().await;
    assert!(form.custom_id().starts_with("k:"), "{}", form.custom_id());
    let said = discord.submit(&lee, &form, &[("text", "Sorry, {author}!")]).await.text().await;
    assert!(said.contains("is saved"), "{said}");
    // What somebody else would hand in with that id is refused, and given back.
    let form = discord.slash(&lee, CHANNEL, "canned", &given).await.modal().await;
    assert_eq!(form.value("text"), "Sorry, {author}!");
    desk.sleeps("8d").await;
    let said = discord.submit(&lee, &form, &[("text", "A week later")]).await.text().await;
    assert!(said.contains("not kept any more") && said.contains("A week later"), "{said}");
    desk.settles().await;
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
async fn a_note_as_long_as_discord_lets_anybody_type_is_kept_whole() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    let long = "ä\u{1f469}\u{200d}\u{1f4bb} ".repeat(900).chars().take(3_900).collect::<String>();
    let long = long.trim();
    let said = discord.slash(&ana, CHANNEL, "note", &[("mention", "1"), ("text", long)]).await.text().await;
    assert!(said.contains("Noted"), "{said}");
    assert_eq!(desk.mention(1).await.notes[0].text, long);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}
