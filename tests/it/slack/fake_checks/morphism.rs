//! slack-morphism, the library that hearback uses, against the fake.

use super::super::fake::{FakeSlack, Submitted};
use super::start;
use serde_json::json;
use slack_morphism::errors::SlackClientError;
use slack_morphism::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

type Client = SlackClient<SlackClientHyperHttpsConnector>;
type Answer<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn client(fake: &FakeSlack) -> Arc<Client> {
    let https =
        hyper_rustls::HttpsConnectorBuilder::new().with_native_roots().unwrap().https_or_http().enable_http1().build();
    Arc::new(SlackClient::new(SlackClientHyperConnector::from(https).with_slack_api_url(&fake.api())))
}

fn card() -> SlackMessageContent {
    SlackMessageContent::new()
        .with_text("Question #142".into())
        .with_blocks(slack_blocks![
            some_into(SlackHeaderBlock::new(pt!("Question"))),
            some_into(SlackSectionBlock::new().with_text(md!("Is it *down*?"))),
            some_into(SlackDividerBlock::new()),
            some_into(SlackContextBlock::new(slack_blocks![some(md!("due 10:30"))])),
            some_into(SlackActionsBlock::new(slack_blocks![
                some_into(
                    SlackBlockButtonElement::new(pt!("Claim")).with_action_id("claim".into()).with_value("142".into())
                ),
                some_into(
                    SlackBlockButtonElement::new(pt!("Reply…")).with_action_id("reply".into()).with_value("142".into())
                )
            ]))
        ])
        .with_metadata(
            SlackMessageMetadata::new("card".into())
                .with_event_payload(HashMap::from([("mention".into(), "142".into())])),
        )
}

fn modal() -> SlackView {
    SlackView::Modal(
        SlackModalView::new(
            pt!("Reply to #142"),
            slack_blocks![some_into(
                SlackInputBlock::new(
                    pt!("Reply"),
                    SlackBlockPlainTextInputElement::new().with_action_id("value".into()).with_max_length(300).into()
                )
                .with_block_id("reply".into())
            )],
        )
        .with_submit(pt!("Send"))
        .with_callback_id("reply".into()),
    )
}

#[tokio::test]
async fn its_calls_are_understood_and_so_are_the_answers() {
    let (fake, _) = start().await;
    let token = SlackApiToken::new(fake.bot_token().into());
    let (client, channel) = (client(&fake), SlackChannelId::from("C1"));
    let session = client.open_session(&token);
    assert_eq!(session.auth_test().await.unwrap().user_id, "UBOT".into());
    let posted =
        session.chat_post_message(&SlackApiChatPostMessageRequest::new(channel.clone(), card())).await.unwrap();
    assert_eq!(fake.room_text("C1"), "hearback: Question\n  Is it *down*?\n  ---\n  due 10:30\n  [Claim] [Reply…]");
    let text = SlackMessageContent::new().with_text("done".into()).with_blocks(Vec::new());
    let edit = SlackApiChatUpdateRequest::new(channel.clone(), text.clone(), posted.ts.clone());
    session.chat_update(&edit).await.unwrap();
    assert_eq!(fake.room_text("C1"), "hearback: done");
    let link = SlackApiChatGetPermalinkRequest::new(channel.clone(), posted.ts.clone());
    session.chat_get_permalink(&link).await.unwrap();
    let user = session.users_info(&SlackApiUsersInfoRequest::new("UANA".into())).await.unwrap().user;
    assert_eq!(user.tz, Some("Europe/Madrid".into()));
    session.users_list(&SlackApiUsersListRequest::new()).await.unwrap();
    session.usergroups_list(&SlackApiUserGroupsListRequest::new()).await.unwrap();
    session.usergroups_users_list(&SlackApiUserGroupsUsersListRequest::new("S1".into())).await.unwrap();
    session.conversations_info(&SlackApiConversationsInfoRequest::new(channel.clone())).await.unwrap();
    session.conversations_list(&SlackApiConversationsListRequest::new()).await.unwrap();
    session
        .conversations_members(&SlackApiConversationsMembersRequest::new().with_channel(channel.clone()))
        .await
        .unwrap();
    let all = SlackApiConversationsHistoryRequest::new().with_channel(channel.clone());
    assert_eq!(session.conversations_history(&all).await.unwrap().messages.len(), 1);
    let home = SlackView::Home(SlackHomeView::new(slack_blocks![some_into(SlackDividerBlock::new())]));
    session.views_publish(&SlackApiViewsPublishRequest::new("UANA".into(), home)).await.unwrap();
    fake.delete("C1", posted.ts.value());
    match session.chat_update(&edit).await {
        Err(SlackClientError::ApiError(error)) => assert_eq!(error.code, "message_not_found"),
        other => panic!("{other:?}"),
    }
    fake.burst(0);
    let again = session.chat_post_message(&SlackApiChatPostMessageRequest::new("C2".into(), text)).await;
    assert!(matches!(again, Err(SlackClientError::RateLimitError(e)) if e.retry_after.is_some()));
    fake.ends();
}

