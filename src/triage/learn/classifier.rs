//! The classifier that learns: English by the model and what a workspace taught it, other languages by the word lists.

use super::{Doubt, Example, Learned, Look, Moved, learn, moved};
use crate::domain::{Kind, Odds};
use crate::triage::model::{Broken, Cues, Delta, Features, Model, Reading, odds};
use crate::triage::neutral::without_names;
use crate::triage::{Classified, Classifier, RulesClassifier};
use std::sync::Arc;

/// Reads English with the model; so is what has no language that is known.
pub struct LearningClassifier {
    model: &'static Model,
    complaints: Cues,
    rules: Arc<RulesClassifier>,
    learned: Arc<Learned>,
}

impl LearningClassifier {
    /// With nothing learned.
    ///
    /// # Errors
    /// If the weights that are part of the program do not fit it.
    pub fn new() -> Result<Self, Broken> {
        let model = Model::shipped()?;
        let complaints = model.complaint_cues().clone();
        Ok(Self { model, complaints, rules: Arc::default(), learned: Arc::default() })
    }

    /// What the model makes of a text, with what was learned.
    pub fn read(&self, text: &str) -> Reading {
        self.model.read(&self.features(text), &self.learned.delta)
    }

    fn features(&self, text: &str) -> Features {
        self.model.features_with(text, &self.complaints)
    }

    fn look(&self, text: &str) -> Look {
        let features = self.features(text);
        let reading = self.model.read(&features, &Delta::default());
        (features, reading)
    }
}

/// The text as the classifier gets it: without the names of the brands.
pub fn as_read(text: &str, names: &[String]) -> String {
    without_names(text, names)
}

impl Classifier for LearningClassifier {
    fn classify(&self, text: &str, language: Option<&str>) -> Classified {
        if language.is_some_and(|code| code != "en") {
            return self.rules.classify(text, language);
        }
        let features = self.features(text);
        let reading = self.model.read(&features, &self.learned.delta);
        let odds: Odds = odds(&reading);
        let kind = odds.best();
        let [negative, _, positive] = reading.feeling;
        Classified {
            kind,
            confidence: odds.of(kind),
            score: positive - negative,
            odds: Some(odds),
            needs_reply: reading.needs_reply >= 0.5,
            sure_praise: kind == Kind::Praise && odds.praise >= self.model.praise_threshold(),
            unsure: false,
            doubt: self.learned.doubts.of(&features),
        }
    }

    fn reading(&self, text: &str, language: Option<&str>) -> Option<Reading> {
        language.is_none_or(|code| code == "en").then(|| self.read(text))
    }

    fn learn(&self, examples: &[Example]) -> Option<Learned> {
        Some(learn(examples, &|text| self.look(text)))
    }

    fn taught(&self, learned: Arc<Learned>) -> Option<Arc<dyn Classifier>> {
        let (complaints, rules) = (self.complaints.clone(), Arc::clone(&self.rules));
        Some(Arc::new(Self { model: self.model, complaints, rules, learned }))
    }

    fn moved(&self, words: &[String]) -> Vec<Moved> {
        moved(&self.learned, words, &|text| self.features(text))
    }

    fn praise_threshold(&self) -> Option<f32> {
        Some(self.model.praise_threshold())
    }
}

impl Doubt {
    /// Words for the card.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Doubt::None => None,
            Doubt::Spam => Some("looks like what you called spam"),
            Doubt::NotUs => Some("looks like what you called not us"),
        }
    }
}
