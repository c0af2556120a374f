//! The assistant's book: what it is asked for, what it may still use today, and how it is doing. The book is kept, so that a
//! restart forgets neither.

use super::Desk;
use crate::assist::AssistError;
use crate::domain::{AssistRules, Commit, Odds, Post, Text, Verdict, Want};
use crate::store::StoreError;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use tracing::{info, warn};

/// The setting that holds the book.
const BOOK: &str = "assist";
/// With less than this share for the likeliest kind, the classifier is not sure.
const UNSURE: f32 = 0.5;
/// An assistant that has failed for so many seconds is told in the channels.
const TELL_AFTER_S: i64 = 10 * 60;

/// What was used on a day, and whether it works.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Book {
    /// Which day, in the desk's zone.
    day: Option<Date>,
    /// Requests on that day.
    requests: u64,
    /// Tokens on that day.
    tokens: u64,
    /// What is wrong.
    #[serde(default)]
    trouble: Option<Trouble>,
}

/// It fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Trouble {
    since: Timestamp,
    why: String,
    /// The channels were told.
    #[serde(default)]
    told: bool,
}

impl Desk {
    /// What the assistant is asked for about a post that becomes a mention: only about what everybody can read, and only for
    /// what nothing in here can say.
    pub(super) fn wants(&self, post: &Post, verdict: &Verdict) -> Vec<Want> {
        let Some(rules) = self.rules.assist.as_ref().filter(|_| self.assistant.is_some() && post.may_leave()) else {
            return Vec::new();
        };
        let likeliest = |odds: Odds| odds.of(odds.best());
        let unsure = verdict.signals.unsure || verdict.signals.odds.map(likeliest).is_some_and(|best| best < UNSURE);
        let foreign = verdict.language.as_ref().is_some_and(|language| *language != rules.into);
        let has_words = post.text.chars().any(char::is_alphabetic);
        let wanted = [(Want::Kind, unsure), (Want::Translation, foreign)];
        wanted
            .into_iter()
            .filter(|(want, wanted)| *wanted && has_words && rules.does(*want))
            .map(|(want, _)| want)
            .collect()
    }

    fn today(&self, rules: &AssistRules) -> Date {
        self.clock.now().to_zoned(TimeZone::get(&rules.zone).unwrap_or(TimeZone::UTC)).date()
    }

    /// Reads the book, changes it, and keeps it if it is another then.
    async fn book<T>(&self, rules: &AssistRules, change: impl FnOnce(&mut Book) -> T) -> Result<T, StoreError> {
        let mut held = self.book.lock().await;
        let mut book = if let Some(book) = held.take() {
            book
        } else {
            let kept = self.store.setting(BOOK).await?;
            kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
        };
        let before = book.clone();
        let today = self.today(rules);
        // A clock that was set back gives no second budget.
        if book.day.is_none_or(|day| day < today) {
            book = Book { day: Some(today), requests: 0, tokens: 0, ..book };
        }
        let result = change(&mut book);
        if book != before
            && let Ok(json) = serde_json::to_string(&book)
        {
            let mut commit = Commit::at(self.clock.now());
            commit.settings.push((BOOK.to_owned(), Some(json)));
            self.store.commit(commit).await?;
        }
        *held = Some(book);
        Ok(result)
    }

    /// Takes a request out of today's budget before it is made; what is missing, if there is not enough left.
    pub(super) async fn spend(&self, rules: &AssistRules, tokens: u64) -> Result<Result<(), String>, StoreError> {
        self.book(rules, |book| {
            if let Some(why) = used_up(rules, book) {
                return Err(why);
            }
            book.requests += 1;
            book.tokens = book.tokens.saturating_add(tokens);
            Ok(())
        })
        .await
    }

