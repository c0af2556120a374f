//! What Discord will not show is said otherwise: more plainly where it does not like the form, and without the words where
//! it does not let the words through.

use super::client::{Failed, code};
use super::render::{self, Names};
use crate::domain::Card;
use serde_json::{Value, json};

/// What stands where words from outside would.
const WITHHELD: &str = "Discord does not let these words through. Open the post, or see them with the command show.";

/// Discord does not let the words through: a link that it takes for harmful, the server's own filter (docs "JSON Error
/// Codes", 20009, 200000, 200001, 240000). The same words will not pass later either.
const WORDS: [i64; 4] = [20_009, 200_000, 200_001, 240_000];

/// The same, said otherwise.
pub(super) struct Plainly {
    /// With nothing but its words and its key.
    plain: Option<Value>,
    /// Without words from outside.
    wordless: Option<Value>,
}

impl Plainly {
    /// Other ways to say what a body says.
    pub(super) fn of(body: &Value, wordless: Value) -> Self {
        Self { plain: plain(body), wordless: Some(wordless) }
    }

    /// Each inside something else, as a post's first message is; the second one says whether it is without words.
    pub(super) fn inside(self, around: impl Fn(&Value, bool) -> Value) -> Self {
        Self {
            plain: self.plain.map(|body| around(&body, false)),
            wordless: self.wordless.map(|body| around(&body, true)),
        }
    }

    /// The form stays as it is: something else is wrong with it.
    pub(super) fn keeping_form(self) -> Self {
        Self { plain: None, ..self }
    }

    /// What is said instead after that, if anything.
    pub(super) fn instead(&mut self, failed: &Failed) -> Option<Value> {
        if failed.is(code::INVALID) || failed.is(code::EMPTY) {
            self.plain.take()
        } else if withheld(failed) {
            self.wordless.take()
        } else {
            None
        }
    }
}

/// Discord does not let the words through.
pub(super) fn withheld(failed: &Failed) -> bool {
    WORDS.iter().any(|code| failed.is(*code))
}

/// Its words alone, with the key. `None` if there is nothing to take away.
fn plain(body: &Value) -> Option<Value> {
    let embed = body.pointer("/embeds/0")?;
    let words = embed.get("description").and_then(Value::as_str).unwrap_or("A mention that Discord cannot show.");
    let plain = json!([{ "description": words.chars().take(1_500).collect::<String>(), "url": embed.get("url") }]);
    let mut body = body.clone();
    body["embeds"] = plain;
    body["components"] = json!([]);
    Some(body)
}

/// A card without what somebody said, and without their name.
pub(super) fn wordless_card(card: &Card) -> Card {
    Card {
        quote: WITHHELD.to_owned(),
        cut: false,
        translation: None,
        author: "somebody".to_owned(),
        handle: String::new(),
        matched: Vec::new(),
        url: None,
        buttons: card.buttons.iter().filter(|button| button.url.is_none()).cloned().collect(),
        ..card.clone()
    }
}

/// The body of such a card.
pub(super) fn wordless(card: &Card, names: &Names, key: &str) -> Value {
    let bare = wordless_card(card);
    render::card(&bare, &bare.more, names, key)
}

/// A message or line without its words: its ping, its buttons and its key stay.
pub(super) fn without_words(body: &Value) -> Value {
    let mut bare = body.clone();
    let url = body.pointer("/embeds/0/url").cloned();
    let ping = body.pointer("/allowed_mentions/users/0").and_then(Value::as_str);
    let ping = ping.map(|user| format!("<@{user}> ")).unwrap_or_default();
    if let Some(url) = url {
        bare["content"] = json!(ping.trim_end());
        bare["embeds"] = json!([{ "description": WITHHELD, "url": url }]);
    } else {
        bare["content"] = json!(format!("{ping}{WITHHELD}"));
        bare["embeds"] = json!([]);
    }
    bare
}
