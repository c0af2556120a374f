//! What a person reads: markdown made visible, pings, links, news.

use super::super::fake::{ANA, BEN, CARE, SUPPORT, rights, said};
use super::super::fake::{Message, User};
use super::start;
use serde_json::{Value, json};

#[tokio::test]
async fn markup_shows_and_what_is_escaped_does_not() {
    let (fake, _, _) = start().await;
    let state = fake.inner.state();
    let shown = |text: &str| said::message(&state, &Message::by("1", ANA, text));
    for (text, wanted) in [
        ("plain words, 5 * 3 = 15", "plain words, 5 * 3 = 15"),
        ("**bold** and *this* and _that_", "[[bold: bold]] and [[italic: this]] and [[italic: that]]"),
        ("__under__ ~~gone~~ ||secret||", "[[underlined: under]] [[struck: gone]] [[spoiler: secret]]"),
        ("***both***", "[[bold italic: both]]"),
        ("snake_case_name stays", "snake_case_name stays"),
        ("\\*not\\* \\_this\\_ \\~\\~nor\\~\\~ \\`this\\`", "*not* _this_ ~~nor~~ `this`"),
        ("`code *as it is*` after", "[[code: code *as it is*]] after"),
        ("``a ` b``", "[[code: a ` b]]"),
        ("```rust\nlet x = 1;\n```", "[[block: let x = 1;]]"),
        (
            "# Big\n## Less\n-# small\n> said\n- item\n\\# not",
            "[[heading: Big]]\n[[heading: Less]]\n[[subtext: small]]\n[[quote: said]]\n• item\n# not",
        ),
        ("see https://example.org/a_b_c, now", "see [[link: https://example.org/a_b_c]], now"),
        ("<https://example.org>", "[[link: https://example.org]]"),
        ("[click](https://evil.example)", "[[link: click -> https://evil.example]]"),
        ("[click](<https://evil.example> \"t\")", "[[link: click -> https://evil.example]]"),
        ("\\[click](https://evil.example)", "[click]([[link: https://evil.example]])"),
        ("[no](javascript:x)", "[no](javascript:x)"),
        ("@everyone and @here", "[[mention: @everyone]] and [[mention: @here]]"),
        ("@\u{200b}everyone", "@\u{200b}everyone"),
        (
            &format!("<@{ANA}> <@&{CARE}> <#{SUPPORT}>"),
            "[[mention: @Ana Diaz]] [[mention: @care]] [[channel: #support]]",
        ),
        (
            "</claim:12> <:smile:5> <t:0:R>",
            "[[command: /claim 12]] [[emoji: smile 5]] [[time: 1970-01-01T00:00:00Z R]]",
        ),
        ("<3 and a < b > c", "<3 and a < b > c"),
        ("**open", "**open"),
        ("a\u{202e}b", "a[[turns: U+202E]]b"),
    ] {
        assert_eq!(shown(text), wanted, "{text}");
    }
}

#[tokio::test]
async fn who_hears_of_a_message() {
    let (fake, client, _) = start().await;
    let all = format!("@everyone <@{ANA}> <@&{CARE}>");
    let whom = |from: usize| fake.pings().into_iter().skip(from).map(|p| p.who).collect::<Vec<_>>();
    let mut heard = 0;
    let mut check = async |body: Value, wanted: &[&str]| {
        client.message(SUPPORT, body).await.ok();
        assert_eq!(whom(heard), wanted);
        heard = fake.pings().len();
    };
    check(json!({"content": all}), &["@ana", "@care"]).await;
    check(json!({"content": all, "allowed_mentions": {"parse": []}}), &[]).await;
    check(json!({"content": all, "allowed_mentions": {"parse": [], "users": [ANA, BEN]}}), &["@ana"]).await;
    check(json!({"content": all, "allowed_mentions": {"roles": [CARE]}}), &["@care"]).await;
    check(json!({"content": format!("`<@{ANA}>` \\<@{BEN}>")}), &["@ana", "@ben"]).await;
    check(json!({"content": format!("<@{ANA}>"), "flags": 1 << 12}), &[]).await;
    check(json!({"embeds": [{"description": all}]}), &[]).await;
    fake.change_role(CARE, |r| r.mentionable = false);
    check(json!({"content": all}), &["@ana"]).await;
    fake.with_rights(rights::MENTION_EVERYONE);
    check(json!({"content": all}), &["@everyone", "@ana", "@care"]).await;
    check(json!({"content": "@here", "allowed_mentions": {"parse": ["everyone"]}}), &["@here"]).await;
    let id = client.message(SUPPORT, json!({"content": "quiet"})).await.id();
    let edited = client.patch(&format!("/channels/{SUPPORT}/messages/{id}"), json!({"content": all})).await.ok();
    assert_eq!((&edited["mention_everyone"], &edited["mentions"][0]["id"]), (&json!(true), &json!(ANA)));
    assert_eq!(fake.pings().len(), heard, "an edit wakes nobody");
    let state = &mut *fake.inner.state();
    state.post_message(SUPPORT, &json!({"content": all}), None).unwrap();
    assert_eq!(state.pings.len(), heard + 1, "an answer to an interaction mentions users alone");
    state.post_message(SUPPORT, &json!({"content": all}), Some(ANA.into())).unwrap();
    assert_eq!(state.pings.len(), heard + 1);
}

