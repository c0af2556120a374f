//! Options that were given one by one make the line from which exactly they are read again, or are refused by name.

use super::world::person;
use hearback::commands::ALL;
use hearback::domain::{MentionNo, Person, PersonId, Role};
use hearback::slash::{Args, MentionRef, OptKind, OptSpec, Range, Spec, Value, When, given, parse_partly};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn people() -> BTreeMap<PersonId, Person> {
    let called = |id: &str, name: &str| Person {
        id: PersonId::new(id),
        name: name.to_owned(),
        role: Role::Responder,
        zone: "UTC".to_owned(),
    };
    let all = [called("ana", "Ana Lima"), called("ben", "Ben"), called("kim", "Kim Ro"), called("81234567", "Kim Ro")];
    all.into_iter().map(|person| (person.id.clone(), person)).collect()
}

fn line(command: &str, options: &[(&str, &str)]) -> Result<String, String> {
    given(ALL, &people(), command, options).map_err(|refusal| refusal.say)
}

#[test]
fn options_make_the_line_that_somebody_would_type() {
    for (command, options, typed) in [
        ("claim", &[("user", "Ana Lima"), ("mention", "#142")][..], "claim 142 @ana"),
        ("claim", &[("user", "<@!81234567>")][..], "claim @81234567"),
        ("claim", &[("user", "ME")][..], "claim @me"),
        ("claim", &[][..], "claim"),
        ("hearback status", &[][..], "status"),
        ("/hearback", &[][..], "help"),
        ("reply", &[("mention", "last"), ("text", " 5 stars,\nthank you ")][..], "reply last 5 stars,\nthank you"),
        ("reply", &[("text", "142 is your number")][..], "reply -- 142 is your number"),
        ("reply", &[("mention", "142"), ("text", "-- so be it")][..], "reply 142 -- -- so be it"),
        ("reply", &[("mention", "142"), ("text", " \n")][..], "reply 142"),
        (
            "note",
            &[("mention", "https://discord.com/channels/1/22/333")][..],
            "note https://discord.com/channels/1/22/333",
        ),
        ("snooze", &[("mention", "142"), ("until", "mon 9:00")][..], "snooze 142 mon 9:00"),
        ("snooze", &[("until", "3 days at 14:30")][..], "snooze in 3 days at 14:30"),
        ("done", &[("mention", "mine"), ("reason", "Spam")][..], "done mine spam"),
        ("tag", &[("labels", "+a -b +c"), ("mention", "142")][..], "tag 142 +a +c -b"),
        ("canned", &[("action", "use"), ("mention", "142")][..], "canned use #142"),
        ("canned", &[("action", "use"), ("mention", "last")][..], "canned use #last"),
        ("canned", &[("action", "use"), ("name", "last"), ("mention", "mine")][..], "canned use last mine"),
        ("canned", &[("action", "add"), ("text", "Thank you!")][..], "canned add -- Thank you!"),
        ("send", &[("version", "2")][..], "send version 2"),
        ("send", &[("version", "2"), ("mention", "142")][..], "send 142 2"),
        ("queue", &[("page", "2")][..], "queue 2"),
        ("stats", &[("by", "kind"), ("range", "2w")][..], "stats 14d kind"),
        ("digest", &[("time", "9:00"), ("action", "at")][..], "digest at 9:00"),
    ] {
        assert_eq!(line(command, options).as_deref(), Ok(typed), "{command} {options:?}");
    }
}

#[test]
fn what_is_wrong_is_refused_by_the_name_of_its_option() {
    for (command, options, says) in [
        ("claim", &[("mention", "the one about the app")][..], "`mention`: a mention: 142"),
        ("claim", &[("mention", "142 143")][..], "as `mention`"),
        ("claim", &[("mention", " ")][..], "needs `mention`"),
        ("claim", &[("user", "anna")][..], "`user`: I know nobody called `anna`. Did you mean `ana`?"),
        ("claim", &[("user", "somebody else")][..], "Try one of @81234567, @ana, @ben, @kim."),
        ("claim", &[("user", "kim ro")][..], "`user`: more than one colleague is called kim ro."),
        ("claim", &[("user", "@")][..], "as `user`: a person"),
        ("snooze", &[("until", "9:00 or so")][..], "as `until`: a time"),
        ("done", &[("reason", "spamm")][..], "Did you mean `spam`?"),
        ("stats", &[("range", "a while")][..], "as `range`: a range"),
        ("send", &[("version", "v2")][..], "as `version`: a number"),
        ("tag", &[("labels", "refund")][..], "as `labels`: labels, such as +refund -urgent"),
        ("tag", &[("labels", "+a b")][..], "as `labels`"),
        ("canned", &[("name", "two words")][..], "as `name`: one word"),
        ("canned", &[("name", "list")][..], "`list` is not what `canned` takes as `name`"),
        ("canned", &[("action", "use"), ("name", "#142")][..], "as `name`"),
        ("canned", &[("action", "show"), ("name", "--")][..], "as `name`"),
        (
            "canned",
            &[("action", "list"), ("text", "x")][..],
            "`text` belongs to `add` and `edit` only: choose that as `action`",
        ),
        ("digest", &[("time", "9:00")][..], "`time` belongs to `at` only"),
        ("claim", &[("who", "ana")][..], "`claim` has no option `who`. Type `help claim`"),
        ("claim", &[("user", "ana"), ("user", "ben")][..], "`user` is given twice"),
        ("cliam", &[][..], "Did you mean `claim`?"),
        ("hearback claim now", &[][..], "There is no command"),
    ] {
        let refused = line(command, options).expect_err(command);
        assert!(refused.contains(says), "{command} {options:?}: {refused}");
    }
    let long = "x ".repeat(10_001);
    assert!(line("note", &[("text", &long)]).unwrap_err().starts_with("`text` is too long"));
}

