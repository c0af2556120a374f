//! Past answers: the right ones are found, and nothing for what nobody has asked yet. All posts are invented.

use hearback::domain::{Kind, MentionNo};
use hearback::triage::model::{Delta, Model, odds};
use hearback::triage::similar::{Asked, Entry, Gist, Similar};
use jiff::Timestamp;

/// What it is about, the mention, the answer.
const PAST: &[(&str, &str, &str)] = &[
    (
        "parcel",
        "Acme where is my parcel? It was supposed to be here on Monday",
        "Sorry about the wait! The courier has a backlog; it should be with you by tomorrow evening.",
    ),
    (
        "parcel",
        "@acme my package still hasn't shown up and the tracking hasn't moved in a week",
        "That is not right, sorry. Please send us a message with your details and we will chase the courier.",
    ),
    (
        "parcel",
        "ordered ten days ago, no delivery, no update. Acme?",
        "Sorry for the silence. Parcels from that warehouse run two days late right now.",
    ),
    (
        "refund",
        "Acme it's been 3 weeks since I sent the shoes back, when do I get my refund?",
        "Refunds take up to 14 days after the return is scanned. We will look into yours.",
    ),
    (
        "refund",
        "still waiting for my money back @acme",
        "Sorry! Your bank needs up to five working days once we have released it.",
    ),
    (
        "double",
        "Acme charged me twice for the same order, what's going on",
        "One of the two is only a reservation and will vanish within three days.",
    ),
    (
        "double",
        "why are there two payments to Acme on my statement??",
        "The second is a hold by your bank and never leaves your account.",
    ),
    (
        "login",
        "can't log in to my acme account, it says password incorrect but it's right",
        "Please reset your password here: https://acme.example/reset and try again.",
    ),
    (
        "login",
        "locked out of my account since the update, Acme fix this",
        "Sorry! We unlock accounts within the hour, please use the reset page.",
    ),
    (
        "code",
        "Acme the verification code never arrives on my phone",
        "Texts are slow with some carriers today; the app can show you the code instead.",
    ),
    (
        "crash",
        "the Acme app crashes every time I open it since the last update",
        "That is fixed in version 5.2, please update from the store.",
    ),
    (
        "crash",
        "new version of your app just freezes on the start screen, acme",
        "Please reinstall it; the fix is in the newest version.",
    ),
    (
        "cancel",
        "how do I cancel my Acme membership? can't find the button anywhere",
        "Account, Plan, Cancel at the bottom of the page. It ends with the month.",
    ),
    (
        "cancel",
        "Acme please end my subscription, I've been trying to unsubscribe for days",
        "You can end it under Account, Plan. We will not charge you again.",
    ),
    (
        "damaged",
        "My Acme mug arrived in pieces, box was crushed",
        "Oh no! We will send a new one, please message us a photo.",
    ),
    (
        "damaged",
        "opened my order and the lamp is broken, so disappointed @acme",
        "So sorry. A replacement goes out today if you send us a picture.",
    ),
    (
        "wrongitem",
        "Acme sent me the wrong jumper, I ordered blue and got green",
        "Sorry for the mix-up, keep the green one; the blue one is on its way.",
    ),
    (
        "wrongitem",
        "this isn't what I ordered acme! got a completely different product",
        "Sorry! Message us what came and we will send the right one.",
    ),
    ("hours", "is the Acme shop in Leeds open on bank holidays?", "Yes, from 10 to 4 on bank holidays."),
    ("hours", "What time does acme close on sundays?", "Our shops close at 5 on Sundays."),
    (
        "discount",
        "Acme the promo code SUMMER doesn't work at checkout",
        "It needs a basket of 30 or more, and it ends tonight.",
    ),
    (
        "discount",
        "my discount voucher is being rejected acme, says invalid",
        "Vouchers cannot be combined with the sale, sorry.",
    ),
    (
        "stock",
        "when will the green backpack be back in stock, Acme?",
        "We expect more in the second week of next month.",
    ),
    (
        "stock",
        "Acme are you ever going to restock the size 9 trainers",
        "They come back in spring; sign up on the page to hear first.",
    ),
    (
        "outage",
        "is Acme down? nothing is loading",
        "We are working on it, most of it is back. Status: https://status.acme.example",
    ),
    ("outage", "acme website has been offline all morning", "Sorry, a server failed; we are back now."),
    (
        "warranty",
        "my Acme kettle stopped working after 8 months, is that covered by warranty",
        "Yes, two years. Bring it to a shop or use the repair form.",
    ),
    (
        "address",
        "Acme I moved house, can I change the delivery address of an order?",
        "Until it is packed: Orders, Change address.",
    ),
    (
        "giftcard",
        "Acme gift card shows zero balance but I never used it",
        "Please message us the number on the back and we will check.",
    ),
    (
        "rude",
        "the guy at the acme till in Hull was so rude to my mum",
        "That is not how we want anybody to be treated. We will speak with the shop.",
    ),
    (
        "vegan",
        "are the acme cookies vegan? can't find the ingredients",
        "The oat ones are; the list is on each product's page.",
    ),
    (
        "delete",
        "Acme how can I delete my account and all my data",
        "Account, Privacy, Delete. It is gone within 30 days.",
    ),
    ("points", "my acme loyalty points have vanished", "They moved to the new app; sign in once and they appear."),
    ("battery", "Acme headphones battery dies after 20 minutes", "That is a fault, we will repair them for free."),
    ("size", "do acme boots come up small? what size should I get", "They run small, take one size up."),
    (
        "hold",
        "been on hold with acme for 50 minutes now, anyone there??",
        "Sorry, lines are busy. Message us here and we will sort it out.",
    ),
    ("student", "does acme do a student discount", "Yes, 10 % with a valid student card."),
    (
        "scam",
        "got a text claiming to be from Acme asking for my bank details, is it a scam?",
        "It is not from us. Please do not click, and forward it to our fraud team.",
    ),
    (
        "return",
        "what is the acme returns policy, how many days do I have",
        "You have 30 days, and returns are free from any shop.",
    ),
    ("invoice", "Acme I need an invoice for my purchase, where do I find it", "Orders, the order, Download invoice."),
];

