//! E-mail addresses, also those that are written so that machines do not see them.

use super::glyphs::glued;
use super::{Finder, PiiKind};

/// Nothing longer is looked through for either side of an address (RFC 5321: 64 and 255).
const NAME: usize = 64;
const HOST: usize = 255;

/// `name@host.tld`; a handle (`@name`, `@name@host`) is none. Then `name (at) host (dot) tld`.
pub(super) fn find(finder: &mut Finder<'_>) {
    let all = finder.seen.all.len();
    for i in 0..all {
        match finder.seen.at(i) {
            '@' => plain(finder, i),
            '(' | '[' | '{' | '<' => hidden(finder, i, true),
            ' ' => hidden(finder, i, false),
            _ => {}
        }
    }
}

fn in_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'' | '!' | '&' | '~' | '*' | '^')
}

fn plain(finder: &mut Finder<'_>, at: usize) {
    let seen = &finder.seen;
    let spaced = seen.before(at) == ' ' && seen.at(at + 1) == ' ' && at >= 2;
    let (name_end, host_start) = if spaced { (at - 1, at + 2) } else { (at, at + 1) };
    let Some(name_start) = name_before(finder, name_end) else { return };
    let Some(host_end) = host_after(finder, host_start) else { return };
    // "lunch @ acme.example" may be a place.
    finder.hit(PiiKind::Email, name_start, host_end, !spaced);
}

/// Where the name that ends there begins.
fn name_before(finder: &Finder<'_>, end: usize) -> Option<usize> {
    let seen = &finder.seen;
    let mut start = end;
    while start > 0 && end - start <= NAME && in_name(seen.before(start)) {
        start -= 1;
    }
    // The @ before it makes a handle of it: @name@host.
    if start > 0 && seen.before(start) == '@' {
        return None;
    }
    while start < end && !seen.at(start).is_alphanumeric() && !matches!(seen.at(start), '_' | '+') {
        start += 1;
    }
    let last = seen.before(end);
    (start < end && last != '.' && seen.between(start, end).any(char::is_alphanumeric)).then_some(start)
}

/// Where the host that begins there ends: labels with dots between, the last of letters.
fn host_after(finder: &Finder<'_>, start: usize) -> Option<usize> {
    let seen = &finder.seen;
    let mut end = start;
    let mut labels: Vec<(usize, usize)> = Vec::new();
    loop {
        let from = end;
        while end - start <= HOST && (seen.at(end).is_alphanumeric() || (seen.at(end) == '-' && end > from)) {
            end += 1;
        }
        if end == from {
            break;
        }
        labels.push((from, end));
        if seen.at(end) != '.' || end - start > HOST {
            break;
        }
        end += 1;
    }
    while let Some((from, to)) = labels.last().copied() {
        let last = seen.said(from, to);
        let trimmed = last.trim_end_matches('-');
        let tld = trimmed.chars().count() >= 2 && trimmed.chars().all(char::is_alphabetic) || last.starts_with("xn--");
        if tld {
            let cut = last.chars().count() - trimmed.chars().count();
            return (labels.len() >= 2).then_some(to - cut);
        }
        labels.pop();
    }
    None
}

/// What people write for the sign and for the dot.
const AT: [&str; 9] = ["at", "ät", "aet", "arroba", "arobase", "chiocciola", "apenstaartje", "snabel-a", "@"];
const DOT: [&str; 6] = ["dot", "punkt", "punto", "point", "ponto", "."];
/// Ends of hosts that people spell out: other words after "dot" are words.
const ENDS: [&str; 34] = [
    "com", "org", "net", "edu", "gov", "info", "biz", "io", "co", "uk", "de", "fr", "es", "it", "nl", "be", "ch", "at",
    "se", "no", "dk", "fi", "pl", "pt", "br", "mx", "ca", "au", "nz", "ie", "in", "jp", "eu", "example",
];
/// Words before "at" that are no names: "look at example dot com".
const NO_NAMES: [&str; 34] = [
    "look", "looking", "is", "am", "are", "was", "be", "work", "works", "worked", "working", "me", "us", "them", "you",
    "him", "her", "it", "out", "up", "not", "here", "and", "or", "the", "team", "page", "site", "website", "store",
    "shop", "order", "meet", "buy",
];

