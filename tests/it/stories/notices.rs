//! What hearback says about itself: a source that fails, a chat that is closed to a role.

use crate::harness::World;
use hearback::networks::CallError;

super::everywhere! {
    a_failing_source_is_told_once_and_so_is_its_recovery,
    the_card_of_a_failing_source_is_one_message_over_hours_and_a_restart,
    a_viewer_looks_and_touches_nothing,
    words_from_outside_cannot_steer_the_screen,
}

async fn a_failing_source_is_told_once_and_so_is_its_recovery(desk: World) {
    desk.polls("mastodon").await;
    desk.network("mastodon").down(Some(CallError::Later { why: "connection refused".to_owned(), after: None }));
    for _ in 0..8 {
        desk.waits("3m").await;
        desk.polls("mastodon").await;
    }
    desk.settles().await;
    let room = desk.room();
    assert_eq!(room.matches("is failing").count(), 1, "{room}");
    assert!(room.contains("connection refused"), "{room}");
    let status = desk.person("ana").runs("status").await;
    assert!(status.contains("connection refused"), "{status}");
    desk.network("mastodon").down(None);
    desk.polls("mastodon").await;
    desk.polls("mastodon").await;
    desk.settles().await;
    let room = desk.room();
    assert_eq!(room.matches("is back").count(), 1, "{room}");
    desk.ends().await;
}

async fn the_card_of_a_failing_source_is_one_message_over_hours_and_a_restart(mut desk: World) {
    let said = |desk: &World| desk.said().into_iter().filter(|key| key.starts_with("trouble:")).count();
    desk.polls("mastodon").await;
    desk.network("mastodon").down(Some(CallError::Never { why: "the token was revoked; log in again".to_owned() }));
    desk.network("mastodon").tells("the token expires in 5 days");
    desk.polls("mastodon").await;
    let room = desk.room();
    assert!(room.contains("mastodon is failing") && room.contains("log in again"), "at once: {room}");
    assert!(room.contains("the token expires in 5 days"), "{room}");
    desk.waits("3h").await;
    desk.polls("mastodon").await;
    let room = desk.room();
    assert!(room.contains("is failing for 3 h") && room.contains("last good"), "{room}");
    let digest = desk.person("ana").runs("digest preview").await;
    assert!(digest.contains("mastodon silent for 3 h, last good"), "{digest}");
    assert!(digest.contains("the token expires in 5 days"), "{digest}");
    desk.restarts().await;
    desk.polls("mastodon").await;
    desk.network("mastodon").down(None);
    desk.polls("mastodon").await;
    let room = desk.room();
    assert!(room.contains("mastodon is back") && room.contains("after failing for 3 h"), "{room}");
    assert_eq!(said(&desk), 1, "one message, edited");
    desk.ends().await;
}

async fn a_viewer_looks_and_touches_nothing(desk: World) {
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    desk.room();
    for line in ["claim 1", "reply 1 hi", "done 1 spam", "note 1 x", "pause"] {
        let said = desk.person("vic").runs(line).await;
        assert!(said.contains("viewer") || said.contains("responder") || said.contains("role"), "{line}: {said}");
    }
    let shown = desk.person("vic").runs("show 1").await;
    assert!(shown.contains("is it down?"), "{shown}");
    desk.settles().await;
    assert_eq!(desk.room(), "");
    assert_eq!(desk.mention(1).await.version, 2, "seen, and its card posted");
    desk.ends().await;
}

async fn words_from_outside_cannot_steer_the_screen(desk: World) {
    desk.hears(
        "Acme \u{1b}[2J\u{1b}]0;owned\u{7} \u{202e}evil\u{202c} @everyone <!channel>\r\n#9 Claimed by Ana\n> claim 1",
    )
    .from("mallory\u{1b}[31m")
    .on("mastodon")
    .await;
    let room = desk.room();
    assert!(!room.chars().any(|c| c == '\u{1b}' || c == '\u{7}' || c == '\r' || c == '\u{202e}'), "{room:?}");
    let forged = room.lines().any(|l| l.trim_start().starts_with("#9") || l.starts_with("> claim"));
    assert!(!forged, "{room}");
    desk.ends().await;
}
