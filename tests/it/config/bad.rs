//! Bad files and exactly what is said about them.

use super::{LEAST, complaints, parse};
use hearback::config::Config;
use proptest::prelude::*;
use std::path::Path;

#[track_caller]
fn says(more: &str, expected: &str) {
    assert_eq!(complaints(more), expected, "for:\n{more}");
}

#[test]
fn every_problem_is_said_at_once_in_the_order_of_the_file() {
    let text = r#"[desk]
zone = "London"
chanel = "console:x"
[[brand]]
name = "acme"
trems = ["a"]
[[brand]]
name = "acme"
terms = [1, "x"]
mode = "aprove"
[[source]]
type = "fed"
name = "t"
[source2]
[[route]]
to = "slak:foo"
brands = "acne"
[[digest]]
channel = "console:suport"
at = "25:00"
"#;
    let expected = r#"bot.toml:2:8: desk.zone: "London" is not a time zone; did you mean "Europe/London"?
bot.toml:3:1: desk.chanel: unknown key; did you mean "channel"?
bot.toml:4:1: brand.acme: nothing to watch for; give it terms, phrases, hashtags, handles or domains
bot.toml:6:1: brand.acme.trems: unknown key; did you mean "terms"?
bot.toml:8:8: brand.acme.name: there is another brand "acme"; give each its own name
bot.toml:9:10: brand.acme.terms: expected words in quotes, such as ["acme"], found a number
bot.toml:10:8: brand.acme.mode: "aprove" is unknown; did you mean "approve"?
bot.toml:12:8: source.t.type: "fed" is unknown; did you mean "feed"?
bot.toml:14:2: source2: unknown key; did you mean "source"?
bot.toml:16:6: route[1].to: there is no chat "slak"; did you mean "slack"?
bot.toml:17:10: route[1].brands: there is no brand "acne"; did you mean "acme"?
bot.toml:19:11: digest[1].channel: no route and not [desk] channel leads to "console:suport"; did you mean "console:support"?
bot.toml:20:6: digest[1].at: "25:00" is not a time of day; write it such as "09:00" or "17:30""#;
    assert_eq!(parse(text).unwrap_err().to_string(), expected);
}

#[test]
fn an_empty_file_is_told_what_it_lacks() {
    let expected = "bot.toml:1:1: brand: missing; expected at least one [[brand]]\n\
                    bot.toml:1:1: source: missing; expected at least one [[source]]";
    assert_eq!(parse("").unwrap_err().to_string(), expected);
    assert_eq!(parse("# nothing here\r\n").unwrap_err().to_string(), expected);
}

#[test]
fn tables_of_the_wrong_shape() {
    let expected = "bot.toml:1:9: brand: write [[brand]] with double brackets: there can be several\n\
                    bot.toml:2:11: source: expected at least one [[source]], found a number\n\
                    bot.toml:3:8: desk: expected a table [desk], found a text";
    assert_eq!(parse("brand = 1\nsource = [1]\ndesk = 'x'\n").unwrap_err().to_string(), expected);
}

#[test]
fn lines_and_columns_count_characters_with_crlf_unicode_and_a_byte_order_mark() {
    let text = "\u{feff}desk = 1\r\n# 日本語 ümläut 👩‍👩‍👧\r\n[[brand]]\r\nname = \"é\"\r\nterms = [\"日本\", 5]\r\n";
    let expected = "bot.toml:1:8: desk: expected a table [desk], found a number\n\
                    bot.toml:4:8: brand[1].name: \"é\" is not a short name; use up to 40 of a-z, 0-9, \"-\", \"_\" and \
                    \".\", beginning with a letter or digit\n\
                    bot.toml:5:16: brand[1].terms: expected words in quotes, such as [\"acme\"], found a number";
    let said = parse(text).unwrap_err().to_string();
    let said: Vec<&str> = said.lines().filter(|line| !line.contains("missing")).collect();
    assert_eq!(said.join("\n"), expected);
}

