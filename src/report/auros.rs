//! The Auros table: who is answered, by network, kind and whether the brand was addressed, with the published figures.

use super::lines::{duration, left, percent, quantile, right};
use super::stats::NOTE;
use super::ttfr::{Figures, answered_share, figures};
use crate::domain::{Fact, Facts, Kind};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A figure of the study.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Published {
    /// Kind.
    pub kind: Kind,
    /// Answered on Twitter, 0 to 1.
    pub twitter: f64,
    /// Answered on Facebook, 0 to 1.
    pub facebook: f64,
    /// Mean time of the answered in seconds, Twitter, where one was published.
    pub mean_s: Option<u64>,
}

/// Auros, "Are you serious about social?", 2011: mystery shopping of the 25 largest UK retailers, 20 of them on Twitter
/// and 18 on Facebook. Each share rests on few companies (Twitter five, four and two; Facebook nine, two and three) and the
/// 36 hours on about two replies. 25, 20 and 10 % and 50 % are in the press of
/// the time, 11 % in The Drum; 17 %, 96 minutes and 36 hours are quoted from the study itself and were not found again.
pub const PUBLISHED: [Published; 3] = [
    Published { kind: Kind::Question, twitter: 0.25, facebook: 0.50, mean_s: None },
    Published { kind: Kind::Complaint, twitter: 0.20, facebook: 0.11, mean_s: Some(96 * 60) },
    Published { kind: Kind::Praise, twitter: 0.10, facebook: 0.17, mean_s: Some(36 * 3600) },
];

/// Direct or indirect mentions of one kind on one network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AurosCell {
    /// Their figures.
    pub figures: Figures,
}

/// One kind on one network.
#[derive(Clone, Debug, PartialEq)]
pub struct AurosRow {
    /// The network; `None` for all together.
    pub network: Option<String>,
    /// The kind.
    pub kind: Kind,
    /// They tagged or answered the brand.
    pub direct: AurosCell,
    /// They only named it.
    pub indirect: AurosCell,
    /// The published figures of that kind.
    pub published: Published,
}

/// Facts by network (`None`: all), kind and whether direct.
type Sets<'a> = BTreeMap<(Option<&'a str>, Kind, bool), Vec<&'a Fact<u16>>>;

/// The table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Auros {
    /// All networks together, then network by network, the largest first; three kinds each.
    pub rows: Vec<AurosRow>,
    /// Praise answered minus complaints answered, -1 to 1; `None` if there was none of one of them.
    pub praise_gap: Option<f64>,
    /// Praise answered, 0 to 1.
    pub praise: Option<f64>,
    /// Complaints answered, 0 to 1.
    pub complaints: Option<f64>,
}

impl Auros {
    /// The table of these facts at the moment `now`, in calendar time.
    pub fn of(facts: &Facts, now: Timestamp) -> Self {
        Self::of_rows(facts, &facts.rows.iter().collect::<Vec<_>>(), now)
    }

    pub(super) fn of_rows<'a>(facts: &'a Facts, all: &[&'a Fact<u16>], now: Timestamp) -> Self {
        let mut sets: Sets = BTreeMap::new();
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for fact in all {
            let network = facts.name(fact.network);
            *sizes.entry(network).or_default() += 1;
            for key in [None, Some(network)] {
                sets.entry((key, fact.kind, fact.direct)).or_default().push(fact);
            }
        }
        let mut networks: Vec<(&str, usize)> = sizes.into_iter().collect();
        networks.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
        let cell = |network: Option<&str>, kind: Kind, direct: bool| AurosCell {
            figures: figures(sets.get(&(network, kind, direct)).into_iter().flatten().copied(), now, None),
        };
        let mut rows = Vec::new();
        for network in std::iter::once(None).chain(networks.iter().map(|(name, _)| Some(*name))) {
            for published in PUBLISHED {
                rows.push(AurosRow {
                    network: network.map(str::to_owned),
                    kind: published.kind,
                    direct: cell(network, published.kind, true),
                    indirect: cell(network, published.kind, false),
                    published,
                });
            }
        }
        let share = |kind| answered_share(all.iter().copied().filter(|f| f.kind == kind));
        let (praise, complaints) = (share(Kind::Praise), share(Kind::Complaint));
        Self { rows, praise_gap: praise.zip(complaints).map(|(p, c)| p - c), praise, complaints }
    }
}

