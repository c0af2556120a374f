//! `/find text` looks for mentions.

use crate::domain::{Field, FieldKind, Form, Found, LengthRule, Mention, Query, Refusal, Role, Ruling, State, Text};
use crate::slash::{Asked, Call, NoRef, Opt, Prompt, Run, Spec, Visibility, ago, author, internal, no_query};
use unicode_segmentation::UnicodeSegmentation;

const TEXT: Opt<String> = Opt::new("text", "Words of the mention, its author or a label");

/// Mentions that are listed.
const ROWS: usize = 10;

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "find",
    aliases: &[],
    summary: "Find mentions by text, author or label, the newest first",
    options: &[TEXT.spec()],
    role: Role::Viewer,
    visibility: Visibility::OnlyYou,
    without_ref: NoRef::Unused,
    run: Run::Ask { query, decide },
    prompt: Some(Prompt { missing: |args| args.get(&TEXT).is_err(), query: no_query, asks_mention: false, form }),
    samples: &["find refund"],
};

fn form(call: &Call<'_>, _: Option<&Mention>, _: &Found) -> Asked {
    let text = Field {
        kind: FieldKind::Text { lines: false, length: LengthRule::Unlimited },
        initial: call.args.get(&TEXT).unwrap_or_default(),
        ..internal("Words of the mention", "Or its author, or a label; two characters or more.", false)
    };
    let form = Form::text("Find a mention", "find -- {text}", text);
    Ok(Some(Form { submit: "Find".to_owned(), ..form }))
}

fn query(call: &Call<'_>) -> Result<Query, Refusal> {
    let needle = call.args.get(&TEXT)?.trim().to_owned();
    if needle.chars().count() < 2 {
        return Err(Refusal::new("`text` is too short: two characters or more. For example: `find refund`."));
    }
    Ok(Query::Find { needle, limit: ROWS })
}

fn decide(call: &Call<'_>, found: &Found) -> Result<Ruling, Refusal> {
    let Found::Mentions(mentions) = found else {
        return Err(Refusal::new("The search did not work. Try again in a moment."));
    };
    if mentions.is_empty() {
        return Ok(Ruling::say("Nothing found. Try fewer or other words; `queue` lists what is open."));
    }
    let mut words = Text::new().bold(format!("Found, newest first (at most {ROWS})"));
    for m in mentions.iter().take(ROWS) {
        let state = match m.state {
            State::Done(reason) => reason.word(),
            state => state.word(),
        };
        let one_line = m.post.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let excerpt: String = one_line.graphemes(true).take(80).collect();
        words = words.line().bold(m.no.to_string()).say(format!(
            " {} on {} by {}, {} ago, {state}",
            m.kind.word(),
            m.post.network,
            author(m),
            ago(m.post.posted_at, call.at)
        ));
        words = words.line().quote(excerpt);
    }
    let mut ruling = Ruling::say(words);
    if let [only] = mentions.as_slice() {
        ruling.answer = ruling.answer.offering("Show it", format!("show {}", only.no.0));
    }
    Ok(ruling)
}