#[test]
fn broken_syntax_is_said_and_what_may_only_follow_from_it_is_not() {
    says("[desk]\nzone = \"Europe\n", "bot.toml:9:15: not valid TOML: invalid basic string, expected `\"`");
    says("[desk\nzone = 1\n", "bot.toml:8:6: not valid TOML: unclosed table, expected `]`");
    says(
        "[desk]\nname = 'x'\nname = 'y'\n",
        "bot.toml:10:1: this key or table is in the file already; keep one of the two",
    );
    // A broken value does not hide a wrong key elsewhere.
    says(
        "[desk]\nname = abc\nzon = 1\n",
        "bot.toml:9:8: not valid TOML: string values must be quoted, expected literal string\n\
         bot.toml:10:1: desk.zon: unknown key; did you mean \"zone\"?",
    );
    assert_eq!(
        parse("[[brand]\nname = 'a'\n").unwrap_err().to_string(),
        "bot.toml:1:9: not valid TOML: unclosed array table, expected `]`"
    );
}

#[test]
fn a_file_that_is_not_utf_8() {
    let said = Config::parse("bot.toml", b"# ok\nname = \"\xff\"", Path::new(""), None).unwrap_err().to_string();
    assert_eq!(said, "bot.toml:2:9: not UTF-8 from here on; save the file as UTF-8");
}

#[test]
fn durations_times_zones_and_words() {
    says(
        "[desk]\nidle_claim = \"4 hours\"\nzone = \"Europe/Lodon\"\nlanguage = \"xx\"\n",
        "bot.toml:9:14: desk.idle_claim: \"4 hours\" is not a duration; write it such as \"90s\", \"5m\", \"2h\", \"1d\" or \
         \"1h30m\"\n\
         bot.toml:10:8: desk.zone: \"Europe/Lodon\" is not a time zone; did you mean \"Europe/London\"?\n\
         bot.toml:11:12: desk.language: \"xx\" is none of \"en\"",
    );
    for wrong in ["", "5", "m", "0m", "5x", "-5m", "1.5h", "99999999999999999999h", "999999d", "٣m"] {
        assert!(hearback::config::duration(wrong).is_err(), "{wrong:?}");
    }
    for wrong in ["", "9", "24:00", "9:5", "09:60", "ab:cd", "9:00 am", "-1:00", "9:00:30"] {
        assert!(hearback::config::local_time(wrong).is_err(), "{wrong:?}");
    }
    says(
        "[targets]\nquestion = 60\nin = \"office\"\n",
        "bot.toml:9:12: targets.question: expected a duration such as \"1h\", or \"none\", found a number\n\
         bot.toml:10:6: targets.in: \"office\" is none of \"calendar\" or \"business\"",
    );
    says(
        "[web]\nlisten = \"localhost\"\n[store]\nmin_free = \"lots\"\n[log]\nlevel = \"inf\"\nformat = \"xml\"\n",
        "bot.toml:9:10: web.listen: \"localhost\" is not an address with a port; write it such as \"127.0.0.1:8787\" or \
         \"[::]:8787\"\n\
         bot.toml:11:12: store.min_free: \"lots\" is not a size; write it such as \"256MiB\" or \"1GiB\"\n\
         bot.toml:13:9: log.level: \"inf\" is unknown; did you mean \"info\"?\n\
         bot.toml:14:10: log.format: \"xml\" is none of \"text\" or \"json\"",
    );
}

#[test]
fn sources() {
    says(
        "[[source]]\nname = \"hn\"\ntype = \"feed\"\nsecret = { env = \"X\" }\n",
        "bot.toml:8:1: source.hn.url: missing; expected the feed's address, such as \"https://example.com/feed.xml\"\n\
         bot.toml:9:8: source.hn.name: there is another source \"hn\"; give each its own name\n\
         bot.toml:11:1: source.hn.secret: unknown key; a [[source]] of type \"feed\" may have \"name\", \"type\", \
         \"brands\", \"url\" and \"every\"",
    );
    says(
        "[[source]]\nname = \"f\"\ntype = \"feed\"\nurl = \"example.com/feed\"\n",
        "bot.toml:11:7: source.f.url: not a web address (relative URL without a base); write it in full, such as \
         \"https://example.com/feed.xml\"",
    );
    says(
        "[[source]]\nname = \"f\"\ntype = \"feed\"\nurl = \"file:///etc/passwd\"\nevery = \"10s\"\n",
        "bot.toml:11:7: source.f.url: \"file:\" addresses cannot be used here; write one with https:// or http://\n\
         bot.toml:12:9: warning: source.f.every: more often than once a minute; many servers refuse that",
    );
    says(
        "[[source]]\nname = \"x\"\nurll = 1\n",
        "bot.toml:8:1: source.x.type: missing; expected the network, such as \"bluesky\", \"mastodon\" or \"feed\"\n\
         bot.toml:10:1: source.x.urll: unknown key; did you mean \"url\"?",
    );
    says(
        "[[source]]\nname = \"w\"\ntype = \"webhook\"\npath = \"in w\"\nmax_chars = 0\ncallback = { url = \"https://x.example\" }\n",
        "bot.toml:8:1: source.w.secret: missing; expected { env = \"NAME\" } or { file = \"path\" }, or a list of these\n\
         bot.toml:11:8: source.w.path: \"in w\" is not a path; write it such as \"/in/shop\", of letters, digits, \"/\", \
         \"-\" and \"_\"\n\
         bot.toml:12:13: source.w.max_chars: expected a number of at least 1, such as 2000, found a number\n\
         bot.toml:13:12: source.w.callback.secret: missing; expected { env = \"NAME\" } or { file = \"path\" }",
    );
}

