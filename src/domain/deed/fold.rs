//! What deeds, hand-offs and deleted replies change in a mention.

use super::{Besides, DeedRecord, HandedOff, Purpose, Stage};
use crate::domain::{
    Act, Capabilities, DoneReason, Event, EventKind, Mention, Native, PersonId, Place, ResponseSource, Sending,
    SourceName, State,
};
use jiff::Timestamp;

impl Mention {
    pub(in crate::domain) fn deed(&mut self, event: &Event, by: PersonId) {
        match &event.what {
            EventKind::DeedQueued { n, act, undo, source, version, text, targets } => {
                if *act == Act::Message {
                    self.trouble = None;
                }
                self.besides.deeds.push(DeedRecord {
                    n: *n,
                    act: *act,
                    undo: *undo,
                    by,
                    at: event.at,
                    source: source.clone(),
                    version: *version,
                    text: text.clone(),
                    targets: targets.clone(),
                    stage: Stage::Queued,
                });
            }
            EventKind::DeedDone { n, external_id, url, posted_at } => {
                let stage = Stage::Done { external_id: external_id.clone(), at: *posted_at };
                let Some(deed) = self.becomes(*n, stage) else { return };
                if deed.undo {
                    self.undone(&deed);
                } else if let (Act::Message, Some(version)) = (deed.act, deed.version) {
                    self.handed_off(version, external_id, url.clone(), *posted_at, &deed.by);
                }
            }
            EventKind::DeedFailed { n, why, unknown } => {
                let stage = if *unknown { Stage::Unknown(why.clone()) } else { Stage::Failed(why.clone()) };
                let Some(deed) = self.becomes(*n, stage).filter(|d| d.act == Act::Message) else { return };
                self.trouble = Some(why.clone());
                // What may be out already is not sent again by an old button.
                if *unknown && let Some(draft) = self.drafts.iter_mut().find(|d| Some(d.version) == deed.version) {
                    draft.sent = true;
                }
            }
            _ => {}
        }
    }

    fn becomes(&mut self, n: u32, stage: Stage) -> Option<DeedRecord> {
        let deed = self.besides.deeds.iter_mut().find(|d| d.n == n)?;
        deed.stage = stage;
        Some(deed.clone())
    }

    fn undone(&mut self, undo: &DeedRecord) {
        for deed in self.besides.deeds.iter_mut().filter(|d| d.act == undo.act && !d.undo) {
            if matches!(&deed.stage, Stage::Done { external_id, .. } if undo.targets.contains(external_id)) {
                deed.stage = Stage::Undone;
            }
        }
    }

    /// That version is no answer, but asks the author to go on in private.
    pub fn hands_off(&self, version: u32) -> bool {
        self.draft_version(version).is_some_and(|d| d.purpose != Purpose::Reply)
    }

    /// The hand-off is out. The customer still waits, and whoever has it keeps it.
    pub(in crate::domain) fn handed_off(
        &mut self,
        version: u32,
        external_id: &str,
        url: Option<String>,
        at: Timestamp,
        by: &PersonId,
    ) {
        let mut private = false;
        if let Some(draft) = self.drafts.iter_mut().find(|d| d.version == version) {
            draft.sent = true;
            private = draft.purpose == Purpose::Message;
        }
        self.trouble = None;
        if !private {
            self.sending = None;
            if matches!(self.state, State::Sending | State::Unknown) {
                self.state = self.back_at_work();
            }
        }
        // It may have been seen on the network, and taken for an answer, before it was confirmed to us.
        self.forget(&[external_id.to_owned()]);
        self.besides.handed_off =
            Some(HandedOff { by: by.clone(), at, external_id: external_id.to_owned(), url, private, through: None });
    }

