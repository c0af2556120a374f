//! Commands: the parser, the conformance of the whole table, and what each decides.
mod again;
mod conformance;
mod flows;
mod form_texts;
mod forms;
mod given;
mod guard;
mod lists;
mod parse;
mod past;
mod pii;
mod properties;
mod when;
pub mod world;
