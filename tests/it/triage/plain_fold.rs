//! The folding written down a second time, without its short cuts: the whole text by the tables of Unicode.

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;

/// What [`hearback::triage::fold`] should make of a text.
pub fn fold(text: &str) -> String {
    settle(text, |t| CaseMapper::new().fold_string(t).replace("i\u{307}", "i").replace('ı', "i"))
}

/// What [`hearback::triage::fold_keeping_case`] should make of it.
pub fn fold_keeping_case(text: &str) -> String {
    settle(text, str::to_owned)
}

fn settle(text: &str, case: fn(&str) -> String) -> String {
    let nfkc = ComposingNormalizer::new_nfkc();
    let mut now = text.to_owned();
    for _ in 0..5 {
        let seen: String = now.chars().filter(|c| !invisible(*c)).map(straight).collect();
        let normal = nfkc.normalize(&case(&nfkc.normalize(&seen))).into_owned();
        let bare: String = normal.chars().filter(|c| !stray(*c)).collect();
        let words: Vec<&str> =
            bare.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
        now = words.join(" ");
    }
    now
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

fn invisible(c: char) -> bool {
    let listed: &[(u32, u32)] = &[
        (0xAD, 0xAD),
        (0x34F, 0x34F),
        (0x61C, 0x61C),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x200B, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x206F),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
        (0xFFA0, 0xFFA0),
        (0xFFF0, 0xFFFB),
        (0x1BCA0, 0x1BCA3),
        (0xE0000, 0xE0FFF),
        (0x334, 0x338),
        (0x20D0, 0x20FF),
        (0x488, 0x489),
    ];
    listed.iter().any(|(first, last)| (*first..=*last).contains(&u32::from(c)))
}

fn stray(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36F | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0xFE20..=0xFE2F)
}
