//! The model of kinds: how a post feels, whether it asks, whether it wants a reply. A linear model over hashed features,
//! trained by `examples/train.rs`; its weights are part of the program. docs/triage.md says how good it is.
//!
//! [`Model::features`] takes a text apart, [`Model::read`] judges it, [`odds`] makes four kinds of that. What a workspace
//! has learned is a [`Delta`] on top of the shipped weights.

mod bytes;
mod cues;
mod delta;
mod features;
mod feeling;
pub(super) mod math;
mod question;
mod reading;
mod signs;
mod tables;
mod text;
pub mod train;
mod weights;
mod wordlist;

pub use cues::{BadCue, Cues, Words};
pub use delta::Delta;
pub use features::{BITS, BUCKETS, spec_hash};
pub use reading::{Reading, odds};
pub use tables::{PictureNames, Valences};
pub use weights::{Broken, ROWS, TRAIN, Weights, hash_of};

use math::real;
use question::{Asks, Openings};
use signs::Signs;
use std::sync::LazyLock;
use text::{Kind, tokens};

/// What the model looks at in one text.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    indices: Vec<u32>,
    scale: f32,
    hints: Hints,
}

/// What rules saw in a text, besides its features.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hints {
    /// Complaint cues, at most [`MOST_CUES`].
    complaints: u8,
    /// Praise cues, at most the same.
    praises: u8,
    /// How it asks.
    asks: Asks,
    /// Somebody is tagged, and there are four words or more.
    calls: bool,
    /// Words and signs that a word list knows.
    known: u8,
}

impl Features {
    /// The features' numbers, each below [`BUCKETS`], sorted, each once.
    pub fn indices(&self) -> &[u32] {
        &self.indices
    }

    /// What each feature counts: one over the square root of their number, so that long and short posts weigh the same.
    pub fn scale(&self) -> f32 {
        self.scale
    }

    /// How many words and signs the English word lists know: with none, the model goes by its other features alone.
    pub fn known(&self) -> u8 {
        self.hints.known
    }
}

/// The model: weights, and the lists that are read with them.
#[derive(Debug)]
pub struct Model {
    weights: Weights,
    hash: u64,
    signs: Signs,
    openings: Openings,
    complaints: Cues,
    praises: Cues,
}

/// Whoever says fewer words to somebody expects nothing.
const FEWEST_WORDS: usize = 4;
/// More cues than this say nothing new.
const MOST_CUES: usize = 3;

static SHIPPED: LazyLock<Result<Model, Broken>> = LazyLock::new(|| Model::from_bytes(include_bytes!("weights.bin")));

impl Model {
    /// The model that is part of the program.
    ///
    /// # Errors
    /// Why its weights do not fit: a program that was built so fails its tests.
    pub fn shipped() -> Result<&'static Model, Broken> {
        SHIPPED.as_ref().map_err(Clone::clone)
    }

    /// A model from a weights file.
    ///
    /// # Errors
    /// Why the file is refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Broken> {
        Self::new(Weights::from_bytes(bytes)?, hash_of(bytes))
    }

    fn new(weights: Weights, hash: u64) -> Result<Self, Broken> {
        Ok(Self {
            weights,
            hash,
            signs: shipped_signs(),
            openings: Openings::parse(include_str!("../lexicon/questions.txt")),
            complaints: Cues::parse(include_str!("../lexicon/complaints.txt"))?,
            praises: Cues::parse(include_str!("../lexicon/praises.txt"))?,
        })
    }

    /// The shipped complaint cues, to be extended by a workspace.
    pub fn complaint_cues(&self) -> &Cues {
        &self.complaints
    }

    /// What the model looks at in a text.
    pub fn features(&self, text: &str) -> Features {
        self.features_with(text, &self.complaints)
    }

    /// The same with the complaint cues of a workspace.
    pub fn features_with(&self, text: &str, complaints: &Cues) -> Features {
        let tokens = tokens(text, &self.signs);
        let (indices, known) = features::features(&tokens, &self.weights.valences, &self.weights.pictures);
        let scale = 1.0 / real(indices.len().max(1)).sqrt();
        let small = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
        let hints = Hints {
            complaints: small(complaints.count(&tokens, MOST_CUES)),
            praises: small(self.praises.count_where(&tokens, MOST_CUES, features::asserted)),
            asks: Asks::of(&tokens, &self.openings),
            calls: tokens.iter().filter(|t| t.kind == Kind::Word).count() >= FEWEST_WORDS
                && tokens.iter().any(|t| t.kind == Kind::Name),
            known: small(known),
        };
        Features { indices, scale, hints }
    }

    /// Judges a text; `delta` is what the workspace learned ([`Delta::default`] is nothing).
    pub fn read(&self, features: &Features, delta: &Delta) -> Reading {
        reading::read(&self.weights, features, delta)
    }

    /// From this share of praise on, four of five posts are praise: chosen on the development set, weighed as posts to
    /// support are mixed.
    pub fn praise_threshold(&self) -> f32 {
        self.weights.praise
    }

    /// One number for these weights: a delta that was learned on others does not fit.
    pub fn weights_hash(&self) -> u64 {
        self.hash
    }

    /// One number for how features are computed.
    pub fn spec_hash(&self) -> u64 {
        spec_hash()
    }

    /// What was trained.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }
}

const SIGNS_FILE: &str = include_str!("../lexicon/emoji.txt");
static SIGNS: LazyLock<Signs> = LazyLock::new(shipped_signs);

/// The words of a text as the model reads them, without names, links, numbers, signs and marks.
pub(super) fn words(text: &str) -> Vec<String> {
    tokens(text, &SIGNS).into_iter().filter(|t| t.kind == Kind::Word).map(|t| t.text).collect()
}

fn shipped_signs() -> Signs {
    Signs::parse(SIGNS_FILE)
}
