//! The send guard: what must hold before a reply goes out. Read when it is queued and again just before it is sent.

use super::{Mention, PersonId, PiiHit, PiiKind, Purpose, Refusal, Rules, State, fill, pii};

/// May a reply of this mention's brand say this on this mention's network?
pub fn text(rules: &Rules, mention: &Mention, text: &str) -> Result<(), Refusal> {
    personal(rules, mention, text)?;
    let no = mention.no.0;
    match unfit(rules, mention, text) {
        None => Ok(()),
        Some((what, remedy)) => {
            Err(Refusal::new(format!("{what} {remedy}: `reply {no} …`.")).offering("Show it", format!("show {no}")))
        }
    }
}

/// The same for a text that still stands in a form: nothing has to be typed anew, so only what is wrong with it is said.
pub fn in_form(rules: &Rules, mention: &Mention, text: &str) -> Result<(), Refusal> {
    personal(rules, mention, text)?;
    unfit(rules, mention, text).map_or(Ok(()), |(what, remedy)| Err(Refusal::new(format!("{what} {remedy}."))))
}

/// What is wrong with a text, and what to do about it.
fn unfit(rules: &Rules, mention: &Mention, text: &str) -> Option<(String, &'static str)> {
    if text.contains('\u{fffd}') {
        let what = "The text has characters that could not be read (shown as \u{fffd}).".to_owned();
        return Some((what, "Type it again"));
    }
    if super::fold(text).trim().is_empty() {
        return Some(("The text is empty.".to_owned(), "Type what to say"));
    }
    if let Some(hole) = fill::unfilled(text) {
        return Some((format!("`{hole}` is still to be filled in."), "Write the text with it filled in"));
    }
    let excess = rules.source(mention).length.excess(text)?;
    Some((format!("Too long for {}: {excess}.", mention.post.network), "Shorten it"))
}

/// Personal data must not be said in public: stops, and offers the private way.
pub fn personal(rules: &Rules, mention: &Mention, text: &str) -> Result<(), Refusal> {
    let way = rules.brands.get(&mention.brand).and_then(|b| b.private_way.as_deref());
    let Some(hit) = pii::find(text).into_iter().find(|hit| !way.is_some_and(|way| part_of(hit, way))) else {
        return Ok(());
    };
    let instead = match way {
        Some(way) => format!("Ask them to get in touch in private instead: {way}"),
        None => "Take it out, and ask them to get in touch in private".to_owned(),
    };
    let shown = mask(&hit);
    let dashes =
        if matches!(hit.kind, PiiKind::Order) { " If it is public anyway, say it without the number." } else { "" };
    Err(Refusal::new(format!(
        "Stopped, nothing was sent: the text seems to contain {} ({shown}), and this reply is public. {instead}.{dashes}",
        hit.kind.words()
    ))
    .offering("Show the mention", format!("show {}", mention.no.0)))
}

fn part_of(hit: &PiiHit, way: &str) -> bool {
    let way_hits = pii::find(way);
    way_hits.iter().any(|w| w.text.eq_ignore_ascii_case(&hit.text))
        || way.to_lowercase().contains(&hit.text.to_lowercase())
}

/// The first and last two characters: enough to find it, too little to use it.
fn mask(hit: &PiiHit) -> String {
    let count = hit.text.chars().count();
    let edge = |i: usize| i < 2 || i + 2 >= count;
    hit.text.chars().enumerate().map(|(i, c)| if edge(i) || !c.is_alphanumeric() { c } else { '•' }).collect()
}

/// Is anything outgoing allowed at all?
pub fn not_paused(rules: &Rules) -> Result<(), Refusal> {
    let Some(paused) = &rules.paused else { return Ok(()) };
    let who = rules.person_name(&paused.by);
    let why = if paused.reason.is_empty() { String::new() } else { format!(" ({})", paused.reason) };
    Err(Refusal::new(format!(
        "Everything outgoing is paused by {who}{why}. Ask them, or an admin types `resume`; the draft is kept."
    )))
}

