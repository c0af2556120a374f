//! Names that are also words: a post about Happy Socks is not praise because of its first word.

use super::fold;

/// Stands where a brand's name stood: a name that says nothing.
pub(super) const STAND_IN: &str = "Thisbrand";

/// The text with every occurrence of the names as whole words replaced by a word without meaning, and white space as
/// single spaces.
pub(super) fn without_names(text: &str, names: &[String]) -> String {
    let names: Vec<Vec<String>> = names
        .iter()
        .map(|n| n.split_whitespace().map(|w| core(w).1).collect())
        .filter(|n: &Vec<_>| !n.is_empty())
        .collect();
    let chunks: Vec<&str> = text.split_whitespace().collect();
    let cores: Vec<(String, String, String)> = chunks.iter().map(|c| core(c)).collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(chunk) = chunks.get(at) {
        if at > 0 {
            out.push(' ');
        }
        let here = cores.get(at..).unwrap_or_default();
        let found = names.iter().filter(|name| stands(name, here)).map(Vec::len).max();
        if let Some(length) = found
            && let (Some((before, _, _)), Some((_, _, after))) = (here.first(), here.get(length - 1))
        {
            out.push_str(before);
            out.push_str(STAND_IN);
            out.push_str(after);
            at += length;
        } else {
            out.push_str(chunk);
            at += 1;
        }
    }
    out
}

fn stands(name: &[String], here: &[(String, String, String)]) -> bool {
    here.len() >= name.len() && name.iter().zip(here).all(|(word, (_, core, _))| !word.is_empty() && word == core)
}

/// What stands before a word, the word itself, folded and without a possessive ending, and what stands after it.
fn core(chunk: &str) -> (String, String, String) {
    let outer = |c: char| !c.is_alphanumeric();
    // A tag or a handle is more than the name in it.
    if chunk.starts_with(['#', '@']) {
        return (String::new(), String::new(), String::new());
    }
    let word = chunk.trim_start_matches(outer);
    let before = chunk.strip_suffix(word).unwrap_or_default();
    let word = word.trim_end_matches(outer);
    let after = chunk.strip_prefix(before).and_then(|c| c.strip_prefix(word)).unwrap_or_default();
    let folded = fold(word);
    let folded = folded.strip_suffix("'s").unwrap_or(&folded).to_owned();
    (before.to_owned(), folded, after.to_owned())
}
