//! Messages: posted, changed, deleted, in threads, for one person; what is read, and who hears it.

use super::super::fake::Ping;
use super::client::{get, post};
use super::start;
use serde_json::{Value, json};

fn ts(got: &super::client::Got) -> String {
    got.body["ts"].as_str().unwrap_or_else(|| panic!("{}", got.body)).to_owned()
}

#[tokio::test]
async fn a_message_lives_and_dies() {
    let (fake, _) = start().await;
    fake.limits(false);
    let metadata = json!({"event_type": "card", "event_payload": {"mention": "142"}});
    let first = post(&fake, "chat.postMessage", json!({"channel": "C1", "text": "one", "metadata": metadata})).await;
    let (one, two) = (ts(&first), ts(&post(&fake, "chat.postMessage", json!({"channel": "C1", "text": "two"})).await));
    assert_eq!(one, "1772445600.000100");
    assert!(one < two);
    post(&fake, "chat.postMessage", json!({"channel": "C1", "text": "below", "thread_ts": one})).await;
    assert_eq!(fake.news("C1"), "hearback: one\nhearback: two\n  > hearback: below");
    let edit = post(&fake, "chat.update", json!({"channel": "C1", "ts": one, "text": "ONE"})).await;
    assert_eq!(edit.body["message"]["metadata"], metadata, "what is not named stays");
    assert_eq!(fake.room_text("C1"), "hearback: ONE\n  > hearback: below\nhearback: two");
    assert_eq!(fake.news("C1"), "edited: hearback: ONE");
    let link = get(&fake, "chat.getPermalink", &[("channel", "C1"), ("message_ts", &one)]).await;
    assert_eq!(link.body["permalink"], "https://acme.slack.com/archives/C1/p1772445600000100");
    fake.delete("C1", &one);
    assert_eq!(fake.news("C1"), "deleted: a message");
    for (method, argument) in [("chat.update", "ts"), ("chat.delete", "ts")] {
        assert_eq!(
            post(&fake, method, json!({"channel": "C1", argument: one, "text": "x"})).await.error(),
            "message_not_found"
        );
    }
    let link = get(&fake, "chat.getPermalink", &[("channel", "C1"), ("message_ts", &one)]).await;
    assert_eq!(link.error(), "message_not_found");
    assert_eq!(post(&fake, "chat.delete", json!({"channel": "C1", "ts": two})).await.error(), "no error");
    fake.forgive();
    assert_eq!(fake.leaked().len(), 0);
    post(&fake, "chat.postMessage", json!({"channel": "C1", "text": "leak", "thread_ts": two})).await;
    assert_eq!(fake.leaked(), ["leak"]);
    assert_eq!(fake.channel("C1").last().unwrap().thread_ts, None);
    assert_eq!(fake.forgive().len(), 1);
    fake.ends();
}

#[tokio::test]
async fn where_the_app_may_write() {
    let (fake, clock) = start().await;
    let say = async |channel: &str| post(&fake, "chat.postMessage", json!({"channel": channel, "text": "hi"})).await;
    assert_eq!(say("C9").await.error(), "channel_not_found");
    assert_eq!(say("C3").await.error(), "not_in_channel");
    fake.kick("C4");
    assert_eq!(say("C4").await.error(), "channel_not_found");
    assert_eq!(say("#support").await.error(), "no error");
    assert_eq!(fake.by_name(), ["#support"]);
    assert_eq!(say("UANA").await.body["channel"], "DANA");
    fake.change_channel("C2", |c| c.is_archived = true);
    assert_eq!(say("C2").await.error(), "is_archived");
    let theirs = fake.writes("UANA", "C1", None, "mine");
    let change = json!({"channel": "C1", "ts": theirs, "text": "ours"});
    assert_eq!(post(&fake, "chat.update", change.clone()).await.error(), "cant_update_message");
    assert_eq!(post(&fake, "chat.delete", json!({"channel": "C1", "ts": theirs})).await.error(), "cant_delete_message");
    let named = json!({"channel": "#support", "ts": theirs, "text": "ours"});
    assert_eq!(post(&fake, "chat.update", named).await.error(), "channel_not_found");
    clock.advance(std::time::Duration::from_secs(10));
    let mine = ts(&say("C1").await);
    fake.edit_window(60);
    clock.advance(std::time::Duration::from_secs(61));
    let late = post(&fake, "chat.update", json!({"channel": "C1", "ts": mine, "text": "x"})).await;
    assert_eq!(late.error(), "edit_window_closed");
    let private = async |user: &str| {
        post(&fake, "chat.postEphemeral", json!({"channel": "C1", "user": user, "text": "psst"}))
            .await
            .error()
            .to_owned()
    };
    assert_eq!(private("UANA").await, "no error");
    fake.change_channel("C1", |c| _ = c.members.remove("UBEN"));
    assert_eq!(private("UBEN").await, "user_not_in_channel");
    assert_eq!(fake.whispers("UANA")[0].1, "psst");
    assert!(fake.whispers("UBEN").is_empty());
    fake.ends();
}

