//! What is ours: the accounts that speak for the brands, and what the sources can do by now.

use super::Desk;
use crate::domain::{BrandId, Post, Rules, SourceName, SourceRules};
use crate::networks::Network;
use crate::triage::Judged;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Desk {
    /// The account of ours that wrote a post, and its brand: one of a brand's own accounts, or the one that a source of that
    /// network answers as.
    pub(super) fn ours(&self, post: &Post) -> Option<(String, BrandId)> {
        if let Judged::Own { account, brand } = self.triage.judge(post, None) {
            return Some((account, brand));
        }
        self.networks.iter().filter(|(_, network)| network.network() == post.network).find_map(|(source, network)| {
            let account = network.account().filter(|a| !a.id.is_empty() && a.id == post.author.id)?;
            let brands = self.brands_of.get(source).map(Vec::as_slice);
            let name = if account.handle.is_empty() { account.id } else { format!("@{}", account.handle) };
            Some((name, self.triage.first_brand(brands)?))
        })
    }

    /// What each source can do by now: an instance's rules, a tier, a session may have become known since.
    pub(super) fn source_rules(&self) -> BTreeMap<SourceName, SourceRules> {
        of(&self.networks)
    }

    /// The workspace as decisions see it, but for the pause.
    pub(super) fn current(&self) -> Rules {
        Rules { sources: self.source_rules(), accounts: self.accounts_now(), ..self.rules.clone() }
    }
}

/// What these sources can do.
pub(super) fn of(networks: &BTreeMap<SourceName, Arc<dyn Network>>) -> BTreeMap<SourceName, SourceRules> {
    let rules = |n: &Arc<dyn Network>| SourceRules { can: n.capabilities(), length: n.length() };
    networks.iter().map(|(source, network)| (source.clone(), rules(network))).collect()
}
