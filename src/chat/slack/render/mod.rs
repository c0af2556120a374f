//! What Slack shows: cards, messages, forms and pages as blocks. Pure: nothing is asked and nothing is sent.
//!
//! All text is handed in as data and stays data; see [`text`] for how. Moments are shown in the reader's own zone, which
//! Slack knows and we do not have to. Whatever is shown fits every limit that Slack documents, and the one on the whole
//! that it does not.

mod action;
mod card;
mod message;
mod rich;
pub mod text;
mod view;

pub use action::{Clicked, decode, encode};
pub use card::card;
pub use message::{answer, message, thread};
pub use view::{Meta, answer_view, form_view, home_view};

use crate::domain::PersonId;
use sha2::{Digest, Sha256};
use slack_morphism::prelude::{SlackBlock, SlackBlockId, SlackMessageContent, SlackMessageMetadata};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// How much of a text is tried, in bytes, until the whole fits.
const STEPS: [usize; 8] = [11_000, 8_000, 5_000, 3_000, 1_500, 700, 300, 100];
/// Longest key that is kept as it is, in bytes; Slack's limit for a `block_id` is 255 characters.
const KEY: usize = 200;
/// What stands before a key in a `block_id`, and before the hash of a long one.
const MARK: &str = "hearback:";
const HASHED: &str = "hearback#";
/// The type of our metadata (Slack, "Message metadata").
const EVENT: &str = "hearback_post";

/// What a message says.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// What people see.
    pub blocks: Vec<SlackBlock>,
    /// What a notification and a screen reader say: escaped, short, never empty, without a ping.
    pub text: String,
}

impl From<Shown> for SlackMessageContent {
    fn from(shown: Shown) -> Self {
        SlackMessageContent::new().with_text(shown.text).with_blocks(shown.blocks)
    }
}

/// What colleagues are called, and who they are in Slack.
#[derive(Clone, Debug, Default)]
pub struct Names {
    called: BTreeMap<PersonId, String>,
    members: BTreeMap<PersonId, String>,
}

impl Names {
    /// Adds a person: what they are called and, if Slack knows them, their member id, such as `U012AB3CD`.
    #[must_use]
    pub fn with(mut self, who: &PersonId, name: impl Into<String>, member: Option<&str>) -> Self {
        self.called.insert(who.clone(), name.into());
        if let Some(member) = member {
            self.members.insert(who.clone(), member.to_owned());
        }
        self
    }

    /// What a colleague is called; whoever is missing is called by their id.
    pub fn called(&self, who: &PersonId) -> String {
        text::short(self.called.get(who).unwrap_or(&who.0), 40)
    }

    /// Their member id, if it is one.
    pub fn member(&self, who: &PersonId) -> Option<&str> {
        let member = self.members.get(who)?;
        let plain = member.starts_with(['U', 'W']) && member.chars().all(|c| c.is_ascii_alphanumeric());
        Some(member.as_str()).filter(|_| plain)
    }
}

/// How much fits.
#[derive(Clone, Copy, Debug)]
struct Room {
    /// Most blocks.
    blocks: usize,
    /// Most JSON, in bytes.
    bytes: usize,
}

impl Room {
    /// A message: 50 blocks (Slack, "Blocks"), and, which is documented nowhere, about 13,200 characters of JSON in all
    /// before `msg_blocks_too_long` (slackapi/bolt-js#2509). Bytes are counted, never fewer than characters, with some
    /// room for what Slack adds.
    const MESSAGE: Room = Room { blocks: 50, bytes: 12_000 };
    /// A modal or a home tab: 100 blocks ("Views") and 250 kB (`views.publish`, `view_too_large`), of which a person reads
    /// far less.
    const VIEW: Room = Room { blocks: 100, bytes: 60_000 };

    fn holds(self, blocks: &[SlackBlock]) -> bool {
        blocks.len() <= self.blocks && size(blocks) <= self.bytes
    }

    /// The first that fits of what is built with ever less text.
    fn fit(self, build: impl Fn(usize) -> Vec<SlackBlock>) -> Vec<SlackBlock> {
        let mut blocks = Vec::new();
        for limit in STEPS {
            blocks = build(limit);
            if self.holds(&blocks) {
                break;
            }
        }
        blocks
    }
}

/// The length of blocks as JSON, in bytes.
fn size(blocks: &[SlackBlock]) -> usize {
    serde_json::to_string(blocks).map_or(usize::MAX, |text| text.len())
}

/// The `block_id` by which a message is found again: it carries the key, or the hash of one that is too long. A message
/// is the one that is looked for if its first block has this id.
pub fn mark(key: &str) -> String {
    if key.len() <= KEY && key.chars().all(|c| c.is_ascii_graphic()) {
        return format!("{MARK}{key}");
    }
    let mut id = HASHED.to_owned();
    for byte in Sha256::digest(key.as_bytes()) {
        // Writing to a String cannot fail.
        write!(id, "{byte:02x}").unwrap_or_default();
    }
    id
}

/// The key that a `block_id` carries, or the hash of it where it was too long; `None` if the block is not one of ours.
pub fn key_of(block_id: &str) -> Option<String> {
    block_id.strip_prefix(MARK).or_else(|| block_id.strip_prefix(HASHED)).map(str::to_owned)
}

/// What [`key_of`] gives for a message with that key.
pub fn kept_key(key: &str) -> String {
    let id = mark(key);
    key_of(&id).unwrap_or(id)
}

/// The metadata by which a message is found again, with the same key.
pub fn metadata(key: &str) -> SlackMessageMetadata {
    let id = mark(key);
    let kept = key_of(&id).unwrap_or(id);
    SlackMessageMetadata::new(EVENT.to_owned()).with_event_payload(HashMap::from([("key".to_owned(), kept)]))
}

/// Puts the key on the first block.
fn put_key(blocks: &mut [SlackBlock], key: &str) {
    let id = Some(SlackBlockId(mark(key)));
    match blocks.first_mut() {
        Some(SlackBlock::RichText(first)) => first.block_id = id,
        Some(SlackBlock::Actions(first)) => first.block_id = id,
        _ => {}
    }
}
