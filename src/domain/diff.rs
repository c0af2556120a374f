//! What changed between two texts, word by word, in a way that every chat can show.

use super::shorten;

/// Between what begins and ends alike, so many words are compared one by one; more have simply all changed.
const COMPARED: usize = 300;
/// So many words that stayed are shown on each side of a change.
const AROUND: usize = 4;
/// So many words of a change are shown.
const SHOWN: usize = 30;
/// Longest result, in graphemes.
const LONGEST: usize = 800;

/// A stretch of words.
#[derive(Debug, PartialEq)]
enum Run<'t> {
    Same(Vec<&'t str>),
    Changed(Vec<&'t str>, Vec<&'t str>),
}

/// The new text with what changed in brackets: `is it [open -> closed] today`, `[+please]`, `[-now]`. What stayed is
/// left out but for a few words around each change.
pub fn changes(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_whitespace().collect(), new.split_whitespace().collect());
    let runs = runs(&old, &new);
    let last = runs.len().saturating_sub(1);
    let words: Vec<String> = runs
        .iter()
        .enumerate()
        .map(|(i, run)| match run {
            Run::Same(words) => around(words, i > 0, i < last),
            Run::Changed(gone, come) if come.is_empty() => format!("[-{}]", few(gone)),
            Run::Changed(gone, come) if gone.is_empty() => format!("[+{}]", few(come)),
            Run::Changed(gone, come) => format!("[{} -> {}]", few(gone), few(come)),
        })
        .collect();
    let (said, cut) = shorten(&words.join(" "), LONGEST);
    if cut { format!("{said}…") } else { said }
}

/// The words near a change: after one, before one, or both.
fn around(words: &[&str], after: bool, before: bool) -> String {
    let (head, tail) = (if after { AROUND } else { 0 }, if before { AROUND } else { 0 });
    if words.len() <= head + tail {
        return words.join(" ");
    }
    let end = words.len().saturating_sub(tail);
    let begin = words.get(..head).unwrap_or_default();
    let rest = words.get(end..).unwrap_or_default();
    begin.iter().chain(&["…"]).chain(rest).copied().collect::<Vec<_>>().join(" ")
}

fn few(words: &[&str]) -> String {
    let head = words.iter().take(SHOWN).copied().collect::<Vec<_>>().join(" ");
    if words.len() > SHOWN { format!("{head} …") } else { head }
}

fn runs<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Run<'t>> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (old.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_mid, _) = old_rest.split_at_checked(old_rest.len() - tail).unwrap_or_default();
    let (new_mid, same) = new_rest.split_at_checked(new_rest.len() - tail).unwrap_or_default();
    let mut all = vec![Run::Same(new.get(..head).unwrap_or_default().to_vec())];
    if old_mid.len() > COMPARED || new_mid.len() > COMPARED {
        all.push(Run::Changed(old_mid.to_vec(), new_mid.to_vec()));
    } else {
        all.extend(compare(old_mid, new_mid));
    }
    all.push(Run::Same(same.to_vec()));
    all.retain(|run| !matches!(run, Run::Same(words) if words.is_empty()));
    all
}

/// By the longest words that both have in the same order.
fn compare<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Run<'t>> {
    let width = new.len() + 1;
    // Cell (i, j): how many words the rests from i and from j have in common.
    let mut common = vec![0_u16; (old.len() + 1) * width];
    let at = |common: &[u16], i: usize, j: usize| common.get(i * width + j).copied().unwrap_or(0);
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let longest =
                if a == b { at(&common, i + 1, j + 1) + 1 } else { at(&common, i + 1, j).max(at(&common, i, j + 1)) };
            if let Some(cell) = common.get_mut(i * width + j) {
                *cell = longest;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    let (mut all, mut same, mut gone, mut come) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    while i < old.len() || j < new.len() {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => {
                if !gone.is_empty() || !come.is_empty() {
                    all.push(Run::Changed(std::mem::take(&mut gone), std::mem::take(&mut come)));
                }
                same.push(*b);
                (i, j) = (i + 1, j + 1);
                continue;
            }
            (Some(a), next) if next.is_none() || at(&common, i + 1, j) >= at(&common, i, j + 1) => {
                gone.push(*a);
                i += 1;
            }
            (_, next) => {
                come.extend(next.copied());
                j += 1;
            }
        }
        if !same.is_empty() {
            all.push(Run::Same(std::mem::take(&mut same)));
        }
    }
    all.extend([Run::Changed(gone, come), Run::Same(same)]);
    all.retain(|run| !matches!(run, Run::Changed(gone, come) if gone.is_empty() && come.is_empty()));
    all
}