#[test]
fn brands_that_watch_for_nothing() {
    says(
        "[[brand]]\nname = \"b\"\nterms = []\nhandles = [\"a b\", \"@\"]\ndomains = \"https://b.example/\"\n",
        "bot.toml:10:9: brand.b.terms: nothing to watch for; give it terms, phrases, hashtags, handles or domains\n\
         bot.toml:11:12: brand.b.handles: \"a b\" is not one word after \"@\"; write it such as \"@acme\"\n\
         bot.toml:11:19: brand.b.handles: \"@\" is not one word after \"@\"; write it such as \"@acme\"\n\
         bot.toml:12:11: brand.b.domains: \"https://b.example/\" is not a domain; write it such as \"acme.example\", \
         without https:// and path",
    );
    says(
        "[[brand]]\nname = \"b\"\nterms = [\"Bee\"]\ncase_sensitive = [\"BEE\"]\n",
        "bot.toml:11:18: brand.b.case_sensitive: \"BEE\" is none of this brand's terms or phrases; add it there too, \
         spelled the same",
    );
    says(
        "[[brand]]\nname = \"b\"\nterms = [\"Bee\"]\nhandoff = \"Write to us: {link}\"\n",
        "bot.toml:11:11: brand.b.handoff: {link} stands for private_way, which is missing; write it, or take {link} out",
    );
    says(
        "[[route]]\nsources = [\"hm\"]\nto = \"console:x\"\n",
        "bot.toml:9:12: route[1].sources: there is no source \"hm\"; did you mean \"hn\"?",
    );
}

#[test]
fn routes_people_hours_and_digests() {
    says(
        "[[route]]\nkinds = [\"prase\"]\nlanguages = [\"german\"]\ndirect = \"yes\"\nnetworks = [\"hakernews\"]\nto = []\n",
        "bot.toml:9:10: route[1].kinds: \"prase\" is unknown; did you mean \"praise\"?\n\
         bot.toml:10:14: route[1].languages: \"german\" is not a language; write its two letters, such as \"en\", \"de\" or \
         \"ja\"\n\
         bot.toml:11:10: route[1].direct: expected true (only direct mentions) or false (only indirect ones), found a text\n\
         bot.toml:12:12: warning: route[1].networks: no source is on the network \"hakernews\"; did you mean \"hackernews\"?\n\
         bot.toml:13:6: route[1].to: names no channel; name some, such as \"console:support\"",
    );
    says(
        "[desk]\nperson = \"anna\"\n[[person]]\nname = \"ana\"\nrole = \"boss\"\nslack = \"U1\"\n[[person]]\nname = \"bo\"\nslack = \"U1\"\n",
        "bot.toml:9:10: desk.person: there is no person \"anna\"; did you mean \"ana\"?\n\
         bot.toml:12:8: person.ana.role: \"boss\" is none of \"viewer\", \"responder\", \"approver\", \"lead\" or \"admin\"\n\
         bot.toml:16:9: person.bo.slack: is also the id of \"ana\"; each person has their own",
    );
    says(
        "[hours]\nweek = { mon = \"17:00-9:00\", tue = [\"9:00-12:00\", \"11:00-13:00\"], fry = \"9-5\", wed = \"9-5\" }\n\
         holidays = [\"25.12.2026\"]\n[hours.brands.acmee]\nweek = {}\n",
        "bot.toml:9:16: hours.week.mon: \"17:00-9:00\" ends before it begins; hours over midnight go as \"22:00-24:00\" and \
         \"0:00-6:00\" of the next day\n\
         bot.toml:9:36: hours.week.tue: the spans overlap; write each hour once\n\
         bot.toml:9:67: hours.week.fry: unknown key; did you mean \"fri\"?\n\
         bot.toml:9:86: hours.week.wed: \"9-5\" are not hours; write them such as \"9:00-17:30\"\n\
         bot.toml:10:13: hours.holidays: \"25.12.2026\" is not a date; write it such as \"2026-12-25\"\n\
         bot.toml:11:15: hours.brands.acmee: there is no brand \"acmee\"; did you mean \"acme\"?\n\
         bot.toml:12:8: hours.brands.acmee.week: no day has hours; write such as { mon = \"9:00-17:30\" }, or leave [hours] \
         out to be always open",
    );
    says(
        "[[digest]]\nchannel = \"console:support\"\ndays = [\"monday\"]\n[[digest]]\nchannel = \"console:support\"\n",
        "bot.toml:10:9: digest[1].days: \"monday\" is not a weekday; write \"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\" \
         or \"sun\", or a range such as \"mon-fri\"\n\
         bot.toml:12:11: digest[2].channel: \"console:support\" has another [[digest]]; keep one per channel",
    );
}

