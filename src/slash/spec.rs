//! How a command is declared.

use super::{Args, Value};
use crate::domain::{
    ChatName, Decision, Form, Found, Mention, MentionNo, Person, Place, Query, Refusal, Role, Rules, Ruling, Targets,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Who sees the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Only the person who typed.
    OnlyYou,
    /// The channel sees the effect on the card or in its thread; the answer itself is still private.
    Card,
}

/// Which mention is meant when none is named and none is implied by the thread or the button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRef {
    /// The command is not about one mention.
    Unused,
    /// The open mention that is due first.
    DueFirst,
    /// Your only claimed mention; otherwise it asks.
    MyOnly,
    /// It must be named.
    Ask,
}

/// The kind of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptKind {
    /// `142`, `#142`, a card's link, the post's URL, `last` or `mine`.
    Mention,
    /// `@ana`.
    Person,
    /// `2h`, `tomorrow`, `mon 9:00`.
    When,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// `7d`, `24h`, `today`, `yesterday`, `2026-01-01..2026-01-31`.
    Range,
    /// A whole number.
    Count,
    /// One word.
    Word,
    /// `+a -b`.
    Tags,
    /// The rest of the line, with its line feeds.
    Text,
}

/// An option, as listed in a [`Spec`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptSpec {
    /// Its name: lower-case ASCII, at most 32 characters (Discord).
    pub name: &'static str,
    /// What it is: at most 100 characters (Discord).
    pub about: &'static str,
    /// Its kind.
    pub kind: OptKind,
    /// It must be there.
    pub required: bool,
    /// Looked for only after one of these choice words; empty: always.
    pub only_after: &'static [&'static str],
}

/// What a command does.
#[derive(Clone, Copy)]
pub enum Run {
    /// Changes one mention (or only tells about it, with no events).
    Act(fn(&Call<'_>, &Mention) -> Result<Decision, Refusal>),
    /// Asks something of the desk, then answers, and may change settings.
    Ask {
        /// What it needs to know.
        query: fn(&Call<'_>) -> Result<Query, Refusal>,
        /// What follows from it.
        decide: fn(&Call<'_>, &Found) -> Result<Ruling, Refusal>,
    },
    /// Changes one mention, knowing more than the mention.
    ActWith {
        /// What it needs to know.
        query: fn(&Call<'_>) -> Result<Query, Refusal>,
        /// What follows from it.
        decide: fn(&Call<'_>, &Mention, &Found) -> Result<Decision, Refusal>,
    },
    /// Depends on what was typed: `canned use` is about a mention, `canned list` is not. [`Spec::run_for`] resolves it.
    Depends(fn(&Args) -> Run),
}

/// A form, or `None` if nothing is missing after all: then the command runs.
pub type Asked = Result<Option<Form>, Refusal>;

/// What a command asks for in a form, in chats that have forms.
#[derive(Clone, Copy)]
pub struct Prompt {
    /// With what was typed, something is missing that a form can ask for. Not asked where a form is wanted anyway.
    pub missing: fn(&Args) -> bool,
    /// What the form needs to know.
    pub query: fn(&Call<'_>) -> Result<Query, Refusal>,
    /// Its form asks for the mention itself if none is meant.
    pub asks_mention: bool,
    /// The form. The mention is there for commands that are about one. Refuses what the command would refuse whatever is
    /// filled in.
    pub form: fn(&Call<'_>, Option<&Mention>, &Found) -> Asked,
}

/// Whether a line comes from a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filled {
    /// It was typed, or clicked.
    #[default]
    No,
    /// From one that is still open: a text that cannot be sent is refused there, not kept.
    Open,
    /// From one that is closed by now: what can be kept is kept as a draft.
    Closed,
}

/// A command.
pub struct Spec {
    /// Its name: lower-case ASCII, at most 32 characters.
    pub name: &'static str,
    /// Other words for it.
    pub aliases: &'static [&'static str],
    /// One line, at most 100 characters.
    pub summary: &'static str,
    /// Its options, in the order in which they are typed.
    pub options: &'static [OptSpec],
    /// The least role.
    pub role: Role,
    /// Who sees what comes of it.
    pub visibility: Visibility,
    /// Which mention is meant when none is named.
    pub without_ref: NoRef,
    /// What it does.
    pub run: Run,
    /// What it asks for in a form.
    pub prompt: Option<Prompt>,
    /// Lines that show how it is typed; the first one names every option.
    pub samples: &'static [&'static str],
}

/// A command being run: who typed what, when, where, and the workspace as it is.
pub struct Call<'a> {
    /// Who.
    pub who: &'a Person,
    /// When, by the desk's clock.
    pub at: Timestamp,
    /// In which chat.
    pub chat: &'a ChatName,
    /// In which channel.
    pub place: &'a Place,
    /// The mention that is meant, already found.
    pub no: Option<MentionNo>,
    /// What was typed.
    pub args: &'a Args,
    /// The workspace.
    pub rules: &'a Rules,
    /// When responses are due.
    pub targets: &'a dyn Targets,
    /// A number from the one seeded source, for choices that should vary.
    pub seed: u64,
    /// Whether the line comes from a form.
    pub filled: Filled,
}

impl Spec {
    /// True if one of its options names a mention.
    pub fn takes_mention(&self) -> bool {
        self.options.iter().any(|o| o.kind == OptKind::Mention)
    }

    /// True if, with these arguments, it is about a mention: only then one has to be found before it runs.
    pub fn wants_mention(&self, args: &Args) -> bool {
        self.options.iter().any(|o| o.kind == OptKind::Mention && o.applies(args))
    }

    /// What it does with these arguments; never [`Run::Depends`].
    pub fn run_for(&self, args: &Args) -> Run {
        let mut run = self.run;
        while let Run::Depends(on) = run {
            run = on(args);
        }
        run
    }
}

impl OptSpec {
    /// True if the option is looked for after the choice words typed so far.
    pub fn applies(&self, args: &Args) -> bool {
        self.only_after.is_empty()
            || args.iter().any(|(_, value)| matches!(value, Value::Choice(word) if self.only_after.contains(word)))
    }
}

impl Call<'_> {
    /// The person's zone; UTC if theirs is not known.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.who.zone).unwrap_or(TimeZone::UTC)
    }
}

impl std::fmt::Debug for Spec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "/{}", self.name)
    }
}
