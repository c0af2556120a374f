//! The classifier that learns: English by the model and what a workspace taught it, other languages by the word lists.

use super::{Doubt, Example, Learned, Look, Moved, learn, moved};
use crate::triage::model::{Broken, Delta, Reading};
use crate::triage::neutral::without_names;
use crate::triage::{Classified, Classifier, ModelClassifier};
use std::sync::Arc;

/// What the shipped model and the word lists make of a post, and what was learned on top.
pub struct LearningClassifier {
    base: Arc<ModelClassifier>,
    learned: Arc<Learned>,
}

impl LearningClassifier {
    /// With nothing learned; `complaint_cues` are patterns of the workspace besides the shipped ones.
    ///
    /// # Errors
    /// If the weights that are part of the program do not fit it, or a pattern is none.
    pub fn new(complaint_cues: &[String]) -> Result<Self, Broken> {
        Ok(Self { base: Arc::new(ModelClassifier::new(complaint_cues)?), learned: Arc::default() })
    }

    fn look(&self, text: &str) -> Look {
        let features = self.base.features(text);
        let reading = self.base.model().read(&features, &Delta::default());
        (features, reading)
    }
}

/// The text as the classifier gets it: without the names of the brands.
pub fn as_read(text: &str, names: &[String]) -> String {
    without_names(text, names)
}

impl Classifier for LearningClassifier {
    fn classify(&self, text: &str, language: Option<&str>) -> Classified {
        self.base.classify_with(text, language, &self.learned)
    }

    fn reading(&self, text: &str, language: Option<&str>) -> Option<Reading> {
        language.is_none_or(|code| code == "en").then(|| self.base.read(text, &self.learned.delta))
    }

    fn learn(&self, examples: &[Example]) -> Option<Learned> {
        Some(learn(examples, &|text| self.look(text)))
    }

    fn taught(&self, learned: Arc<Learned>) -> Option<Arc<dyn Classifier>> {
        Some(Arc::new(Self { base: Arc::clone(&self.base), learned }))
    }

    fn moved(&self, words: &[String]) -> Vec<Moved> {
        moved(&self.learned, words, &|text| self.base.features(text))
    }

    fn praise_threshold(&self) -> Option<f32> {
        self.base.praise_threshold()
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
