//! Discord's markdown, as far as it matters here: what a person reads of it, and everything in it that means something and
//! is not one of the few things that we write. Stricter than Discord: what stands there without a backslash and could be
//! markup in any place is wrong.

use jiff::Timestamp;

/// What is in a text.
#[derive(Default)]
pub struct Read {
    /// What a person reads: `*bold*`, `` `code` ``, `| ` before lines of a table, moments in braces, `(…)` around small
    /// letters.
    pub said: String,
    /// The words alone, with a dot where something of ours stands.
    pub words: String,
    /// The user ids that are mentioned.
    pub pings: Vec<String>,
    /// What can be clicked.
    pub links: Vec<String>,
    /// What means something and should not.
    pub wrong: Vec<String>,
}

/// Reads a text.
pub fn read(source: &str) -> Read {
    let mut read = Read::default();
    let mut lines = source.split('\n');
    let mut first = true;
    while let Some(line) = lines.next() {
        if !std::mem::take(&mut first) {
            read.said.push('\n');
            read.words.push('\n');
        }
        if line == "```" {
            read.table(&mut lines);
        } else if let Some(quoted) = line.strip_prefix("> ") {
            read.said.push_str("> ");
            read.line(quoted);
        } else if let Some(small) = line.strip_prefix("-# ") {
            read.said.push('(');
            read.line(small);
            read.said.push(')');
        } else {
            read.line(line);
        }
    }
    read.said = read.said.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    read
}

impl Read {
    fn table<'s>(&mut self, lines: &mut impl Iterator<Item = &'s str>) {
        let mut inside = Vec::new();
        loop {
            match lines.next() {
                Some("```") => break,
                Some(line) => inside.push(line),
                None => return self.wrong.push("a table without an end".to_owned()),
            }
        }
        if inside.iter().any(|line| line.contains("```")) {
            self.wrong.push("a table that ends before its end".to_owned());
        }
        self.words.push_str(&inside.join("\n"));
        self.said.push_str(&inside.iter().map(|line| format!("| {line}")).collect::<Vec<_>>().join("\n"));
    }

    /// What has a meaning at the beginning of a line only.
    fn line(&mut self, line: &str) {
        let begin = line.trim_start();
        let figures = begin.trim_start_matches(|c: char| c.is_ascii_digit());
        let numbered = figures.len() < begin.len() && figures.starts_with(['.', ')']);
        if numbered || begin.starts_with(['#', '-', '+', '>']) || begin.starts_with("* ") {
            self.wrong.push(format!("a line that begins with a mark: {line:?}"));
        }
        self.inline(line);
    }

    fn inline(&mut self, line: &str) {
        let mut bold = false;
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            let after = rest.strip_prefix(c).unwrap();
            rest = after;
            match c {
                '\\' => match after.chars().next() {
                    Some(next) if !next.is_alphanumeric() && !next.is_whitespace() => {
                        self.say(next);
                        rest = after.strip_prefix(next).unwrap();
                    }
                    other => self.wrong.push(format!("a backslash before {other:?} in {line:?}")),
                },
                '*' if after.starts_with('*') => {
                    bold = !bold;
                    self.said.push('*');
                    self.words.push('·');
                    rest = after.strip_prefix('*').unwrap();
                }
                '`' => match after.split_once('`') {
                    Some((code, tail)) if !code.is_empty() && !tail.starts_with('`') => {
                        self.said.extend(["`", code, "`"]);
                        self.words.extend(["·", code, "·"]);
                        rest = tail;
                    }
                    _ => self.wrong.push(format!("a loose ` in {line:?}")),
                },
                '<' => rest = self.angle(after),
                '[' => rest = self.link(after),
                '*' | '_' | '~' | '|' | ']' => self.wrong.push(format!("a loose {c} in {line:?}")),
                ':' if after.starts_with("//") => self.wrong.push(format!("an address in {line:?}")),
                '@' if after.starts_with("everyone") || after.starts_with("here") => {
                    self.wrong.push(format!("a call in {line:?}"));
                }
                c => self.say(c),
            }
        }
        if bold {
            self.wrong.push(format!("an open ** in {line:?}"));
        }
    }

    fn say(&mut self, c: char) {
        self.said.push(c);
        self.words.push(c);
    }

    /// A moment, a mention or an address.
    fn angle<'s>(&mut self, after: &'s str) -> &'s str {
        self.words.push('·');
        let Some((inside, tail)) = after.split_once('>') else {
            self.wrong.push(format!("a loose < before {after:?}"));
            return after;
        };
        let moment = inside.strip_prefix("t:").and_then(|rest| rest.split_once(':'));
        if let Some((second, style)) = moment {
            let at = second.parse().ok().and_then(|second| Timestamp::from_second(second).ok());
            match (at, style) {
                (Some(at), "f") => self.said.push_str(&at.strftime("{%Y-%m-%d %H:%M}").to_string()),
                (Some(at), "R") => self.said.push_str(&at.strftime("{how long until %Y-%m-%d %H:%M}").to_string()),
                _ => self.wrong.push(format!("the moment {inside:?}")),
            }
        } else if let Some(user) = inside.strip_prefix('@') {
            self.pings.push(user.to_owned());
            self.said.extend(["@", user]);
        } else {
            self.address(inside);
            self.said.extend(["<", inside, ">"]);
        }
        tail
    }

    fn link<'s>(&mut self, after: &'s str) -> &'s str {
        let found = after.split_once("](<").and_then(|(label, rest)| Some((label, rest.split_once(">)")?)));
        let Some((label, (address, tail))) = found else {
            self.wrong.push(format!("a loose [ before {after:?}"));
            return after;
        };
        self.said.push('[');
        self.words.push('·');
        self.inline(label);
        self.words.push('·');
        self.said.extend(["](", address, ")"]);
        self.address(address);
        tail
    }

    fn address(&mut self, address: &str) {
        let web = address.starts_with("https://") || address.starts_with("http://");
        let plain = address.chars().all(|c| c.is_ascii_graphic() && !"<>()\\`|".contains(c));
        if !web || !plain {
            self.wrong.push(format!("the address {address:?}"));
        }
        self.links.push(address.to_owned());
    }
}
