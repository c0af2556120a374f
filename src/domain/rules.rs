//! What the workspace has decided: everything besides the mention that a decision may depend on.

use super::{
    AssistRules, BrandId, Capabilities, Hours, Kind, LengthRule, Mention, Person, PersonId, Privacy, SourceName,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a reply of a brand goes out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A preview to the sender, then Send.
    #[default]
    Confirm,
    /// Somebody else must approve.
    Approve,
    /// At once.
    Direct,
}

/// What the workspace says of a brand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrandRules {
    /// The name that people read.
    pub title: String,
    /// How its replies go out.
    pub mode: Mode,
    /// Short thank-yous for `thanks`, with `{author}`-style variables.
    pub thanks: Vec<String>,
    /// The private way that the send guard offers instead of personal data in public, such as a help page.
    pub private_way: Option<String>,
    /// How the author of a mention is asked to go on in private, with `{author}`-style variables and `{link}` for the
    /// private way.
    pub handoff: Option<String>,
}

/// The account that a source watches and answers as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The kind of network, as on the card.
    pub network: String,
    /// The handle without `@`; `None` while it is not known.
    pub handle: Option<String>,
}

/// What a source can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceRules {
    /// Beyond watching.
    pub can: Capabilities,
    /// How long a reply may be.
    pub length: LengthRule,
}

/// Everything outgoing stands still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// Who paused.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// Why, possibly empty.
    #[serde(default)]
    pub reason: String,
}

/// A saved reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Canned {
    /// Its short name.
    pub name: String,
    /// Its text with `{author}`-style variables.
    pub text: String,
}

/// The workspace, as decisions see it.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// By brand.
    pub brands: BTreeMap<BrandId, BrandRules>,
    /// By source.
    pub sources: BTreeMap<SourceName, SourceRules>,
    /// Whose account each source answers as.
    pub accounts: BTreeMap<SourceName, Account>,
    /// Staff that the configuration names, by what is typed after `@`.
    pub people: BTreeMap<PersonId, Person>,
    /// How long a claim may be idle before anybody may take it over, in seconds.
    pub idle_claim_s: i64,
    /// When the staff is there, for figures beside the calendar's; around the clock if there are none.
    pub hours: Option<Hours>,
    /// What is personal data besides what everybody has, and where it is masked.
    pub privacy: Privacy,
    /// Set while everything outgoing stands still.
    pub paused: Option<Paused>,
    /// What an assistant may do; `None`: there is none.
    pub assist: Option<AssistRules>,
}

impl Rules {
    /// How the mention's brand sends.
    pub fn mode(&self, mention: &Mention) -> Mode {
        self.brands.get(&mention.brand).map_or(Mode::Confirm, |b| b.mode)
    }

    /// What the mention's source can do now at this post; a source that is no longer configured can do nothing.
    pub fn source(&self, mention: &Mention) -> SourceRules {
        let all = self.anywhere(mention);
        SourceRules { can: all.can.for_post(&mention.post), ..all }
    }

    /// The network takes replies from here, but none to this post: its author did not call the account.
    pub fn uncalled(&self, mention: &Mention) -> bool {
        self.anywhere(mention).can.reply && !self.source(mention).can.reply
    }

    fn anywhere(&self, mention: &Mention) -> SourceRules {
        self.sources
            .get(&mention.post.source)
            .copied()
            .unwrap_or(SourceRules { can: Capabilities::READ_ONLY, length: LengthRule::Unlimited })
    }

    /// The sources whose accounts could answer on the mention's network, its own among them.
    pub fn answering(&self, mention: &Mention) -> Vec<&SourceName> {
        let same = |(name, account): (_, &Account)| (account.network == mention.post.network).then_some(name);
        let of_network = self.accounts.iter().filter_map(same);
        of_network.filter(|name| self.sources.get(*name).is_some_and(|s| s.can.reply)).collect()
    }

    /// How the account of a source is called among staff: its handle, or else the source's name.
    pub fn account_name(&self, source: &SourceName) -> String {
        let handle = self.accounts.get(source).and_then(|a| a.handle.as_deref()).filter(|h| !h.is_empty());
        handle.map_or_else(|| source.0.clone(), |handle| format!("@{handle}"))
    }

    /// The account that answers, where there is more than one to choose from.
    pub fn chosen(&self, mention: &Mention) -> Option<String> {
        let several = self.answering(mention).iter().any(|name| **name != mention.post.source);
        several.then(|| self.account_name(&mention.post.source))
    }

    /// The name that colleagues read.
    pub fn person_name(&self, id: &PersonId) -> String {
        self.people.get(id).map_or_else(|| id.0.clone(), |p| p.name.clone())
    }
}

/// When a response is due, decided by the kind.
pub trait Targets: Send + Sync {
    /// When a response to something posted at `from` is due; `None` if none is expected.
    fn due(&self, brand: &BrandId, kind: Kind, from: Timestamp) -> Option<Timestamp>;
}