#[test]
fn complaint_cues_that_are_no_patterns() {
    says(
        "[triage]\ncomplaint_cues = [\"parcel never came\", \"no! signal\", \"* #\"]\n",
        "bot.toml:9:40: triage.complaint_cues: \"no!\" is no word; write letters, digits and apostrophes, | between words that \
         count alike, * for any ending\n\
         bot.toml:9:54: triage.complaint_cues: \"* #\" needs at least one word, and at most 8",
    );
}

#[test]
fn what_is_only_odd_is_a_warning() {
    says(
        "[targets]\nin = \"business\"\n",
        "fine\nbot.toml:9:6: warning: targets.in: without [hours] every hour is a business hour; add [hours]",
    );
    let approve = LEAST.replace("name = \"acme\"", "name = \"acme\"\nmode = \"approve\"");
    let warned = parse(&approve).unwrap().warnings.to_string();
    assert!(warned.contains("nobody else may give it"), "{warned}");
    let two = "[[person]]\nname = \"ana\"\n[[person]]\nname = \"sam\"\nrole = \"approver\"\n";
    assert_eq!(parse(&format!("{approve}{two}")).unwrap().warnings.to_string(), "");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever stands in the file, there is an answer.
    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        answered(&bytes)?;
    }

    /// The same for what looks like a configuration: pieces of one in any order.
    #[test]
    fn any_pieces_of_a_configuration_get_an_answer(pieces in prop::collection::vec(prop_oneof![
        prop::sample::select(vec![
            "[[brand]]", "[[source]]", "[desk]", "[hours]", "[[digest]]", "[[route]]", "[[person]]", "[targets]", "name",
            "type", "terms", "week", "secret", "callback", "zone", "at", " = ", "=", "\"feed\"", "\"webhook\"", "{", "}",
            "[", "]", ",", ".", "\n", "\r\n", "\"", "env", "\"日本\"", "'é'", "1", "-0x1F", "9:00", "2026-12-25", "true",
            "\"\"\"", "#", "\u{feff}", "inf",
        ]).prop_map(str::to_owned),
        "\\PC{0,4}",
    ], 0..60)) {
        answered(pieces.concat().as_bytes())?;
    }
}

/// Read or refused; a refusal names at least one problem, and places lie within the file.
fn answered(bytes: &[u8]) -> Result<(), TestCaseError> {
    let lines = bytes.split(|b| *b == b'\n').count();
    if let Err(problems) = Config::parse("bot.toml", bytes, Path::new(""), Some(&|_| None)) {
        prop_assert!(problems.is_fatal());
        for problem in &problems.0 {
            prop_assert!(!problem.say.is_empty());
            prop_assert!(problem.at.is_some_and(|(line, column)| line >= 1 && line <= lines && column >= 1));
        }
    }
    Ok(())
}
