//! `[[source]]` of type `reddit`.

use hearback::config::{Config, Problems, RedditLogin, Watch};
use std::path::Path;

/// In a world where every secret is set.
fn parse(text: &str) -> Result<Config, Problems> {
    Config::parse("bot.toml", text.as_bytes(), Path::new(""), Some(&|_| Some("a-secret".into())))
}

fn with(keys: &str) -> String {
    format!(
        "[[brand]]\nname = \"acme\"\nterms = [\"acme\", \"acme cloud\"]\n\n[[source]]\nname = \"r\"\ntype = \"reddit\"\n{keys}"
    )
}

const APP: &str = "client_id = \"abc\"\nclient_secret = { env = \"APP\" }\n";

#[test]
fn what_is_left_out_is_what_is_usual() {
    let text = with(&format!(
        "{APP}refresh_token = {{ env = \"TOKEN\" }}\noperator = \"/u/acme_it\"\nsubreddits = [\"r/acme\", \"help\"]\n"
    ));
    let config = parse(&text).unwrap_or_else(|problems| panic!("{problems}"));
    let Watch::Reddit(reddit) = &config.sources[0].watch else { panic!("{:?}", config.sources) };
    assert_eq!((reddit.operator.as_str(), reddit.every.as_secs()), ("acme_it", 120));
    assert_eq!(reddit.subreddits, ["acme", "help"]);
    assert_eq!(reddit.queries, ["acme", "acme cloud"], "those of the brands");
    assert_eq!((reddit.auth.as_str(), reddit.api.as_str()), ("https://www.reddit.com", "https://oauth.reddit.com"));
    assert!(matches!(reddit.login, RedditLogin::Refresh(_)));
    assert_eq!(config.sources[0].watch.network(), "reddit");

    let text = with(&format!("{APP}username = \"acme_help\"\npassword = {{ env = \"WORD\" }}\nquery = []\n"));
    let config = parse(&text).unwrap_or_else(|problems| panic!("{problems}"));
    let Watch::Reddit(reddit) = &config.sources[0].watch else { panic!("{:?}", config.sources) };
    assert_eq!((reddit.operator.as_str(), reddit.queries.len()), ("acme_help", 0));
    assert!(matches!(&reddit.login, RedditLogin::Password(name, _) if name == "acme_help"));
}

#[test]
fn what_is_missing_is_said() {
    let problems = |keys: &str| parse(&with(keys)).expect_err("refused").to_string();
    let say = problems(APP);
    assert!(say.contains("add a refresh_token, or username and password"), "{say}");
    assert!(say.contains("name your own account there as operator"), "{say}");
    let say = problems(&format!("{APP}password = {{ env = \"WORD\" }}\noperator = \"a b\"\n"));
    assert!(say.contains("has a password and no username") && say.contains("\"a b\" is no name at Reddit"), "{say}");
}
