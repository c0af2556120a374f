//! Telephone numbers of all countries: by `+` and `00`, by the leading zero, by the shapes that countries write, or by the
//! words before.

use super::glyphs::{Looked, glued};
use super::numbers::{Run, Window};
use super::{Finder, PiiKind, words};

/// No number has more groups, bracketed zero included.
const MOST_GROUPS: usize = 8;

/// Finds them in what no other kind has taken.
pub(super) fn find(finder: &mut Finder<'_>, runs: &[Run]) {
    for run in runs {
        let mut first = 0;
        while first < run.groups.len() {
            first += at(finder, run, first).unwrap_or(1);
        }
    }
}

/// A number that begins with that group; then how many groups it has.
fn at(finder: &mut Finder<'_>, run: &Run, first: usize) -> Option<usize> {
    let seen = &finder.seen.clone();
    let left = run.groups.len() - first;
    let begin = run.groups.get(first)?.from;
    let told = words::phone_told(seen, begin);
    for count in (1..=left.min(MOST_GROUPS)).rev() {
        let window = run.window(first, count)?;
        if !(6..=17).contains(&window.count()) || !window.whole(seen) || !finder.free(window.from(), window.to()) {
            continue;
        }
        let Some(sure) = number(seen, &window, told) else { continue };
        let (from, to) = edges(seen, window.from(), window.to());
        if finder.hit(PiiKind::Phone, from, to, sure) {
            return Some(count);
        }
    }
    None
}

/// With the plus and the brackets that belong to it, and the extension.
fn edges(seen: &Looked<'_>, from: usize, to: usize) -> (usize, usize) {
    let mut start = from;
    if seen.before(start) == '+' {
        start -= 1;
    }
    if seen.before(start) == '(' && seen.between(start, to).any(|c| c == ')') {
        start -= 1;
    }
    if seen.before(start) == '+' {
        start -= 1;
    }
    (start, extension(seen, to).unwrap_or(to))
}

/// Where an extension ends: `x459`, `ext. 12`, `-> 12`.
fn extension(seen: &Looked<'_>, to: usize) -> Option<usize> {
    let mut i = to;
    while matches!(seen.at(i), ' ' | ',') && i - to < 2 && i < seen.all.len() {
        i += 1;
    }
    let word = i;
    while seen.at(i).is_alphabetic() && i - word < 10 {
        i += 1;
    }
    let said = seen.said(word, i).to_lowercase();
    if !["x", "ext", "extn", "extension", "durchwahl", "poste", "anexo", "ramal"].contains(&said.as_str()) {
        return None;
    }
    while matches!(seen.at(i), ' ' | '.' | ':' | '#') && i < seen.all.len() {
        i += 1;
    }
    let digits = i;
    while seen.at(i).is_ascii_digit() && i - digits < 7 {
        i += 1;
    }
    (i > digits && i - digits <= 6 && !glued(seen.at(i))).then_some(i)
}

/// Whether a window is a telephone number, and how surely.
fn number(seen: &Looked<'_>, window: &Window<'_>, told: bool) -> Option<bool> {
    let (lens, gaps, count) = (window.lens(), window.gaps(seen), window.count());
    let from = window.from();
    let plus = seen.before(from) == '+' || seen.before(from) == '(' && seen.second_before(from) == '+';
    let bracket = seen.before(from) == '(' && gaps.first().is_some_and(|gap| gap.contains(')'));
    let last_alone = lens.len() > 1 && lens.last() == Some(&1) && gaps.last().is_some_and(|gap| gap.trim().is_empty());
    let (begins, decimal) = (window.group(0, seen), lens.len() == 2 && gaps.first().is_some_and(|gap| gap == "."));
    if plus {
        return ((8..=15).contains(&count) && !last_alone).then_some(true);
    }
    if last_alone || (decimal && !(lens == [3, 4] && told)) || years(window, seen) || seen.before(from) == '#' {
        return None;
    }
    if begins.starts_with("00") && lens.len() + usize::from(count > 10) > 1 {
        return ((9..=17).contains(&count) && !begins.starts_with("000") && gaps.iter().all(|gap| gap != "."))
            .then_some(true);
    }
    if lens == [3, 2, 4] && !told {
        return None;
    }
    if told && (7..=15).contains(&count) && !words::counted(seen, from, window.to()) {
        return Some(true);
    }
    if words::counted(seen, from, window.to()) {
        return None;
    }
    if bracket {
        return ((7..=12).contains(&count) && lens.len() >= 2).then_some(count >= 8);
    }
    if lens.len() == 1 {
        return alone(&begins);
    }
    if matches!(lens.as_slice(), [3..=5, 3 | 4])
        && gaps.iter().all(|gap| gap == " ")
        && words::houses(seen, window.to())
    {
        return None;
    }
    if begins.starts_with('0') {
        let ones = lens.iter().filter(|n| **n == 1).count();
        return match count {
            9..=12 if ones <= 1 && one_manner(&gaps) => Some(true),
            8 if ones == 0 && one_manner(&gaps) => Some(false),
            _ => None,
        };
    }
    // More of them in a row are a list of numbers.
    let others = window.run.groups.len() - lens.len();
    let listed = others > 1 || others == 1 && lens.iter().all(|n| *n == 2);
    shaped(&lens, &gaps, &begins).filter(|sure| *sure || !listed)
}

