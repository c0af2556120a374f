//! Whatever outside text is in a card, a message or a form: it stays words, and it fits.

use super::check::{check_answer, check_form, check_message};
use super::{ANA, names, read};
use crate::console::mention;
use crate::slack_render::hostile::{any_button, any_card, any_field, any_message, any_text, words};
use crate::slack_render::safe::trouble;
use hearback::chat::discord::render::{Names, again, answer, card, form, message, thread, thread_name};
use hearback::chat::sanitise;
use hearback::domain::{Answer, Card, Form, PersonId, Refusal};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::Value;

fn good(wrong: &[String], body: &Value) -> Result<(), TestCaseError> {
    prop_assert!(wrong.is_empty(), "{}\n{body:#}", wrong.join("\n"));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn cards(of in any_card(), more in prop::collection::vec(any_button(), 0..8), key in words()) {
        let body = card(&of, &more, &names(), &key);
        good(&check_message(&body), &body)?;
        let name = thread_name(&of);
        prop_assert!((1..=100).contains(&name.encode_utf16().count()) && !name.contains('\n'), "{name:?}");
    }

    #[test]
    fn messages(of in any_message(), key in words()) {
        let body = message(&of, &names(), &key);
        good(&check_message(&body), &body)?;
    }

    #[test]
    fn answers(of in any_message(), refused in words(), wrote in words(), kept in any::<bool>()) {
        let (text, buttons) = of.flat();
        let key = kept.then_some("0123456789");
        for outcome in [
            Ok(Answer { text, buttons: buttons.clone(), form: None }),
            Err(Refusal { say: refused, offers: buttons }),
        ] {
            for body in [answer(&outcome, &names()), again(&outcome, &names(), &wrote, key)] {
                good(&check_answer(&body), &body)?;
            }
        }
    }

    #[test]
    fn threads(text in any_text(), called in words()) {
        let ana = PersonId::new("ana");
        let names = Names::default().with(&ana, called, Some(ANA));
        let body = thread(&text, &names, Some(&ana), "k");
        good(&check_message(&body), &body)?;
        prop_assert_eq!(body.to_string().matches("<@").count(), 1, "exactly the one ping");
    }

    #[test]
    fn forms(about in any_text(), field in any_field(), title in words()) {
        let of = Form { title, about, line: "reply 142 {text}".to_owned(), fields: vec![field], submit: "Go".to_owned() };
        let body = form(&of, &names(), "form:reply 142 {text}");
        good(&check_form(&body), &body)?;
        let value = body.pointer("/components/1/component/value").or(body.pointer("/components/0/component/value"));
        if let Some(value) = value.and_then(Value::as_str) {
            let initial = &of.fields[0].initial;
            prop_assert!(value == initial || initial.encode_utf16().count() > 3_000, "what is edited is what was written");
        }
    }

    #[test]
    fn what_was_shown_once_is_shown_the_same_again(quote in trouble(), author in trouble()) {
        let of = Card { quote, author, cut: false, ..Card::of(&mention("")) };
        let safe = Card { quote: sanitise::block(&of.quote), author: sanitise::name(&of.author, 60), ..of.clone() };
        prop_assert_eq!(card(&of, &[], &names(), "k"), card(&safe, &[], &names(), "k"));
    }
}

#[test]
fn a_hostile_mention_is_read_as_it_was_written() {
    let text = "@everyone @here <@1> <@&1> <#1> **free** ||x|| `y` ~~z~~ __u__\n# Heading\n-# small\n- item\n1. one\n> quote\n\
                >>> all\n[your bank](https://evil.example) <https://evil.example> discord.gg/abc :tada: <:a:1> <t:0:R> \
                </x:1> <id:browse>\n```\n#142 · Complaint\n🔵 Open\n¯\\_(ツ)_/¯ 3. 4) a_b";
    let mut m = mention(text);
    m.post.author.name = "<@&1> :tada:\n# 1 Open".to_owned();
    m.post.author.handle = "everyone".to_owned();
    insta::assert_snapshot!(read(&card(&Card::of(&m), &[], &names(), "post:142")), @r#"
    ┌ #3498db
    │ #142 · Complaint · mastodon · direct · northwind
    │ *<¦@&1> :¦tada: # 1 Open (@¦everyone)*, reach 1,204, 3rd mention
    │ > @¦everyone @¦here <¦@1> <¦@&1> <¦#1> **free** ||x|| `y` ~~z~~ __u__
    │ > # Heading
    │ > -# small
    │ > - item
    │ > 1. one
    │ > > quote
    │ > >>> all
    │ > [your bank](https:¦//evil.example) <¦https:¦//evil.example> discord.¦gg/abc :¦tada: <¦:¦a:1> <¦t:¦0:R> <¦/x:1> <¦id:browse>
    │ > ```
    │ > #142 · Complaint
    │ > 🔵 Open
    │ > ¯\_(ツ)_/¯ 3. 4) a_b
    │ (posted {2026-03-02 12:00}, seen +2 min, due {how long until 2026-03-02 13:00} · matched northwind, language en)
    │ 🔵 *Open*
    [Claim] [Reply…] [Open post → https://social.example/@bob/1]
    "#);
}
