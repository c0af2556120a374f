//! Text from outside: nothing that a terminal obeys, nothing that hides or reorders, whatever comes in.

use super::{console, mention};
use hearback::chat::console::{address, block, is_forbidden, line, name};
use hearback::chat::{Chat, PostKey};
use hearback::domain::{Card, ChannelId, Text};
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Text that is mostly trouble: escape sequences, reordering, joiners, marks, line ends, and anything else.
fn trouble() -> impl Strategy<Value = String> {
    let bad = prop::sample::select(
        "\u{1b}\u{9b}\u{7}\r\n\u{8}\u{7f}\t\0[]0;31m\\\u{202e}\u{2066}\u{2069}\u{200f}\u{61c}\u{200b}\u{200c}\u{200d}\u{feff}\u{e0041}\u{e0100}\
         \u{2028}\u{85}\u{ad}\u{fe0f}\u{fe00}\u{301}\u{338}\u{20e3}👩🏽👨🍳☕©1#a é漢\u{3164}\u{1160}\u{1100}\u{fffe}\u{10ffff}"
            .chars()
            .collect::<Vec<_>>(),
    );
    prop::collection::vec(prop_oneof![4 => bad, 1 => any::<char>()], 0..80).prop_map(String::from_iter)
}

/// The longest run of marks without a width of their own.
fn marks(text: &str) -> usize {
    let mut most = 0;
    let mut run = 0;
    for c in text.chars() {
        let joined = matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}');
        run = if c.width() == Some(0) && !joined { run + 1 } else { 0 };
        most = most.max(run);
    }
    most
}

proptest! {
    #[test]
    fn nothing_forbidden_is_left(text in trouble()) {
        for safe in [block(&text), line(&text), name(&text, 20)] {
            prop_assert!(!safe.chars().any(is_forbidden), "{safe:?}");
            prop_assert!(marks(&safe) <= 4, "{safe:?}");
        }
        prop_assert!(!line(&text).contains('\n'));
        prop_assert!(!block(&text).contains("\n\n\n"));
        prop_assert!(name(&text, 20).width() <= 20);
    }

    #[test]
    fn what_is_safe_stays_as_it_is(text in trouble()) {
        let once = (block(&text), line(&text), name(&text, 20));
        prop_assert_eq!(&block(&once.0), &once.0);
        prop_assert_eq!(&line(&once.1), &once.1);
        prop_assert_eq!(&name(&once.2, 20), &once.2);
    }

    #[test]
    fn plain_text_is_not_touched(text in "[ -~äöüßéñ漢字かな قهوة☕🥰]{0,60}") {
        prop_assert_eq!(line(&text), text);
    }

    #[test]
    fn no_card_prints_an_escape_or_a_forged_line(text in trouble(), author in trouble(), width in 0usize..120) {
        let mut m = mention(&text);
        m.post.author.name = author.clone();
        m.post.author.handle = author;
        m.matched = vec![text.clone()];
        m.trouble = Some(text);
        let (console, screen) = console(false, width);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(console.post_card(&ChannelId::new("support"), &Card::of(&m), PostKey::fresh("k"))).expect("printed");
        let shown = screen.take();
        prop_assert!(shown.chars().all(|c| c == '\n' || !is_forbidden(c)), "{shown:?}");
        // Only the card's own first line stands at the left edge, wrapped rows aside, which are indented.
        let at_edge = shown.lines().filter(|l| !l.is_empty() && !l.starts_with(' ')).count();
        prop_assert_eq!(at_edge, 1, "{:?}", shown);
    }

    #[test]
    fn addresses_are_ascii_without_controls(text in trouble(), scheme in "(https?://|//|javascript:|)") {
        if let Some(safe) = address(&format!("{scheme}{text}")) {
            prop_assert!(safe.starts_with("http"));
            prop_assert!(safe.chars().all(|c| c.is_ascii_graphic()), "{safe:?}");
        }
    }
}

#[test]
fn escape_sequences_become_visible_and_powerless() {
    assert_eq!(line("\u{1b}[31mred\u{1b}]0;title\u{7}\u{9b}2J\u{8}\u{7f}"), "␛[31mred␛]0;title␇\u{fffd}2J␈␡");
    assert_eq!(block("a\r\nb\rc\u{2028}d\n\n\n\ne"), "a\nb\nc\nd\n\ne");
    assert_eq!(line("a\tb\u{a0}c"), "a b c");
}

#[test]
fn reordering_and_hidden_characters_are_left_out() {
    assert_eq!(line("invoice \u{202e}gpj.exe\u{202c} \u{2067}x\u{2069}\u{200f}\u{61c}"), "invoice gpj.exe x");
    assert_eq!(line("North\u{200b}wind Cof\u{ad}fee\u{feff}\u{e0041}"), "Northwind Coffee");
    assert_eq!(line("می\u{200c}خواهم"), "میخواهم", "readable without its joiner");
}

#[test]
fn emoji_sequences_stay_whole_and_marks_are_limited() {
    for emoji in ["👩‍👩‍👧", "👩🏽‍🍳", "☕️", "🏳️‍🌈", "1️⃣", "🇩🇪"] {
        assert_eq!(line(emoji), emoji);
        assert_eq!(line(emoji).graphemes(true).count(), 1);
    }
    assert_eq!(line("a\u{200d}b"), "ab", "a joiner between letters hides something");
    assert_eq!(line("☕\u{200d}"), "☕");
    assert_eq!(line(&format!("Z{}", "\u{301}".repeat(50))).chars().count(), 5);
    assert_eq!(line("e\u{301}"), "e\u{301}", "a decomposed letter is a letter");
}

#[test]
fn links_show_where_they_lead() {
    assert_eq!(address("https://example.org/ä").as_deref(), Some("https://example.org/%C3%A4"));
    assert_eq!(address("https://bank.example@evil.example/").as_deref(), Some("https://evil.example/"));
    assert_eq!(address("https://раypal.com/").as_deref(), Some("https://xn--ypal-43d9g.com/"), "Cyrillic look-alike");
    for bad in ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://a.example", "nonsense", ""] {
        assert_eq!(address(bad), None, "{bad}");
    }
}

#[tokio::test]
async fn a_flood_of_lines_does_not_fill_the_screen() {
    let (console, screen) = console(false, 80);
    let card = Card::of(&mention(&"a\n".repeat(300)));
    console.post_card(&ChannelId::new("support"), &card, PostKey::fresh("k")).await.expect("printed");
    let shown = screen.take();
    assert!(shown.lines().count() < 30, "{shown}");
    assert!(shown.contains("(the text goes on: open the post)"));
    console.say(&Text::plain("left edge")).expect("printed");
    assert_eq!(screen.take(), "left edge\n");
}
