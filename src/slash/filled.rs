//! Saved texts with their variables filled in for one mention. Names come from outside: they are made harmless first.

use super::{Call, brand_title};
use crate::domain::pii::{self, Patterns};
use crate::domain::{Mention, fill};

/// The longest name that is put into a public text, in characters.
const NAME: usize = 40;

/// Fills `{author}`, `{handle}`, `{brand}` and `{staff}`. Where the author has no usable name, `{author}` goes, with
/// the comma or space before it. Other variables stay, and block sending.
pub fn filled(call: &Call<'_>, m: &Mention, template: &str) -> String {
    let patterns = &call.rules.privacy.patterns;
    let name = public_name(&m.post.author.name, patterns).or_else(|| public_name(&m.post.author.handle, patterns));
    let template = if name.is_none() {
        template.replace(", {author}", "").replace(" {author}", "").replace("{author}, ", "")
    } else {
        template.to_owned()
    };
    let text = fill::fill(&template, |variable| match variable {
        "author" => Some(name.clone().unwrap_or_default()),
        "handle" => {
            let handle = m.post.author.handle.trim();
            let plain = !handle.is_empty() && handle.chars().all(|c| c.is_alphanumeric() || "._-@".contains(c));
            plain.then(|| format!("@{}", handle.trim_start_matches('@')))
        }
        "brand" => Some(brand_title(call, m)),
        "staff" => Some(call.who.name.clone()).filter(|n| !n.trim().is_empty()),
        _ => None,
    });
    if name.is_none() { capital(&text) } else { text }
}

/// With a capital at the beginning, where a name was before.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A name from outside, fit to be said in public: on one line, no ping, no link, no markup, no personal data, not too
/// long. `None` if that leaves nothing.
fn public_name(name: &str, patterns: &Patterns) -> Option<String> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '\'' | '’' | '-' | '.' | '·');
    let kept: String = name.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| plain(*c)).collect();
    let one_line = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let dotted =
        one_line.split(' ').any(|word| word.trim_end_matches('.').split('.').filter(|p| p.len() > 1).count() > 1);
    let linked = dotted || name.contains("://") || name.to_lowercase().contains("www.");
    let harmless = one_line.chars().any(char::is_alphabetic)
        && one_line.chars().count() <= NAME
        && !linked
        && !["everyone", "here", "channel"].contains(&one_line.to_lowercase().as_str())
        && pii::find_with(name, patterns).is_empty();
    harmless.then_some(one_line)
}
