//! Lines that were refused and could not stay in their form: kept for seven days, for the one who filled it in.

use super::{Desk, lock};
use crate::commands;
use crate::domain::{Commit, KEPT, Kept, MentionNo, Person};
use crate::slash;
use crate::store::StoreError;
use jiff::{SignedDuration, Timestamp};

/// Between two looks for lines that are kept for too long.
const TIDY: SignedDuration = SignedDuration::from_hours(1);
/// So many characters has a key.
const KEY: usize = 32;

impl Desk {
    /// Keeps a line; its key cannot be guessed, and is of no use to anybody else.
    pub(super) async fn keep_line(&self, who: &Person, line: &str) -> Result<String, StoreError> {
        let key = format!("{:016x}{:016x}", self.chance.number(), self.chance.number());
        let now = self.clock.now();
        let no = self.mention_of(who, line).await?;
        let kept = Kept { who: who.id.clone(), at: now, no, line: line.to_owned() };
        let json = serde_json::to_string(&kept).map_err(|error| StoreError::Broken(error.to_string()))?;
        let mut commit = Commit::at(now);
        commit.settings.push((format!("{KEPT}{key}"), Some(json)));
        self.store.commit(commit).await?;
        Ok(key)
    }

    /// The line of that key, if it is theirs and not older than seven days.
    pub(super) async fn kept_line(&self, who: &Person, key: &str) -> Result<Option<String>, StoreError> {
        let ours = key.len() == KEY && key.bytes().all(|b| b.is_ascii_hexdigit());
        if !ours {
            return Ok(None);
        }
        let json = self.store.setting(&format!("{KEPT}{key}")).await?;
        let kept = json.and_then(|json| serde_json::from_str::<Kept>(&json).ok());
        let now = self.clock.now();
        Ok(kept.filter(|kept| kept.who == who.id && kept.lasts(now)).map(|kept| kept.line))
    }

    /// The mention that a line is about, as far as it says so.
    async fn mention_of(&self, who: &Person, line: &str) -> Result<Option<MentionNo>, StoreError> {
        let read = slash::parse_wanted(commands::ALL, line).ok();
        match read.as_ref().and_then(|(_, args)| args.mention()) {
            Some(mention) => self.referred(who, mention).await,
            None => Ok(None),
        }
    }

    /// Forgets what was kept for seven days; looks once an hour.
    pub(super) async fn forget_kept(&self, now: Timestamp) -> Result<(), StoreError> {
        let looked = *lock(&self.tidied);
        if looked.is_some_and(|at| at <= now && now.duration_since(at) < TIDY) {
            return Ok(());
        }
        let mut commit = Commit::at(now);
        for (key, json) in self.store.settings(KEPT).await? {
            if !serde_json::from_str::<Kept>(&json).is_ok_and(|kept| kept.lasts(now)) {
                commit.settings.push((key, None));
            }
        }
        if !commit.settings.is_empty() {
            self.store.commit(commit).await?;
        }
        *lock(&self.tidied) = Some(now);
        Ok(())
    }
}
