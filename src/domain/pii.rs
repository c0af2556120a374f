//! Personal data that must not be said in public: found by shape and check digits, without knowing anybody.
//!
//! Years, prices, times, versions and short numbers are left alone: a warning that is always there is read by nobody.

/// What sort of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PiiKind {
    /// A payment card: 13 to 19 digits with a valid Luhn check digit.
    Card,
    /// An account: an IBAN with valid check digits (ISO 13616, mod 97).
    Iban,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// An order or tracking number.
    Order,
}

impl PiiKind {
    /// In words, with its article.
    pub fn words(self) -> &'static str {
        match self {
            PiiKind::Card => "a card number",
            PiiKind::Iban => "a bank account number",
            PiiKind::Email => "an e-mail address",
            PiiKind::Phone => "a phone number",
            PiiKind::Order => "an order or tracking number",
        }
    }
}

/// Something that looks like personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PiiHit {
    /// What sort.
    pub kind: PiiKind,
    /// The text that looks so.
    pub text: String,
}

/// Words after which a number is an order or a parcel.
const ORDER_WORDS: [&str; 24] = [
    "order",
    "orders",
    "tracking",
    "parcel",
    "shipment",
    "invoice",
    "reference",
    "ref",
    "booking",
    "customer",
    "account",
    "bestellung",
    "bestellnummer",
    "sendung",
    "sendungsnummer",
    "rechnung",
    "kundennummer",
    "commande",
    "colis",
    "suivi",
    "pedido",
    "envío",
    "factura",
    "ordine",
];
/// Words that may stand between such a word and its number.
const FILLERS: [&str; 14] =
    ["number", "no", "nr", "num", "id", "code", "is", "was", "your", "the", "#", "n°", "nummer", "numéro"];

/// The most words that a card or phone number is spread over.
const RUN: usize = 12;

/// Finds personal data in a text, in the order of the text.
pub fn find(text: &str) -> Vec<PiiHit> {
    let folded = plain_digits(text);
    let words: Vec<&str> = folded.split_whitespace().collect();
    let mut hits: Vec<(usize, PiiHit)> = Vec::new();
    for (i, word) in words.iter().enumerate() {
        if let Some(email) = email(word) {
            hits.push((i, PiiHit { kind: PiiKind::Email, text: email }));
        }
    }
    for (i, text) in ibans(&words) {
        hits.push((i, PiiHit { kind: PiiKind::Iban, text }));
    }
    numbers(&words, &mut hits);
    orders(&words, &mut hits);
    hits.sort_by_key(|(i, hit)| (*i, hit.kind));
    let mut found: Vec<PiiHit> = Vec::new();
    for (_, hit) in hits {
        if !found.iter().any(|f| f.text.contains(&hit.text)) {
            found.push(hit);
        }
    }
    found
}

/// Digits of other forms (full-width, Arabic-Indic, …) as ASCII digits, invisible characters left out: a card number
/// is one however it is written.
fn plain_digits(text: &str) -> String {
    const ZEROS: [u32; 5] = [0xFF10, 0x0660, 0x06F0, 0x0966, 0x09E6];
    let mut plain = String::with_capacity(text.len());
    let mut after_letter = false;
    for c in text.chars() {
        if matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}') {
            continue;
        }
        let code = u32::from(c);
        let digit = ZEROS.iter().find_map(|zero| code.checked_sub(*zero).filter(|d| *d < 10));
        plain.push(match (digit.and_then(|d| char::from_digit(d, 10)), c) {
            (Some(digit), _) => digit,
            (None, '\u{2010}'..='\u{2015}' | '\u{2212}') => '-',
            (None, '＠') => '@',
            // "card:4242" is a word and a number; "14:05" is a time.
            (None, ':' | '=') if after_letter => ' ',
            _ => c,
        });
        after_letter = c.is_alphabetic();
    }
    plain
}

fn is_edge(c: char) -> bool {
    !c.is_alphanumeric() && c != '+'
}

