//! Thousands of mentions in minutes, into one channel that takes one message a second: when each is seen, beside the
//! best that can be done. The clock is moved by hand, so an hour takes as long as the work in it.

use super::counted::Counted;
use super::fake::FakeSlack;
use super::figures::{count, mean, most, number};
use super::office;
use hearback::chat::Chat;
use hearback::desk::{Clock, Desk, ManualClock};
use hearback::domain::{Kind, Mention, MentionNo, SourceName};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;
use std::time::{Duration, Instant};

const START: &str = "2026-03-02T10:00:00Z";
/// A question or complaint that is due sooner than this when it arrives is urgent.
const SOON: Duration = Duration::from_mins(10);

/// What the lines below it say.
fn head() {
    println!("| burst | mentions | n | mean | best mean | ratio | longest | best longest | latest behind its best |");
    println!("|---|---|---|---|---|---|---|---|---|");
}

/// A mention: when it came, and how urgent it is. Seconds since the start.
struct Came {
    at: f64,
    shown: f64,
    best: f64,
    group: &'static str,
}

/// The order in which they matter: due first, then direct, then by number.
type Urgency = (Timestamp, bool, u64);

fn urgency(m: &Mention) -> Urgency {
    (m.due_at.unwrap_or(Timestamp::MAX), !m.direct, m.no.0)
}

/// Measures one burst whose mentions arrive evenly over that time, and prints it.
pub async fn run(name: &str, mentions: u64, over: Duration) {
    let began = Instant::now();
    let hands = Arc::new(ManualClock::at(START.parse().expect("a moment")));
    let clock: Arc<dyn Clock> = Arc::clone(&hands) as _;
    let fake = office::workspace(&clock).await;
    let folder = tempfile::tempdir().expect("a folder");
    let counted = Counted::default();
    let front: Arc<dyn Chat> = office::front(&fake, &clock);
    let desk = office::desk(folder.path(), &counted, Arc::clone(&clock), vec![front]).await;
    let syncs_before = counted.syncs();
    let arrivals = arrivals(mentions, over, clock.now());
    let ticking = play(&desk, &hands, arrivals).await;
    let syncs = counted.syncs() - syncs_before;
    let all = desk.store().scan(MentionNo(1), usize::MAX).await.expect("it is read");
    assert_eq!(u64::try_from(all.len()), Ok(mentions), "all became mentions");
    show(name, &judged(&all));
    calls(&fake, syncs, ticking, began.elapsed());
    desk.store().close().await.expect("it closes");
}

/// When so many come, in batches, and what they say.
fn arrivals(mentions: u64, over: Duration, start: Timestamp) -> BTreeMap<Timestamp, Vec<u64>> {
    let mut all: BTreeMap<Timestamp, Vec<u64>> = BTreeMap::new();
    for i in 0..mentions {
        all.entry(start + Duration::from_secs(over.as_secs() * i / mentions)).or_default().push(i);
    }
    all
}

/// Lets time pass until every card is there, and the rush is over; returns how long the schedule itself took.
async fn play(desk: &Arc<Desk>, hands: &ManualClock, mut arrivals: BTreeMap<Timestamp, Vec<u64>>) -> Duration {
    let source = SourceName::new(office::SOURCE);
    let mut ticking = Duration::ZERO;
    let mut ticked = Timestamp::MIN;
    loop {
        let now = hands.now();
        if let Some(entry) = arrivals.first_entry()
            && *entry.key() <= now
        {
            let posts = entry.remove().into_iter().map(|i| office::post(i, now)).collect();
            desk.hear(&source, posts, None, None).await.expect("they are heard");
        }
        if now.duration_since(ticked).as_secs() >= 1 {
            ticked = now;
            let began = Instant::now();
            desk.tick().await.expect("the schedule is kept");
            ticking += began.elapsed();
        }
        desk.settle().await.expect("they go out");
        let due = desk.next_due().await.expect("it is known");
        let next = arrivals.keys().next().copied();
        let Some(soonest) = [due, next].into_iter().flatten().min() else {
            let left = desk.store().lanes(Timestamp::MAX).await.expect("it is known");
            assert!(left.is_empty(), "something is left that never goes: {left:?}");
            return ticking;
        };
        hands.set(soonest.max(now + Duration::from_millis(1)));
    }
}

