//! The vocabulary for declaring commands. A command is declared once, as a [`Spec`]; parsing, help, registration with
//! the chats, the README table and the tests derive from it.

mod acts;
mod args;
mod ask;
mod check;
mod complete;
mod filled;
mod given;
mod help;
mod offer;
mod opt;
mod parse;
mod past;
mod render;
mod role;
mod spec;
mod suggest;
mod time;
mod when;
mod words;
mod work;

pub use acts::{Back, queue_deed};
pub use args::{Args, MentionRef, Range, Reads, Tags, Value, When, Word};
pub use ask::{asks, choice, in_form, internal, meant, no_query, public, said, typed};
pub use check::{check, check_named, same_text};
pub use complete::{Completions, Hints, complete};
pub use filled::filled;
pub use given::given;
pub use help::{help_of, help_text, readme_table, usage};
pub use offer::{OFFERS, Offer, fits, labels, mentions, moments, people, ranges, texts, times, verbs, weekdays};
pub use opt::{Choice, Opt, Optional, Shape, Typed};
pub use parse::{LINE_LIMIT, find_spec, parse_line, parse_partly, parse_wanted};
pub use past::{like_it, past_about, past_lines, past_offers, past_words};
pub use render::{render, typed_words};
pub use role::{authorise, require};
pub use spec::{Asked, Call, Filled, NoRef, OptKind, OptSpec, Prompt, Run, Spec, Visibility};
pub use suggest::nearest;
pub use time::{ago, clock, moment};
pub use when::{weekday, weekday_name};
pub use work::{
    at_work, author, brand_title, drafted_as, foresee, held, may_take_over, message, news, not_anothers, person,
    preview, speaks_as, take_up, version_for, version_of,
};

/// Declares the words of a choice as a type: `choices! { Pick { Mine = "mine" } }`.
macro_rules! choices {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq)]
        enum $name { $($variant),+ }

        impl crate::slash::Choice for $name {
            const WORDS: &'static [&'static str] = &[$($word),+];
            fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use choices;
