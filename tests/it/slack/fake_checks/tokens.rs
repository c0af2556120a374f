//! Who may ask for what, and in which form.

use super::super::fake::TokenState;
use super::client::{get, post, raw};
use super::start;
use serde_json::json;

const JSON: Option<&str> = Some("application/json; charset=utf-8");
const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

#[tokio::test]
async fn a_token_is_needed_and_of_the_right_kind() {
    let (fake, _) = start().await;
    let (bot, app) = (fake.bot_token(), fake.app_token());
    let error = async |method: &str, token: Option<&str>| raw(&fake, method, token, None, "").await.error().to_owned();
    assert_eq!(error("auth.test", None).await, "not_authed");
    assert_eq!(error("auth.test", Some("xoxb-other")).await, "invalid_auth");
    assert_eq!(error("auth.test", Some(&bot)).await, "no error");
    assert_eq!(error("auth.test", Some(&app)).await, "no error");
    assert_eq!(error("apps.connections.open", Some(&bot)).await, "not_allowed_token_type");
    assert_eq!(error("chat.postMessage", Some(&app)).await, "not_allowed_token_type");
    assert_eq!(fake.forgive().len(), 2);
    fake.set_bot_token(TokenState::Revoked);
    assert_eq!(error("auth.test", Some(&bot)).await, "token_revoked");
    fake.set_bot_token(TokenState::Good);
    fake.set_app_token(TokenState::Inactive);
    assert_eq!(error("apps.connections.open", Some(&app)).await, "account_inactive");
    fake.ends();
}

#[tokio::test]
async fn scopes_are_named_when_they_are_missing() {
    let (fake, _) = start().await;
    assert!(post(&fake, "auth.test", json!({})).await.scopes.unwrap().contains("chat:write"));
    fake.without_scope("chat:write");
    let got = post(&fake, "chat.postMessage", json!({"channel": "C1", "text": "hi"})).await;
    assert_eq!(got.error(), "missing_scope");
    assert_eq!(got.body["needed"], "chat:write");
    assert!(got.body["provided"].as_str().unwrap().contains("users:read"));
    fake.without_scope("groups:read");
    assert_eq!(get(&fake, "conversations.info", &[("channel", "C4")]).await.body["needed"], "groups:read");
    assert_eq!(get(&fake, "conversations.info", &[("channel", "C1")]).await.body["ok"], true);
    fake.without_scope("connections:write");
    let got = raw(&fake, "apps.connections.open", Some(&fake.app_token()), None, "").await;
    assert_eq!(got.body["needed"], "connections:write");
    fake.ends();
}

#[tokio::test]
async fn a_body_says_what_it_is() {
    let (fake, _) = start().await;
    let bot = fake.bot_token();
    let text = json!({"channel": "C1", "text": "hi"}).to_string();
    let send = async |token: Option<&str>, content: Option<&str>, body: &str| {
        raw(&fake, "chat.postMessage", token, content, body).await
    };
    assert_eq!(send(Some(&bot), Some("application/xml"), &text).await.error(), "invalid_post_type");
    assert_eq!(send(Some(&bot), Some("application/json; charset=utf-16"), &text).await.error(), "invalid_charset");
    assert_eq!(send(Some(&bot), JSON, "{").await.error(), "invalid_json");
    assert_eq!(raw(&fake, "auth.test", Some(&bot), JSON, "").await.error(), "no error");
    assert_eq!(send(Some(&bot), JSON, "[1]").await.error(), "json_not_object");
    assert_eq!(send(Some(&bot), FORM, &text).await.error(), "invalid_form_data");
    assert_eq!(
        send(None, JSON, &json!({"channel": "C1", "text": "hi", "token": bot}).to_string()).await.error(),
        "not_authed"
    );
    assert_eq!(send(None, FORM, &format!("token={bot}&channel=C1&text=by+form")).await.error(), "no error");
    let bare = send(Some(&bot), Some("application/json"), &text).await;
    assert_eq!((bare.error(), &bare.body["warning"]), ("no error", &json!("missing_charset")));
    let query = get(&fake, "chat.postMessage", &[("token", &bot), ("channel", "C1")]).await;
    assert_eq!(query.error(), "not_allowed_token_type");
    let unread = post(&fake, "users.info", json!({"user": "UANA"})).await;
    assert_eq!(unread.error(), "invalid_arguments", "users.info reads no JSON");
    assert_eq!(post(&fake, "chat.shout", json!({})).await.error(), "unknown_method");
    post(&fake, "chat.postMessage", json!({"channel": "C1", "text": "hi", "colour": "red"})).await;
    post(&fake, "chat.postMessage", json!({"channel": "C2", "text": "lost", "thread_ts": 1_772_445_600.000_1})).await;
    // A wrong method, arguments that nobody reads, an unknown one, a time that lost digits, and where that landed.
    assert_eq!(fake.forgive().len(), 6);
    assert_eq!(fake.room_text("C1"), "hearback: by form\nhearback: hi\nhearback: hi");
    fake.ends();
}
