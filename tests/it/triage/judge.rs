//! From a post to its verdict and its places.

use hearback::domain::{Author, BrandId, Kind, Native, Place, Post, SourceName};
use hearback::triage::{BrandTerms, Judged, ModelClassifier, Route, Triage};
use jiff::Timestamp;
use std::sync::Arc;

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| (*s).to_owned()).collect()
}

fn post(text: &str) -> Post {
    Post {
        network: "hackernews".to_owned(),
        source: SourceName::from("hn"),
        external_id: "1".to_owned(),
        conversation: None,
        parent: None,
        author: Author { id: "42".to_owned(), handle: "bob".to_owned(), ..Author::default() },
        text: text.to_owned(),
        url: None,
        language: None,
        posted_at: Timestamp::UNIX_EPOCH,
        addressed: false,
        native: Native::default(),
    }
}

fn triage(routes: Vec<Route>) -> Triage {
    let acme = BrandTerms {
        terms: words(&["Acme", "Acme Cloud"]),
        handles: words(&["acme"]),
        exclude: words(&["acme bread"]),
        accounts: words(&["acme", "hackernews:acme_hn", "did:plc:abc", "mastodon:@help@acme.example"]),
        ..BrandTerms::new(BrandId::from("acme"))
    };
    let zenith = BrandTerms {
        terms: words(&["Zenith", "Zenith Radio"]),
        accounts: words(&["trustpilot:Q7x"]),
        ..BrandTerms::new(BrandId::from("zenith"))
    };
    Triage::new(vec![acme, zenith], Arc::new(ModelClassifier::new(&[]).unwrap()), routes, Place::new("console", "all"))
        .expect("few terms compile")
}

fn brands(judged: &Judged) -> Vec<&str> {
    match judged {
        Judged::Mention(all) => all.iter().map(|(v, _)| v.brand.as_str()).collect(),
        Judged::Own { .. } | Judged::Nothing => Vec::new(),
    }
}

#[test]
fn a_mention_has_its_verdict() {
    let Judged::Mention(all) = triage(vec![]).judge(&post("How do I reset my Acme toaster?"), None) else {
        panic!("a mention")
    };
    let [(verdict, places)] = all.as_slice() else { panic!("one brand, {all:?}") };
    assert_eq!(verdict.brand, BrandId::from("acme"));
    assert_eq!((verdict.kind, verdict.direct), (Kind::Question, false));
    assert_eq!(verdict.language.as_deref(), Some("en"));
    assert_eq!(verdict.matched, ["Acme"]);
    assert!(verdict.confidence > 0.5);
    assert_eq!(places, &[Place::new("console", "all")]);
}

#[test]
fn the_best_brand_comes_first() {
    let triage = triage(vec![]);
    let best = |text: &str| brands(&triage.judge(&post(text), None)).join(" ");
    assert_eq!(best("zenith and acme"), "zenith acme", "the longer name is the more specific");
    assert_eq!(best("acme cloud, not zenith"), "acme zenith", "two terms against one");
    assert_eq!(best("zenith radio by @acme"), "acme zenith", "the tagged one");
    assert_eq!(best("weather"), "");
    assert_eq!(best("acme bread and zenith"), "zenith");
}

#[test]
fn a_name_that_is_also_a_word_does_not_decide_the_kind() {
    let socks =
        BrandTerms { terms: words(&["Happy Socks", "Best", "Yahoo!"]), ..BrandTerms::new(BrandId::from("socks")) };
    let triage =
        Triage::new(vec![socks], Arc::new(ModelClassifier::new(&[]).unwrap()), vec![], Place::new("console", "all"))
            .expect("few");
    let kind = |text: &str| match triage.judge(&post(text), None) {
        Judged::Mention(all) => all[0].0.kind,
        other => panic!("{other:?}"),
    };
    assert_eq!(kind("I was at the HAPPY  SOCKS, shop on Monday"), Kind::Other);
    assert_eq!(kind("(Best's) catalogue came"), Kind::Other);
    assert_eq!(kind("I am so happy with my Happy Socks"), Kind::Praise);
    assert_eq!(kind("Happy Socks ruined my wonderful feet, horrible"), Kind::Complaint);
    assert_eq!(kind("yahoo! what does it cost?"), Kind::Question);
}

#[test]
fn a_source_is_bound_to_its_brands() {
    let triage = triage(vec![]);
    let zenith = [BrandId::from("zenith")];
    assert_eq!(triage.judge(&post("acme"), Some(&zenith)), Judged::Nothing);
    assert_eq!(brands(&triage.judge(&post("acme and zenith"), Some(&zenith))), ["zenith"]);
}

