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
        let mut folded = squeeze(text);
        folded.make_ascii_lowercase();
        return folded;
    }
    settle(text, |t| {
        let cased = CaseMapper::new().fold_string(t).into_owned();
        // Capital I with dot folds to i and a combining dot; dotless i is what Turkish capitals should have folded to.
        cased.replace("i\u{307}", "i").replace('ı', "i")
    })
}

/// The same folding, except that capitals stay capitals: for terms that only count in their own spelling.
pub fn fold_keeping_case(text: &str) -> String {
    if text.is_ascii() { squeeze(text) } else { settle(text, str::to_owned) }
}

/// Normalises until nothing changes any more: removing a mark can bring two others together. Two rounds do for all
/// text that people write; the bound is for text that was made to be nasty.
fn settle(text: &str, case: impl Fn(&str) -> String) -> String {
    let mut now = round(text, &case);
    for _ in 0..4 {
        let next = round(&now, &case);
        if next == now {
            break;
        }
        now = next;
    }
    now
}

fn round(text: &str, case: &impl Fn(&str) -> String) -> String {
    let nfkc = ComposingNormalizer::new_nfkc();
    let plain = respell(text);
    let cased = case(&nfkc.normalize(&plain));
    let composed = nfkc.normalize(&cased);
    // Marks that found no letter to compose with are ornament (or a stress mark), never part of a name.
    let bare: Cow<'_, str> = if composed.contains(is_stray_mark) {
        composed.chars().filter(|c| !is_stray_mark(*c)).collect::<String>().into()
    } else {
        composed
    };
    squeeze(&bare)
}

/// Removes what cannot be seen and straightens what is only typography. Runs before normalisation, which would turn
/// the trade-mark sign into the letters TM and so glue them to the name.
fn respell(text: &str) -> String {
    text.chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| match c {
            '™' | '℠' | '®' | '©' | '℗' => ' ',
            '\u{B4}' | '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '\u{FF07}' => '\'',
            '\u{201C}'..='\u{201F}' => '"',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            c => c,
        })
        .collect()
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
