//! `stats` in chat: the figures of a range in a few lines.

use super::group::{By, groups_of};
use super::lines::{duration, percent, quantile, quantile_words, row};
use super::ttfr::{Figures, Part, Pick, Share, Times, answered_share, begins_within, figures_by, observed_until};
use crate::domain::{Calendar, Hours};
use crate::domain::{Fact, Facts, Kind, Text};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Groups shown in chat; the rest is in the full report.
const GROUPS: usize = 15;

/// What is asked: the waits that began at or after `from` and before `to`, as they stand at `now`.
#[derive(Clone, Debug, PartialEq)]
pub struct StatsAsk {
    /// Not before.
    pub from: Timestamp,
    /// Before.
    pub to: Timestamp,
    /// The moment of asking: who is not answered is censored here.
    pub now: Timestamp,
    /// Group by.
    pub by: Option<By>,
    /// Business hours of the brands without hours of their own, shown beside calendar time; around the clock if there
    /// are none.
    pub hours: Option<Hours>,
}

impl StatsAsk {
    /// The facts of the range.
    pub(super) fn rows<'a>(&self, facts: &'a Facts) -> Vec<&'a Fact<u16>> {
        facts.rows.iter().filter(|f| begins_within(f.started_ms, Some(self.from), Some(self.to))).collect()
    }

    /// The business hours over all waits, if those of any brand among them differ from the calendar. `own`: the hours of
    /// the brands that have their own, by name.
    pub(super) fn calendars(
        &self,
        facts: &Facts,
        rows: &[&Fact<u16>],
        own: &BTreeMap<String, Hours>,
    ) -> Option<Calendars> {
        let from = rows.iter().map(|f| f.started_ms).min()?;
        let to = rows.iter().map(|f| observed_until(*f, self.now)).max()?.max(from);
        let (from, to) = (Timestamp::from_millisecond(from).ok()?, Timestamp::from_millisecond(to).ok()?);
        let mut brands = BTreeMap::new();
        let (mut differ, mut others) = (false, false);
        for code in rows.iter().map(|f| f.brand).collect::<BTreeSet<_>>() {
            match own.get(facts.name(code)) {
                Some(hours) => {
                    differ |= !hours.is_always();
                    brands.insert(code, hours.calendar(from, to));
                }
                None => others = true,
            }
        }
        let always = Hours::always();
        let hours = self.hours.as_ref().unwrap_or(&always);
        differ |= others && !hours.is_always();
        differ.then(|| Calendars { brands, others: hours.calendar(from, to) })
    }
}

/// The business hours of a report: of the brands that have their own, by their number, and of all others.
pub(super) struct Calendars {
    brands: BTreeMap<u16, Calendar>,
    others: Calendar,
}

impl Calendars {
    /// Those in which a wait is counted.
    pub(super) fn of(&self, fact: &Fact<u16>) -> &Calendar {
        self.brands.get(&fact.brand).unwrap_or(&self.others)
    }
}

