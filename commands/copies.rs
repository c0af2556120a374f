//! `/copies mention [page]` lists everybody who says the same, each with their state.

use crate::domain::{Answer, CopiesQuery, Found, Mention, Query, Refusal, Role, Ruling, State, Text};
use crate::slash::{Call, MentionRef, NoRef, Opt, Optional, Run, Spec, Visibility, ago, author};

const MENTION: Opt<Optional<MentionRef>> = Opt::new("mention", "The first that said it, or any of the others");
const PAGE: Opt<Optional<u64>> = Opt::new("page", "Which page, from 1");

/// Rows of a page.
const ROWS: usize = 10;
/// So many of them have buttons.
const AT_HAND: usize = 2;

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "copies",
    aliases: &[],
    summary: "List who says the same as a mention, and is counted on its card; each can be claimed and answered",
    options: &[MENTION.spec(), PAGE.spec()],
    role: Role::Viewer,
    visibility: Visibility::OnlyYou,
    without_ref: NoRef::Ask,
    run: Run::Ask { query, decide },
    prompt: None,
    samples: &["copies 142 2", "copies 142"],
};

fn page(call: &Call<'_>) -> usize {
    call.args.get(&PAGE).map_or(1, |p| usize::try_from(p.clamp(1, 1_000_000)).unwrap_or(1))
}

fn query(call: &Call<'_>) -> Result<Query, Refusal> {
    let of = call.no.ok_or_else(|| {
        Refusal::new("Copies of which mention? For example: `copies 142`. `queue` lists what is open.")
    })?;
    Ok(Query::Copies(CopiesQuery { of, open: false, offset: (page(call) - 1) * ROWS, limit: ROWS }))
}

fn decide(call: &Call<'_>, found: &Found) -> Result<Ruling, Refusal> {
    let (Found::Copies(copies), Some(of)) = (found, call.no) else {
        return Err(Refusal::new("The list could not be read. Try `copies` again in a moment."));
    };
    let (of, page) = (copies.of.unwrap_or(of), page(call));
    if copies.total == 0 {
        return Ok(Ruling::say(format!("Nobody else says the same as {of}, or they have cards of their own.")));
    }
    if copies.mentions.is_empty() {
        return Ok(Ruling::say(format!("There is no page {page}. `copies {}` shows the first.", of.0)));
    }
    let first = (page - 1) * ROWS + 1;
    let last = first + copies.mentions.len() - 1;
    let head = format!("Like {of}: {first} to {last} of {}, {} open", copies.total, copies.open);
    let words = copies.mentions.iter().fold(Text::new().bold(head), |words, m| words.line().then(line(call, m)));
    let mut answer = Answer::new(words);
    for m in copies.mentions.iter().filter(|m| m.state == State::Open).take(AT_HAND) {
        let no = m.no.0;
        answer = answer.offering(format!("Claim #{no}"), format!("claim {no}"));
        if m.can.reply {
            answer = answer.offering(format!("Reply #{no}…"), format!("reply {no}"));
        }
    }
    if last < copies.total {
        answer = answer.offering("Next page", format!("copies {} {}", of.0, page + 1));
    }
    Ok(Ruling { answer, ..Ruling::default() })
}

fn line(call: &Call<'_>, m: &Mention) -> Text {
    let state = match m.state {
        State::Done(reason) => reason.word(),
        state => state.word(),
    };
    let posted = ago(m.post.posted_at, call.at);
    let words = Text::new().bold(m.no.to_string()).say(format!(" {}, {posted} ago, {state}", author(m)));
    let words = if m.overdue { words.say(", overdue") } else { words };
    match &m.post.url {
        Some(url) => words.say(" ").link("open post", url),
        None => words,
    }
}