#[test]
fn what_is_addressed_to_the_brand_matters_even_without_its_name() {
    let triage = triage(vec![]);
    let direct = Post { addressed: true, ..post("is anybody there?") };
    let zenith = [BrandId::from("zenith")];
    let Judged::Mention(all) = triage.judge(&direct, Some(&zenith)) else { panic!("a mention") };
    assert_eq!((all[0].0.brand.as_str(), all[0].0.direct, all[0].0.matched.len()), ("zenith", true, 0));
    // Exclusions tell names apart; here nobody is named.
    let excluded = Post { addressed: true, ..post("my acme bread is mouldy") };
    assert_eq!(brands(&triage.judge(&excluded, Some(&[BrandId::from("acme")]))), ["acme"]);
    assert_eq!(brands(&triage.judge(&direct, None)), ["acme"], "somebody must see it");
    assert_eq!(triage.judge(&direct, Some(&[])), Judged::Nothing);
}

#[test]
fn own_accounts_are_never_customers() {
    let triage = triage(vec![]);
    let by = |network: &str, id: &str, handle: &str| {
        let author = Author { id: id.to_owned(), handle: handle.to_owned(), ..Author::default() };
        let post = Post { network: network.to_owned(), author, addressed: true, ..post("Acme is here to help") };
        match triage.judge(&post, Some(&[BrandId::from("acme")])) {
            Judged::Own { account, brand } => format!("{account} of {brand}"),
            _ => "customer".to_owned(),
        }
    };
    assert_eq!(by("bluesky", "1", "ACME"), "acme of acme");
    assert_eq!(by("bluesky", "did:plc:abc", "x"), "did:plc:abc of acme");
    assert_eq!(by("hackernews", "acme_hn", "acme_hn"), "hackernews:acme_hn of acme");
    assert_eq!(by("reddit", "acme_hn", "acme_hn"), "customer");
    assert_eq!(by("mastodon", "7", "help@acme.example"), "mastodon:@help@acme.example of acme");
    assert_eq!(by("trustpilot", "Q7x", ""), "trustpilot:Q7x of zenith");
    assert_eq!(by("trustpilot", "q7X", ""), "customer", "ids are exact");
    assert_eq!(by("bluesky", "", ""), "customer");
    assert_eq!(by("bluesky", "acme-fan", "acmefan"), "customer");
}

#[test]
fn every_matching_route_counts_and_each_place_once() {
    let (a, b, c) = (Place::new("console", "a"), Place::new("slack", "b"), Place::new("slack", "c"));
    let triage = triage(vec![
        Route { kinds: vec![Kind::Praise], to: vec![a.clone()], ..Route::default() },
        Route { direct: Some(true), to: vec![b.clone(), a.clone()], ..Route::default() },
        Route { brands: vec![BrandId::from("zenith")], to: vec![c.clone()], ..Route::default() },
        Route {
            networks: words(&["HackerNews"]),
            languages: words(&["DE"]),
            to: vec![c.clone(), b.clone()],
            ..Route::default()
        },
        Route { languages: words(&["und"]), to: vec![c.clone()], ..Route::default() },
    ]);
    let places = |text: &str| match triage.judge(&post(text), None) {
        Judged::Mention(all) => all[0].1.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(places("I love Acme, it is wonderful"), std::slice::from_ref(&a));
    assert_eq!(places("I love you @acme, you are wonderful"), [a.clone(), b.clone()]);
    assert_eq!(places("The new Zenith Radio was announced today"), std::slice::from_ref(&c));
    assert_eq!(places("Die Firma Acme hat heute eine neue Fabrik eröffnet"), [c.clone(), b.clone()]);
    assert_eq!(places("Acme"), [c]);
    assert_eq!(places("The Acme factory was opened on Monday morning"), [Place::new("console", "all")]);
    let reddit = Post { network: "reddit".to_owned(), ..post("Die Firma Acme hat heute eine neue Fabrik eröffnet") };
    let Judged::Mention(all) = triage.judge(&reddit, None) else { panic!("a mention") };
    assert_eq!(all[0].1, [Place::new("console", "all")]);
}

#[test]
fn a_route_may_take_what_one_account_heard() {
    let (help, brand) = (Place::new("console", "help"), Place::new("console", "brand"));
    let triage = triage(vec![
        Route { sources: vec!["help".into()], to: vec![help.clone()], ..Route::default() },
        Route { sources: vec!["brand".into()], to: vec![brand.clone()], ..Route::default() },
    ]);
    let places = |source: &str| match triage.judge(&Post { source: source.into(), ..post("Hello Acme") }, None) {
        Judged::Mention(all) => all[0].1.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(places("help"), [help]);
    assert_eq!(places("brand"), [brand]);
    assert_eq!(places("news"), [Place::new("console", "all")]);
}
