//! `/send [mention] [version] [read]` sends exactly that version, to whoever has read everything that the author added
//! since: what the Send button of a preview stands for.

use crate::domain::{Answer, Decision, EventKind, Mention, Mode, Refusal, Role, Sending, State, guard};
use crate::slash::{Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, message, not_anothers, preview};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");
const VERSION: Opt<Optional<u64>> = Opt::new("version", "Which version of the text; it must be the newest one");
const READ: Opt<Optional<u64>> =
    Opt::new("read", "How much of what the author added since you have read; the Send button says it");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "send",
    aliases: &[],
    summary: "Send the newest text, if you wrote it or saw it in a preview",
    options: &[MENTION.spec(), VERSION.spec(), READ.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::Act(decide),
    prompt: None,
    samples: &["send 142 2 1", "send 142 2", "send 142"],
};

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let number = |option: &Opt<Optional<u64>>| call.args.get(option).map(|v| u32::try_from(v).unwrap_or(u32::MAX));
    let (asked, read) = (number(&VERSION), number(&READ));
    if let Some(rest) = m.unfinished.as_ref().filter(|u| asked.is_none_or(|version| version == u.version)) {
        return the_rest(call, m, rest);
    }
    let newest = m.draft().map_or(0, |d| d.version);
    let version = asked.unwrap_or(newest);
    guard::queue(call.rules, m, &call.who.id, version, false)?;
    let Some(draft) = m.draft() else { return Err(Refusal::new(format!("#{no} has no text yet: `reply {no} …`."))) };
    if let Some((by, _)) = &draft.rejected {
        return Err(Refusal::new(format!(
            "v{version} was rejected by {}. Write a new text: `reply {no} …`.",
            call.rules.person_name(by)
        )));
    }
    if draft.approved_by.is_none() && (call.rules.mode(m) == Mode::Approve || m.state == State::Waiting) {
        let refusal = Refusal::new(format!(
            "v{version} of #{no} needs approval by somebody other than its author before it goes out."
        ));
        return Err(if m.state == State::Waiting {
            Refusal { say: format!("{} They type `approve {no}`.", refusal.say), ..refusal }
        } else {
            Refusal { say: format!("{} `reply {no}` asks for it.", refusal.say), ..refusal }
                .offering("Ask for approval", format!("reply {no}"))
        });
    }
    // Without a version, only what this person wrote: a text that they may not have read is shown first. So is what the
    // author added or changed after it was written, or after it was shown.
    let unseen = asked.is_none() && draft.by != call.who.id;
    if unseen || m.news() > read.unwrap_or(draft.news) {
        return Ok(Decision::new(Vec::new(), preview(call, m, version, &draft.text)));
    }
    if let Some(message) = message(m, draft) {
        let answer = Answer::new(format!("v{version} is on its way in private. The thread says when it is there."));
        return Ok(Decision::new(vec![message], answer));
    }
    let events = vec![EventKind::SendQueued { version, send: m.sends.saturating_add(1) }];
    let answer =
        Answer::new(format!("v{version} is on its way to {}. The card says when it is there.", m.post.network));
    Ok(Decision::new(events, answer))
}

/// Goes on with a numbered thread of which a part is out.
fn the_rest(call: &Call<'_>, m: &Mention, rest: &Sending) -> Result<Decision, Refusal> {
    not_anothers(call, m)?;
    guard::go_on(call.rules, m, rest)?;
    let (version, out) = (rest.version, m.out_of(rest).unwrap_or_default());
    let events = vec![EventKind::SendQueued { version, send: m.sends.saturating_add(1) }];
    let answer = Answer::new(format!("{out}; the rest is on its way to {}.", m.post.network));
    Ok(Decision::new(events, answer))
}
