//! Where the cards of a mention go.

use super::fold;
use crate::domain::{BrandId, Kind, Place, Post, SourceName, Verdict};

/// A `[[route]]`: which mentions, and where their cards go. A list that is empty and a choice that is not made match
/// everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// Only these kinds.
    pub kinds: Vec<Kind>,
    /// Only these brands.
    pub brands: Vec<BrandId>,
    /// Only these networks, as on the card.
    pub networks: Vec<String>,
    /// Only what these sources hand in: one account among several, say.
    pub sources: Vec<SourceName>,
    /// Only direct ones, or only indirect ones.
    pub direct: Option<bool>,
    /// Only what cannot wait, or only what can.
    pub urgent: Option<bool>,
    /// Only these languages, as ISO 639-1 codes; `und` stands for undetermined.
    pub languages: Vec<String>,
    /// Where to.
    pub to: Vec<Place>,
}

impl Route {
    fn takes(&self, post: &Post, verdict: &Verdict) -> bool {
        let language = verdict.language.as_deref().unwrap_or("und");
        (self.kinds.is_empty() || self.kinds.contains(&verdict.kind))
            && (self.brands.is_empty() || self.brands.contains(&verdict.brand))
            && (self.networks.is_empty() || self.networks.iter().any(|n| fold(n) == fold(&post.network)))
            && (self.sources.is_empty() || self.sources.contains(&post.source))
            && self.direct.is_none_or(|direct| direct == verdict.direct)
            && self.urgent.is_none_or(|urgent| urgent == verdict.signals.urgent.is_some())
            && (self.languages.is_empty() || self.languages.iter().any(|l| l.eq_ignore_ascii_case(language)))
    }
}

/// All routes and where a mention goes that none of them takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routes {
    /// Every route that matches counts, in this order.
    pub routes: Vec<Route>,
    /// Where the rest goes, so that nothing is lost.
    pub default: Place,
}

impl Routes {
    /// The places for a mention's cards: those of every matching route in order, each once; never none.
    pub fn places(&self, post: &Post, verdict: &Verdict) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        for place in self.routes.iter().filter(|r| r.takes(post, verdict)).flat_map(|r| &r.to) {
            if !places.contains(place) {
                places.push(place.clone());
            }
        }
        if places.is_empty() {
            places.push(self.default.clone());
        }
        places
    }

    /// The places of the routes that are for a network by its name; none if no route is.
    pub fn places_of(&self, network: &str) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        let named = |r: &&Route| r.networks.iter().any(|n| fold(n) == fold(network));
        for place in self.routes.iter().filter(named).flat_map(|r| &r.to) {
            if !places.contains(place) {
                places.push(place.clone());
            }
        }
        places
    }
}
