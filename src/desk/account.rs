//! Whose accounts the sources answer as: read again at each decision, since a login may become known later.

use super::Desk;
use crate::domain::{Account, SourceName};
use std::collections::BTreeMap;

impl Desk {
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
