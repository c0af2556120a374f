//! A typed line, word by word, without ever cutting inside a character.

/// What is left of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    pub(super) fn new(line: &'a str) -> Self {
        Self { rest: line.trim() }
    }

    /// The next word and what is left after it.
    pub(super) fn next(self) -> Option<(&'a str, Words<'a>)> {
        if self.rest.is_empty() {
            return None;
        }
        let (word, rest) = self.rest.split_once(char::is_whitespace).unwrap_or((self.rest, ""));
        Some((word, Words { rest: rest.trim_start() }))
    }

    /// The next word.
    pub(super) fn peek(self) -> Option<&'a str> {
        self.next().map(|(word, _)| word)
    }

    /// Everything that is left, with its line feeds.
    pub(super) fn rest(self) -> &'a str {
        self.rest
    }

    pub(super) fn is_empty(self) -> bool {
        self.rest.is_empty()
    }
}
