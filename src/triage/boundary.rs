//! Where a name may begin and end inside a text.

/// What must hold at the two ends of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// A whole word or phrase.
    Word,
    /// A whole hashtag.
    Tag,
    /// A whole handle, together with its `@`.
    Handle,
    /// A whole handle without its `@`, where an `@` or the address of a profile page stands before it.
    Account,
    /// A whole last part of a profile's address, such as `x.com/acme`.
    Profile,
    /// A whole domain, possibly under a subdomain.
    Domain,
}

impl Edge {
    /// Whether a match may stand at `start..end` of `text`. Costs nothing that grows with the text.
    pub fn fits(self, text: &str, start: usize, end: usize) -> bool {
        let (Some(before), Some(found), Some(after)) = (text.get(..start), text.get(start..end), text.get(end..))
        else {
            return false;
        };
        match self {
            Edge::Word => word_begins(before, found) && word_ends(found, after),
            Edge::Tag => {
                !before.ends_with(|c| glued(c) || matches!(c, '/' | '&' | '#' | '=')) && word_ends_strictly(after)
            }
            Edge::Handle => handle_begins(before) && name_ends(after),
            Edge::Account => has_account_before(before, found) && name_ends(after),
            Edge::Profile | Edge::Domain => site_begins(before) && name_ends(after),
        }
    }
}

/// Where a plain handle is the end of a profile's address. Sites with `/@acme` need no entry: the handle itself is there.
const PROFILES: [&str; 11] = [
    "x.com/",
    "twitter.com/",
    "instagram.com/",
    "facebook.com/",
    "fb.com/",
    "youtube.com/c/",
    "linkedin.com/company/",
    "linkedin.com/in/",
    "reddit.com/user/",
    "u/",
    "t.me/",
];

/// The same for handles that are domains.
const DOMAIN_PROFILES: &str = "bsky.app/profile/";

fn handle_begins(before: &str) -> bool {
    !before.ends_with(|c| glued(c) || c == '@')
}

fn site_begins(before: &str) -> bool {
    !before.ends_with(|c| glued(c) || c == '-')
}

fn has_account_before(before: &str, found: &str) -> bool {
    if let Some(before) = before.strip_suffix('@') {
        return handle_begins(before);
    }
    let of_domains = Some(DOMAIN_PROFILES).filter(|_| found.contains('.'));
    let sites = || PROFILES.into_iter().chain(of_domains);
    before.ends_with('/') && sites().any(|site| before.strip_suffix(site).is_some_and(site_begins))
}

/// What words are made of where words have spaces between them, and what no name begins or ends beside: a letter or
/// digit. Between two of them there never is a boundary.
pub(super) fn is_part(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { !is_unspaced(c) && c.is_alphanumeric() }
}

/// Part of a word: a letter, a digit or an underscore.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Letters of scripts that put no space between words, or that glue particles to names (Korean): next to them, and
/// between them, a word may begin or end anywhere.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1100}'..='\u{11FF}' | '\u{1780}'..='\u{17FF}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{3100}'..='\u{318F}' | '\u{31A0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FFDC}' | '\u{20000}'..='\u{3FFFF}')
}

/// A character that would make the name beside it only a part of a longer one.
fn glued(c: char) -> bool {
    is_word(c) && !is_unspaced(c)
}

/// `_Acme_` is emphasis and `my_acme` is one word: underscores separate unless they join two words.
fn joins<'t>(mut outward: impl Iterator<Item = char> + 't) -> bool {
    match outward.next() {
        Some('_') => outward.take(MAX_UNDERSCORES).find(|c| *c != '_').is_some_and(glued),
        Some(c) => glued(c),
        None => false,
    }
}

/// A longer run of underscores is a ruled line, and looking further would make nasty text slow.
const MAX_UNDERSCORES: usize = 8;

fn word_begins(before: &str, found: &str) -> bool {
    found.starts_with(is_unspaced) || !joins(before.chars().rev())
}

/// A term that ends in punctuation ends there by itself: `C++` in `C++11`, `Yahoo!` in `Yahoo!!!`.
fn word_ends(found: &str, after: &str) -> bool {
    !found.ends_with(is_word) || found.ends_with(is_unspaced) || !joins(after.chars())
}

fn word_ends_strictly(after: &str) -> bool {
    !after.starts_with(glued)
}

/// Handles and domains go on over `.`, `-` and `@` if a letter or digit follows: `@acme.example`, `acme.com.evil.example`.
fn name_ends(after: &str) -> bool {
    let mut rest = after.chars();
    match rest.next() {
        Some('.' | '-' | '@') => !rest.next().is_some_and(glued),
        Some(c) => !glued(c),
        None => true,
    }
}
