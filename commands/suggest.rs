//! `/suggest [mention] [draft|translation|use]` asks the assistant for a text or a translation. It never sends, and it makes no
//! draft: what is suggested becomes one only when somebody has read it and keeps it.

use crate::domain::{
    Answer, AssistRules, Assisted, Decision, EventKind, Form, Found, Mention, Refusal, Role, State, SuggestedDraft,
    Text, Want, guard,
};
use crate::slash::{
    Asked, Call, MentionRef, NoRef, Opt, Optional, Prompt, Run, Spec, Visibility, asks, at_work, choices, filled,
    in_form, meant, no_query, not_anothers, public, take_up, typed, version_of,
};

choices! {
    What { Draft = "draft", Translation = "translation", Use = "use" }
}

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "Which mention; without it, your only claimed one");
const WHAT: Opt<Optional<What>> =
    Opt::new("what", "A draft, unless you say otherwise; use takes up the last suggestion");
const TEXT: Opt<Optional<String>> =
    Opt::new("text", "For use: the text as you have changed it, to keep as a draft").only_after(&["use"]);

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "suggest",
    aliases: &[],
    summary: "Ask the assistant for a text or a translation; it is read by you and sent by nobody",
    options: &[MENTION.spec(), WHAT.spec(), TEXT.spec()],
    role: Role::Responder,
    visibility: Visibility::Card,
    without_ref: NoRef::MyOnly,
    run: Run::Act(decide),
    prompt: Some(Prompt { missing, query: no_query, asks_mention: false, form }),
    samples: &["suggest 142 use Sorry about that! It is on its way.", "suggest 142", "suggest 142 translation"],
};

fn missing(args: &crate::slash::Args) -> bool {
    matches!(args.get(&WHAT), Some(What::Use)) && args.get(&TEXT).is_none()
}

fn suggested(m: &Mention) -> Result<&SuggestedDraft, Refusal> {
    let no = m.no.0;
    m.assist.draft.as_ref().ok_or_else(|| {
        Refusal::new(format!("Nothing is suggested for #{no} so far. `suggest {no}` asks for a text."))
            .offering("Suggest a text", format!("suggest {no}"))
    })
}

fn form(call: &Call<'_>, m: Option<&Mention>, _: &Found) -> Asked {
    let m = meant(m)?;
    if !matches!(call.args.get(&WHAT), Some(What::Use)) {
        return Ok(None);
    }
    let draft = suggested(m)?;
    take_up(call, m)?;
    let text = typed(call, &TEXT).unwrap_or_else(|| filled(call, m, &draft.text));
    let line = format!("suggest {} use -- {{text}}", m.no.0);
    let field = public(call, m, "Suggestion, read by nobody yet", text);
    let form = Form::text(format!("Draft for {}", m.no), line, field);
    let about = asks(call, m).line().bold("Suggested").say(format!(" by {}: change what is wrong.", draft.model));
    let about = about.then(beware(draft));
    Ok(Some(Form { about, submit: "Save draft".to_owned(), ..form }))
}

/// What the brand has never said.
fn beware(draft: &SuggestedDraft) -> Text {
    if draft.strange.is_empty() {
        return Text::new();
    }
    let named: Vec<String> = draft.strange.iter().take(3).map(|strange| format!("\"{strange}\"")).collect();
    Text::new()
        .line()
        .bold("Look closely")
        .say(format!(": it contains what is not yours, such as {}.", named.join(", ")))
}

fn decide(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    match call.args.get(&WHAT) {
        None | Some(What::Draft) => ask(call, m, Want::Draft),
        Some(What::Translation) => ask(call, m, Want::Translation),
        Some(What::Use) => keep(call, m),
    }
}

/// The assistant's rules, if there is one that does that.
fn able<'c>(call: &'c Call<'_>, want: Want) -> Result<&'c AssistRules, Refusal> {
    let Some(rules) = &call.rules.assist else {
        return Err(Refusal::new(
            "There is no assistant here. Whoever runs hearback can set one up in [assist] of bot.toml: docs/assist.md says \
             how. Until then, `canned` has the saved replies.",
        )
        .offering("Saved replies", "canned"));
    };
    let key = if want == Want::Draft { "drafts" } else { "translate" };
    if !rules.does(want) {
        return Err(Refusal::new(format!(
            "The assistant is not asked for that here. Whoever runs hearback can write `{key} = true` in [assist] of bot.toml."
        )));
    }
    Ok(rules)
}

fn ask(call: &Call<'_>, m: &Mention, want: Want) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let rules = able(call, want)?;
    if !m.post.may_leave() {
        return Err(Refusal::new(format!(
            "#{no} was not said to everybody, so its words are shown to no assistant. `draft {no} …` keeps a text of yours."
        ))
        .offering("Draft…", format!("draft {no}")));
    }
    if m.erased {
        return Err(Refusal::new(format!("The words of #{no} were removed, so there is nothing to ask about."))
            .offering("Show it", format!("show {no}")));
    }
    if want == Want::Draft {
        at_work(call, m)?;
        not_anothers(call, m)?;
    }
    if m.assist.waiting.contains_key(&want) {
        return Ok(Decision::new(
            Vec::new(),
            Answer::new(format!("{} was asked already. What it answers comes into the thread of #{no}.", rules.model)),
        ));
    }
    let asked = Assisted::Asked { want, n: m.assist.asked.saturating_add(1) };
    let say = match want {
        Want::Draft => format!(
            "Asked {}. Its suggestion comes into the thread of #{no}; it is no draft until you keep it, and nothing is sent.",
            rules.model
        ),
        Want::Kind | Want::Translation => {
            format!("Asked {}. The translation comes onto the card of #{no}.", rules.model)
        }
    };
    Ok(Decision::new(vec![EventKind::Assisted { what: asked }], Answer::new(say)))
}

/// Shows the suggestion to whoever has no form, or keeps it as they have changed it.
fn keep(call: &Call<'_>, m: &Mention) -> Result<Decision, Refusal> {
    let no = m.no.0;
    let typed = typed(call, &TEXT);
    let draft = suggested(m)?;
    in_form(call, m, typed.as_deref())?;
    let Some(text) = typed else {
        let words = Text::new()
            .bold("Suggestion")
            .say(format!(" by {}, not sent, nobody has read it:", draft.model))
            .line()
            .quote(filled(call, m, &draft.text))
            .then(beware(draft))
            .line()
            .say(format!("To keep it, type it as you want it: `draft {no} …`."));
        return Ok(Decision::new(Vec::new(), Answer::new(words)));
    };
    let mut events = take_up(call, m)?;
    let (version, drafted) = version_of(m, &text);
    events.extend(drafted);
    let mut words = Text::plain(format!("Kept as v{version} of #{no}, not sent."));
    if let Err(trouble) = guard::text(call.rules, m, &text) {
        words = words.line().bold("It cannot be sent like this.").say(format!(" {}", trouble.say));
    }
    if m.state == State::Waiting {
        words = words.line().say(format!("It no longer waits for approval: `reply {no}` asks again."));
    }
    let answer = Answer::new(words).offering("Edit…", format!("draft {no}"));
    let answer =
        if call.rules.source(m).can.reply { answer.offering("Preview & send", format!("reply {no}")) } else { answer };
    Ok(Decision::new(events, answer))
}
