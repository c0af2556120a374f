//! Emoji as people pick them: Slack hands `:tada:` in where they saw the picture (docs "Formatting text", "Emoji"), and a
//! public reply must say what they saw.

use emojis::SkinTone;

/// The text with pictures for the names that are known; all others, as a workspace's own, stay as they are. A name stands
/// apart from letters and digits: `1:100:5` is none.
pub(super) fn pictures(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(':') {
        out.push_str(before);
        let apart = out.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        if let Some((picture, tail)) = named(after).filter(|_| apart) {
            out.push_str(picture);
            rest = tail;
        } else {
            out.push(':');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// The picture whose name stands at the beginning, with the skin tone that may follow, and what comes after.
fn named(text: &str) -> Option<(&'static str, &str)> {
    let (name, tail) = text.split_once(':')?;
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_+-'".contains(c));
    let emoji = emojis::get_by_shortcode(name).filter(|_| plain)?;
    let toned = tail.strip_prefix(":skin-tone-").and_then(|tone| {
        let (number, tail) = tone.split_once(':')?;
        let tone = match number {
            "2" => SkinTone::Light,
            "3" => SkinTone::MediumLight,
            "4" => SkinTone::Medium,
            "5" => SkinTone::MediumDark,
            "6" => SkinTone::Dark,
            _ => return None,
        };
        Some((emoji.with_skin_tone(tone)?, tail))
    });
    let (emoji, tail) = toned.unwrap_or((emoji, tail));
    let ends = tail.chars().next().is_none_or(|c| !c.is_alphanumeric());
    Some((emoji.as_str(), tail)).filter(|_| ends)
}
