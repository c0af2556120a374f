//! Quantiles, and how a figure is printed.

/// The value below which that share (0 to 1) of the values lies; not a number if there are none.
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
    let at = (count(sorted.len().saturating_sub(1)) * share).round() as usize;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

/// The median.
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The mean; not a number if there are none.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values.len())
}

/// The largest.
pub fn most(values: &[f64]) -> f64 {
    quantile(values, 1.0)
}

/// A count as a figure.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
pub fn count(n: usize) -> f64 {
    n as f64
}

/// Three digits that matter.
pub fn number(n: f64) -> String {
    match n.abs() {
        a if !a.is_finite() => "-".to_owned(),
        a if a >= 100.0 => format!("{n:.0}"),
        a if a >= 10.0 => format!("{n:.1}"),
        _ => format!("{n:.2}"),
    }
}
