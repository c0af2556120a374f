//! The walls between outside text and Slack, each alone.

use hearback::chat::sanitise;
use hearback::chat::slack::render::text::{clip, cut, label, neutral, notification, short, units, weight};
use proptest::prelude::*;

/// Pieces of what Slack and Discord give a meaning to, of what hides and steers, and anything else.
pub fn trouble() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "<",
        "!",
        "@",
        "#",
        ">",
        "|",
        "^",
        "&",
        "&lt;",
        "channel",
        "here",
        "everyone",
        "Group",
        "subteam^S1",
        "U012AB3CD",
        "<!channel>",
        "<!here>",
        "<!everyone|all>",
        "<@U012AB3CD>",
        "<!subteam^S0614TZR7>",
        "<#C012|general>",
        "@channel",
        "@HERE",
        "<https://evil.example|your bank>",
        "<mailto:a@b.c|mail>",
        "<!date^1^{time}^https://evil.example|x>",
        "https://",
        "http://evil.example",
        "*",
        "_",
        "~",
        "`",
        "```",
        "\n> ",
        ":",
        ":siren:",
        ":siren::skin-tone-2:",
        " ",
        "\n",
        "\n\n\n\n",
        "\r\n",
        "\t",
        "\0",
        "\u{1b}[2J",
        "\u{202e}",
        "\u{2066}",
        "\u{200b}",
        "\u{200d}",
        "\u{2060}",
        "\u{feff}",
        "\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
        "👩‍👩‍👧‍👦",
        "☕️",
        "漢字",
        "قهوة",
        "é",
        "\"",
        "\\",
        "{",
        "}",
        "{time}",
        "word",
        "\u{3164}",
        "||",
        "**",
        "__",
        "~~",
        "\n# ",
        "\n-# ",
        "\n- ",
        "\n1. ",
        "\n>>> ",
        "[your bank](https://evil.example)",
        "](",
        "<t:0:R>",
        "<:a:1>",
        "<a:a:1>",
        "</x:1>",
        "<id:browse>",
        "<@&1>",
        "<@!1>",
        "discord.gg/abc",
        "discord.com/invite/abc",
        "¯\\_(ツ)_/¯",
    ]);
    let piece = prop_oneof![5 => pieces.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_broken_stays_broken(text in trouble()) {
        let once = neutral(&sanitise::block(&text));
        prop_assert_eq!(&neutral(&once), &once);
        prop_assert_eq!(&neutral(&sanitise::block(&once)), &once);
        let lower = once.to_lowercase();
        for sequence in ["<!", "<@", "<#", "<http", "@channel", "@here", "@everyone", "@group", ":siren:"] {
            prop_assert!(!lower.contains(sequence), "{once:?}");
        }
    }

    #[test]
    fn nothing_but_the_joiner_is_added(text in trouble()) {
        let safe = sanitise::block(&text);
        prop_assert_eq!(neutral(&safe).replace('\u{2060}', ""), safe);
    }

    #[test]
    fn what_is_cut_fits_and_says_so(text in trouble(), limit in 3usize..60) {
        for (short, length) in [(clip(&text, limit), units as fn(&str) -> usize), (cut(&text, limit), weight)] {
            prop_assert!(length(&short) <= limit, "{short:?}");
            prop_assert!(short == text || short.ends_with('…'), "{short:?}");
        }
        let object = label(&text, limit);
        prop_assert!(!object.text.is_empty() && units(&object.text) <= limit, "{object:?}");
        prop_assert!(short(&text, limit).len() <= 4 * limit);
    }

    #[test]
    fn plain_text_is_not_touched(text in "[a-zA-Z ,.!?äöüßéñ漢字かな قهوة☕🥰]{0,60}") {
        prop_assert_eq!(&neutral(&text), &text);
        prop_assert_eq!(&notification(&text, 100), &text);
    }
}

#[test]
fn the_broken_places_are_where_they_should_be() {
    let broken = |text: &str| neutral(text).replace('\u{2060}', "¦");
    for (text, expected) in [
        ("<!channel>", "<¦!channel>"),
        ("<@U012AB3CD>", "<¦@U012AB3CD>"),
        ("<#C012|general>", "<¦#C012|general>"),
        ("<https://evil.example|bank>", "<¦https://evil.example|bank>"),
        ("hey @Here!", "hey @¦Here!"),
        (":tada: 14:05", ":¦tada: 14:05"),
        ("bob@example.org, 1 < 2, a <b>, x: y", "bob@example.org, 1 < 2, a <b>, x: y"),
        ("https://social.example/@bob/1", "https://social.example/@bob/1"),
        ("snooze <mention> [for]", "snooze <mention> [for]"),
    ] {
        assert_eq!(broken(text), expected);
    }
}

#[test]
fn a_notification_has_no_markup() {
    let said = notification("*a* _b_ c_d ~e~ `f` <g> & https://h.example\n> i", 200);
    assert_eq!(said.replace('\u{2060}', "¦"), "∗a∗ ˍbˍ c_d ∼e∼ ˋfˋ &lt;g&gt; &amp; https:¦//h.example\n› i");
}

#[test]
fn one_emoji_of_ten_thousand_parts_is_not_a_long_name() {
    let chain = vec!["👩"; 10_000].join("\u{200d}");
    assert_eq!(short(&chain, 60), "…");
    assert_eq!(cut(&format!("Ana {chain}"), 60), "Ana …");
}
