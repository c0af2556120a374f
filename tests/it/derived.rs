//! What is derived is up to date, what is named is there, and nothing here depends on the machine it was written on.

use hearback::{commands, slash};
use std::fs;
use std::path::{Path, PathBuf};

const BEGIN: &str = "<!-- commands:";
const END: &str = "<!-- end of commands -->";
/// Set to 1 to have a derived file written anew instead of compared.
const BLESS: &str = "HEARBACK_BLESS";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|e| panic!("{file}: {e}"))
}

/// All files of the project as they would be committed, by their path from the root.
fn files() -> Vec<String> {
    const OURS: &[&str] = &["src", "commands", "tests", "benches", "docs", "fuzz", "demo", ".ci"];
    const NOT: &[&str] = &["target", "corpus", "artifacts", "coverage"];
    let mut found: Vec<String> = Vec::new();
    let mut folders: Vec<PathBuf> = OURS.iter().map(PathBuf::from).collect();
    let own = fs::read_dir(root()).unwrap().map(|e| e.unwrap());
    let top = own.filter(|e| e.file_type().unwrap().is_file() && e.file_name() != ".git");
    found.extend(top.map(|e| e.file_name().to_string_lossy().into_owned()));
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).into_iter().flatten().flatten() {
            let path = folder.join(entry.file_name());
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_dir() {
                if !NOT.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else {
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn the_readme_lists_the_commands() {
    let readme = read("README.md");
    let (before, rest) = readme.split_once(BEGIN).expect("README.md has a place for the table of commands");
    let (marker, rest) = rest.split_once("-->\n").expect("the marker ends");
    let (table, after) = rest.split_once(END).expect("README.md says where the table ends");
    let derived = format!("\n{}\n", slash::readme_table(commands::ALL));
    if std::env::var(BLESS).is_ok_and(|v| v == "1") {
        let renewed = format!("{before}{BEGIN}{marker}-->\n{derived}{END}{after}");
        fs::write(root().join("README.md"), renewed).unwrap();
        return;
    }
    assert!(
        table == derived,
        "README.md does not list the commands as they are. Run {BLESS}=1 cargo test derived, and commit README.md"
    );
}

/// The targets of all Markdown links in a text, outside code blocks.
fn links(text: &str) -> Vec<&str> {
    let mut code = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            code = !code;
        }
        if !code {
            found.extend(line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target));
        }
    }
    found
}

/// What documents name without linking to it: files of the repository in backticks or bare, and `--bench NAME`.
fn named(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || "`()|,;\"'".contains(c)).collect();
    for pair in words.windows(2) {
        if pair[0] == "--bench" && pair[1].chars().all(|c| c.is_ascii_lowercase() || c == '_') && !pair[1].is_empty() {
            found.push(format!("benches/{}", pair[1]));
        }
    }
    for word in words {
        let word = word.trim_end_matches(['.', ':']).trim_start_matches("./");
        let ours = ["src/", "tests/", "docs/", "benches/", "fuzz/", "demo/"].iter().any(|f| word.starts_with(f));
        let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
        if ours && plain && Path::new(word).extension().is_some() {
            found.push(word.to_owned());
        }
    }
    found
}

#[test]
fn what_the_documents_name_is_there() {
    let mut missing = Vec::new();
    for file in files().iter().filter(|f| Path::new(f).extension().is_some_and(|e| e == "md")) {
        let text = read(file);
        let folder = Path::new(file).parent().unwrap_or(Path::new(""));
        for target in links(&text) {
            let path = target.split('#').next().unwrap_or_default();
            if target.contains("://") || target.starts_with("mailto:") || path.is_empty() {
                continue;
            }
            if !root().join(folder).join(path).exists() {
                missing.push(format!("{file} links to {target}"));
            }
        }
        for name in named(&text) {
            let there = root().join(&name);
            if !(there.exists() || there.with_extension("rs").exists()) {
                missing.push(format!("{file} names {name}"));
            }
        }
    }
    assert!(missing.is_empty(), "these are not there:\n{}", missing.join("\n"));
}

