//! What `check` and the health tell.

use super::act::NO_MESSAGES;
use super::{Bluesky, LENGTH};
use crate::networks::CallError;
use jiff::{SignedDuration, Timestamp};

/// A session that ends so soon is mentioned.
const SOON: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Bluesky {
    pub(super) fn health_notes(&self, now: Timestamp) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(ends) = self.session().and_then(|s| s.ends_at())
            && ends.duration_since(now) < SOON
        {
            let days = (ends.duration_since(now).as_secs().max(0)) / 86_400;
            notes.push(format!(
                "The session with Bluesky ends in {days} days unless it is refreshed; then hearback logs in again."
            ));
        }
        let (trouble, search) = {
            let known = self.known();
            (known.trouble.clone(), known.search.clone())
        };
        if let Some(error) = trouble {
            notes.push(format!("A part of Bluesky is not read: {error}."));
        }
        if let Some(why) = search {
            notes.push(format!("Keywords are not searched for: {why}."));
        }
        notes
    }

    pub(super) async fn check_all(&self, now: Timestamp) -> Result<Vec<String>, CallError> {
        let mut lines = Vec::new();
        let mut me = None;
        if let Some(sessions) = &self.sessions {
            let session = sessions.get().await?;
            lines.push(format!("answers as @{} ({}) at {}", session.handle, session.did, session.home));
            lines.push(match session.may_message() {
                Some(true) => "may write direct messages".to_owned(),
                Some(false) => format!("no direct messages: {NO_MESSAGES}"),
                None => "no direct messages: the session does not say whether it may write them".to_owned(),
            });
            lines.push(format!("a reply has {}; about 1,600 of them an hour are allowed", LENGTH.rule()));
            me = Some(session.did);
        } else {
            lines.push(
                "reads only: without handle and app_password nothing is answered, and nobody who names you is \
                        noticed but by the search"
                    .to_owned(),
            );
        }
        match (&self.config.jetstream, self.config.queries.first()) {
            (Some(jetstream), _) => lines.push(format!("keywords by {}", jetstream.url)),
            (None, None) => lines.push("no keywords, only who names, answers or quotes the account".to_owned()),
            (None, Some(query)) => match self.search_works(query, me.as_deref(), now).await {
                Ok(()) => lines.push("the search answers".to_owned()),
                Err(CallError::Never { why }) => {
                    let next = if me.is_some() {
                        "use jetstream instead"
                    } else {
                        "set handle and app_password, or jetstream"
                    };
                    return Err(CallError::Never { why: format!("{why}; {next} in bot.toml") });
                }
                Err(other) => return Err(other),
            },
        }
        Ok(lines)
    }
}
