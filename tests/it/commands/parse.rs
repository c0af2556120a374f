//! The grammar of a typed line: what is read, what is refused, what could come next, and back again.

use hearback::commands::ALL;
use hearback::domain::{MentionNo, PersonId};
use hearback::slash::{
    Args, Hints, LINE_LIMIT, MentionRef, OptKind, Range, Value, When, complete, help_of, nearest, parse_line,
    readme_table, render, usage,
};
use proptest::prelude::*;

fn read(line: &str) -> (&'static str, Vec<(&'static str, Value)>) {
    let (spec, args) = parse_line(ALL, line).unwrap_or_else(|r| panic!("{line:?}: {r}"));
    (spec.name, args.iter().map(|(n, v)| (n, v.clone())).collect())
}

fn wrong(line: &str) -> String {
    match parse_line(ALL, line) {
        Ok((spec, args)) => panic!("{line:?} was read as {} {args:?}", spec.name),
        Err(refusal) => refusal.say,
    }
}

fn no(n: u64) -> (&'static str, Value) {
    ("mention", Value::Mention(MentionRef::No(MentionNo(n))))
}

fn text(t: &str) -> (&'static str, Value) {
    ("text", Value::Text(t.to_owned()))
}

#[test]
fn references() {
    assert_eq!(read("claim 142"), ("claim", vec![no(142)]));
    assert_eq!(read("/CLAIM #142"), ("claim", vec![no(142)]));
    assert_eq!(read("unclaim last"), ("release", vec![("mention", Value::Mention(MentionRef::Last))]));
    let url = "https://social.example/@jo/1?x=%20#y";
    assert_eq!(
        read(&format!("show <{url}>")),
        ("show", vec![("mention", Value::Mention(MentionRef::Url(url.into())))])
    );
    assert_eq!(read("claim"), ("claim", vec![]));
    assert_eq!(read("claim @ana"), ("claim", vec![("user", Value::Person(PersonId::new("ana")))]));
    assert_eq!(read("claim 7 @ana").1.len(), 2);
    assert!(wrong("claim 0").contains("`0`"));
    assert!(wrong("claim 99999999999999999999999").contains("`claim`"));
}

#[test]
fn texts_keep_their_line_feeds_quotes_and_numbers() {
    assert_eq!(
        read("reply 142 Hi “Jo”,\n\n  we’re on it — 24/7"),
        ("reply", vec![no(142), text("Hi “Jo”,\n\n  we’re on it — 24/7")])
    );
    assert_eq!(read("reply 142\nHi"), ("reply", vec![no(142), text("Hi")]));
    assert_eq!(read("reply -- 5 stars, thank you!"), ("reply", vec![text("5 stars, thank you!")]));
    assert_eq!(read("reply 142 -- 5 stars"), ("reply", vec![no(142), text("5 stars")]));
    assert_eq!(read("reply 142 -- -- dashes"), ("reply", vec![no(142), text("-- dashes")]));
    assert_eq!(read("note 142 5 stars"), ("note", vec![no(142), text("5 stars")]));
    assert_eq!(read("find 142"), ("find", vec![text("142")]));
    assert_eq!(read("reply 日本語のテキスト"), ("reply", vec![text("日本語のテキスト")]));
}

#[test]
fn choices_labels_and_ranges() {
    assert_eq!(read("done 142 spam").1.last(), Some(&("reason", Value::Choice("spam"))));
    assert_eq!(read("done 142 DUP").1.last(), Some(&("reason", Value::Choice("duplicate"))));
    assert_eq!(read("kind #9 Praise").1.last(), Some(&("kind", Value::Choice("praise"))));
    let tags = Value::Tags { add: vec!["a".into(), "b".into()], remove: vec!["c".into()] };
    assert_eq!(read("tag 142 +a -c +b").1.last(), Some(&("labels", tags)));
    assert_eq!(read("stats by kind").1, vec![("by", Value::Choice("kind"))]);
    assert_eq!(
        read("stats 30d network").1,
        vec![("range", Value::Range(Range::Days(30))), ("by", Value::Choice("network"))]
    );
    let dates = Range::Dates("2026-01-01".parse().unwrap(), "2026-02-01".parse().unwrap());
    assert_eq!(read("stats 2026-01-01..2026-02-01").1, vec![("range", Value::Range(dates))]);
    assert_eq!(read("queue mine 3").1, vec![("which", Value::Choice("mine")), ("page", Value::Count(3))]);
    for bad in ["stats 0d", "stats 2026-02-01..2026-01-01", "stats 2026-02-30", "stats 99999d", "stats 7x"] {
        assert!(wrong(bad).contains("`stats`"), "{bad}");
    }
}

