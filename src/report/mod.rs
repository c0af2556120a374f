//! Figures from facts: time to first response, the Auros table, the digest and its schedule, exports. Pure: everything
//! that depends on the time is handed the time. What each figure means: docs/figures.md.

pub use crate::domain::{Calendar, Hours, HoursError, OpenSpan, first_at};

mod auros;
mod digest;
mod export;
mod full;
mod group;
mod home;
mod km;
mod lines;
mod model;
mod schedule;
mod stats;
mod ttfr;

pub use auros::{Auros, AurosCell, AurosRow, PUBLISHED, Published, auros_text};
pub use digest::digest_message;
pub use export::{COLUMNS, ExportAsk, csv_header, csv_rows, json_line};
pub use full::{report_json, report_text};
pub use group::{By, Group, groups};
pub use home::home_message;
pub use km::{Step, Survival, Wait};
pub use lines::{duration, percent};
pub use model::{model_diff, model_status};
pub use schedule::{digest_due, fires, mend_last, next_digest, plan_problem};
pub use stats::{StatsAsk, stats_text};
pub use ttfr::{Figures, Part, Parts, Share, Sources, Times, figures};
