//! Order, booking and parcel numbers: what stands behind such a word, and the shapes that carriers and shops use.

use super::glyphs::{Looked, glued};
use super::{Finder, PiiKind};

/// Words after which a number is an order or a parcel.
const ORDER: [&str; 74] = [
    "order",
    "orders",
    "orderid",
    "ordernumber",
    "orderno",
    "tracking",
    "trackingnumber",
    "awb",
    "waybill",
    "consignment",
    "parcel",
    "package",
    "shipment",
    "delivery",
    "invoice",
    "receipt",
    "reference",
    "ref",
    "booking",
    "reservation",
    "confirmation",
    "ticket",
    "case",
    "pnr",
    "locator",
    "customer",
    "account",
    "member",
    "membership",
    "policy",
    "contract",
    "claim",
    "bestellung",
    "bestellnummer",
    "bestellnr",
    "auftrag",
    "auftragsnummer",
    "sendung",
    "sendungsnummer",
    "paket",
    "paketnummer",
    "rechnung",
    "rechnungsnummer",
    "kundennummer",
    "buchung",
    "buchungsnummer",
    "vorgangsnummer",
    "commande",
    "colis",
    "suivi",
    "facture",
    "réservation",
    "dossier",
    "pedido",
    "envío",
    "envio",
    "factura",
    "fatura",
    "reserva",
    "rastreio",
    "seguimiento",
    "ordine",
    "spedizione",
    "fattura",
    "prenotazione",
    "bestelling",
    "bestelnummer",
    "pakket",
    "factuur",
    "beställning",
    "ordernummer",
    "sipariş",
    "заказ",
    "заказа",
];
/// The same in scripts without spaces.
const UNSPACED: [&str; 12] = [
    "订单号",
    "订单",
    "訂單",
    "单号",
    "快递单号",
    "注文番号",
    "注文",
    "伝票番号",
    "追跡番号",
    "予約番号",
    "주문번호",
    "운송장번호",
];
/// Words that may stand between such a word and its number.
const FILLERS: [&str; 30] = [
    "number",
    "no",
    "nr",
    "num",
    "id",
    "code",
    "is",
    "was",
    "your",
    "the",
    "my",
    "n",
    "nº",
    "n°",
    "№",
    "nummer",
    "numéro",
    "número",
    "numero",
    "ref",
    "reference",
    "lautet",
    "ist",
    "est",
    "es",
    "é",
    "with",
    "de",
    "番号",
    "номер",
];
/// Words after which a booking may have few digits: six letters and digits.
const BOOKING: [&str; 9] =
    ["pnr", "locator", "booking", "reservation", "confirmation", "buchung", "réservation", "reserva", "prenotazione"];
/// Abbreviations whose full stop ends no sentence.
const SHORT: [&str; 5] = ["no", "nr", "ref", "num", "id"];

/// A word or a code: letters, digits, and what joins them.
#[derive(Clone, Copy)]
struct Token {
    from: usize,
    to: usize,
    /// A sentence ends behind it.
    ends: bool,
}

fn tokens(seen: &Looked<'_>, links: &[bool]) -> Vec<Token> {
    let joins = |c: char| matches!(c, '-' | '/' | '_' | '°' | 'º');
    let mut all: Vec<Token> = Vec::new();
    let mut i = 0;
    while i < seen.all.len() {
        let c = seen.at(i);
        if !c.is_alphanumeric() && c != '№' || links.get(i) == Some(&true) {
            if matches!(c, '.' | '!' | '?' | '\n' | ',' | ';')
                && let Some(last) = all.last_mut()
                && last.to + 1 >= i
            {
                last.ends = true;
            }
            i += 1;
            continue;
        }
        let from = i;
        let script = glued(c);
        i += 1;
        let goes_on = |c: char| joins(c) || c.is_alphanumeric() && glued(c) == script;
        while i < seen.all.len() && goes_on(seen.at(i)) {
            i += 1;
        }
        let mut to = i;
        while to > from + 1 && !seen.before(to).is_alphanumeric() {
            to -= 1;
        }
        all.push(Token { from, to, ends: false });
    }
    all
}

/// What stands behind a word such as "order".
pub(super) fn find_named(finder: &mut Finder<'_>, links: &[bool]) {
    let all = tokens(&finder.seen, links);
    let mut near: Option<bool> = None;
    let mut skip = 0;
    for (i, token) in all.iter().enumerate() {
        if i < skip {
            continue;
        }
        let seen = &finder.seen;
        let (from, to) = (token.from, token.to);
        let word = if to - from <= 20 { seen.said(from, to).to_lowercase() } else { String::new() };
        if near.is_some() && finder.free(from, to) {
            let code = code_at(seen, &all, i, near == Some(true));
            if let Some((end, used)) = code {
                if plain_before(seen, from) {
                    finder.hit(PiiKind::Order, from, end, true);
                }
                (near, skip) = (None, i + used);
                continue;
            }
        }
        let named = ORDER.contains(&word.as_str()) || UNSPACED.iter().any(|w| word.ends_with(w));
        let filler = FILLERS.contains(&word.as_str());
        if named {
            near = Some(BOOKING.contains(&word.as_str()) || near == Some(true));
        } else if !filler {
            near = None;
        }
        let short = SHORT.contains(&word.as_str()) && seen.at(to) == '.';
        if token.ends && !short {
            near = None;
        }
    }
}

/// No amount, no time, no handle.
fn plain_before(seen: &Looked<'_>, from: usize) -> bool {
    let sign = matches!(seen.before(from), '$' | '€' | '£' | '¥' | '₹' | '@' | '+');
    let tied = matches!(seen.before(from), '.' | ',' | ':') && seen.second_before(from).is_ascii_digit();
    !sign && !tied
}