#[tokio::test]
async fn a_room_is_read_as_a_person_reads_it() {
    let (fake, _) = start().await;
    let blocks = json!([
        {"type": "header", "text": {"type": "plain_text", "text": "Question <!here>"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "From <https://a.example/b?c=1&amp;d=2|Bob &lt;3> to <@UANA>"},
         "accessory": {"type": "button", "action_id": "open", "text": {"type": "plain_text", "text": "Open"}}},
        {"type": "divider"},
        {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [
            {"type": "text", "text": "is it @here?\nor "}, {"type": "link", "url": "https://x.example/"}]}]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "due in <#C2>"}, {"type": "plain_text", "text": "*raw*"}]},
        {"type": "actions", "elements": [
            {"type": "button", "text": {"type": "plain_text", "text": "Claim"}, "action_id": "claim", "value": "142"},
            {"type": "overflow", "action_id": "more", "options": [
                {"text": {"type": "plain_text", "text": "Spam"}, "value": "spam"}]}]},
    ]);
    let attachments = json!([{"color": "#2eb886", "blocks": [
        {"type": "section", "text": {"type": "mrkdwn", "text": "<!subteam^S1> look"}}]}]);
    let body = json!({"channel": "C1", "text": "Question", "blocks": blocks, "attachments": attachments});
    let got = post(&fake, "chat.postMessage", body).await;
    assert_eq!(got.error(), "no error", "{}", got.body);
    assert_eq!(
        fake.room_text("C1"),
        "hearback: Question <!here>\n  From Bob <3 (https://a.example/b?c=1&d=2) to @ana [Open]\n  ---\n  | is it @here?\n  \
         | or https://x.example/\n  due in #praise *raw*\n  [Claim] [… Spam]\n  @care look"
    );
    let who: Vec<String> = fake.pings().into_iter().map(|p: Ping| p.who).collect();
    assert_eq!(who, ["@ana", "@care"]);
    assert_eq!(fake.unfurls(), ["https://a.example/b?c=1&amp;d=2", "https://x.example/"]);
    let quiet = json!({"channel": "C1", "text": "@here https://y.example/ <!channel>", "unfurl_links": false, "unfurl_media": false});
    post(&fake, "chat.postMessage", quiet).await;
    let bare = json!([{"type": "section", "text": {"type": "mrkdwn", "text": "hey @channel"}}]);
    post(&fake, "chat.postMessage", json!({"channel": "C1", "text": "hey", "blocks": bare})).await;
    let heard: Vec<(String, bool)> = fake.pings().into_iter().skip(2).map(|p| (p.who, p.certain)).collect();
    assert_eq!(heard, [("@channel".to_owned(), true), ("@channel".to_owned(), false)]);
    assert_eq!(fake.unfurls().len(), 2);
    fake.ends();
}

#[tokio::test]
async fn history_comes_in_pages() {
    let (fake, _) = start().await;
    fake.limits(false);
    let mut all = Vec::new();
    for n in 0..7 {
        let metadata = json!({"event_type": "card", "event_payload": {"n": n.to_string()}});
        let body = json!({"channel": "C1", "text": format!("m{n}"), "metadata": metadata});
        all.push(ts(&post(&fake, "chat.postMessage", body).await));
    }
    post(&fake, "chat.postMessage", json!({"channel": "C1", "text": "reply", "thread_ts": all[0]})).await;
    let page = get(&fake, "conversations.history", &[("channel", "C1"), ("limit", "3")]).await.body;
    let texts = |page: &Value| -> Vec<String> {
        page["messages"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(texts(&page), ["m6", "m5", "m4"]);
    assert_eq!(page["messages"][0].get("metadata"), None, "only where it was asked for");
    assert_eq!(page["has_more"], true);
    let cursor = page["response_metadata"]["next_cursor"].as_str().unwrap();
    let query = [("channel", "C1"), ("limit", "30"), ("cursor", cursor), ("include_all_metadata", "true")];
    let rest = get(&fake, "conversations.history", &query).await.body;
    assert_eq!(texts(&rest), ["m3", "m2", "m1", "m0"]);
    assert_eq!(rest["messages"][0]["metadata"]["event_payload"]["n"], "3");
    assert_eq!(rest["messages"][3]["reply_count"], 1);
    let late = get(&fake, "conversations.history", &[("channel", "C1"), ("oldest", &all[5])]).await.body;
    assert_eq!(texts(&late), ["m6"]);
    let thread = get(&fake, "conversations.replies", &[("channel", "C1"), ("ts", &all[0])]).await.body;
    assert_eq!(texts(&thread), ["m0", "reply"]);
    let none = get(&fake, "conversations.replies", &[("channel", "C1"), ("ts", "1.000001")]).await;
    assert_eq!(none.error(), "thread_not_found");
    let wrong = get(&fake, "conversations.history", &[("channel", "C1"), ("cursor", "what")]).await;
    assert_eq!(wrong.error(), "invalid_cursor");
    fake.ends();
}
