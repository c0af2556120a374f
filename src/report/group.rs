//! The same figures, group by group.

use super::ttfr::{Figures, Pick, figures_by};
use crate::domain::Calendar;
use crate::domain::{Ending, Fact, Facts, Kind};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// By what to group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// Question, complaint, praise, other.
    Kind,
    /// Where it was said.
    Network,
    /// Direct or indirect.
    Direct,
    /// Who gets the credit. Only answered waits have somebody: their times are those of the answered alone.
    Person,
    /// Which brand.
    Brand,
}

impl By {
    /// All, in the order of the full report.
    pub const ALL: [By; 5] = [By::Kind, By::Network, By::Direct, By::Brand, By::Person];

    /// The word in commands and headings.
    pub fn word(self) -> &'static str {
        match self {
            By::Kind => "kind",
            By::Network => "network",
            By::Direct => "direct",
            By::Person => "person",
            By::Brand => "brand",
        }
    }

    /// The one with that word.
    pub fn from_word(word: &str) -> Option<By> {
        By::ALL.into_iter().find(|by| by.word() == word)
    }
}

/// A group and its figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// What its waits have in common.
    pub name: String,
    /// Its figures.
    pub figures: Figures,
}

/// The credit of an answer whose author is not known: a brand account answered in the network's own app.
const NOBODY: &str = "(not known)";

/// The figures by group: kinds in their order, direct before indirect, others by size, then by name.
pub fn groups(facts: &Facts, by: By, now: Timestamp, calendar: Option<&Calendar>) -> Vec<Group> {
    match calendar {
        None => groups_of(facts, facts.rows.iter(), by, now, None),
        Some(calendar) => groups_of(facts, facts.rows.iter(), by, now, Some(&|_: &Fact<u16>| calendar)),
    }
}

/// [`groups`] of some of the facts, with the business hours picked wait by wait.
pub(super) fn groups_of<'a>(
    facts: &Facts,
    rows: impl Iterator<Item = &'a Fact<u16>>,
    by: By,
    now: Timestamp,
    business: Option<Pick<'_, u16>>,
) -> Vec<Group> {
    let mut sets: BTreeMap<(usize, &str), Vec<&Fact<u16>>> = BTreeMap::new();
    for fact in rows {
        let key = match by {
            By::Kind => (kind_rank(fact.kind), fact.kind.word()),
            By::Direct => (usize::from(!fact.direct), direct_word(fact.direct)),
            By::Network => (0, facts.name(fact.network)),
            By::Brand => (0, facts.name(fact.brand)),
            By::Person => match (fact.ending, fact.person) {
                (Ending::Answered(_), Some(person)) => (0, facts.name(person)),
                (Ending::Answered(_), None) => (1, NOBODY),
                _ => continue,
            },
        };
        sets.entry(key).or_default().push(fact);
    }
    let mut all: Vec<(usize, Group)> = sets
        .into_iter()
        .map(|((rank, name), set)| {
            (rank, Group { name: name.to_owned(), figures: figures_by(set.iter().copied(), now, business) })
        })
        .collect();
    all.sort_by_key(|(rank, group)| (*rank, std::cmp::Reverse(group.figures.n)));
    all.into_iter().map(|(_, group)| group).collect()
}

fn kind_rank(kind: Kind) -> usize {
    Kind::ALL.iter().position(|k| *k == kind).unwrap_or(Kind::ALL.len())
}

/// The word for direct or indirect.
pub(super) fn direct_word(direct: bool) -> &'static str {
    if direct { "direct" } else { "indirect" }
}