/// The same things in other words.
const AGAIN: &[(&str, &str)] = &[
    ("parcel", "Acme any idea when my delivery is coming? tracking says out for delivery since yesterday"),
    ("parcel", "where's my order acme, it's 5 days late"),
    ("parcel", "package lost again?? third time acme"),
    ("refund", "returned my jacket a month ago and no refund yet acme"),
    ("refund", "hey @acme when will I be reimbursed for the cancelled order"),
    ("double", "I've been billed double this month @acme"),
    ("double", "acme you took the payment two times!!"),
    ("login", "Acme won't let me sign in, keeps rejecting my password"),
    ("login", "forgot my password and reset mail isn't coming acme"),
    ("code", "not receiving the sms code to verify acme"),
    ("crash", "your app keeps crashing on my iphone acme"),
    ("crash", "acme app frozen after updating"),
    ("cancel", "I want to cancel my subscription acme how"),
    ("cancel", "how to unsubscribe from acme plus"),
    ("damaged", "plates from acme arrived smashed"),
    ("damaged", "received a damaged chair, acme what now?"),
    ("wrongitem", "got the wrong item in my acme order"),
    ("hours", "acme opening hours on christmas eve?"),
    ("hours", "what time do you open tomorrow acme leeds"),
    ("discount", "coupon code not working acme"),
    ("stock", "any chance the red backpack comes back in stock acme"),
    ("outage", "acme site down for anyone else?"),
    ("outage", "your server is unreachable acme"),
    ("warranty", "does the warranty cover a toaster that stopped heating acme"),
    ("address", "need to change my shipping address acme, wrong postcode"),
    ("giftcard", "acme giftcard won't work, says no balance"),
    ("rude", "very rude staff in your acme store today"),
    ("vegan", "is the acme chocolate suitable for vegans"),
    ("delete", "please delete my data acme gdpr"),
    ("points", "where did my reward points go acme"),
    ("battery", "the battery on my acme speaker drains so fast"),
    ("size", "what size do I take in the acme sneakers, do they fit small"),
    ("hold", "40 mins on the phone waiting for someone to pick up acme"),
    ("student", "is there a discount for students acme?"),
    ("scam", "is this email from acme fake? looks like phishing"),
    ("return", "how many days do I have to return something acme"),
    ("invoice", "acme where can i download the invoice"),
    ("parcel", "Acme mein Paket ist immer noch nicht da"),
    ("refund", "acme wann bekomme ich mein Geld zurück, Erstattung"),
    ("login", "Je ne peux pas me connecter acme, mot de passe refusé"),
    (
        "parcel",
        "@acme seriously?? 2 weeks and my stuff still isn't here. your courier says 'delivered' but nobody came. I want answers",
    ),
    ("parcel", "Hi guys, order placed on 3rd, was told next day delivery, now the 9th. Whats happening #acmefail"),
    ("parcel", "tracking number not updating since friday 😡 acme"),
    ("refund", "Hi Acme, still no sign of the money for the items i returned in march. Not impressed"),
    ("refund", "how long do refunds usually take acme?"),
    ("double", "Checked my bank and acme took 2 payments of 29.99 instead of one, sort it"),
    ("login", "acme i cant get into my account it just says wrong password every single time"),
    ("login", "Account locked after 3 attempts, help acme"),
    ("crash", "is it just me or does the acme app shut itself down after the new update on android"),
    ("cancel", "why is it so hard to cancel acme premium?? been going round in circles"),
    ("damaged", "So my new vase from acme turned up cracked. Brilliant."),
    ("damaged", "acme box was soaking wet and half the glasses broken"),
    ("wrongitem", "@acme you've sent someone else's order to me lol, I ordered a kettle not a drill"),
    ("wrongitem", "received wrong colour acme, can I swap it?"),
    ("hours", "hi is the manchester store open this sunday?"),
    ("discount", "tried the 20% off code from your newsletter, checkout says not valid"),
    ("stock", "acme the navy coat in size M is sold out, will you get more?"),
    ("outage", "acme website won't load, error 503 all day"),
    ("outage", "service down in bristol again acme? 3rd time this week"),
    ("warranty", "blender died after a year, still under guarantee I think? acme"),
    ("address", "wrong address on my order acme, how do I change it before it ships"),
    ("giftcard", "trying to spend my gift card online but it says nothing on it. acme"),
    ("rude", "Your cashier in Derby was incredibly rude. Never shopping at acme again"),
    ("vegan", "Does the acme granola contain nuts or dairy? my son has allergies"),
    ("delete", "how do i permanently close my account and remove personal data"),
    ("points", "my points balance went to zero overnight, acme why"),
    ("battery", "acme earbuds won't hold a charge, battery gone after half an hour"),
    ("hold", "acme call centre is a joke, on hold for over an hour"),
    ("scam", "someone called pretending to be acme and wanted my card details. fraud?"),
    ("return", "can i return a jumper without the receipt acme"),
    ("invoice", "need a vat receipt for my last order please"),
    ("code", "acme 2fa text message never comes through, stuck at login"),
];

