//! `[privacy]`: where personal data is masked, and the workspace's own patterns.

use super::{complaints, with};
use hearback::domain::pii::find_with;
use hearback::domain::{Masked, Place};

#[test]
fn channels_and_patterns_are_read() {
    let config = with(
        "[privacy]\nmask = \"console:support\"\n[[privacy.pattern]]\nname = \"order number\"\npattern = 'AC-\\d{6}'\n\
         [[privacy.pattern]]\nname = \"ticket\"\npattern = \"T[0-9]{5}\"\n",
    );
    let privacy = config.rules_base().privacy;
    assert!(privacy.masks(&Place::new("console", "support")) && !privacy.masks(&Place::new("console", "fans")));
    let found = find_with("ac-123456 and T12345, not AC-1234567, BAC-123456 or T1234", &privacy.patterns);
    let found: Vec<_> = found.iter().map(|hit| (hit.kind.words().into_owned(), hit.text.as_str())).collect();
    assert_eq!(found, [("an order number".to_owned(), "ac-123456"), ("a ticket".to_owned(), "T12345")]);
    assert_eq!(with("[privacy]\nmask = \"all\"\n").privacy.masked, Masked::Everywhere);
    assert_eq!(with("[privacy]\nmask = []\n").privacy, with("").privacy);
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let said = complaints(
        "[privacy]\nmask = [\"console:suport\", \"all\"]\n[[privacy.pattern]]\nname = \"no. 1\"\npattern = 'AC-(\\d'\n\
         [[privacy.pattern]]\nname = \"ticket\"\npattern = '\\d*'\nflags = \"i\"\n[[privacy.pattern]]\nname = \"ticket\"\n\
         pattern = 'T\\d{5}'\n[[privacy.pattern]]\nname = \"ticket\"\npattern = 'U\\d{5}'\n[[privacy.pattern]]\nname = \"x\"\n",
    );
    let expected = "bot.toml:9:9: privacy.mask: no route and not [desk] channel leads to \"console:suport\"; did you mean \
         \"console:support\"?\n\
         bot.toml:11:8: privacy.pattern[1].name: \"no. 1\" is no name for it; write a few words of letters, such as \"order \
         number\"\n\
         bot.toml:12:11: privacy.pattern[1].pattern: is no pattern: unclosed group; write one such as 'AC-\\d{6}'\n\
         bot.toml:15:11: privacy.pattern[2].pattern: finds ordinary words, so it would stop every reply; name what only such a \
         number has, such as 'AC-\\d{6}'\n\
         bot.toml:16:1: privacy.pattern[2].flags: unknown key; [[privacy.pattern]] may have \"name\" and \"pattern\"\n\
         bot.toml:21:8: privacy.pattern[4].name: there is another pattern \"ticket\"; write both as one: 'AC-\\d{6}|AX\\d{8}'\n\
         bot.toml:23:1: privacy.pattern[5].pattern: missing; expected a pattern such as 'AC-\\d{6}'";
    assert_eq!(said, expected);
}
