//! What an assistant is asked for and what it suggests: a kind, a translation, a text. A suggestion is words on a card and
//! nothing more: it never becomes a draft by itself, and nothing can send it.

use super::{BrandId, Event, Kind, Lesson, Mention, Odds, PersonId, Post, Said, State, Text, Visibility};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Want {
    /// What sort of mention it is.
    Kind,
    /// What it says, in the language that the staff reads.
    Translation,
    /// What could be answered.
    Draft,
}

impl Want {
    /// The word in keys and in the log.
    pub fn word(self) -> &'static str {
        match self {
            Want::Kind => "kind",
            Want::Translation => "translation",
            Want::Draft => "draft",
        }
    }
}

/// What an assistant may do here, as configured. Without this there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssistRules {
    /// The model, which stands beside everything that it suggests.
    pub model: String,
    /// It is asked for the kind where the classifier is not sure.
    pub kinds: bool,
    /// It translates what is in another language than `into`.
    pub translate: bool,
    /// It suggests texts to those who ask.
    pub drafts: bool,
    /// The language that the staff reads, ISO 639-1.
    pub into: String,
    /// How each brand speaks, in the brand's own words.
    pub tones: BTreeMap<BrandId, String>,
    /// Most requests of a day.
    pub requests: u64,
    /// Most tokens of a day.
    pub tokens: u64,
    /// Whose days these are: an IANA time zone.
    pub zone: String,
}

impl AssistRules {
    /// Whether it does that at all.
    pub fn does(&self, want: Want) -> bool {
        match want {
            Want::Kind => self.kinds,
            Want::Translation => self.translate,
            Want::Draft => self.drafts,
        }
    }
}

/// What was asked, and what came of it: an event of a mention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "assist", rename_all = "snake_case")]
pub enum Assisted {
    /// A person asked.
    Asked {
        /// For what.
        want: Want,
        /// The how-manyth time at this mention, counted from 1.
        n: u32,
    },
    /// What sort of mention it is.
    Kind {
        /// The kind.
        to: Kind,
        /// When a response of that kind is due.
        due_at: Option<Timestamp>,
        /// Who suggests it: the model.
        model: String,
    },
    /// What it says.
    Translation {
        /// The words.
        text: String,
        /// From which language, ISO 639-1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// Who translated it: the model.
        model: String,
    },
    /// What could be answered.
    Draft {
        /// The words.
        text: String,
        /// What stands in it that the brand has never said: links, handles.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        strange: Vec<String>,
        /// Who suggests it: the model.
        model: String,
        /// Who asked.
        asked: PersonId,
    },
    /// Somebody asked, and nothing came.
    Failed {
        /// For what.
        want: Want,
        /// Why, and what to do next.
        why: String,
        /// Who asked.
        asked: PersonId,
    },
}

impl Assisted {
    /// Takes out what repeats the author's words.
    pub(super) fn erase(&mut self, gone: &str) {
        match self {
            Assisted::Translation { text, .. } => gone.clone_into(text),
            Assisted::Draft { text, strange, .. } => {
                gone.clone_into(text);
                strange.clear();
            }
            Assisted::Asked { .. } | Assisted::Kind { .. } | Assisted::Failed { .. } => {}
        }
    }
}

/// A translation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    /// The words.
    pub text: String,
    /// From which language, ISO 639-1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Who translated it: the model.
    pub model: String,
}

/// A text that somebody may take up, after reading it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuggestedDraft {
    /// The words.
    pub text: String,
    /// Links and handles in it that the brand has never said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strange: Vec<String>,
    /// Who suggests it: the model.
    pub model: String,
}

/// What an assistant has added to a mention.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assistance {
    /// Its kind is a suggestion of this model, until a person says what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What it says, in the language of the staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translation: Option<Translation>,
    /// The last text that was suggested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<SuggestedDraft>,
    /// How often people asked.
    #[serde(default, skip_serializing_if = "super::news::none")]
    pub asked: u32,
    /// Who asked for what, and has no answer yet.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub waiting: BTreeMap<Want, PersonId>,
}

impl Assistance {
    /// It has added nothing.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Post {
    /// Its words may be shown to a machine elsewhere: everybody can read them anyway.
    pub fn may_leave(&self) -> bool {
        !matches!(self.native.visibility, Some(Visibility::Followers | Visibility::Direct))
    }
}