/// Nobody has asked that yet; some of it shares words with what was asked.
const NEW: &[&str] = &[
    "Acme should sponsor our football club next season",
    "who is the actor in the new acme advert?",
    "just walked past the acme tower, what a view",
    "acme are hiring engineers in Berlin, anyone applied?",
    "Acme's quarterly results beat expectations, shares up 4 %",
    "does anyone remember the acme jingle from the nineties",
    "my dog ate my acme slippers haha",
    "acme and the environment: read our new article",
    "Why did Acme stop supporting the local festival?",
    "I dreamt I worked at acme",
    "acme's ceo said something odd about ai on stage",
    "Do you donate to charities, Acme?",
    "happy birthday acme, 50 years!",
    "what song plays in the acme commercial",
    "acme vs zenith, which one is more ethical",
    "can I bring my dog into the acme cafe",
    "Are you planning a shop in Norway, Acme?",
    "acme's logo looks like a duck",
    "is acme a family owned business",
    "heard acme is buying a rival, true?",
    "Acme do you sponsor podcasts",
    "the acme choir sang at our school",
    "do you ship to Brazil, acme?",
    "acme the strap on my watch gave me a rash",
    "which paint did you use in the acme kitchen video?",
    "acme can you sign my petition",
    "just called my mum from the acme car park",
    "two friends and I are going to the acme concert",
    "this acme book is so good, couldn't put it down",
    "Is the acme factory tour open to kids?",
    "acme's new plan for the high street looks bold",
    "never seen a bag as ugly as that acme one",
    "my late grandfather worked at acme for 40 years",
    "acme's stock price fell again today",
    "the acme driver waved at me, made my day",
    "acme stadium seats are so small",
    "acme just dropped a new trailer, hyped!",
    "what's the wifi password at acme cafe",
    "does the acme mixer come in red",
    "how loud is the acme dishwasher",
    "Is there parking near the acme in York",
    "acme recipe for banana bread please",
    "acme printer jams with thick paper",
    "can the acme tent stand strong wind",
    "acme's ad on tv is so annoying",
    "met my husband in the acme queue ten years ago",
    "acme teach us how to fold a fitted sheet",
    "the acme mascot scares my toddler",
    "acme vacuum smells burnt",
    "are acme candles made of soy",
    "lovely window display at acme this christmas",
    "acme please bring back the hazelnut flavour",
    "I lost the manual for my acme drill, is there a pdf?",
    "which acme mattress is best for back pain",
];

fn names() -> Vec<String> {
    vec!["acme".to_owned()]
}

fn at(no: u64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + i64::try_from(no).unwrap()).unwrap()
}

fn entry(no: u64, kind: Kind) -> Entry {
    Entry { no: MentionNo(no), at: at(no), kind, language: Some("en".to_owned()) }
}

fn known() -> Similar {
    let mut similar = Similar::default();
    for (no, (_, mention, answer)) in (0..).zip(PAST) {
        similar.add(entry(no, Kind::Question), Gist::of(mention, &names()).answered(answer, &names()));
    }
    similar
}