    /// It answered: the tokens that it counted take the place of those that were guessed.
    pub(super) async fn assistant_good(
        &self,
        rules: &AssistRules,
        guessed: u64,
        counted: Option<u64>,
    ) -> Result<(), StoreError> {
        let back = self
            .book(rules, |book| {
                if let Some(counted) = counted {
                    book.tokens = book.tokens.saturating_sub(guessed).saturating_add(counted);
                }
                book.trouble.take().filter(|trouble| trouble.told)
            })
            .await?;
        if let Some(trouble) = back {
            info!("the assistant answers again");
            let text = Text::new().bold("The assistant answers again").say(", kinds and translations come again.");
            self.tell_everywhere(&format!("assist-back:{}", trouble.since.as_second()), &text).await?;
        }
        Ok(())
    }

    /// It failed. Nothing else waits for it; it is told once. The tokens were not used: a day without it must not use up the
    /// next hour with it.
    pub(super) async fn assistant_failed(
        &self,
        rules: &AssistRules,
        error: &AssistError,
        guessed: u64,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        warn!(%error, "the assistant failed");
        let broken = matches!(error, AssistError::Broken { .. });
        let told = self
            .book(rules, |book| {
                book.tokens = book.tokens.saturating_sub(guessed);
                let trouble =
                    book.trouble.get_or_insert_with(|| Trouble { since: now, why: String::new(), told: false });
                trouble.why = error.to_string();
                let long = now.as_second() - trouble.since.as_second() >= TELL_AFTER_S;
                let tell = (broken || long) && !trouble.told;
                trouble.told |= tell;
                tell.then_some(trouble.since)
            })
            .await?;
        let Some(since) = told else { return Ok(()) };
        let text = Text::new().bold("The assistant does not answer").say(format!(
            ": {error}. Everything else goes on; kinds, translations and suggestions are missing until it does."
        ));
        self.tell_everywhere(&format!("assist:{}", since.as_second()), &text).await
    }

    /// What is wrong with it, if there is one.
    pub(super) async fn assist_trouble(&self) -> Result<Option<Option<String>>, StoreError> {
        let Some(rules) = self.rules.assist.as_ref().filter(|_| self.assistant.is_some()) else { return Ok(None) };
        let trouble = self.book(rules, |book| book.trouble.as_ref().map(|trouble| trouble.why.clone())).await?;
        Ok(Some(trouble))
    }

    /// What it does, what it has used today and how it is, a sentence each; nothing if there is none.
    pub(super) async fn assist_health(&self) -> Result<Vec<String>, StoreError> {
        let Some(rules) = self.rules.assist.as_ref().filter(|_| self.assistant.is_some()) else {
            return Ok(Vec::new());
        };
        let (spent, trouble) = self.book(rules, |book| (used(rules, book), book.trouble.clone())).await?;
        let mut lines = vec![format!("{} suggests {}; {spent}", rules.model, does(rules))];
        lines.extend(trouble.map(|trouble| format!("Failing since {}: {}", trouble.since, trouble.why)));
        Ok(lines)
    }
}

/// What it is for, in words.
fn does(rules: &AssistRules) -> String {
    let all = [(Want::Kind, "kinds"), (Want::Translation, "translations"), (Want::Draft, "drafts")];
    let does: Vec<&str> = all.into_iter().filter(|(want, _)| rules.does(*want)).map(|(_, word)| word).collect();
    if does.is_empty() { "nothing: switch something on in [assist]".to_owned() } else { does.join(", ") }
}

fn used(rules: &AssistRules, book: &Book) -> String {
    let used = format!(
        "{} of {} requests and {} of {} tokens used today",
        book.requests, rules.requests, book.tokens, rules.tokens
    );
    used_up(rules, book).map_or_else(|| used.clone(), |why| format!("{used}: {why}"))
}

/// What is used up, and until when.
fn used_up(rules: &AssistRules, book: &Book) -> Option<String> {
    let what = if book.requests >= rules.requests {
        "requests (budget in [assist])"
    } else if book.tokens >= rules.tokens {
        "tokens (tokens in [assist])"
    } else {
        return None;
    };
    Some(format!("today's {what} are used up; there are more from midnight on"))
}
