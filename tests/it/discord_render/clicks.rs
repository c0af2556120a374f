//! Buttons and menus: what a click means, and that everything can be clicked.

use super::{names, read};
use hearback::chat::discord::render::{Clicked, card, decode, encode, form_id, kept, message, parse_form_id};
use hearback::domain::{Button, Card, Message};
use serde_json::Value;

#[test]
fn a_click_means_what_its_label_says() {
    let meant = |button: &Button| encode(button).and_then(|id| decode(&id));
    assert_eq!(meant(&Button::new("Claim", "claim 142")), Some(Clicked::Run("claim 142".to_owned())));
    assert_eq!(meant(&Button::new("Reply…", " reply 142 ")), Some(Clicked::Form("reply 142".to_owned())));
    assert_eq!(meant(&Button::new("Say", "note 1 a:b")), Some(Clicked::Run("note 1 a:b".to_owned())));
    assert_eq!(encode(&Button::link("Open post", "https://a.example/1")), None);
    assert_eq!(encode(&Button::new("Nothing", " ")), None);
    assert_eq!(decode(&kept("abc")), Some(Clicked::Kept("abc".to_owned())));
    for id in ["", "r", "r:", "x:claim 1", "run:claim 1", "menu:0", "form:note 1", "k:", ":"] {
        assert_eq!(decode(id), None, "{id}");
    }
}

#[test]
fn what_does_not_fit_into_an_id_is_said_so() {
    let long = |n: usize| Button::new("Say", format!("note 1 {}", "👍".repeat(n)));
    assert!(encode(&long(45)).is_some_and(|id| id.encode_utf16().count() == 99));
    assert_eq!(encode(&long(46)), None);
    assert_eq!(
        form_id("reply 142 -- {text}").and_then(|id| parse_form_id(&id)).as_deref(),
        Some("reply 142 -- {text}")
    );
    assert_eq!(form_id(&"x".repeat(96)), None);
    assert_eq!(parse_form_id("r:claim 1"), None);
}

/// Every line that a click anywhere in a message can mean.
fn lines(body: &Value) -> Vec<String> {
    let rows = body["components"].as_array().unwrap().iter();
    let elements = rows.flat_map(|row| row["components"].as_array().unwrap());
    let ids = elements.flat_map(|element| match element["options"].as_array() {
        Some(options) => options.iter().map(|o| o["value"].as_str().unwrap()).collect(),
        None => element["custom_id"].as_str().into_iter().collect::<Vec<_>>(),
    });
    let meant = ids.map(|id| match decode(id).unwrap() {
        Clicked::Run(line) | Clicked::Form(line) | Clicked::Kept(line) => line,
    });
    meant.collect()
}

#[test]
fn two_buttons_may_mean_the_same() {
    let buttons = vec![Button::new("Show", "show 1"), Button::new("Look", "show 1"), Button::new("See…", "show 1")];
    let body = message(&Message::default().and("One", buttons), &names(), "k");
    assert_eq!(read(&body), "┌\n│ One\n[Show] [Look] [See…]");
    assert_eq!(lines(&body), ["show 1", "show 1", "show 1"]);
}

#[test]
fn parts_that_say_the_same_are_told_apart_by_their_numbers() {
    let part = |no: u64| vec![Button::new("Show", format!("show {no}")), Button::new("Reply…", format!("reply #{no}"))];
    let both =
        Message::default().and("#7 bob", part(7)).and("#9 eve", part(9)).and("", vec![Button::new("All", "queue")]);
    assert_eq!(
        read(&message(&both, &names(), "k")),
        "┌\n│ #7 bob\n│ #9 eve\n[Show #7] [Reply #7…] [Show #9] [Reply #9…] [All]"
    );
}

#[test]
fn a_card_has_a_row_for_every_five_and_a_menu() {
    let many = |n: usize| (0..n).map(|i| Button::new(format!("B{i}"), format!("show {i}"))).collect::<Vec<_>>();
    let of = Card { buttons: many(30), ..Card::of(&crate::console::mention("Hm")) };
    let body = card(&of, &many(40), &names(), "k");
    read(&body);
    assert_eq!(lines(&body).len(), 20 + 25);
    read(&card(&of, &[], &names(), "k"));
}

#[test]
fn everything_in_a_page_of_claims_can_be_clicked() {
    // A person's own page: ten claims with three buttons each, approvals with three others, and something on its own.
    let page = (1..=10).fold(Message::say("You hold 10."), |page, no| {
        let buttons = ["Reply…", "Show", "Release"].map(|say| Button::new(say, format!("{} {no}", verb(say))));
        page.and(format!("#{no} bob on mastodon: “Where is order {no}?”"), buttons.to_vec())
    });
    let page = page.and("", vec![Button::new("Take what is due first", "claim")]);
    let body = message(&page, &names(), "k");
    let shown = read(&body);
    assert_eq!(lines(&body).len(), 31, "{shown}");
    let menus: Vec<&str> = shown.lines().filter(|line| line.starts_with("[▾ ")).collect();
    assert_eq!(menus.len(), 3, "{shown}");
    assert!(menus[0].starts_with("[▾ Reply…: #1 bob on mastodon: “Where is order 1?” | #2 bob"), "{shown}");
    assert!(shown.contains("[Take what is due first]"));
}

#[test]
fn where_there_are_too_many_things_to_do_the_rest_is_one_menu() {
    let verbs = ["Reply…", "Show", "Release", "Done", "Note…", "Snooze…"];
    let page = (1..=3).fold(Message::default(), |page, no| {
        page.and(format!("#{no} bob"), verbs.map(|say| Button::new(say, format!("{} {no}", verb(say)))).to_vec())
    });
    let body = message(&page, &names(), "k");
    let shown = read(&body);
    assert_eq!(lines(&body).len(), 18, "{shown}");
    assert!(shown.contains("[▾ More…: Note…: #1 bob | Note…: #2 bob"), "{shown}");
}

#[test]
fn what_no_menu_holds_is_counted() {
    let page = (1..=200).fold(Message::default(), |page, no| {
        page.and(format!("#{no}"), vec![Button::new("Show", format!("show {no}"))])
    });
    let shown = read(&message(&page, &names(), "k"));
    assert!(shown.contains("│ +75 more buttons, which did not fit here: `queue`"), "{shown}");
}

fn verb(label: &str) -> String {
    label.trim_end_matches('…').to_lowercase()
}
