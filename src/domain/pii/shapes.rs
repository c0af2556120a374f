//! What numbers of a kind look like: which issuers have which cards, which social security numbers are given out.

/// The beginnings of card numbers, with how many digits such cards have, by network (ISO/IEC 7812).
const ISSUED: [(&str, usize, usize); 42] = [
    ("4", 13, 13),
    ("4", 16, 16),
    ("4", 19, 19),
    ("51", 16, 16),
    ("52", 16, 16),
    ("53", 16, 16),
    ("54", 16, 16),
    ("55", 16, 16),
    ("22", 16, 16),
    ("23", 16, 16),
    ("24", 16, 16),
    ("25", 16, 16),
    ("26", 16, 16),
    ("27", 16, 16),
    ("34", 15, 15),
    ("37", 15, 15),
    ("2131", 15, 15),
    ("1800", 15, 15),
    ("35", 16, 19),
    ("300", 14, 19),
    ("301", 14, 19),
    ("302", 14, 19),
    ("303", 14, 19),
    ("304", 14, 19),
    ("305", 14, 19),
    ("309", 14, 19),
    ("36", 14, 19),
    ("38", 14, 19),
    ("39", 14, 19),
    ("60", 12, 19),
    ("62", 16, 19),
    ("63", 12, 19),
    ("64", 16, 19),
    ("65", 16, 19),
    ("67", 12, 19),
    ("50", 12, 19),
    ("56", 12, 19),
    ("57", 12, 19),
    ("58", 12, 19),
    ("0604", 12, 19),
    ("81", 16, 19),
    ("9792", 16, 16),
];

/// Whether digits in groups of such lengths are a card, and how surely. `told`: the words before say so.
pub(super) fn card(digits: &[u32], lens: &[usize], told: bool) -> Option<bool> {
    let count = digits.len();
    let usual = usual(lens);
    if lens.len() == 1 && count == 12 && !told {
        return (luhn(digits) && issued(digits)).then_some(false);
    }
    let grouped = usual || lens.iter().all(|n| (2..=8).contains(n)) && lens.len() <= 7 || lens.iter().all(|n| *n == 1);
    if !grouped {
        return None;
    }
    if luhn(digits) {
        let sixteen = count == 16 && digits.first() != Some(&0);
        return (told || issued(digits) || sixteen).then_some(true);
    }
    // Mistyped, or made up.
    if told && usual && count >= 12 {
        return Some(true);
    }
    (usual && (15..=16).contains(&count) && issued(digits)).then_some(false)
}

/// As cards are printed: together, in fours, or 4-6-5 and 4-6-4.
fn usual(lens: &[usize]) -> bool {
    let fours = lens.len() >= 4
        && lens.split_last().is_some_and(|(last, rest)| rest.iter().all(|n| *n == 4) && (1..=4).contains(last));
    lens.len() == 1 || fours || matches!(lens, [4, 6, 4 | 5])
}

fn issued(digits: &[u32]) -> bool {
    let begins =
        |prefix: &str| prefix.chars().map(|c| c.to_digit(10)).eq(digits.iter().take(prefix.len()).map(|d| Some(*d)));
    ISSUED.iter().any(|(prefix, least, most)| (*least..=*most).contains(&digits.len()) && begins(prefix))
}

/// The check digit of payment cards.
pub(super) fn luhn(digits: &[u32]) -> bool {
    let sum: u32 =
        digits.iter().rev().enumerate().map(|(i, d)| if i % 2 == 0 { *d } else { d * 2 / 10 + d * 2 % 10 }).sum();
    sum.is_multiple_of(10) && digits.iter().any(|d| *d != 0)
}

/// What nine digits are to the United States' authorities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ssn {
    /// A number that the Social Security Administration gives out.
    Given,
    /// A taxpayer's number, for whoever has none of those.
    Tax,
    /// Neither.
    Never,
}

/// Area 000, 666 and 9xx, group 00 and serial 0000 are never given out.
pub(super) fn ssn(digits: &[u32]) -> Ssn {
    let number = |from: usize, count: usize| digits.iter().skip(from).take(count).fold(0, |n, d| n * 10 + d);
    let (area, group, serial) = (number(0, 3), number(3, 2), number(5, 4));
    if group == 0 || serial == 0 || matches!(area, 0 | 666) || area >= 900 && group < 50 {
        Ssn::Never
    } else if area >= 900 {
        Ssn::Tax
    } else {
        Ssn::Given
    }
}
