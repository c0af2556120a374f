//! Which brands a post names: all terms of all brands in one pass over each of its texts.

use super::near::Spans;
use super::pattern::{BrandTerms, Pattern, Patterns, Role};
use super::search::{MatcherError, Place, Search};
use super::{fold, fold_keeping_case};
use crate::domain::BrandId;
use std::cell::OnceCell;

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

/// What there is of a brand in a post, whether or not it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The brand with what counts, unless it is excluded.
    pub hit: BrandHit,
    /// Exclusions that occur: with one of them the brand is not meant, whatever else is there.
    pub excluded: Vec<String>,
    /// Terms that occur, but none of the brand's near-by words beside them.
    pub alone: Vec<String>,
    /// Terms that occur, but only count in another language.
    pub foreign: Vec<String>,
}

impl Looked {
    /// The brand, if it is named.
    pub fn named(self) -> Option<BrandHit> {
        (self.excluded.is_empty() && !self.hit.matched.is_empty()).then_some(self.hit)
    }
}

/// All terms of all brands, compiled. Building takes milliseconds for 10,000 terms.
#[derive(Debug)]
pub struct Matcher {
    brands: Vec<Named>,
    languages: Vec<String>,
    folded: Terms,
    cased: Terms,
}

/// A brand as it is shown.
#[derive(Debug)]
struct Named {
    id: BrandId,
    shown: Vec<String>,
    /// How many words from a term a near-by word may be.
    within: usize,
}

/// What one pattern means, without its string.
#[derive(Clone, Copy, Debug)]
struct Meaning {
    brand: u32,
    shown: u32,
    role: Role,
    language: Option<u16>,
}

/// A pattern that stands somewhere in a post.
#[derive(Clone, Copy)]
struct Found {
    meaning: Meaning,
    part: usize,
    start: usize,
    end: usize,
    /// Its first and its last word, counted from 1; only where near-by words matter.
    words: (usize, usize),
}

/// Why something that stands there does not count, or what it is if it does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counts {
    Names,
    Tags,
    Excludes,
    Alone,
    Foreign,
    Not,
}

#[derive(Debug)]
struct Terms {
    search: Search,
    meanings: Box<[Meaning]>,
}

impl Matcher {
    /// Compiles the terms. Terms that fold to nothing (only white space or invisible characters) never match.
    pub fn new(brands: &[BrandTerms]) -> Result<Self, MatcherError> {
        let mut patterns = Patterns::new();
        let mut named = Vec::with_capacity(brands.len());
        for (index, terms) in (0u32..).zip(brands) {
            let shown = patterns.add(index, terms);
            named.push(Named { id: terms.brand.clone(), shown, within: terms.near_within });
        }
        let (folded, cased) = (Terms::new(&patterns.folded)?, Terms::new(&patterns.cased)?);
        Ok(Self { brands: named, languages: patterns.languages, folded, cased })
    }

    /// The brands that `text` names, in the order of the configuration. A brand with an exclusion in the text is not
    /// named, whatever else is there.
    pub fn hits(&self, text: &str) -> Vec<BrandHit> {
        self.look(&[text], || None).into_iter().filter_map(Looked::named).collect()
    }

    /// Everything of every brand in the parts of a post (its text, the description of a picture …), in the order of the
    /// configuration. No term goes from one part to the next. `language` is asked for at most once, and only if a term
    /// depends on it.
    pub fn look(&self, parts: &[&str], language: impl FnOnce() -> Option<String>) -> Vec<Looked> {
        let mut found = Vec::new();
        for (part, text) in parts.iter().enumerate() {
            if !self.folded.search.is_empty() {
                self.folded.find(&fold(text), part, &mut found);
            }
            if !self.cased.search.is_empty() {
                self.cased.find(&fold_keeping_case(text), part, &mut found);
            }
        }
        found.sort_unstable_by_key(|f| (f.meaning.brand, f.meaning.shown));
        let (known, mut ask) = (OnceCell::new(), Some(language));
        let mut spoken = || known.get_or_init(|| ask.take().and_then(|ask| ask())).clone();
        found.chunk_by(|a, b| a.meaning.brand == b.meaning.brand).filter_map(|all| self.one(all, &mut spoken)).collect()
    }

