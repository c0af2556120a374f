//! Thousands of mentions in minutes, into one channel that takes few messages a second: when each is seen, beside the
//! best that can be done. The clock is moved by hand, so an hour takes as long as the work in it.

use super::counted::Counted;
use super::desk;
use super::figures::{mean, most, number};
use hearback::desk::{Clock, Desk, ManualClock};
use hearback::domain::{CardPlace, Kind, Mention, MentionNo};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A question or complaint that is due sooner than this when it arrives is urgent.
const SOON: Duration = Duration::from_mins(10);

/// What a chat lets into one channel: so many messages in each stretch of so many seconds, counted from the first one.
#[derive(Clone, Copy)]
pub struct Limit {
    pub count: u32,
    pub seconds: u32,
}

/// Mentions that arrive evenly over a time.
#[derive(Clone, Copy)]
pub struct Burst {
    pub name: &'static str,
    pub mentions: u64,
    pub over: Duration,
}

impl Burst {
    /// So many at once, and over ten minutes.
    pub fn both(mentions: u64) -> [Self; 2] {
        [
            Self { name: "at once", mentions, over: Duration::ZERO },
            Self { name: "over ten minutes", mentions, over: Duration::from_mins(10) },
        ]
    }
}

/// What it took, beside what was asked of the chat.
pub struct Took {
    syncs: u64,
    ticking: Duration,
    wall: Duration,
}

impl Took {
    /// In words.
    pub fn say(&self) -> String {
        let (wall, ticking) = (self.wall.as_secs_f64(), self.ticking.as_secs_f64());
        format!("{} fsyncs; {wall:.1} s by the wall, of which {ticking:.1} s for the schedule", self.syncs)
    }
}

/// A clock that stands at the beginning.
pub fn hands() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(start()))
}

fn start() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().expect("a moment")
}

/// What the lines below it say.
fn head() {
    println!("| burst | mentions | n | mean | best mean | ratio | longest | best longest | latest behind its best |");
    println!("|---|---|---|---|---|---|---|---|---|");
}

/// A mention: when it came, when it was seen, and when it could have been. Seconds since the start.
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

/// Measures a burst at a desk that looks at this clock, and prints it. `shown` reads from a card when the chat took it.
pub async fn run(
    burst: Burst,
    limit: Limit,
    desk: &Arc<Desk>,
    hands: &ManualClock,
    counted: &Counted,
    shown: fn(&CardPlace) -> Timestamp,
) -> Took {
    let began = Instant::now();
    let syncs_before = counted.syncs();
    let ticking = play(desk, hands, arrivals(burst)).await;
    let syncs = counted.syncs() - syncs_before;
    let all = desk.store().scan(MentionNo(1), usize::MAX).await.expect("it is read");
    assert_eq!(u64::try_from(all.len()), Ok(burst.mentions), "all became mentions");
    show(burst.name, &judged(&all, limit, shown));
    Took { syncs, ticking, wall: began.elapsed() }
}

/// When so many come, in batches, and what they say.
fn arrivals(burst: Burst) -> BTreeMap<Timestamp, Vec<u64>> {
    let mut all: BTreeMap<Timestamp, Vec<u64>> = BTreeMap::new();
    for i in 0..burst.mentions {
        all.entry(start() + Duration::from_secs(burst.over.as_secs() * i / burst.mentions)).or_default().push(i);
    }
    all
}

/// Lets time pass until every card is there, and the rush is over; returns how long the schedule itself took.
async fn play(desk: &Arc<Desk>, hands: &ManualClock, mut arrivals: BTreeMap<Timestamp, Vec<u64>>) -> Duration {
    let mut ticking = Duration::ZERO;
    let mut ticked = Timestamp::MIN;
    loop {
        let now = hands.now();
        if let Some(entry) = arrivals.first_entry()
            && *entry.key() <= now
        {
            desk::hears(desk, entry.remove()).await;
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
fn judged(all: &[Mention], limit: Limit, shown: fn(&CardPlace) -> Timestamp) -> Vec<Came> {
    let since = |at: Timestamp| at.duration_since(start()).as_secs_f64();
    let best = best(all, limit);
    all.iter()
        .map(|m| {
            let shown = since(shown(m.cards.first().expect("every one has its card")));
            let due_soon = m.due_at.is_some_and(|due| due < m.cycles[0].seen_at + SOON);
            let group = match m.kind {
                Kind::Question | Kind::Complaint if due_soon => "questions and complaints due within 10 min",
                Kind::Question | Kind::Complaint => "other questions and complaints",
                Kind::Praise => "praise",
                Kind::Other => "other",
            };
            Came { at: since(m.cycles[0].seen_at), shown, best: since(best[&m.no.0]), group }
        })
        .collect()
}

/// The best schedule: as soon as the limit leaves room, the most urgent of those that are there.
fn best(all: &[Mention], limit: Limit) -> BTreeMap<u64, Timestamp> {
    let mut coming: Vec<&Mention> = all.iter().collect();
    coming.sort_by_key(|m| Reverse((m.cycles[0].seen_at, m.no.0)));
    let mut waiting: BinaryHeap<Reverse<Urgency>> = BinaryHeap::new();
    let mut shown = BTreeMap::new();
    let (mut now, mut room) = (start(), limit.count);
    let mut full_until = now + Duration::from_secs(limit.seconds.into());
    while shown.len() < all.len() {
        while coming.last().is_some_and(|m| m.cycles[0].seen_at <= now) {
            waiting.extend(coming.pop().map(|m| Reverse(urgency(m))));
        }
        if room > 0
            && let Some(Reverse((_, _, no))) = waiting.pop()
        {
            shown.insert(no, now);
            room -= 1;
        } else {
            let next = coming.last().map(|m| m.cycles[0].seen_at).filter(|at| room > 0 && *at < full_until);
            now = next.unwrap_or(full_until);
        }
        if now >= full_until {
            (room, full_until) = (limit.count, full_until + Duration::from_secs(limit.seconds.into()));
        }
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
