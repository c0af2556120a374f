//! The real program, killed again and again while it starts, takes hooks in, answers at the prompt and sends replies.
//!
//! Everything is looked at from outside: what was acknowledged (a hook answered with success, an answer on the screen)
//! must be in the export afterwards, and the receiver of replies must have got each of them once.
//! `HEARBACK_TORTURE_KILLS=300` is the full form, `HEARBACK_TORTURE_SEED` another course of events; docs/testing.md.

mod child;
mod disk;
mod folder;
mod house;
mod ledger;
mod people;
mod receiver;

use child::{Child, HANG};
use house::House;
use people::People;
use receiver::Receiver;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// A number from the environment, or the default.
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect(name))
}

/// When the program is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// So many thousandths of a usual start after it was started.
    Starting(u32),
    /// The same into `hearback compact`, which writes everything anew.
    Compacting(u32),
    /// So many milliseconds after its greeting.
    Greeting(u64),
    /// So many milliseconds into the work.
    Working(u64),
    /// When so many more replies have reached the receiver, before they are confirmed.
    Replies(u64),
    /// When so many more hooks were acknowledged.
    Hooks(u64),
    /// When so many more lines were answered.
    Answers(u64),
}

impl Moment {
    fn any(chance: &mut fastrand::Rng) -> Moment {
        match chance.u8(..20) {
            0 => Moment::Starting(chance.u32(..60)),
            1..4 => Moment::Starting(chance.u32(..1300)),
            4 => Moment::Compacting(chance.u32(..1500)),
            5..7 => Moment::Greeting(chance.u64(..40)),
            7..11 => Moment::Working(chance.u64(40..700)),
            11..15 => Moment::Replies(chance.u64(1..4)),
            15..18 => Moment::Hooks(chance.u64(1..8)),
            _ => Moment::Answers(chance.u64(1..12)),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Moment::Starting(_) => "starting",
            Moment::Compacting(_) => "compacting",
            Moment::Greeting(_) => "greeting",
            Moment::Working(_) => "working",
            Moment::Replies(_) => "at a reply",
            Moment::Hooks(_) => "at a hook",
            Moment::Answers(_) => "at an answer",
        }
    }
}

/// Returns when the counter has gone up by so much, or after a while if nothing happens any more.
async fn counted(mut counter: watch::Receiver<u64>, more: u64) {
    let goal = *counter.borrow() + more;
    let reached = counter.wait_for(|n| *n >= goal);
    drop(tokio::time::timeout(Duration::from_secs(3), reached).await);
}

/// Everything of one course of events.
struct Torture {
    house: House,
    receiver: Receiver,
    people: People,
    chance: fastrand::Rng,
    /// How long the last whole start took, to aim at the middle of the next one.
    start: Duration,
}

impl Torture {
    async fn new(seed: u64) -> Torture {
        let receiver = Receiver::open(seed).await;
        let house = House::build(&receiver.url);
        let people = People::of(&house);
        Torture { people, receiver, house, chance: fastrand::Rng::with_seed(seed), start: Duration::from_millis(300) }
    }

    /// Starts it and waits for its greeting.
    async fn start(&mut self) -> Child {
        let begun = Instant::now();
        let mut child = self.house.run();
        assert!(child.welcomed().await, "it does not start: {}", child.errors());
        self.start = begun.elapsed();
        child
    }

