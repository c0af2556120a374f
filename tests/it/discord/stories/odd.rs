//! Interactions that are not what one expects: in direct messages, by bots, with parts missing, of kinds that nobody knows.

use super::asked;
use crate::discord::fake::{ANA, Channel, DM, Done, First, Place, SAM, XENA};
use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What of an interaction is otherwise.
type Change = fn(&mut Value);

/// The direct message between somebody and us.
const DIRECT: &str = "1198416671539200000";

fn direct(desk: &World, with: &str) {
    let mut channel = Channel::new(DIRECT, DM, "");
    channel.guild = None;
    channel.recipient = Some(with.to_owned());
    desk.discord().add_channel(channel);
}

async fn queue(desk: &World, who: &str) -> String {
    let done = Done::new(2, "queue", json!({ "id": "1", "name": "queue", "type": 1 }));
    desk.discord().act(Place { user: who, channel: DIRECT }, done).await.text().await
}

#[tokio::test]
async fn in_a_direct_message_those_are_served_whom_the_configuration_names() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    direct(&desk, &user("ana"));
    let said = queue(&desk, &user("ana")).await;
    assert!(said.contains("#1"), "{said}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn in_a_direct_message_nobody_is_served_who_is_not_of_the_server() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    direct(&desk, XENA);
    let said = queue(&desk, XENA).await;
    assert!(said.contains("their own server") && !said.contains("#1"), "{said}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_button_in_a_direct_message_works() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    discord.will("POST /interactions/{interaction}/{token}/callback", [crate::discord::fake::Fail::RateLimited(40)]);
    let lost = discord.slash(&ana, CHANNEL, "draft", &[("mention", "1"), ("text", "We are back.")]).await;
    lost.expects_no_answer();
    desk.until(|desk| !super::told_directly(desk, &ana).is_empty()).await;
    let (channel, message) = {
        let state = discord.inner.state();
        let with = state.channels.values().find(|c| c.recipient.as_deref() == Some(ana.as_str())).unwrap();
        (with.id.clone(), with.messages.last().unwrap().id.clone())
    };
    let preview = discord.click(&ana, &channel, &message, "Preview & send").await;
    let said = preview.text().await;
    assert!(said.contains("Preview") && said.contains("We are back."), "{said}");
    let said = discord.click_in(&preview, "Send").await.text().await;
    assert!(said.contains("n its way"), "{said}");
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_bot_gets_nothing() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    desk.discord().inner.state().users.get_mut(SAM).unwrap().bot = true;
    let said = desk.discord().slash(SAM, CHANNEL, "queue", &[]).await.text().await;
    assert!(said.contains("you are a bot") && !said.contains("#1"), "{said}");
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn whatever_is_missing_or_odd_is_answered_and_does_nothing() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    let changes: [(&str, Change); 12] = [
        ("no member", |i| i["member"] = Value::Null),
        ("no member, but a user of the server", |i| {
            i["user"] = i["member"]["user"].take();
            i["member"] = Value::Null;
        }),
        ("no data", |i| i["data"] = Value::Null),
        ("no name", |i| i["data"]["name"] = Value::Null),
        ("a name that is a number", |i| i["data"]["name"] = json!(5)),
        ("a command that nobody knows", |i| i["data"]["name"] = json!("launch")),
        ("an option that nobody knows", |i| {
            i["data"]["options"] = json!([{ "name": "colour", "type": 3, "value": "red" }]);
        }),
        ("options that are none", |i| i["data"]["options"] = json!("text")),
        ("a kind that nobody knows", |i| i["type"] = json!(77)),
        ("a kind that is none", |i| i["type"] = json!("command")),
        ("a command of a kind that nobody knows", |i| i["data"]["type"] = json!(4)),
        ("fields that are new", |i| i["data"]["new"] = json!([{ "deep": [1, null, {}] }])),
    ];
    for (what, change) in changes {
        let said = discord.strange(&ana, CHANNEL, "queue", &[], change).await;
        assert_eq!(said.first(), First::Message, "{what}");
        assert!(!said.text().await.is_empty(), "{what}");
    }
    assert!(desk.mention(1).await.holder.is_none());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn components_of_every_kind_and_ids_of_nobody_are_answered() {
    let desk = World::in_discord().await;
    asked(&desk).await;
    let discord = desk.discord();
    let place = Place { user: &user("ana"), channel: CHANNEL };
    let ids = ["", ":", "r:", "k:nothing", "k:00000000000000000000000000000000", "r:launch 1", "f:launch", "zzz"];
    for kind in [2, 3, 5, 6, 7, 8, 99] {
        for id in ids {
            let data = json!({ "component_type": kind, "custom_id": id, "values": [id, ANA] });
            let said = discord.act(place, Done::new(3, "odd", data)).await;
            assert_eq!(said.first(), First::Message, "{kind} {id:?}");
        }
        let nothing = json!({ "component_type": kind, "custom_id": "menu:0", "values": [] });
        let said = discord.act(place, Done::new(3, "nothing chosen", nothing)).await;
        assert_eq!(said.first(), First::Message, "{kind}");
    }
    for id in ids {
        let data = json!({ "custom_id": id, "components": [{ "type": 18, "component": {
            "type": 4, "custom_id": "text", "value": "A text that took long" } }] });
        let said = discord.act(place, Done::new(5, "an old form", data)).await.text().await;
        // Discord names no form without an id.
        assert!(said.contains("A text that took long") || id.is_empty(), "{id:?}: {said}");
    }
    assert!(desk.mention(1).await.holder.is_none());
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn commands_have_their_names_in_other_languages() {
    let desk = World::in_discord_with(|config| {
        let german = BTreeMap::from([("claim".to_owned(), "nehmen".to_owned())]);
        config.commands.names.insert("de".to_owned(), german);
    })
    .await;
    let at = asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    discord.inner.state().users.get_mut(&ana).unwrap().locale = "de".to_owned();
    let said = discord.slash(&ana, CHANNEL, "nehmen", &[("mention", "1")]).await.text().await;
    assert!(said.contains("#1 is yours"), "{said}");
    let other = discord.try_slash(&user("sam"), CHANNEL, "nehmen", &[]).await;
    assert!(other.is_err(), "for those who use Discord in German");
    desk.settles().await;
    let said = discord.slash(&user("sam"), &at, "claim", &[]).await.text().await;
    assert!(said.contains("Ana holds #1"), "{said}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}
