//! `hearback check` says what leaves, asks once, and says what to do when that fails.

use super::fake::{Does, Endpoint, KEY};
use crate::config::command_line::{Done, hearback};
use hearback::cli::Exit;

async fn checks(endpoint: &Endpoint, offline: bool) -> Done {
    let folder = tempfile::tempdir().unwrap();
    let (config, key) = (folder.path().join("bot.toml"), folder.path().join("assist.key"));
    std::fs::write(&key, KEY).unwrap();
    let url = endpoint.config().url;
    let text = format!(
        "[web]\nlisten = \"127.0.0.1:0\"\n[[brand]]\nname = \"acme\"\nterms = [\"acme\"]\n\
         [[source]]\nname = \"shop\"\ntype = \"webhook\"\nsecret = {{ env = \"SHOP_SECRET\" }}\n\
         [assist]\nurl = \"{url}\"\nmodel = \"small-1\"\nkey = {{ file = \"assist.key\" }}\ntranslate = true\ndrafts = true\n"
    );
    std::fs::write(&config, text).unwrap();
    let line = ["--config", config.to_str().unwrap(), "check", "--offline"];
    hearback(if offline { &line } else { &line[..3] }, "").await
}

#[tokio::test]
async fn it_says_what_leaves_and_that_it_answers() {
    let endpoint = Endpoint::start().await;
    endpoint.calls_it("question");
    let done = checks(&endpoint, false).await;
    assert_eq!(done.exit, Exit::Ok, "{}{}", done.out, done.err);
    assert!(done.out.contains("Assistant: small-1 at 127.0.0.1 for translations, drafts;"), "{}", done.out);
    assert!(done.out.contains("what leaves for there: the words of public mentions, without names"), "{}", done.out);
    assert!(done.out.contains("  ok  the assistant answers"), "{}", done.out);
    assert_eq!(endpoint.bodies().len(), 1);
    assert!(!done.out.contains(KEY));
    checks(&endpoint, true).await;
    assert_eq!(endpoint.bodies().len(), 1, "offline is offline");
}

#[tokio::test]
async fn a_key_that_is_not_taken_is_a_failure_with_what_to_do() {
    let endpoint = Endpoint::start().await;
    endpoint.does(Does::Status(401));
    let done = checks(&endpoint, false).await;
    assert_eq!(done.exit, Exit::Failed);
    assert!(
        done.out.contains("!!  the assistant: the assistant does not take the key; check key in [assist]"),
        "{}",
        done.out
    );
}
