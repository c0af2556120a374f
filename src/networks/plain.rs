//! From other people's HTML and bytes to plain text that is safe to keep.

/// Named character references that occur in feeds and comments, besides those of Latin-1.
const NAMED: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("OElig", "Œ"),
    ("oelig", "œ"),
    ("Scaron", "Š"),
    ("scaron", "š"),
    ("Yuml", "Ÿ"),
    ("circ", "ˆ"),
    ("tilde", "˜"),
    ("ensp", " "),
    ("emsp", " "),
    ("thinsp", " "),
    ("zwnj", "\u{200c}"),
    ("zwj", "\u{200d}"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("sbquo", "‚"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("bdquo", "„"),
    ("dagger", "†"),
    ("Dagger", "‡"),
    ("bull", "•"),
    ("hellip", "…"),
    ("permil", "‰"),
    ("prime", "′"),
    ("Prime", "″"),
    ("lsaquo", "‹"),
    ("rsaquo", "›"),
    ("euro", "€"),
    ("trade", "™"),
    ("larr", "←"),
    ("uarr", "↑"),
    ("rarr", "→"),
    ("darr", "↓"),
    ("minus", "−"),
    ("infin", "∞"),
    ("ne", "≠"),
    ("le", "≤"),
    ("ge", "≥"),
    ("hearts", "♥"),
    ("check", "✓"),
];

/// The named references of U+00A0 to U+00FF, in order.
const LATIN1: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 \
    sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring \
    AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash \
    Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc \
    euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute \
    thorn yuml";

/// Elements whose content is never text.
const HIDDEN: &[&str] = &["script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head"];
/// Elements that end a paragraph.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "section",
    "article",
    "header",
    "footer",
    "aside",
    "blockquote",
    "pre",
    "ul",
    "ol",
    "dl",
    "table",
    "figure",
    "figcaption",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
];
/// Elements that end a line.
const LINES: &[&str] = &["br", "li", "tr", "dt", "dd", "option"];

/// HTML to plain text: tags, comments, scripts and styles go, character references become characters, paragraphs
/// become blank lines. Anything that is not markup stays, such as `1 < 2`.
pub fn from_html(html: &str) -> String {
    let mut out = String::with_capacity(html.len().min(1 << 16));
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tail) = rest.split_at(at);
        out.push_str(&decode(text));
        rest = if let Some(after) = skip_markup(tail, &mut out) {
            after
        } else {
            out.push('<');
            tail.strip_prefix('<').unwrap_or_default()
        };
    }
    out.push_str(&decode(rest));
    tidy(&out)
}

/// Text with character references but no tags: titles of feeds that call themselves plain.
pub fn from_text(text: &str) -> String {
    tidy(&decode(text))
}

/// What follows the markup at the start of `tail` (which begins with `<`); `None` if it is not markup.
fn skip_markup<'a>(tail: &'a str, out: &mut String) -> Option<&'a str> {
    if let Some(comment) = tail.strip_prefix("<!--") {
        return Some(comment.split_once("-->").map_or("", |(_, after)| after));
    }
    if let Some(raw) = tail.strip_prefix("<![CDATA[") {
        let (inside, after) = raw.split_once("]]>").unwrap_or((raw, ""));
        out.push_str(inside);
        return Some(after);
    }
    let inner = tail.strip_prefix('<')?;
    let closing = inner.starts_with('/');
    let name_from = inner.strip_prefix('/').unwrap_or(inner);
    let first = name_from.chars().next()?;
    if !(first.is_ascii_alphabetic() || (!closing && (first == '!' || first == '?'))) {
        return None;
    }
    let after = after_tag(inner)?;
    let name: String =
        name_from.chars().take_while(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).take(16).collect();
    if BLOCKS.contains(&name.as_str()) {
        out.push_str("\n\n");
    } else if LINES.contains(&name.as_str()) {
        out.push('\n');
    } else if matches!(name.as_str(), "td" | "th") {
        out.push(' ');
    }
    let self_closed = inner.strip_suffix(after).is_some_and(|tag| tag.ends_with("/>"));
    if !closing && !self_closed && HIDDEN.contains(&name.as_str()) {
        return Some(after_end_of(after, &name));
    }
    Some(after)
}

