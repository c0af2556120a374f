//! `{author}`-style variables in saved replies and thank-yous.

/// The variables that can be filled, in the order of the help.
pub const VARIABLES: [&str; 4] = ["author", "handle", "brand", "staff"];

/// Fills variables once, from left to right: what is filled in is never looked at again, so an author called
/// `{staff}` stays one. A variable without a value stays as it is, and blocks sending.
pub fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) if is_name(name) => {
                out.push_str(&value(name).unwrap_or_else(|| format!("{{{name}}}")));
                rest = tail;
            }
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The first `{placeholder}` that is still in a text, with its braces.
pub fn unfilled(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        if let Some((name, _)) = after.split_once('}')
            && is_name(name)
        {
            return Some(format!("{{{name}}}"));
        }
        rest = after;
    }
    None
}

fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(char::is_alphabetic)
        && name.chars().count() <= 32
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.'))
}