    /// Whether a text may name a brand: `true` wherever [`Matcher::look`] could find one named that has this text among its
    /// parts. Exclusions, near-by words and languages need the whole post.
    pub fn may_name(&self, text: &str) -> bool {
        let names = |terms: &Terms, text: &str| {
            let mut any = false;
            terms.search.each(text, |place| any |= terms.meaning(place).is_some_and(|m| m.role.names()));
            any
        };
        (!self.folded.search.is_empty() && names(&self.folded, &fold(text)))
            || (!self.cased.search.is_empty() && names(&self.cased, &fold_keeping_case(text)))
    }

    /// What there is of one brand; nothing if only its near-by words are there.
    fn one(&self, found: &[Found], spoken: &mut impl FnMut() -> Option<String>) -> Option<Looked> {
        let brand = self.brands.get(found.first()?.meaning.brand as usize)?;
        let counted: Vec<(u32, Counts)> =
            found.iter().map(|f| (f.meaning.shown, self.counts(f, found, brand, spoken))).collect();
        let shown = |wanted: &[Counts]| -> Vec<String> {
            let mut at: Vec<u32> = counted.iter().filter(|(_, c)| wanted.contains(c)).map(|(at, _)| *at).collect();
            at.dedup();
            at.iter().filter_map(|i| brand.shown.get(*i as usize)).cloned().collect()
        };
        let matched = shown(&[Counts::Names, Counts::Tags]);
        let direct_handle = counted.iter().any(|(_, c)| *c == Counts::Tags);
        let besides = |why| -> Vec<String> { shown(&[why]).into_iter().filter(|t| !matched.contains(t)).collect() };
        let (alone, foreign, excluded) = (besides(Counts::Alone), besides(Counts::Foreign), shown(&[Counts::Excludes]));
        let any = !(matched.is_empty() && alone.is_empty() && foreign.is_empty());
        let hit = BrandHit { brand: brand.id.clone(), matched, direct_handle };
        any.then_some(Looked { hit, excluded, alone, foreign })
    }

    fn counts(&self, one: &Found, all: &[Found], brand: &Named, spoken: &mut impl FnMut() -> Option<String>) -> Counts {
        let here = one.meaning.language.is_none_or(|wanted| {
            let wanted = self.languages.get(usize::from(wanted));
            wanted.is_some_and(|wanted| spoken().is_some_and(|spoken| primary(&spoken).eq_ignore_ascii_case(wanted)))
        });
        match one.meaning.role {
            Role::Excludes if here => Counts::Excludes,
            Role::Near | Role::Excludes => Counts::Not,
            _ if !here => Counts::Foreign,
            Role::Names => Counts::Names,
            Role::Tags => Counts::Tags,
            Role::Bare if all.iter().any(|near| near.meaning.role == Role::Near && near.is_near(one, brand.within)) => {
                Counts::Names
            }
            Role::Bare => Counts::Alone,
        }
    }
}

/// The language of a tag such as `de-AT`.
fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

impl Found {
    /// At most so many words apart, or in another part of the post; not inside of it.
    fn is_near(&self, term: &Found, within: usize) -> bool {
        if self.part != term.part {
            return true;
        }
        let apart = self.end <= term.start || term.end <= self.start;
        let after = self.words.0.saturating_sub(term.words.1);
        let before = term.words.0.saturating_sub(self.words.1);
        apart && after.max(before) <= within
    }
}

impl Terms {
    fn new(patterns: &[Pattern]) -> Result<Self, MatcherError> {
        let meaning = |p: &Pattern| Meaning { brand: p.brand, shown: p.shown, role: p.role, language: p.language };
        Ok(Self {
            search: Search::new(patterns.iter().map(|p| (p.needle.as_str(), p.edge)))?,
            meanings: patterns.iter().map(meaning).collect(),
        })
    }

    fn meaning(&self, place: Place) -> Option<&Meaning> {
        self.meanings.get(place.needle as usize)
    }

    fn find(&self, text: &str, part: usize, found: &mut Vec<Found>) {
        let before = found.len();
        self.search.each(text, |place| {
            if let Some(meaning) = self.meaning(place) {
                let Place { start, end, .. } = place;
                found.push(Found { meaning: *meaning, part, start, end, words: (0, 0) });
            }
        });
        let new = found.get_mut(before..).unwrap_or_default();
        if new.iter().any(|f| f.meaning.role == Role::Bare) || new.iter().any(|f| f.meaning.role == Role::Near) {
            let spans = Spans::of(text);
            for f in new.iter_mut() {
                f.words = spans.of_bytes(f.start, f.end);
            }
        }
    }
}