/// What can be given for an option, and what is to be read.
fn valid(kind: OptKind) -> Vec<(String, Value)> {
    let mention = |m: MentionRef| Value::Mention(m);
    let url = |url: &str| mention(MentionRef::Url(url.to_owned()));
    let no = |no| mention(MentionRef::No(MentionNo(no)));
    let ana = || Value::Person(PersonId::new("ana"));
    let at = |hour, minute, in_days, weekday| Value::When(When::At { hour, minute, in_days, weekday });
    let date = |date: &str| date.parse().expect("a date");
    let tags = |add: &[&str], remove: &[&str]| Value::Tags {
        add: add.iter().map(|t| (*t).to_owned()).collect(),
        remove: remove.iter().map(|t| (*t).to_owned()).collect(),
    };
    let texts = [
        "hello",
        "142 hello",
        "#7",
        "-- x",
        "--",
        "last",
        "7 hours",
        "@ana hi",
        "cancel",
        "spam",
        "+a -b",
        "use",
        "v2",
        "a\n\nb  c",
        "today 9:00",
        "{text}",
        "/reply 7",
        "hearback",
        "page 2",
        "version 3",
        "https://a.example",
        "é\u{2028}x",
    ];
    let all: Vec<(&str, Value)> = match kind {
        OptKind::Mention => vec![
            ("142", no(142)),
            (" #142 ", no(142)),
            ("<142>", no(142)),
            ("LAST", mention(MentionRef::Last)),
            ("mine", mention(MentionRef::Mine)),
            ("https://a.example/@jo/1?x=%20#y", url("https://a.example/@jo/1?x=%20#y")),
            ("<https://discord.com/channels/1/2/3>", url("https://discord.com/channels/1/2/3")),
        ],
        OptKind::Person => vec![("ana", ana()), ("@Ana", ana()), ("ana lima", ana()), ("@Ana Lima", ana())],
        OptKind::When => vec![
            ("2h", Value::When(When::After(7_200))),
            ("3 hours", Value::When(When::After(10_800))),
            ("1d12h", Value::When(When::After(129_600))),
            ("90min", Value::When(When::After(5_400))),
            ("tomorrow", at(9, 0, Some(1), None)),
            ("mon 9:00", at(9, 0, None, Some(1))),
            ("at 16:30", at(16, 30, None, None)),
            ("in 3 days at 9:00", at(9, 0, Some(3), None)),
        ],
        OptKind::Choice(words) => {
            return words.iter().map(|word| (word.to_uppercase(), Value::Choice(word))).collect();
        }
        OptKind::Range => vec![
            ("7d", Value::Range(Range::Days(7))),
            ("2w", Value::Range(Range::Days(14))),
            ("24h", Value::Range(Range::Hours(24))),
            ("Today", Value::Range(Range::Today)),
            ("2026-01-31", Value::Range(Range::Dates(date("2026-01-31"), date("2026-01-31")))),
        ],
        OptKind::Count => vec![("2", Value::Count(2)), ("007", Value::Count(7))],
        OptKind::Word => {
            let words = ["delay", "142", "last", "mon-fri", "--x", "https://a.example"];
            words.map(|word| (word, Value::Word(word.to_owned()))).to_vec()
        }
        OptKind::Tags => vec![
            ("+a -b", tags(&["a"], &["b"])),
            (" -b ", tags(&[], &["b"])),
            ("+x -z +y", tags(&["x", "y"], &["z"])),
            ("+é ---", tags(&["é"], &["--"])),
        ],
        OptKind::Text => texts.map(|text| (text, Value::Text(text.to_owned()))).to_vec(),
    };
    all.into_iter().map(|(typed, value)| (typed.to_owned(), value)).collect()
}

