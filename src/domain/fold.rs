//! One folding of text, for matching and for search: what a reader takes for the same letters becomes the same bytes.

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;
use std::borrow::Cow;

/// Folds text for comparison: Unicode NFKC and full case folding (the Unicode Standard, 3.13, `NFKC_Casefold`) and, on
/// top of it, what people and their keyboards do: invisible characters and strike-through marks removed, curly quotes
/// and unusual hyphens straightened, trade-mark signs taken as spaces, dotless i as i, each run of white space as one
/// space and none at the ends.
///
/// Folding twice gives the same as folding once.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        let mut folded = squeeze_ascii(text);
        folded.make_ascii_lowercase();
        return folded;
    }
    settle(text, without_case)
}

/// The same folding, except that capitals stay capitals: for terms that only count in their own spelling.
pub fn fold_keeping_case(text: &str) -> String {
    if text.is_ascii() { squeeze_ascii(text) } else { settle(text, with_case) }
}

/// What becomes of capitals.
type Case = fn(&str) -> Cow<'_, str>;

fn with_case(text: &str) -> Cow<'_, str> {
    text.into()
}

fn without_case(text: &str) -> Cow<'_, str> {
    let cased = CaseMapper::new().fold_string(text);
    // Capital I with dot folds to i and a combining dot; dotless i is what Turkish capitals should have folded to.
    if cased.contains(['\u{307}', 'ı']) { cased.replace("i\u{307}", "i").replace('ı', "i").into() } else { cased }
}

/// Normalises until nothing changes any more: removing a mark can bring two others together. One round does for nearly
/// all text that people write; the bound is for text that was made to be nasty.
fn settle(text: &str, case: Case) -> String {
    let mut now = squeeze(&round(text, case));
    for _ in 0..4 {
        match round(&now, case) {
            Cow::Borrowed(_) => break,
            Cow::Owned(next) if next == now => break,
            Cow::Owned(next) => now = squeeze(&next),
        }
    }
    now
}

/// One round; borrowed if there was nothing to do.
fn round(text: &str, case: Case) -> Cow<'_, str> {
    let nfkc = ComposingNormalizer::new_nfkc();
    let text = respell(text);
    let text = then(text, |t| nfkc.normalize(t));
    let text = then(text, case);
    let text = then(text, |t| nfkc.normalize(t));
    // Marks that found no letter to compose with are ornament (or a stress mark), never part of a name.
    if text.contains(is_stray_mark) {
        text.chars().filter(|c| !is_stray_mark(*c)).collect::<String>().into()
    } else {
        text
    }
}

/// The next step on text that may still be borrowed.
fn then<'t>(text: Cow<'t, str>, step: impl for<'u> Fn(&'u str) -> Cow<'u, str>) -> Cow<'t, str> {
    match text {
        Cow::Borrowed(t) => step(t),
        Cow::Owned(t) => match step(&t) {
            Cow::Owned(next) => Cow::Owned(next),
            Cow::Borrowed(same) if same.len() == t.len() => Cow::Owned(t),
            Cow::Borrowed(part) => Cow::Owned(part.to_owned()),
        },
    }
}

/// Removes what cannot be seen and straightens what is only typography. Runs before normalisation, which would turn
/// the trade-mark sign into the letters TM and so glue them to the name.
fn respell(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| !c.is_ascii() && (is_invisible(c) || straight(c) != c)) {
        return text.into();
    }
    text.chars().filter(|c| !is_invisible(*c)).map(straight).collect::<String>().into()
}

fn straight(c: char) -> char {
    match c {
        '™' | '℠' | '®' | '©' | '℗' => ' ',
        '\u{B4}' | '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '\u{FF07}' => '\'',
        '\u{201C}'..='\u{201F}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        c => c,
    }
}

fn squeeze_ascii(text: &str) -> String {
    // Most posts are one tidy line, for which there is nothing to do.
    let tidy = !text.bytes().any(|b| b.is_ascii_control());
    if tidy && !text.starts_with(' ') && !text.ends_with(' ') && !text.contains("  ") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_ascii_whitespace() || c.is_ascii_control()).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

/// Characters without a glyph of their own: soft hyphen, joiners, direction marks, variation selectors, tags, fillers,
/// and the enclosing or overlaid marks with which letters are struck through.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{E0000}'..='\u{E0FFF}'
        | '\u{334}'..='\u{338}' | '\u{20D0}'..='\u{20FF}' | '\u{488}' | '\u{489}')
}

fn is_stray_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{FE20}'..='\u{FE2F}')
}