/// A code that begins with that token: where it ends, and of how many tokens it is.
fn code_at(seen: &Looked<'_>, all: &[Token], i: usize, booking: bool) -> Option<(usize, usize)> {
    let token = all.get(i)?;
    let mut end = token.to;
    let said =
        |token: &Token| if token.to - token.from <= 40 { seen.said(token.from, token.to) } else { String::new() };
    let code = said(token);
    let after = (seen.at(end), seen.at(end + 1));
    if matches!(after, (',' | ':' | '.', '0'..='9')) || matches!(after.0, '%' | '€' | '@') {
        return None;
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let only_digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    // In groups: "1234 5678 9012", never with a year or a small number behind it.
    let mut used = 1;
    if only_digits(&code) && code.len() >= 3 {
        let mut total = code.len();
        while let Some(next) = all.get(i + used).filter(|next| next.from == end + 1 && seen.at(end) == ' ') {
            let more = said(next);
            if !only_digits(&more)
                || more.len() < 3
                || total + more.len() > 34
                || matches!(seen.at(next.to), ':' | ',' | '.') && seen.at(next.to + 1).is_ascii_digit()
            {
                break;
            }
            (end, used, total) = (next.to, used + 1, total + more.len());
        }
        if total >= 5 {
            return Some((end, used));
        }
        return None;
    }
    let count = digits(&code);
    let letters = code.chars().filter(char::is_ascii_alphabetic).count();
    let shaped = code.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '_')) && !is_date(&code);
    let long = shaped && (count >= 5 || count >= 4 && (1..=8).contains(&letters));
    let upper = code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let short = booking && upper && (5..=8).contains(&code.len()) && count >= 1 && letters >= 1;
    (long || short).then_some((end, 1))
}

/// `2026-11-22`, `1/2/2026`: three numbers, one of which is a year.
fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['-', '/']).collect();
    let year = |p: &&str| p.len() == 4 && (p.starts_with("19") || p.starts_with("20"));
    (2..=3).contains(&parts.len()) && parts.iter().any(year) && parts.iter().all(|p| p.len() <= 2 || year(p))
}

/// The shapes that carriers and shops use: UPU S10, UPS, USPS, DHL, Amazon.
pub(super) fn find_shapes(finder: &mut Finder<'_>, links: &[bool]) {
    let mut i = 0;
    while i < finder.seen.all.len() {
        let seen = &finder.seen;
        let begins = seen.at(i).is_ascii_alphanumeric() && !glued(seen.before(i)) && seen.before(i) != '@';
        if !begins || links.get(i) == Some(&true) {
            i += 1;
            continue;
        }
        // Pieces of one code may have blanks between: "RR 123 456 785 GB", "9400 1000 …".
        let (mut code, mut end, mut found) = (String::new(), i, None);
        while code.len() <= 26 {
            let c = seen.at(end);
            if c.is_ascii_alphanumeric() {
                code.push(c);
            } else if !(matches!(c, ' ' | '-') && seen.at(end + 1).is_ascii_alphanumeric()) || end >= seen.all.len() {
                break;
            } else if c == '-' {
                code.push(c);
            }
            end += 1;
            if !glued(seen.at(end))
                && let Some(sure) = shape(&code)
            {
                found = Some((end, sure));
            }
        }
        let start = i;
        while i < finder.seen.all.len() && finder.seen.at(i).is_ascii_alphanumeric() {
            i += 1;
        }
        if let Some((end, sure)) = found
            && finder.hit(PiiKind::Order, start, end, sure)
        {
            i = i.max(end);
        }
    }
}

fn shape(code: &str) -> Option<bool> {
    let digits = |from: usize, count: usize| {
        let mut part = code.chars().skip(from);
        (0..count).all(|_| part.next().is_some_and(|c| c.is_ascii_digit()))
    };
    let upper = |from: usize, count: usize| {
        let mut part = code.chars().skip(from);
        (0..count).all(|_| part.next().is_some_and(|c| c.is_ascii_uppercase()))
    };
    let dash = |at: usize| code.chars().nth(at) == Some('-');
    let some = |yes: bool| yes.then_some(true);
    match code.len() {
        13 if upper(0, 2) && digits(2, 9) && upper(11, 2) => Some(s10(code)),
        15 => some(code.starts_with("TBA") && digits(3, 12)),
        18 if code.starts_with("1Z") || code.starts_with("1z") => some(
            code.chars().all(|c| c.is_ascii_alphanumeric()) && code.chars().filter(char::is_ascii_digit).count() >= 9,
        ),
        19 => some(
            digits(0, 3) && dash(3) && digits(4, 7) && dash(11) && digits(12, 7)
                || code.starts_with('D') && digits(1, 2) && dash(3) && digits(4, 7) && dash(11) && digits(12, 7),
        ),
        20 => some(digits(0, 20) && code.starts_with("003404") || code.starts_with("JJD") && digits(3, 17)),
        18..=24 if code.starts_with("JJD") => some(digits(3, code.len() - 3)),
        22 => some(digits(0, 22) && ["91", "92", "93", "94", "95"].iter().any(|p| code.starts_with(p))),
        _ => None,
    }
}

/// The check digit of the Universal Postal Union.
fn s10(code: &str) -> bool {
    let digits: Vec<u32> = code.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits.iter().zip([8, 6, 4, 2, 3, 5, 9, 7]).map(|(d, weight)| d * weight).sum();
    let check = match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        check => check,
    };
    digits.get(8) == Some(&check)
}
