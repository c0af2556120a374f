//! A desk with a store of its own, and what people say to it.

use super::counted::Counted;
use hearback::chat::Chat;
use hearback::desk::{Chance, Clock, Desk, Promise, Setup};
use hearback::domain::{Author, BrandId, BrandRules, Kind, Mode, Native, Place, Post, Rules, SourceName};
use hearback::store::{Embedded, Options};
use hearback::triage::{BrandTerms, ModelClassifier, Triage};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The source of all mentions.
const SOURCE: &str = "shop";

/// Opens a desk over a folder; its cards go to that place.
pub async fn open(
    folder: &Path,
    disk: &Counted,
    clock: Arc<dyn Clock>,
    chats: Vec<Arc<dyn Chat>>,
    place: Place,
) -> Arc<Desk> {
    // As in production, except that a full disk of the machine that measures is not its matter.
    let options =
        Options { disk: Arc::new(disk.clone()), ballast_bytes: 0, low_bytes: 0, low_percent: 0, ..Options::default() };
    let store = Arc::new(Embedded::open(folder, options, &|_| ()).expect("the store opens"));
    let acme = BrandId::new("acme");
    let terms = BrandTerms { terms: vec!["acme".to_owned()], ..BrandTerms::new(acme.clone()) };
    let triage = Triage::new(
        vec![terms],
        Arc::new(ModelClassifier::new(&[]).expect("the shipped model fits")),
        Vec::new(),
        place.clone(),
    );
    let brand = BrandRules { title: "Acme".to_owned(), mode: Mode::Confirm, ..BrandRules::default() };
    let within_s = BTreeMap::from([(Kind::Question, 3600), (Kind::Complaint, 3600), (Kind::Praise, 86_400)]);
    let setup = Setup {
        store,
        clock,
        chance: Chance::seeded(1),
        networks: Vec::new(),
        chats,
        triage: triage.expect("the terms are sound"),
        rules: Rules { brands: BTreeMap::from([(acme, brand)]), idle_claim_s: 4 * 3600, ..Rules::default() },
        targets: Arc::new(Promise { within_s, ..Promise::default() }),
        digests: Vec::new(),
        notices: vec![place],
    };
    Desk::open(setup).await.expect("the desk opens")
}

/// The desk hears these, now.
pub async fn hears(desk: &Desk, which: impl IntoIterator<Item = u64>) {
    let now = desk.clock().now();
    let posts = which.into_iter().map(|i| post(i, now)).collect();
    desk.hear(&SourceName::new(SOURCE), posts, None, None).await.expect("they are heard");
}

/// A store in which so many cards wait to be posted to that place.
pub async fn fill(folder: &Path, clock: Arc<dyn Clock>, mentions: u64, place: Place) {
    let desk = open(folder, &Counted::default(), clock, Vec::new(), place).await;
    hears(&desk, 0..mentions).await;
    desk.store().close().await.expect("it closes");
}

/// What somebody says: questions, complaints, praise and other things; some tag the brand, some wrote up to 80 minutes
/// ago, so that the answer is overdue.
fn post(i: u64, now: Timestamp) -> Post {
    let text = match i % 4 {
        0 => format!("Acme, when does order desk {i} open? I have been looking all morning and found no hours."),
        1 => format!("Acme is terrible, awful service, my parcel {i} is broken and nobody answers the phone"),
        2 => format!("I love Acme, great service, thank you so much for parcel {i}!"),
        _ => format!("the Acme bus stop number {i} is beside the station"),
    };
    let id = format!("post-{i}");
    Post {
        network: "shop".to_owned(),
        source: SourceName::new(SOURCE),
        external_id: id.clone(),
        conversation: None,
        parent: None,
        author: Author { id: format!("by-{id}"), handle: format!("by-{id}"), ..Author::default() },
        text,
        url: Some(format!("https://social.test/{id}")),
        language: None,
        posted_at: now - Duration::from_secs((i * 7919) % 4800),
        addressed: i.is_multiple_of(5),
        native: Native::default(),
    }
}