#[tokio::test]
async fn which_links_unfold() {
    let (fake, client, _) = start().await;
    for (content, flags) in [
        ("https://a.example/x. and <https://b.example>", 0),
        ("`https://c.example` ```\nhttps://d.example\n```", 0),
        ("[e](https://e.example) [f](<https://f.example>)", 0),
        ("https://g.example", 4),
    ] {
        client.message(SUPPORT, json!({"content": content, "flags": flags})).await.ok();
    }
    client.message(SUPPORT, json!({"embeds": [{"title": "T", "url": "https://h.example"}]})).await.ok();
    assert_eq!(fake.unfurls(), ["https://a.example/x", "https://e.example"]);
    fake.ends();
}

#[tokio::test]
async fn the_news_of_a_channel() {
    let (fake, client, _) = start().await;
    fake.add_user(User::new("42", "zed", "Zed"));
    let card = client.message(SUPPORT, json!({"content": "card"})).await.id();
    assert_eq!(fake.news(SUPPORT), "hearback: card");
    assert_eq!(fake.news(SUPPORT), "");
    let path = format!("/channels/{SUPPORT}/messages/{card}");
    let row = json!({"type": 1, "components": [
        {"type": 2, "style": 1, "label": "Claim", "custom_id": "c"},
        {"type": 2, "style": 5, "label": "Open", "url": "https://example.org"},
        {"type": 2, "style": 2, "label": "Off", "custom_id": "d", "disabled": true}]});
    let select = json!({"type": 1, "components": [{"type": 3, "custom_id": "s", "placeholder": "More…", "options": [
        {"label": "Snooze", "value": "a"}, {"label": "Close", "value": "b", "default": true}]}]});
    client.patch(&path, json!({"components": [row, select]})).await.ok();
    client.post(&format!("{path}/threads"), json!({"name": "142"})).await.ok();
    client.message(&card, json!({"content": "a note"})).await.ok();
    fake.writes("42", SUPPORT, "hi");
    insta::assert_snapshot!(fake.news(SUPPORT), @r"
    edited: hearback: card
    edited:   [Claim] [Open -> https://example.org] [Off off]
    edited:   {More…: Snooze | *Close}
    # 142
      > hearback: a note
    Zed: hi
    ");
    assert_eq!(fake.find(SUPPORT, "[Claim]"), Some(card.clone()));
    fake.delete_message(SUPPORT, &card);
    assert_eq!(fake.news(SUPPORT), "deleted: a message");
    assert_eq!(fake.room_text(SUPPORT), "Zed: hi\n# 142\n  > hearback: a note");
    fake.ends();
}

#[tokio::test]
async fn an_answer_that_was_put_off_is_filled_by_its_first_edit() {
    let (fake, _, _) = start().await;
    let mut state = fake.inner.state();
    let id = state.post_thinking(SUPPORT, None);
    assert_eq!(said::room(&state, SUPPORT), "hearback: is thinking…");
    let shown = state.edit_message(SUPPORT, &id, &json!({"content": "done"})).unwrap();
    assert_eq!((&shown["flags"], &shown["edited_timestamp"]), (&json!(0), &Value::Null));
    let own = state.post_message(SUPPORT, &json!({"content": "only you"}), Some(ANA.into())).unwrap();
    assert_eq!(own["flags"], 64);
    assert_eq!(said::room(&state, SUPPORT), "hearback: done");
    assert!(state.seen_message(SUPPORT, own["id"].as_str().unwrap()).is_err(), "nobody finds it by the API");
}
