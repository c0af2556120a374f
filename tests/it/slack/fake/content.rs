//! What is in a message: read from a call, checked, given ids; who it would have woken up.

use super::blocks::{self, Surface};
use super::call::{Fault, Params};
use super::pings;
use super::record::Ping;
use super::state::State;
use serde_json::{Value, json};

/// Characters of text in all blocks together, above which Slack refuses a message. The documentation names the error
/// (`msg_blocks_too_long`) without the figure; this is what people measured.
const ALL_BLOCKS: usize = 13_200;

/// What a call puts into a message; `None` where it says nothing.
#[derive(Clone, Debug, Default)]
pub struct Content {
    pub text: Option<String>,
    pub blocks: Option<Vec<Value>>,
    pub attachments: Option<Vec<Value>>,
    pub metadata: Option<Value>,
}

impl Content {
    pub fn read(state: &mut State, method: &str, params: &Params, most_text: usize) -> Result<Self, Fault> {
        let list = |name: &str, code: &'static str| match params.structure(name) {
            Ok(None) => Ok(None),
            Ok(Some(Value::Array(items))) => Ok(Some(items)),
            _ => Err(Fault::from(code)),
        };
        let mut content = Content {
            text: params.text("text"),
            blocks: list("blocks", "invalid_blocks_format")?,
            attachments: list("attachments", "invalid_attachments")?,
            metadata: params.structure("metadata").map_err(|()| Fault::from("invalid_metadata_format"))?,
        };
        if params.map.contains_key("markdown_text") {
            if content.text.is_some() || content.blocks.is_some() {
                return Err("markdown_text_conflict".into());
            }
            content.text = params.text("markdown_text");
        }
        content.check(most_text)?;
        let words = content.text.as_deref().is_some_and(|t| !t.trim().is_empty());
        let fallback =
            content.attachments.iter().flatten().any(|a| a["fallback"].as_str().is_some_and(|f| !f.is_empty()));
        let shown = content.blocks.as_ref().is_some_and(|b| !b.is_empty())
            || content.attachments.as_ref().is_some_and(|a| !a.is_empty());
        if !words && !shown && (method != "chat.update" || content.metadata.is_none()) {
            return Err("no_text".into());
        }
        if !words && !fallback && method != "response_url" {
            state.violation(format!(
                "{method}: no text, so that the notification and a screen reader have nothing to say"
            ));
        }
        for block in content.blocks.iter_mut().flatten() {
            fill_ids(state, block);
        }
        for (i, attachment) in content.attachments.iter_mut().flatten().enumerate() {
            attachment["id"] = json!(i + 1);
            for block in attachment["blocks"].as_array_mut().into_iter().flatten() {
                fill_ids(state, block);
            }
            if attachment["blocks"].is_null() {
                attachment.as_object_mut().expect("checked").remove("blocks");
            }
        }
        Ok(content)
    }

    fn check(&self, most_text: usize) -> Result<(), Fault> {
        if self.text.as_deref().is_some_and(|t| t.chars().count() > most_text) {
            return Err("msg_too_long".into());
        }
        if self.attachments.as_ref().is_some_and(|a| a.len() > 100) {
            return Err("too_many_attachments".into());
        }
        if let Some(metadata) = self.metadata.as_ref().filter(|m| *m != &json!({})) {
            check_metadata(metadata)?;
        }
        let mut wrong = Vec::new();
        if let Some(blocks) = &self.blocks {
            wrong.extend(blocks::check(blocks, "/blocks", Surface::Message));
        }
        for (i, attachment) in self.attachments.iter().flatten().enumerate() {
            wrong.extend(blocks::check_attachment(attachment, &format!("/attachments/{i}")));
        }
        if !wrong.is_empty() {
            return Err(Fault::with_messages("invalid_blocks", &wrong));
        }
        let length: usize = self.blocks.iter().flatten().map(blocks::text_length).sum::<usize>()
            + self.attachments.iter().flatten().map(|a| blocks::text_length(&a["blocks"])).sum::<usize>();
        if length > ALL_BLOCKS { Err("msg_blocks_too_long".into()) } else { Ok(()) }
    }

    /// Notes who would have been notified, and which links would have unfolded.
    pub fn notice(&self, state: &mut State, channel: &str, params: &Params) {
        let by_name = params.flag("link_names").unwrap_or(false) || params.text("parse").as_deref() == Some("full");
        let mut heard = pings::Heard::new(by_name);
        if let Some(text) = &self.text {
            heard.mrkdwn(text, true);
        }
        for block in self.blocks.iter().flatten() {
            heard.block(block);
        }
        for attachment in self.attachments.iter().flatten() {
            heard.attachment(attachment);
        }
        for (who, certain) in heard.named(state) {
            state.pings.push(Ping { channel: channel.into(), who, certain });
        }
        let off = |name| params.flag(name) == Some(false);
        if !(off("unfurl_links") && off("unfurl_media")) {
            state.unfurls.extend(heard.links);
        }
    }
}

/// `event_type` and a flat or nested `event_payload` (docs.slack.dev, "Message metadata").
fn check_metadata(metadata: &Value) -> Result<(), Fault> {
    let fields = metadata.as_object().ok_or(Fault::from("invalid_metadata_format"))?;
    let known = fields.keys().all(|k| matches!(k.as_str(), "event_type" | "event_payload" | "entities"));
    let named = metadata["event_type"].as_str().is_some_and(|t| !t.is_empty() && t.chars().count() <= 255);
    if !known || !named || !metadata["event_payload"].is_object() {
        return Err("invalid_metadata_format".into());
    }
    if metadata.to_string().len() > 16 * 1024 { Err("metadata_too_large".into()) } else { Ok(()) }
}

/// Slack names the blocks and elements that the app left without a name.
pub fn fill_ids(state: &mut State, block: &mut Value) {
    if block["block_id"].as_str().is_none_or(str::is_empty) {
        block["block_id"] = json!(format!("b{}", state.next()));
    }
    let name = |element: &mut Value, state: &mut State| {
        let interactive = element["type"].as_str().is_some_and(|t| !matches!(t, "mrkdwn" | "plain_text" | "image"));
        if interactive && element["action_id"].as_str().is_none_or(str::is_empty) {
            element["action_id"] = json!(format!("a{}", state.next()));
        }
    };
    match block["type"].as_str() {
        Some("actions") => block["elements"].as_array_mut().into_iter().flatten().for_each(|e| name(e, state)),
        Some("section") if block["accessory"].is_object() => name(&mut block["accessory"], state),
        Some("input") => name(&mut block["element"], state),
        _ => {}
    }
}
