//! What posts come to, counted. Pure.

use crate::domain::{BrandId, Kind, Post};
use crate::triage::{BrandTerms, Judged, Triage};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, HashSet};

/// What was counted.
pub(super) struct Tally {
    triage: Triage,
    examples: usize,
    seen: HashSet<(String, String)>,
    /// Posts that were looked at, each once.
    pub(super) posts: usize,
    /// Lines that were no posts.
    pub(super) skipped: usize,
    /// Posts of the brands' own accounts.
    pub(super) own: usize,
    pub(super) brands: Vec<OfBrand>,
}

/// What there was of one brand.
pub(super) struct OfBrand {
    pub(super) brand: BrandId,
    /// Every term, as configured, and how many mentions have it.
    pub(super) terms: Vec<(String, usize)>,
    pub(super) mentions: usize,
    pub(super) direct: usize,
    pub(super) kinds: BTreeMap<Kind, usize>,
    pub(super) examples: Vec<Example>,
    /// What kept posts out that have a term, and how many.
    pub(super) kept_out: BTreeMap<KeptOut, (usize, Vec<Example>)>,
}

/// Why a post with a term is no mention.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KeptOut {
    /// That exclusion is in it.
    Excluded(String),
    /// That term has none of the near-by words near it.
    Alone(String),
    /// That term counts in another language.
    Foreign(String),
}

/// A post to look at.
pub(super) struct Example {
    pub(super) author: String,
    pub(super) network: String,
    pub(super) text: String,
    pub(super) matched: Vec<String>,
}

impl Tally {
    pub(super) fn new(triage: Triage, brands: Vec<BrandTerms>, examples: usize) -> Self {
        let brands = brands.into_iter().map(OfBrand::new).collect();
        Self { triage, examples, seen: HashSet::new(), posts: 0, skipped: 0, own: 0, brands }
    }

    /// How many mentions, each of which has a card: one that names two brands is one.
    pub(super) fn mentions(&self) -> usize {
        self.brands.iter().map(|of| of.mentions).sum()
    }

    /// Counts a post; one that was counted before is left alone.
    pub(super) fn take(&mut self, post: &Post, brands_of_source: Option<&[BrandId]>) {
        if !self.seen.insert((post.network.clone(), post.external_id.clone())) {
            return;
        }
        self.posts += 1;
        let mut counted = HashSet::new();
        match self.triage.judge(post, brands_of_source) {
            Judged::Own { .. } => {
                self.own += 1;
                return;
            }
            Judged::Nothing => {}
            Judged::Mention(verdicts) => {
                for (at, (verdict, _)) in verdicts.iter().enumerate() {
                    counted.insert(verdict.brand.clone());
                    let Some(of) = self.brands.iter_mut().find(|of| of.brand == verdict.brand) else { continue };
                    for (term, count) in &mut of.terms {
                        *count += usize::from(verdict.matched.contains(term));
                    }
                    // The card is the first brand's.
                    if at == 0 {
                        of.mentions += 1;
                        of.direct += usize::from(verdict.direct);
                        *of.kinds.entry(verdict.kind).or_default() += 1;
                        if of.examples.len() < self.examples {
                            of.examples.push(Example::of(post, &verdict.matched));
                        }
                    }
                }
            }
        }
        for looked in self.triage.look(post) {
            let bound = brands_of_source.is_none_or(|brands| brands.contains(&looked.hit.brand));
            if !bound || counted.contains(&looked.hit.brand) {
                continue;
            }
            let Some(of) = self.brands.iter_mut().find(|of| of.brand == looked.hit.brand) else { continue };
            let excluded: Vec<KeptOut> = looked.excluded.into_iter().map(KeptOut::Excluded).collect();
            let others =
                looked.alone.into_iter().map(KeptOut::Alone).chain(looked.foreign.into_iter().map(KeptOut::Foreign));
            let why: Vec<KeptOut> = if excluded.is_empty() { others.collect() } else { excluded };
            for why in why {
                let (count, examples) = of.kept_out.entry(why).or_default();
                *count += 1;
                if examples.len() < self.examples.min(1) {
                    examples.push(Example::of(post, &[]));
                }
            }
        }
    }
}

impl OfBrand {
    fn new(terms: BrandTerms) -> Self {
        let lists =
            [&terms.terms, &terms.phrases, &terms.case_sensitive, &terms.hashtags, &terms.handles, &terms.domains];
        let in_languages = terms.words.iter().flat_map(|words| &words.terms);
        let mut all: Vec<(String, usize)> = Vec::new();
        for term in lists.into_iter().flatten().chain(in_languages).map(|term| term.trim()) {
            if !all.iter().any(|(known, _)| known == term) {
                all.push((term.to_owned(), 0));
            }
        }
        Self {
            brand: terms.brand,
            terms: all,
            mentions: 0,
            direct: 0,
            kinds: BTreeMap::new(),
            examples: Vec::new(),
            kept_out: BTreeMap::new(),
        }
    }
}

impl Example {
    fn of(post: &Post, matched: &[String]) -> Self {
        let extras = post.native.extras.iter().map(|extra| format!(" [{}: {}]", extra.what.word(), extra.text));
        let named = [&post.author.handle, &post.author.name].into_iter().find(|name| !name.is_empty());
        Self {
            author: named.cloned().unwrap_or_default(),
            network: post.network.clone(),
            text: std::iter::once(post.text.clone()).chain(extras).collect(),
            matched: matched
                .iter()
                .map(|term| match post.besides(term) {
                    Some(what) => format!("{term} ({})", what.place()),
                    None => term.clone(),
                })
                .collect(),
        }
    }
}

/// How long it took until all of it was said.
pub(super) enum Span {
    /// So long.
    Of(SignedDuration),
    /// That is not known: too few posts say when they were posted.
    Unknown,
}

impl Span {
    pub(super) fn between(from: Timestamp, to: Timestamp) -> Self {
        Span::Of(to.duration_since(from))
    }

    /// From the first to the last of some moments.
    pub(super) fn of_times(times: &[Timestamp]) -> Self {
        match (times.iter().min(), times.iter().max()) {
            (Some(first), Some(last)) if first < last => Span::between(*first, *last),
            _ => Span::Unknown,
        }
    }
}
