//! May this be done? Read when somebody asks for it; the network has the last word.

use super::OwnPost;
use crate::domain::guard::not_paused;
use crate::domain::{Act, Button, Capabilities, Mention, Refusal, ResponseSource, Rules};

/// What the account that answers the mention can do at its post now.
pub fn can(rules: &Rules, m: &Mention) -> Capabilities {
    rules.source(m).can.for_post(&m.post)
}

/// May this be done at the mention's post, or taken back? Gives the network's id of what is taken back.
///
/// # Errors
/// Everything is paused, the network does not do it, it is on its way, it was done already, or it was never done.
pub fn act(rules: &Rules, m: &Mention, act: Act, undo: bool) -> Result<Vec<String>, Refusal> {
    let no = m.no.0;
    not_paused(rules)?;
    let can = can(rules, m);
    if !can.allows(act) {
        return Err(cannot(m, act, ""));
    }
    if let Some(deed) = m.besides.pending(act) {
        let who = rules.person_name(&deed.by);
        return Err(Refusal::new(format!("{who} asked for that already, and it is on its way. See `show {no}`."))
            .offering("Show it", format!("show {no}")));
    }
    match (m.besides.done(act), undo) {
        (None, false) => Ok(Vec::new()),
        (None, true) => Err(Refusal::new(format!(
            "Nothing to take back: {} did not come from here. `show {no}` says what did.",
            act.noun()
        ))
        .offering("Show it", format!("show {no}"))),
        (Some(_), true) if !can.undo => Err(cannot(m, act, "take back ")),
        (Some((_, id)), true) => Ok(vec![id.to_owned()]),
        (Some((deed, _)), false) => {
            let say = format!("{} has {} it already", rules.person_name(&deed.by), act.done());
            let refusal = if can.undo {
                let undo = format!("{} {no} undo", act.verb());
                Refusal::new(format!("{say}; `{undo}` takes it back.")).offering("Take it back", undo)
            } else {
                Refusal::new(format!("{say}. See `show {no}`.")).offering("Show it", format!("show {no}"))
            };
            Err(refusal)
        }
    }
}

/// Says that the network does not do that from here, and where it can be done.
fn cannot(m: &Mention, act: Act, back: &str) -> Refusal {
    let no = m.no.0;
    let what = match act {
        Act::Retract => "deleted",
        Act::Message => "messaged",
        _ => act.done(),
    };
    let (network, open) = (&m.post.network, m.post.url.as_ref());
    let at = open.map_or_else(String::new, |url| format!(" at {url}"));
    let say = if back.is_empty() {
        format!("This cannot be {what} from here: {network} does not let this account. Try it there{at}.")
    } else {
        format!("{network} does not {back}{} from here. Try it there{at}.", act.noun())
    };
    let refusal = Refusal::new(say);
    match open {
        Some(url) => Refusal { offers: vec![Button::link("Open post", url.clone())], ..refusal },
        None => refusal.offering("Show it", format!("show {no}")),
    }
}

/// The post of ours that may be deleted.
///
/// # Errors
/// There is none, it was not sent from here, it is being deleted, or the network cannot.
pub fn retract(rules: &Rules, m: &Mention) -> Result<OwnPost, Refusal> {
    let no = m.no.0;
    not_paused(rules)?;
    if let Some(deed) = m.besides.pending(Act::Retract) {
        let who = rules.person_name(&deed.by);
        return Err(Refusal::new(format!("{who} asked for that already, and it is being deleted. See `show {no}`."))
            .offering("Show it", format!("show {no}")));
    }
    let Some(own) = m.newest_own() else {
        let say = match m.cycle().response.as_ref().map(|r| (r.source, r.url.as_deref())) {
            Some((ResponseSource::Native, url)) => {
                let at = url.map_or_else(String::new, |url| format!(" at {url}"));
                format!("#{no} was answered on {} itself, not from here. Delete that answer there{at}.", m.post.network)
            }
            Some((ResponseSource::Stated, _)) => format!(
                "hearback did not send the answer to #{no}: somebody said that there is one. Delete it where it is, then \
                 `reopen {no}`."
            ),
            _ => format!("No reply to #{no} went out from here. `show {no}` says what happened."),
        };
        return Err(Refusal::new(say).offering("Show it", format!("show {no}")));
    };
    let can = rules.sources.get(&own.source).is_some_and(|source| source.can.retract);
    if !can {
        let at = own.url.as_ref().map_or_else(String::new, |url| format!(" at {url}"));
        let refusal = Refusal::new(format!(
            "{} does not let a reply be deleted from here. Delete it there{at}, then `reopen {no}` if it needs another one.",
            m.post.network
        ));
        return Err(match own.url {
            Some(url) => Refusal { offers: vec![Button::link("Open reply", url)], ..refusal },
            None => refusal,
        });
    }
    Ok(own)
}
