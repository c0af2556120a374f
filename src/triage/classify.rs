//! What kind of post it is: question, complaint, praise or other.

use super::foreign::{FOREIGN, Foreign};
use super::learn::{Doubt, Example, Learned, Moved, learn, moved};
use super::model::{Broken, Cues, Delta, Features, Model, Reading, odds};
use crate::domain::{Kind, Odds};
use std::sync::Arc;

/// What a classifier makes of a post.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Classified {
    /// The kind.
    pub kind: Kind,
    /// How sure it is of the kind, 0 to 1.
    pub confidence: f32,
    /// How the author feels, from -1 (furious) to 1 (delighted), whatever the kind.
    pub score: f32,
    /// How likely each kind is, if that was counted.
    pub odds: Option<Odds>,
    /// Somebody waits for an answer.
    pub needs_reply: bool,
    /// Praise that is sure enough for the digest.
    pub sure_praise: bool,
    /// The kind is a guess: another language than the classifier's.
    pub unsure: bool,
    /// What it looks like by what a workspace called spam, or not about the brand.
    pub doubt: Doubt,
}

/// Tells the kind of a post.
pub trait Classifier: Send + Sync {
    /// Judges a text; `language` is its ISO 639-1 code if it could be determined.
    fn classify(&self, text: &str, language: Option<&str>) -> Classified;

    /// What the model makes of a text; `None` if no model reads that language.
    fn reading(&self, _text: &str, _language: Option<&str>) -> Option<Reading> {
        None
    }

    /// What can be learned from examples, whatever was learned before; `None` if it cannot learn.
    fn learn(&self, _examples: &[Example]) -> Option<Learned> {
        None
    }

    /// The same classifier with something learned, instead of what it had learned; `None` if it cannot learn.
    fn taught(&self, _learned: Arc<Learned>) -> Option<Arc<dyn Classifier>> {
        None
    }

    /// How far what was learned moves each of these words.
    fn moved(&self, _words: &[String]) -> Vec<Moved> {
        Vec::new()
    }

    /// From this share of praise on a post is sure praise; `None` if it counts no shares.
    fn praise_threshold(&self) -> Option<f32> {
        None
    }
}

/// English by the trained model, other languages by short word lists and with little confidence. The same answer every
/// time, until it is told what the workspace learned.
#[derive(Clone, Debug)]
pub struct ModelClassifier {
    model: &'static Model,
    complaints: Cues,
    foreign: Arc<Foreign>,
    learned: Arc<Learned>,
}

/// From this share on somebody waits for an answer.
const WAITS: f32 = 0.5;

impl ModelClassifier {
    /// The shipped model; `complaint_cues` are patterns of the workspace besides the shipped ones.
    ///
    /// # Errors
    /// Why the shipped weights do not fit this program, or which pattern is none.
    pub fn new(complaint_cues: &[String]) -> Result<Self, Broken> {
        let model = Model::shipped()?;
        let mut complaints = model.complaint_cues().clone();
        for cue in complaint_cues {
            complaints.add(cue)?;
        }
        Ok(Self { model, complaints, foreign: Arc::new(Foreign::new()), learned: Arc::default() })
    }

    /// The model under it.
    pub fn model(&self) -> &'static Model {
        self.model
    }

    /// What the model looks at in a text, with the cues of the workspace.
    pub fn features(&self, text: &str) -> Features {
        self.model.features_with(text, &self.complaints)
    }

    /// What the model makes of a text, whatever its language.
    pub fn read(&self, text: &str) -> Reading {
        self.model.read(&self.features(text), &self.learned.delta)
    }

    fn by_model(&self, features: &Features) -> Classified {
        let reading = self.model.read(features, &self.learned.delta);
        let odds = odds(&reading);
        let kind = odds.best();
        let [negative, _, positive] = reading.feeling;
        Classified {
            kind,
            confidence: odds.of(kind),
            score: positive - negative,
            odds: Some(odds),
            needs_reply: reading.needs_reply >= WAITS,
            sure_praise: odds.praise >= self.model.praise_threshold(),
            unsure: false,
            doubt: self.learned.doubts.of(features),
        }
    }

    fn by_lists(&self, text: &str, language: Option<&str>) -> Option<Classified> {
        let guess = match language {
            Some(language) => self.foreign.judge(text, language),
            None => self.foreign.judge_any(text),
        }?;
        Some(Classified {
            kind: guess.kind,
            confidence: guess.confidence,
            score: guess.score,
            odds: None,
            needs_reply: matches!(guess.kind, Kind::Question | Kind::Complaint),
            sure_praise: false,
            unsure: true,
            doubt: Doubt::None,
        })
    }
}

impl Classifier for ModelClassifier {
    /// Guesses of the language are often wrong on short texts. So where the list of a foreign language finds nothing and
    /// English words do, those count, and where nobody knows the language and no English word is known, any list counts.
    fn classify(&self, text: &str, language: Option<&str>) -> Classified {
        let foreign = language.is_some_and(|l| l != "en");
        if foreign && let Some(class) = self.by_lists(text, language) {
            return class;
        }
        let features = self.features(text);
        if language.is_none()
            && features.known() == 0
            && let Some(class) = self.by_lists(text, None)
        {
            return class;
        }
        let class = self.by_model(&features);
        if !foreign {
            return class;
        }
        // Letters of another language mean nothing to the model.
        let (kind, score) = if features.known() > 0 { (class.kind, class.score) } else { (Kind::Other, 0.0) };
        Classified {
            kind,
            score,
            confidence: class.confidence.min(FOREIGN),
            odds: None,
            sure_praise: false,
            unsure: true,
            ..class
        }
    }

    fn reading(&self, text: &str, language: Option<&str>) -> Option<Reading> {
        let foreign = language.is_some_and(|l| l != "en") && self.by_lists(text, language).is_some();
        (!foreign).then(|| self.read(text))
    }

    fn learn(&self, examples: &[Example]) -> Option<Learned> {
        let look = |text: &str| {
            let features = self.features(text);
            let reading = self.model.read(&features, &Delta::default());
            (features, reading)
        };
        Some(learn(examples, &look))
    }

    fn taught(&self, learned: Arc<Learned>) -> Option<Arc<dyn Classifier>> {
        Some(Arc::new(Self { learned, ..self.clone() }))
    }

    fn moved(&self, words: &[String]) -> Vec<Moved> {
        moved(&self.learned, words, &|text| self.features(text))
    }

    fn praise_threshold(&self) -> Option<f32> {
        Some(self.model.praise_threshold())
    }
}
