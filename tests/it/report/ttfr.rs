//! ttfr