/// The praise gap in a sentence, from the shares of praise and of complaints that are answered.
pub(super) fn gap_words(praise: Option<f64>, complaints: Option<f64>) -> String {
    match praise.zip(complaints) {
        Some((p, c)) => format!(
            "Praise gap: {} (praise answered {}, complaints {})",
            points(p - c),
            percent(praise),
            percent(complaints)
        ),
        None => "Praise gap: not known (it takes at least one praise and one complaint)".to_owned(),
    }
}

/// A difference of shares in percentage points.
fn points(gap: f64) -> String {
    let rounded = format!("{:+.0}", gap * 100.0);
    let rounded = if matches!(rounded.as_str(), "+0" | "-0") { "0".to_owned() } else { rounded };
    format!("{rounded} points")
}

const NETWORK: usize = 12;
const KIND: usize = 10;
const WIDTHS: [usize; 4] = [5, 6, 11, 11];

/// The table as plain text of at most 100 columns, with its footnotes.
pub fn auros_text(facts: &Facts, now: Timestamp) -> String {
    text_of(&Auros::of(facts, now))
}

pub(super) fn text_of(table: &Auros) -> String {
    let half: usize = WIDTHS.iter().sum();
    let mut lines = vec![
        "Auros table: who is answered, and how fast (calendar time)".to_owned(),
        format!("{}{}{}   2011", " ".repeat(NETWORK + KIND), right("direct", half), right("indirect", half)),
    ];
    let heads = ["n", "answ.", "median", "p90"].map(str::to_owned);
    let cells = |cells: &[String; 4]| cells.iter().zip(WIDTHS).map(|(c, w)| right(c, w)).collect::<String>();
    let head = cells(&heads);
    lines.push(format!("{}{}{head}{head}   Tw   Fb", left("network", NETWORK), left("kind", KIND)));
    for r in &table.rows {
        let side = |cell: &AurosCell| {
            let f = &cell.figures;
            cells(&[
                f.n.to_string(),
                percent(f.answered_share()),
                quantile(f.calendar.median, f.calendar.longest),
                quantile(f.calendar.p90, f.calendar.longest),
            ])
        };
        let name = if r.kind == PUBLISHED[0].kind { r.network.as_deref().unwrap_or("all") } else { "" };
        let short = |share: f64| right(&format!("{:.0}%", share * 100.0), 5);
        lines.push(format!(
            "{}{}{}{}{}{}",
            left(name, NETWORK),
            left(r.kind.word(), KIND),
            side(&r.direct),
            side(&r.indirect),
            short(r.published.twitter),
            short(r.published.facebook)
        ));
    }
    lines.push(gap_words(table.praise, table.complaints));
    lines.push("Published gap: -10 points on Twitter, +6 points on Facebook.".to_owned());
    let means: Vec<String> =
        PUBLISHED.iter().filter_map(|p| p.mean_s.map(|s| format!("{} {}", p.kind.word(), duration(s)))).collect();
    lines.push(format!("Published times, means over the answered alone: {}.", means.join(", ")));
    lines.push(
        "2011: Auros, \"Are you serious about social?\", mystery shopping of 25 UK retailers: 20 on Twitter".into(),
    );
    lines.push(
        "(Tw), 18 on Facebook (Fb). Each share is two to nine companies and the 36 h about two replies: a".into(),
    );
    lines.push(
        "mark on the wall. Fb praise, 96 min and 36 h are quoted from the study and were not found elsewhere.".into(),
    );
    lines.push(NOTE.into());
    let mut text = lines.join("\n");
    text.push('\n');
    text
}
