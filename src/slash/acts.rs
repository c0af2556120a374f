//! What `like`, `repost` and `follow` have in common.

use super::{Call, Choice};
use crate::domain::{Act, Answer, Decision, EventKind, Mention, Refusal, deed};

/// The word `undo`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Back {
    /// Take it back.
    Undo,
}

impl Choice for Back {
    const WORDS: &'static [&'static str] = &["undo"];
    fn from_word(word: &str) -> Option<Self> {
        (word == "undo").then_some(Back::Undo)
    }
}

/// Puts it into the outbox, if it may be done. Nobody has to hold the mention for it: it answers nothing.
pub fn queue_deed(call: &Call<'_>, m: &Mention, act: Act, undo: bool) -> Result<Decision, Refusal> {
    let targets = deed::guard::act(call.rules, m, act, undo)?;
    // Whoever did it takes it back.
    let done = m.besides.done(act).filter(|_| undo);
    let doer = done.map_or_else(|| m.post.source.clone(), |(deed, _)| deed.source.clone());
    let queued = EventKind::DeedQueued {
        n: m.besides.next(),
        act,
        undo,
        source: doer,
        version: None,
        text: String::new(),
        targets,
    };
    let what = match (act, undo) {
        (_, true) => format!("Taking {} back on {}.", act.noun(), m.post.network),
        (Act::Follow, _) => format!("Following the author of #{} on {}.", m.no.0, m.post.network),
        _ => format!("On its way to {}: {}.", m.post.network, act.noun()),
    };
    let say = format!("{what} The thread says when it is done. It is no answer: the customer still waits for one.");
    let say =
        if m.cycle().response.is_some() || undo { format!("{what} The thread says when it is done.") } else { say };
    Ok(Decision::new(vec![queued], Answer::new(say)))
}
