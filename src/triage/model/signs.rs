//! Emoji and emoticons: where they stand, what they say.

use crate::domain::fold_keeping_case;
use std::collections::HashMap;

/// What pictures and emoticons say, from lexicon/emoji.txt.
#[derive(Debug)]
pub(super) struct Signs {
    /// By the folded sign, -3 to 3.
    moods: HashMap<String, f32>,
    /// The emoticons of several characters, the longest first.
    emoticons: Vec<String>,
}

impl Signs {
    /// Reads `weight: sign sign …` lines; the file is our own and tested.
    pub(super) fn parse(file: &str) -> Self {
        let mut moods = HashMap::new();
        for line in file.lines().filter(|l| !l.starts_with('#')) {
            if let Some((weight, signs)) = line.split_once(": ")
                && let Ok(weight) = weight.trim().parse::<f32>()
            {
                moods.extend(signs.split(' ').filter(|s| !s.is_empty()).map(|s| (fold_keeping_case(s), weight)));
            }
        }
        let mut emoticons: Vec<String> =
            moods.keys().filter(|s| s.is_ascii() && s.chars().count() > 1).cloned().collect();
        emoticons.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        Self { moods, emoticons }
    }

    /// What a sign says; 0 if nothing is known.
    pub(super) fn mood(&self, sign: &str) -> f32 {
        self.moods.get(sign).copied().unwrap_or(0.0)
    }

    /// The emoticon that a chunk begins or ends with, what stands before and after it, and what it says. Letters and
    /// digits glued to letters are words (`XD` in `HDXD`), not faces.
    pub(super) fn emoticon<'t>(&self, chunk: &'t str) -> Option<(&'t str, &'t str, &'t str, f32)> {
        // Nearly all words are only letters, and nearly all faces are not.
        let bare = chunk.trim_end_matches(['.', ',', '!', '?']);
        let tail = chunk.strip_prefix(bare).unwrap_or_default();
        let whole = |text: &str| text.is_ascii() && text.len() > 1 && self.moods.contains_key(text);
        for (text, after) in [(chunk, ""), (bare, tail)] {
            if text.chars().count() <= LONGEST && whole(text) {
                return Some(("", text, after, self.mood(text)));
            }
        }
        let core = bare.trim_start_matches(['@', '#', '"', '\'']).trim_end_matches(['"', '\'']);
        if core.chars().all(|c| c.is_alphanumeric() || matches!(c, '\'' | '_')) {
            return None;
        }
        self.emoticons.iter().filter(|e| !e.starts_with(char::is_alphanumeric)).find_map(|e| {
            // Brackets and ratios end in the same characters: `(so they say):`, `2:3`.
            let face = |before: &str| {
                before.is_empty() || !(e.starts_with([')', ']']) || before.ends_with(|c: char| c.is_ascii_digit()))
            };
            if let Some(before) = bare.strip_suffix(e.as_str()).filter(|b| face(b)) {
                let sign = bare.strip_prefix(before)?;
                return Some((before, sign, tail, self.mood(e)));
            }
            let after = chunk.strip_prefix(e.as_str()).filter(|_| !e.ends_with(char::is_alphanumeric))?;
            let sign = chunk.strip_suffix(after)?;
            Some(("", sign, after, self.mood(e)))
        })
    }
}

/// Characters of the longest emoticon.
const LONGEST: usize = 5;

/// Whether a character is a picture.
pub(super) fn is_picture(c: char) -> bool {
    let drawn = matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}'
        | '\u{2190}'..='\u{21FF}' | '\u{2300}'..='\u{23FF}' | '\u{3030}' | '\u{303D}');
    drawn && !('\u{1F3FB}'..='\u{1F3FF}').contains(&c)
}
