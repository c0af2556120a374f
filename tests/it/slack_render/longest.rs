//! The longest that can come in: everything still fits, and what is left of it is what matters most.

use super::{blocks, names, read_blocks, view};
use crate::console::{at, mention};
use hearback::chat::slack::render::{answer, card, home_view, message, thread};
use hearback::domain::{
    Answer, Button, Card, CardState, DigestInput, Kind, MentionNo, Message, OpenPage, OpenRow, PersonId, Text,
    Translation,
};
use hearback::report::digest_message;

pub const FAMILY: &str = "👩‍👩‍👧‍👦";

pub fn longest() -> Card {
    let mut m = mention(&FAMILY.repeat(700));
    m.post.author.name = "漢".repeat(500);
    m.post.author.handle = "h".repeat(500);
    m.post.network = "n".repeat(100);
    m.tags = (0..25).map(|i| format!("{i}{}", "t".repeat(100))).collect();
    m.matched = (0..25).map(|i| format!("{i}{}", FAMILY.repeat(100))).collect();
    m.post.url = Some(format!("https://social.example/{}", "p".repeat(2_900)));
    Card {
        trouble: Some(FAMILY.repeat(500)),
        notice: Some("漢".repeat(500)),
        read_only: true,
        overdue: true,
        draft: Some(u32::MAX),
        kind_by: Some("m".repeat(100)),
        translation: Some(Translation {
            text: FAMILY.repeat(4_000),
            from: Some("x".repeat(100)),
            model: "m".repeat(100),
        }),
        state: CardState::Claimed(PersonId::new("x".repeat(300)), at("2026-03-02T13:05:00Z")),
        ..Card::of(&m)
    }
}

#[test]
fn the_longest_card_fits_with_its_buttons() {
    let more: Vec<Button> = (0..5).map(|i| Button::new(FAMILY.repeat(80), format!("note {i}"))).collect();
    let shown = card(&longest(), &more, &names(), &"k".repeat(5_000));
    let blocks = blocks(&shown);
    assert_eq!(blocks.as_array().unwrap().len(), 4);
    let read = read_blocks(&blocks);
    assert!(read.contains("[Claim]") && read.contains("[⋮ "), "{read}");
    assert!(read.matches(FAMILY).count() > 100, "a good part of the quote is still there");
    assert!(read.contains("(the text goes on: open the post)"));
}

#[test]
fn six_hundred_graphemes_of_any_script_are_shown_whole() {
    for text in ["漢字", "قهوة ", "кофе ", "coffee ", "☕ 👍🏽"] {
        let quote: String = text.chars().cycle().take(600).collect();
        let read = read_blocks(&blocks(&card(&Card::of(&mention(&quote)), &[], &names(), "k")));
        assert!(read.contains(quote.trim_end()), "{read}");
        assert!(!read.contains("goes on"));
    }
}

#[test]
fn a_flood_of_lines_is_twenty() {
    let read = read_blocks(&blocks(&card(&Card::of(&mention(&"a\n".repeat(300))), &[], &names(), "k")));
    assert_eq!(read.matches("> a").count(), 20);
    assert!(read.contains("goes on"));
}

pub fn row(no: u64, excerpt: &str) -> OpenRow {
    OpenRow {
        no: MentionNo(no),
        kind: Kind::Praise,
        author: "漢".repeat(60),
        can_reply: true,
        can_like: false,
        excerpt: excerpt.to_owned(),
        ..OpenRow::of(&mention(""))
    }
}

#[test]
fn a_digest_of_ten_lines_fits_whole() {
    let rows: Vec<OpenRow> = (1..=14).map(|no| row(no, &"漢".repeat(200))).collect();
    let input = DigestInput {
        praise: OpenPage { total: 14, rows: rows.clone() },
        overdue: OpenPage { total: 14, rows: rows.clone() },
        idle: OpenPage { total: 14, rows: rows.clone() },
        approval: OpenPage { total: 14, rows },
        now: at("2026-03-02T13:00:00Z"),
        ..DigestInput::default()
    };
    let read = read_blocks(&blocks(&message(&digest_message(&input), &names(), "digest")));
    for no in 1..=10 {
        assert!(read.contains(&format!("[Thanks #{no}] [Claim #{no}]")), "{read}");
    }
    assert!(read.contains("Yesterday"), "{read}");
}

#[test]
fn a_message_of_a_hundred_parts_says_how_many_do_not_fit() {
    let parts = |n: usize| {
        (0..n).fold(Message::default(), |all, i| {
            all.and(format!("Line {i}"), vec![Button::new("Show", format!("show {i}"))])
        })
    };
    let read = read_blocks(&blocks(&message(&parts(100), &names(), "k")));
    let shown = read.matches("Line ").count();
    assert!(shown >= 20, "{shown}");
    assert!(read.ends_with(&format!("+{} more, which did not fit here: `queue`", 100 - shown)), "{read}");
    let home = view(&home_view(&parts(100), &names()));
    assert!(home["blocks"].as_array().unwrap().len() > 90);
    view(&home_view(&parts(10_000), &names()));
}

#[test]
fn a_text_that_is_too_long_is_cut_and_says_so() {
    let long = Text::new().bold("Draft v1").line().quote("漢".repeat(10_000)).line().say("the end");
    for text in [long, Text::plain("a\n".repeat(20_000)), Text::new().code(format!("{}\n", "x".repeat(90)).repeat(500))]
    {
        let shown = thread(&text, &names(), None, "k");
        let read = read_blocks(&blocks(&shown));
        assert!(read.contains('…') && read.ends_with("(the rest does not fit here)"), "{read}");
        assert!(read.len() > 6_000, "most of what fits is there: {}", read.len());
        blocks(&answer(&Ok(Answer::new(text)), &names()));
    }
}

#[test]
fn buttons_that_slack_cannot_hold_are_left_out_and_the_words_stay() {
    let buttons = vec![
        Button::new("Too long", format!("reply 1 {}", "x".repeat(2_000))),
        Button::new("Just fits", format!("reply 1 {}", "x".repeat(1_992))),
        Button::link("No page", "javascript:alert(1)"),
        Button::link("Too far", format!("https://a.example/{}", "x".repeat(3_000))),
        Button::new("", ""),
    ];
    let said = Answer { text: Text::plain("Choose."), buttons, form: None };
    assert_eq!(read_blocks(&blocks(&answer(&Ok(said), &names()))), "Choose.\n[Just fits]");
}
