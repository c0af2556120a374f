//! Question, complaint, praise or other: cases that people would agree on.

use hearback::domain::Kind::{Complaint, Other, Praise, Question};
use hearback::triage::{Classified, Classifier, ModelClassifier};
use std::sync::LazyLock;

static CLASSIFIER: LazyLock<ModelClassifier> = LazyLock::new(|| ModelClassifier::new(&[]).unwrap());

fn english(text: &str) -> Classified {
    CLASSIFIER.classify(text, Some("en"))
}

#[test]
fn english_posts() {
    let cases = [
        ("I love Acme, best support ever!", Praise),
        ("@acme thank you so much, that was quick 😊", Praise),
        ("Acme saved my day. Wonderful people.", Praise),
        ("not bad at all, acme", Praise),
        ("Soooo happy with my new Acme toaster <3", Praise),
        ("Acme 👏👏👏", Praise),
        ("@acme how do I reset my password?", Question),
        ("Does the Acme Cloud work in Norway", Question),
        ("anyone know if acme ships to France", Question),
        ("Love the new app! Will there be a dark mode?", Question),
        ("@acme my order is late, when will it arrive?", Question),
        ("@acme your app is terrible, it crashed again and I hate it", Complaint),
        ("Still waiting for my refund, Acme. Three weeks now.", Complaint),
        ("@acme thanks for nothing", Complaint),
        ("Oh great, acme is down again", Complaint),
        ("acme is not good", Complaint),
        ("I've been on hold for 50 minutes @acme 😡", Complaint),
        ("NEVER AGAIN with Acme. Worst airline!!!", Complaint),
        ("@acme why is your awful service so pathetic? I am furious", Complaint),
        ("you sent me the wrong order and nobody answers", Complaint),
        ("The staff was nice, but the room was dirty and disgusting", Complaint),
        ("Acme support fixed my issue in 5 minutes", Praise),
        ("Shout out to the Acme team, you rock!", Praise),
        ("Never had a problem in ten years with Acme", Praise),
        ("I can't recommend Acme enough", Praise),
        ("I can't recommend it", Complaint),
        ("So Acme lost my luggage. Brilliant.", Complaint),
        ("Is Acme down for anyone else?", Question),
        ("what's the acme return policy", Question),
        ("Feature request: please add dark mode to Acme", Other),
        ("Acme opens a new factory in Leeds on Monday", Other),
        ("Acme Q3 report is out: https://example.org/?q=acme", Other),
        ("what a day", Other),
        ("", Other),
        ("@acme my flight got moved to tomorrow, can I change to an earlier one?", Question),
        ("@acme wondering if you ship to Norway", Question),
        ("@acme can anyone tell me when the store in Leeds opens", Question),
        ("any idea when the outage will be fixed @acme", Question),
        ("@acme 3 hours on hold and then you hung up on me. Unbelievable.", Complaint),
        ("@acme your app keeps crashing since the update", Complaint),
        ("@acme cancelled our flight and nobody at the desk knows anything", Complaint),
        ("@acme charged me twice this month and won't refund it", Complaint),
        ("@acme lost my bag again, second time this year #fail", Complaint),
        ("@acme thanks for losing my luggage", Complaint),
        ("@acme thanks for the quick response!", Praise),
        ("@acme thank you for your help today", Praise),
        ("@acme you guys are the best", Praise),
        ("@acme great flight, awesome crew", Praise),
        ("thanks @acme", Praise),
        ("shout out to Maria at the @acme desk in Leeds for sorting my booking", Praise),
        ("@acme I sent you a DM with my booking number", Other),
        ("@acme flying with you on Friday", Other),
        ("@acme my order number is in the DM", Other),
        ("@acme do I need to print my boarding pass", Question),
        ("@acme how do I get a refund for this order?", Question),
        ("@acme how is this acceptable?? 5 weeks and still nothing, you are useless", Complaint),
        ("@acme worst customer service I have ever had", Complaint),
        ("@acme love the new seats, so comfy", Praise),
        ("@acme is hiring engineers in Berlin", Other),
        ("@acme ok, will do", Other),
        ("@acme got it sorted, cheers, really appreciate it", Praise),
        ("@acme still no reply to my email", Complaint),
        ("@acme another delay. Sitting on the tarmac for an hour", Complaint),
        ("@acme what time does the lounge close", Question),
        ("@acme hi, is there a way to add a second driver?", Question),
        ("@acme please tell me how to cancel my plan", Question),
    ];
    let wrong: Vec<_> = cases
        .iter()
        .map(|(text, kind)| (text, kind, english(text)))
        .filter(|(_, kind, got)| got.kind != **kind)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn posts_in_other_languages_are_judged_with_little_confidence() {
    let cases = [
        ("de", "Vielen Dank, der Support war großartig!", Praise),
        ("de", "Ich warte seit drei Wochen auf mein Paket, das ist eine Frechheit", Complaint),
        ("de", "Wann kommt die neue Version", Question),
        ("fr", "J'adore votre service, merci beaucoup", Praise),
        ("fr", "C'est une honte, toujours pas de remboursement", Complaint),
        ("fr", "Est-ce que vous livrez en Belgique", Question),
        ("es", "Me encanta, muchas gracias", Praise),
        ("es", "Pésimo servicio, nadie responde", Complaint),
        ("es", "¿Cuándo abre la tienda?", Question),
        ("pt", "Amei o atendimento, parabéns!", Praise),
        ("pt", "Péssimo, ninguém atende, nunca mais", Complaint),
        ("it", "Servizio eccellente, grazie mille", Praise),
        ("it", "Che vergogna, nessuno risponde", Complaint),
        ("nl", "Geweldige service, hartelijk dank", Praise),
        ("nl", "Belachelijk, nog steeds geen pakket", Complaint),
        ("ja", "アプリが動きません。どうすればいいですか？", Question),
        ("ja", "最高 😍", Praise),
        ("ar", "متى يفتح المتجر؟", Question),
    ];
    for (language, text, kind) in cases {
        let got = CLASSIFIER.classify(text, Some(language));
        assert_eq!(got.kind, kind, "{text}: {got:?}");
        assert!(got.confidence < 0.5, "{text}: {got:?}");
    }
}

#[test]
fn short_posts_in_an_unknown_language_are_still_read() {
    assert_eq!(CLASSIFIER.classify("Danke!", None).kind, Praise);
    assert_eq!(CLASSIFIER.classify("Great!", None).kind, Praise);
    assert_eq!(CLASSIFIER.classify("Abzocke", None).kind, Complaint);
    // A wrong guess of the language does not hide plain English.
    assert_eq!(CLASSIFIER.classify("terrible service", Some("nl")).kind, Complaint);
}

#[test]
fn stronger_words_score_higher_and_surer() {
    let (good, superb) = (english("it is good"), english("it is absolutely superb!!!"));
    assert!(superb.score > good.score && superb.confidence > good.confidence, "{good:?} {superb:?}");
    assert!(english("it is not good").score < 0.0);
    assert!(english("it was good but then it broke").score < good.score);
    assert!(english("does it blend?").confidence > english("does it blend").confidence);
}

/// What is judged for the digest and the queue, besides the kind.
#[test]
fn who_waits_for_a_reply_and_what_is_sure_praise() {
    for text in
        ["@acme how do I reset my password?", "@acme my parcel never came", "@acme I sent you the number of the order"]
    {
        assert!(english(text).needs_reply, "{text}");
    }
    for text in ["Acme opens a new factory in Leeds on Monday", "thanks @acme", "I love Acme, best support ever!"] {
        assert!(!english(text).needs_reply, "{text}");
    }
    for text in ["I love Acme, best support ever!", "@acme great flight, awesome crew"] {
        assert!(english(text).sure_praise, "{text}");
    }
    let others = [
        "@acme thanks for losing my luggage",
        "Never had a problem in ten years with Acme",
        "Love the app! Will it get dark?",
    ];
    for text in others {
        assert!(!english(text).sure_praise, "{text}");
    }
}

#[test]
fn odds_are_counted_in_english_and_the_kind_is_the_likeliest() {
    let class = english("@acme why does the app keep crashing?");
    let odds = class.odds.expect("English is counted");
    assert_eq!(class.kind, odds.best());
    assert!((odds.of(class.kind) - class.confidence).abs() < f32::EPSILON);
    let foreign = CLASSIFIER.classify("Vielen Dank, das war toll", Some("de"));
    assert!(foreign.unsure && foreign.odds.is_none() && !foreign.sure_praise, "{foreign:?}");
    assert!(!class.unsure);
}

#[test]
fn a_workspace_adds_its_own_complaint_cues() {
    let own = ModelClassifier::new(&["router|hub blinks *".to_owned()]).unwrap();
    let text = "@acme the router blinks red since Monday";
    let (before, after) = (english(text).odds.unwrap(), own.classify(text, Some("en")).odds.unwrap());
    assert!(after.complaint > before.complaint + 0.05, "{before:?} {after:?}");
    let bad = ModelClassifier::new(&["router|| blinks".to_owned()]).unwrap_err();
    assert!(bad.to_string().contains("is no word"), "{bad}");
}
