//! Words and columns for figures on a screen of fixed-width letters.

use super::ttfr::Times;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Seconds as a person says them: `45 s`, `96 min`, `5 h 20 m`, `3 d 4 h`. Rounded down to the smaller unit shown.
pub fn duration(seconds: u64) -> String {
    let two = |big: u64, unit: &str, small: u64, small_unit: &str| match small {
        0 => format!("{big} {unit}"),
        _ => format!("{big} {unit} {small} {small_unit}"),
    };
    match seconds {
        0..=99 => format!("{seconds} s"),
        100..=6_000 => format!("{} min", seconds / 60),
        6_001..=172_800 => two(seconds / 3600, "h", seconds % 3600 / 60, "m"),
        _ => two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h"),
    }
}

/// A share (0 to 1) in whole per cent; `<1 %` and `>99 %` where rounding would say none or all; `-` if there is none.
pub fn percent(share: Option<f64>) -> String {
    match share {
        None => "-".to_owned(),
        Some(s) if s > 0.0 && s < 0.005 => "<1 %".to_owned(),
        Some(s) if (0.995..1.0).contains(&s) => ">99 %".to_owned(),
        Some(s) => format!("{:.0} %", s * 100.0),
    }
}

/// A quantile in a table: the time, `>` and the longest observed wait if it is not reached, `-` without any wait.
pub(super) fn quantile(reached: Option<u64>, longest: Option<u64>) -> String {
    match (reached, longest) {
        (Some(seconds), _) => duration(seconds),
        (None, Some(longest)) => format!(">{}", duration(longest)),
        (None, None) => "-".to_owned(),
    }
}

/// A quantile in a sentence.
pub(super) fn quantile_words(reached: Option<u64>, times: &Times) -> String {
    match (reached, times.longest) {
        (Some(seconds), _) => duration(seconds),
        (None, Some(longest)) => format!("not reached (more than {})", duration(longest)),
        (None, None) => "-".to_owned(),
    }
}

/// A text from outside on one line: control characters and line ends become spaces, at most `limit` graphemes.
pub(super) fn one_line(text: &str, limit: usize) -> String {
    let plain: String = text.chars().map(|c| if breaks_line(c) { ' ' } else { c }).collect();
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut graphemes = words.graphemes(true);
    let head: String = graphemes.by_ref().take(limit).collect();
    if graphemes.next().is_some() { format!("{head}…") } else { head }
}

/// Control characters, line and paragraph separators, and marks that turn the direction of the rest of the line.
fn breaks_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The name of a group, made harmless and exactly `width` columns wide, the last of them empty.
pub(super) fn left(name: &str, width: usize) -> String {
    let mut name = one_line(name, width);
    if name.width() >= width {
        let mut short = String::new();
        for grapheme in name.graphemes(true) {
            if short.width() + grapheme.width() + 2 > width {
                break;
            }
            short.push_str(grapheme);
        }
        short.push('…');
        name = short;
    }
    let gap = width.saturating_sub(name.width());
    format!("{name}{}", " ".repeat(gap))
}

/// A figure at the right end of `width` columns; a larger one pushes the rest of its line, after a space.
pub(super) fn right(cell: &str, width: usize) -> String {
    format!("{}{cell}", " ".repeat(width.saturating_sub(cell.width()).max(1)))
}

/// One row: a name and right-aligned figures, without spaces at the end.
pub(super) fn row(name: &str, name_width: usize, cells: &[(String, usize)]) -> String {
    let mut line = left(name, name_width);
    for (cell, width) in cells {
        line.push_str(&right(cell, *width));
    }
    line.trim_end().to_owned()
}