/// The option is taken after what was given before it.
fn in_place(option: &OptSpec, before: &[(&'static str, Value)]) -> bool {
    let chosen = |value: &Value| matches!(value, Value::Choice(word) if option.only_after.contains(word));
    option.only_after.is_empty() || before.iter().any(|(_, value)| chosen(value))
}

fn read(spec: &Spec, line: &str) -> Result<Args, TestCaseError> {
    let (again, args) = parse_partly(ALL, line).map_err(|r| TestCaseError::fail(format!("{line}: {r}")))?;
    prop_assert_eq!(again.name, spec.name);
    Ok(args)
}

fn pick<T: Clone>(all: &[T], number: usize) -> T {
    all[number % all.len()].clone()
}

fn garbage() -> impl Strategy<Value = String> {
    let word = proptest::sample::select(
        &[
            "--", "#7", "142", "hours", "@ana", "last", "cancel", "spam", "use", "+a", "-b", "at", "9:00", "by",
            "kind", "\n", "v2", "page", "2",
        ][..],
    );
    prop_oneof![
        2 => proptest::collection::vec(word.clone(), 0..4).prop_map(|words| words.join(" ")),
        1 => proptest::collection::vec(word, 0..4).prop_map(|words| words.concat()),
        2 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn any_combination_is_read_as_it_was_given(
        which in 0..ALL.len(),
        there in proptest::collection::vec(proptest::option::weighted(0.7, 0..1_000_usize), 5),
        backwards in any::<bool>(),
    ) {
        let spec = ALL[which];
        let (mut options, mut wanted, mut misplaced) = (Vec::new(), Vec::new(), None);
        for (option, number) in spec.options.iter().zip(there) {
            let Some(number) = number else { continue };
            let (typed, value) = pick(&valid(option.kind), number);
            if !in_place(option, &wanted) {
                misplaced = misplaced.or(Some(option.name));
            }
            options.push((option.name, typed));
            wanted.push((option.name, value));
        }
        if backwards {
            options.reverse();
        }
        let options: Vec<(&str, &str)> = options.iter().map(|(name, typed)| (*name, typed.as_str())).collect();
        match (line(spec.name, &options), misplaced) {
            (Ok(line), None) => prop_assert_eq!(read(spec, &line)?, Args::new(wanted), "{}", line),
            (Err(refused), Some(name)) => prop_assert!(refused.contains(&format!("`{name}`")), "{}", refused),
            (other, _) => return Err(TestCaseError::fail(format!("{} {options:?}: {other:?}", spec.name))),
        }
    }

    #[test]
    fn anything_else_is_that_option_or_refused_by_its_name(
        which in 0..ALL.len(),
        number in 0..1_000_usize,
        about in proptest::option::of(0..1_000_usize),
        typed in garbage(),
    ) {
        let spec = ALL[which];
        if spec.options.is_empty() {
            return Ok(());
        }
        let option = pick(spec.options, number);
        let mut options = Vec::new();
        // What it belongs to is given as well, and perhaps a mention.
        let action = spec.options.iter().find(|o| matches!(o.kind, OptKind::Choice(_)) && o.name != option.name);
        if let (Some(action), [word, ..]) = (action, option.only_after) {
            options.push((action.name, (*word).to_owned()));
        }
        let mention = spec.options.iter().find(|o| o.kind == OptKind::Mention && o.name != option.name);
        if let (Some(mention), Some(number), true) = (mention, about, mention.is_some_and(|m| m.only_after.is_empty())) {
            options.push((mention.name, pick(&valid(OptKind::Mention), number).0));
        }
        let before: Vec<(&str, &str)> = options.iter().map(|(name, typed)| (*name, typed.as_str())).collect();
        let without = line(spec.name, &before).map_err(TestCaseError::fail)?;
        let without = read(spec, &without)?;
        let all: Vec<(&str, &str)> = before.iter().copied().chain([(option.name, typed.as_str())]).collect();
        match line(spec.name, &all) {
            Ok(line) => {
                let args = read(spec, &line)?;
                for (name, value) in args.iter() {
                    prop_assert!(name == option.name || without.value(name) == Some(value), "{}: {:?}", line, args);
                }
                for (name, _) in without.iter() {
                    prop_assert!(args.value(name).is_some(), "{}: {} is gone", line, name);
                }
                let plain: String = typed.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
                match args.value(option.name) {
                    Some(Value::Text(text)) => prop_assert_eq!(text, plain.trim()),
                    Some(Value::Word(word)) => prop_assert_eq!(word, plain.trim()),
                    Some(_) => {}
                    None => prop_assert!(option.kind == OptKind::Text && plain.trim().is_empty(), "{}", line),
                }
            }
            Err(refused) => prop_assert!(refused.contains(&format!("`{}`", option.name)), "{}: {}", option.name, refused),
        }
    }
}

#[test]
fn the_people_of_the_world_are_known_by_their_names() {
    let all: BTreeMap<PersonId, Person> = ["ana", "lea"].map(person).into_iter().map(|p| (p.id.clone(), p)).collect();
    assert_eq!(given(ALL, &all, "claim", &[("user", "LEA")]).as_deref(), Ok("claim @lea"));
    let none = given(ALL, &BTreeMap::new(), "claim", &[("user", "lea")]).unwrap_err();
    assert!(none.say.contains("`[[person]]`"), "{none}");
}
