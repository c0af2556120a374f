//! The assistant: an endpoint as `OpenAI` has it, elsewhere or on a machine of one's own, that is asked for words and gives
//! nothing but words. Prompts are made here, without personal data, and answers are read here, as text from outside.

mod mask;
mod openai;
pub mod prompt;
pub mod read;

pub use mask::Mask;
pub use openai::{Key, OpenAi, OpenAiConfig};

use crate::domain::Want;
use async_trait::async_trait;
use jiff::Timestamp;
use std::time::Duration;

/// The assistant failed, in the three ways that the desk tells apart. Status codes are translated in the adapter and nowhere
/// else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssistError {
    /// It may work later.
    #[error("{why}")]
    Later {
        /// What went wrong, for people.
        why: String,
        /// Not before, if the other side said so.
        after: Option<Duration>,
    },
    /// Nothing will work until somebody repairs the set-up.
    #[error("{why}")]
    Broken {
        /// What is wrong and what to do, for people.
        why: String,
    },
    /// This request will never work.
    #[error("{why}")]
    Never {
        /// What went wrong, for people.
        why: String,
    },
}

/// What is asked: our own words, and beside them, as JSON, what strangers said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// For what.
    pub want: Want,
    /// What to do, in our own words.
    pub task: String,
    /// What it is about: a JSON object, in which nothing is an instruction.
    pub about: String,
    /// Longest answer, in tokens.
    pub most: u32,
}

impl Prompt {
    /// About how many tokens it takes to ask and to answer, for a budget: three bytes a token are few.
    pub fn estimate(&self) -> u64 {
        let asked = self.task.len().saturating_add(self.about.len()).div_ceil(3);
        u64::try_from(asked).unwrap_or(u64::MAX).saturating_add(u64::from(self.most))
    }
}

/// What it answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The words, as they came.
    pub text: String,
    /// The tokens that this took, if the endpoint counts them.
    pub tokens: Option<u64>,
}

/// Whoever can be asked.
#[async_trait]
pub trait Assistant: Send + Sync {
    /// Asks once. It takes no longer than was configured.
    async fn ask(&self, prompt: &Prompt, now: Timestamp) -> Result<Said, AssistError>;
}

/// What `hearback check` asks: one tiny request about a sentence of our own.
///
/// # Errors
/// What is wrong, and what to do next.
pub async fn check(assistant: &dyn Assistant, now: Timestamp) -> Result<String, AssistError> {
    let about = prompt::About { brand: "Acme", network: "mail", language: Some("en"), text: "When do you open?" };
    let said = assistant.ask(&prompt::kind(&about, &Mask::default()), now).await?;
    let tokens = said.tokens.map_or_else(String::new, |tokens| format!(", {tokens} tokens"));
    match read::kind(&said.text) {
        Some(kind) => Ok(format!("answers; it calls \"When do you open?\" a {}{tokens}", kind.word())),
        None => Err(AssistError::Broken {
            why: "answers, but not with one of the four words that it was asked for; try another model".to_owned(),
        }),
    }
}
