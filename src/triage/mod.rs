//! Which posts matter, what they are and where they go. Pure: the same post always gets the same judgement.
//!
//! [`Triage::judge`] is the way in. It asks the [`Matcher`] which brands are named, the [`Classifier`] what kind of
//! post it is, and the [`Routes`] where its cards go. All text is compared after [`fold`].

mod boundary;
mod classify;
mod cues;
mod judge;
mod language;
mod lexicon;
mod matcher;
pub mod model;
mod neutral;
mod pattern;
mod route;
pub mod similar;
mod tokens;

pub use crate::domain::{fold, fold_keeping_case};
pub use classify::{Classified, Classifier, RulesClassifier};
pub use judge::{Judged, Triage};
pub use language::language;
pub use matcher::{BrandHit, Matcher, MatcherError};
pub use pattern::BrandTerms;
pub use route::{Route, Routes};
