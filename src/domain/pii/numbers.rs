//! Runs of digits with the separators that people put into numbers, and what check digits or exact shapes tell of them:
//! cards, social security numbers, IP addresses. Dates are noted, so that they are taken for nothing else.

use super::glyphs::{Looked, glued};
use super::{Finder, PiiKind, ip, shapes, words};

/// Digits in a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub from: usize,
    pub to: usize,
    /// Part of a date, or of an amount with a decimal comma.
    pub other: bool,
}

impl Group {
    pub fn len(self) -> usize {
        self.to - self.from
    }
}

/// Groups of digits with nothing but separators between.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    pub groups: Vec<Group>,
}

/// Some neighbouring groups of a run.
pub(super) struct Window<'r> {
    pub run: &'r Run,
    pub first: usize,
    pub groups: &'r [Group],
}

/// No number that is looked for has more groups.
pub(super) const MOST_GROUPS: usize = 19;

impl Run {
    /// The groups from `first` on, `count` of them.
    pub fn window(&self, first: usize, count: usize) -> Option<Window<'_>> {
        let groups = self.groups.get(first..first.checked_add(count)?)?;
        (!groups.is_empty()).then_some(Window { run: self, first, groups })
    }
}

impl Window<'_> {
    pub fn from(&self) -> usize {
        self.groups.first().map_or(0, |g| g.from)
    }
    pub fn to(&self) -> usize {
        self.groups.last().map_or(0, |g| g.to)
    }
    pub fn count(&self) -> usize {
        self.groups.iter().map(|g| g.len()).sum()
    }
    pub fn lens(&self) -> Vec<usize> {
        self.groups.iter().map(|g| g.len()).collect()
    }
    pub fn digits(&self, seen: &Looked<'_>) -> Vec<u32> {
        self.groups.iter().flat_map(|g| seen.between(g.from, g.to)).filter_map(|c| c.to_digit(10)).collect()
    }
    pub fn group(&self, i: usize, seen: &Looked<'_>) -> String {
        self.groups.get(i).map_or_else(String::new, |g| seen.said(g.from, g.to))
    }
    /// What stands between the groups.
    pub fn gaps(&self, seen: &Looked<'_>) -> Vec<String> {
        self.groups.iter().zip(self.groups.iter().skip(1)).map(|(a, b)| seen.said(a.to, b.from)).collect()
    }
    /// A word is tied to its end that is no part of a code: "…-Office", "…/work".
    fn named(&self, seen: &Looked<'_>) -> bool {
        let word = seen.between(self.to() + 1, seen.all.len().min(self.to() + 8));
        let word: String = word.take_while(|c| c.is_alphanumeric()).collect();
        self.count() >= 8 && word.chars().all(char::is_alphabetic) && word.chars().count() >= 3
    }
    /// It is no piece of something longer that is written together, nor of an amount or a time.
    pub fn whole(&self, seen: &Looked<'_>) -> bool {
        if self.groups.iter().any(|g| g.other) {
            return false;
        }
        let tight = |a: Option<&Group>, b: Option<&Group>| match (a, b) {
            (Some(a), Some(b)) => !seen.between(a.to, b.from).any(|c| matches!(c, ' ' | '/' | '(')),
            _ => false,
        };
        let groups = &self.run.groups;
        let after = self.first + self.groups.len();
        if tight(self.first.checked_sub(1).and_then(|i| groups.get(i)), groups.get(self.first))
            || tight(after.checked_sub(1).and_then(|i| groups.get(i)), groups.get(after))
        {
            return false;
        }
        let (from, to) = (self.from(), self.to());
        let (before, next) = (seen.before(from), seen.at(to));
        let amount = self.count() < 12;
        let piece = glued(before)
            || matches!(before, '$' | '€' | '£' | '¥' | '₹' | '@')
            || amount && matches!(before, ',' | ':' | '\'' | '.') && seen.second_before(from).is_ascii_digit()
            || before == '-' && glued(seen.second_before(from));
        let second = seen.at(to + 1);
        let goes_on = glued(next) && !matches!(next, 'x' | 'X')
            || matches!(next, '%' | '@' | '€')
            || amount && matches!(next, ',' | ':' | '\'') && second.is_ascii_digit()
            || matches!(next, '-' | '.' | '/') && glued(second) && !second.is_ascii_digit() && !self.named(seen);
        !piece && !goes_on
    }
}

/// Finds all runs, in the order of the text.
pub(super) fn runs(seen: &Looked<'_>, links: &[bool]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut last: Option<usize> = None;
    let mut i = 0;
    while i < seen.all.len() {
        if !seen.at(i).is_ascii_digit() || links.get(i) == Some(&true) {
            i += 1;
            continue;
        }
        let from = i;
        while seen.at(i).is_ascii_digit() {
            i += 1;
        }
        let group = Group { from, to: i, other: false };
        let goes_on = last.is_some_and(|last| separates(seen, last, from));
        last = Some(i);
        match runs.last_mut().filter(|_| goes_on) {
            Some(run) => run.groups.push(group),
            None => runs.push(Run { groups: vec![group] }),
        }
    }
    for run in &mut runs {
        note_dates(seen, run);
    }
    runs
}

/// At most four separators, of which one counts: blanks, or one of `-./·` with blanks, or brackets.
fn separates(seen: &Looked<'_>, from: usize, to: usize) -> bool {
    if to - from > 4 || to == from {
        return false;
    }
    let signs = seen.between(from, to).filter(|c| matches!(c, '-' | '.' | '/' | '·' | '_')).count();
    let fits = seen.between(from, to).all(|c| matches!(c, ' ' | '-' | '.' | '/' | '·' | '(' | ')' | '_'));
    // A full stop and a blank end a sentence.
    fits && signs <= 1 && !(seen.at(from) == '.' && seen.at(from + 1) == ' ')
}

