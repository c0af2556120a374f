//! Messages as the app makes them: posted, edited, taken away.

use super::rest_call::File;
use super::rules_message::{self, Content, is_invisible};
use super::said_pings;
use super::state::State;
use super::state_rights as rights;
use super::state_world::{APP, COMPONENTS_V2, EPHEMERAL, LOADING, Message, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS};
use super::{ApiError, Event};
use serde_json::{Value, json};

/// "The past few minutes" in which a nonce is remembered.
const NONCE_SECONDS: i64 = 180;

/// A message to post.
#[derive(Debug)]
pub struct Posting<'a> {
    pub channel: &'a str,
    pub body: &'a Value,
    pub files: &'a [File],
    /// Who alone sees it.
    pub ephemeral_for: Option<String>,
    /// `interaction_metadata`, where it answers an interaction.
    pub interaction: Option<Value>,
    /// 0, or 20 and 23 for the first answer to a command.
    pub kind: u8,
    /// The id that it must have, of the first message in a forum post.
    pub id: Option<String>,
}

impl<'a> Posting<'a> {
    pub fn new(channel: &'a str, body: &'a Value) -> Self {
        Self { channel, body, files: &[], ephemeral_for: None, interaction: None, kind: 0, id: None }
    }
}

impl State {
    /// Posts an answer to an interaction: by the rules for bodies, without a look at the bot's rights in the channel.
    pub fn post_message(
        &mut self,
        channel: &str,
        body: &Value,
        ephemeral_for: Option<String>,
    ) -> Result<Value, ApiError> {
        self.post(&Posting { ephemeral_for, interaction: Some(Value::Null), ..Posting::new(channel, body) })
    }

    /// Posts a message of the app; gives it back as Discord does.
    pub fn post(&mut self, posting: &Posting) -> Result<Value, ApiError> {
        let (mut content, warnings) = rules_message::read(posting.body, posting.files, false)?;
        self.violations.extend(warnings);
        let answers = posting.interaction.is_some();
        let whispered = posting.ephemeral_for.is_some();
        if content.flags.unwrap_or_default() & EPHEMERAL != 0 && !answers {
            self.violation("flag EPHEMERAL on a message that answers no interaction: everybody sees it");
        }
        if !answers {
            self.without_right_to_embed(posting.channel, &mut content)?;
        }
        if says_nothing(&content) {
            return Err(ApiError::code(50006));
        }
        let reference = self.reply_to(posting.channel, &content)?;
        if let Some((place, known)) = self.known_nonce(&content)
            && let Some(message) = self.channels.get(&place).and_then(|c| c.message(&known))
        {
            return Ok(self.message_json(&place, message));
        }
        let id = posting.id.clone().unwrap_or_else(|| self.next_id());
        let mut message = Message::by(&id, APP, "");
        message.kind = if reference.is_some() { 19 } else { posting.kind };
        message.reference = reference;
        message.tts = content.tts;
        message.nonce.clone_from(&content.nonce);
        message.interaction = posting.interaction.clone().filter(|i| !i.is_null());
        message.ephemeral_for.clone_from(&posting.ephemeral_for);
        if whispered {
            message.flags |= EPHEMERAL;
        }
        let allowed = content.allowed.clone();
        self.fill(posting.channel, &mut message, content);
        let heard = said_pings::mentions(self, posting.channel, &message, allowed.as_ref(), answers);
        heard.write(&mut message);
        if !whispered && message.flags & SUPPRESS_NOTIFICATIONS == 0 {
            let pings = heard.pings(self, posting.channel);
            self.pings.extend(pings);
        }
        if message.flags & SUPPRESS_EMBEDS == 0 {
            self.unfurls.extend(said_pings::links(&message.content));
        }
        if let Some(nonce) = &message.nonce {
            let now = self.now();
            self.nonces.push((nonce.to_string(), posting.channel.to_owned(), id.clone(), now));
        }
        let shown = self.message_json(posting.channel, &message);
        self.put(posting.channel, message);
        Ok(shown)
    }