/// A word in a hidden address: with its brackets, if it has some.
fn word_in(finder: &Finder<'_>, at: usize) -> Option<(String, bool, usize)> {
    let seen = &finder.seen;
    let mut i = at;
    while seen.at(i) == ' ' && i - at < 3 && i < seen.all.len() {
        i += 1;
    }
    let bracket = match seen.at(i) {
        '(' => Some(')'),
        '[' => Some(']'),
        '{' => Some('}'),
        '<' => Some('>'),
        _ => None,
    };
    i += usize::from(bracket.is_some());
    while bracket.is_some() && seen.at(i) == ' ' && i < seen.all.len() {
        i += 1;
    }
    let from = i;
    while i - from < 14
        && (seen.at(i).is_alphabetic() || seen.at(i) == '-' || i == from && matches!(seen.at(i), '@' | '.'))
    {
        i += 1;
    }
    let word = seen.said(from, i).to_lowercase();
    if let Some(close) = bracket {
        while seen.at(i) == ' ' && i < seen.all.len() {
            i += 1;
        }
        if seen.at(i) != close {
            return None;
        }
        i += 1;
    }
    (!word.is_empty()).then_some((word, bracket.is_some(), i))
}

/// An address from a blank or a bracket on, which stand before the "at".
fn hidden(finder: &mut Finder<'_>, at: usize, bracketed: bool) {
    if finder.seen.before(at) == ' ' {
        return;
    }
    let Some((word, in_brackets, after)) = word_in(finder, at) else { return };
    if !in_brackets && bracketed || !AT.contains(&word.as_str()) || (!in_brackets && word == "@") {
        return;
    }
    let Some(name_start) = name_before(finder, at) else { return };
    let seen = &finder.seen;
    let name = seen.said(name_start, at).to_lowercase();
    let mut i = after;
    while seen.at(i) == ' ' && i - after < 2 {
        i += 1;
    }
    // The host: a word, then "dot" and a word, once or more; or written out with its dots.
    let (mut end, mut dots, mut spelt) = (i, 0, false);
    loop {
        let from = i;
        while i - from < 63 && (seen.at(i).is_alphanumeric() || seen.at(i) == '-') {
            i += 1;
        }
        if i == from {
            break;
        }
        let label = seen.said(from, i).to_lowercase();
        if dots > 0 && (spelt && !ENDS.contains(&label.as_str()) && seen.at(i) != '.' && seen.at(i) != ' ') {
            break;
        }
        if dots == 0 || label.chars().all(char::is_alphabetic) && label.chars().count() >= 2 {
            end = i;
        }
        if dots > 0 && spelt && ENDS.contains(&label.as_str()) && label != "co" {
            break;
        }
        if seen.at(i) == '.' && seen.at(i + 1).is_alphanumeric() {
            (i, dots) = (i + 1, dots + 1);
            continue;
        }
        let Some((dot, _, next)) = word_in(finder, i) else { break };
        if !DOT.contains(&dot.as_str()) || dots >= 4 || dot == "." {
            break;
        }
        (i, dots, spelt) = (next, dots + 1, true);
        while seen.at(i) == ' ' && i - next < 2 {
            i += 1;
        }
    }
    let last = seen.said(end.saturating_sub(12), end).to_lowercase();
    let last = last.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let ends =
        ENDS.contains(&last) || in_brackets && last.chars().count() >= 2 && last.chars().all(char::is_alphabetic);
    if dots == 0 || !ends || glued(seen.at(end)) {
        return;
    }
    // "jane at example.com" is an address only if the name does not look like a word.
    let told = ["mail", "email", "e", "address", "contact"];
    let odd = name.contains(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | '+'));
    let told = seen.words_before(name_start, 3).iter().any(|w| told.contains(&w.as_str()));
    let fits = in_brackets || !NO_NAMES.contains(&name.as_str()) && (spelt || odd || told);
    if fits {
        finder.hit(PiiKind::Email, name_start, end, in_brackets || (spelt && (odd || told)));
    }
}