/// `2026-11-22`, `22.11.2026`, `1/2/26`; `2019-2023`.
fn note_dates(seen: &Looked<'_>, run: &mut Run) {
    let gap =
        |a: &Group, b: &Group| (b.from - a.to == 1).then(|| seen.at(a.to)).filter(|c| matches!(c, '-' | '.' | '/'));
    let number = |g: &Group| if g.len() > 4 { u32::MAX } else { seen.said(g.from, g.to).parse().unwrap_or(u32::MAX) };
    let mut noted = Vec::new();
    for (i, three) in run.groups.windows(3).enumerate() {
        let [a, b, c] = three else { continue };
        let Some(sign) = gap(a, b).filter(|sign| gap(b, c) == Some(*sign)) else { continue };
        let before = i.checked_sub(1).and_then(|p| run.groups.get(p)).is_some_and(|p| gap(p, a) == Some(sign));
        let after = run.groups.get(i + 3).is_some_and(|n| gap(c, n) == Some(sign));
        if before || after {
            continue;
        }
        let [first, second, third] = [a, b, c].map(number);
        let year = |g: &Group, n: u32| g.len() == 4 && (1900..2100).contains(&n);
        let day = |g: &Group, n: u32| g.len() <= 2 && (1..=31).contains(&n);
        let iso = year(a, first) && day(b, second) && day(c, third);
        let local =
            day(a, first) && day(b, second) && (first <= 12 || second <= 12) && (year(c, third) || c.len() == 2);
        if iso || local {
            noted.extend([i, i + 1, i + 2]);
        }
    }
    for i in noted {
        if let Some(group) = run.groups.get_mut(i) {
            group.other = true;
        }
    }
}

/// What check digits and exact shapes tell.
pub(super) fn find_exact(finder: &mut Finder<'_>, runs: &[Run]) {
    for run in runs {
        let mut i = 0;
        while i < run.groups.len() {
            i += address(finder, run, i).or_else(|| card(finder, run, i)).or_else(|| ssn(finder, run, i)).unwrap_or(1);
        }
    }
}

/// So many groups were used up.
fn address(finder: &mut Finder<'_>, run: &Run, first: usize) -> Option<usize> {
    let window = run.window(first, 4)?;
    let seen = &finder.seen;
    if window.to() - window.from() > 15 || window.gaps(seen).iter().any(|gap| gap != ".") {
        return None;
    }
    let dot = |a: Option<&Group>, b: Option<&Group>| matches!((a, b), (Some(a), Some(b)) if seen.between(a.to, b.from).eq(['.']));
    let groups = &run.groups;
    if dot(first.checked_sub(1).and_then(|i| groups.get(i)), groups.get(first))
        || dot(groups.get(first + 3), groups.get(first + 4))
    {
        return None;
    }
    let (from, to) = (window.from(), window.to());
    if glued(seen.before(from)) || glued(seen.at(to)) {
        return None;
    }
    let public = ip::v4(&seen.said(from, to))?;
    let sure = public && !words::version_told(seen, from);
    finder.hit(PiiKind::Ip, from, to, sure).then_some(4)
}

fn card(finder: &mut Finder<'_>, run: &Run, first: usize) -> Option<usize> {
    let seen = &finder.seen;
    let left = run.groups.len() - first;
    let mut best: Option<(usize, bool)> = None;
    let mut told = None;
    let mut sum = 0;
    for count in 1..=left.min(MOST_GROUPS) {
        let window = run.window(first, count)?;
        sum += window.groups.last().map_or(0, |g| g.len());
        if sum > 19 {
            break;
        }
        if sum < 12 || !window.whole(seen) || seen.before(window.from()) == '+' {
            continue;
        }
        let told = *told.get_or_insert_with(|| words::card_told(seen, window.from()));
        let digits = window.digits(seen);
        if let Some(sure) = shapes::card(&digits, &window.lens(), told) {
            // Four fours are a card, whatever stands behind them.
            let better = best.is_none_or(|(_, was)| sure >= was) && !(best == Some((4, true)) && sum > 16);
            if better {
                best = Some((count, sure));
            }
        }
    }
    let (count, sure) = best?;
    let window = run.window(first, count)?;
    finder.hit(PiiKind::Card, window.from(), window.to(), sure).then_some(count)
}

fn ssn(finder: &mut Finder<'_>, run: &Run, first: usize) -> Option<usize> {
    let seen = &finder.seen;
    let groups = run.groups.get(first..)?;
    let count = if groups.first()?.len() == 9 { 1 } else { 3 };
    let window = run.window(first, count)?;
    let (lens, gaps) = (window.lens(), window.gaps(seen));
    let same = gaps.first() == gaps.last();
    if !(lens == [9] || lens == [3, 2, 4]) || !same || !window.whole(seen) || seen.before(window.from()) == '+' {
        return None;
    }
    let told = words::ssn_told(seen, window.from());
    let dashed = gaps.first().is_some_and(|gap| gap == "-");
    let spaced = gaps.first().is_some_and(|gap| matches!(gap.as_str(), " " | "." | " - "));
    let sure = match shapes::ssn(&window.digits(seen)) {
        _ if told => true,
        shapes::Ssn::Given if dashed => true,
        shapes::Ssn::Given if spaced => false,
        shapes::Ssn::Tax if dashed => false,
        _ => return None,
    };
    finder.hit(PiiKind::Ssn, window.from(), window.to(), sure).then_some(count)
}
