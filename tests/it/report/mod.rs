//! The figures, against values worked out without them.
mod digest;
mod export;
mod hours;
mod km;
mod make;
mod python;
mod schedule;
mod ttfr;
