//! What a feed needs before the parser sees it: one charset, bounded nesting, and none of the few texts on which
//! feed-rs 3.0.0 panics.
//!
//! Known panics of feed-rs 3.0.0 that hostile, and sometimes plain, feeds reach: an e-mail address in an author's name
//! next to a character of more than one byte (slices in the middle of it), `itunes:duration`, `media:text` and
//! `media:thumbnail` times that do not fit into 64 bits, and a stack that runs out on nested `media:group`.

use encoding_rs::{Encoding, UTF_8};

/// Elements inside elements; real feeds stay below 20.
const DEEPEST: usize = 200;
/// Bytes of one tag with its attributes: more of them take quadratic time.
const LONGEST_TAG: usize = 64 * 1024;

/// The document as text: by its byte order mark, else by the charset of the Content-Type, else by the XML declaration,
/// else UTF-8 (RFC 7303, section 3).
pub fn to_text(bytes: &[u8], content_type: Option<&str>) -> String {
    let labelled = Encoding::for_bom(bytes)
        .map(|(encoding, _)| encoding)
        .or_else(|| content_type.and_then(charset).and_then(|label| Encoding::for_label(label.as_bytes())))
        .or_else(|| declared(bytes))
        .unwrap_or(UTF_8);
    let (text, _, _) = labelled.decode(bytes);
    text.into_owned()
}

/// The charset parameter of a Content-Type.
fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })
}

/// The encoding of the XML declaration, which is ASCII in every charset that matters here except UTF-16.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0, b'<', ..] => return Some(encoding_rs::UTF_16BE),
        [b'<', 0, ..] => return Some(encoding_rs::UTF_16LE),
        _ => {}
    }
    let head: String = bytes.iter().take(256).map(|b| char::from(*b)).collect();
    let declaration = head.trim_start().strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = value.trim_start_matches(quote).split(quote).next()?;
    let found = Encoding::for_label(label.as_bytes())?;
    // The declaration was just read byte by byte: it cannot be UTF-16, whatever it says.
    Some(if found == encoding_rs::UTF_16LE || found == encoding_rs::UTF_16BE { UTF_8 } else { found })
}

/// XML that feed-rs reads without panicking.
///
/// # Errors
/// A sentence, if it is nested deeper or has longer tags than any feed.
pub fn xml(text: &str) -> Result<String, String> {
    let text = text.trim_start();
    // The text is UTF-8 by now: a declaration that says otherwise would be believed.
    let body = match text.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").map_or("", |(_, after)| after),
        None => text,
    };
    let body = spaced(&wide_references(&printable(body)));
    let mut out = String::with_capacity(body.len());
    let mut rest = body.as_str();
    let mut depth = 0usize;
    while let Some(at) = rest.find('<') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let special = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")]
            .iter()
            .find_map(|(open, close)| tail.strip_prefix(open).map(|inner| inner.split_once(close)));
        if let Some(ended) = special {
            let Some((inside, after)) = ended else {
                out.push_str(tail);
                return Ok(out);
            };
            // The parser joins the texts before, in and after these; an address must not gain a neighbour by that.
            out.push(' ');
            if tail.starts_with("<![CDATA[") {
                out.push_str("<![CDATA[");
                out.push_str(inside);
                out.push_str("]]> ");
            }
            rest = after;
            continue;
        }
        let Some(end) = tag_end(tail) else {
            out.push_str(tail);
            return Ok(out);
        };
        let (tag, after) = tail.split_at(end);
        if tag.len() > LONGEST_TAG {
            return Err(format!("it has a tag of {} bytes, which no feed needs", tag.len()));
        }
        if tag.starts_with("</") {
            depth = depth.saturating_sub(1);
        } else if tag.starts_with("<!") {
            out.push(' ');
            rest = after;
            continue;
        } else if !tag.ends_with("/>") {
            depth += 1;
            if depth > DEEPEST {
                return Err(format!("its elements are nested more than {DEEPEST} deep"));
            }
        }
        out.push_str(&harmless(tag));
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// Where a tag ends, after its `>`; a `>` inside quotes does not end it.
fn tag_end(tail: &str) -> Option<usize> {
    let mut quote = None;
    for (at, b) in tail.bytes().enumerate() {
        match (quote, b) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(b),
            (Some(open), b) if open == b => quote = None,
            _ => {}
        }
    }
    None
}

