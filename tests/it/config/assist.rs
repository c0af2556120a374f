//! `[assist]`: off without it, and careful about where things go.

use super::{complaints, parse, with};
use std::time::Duration;

const LEAST: &str = "\n[assist]\nurl = \"http://localhost:11434/v1\"\nmodel = \"llama3.2\"\n";

#[test]
fn without_the_table_there_is_none() {
    let config = with("");
    assert_eq!(config.assist, None);
    assert_eq!(config.rules_base().assist, None);
}

#[test]
fn everything_is_off_until_it_is_switched_on() {
    let config = with(LEAST);
    let assist = config.assist.as_ref().unwrap();
    assert_eq!((assist.kinds, assist.translate, assist.drafts), (false, false, false));
    assert_eq!((assist.requests, assist.tokens, assist.timeout), (1_000, 500_000, Duration::from_secs(20)));
    assert_eq!(assist.into, "en");
    assert!(config.warnings.to_string().contains("asked for nothing"), "{}", config.warnings);
    let rules = with(&format!("{LEAST}drafts = true\ninto = \"de\"\n")).rules_base().assist.unwrap();
    assert!(rules.drafts && !rules.kinds && rules.into == "de");
}

#[test]
fn a_brand_has_its_tone() {
    let text = format!(
        "[[brand]]\nname = \"acme\"\nterms = [\"acme\"]\ntone = \"dry\"\n\n[[source]]\nname = \"hn\"\ntype = \"hackernews\"\n{LEAST}"
    );
    let rules = parse(&text).unwrap().rules_base().assist.unwrap();
    assert_eq!(rules.tones.into_values().collect::<Vec<_>>(), ["dry"]);
}

#[test]
fn unprotected_only_goes_nearby() {
    let address = |url: &str| complaints(&format!("\n[assist]\nurl = \"{url}\"\nmodel = \"m\"\ndrafts = true\n"));
    for url in [
        "http://127.0.0.1:8080/v1",
        "http://[::1]/v1",
        "http://192.168.1.7:11434/v1",
        "http://10.0.0.3/v1",
        "http://ollama:11434/v1",
        "http://llm.lan/v1",
        "https://api.example.com/v1",
    ] {
        assert_eq!(address(url), "fine\n", "{url}");
    }
    for url in ["http://api.example.com/v1", "http://8.8.8.8/v1", "http://[2001:db8::1]/v1", "http://lan.example/v1"] {
        assert!(address(url).contains("must begin with https://"), "{url}: {}", address(url));
    }
    assert!(address("https://api.example.com/v1/chat/completions").contains("leave /chat/completions off"));
    assert!(address("https://me:secret@api.example.com/v1").contains("a secret must not be written here"));
}

#[test]
fn what_is_wrong_says_so() {
    let say = complaints("\n[assist]\nurl = \"https://a.example/v1\"\n");
    assert!(say.contains("assist.model: missing"), "{say}");
    let say = complaints(&format!("{LEAST}key = \"sk-1234\"\ntimeout = \"1h\"\nbudget = 0\nkind = true\n"));
    assert!(say.contains("a secret must not be written here") && !say.contains("sk-1234"), "{say}");
    assert!(
        say.contains("two minutes") && say.contains("requests a day") && say.contains("did you mean \"kinds\""),
        "{say}"
    );
}
