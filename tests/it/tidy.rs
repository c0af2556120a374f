//! The house stays in order: who may use whom, how long a file may be, and that everything is listed where it should be.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Which of our own parts each part may use, besides itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("slash", &["domain"]),
    ("triage", &["domain"]),
    ("report", &["domain"]),
    ("store", &["domain"]),
    ("networks", &["domain"]),
    ("assist", &["domain"]),
    ("chat", &["domain"]),
    ("web", &["domain"]),
    ("commands", &["slash", "domain", "report"]),
    ("desk", &["domain", "slash", "triage", "report", "store", "networks", "assist", "chat", "web", "commands"]),
    ("config", &["domain"]),
    ("demo", &["domain", "slash", "triage", "report", "store", "networks", "chat", "commands", "desk"]),
    (
        "cli",
        &[
            "domain", "slash", "triage", "report", "store", "networks", "assist", "chat", "web", "commands", "desk",
            "config", "demo",
        ],
    ),
];

/// Packages that never leave their own folder.
const CONFINED: &[(&str, &str)] = &[
    ("sled", "src/store/"),
    ("serenity", "src/chat/discord/"),
    ("slack_morphism", "src/chat/slack/"),
    ("rustyline", "src/chat/console/"),
    ("feed_rs", "src/networks/"),
    ("axum", "src/web/"),
    ("rusqlite", "benches/"),
];

const LONGEST: usize = 450;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if !path.ends_with("target") {
                files_below(&path, ending, found);
            }
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
}

fn sources(folders: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in folders {
        files_below(&root().join(folder), "rs", &mut found);
    }
    found.sort();
    found
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// The part that a file belongs to, such as `store` for `src/store/journal.rs`.
fn part(file: &str) -> Option<&str> {
    if file.starts_with("commands/") {
        return Some("commands");
    }
    let rest = file.strip_prefix("src/")?;
    let (part, _) = rest.split_once('/')?;
    Some(part)
}

/// The parts that a source names: `crate::store` and, in nested imports, `crate::{store, chat}`.
fn used(text: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = text.get(at + "crate::".len()..).unwrap_or_default();
        let name = |s: &str| s.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect::<String>();
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut word = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        used.insert(name(word.trim()));
                        word.clear();
                        continue;
                    }
                    _ => {}
                }
                if depth == 0 {
                    word.push(c);
                }
            }
            used.insert(name(word.trim()));
        } else {
            used.insert(name(rest));
        }
    }
    used.retain(|u| LAYERS.iter().any(|(part, _)| part == u));
    used
}

#[test]
fn parts_use_only_what_they_may() {
    let mut wrong = Vec::new();
    for (file, text) in sources(&["src", "commands"]) {
        let Some(part) = part(&file) else { continue };
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == part) else {
            wrong.push(format!("{file}: the part {part} is not in the table of layers"));
            continue;
        };
        for other in used(&text) {
            if other != part && !allowed.contains(&other.as_str()) {
                wrong.push(format!("{file}: {part} may not use {other}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_queues_a_reply_waits_for_discord() {
    let queues = |text: &str| {
        ["EventKind::SendQueued { version, send: m.", "queue_deed(call", "n: m.besides.next()"]
            .iter()
            .any(|q| text.contains(q))
    };
    let all = sources(&["commands"]);
    let sending: Vec<&str> = all.iter().filter(|(_, text)| queues(text)).map(|(file, _)| file.as_str()).collect();
    assert!(sending.len() >= 3, "how a reply is queued is written otherwise now: {sending:?}");
    for file in sending {
        let verb = file.trim_start_matches("commands/").trim_end_matches(".rs");
        assert!(hearback::chat::discord::MAY_SEND.contains(&verb), "{file} sends, and is not among MAY_SEND");
    }
}

#[test]
fn the_layers_are_a_dag() {
    // Every part may use only parts that stand before it in some order: take away those that use nothing left.
    let mut left: Vec<&str> = LAYERS.iter().map(|(part, _)| *part).collect();
    while !left.is_empty() {
        let free: Vec<&str> = left
            .iter()
            .copied()
            .filter(|part| {
                let (_, uses) = LAYERS.iter().find(|(name, _)| name == part).unwrap();
                uses.iter().all(|u| !left.contains(u))
            })
            .collect();
        assert!(!free.is_empty(), "a ring among {left:?}");
        left.retain(|part| !free.contains(part));
    }
}

#[test]
fn packages_stay_in_their_folder() {
    let mut wrong = Vec::new();
    for (file, text) in sources(&["src", "commands", "tests", "benches"]) {
        if file.ends_with("tidy.rs") {
            continue;
        }
        for (package, folder) in CONFINED {
            let named = text.contains(&format!("{package}::")) || text.contains(&format!("use {package}"));
            if named && !file.starts_with(folder) && !file.starts_with("tests/") {
                wrong.push(format!("{file}: {package} belongs in {folder}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_have_one_subject() {
    let long: Vec<String> = sources(&["src", "commands", "tests", "benches", "fuzz"])
        .into_iter()
        .filter(|(_, text)| text.lines().count() > LONGEST)
        .map(|(file, text)| format!("{file}: {} lines, at most {LONGEST}", text.lines().count()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn files_say_what_they_are() {
    let silent: Vec<String> = sources(&["src", "commands", "tests", "benches"])
        .into_iter()
        .filter(|(_, text)| !text.trim_start().starts_with("//!"))
        .map(|(file, _)| file)
        .collect();
    assert!(silent.is_empty(), "these files do not begin with a line of what they are: {silent:?}");
}

#[test]
fn no_stubs_and_no_silenced_lints() {
    let mut wrong = Vec::new();
    for (file, text) in sources(&["src", "commands", "tests", "benches"]) {
        if file.ends_with("tidy.rs") {
            continue;
        }
        for word in ["todo!(", "unimplemented!(", "#[allow(", "#[ignore", "cfg(test)) {", "dbg!("] {
            if text.contains(word) {
                wrong.push(format!("{file}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_command_file_is_in_the_table() {
    let in_table: BTreeSet<&str> = hearback::commands::ALL.iter().map(|spec| spec.name).collect();
    let files = sources(&["commands"]);
    let mut declared = BTreeSet::new();
    for (file, text) in &files {
        if text.contains("pub const SPEC") || text.contains("pub static SPEC") {
            let name = file.trim_start_matches("commands/").trim_end_matches(".rs");
            assert!(in_table.contains(name), "{file} declares a command that is not in commands/mod.rs");
            declared.insert(name.to_owned());
        }
    }
    for name in in_table {
        assert!(declared.contains(name), "{name} is in the table but has no file of its own");
    }
}

#[test]
fn the_map_names_every_part() {
    let map = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    assert!(map.lines().count() <= 150, "docs/architecture.md is a map, at most 150 lines");
    for (part, _) in LAYERS {
        assert!(map.contains(&format!("`{part}`")) || map.contains(&format!("{part}/")), "{part} is not on the map");
    }
}
