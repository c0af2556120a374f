//! The send guard: what must hold before a reply goes out. Read when it is queued and again just before it is sent.

use super::pii::Patterns;
use super::{Draft, Mention, PersonId, PiiHit, PiiKind, Purpose, Refusal, Rules, Sending, State, fill, pii, split};

/// May a reply of this mention's brand say this on this mention's network?
pub fn text(rules: &Rules, mention: &Mention, text: &str) -> Result<(), Refusal> {
    personal(rules, mention, text)?;
    let no = mention.no.0;
    let Some(Unfit { what, remedy, posts }) = unfit(rules, mention, text) else { return Ok(()) };
    let show = |refusal: Refusal| Err(refusal.offering("Show it", format!("show {no}")));
    match posts {
        None => show(Refusal::new(format!("{what} {remedy}: `reply {no} …`."))),
        Some(posts) => show(
            Refusal::new(format!("{what} {remedy}: `reply {no} …`, or let `split {no}` make {posts} posts of it."))
                .offering(format!("Split into {posts} posts"), format!("split {no}")),
        ),
    }
}

/// The same for a draft, which may go out as several posts.
pub fn draft(rules: &Rules, mention: &Mention, draft: &Draft) -> Result<(), Refusal> {
    if draft.parts.is_empty() {
        return says(rules, mention, draft.purpose, &draft.text);
    }
    personal(rules, mention, &draft.text)?;
    let no = mention.no.0;
    let network = &mention.post.network;
    if !rules.source(mention).can.thread {
        return Err(Refusal::new(format!(
            "{network} takes no answer in several posts from here. Write a shorter one: `reply {no} …`."
        )));
    }
    match draft.parts.iter().find_map(|part| unfit(rules, mention, part)) {
        None => Ok(()),
        Some(Unfit { what, .. }) => Err(Refusal::new(format!("{what} `split {no}` splits it anew."))
            .offering("Split it anew", format!("split {no}"))),
    }
}

/// The same for a text that still stands in a form: nothing has to be typed anew, so only what is wrong with it is said.
/// What is only too long for one post is no reason to keep the form open: it can be split.
pub fn in_form(rules: &Rules, mention: &Mention, text: &str) -> Result<(), Refusal> {
    personal(rules, mention, text)?;
    match unfit(rules, mention, text) {
        None | Some(Unfit { posts: Some(_), .. }) => Ok(()),
        Some(Unfit { what, remedy, .. }) => Err(Refusal::new(format!("{what} {remedy}."))),
    }
}

/// What is wrong with a text, and what to do about it.
struct Unfit {
    what: String,
    remedy: &'static str,
    /// It is only too long, and could go out as so many posts.
    posts: Option<usize>,
}

fn unfit(rules: &Rules, mention: &Mention, text: &str) -> Option<Unfit> {
    let wrong = |what: String, remedy| Some(Unfit { what, remedy, posts: None });
    if text.contains('\u{fffd}') {
        return wrong(
            "The text has characters that could not be read (shown as \u{fffd}).".to_owned(),
            "Type it again",
        );
    }
    if super::fold(text).trim().is_empty() {
        return wrong("The text is empty.".to_owned(), "Type what to say");
    }
    if let Some(hole) = fill::unfilled(text) {
        return wrong(format!("`{hole}` is still to be filled in."), "Write the text with it filled in");
    }
    let source = rules.source(mention);
    let excess = source.length.excess(text)?;
    let parts = if source.can.thread { split(text, source.length) } else { None };
    let what = format!("Too long for {}: {excess}.", mention.post.network);
    Some(Unfit { what, remedy: "Shorten it", posts: parts.map(|parts| parts.len()) })
}

/// Personal data must not be said in public: stops, and offers the private way. A private reply may say it.
pub fn personal(rules: &Rules, mention: &Mention, text: &str) -> Result<(), Refusal> {
    if mention.post.is_private() {
        return Ok(());
    }
    let way = rules.brands.get(&mention.brand).and_then(|b| b.private_way.as_deref());
    let patterns = &rules.privacy.patterns;
    let hits = pii::find_with(text, patterns).into_iter().filter(|hit| hit.sure);
    let Some(hit) = hits.into_iter().find(|hit| !way.is_some_and(|way| part_of(hit, way, patterns))) else {
        return Ok(());
    };
    let instead = match way {
        Some(way) => format!("Ask them to get in touch in private instead: {way}"),
        None => "Take it out, and ask them to get in touch in private".to_owned(),
    };
    let shown = mask(&hit);
    let dashes = if matches!(hit.kind, PiiKind::Order | PiiKind::Own(_)) {
        " If it is public anyway, say it without the number."
    } else {
        ""
    };
    Err(Refusal::new(format!(
        "Stopped, nothing was sent: the text seems to contain {} ({shown}), and this reply is public. {instead}.{dashes}",
        hit.kind.words()
    ))
    .offering("Show the mention", format!("show {}", mention.no.0)))
}

