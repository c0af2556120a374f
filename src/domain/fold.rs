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
    let mut folded = with(text, without_case, Capitals::Fold);
    folded.make_ascii_lowercase();
    folded
}

/// The same folding, except that capitals stay capitals: for terms that only count in their own spelling.
pub fn fold_keeping_case(text: &str) -> String {
    with(text, with_case, Capitals::Keep)
}

/// Folds piece by piece. A stretch of ASCII has nothing to normalise, and no ASCII character changes what stands before
/// it; so only a stretch outside ASCII needs the tables of Unicode, together with the one character that its first mark
/// could belong to. Most such stretches are a quote or a picture, for which [`simply`] has the answer.
fn with(text: &str, case: Case, capitals: Capitals) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (ascii, after) = split(rest, ascii_length(rest));
        let (other, next) = split(after, after.bytes().take_while(|b| !b.is_ascii()).count());
        rest = next;
        push_ascii(&mut out, ascii);
        if other.is_empty() || simply(&mut out, other, capitals) {
            continue;
        }
        // The last character is taken back, if it is there: white space at the beginning is not, and takes no marks.
        let base = ascii.chars().next_back().and_then(|_| out.pop());
        let piece: String = base.into_iter().chain(other.chars()).collect();
        push(&mut out, &settle(&piece, case));
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

/// Bytes of ASCII at the beginning.
fn ascii_length(text: &str) -> usize {
    let blocks = text.as_bytes().chunks(32).take_while(|block| block.is_ascii());
    let whole = blocks.map(<[u8]>::len).sum();
    let rest = text.as_bytes().get(whole..).unwrap_or_default();
    whole + rest.iter().take_while(|b| b.is_ascii()).count()
}

/// Cuts where a run of whole characters ends.
fn split(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// What becomes of capitals where no table is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Capitals {
    Fold,
    Keep,
}

/// The folding of the characters that make up nearly all text outside ASCII and that have nothing to do with their
/// neighbours, as long as all of the stretch are such.
fn simply(out: &mut String, other: &str, capitals: Capitals) -> bool {
    let before = out.len();
    for c in other.chars() {
        let folded = match c {
            '\u{2018}' | '\u{2019}' => '\'',
            '\u{201C}' | '\u{201D}' => '"',
            '\u{2013}' | '\u{2014}' => '-',
            '\u{200B}' | '\u{200D}' | '\u{FE0F}' => continue,
            '\u{A0}' | '\u{3000}' | '™' | '®' | '©' => {
                push_space(out);
                continue;
            }
            '…' => {
                out.push_str("...");
                continue;
            }
            'ß' if capitals == Capitals::Fold => {
                out.push_str("ss");
                continue;
            }
            // Letters with their marks: Latin and Cyrillic; capitals fold to small ones.
            'À'..='Ö' | 'Ø'..='Þ' | 'А'..='Я' if capitals == Capitals::Fold => {
                char::from_u32(u32::from(c) + 0x20).unwrap_or(c)
            }
            'À'..='Ö' | 'Ø'..='ö' | 'ø'..='þ' | 'А'..='џ'
            // Punctuation and signs.
            | '¡' | '£' | '§' | '«' | '°' | '·' | '»' | '¿' | '•' | '€'
            // Kana, Chinese characters, Korean syllables, their commas and full stops.
            | '\u{3001}' | '\u{3002}' | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'
            | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}'
            // Pictures and flags.
            | '\u{2600}'..='\u{27BF}' | '\u{1F1E6}'..='\u{1F1FF}' | '\u{1F300}'..='\u{1F6D7}'
            | '\u{1F900}'..='\u{1F9FF}' => c,
            _ => {
                out.truncate(before);
                return false;
            }
        };
        out.push(folded);
    }
    true
}

fn push_space(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

/// Appends ASCII with its white space squeezed.
fn push_ascii(out: &mut String, text: &str) {
    // Most posts are one tidy line, for which there is nothing to do.
    let pairs = text.bytes().zip(text.bytes().skip(1));
    let spaces = pairs.fold(0, |two, (a, b)| two | u8::from(a == b' ' && b == b' ')) != 0;
    let control = text.bytes().fold(0, |any, b| any | u8::from(b < b' ') | u8::from(b == 0x7F)) != 0;
    if !spaces && !control && !(text.starts_with(' ') && (out.is_empty() || out.ends_with(' '))) {
        out.push_str(text);
        return;
    }
    let gap = |c: char| c.is_ascii_whitespace() || c.is_ascii_control();
    for word in text.split_inclusive(gap) {
        let bare = word.trim_end_matches(gap);
        out.push_str(bare);
        if bare.len() < word.len() {
            push_space(out);
        }
    }
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

/// Appends text with its white space squeezed.
fn push(out: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            push_space(out);
        } else {
            out.push(c);
        }
    }
}

/// White space as single spaces, also at the ends: beside this piece there are others.
fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let c = if c.is_whitespace() || c.is_control() { ' ' } else { c };
        if c != ' ' || !out.ends_with(' ') {
            out.push(c);
        }
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
