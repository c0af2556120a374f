//! `/like [mention] [undo]`: like the post of a mention, where the network can. It is no answer.

use crate::domain::{Act, Decision, Mention, Refusal, Role};
use crate::slash::{Back, Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, queue_deed};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");
const UNDO: Opt<Optional<Back>> = Opt::new("undo", "Take it back, where the network can");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "like",
    aliases: &["fav"],
    summary: "Like the post of a mention, where the network can",
    options: &[MENTION.spec(), UNDO.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::Act(decide),
    prompt: None,
    samples: &["like 142 undo", "like 142"],
};

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    queue_deed(call, m, Act::Like, call.args.get(&UNDO).is_some())
}