/// Part of what the brand itself says of how to reach it.
pub(super) fn part_of(hit: &PiiHit, way: &str, patterns: &Patterns) -> bool {
    let way_hits = pii::find_with(way, patterns);
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
    self::draft(rules, mention, draft)
}

/// May the account that answers say something of that kind here?
pub fn may_say(rules: &Rules, mention: &Mention, purpose: Purpose) -> Result<(), Refusal> {
    let can = super::deed::guard::can(rules, mention);
    if purpose != Purpose::Message {
        return if can.reply { Ok(()) } else { Err(cannot_reply(rules, mention)) };
    }
    if let Some(deed) = mention.besides.pending(super::Act::Message) {
        let (no, who) = (mention.no.0, rules.person_name(&deed.by));
        return Err(Refusal::new(format!("{who}'s private message is on its way already. See `show {no}`."))
            .offering("Show it", format!("show {no}")));
    }
    if can.direct_message { Ok(()) } else { Err(cannot_reply(rules, mention)) }
}

/// May this be said as what it is for? What its reader alone sees may carry personal data.
pub fn says(rules: &Rules, mention: &Mention, purpose: Purpose, said: &str) -> Result<(), Refusal> {
    if purpose != Purpose::Message {
        return text(rules, mention, said);
    }
    let no = mention.no.0;
    unfit(rules, mention, said).map_or(Ok(()), |Unfit { what, remedy, .. }| {
        Err(Refusal::new(format!("{what} {remedy}: `handoff {no} …`.")).offering("Show it", format!("show {no}")))
    })
}

/// May the rest of a numbered thread be put into the outbox, of which a part is out?
pub fn go_on(rules: &Rules, mention: &Mention, rest: &Sending) -> Result<(), Refusal> {
    not_paused(rules)?;
    let can = rules.source(mention).can;
    if !can.reply || !can.thread {
        return Err(cannot_reply(rules, mention));
    }
    match mention.draft_version(rest.version) {
        Some(draft) => self::draft(rules, mention, draft),
        None => Err(Refusal::new(format!("The text of #{0} is gone. See `show {0}`.", mention.no.0))),
    }
}

/// The last look at the record, just before the network is called for the reply that is on its way.
pub fn deliver(rules: &Rules, mention: &Mention) -> Result<(), Refusal> {
    let no = mention.no.0;
    not_paused(rules)?;
    let Some(sending) = &mention.sending else {
        return Err(Refusal::new(format!("#{no} has no reply on its way. See `show {no}`.")));
    };
    if !sending.out.is_empty() {
        // Half a thread is worse than a late one.
        return go_on(rules, mention, sending);
    }
    if mention.cycle().response.is_some() {
        return Err(Refusal::new(format!(
            "#{no} was answered already, so this reply was not sent. `done {no}` closes it."
        )));
    }
    if mention.news() > sending.news {
        return Err(Refusal::new(format!(
            "the author added or changed something after Send was pressed. Read it above; `send {no}` then shows the text once \
             more"
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
        return Err(cannot_reply(rules, mention));
    }
    self::draft(rules, mention, draft)
}

/// Says that the network takes no reply from here, and what to do instead.
pub fn cannot_reply(rules: &Rules, mention: &Mention) -> Refusal {
    let (no, network) = (mention.no.0, &mention.post.network);
    let open = mention.post.url.as_ref().map_or_else(String::new, |url| format!(" at {url}"));
    let why = if rules.uncalled(mention) {
        format!(
            "{network} takes a reply from here only where the author named you; open the post and answer there{open}"
        )
    } else {
        format!("Replies to {network} cannot be sent from here. Answer it there{open}")
    };
    let mut refusal = Refusal::new(format!("{why}, then type `done {no} answered`."))
        .offering("Done: answered", format!("done {no} answered"));
    if let Some(url) = &mention.post.url {
        refusal.offers.insert(0, super::Button::link("Open post", url.clone()));
    }
    refusal
}
