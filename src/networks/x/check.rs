//! What `hearback check` says of X: who answers, what is allowed, what it costs.

use super::api::As;
use super::cost::{dollars, price};
use super::lists::List;
use super::wire::Answer;
use super::{Tier, X};
use crate::networks::CallError;
use jiff::Timestamp;
use reqwest::Method;
use serde::de::IgnoredAny;

/// Seconds of a month.
const MONTH: u64 = 30 * 24 * 3600;
/// Posts of the largest page.
const PAGE: u64 = 100;

impl X {
    pub(super) async fn examine(&self, now: Timestamp) -> Result<Vec<String>, CallError> {
        let mut lines = Vec::new();
        self.know_account(now).await?;
        match self.me() {
            Some(me) => lines.push(format!("watches and answers as @{}", me.handle)),
            None => lines.push(
                "only searches: without the four keys of an account it sees no mentions and cannot answer".to_owned(),
            ),
        }
        lines.push(match self.config.tier {
            Tier::PayPerUse => {
                "pay-per-use: X takes a reply only where the author named the account or quoted it; no likes, no follows. A \
                 card of anything else has the link"
                    .to_owned()
            }
            Tier::Enterprise => "enterprise: everything can be answered, liked, reposted and followed".to_owned(),
        });
        lines.extend(self.costs(now).await);
        lines.push(self.book.note(now));
        Ok(lines)
    }

    /// What a month costs: by what was said last week where X tells, and at worst.
    async fn costs(&self, now: Timestamp) -> Vec<String> {
        let mut lines = Vec::new();
        let polls = MONTH / self.config.every.as_secs().max(1);
        let mut worst = 0;
        if self.api.has_user() {
            lines.push(format!(
                "a mention costs up to {} USD: {} for the post and {} for its author, once a day each",
                dollars(List::Mentions.worst()),
                dollars(price::OWNED),
                dollars(price::USER)
            ));
            worst += polls * PAGE * (List::Mentions.worst() + List::Own.worst());
        }
        let queries = self.searches();
        let searching = List::Search("").worst();
        for query in &queries {
            worst += polls * PAGE * searching;
            let found = self.count(query, now).await;
            lines.push(match found {
                Some(week) => format!(
                    "the search {query} found {week} posts in the last seven days: about {} USD a month, {} each at most",
                    dollars((week * 30 / 7) * searching),
                    dollars(searching)
                ),
                None => format!("the search {query} costs up to {} USD for each post that it finds", dollars(searching)),
            });
        }
        lines.push(format!(
            "at worst, every look brings a full page: {} USD a month; reading stops at the budget of {} USD",
            dollars(worst),
            dollars(self.config.budget)
        ));
        lines
    }

    /// How many posts of the last week a query finds, if that can be asked.
    async fn count(&self, query: &str, now: Timestamp) -> Option<u64> {
        if !self.api.has_app() || self.book.left(now).is_err() {
            return None;
        }
        let asked = [("query", query.to_owned()), ("granularity", "day".to_owned())];
        let bytes = self.api.call(Method::GET, "/2/tweets/counts/recent", &asked, None, As::App).await.ok()?;
        self.book.done(price::COUNTS, now);
        serde_json::from_slice::<Answer<IgnoredAny>>(&bytes).ok()?.meta.total_tweet_count
    }
}
