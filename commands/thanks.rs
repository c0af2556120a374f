//! `/thanks [mention]` writes a short thank-you for praise, never the same one twice in a row, and shows a preview; or it
//! likes the post, which is all that some networks allow.

use crate::domain::{Act, Decision, Kind, Mention, Refusal, Role, State, deed, guard};
use crate::slash::{
    Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, choices, filled, foresee, preview, queue_deed,
    take_up, version_of,
};

choices! {
    How { Like = "like" }
}

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");

const HOW: Opt<Optional<How>> = Opt::new("how", "Thank them by a like instead of a text");

/// Said where the brand has no thank-yous of its own.
const THANKS: [&str; 8] = [
    "Thank you, {author}! That made our day.",
    "Thanks so much, {author}. We are glad you like it!",
    "That is lovely to hear, {author}. Thank you!",
    "{author}, thank you for the kind words!",
    "Thank you, {author}! We will pass this on to the whole team.",
    "Great to hear, {author}. Thanks for telling us!",
    "Thanks, {author}! It means a lot to us.",
    "You made us smile, {author}. Thank you!",
];

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "thanks",
    aliases: &["thank"],
    summary: "Answer praise with a short, varied thank-you, after a preview",
    options: &[MENTION.spec(), HOW.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::Act(decide),
    prompt: None,
    samples: &["thanks 142 like", "thanks 142"],
};

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let like = call.args.get(&HOW).is_some();
    if m.kind != Kind::Praise {
        return Err(Refusal::new(format!(
            "#{no} counts as {}, not as praise. Answer it with `reply {no} …`, or correct it with `kind {no} praise`.",
            m.kind.word()
        ))
        .offering("It is praise", format!("kind {no} praise")));
    }
    let can = deed::guard::can(call.rules, m);
    if like || !can.reply && can.like {
        return queue_deed(call, m, Act::Like, false);
    }
    if !can.reply {
        return Err(guard::cannot_reply(call.rules, m));
    }
    let mut events = take_up(call, m)?;
    if m.state == State::Waiting {
        return Err(Refusal::new(format!("A draft of #{no} waits for approval. `draft {no} …` replaces it."))
            .offering("Show it", format!("show {no}")));
    }
    let text = choose(call, m);
    let (version, drafted) = version_of(m, &text);
    events.extend(drafted);
    let after = foresee(call, m, &events);
    guard::text(call.rules, &after, &text)?;
    let answer = preview(call, &after, version, &text).offering("Another one", format!("thanks {no}"));
    Ok(Decision::new(events, answer))
}

/// Neighbouring mentions get different texts, and so does the same mention when asked again.
fn choose(call: &Call<'_>, m: &Mention) -> String {
    let own = call.rules.brands.get(&m.brand).map(|b| b.thanks.as_slice()).filter(|t| !t.is_empty());
    let all: Vec<&str> = own.map_or_else(|| THANKS.to_vec(), |own| own.iter().map(String::as_str).collect());
    let count = u64::try_from(all.len()).unwrap_or(1).max(1);
    let start = (call.seed % count).wrapping_add(m.no.0) % count;
    let mut texts =
        all.iter().cycle().skip(usize::try_from(start).unwrap_or(0)).take(all.len()).map(|t| filled(call, m, t));
    let first = texts.next().unwrap_or_default();
    match m.draft() {
        Some(last) if last.text == first => texts.find(|t| *t != first).unwrap_or(first),
        _ => first,
    }
}
