//! The open mentions, in memory: what `queue` and the digest ask for, whatever the number of closed ones.

use crate::domain::{Kind, MentionNo, OpenPage, OpenQuery, OpenRow, Pick, State};
use jiff::Timestamp;
use std::collections::{BTreeSet, HashMap};

/// All open mentions.
#[derive(Debug, Default)]
pub struct Board {
    rows: HashMap<MentionNo, OpenRow>,
    by_due: BTreeSet<(Timestamp, Timestamp, MentionNo)>,
    by_age: BTreeSet<(Timestamp, MentionNo)>,
    by_wake: BTreeSet<(Timestamp, MentionNo)>,
    /// Those with a due time that are not marked as overdue yet.
    unmarked: BTreeSet<(Timestamp, MentionNo)>,
}

fn due_key(row: &OpenRow) -> (Timestamp, Timestamp, MentionNo) {
    (row.due_at.unwrap_or(Timestamp::MAX), row.started_at, row.no)
}

fn matches(row: &OpenRow, query: &OpenQuery) -> bool {
    let picked = match &query.pick {
        Pick::All => true,
        Pick::Unclaimed => row.holder.is_none() && row.state == State::Open,
        Pick::HeldBy(person) => row.holder.as_ref() == Some(person),
        Pick::Overdue(at) => row.due_at.is_some_and(|due| due < *at) && !matches!(row.state, State::Snoozed(_)),
        Pick::OverdueProblems(at) => {
            matches!(row.kind, Kind::Question | Kind::Complaint)
                && row.due_at.is_some_and(|due| due < *at)
                && !matches!(row.state, State::Snoozed(_) | State::Sending)
        }
        Pick::NewlyOverdue(at) => !row.overdue && row.due_at.is_some_and(|due| due <= *at),
        Pick::Praise => row.kind == Kind::Praise,
        Pick::SurePraise => row.sure_praise,
        Pick::Approval => row.state == State::Waiting,
        Pick::ClaimedBefore(at) => row.state == State::Claimed && row.claimed_at.is_some_and(|c| c < *at),
        Pick::WakesBefore(at) => matches!(row.state, State::Snoozed(until) if until <= *at),
    };
    picked
        && query.brand.as_ref().is_none_or(|b| *b == row.brand)
        && query.network.as_ref().is_none_or(|n| *n == row.network)
}

impl Board {
    /// How many are open.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row of a mention, if it is open.
    pub fn row(&self, no: MentionNo) -> Option<&OpenRow> {
        self.rows.get(&no)
    }

    /// Sets or removes the row of a mention.
    pub fn set(&mut self, no: MentionNo, row: Option<OpenRow>) {
        if let Some(old) = self.rows.remove(&no) {
            self.by_due.remove(&due_key(&old));
            self.by_age.remove(&(old.started_at, no));
            if let Some(due) = old.due_at {
                self.unmarked.remove(&(due, no));
            }
            if let State::Snoozed(until) = old.state {
                self.by_wake.remove(&(until, no));
            }
        }
        if let Some(row) = row {
            self.by_due.insert(due_key(&row));
            self.by_age.insert((row.started_at, no));
            if let (Some(due), false) = (row.due_at, row.overdue) {
                self.unmarked.insert((due, no));
            }
            if let State::Snoozed(until) = row.state {
                self.by_wake.insert((until, no));
            }
            self.rows.insert(no, row);
        }
    }

    /// A page of praise, the likeliest first; of equally likely the oldest.
    fn likeliest(&self, query: &OpenQuery) -> OpenPage {
        let mut rows: Vec<&OpenRow> = self.rows.values().filter(|row| matches(row, query)).collect();
        rows.sort_by_key(|row| (row.started_at, row.no));
        if !query.oldest_first {
            rows.sort_by(|a, b| b.praise.total_cmp(&a.praise));
        }
        let mut page = Pages::new(query);
        for row in rows {
            page.take(row);
        }
        page.page
    }

    /// A page.
    pub fn page(&self, query: &OpenQuery) -> OpenPage {
        if query.pick == Pick::SurePraise {
            return self.likeliest(query);
        }
        let mut page = Pages::new(query);
        let mut take = |no: &MentionNo| {
            if let Some(row) = self.rows.get(no).filter(|row| matches(row, query)) {
                page.take(row);
            }
        };
        // What is asked about every second must not visit every open mention.
        let due_by = match &query.pick {
            Pick::Overdue(at) | Pick::OverdueProblems(at) => Some(*at),
            _ => None,
        };
        if let Pick::NewlyOverdue(at) = &query.pick {
            self.unmarked.iter().take_while(|(due, _)| due <= at).for_each(|(_, no)| take(no));
        } else if let Pick::WakesBefore(at) = &query.pick {
            self.by_wake.iter().take_while(|(wake, _)| wake <= at).for_each(|(_, no)| take(no));
        } else if query.oldest_first {
            self.by_age.iter().for_each(|(_, no)| take(no));
        } else if let Some(at) = due_by {
            self.by_due.iter().take_while(|(due, _, _)| *due <= at).for_each(|(_, _, no)| take(no));
        } else {
            self.by_due.iter().for_each(|(_, _, no)| take(no));
        }
        page.page
    }
}

/// A page on its way: rows are handed in one after the other.
struct Pages<'q> {
    query: &'q OpenQuery,
    page: OpenPage,
    /// Where the row stands that speaks for all that say the same; none if it is on another page.
    groups: HashMap<MentionNo, Option<usize>>,
}

impl<'q> Pages<'q> {
    fn new(query: &'q OpenQuery) -> Self {
        Self { query, page: OpenPage::default(), groups: HashMap::new() }
    }

    fn take(&mut self, row: &OpenRow) {
        let page = &mut self.page;
        let shown = page.total >= self.query.offset && page.rows.len() < self.query.limit;
        if self.query.grouped {
            let group = row.like.unwrap_or(row.no);
            if let Some(at) = self.groups.get(&group) {
                if let Some(first) = at.and_then(|at| page.rows.get_mut(at)) {
                    first.alike += 1;
                }
                return;
            }
            self.groups.insert(group, shown.then_some(page.rows.len()));
        }
        if shown {
            page.rows.push(row.clone());
        }
        page.total += 1;
    }
}
