//! What a good file means.

use super::{LEAST, parse, with};
use hearback::config::{LogFormat, LogLevel, Watch};
use hearback::domain::{BrandId, Kind, Mode, PersonId, Place, Role};
use std::time::Duration;

#[test]
fn the_least_file_means_the_defaults() {
    let config = parse(LEAST).unwrap();
    assert_eq!(config.warnings.to_string(), "");
    assert_eq!((config.desk.name.as_str(), config.desk.zone.as_str()), ("hearback", "UTC"));
    assert_eq!(config.desk.channel, Place::new("console", "support"));
    assert_eq!(config.places(), [Place::new("console", "support")]);
    let targets: Vec<_> = Kind::ALL.iter().map(|kind| config.targets.of(*kind).map(|d| d.as_secs())).collect();
    assert_eq!(targets, [Some(3_600), Some(3_600), Some(86_400), None]);
    assert!(!config.targets.business);
    assert_eq!(config.hours, None);
    assert_eq!((config.others, config.others_in_discord), (Some(Role::Viewer), None));
    assert_eq!(config.web.listen.to_string(), "127.0.0.1:8787");
    assert_eq!(config.store.min_free, 256 << 20);
    assert_eq!((config.log.level, config.log.format), (LogLevel::Info, LogFormat::Text));
    assert!(config.digests.is_empty() && config.routes.is_empty());
    let Some(Watch::HackerNews(hn)) = config.sources.first().map(|s| &s.watch) else { panic!("no source") };
    assert_eq!((hn.queries.as_slice(), hn.every), (&["acme".to_owned()][..], Duration::from_mins(2)));
    assert_eq!(hn.api, "https://hn.algolia.com/api/v1");
    let rules = config.rules_base();
    assert_eq!(rules.idle_claim_s, 4 * 3_600);
    assert_eq!(
        rules.brands.get(&BrandId::new("acme")).map(|b| (b.title.as_str(), b.mode)),
        Some(("acme", Mode::Confirm))
    );
    // Nobody is named: whoever types at the console may do everything.
    assert_eq!(rules.people.get(&PersonId::new("me")).map(|p| p.role), Some(Role::Admin));
}

#[test]
fn who_types_at_the_console() {
    let two = "[[person]]\nname = \"ana\"\ntitle = \"Ana Lima\"\n[[person]]\nname = \"sam\"\nrole = \"lead\"\nzone = \"asia/tokyo\"\n";
    assert_eq!(with(two).console_person().id, PersonId::new("ana"));
    let named = with(&format!("{two}[desk]\nperson = \"sam\"\nzone = \"Europe/Paris\"\n"));
    let sam = named.console_person();
    assert_eq!((sam.name.as_str(), sam.role, sam.zone.as_str()), ("sam", Role::Lead, "Asia/Tokyo"));
    assert_eq!(named.people().first().map(|ana| ana.zone.clone()), Some("Europe/Paris".to_owned()));
    let others = |word: &str| {
        let config = with(&format!("[roles]\nothers = \"{word}\"\n"));
        (config.others, config.others_in_discord)
    };
    assert_eq!(others("none"), (None, None));
    assert_eq!(others("viewer"), (Some(Role::Viewer), Some(Role::Viewer)));
}

#[test]
fn routes_and_digests() {
    let config = with(
        "[[route]]\nkinds = [\"complaint\", \"question\"]\ndirect = true\nto = [\"console:urgent\", \"console:support\"]\n\
         [[digest]]\nchannel = \"console:urgent\"\nat = 07:30\ndays = [\"sat-mon\", \"wed\"]\nzone = \"America/New_York\"\n",
    );
    let route = config.routes.first().unwrap();
    assert_eq!(route.kinds, [Kind::Complaint, Kind::Question]);
    assert_eq!(route.direct, Some(true));
    assert_eq!(config.places(), [Place::new("console", "support"), Place::new("console", "urgent")]);
    let (place, plan) = config.digests.first().unwrap();
    assert_eq!(place, &Place::new("console", "urgent"));
    assert_eq!(
        (plan.at.as_str(), plan.days.as_slice(), plan.zone.as_str()),
        ("07:30", &[1, 3, 6, 7][..], "America/New_York")
    );
}

#[test]
fn hours_of_all_brands_and_of_one() {
    let config = with(
        "[desk]\nzone = \"Europe/Berlin\"\n[hours]\nweek = { mon = [\"13:00-17:00\", \"9:00-12:00\"], sun = \"12:00-24:00\" }\n\
         holidays = [2026-12-25, \"2026-01-01\"]\n[hours.brands.acme]\nzone = \"America/New_York\"\nweek = { tue = \"8:00-20:00\" }\n",
    );
    let hours = config.hours.as_ref().unwrap();
    assert_eq!(hours.zone, "Europe/Berlin");
    assert_eq!(hours.week.first().unwrap(), &[(540, 720), (780, 1_020)]);
    assert_eq!(hours.week.last().unwrap(), &[(720, 1_440)]);
    assert_eq!(hours.holidays.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2026-01-01", "2026-12-25"]);
    let own = config.hours_of(&BrandId::new("acme")).unwrap();
    assert_eq!((own.zone.as_str(), own.holidays.len()), ("America/New_York", 0));
    assert_eq!(own.week.get(1).unwrap(), &[(480, 1_200)]);
    assert_eq!(config.hours_of(&BrandId::new("other")), Some(hours));
}

#[test]
fn what_is_written_with_its_sign_is_kept_without() {
    let config = with(
        "[[brand]]\nname = \"b\"\nhashtags = [\"#bee\", \"hive\"]\nhandles = \"@bee@social.example\"\ndomains = [\"Bee.Example\"]\n",
    );
    let brand = config.brands.last().unwrap();
    assert_eq!(brand.hashtags, ["bee", "hive"]);
    assert_eq!(brand.handles, ["bee@social.example"]);
    assert_eq!(brand.domains, ["bee.example"]);
    let Some(Watch::HackerNews(hn)) = config.sources.first().map(|s| &s.watch) else { panic!("no source") };
    assert_eq!(hn.queries, ["acme", "bee.example"]);
}

#[test]
fn words_that_must_be_near_and_words_of_a_language() {
    let more = "near = [\"phone\", \"app store\"]\nnear_within = 6\n[[brand.words]]\nlanguage = \"de\"\nterms = \"biene\"\n\
                [[brand.words]]\nlanguage = \"fr\"\nexclude = [\"abeille\"]\n";
    let config = parse(&format!("{LEAST}[[brand]]\nname = \"b\"\nterms = [\"bee\"]\n{more}")).unwrap();
    let brand = config.brands.last().unwrap();
    assert_eq!(
        (brand.near.as_slice(), brand.near_within),
        (&["phone".to_owned(), "app store".to_owned()][..], Some(6))
    );
    let words: Vec<_> =
        brand.words.iter().map(|w| (w.language.as_str(), w.terms.join("|"), w.exclude.join("|"))).collect();
    assert_eq!(words, [("de", "biene".to_owned(), String::new()), ("fr", String::new(), "abeille".to_owned())]);
    assert_eq!(brand.search_terms(), ["bee", "biene"]);
}
