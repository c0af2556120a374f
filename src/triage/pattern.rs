//! What a brand is watched for, and the patterns that it is compiled to.

use super::boundary::Edge;
use super::{fold, fold_keeping_case};
use crate::domain::BrandId;
use std::collections::{HashMap, HashSet};

/// What a brand is watched for, as configured. Everything is compared folded ([`fold`]); only `case_sensitive` is not
/// folded in case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrandTerms {
    /// Which brand.
    pub brand: BrandId,
    /// Whole words: `Acme`, `AT&T`, `C++`.
    pub terms: Vec<String>,
    /// Several words, with any white space between them: `Acme Cloud`.
    pub phrases: Vec<String>,
    /// Words or phrases that say that another brand or meaning is meant: a post with one of them is not about the brand.
    pub exclude: Vec<String>,
    /// Whole hashtags, with or without `#`.
    pub hashtags: Vec<String>,
    /// Handles under which people tag the brand, with or without `@`: `acme`, `acme@mastodon.example`,
    /// `acme.bsky.social`.
    pub handles: Vec<String>,
    /// Domains of the brand, `acme.com`: they and their subdomains, in the text and in links.
    pub domains: Vec<String>,
    /// The brand's own accounts, as handle or id, with the network in front if it is only there: `hackernews:acme`.
    pub accounts: Vec<String>,
    /// Words or phrases that only count in exactly these capitals: `GAP`. One that is also in `terms` counts only so.
    pub case_sensitive: Vec<String>,
    /// Words or phrases of which one must be near by for a term or phrase to count; if there are none, each counts by
    /// itself. Handles, hashtags and domains always do.
    pub near: Vec<String>,
    /// How many words away is near by. In another part of the post, such as its picture's description, it always is.
    pub near_within: usize,
    /// What only counts in posts of one language.
    pub words: Vec<LanguageWords>,
}

/// What a brand is called in one language, and what is not meant in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LanguageWords {
    /// ISO 639-1 code: `de`.
    pub language: String,
    /// Whole words or phrases.
    pub terms: Vec<String>,
    /// Words or phrases that say that another brand or meaning is meant.
    pub exclude: Vec<String>,
}

/// How many words away is near by if nothing else is configured.
pub const NEAR_WITHIN: usize = 10;

impl BrandTerms {
    /// A brand that is watched for nothing yet.
    pub fn new(brand: BrandId) -> Self {
        Self {
            brand,
            terms: Vec::new(),
            phrases: Vec::new(),
            exclude: Vec::new(),
            hashtags: Vec::new(),
            handles: Vec::new(),
            domains: Vec::new(),
            accounts: Vec::new(),
            case_sensitive: Vec::new(),
            near: Vec::new(),
            near_within: NEAR_WITHIN,
            words: Vec::new(),
        }
    }
}

/// What a match of a pattern means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The brand is named.
    Names,
    /// The brand is named if one of its near-by words is near.
    Bare,
    /// The brand is tagged.
    Tags,
    /// The brand is not meant.
    Excludes,
    /// A word that makes bare terms near it count.
    Near,
}

impl Role {
    /// The brand may be named.
    pub(super) fn names(self) -> bool {
        matches!(self, Role::Names | Role::Bare | Role::Tags)
    }
}

/// One string to look for in folded text.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// The folded string.
    pub(super) needle: String,
    /// Index of the brand.
    pub(super) brand: u32,
    /// Index into the brand's shown terms.
    pub(super) shown: u32,
    pub(super) edge: Edge,
    pub(super) role: Role,
    /// Index of the language in which alone it counts.
    pub(super) language: Option<u16>,
}

/// A brand's patterns while they are collected: first those for text folded in case, then those for text that is not.
pub(super) struct Patterns {
    pub(super) folded: Vec<Pattern>,
    pub(super) cased: Vec<Pattern>,
    /// The languages that patterns depend on.
    pub(super) languages: Vec<String>,
}

impl Patterns {
    pub(super) fn new() -> Self {
        Self { folded: Vec::new(), cased: Vec::new(), languages: Vec::new() }
    }

