//! What every table of commands must keep, checked while compiling: the platforms' limits, and that names are unique.

use super::{OptKind, Spec};

/// The most options of a command (Discord).
const OPTIONS: usize = 25;
/// The longest name of a command or option (Discord).
const NAME: usize = 32;
/// The longest description (Discord).
const ABOUT: usize = 100;
/// The most choices of an option (Discord).
const CHOICES: usize = 25;

/// Checks a table: names of at most 32 lower-case ASCII characters, descriptions of at most 100, at most 25 options and
/// choices, unique names and aliases, at most one option of a mention or of free text, free text last, at least one
/// sample. Used in a `const` so that a wrong table does not compile. Discord wants required options first: whoever
/// registers sorts them; the order here is the order of typing.
///
/// # Panics
/// If the table breaks a rule; while compiling, that is a compile error.
pub const fn check(table: &[&Spec]) {
    let mut i = 0;
    while i < table.len() {
        check_spec(table[i]);
        let mut j = i + 1;
        while j < table.len() {
            assert!(!same_text(table[i].name, table[j].name), "two commands have the same name");
            assert!(!has(table[i].aliases, table[j].name), "an alias is also a command");
            assert!(!has(table[j].aliases, table[i].name), "an alias is also a command");
            let mut k = 0;
            while k < table[i].aliases.len() {
                assert!(!has(table[j].aliases, table[i].aliases[k]), "two commands have the same alias");
                k += 1;
            }
            j += 1;
        }
        i += 1;
    }
}

/// Checks that each of these names is a command's.
///
/// # Panics
/// If one is not; while compiling, that is a compile error.
pub const fn check_named(table: &[&Spec], names: &[&str]) {
    let mut i = 0;
    while i < names.len() {
        let mut j = 0;
        while j < table.len() && !same_text(table[j].name, names[i]) {
            j += 1;
        }
        assert!(j < table.len(), "there is no command of that name");
        i += 1;
    }
}

const fn check_spec(spec: &Spec) {
    check_name(spec.name);
    let mut i = 0;
    while i < spec.aliases.len() {
        check_name(spec.aliases[i]);
        i += 1;
    }
    assert!(!spec.summary.is_empty() && spec.summary.len() <= ABOUT, "a summary has 1 to 100 characters");
    assert!(spec.options.len() <= OPTIONS, "a command has at most 25 options");
    assert!(!spec.samples.is_empty(), "a command shows how it is typed");
    let (mut mentions, mut i) = (0, 0);
    while i < spec.options.len() {
        let option = &spec.options[i];
        check_name(option.name);
        assert!(!option.about.is_empty() && option.about.len() <= ABOUT, "a description has 1 to 100 characters");
        match option.kind {
            OptKind::Mention => mentions += 1,
            OptKind::Text => assert!(i + 1 == spec.options.len(), "free text is the last option"),
            OptKind::Choice(words) => {
                assert!(!words.is_empty() && words.len() <= CHOICES, "an option has 1 to 25 choices");
                let mut k = 0;
                while k < words.len() {
                    check_name(words[k]);
                    k += 1;
                }
            }
            _ => {}
        }
        let mut j = i + 1;
        while j < spec.options.len() {
            assert!(!same_text(option.name, spec.options[j].name), "two options have the same name");
            j += 1;
        }
        i += 1;
    }
    assert!(mentions <= 1, "a command is about at most one mention");
}

const fn check_name(name: &str) {
    let bytes = name.as_bytes();
    assert!(!bytes.is_empty() && bytes.len() <= NAME, "a name has 1 to 32 characters");
    let mut i = 0;
    while i < bytes.len() {
        let ok = bytes[i].is_ascii_lowercase() || bytes[i].is_ascii_digit() || bytes[i] == b'-' || bytes[i] == b'_';
        assert!(ok, "a name is lower-case ASCII");
        i += 1;
    }
}

const fn has(list: &[&str], name: &str) -> bool {
    let mut i = 0;
    while i < list.len() {
        if same_text(list[i], name) {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether two texts are the same, while compiling.
pub const fn same_text(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}