    /// Runs it with everybody at work, until the moment has come. Then it still runs, and everybody is at work.
    async fn live(&mut self, child: &mut Child, moment: Moment) -> Busy {
        let (stop, stopped) = watch::channel(false);
        let mut senders = tokio::task::JoinSet::new();
        for _ in 0..3 {
            senders.spawn(self.people.clone().send_hooks(self.chance.u64(..), 3, stopped.clone()));
        }
        let seed = self.chance.u64(..);
        let people = self.people.clone();
        let come = async {
            match moment {
                Moment::Starting(_) | Moment::Compacting(_) => {}
                // These two are the random moments that this test is about.
                Moment::Greeting(ms) | Moment::Working(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
                Moment::Replies(n) => counted(self.receiver.arrivals(), n).await,
                Moment::Hooks(n) => counted(people.accepted.subscribe(), n).await,
                Moment::Answers(n) => counted(people.answered.subscribe(), n).await,
            }
        };
        tokio::select! {
            () = people.work(child, seed) => panic!("it ended by itself: {}", child.errors()),
            () = come => {}
        }
        Busy { stop, senders }
    }

    /// One life that ends with SIGKILL.
    async fn kill(&mut self) -> Moment {
        match self.chance.u8(..12) {
            0 => self.house.pretend_another_boot(),
            1 => self.house.lose_the_indexes(),
            _ => {}
        }
        let moment = Moment::any(&mut self.chance);
        if let Moment::Starting(thousandths) | Moment::Compacting(thousandths) = moment {
            let compacts = matches!(moment, Moment::Compacting(_));
            let child = if compacts { self.house.compact() } else { self.house.run() };
            tokio::time::sleep(self.start * thousandths / 1000).await;
            child.kill();
            return moment;
        }
        let mut child = self.start().await;
        let busy = self.live(&mut child, moment).await;
        child.kill();
        busy.over().await;
        moment
    }

    /// One life that ends with SIGTERM in the middle of the work.
    async fn terminate(&mut self) {
        // Also right after the greeting, when it has only just begun to listen for signals.
        let moment = match self.chance.u8(..4) {
            0 => Moment::Greeting(self.chance.u64(..3)),
            1 => Moment::Replies(1),
            _ => Moment::Working(self.chance.u64(100..900)),
        };
        let mut child = self.start().await;
        let busy = self.live(&mut child, moment).await;
        let ended = child.terminate().await;
        busy.over().await;
        assert_eq!(ended.code, Some(0), "{}", ended.errors);
    }

    /// A last life in peace; then everything that was acknowledged is there, and nothing else.
    async fn judge(mut self) -> ledger::Found {
        self.receiver.recovers();
        let mut child = self.start().await;
        self.people.send_the_rest().await;
        self.people.settled(&mut child).await;
        let ended = child.terminate().await;
        assert_eq!(ended.code, Some(0), "{}", ended.errors);
        self.house.is_sound();
        let rows = self.house.export();
        self.people.ledger.lock().unwrap().holds(&rows, &self.receiver)
    }
}

/// Senders at work.
struct Busy {
    stop: watch::Sender<bool>,
    senders: tokio::task::JoinSet<()>,
}

impl Busy {
    async fn over(mut self) {
        self.stop.send_replace(true);
        while let Some(done) = tokio::time::timeout(HANG, self.senders.join_next()).await.expect("a sender hangs") {
            done.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_it_loses_and_doubles_nothing() {
    let kills = setting("HEARBACK_TORTURE_KILLS", 8);
    let seed = setting("HEARBACK_TORTURE_SEED", 20_261_122);
    let mut torture = Torture::new(seed).await;
    let mut moments = std::collections::BTreeMap::<_, u64>::new();
    for n in 1..=kills {
        let moment = torture.kill().await;
        *moments.entry(moment.name()).or_default() += 1;
        if n % 25 == 0 {
            println!("torture: {n} of {kills} kills");
        }
    }
    let found = torture.judge().await;
    assert!(found.mentions > 0, "nothing came in between the kills");
    println!("torture: seed {seed}, {kills} kills {moments:?}, {found}: nothing lost, nothing doubled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_in_the_middle_of_the_work_it_ends_well() {
    let mut torture = Torture::new(setting("HEARBACK_TORTURE_SEED", 1122)).await;
    for _ in 0..setting("HEARBACK_TORTURE_KILLS", 9).div_ceil(3) {
        torture.terminate().await;
    }
    let found = torture.judge().await;
    println!("torture: stopped again and again, {found}");
}
