//! "Did you mean": the nearest known word.

/// The known word that is nearest to what was typed, if it is near enough to be a slip of the fingers.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed: String = typed.chars().take(40).flat_map(char::to_lowercase).collect();
    let length = typed.chars().count();
    let allowed = match length {
        0 | 1 => return None,
        2..=4 => 1,
        5..=7 => 2,
        _ => 3,
    };
    known
        .into_iter()
        .map(|word| {
            let starts = length >= 3 && word.starts_with(&typed);
            (if starts { 0 } else { strsim::damerau_levenshtein(&typed, &word.to_lowercase()) }, word)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}
