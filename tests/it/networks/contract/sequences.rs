//! A hundred replies, each through its own row of misfortunes: at the end each is there exactly once.

use super::bench::{Bench, Outcome};
use super::{On, Peer, Trouble};
use fastrand::Rng;
use hearback::domain::Idempotency;
use tokio::task::JoinSet;

fn on_the_way_out(random: &mut Rng) -> Trouble {
    match random.u8(0..16) {
        0..=2 => Trouble::CutBefore,
        3..=5 => Trouble::CutAfter,
        6 => Trouble::HangBefore,
        7 => Trouble::HangAfter,
        8 => Trouble::Busy(random.u64(1..100)),
        9 => Trouble::Status(*random.choice(&[500, 502, 503, 504, 408]).unwrap()),
        10 => Trouble::FailAfter(*random.choice(&[500, 502, 504]).unwrap()),
        11 => Trouble::Garbage,
        12 => Trouble::Truncated,
        13 => Trouble::Huge,
        _ => Trouble::Fine,
    }
}

fn on_the_way_in(random: &mut Rng) -> Trouble {
    match random.u8(0..6) {
        0 => Trouble::CutBefore,
        1 => Trouble::Busy(random.u64(1..100)),
        2 => Trouble::Status(*random.choice(&[500, 502, 503]).unwrap()),
        3 => Trouble::Garbage,
        4 => Trouble::Truncated,
        _ => Trouble::Fine,
    }
}

async fn one<P: Peer>(seed: u64) -> Option<String> {
    let mut random = Rng::with_seed(seed);
    let mut bench = Bench::<P>::marked().await;
    if !bench.network.capabilities().reply {
        return None;
    }
    let post = bench.mention("bob").await;
    if P::SHAPE.native && random.bool() {
        bench.peer.natively(&post.external_id, "something else, by hand");
        bench.clock.pass(1);
    }
    let text = format!("answer {seed}");
    let reply = bench.reply_to(&post, &seed.to_string(), &text);
    let out: Vec<Trouble> = (0..random.usize(1..=5)).map(|_| on_the_way_out(&mut random)).collect();
    bench.peer.troubles().next(On::Writes, out);
    if random.bool() {
        let into: Vec<Trouble> = (0..random.usize(1..=3)).map(|_| on_the_way_in(&mut random)).collect();
        bench.peer.troubles().next(On::Reads, into);
    }
    if random.u8(0..4) == 0 {
        bench.peer.expire();
        bench.peer.troubles().next(On::Session, [on_the_way_in(&mut random)]);
    }
    if random.bool() {
        bench.restart();
    }
    let outcome = bench.deliver(&reply).await;
    let n = bench.count(&post.external_id, &text);
    let good = match outcome {
        Outcome::Sent(_) => n == 1,
        Outcome::Open => bench.network.capabilities().idempotency == Idempotency::None && n <= 1,
        Outcome::Never => false,
    };
    (!good).then(|| format!("seed {seed}: {n} times there, {outcome:?}"))
}

pub async fn whatever_happens_on_the_way_there_is_one_reply<P: Peer>() {
    if !Bench::<P>::start().await.network.capabilities().reply && !P::SHAPE.native {
        return;
    }
    let mut wrong = Vec::new();
    for batch in 0..4 {
        let mut running: JoinSet<Option<String>> = (0..25).map(|i| one::<P>(batch * 25 + i)).collect();
        while let Some(done) = running.join_next().await {
            wrong.extend(done.unwrap());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
