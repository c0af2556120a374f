//! The walls between outside text and Discord, each alone.

use super::markdown;
use crate::slack_render::safe::trouble;
use hearback::chat::discord::render::text::{escape, label, neutral, units};
use hearback::chat::sanitise;
use proptest::prelude::*;

/// What a person reads of an escaped text.
fn plain(escaped: &str) -> String {
    let mut out = String::new();
    let mut rest = escaped.chars();
    while let Some(c) = rest.next() {
        out.push(if c == '\\' { rest.next().unwrap() } else { c });
    }
    out
}

proptest! {
    #[test]
    fn what_is_broken_stays_broken(text in trouble()) {
        let once = neutral(&sanitise::block(&text));
        prop_assert_eq!(&neutral(&once), &once);
        prop_assert_eq!(&neutral(&sanitise::block(&once)), &once);
        let lower = once.to_lowercase();
        for sequence in ["<@", "<#", "<:", "</", "<t:", "<a:", "<id:", "<http", "@here", "@everyone", "://", "discord.gg"] {
            prop_assert!(!lower.contains(sequence), "{once:?}");
        }
    }

    #[test]
    fn nothing_but_the_joiner_is_added(text in trouble()) {
        let safe = sanitise::block(&text);
        prop_assert_eq!(neutral(&safe).replace('\u{2060}', ""), safe);
    }

    #[test]
    fn what_is_escaped_is_read_as_it_was_and_means_nothing(text in trouble()) {
        let safe = sanitise::block(&text);
        prop_assert_eq!(plain(&escape(&safe)), safe.clone());
        // This wall alone, and behind the other.
        for escaped in [escape(&safe), escape(&neutral(&safe))] {
            let read = markdown::read(&escaped);
            prop_assert!(read.wrong.is_empty(), "{escaped:?}: {:?}", read.wrong);
            prop_assert!(read.links.is_empty() && read.pings.is_empty(), "{escaped:?}");
        }
    }

    #[test]
    fn a_label_fits_and_is_never_empty(text in trouble(), limit in 3usize..60) {
        let said = label(&text, limit);
        prop_assert!(!said.trim().is_empty() && units(&said) <= limit && !said.contains('\n'), "{said:?}");
    }

    #[test]
    fn plain_text_is_not_touched(text in "[a-zA-Z ,!?äöüßéñ漢字かな قهوة☕🥰]{0,60}") {
        prop_assert_eq!(&neutral(&text), &text);
        prop_assert_eq!(&escape(&text), &text);
    }
}

#[test]
fn the_broken_places_are_where_they_should_be() {
    for (text, expected) in [
        ("<@1> <@&1> <#1>", "<¦@1> <¦@&1> <¦#1>"),
        ("<:a:1> <a:a:1> <t:0:R>", "<¦:¦a:1> <¦a:¦a:1> <¦t:¦0:R>"),
        ("</x:1> <id:browse>", "<¦/x:1> <¦id:browse>"),
        ("hey @Here! @everyone", "hey @¦Here! @¦everyone"),
        ("https://evil.example", "https:¦//evil.example"),
        ("discord.gg/a Discord.com/invite/a", "discord.¦gg/a Discord.¦com/invite/a"),
        (":tada: 14:05", ":¦tada: 14:05"),
        ("bob@example.org, 1 < 2, a <b>, x: y, discord. No", "bob@example.org, 1 < 2, a <b>, x: y, discord. No"),
    ] {
        assert_eq!(neutral(text).replace('\u{2060}', "¦"), expected);
    }
}

#[test]
fn the_escaped_places_are_where_they_should_be() {
    for (text, expected) in [
        ("*a* _b_ ~~c~~ `d` ||e||", r"\*a\* \_b\_ \~\~c\~\~ \`d\` \|\|e\|\|"),
        ("# a\n  -# b\n- c\n1. d\n2) e\n> f", "\\# a\n  \\-# b\n\\- c\n1\\. d\n2\\) e\n\\> f"),
        ("a # b - c > d 1. e", "a # b - c > d 1. e"),
        ("[a](b) (c)", r"\[a\]\(b) (c)"),
        (r"a\b", r"a\\b"),
        ("https://a.example", r"https\://a.example"),
        (".", r"\."),
    ] {
        assert_eq!(escape(text), expected);
    }
}
