//! `/find text` looks for mentions.

use crate::domain::{Found, Query, Refusal, Role, Ruling, State, Text};
use crate::slash::{Call, NoRef, Opt, Run, Spec, Visibility, ago, author};
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
    prompt: None,
    samples: &["find refund"],
};

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
