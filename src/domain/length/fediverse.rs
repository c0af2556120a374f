//! As Mastodon counts (its `StatusLengthValidator`): graphemes, a link as a fixed number, of a mention only the name.

use unicode_segmentation::UnicodeSegmentation;

/// The length of a text where each link counts `link` characters.
pub(super) fn count(text: &str, link: usize) -> usize {
    let mut graphemes = 0;
    let mut rest = text;
    let mut before: Option<char> = None;
    let mut plain_from = text;
    let mut plain_bytes = 0;
    let flush = |from: &str, bytes: usize| from.get(..bytes).map_or(0, |plain| plain.graphemes(true).count());
    while let Some(c) = rest.chars().next() {
        let skip = if let Some(bytes) = link_at(rest, before) {
            graphemes += flush(plain_from, plain_bytes) + link;
            bytes
        } else if let Some((counted, bytes)) = mention_at(rest, before) {
            graphemes += flush(plain_from, plain_bytes) + counted;
            bytes
        } else {
            plain_bytes += c.len_utf8();
            before = Some(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            continue;
        };
        before = rest.get(..skip).and_then(|s| s.chars().next_back());
        rest = rest.get(skip..).unwrap_or_default();
        plain_from = rest;
        plain_bytes = 0;
    }
    graphemes + flush(plain_from, plain_bytes)
}

/// The bytes of a link that begins here. A host needs a full stop; what ends a sentence does not belong to a link.
fn link_at(text: &str, before: Option<char>) -> Option<usize> {
    if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '@' | '#' | '$' | '/' | '_')) {
        return None;
    }
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))?;
    let belongs =
        |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"') || (c.is_alphabetic() && c < '\u{2e80}');
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    let mut link = text.get(..end)?;
    loop {
        let trimmed = link.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', ']', '}']);
        let trimmed = match trimmed.strip_suffix(')') {
            Some(open) if trimmed.matches(')').count() > trimmed.matches('(').count() => open,
            _ => trimmed,
        };
        if trimmed.len() == link.len() {
            break;
        }
        link = trimmed;
    }
    let host = link.get(scheme.len()..)?.split(['/', '?', '#']).next()?;
    host.split_once('.').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty()).then_some(link.len())
}

/// A mention that begins here: what it counts, and its bytes. The server after the name counts nothing.
fn mention_at(text: &str, before: Option<char>) -> Option<(usize, usize)> {
    if before.is_some_and(|c| c == '/' || c == '_' || c.is_alphanumeric()) {
        return None;
    }
    let name = text.strip_prefix('@')?;
    let name = run(name, |c| c.is_ascii_alphanumeric() || c == '_')?;
    let server =
        text.get(1 + name.len()..)?.strip_prefix('@').and_then(|s| run(s, |c| c.is_alphanumeric() || c == '_'));
    Some((1 + name.chars().count(), 1 + name.len() + server.map_or(0, |s| 1 + s.len())))
}

/// The longest start of such characters, with full stops and hyphens only between them.
fn run(text: &str, word: impl Fn(char) -> bool) -> Option<&str> {
    let end = text.find(|c| !word(c) && c != '.' && c != '-').unwrap_or(text.len());
    let run = text.get(..end)?.trim_end_matches(['.', '-']);
    run.starts_with(word).then_some(run)
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn links_count_the_same_whatever_their_length() {
        assert_eq!(count("https://example.com", 23), 23);
        assert_eq!(count(&format!("see https://example.com/{}.", "x".repeat(400)), 23), 4 + 23 + 1);
        assert_eq!(count("(https://a.example/b_(c))", 23), 1 + 23 + 1);
        assert_eq!(count("http://localhost:8080/abcdef", 23), 28, "no full stop in the host: counted as it stands");
        assert_eq!(count("xhttps://example.com/", 23), 21);
    }

    #[test]
    fn a_mention_counts_its_name_alone() {
        assert_eq!(count("@bob@very.long.example hi", 23), 4 + 3);
        assert_eq!(count("@bob@very.long.example.", 23), 4 + 1);
        assert_eq!(count("mail bob@example.com", 23), 20);
        assert_eq!(count("@ bob", 23), 5);
    }

    #[test]
    fn a_family_is_one() {
        assert_eq!(count("👨‍👩‍👧 é", 23), 3);
        assert_eq!(count("", 23), 0);
    }
}