    /// Adds a brand's patterns. Returns its terms as they are shown, in the order of the configuration.
    pub(super) fn add(&mut self, brand: u32, terms: &BrandTerms) -> Vec<String> {
        let mut shown = Shown::default();
        let exact: HashSet<String> = terms.case_sensitive.iter().map(|t| fold(t)).collect();
        let named = if terms.near.is_empty() { Role::Names } else { Role::Bare };
        for term in terms.terms.iter().chain(&terms.phrases) {
            let needle = fold(term);
            if exact.is_empty() || !exact.contains(&needle) {
                self.folded.push(pattern(brand, shown.at(term), needle, Edge::Word, named));
            }
        }
        for term in &terms.case_sensitive {
            let at = shown.at(term);
            self.cased.push(pattern(brand, at, fold_keeping_case(term), Edge::Word, named));
        }
        for tag in &terms.hashtags {
            let name = fold(tag);
            let name = name.trim_start_matches('#');
            if !name.is_empty() {
                self.folded.push(pattern(brand, shown.at(tag), format!("#{name}"), Edge::Tag, Role::Names));
            }
        }
        for handle in &terms.handles {
            self.add_handle(brand, handle, &mut shown);
        }
        for domain in &terms.domains {
            self.add_domain(brand, domain, &mut shown);
        }
        for words in &terms.words {
            let language = Some(self.language(&words.language));
            for term in &words.terms {
                let pattern = pattern(brand, shown.at(term), fold(term), Edge::Word, named);
                self.folded.push(Pattern { language, ..pattern });
            }
            for term in &words.exclude {
                let pattern = pattern(brand, shown.at(term), fold(term), Edge::Word, Role::Excludes);
                self.folded.push(Pattern { language, ..pattern });
            }
        }
        for (list, role) in [(&terms.exclude, Role::Excludes), (&terms.near, Role::Near)] {
            for term in list {
                self.folded.push(pattern(brand, shown.at(term), fold(term), Edge::Word, role));
            }
        }
        self.folded.retain(|p| !p.needle.is_empty());
        self.cased.retain(|p| !p.needle.is_empty());
        shown.list
    }

    fn add_handle<'t>(&mut self, brand: u32, handle: &'t str, shown: &mut Shown<'t>) {
        let folded = fold(handle);
        let name = folded.trim_start_matches('@');
        if name.is_empty() {
            return;
        }
        let at = shown.at(handle);
        let mut add = |needle, edge| self.folded.push(pattern(brand, at, needle, edge, Role::Tags));
        if let Some((local, server)) = name.split_once('@') {
            add(format!("@{name}"), Edge::Handle);
            // The address of a fediverse profile, as links show it.
            add(format!("{server}/@{local}"), Edge::Profile);
        } else {
            add(name.to_owned(), Edge::Account);
        }
    }

    /// The index of a language.
    fn language(&mut self, code: &str) -> u16 {
        let at = self.languages.iter().position(|known| known == code).unwrap_or_else(|| {
            self.languages.push(code.to_owned());
            self.languages.len() - 1
        });
        u16::try_from(at).unwrap_or(u16::MAX)
    }

    fn add_domain<'t>(&mut self, brand: u32, domain: &'t str, shown: &mut Shown<'t>) {
        let folded = fold(domain);
        let bare = folded.split_once("://").map_or(folded.as_str(), |(_, rest)| rest);
        let bare = bare.split(['/', '?', '#', ':']).next().unwrap_or_default();
        let bare = bare.trim_matches('.').trim_start_matches("*.").trim_start_matches("www.");
        if bare.is_empty() {
            return;
        }
        let at = shown.at(domain);
        self.folded.push(pattern(brand, at, bare.to_owned(), Edge::Domain, Role::Names));
        // Links carry the ASCII form (RFC 5891) of a name that people write with its own letters.
        if let Ok(url::Host::Domain(ascii)) = url::Host::parse(bare)
            && ascii != bare
        {
            self.folded.push(pattern(brand, at, ascii, Edge::Domain, Role::Names));
        }
    }
}

/// A brand's terms as they are shown, each once.
#[derive(Default)]
struct Shown<'t> {
    list: Vec<String>,
    index: HashMap<&'t str, u32>,
}

impl<'t> Shown<'t> {
    /// The index of a term.
    fn at(&mut self, term: &'t str) -> u32 {
        let term = term.trim();
        if let Some(at) = self.index.get(term) {
            return *at;
        }
        let next = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(term.to_owned());
        self.index.insert(term, next);
        next
    }
}

fn pattern(brand: u32, shown: u32, needle: String, edge: Edge, role: Role) -> Pattern {
    Pattern { needle, brand, shown, edge, role, language: None }
}
