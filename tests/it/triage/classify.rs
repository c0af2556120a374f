//! Question, complaint, praise or other: cases that people would agree on, and figures on a labelled set.

use hearback::domain::Kind::{Complaint, Other, Praise, Question};
use hearback::triage::{Classified, Classifier, RulesClassifier};
use std::path::PathBuf;
use std::sync::LazyLock;

static CLASSIFIER: LazyLock<RulesClassifier> = LazyLock::new(RulesClassifier::new);

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

/// Not a promise about quality, only that it does not get worse unnoticed: macro-recall of the three feelings on the
/// development set, if it is there. Questions count by their score. When this was written: accuracy 0.615, macro-F1
/// 0.597, macro-recall 0.604, precision of praise 0.757.
#[test]
fn development_set() {
    const MEASURED: f64 = 0.59;
    let shared = std::env::var_os("HEARBACK_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let Ok(file) = std::fs::read_to_string(shared.join("data/triage/tweeteval_sent_val.jsonl")) else {
        println!("skipped: the development set is not here (HEARBACK_SHARED)");
        return;
    };
    let mut table = [[0u32; 3]; 3];
    for line in file.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let got = CLASSIFIER.classify(row["text"].as_str().unwrap(), Some("en"));
        let predicted = match got.kind {
            Complaint => 0,
            Praise => 2,
            Question if got.score <= -0.25 => 0,
            Question if got.score >= 0.45 => 2,
            Question | Other => 1,
        };
        table[usize::try_from(row["y"].as_u64().unwrap()).unwrap()][predicted] += 1;
    }
    let recall = |c: usize| f64::from(table[c][c]) / f64::from(table[c].iter().sum::<u32>());
    let precision = |c: usize| f64::from(table[c][c]) / f64::from(table.iter().map(|row| row[c]).sum::<u32>());
    let f1 = |c: usize| 2.0 * precision(c) * recall(c) / (precision(c) + recall(c));
    let mean = |of: &dyn Fn(usize) -> f64| (0..3).map(of).sum::<f64>() / 3.0;
    let right: u32 = (0..3).map(|c| table[c][c]).sum();
    let all: u32 = table.iter().flatten().sum();
    println!("label x prediction (negative, neutral, positive): {table:?}");
    println!(
        "accuracy {:.3}, macro-F1 {:.3}, macro-recall {:.3}, precision of praise {:.3}, of complaints {:.3}",
        f64::from(right) / f64::from(all),
        mean(&f1),
        mean(&recall),
        precision(2),
        precision(0),
    );
    assert!(mean(&recall) > MEASURED, "macro-recall {:.3}", mean(&recall));
}
