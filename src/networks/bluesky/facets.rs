//! What in a text is a link, a name or a hashtag: Bluesky's servers do not look for it, so whoever writes says it, with the
//! bytes of UTF-8 that it is about (docs.bsky.app/docs/advanced-guides/post-richtext).

use serde_json::{Value, json};
use unicode_segmentation::UnicodeSegmentation;

/// Longest hashtag, in graphemes and in bytes (`app.bsky.richtext.facet#tag`).
const TAG: (usize, usize) = (64, 640);

/// What a piece of the text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Feature {
    /// An address, in full.
    Link(String),
    /// A handle without `@`; whose it is must be asked.
    Mention(String),
    /// A hashtag without `#`.
    Tag(String),
}

/// A piece of the text: its first byte and the one after its last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facet {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) feature: Feature,
}

impl Facet {
    /// As the record has it. `did` is whose a handle is.
    pub(super) fn record(&self, did: Option<&str>) -> Option<Value> {
        let feature = match &self.feature {
            Feature::Link(uri) => json!({ "$type": "app.bsky.richtext.facet#link", "uri": uri }),
            Feature::Tag(tag) => json!({ "$type": "app.bsky.richtext.facet#tag", "tag": tag }),
            Feature::Mention(_) => json!({ "$type": "app.bsky.richtext.facet#mention", "did": did? }),
        };
        Some(json!({ "index": { "byteStart": self.from, "byteEnd": self.to }, "features": [feature] }))
    }
}

/// Everything in a text, from its beginning to its end.
pub(super) fn find(text: &str) -> Vec<Facet> {
    let mut found = Vec::new();
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let (from, bare) = (at, word.trim_end());
        at += word.len();
        let inner = bare.trim_start_matches(['(', '[', '{', '"', '\'', '“', '‘', '«', '<', '¿', '¡']);
        let from = from + (bare.len() - inner.len());
        let cut = unwrapped(inner);
        if let Some(feature) = feature(cut) {
            let length = match &feature {
                Feature::Tag(tag) => tag.len() + cut.chars().next().map_or(1, char::len_utf8),
                Feature::Mention(handle) => handle.len() + 1,
                Feature::Link(_) => cut.len(),
            };
            found.push(Facet { from, to: from + length, feature });
        }
    }
    found
}

/// Without the punctuation that ends a sentence rather than an address; a bracket stays where it has its other half.
fn unwrapped(word: &str) -> &str {
    let mut word = word;
    loop {
        let shorter = word.trim_end_matches(['.', ',', ';', ':', '!', '?', '"', '\'', '”', '’', '»', '>', '…']);
        let closed = [('(', ')'), ('[', ']'), ('{', '}')].into_iter().find_map(|(open, close)| {
            let count = |c| shorter.chars().filter(|x| *x == c).count();
            shorter.strip_suffix(close).filter(|_| count(close) > count(open))
        });
        match closed {
            Some(inner) => word = inner,
            None if shorter.len() < word.len() => word = shorter,
            None => return word,
        }
    }
}

fn feature(word: &str) -> Option<Feature> {
    if let Some(handle) = word.strip_prefix('@') {
        // A genitive ("@acme.example's") ends the handle.
        let end = handle.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.')).unwrap_or(handle.len());
        let handle = handle.get(..end)?.trim_end_matches(['.', '-']);
        return is_domain(handle).then(|| Feature::Mention(handle.to_owned()));
    }
    if let Some(tag) = word.strip_prefix(['#', '＃']) {
        return tag_of(tag).map(|tag| Feature::Tag(tag.to_owned()));
    }
    let lower = word.to_ascii_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        let host = url::Url::parse(word).ok()?.host_str().is_some_and(|host| !host.is_empty());
        return host.then(|| Feature::Link(word.to_owned()));
    }
    // Without a scheme only where nothing else can be meant: "www." in front, or a path behind.
    let (domain, path) = word.split_once('/').map_or((word, None), |(domain, path)| (domain, Some(path)));
    let meant = lower.starts_with("www.") || path.is_some();
    let full = format!("https://{word}");
    (meant && is_domain(domain) && url::Url::parse(&full).is_ok()).then_some(Feature::Link(full))
}

/// A hashtag: not digits alone, and not longer than allowed.
fn tag_of(word: &str) -> Option<&str> {
    let hidden = |c: char| matches!(c, '\u{ad}' | '\u{2060}' | '\u{200a}'..='\u{200d}' | '\u{20e2}');
    let end = word.find(|c: char| hidden(c) || c == '#').unwrap_or(word.len());
    let tag = word.get(..end)?.trim_end_matches(|c: char| c.is_ascii_punctuation());
    let (graphemes, bytes) = TAG;
    let good = !tag.starts_with('\u{fe0f}') && tag.len() <= bytes && tag.graphemes(true).count() <= graphemes;
    (good && tag.chars().any(|c| !c.is_ascii_digit() && !c.is_ascii_punctuation())).then_some(tag)
}

/// Whether it is a domain such as a handle is (atproto.com/specs/handle).
fn is_domain(text: &str) -> bool {
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    let labels: Vec<&str> = text.split('.').collect();
    let last = labels.last().is_some_and(|l| l.len() >= 2 && l.starts_with(|c: char| c.is_ascii_alphabetic()));
    text.len() <= 253 && labels.len() >= 2 && last && labels.iter().all(|l| label(l))
}

#[cfg(test)]
mod tests {
    use super::{Feature, find};

    fn pieces(text: &str) -> Vec<(String, Feature)> {
        find(text)
            .into_iter()
            .map(|f| (text.get(f.from..f.to).expect("whole characters").to_owned(), f.feature))
            .collect()
    }

    #[test]
    fn links_names_and_hashtags_are_found_at_their_bytes() {
        let link = |shown: &str, uri: &str| (shown.to_owned(), Feature::Link(uri.to_owned()));
        let name = |shown: &str, handle: &str| (shown.to_owned(), Feature::Mention(handle.to_owned()));
        let tag = |shown: &str, tag: &str| (shown.to_owned(), Feature::Tag(tag.to_owned()));
        let text = "👩🏽‍🍳 café (@bob.example), see https://acme.example/a_(b)?x=1. #Grüße! or www.acme.example/é…";
        assert_eq!(
            pieces(text),
            [
                name("@bob.example", "bob.example"),
                link("https://acme.example/a_(b)?x=1", "https://acme.example/a_(b)?x=1"),
                tag("#Grüße", "Grüße"),
                link("www.acme.example/é", "https://www.acme.example/é"),
            ]
        );
        assert_eq!(
            pieces("@bob.example's [acme.example/help]"),
            [name("@bob.example", "bob.example"), link("acme.example/help", "https://acme.example/help"),]
        );
        assert_eq!(
            pieces("a\n#1\t#a1 ##x #\u{fe0f} @bob me@bob.example e.g. and/or 24/7 https:// 1.5/2 end.Next"),
            [tag("#a1", "a1")]
        );
        assert_eq!(pieces(&format!("#{}", "ä".repeat(65))), []);
        assert_eq!(pieces("＃日本語。 x"), [tag("＃日本語。", "日本語。")]);
    }
}
