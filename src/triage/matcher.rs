//! Which brands a post names: all terms of all brands in one pass over the folded text.

use super::boundary::Edge;
use super::pattern::{BrandTerms, Pattern, Patterns, Role};
use super::{fold, fold_keeping_case};
use crate::domain::BrandId;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// A brand that a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrandHit {
    /// Which brand.
    pub brand: BrandId,
    /// Its terms that occur, as configured, in the order of the configuration, each once.
    pub matched: Vec<String>,
    /// One of its handles occurs: the post tags the brand.
    pub direct_handle: bool,
}

/// The terms cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the terms of the brands are too many or too long to be searched for together: {0}; remove some terms")]
pub struct MatcherError(String);

/// All terms of all brands, compiled. Building takes milliseconds for 10,000 terms.
#[derive(Debug)]
pub struct Matcher {
    brands: Vec<(BrandId, Vec<String>)>,
    folded: Automaton,
    cased: Automaton,
}

/// What one pattern means, without its string.
#[derive(Clone, Copy, Debug)]
struct Meaning {
    brand: u32,
    shown: u32,
    edge: Edge,
    role: Role,
}

#[derive(Debug)]
struct Automaton {
    search: Option<AhoCorasick>,
    meanings: Vec<Meaning>,
}

impl Matcher {
    /// Compiles the terms. Terms that fold to nothing (only white space or invisible characters) never match.
    pub fn new(brands: &[BrandTerms]) -> Result<Self, MatcherError> {
        let mut patterns = Patterns::new();
        let mut names = Vec::with_capacity(brands.len());
        for (index, terms) in (0u32..).zip(brands) {
            names.push((terms.brand.clone(), patterns.add(index, terms)));
        }
        Ok(Self { brands: names, folded: Automaton::new(&patterns.folded)?, cased: Automaton::new(&patterns.cased)? })
    }

    /// The brands that `text` names, in the order of the configuration. A brand with an exclusion in the text is not
    /// named, whatever else is there.
    pub fn hits(&self, text: &str) -> Vec<BrandHit> {
        let mut found = Vec::new();
        if self.folded.search.is_some() {
            self.folded.find(&fold(text), &mut found);
        }
        if self.cased.search.is_some() {
            self.cased.find(&fold_keeping_case(text), &mut found);
        }
        found.sort_unstable_by_key(|m| (m.brand, m.shown));
        found.chunk_by(|a, b| a.brand == b.brand).filter_map(|of_one| self.hit(of_one)).collect()
    }

    fn hit(&self, found: &[Meaning]) -> Option<BrandHit> {
        if found.iter().any(|m| m.role == Role::Excludes) {
            return None;
        }
        let (brand, shown) = self.brands.get(found.first()?.brand as usize)?;
        let mut at: Vec<u32> = found.iter().map(|m| m.shown).collect();
        at.dedup();
        Some(BrandHit {
            brand: brand.clone(),
            matched: at.iter().filter_map(|i| shown.get(*i as usize)).cloned().collect(),
            direct_handle: found.iter().any(|m| m.role == Role::Tags),
        })
    }
}

impl Automaton {
    fn new(patterns: &[Pattern]) -> Result<Self, MatcherError> {
        let meanings =
            patterns.iter().map(|p| Meaning { brand: p.brand, shown: p.shown, edge: p.edge, role: p.role }).collect();
        if patterns.is_empty() {
            return Ok(Self { search: None, meanings });
        }
        // Overlapping matches need the standard kind. Leftmost-longest would hide one brand's term inside another's.
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::Standard);
        if patterns.len() > SMALL {
            builder.kind(Some(AhoCorasickKind::ContiguousNFA));
        }
        let search =
            builder.build(patterns.iter().map(|p| p.needle.as_bytes())).map_err(|e| MatcherError(e.to_string()))?;
        Ok(Self { search: Some(search), meanings })
    }

    fn find(&self, text: &str, found: &mut Vec<Meaning>) {
        let Some(search) = &self.search else { return };
        for m in search.find_overlapping_iter(text) {
            if let Some(meaning) = self.meanings.get(m.pattern().as_usize())
                && meaning.edge.fits(text, m.start(), m.end())
            {
                found.push(*meaning);
            }
        }
    }
}

/// Up to so many patterns the library chooses by itself, which may be the faster but larger full automaton.
const SMALL: usize = 500;
