//! `/repost [mention] [undo]`: repost what was said, unchanged, where the network can. It is no answer.

use crate::domain::{Act, Decision, Mention, Refusal, Role};
use crate::slash::{Back, Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, queue_deed};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");
const UNDO: Opt<Optional<Back>> = Opt::new("undo", "Take it back, where the network can");

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "repost",
    aliases: &["boost"],
    summary: "Repost what was said, unchanged, where the network can",
    options: &[MENTION.spec(), UNDO.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::Act(decide),
    prompt: None,
    samples: &["repost 142 undo", "repost 142"],
};

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    queue_deed(call, m, Act::Repost, call.args.get(&UNDO).is_some())
}
