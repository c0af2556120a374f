//! Secrets are named in the file, kept elsewhere, and shown nowhere.

use super::{LEAST, complaints};
use hearback::config::{Config, Problems, Watch};
use std::path::Path;

const HOOK: &str = "[[source]]\nname = \"shop\"\ntype = \"webhook\"\n";
/// Made up for these tests.
const WORD: &str = "whsec_bm90LWEtcmVhbC1zZWNyZXQ";

fn in_folder(folder: &Path, hook: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Config, Problems> {
    Config::parse("bot.toml", format!("{LEAST}{HOOK}{hook}").as_bytes(), folder, Some(env))
}

#[test]
fn a_secret_in_the_file_is_refused_without_repeating_it() {
    for wrong in [
        format!("secret = \"{WORD}\"\n"),
        format!("secret = [\"{WORD}\"]\n"),
        format!("secret = {{ env = \"{WORD}\" }}\n"),
        format!("secret = {WORD}\n"),
        format!("secret = {{ value = \"{WORD}\" }}\n"),
        format!("callback = {{ url = \"https://me:{WORD}@shop.example\", secret = \"{WORD}\" }}\n"),
    ] {
        let said = complaints(&format!("{HOOK}{wrong}"));
        assert!(!said.starts_with("fine") && !said.contains("bm90LWEt"), "{said}");
    }
    assert_eq!(
        complaints(&format!("{HOOK}secret = \"{WORD}\"\n")),
        "bot.toml:11:10: source.shop.secret: a secret must not be written here; put it into an environment variable and \
         write { env = \"NAME\" }, or into a file and write { file = \"path\" }"
    );
}

#[test]
fn a_secret_that_is_not_there_is_a_problem() {
    assert_eq!(
        complaints(&format!("{HOOK}secret = {{ env = \"SHOP_SECRET\" }}\n")),
        "bot.toml:11:18: source.shop.secret.env: the environment variable SHOP_SECRET is not set; set it"
    );
    assert_eq!(
        complaints(&format!("{HOOK}secret = [{{}}, {{ env = \"A\", file = \"b\" }}]\n")),
        "bot.toml:11:11: source.shop.secret: says not where the secret is; write { env = \"NAME\" } or { file = \"path\" }\n\
         bot.toml:11:15: source.shop.secret: has both env and file; keep one of them"
    );
    let folder = tempfile::tempdir().unwrap();
    let said = in_folder(folder.path(), "secret = { file = \"shop.secret\" }\n", &|_| None).unwrap_err().to_string();
    assert!(said.starts_with("bot.toml:11:19: source.shop.secret.file: ") && said.contains("cannot be read"), "{said}");
    std::fs::write(folder.path().join("shop.secret"), " \n").unwrap();
    let said = in_folder(folder.path(), "secret = { file = \"shop.secret\" }\n", &|_| None).unwrap_err().to_string();
    assert!(said.ends_with("is empty; put the secret there"), "{said}");
}

#[test]
fn secrets_are_read_when_asked_for_and_printed_never() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("shop.secret"), format!("{WORD}\n")).unwrap();
    let env = |name: &str| (name == "OLD").then(|| "another word".to_owned());
    let hook = "secret = [{ file = \"shop.secret\" }, { env = \"OLD\" }]\n\
                callback = { url = \"https://shop.example/r\", secret = { env = \"OLD\" } }\n";
    let config = in_folder(folder.path(), hook, &env).unwrap();
    let Some(Watch::Webhook(hook)) = config.sources.last().map(|s| &s.watch) else { panic!("no webhook") };
    let revealed: Vec<String> = hook.secrets.iter().map(|secret| secret.reveal(&env).unwrap()).collect();
    assert_eq!(revealed, [WORD, "another word"]);
    assert_eq!(hook.path, "/in/shop");
    let shown = format!("{config:?} {config:#?} {}", config.warnings);
    assert!(!shown.contains(WORD) && !shown.contains("another word"), "{shown}");
    assert!(shown.contains("Secret(..)"));
}

#[cfg(unix)]
#[test]
fn a_secret_that_everybody_may_read_is_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.secret");
    std::fs::write(&file, WORD).unwrap();
    for (mode, warned) in [(0o644, true), (0o600, false), (0o640, false)] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let config = in_folder(folder.path(), "secret = { file = \"shop.secret\" }\n", &|_| None).unwrap();
        assert_eq!(config.warnings.to_string().contains("chmod 600"), warned, "{mode:o}");
    }
}

#[test]
fn who_only_needs_the_store_is_not_asked_for_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    std::fs::write(&path, format!("{LEAST}{HOOK}secret = {{ env = \"SHOP_SECRET\" }}\n")).unwrap();
    assert!(Config::load(&path, &|_| None).is_err());
    let config = Config::load_without_secrets(&path).unwrap();
    assert_eq!(config.store.folder, folder.path().join("hearback-data"));
}
