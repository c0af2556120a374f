//! Bank accounts: IBAN, together or in groups, in any case.

use super::glyphs::glued;
use super::{Finder, PiiKind};

/// How long an IBAN of a country is (ISO 13616 registry).
const LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

fn length_of(country: &str) -> Option<usize> {
    let found = LENGTHS.split(' ').find_map(|entry| entry.strip_prefix(country));
    found.and_then(|length| length.parse().ok())
}

/// Finds them.
pub(super) fn find(finder: &mut Finder<'_>) {
    let all = finder.seen.all.len();
    let mut i = 0;
    while i + 15 <= all {
        i = at(finder, i).unwrap_or(i + 1);
    }
}

/// An IBAN that begins there; then where it ends.
fn at(finder: &mut Finder<'_>, start: usize) -> Option<usize> {
    let seen = &finder.seen;
    let letter = |i: usize| seen.at(i).is_ascii_alphabetic();
    let digit = |i: usize| seen.at(i).is_ascii_digit();
    if !letter(start) || !letter(start + 1) || glued(seen.before(start)) {
        return None;
    }
    // The check digits may stand apart: "GB 82 WEST …".
    let apart = usize::from(matches!(seen.at(start + 2), ' ' | '-'));
    if !digit(start + 2 + apart) || !digit(start + 3 + apart) {
        return None;
    }
    let country = seen.said(start, start + 2).to_ascii_uppercase();
    let length = length_of(&country)?;
    let (mut joined, mut end, mut groups) = (String::with_capacity(length), start, 1);
    while joined.len() < length {
        let c = seen.at(end);
        if c.is_ascii_alphanumeric() {
            joined.push(c);
        } else if matches!(c, ' ' | '-' | '.') && end < seen.all.len() && seen.at(end + 1).is_ascii_alphanumeric() {
            groups += 1;
        } else {
            return None;
        }
        end += 1;
    }
    if glued(seen.at(end)) {
        return None;
    }
    let named =
        || seen.words_before(start, 3).iter().any(|w| matches!(w.as_str(), "iban" | "account" | "konto" | "bank"));
    // A mistyped one is still most of one. Without its check digits it must look like one: together, or in fours.
    let digits = joined.chars().filter(char::is_ascii_digit).count();
    let shaped = groups == 1 || groups == length.div_ceil(4);
    let upper = !joined.chars().any(|c| c.is_ascii_lowercase());
    let sure = valid(&joined);
    let likely = shaped && upper && digits * 2 >= length;
    if !(sure || likely || named()) {
        return None;
    }
    finder.hit(PiiKind::Iban, start, end, sure).then_some(end)
}

/// The check digits hold (ISO 7064, mod 97-10).
pub(super) fn valid(iban: &str) -> bool {
    let moved = iban.chars().skip(4).chain(iban.chars().take(4));
    let mut rest = 0_u32;
    for c in moved {
        let Some(value) = c.to_digit(36) else { return false };
        rest = if value < 10 { (rest * 10 + value) % 97 } else { (rest * 100 + value) % 97 };
    }
    rest == 1
}