/// What follows the `>` that ends a tag; a `>` inside quotes does not. `None` if it is no tag: another `<` comes first,
/// or it never ends. Looking no further than the next `<` also keeps hostile text from taking quadratic time.
fn after_tag(inner: &str) -> Option<&str> {
    let mut quote = None;
    for (at, c) in inner.char_indices() {
        match (quote, c) {
            (None, '>') => return inner.get(at + 1..),
            (None, '<') => return None,
            (None, '"' | '\'') if inner.get(..at).is_some_and(|b| b.trim_end().ends_with('=')) => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    // A quote that never closes: take the next `>` instead of losing the rest of the text.
    inner.split_once('>').map(|(_, after)| after)
}

/// What follows `</name …>`; nothing if it never comes.
fn after_end_of<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, tail)) = rest.split_once("</") {
        if tail.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name)) {
            return tail.split_once('>').map_or("", |(_, after)| after);
        }
        rest = tail;
    }
    ""
}

/// Character references to characters; what is none stays as it is.
fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('&') {
        out.push_str(before);
        let name: String = tail.chars().take(32).take_while(|c| *c == '#' || c.is_ascii_alphanumeric()).collect();
        let after = tail.get(name.len()..).unwrap_or_default();
        match reference(&name) {
            Some(decoded) if after.starts_with(';') => {
                out.push_str(&decoded);
                rest = after.strip_prefix(';').unwrap_or(after);
            }
            _ => {
                out.push('&');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(String::from);
    }
    if let Some((_, text)) = NAMED.iter().find(|(n, _)| *n == name) {
        return Some((*text).to_owned());
    }
    let at = LATIN1.split_ascii_whitespace().position(|n| n == name)?;
    char::from_u32(0xA0 + u32::try_from(at).ok()?).map(String::from)
}

/// Runs of blanks become one, more than one empty line becomes one, control characters go.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank_lines = 0;
    for line in text.lines() {
        let words = clean(line).split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            blank_lines += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank_lines > 0 { "\n\n" } else { "\n" });
        }
        blank_lines = 0;
        out.push_str(&words);
    }
    out
}

/// Without control characters, except line feeds; tabs become blanks. Characters that turn the direction of everything
/// after them go too: they forge what a reader sees.
pub fn clean(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter_map(|c| match c {
            '\n' | '\r' => Some('\n'),
            '\t' => Some(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => None,
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

/// At most `limit` characters, with an ellipsis if some were cut.
pub fn clip(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some(_) => text.chars().take(limit.saturating_sub(1)).chain(std::iter::once('…')).collect(),
    }
}

/// The first line with something in it, cleaned and clipped: what may be quoted in a sentence.
pub fn first_line(text: &str, limit: usize) -> String {
    let text = clean(text);
    clip(text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default(), limit)
}

#[cfg(test)]
mod tests {
    use super::{clean, clip, from_html, from_text};

    #[test]
    fn html_becomes_what_a_reader_sees() {
        assert_eq!(from_html("<p>Caf&eacute; &amp; bar</p><p>1 < 2 &hellip;</p>"), "Café & bar\n\n1 < 2 …");
        assert_eq!(from_html("a<br>b<br/>c<!-- x --><script>alert('<b>')</script>d"), "a\nb\ncd");
        assert_eq!(from_html("<a title=\"a > b\" href='x'>link</a> I <3 it"), "link I <3 it");
        assert_eq!(from_html("<STYLE>p{}</STYLE>x<style>never closed"), "x");
        assert_eq!(from_html("&#128512; &#x1F600; &#xD800; &unknown; &"), "😀 😀 &#xD800; &unknown; &");
        assert_eq!(from_html("it <b"), "it <b");
    }

    #[test]
    fn text_keeps_what_only_looks_like_markup() {
        assert_eq!(from_text("<b> isn&#8217;t  bold"), "<b> isn’t bold");
    }

    #[test]
    fn control_characters_go() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\r\nd\te\u{0}"), "a[31mbc\nd e");
        assert_eq!(clip("añb", 3), "añb");
        assert_eq!(clip("añbc", 3), "añ…");
    }
}