impl Mention {
    /// What an event about an assistant changes.
    pub(super) fn assisted(&mut self, event: &Event, what: &Assisted) {
        match what {
            Assisted::Asked { want, n } => {
                self.assist.asked = *n;
                if let super::Actor::Person(who) = &event.by {
                    self.assist.waiting.insert(*want, who.clone());
                }
            }
            Assisted::Kind { to, due_at, model } if self.kind_is_open() => {
                self.kind = *to;
                let odds = leaning(self.signals.odds.unwrap_or(EVEN), *to);
                self.signals.odds = Some(odds);
                self.confidence = odds.of(*to);
                // It is a guess still: into the digest it comes when a person has said so.
                self.signals.unsure = true;
                self.signals.sure_praise = false;
                self.due_at = *due_at;
                self.overdue = false;
                self.assist.kind = Some(model.clone());
            }
            Assisted::Kind { .. } => {}
            Assisted::Translation { text, from, model } => {
                self.assist.waiting.remove(&Want::Translation);
                let (text, from, model) = (text.clone(), from.clone(), model.clone());
                self.assist.translation = Some(Translation { text, from, model });
            }
            Assisted::Draft { text, strange, model, .. } => {
                self.assist.waiting.remove(&Want::Draft);
                let (text, strange, model) = (text.clone(), strange.clone(), model.clone());
                self.assist.draft = Some(SuggestedDraft { text, strange, model });
            }
            Assisted::Failed { want, .. } => {
                self.assist.waiting.remove(want);
            }
        }
    }

    /// Nobody has said what it is, and it still matters.
    pub fn kind_is_open(&self) -> bool {
        let said = matches!(self.lesson, Some(Lesson { said: Said::Kind(_), .. }));
        !said && !self.erased && !matches!(self.state, State::Replied | State::Done(_))
    }

    /// The words are others now: what was made of the old ones goes.
    pub(super) fn words_changed(&mut self) {
        self.assist.translation = None;
        self.assist.draft = None;
    }
}

/// Nothing was counted.
const EVEN: Odds = Odds { question: 0.25, complaint: 0.25, praise: 0.25, other: 0.25 };

/// Half of what was counted, half of what is suggested: never as sure as a person.
fn leaning(odds: Odds, to: Kind) -> Odds {
    let mut leaning = Odds::default();
    for kind in Kind::ALL {
        let suggested = f32::from(u8::from(kind == to));
        *leaning.slot(kind) = 0.5 * odds.of(kind).clamp(0.0, 0.8) + 0.5 * suggested;
    }
    leaning
}

/// What the thread of the card says of it, and who gets the one ping: only those hear of it who asked.
pub(super) fn thread_line(m: &Mention, what: &Assisted) -> Option<(Text, Option<PersonId>)> {
    match what {
        Assisted::Draft { text, strange, model, asked } => {
            let mut words = Text::new()
                .bold("Suggestion")
                .say(format!(" by {model} for "))
                .person(asked)
                .say(", not sent, nobody has read it:")
                .line()
                .quote(text);
            if !strange.is_empty() {
                words = words.line().bold("Look closely").say(format!(
                    ": it contains what is not yours, such as {}.",
                    strange.iter().take(3).map(|s| format!("\"{s}\"")).collect::<Vec<_>>().join(", ")
                ));
            }
            Some((
                words.line().say("Take it up as a draft: ").code(format!("suggest {} use", m.no.0)),
                Some(asked.clone()),
            ))
        }
        Assisted::Failed { want, why, asked } => Some((
            Text::new().bold(format!("No {}", want.word())).say(format!(" from the assistant: {why}")),
            Some(asked.clone()),
        )),
        Assisted::Asked { .. } | Assisted::Kind { .. } | Assisted::Translation { .. } => None,
    }
}

/// What a language is called in English; its code where no name is known here.
pub fn language_name(code: &str) -> &str {
    const NAMES: [(&str, &str); 32] = [
        ("ar", "Arabic"),
        ("bg", "Bulgarian"),
        ("bn", "Bengali"),
        ("cs", "Czech"),
        ("da", "Danish"),
        ("de", "German"),
        ("el", "Greek"),
        ("en", "English"),
        ("es", "Spanish"),
        ("fa", "Persian"),
        ("fi", "Finnish"),
        ("fr", "French"),
        ("he", "Hebrew"),
        ("hi", "Hindi"),
        ("hu", "Hungarian"),
        ("id", "Indonesian"),
        ("it", "Italian"),
        ("ja", "Japanese"),
        ("ko", "Korean"),
        ("nl", "Dutch"),
        ("no", "Norwegian"),
        ("pl", "Polish"),
        ("pt", "Portuguese"),
        ("ro", "Romanian"),
        ("ru", "Russian"),
        ("sv", "Swedish"),
        ("sw", "Swahili"),
        ("th", "Thai"),
        ("tr", "Turkish"),
        ("uk", "Ukrainian"),
        ("vi", "Vietnamese"),
        ("zh", "Chinese"),
    ];
    NAMES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}