/// When each came, was seen, and could have been seen.
fn judged(all: &[Mention]) -> Vec<Came> {
    let start: Timestamp = START.parse().expect("a moment");
    let since = |at: Timestamp| at.duration_since(start).as_secs_f64();
    let best = best(all, start);
    all.iter()
        .map(|m| {
            let card = m.cards.first().expect("every one has its card");
            let (_, ts) = card.message.as_str().split_once('/').expect("channel and moment");
            let shown: f64 = ts.parse::<f64>().expect("seconds") - count(usize::try_from(start.as_second()).unwrap());
            let due_soon = m.due_at.is_some_and(|due| due < m.cycles[0].seen_at + SOON);
            let group = match m.kind {
                Kind::Question | Kind::Complaint if due_soon => "questions and complaints due within 10 min",
                Kind::Question | Kind::Complaint => "other questions and complaints",
                Kind::Praise => "praise",
                Kind::Other => "other",
            };
            Came { at: since(m.cycles[0].seen_at), shown, best: best[&m.no.0], group }
        })
        .collect()
}

/// The best schedule: each second the most urgent of those that are there, beginning with the first.
fn best(all: &[Mention], start: Timestamp) -> BTreeMap<u64, f64> {
    let mut coming: Vec<&Mention> = all.iter().collect();
    coming.sort_by_key(|m| Reverse((m.cycles[0].seen_at, m.no.0)));
    let mut waiting: BinaryHeap<Reverse<Urgency>> = BinaryHeap::new();
    let mut shown = BTreeMap::new();
    let mut second = 0_u32;
    while shown.len() < all.len() {
        let now = start + Duration::from_secs(second.into());
        while coming.last().is_some_and(|m| m.cycles[0].seen_at <= now) {
            waiting.extend(coming.pop().map(|m| Reverse(urgency(m))));
        }
        if let Some(Reverse((_, _, no))) = waiting.pop() {
            shown.insert(no, f64::from(second));
        }
        second += 1;
    }
    shown
}

fn show(name: &str, all: &[Came]) {
    head();
    let mut groups: BTreeMap<&str, Vec<&Came>> = BTreeMap::new();
    for one in all {
        groups.entry("all").or_default().push(one);
        groups.entry(one.group).or_default().push(one);
    }
    for (group, came) in groups {
        let waited: Vec<f64> = came.iter().map(|c| c.shown - c.at).collect();
        let best: Vec<f64> = came.iter().map(|c| c.best - c.at).collect();
        let behind: Vec<f64> = came.iter().map(|c| c.shown - c.best).collect();
        let figures = [
            mean(&waited),
            mean(&best),
            // Counted from one: the first could be there in the second in which it came.
            (mean(&waited) + 1.0) / (mean(&best) + 1.0),
            most(&waited),
            most(&best),
            most(&behind),
        ];
        let cells: Vec<String> = figures.iter().map(|f| number(*f)).collect();
        println!("| {name} | {group} | {} | {} |", came.len(), cells.join(" | "));
    }
}

/// What was asked of Slack and of the disk.
fn calls(fake: &FakeSlack, syncs: u64, ticking: Duration, wall: Duration) {
    let requests = fake.requests();
    let to = |method: &str| requests.iter().filter(|r| r.method == method).count();
    let limited = requests.iter().filter(|r| r.status == 429).count();
    let complaints = fake.complaints();
    println!(
        "\n{} posts, {} edits, {} other calls, {limited} answers 429, {} complaints, {syncs} fsyncs; {:.1} s by the wall, \
         of which {:.1} s for the schedule\n",
        to("chat.postMessage"),
        to("chat.update"),
        requests.len() - to("chat.postMessage") - to("chat.update"),
        complaints.len(),
        wall.as_secs_f64(),
        ticking.as_secs_f64(),
    );
    for complaint in complaints.iter().take(5) {
        println!("complaint: {complaint}");
    }
}
