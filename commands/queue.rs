//! `/queue [which] [page]` lists open mentions, the most urgent first.

use crate::domain::{Answer, Found, OpenQuery, OpenRow, Pick, Query, Refusal, Role, Ruling, State, Text};
use crate::slash::{Call, NoRef, Opt, Optional, Run, Spec, Visibility, ago, choices};

choices! {
    Which { All = "all", Mine = "mine", Open = "open", Overdue = "overdue", Praise = "praise", Approval = "approval" }
}

const WHICH: Opt<Optional<Which>> = Opt::new("which", "Which ones; without it, everything that is not closed");
const PAGE: Opt<Optional<u64>> = Opt::new("page", "Which page, from 1");

/// Rows of a page.
const ROWS: usize = 10;

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "queue",
    aliases: &["list", "q"],
    summary: "List open mentions, the one due first at the top",
    options: &[WHICH.spec(), PAGE.spec()],
    role: Role::Viewer,
    visibility: Visibility::OnlyYou,
    without_ref: NoRef::Unused,
    run: Run::Ask { query, decide },
    prompt: None,
    samples: &["queue mine 2", "queue", "queue overdue", "queue praise"],
};

fn page(call: &Call<'_>) -> usize {
    call.args.get(&PAGE).map_or(1, |p| usize::try_from(p.clamp(1, 100_000)).unwrap_or(1))
}

fn query(call: &Call<'_>) -> Result<Query, Refusal> {
    let which = call.args.get(&WHICH).unwrap_or(Which::All);
    let pick = match which {
        Which::All => Pick::All,
        Which::Mine => Pick::HeldBy(call.who.id.clone()),
        Which::Open => Pick::Unclaimed,
        Which::Overdue => Pick::Overdue(call.at),
        Which::Praise => Pick::Praise,
        Which::Approval => Pick::Approval,
    };
    Ok(Query::Open(OpenQuery {
        pick,
        oldest_first: which == Which::Praise,
        offset: (page(call) - 1) * ROWS,
        limit: ROWS,
        grouped: which != Which::Mine,
        ..OpenQuery::default()
    }))
}

fn decide(call: &Call<'_>, found: &Found) -> Result<Ruling, Refusal> {
    let Found::Open(open) = found else {
        return Err(Refusal::new("The list could not be read. Try `queue` again in a moment."));
    };
    let word = call.args.value(WHICH.name()).map_or("all", |v| match v {
        crate::slash::Value::Choice(word) => word,
        _ => "all",
    });
    let page = page(call);
    if open.rows.is_empty() {
        let say = match (page, word) {
            (2.., _) => format!("There is no page {page}. `queue {word}` shows the first."),
            (_, "mine") => "You hold nothing. `claim` takes the one that is due first.".to_owned(),
            (_, "all") => "Nothing is open. Well done.".to_owned(),
            (_, word) => format!("Nothing here ({word}). `queue` shows everything that is open."),
        };
        return Ok(Ruling::say(say));
    }
    let first = (page - 1) * ROWS + 1;
    let last = first + open.rows.len() - 1;
    let mut words = Text::new().bold(format!("{word}: {first} to {last} of {}", open.total));
    for row in &open.rows {
        words = words.line().then(line(call, row));
    }
    let mut answer = Answer::new(words);
    for row in open.rows.iter().filter(|r| r.holder.is_none()).take(3) {
        answer = answer.offering(format!("Claim {}", row.no), format!("claim {}", row.no.0));
    }
    if last < open.total {
        answer = answer.offering("Next page", format!("queue {word} {}", page + 1));
    }
    Ok(Ruling { answer, ..Ruling::default() })
}

fn line(call: &Call<'_>, row: &OpenRow) -> Text {
    let mut words = Text::new().bold(row.no.to_string()).say(format!(
        " {} on {} by {}, {} ago",
        row.kind.word(),
        row.network,
        row.author,
        ago(row.started_at, call.at)
    ));
    words = match row.due_at {
        Some(due) if row.overdue || due <= call.at => words.say(", overdue by ").say(ago(due, call.at)),
        Some(due) => words.say(", due ").time(due),
        None => words,
    };
    words = match (row.state, &row.holder) {
        (State::Snoozed(until), _) => words.say(", back ").time(until),
        (State::Waiting, _) => words.say(", waits for approval"),
        (State::Sending, _) => words.say(", on its way"),
        (State::Unknown, _) => words.say(", may be out: please check"),
        (_, Some(holder)) => words.say(format!(", held by {}", call.rules.person_name(holder))),
        _ => words,
    };
    if row.alike > 0 {
        words = words.say(format!(" (+{} alike, ", row.alike)).code(format!("copies {}", row.no.0)).say(")");
    }
    words.line().quote(&row.excerpt)
}