/// `name@host.tld` inside a word; a handle (`@name`, `@name@host`) is none.
fn email(word: &str) -> Option<String> {
    let word = word.trim_matches(is_edge_of_email);
    let word = word.strip_prefix("mailto:").unwrap_or(word);
    let (name, host) = word.rsplit_once('@')?;
    let name = name.rsplit([':', '(', '<', '"', ',', ';', '=', '/']).next().unwrap_or(name);
    let host: String = host.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '-')).collect();
    let host = host.trim_end_matches(['.', '-']);
    let (label, tld) = host.rsplit_once('.')?;
    let named = !name.is_empty() && !name.contains('@') && name.chars().any(char::is_alphanumeric);
    let hosted = !label.is_empty() && tld.chars().count() >= 2 && tld.chars().all(char::is_alphabetic);
    (named && hosted).then(|| format!("{name}@{host}"))
}

fn is_edge_of_email(c: char) -> bool {
    !c.is_alphanumeric() && c != '@'
}

/// IBANs, written together or in groups of four.
fn ibans(words: &[&str]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for start in 0..words.len() {
        let head = words.get(start).map_or("", |w| w.trim_matches(is_edge));
        let mut begin = head.chars();
        let country = begin.by_ref().take(2).all(|c| c.is_ascii_alphabetic()) && head.chars().count() >= 4;
        if !country || !begin.take(2).all(|c| c.is_ascii_digit()) {
            continue;
        }
        let (mut joined, mut best) = (String::new(), None);
        for word in words.iter().skip(start).take(9) {
            joined.extend(word.chars().filter(char::is_ascii_alphanumeric));
            if (15..=34).contains(&joined.len()) && iban_valid(&joined) {
                best = Some(joined.clone());
            }
            if joined.len() > 34 || word.ends_with([',', ';', '.']) {
                break;
            }
        }
        found.extend(best.map(|iban| (start, iban)));
    }
    found
}

fn iban_valid(iban: &str) -> bool {
    let moved = iban.chars().skip(4).chain(iban.chars().take(4));
    let mut rest = 0_u32;
    for c in moved {
        let Some(value) = c.to_digit(36) else { return false };
        rest = if value < 10 { (rest * 10 + value) % 97 } else { (rest * 100 + value) % 97 };
    }
    rest == 1
}

/// Runs of digits with the separators that people put into card and phone numbers.
fn numbers(words: &[&str], hits: &mut Vec<(usize, PiiHit)>) {
    let mut i = 0;
    while i < words.len() {
        let run = run_of_digits(words, i);
        let card = (1..=run.len()).rev().filter_map(|n| run.get(..n)).find(|part| is_card(part));
        let before = i.checked_sub(1).and_then(|p| words.get(p)).copied();
        let found = match card {
            Some(card) => Some((PiiKind::Card, card)),
            None => is_phone(&run, before).then_some((PiiKind::Phone, run.as_slice())),
        };
        match found {
            Some((kind, part)) => {
                hits.push((i, PiiHit { kind, text: part.join(" ") }));
                i += part.len();
            }
            None => i += 1,
        }
    }
}

/// The words from `start` on that are digits and separators only, up to the end of the clause.
fn run_of_digits<'a>(words: &[&'a str], start: usize) -> Vec<&'a str> {
    let mut run = Vec::new();
    for word in words.iter().skip(start).take(RUN) {
        let bare = word.trim_matches(|c: char| !c.is_ascii_digit() && !matches!(c, '+' | '('));
        let numeric = !bare.is_empty()
            && bare.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | '(' | ')' | '+' | '/'));
        let whole =
            word.trim_end_matches([',', ';', ':', '!', '?', '.', ')', '"', '\'']).trim_start_matches(['(', '"', '\'']);
        if !numeric || whole.trim_matches(['(', ')']) != bare.trim_matches(['(', ')']) {
            break;
        }
        run.push(bare);
        if word.ends_with([',', ';', ':', '!', '?', '.']) {
            break;
        }
    }
    run
}

fn is_card(run: &[&str]) -> bool {
    let digits: Vec<u32> = run.iter().flat_map(|w| w.chars()).filter_map(|c| c.to_digit(10)).collect();
    (13..=19).contains(&digits.len()) && luhn(&digits) && !run.first().is_some_and(|w| w.starts_with('+'))
}