/// The figures for chat: at most 80 columns a line, tables as code.
pub fn stats_text(facts: &Facts, ask: &StatsAsk) -> Text {
    let rows = ask.rows(facts);
    let calendars = ask.calendars(facts, &rows, &BTreeMap::new());
    let pick = calendars.as_ref().map(|c| move |fact: &Fact<u16>| c.of(fact));
    let business = pick.as_ref().map(|pick| pick as Pick<'_, u16>);
    let all = figures_by(rows.iter().copied(), ask.now, business);
    let head = Text::new().bold("Time to first response").say(", posted ");
    let head = if ask.from > Timestamp::UNIX_EPOCH {
        head.say("from ").time(ask.from).say(" to ")
    } else {
        head.say("before ")
    };
    let head = head.time(ask.to);
    if all.n == 0 {
        return head.line().say(nothing(&all));
    }
    let mut text = head.line().say(counts(&all)).line();
    text = text.code(times_table(&all).join("\n")).line();
    text = text.say(sources(&all)).line().code(parts_table(&all).join("\n"));
    if let Some(by) = ask.by {
        let groups = groups_of(facts, rows.iter().copied(), by, ask.now, business);
        text = text.line().bold(format!("By {}", by.word()));
        if by == By::Person {
            text = text.say(": the answered alone, since the unanswered have nobody to credit");
        }
        if groups.is_empty() {
            text = text.line().say("Nobody has answered yet.");
        }
        let rows = groups.iter().take(GROUPS).map(|g| (g.name.as_str(), &g.figures));
        text = text.line().code(group_table(by, rows, business.is_some()).join("\n"));
        if groups.len() > GROUPS {
            text = text.line().say(format!("+{} more in ", groups.len() - GROUPS)).code("hearback report");
        }
    }
    text.line().say(gap(&rows)).line().say(NOTE)
}

/// What the signs mean, below every table.
pub(super) const NOTE: &str = "Unanswered waits count (Kaplan-Meier). \">2 h\": not reached, longer than that.";

fn nothing(all: &Figures) -> String {
    match all.excluded {
        0 => "Nothing was posted in that time.".to_owned(),
        n => format!("Nothing to answer in that time; {n} spam or not us."),
    }
}

/// How many waits there were and what became of them.
pub(super) fn counts(all: &Figures) -> String {
    let waits = if all.n == 1 { "wait" } else { "waits" };
    let others =
        [(all.waiting, ", ", "waiting"), (all.closed, ", ", "closed"), (all.excluded, "; ", "spam/not us left out")];
    let rest: Vec<String> =
        others.into_iter().filter(|(n, ..)| *n > 0).map(|(n, sep, word)| format!("{sep}{n} {word}")).collect();
    format!("{} {waits}, {} answered ({}){}", all.n, all.answered, percent(all.answered_share()), rest.concat())
}

/// Calendar time and business hours, one under the other.
pub(super) fn times_table(all: &Figures) -> Vec<String> {
    let cells = |times: &Times| {
        [
            (quantile(times.median, times.longest), 11),
            (quantile(times.p90, times.longest), 11),
            (share(&times.within_1h), 21),
            (share(&times.within_24h), 21),
        ]
    };
    let heads = [("median", 11), ("p90", 11), ("in 1 h", 21), ("in 24 h", 21)].map(|(h, w)| (h.to_owned(), w));
    let mut lines = vec![row("", 15, &heads), row("calendar time", 15, &cells(&all.calendar))];
    match &all.business {
        Some(business) => lines.push(row("business hours", 15, &cells(business))),
        None => lines.push("business hours: around the clock, the same".to_owned()),
    }
    lines
}

/// `62 % (31 of 50)`: the estimate and the plain counts.
fn share(share: &Share) -> String {
    format!("{} ({}/{})", percent(share.estimate), share.answered, share.known)
}

/// How the responses are known.
pub(super) fn sources(all: &Figures) -> String {
    let s = &all.sources;
    let bound = if s.stated > 0 { " (upper bounds)" } else { "" };
    format!("Answered: {} sent from here, {} natively, {} stated{bound}", s.sent, s.native, s.stated)
}

/// The medians of the parts, with how many waits have each.
pub(super) fn parts_table(all: &Figures) -> Vec<String> {
    let p = &all.parts;
    let line = |name: &str, cell: &dyn Fn(Part) -> String| {
        row(name, 15, &[p.detection, p.pickup, p.handling, p.approval].map(|part| (cell(part), 13)))
    };
    vec![
        row("", 15, &["detection", "pick-up", "handling", "approval"].map(|h| (h.to_owned(), 13))),
        line("median", &|part| part.median.map_or_else(|| "-".to_owned(), duration)),
        line("n", &|part| part.n.to_string()),
    ]
}

/// A table of groups, at most 80 columns.
pub(super) fn group_table<'a>(
    by: By,
    groups: impl Iterator<Item = (&'a str, &'a Figures)>,
    business: bool,
) -> Vec<String> {
    let widths = [6, 7, 11, 11, 7, 7, 12];
    let heads = ["n", "answ.", "median", "p90", "in 1 h", "24 h", "median bus."];
    let shown = if business { 7 } else { 6 };
    let line = |name: &str, cells: [String; 7]| {
        let cells: Vec<_> = cells.into_iter().zip(widths).take(shown).collect();
        row(name, 18, &cells)
    };
    let mut lines = vec![line(by.word(), heads.map(str::to_owned))];
    for (name, f) in groups {
        let (times, bus) = (&f.calendar, f.business.as_ref());
        lines.push(line(
            name,
            [
                f.n.to_string(),
                percent(f.answered_share()),
                quantile(times.median, times.longest),
                quantile(times.p90, times.longest),
                percent(times.within_1h.estimate),
                percent(times.within_24h.estimate),
                bus.map_or_else(String::new, |b| quantile(b.median, b.longest)),
            ],
        ));
    }
    lines
}

/// The praise gap in a sentence.
fn gap(rows: &[&Fact<u16>]) -> String {
    let of = |kind: Kind| answered_share(rows.iter().copied().filter(|f| f.kind == kind));
    super::auros::gap_words(of(Kind::Praise), of(Kind::Complaint))
}

/// The headline of a set in one line, for the digest: `31 in, 24 answered (77 %), median 41 min`.
pub(super) fn headline(f: &Figures) -> String {
    format!(
        "{} in, {} answered ({}), median {}",
        f.n,
        f.answered,
        percent(f.answered_share()),
        quantile_words(f.calendar.median, &f.calendar)
    )
}
