//! `response_url`: answers to what a person did (docs.slack.dev, "Handling user interaction", "Message responses").

use super::call::{Answer, Params};
use super::chat;
use super::content::Content;
use super::record::Event;
use super::state::State;
use super::world::Origin;
use jiff::Timestamp;
use serde_json::json;

const KNOWN: &[&str] = &[
    "text",
    "blocks",
    "attachments",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "metadata",
    "unfurl_links",
    "unfurl_media",
    "mrkdwn",
    "link_names",
    "parse",
    "reply_broadcast",
];

pub fn respond(state: &mut State, id: &str, params: &Params, now: Timestamp) -> Answer {
    let gone = |code: &str| Answer { status: 404, ..Answer::error(code) };
    let Some(hook) = state.hooks.get(id).cloned() else { return gone("invalid_url") };
    if now.duration_since(hook.born).as_secs() >= 30 * 60 {
        return gone("expired_url");
    }
    if hook.uses >= 5 {
        return gone("used_url");
    }
    if let Err(seconds) = state.limits.hook(id, now) {
        return Answer::limited(seconds);
    }
    if !params.json {
        state.violation("response_url: send JSON");
    }
    for key in params.map.keys().filter(|k| !KNOWN.contains(&k.as_str())) {
        state.violations.push(format!("response_url: the documentation knows no field {key}"));
    }
    let hook_entry = state.hooks.get_mut(id).expect("it was there");
    hook_entry.uses += 1;
    match say(state, &hook.user, &hook.channel, hook.origin.as_ref(), params, now) {
        Ok(()) => Answer { status: 200, headers: Vec::new(), body: json!({"ok": true}) },
        Err(answer) => answer,
    }
}

/// Does what a response says: replace, delete, tell the channel, or tell the person.
pub fn say(
    state: &mut State,
    user: &str,
    channel: &str,
    origin: Option<&Origin>,
    params: &Params,
    now: Timestamp,
) -> Result<(), Answer> {
    if params.flag("delete_original") == Some(true) {
        match origin {
            Some(Origin::Message(ts)) => _ = state.remove(channel, ts),
            Some(Origin::Ephemeral(ts)) => vanish(state, ts),
            None => state.violation("response_url: delete_original, but there is no original message"),
        }
        return Ok(());
    }
    let content = Content::read(state, "response_url", params, chat::LONGEST_TEXT).map_err(|fault| {
        state.violation(format!("response_url: {} {:?}", fault.code, fault.more));
        Answer { status: 400, ..fault.into() }
    })?;
    if params.flag("replace_original") == Some(true) {
        match origin {
            Some(Origin::Message(ts)) if state.channel(channel).message(ts).is_some() => {
                let edited = state.next_ts(now);
                chat::change(state, channel, ts, replaced(content), edited);
                return Ok(());
            }
            Some(Origin::Ephemeral(ts)) => {
                if let Some(at) = state.ephemerals.iter().position(|e| e.message.ts == *ts && !e.gone) {
                    state.ephemerals[at].message = chat::ours(ts.clone(), content);
                    state.events.push(Event::Whispered { user: user.into(), at });
                    return Ok(());
                }
            }
            _ => {}
        }
    }
    if params.text("response_type").as_deref() == Some("in_channel") {
        content.notice(state, channel, params);
        let ts = state.next_ts(now);
        let message = chat::ours(ts, content);
        state.post(channel, message);
    } else {
        chat::whisper(state, user, channel, content, None, now);
    }
    Ok(())
}

/// A replacement takes the place of everything.
fn replaced(content: Content) -> Content {
    Content {
        text: Some(content.text.unwrap_or_default()),
        blocks: Some(content.blocks.unwrap_or_default()),
        attachments: Some(content.attachments.unwrap_or_default()),
        metadata: content.metadata,
    }
}

fn vanish(state: &mut State, ts: &str) {
    for ephemeral in state.ephemerals.iter_mut().filter(|e| e.message.ts == ts) {
        ephemeral.gone = true;
    }
}
