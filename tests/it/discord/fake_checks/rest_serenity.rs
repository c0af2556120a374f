//! The client that is used in production, with its rate limiter, over TLS.

use super::super::fake::{APP, FORUM, Fail, FakeDiscord, GUILD, Limits, SUPPORT, TAG_OPEN};
use super::start;
use serde_json::{Value, json};
use serenity::all::{ChannelId, GuildId, MessageId, UserId};
use serenity::builder::{
    CreateActionRow, CreateAllowedMentions, CreateAttachment, CreateButton, CreateCommand, CreateCommandOption,
    CreateEmbed, CreateForumPost, CreateMessage, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
    CreateThread, EditMessage, EditThread,
};
use serenity::http::{Http, HttpBuilder, LightMethod, Request, Route};
use serenity::model::application::CommandOptionType;

/// As production builds it.
fn http(fake: &FakeDiscord) -> Http {
    let (address, pem) = fake.relay();
    let client = reqwest::Client::builder()
        .use_rustls_tls()
        .resolve("discord.com", address)
        .add_root_certificate(reqwest::Certificate::from_pem(pem.as_bytes()).unwrap())
        .build()
        .unwrap();
    HttpBuilder::new(fake.token()).client(client).build()
}

fn channel(id: &str) -> ChannelId {
    ChannelId::new(id.parse().unwrap())
}

#[tokio::test]
async fn cards_threads_and_posts() {
    let (fake, _, _) = start().await;
    let http = http(&fake);
    assert_eq!(http.get_current_user().await.unwrap().id.to_string(), APP);
    let options = vec![CreateSelectMenuOption::new("Snooze", "snooze")];
    let select = CreateSelectMenu::new("more", CreateSelectMenuKind::String { options }).placeholder("More…");
    let message = CreateMessage::new()
        .embed(CreateEmbed::new().title("It is down").description("bob says so").field("Where", "Mastodon", true))
        .components(vec![
            CreateActionRow::Buttons(vec![CreateButton::new("claim:1").label("Claim")]),
            CreateActionRow::SelectMenu(select),
        ])
        .add_file(CreateAttachment::bytes(&b"PNG"[..], "chart.png"))
        .allowed_mentions(CreateAllowedMentions::new());
    let support = channel(SUPPORT);
    let card = support.send_message(&http, message).await.unwrap();
    support.edit_message(&http, card.id, EditMessage::new().content("**claimed**")).await.unwrap();
    let thread = support.create_thread_from_message(&http, card.id, CreateThread::new("142")).await.unwrap();
    assert_eq!(thread.id.get(), card.id.get());
    thread.id.say(&http, "ana claimed it").await.unwrap();
    thread.id.edit_thread(&http, EditThread::new().archived(true)).await.unwrap();
    let post = CreateForumPost::new("A post", CreateMessage::new().content("card"))
        .add_applied_tag(TAG_OPEN.parse::<u64>().unwrap().into());
    channel(FORUM).create_forum_post(&http, post).await.unwrap();
    insta::assert_snapshot!(format!("{}\n---\n{}", fake.room_text(SUPPORT), fake.room_text(FORUM)), @r"
    hearback: [[bold: claimed]]
      │ [[title: It is down]]
      │ bob says so
      │ Where: Mastodon
      [[file: chart.png]]
      [Claim]
      {More…: Snooze}
      # 142 (archived)
      > hearback: ana claimed it
    ---
    # A post <open>
      > hearback: card
    ");
    support.delete_message(&http, card.id).await.unwrap();
    let gone = support.message(&http, card.id).await.unwrap_err().to_string();
    assert_eq!(gone, "Unknown Message");
    fake.ends();
}

#[tokio::test]
async fn reads_and_commands() {
    let (fake, _, _) = start().await;
    let http = http(&fake);
    let guild = GuildId::new(GUILD.parse().unwrap());
    assert_eq!(http.get_guild_with_counts(guild).await.unwrap().name, "Acme");
    assert_eq!(http.get_guild_roles(guild).await.unwrap().len(), 4);
    assert_eq!(http.get_channels(guild).await.unwrap().len(), 5);
    let us = UserId::new(APP.parse().unwrap());
    assert_eq!(http.get_member(guild, us).await.unwrap().user.name, "hearback");
    assert_eq!(http.get_current_application_info().await.unwrap().id.to_string(), APP);
    assert!(http.get_gateway().await.unwrap().url.starts_with("ws://"));
    http.set_application_id(APP.parse::<u64>().unwrap().into());
    let option =
        CreateCommandOption::new(CommandOptionType::String, "mention", "Which").required(true).set_autocomplete(true);
    let claim = CreateCommand::new("claim").description("Take it").name_localized("de", "nehmen").add_option(option);
    let made = guild.set_commands(&http, vec![claim]).await.unwrap();
    assert_eq!(fake.commands()[0].id(), made[0].id.to_string());
    fake.ends();
}

#[tokio::test]
async fn a_limit_is_waited_for() {
    let (fake, _, _) = start().await;
    let http = http(&fake);
    fake.will("POST /channels/{channel}/messages", [Fail::RateLimited(1)]);
    let support = channel(SUPPORT);
    support.say(&http, "after the limit").await.unwrap();
    assert_eq!(
        fake.requests_to("POST /channels/{channel}/messages").iter().map(|r| r.status).collect::<Vec<_>>(),
        [429, 200]
    );
    fake.limits(Limits::Real);
    for i in 0..6 {
        support.say(&http, i.to_string()).await.unwrap();
    }
    let refused = fake.requests().iter().skip(2).filter(|r| r.status == 429).count();
    assert_eq!((fake.messages(SUPPORT).len(), refused), (7, 0), "the client keeps to what the headers say");
    fake.ends();
}

#[tokio::test]
async fn raw_requests_read_leniently() {
    let (fake, _, _) = start().await;
    let http = http(&fake);
    let route = Route::ChannelMessages { channel_id: channel(SUPPORT) };
    let body = json!({"content": "raw"}).to_string().into_bytes();
    let answer = http.request(Request::new(route, LightMethod::Post).body(Some(body))).await.unwrap();
    let sent: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let id = MessageId::new(sent["id"].as_str().unwrap().parse().unwrap());
    assert_eq!(channel(SUPPORT).message(&http, id).await.unwrap().content, "raw");
    fake.will("POST /channels/{channel}/messages", [Fail::Status(502)]);
    channel(SUPPORT).say(&http, "lost").await.unwrap_err();
    fake.ends();
}
