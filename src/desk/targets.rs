//! When a response is due: so much time by kind, by the calendar or within business hours.

use crate::domain::{BrandId, Kind, Targets};
use crate::report::Hours;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The promise of a workspace: seconds by kind, counted by the calendar or in a brand's business hours.
#[derive(Clone, Debug)]
pub struct Promise {
    /// Seconds until a response is due; a kind that is left out is never due.
    pub within_s: BTreeMap<Kind, i64>,
    /// Seconds by the calendar until a response to what cannot wait is due at the latest.
    pub urgent_s: Option<i64>,
    /// Count only business hours.
    pub in_business_hours: bool,
    /// The hours of most brands.
    pub hours: Hours,
    /// Brands with hours of their own.
    pub hours_of: BTreeMap<BrandId, Hours>,
}

impl Default for Promise {
    /// Nothing is ever due; open around the clock.
    fn default() -> Self {
        Self {
            within_s: BTreeMap::new(),
            urgent_s: None,
            in_business_hours: false,
            hours: Hours::always(),
            hours_of: BTreeMap::new(),
        }
    }
}

impl Promise {
    /// The business hours of a brand.
    pub fn hours(&self, brand: &BrandId) -> &Hours {
        self.hours_of.get(brand).unwrap_or(&self.hours)
    }
}

impl Targets for Promise {
    fn due(&self, brand: &BrandId, kind: Kind, from: Timestamp) -> Option<Timestamp> {
        let within = *self.within_s.get(&kind)?;
        if self.in_business_hours {
            return self.hours(brand).add_business(from, u64::try_from(within).unwrap_or(0));
        }
        Timestamp::from_second(from.as_second().saturating_add(within)).ok()
    }

    fn due_urgent(&self, from: Timestamp) -> Option<Timestamp> {
        Timestamp::from_second(from.as_second().saturating_add(self.urgent_s?)).ok()
    }
}
