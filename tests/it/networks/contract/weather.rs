//! What goes wrong while only reading: it is named, nothing is lost, and nobody is pestered.

use super::bench::Bench;
use super::{On, Peer, Trouble, WORD};
use hearback::networks::CallError;
use std::time::Duration;

pub async fn a_busy_network_says_when_to_come_again<P: Peer>() {
    if !P::SHAPE.polls {
        return;
    }
    let mut bench = Bench::<P>::marked().await;
    let id = bench.says("bob", &format!("hello {WORD}"));
    bench.peer.troubles().next(On::Reads, [Trouble::Busy(77)]);
    let rest = match bench.poll().await {
        Ok(batch) => batch.rest,
        Err(CallError::Later { after, .. }) => after,
        Err(other) => panic!("busy is for later: {other:?}"),
    };
    let asked = Duration::from_secs(77);
    assert!(rest.is_some_and(|r| r >= asked && r <= asked + Duration::from_secs(5)), "asked for 77 s: {rest:?}");
    bench.clock.pass(80);
    bench.hear_all(&[id], |_| ()).await;
}

pub async fn what_fails_while_reading_loses_nothing<P: Peer>() {
    if !P::SHAPE.polls {
        return;
    }
    let mut bench = Bench::<P>::marked().await;
    let statuses = [400, 401, 403, 404, 408, 410, 422, 429, 500, 502, 503, 504];
    let mut troubles: Vec<fn() -> Trouble> = vec![
        || Trouble::CutBefore,
        || Trouble::CutAfter,
        || Trouble::HangBefore,
        || Trouble::Garbage,
        || Trouble::Truncated,
        || Trouble::Huge,
    ];
    troubles.push(|| Trouble::FailAfter(500));
    let all = statuses.into_iter().map(Trouble::Status).chain(troubles.into_iter().map(|make| make()));
    for (i, trouble) in all.enumerate() {
        let id = bench.says("bob", &format!("{WORD} in bad weather {i}"));
        bench.peer.troubles().next(On::Reads, [trouble]);
        let mut heard = match bench.poll().await {
            Ok(batch) => batch.posts,
            Err(CallError::Unknown { why }) => panic!("nothing unknown comes of reading: {why}"),
            Err(_) => Vec::new(),
        };
        bench.peer.troubles().clear();
        bench.restart();
        bench.clock.pass(3600);
        if !heard.iter().any(|p| p.external_id == id) {
            heard.extend(bench.hear_all(&[id], |_| ()).await);
        }
        let ids: Vec<&str> = heard.iter().map(|p| p.external_id.as_str()).collect();
        assert!(P::SHAPE.overlaps || ids.len() == 1, "{ids:?}");
    }
}

pub async fn a_token_that_ran_out_is_renewed<P: Peer>() {
    if !P::SHAPE.polls {
        return;
    }
    let mut bench = Bench::<P>::marked().await;
    for (i, trouble) in
        [Trouble::Fine, Trouble::CutBefore, Trouble::Status(500), Trouble::CutAfter].into_iter().enumerate()
    {
        let id = bench.says("bob", &format!("{WORD} once more {i}"));
        bench.peer.expire();
        bench.peer.troubles().next(On::Session, [trouble]);
        let heard = bench.poll().await.map_or(Vec::new(), |batch| batch.posts);
        bench.peer.troubles().clear();
        bench.restart();
        if !heard.iter().any(|p| p.external_id == id) {
            bench.hear_all(&[id], |_| ()).await;
        }
    }
}
