//! The judgement of a post: nothing, one of the brand's own, or a mention with its verdict and its places.

use super::neutral::without_names;
use super::{BrandHit, BrandTerms, Classified, Classifier, Matcher, MatcherError, Route, Routes, fold, language};
use crate::domain::{BrandId, Place, Post, Signals, Verdict};
use std::sync::Arc;

/// What a post is to the desk.
#[derive(Clone, Debug, PartialEq)]
pub enum Judged {
    /// It names brands: a verdict for each and where the cards of such a mention go, the best brand first. One post is
    /// one mention, the first; the others say which brands are named besides.
    Mention(Vec<(Verdict, Vec<Place>)>),
    /// A brand account wrote it.
    Own {
        /// The account, as configured.
        account: String,
        /// Whose.
        brand: BrandId,
    },
    /// It is no concern of any brand.
    Nothing,
}

/// Everything that decides about posts, compiled once per configuration.
pub struct Triage {
    brands: Vec<BrandTerms>,
    matcher: Matcher,
    classifier: Arc<dyn Classifier>,
    routes: Routes,
}

impl Triage {
    /// Compiles the brands' terms.
    pub fn new(
        brands: Vec<BrandTerms>,
        classifier: Arc<dyn Classifier>,
        routes: Vec<Route>,
        default_place: Place,
    ) -> Result<Self, MatcherError> {
        let matcher = Matcher::new(&brands)?;
        Ok(Self { brands, matcher, classifier, routes: Routes { routes, default: default_place } })
    }

    /// Judges a post from a source that is bound to some brands, or to none in particular.
    ///
    /// - An account of any brand is never a customer.
    /// - Among several brands the tagged one comes first, then the one with more terms in the text, then the one with
    ///   the longest term (the most specific), then the order of the configuration.
    /// - A post that the network says was addressed to the brand matters even if no term occurs, and even if an
    ///   exclusion does: exclusions tell apart who is named, and here nobody needed to be. It goes to the first brand
    ///   of the source.
    pub fn judge(&self, post: &Post, brands_of_source: Option<&[BrandId]>) -> Judged {
        if let Some(own) = self.own(post) {
            return own;
        }
        let mut hits = self.matcher.hits(&post.text);
        hits.retain(|h| brands_of_source.is_none_or(|of| of.contains(&h.brand)));
        if hits.is_empty()
            && post.addressed
            && let Some(brand) = self.first_brand(brands_of_source)
        {
            hits.push(BrandHit { brand, matched: Vec::new(), direct_handle: false });
        }
        if hits.is_empty() {
            return Judged::Nothing;
        }
        hits.sort_by_key(|h| std::cmp::Reverse((h.direct_handle, h.matched.len(), longest(&h.matched))));
        let language = language(&post.text, post.language.as_deref());
        let names: Vec<String> = hits.iter().flat_map(|h| h.matched.iter().cloned()).collect();
        let class = self.classifier.classify(&without_names(&post.text, &names), language.as_deref());
        let mention = hits.into_iter().map(|hit| {
            let verdict = Verdict {
                brand: hit.brand,
                kind: class.kind,
                confidence: class.confidence,
                direct: post.addressed || hit.direct_handle,
                language: language.clone(),
                matched: hit.matched,
                signals: signals(class),
            };
            let places = self.routes.places(post, &verdict);
            (verdict, places)
        });
        Judged::Mention(mention.collect())
    }

    /// What a post is apart from any brand's terms: for those that go on with a conversation. `brand` is taken as given,
    /// or else the first of the source's.
    pub fn verdict(
        &self,
        post: &Post,
        brand: Option<BrandId>,
        brands_of_source: Option<&[BrandId]>,
    ) -> Option<Verdict> {
        let brand = brand.or_else(|| self.first_brand(brands_of_source))?;
        let language = language(&post.text, post.language.as_deref());
        let class = self.classifier.classify(&post.text, language.as_deref());
        Some(Verdict {
            brand,
            kind: class.kind,
            confidence: class.confidence,
            direct: post.addressed,
            language,
            matched: Vec::new(),
            signals: signals(class),
        })
    }

    /// The channels that are for a network by its name; none if no route is.
    pub fn places_of(&self, network: &str) -> Vec<Place> {
        self.routes.places_of(network)
    }

    /// The brand that a post belongs to which names none: the first of its source's, or of all.
    pub fn first_brand(&self, of_source: Option<&[BrandId]>) -> Option<BrandId> {
        match of_source {
            Some(brands) => brands.first().cloned(),
            None => self.brands.first().map(|b| b.brand.clone()),
        }
    }

    fn own(&self, post: &Post) -> Option<Judged> {
        self.brands.iter().find_map(|terms| {
            let account = terms.accounts.iter().find(|account| is_account(account, post))?;
            Some(Judged::Own { account: account.clone(), brand: terms.brand.clone() })
        })
    }
}

fn signals(class: Classified) -> Signals {
    let Classified { odds, needs_reply, sure_praise, unsure, .. } = class;
    Signals { odds, needs_reply, sure_praise, unsure, urgent: None, doubt: None }
}

fn longest(matched: &[String]) -> usize {
    matched.iter().map(|m| m.chars().count()).max().unwrap_or(0)
}

/// Whether the post's author is that account, `handle`, `id` or `network:handle`. Handles are compared folded, ids
/// (which may differ in case only) exactly.
fn is_account(account: &str, post: &Post) -> bool {
    let account = account.trim();
    let on_network = account
        .split_once(':')
        .filter(|(network, _)| fold(network) == fold(&post.network))
        .map(|(_, rest)| rest.trim());
    // Ids may contain colons themselves (did:plc:…), so the whole is tried as well.
    [Some(account), on_network].into_iter().flatten().any(|name| {
        let bare = name.trim_start_matches('@');
        !bare.is_empty()
            && (name == post.author.id
                || bare == post.author.id
                || (!post.author.handle.is_empty() && fold(bare) == fold(post.author.handle.trim_start_matches('@'))))
    })
}
