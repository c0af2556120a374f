//! Plain text on its way into Reddit's Markdown: it shows there as it was typed.

/// What is markup anywhere in a line. A backslash before any ASCII punctuation shows that character (`CommonMark`, 2.4);
/// Reddit's older renderer takes it before these too.
const ANYWHERE: &[char] = &['\\', '`', '*', '_', '~', '^', '[', ']', '<', '|'];
/// What is markup at the beginning of a line: headings, lists, rules, quotes.
const BEGINS: &[char] = &['#', '+', '-', '>'];
/// With one of these an address begins.
const SCHEMES: &[&str] = &["https://", "http://"];

/// The same words in Markdown. Addresses stay as they are: Reddit links them, and a backslash would become part of them.
pub(super) fn escape(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().map(str::trim).collect();
    let mut out = String::with_capacity(text.len() + 16);
    for (i, line) in lines.iter().enumerate() {
        for (n, word) in line.split(' ').enumerate() {
            if n > 0 {
                out.push(' ');
            }
            escape_word(word, n == 0, &mut out);
        }
        match lines.get(i + 1) {
            None => {}
            // Two blanks at its end keep a line apart from the next one.
            Some(next) if !line.is_empty() && !next.is_empty() => out.push_str("  \n"),
            Some(_) => out.push('\n'),
        }
    }
    out
}

fn escape_word(word: &str, begins_line: bool, out: &mut String) {
    let address = SCHEMES.iter().filter_map(|scheme| word.find(scheme)).min();
    let (text, address) = address.and_then(|at| word.split_at_checked(at)).unwrap_or((word, ""));
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let mut chars = text.chars().enumerate().peekable();
    while let Some((i, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let markup = ANYWHERE.contains(&c)
            || (begins_line && i == 0 && BEGINS.contains(&c))
            || (begins_line && i > 0 && i == digits && matches!(c, '.' | ')'))
            || (c == '>' && next == Some('!'))
            || (c == '&' && next.is_some_and(|n| n.is_ascii_alphanumeric() || n == '#'));
        if markup {
            out.push('\\');
        }
        out.push(c);
    }
    out.push_str(address);
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn what_was_typed_is_what_shows() {
        assert_eq!(escape("2 * 3 = 6, snake_case & R&D"), "2 \\* 3 = 6, snake\\_case & R\\&D");
        assert_eq!(escape("# no heading\n1. no list\n- nor this"), "\\# no heading  \n1\\. no list  \n\\- nor this");
        assert_eq!(escape("see https://x.example/a_b*c (or _that_)"), "see https://x.example/a_b*c (or \\_that\\_)");
        assert_eq!(escape("a\r\n\r\n    b >!c"), "a\n\nb \\>!c");
        assert_eq!(escape("[x](javascript:y) <b> &lt;"), "\\[x\\](javascript:y) \\<b> \\&lt;");
        assert_eq!(escape("version 1.2 of 3. it -- >> fine"), "version 1.2 of 3. it -- >> fine");
    }
}