async fn on_command(
    event: SlackCommandEvent,
    client: Arc<Client>,
    _: SlackClientEventsUserState,
) -> Answer<SlackCommandEventResponse> {
    if event.command.value() == "/reply" {
        let token = SlackApiToken::new("xoxb-1-2-bot".into());
        client.open_session(&token).views_open(&SlackApiViewsOpenRequest::new(event.trigger_id, modal())).await?;
    }
    let text = format!("you typed {}", event.text.unwrap_or_default());
    Ok(SlackCommandEventResponse::new(SlackMessageContent::new().with_text(text)))
}

async fn on_interaction(
    event: SlackInteractionEvent,
    client: Arc<Client>,
    _: SlackClientEventsUserState,
) -> Answer<SlackInteractionResponse> {
    match event {
        SlackInteractionEvent::ViewSubmission(_) => {
            let errors = SlackViewSubmissionErrorsResponse::new(HashMap::from([("reply".into(), "too rude".into())]));
            Ok(SlackViewSubmissionResponse::Errors(errors).into())
        }
        SlackInteractionEvent::BlockActions(event) => {
            let answer = SlackMessageContent::new().with_text("pressed".into());
            let url = event.response_url.ok_or("a response_url")?;
            client.respond_to_event(&url, &SlackApiPostWebhookMessageRequest::new(answer)).await?;
            Ok(().into())
        }
        _ => Ok(().into()),
    }
}

async fn on_event(event: SlackPushEventCallback, client: Arc<Client>, _: SlackClientEventsUserState) -> Answer<()> {
    if let SlackEventCallbackBody::AppMention(mention) = event.event {
        let token = SlackApiToken::new("xoxb-1-2-bot".into());
        let text = SlackMessageContent::new().with_text("yes?".into());
        let request = SlackApiChatPostMessageRequest::new(mention.channel, text);
        client.open_session(&token).chat_post_message(&request.opt_thread_ts(mention.origin.thread_ts)).await?;
    }
    Ok(())
}

#[tokio::test]
async fn its_socket_mode_hears_everything() {
    let (fake, _) = start().await;
    fake.limits(false);
    let client = client(&fake);
    let callbacks = SlackSocketModeListenerCallbacks::new()
        .with_command_events(on_command)
        .with_interaction_events(on_interaction)
        .with_push_events(on_event);
    let environment = Arc::new(SlackClientEventsListenerEnvironment::new(Arc::clone(&client)));
    let config = SlackClientSocketModeConfig::new();
    let listener = SlackClientSocketModeListener::new(&config, environment, callbacks);
    listener.listen_for(&SlackApiToken::new(fake.app_token().into())).await.unwrap();
    listener.start().await;
    fake.connected(2).await;
    assert_eq!(fake.slash("UANA", "C1", "/claim", "142").await.text().await, "you typed 142");
    let said = fake.slash("UANA", "C1", "/reply", "").await;
    let view = said.view().await;
    let got = fake.submit("UANA", &view, &[("reply", "hm")]).await;
    assert!(matches!(got, Submitted::Errors(errors) if errors["reply"] == "too rude"));
    let posted = super::client::post(
        &fake,
        "chat.postMessage",
        json!(
        {"channel": "C1", "text": "card", "blocks": [{"type": "actions", "elements": [
            {"type": "button", "action_id": "claim", "text": {"type": "plain_text", "text": "Claim"}}]}]}),
    )
    .await;
    let ts = posted.body["ts"].as_str().unwrap().to_owned();
    assert_eq!(fake.click("UBEN", "C1", &ts, "Claim").await.text().await, "pressed");
    fake.mention("UBEN", "C1", Some(&ts), "help").await;
    fake.quiet().await;
    assert!(fake.room_text("C1").ends_with("> hearback: yes?"), "{}", fake.room_text("C1"));
    fake.react("UBEN", "C1", &ts, "eyes").await;
    fake.opens_home("UBEN").await;
    fake.shortcut("UBEN", "find").await;
    fake.message_shortcut("UBEN", "note", "C1", &ts).await;
    fake.cut();
    fake.disconnect("refresh_requested", std::time::Duration::from_millis(50));
    fake.quiet().await;
    fake.connected(2).await;
    assert!(fake.connections() >= 3);
    listener.shutdown().await;
    fake.ends();
}
