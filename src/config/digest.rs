//! `[[digest]]`: which channel gets a daily digest, and when.

use super::known::Known;
use super::reader::Section;
use super::schema::{self, Key, Table};
use super::values;
use crate::domain::{DigestPlan, Place};

const CHANNEL: Key = Key::required("channel", "a channel such as \"console:support\"");
const AT: Key = Key::with_default("at", "a time of day such as \"09:00\"", "09:00");
const ZONE: Key = Key::optional("zone", "a time zone such as \"Europe/London\"");
const DAYS: Key = Key::with_default("days", "weekdays such as \"mon-fri\" or [\"mon\", \"thu\"]", "mon-sun");

/// One channel's digest.
pub const TABLE: Table = Table { title: "[[digest]]", keys: &[&CHANNEL, &AT, &ZONE, &DAYS] };

pub(super) fn read_all(root: &Section<'_>, zone: &str, known: &Known) -> Vec<(Place, DigestPlan)> {
    let mut plans: Vec<(Place, DigestPlan)> = Vec::new();
    for section in root.tables(&schema::DIGEST) {
        section.refuse_unknown(&TABLE);
        let place = section.optional(&CHANNEL, |typed| known.place(typed));
        let mut days = section.list(&DAYS, values::weekdays).concat();
        days.sort_unstable();
        days.dedup();
        if section.is_empty_list(&DAYS) {
            section.problem(&DAYS, "names no day; name some, or leave the whole [[digest]] out");
        }
        let plan = DigestPlan {
            off: false,
            at: section.parsed(&AT, values::local_time),
            days,
            zone: section.optional(&ZONE, values::zone).unwrap_or_else(|| zone.to_owned()),
        };
        let Some(place) = place else { continue };
        if plans.iter().any(|(other, _)| *other == place) {
            section.problem(&CHANNEL, format!("\"{place}\" has another [[digest]]; keep one per channel"));
        }
        plans.push((place, plan));
    }
    plans
}