fn near(similar: &Similar, text: &str, kind: Kind) -> Vec<u64> {
    let gist = Gist::of(text, &names());
    let asked = Asked { no: MentionNo(999), gist: &gist, kind, language: None };
    similar.nearest(&asked, 3).iter().map(|near| near.no.0).collect()
}

/// What the shipped model takes it for.
fn kind(text: &str) -> Kind {
    let model = Model::shipped().unwrap();
    odds(&model.read(&model.features(text), &Delta::default())).best()
}

fn topic(no: u64) -> &'static str {
    PAST[usize::try_from(no).unwrap()].0
}

#[test]
fn the_answer_to_the_same_question_in_other_words_is_among_the_three() {
    let similar = known();
    let missed: Vec<_> = AGAIN
        .iter()
        .map(|(about, text)| (*about, *text, near(&similar, text, kind(text))))
        .filter(|(about, _, found)| !found.iter().any(|no| topic(*no) == *about))
        .collect();
    let share = 100 - missed.len() * 100 / AGAIN.len();
    assert!(share >= 85, "{share} %: {missed:#?}");
}

#[test]
fn what_nobody_asked_before_finds_nothing() {
    let similar = known();
    let wrong: Vec<_> = NEW
        .iter()
        .map(|text| (*text, kind(text), near(&similar, text, kind(text))))
        .filter(|(_, _, found)| !found.is_empty())
        .collect();
    let share = 100 - wrong.len() * 100 / NEW.len();
    assert!(share >= 90, "{share} %: {wrong:#?}");
}

#[test]
fn of_equal_ones_the_newest_comes_first_and_what_is_forgotten_is_gone() {
    let mut similar = Similar::default();
    for no in [1, 3, 2] {
        similar.add(entry(no, Kind::Question), Gist::of("where is my parcel, the courier is late", &[]));
    }
    let text = "my parcel is late, where is the courier";
    assert_eq!(near(&similar, text, Kind::Question), [3, 2, 1]);
    similar.remove(MentionNo(3));
    // Answered again: the new one takes its place.
    similar.add(entry(1, Kind::Question), Gist::of("do you sell lamps", &[]));
    assert_eq!(near(&similar, text, Kind::Question), [2]);
    assert_eq!(similar.len(), 2);
    similar.remove(MentionNo(2));
    assert_eq!(near(&similar, text, Kind::Question), [0_u64; 0]);
    // A place that became free is used again.
    similar.add(entry(7, Kind::Question), Gist::of("where is my parcel, the courier is late", &[]));
    assert_eq!(near(&similar, text, Kind::Question), [7]);
}

#[test]
fn a_mention_is_not_like_itself_and_thanks_answer_praise_alone() {
    let mut similar = Similar::default();
    let text = "the parcel came early, the courier was lovely";
    similar.add(entry(1, Kind::Praise), Gist::of(text, &[]));
    assert_eq!(near(&similar, text, Kind::Praise), [1]);
    for problem in [Kind::Question, Kind::Complaint, Kind::Other] {
        assert_eq!(near(&similar, text, problem), [0_u64; 0], "{problem:?}");
    }
    similar.add(entry(2, Kind::Complaint), Gist::of(text, &[]));
    assert_eq!(near(&similar, text, Kind::Praise), [1]);
    let gist = Gist::of(text, &[]);
    let itself = Asked { no: MentionNo(1), gist: &gist, kind: Kind::Praise, language: None };
    assert!(similar.nearest(&itself, 3).is_empty());
}

#[test]
fn another_language_is_worth_less_and_words_without_spaces_are_compared_too() {
    let mut similar = Similar::default();
    let text = "パスワードを忘れました";
    similar.add(Entry { language: Some("ja".to_owned()), ..entry(1, Kind::Question) }, Gist::of(text, &[]));
    let gist = Gist::of("パスワードを忘れたので助けて", &[]);
    let score = |language: &str| {
        let asked = Asked { no: MentionNo(9), gist: &gist, kind: Kind::Question, language: Some(language) };
        similar.nearest(&asked, 3).first().map_or(0.0, |near| near.score)
    };
    assert!(score("ja") > 0.2, "{}", score("ja"));
    assert!(score("zh") < score("ja") * 0.7);
}

#[test]
fn a_text_about_nothing_is_like_nothing() {
    let mut similar = Similar::default();
    for (no, text) in (1..).zip(["", "@acme hi", "https://acme.example 12345", "what is this?"]) {
        assert!(Gist::of(text, &names()).is_empty(), "{text}");
        similar.add(entry(no, Kind::Question), Gist::of(text, &names()));
        assert_eq!(near(&similar, text, Kind::Question), [0_u64; 0]);
    }
    assert!(similar.is_empty());
}