/// May this version be put into the outbox by `sender`? `for_holder` is true for an approver, who sends for whoever
/// holds the mention.
pub fn queue(
    rules: &Rules,
    mention: &Mention,
    sender: &PersonId,
    version: u32,
    for_holder: bool,
) -> Result<(), Refusal> {
    let no = mention.no.0;
    not_paused(rules)?;
    match mention.state {
        State::Sending => {
            return Err(Refusal::new(format!("A reply to #{no} is on its way already. Look at its card in a moment."))
                .offering("Show it", format!("show {no}")));
        }
        State::Unknown => {
            return Err(Refusal::new(format!(
                "A reply to #{no} may be out already. Look at the post, then `done {no} answered` if it is there or \
                 `reopen {no}` if it is not."
            ))
            .offering("It is there", format!("done {no} answered"))
            .offering("It is not there", format!("reopen {no}")));
        }
        state if state.is_closed() => {
            return Err(Refusal::new(format!("#{no} is closed. `reopen {no}` first if it needs another reply."))
                .offering("Reopen", format!("reopen {no}")));
        }
        _ => {}
    }
    if mention.cycle().response.is_some() {
        return Err(Refusal::new(format!("#{no} was answered already. Close it with `done {no}`."))
            .offering("Done", format!("done {no}")));
    }
    match &mention.holder {
        Some(_) if for_holder => {}
        Some(claim) if &claim.by == sender => {}
        Some(claim) => {
            return Err(Refusal::new(format!(
                "{} holds #{no} now, so your reply was not sent. Talk to them, or see `show {no}`.",
                rules.person_name(&claim.by)
            ))
            .offering("Show it", format!("show {no}")));
        }
        None => {
            return Err(Refusal::new(format!("Nobody holds #{no}. `claim {no}` first, then send."))
                .offering("Claim", format!("claim {no}")));
        }
    }
    let Some(draft) = mention.draft() else {
        return Err(Refusal::new(format!("#{no} has no text yet. Type it: `reply {no} Hello …`.")));
    };
    may_say(rules, mention, draft.purpose)?;
    if draft.version != version {
        return Err(Refusal::new(format!(
            "v{version} is not the newest text of #{no} any more; v{} is, by {}. Look at it with `reply {no}`.",
            draft.version,
            rules.person_name(&draft.by)
        ))
        .offering("Preview it", format!("reply {no}")));
    }
    says(rules, mention, draft.purpose, &draft.text)
}

/// May the account that answers say something of that kind here?
pub fn may_say(rules: &Rules, mention: &Mention, purpose: Purpose) -> Result<(), Refusal> {
    let can = super::deed::guard::can(rules, mention);
    if purpose != Purpose::Message {
        return if can.reply { Ok(()) } else { Err(cannot_reply(mention)) };
    }
    if let Some(deed) = mention.besides.pending(super::Act::Message) {
        let (no, who) = (mention.no.0, rules.person_name(&deed.by));
        return Err(Refusal::new(format!("{who}'s private message is on its way already. See `show {no}`."))
            .offering("Show it", format!("show {no}")));
    }
    if can.direct_message { Ok(()) } else { Err(cannot_reply(mention)) }
}

/// May this be said as what it is for? What its reader alone sees may carry personal data.
pub fn says(rules: &Rules, mention: &Mention, purpose: Purpose, said: &str) -> Result<(), Refusal> {
    if purpose != Purpose::Message {
        return text(rules, mention, said);
    }
    let no = mention.no.0;
    unfit(rules, mention, said).map_or(Ok(()), |(what, remedy)| {
        Err(Refusal::new(format!("{what} {remedy}: `handoff {no} …`.")).offering("Show it", format!("show {no}")))
    })
}

/// The last look at the record, just before the network is called for the reply that is on its way.
pub fn deliver(rules: &Rules, mention: &Mention) -> Result<(), Refusal> {
    let no = mention.no.0;
    not_paused(rules)?;
    let Some(sending) = &mention.sending else {
        return Err(Refusal::new(format!("#{no} has no reply on its way. See `show {no}`.")));
    };
    if mention.cycle().response.is_some() {
        return Err(Refusal::new(format!(
            "#{no} was answered already, so this reply was not sent. `done {no}` closes it."
        )));
    }
    let Some(draft) = mention.draft().filter(|d| d.version == sending.version) else {
        return Err(Refusal::new(format!(
            "The text of #{no} was changed, so it was not sent. Look again: `reply {no}`."
        )));
    };
    let approved = draft.approved_by.as_ref() == Some(&sending.by) && mention.holder.is_some();
    if !mention.held_by(&sending.by) && !approved {
        return Err(Refusal::new(format!("#{no} changed hands, so the reply was not sent. See `show {no}`.")));
    }
    if !rules.source(mention).can.reply {
        return Err(cannot_reply(mention));
    }
    text(rules, mention, &draft.text)
}

/// Says that the network takes no reply from here, and what to do instead.
pub fn cannot_reply(mention: &Mention) -> Refusal {
    let no = mention.no.0;
    let open = mention.post.url.as_ref().map_or_else(String::new, |url| format!(" at {url}"));
    let mut refusal = Refusal::new(format!(
        "Replies to {} cannot be sent from here. Answer it there{open}, then type `done {no} answered`.",
        mention.post.network
    ))
    .offering("Done: answered", format!("done {no} answered"));
    if let Some(url) = &mention.post.url {
        refusal.offers.insert(0, super::Button::link("Open post", url.clone()));
    }
    refusal
}
