//! `[privacy]`: where personal data is masked, and the workspace's own order and tracking numbers.

use super::known::Known;
use super::reader::Section;
use super::schema::{self, Key, Table};
use crate::domain::pii::{Pattern, Patterns};
use crate::domain::{Masked, Place, Privacy};

const MASK: Key = Key::optional("mask", "channels such as [\"console:support\"], or \"all\"");
const PATTERNS: Key = Key::optional("pattern", "tables [[privacy.pattern]]");

/// Personal data.
pub const TABLE: Table = Table { title: "[privacy]", keys: &[&MASK, &PATTERNS] };

const NAME: Key = Key::required("name", "what it is, such as \"order number\"");
const PATTERN: Key = Key::required("pattern", "a pattern such as 'AC-\\d{6}'");

/// One pattern.
pub const PATTERN_TABLE: Table = Table { title: "[[privacy.pattern]]", keys: &[&NAME, &PATTERN] };

/// More patterns are looked for at every post and every reply: somebody pasted a list of numbers.
const MOST: usize = 50;
/// The longest name, in characters.
const LONGEST: usize = 40;

pub(super) fn read(root: &Section<'_>, known: &Known) -> Privacy {
    let section = root.table(&schema::PRIVACY, &TABLE);
    // `None` stands for all of them.
    let places: Vec<Option<Place>> =
        section.list(&MASK, |typed| if typed == "all" { Ok(None) } else { known.place(typed).map(Some) });
    if places.len() > 1 && places.contains(&None) {
        section.problem(&MASK, "names \"all\" and channels besides; write \"all\" alone, or the channels");
    }
    let everywhere = places.contains(&None);
    let masked = if everywhere { Masked::Everywhere } else { Masked::In(places.into_iter().flatten().collect()) };
    Privacy { masked, patterns: patterns(&section) }
}

fn patterns(section: &Section<'_>) -> Patterns {
    let mut found: Vec<Pattern> = Vec::new();
    for (i, each) in section.tables(&PATTERNS).into_iter().enumerate() {
        each.refuse_unknown(&PATTERN_TABLE);
        if i == MOST {
            each.wrong(format!("is one too many; keep to {MOST} by writing several as one: 'AC-\\d{{6}}|AX\\d{{8}}'"));
        }
        let name = each.optional(&NAME, name);
        let pattern = each.optional(&PATTERN, |typed| Pattern::new(name.as_deref().unwrap_or_default(), typed));
        if let (Some(name), Some(pattern)) = (name, pattern) {
            if found.iter().any(|other| other.name() == name) {
                each.problem(
                    &NAME,
                    format!("there is another pattern {name:?}; write both as one: 'AC-\\d{{6}}|AX\\d{{8}}'"),
                );
            }
            found.push(pattern);
        }
    }
    found.into_iter().collect()
}

/// It is read in refusals and stands in brackets where something is masked.
fn name(typed: &str) -> Result<String, String> {
    let plain = typed.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\''));
    if typed.trim() != typed || typed.is_empty() || !plain || typed.chars().count() > LONGEST {
        return Err(format!("{typed:?} is no name for it; write a few words of letters, such as \"order number\""));
    }
    Ok(typed.to_owned())
}
