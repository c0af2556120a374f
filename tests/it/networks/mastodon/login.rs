//! `hearback login mastodon`, as typed, against the instance in its flavours.

use super::oauth::CODE;
use super::server::{Flavour, TOKEN, start};
use crate::config::command_line::hearback;
use crate::networks::contract::Clock;
use crate::networks::fake::{Fake, Reply, closed_port};
use hearback::cli::Exit;

#[tokio::test]
async fn a_code_becomes_a_token_in_a_private_file() {
    for flavour in [Flavour::Mastodon, Flavour::GoToSocial, Flavour::Mitra] {
        let instance = start(flavour, Clock::new()).await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bot.toml");
        let line = ["--config", path.to_str().unwrap(), "login", "mastodon", &instance.fake.url];
        let done = hearback(&line, &format!("  {CODE}  \n")).await;
        assert_eq!((done.exit, done.err.as_str()), (Exit::Ok, ""), "{}", done.out);
        assert!(done.out.contains("Signed in as @acme@social.example"), "{}", done.out);
        assert!(done.out.contains("token = { file = \"fediverse.token\" }"), "{}", done.out);
        assert_eq!(done.out.contains("The token is good until"), flavour == Flavour::Mitra, "{}", done.out);
        assert!(!done.out.contains(TOKEN), "never shown");
        let scope = if flavour == Flavour::GoToSocial { "scope=read+write&" } else { "scope=read%3Aaccounts" };
        let asked = done.out.replace('\n', "&");
        assert!(asked.contains(scope), "{asked}");
        let file = folder.path().join("fediverse.token");
        assert_eq!(std::fs::read_to_string(&file).unwrap().trim(), TOKEN);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(!folder.path().join("fediverse.login").exists());
    }
}

#[tokio::test]
async fn the_code_may_come_with_a_second_call() {
    let instance = start(Flavour::Mastodon, Clock::new()).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    let line = ["--config", path.to_str().unwrap(), "login", "mastodon", &instance.fake.url];
    let early = hearback(&[&line[..], &["--code", CODE]].concat(), "").await;
    assert!(early.exit == Exit::Failed && early.err.contains("run it without --code first"), "{}", early.err);
    let first = hearback(&line, "").await;
    assert!(first.exit == Exit::Failed && first.err.contains("--code CODE"), "{}", first.err);
    let wrong = hearback(&[&line[..], &["--code", "nonsense"]].concat(), "").await;
    assert!(wrong.exit == Exit::Failed && wrong.err.contains("typed wrongly"), "{}", wrong.err);
    let second = hearback(&[&line[..], &["--code", CODE]].concat(), "").await;
    assert_eq!((second.exit, second.err.as_str()), (Exit::Ok, ""), "{}", second.out);
}

#[tokio::test]
async fn what_is_no_instance_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    let config = path.to_str().unwrap().to_owned();
    let other = Fake::start(|_| Reply::ok("<html>a shop</html>")).await;
    let nobody = format!("http://127.0.0.1:{}", closed_port().await);
    for (url, say) in [
        (other.url.as_str(), "does not speak the Mastodon API"),
        (nobody.as_str(), "cannot be reached"),
        ("http://social.example", "must begin with https://"),
        ("ftp://social.example", "write the instance's address"),
    ] {
        let done = hearback(&["--config", &config, "login", "mastodon", url], "").await;
        assert!(done.exit == Exit::Failed && done.err.contains(say), "{url}: {}", done.err);
    }
}
