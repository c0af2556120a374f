//! Typed options: an option is declared once as a constant, listed in the command's declaration, and that constant is
//! the key by which the command reads it.

use super::{Args, MentionRef, OptKind, OptSpec, Range, Tags, Value, When, Word};
use crate::domain::{DoneReason, Kind, PersonId, Refusal};
use std::marker::PhantomData;

/// The declaration of an option whose value is a `T`. Names are lower-case ASCII of at most 32 characters, descriptions
/// at most 100 (Discord's limits, checked while compiling, see [`super::check`]).
pub struct Opt<T> {
    name: &'static str,
    about: &'static str,
    only_after: &'static [&'static str],
    value: PhantomData<fn() -> T>,
}

/// Marks an option that may be left out: `Opt<Optional<String>>`.
pub struct Optional<T>(PhantomData<fn() -> T>);

impl<T: Shape> Opt<T> {
    /// An option by its name and what it is for.
    pub const fn new(name: &'static str, about: &'static str) -> Self {
        Self { name, about, only_after: &[], value: PhantomData }
    }

    /// The same option, looked for only after one of these choice words: `canned add` takes a text, `canned list` none.
    #[must_use]
    pub const fn only_after(self, words: &'static [&'static str]) -> Self {
        Self { name: self.name, about: self.about, only_after: words, value: PhantomData }
    }

    /// The option as it is listed in a [`super::Spec`].
    pub const fn spec(&self) -> OptSpec {
        OptSpec {
            name: self.name,
            about: self.about,
            kind: T::KIND,
            required: T::REQUIRED,
            only_after: self.only_after,
        }
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// A type that an option can have: one value of a kind.
pub trait Typed: Sized {
    /// How it is typed.
    const OF: OptKind;
    /// The typed value; `None` if it is of another kind.
    fn from_value(value: &Value) -> Option<Self>;
}

/// Whether an option must be there, and what reading it gives.
pub trait Shape {
    /// How it is typed.
    const KIND: OptKind;
    /// It must be there.
    const REQUIRED: bool;
    /// What reading gives: the value or a refusal that names the option; for [`Optional`] the value or `None`.
    type Out;
    /// Reads it.
    fn read(name: &'static str, value: Option<&Value>) -> Self::Out;
}

impl<T: Typed> Shape for T {
    const KIND: OptKind = T::OF;
    const REQUIRED: bool = true;
    type Out = Result<T, Refusal>;
    fn read(name: &'static str, value: Option<&Value>) -> Self::Out {
        value.and_then(T::from_value).ok_or_else(|| {
            Refusal::new(format!("Something is missing: `{name}`. Type `help` and the command's name to see how."))
        })
    }
}

impl<T: Typed> Shape for Optional<T> {
    const KIND: OptKind = T::OF;
    const REQUIRED: bool = false;
    type Out = Option<T>;
    fn read(_: &'static str, value: Option<&Value>) -> Self::Out {
        value.and_then(T::from_value)
    }
}

/// One of a few words, as a type.
pub trait Choice: Copy + 'static {
    /// The words, in the order of the help; all lower-case.
    const WORDS: &'static [&'static str];
    /// What a word means.
    fn from_word(word: &str) -> Option<Self>;
}

impl<C: Choice> Typed for C {
    const OF: OptKind = OptKind::Choice(C::WORDS);
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Choice(word) => C::from_word(word),
            _ => None,
        }
    }
}

impl Choice for Kind {
    const WORDS: &'static [&'static str] = &["question", "complaint", "praise", "other"];
    fn from_word(word: &str) -> Option<Self> {
        Kind::ALL.into_iter().find(|k| k.word() == word)
    }
}

impl Choice for DoneReason {
    const WORDS: &'static [&'static str] = &["answered", "none", "spam", "notus", "duplicate", "elsewhere"];
    fn from_word(word: &str) -> Option<Self> {
        DoneReason::ALL.into_iter().find(|r| r.word() == word)
    }
}

macro_rules! typed {
    ($type:ty, $kind:ident, $value:pat => $out:expr) => {
        impl Typed for $type {
            const OF: OptKind = OptKind::$kind;
            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    $value => Some($out),
                    _ => None,
                }
            }
        }
    };
}

typed!(String, Text, Value::Text(text) => text.clone());
typed!(MentionRef, Mention, Value::Mention(mention) => mention.clone());
typed!(PersonId, Person, Value::Person(person) => person.clone());
typed!(When, When, Value::When(when) => when.clone());
typed!(Range, Range, Value::Range(range) => *range);
typed!(u64, Count, Value::Count(count) => *count);
typed!(Word, Word, Value::Word(word) => Word(word.clone()));
typed!(Tags, Tags, Value::Tags { add, remove } => Tags { add: add.clone(), remove: remove.clone() });

impl Args {
    /// The value of an option: for a required one a `Result`, for an [`Optional`] one an `Option`.
    pub fn get<T: Shape>(&self, option: &Opt<T>) -> T::Out {
        T::read(option.name, self.value(option.name))
    }
}
