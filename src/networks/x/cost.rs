//! What X's API costs, and what of the month's budget is used up. Every resource that is read is paid for, once a UTC day.
//! What was spent is kept before anything that was read is handed on.

use crate::networks::{CallError, Keep};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// A thousandth of a US dollar: every price is a whole number of these.
pub type Mills = u64;

/// The pay-per-use prices of docs.x.com/x-api/getting-started/pricing, as of 22 August 2026.
pub mod price {
    use super::Mills;

    /// A post that is read by search, by its id, or from the stream.
    pub const POST: Mills = 5;
    /// A post of the account's own timelines: its posts, its mentions.
    pub const OWNED: Mills = 1;
    /// An account that is read, also one that comes with a post.
    pub const USER: Mills = 10;
    /// A direct message that is sent.
    pub const MESSAGE: Mills = 15;
    /// A reply to somebody who called the account.
    pub const REPLY_SUMMONED: Mills = 10;
    /// Any other reply.
    pub const REPLY: Mills = 15;
    /// Any other reply with a link in it.
    pub const REPLY_WITH_LINK: Mills = 200;
    /// A like, a repost, a follow.
    pub const INTERACTION: Mills = 15;
    /// Taking one back, and deleting a reply.
    pub const DELETE: Mills = 10;
    /// How many posts match a query, per question.
    pub const COUNTS: Mills = 5;
}

/// An amount in words, such as `3.20`.
pub fn dollars(mills: Mills) -> String {
    if mills.is_multiple_of(10) {
        format!("{}.{:02}", mills / 1000, mills % 1000 / 10)
    } else {
        format!("{}.{:03}", mills / 1000, mills % 1000)
    }
}

/// What is remembered between two runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The first day of the UTC month that is counted.
    #[serde(default)]
    month: Option<Date>,
    /// What it has cost so far.
    #[serde(default)]
    spent: Mills,
    /// The UTC day of `seen`.
    #[serde(default)]
    day: Option<Date>,
    /// What was paid for on that day, and costs nothing more.
    #[serde(default)]
    seen: BTreeSet<String>,
    /// Who we are, once it was asked.
    #[serde(default)]
    pub account: Option<KeptAccount>,
    /// Later versions of edited posts, and the id that each is known by.
    #[serde(default)]
    pub versions: BTreeMap<String, String>,
}

/// Who we are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAccount {
    /// A fingerprint of the token that it was asked with: another token may be another account.
    pub token: String,
    /// The id.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The handle without `@`.
    pub handle: String,
}

/// So many versions of edited posts are remembered; a post can be edited for half an hour.
const VERSIONS: usize = 500;

/// The book of one source.
pub struct Book {
    keep: Arc<dyn Keep>,
    budget: Mills,
    kept: Mutex<Kept>,
}

impl Book {
    /// The book over what was kept.
    pub fn open(keep: Arc<dyn Keep>, budget: Mills) -> Self {
        let kept = load(&*keep).unwrap_or_default();
        Self { keep, budget, kept: Mutex::new(kept) }
    }

    /// What is kept, as of now.
    pub fn kept(&self) -> Kept {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes what is kept.
    ///
    /// # Errors
    /// [`CallError::Later`] if it cannot be saved.
    pub fn change(&self, change: impl FnOnce(&mut Kept)) -> Result<(), CallError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // `check` may have spent something beside a desk that runs.
        if let Some(stored) = load(&*self.keep)
            && stored.month == kept.month
        {
            kept.spent = kept.spent.max(stored.spent);
        }
        change(&mut kept);
        while kept.versions.len() > VERSIONS {
            kept.versions.pop_first();
        }
        let text = serde_json::to_string(&*kept).unwrap_or_default();
        self.keep.save(&text).map_err(|why| CallError::Later {
            why: format!("what X costs cannot be noted, so nothing more is read: {why}"),
            after: None,
        })
    }

    /// Notes what was read: each resource by a key of its own, once a UTC day.
    ///
    /// # Errors
    /// [`CallError::Later`] if it cannot be saved.
    pub fn read(&self, resources: &[(String, Mills)], now: Timestamp) -> Result<(), CallError> {
        if resources.is_empty() {
            return Ok(());
        }
        self.change(|kept| {
            turn(kept, now);
            for (key, price) in resources {
                if kept.seen.insert(key.clone()) {
                    kept.spent += price;
                }
            }
        })
    }

    /// Notes what something that was done costs. It is done by now: that it cannot be noted is only told.
    pub fn done(&self, price: Mills, now: Timestamp) {
        let noted = self.change(|kept| {
            turn(kept, now);
            kept.spent += price;
        });
        if let Err(error) = noted {
            tracing::warn!(%error, "what was spent at X");
        }
    }

    /// What this month has cost so far.
    pub fn spent(&self, now: Timestamp) -> Mills {
        let mut kept = self.kept();
        turn(&mut kept, now);
        kept.spent
    }

    /// What may still be read this month.
    ///
    /// # Errors
    /// [`CallError::Never`] if that is nothing.
    pub fn left(&self, now: Timestamp) -> Result<Mills, CallError> {
        let left = self.budget.saturating_sub(self.spent(now));
        if left > 0 {
            return Ok(left);
        }
        Err(CallError::Never {
            why: format!(
                "the month's budget for X, {} USD, is used up; reading goes on on {}, or raise budget in bot.toml. Replies \
                 can still be sent",
                dollars(self.budget),
                next_month(now).strftime("%-d %B")
            ),
        })
    }

    /// What somebody who asks for the health should know.
    pub fn note(&self, now: Timestamp) -> String {
        let spent = self.spent(now);
        let note = format!("X: {} of {} USD this month", dollars(spent), dollars(self.budget));
        if spent >= self.budget {
            return format!("{note}: used up. Nothing is read before {}", next_month(now).strftime("%-d %B"));
        }
        if spent * 5 >= self.budget * 4 {
            return format!(
                "{note}: nearly used up. At the end of it nothing more is read; raise budget in bot.toml in time"
            );
        }
        note
    }
}

fn load(keep: &dyn Keep) -> Option<Kept> {
    let text = keep.load()?;
    let kept = serde_json::from_str(&text);
    if kept.is_err() {
        tracing::warn!("what was spent at X this month cannot be read; it is counted from zero");
    }
    kept.ok()
}

fn today(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

fn next_month(now: Timestamp) -> Date {
    today(now).first_of_month().saturating_add(1.month())
}

/// Turns the page when a month or a day is over. A clock that steps back changes nothing.
fn turn(kept: &mut Kept, now: Timestamp) {
    let today = today(now);
    if kept.month.is_none_or(|month| month < today.first_of_month()) {
        kept.month = Some(today.first_of_month());
        kept.spent = 0;
    }
    if kept.day.is_none_or(|day| day < today) {
        kept.day = Some(today);
        kept.seen.clear();
    }
}