#[test]
fn benches_are_declared_and_there() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    for bench in manifest.get("bench").and_then(toml::Value::as_array).into_iter().flatten() {
        let name = bench["name"].as_str().unwrap();
        let path = bench.get("path").and_then(toml::Value::as_str).map_or(format!("benches/{name}.rs"), str::to_owned);
        let folder = format!("benches/{name}/main.rs");
        assert!(root().join(&path).exists() || root().join(&folder).exists(), "[[bench]] {name}: no {path}");
    }
}

/// The lines of a manifest that declare a dependency: name, and the whole line.
fn dependencies(manifest: &str) -> Vec<(String, String)> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.contains("dependencies]");
            assert!(!line.contains("dependencies."), "{line}: write a dependency on one line, with what it is for");
            continue;
        }
        if let Some((name, _)) = line.split_once('=').filter(|_| inside && !line.starts_with('#')) {
            found.push((name.trim().to_owned(), line.to_owned()));
        }
    }
    found
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let mut wrong = Vec::new();
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml"] {
        let all = dependencies(&read(manifest));
        assert!(all.len() > 2, "{manifest}");
        for (name, line) in all {
            let comment = line.rsplit_once(" # ").map_or("", |(_, comment)| comment.trim());
            if comment.len() < 3 {
                wrong.push(format!("{manifest}: {name} does not say what it is for"));
            }
            if ["git =", "git=", "branch =", "rev ="].iter().any(|w| line.contains(w)) {
                wrong.push(format!("{manifest}: {name} comes from a repository, not from a registry"));
            }
            if line.contains("\"*\"") {
                wrong.push(format!("{manifest}: {name} takes any version"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn default_features_are_off_or_explained() {
    let mut wrong = Vec::new();
    for (name, line) in dependencies(&read("Cargo.toml")) {
        let (declared, comment) = line.rsplit_once(" # ").unwrap_or((&line, ""));
        if !declared.contains("default-features = false") && !comment.contains("default") {
            wrong.push(format!("Cargo.toml: {name}: default-features = false, or in its comment: defaults: why"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    // Put together here, so that this file does not contain them.
    let roots = ["home", "root", "work", "Users", "tmp/wt"].map(|folder| format!("/{folder}/"));
    let hosts = [["index.", "crates.io"].concat(), ["static.", "crates.io"].concat(), ["proxy.", "golang"].concat()];
    let mut wrong = Vec::new();
    for file in files() {
        let Ok(text) = fs::read_to_string(root().join(&file)) else { continue };
        for (number, line) in text.lines().enumerate() {
            for path in &roots {
                // A path below a home folder or behind a host name is no path of a machine.
                let absolute = line.match_indices(path.as_str()).any(|(at, _)| {
                    let before = line.get(..at).and_then(|b| b.chars().next_back());
                    before.is_none_or(|c| c.is_whitespace() || "\"'`(=:[,".contains(c)) && before != Some(':')
                });
                if absolute {
                    wrong.push(format!("{file}:{}: {path}", number + 1));
                }
            }
            if let Some(host) = hosts.iter().find(|host| line.contains(host.as_str())) {
                wrong.push(format!("{file}:{}: {host}", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "paths and hosts of one machine:\n{}", wrong.join("\n"));
}

#[test]
fn decisions_are_numbered_without_gaps() {
    let all = files().into_iter().filter(|f| f.starts_with("docs/decisions/")).collect::<Vec<_>>();
    assert!(all.len() > 3);
    for (file, number) in all.iter().zip(1_usize..) {
        assert!(file.starts_with(&format!("docs/decisions/{number:04}-")), "{file}: the next number is {number:04}");
        let text = read(file);
        let title = text.lines().next().unwrap_or_default();
        let named = title.strip_prefix(&format!("# {number}. ")).is_some_and(|t| !t.trim().is_empty());
        assert!(named, "{file}: it begins with \"# {number}. \" and its title, not with {title:?}");
    }
}