#[test]
fn saved_replies_and_the_digest_read_only_what_their_action_takes() {
    let word = |w: &str| ("name", Value::Word(w.to_owned()));
    let action = |w| ("action", Value::Choice(w));
    assert_eq!(read("canned").1, vec![]);
    assert_eq!(read("canned delay").1, vec![word("delay")]);
    assert_eq!(read("canned use delay 142").1, vec![action("use"), word("delay"), no(142)]);
    assert_eq!(
        read("canned add hours 9 to 5, every day").1,
        vec![action("add"), word("hours"), text("9 to 5, every day")]
    );
    assert!(wrong("canned remove delay now").contains("`now`"));
    let nine = When::At { hour: 9, minute: 0, in_days: None, weekday: None };
    assert_eq!(read("digest at 09:00").1, vec![action("at"), ("time", Value::When(nine))]);
    assert_eq!(read("digest days mon-fri").1, vec![action("days"), ("weekdays", Value::Word("mon-fri".into()))]);
    assert!(wrong("digest now 09:00").contains("`09:00`"));
}

#[test]
fn wrong_lines_name_what_is_wrong_and_show_how() {
    assert_eq!(wrong("cliam 142"), "There is no command `cliam`. Did you mean `claim`?");
    assert!(wrong("good morning everybody").contains("`help`"));
    assert_eq!(
        wrong("done 142 spamm"),
        "`spamm` is not what `done` takes as `reason`: one of answered, none, spam, notus, duplicate, elsewhere. Did you \
         mean `spam`? For example: `done 142 spam all`."
    );
    assert!(wrong("claim ana").contains("a person, such as @ana"));
    assert!(wrong("kind 142").contains("`kind` needs `kind`"));
    assert!(wrong("snooze 142 2 parsecs").contains("`until`"));
    assert!(wrong("version 2").contains("`version` does not know what to do with `2`"));
    assert!(wrong(&"x".repeat(LINE_LIMIT + 1)).contains("longer than 20000"));
    assert!(!wrong(&format!("{}\u{1b}[2J", "y".repeat(300))).contains('\u{1b}'));
    assert_eq!(read("").0, "help");
    assert_eq!(read("  /hearback  ").0, "help");
    assert_eq!(read("@hearback: claim 5").0, "claim");
    assert_eq!(nearest("zzz", ["claim"]), None);
}

fn next(line: &str) -> Vec<String> {
    let hints = Hints {
        open: vec![MentionNo(142), MentionNo(7)],
        people: vec![PersonId::new("ana")],
        canned: vec!["delay".to_owned()],
    };
    complete(ALL, line, line.len(), &hints).words
}

#[test]
fn what_could_come_next() {
    assert_eq!(next("cl"), ["claim"]);
    assert_eq!(next("/re"), ["/release", "/reply", "/reject", "/repost", "/retract", "/reopen", "/resume"]);
    assert_eq!(next("hearback que"), ["queue"]);
    assert_eq!(next("claim "), ["142", "7", "last", "mine", "@ana", "@me"]);
    assert_eq!(next("claim #1"), ["#142"]);
    assert_eq!(next("claim 142 @"), ["@ana", "@me"]);
    assert_eq!(next("done 142 s"), ["spam"]);
    assert_eq!(next("canned use d"), ["delay"]);
    assert_eq!(next("canned use delay "), ["142", "7", "last", "mine"]);
    assert_eq!(next("help sna"), Vec::<String>::new());
    assert_eq!(next("help sno"), ["snooze"]);
    assert_eq!(next("reply 142 some text "), Vec::<String>::new());
    let line = "cläim 1";
    assert_eq!(complete(ALL, line, 3, &Hints::default()).words, Vec::<String>::new(), "inside a character");
}

