//! `/retract [mention]` deletes the reply that was sent, after a second look: the wait of the customer goes on.

use crate::domain::deed::guard;
use crate::domain::{Act, Answer, Decision, EventKind, Mention, Refusal, Role, Text};
use crate::slash::{Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, Word, not_anothers};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; it must be named");
const REPLY: Opt<Optional<Word>> = Opt::new("reply", "Which reply: the word that the question names");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "retract",
    aliases: &["unsend"],
    summary: "Delete the reply that was sent, where the network can; it asks first",
    options: &[MENTION.spec(), REPLY.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::Ask,
    run: Run::Act(decide),
    prompt: None,
    samples: &["retract 142 r1", "retract 142"],
};

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    not_anothers(call, m)?;
    let own = guard::retract(call.rules, m)?;
    let (word, named) = (own.word(), call.args.get(&REPLY));
    if named.as_ref().is_none_or(|named| named.0 != word) {
        let mut text = Text::new();
        if named.is_some() {
            text = text.say("That is not the last reply any more. ");
        }
        text = text.bold(format!("Delete this from {}?", m.post.network)).say(" It cannot be brought back.");
        text = text.line().quote(&own.text).line().say("Sent ").time(own.at);
        if let Some(url) = &own.url {
            text = text.say(" ").link("open reply", url);
        }
        let answer = Answer::new(text).offering("Delete it", format!("retract {no} {word}"));
        return Ok(Decision::new(Vec::new(), answer));
    }
    let queued = EventKind::DeedQueued {
        n: m.besides.next(),
        act: Act::Retract,
        undo: false,
        source: own.source,
        version: None,
        text: String::new(),
        targets: own.ids.into_iter().rev().collect(),
    };
    let say = format!("The reply to #{no} is being deleted from {}. The thread says when it is gone.", m.post.network);
    Ok(Decision::new(vec![queued], Answer::new(say)))
}
