//! Keywords by Jetstream: what was missed is replayed, what is too old is searched for, a dead stream is noticed.

use super::{Account, Bench, Stream, config, eventually};
use crate::networks::contract::{On, Peer as _, Trouble};
use hearback::networks::bluesky::{Bluesky, Jetstream};
use hearback::networks::{CallError, First, Network as _};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

async fn start(keeps: i64, silence: Duration) -> (Bench, Stream) {
    let clock = super::Clock::new();
    let account = Account::start(clock.clone()).await;
    let stream = Stream::start(Arc::clone(&account.world), keeps).await;
    let mut config = config(account.url());
    let wanted = Arc::new(|text: &str| text.contains("acme"));
    config.queries = vec!["acme".to_owned()];
    config.jetstream = Some(Jetstream { url: stream.url.clone(), wanted, silence });
    let tools = clock.tools();
    let network = Bluesky::new(config, tools.clone()).unwrap();
    let mut bench = Bench { account, clock, tools, network, cursor: None };
    bench.poll().await;
    bench.clock.pass(5);
    (bench, stream)
}

const LONG: Duration = Duration::from_mins(1);

/// Polls until so many have come; the ids, in the order in which they came.
async fn until(bench: &mut Bench, n: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..20_000 {
        let batch = bench.network.poll(bench.cursor.as_ref(), First::Now, bench.clock.now()).await;
        match batch {
            Ok(batch) => {
                if batch.cursor.is_some() {
                    bench.cursor = batch.cursor;
                }
                ids.extend(batch.posts.into_iter().map(|p| p.external_id));
            }
            Err(error) => assert!(matches!(error, CallError::Later { .. }), "{error:?}"),
        }
        if ids.len() >= n {
            return ids;
        }
        tokio::time::timeout(Duration::from_millis(25), bench.network.ready()).await.ok();
    }
    panic!("{} of {n} came", ids.len());
}

#[tokio::test]
async fn what_names_the_brand_comes_at_once_with_its_author() {
    let (mut bench, stream) = start(0, LONG).await;
    bench.account.world().says("ann", "nothing to see");
    let id = bench.account.world().says("bob", "acme is down");
    stream.flow();
    bench.network.ready().await;
    let batch = bench.poll().await;
    let [post] = &batch.posts[..] else { panic!("{batch:?}") };
    assert_eq!((&post.external_id, post.author.handle.as_str()), (&id, "bob.example"));
    assert_eq!(post.author.reach, Some(42));
    assert!(!post.addressed);
    assert!(post.url.as_ref().is_some_and(|u| u.starts_with("https://bsky.app/profile/bob.example/post/")));
}

#[tokio::test]
async fn a_cut_stream_is_an_error_once_and_goes_on_a_little_before() {
    let (mut bench, stream) = start(0, LONG).await;
    let mut said = BTreeSet::new();
    let mut came = Vec::new();
    for round in 0..6 {
        for i in 0..40 {
            bench.clock.pass(1);
            said.insert(bench.account.world().says("bob", &format!("acme {round} {i}")));
        }
        stream.flow();
        if round % 2 == 0 {
            stream.cut();
        }
        came.extend(until(&mut bench, 40).await);
    }
    assert_eq!(came.len(), 240, "no double");
    assert_eq!(came.into_iter().collect::<BTreeSet<_>>(), said, "no gap");
    let asked = stream.asked.lock().unwrap().clone();
    assert_eq!(asked.first(), Some(&None), "first from now on");
    assert!(asked.len() >= 2 && asked.iter().skip(1).all(Option::is_some), "{asked:?}");
}

#[tokio::test]
async fn after_a_restart_it_goes_on_where_it_was() {
    let (mut bench, stream) = start(0, LONG).await;
    bench.account.world().says("bob", "acme one");
    stream.flow();
    until(&mut bench, 1).await;
    let mut config = config(bench.account.url());
    let wanted = Arc::new(|text: &str| text.contains("acme"));
    config.jetstream = Some(Jetstream { url: stream.url.clone(), wanted, silence: LONG });
    bench.clock.pass(100);
    let missed = bench.account.world().says("bob", "acme two");
    bench.network = Bluesky::new(config, bench.tools.clone()).unwrap();
    assert_eq!(until(&mut bench, 1).await, [missed], "and nothing twice");
}

#[tokio::test]
async fn what_could_not_be_kept_streams_again() {
    let (mut bench, stream) = start(0, LONG).await;
    let id = bench.account.world().says("bob", "acme is down");
    stream.flow();
    bench.network.ready().await;
    let kept_by_nobody = bench.network.poll(bench.cursor.as_ref(), First::Now, bench.clock.now()).await.unwrap();
    assert_eq!(kept_by_nobody.posts.len(), 1);
    assert_eq!(until(&mut bench, 1).await, [id]);
}

#[tokio::test]
async fn what_fails_beside_the_stream_is_an_error_and_the_stream_goes_on() {
    let (mut bench, stream) = start(0, LONG).await;
    bench.clock.pass(60);
    bench.account.troubles().next(On::Reads, [Trouble::Status(500), Trouble::Status(500)]);
    for _ in 0..3 {
        bench.account.world().says("bob", "nothing to see");
        stream.flow();
        let polled = bench.network.poll(bench.cursor.as_ref(), First::Now, bench.clock.now()).await;
        assert!(matches!(polled, Err(CallError::Later { .. })), "{polled:?}");
    }
    assert_eq!(bench.network.notes(bench.clock.now()).len(), 1);
    let id = bench.account.world().says("bob", "acme is down");
    stream.flow();
    assert_eq!(until(&mut bench, 1).await, [id]);
    bench.clock.pass(60);
    bench.poll().await;
    assert_eq!(bench.network.notes(bench.clock.now()), Vec::<String>::new());
}

#[tokio::test]
async fn what_the_stream_has_no_more_is_searched_for() {
    let keeps = super::super::at("2026-11-22T12:00:00Z").as_microsecond();
    let (mut bench, stream) = start(keeps, LONG).await;
    bench.account.world().says("bob", "acme zero");
    bench.poll().await;
    stream.cut();
    bench.clock.pass(3_000);
    let lost = bench.account.world().says("bob", "acme, said while nobody listened");
    bench.clock.pass(3 * 3_600);
    let kept = bench.account.world().says("bob", "acme, still there");
    let mut came = until(&mut bench, 1).await;
    // The search is asked at its next turn.
    bench.clock.pass(60);
    came.extend(until(&mut bench, 2).await);
    assert!(came.contains(&lost) && came.contains(&kept), "{came:?}");
}

#[tokio::test]
async fn a_silent_stream_is_dead() {
    let (mut bench, stream) = start(0, Duration::from_millis(50)).await;
    stream.fall_silent();
    let (network, clock, cursor) = (&bench.network, bench.clock.clone(), bench.cursor.clone());
    eventually(async || {
        let polled = network.poll(cursor.as_ref(), First::Now, clock.now()).await;
        matches!(polled, Err(CallError::Later { why, .. }) if why.contains("silent"))
    })
    .await;
    bench.cursor = cursor;
}

#[tokio::test]
async fn a_burst_waits_for_a_slow_reader() {
    let (mut bench, stream) = start(0, LONG).await;
    let n = 1_500;
    let said: BTreeSet<String> = (0..n).map(|i| bench.account.world().says("bob", &format!("acme {i}"))).collect();
    stream.flow();
    let came: BTreeSet<String> = until(&mut bench, n).await.into_iter().collect();
    assert_eq!(came, said);
}
