//! What the sources can do and whose accounts they answer as: read again at each decision, since a login, a tier or an
//! instance's rules may become known later.

use super::Desk;
use crate::domain::{Account, SourceName, SourceRules};
use std::collections::BTreeMap;

impl Desk {
    /// What each source can do now.
    pub(super) fn sources_now(&self) -> BTreeMap<SourceName, SourceRules> {
        let rules = self.networks.iter().map(|(name, network)| {
            (name.clone(), SourceRules { can: network.capabilities(), length: network.length() })
        });
        rules.collect()
    }

    /// Whose account each source answers as, as far as it is known by now.
    pub(super) fn accounts_now(&self) -> BTreeMap<SourceName, Account> {
        let accounts = self.networks.iter().map(|(name, network)| {
            let handle =
                network.account().map(|account| if account.handle.is_empty() { account.id } else { account.handle });
            (name.clone(), Account { network: network.network().to_owned(), handle })
        });
        accounts.collect()
    }
}
