//! What serenity makes of the fake's interactions, and how it answers them through the TLS front with its limits on.

use super::super::fake::{ANA, APP, BEN, Command, FakeDiscord, First, GUILD, SUPPORT};
use super::client::Client;
use super::line::{fake, last, ready};
use ::serenity::builder::CreateAttachment;
use ::serenity::http::{Http, HttpBuilder};
use ::serenity::model::application::Interaction;
use reqwest::Method;
use serde_json::{Value, json};

fn http(fake: &FakeDiscord) -> Http {
    let (address, pem) = fake.relay();
    let certificate = reqwest::Certificate::from_pem(pem.as_bytes()).unwrap();
    let client =
        reqwest::Client::builder().use_rustls_tls().resolve("discord.com", address).add_root_certificate(certificate);
    let application = APP.parse::<u64>().unwrap();
    HttpBuilder::new(fake.token()).client(client.build().unwrap()).application_id(application.into()).build()
}

fn commands(fake: &FakeDiscord) {
    let mention = json!({"type": 3, "name": "mention", "description": "which", "autocomplete": true});
    let mut all = vec![json!({"type": 3, "name": "Claim mention"})];
    for (kind, name) in [(6, "person"), (7, "channel"), (8, "role"), (9, "either"), (10, "number"), (5, "switch")] {
        all.push(json!({"type": 1, "name": name, "options": [{"type": kind, "name": name, "description": "x"}]}));
    }
    all.push(json!({"type": 1, "name": "claim", "options": [mention], "contexts": [0, 1], "global": true}));
    let mut state = fake.inner.state();
    for mut body in all {
        body["id"] = json!(state.next_id());
        let guild = body["global"].is_null().then(|| GUILD.to_owned());
        state.commands.push(Command { guild, body });
    }
}

/// Every kind of interaction, read and answered.
#[tokio::test(flavor = "multi_thread")]
async fn reads_and_answers() {
    let (fake, _clock) = fake().await;
    commands(&fake);
    let (mut line, _) = ready(&fake).await;
    let http = http(&fake);
    let menus: Vec<Value> = [3, 5, 6, 7, 8]
        .into_iter()
        .map(|kind| {
            let mut menu = json!({"type": kind, "custom_id": format!("menu{kind}")});
            if kind == 3 {
                menu["options"] = json!([{"label": "One", "value": "1"}]);
            }
            json!({"type": 1, "components": [menu]})
        })
        .collect();
    let menus = http.send_message(SUPPORT.parse().unwrap(), vec![], &json!({"components": menus})).await.unwrap();
    let button = json!([{"type": 1, "components": [{"type": 2, "style": 1, "label": "Reply", "custom_id": "reply"}]}]);
    let body = json!({"content": "card", "components": button});
    let card = http.send_message(SUPPORT.parse().unwrap(), vec![], &body).await.unwrap();
    let (menus, card) = (menus.id.to_string(), card.id.to_string());
    let input = json!({"type": 4, "custom_id": "text", "style": 1, "label": "Reply"});
    let form = json!({"type": 9, "data": {"custom_id": "form", "title": "Reply",
        "components": [{"type": 1, "components": [input]}]}});
    let dm = Client::new(&fake).send(Method::POST, "/users/@me/channels", Some(json!({"recipient_id": ANA}))).await;
    let dm = dm.unwrap().id();
    let replies = async {
        // Ten commands, five menus, a message command, a button, a modal, a direct message.
        for n in 0.. {
            let sent = line.event("INTERACTION_CREATE").await;
            let read: Interaction = serde_json::from_value(sent.clone()).unwrap_or_else(|e| panic!("{e}: {sent}"));
            let body = match &read {
                Interaction::Autocomplete(_) => json!({"type": 8, "data": {"choices": []}}),
                Interaction::Component(c) if c.data.custom_id == "reply" => form.clone(),
                _ => json!({"type": 4, "data": {"content": format!("answer {n}"), "flags": 64}}),
            };
            let file = vec![CreateAttachment::bytes("a,b", "export.csv")];
            let files = if body["type"] == 4 { file } else { Vec::new() };
            let token = read.token().to_owned();
            http.create_interaction_response(read.id(), &token, &body, files).await.unwrap();
            if body["type"] == 4 {
                let edit = json!({"content": format!("edited {n}")});
                http.edit_original_interaction_response(&token, &edit, Vec::new()).await.unwrap();
                let more = json!({"content": "more", "flags": 64});
                http.create_followup_message(&token, &more, Vec::new()).await.unwrap();
            }
            let private = matches!(&read, Interaction::Command(c) if c.guild_id.is_none());
            if private {
                http.delete_original_interaction_response(&token).await.unwrap();
                break;
            }
        }
    };
    let people = async {
        for (name, value) in [
            ("person", "ben"),
            ("channel", "praise"),
            ("role", "care"),
            ("either", "care"),
            ("either", "ana"),
            ("number", "1.5"),
            ("switch", "true"),
        ] {
            let said = fake.slash(ANA, SUPPORT, name, &[(name, value)]).await;
            assert_eq!(said.first(), First::Message);
        }
        for (menu, option) in
            [("menu3", "One"), ("menu5", "ben"), ("menu6", "care"), ("menu7", "lead"), ("menu8", "praise")]
        {
            let said = fake.choose(BEN, SUPPORT, &menus, menu, option).await;
            assert!(said.text().await.ends_with("more"));
        }
        assert!(fake.autocomplete(ANA, SUPPORT, "claim", &[], "mention", "1").await.is_empty());
        fake.message_command(ANA, SUPPORT, &card, "Claim mention").await;
        let said = fake.click(ANA, SUPPORT, &card, "Reply").await;
        let said = fake.submit(ANA, &said.modal().await, &[("Reply", "words")]).await;
        assert!(said.text().await.contains("export.csv"));
        let said = fake.slash(ANA, &dm, "claim", &[("mention", "142")]).await;
        fake.until("only the follow-up is left", || said.so_far() == "more").await;
        assert!(fake.try_slash(ANA, &dm, "person", &[]).await.is_err());
    };
    tokio::join!(replies, people);
    assert_eq!(last(&fake).first, First::Message);
    assert!(fake.interactions().iter().all(|i| i.answered.is_some() && i.errors.is_empty()));
    fake.ends();
}