    /// Posts of ours are deleted: the customer waits on, unless something else answered them.
    pub(in crate::domain) fn retracted(&mut self, ids: &[String], due_at: Option<Timestamp>) {
        if self.besides.handed_off.as_ref().is_some_and(|h| ids.contains(&h.external_id)) {
            self.besides.handed_off = None;
        }
        self.thread.retain(|part| !ids.contains(&part.external_id));
        let gone = |s: &mut Sending| s.out.iter().any(|part| ids.contains(&part.external_id));
        if self.unfinished.take_if(gone).is_some() {
            self.trouble = None;
        }
        if self.forget(ids) {
            self.due_at = due_at;
            self.overdue = false;
        }
    }

    /// These posts of ours are no responses. True if the current wait goes on because of that.
    fn forget(&mut self, ids: &[String]) -> bool {
        for id in ids {
            if !self.besides.own.contains(id) {
                self.besides.own.push(id.clone());
            }
        }
        let waits = self.cycle().response.is_none();
        let mut i = 0;
        let mut joined = false;
        while let Some(cycle) = self.cycles.get_mut(i) {
            let open = cycle.without(ids);
            if open && i + 1 < self.cycles.len() {
                let next = self.cycles.remove(i + 1);
                if let Some(cycle) = self.cycles.get_mut(i) {
                    cycle.goes_on(next);
                }
                joined = true;
                continue;
            }
            i += 1;
        }
        let response = self.cycle().response.as_ref().map(|r| r.source);
        let answered = matches!(self.state, State::Replied | State::Done(DoneReason::Answered | DoneReason::Elsewhere));
        match response {
            None if answered => {
                self.cycle_mut().closed = None;
                self.state = self.back_at_work();
            }
            Some(ResponseSource::Native) if self.state == State::Replied => {
                self.state = State::Done(DoneReason::Elsewhere);
            }
            _ => {}
        }
        response.is_none() && (joined || !waits)
    }

    /// It was said to that account. That one answers, unless somebody is about to send what they have seen as another.
    pub(in crate::domain) fn addressed(
        &mut self,
        source: &SourceName,
        native: &Native,
        can: Capabilities,
        places: &[Place],
    ) {
        self.direct = true;
        self.post.addressed = true;
        for place in places {
            if !self.places.contains(place) {
                self.places.push(place.clone());
            }
        }
        if self.sending.is_none() && self.draft().is_none() {
            self.answers_through(source, Some(native), can);
        } else if *source == self.post.source {
            self.post.native = native.clone();
        } else {
            self.besides.natives.retain(|(name, _)| name != source);
            self.besides.natives.push((source.clone(), native.clone()));
        }
    }

    /// That source's account answers from now on. What was sent stays with the account that sent it.
    pub(in crate::domain) fn answers_through(
        &mut self,
        source: &SourceName,
        native: Option<&Native>,
        can: Capabilities,
    ) {
        if *source != self.post.source {
            let before = std::mem::replace(&mut self.post.source, source.clone());
            let responses = self.cycles.iter_mut().flat_map(|c| c.response.iter_mut().chain(&mut c.also));
            for response in responses.filter(|r| r.source == ResponseSource::Sent && r.through.is_none()) {
                response.through = Some(before.clone());
            }
            if let Some(handed) = self.besides.handed_off.as_mut().filter(|h| h.through.is_none()) {
                handed.through = Some(before.clone());
            }
            let natives = &mut self.besides.natives;
            let known = natives.iter().position(|(name, _)| name == source).map(|at| natives.remove(at).1);
            // Nobody called this account, as far as is known; what the adapter needs may still be of use to it.
            let unknown = Native { summons: false, ..self.post.native.clone() };
            natives.push((before, std::mem::replace(&mut self.post.native, known.unwrap_or(unknown))));
        }
        if let Some(native) = native {
            self.post.native = native.clone();
        }
        self.can = can.for_post(&self.post);
    }
}

impl Besides {
    /// Takes out what somebody said.
    pub(in crate::domain) fn erase(&mut self, gone: &str) {
        for deed in &mut self.deeds {
            if !deed.text.is_empty() {
                gone.clone_into(&mut deed.text);
            }
            if let Stage::Failed(why) | Stage::Unknown(why) = &mut deed.stage {
                gone.clone_into(why);
            }
        }
    }
}
