//! `/handoff [mention] [way] [text]` asks the author to go on in private, or writes to them in private. Neither is an answer.

use crate::domain::{
    Answer, Decision, Form, Found, Mention, Purpose, Refusal, Role, State, Text, Visibility as Seen, deed, guard,
};
use crate::slash::{
    Asked, Call, Filled, MentionRef, NoRef, Opt, Optional, Prompt, Run, Spec, Visibility, choices, filled, foresee,
    meant, no_query, preview, public, said, take_up, typed, version_for,
};

choices! {
    Way { Public = "public", Private = "private" }
}

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");
const WAY: Opt<Optional<Way>> = Opt::new("way", "Without it a private message, where the network can");
const TEXT: Opt<Optional<String>> = Opt::new("text", "What to say; without it, a usual text");

/// Said in public where the brand has a private way.
const COME: &str = "{author}, we would like to help. Please get in touch with us in private: {link}";
/// Said in public where it has none.
const WRITE: &str = "{author}, we would like to help. Please send us a private message.";
/// Said in private.
const HERE: &str = "Hello {author}, we would like to help. Please tell us here what happened.";

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "handoff",
    aliases: &["private"],
    summary: "Go on in private: a private message, or a public request for one, after a preview",
    options: &[MENTION.spec(), WAY.spec(), TEXT.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::Act(decide),
    prompt: Some(Prompt { missing: |args| args.get(&TEXT).is_none(), query: no_query, asks_mention: false, form }),
    samples: &["handoff 142 public Please write to us in private.", "handoff 142"],
};

/// What must hold whatever the text is; and what the text will be.
fn begin(call: &Call<'_>, m: &Mention) -> Result<Purpose, Refusal> {
    let no = m.no.0;
    if m.post.native.visibility == Some(Seen::Direct) {
        return Err(Refusal::new(format!("#{no} is private already: `reply {no} …` answers its author alone."))
            .offering("Reply…", format!("reply {no}")));
    }
    let can = deed::guard::can(call.rules, m);
    let purpose = match call.args.get(&WAY) {
        Some(Way::Private) => Purpose::Message,
        None if can.direct_message => Purpose::Message,
        Some(Way::Public) | None => Purpose::HandOff,
    };
    if purpose == Purpose::Message && !can.direct_message && can.reply {
        return Err(Refusal::new(format!(
            "A private message to this author cannot be sent from here: `handoff {no} public` asks them in public instead."
        ))
        .offering("Ask in public", format!("handoff {no} public")));
    }
    guard::may_say(call.rules, m, purpose)?;
    take_up(call, m)?;
    if m.state == State::Waiting {
        return Err(Refusal::new(format!("A draft of #{no} waits for approval. `draft {no} …` replaces it."))
            .offering("Show it", format!("show {no}")));
    }
    Ok(purpose)
}

/// The text of that kind that is there already, or a usual one.
fn usual(call: &Call<'_>, m: &Mention, purpose: Purpose) -> String {
    if let Some(draft) = m.draft().filter(|d| d.purpose == purpose && d.rejected.is_none()) {
        return draft.text.clone();
    }
    let brand = call.rules.brands.get(&m.brand);
    let link = brand.and_then(|b| b.private_way.as_deref());
    let text = match (purpose, brand.and_then(|b| b.handoff.as_deref()), link) {
        (Purpose::Message, ..) => HERE,
        (_, Some(own), _) => own,
        (_, None, Some(_)) => COME,
        (_, None, None) => WRITE,
    };
    let text = filled(call, m, text);
    link.map_or_else(|| text.clone(), |link| text.replace("{link}", link))
}

fn word(purpose: Purpose) -> &'static str {
    if purpose == Purpose::Message { "private" } else { "public" }
}

fn form(call: &Call<'_>, m: Option<&Mention>, _: &Found) -> Asked {
    let m = meant(m)?;
    let purpose = begin(call, m)?;
    let text = typed(call, &TEXT).unwrap_or_else(|| usual(call, m, purpose));
    let (label, who) = match purpose {
        Purpose::Message => ("Private message", "its author alone reads it"),
        _ => ("Public request to go on in private", "everybody can read it: no personal data"),
    };
    let line = format!("handoff {} {} -- {{text}}", m.no.0, word(purpose));
    let form = Form::text(format!("Hand off {}", m.no), line, public(call, m, label, text));
    let about = said(m).line().say(format!(
        "Goes out on {}; {who}. It is no answer: the customer still waits for one. Nothing is sent before you have seen a \
         preview.",
        m.post.network
    ));
    Ok(Some(Form { about, submit: "Preview".to_owned(), ..form }))
}

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let purpose = begin(call, m)?;
    let mut events = take_up(call, m)?;
    let text = match typed(call, &TEXT) {
        Some(text) => text,
        None if call.filled == Filled::No => usual(call, m, purpose),
        None => return Err(Refusal::new("The text is empty. Type what to say.")),
    };
    let fits = guard::says(call.rules, m, purpose, &text);
    // As with `reply`: what cannot be said in public is not kept where it can be typed again.
    if call.filled == Filled::Open {
        fits.clone()?;
    }
    if call.filled != Filled::Closed && purpose != Purpose::Message {
        guard::personal(call.rules, m, &text)?;
    }
    let (version, drafted) = version_for(m, &text, purpose);
    events.extend(drafted);
    let after = foresee(call, m, &events);
    if let Err(trouble) = fits {
        let words =
            Text::new().bold("Not sent.").say(format!(" {} The text is kept as draft v{version}.", trouble.say));
        let mut answer = Answer::new(words).offering("Edit…", format!("handoff {} {}", m.no.0, word(purpose)));
        answer.buttons.extend(trouble.offers);
        return Ok(Decision::new(events, answer));
    }
    Ok(Decision::new(events, preview(call, &after, version, &text)))
}