    /// Adds a message, whoever wrote it.
    pub fn put(&mut self, channel: &str, message: Message) {
        let seen = message.ephemeral_for.is_none();
        let starter = message.id == channel;
        let id = message.id.clone();
        let place = self.channel_mut(channel);
        place.messages.push(message);
        if let (Some(thread), true, false) = (&mut place.thread, seen, starter) {
            thread.sent += 1;
        }
        self.events.push(Event::Posted { channel: channel.into(), message: id });
    }

    /// "hearback is thinking…": what a deferred answer shows; the first edit fills it. Its id.
    pub fn post_thinking(&mut self, channel: &str, ephemeral_for: Option<String>) -> String {
        let id = self.next_id();
        let mut message = Message::by(&id, APP, "");
        message.kind = 20;
        message.flags = LOADING | if ephemeral_for.is_some() { EPHEMERAL } else { 0 };
        message.ephemeral_for = ephemeral_for;
        self.put(channel, message);
        id
    }

    /// Edits a message of the app, ephemeral or not; what the body does not name stays. Who may, the caller has looked.
    pub fn edit_message(&mut self, channel: &str, id: &str, body: &Value) -> Result<Value, ApiError> {
        self.edit(channel, id, body, &[], true)
    }

    /// The same with files; `answers`: as the answer to an interaction, where other mentions are allowed by default.
    pub fn edit(
        &mut self,
        channel: &str,
        id: &str,
        body: &Value,
        files: &[File],
        answers: bool,
    ) -> Result<Value, ApiError> {
        let found = self.channel(channel).message(id).cloned();
        let mut message = found.ok_or_else(|| ApiError::code(10008))?;
        let (mut content, warnings) = rules_message::read(body, files, message.flags & COMPONENTS_V2 != 0)?;
        self.violations.extend(warnings);
        let place = self.channel(channel);
        if !answers && self.rights(APP, place) & rights::EMBED_LINKS == 0 {
            // Discord says nothing and shows nothing (discord-api-docs, issue 2601).
            content.embeds = content.embeds.map(|_| Vec::new());
        }
        let allowed = content.allowed.clone();
        let names_content = content.text.is_some();
        self.fill(channel, &mut message, content);
        if is_bare(&message) {
            return Err(ApiError::code(50006));
        }
        if names_content {
            let heard = said_pings::mentions(self, channel, &message, allowed.as_ref(), answers);
            heard.write(&mut message);
        }
        // The first edit of an answer that was put off is its first text.
        let thinking = message.flags & LOADING != 0;
        message.flags &= !LOADING;
        if !thinking {
            message.edited = Some(self.now());
        }
        let shown = self.message_json(channel, &message);
        if let Some(place) = self.channel_mut(channel).message_mut(id) {
            *place = message;
        }
        self.events.push(Event::Edited { channel: channel.into(), message: id.into() });
        Ok(shown)
    }

    /// Takes a message away; was it there?
    pub fn remove_message(&mut self, channel: &str, id: &str) -> bool {
        let messages = &mut self.channel_mut(channel).messages;
        let before = messages.len();
        messages.retain(|m| m.id != id);
        let was_there = messages.len() < before;
        if was_there {
            self.events.push(Event::Deleted { channel: channel.into(), message: id.into() });
        }
        was_there
    }

