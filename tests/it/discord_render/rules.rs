//! The rules that everything shown is held to find what breaks them.

use super::check::{check_answer, check_form, check_message, has_schema};
use super::names;
use crate::console::mention;
use crate::slack_render::forms::{reply, snooze};
use hearback::chat::discord::render::{again, card, form, thread};
use hearback::domain::{Answer, Button, Card, PersonId, Text};
use serde_json::{Value, json};

fn good() -> Value {
    let more = [Button::new("Note…", "note 142")];
    card(&Card::of(&mention("Where is it?")), &more, &names(), "k")
}

/// What is said when these places of a good body hold that instead.
fn bad(body: &Value, place: &str, value: Value, check: fn(&Value) -> Vec<String>) -> String {
    let mut body = body.clone();
    if let Some(there) = body.pointer_mut(place) {
        *there = value;
    } else {
        let (outer, name) = place.rsplit_once('/').unwrap();
        body.pointer_mut(outer).unwrap_or_else(|| panic!("{outer} is not there"))[name] = value;
    }
    check(&body).join("\n")
}

#[test]
fn what_is_good_is_good() {
    assert_eq!(check_message(&good()), Vec::<String>::new());
}

#[test]
fn limits_of_a_message_are_found() {
    let long = |n: usize| json!("x".repeat(n));
    let row = good()["components"][0].clone();
    let button = row["components"][0].clone();
    let option = good()["components"][1]["components"][0]["options"][0].clone();
    let embed = json!({ "description": "x".repeat(3_001) });
    for (place, value, says) in [
        ("/content", long(2_001), "content of 2001"),
        ("/embeds", json!([]), "a message of nothing"),
        ("/embeds", json!([embed, embed]), "6002 in all embeds"),
        ("/embeds", json!(vec![json!({ "description": "x" }); 11]), "11 embeds"),
        ("/embeds/0/description", long(4_097), "description of 4097"),
        ("/embeds/0/description", json!("👍".repeat(2_049)), "description of 4098"),
        ("/embeds/0/description", json!(""), "description is empty"),
        ("/embeds/0/author/name", long(257), "author of 257"),
        ("/embeds/0/url", json!("https://a.example/"), "the mark"),
        ("/embeds/0/title", json!("x"), "the key title"),
        ("/embeds/0/footer", json!({ "text": "x" }), "the key footer"),
        ("/components", json!(vec![row; 6]), "6 rows"),
        ("/components/0/components", json!(vec![button; 6]), "6 in a row"),
        ("/components/0/components", json!([]), "0 in a row"),
        ("/components/0/components/0/label", long(81), "button of 81"),
        ("/components/0/components/0/label", json!(""), "button is empty"),
        ("/components/0/components/0/custom_id", long(101), "custom_id of 101"),
        ("/components/0/components/0/custom_id", json!("f:reply 142"), "f:reply 142 twice"),
        ("/components/0/components/0/custom_id", json!("x"), "nobody knows what x means"),
        ("/components/0/components/2/url", json!(format!("https://{}", "x".repeat(505))), "url of 513"),
        ("/components/0/components/2/url", json!("javascript:alert(1)"), "the address"),
        ("/components/1/components/0/options", json!([]), "0 options"),
        ("/components/1/components/0/options", json!(vec![option; 26]), "26 options"),
        ("/components/1/components/0/options/0/label", long(101), "option of 101"),
        ("/components/1/components/0/options/0/value", long(101), "value of 101"),
        ("/allowed_mentions/parse", json!(["everyone"]), "it may ping"),
        ("/allowed_mentions", json!({}), "it may ping"),
        ("/allowed_mentions/users", json!(["1"]), "it pings"),
        ("/flags", json!(4), "an embed that is not shown"),
        ("/flags", json!(64), "the flags 64"),
        ("/tts", json!(true), "the key tts"),
    ] {
        let said = bad(&good(), place, value, check_message);
        assert!(said.contains(says), "{place}: {says} is not in\n{said}");
    }
}

#[test]
fn what_pings_links_or_steers_is_found() {
    for text in [
        "<@1>",
        "<@&1>",
        "<#1>",
        "@everyone",
        "a @here b",
        "https://evil.example",
        "[a](<https://evil.example/)>)",
        "\u{202e}",
        "**open",
        "*a*",
        "__a__",
        "~~a~~",
        "`",
        "||a||",
        "# a",
        "-# a\n# b",
        "- a",
        "1. a",
        "> > a",
        "a\n>>> b",
        "```\na",
        "<t:x:R>",
        "<:a:1>",
        "</x:1>",
        ":siren:",
        "discord.gg/a",
        "[a](https://evil.example)",
        "a\\",
    ] {
        assert!(!bad(&good(), "/embeds/0/description", json!(text), check_message).is_empty(), "{text}");
    }
    for text in ["<@1>", "@everyone", "https://evil.example", "<t:0:R>", ":siren:", "\u{202e}", "a\nb", " "] {
        for place in ["/embeds/0/author/name", "/components/0/components/0/label"] {
            assert!(!bad(&good(), place, json!(text), check_message).is_empty(), "{text} at {place}");
        }
    }
    let pinged = thread(&Text::plain("Hello"), &names(), Some(&PersonId::new("ana")), "k");
    assert_eq!(check_message(&pinged), Vec::<String>::new());
    for users in [json!([]), json!(["1"]), json!(["80351110224678912", "1"])] {
        assert!(!bad(&pinged, "/allowed_mentions/users", users, check_message).is_empty());
    }
    let words = json!({
        "content": "Hello", "embeds": [], "components": [], "flags": 4, "allowed_mentions": { "parse": [] },
    });
    assert_eq!(check_message(&words), Vec::<String>::new());
    assert!(!bad(&words, "/flags", json!(0), check_message).is_empty(), "it may unfurl");
}

