//! What each event changes in a mention: the whole life of a mention on one page.

use super::event::GONE;
use super::{
    Actor, Claim, Cycle, DoneReason, Draft, Event, EventKind, FollowUp, Kind, Lesson, Line, Mention, Note, PersonId,
    Purpose, ReopenCause, Response, ResponseSource, Said, Sending, State,
};
use jiff::Timestamp;

impl Mention {
    /// What the event changes. The first event goes through [`Mention::open`]; here it changes nothing.
    #[expect(clippy::too_many_lines, reason = "one arm per kind of event: the whole life of a mention on one page")]
    pub fn apply(&mut self, event: &Event) {
        let who = match &event.by {
            Actor::Person(person) => Some(person.clone()),
            Actor::Desk => None,
        };
        let author = || who.clone().unwrap_or_else(|| PersonId::new("hearback"));
        match &event.what {
            EventKind::Seen { .. } => {}
            EventKind::CardPosted { card } => {
                self.cards.retain(|c| c.place != card.place);
                self.cards.push(card.clone());
                let cycle = self.cycle_mut();
                cycle.card_at.get_or_insert(event.at);
            }
            EventKind::CardLost { card } => self.cards.retain(|c| c != card),
            EventKind::Claimed { by, .. } => {
                self.holder = Some(Claim { by: by.clone(), at: event.at, via: event.via.clone() });
                if matches!(self.state, State::Open | State::Snoozed(_)) {
                    self.state = State::Claimed;
                }
                let cycle = self.cycle_mut();
                if cycle.claimed_at.is_none() {
                    cycle.claimed_at = Some(event.at);
                    cycle.claimed_by = Some(by.clone());
                }
            }
            EventKind::Released => {
                self.holder = None;
                if matches!(self.state, State::Claimed | State::Waiting) {
                    self.state = State::Open;
                }
            }
            EventKind::Drafted { version, text } => {
                self.drafts.push(Draft {
                    version: *version,
                    text: text.clone(),
                    by: author(),
                    at: event.at,
                    approved_by: None,
                    rejected: None,
                    sent: false,
                    purpose: Purpose::Reply,
                    news: self.news(),
                    parts: Vec::new(),
                });
                if self.state == State::Waiting {
                    self.state = self.back_at_work();
                }
            }
            EventKind::HandOffDrafted { version, text, private } => {
                let (version, text) = (*version, text.clone());
                let drafted = EventKind::Drafted { version, text };
                self.apply(&Event { what: drafted, ..event.clone() });
                if let Some(draft) = self.drafts.last_mut() {
                    draft.purpose = if *private { Purpose::Message } else { Purpose::HandOff };
                }
            }
            EventKind::Split { version, parts } => {
                if let Some(draft) = self.drafts.iter_mut().find(|d| d.version == *version) {
                    draft.parts.clone_from(parts);
                }
            }
            EventKind::ApprovalAsked { .. } => {
                self.state = State::Waiting;
                self.cycle_mut().approval_asked_at.get_or_insert(event.at);
            }
            EventKind::Approved { version } => {
                if let Some(draft) = self.drafts.iter_mut().find(|d| d.version == *version) {
                    draft.approved_by = Some(author());
                }
                if self.state == State::Waiting {
                    self.state = self.back_at_work();
                }
                self.cycle_mut().approved_at = Some(event.at);
            }
            EventKind::Rejected { version, reason } => {
                if let Some(draft) = self.drafts.iter_mut().find(|d| d.version == *version) {
                    draft.rejected = Some((author(), reason.clone()));
                }
                if self.state == State::Waiting {
                    self.state = self.back_at_work();
                }
            }
            EventKind::SendQueued { version, send } => {
                // What is out of that version already stays out.
                let out = self.unfinished.take().filter(|u| u.version == *version).map(|u| u.out).unwrap_or_default();
                let (by, at, news) = (author(), event.at, self.news());
                self.sending = Some(Sending { version: *version, send: *send, by, at, news, out });
                self.sends = *send;
                self.trouble = None;
                self.state = State::Sending;
            }
            EventKind::PartSent { version, external_id, url, posted_at, by, .. } => {
                self.part_is_out(*version, external_id, url.as_ref(), *posted_at, by);
            }
            EventKind::Replied { version, external_id, url, posted_at, by, .. } if self.hands_off(*version) => {
                self.handed_off(*version, external_id, url.clone(), *posted_at, by);
            }
            EventKind::Replied { version, external_id, url, posted_at, by, .. } => {
                self.learn(Said::LeftAlone, by, event.at);
                if let Some(draft) = self.drafts.iter_mut().find(|d| d.version == *version) {
                    draft.sent = true;
                }
                self.sending = None;
                self.trouble = None;
                self.state = State::Replied;
                self.answered(Response {
                    at: *posted_at,
                    by: Some(by.clone()),
                    source: ResponseSource::Sent,
                    external_id: Some(external_id.clone()),
                    url: url.clone(),
                    through: None,
                });
            }
            EventKind::SendFailed { why } => {
                let sending = self.sending.take();
                self.trouble = Some(why.clone());
                if matches!(self.state, State::Sending | State::Unknown) {
                    // A thread of which the first part is out is an answer, if not a whole one.
                    self.unfinished = sending.filter(|s| !s.out.is_empty());
                    self.state = if self.unfinished.is_some() { State::Replied } else { self.back_at_work() };
                }
            }
            EventKind::SendUnknown { why } => {
                self.trouble = Some(why.clone());
                self.state = State::Unknown;
            }
            EventKind::AnsweredNatively { external_id, url, posted_at, .. } => {
                let first = self.cycle().response.is_none();
                self.answered(Response {
                    at: *posted_at,
                    by: None,
                    source: ResponseSource::Native,
                    external_id: Some(external_id.clone()),
                    url: url.clone(),
                    through: None,
                });
                if first && !matches!(self.state, State::Sending | State::Unknown) {
                    self.state = State::Done(DoneReason::Elsewhere);
                }
            }
            EventKind::FollowedUp { post } => {
                self.follow_ups.push(FollowUp {
                    external_id: post.external_id.clone(),
                    posted_at: post.posted_at,
                    text: post.text.clone(),
                    url: post.url.clone(),
                });
            }
            EventKind::Edited { external_id, text } => self.changed(external_id, text, event.at),
            EventKind::PostGone { why } => self.gone.clone_from(why),
            EventKind::ContextFound { said } => self.context.clone_from(said),
            EventKind::Noted { text } => {
                self.notes.push(Note { by: author(), at: event.at, text: text.clone() });
            }
            EventKind::Snoozed { until } => self.state = State::Snoozed(*until),
            EventKind::Woke => {
                if matches!(self.state, State::Snoozed(_)) {
                    self.state = self.back_at_work();
                }
            }
            EventKind::BecameOverdue => self.overdue = true,
            EventKind::Tagged { added, removed } => {
                for tag in removed {
                    self.tags.remove(tag);
                }
                self.tags.extend(added.iter().cloned());
            }
            EventKind::KindSet { to, due_at } => {
                if let Some(by) = &who {
                    self.learn(Said::Kind(*to), by, event.at);
                }
                self.signals.unsure = false;
                self.signals.sure_praise = *to == Kind::Praise;
                self.kind = *to;
                self.confidence = 1.0;
                self.due_at = *due_at;
                self.overdue = false;
            }
            EventKind::Closed { reason } => {
                self.sending = None;
                self.unfinished = None;
                self.trouble = None;
                self.state = State::Done(*reason);
                self.overdue = false;
                if matches!(reason, DoneReason::Answered | DoneReason::Elsewhere) {
                    self.answered(Response {
                        at: event.at,
                        by: who,
                        source: ResponseSource::Stated,
                        external_id: None,
                        url: None,
                        through: None,
                    });
                }
                self.cycle_mut().closed = Some((event.at, *reason));
                if let Actor::Person(by) = &event.by {
                    let said = match reason {
                        DoneReason::Spam => Said::Spam,
                        DoneReason::NotUs => Said::NotUs,
                        _ => Said::LeftAlone,
                    };
                    self.learn(said, by, event.at);
                }
            }
            EventKind::Reopened { cause, from, due_at } => {
                self.holder = None;
                self.sending = None;
                self.unfinished = None;
                self.trouble = None;
                self.overdue = false;
                self.state = State::Open;
                self.due_at = *due_at;
                let mut next = Cycle::new(*from, event.at);
                next.card_at = Some(event.at);
                if *cause == ReopenCause::Person {
                    // Whoever opens it again takes back that it is nobody's voice, or not about the brand.
                    self.lesson = self.lesson.take().filter(|l| !matches!(l.said, Said::Spam | Said::NotUs));
                }
                let unanswered = self.cycle().response.is_none();
                if *cause == ReopenCause::Person && unanswered {
                    // Closed by mistake: the customer is still waiting, in the same cycle.
                    self.cycle_mut().closed = None;
                } else {
                    self.cycles.push(next);
                }
            }
            EventKind::DeedQueued { .. } | EventKind::DeedDone { .. } | EventKind::DeedFailed { .. } => {
                self.deed(event, author());
            }
            EventKind::Retracted { ids, due_at } => self.retracted(ids, *due_at),
            EventKind::Addressed { source, native, can, places } => self.addressed(source, native, *can, places),
            EventKind::SourceChosen { source, can } => self.answers_through(source, None, *can),
            EventKind::Erased => self.erase(),
        }
    }

