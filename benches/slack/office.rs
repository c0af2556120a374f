//! A desk with a store of its own, and what people say to it.

use super::counted::Counted;
use super::fake::{FakeSlack, Standing, User};
use hearback::chat::Chat;
use hearback::chat::slack::{Slack, SlackConfig, SlackStaff, Token, Transport};
use hearback::desk::{Chance, Clock, Desk, Promise, Setup};
use hearback::domain::{Author, BrandId, BrandRules, Kind, Mode, Place, Post, Role, Rules, SourceName};
use hearback::store::{Embedded, Options};
use hearback::triage::{BrandTerms, RulesClassifier, Triage};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The channel of the cards.
pub const CHANNEL: &str = "C1";
/// The source of all mentions.
pub const SOURCE: &str = "shop";

/// Opens a desk over a folder; its cards go to the channel in Slack.
pub async fn desk(folder: &Path, disk: &Counted, clock: Arc<dyn Clock>, chats: Vec<Arc<dyn Chat>>) -> Arc<Desk> {
    // As in production, except that a full disk of the machine that measures is not its matter.
    let options =
        Options { disk: Arc::new(disk.clone()), ballast_bytes: 0, low_bytes: 0, low_percent: 0, ..Options::default() };
    let store = Arc::new(Embedded::open(folder, options, &|_| ()).expect("the store opens"));
    let acme = BrandId::new("acme");
    let terms = BrandTerms { terms: vec!["acme".to_owned()], ..BrandTerms::new(acme.clone()) };
    let place = Place::new("slack", CHANNEL);
    let triage = Triage::new(vec![terms], Arc::new(RulesClassifier::default()), Vec::new(), place.clone());
    let brand = BrandRules { title: "Acme".to_owned(), mode: Mode::Confirm, thanks: Vec::new(), private_way: None };
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

/// The front end for a fake workspace; everybody in it is staff.
pub fn front(fake: &FakeSlack, clock: &Arc<dyn Clock>) -> Arc<Slack> {
    let clock = Arc::clone(clock);
    let staff = SlackStaff { others: Some(Role::Responder), zone: "UTC".to_owned(), ..SlackStaff::default() };
    let config = SlackConfig {
        api: fake.api(),
        bot_token: Token::new(fake.bot_token()),
        transport: Transport::Socket(Token::new(fake.app_token())),
        prefix: String::new(),
        reactions: BTreeMap::new(),
        staff,
        now: Arc::new(move || clock.now()),
    };
    Slack::new(config).expect("this machine has certificates")
}

/// A fake workspace on a clock.
pub async fn workspace(clock: &Arc<dyn Clock>) -> FakeSlack {
    let clock = Arc::clone(clock);
    FakeSlack::start(Arc::new(move || clock.now())).await
}

/// So many colleagues come into the channel; their ids.
pub fn colleagues(fake: &FakeSlack, n: usize) -> Vec<String> {
    let ids: Vec<String> = (1..=n).map(|i| format!("U{i:04}")).collect();
    for id in &ids {
        fake.add_user(User::new(id, &id.to_lowercase(), &format!("Colleague {id}"), "UTC", Standing::Member));
    }
    fake.change_channel(CHANNEL, |c| c.members.extend(ids.iter().cloned()));
    ids
}

/// What somebody says: questions, complaints, praise and other things; some tag the brand, some wrote up to 80 minutes
/// ago, so that the answer is overdue.
pub fn post(i: u64, now: Timestamp) -> Post {
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
    }
}
