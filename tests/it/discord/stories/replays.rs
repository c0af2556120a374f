//! The very same request again, by somebody who has overheard it: nothing is done, and nothing is revealed.

use super::asked;
use crate::discord::fake::FakeDiscord;
use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};
use hearback::chat::discord::Transport;

async fn by_http() -> World {
    World::in_discord_with(|config| config.transport = Transport::Http(FakeDiscord::verify_key())).await
}

/// Whoever sends it again reads nothing of ours.
async fn nothing_again(desk: &World, what: &str) {
    let (status, body) = desk.discord().replays().await;
    assert_eq!(status, 200, "{what}");
    for secret in ["is the app down", "#1", "Noted", "Ana", "Reply"] {
        assert!(!body.contains(secret), "{what} reveals {secret}: {body}");
    }
}

#[tokio::test]
async fn a_request_that_comes_again_does_and_reveals_nothing() {
    let desk = by_http().await;
    let at = asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    discord.slash(&ana, CHANNEL, "note", &[("mention", "1"), ("text", "once")]).await.text().await;
    nothing_again(&desk, "a note").await;
    assert_eq!(desk.mention(1).await.notes.len(), 1);
    let said = discord.slash(&ana, CHANNEL, "show", &[("mention", "1")]).await.text().await;
    assert!(said.contains("is the app down"), "{said}");
    nothing_again(&desk, "a look").await;
    discord.autocomplete(&ana, CHANNEL, "show", &[], "mention", "").await;
    nothing_again(&desk, "a suggestion").await;
    let (_, again) = discord.replays().await;
    assert!(again.contains("\"choices\":[]"), "what can be read as an answer to that: {again}");
    let form = discord.click(&ana, CHANNEL, &at, "Reply…").await.modal().await;
    nothing_again(&desk, "a form").await;
    discord.submit(&ana, &form, &[("text", "We are back.")]).await.text().await;
    nothing_again(&desk, "a form that was handed in").await;
    assert_eq!(desk.mention(1).await.drafts.len(), 1);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_request_that_comes_again_after_a_restart_does_nothing() {
    let mut desk = by_http().await;
    asked(&desk).await;
    desk.discord().slash(&user("ana"), CHANNEL, "note", &[("mention", "1"), ("text", "once")]).await.text().await;
    // The address may be another one then.
    desk.restarts().await;
    let url = desk.discord().inner.state().application.endpoint.clone().unwrap();
    if let Some(delivered) = &mut desk.discord().inner.state().delivered {
        delivered[0] = url;
    }
    let (status, _) = desk.discord().replays().await;
    assert_eq!(status, 200);
    desk.discord().quiet().await;
    assert_eq!(desk.mention(1).await.notes.len(), 1);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_request_that_is_too_old_is_refused() {
    let desk = by_http().await;
    asked(&desk).await;
    desk.discord().slash(&user("ana"), CHANNEL, "show", &[("mention", "1")]).await.text().await;
    desk.clock().advance(std::time::Duration::from_secs(301));
    let (status, body) = desk.discord().replays().await;
    assert!(status == 401 && !body.contains("app"), "{status} {body}");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}
