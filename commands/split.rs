//! `/split [mention]` makes a numbered thread of the last draft, if that is too long for one post, and shows a preview.

use crate::domain::{Decision, EventKind, MOST_PARTS, Mention, Purpose, Refusal, Role, State, guard, split};
use crate::slash::{Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, foresee, preview, take_up};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "split",
    aliases: &["thread"],
    summary: "Split the last draft, if it is too long, into numbered posts, after a preview",
    options: &[MENTION.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::Act(decide),
    prompt: None,
    samples: &["split 142"],
};

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let (no, network) = (m.no.0, &m.post.network);
    let source = call.rules.source(m);
    if !source.can.reply {
        return Err(guard::cannot_reply(call.rules, m));
    }
    let mut events = take_up(call, m)?;
    let Some(draft) = m.draft() else {
        return Err(Refusal::new(format!("#{no} has no text yet. Keep one first: `draft {no} …`.")));
    };
    if m.state == State::Waiting {
        return Err(Refusal::new(format!(
            "v{} of #{no} waits for approval. `draft {no} …` replaces it.",
            draft.version
        ))
        .offering("Show it", format!("show {no}")));
    }
    if !source.can.thread {
        return Err(Refusal::new(format!(
            "{network} takes no answer in several posts from here. Write a shorter one: `reply {no} …`."
        )));
    }
    if draft.purpose == Purpose::Message {
        return Err(Refusal::new(format!("v{} of #{no} is a private message, which stays whole.", draft.version))
            .offering("Show it", format!("show {no}")));
    }
    if source.length.fits(&draft.text) {
        return Err(Refusal::new(format!("v{} of #{no} fits into one post. `reply {no}` shows it.", draft.version))
            .offering("Preview", format!("reply {no}")));
    }
    guard::in_form(call.rules, m, &draft.text)?;
    let Some(parts) = split(&draft.text, source.length) else {
        return Err(Refusal::new(format!(
            "That cannot be split into at most {MOST_PARTS} posts. Write a shorter one: `reply {no} …`."
        )));
    };
    if draft.parts == parts && draft.rejected.is_none() {
        return Ok(Decision::new(events, preview(call, m, draft.version, &draft.text)));
    }
    // A version of its own: an old button sends, and an old approval covers, only what was shown then.
    let version = m.next_version();
    let text = draft.text.clone();
    events.push(match draft.purpose {
        Purpose::HandOff => EventKind::HandOffDrafted { version, text, private: false },
        _ => EventKind::Drafted { version, text },
    });
    events.push(EventKind::Split { version, parts });
    let after = foresee(call, m, &events);
    let answer = preview(call, &after, version, &draft.text);
    Ok(Decision::new(events, answer))
}
