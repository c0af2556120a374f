//! `[hours]`: when a brand's staff is there.

use super::known::Known;
use super::reader::Section;
use super::schema::{self, Key, Table};
use super::values;
use crate::domain::BrandId;
use jiff::civil::Date;
use std::collections::BTreeMap;

const ZONE: Key = Key::optional("zone", "a time zone such as \"Europe/London\"");
const WEEK_KEY: Key = Key::required("week", "a table such as { mon = \"9:00-17:30\" }");
const HOLIDAYS: Key = Key::optional("holidays", "dates such as [\"2026-12-25\"]");
const BRANDS: Key = Key::optional("brands", "tables [hours.brands.NAME]");

/// The hours of all brands.
pub const TABLE: Table = Table { title: "[hours]", keys: &[&ZONE, &WEEK_KEY, &HOLIDAYS, &BRANDS] };
/// The hours of one brand.
pub const BRAND: Table = Table { title: "[hours.brands.NAME]", keys: &[&ZONE, &WEEK_KEY, &HOLIDAYS] };

const SPANS: &str = "hours such as \"9:00-17:30\" or [\"9:00-12:00\", \"13:00-17:00\"]";
const MON: Key = Key::optional("mon", SPANS);
const TUE: Key = Key::optional("tue", SPANS);
const WED: Key = Key::optional("wed", SPANS);
const THU: Key = Key::optional("thu", SPANS);
const FRI: Key = Key::optional("fri", SPANS);
const SAT: Key = Key::optional("sat", SPANS);
const SUN: Key = Key::optional("sun", SPANS);
const WEEKDAYS: [&Key; 7] = [&MON, &TUE, &WED, &THU, &FRI, &SAT, &SUN];

/// The days of a week; a day that is left out is closed.
pub const WEEK: Table = Table { title: "week", keys: &[&MON, &TUE, &WED, &THU, &FRI, &SAT, &SUN] };

/// Weekly hours in a time zone, without holidays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    /// The IANA zone.
    pub zone: String,
    /// From Monday to Sunday: spans from and to, in minutes since midnight (1440 is the end of the day), in order,
    /// without overlaps.
    pub week: [Vec<(u16, u16)>; 7],
    /// Closed on these dates.
    pub holidays: Vec<Date>,
}

/// The hours of all brands (`None`: always open), and of single brands.
pub(super) fn read(root: &Section<'_>, zone: &str, known: &Known) -> (Option<Hours>, BTreeMap<BrandId, Hours>) {
    if !root.has(&schema::HOURS) {
        return (None, BTreeMap::new());
    }
    let section = root.table(&schema::HOURS, &TABLE);
    if !section.is_present() {
        return (None, BTreeMap::new());
    }
    let all = one(&section, zone);
    let mut brands = BTreeMap::new();
    for (name, section) in section.named_tables(&BRANDS, Some(&BRAND)) {
        if let Err(say) = values::known(&name, "brand", &known.brands) {
            section.absence(say);
        }
        brands.insert(BrandId::new(name), one(&section, &all.zone));
    }
    (Some(all), brands)
}

fn one(section: &Section<'_>, zone: &str) -> Hours {
    let mut hours = Hours {
        zone: section.optional(&ZONE, values::zone).unwrap_or_else(|| zone.to_owned()),
        holidays: section.list(&HOLIDAYS, values::date),
        ..Hours::default()
    };
    let week = section.table(&WEEK_KEY, &WEEK);
    for (day, key) in hours.week.iter_mut().zip(WEEKDAYS) {
        let mut spans = week.list(key, span);
        spans.sort_unstable();
        if spans.windows(2).any(|pair| matches!(pair, [(_, ends), (begins, _)] if begins < ends)) {
            week.problem(key, "the spans overlap; write each hour once");
        }
        *day = spans;
    }
    if week.is_present() && WEEKDAYS.iter().all(|key| !week.has(key)) {
        week.absence(
            "no day has hours; write such as { mon = \"9:00-17:30\" }, or leave [hours] out to be always open",
        );
    }
    hours.holidays.sort_unstable();
    hours.holidays.dedup();
    hours
}

fn span(typed: &str) -> Result<(u16, u16), String> {
    let ends = typed.split_once('-').and_then(|(from, to)| values::minutes(from).zip(values::minutes(to)));
    match ends {
        Some((from, to)) if from < to => Ok((from, to)),
        Some(_) => Err(format!(
            "{typed:?} ends before it begins; hours over midnight go as \"22:00-24:00\" and \"0:00-6:00\" of the next day"
        )),
        None => Err(format!("{typed:?} are not hours; write them such as \"9:00-17:30\"")),
    }
}
