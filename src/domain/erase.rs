//! What goes when somebody asks to be forgotten: names and words, in records and in their histories. The networks' ids stay,
//! so that the posts do not come back.

use super::{Author, Event, EventKind, Line, MentionNo, Post};

/// What stands where words were that had to go.
pub(super) const GONE: &str = "(erased on request)";

impl Post {
    /// Takes out who wrote it and what they said. The network's id stays, so that the post does not come back.
    pub(super) fn erase(&mut self, no: MentionNo) {
        self.author = Author { id: format!("erased-{}", no.0), ..Author::default() };
        GONE.clone_into(&mut self.text);
        self.url = None;
        self.parent = None;
        self.conversation = None;
        self.native.erase();
    }
}

impl Event {
    /// Takes the author's words and name out of an event that came before [`EventKind::Erased`], so that the history
    /// still folds to the same record.
    pub fn erase(&mut self, no: MentionNo) {
        match &mut self.what {
            EventKind::Seen { post, verdict, .. } => {
                post.erase(no);
                verdict.matched.clear();
            }
            EventKind::FollowedUp { post } => post.erase(no),
            EventKind::Assisted { what } => what.erase(GONE),
            EventKind::Addressed { native, .. } => native.erase(),
            EventKind::ContextFound { said } => said.iter_mut().for_each(Line::erase),
            EventKind::Split { parts, .. } => parts.iter_mut().for_each(|part| GONE.clone_into(part)),
            EventKind::PostGone { why: Some(text) }
            | EventKind::Edited { text, .. }
            | EventKind::Drafted { text, .. }
            | EventKind::Replied { text, .. }
            | EventKind::Noted { text }
            | EventKind::Rejected { reason: text, .. }
            | EventKind::SendFailed { why: text }
            | EventKind::SendUnknown { why: text }
            | EventKind::HandOffDrafted { text, .. }
            | EventKind::DeedFailed { why: text, .. } => GONE.clone_into(text),
            EventKind::DeedQueued { text, .. } if !text.is_empty() => GONE.clone_into(text),
            _ => {}
        }
    }
}

impl Line {
    pub(super) fn erase(&mut self) {
        self.author = String::new();
        GONE.clone_into(&mut self.text);
        self.url = None;
    }
}