fn is_phone(run: &[&str], before: Option<&str>) -> bool {
    let joined = run.join(" ");
    let digits: Vec<u32> = joined.chars().filter_map(|c| c.to_digit(10)).collect();
    let international = joined.starts_with('+') || joined.starts_with("(+") || joined.starts_with("00");
    if international {
        return (8..=15).contains(&digits.len());
    }
    if run.iter().any(|w| is_date(w)) {
        return false;
    }
    let told = before.is_some_and(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        ["call", "phone", "tel", "mobile", "cell", "text", "whatsapp", "telefon", "ring", "fax"]
            .contains(&word.as_str())
    });
    let local = (digits.first() == Some(&0) || joined.starts_with('(')) && (9..=12).contains(&digits.len());
    let groups = joined.split([' ', '-', '.', '/', '(', ')']).filter(|g| !g.is_empty()).count();
    let american = digits.len() == 10 && groups == 3 && !joined.contains('.')
        || digits.len() == 10 && groups == 3 && joined.split('.').map(str::len).eq([3, 3, 4]);
    local || american || told && (7..=15).contains(&digits.len())
}

/// `2026-11-22`, `22.11.2026`, `1/2/2026`: three numbers, one of which is a year.
fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['-', '.', '/']).collect();
    let year = |p: &&str| p.len() == 4 && (p.starts_with("19") || p.starts_with("20"));
    parts.len() == 3 && parts.iter().filter(|p| year(p)).count() == 1 && parts.iter().all(|p| p.len() <= 2 || year(p))
}

/// The check digit of payment cards.
fn luhn(digits: &[u32]) -> bool {
    let sum: u32 =
        digits.iter().rev().enumerate().map(|(i, d)| if i % 2 == 0 { *d } else { d * 2 / 10 + d * 2 % 10 }).sum();
    sum.is_multiple_of(10) && digits.iter().any(|d| *d != 0)
}

/// A number after a word such as "order", and the shape of international parcel numbers (UPU S10, UPS).
fn orders(words: &[&str], hits: &mut Vec<(usize, PiiHit)>) {
    let mut near: Option<usize> = None;
    for (i, word) in words.iter().enumerate() {
        let bare = word.trim_matches(is_edge);
        let (head, tail) = bare.split_once(['#', ':']).unwrap_or((bare, ""));
        let lower = head.to_lowercase();
        let token = if ORDER_WORDS.contains(&lower.as_str()) && !tail.is_empty() {
            near = Some(i);
            tail
        } else {
            bare
        };
        let code = token.trim_matches(is_edge);
        if parcel(code) || near.is_some() && order_like(code) {
            hits.push((i, PiiHit { kind: PiiKind::Order, text: code.to_owned() }));
        }
        if ORDER_WORDS.contains(&lower.as_str()) {
            near = Some(i);
        } else if !(bare.is_empty() || FILLERS.contains(&lower.as_str())) {
            near = None;
        }
        if word.ends_with(['.', '!', '?']) && !["no.", "nr.", "ref."].contains(&word.to_lowercase().as_str()) {
            near = None;
        }
    }
}

/// At least five digits, or a code with four or more digits and letters, no price, date or time.
fn order_like(code: &str) -> bool {
    let digits = code.chars().filter(char::is_ascii_digit).count();
    let letters = code.chars().filter(char::is_ascii_alphabetic).count();
    let shaped = code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '_'));
    shaped && !is_date(code) && (digits >= 5 || digits >= 4 && (1..=8).contains(&letters))
}

fn parcel(code: &str) -> bool {
    let ascii = code.is_ascii();
    let letters = |skip: usize, n: usize| code.chars().skip(skip).take(n).all(|c| c.is_ascii_uppercase());
    let s10 = code.len() == 13 && letters(0, 2) && letters(11, 2);
    let s10 = s10 && code.chars().skip(2).take(9).all(|c| c.is_ascii_digit());
    let ups = code.len() == 18 && code.starts_with("1Z") && code.chars().all(|c| c.is_ascii_alphanumeric());
    ascii && (s10 || ups)
}
