//! Deeds in words.

use super::{DeedRecord, Purpose};
use crate::domain::{Act, CardAct, Event, EventKind, Mention, PersonId, Text};

impl Act {
    /// The command.
    pub fn verb(self) -> &'static str {
        match self {
            Act::Like => "like",
            Act::Repost => "repost",
            Act::Follow => "follow",
            Act::Message => "message",
            Act::Retract => "retract",
        }
    }

    /// What it is called.
    pub fn noun(self) -> &'static str {
        match self {
            Act::Like => "a like",
            Act::Repost => "a repost",
            Act::Follow => "a follow",
            Act::Message => "a private message",
            Act::Retract => "deleting the reply",
        }
    }

    /// What somebody has done who did it.
    pub fn done(self) -> &'static str {
        match self {
            Act::Like => "liked",
            Act::Repost => "reposted",
            Act::Follow => "followed",
            Act::Message => "sent",
            Act::Retract => "deleted",
        }
    }
}

/// What the thread says when it worked.
fn worked(deed: &DeedRecord) -> &'static str {
    match (deed.act, deed.undo) {
        (Act::Like, false) => "Liked",
        (Act::Like, true) => "Like taken back",
        (Act::Repost, false) => "Reposted",
        (Act::Repost, true) => "Repost taken back",
        (Act::Follow, false) => "Author followed",
        (Act::Follow, true) => "Author not followed any more",
        (Act::Message, _) => "Handed off in a private message",
        (Act::Retract, _) => "Reply deleted",
    }
}

/// What the thread says when it did not.
fn failed(deed: &DeedRecord, unknown: bool) -> &'static str {
    match (deed.act, deed.undo, unknown) {
        (Act::Message, _, true) => "Unknown, please check whether the private message is there",
        (Act::Message, _, false) => "Private message not sent",
        (Act::Retract, _, true) => "Unknown, please check whether the reply is still there",
        (Act::Retract, _, false) => "Reply not deleted",
        (_, true, _) => "Not taken back",
        (Act::Like, ..) => "Not liked",
        (Act::Repost, ..) => "Not reposted",
        (Act::Follow, ..) => "Author not followed",
    }
}

/// What the thread says of such an event, and who gets the one ping.
pub(in crate::domain) fn thread_line(m: &Mention, event: &Event) -> Option<(Text, Option<PersonId>)> {
    Some(match &event.what {
        EventKind::HandOffDrafted { version, text, private } => {
            let what = if *private { "a private message" } else { "a hand-off" };
            let head = Text::new().bold(format!("Draft v{version}")).say(format!(" of {what}"));
            let head = match &event.by {
                crate::domain::Actor::Person(person) => head.say(" by ").person(person),
                crate::domain::Actor::Desk => head,
            };
            (head.line().quote(text), None)
        }
        EventKind::DeedDone { n, url, .. } => {
            let deed = m.besides.deed(*n)?;
            let mut text = Text::new().bold(worked(deed)).say(" by ").person(&deed.by);
            if deed.act == Act::Message {
                if let Some(url) = url {
                    text = text.say(" ").link("open message", url);
                }
                text = text.line().quote(&deed.text);
            }
            (text, None)
        }
        EventKind::DeedFailed { n, why, unknown } => {
            let deed = m.besides.deed(*n)?;
            (Text::new().bold(failed(deed, *unknown)).say(format!(": {why}")), Some(deed.by.clone()))
        }
        EventKind::Retracted { .. } if m.cycle().response.is_none() && !m.state.is_closed() => {
            (Text::plain("The customer waits on since ").time(m.cycle().started_at), None)
        }
        EventKind::Addressed { source, .. } => {
            let text = Text::new().bold("Said to us").say(format!(": the author called the account of {source}"));
            let text = if *source == m.post.source {
                text.say(", which answers")
            } else {
                text.say("; ").code(format!("account {} {source}", m.no.0)).say(" lets it answer")
            };
            (text, None)
        }
        EventKind::SourceChosen { source, .. } => {
            let text = Text::new().bold("Answered as another account").say(format!(": that of {source}"));
            let text = match &event.by {
                crate::domain::Actor::Person(person) => text.say(", by ").person(person),
                crate::domain::Actor::Desk => text,
            };
            (text, None)
        }
        _ => return None,
    })
}

/// What the card says of it.
pub(in crate::domain) fn on_card(m: &Mention) -> Vec<CardAct> {
    let handed = m.besides.handed_off.iter().map(|h| {
        let what = if h.private { "handed off in a private message" } else { "handed off" };
        CardAct { what: what.to_owned(), by: h.by.clone() }
    });
    let deeds = [Act::Like, Act::Repost, Act::Follow].into_iter().filter_map(|act| {
        let (deed, _) = m.besides.done(act)?;
        let what = if act == Act::Follow { "author followed" } else { act.done() };
        Some(CardAct { what: what.to_owned(), by: deed.by.clone() })
    });
    handed.chain(deeds).collect()
}

impl Purpose {
    /// What kind of text it is, in a preview.
    pub fn words(self) -> &'static str {
        match self {
            Purpose::Reply => "a public reply",
            Purpose::HandOff => "a public hand-off",
            Purpose::Message => "a private message",
        }
    }
}