#[test]
fn what_is_wrong_with_an_answer_is_found() {
    let said = again(&Ok(Answer::new("Hm")), &names(), "mine", Some("k"));
    assert_eq!(check_answer(&said), Vec::<String>::new());
    for (place, value) in [
        ("/flags", json!(0)),
        ("/flags", json!(68)),
        ("/embeds/0/description", json!("You wrote:\n```\na\n``` b\n```")),
        ("/embeds/0/description", json!("You wrote:\n```\na")),
        ("/components/0/components/0/custom_id", json!("k:")),
    ] {
        assert!(!bad(&said, place, value.clone(), check_answer).is_empty(), "{place} {value}");
    }
}

#[test]
fn what_is_wrong_with_a_form_is_found() {
    let text = form(&reply(), &names(), "form:reply 142 {text}");
    assert_eq!(check_form(&text), Vec::<String>::new());
    for (place, value) in [
        ("/title", json!("x".repeat(46))),
        ("/title", json!("")),
        ("/custom_id", json!(format!("form:{}", "x".repeat(96)))),
        ("/custom_id", json!("x")),
        ("/components", json!([])),
        ("/components", json!(vec![text["components"][1].clone(); 6])),
        ("/components/0/content", json!("x".repeat(4_001))),
        ("/components/0/content", json!("<@1>")),
        ("/components/1/label", json!("x".repeat(46))),
        ("/components/1/description", json!("x".repeat(101))),
        ("/components/1/description", json!("")),
        ("/components/1/component/value", json!("x".repeat(4_001))),
        ("/components/1/component/max_length", json!(4_001)),
        ("/components/1/component/max_length", json!(3)),
        ("/components/1/component/label", json!("x")),
        ("/components/1/component/style", json!(3)),
        ("/components/1/component/type", json!(2)),
        ("/submit", json!("Go")),
    ] {
        assert!(!bad(&text, place, value.clone(), check_form).is_empty(), "{place} {value}");
    }
    let pick = form(&snooze(), &names(), "form:snooze 142 {when} {why}");
    assert_eq!(check_form(&pick), Vec::<String>::new());
    for (place, value) in [
        ("/components/0/component/options", json!([])),
        ("/components/0/component/options/0/default", json!(true)),
        ("/components/0/component/options/0/value", json!("tomorrow")),
        ("/components/0/component/min_values", json!(0)),
        ("/components/0/component/disabled", json!(false)),
        ("/components/0/component/custom_id", json!("why")),
    ] {
        assert!(!bad(&pick, place, value.clone(), check_form).is_empty(), "{place} {value}");
    }
}

#[test]
fn discords_own_specification_is_read() {
    if !has_schema() {
        return;
    }
    let schema = |said: String| said.contains("schema at");
    for (place, value) in [
        ("/content", json!("x".repeat(4_001))),
        ("/embeds", json!(vec![json!({}); 11])),
        ("/embeds/0/description", json!("x".repeat(4_097))),
        ("/embeds/0/color", json!(0x0100_0000)),
        ("/components/0/components/0/style", json!(7)),
        ("/components/0/components/0/label", json!("x".repeat(81))),
        ("/components/0/components/0/custom_id", json!("x".repeat(101))),
        ("/components/1/components/0/options", json!([])),
        ("/components/0/type", json!(99)),
        ("/allowed_mentions/parse", json!(["all"])),
        ("/allowed_mentions/users", json!(["<@1>"])),
        ("/flags", json!("4")),
    ] {
        assert!(schema(bad(&good(), place, value.clone(), check_message)), "{place} {value}");
    }
    let text = form(&reply(), &names(), "form:reply 142 {text}");
    for (place, value) in [
        ("/title", json!("x".repeat(46))),
        ("/components/1/label", json!("")),
        ("/components/1/component/style", json!(3)),
        ("/components/1/component/value", json!("x".repeat(4_001))),
        ("/components/0/type", json!(9)),
    ] {
        assert!(schema(bad(&text, place, value.clone(), check_form)), "{place} {value}");
    }
    let said = again(&Ok(Answer::new("Hm")), &names(), "mine", Some("k"));
    assert!(schema(bad(&said, "/content", json!("x".repeat(2_001)), check_answer)));
}