#[test]
fn help_says_how_each_is_typed() {
    let snooze = ALL.iter().find(|s| s.name == "snooze").expect("there");
    assert_eq!(usage(snooze), "snooze [mention] [cancel] [until]");
    let table = readme_table(ALL);
    for spec in ALL {
        assert!(table.contains(spec.summary), "{}", spec.name);
        assert!(!help_of(spec).is_empty());
    }
}

fn value(kind: OptKind) -> BoxedStrategy<String> {
    let s = |words: &'static [&'static str]| proptest::sample::select(words).prop_map(str::to_owned).boxed();
    match kind {
        OptKind::Mention => s(&["142", "#7", "last", "mine", "https://a.example/b"]),
        OptKind::Person => s(&["@ana", "@Ben.K", "@日本"]),
        OptKind::When => s(&[
            "2h",
            "90m",
            "1d12h",
            "tomorrow",
            "tomorrow at 9:05",
            "mon",
            "sunday 23:59",
            "0:00",
            "at 7pm",
            "in 2 hours",
            "3 weeks",
            "in 4 days at 8:15",
            "today 5am",
        ]),
        OptKind::Choice(words) => s(words),
        OptKind::Range => s(&["7d", "36h", "2w", "today", "yesterday", "2026-01-01..2026-02-28", "2026-03-01"]),
        OptKind::Count => s(&["1", "12", "007"]),
        OptKind::Word => s(&["delay", "mon-fri", "x", "日本"]),
        OptKind::Tags => s(&["+a", "-b +c", "+refund -urgent"]),
        OptKind::Text => {
            prop_oneof!["\\PC{0,40}", "(-- |142 |last |@ana |cancel |spam |by kind |2h )[a-z]{0,5}", "[a-z\n ]{1,40}"]
                .boxed()
        }
    }
}

fn line() -> impl Strategy<Value = String> {
    (0..ALL.len()).prop_flat_map(|i| {
        let parts: Vec<_> = ALL[i].options.iter().map(|o| proptest::option::of(value(o.kind))).collect();
        (Just(ALL[i].name), parts, any::<bool>()).prop_map(|(name, parts, dashes)| {
            let mut words = vec![name.to_owned()];
            let last = parts.len().saturating_sub(1);
            for (i, part) in parts.into_iter().enumerate() {
                if dashes && i == last {
                    words.push("--".to_owned());
                }
                words.extend(part);
            }
            words.join(" ")
        })
    })
}

fn comes_back(line: &str) -> Result<(), TestCaseError> {
    if let Ok((spec, args)) = parse_line(ALL, line) {
        let again = render(spec, &args);
        let (same, back): (_, Args) =
            parse_line(ALL, &again).map_err(|r| TestCaseError::fail(format!("{line:?} -> {again:?}: {r}")))?;
        prop_assert_eq!(spec.name, same.name);
        prop_assert_eq!(&args, &back, "{:?} -> {:?}", line, again);
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(line in any::<String>(), cursor in 0_usize..100) {
        if let Err(refusal) = parse_line(ALL, &line) {
            prop_assert!(!refusal.say.is_empty());
        }
        complete(ALL, &line, cursor, &Hints::default());
        comes_back(&line)?;
    }

    #[test]
    fn what_is_written_is_read_as_the_same(line in line()) {
        comes_back(&line)?;
    }

    #[test]
    fn commands_with_any_tail_are_read_or_refused(i in 0..ALL.len(), tail in "[ \\PC\n]{0,60}") {
        comes_back(&format!("{} {tail}", ALL[i].name))?;
    }
}
