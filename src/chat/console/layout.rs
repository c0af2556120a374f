//! Lines of styled text: wrapped by columns, painted with colour only where a terminal wants it.

use crate::chat::sanitise;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// How a piece of text looks. Colour never says anything that the words do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As it is.
    Plain,
    /// Emphasised.
    Bold,
    /// Less important.
    Dim,
    /// To be typed.
    Code,
    /// A colour of the card.
    Colour(crate::domain::Colour),
}

impl Style {
    /// The parameters of ECMA-48's SGR; empty for plain text. Only the eight colours that every terminal has.
    fn sgr(self) -> &'static str {
        use crate::domain::Colour;
        match self {
            Style::Plain => "",
            Style::Bold => "1",
            Style::Dim | Style::Colour(Colour::Grey) => "2",
            Style::Code => "36",
            Style::Colour(Colour::Blue) => "1;34",
            Style::Colour(Colour::Red) => "1;31",
            Style::Colour(Colour::Amber) => "1;33",
            Style::Colour(Colour::Green) => "1;32",
        }
    }
}

/// A piece of a line in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its look.
    pub style: Style,
    /// Its words.
    pub text: String,
    /// Never broken at a space: a link, a command.
    pub whole: bool,
}

/// A line, still without its place on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Its pieces, left to right.
    pub runs: Vec<Run>,
    /// What every row of it begins with: the mark of a quote.
    pub mark: &'static str,
    /// Shown as it is, however long: a table.
    pub verbatim: bool,
}

impl Line {
    /// An empty line.
    pub fn new() -> Self {
        Self::default()
    }

    /// A line in one style.
    pub fn of(style: Style, text: impl Into<String>) -> Self {
        Self::new().add(style, text)
    }

    /// Appends a piece.
    #[must_use]
    pub fn add(mut self, style: Style, text: impl Into<String>) -> Self {
        self.runs.push(Run { style, text: text.into(), whole: false });
        self
    }

    /// Appends a piece that is not broken at its spaces.
    #[must_use]
    pub fn add_whole(mut self, style: Style, text: impl Into<String>) -> Self {
        self.runs.push(Run { style, text: text.into(), whole: true });
        self
    }

    /// Nothing to see.
    pub fn is_empty(&self) -> bool {
        self.runs.iter().all(|r| r.text.is_empty())
    }
}

/// Puts lines on the screen: every row begins with `indent` and the line's mark; rows that go on are indented by two
/// more columns unless marked. Ends with a line feed, if there is anything.
pub fn paint(lines: &[Line], indent: &str, width: usize, colour: bool) -> String {
    let mut out = String::new();
    for line in lines {
        let room = width.max(24).saturating_sub(indent.width() + line.mark.width());
        let hang = if line.mark.is_empty() { "  " } else { "" };
        for (i, row) in wrap(line, room, hang.width()).iter().enumerate() {
            let mut text = format!("{indent}{}", line.mark);
            if i > 0 {
                text.push_str(hang);
            }
            for run in row {
                let sgr = if colour { run.style.sgr() } else { "" };
                // The last gate: whatever was forgotten before, nothing that a terminal obeys leaves from here.
                let words = sanitise::line(&run.text);
                if sgr.is_empty() {
                    text.push_str(&words);
                } else {
                    text.push_str("\u{1b}[");
                    text.push_str(sgr);
                    text.push('m');
                    text.push_str(&words);
                    text.push_str("\u{1b}[0m");
                }
            }
            out.push_str(text.trim_end_matches(' '));
            out.push('\n');
        }
    }
    out
}

/// The rows of a line, by columns.
fn wrap(line: &Line, room: usize, hang: usize) -> Vec<Vec<Run>> {
    let total: usize = line.runs.iter().map(|r| r.text.width()).sum();
    if line.verbatim || total <= room {
        return vec![line.runs.clone()];
    }
    let mut rows = Rows { done: vec![Vec::new()], used: 0, first: room, rest: room.saturating_sub(hang).max(8) };
    for word in words(line) {
        rows.place(word);
    }
    rows.done
}

/// What stays together on a row, with the spaces after it: usually a word, possibly of several styles.
struct Word {
    runs: Vec<Run>,
    spaces: usize,
}

impl Word {
    fn width(&self) -> usize {
        self.runs.iter().map(|r| r.text.width()).sum()
    }
}

fn words(line: &Line) -> Vec<Word> {
    let mut words = vec![Word { runs: Vec::new(), spaces: 0 }];
    for run in &line.runs {
        let pieces: Vec<&str> = if run.whole { vec![&run.text] } else { run.text.split_inclusive(' ').collect() };
        for piece in pieces {
            let text = if run.whole { piece } else { piece.trim_end_matches(' ') };
            let spaces = piece.len() - text.len();
            if words.last().is_some_and(|w| w.spaces > 0) && !text.is_empty() {
                words.push(Word { runs: Vec::new(), spaces: 0 });
            }
            if let Some(word) = words.last_mut() {
                if !text.is_empty() {
                    word.runs.push(Run { style: run.style, text: text.to_owned(), whole: run.whole });
                }
                word.spaces += spaces;
            }
        }
    }
    words
}

struct Rows {
    done: Vec<Vec<Run>>,
    used: usize,
    first: usize,
    rest: usize,
}

impl Rows {
    fn room(&self) -> usize {
        if self.done.len() == 1 { self.first } else { self.rest }
    }

    fn put(&mut self, run: Run) {
        self.used += run.text.width();
        if let Some(row) = self.done.last_mut() {
            row.push(run);
        }
    }

    fn next_row(&mut self) {
        self.done.push(Vec::new());
        self.used = 0;
    }

    fn place(&mut self, word: Word) {
        let width = word.width();
        if self.used > 0 && self.used + width > self.room() {
            self.next_row();
        }
        let whole = word.runs.iter().any(|r| r.whole);
        if width <= self.room() || whole {
            // A link or a command that is too long for any row stays in one piece, so that it can be copied.
            for run in word.runs {
                self.put(run);
            }
        } else {
            for run in word.runs {
                self.put_by_graphemes(&run);
            }
        }
        if word.spaces > 0 && self.used > 0 {
            let spaces = word.spaces.min(self.room().saturating_sub(self.used));
            self.put(Run { style: Style::Plain, text: " ".repeat(spaces), whole: false });
        }
    }

    fn put_by_graphemes(&mut self, run: &Run) {
        let mut piece = String::new();
        for grapheme in run.text.graphemes(true) {
            if self.used + piece.width() + grapheme.width() > self.room() {
                self.put(Run { style: run.style, text: std::mem::take(&mut piece), whole: false });
                self.next_row();
            }
            piece.push_str(grapheme);
        }
        if !piece.is_empty() {
            self.put(Run { style: run.style, text: piece, whole: false });
        }
    }
}
