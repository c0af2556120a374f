//! Words that say what the number beside them is, and links, whose numbers are nobody's.

use super::glyphs::Looked;

/// Before a telephone number.
const PHONE: [&str; 44] = [
    "call",
    "called",
    "calling",
    "phone",
    "phones",
    "telephone",
    "tel",
    "mobile",
    "cell",
    "cellphone",
    "text",
    "sms",
    "whatsapp",
    "fax",
    "ring",
    "dial",
    "hotline",
    "landline",
    "contact",
    "reach",
    "telefon",
    "telefonnummer",
    "handy",
    "handynummer",
    "mobil",
    "anrufen",
    "ruf",
    "téléphone",
    "portable",
    "appelez",
    "teléfono",
    "telefono",
    "móvil",
    "llamar",
    "llame",
    "celular",
    "telefone",
    "ligue",
    "cellulare",
    "telefoon",
    "bel",
    "ring",
    "тел",
    "телефон",
];
/// Before a payment card's number.
const CARD: [&str; 22] = [
    "card",
    "cards",
    "visa",
    "mastercard",
    "amex",
    "maestro",
    "credit",
    "debit",
    "cc",
    "karte",
    "kreditkarte",
    "kartennummer",
    "carte",
    "bancaire",
    "tarjeta",
    "crédito",
    "carta",
    "cartão",
    "kaart",
    "creditcard",
    "kort",
    "kart",
];
/// Before a social security number.
const SSN: [&str; 4] = ["ssn", "social", "security", "itin"];
/// Before a version.
const VERSION: [&str; 8] = ["v", "version", "ver", "firmware", "build", "release", "update", "ios"];
/// Before a number that is nobody's telephone.
const COUNTED: [&str; 34] = [
    "isbn",
    "ean",
    "sku",
    "build",
    "version",
    "room",
    "flight",
    "bus",
    "page",
    "score",
    "model",
    "zip",
    "postcode",
    "plz",
    "apt",
    "suite",
    "box",
    "rs",
    "usd",
    "eur",
    "gbp",
    "inr",
    "chf",
    "about",
    "over",
    "nearly",
    "almost",
    "lotto",
    "licence",
    "license",
    "passport",
    "patent",
    "serial",
    "population",
];
/// After an amount.
const UNITS: [&str; 48] = [
    "%",
    "€",
    "$",
    "£",
    "¥",
    "°",
    "euro",
    "euros",
    "eur",
    "usd",
    "gbp",
    "dollars",
    "dollar",
    "pounds",
    "kr",
    "sek",
    "nok",
    "dkk",
    "chf",
    "zł",
    "pln",
    "rub",
    "people",
    "customers",
    "followers",
    "users",
    "views",
    "likes",
    "votes",
    "points",
    "units",
    "times",
    "km",
    "miles",
    "metres",
    "meters",
    "m",
    "kg",
    "kwh",
    "mb",
    "gb",
    "rows",
    "records",
    "einwohner",
    "kunden",
    "personnes",
    "personas",
    "years",
];

/// In the words behind a house number.
const STREETS: [&str; 34] = [
    "street",
    "st",
    "avenue",
    "ave",
    "av",
    "road",
    "rd",
    "drive",
    "dr",
    "lane",
    "ln",
    "boulevard",
    "blvd",
    "court",
    "ct",
    "way",
    "place",
    "square",
    "terrace",
    "highway",
    "hwy",
    "parkway",
    "rue",
    "calle",
    "via",
    "rua",
    "avenida",
    "strasse",
    "straße",
    "gate",
    "vej",
    "apt",
    "suite",
    "weg",
];

fn one_of(words: &[String], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
}

/// The words before a number say that it is a telephone's.
pub(super) fn phone_told(seen: &Looked<'_>, at: usize) -> bool {
    let sign = seen.between(at.saturating_sub(3), at).any(|c| matches!(c, '☎' | '☏' | '📞' | '📱' | '📲' | '✆' | '℡'));
    sign || one_of(&seen.words_before(at, 4), &PHONE)
        || ends_with(seen, at, &["wa.me/", "电话", "手机", "電話", "전화", "电话号码", "電話番号", "전화번호"])
}

/// The words before a number say that it is a card's.
pub(super) fn card_told(seen: &Looked<'_>, at: usize) -> bool {
    one_of(&seen.words_before(at, 5), &CARD) || ends_with(seen, at, &["卡号", "信用卡", "カード番号", "카드번호"])
}

/// The words before a number say that it is a social security number.
pub(super) fn ssn_told(seen: &Looked<'_>, at: usize) -> bool {
    one_of(&seen.words_before(at, 4), &SSN)
}

/// The word before a number says that it is a version.
pub(super) fn version_told(seen: &Looked<'_>, at: usize) -> bool {
    one_of(&seen.words_before(at, 2), &VERSION)
}

/// The words around a number say that it counts or names a thing.
pub(super) fn counted(seen: &Looked<'_>, from: usize, to: usize) -> bool {
    let sign = |c: char| matches!(c, '$' | '€' | '£' | '¥' | '₹' | '₽' | '₩' | '#' | '~' | '≈' | '=');
    let before = seen.before(from);
    sign(before)
        || before == ' ' && sign(seen.second_before(from))
        || one_of(&seen.words_before(from, 1), &COUNTED)
        || UNITS.contains(&seen.word_after(to).as_str())
}

/// A street stands behind a number, in the same line: it is of a house.
pub(super) fn houses(seen: &Looked<'_>, to: usize) -> bool {
    let line: String = seen.between(to, seen.all.len().min(to + 45)).take_while(|c| *c != '\n').collect();
    let words = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(5);
    line.starts_with(' ') && words.map(str::to_lowercase).any(|word| STREETS.contains(&word.as_str()))
}

/// Scripts without spaces put such words right before the number, or with a colon between.
fn ends_with(seen: &Looked<'_>, at: usize, words: &[&str]) -> bool {
    let near: String =
        seen.between(at.saturating_sub(8), at).filter(|c| !matches!(c, ' ' | ':' | '是' | 'は')).collect();
    words.iter().any(|word| near.ends_with(word))
}

/// By glyph: part of a link, or of a handle. A link that stands for a telephone is none.
pub(super) fn links(seen: &Looked<'_>) -> Vec<bool> {
    let mut within = vec![false; seen.all.len()];
    let mut start = 0;
    for piece in seen.all.split(|g| g.c.is_whitespace()) {
        let end = start + piece.len();
        if is_link(piece.iter().map(|g| g.c))
            && let Some(within) = within.get_mut(start..end)
        {
            within.fill(true);
        }
        start = end + 1;
    }
    within
}

fn is_link(chars: impl Iterator<Item = char>) -> bool {
    // What makes a link stands near its beginning.
    let head: String = chars.take(300).flat_map(char::to_lowercase).collect();
    if head.contains("tel:") || head.contains("wa.me/") || head.contains("sms:") {
        return false;
    }
    let bare = head.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@' && c != '#');
    let domain = || {
        let Some((host, _)) = bare.split_once('/') else { return false };
        host.rsplit_once('.').is_some_and(|(name, tld)| {
            !name.is_empty() && tld.chars().count() >= 2 && tld.chars().all(|c| c.is_ascii_alphabetic())
        })
    };
    head.contains("://")
        || bare.starts_with("www.")
        || bare.starts_with(['@', '#']) && bare.contains(char::is_alphabetic)
        || domain()
}