/// Digits without a gap: as the United States, and mobile phones of China and Russia have them, or with a leading zero.
fn alone(digits: &str) -> Option<bool> {
    let mut begin = digits.chars();
    let (first, second) = (begin.next()?, begin.next()?);
    match (digits.len(), first) {
        (9..=11, '0') => Some(second != '0'),
        (10, '2'..='9') | (11, '8') => Some(false),
        (11, '1') if second > '1' => Some(false),
        (11, '7') if second >= '3' => Some(false),
        _ => None,
    }
}

/// Numbers in groups without anything that says what they are.
fn shaped(lens: &[usize], gaps: &[String], begins: &str) -> Option<bool> {
    let area = !begins.starts_with('1');
    let gap = gaps.first().map_or("", |gap| gap.trim());
    let country = matches!(begins, "1" | "7" | "8");
    match lens {
        [3, 3, 4] if area && gap != "/" && gap != "_" => return Some(true),
        [1, 3, 3, 4] if begins == "1" && gap != "/" => return Some(true),
        [1, 3, 3, 4] | [1, 3, 3, 2, 2] | [1, 3, 2, 2, 3] if country => return Some(gap.contains('(')),
        _ => {}
    }
    if lens.contains(&1) || !one_manner(gaps) || gap == "/" || gap == "_" {
        return None;
    }
    let thousands = lens.iter().skip(1).all(|n| *n == 3);
    if gap == "." && (thousands || lens.len() < 4) {
        return None;
    }
    let fits = match lens {
        [3 | 4, 4 | 6 | 7] | [3, 2, 2] | [2, 2, 3] | [2, 6..=8] | [5, 5 | 6] => true,
        [_, _] => false,
        _ => (8..=12).contains(&lens.iter().sum::<usize>()) && lens.len() <= 5 && lens.iter().all(|n| *n <= 5),
    };
    (fits && matches!(gap, "" | "-" | "." | "·")).then_some(false)
}

/// All gaps are of one kind, or brackets; or blanks, and a dash before the last group.
fn one_manner(gaps: &[String]) -> bool {
    let kind = |gap: &String| gap.chars().find(|c| matches!(c, '-' | '.' | '/' | '·' | '_')).unwrap_or(' ');
    let bracketed = gaps.iter().any(|gap| gap.contains(['(', ')']));
    let Some((last, rest)) = gaps.split_last() else { return true };
    let Some(first) = rest.first() else { return true };
    let even = rest.iter().all(|gap| kind(gap) == kind(first));
    bracketed
        || even && (kind(last) == kind(first) || kind(first) == ' ' && kind(last) == '-')
        || kind(first) == '/' && rest.iter().skip(1).chain([last]).all(|gap| kind(gap) == ' ' || kind(gap) == '-')
        || kind(first) == '-' && rest.iter().skip(1).chain([last]).all(|gap| kind(gap) == ' ')
}

/// A span of years, or a number and a year.
fn years(window: &Window<'_>, seen: &Looked<'_>) -> bool {
    let year = |i: usize| {
        window.groups.get(i).is_some_and(|g| g.len() == 4)
            && window.group(i, seen).starts_with(['1', '2'])
            && (window.group(i, seen).starts_with("19") || window.group(i, seen).starts_with("20"))
    };
    let last = window.groups.len() - 1;
    let all = (0..window.groups.len()).all(year);
    let spaced = window.gaps(seen).iter().all(|gap| gap.trim().is_empty());
    all || window.lens() == [3, 4] && spaced && year(last)
}
