//! What somebody said, as a network handed it in, and where it is shown.

use super::{BrandId, ChannelId, ChatName, Kind, MessageId, Odds, SourceName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who said it. Everything here is text from outside: never trusted, never markup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The network's own stable id of the account; falls back to the handle.
    pub id: String,
    /// The display name, possibly empty.
    #[serde(default)]
    pub name: String,
    /// The handle without a leading `@`, possibly empty.
    #[serde(default)]
    pub handle: String,
    /// Followers or the network's nearest figure.
    #[serde(default)]
    pub reach: Option<u64>,
    /// The public page of the account.
    #[serde(default)]
    pub url: Option<String>,
}

/// Who can see a post, where the network says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody, also in lists of what is new.
    Public,
    /// Everybody who comes across it.
    Unlisted,
    /// The followers of its author.
    Followers,
    /// Only those whom it names.
    Direct,
}

/// What the network says of a post besides its words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Native {
    /// Who can see it; `None` where everybody can see everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Its author called the account that watches: named it, or quoted one of its posts. Some networks take a reply only
    /// then ([`super::Capabilities::summoned_only`]).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub summons: bool,
    /// What the adapter needs to answer it: its own text, opaque to everybody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What belongs to the post without being its words, in the order of the post: searched like them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extras: Vec<Extra>,
}

/// Something that a post shows besides its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    /// What it is.
    pub what: ExtraKind,
    /// Its text, plain. From outside: never trusted.
    pub text: String,
}

/// What an [`Extra`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExtraKind {
    /// The address of a link, in full.
    Link,
    /// A hashtag that is not in the text, without `#`.
    Tag,
    /// The title of what is linked.
    Title,
    /// What the linked page says of itself.
    Description,
    /// The description of a picture or video for those who cannot see it.
    Alt,
    /// The words of a post that this one quotes.
    Quote,
    /// What its author warns of.
    Warning,
}

impl Native {
    /// Takes out what names its author or repeats their words.
    pub(super) fn erase(&mut self) {
        self.reference = None;
        self.extras.clear();
    }

    /// Nothing is said.
    pub fn is_plain(&self) -> bool {
        *self == Native::default()
    }
}

/// One public post, comment, article or review. Unique on `network` + `external_id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// The kind of network, as shown on the card and in the tables: `feed`, `hackernews`, `trustpilot` …
    pub network: String,
    /// The source that saw it first.
    pub source: SourceName,
    /// The network's own id of the post.
    pub external_id: String,
    /// The network's id of the conversation (thread) that it belongs to.
    #[serde(default)]
    pub conversation: Option<String>,
    /// The network's id of the post that this one answers.
    #[serde(default)]
    pub parent: Option<String>,
    /// Who said it.
    pub author: Author,
    /// What they said, as plain text (no markup of the network's).
    pub text: String,
    /// Where a person can open it.
    #[serde(default)]
    pub url: Option<String>,
    /// The language that the network states, as BCP 47.
    #[serde(default)]
    pub language: Option<String>,
    /// When it was posted, by the network's clock.
    pub posted_at: Timestamp,
    /// The network says that the brand was tagged or answered.
    #[serde(default)]
    pub addressed: bool,
    /// What the network says of it besides.
    #[serde(default, skip_serializing_if = "Native::is_plain")]
    pub native: Native,
}

/// Longest name or handle that is kept, in characters.
const NAME: usize = 200;

fn one_line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ").chars().take(NAME).collect()
}

/// How many characters of a post are kept.
const TEXT: usize = 20_000;

/// A text of bearable length: what is kept of what somebody wrote.
#[must_use]
pub fn capped(mut text: String) -> String {
    if text.chars().count() > TEXT
        && let Some((at, _)) = text.char_indices().nth(TEXT - 1)
    {
        text.truncate(at);
        text.push('…');
    }
    text
}

impl Post {
    /// Only its author and those whom it names can see it: then an answer is private, too.
    pub fn is_private(&self) -> bool {
        self.native.visibility == Some(Visibility::Direct)
    }

    /// Who will see an answer to it, in words.
    pub fn answer_seen_by(&self) -> &'static str {
        match self.native.visibility {
            None | Some(Visibility::Public | Visibility::Unlisted) => "everybody can see it",
            Some(Visibility::Followers) => "only followers and those whom it names see it",
            Some(Visibility::Direct) => "this reply is private, only the author sees it",
        }
    }

    /// The same post with names that fit on a line, so that no list or sentence that names its author can be broken up.
    /// The text keeps its lines; whoever shows it sets it apart.
    #[must_use]
    pub fn tidy(mut self) -> Self {
        self.author.name = one_line(&self.author.name);
        self.author.handle = one_line(&self.author.handle);
        self.network = one_line(&self.network);
        self
    }
}

/// What triage found out about a post.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The brand it is about.
    pub brand: BrandId,
    /// Question, complaint, praise or other.
    pub kind: Kind,
    /// How sure the classifier is, 0 to 1.
    #[serde(deserialize_with = "share")]
    pub confidence: f32,
    /// They tagged or answered the brand; otherwise they only named it.
    pub direct: bool,
    /// ISO 639-1 code, if it could be determined.
    #[serde(default)]
    pub language: Option<String>,
    /// The terms of the brand that matched, as configured.
    #[serde(default)]
    pub matched: Vec<String>,
    /// What else was found out.
    #[serde(default, skip_serializing_if = "Signals::is_nothing")]
    pub signals: Signals,
}

/// What triage found out about a post besides its kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Signals {
    /// How likely each kind is; `None` if nothing was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odds: Option<Odds>,
    /// Somebody waits for an answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_reply: bool,
    /// Praise that is sure enough for the digest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sure_praise: bool,
    /// The kind is a guess: another language than the classifier's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unsure: bool,
    /// Which pattern says that it cannot wait: its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgent: Option<String>,
    /// Why it may be no customer's voice, or not about the brand: words for the card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
}

impl Signals {
    /// Nothing was found out.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A number from 0 to 1, whatever was written: JSON has no word for what is not a number, and writes null.
pub(super) fn share<'de, D: serde::Deserializer<'de>>(from: D) -> Result<f32, D::Error> {
    Ok(Option::<f32>::deserialize(from)?.unwrap_or_default().clamp(0.0, 1.0))
}

/// A channel of a chat.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Which chat.
    pub chat: ChatName,
    /// Which channel there.
    pub channel: ChannelId,
}

impl Place {
    /// A place by its two names.
    pub fn new(chat: &str, channel: &str) -> Self {
        Self { chat: ChatName::new(chat), channel: ChannelId::new(channel) }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.chat, self.channel)
    }
}

/// Where a card stands: the message that is edited in place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CardPlace {
    /// The channel.
    pub place: Place,
    /// The message in it.
    pub message: MessageId,
}
