//! The longest that can come in: everything still fits, and what is left of it is what matters most.

use super::{names, read, read_answer};
use crate::console::{at, mention};
use crate::slack_render::longest::{FAMILY, longest, row};
use hearback::chat::discord::render::{answer, card, message, thread};
use hearback::domain::{Answer, Button, Card, DigestInput, Message, OpenPage, OpenRow, Text};
use hearback::report::digest_message;

#[test]
fn the_longest_card_fits_with_its_buttons() {
    let more: Vec<Button> = (0..5).map(|i| Button::new(FAMILY.repeat(80), format!("note {i}"))).collect();
    let read = read(&card(&longest(), &more, &names(), &"k".repeat(5_000)));
    assert!(read.contains("[Claim]") && read.contains("[▾ More…: "), "{read}");
    assert!(read.matches(FAMILY).count() > 60, "a good part of the quote is still there: {read}");
    assert!(read.contains("(the text goes on: open the post)") && read.contains("🔵 *Claimed*"), "{read}");
}

#[test]
fn all_of_it_as_markup_still_fits() {
    let marks = "*".repeat(2_000);
    let of = longest();
    let of = Card {
        author: marks.clone(),
        handle: marks.clone(),
        quote: marks.clone(),
        trouble: Some(marks.clone()),
        notice: Some(marks.clone()),
        matched: vec![marks.clone(); 5],
        tags: vec![marks; 5],
        ..of
    };
    let read = read(&card(&of, &[], &names(), "k"));
    assert!(read.contains("🔵 *Claimed*"), "{read}");
}

#[test]
fn six_hundred_graphemes_of_any_script_are_shown_whole() {
    for text in ["漢字", "قهوة ", "кофе ", "coffee ", "☕ 👍🏽", "*_"] {
        let quote: String = text.chars().cycle().take(600).collect();
        let read = read(&card(&Card::of(&mention(&quote)), &[], &names(), "k"));
        assert!(read.contains(quote.trim_end()), "{read}");
        assert!(!read.contains("goes on"));
    }
}

#[test]
fn a_flood_of_lines_is_twenty() {
    let read = read(&card(&Card::of(&mention(&"a\n".repeat(300))), &[], &names(), "k"));
    assert_eq!(read.matches("> a").count(), 20);
    assert!(read.contains("goes on"));
}

#[test]
fn one_emoji_of_ten_thousand_parts_breaks_nothing() {
    let chain = vec!["👩"; 10_000].join("\u{200d}");
    let of = Card { author: chain.clone(), handle: chain.clone(), quote: chain, ..Card::of(&mention("")) };
    let read = read(&card(&of, &of.more, &names(), "k"));
    assert!(read.contains("🔵 *Open*") && read.contains("[Claim]"), "{read}");
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
    let read = read(&message(&digest_message(&input), &names(), "digest"));
    for no in 1..=10 {
        assert_eq!(read.matches(&format!("#{no} 漢")).count(), if no <= 5 { 7 } else { 4 }, "{read}");
    }
    assert!(read.contains("Yesterday"), "{read}");
}

#[test]
fn a_message_of_very_many_parts_says_how_many_do_not_fit() {
    for (parts, words) in [(400, 20), (10_000, 1)] {
        let all = (0..parts).fold(Message::default(), |all, i| {
            all.and(format!("Line {i} {}", "x ".repeat(words)), vec![Button::new("Show", format!("show {i}"))])
        });
        let read = read(&message(&all, &names(), "k"));
        let shown = read.matches("│ Line ").count();
        assert!(shown >= 90, "{shown}");
        assert!(read.contains(&format!("+{} more, which did not fit here: `queue`", parts - shown)), "{read}");
    }
}

#[test]
fn a_text_that_is_too_long_is_cut_and_says_so() {
    let long = Text::new().bold("Draft v1").line().quote("漢".repeat(10_000)).line().say("the end");
    let table = Text::new().code(format!("{}\n", "x".repeat(90)).repeat(500));
    for (text, least) in [(long, 3_500), (Text::plain("a\n".repeat(20_000)), 1_500), (table, 2_000)] {
        for shown in [read(&thread(&text, &names(), None, "k")), read_answer(&answer(&Ok(Answer::new(text)), &names()))]
        {
            assert!(shown.ends_with("(the rest does not fit here)"), "{shown}");
            assert!(shown.chars().count() > least, "most of what fits is there: {}", shown.chars().count());
        }
    }
}
