//! Whatever outside text is in a card, a message or a form: it stays words, and it fits.

use super::check::{check_blocks, check_view};
use super::safe::trouble;
use super::{names, read_blocks};
use crate::console::{at, mention};
use hearback::chat::slack::render::{
    Meta, Names, Shown, answer, answer_view, card, form_view, home_view, message, thread,
};
use hearback::domain::{
    Answer, Button, Card, CardState, Field, FieldKind, Form, LengthRule, Message, Part, PersonId, Refusal, Span, Text,
    Translation,
};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

fn good(shown: &Shown) -> Result<(), TestCaseError> {
    let wrong = check_blocks(&serde_json::to_value(&shown.blocks).unwrap(), &shown.text);
    prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

pub fn words() -> impl Strategy<Value = String> {
    prop_oneof![4 => trouble(), 1 => (trouble(), 1usize..100).prop_map(|(text, n)| text.repeat(n))]
}

pub fn any_card() -> impl Strategy<Value = Card> {
    let texts = prop::collection::vec(words(), 14);
    let lists = (prop::collection::vec(words(), 0..8), prop::collection::vec(words(), 0..30));
    (texts, lists, 0usize..5, any::<bool>()).prop_map(|(texts, (matched, tags), state, flag)| {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().unwrap();
        let by = PersonId::new(next());
        Card {
            network: next(),
            brand: next(),
            author: next(),
            handle: next(),
            quote: next(),
            language: Some(next()),
            translation: Some(Translation { text: next(), from: Some(next()), model: next() }),
            kind_by: flag.then(&mut next),
            trouble: Some(next()),
            notice: flag.then(&mut next),
            url: None,
            buttons: vec![Button::new(next(), "claim 142"), Button::link("Open post", "https://a.example/@channel")],
            matched,
            tags,
            read_only: flag,
            overdue: flag,
            state: match state {
                0 => CardState::Open,
                1 => CardState::Claimed(by, at("2026-03-02T13:05:00Z")),
                2 => CardState::Waiting(2, by),
                3 => CardState::Sending(by),
                _ => CardState::Unknown(by.0),
            },
            ..Card::of(&mention(""))
        }
    })
}

pub fn any_text() -> impl Strategy<Value = Text> {
    let span = (0usize..8, words(), words()).prop_map(|(kind, one, two)| match kind {
        0 => Span::Plain(one),
        1 => Span::Bold(one),
        2 => Span::Quote(one),
        3 => Span::Code(one),
        4 => Span::Time(at("2026-03-02T13:05:00Z")),
        5 => Span::Person(PersonId::new(one)),
        6 => Span::Link { label: one, url: format!("https://a.example/{two}") },
        _ => Span::Break,
    });
    prop::collection::vec(span, 0..12).prop_map(Text)
}

pub fn any_button() -> impl Strategy<Value = Button> {
    (words(), words(), any::<bool>()).prop_map(|(label, line, link)| {
        if link { Button::link(label, format!("https://{line}")) } else { Button::new(label, line) }
    })
}

pub fn any_message() -> impl Strategy<Value = Message> {
    let part =
        (any_text(), prop::collection::vec(any_button(), 0..4)).prop_map(|(text, buttons)| Part { text, buttons });
    prop::collection::vec(part, 0..8).prop_map(|parts| Message { parts })
}

pub fn any_field() -> impl Strategy<Value = Field> {
    (words(), words(), words(), prop::collection::vec((words(), words()), 0..5)).prop_map(
        |(label, initial, hint, pairs)| {
            let kind = if pairs.is_empty() {
                FieldKind::Text { lines: true, length: LengthRule::Unlimited }
            } else {
                FieldKind::Choice(pairs.into_iter().chain([("One hour".to_owned(), "1h".to_owned())]).collect())
            };
            Field { name: "text", label, kind, initial, optional: false, hint }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn cards(of in any_card(), more in prop::collection::vec(any_button(), 0..8), key in words()) {
        let shown = card(&of, &more, &names(), &key);
        good(&shown)?;
        let users = serde_json::to_string(&shown.blocks).unwrap().matches(r#""type":"user""#).count();
        prop_assert_eq!(users, 0, "a card pings nobody");
    }

    #[test]
    fn messages_and_answers(of in any_message(), key in words(), refused in words()) {
        good(&message(&of, &names(), &key))?;
        let (text, buttons) = of.flat();
        good(&answer(&Ok(Answer { text, buttons: buttons.clone(), form: None }), &names()))?;
        good(&answer(&Err(Refusal { say: refused, offers: buttons }), &names()))?;
    }

    #[test]
    fn threads(text in any_text(), called in words(), key in words()) {
        let ana = PersonId::new("ana");
        let names = Names::default().with(&ana, called, Some("U0ANA"));
        let shown = thread(&text, &names, Some(&ana), &key);
        good(&shown)?;
        let users = serde_json::to_string(&shown.blocks).unwrap().matches(r#""type":"user""#).count();
        prop_assert_eq!(users, 1, "exactly the one ping");
    }

    #[test]
    fn views(of in any_message(), about in any_text(), field in any_field(), title in words()) {
        let form = Form { title, about, line: "reply 142 {text}".to_owned(), fields: vec![field], submit: "Go".to_owned() };
        let meta = Meta::of(&form, None, None);
        let (text, buttons) = of.flat();
        let answered = Ok(Answer { text, buttons, form: None });
        for view in [
            form_view(&form, &names(), &meta).unwrap_or_else(|refused| {
                assert!(form.clone().whole().is_err(), "{refused}");
                answer_view(&form.title, &Err(refused), &names(), &meta)
            }),
            answer_view(&form.title, &answered, &names(), &meta),
            home_view(&of, &names()),
        ] {
            let wrong = check_view(&serde_json::to_value(&view).unwrap());
            prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        }
    }

    #[test]
    fn what_was_shown_once_is_shown_the_same_again(quote in trouble(), author in trouble()) {
        let of = Card { quote, author, cut: false, ..Card::of(&mention("")) };
        let safe = Card {
            quote: hearback::chat::sanitise::block(&of.quote),
            author: hearback::chat::sanitise::name(&of.author, 60),
            ..of.clone()
        };
        prop_assert_eq!(card(&of, &[], &names(), "k"), card(&safe, &[], &names(), "k"));
    }
}

#[test]
fn a_hostile_mention_is_read_as_it_was_written() {
    let text = "<!channel> <!here> <@U012AB3CD> <!subteam^S0614TZR7> @everyone\n> *free* <https://evil.example|your bank> \
                :rotating_light: `x` <!date^1^{time}|now>\n#142 · Complaint\n🔵 Open";
    let mut m = mention(text);
    m.post.author.name = "<!here> :tada:\n#1 Open".to_owned();
    m.post.author.handle = "channel".to_owned();
    let shown = card(&Card::of(&m), &[], &names(), "post:142");
    let text = shown.text.replace('\u{2060}', "¦");
    let read = read_blocks(&super::blocks(&shown));
    insta::assert_snapshot!(format!("text: {text}\n{read}"), @r#"
    text: #142 Complaint on mastodon: Open
    by &lt;¦!here&gt; :¦tada: #1 Open (@¦channel): “&lt;¦!channel&gt; &lt;¦!here&gt; &lt;¦@U012AB3CD&gt; &lt;¦!subteam^S0614TZR7&gt; @¦everyone &gt; ∗free∗ &lt;¦https:¦//evil.example|your bank&gt; :rotating_ligh…”
    *#142 · Complaint* · mastodon · direct · northwind
    <¦!here> :¦tada: #1 Open (@¦channel), reach 1,204, 3rd mention
    > <¦!channel> <¦!here> <¦@U012AB3CD> <¦!subteam^S0614TZR7> @¦everyone
    > > *free* <¦https://evil.example|your bank> :¦rotating_light: `x` <¦!date^1^{time}|now>
    > #142 · Complaint
    > 🔵 Open
    (posted <!date^1772452800^{date_short_pretty} at {time}|2026-03-02 12:00 UTC>, seen +2 min, due <!date^1772456400^{date_short_pretty} at {time}|2026-03-02 13:00 UTC>) (matched northwind, language en)
    🔵 *Open*
    [Claim] [Reply…] [Open post → https://social.example/@bob/1]
    "#);
}