    /// The newest word counts; handling it in silence takes nothing back.
    fn learn(&mut self, said: Said, by: &PersonId, at: Timestamp) {
        let was = self.lesson.as_ref().map_or(self.kind, |lesson| lesson.was);
        if said != Said::LeftAlone || self.lesson.is_none() {
            self.lesson = Some(Lesson { said, was, by: by.clone(), at });
        }
    }

    fn erase(&mut self) {
        self.erased = true;
        // There are no words left to learn from.
        self.lesson = None;
        self.post.erase(self.no);
        for follow_up in &mut self.follow_ups {
            GONE.clone_into(&mut follow_up.text);
            follow_up.url = None;
        }
        self.context.iter_mut().for_each(Line::erase);
        for draft in &mut self.drafts {
            GONE.clone_into(&mut draft.text);
            draft.parts.iter_mut().for_each(|part| GONE.clone_into(part));
            if let Some((_, why)) = &mut draft.rejected {
                GONE.clone_into(why);
            }
        }
        for note in &mut self.notes {
            GONE.clone_into(&mut note.text);
        }
        self.besides.erase(GONE);
        for edit in &mut self.edits {
            GONE.clone_into(&mut edit.was);
        }
        if let Some(why) = &mut self.gone {
            GONE.clone_into(why);
        }
        self.matched.clear();
        self.trouble = None;
    }
}