/// A tag without the numbers that feed-rs cannot hold. Nothing of it is shown on a card.
fn harmless(tag: &str) -> String {
    let name: String = tag.chars().skip(1).take_while(|c| !c.is_whitespace() && !matches!(c, '>' | '/')).collect();
    let closing = tag.starts_with("</");
    let name =
        if closing { tag.chars().skip(2).take_while(|c| !c.is_whitespace() && *c != '>').collect() } else { name };
    let local = name.rsplit(':').next().unwrap_or(&name);
    match local {
        "duration" => tag.replacen(&name, "unused", 1),
        "text" | "thumbnail" if !closing => {
            if tag.ends_with("/>") {
                format!("<{name}/>")
            } else {
                format!("<{name}>")
            }
        }
        _ => tag.to_owned(),
    }
}

/// Without the control characters that XML 1.0 forbids and some feeds contain.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect()
}

/// Numeric references to characters that are no markup become those characters: [`spaced`] must see them.
fn wide_references(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once("&#") {
        out.push_str(before);
        let digits = tail.bytes().take(8).take_while(u8::is_ascii_alphanumeric).count();
        let number = tail.get(..digits).unwrap_or_default();
        let decoded = tail.get(digits..).and_then(|t| t.strip_prefix(';')).and_then(|after| {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            let c = char::from_u32(code)?;
            (code > 0x9f || c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '@'))
                .then_some((c, after))
        });
        rest = if let Some((c, after)) = decoded {
            out.push(c);
            after
        } else {
            out.push_str("&#");
            tail
        };
    }
    out.push_str(rest);
    out
}

/// A blank between an e-mail address and a neighbour that is not ASCII.
pub fn spaced(text: &str) -> String {
    let bytes = text.as_bytes();
    let address = |b: &u8| b.is_ascii_alphanumeric() || b"._%+-:<>[]()@&;#".contains(b);
    let mut blanks = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let run = bytes.iter().skip(at).take_while(|b| address(b)).count();
        if run == 0 {
            at += 1;
            continue;
        }
        let end = at + run;
        if bytes.get(at..end).is_some_and(|r| r.iter().skip(1).any(|b| *b == b'@')) {
            if at > 0 && bytes.get(at - 1).is_some_and(|b| !b.is_ascii()) {
                blanks.push(at);
            }
            if bytes.get(end).is_some_and(|b| !b.is_ascii()) {
                blanks.push(end);
            }
        }
        at = end;
    }
    let mut out = String::with_capacity(text.len() + blanks.len());
    let mut from = 0;
    for blank in blanks {
        out.push_str(text.get(from..blank).unwrap_or_default());
        out.push(' ');
        from = blank;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// JSON Feed that feed-rs reads: ids that are numbers become text (JSON Feed 1.1, "id"), and what it insists on is there.
///
/// # Errors
/// A sentence, if it is not JSON.
pub fn json(text: &str) -> Result<String, String> {
    let mut feed: serde_json::Value =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| format!("it is not valid JSON: {e}"))?;
    if let Some(object) = feed.as_object_mut() {
        if !object.get("title").is_some_and(serde_json::Value::is_string) {
            object.insert("title".to_owned(), "".into());
        }
        for key in ["icon", "favicon"] {
            object.remove(key);
        }
    }
    names(&mut feed);
    for item in feed.get_mut("items").and_then(serde_json::Value::as_array_mut).into_iter().flatten() {
        if let Some(object) = item.as_object_mut() {
            for key in ["attachments", "tags", "image", "banner_image"] {
                object.remove(key);
            }
            if let Some(id) = object.get_mut("id").filter(|id| id.is_number()) {
                *id = id.to_string().into();
            }
        }
        names(item);
    }
    Ok(feed.to_string())
}

fn names(of: &mut serde_json::Value) {
    let mend = |author: &mut serde_json::Value| {
        if let Some(name) = author.get_mut("name") {
            *name = name.as_str().map(spaced).into();
        }
    };
    if let Some(author) = of.get_mut("author") {
        mend(author);
    }
    of.get_mut("authors").and_then(serde_json::Value::as_array_mut).into_iter().flatten().for_each(mend);
}