    /// Puts what a body names into a message.
    fn fill(&mut self, channel: &str, message: &mut Message, content: Content) {
        if let Some(text) = content.text {
            message.content = text;
        }
        if let Some(flags) = content.flags {
            let mutable = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2;
            let sticky = message.flags & COMPONENTS_V2;
            message.flags = (message.flags & !mutable) | (flags & mutable) | sticky;
        }
        if let Some(embeds) = content.embeds {
            message.embeds = embeds;
        }
        if let Some(components) = content.components {
            message.components = components;
        }
        for attachment in content.attachments.iter().flatten().filter(|a| a["new"] == true) {
            let id = self.next_id();
            let mut shown = attachment.clone();
            if let Some(fields) = shown.as_object_mut() {
                fields.remove("new");
            }
            let name = shown["filename"].as_str().unwrap_or("file").to_owned();
            let url = format!("https://cdn.discordapp.com/attachments/{channel}/{id}/{name}");
            shown["id"] = json!(id);
            shown["proxy_url"] = json!(url.replace("cdn.discordapp.com", "media.discordapp.net"));
            shown["url"] = json!(url);
            message.attachments.push(shown);
        }
        if let Some(kept) = &content.attachments {
            let named = |a: &Value| kept.iter().any(|k| k["id"] == a["id"]);
            let added = kept.iter().filter(|k| k["new"] == true).count();
            let old = message.attachments.len() - added;
            let mut at = 0;
            message.attachments.retain(|a| {
                at += 1;
                at > old || named(a)
            });
        }
    }

    /// Without the right, embeds are dropped without a word, and a message of nothing else is refused
    /// (discord-api-docs, issue 2601).
    fn without_right_to_embed(&self, channel: &str, content: &mut Content) -> Result<(), ApiError> {
        let embeds = content.embeds.as_ref().is_some_and(|e| !e.is_empty());
        if !embeds || self.rights(APP, self.channel(channel)) & rights::EMBED_LINKS != 0 {
            return Ok(());
        }
        if content.text.as_ref().is_none_or(String::is_empty) {
            return Err(ApiError::code(50013));
        }
        content.embeds = None;
        Ok(())
    }

    fn reply_to(&self, channel: &str, content: &Content) -> Result<Option<Value>, ApiError> {
        let Some(reference) = &content.reference else { return Ok(None) };
        let target =
            reference["message_id"].as_str().map_or_else(|| reference["message_id"].to_string(), str::to_owned);
        let there = self.channel(channel).message(&target).filter(|m| m.ephemeral_for.is_none());
        if self.rights(APP, self.channel(channel)) & rights::READ_MESSAGE_HISTORY == 0 {
            return Err(ApiError::code(160_002));
        }
        match there {
            Some(message) if matches!(message.kind, 18 | 21) => {
                let mut form = super::Form::default();
                form.add(
                    "message_reference",
                    "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE",
                    "Cannot reply to a system message",
                );
                form.check().map(|()| None)
            }
            Some(_) => {
                let guild = self.channel(channel).guild.clone();
                Ok(Some(json!({"type": 0, "channel_id": channel, "message_id": target, "guild_id": guild})))
            }
            None if reference["fail_if_not_exists"] == false => Ok(None),
            None => {
                let mut form = super::Form::default();
                form.add("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message");
                form.check().map(|()| None)
            }
        }
    }

    /// The message that was sent with this nonce a moment ago, and its channel: the documentation speaks of the author alone.
    fn known_nonce(&self, content: &Content) -> Option<(String, String)> {
        let nonce = content.nonce.as_ref().filter(|_| content.enforce_nonce)?.to_string();
        let now = self.now();
        let recent = |at: &jiff::Timestamp| now.as_second() - at.as_second() <= NONCE_SECONDS;
        let mut sent = self.nonces.iter().rev();
        sent.find(|(n, _, _, at)| *n == nonce && recent(at)).map(|(_, place, id, _)| (place.clone(), id.clone()))
    }
}

/// A body with nothing that a person would see.
fn says_nothing(content: &Content) -> bool {
    let empty = |list: &Option<Vec<Value>>| list.as_ref().is_none_or(Vec::is_empty);
    content.text.as_ref().is_none_or(|c| c.chars().all(is_invisible))
        && empty(&content.embeds)
        && empty(&content.components)
        && empty(&content.attachments)
}

fn is_bare(message: &Message) -> bool {
    message.content.chars().all(is_invisible)
        && message.embeds.is_empty()
        && message.components.is_empty()
        && message.attachments.is_empty()
}
