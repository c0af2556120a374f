//! What can be done with a mention, as buttons: those on the card, and those behind one more.

use super::card::{Button, Card};
use super::{Act, Kind, Mention, State};

/// What can be done first of all, most important first.
pub(super) fn buttons(m: &Mention) -> Vec<Button> {
    let no = m.no.0;
    let button = |label: &str, verb: &str| Button::new(label, format!("{verb} {no}"));
    let mut all = Vec::new();
    match m.state {
        State::Open | State::Snoozed(_) => {
            all.push(button("Claim", "claim"));
            if m.can.reply {
                all.push(button("Reply…", "reply"));
                if m.kind == Kind::Praise {
                    all.push(button("Thanks", "thanks"));
                }
            }
            if m.assist.kind.is_some() {
                let kind = m.kind.word();
                let what = if m.kind == Kind::Praise { kind.to_owned() } else { format!("a {kind}") };
                let what = if m.kind == Kind::Other { "something else".to_owned() } else { what };
                all.push(Button::new(format!("It is {what}"), format!("kind {no} {kind}")));
            }
        }
        State::Claimed => {
            if m.can.reply {
                all.push(button("Reply…", "reply"));
            }
            // What somebody has written themselves comes first.
            match (&m.assist.draft, m.draft()) {
                (Some(_), None) => all.push(use_suggestion(m)),
                _ => all.push(button("Draft…", "draft")),
            }
            all.push(button("Done", "done"));
            all.push(button("Release", "release"));
        }
        State::Waiting => {
            let version = m.draft().map_or_else(String::new, |draft| format!(" v{}", draft.version));
            all.push(Button::new("Approve & send", format!("approve {no}{version}")));
            all.push(button("Edit…", "approve"));
            all.push(button("Reject…", "reject"));
        }
        State::Sending => {}
        State::Unknown => {
            all.push(Button::new("It is there", format!("done {no} answered")));
            all.push(Button::new("It is not there", format!("reopen {no}")));
        }
        State::Replied | State::Done(_) => {
            if let Some(rest) = &m.unfinished {
                all.push(Button::new("Send the rest", format!("send {no} {}", rest.version)));
            }
            all.push(button("Reopen", "reopen"));
            if let Some(url) = m.cycle().response.as_ref().and_then(|r| r.url.clone()) {
                all.push(Button::link("Open reply", url));
            }
        }
    }
    if let Some(url) = &m.post.url {
        all.push(Button::link("Open post", url.clone()));
    }
    if m.repeats.total > 0 {
        all.push(button("Show them", "copies"));
    }
    if m.lead().is_some() {
        all.push(button("Own card", "apart"));
    }
    all
}

impl Card {
    /// At most so many stand behind the one more button.
    pub const MORE: usize = 5;
}

fn use_suggestion(m: &Mention) -> Button {
    Button::new("Use suggestion…", format!("suggest {} use", m.no.0))
}

/// What else can be done.
pub(super) fn more(m: &Mention) -> Vec<Button> {
    let no = m.no.0;
    let can = m.can.for_post(&m.post);
    let note = Button::new("Note…", format!("note {no}"));
    let show = Button::new("Show", format!("show {no}"));
    let mut all = match m.state {
        State::Open | State::Snoozed(_) | State::Claimed => {
            let mut all = vec![note, Button::new("Snooze…", format!("snooze {no}"))];
            let praise = m.kind == Kind::Praise;
            if praise && let Some(like) = acts(m).next() {
                // Praise has its thank-yous already.
                all.insert(0, like);
            } else if can.reply {
                all.push(Button::new("Saved reply…", format!("canned use #{no}")));
            }
            // Who has it has looked at it: then it is no spam, mostly.
            if m.state == State::Claimed && !praise && (can.reply || can.direct_message) {
                all.push(Button::new("Hand off…", format!("handoff {no}")));
            } else {
                all.push(Button::new("Spam", format!("done {no} spam")));
            }
            all.push(show);
            if m.state == State::Claimed && m.assist.draft.is_some() && m.draft().is_some() {
                all.insert(0, use_suggestion(m));
                all.truncate(Card::MORE);
            }
            all
        }
        State::Waiting => vec![note, show, Button::new("Release", format!("release {no}"))],
        State::Sending | State::Unknown => return vec![note, show],
        State::Replied | State::Done(_) => {
            let mut all = vec![note, show];
            if can.retract && m.newest_own().is_some() {
                all.push(Button::new("Delete the reply", format!("retract {no}")));
            }
            all
        }
    };
    for act in acts(m) {
        if all.len() < Card::MORE && !all.contains(&act) {
            all.push(act);
        }
    }
    all
}

/// What fits to do at the post: nothing that was done, or is on its way.
fn acts(m: &Mention) -> impl Iterator<Item = Button> {
    let can = m.can.for_post(&m.post);
    let excluded = matches!(m.state, State::Done(reason) if reason.excluded()) || m.kind == Kind::Complaint;
    let fits = move |act: &Act| !excluded && can.allows(*act);
    [(Act::Like, "Like"), (Act::Repost, "Repost"), (Act::Follow, "Follow")]
        .into_iter()
        .filter(move |(act, _)| fits(act))
        .filter(|(act, _)| m.besides.pending(*act).is_none() && m.besides.done(*act).is_none())
        .map(|(act, label)| Button::new(label, format!("{} {}", act.verb(), m.no.0)))
}
