//! What cannot wait, and what is not worth a card: by words, reach and language.

use super::model::{BadCue, Cues, Words};
use crate::domain::{Aside, BrandId, DoneReason, Post, Signals, Verdict};
use std::collections::BTreeMap;

/// Why mentions are urgent or set aside, as configured.
#[derive(Clone, Debug, Default)]
pub struct Concern {
    urgent: Vec<(String, Cues)>,
    reach: Option<u64>,
    spam: Cues,
    languages: BTreeMap<BrandId, Vec<String>>,
}

impl Concern {
    /// The shipped words of safety, security, law and press, in English and the commonest of other languages.
    ///
    /// # Errors
    /// Never: a test reads the file.
    pub fn shipped() -> Result<Self, BadCue> {
        let mut concern = Self::default();
        for part in include_str!("lexicon/urgent.txt").split("\n[").skip(1) {
            let (name, patterns) = part.split_once("]\n").unwrap_or((part, ""));
            concern.urgent.push((name.to_owned(), Cues::parse(patterns)?));
        }
        Ok(concern)
    }

    /// Adds a list of patterns that say that something cannot wait; its name is shown on the card.
    ///
    /// # Errors
    /// The first that is none.
    pub fn urgent(mut self, name: &str, patterns: &[String]) -> Result<Self, BadCue> {
        let mut cues = Cues::default();
        patterns.iter().try_for_each(|pattern| cues.add(pattern))?;
        // Those of the workspace come first: their names say more.
        let at = self.urgent.iter().position(|(known, _)| known == name);
        match at.and_then(|at| self.urgent.get_mut(at)) {
            Some((_, known)) => patterns.iter().try_for_each(|pattern| known.add(pattern))?,
            None => self.urgent.insert(0, (name.to_owned(), cues)),
        }
        Ok(self)
    }

    /// Complaints and questions of authors whom so many hear cannot wait.
    #[must_use]
    pub fn reach(self, reach: Option<u64>) -> Self {
        Self { reach, ..self }
    }

    /// Patterns of what is nobody's voice.
    ///
    /// # Errors
    /// The first that is none.
    pub fn spam(mut self, patterns: &[String]) -> Result<Self, BadCue> {
        patterns.iter().try_for_each(|pattern| self.spam.add(pattern))?;
        Ok(self)
    }

    /// The languages in which a brand is watched, as ISO 639-1 codes; none: in all.
    #[must_use]
    pub fn languages(mut self, brand: BrandId, languages: Vec<String>) -> Self {
        if !languages.is_empty() {
            self.languages.insert(brand, languages);
        }
        self
    }

    /// Looks at a mention. What speaks to the brand is never set aside by words or language, only marked.
    pub(super) fn look(&self, post: &Post, verdict: &mut Verdict) {
        if self.urgent.is_empty() && self.spam.is_empty() && self.reach.is_none() && self.languages.is_empty() {
            return;
        }
        let words = Words::of(&post.text);
        let aside = if self.spam.occur_in(&words) {
            Some((DoneReason::Spam, "it has words of your spam list".to_owned()))
        } else {
            self.foreign(verdict).map(|why| (DoneReason::NotUs, why))
        };
        let signals = &mut verdict.signals;
        match aside {
            Some((reason, why)) if !verdict.direct => signals.aside = Some(Aside { reason, why }),
            Some((DoneReason::Spam, why)) => signals.doubt = Some(format!("May be spam: {why}")),
            _ => signals.urgent = self.why_urgent(post, &words, signals),
        }
    }

    fn foreign(&self, verdict: &Verdict) -> Option<String> {
        let known = self.languages.get(&verdict.brand)?;
        let language = verdict.language.as_ref()?;
        let other = !known.iter().any(|code| code.eq_ignore_ascii_case(language));
        other.then(|| format!("its language is {language}, and {} is watched in {}", verdict.brand, known.join(", ")))
    }

    fn why_urgent(&self, post: &Post, words: &Words, signals: &Signals) -> Option<String> {
        let named = self.urgent.iter().find(|(_, cues)| cues.occur_in(words)).map(|(name, _)| name.clone());
        let heard = self.reach.filter(|least| post.author.reach.is_some_and(|reach| reach >= *least));
        named.or_else(|| heard.filter(|_| signals.needs_reply).map(|_| "reach".to_owned()))
    }
}
