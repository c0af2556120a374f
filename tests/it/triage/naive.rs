//! The matcher's rules written down a second time, without speed: every term at every position, over characters.

use hearback::triage::{BrandHit, BrandTerms, fold, fold_keeping_case};

/// What the matcher should find. Covers domains in ASCII and handles on `x.com`, as the property test uses them.
pub fn hits(brands: &[BrandTerms], text: &str) -> Vec<BrandHit> {
    let folded: Vec<char> = fold(text).chars().collect();
    let cased: Vec<char> = fold_keeping_case(text).chars().collect();
    brands.iter().filter_map(|brand| one(brand, &folded, &cased)).collect()
}

fn one(brand: &BrandTerms, folded: &[char], cased: &[char]) -> Option<BrandHit> {
    if brand.exclude.iter().any(|t| occurs(folded, &fold(t), word)) {
        return None;
    }
    let mut matched = Vec::new();
    for term in brand.terms.iter().chain(&brand.phrases) {
        let only_cased = brand.case_sensitive.iter().any(|c| fold(c) == fold(term));
        if !only_cased && occurs(folded, &fold(term), word) {
            matched.push(term.clone());
        }
    }
    // A term that is also a case-sensitive one is shown at its first place.
    for term in &brand.case_sensitive {
        if occurs(cased, &fold_keeping_case(term), word) {
            matched.push(term.clone());
        }
    }
    for tag in &brand.hashtags {
        if occurs(folded, &format!("#{}", fold(tag).trim_start_matches('#')), tag_edges) {
            matched.push(tag.clone());
        }
    }
    let mut direct_handle = false;
    for handle in &brand.handles {
        let mut forms = vec![(format!("@{handle}"), true)];
        match handle.split_once('@') {
            Some((name, server)) => forms.push((format!("{server}/@{name}"), false)),
            None => forms.extend(["x.com/", "u/", "t.me/"].map(|site| (format!("{site}{handle}"), false))),
        }
        if forms.iter().any(|(form, at)| occurs(folded, form, if *at { handle_edges } else { name_edges })) {
            matched.push(handle.clone());
            direct_handle = true;
        }
    }
    for domain in &brand.domains {
        if occurs(folded, domain, name_edges) {
            matched.push(domain.clone());
        }
    }
    let mut once: Vec<String> = Vec::new();
    matched.retain(|m| {
        !once.contains(m) && {
            once.push(m.clone());
            true
        }
    });
    // Listed in the order in which the configuration is read.
    let order = |m: &String| position(brand, m);
    matched.sort_by_key(order);
    (!matched.is_empty()).then(|| BrandHit { brand: brand.brand.clone(), matched, direct_handle })
}

fn position(brand: &BrandTerms, term: &String) -> usize {
    let exact = |t: &&String| !brand.case_sensitive.iter().any(|c| fold(c) == fold(t));
    let all = brand.terms.iter().chain(&brand.phrases).filter(exact);
    all.chain(&brand.case_sensitive)
        .chain(&brand.hashtags)
        .chain(&brand.handles)
        .chain(&brand.domains)
        .position(|t| t == term)
        .expect("a term of the brand")
}

type Edges = fn(&[char], &[char], &[char]) -> bool;

fn occurs(text: &[char], needle: &str, edges: Edges) -> bool {
    let needle: Vec<char> = needle.chars().collect();
    (0..text.len()).any(|at| text[at..].starts_with(&needle) && edges(&text[..at], &needle, &text[at + needle.len()..]))
}

fn letter(c: char) -> bool {
    (c.is_alphanumeric() || c == '_') && !asian(c)
}

/// Scripts without spaces, by name of their blocks (The Unicode Standard, Blocks.txt).
fn asian(c: char) -> bool {
    let blocks: [(u32, u32); 18] = [
        (0x0E00, 0x0EFF),   // Thai, Lao
        (0x1000, 0x109F),   // Myanmar
        (0x1100, 0x11FF),   // Hangul Jamo
        (0x1780, 0x17FF),   // Khmer
        (0x3005, 0x3007),   // iteration mark, closing mark, zero
        (0x3040, 0x309F),   // Hiragana
        (0x30A0, 0x30FF),   // Katakana
        (0x3100, 0x318F),   // Bopomofo, Hangul Compatibility Jamo
        (0x31A0, 0x31BF),   // Bopomofo Extended
        (0x31C0, 0x31FF),   // CJK Strokes, Katakana Phonetic Extensions
        (0x3400, 0x4DBF),   // CJK Extension A
        (0x4E00, 0x9FFF),   // CJK
        (0xA960, 0xA97F),   // Hangul Jamo Extended-A
        (0xAC00, 0xD7FF),   // Hangul Syllables, Jamo Extended-B
        (0xF900, 0xFAFF),   // CJK Compatibility
        (0xFF66, 0xFFDC),   // Halfwidth Katakana and Hangul
        (0x20000, 0x2FFFF), // Supplementary Ideographic Plane
        (0x30000, 0x3FFFF), // Tertiary Ideographic Plane
    ];
    blocks.iter().any(|(first, last)| (*first..=*last).contains(&u32::from(c)))
}

/// The next character that is not an underscore, if up to eight underscores lead to it.
fn across<'c>(mut side: impl Iterator<Item = &'c char>) -> bool {
    let Some(first) = side.next() else { return false };
    if *first != '_' {
        return letter(*first);
    }
    side.take(8).find(|c| **c != '_').is_some_and(|c| letter(*c))
}

fn word(before: &[char], needle: &[char], after: &[char]) -> bool {
    let (first, last) = (needle[0], needle[needle.len() - 1]);
    let left = asian(first) || !across(before.iter().rev());
    let right = asian(last) || !letter(last) || !across(after.iter());
    left && right
}

fn tag_edges(before: &[char], _: &[char], after: &[char]) -> bool {
    let left = before.last().is_none_or(|c| !letter(*c) && !"/&#=".contains(*c));
    left && after.first().is_none_or(|c| !letter(*c))
}

fn goes_on(after: &[char]) -> bool {
    match after {
        ['.' | '-' | '@', next, ..] | [next, ..] => letter(*next),
        [] => false,
    }
}

fn handle_edges(before: &[char], _: &[char], after: &[char]) -> bool {
    before.last().is_none_or(|c| !letter(*c) && *c != '@') && !goes_on(after)
}

fn name_edges(before: &[char], _: &[char], after: &[char]) -> bool {
    before.last().is_none_or(|c| !letter(*c) && *c != '-') && !goes_on(after)
}
