//! Which posts matter, what they are and where they go. Pure: the same post always gets the same judgement.
//!
//! [`Triage::judge`] is the way in. It asks the [`Matcher`] which brands are named, the [`Classifier`] what kind of
//! post it is, and the [`Routes`] where its cards go. All text is compared after [`fold`].

mod boundary;
mod classify;
mod concern;
pub mod eval;
mod foreign;
mod judge;
mod language;
pub mod learn;
mod lexicon;
mod matcher;
pub mod model;
mod near;
mod neutral;
mod pattern;
mod route;
mod search;
pub mod similar;
mod tokens;

pub use crate::domain::{fold, fold_keeping_case};
pub use boundary::Edge;
pub use classify::{Classified, Classifier, ModelClassifier};
pub use concern::Concern;
pub use judge::{Judged, Triage};
pub use language::language;
pub use learn::Learned;
pub use matcher::{BrandHit, Looked, Matcher};
pub use pattern::{BrandTerms, LanguageWords, NEAR_WITHIN};
pub use route::{Route, Routes};
pub use search::{MatcherError, Place, Search};
