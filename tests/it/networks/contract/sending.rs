//! What goes out: once, or said not to have, or left to a person.

use super::bench::{Bench, Outcome};
use super::{On, Peer, Trouble};
use hearback::domain::{Idempotency, LengthRule};
use hearback::networks::{CallError, Sent};
use std::time::Duration;

const TEXT: &str = "Sorry! We look into it, 1 < 2 & Größe 👩‍🚀";

async fn ready<P: Peer>() -> Option<Bench<P>> {
    let bench = Bench::<P>::marked().await;
    bench.network.capabilities().reply.then_some(bench)
}

pub async fn a_reply_lands_once_and_says_where<P: Peer>() {
    let Some(mut bench) = ready::<P>().await else { return };
    let post = bench.mention("bob").await;
    bench.clock.pass(60);
    let reply = bench.reply_to(&post, "1", TEXT);
    let sent = bench.try_once(&reply).await.unwrap();
    assert_eq!(bench.count(&post.external_id, TEXT), 1, "{:?}", bench.peer.replies());
    assert!(sent.url.as_ref().is_none_or(|u| u.starts_with("http")), "{sent:?}");
    assert_eq!(sent.posted_at.as_second(), bench.clock.now().as_second(), "the network's time");
    if bench.network.capabilities().idempotency == Idempotency::Look {
        let found = bench.network.find_reply(&reply).await.unwrap();
        assert_eq!(found.as_ref().map(|s: &Sent| &s.external_id), Some(&sent.external_id), "the same when looked for");
        let other = bench.reply_to(&post, "2", "something else");
        assert_eq!(bench.network.find_reply(&other).await.unwrap(), None, "and no other one");
    }
    if P::SHAPE.native {
        let heard = bench.post(&sent.external_id).await;
        let account = bench.network.account().map(|a| a.id);
        assert_eq!(Some(heard.author.id), account, "our own reply comes in as ours");
    }
}

pub async fn certain_is_certain<P: Peer>() {
    let Some(mut bench) = ready::<P>().await else { return };
    let post = bench.mention("bob").await;
    for (i, status) in [400, 401, 403, 404, 422, 429].into_iter().enumerate() {
        let text = format!("{TEXT} {i}");
        let reply = bench.reply_to(&post, &i.to_string(), &text);
        // Also the second time: an adapter may renew its token and try again.
        bench.peer.troubles().next(On::Writes, [Trouble::Status(status), Trouble::Status(status)]);
        let error = bench.try_once(&reply).await.expect_err("refused");
        bench.peer.troubles().clear();
        assert!(!matches!(error, CallError::Unknown { .. }), "{status} is an answer: {error:?}");
        assert_eq!(bench.count(&post.external_id, &text), 0);
        bench.clock.pass(3600);
    }
}

pub async fn what_is_cut_is_found_or_repeated<P: Peer>() {
    let Some(mut bench) = ready::<P>().await else { return };
    let post = bench.mention("bob").await;
    let troubles: Vec<fn() -> Trouble> = vec![
        || Trouble::CutBefore,
        || Trouble::CutAfter,
        || Trouble::HangBefore,
        || Trouble::HangAfter,
        || Trouble::FailAfter(500),
        || Trouble::FailAfter(502),
        || Trouble::FailAfter(504),
        || Trouble::Status(408),
        || Trouble::Status(500),
        || Trouble::Status(503),
        || Trouble::Garbage,
        || Trouble::Truncated,
        || Trouble::Huge,
    ];
    for (i, trouble) in troubles.into_iter().enumerate() {
        let text = format!("{TEXT} {i}");
        let reply = bench.reply_to(&post, &i.to_string(), &text);
        bench.peer.troubles().next(On::Writes, [trouble()]);
        let outcome = bench.deliver(&reply).await;
        let n = bench.count(&post.external_id, &text);
        match outcome {
            Outcome::Sent(_) => assert_eq!(n, 1, "trouble {i}"),
            Outcome::Never => panic!("trouble {i} is no refusal"),
            Outcome::Open => assert!(bench.network.capabilities().idempotency == Idempotency::None && n <= 1, "{i}"),
        }
        bench.peer.troubles().clear();
        bench.clock.pass(600);
    }
}

pub async fn the_same_words_again_are_another_reply<P: Peer>() {
    let Some(mut bench) = ready::<P>().await else { return };
    if !P::SHAPE.repeats {
        return;
    }
    let post = bench.mention("bob").await;
    let mut known = Vec::new();
    let troubles = [Trouble::Fine, Trouble::CutBefore, Trouble::CutAfter, Trouble::CutBefore];
    for (i, trouble) in troubles.into_iter().enumerate() {
        let mut reply = bench.reply_to(&post, &format!("same-{i}"), TEXT);
        reply.known.clone_from(&known);
        bench.peer.troubles().next(On::Writes, [trouble]);
        match bench.deliver(&reply).await {
            Outcome::Sent(sent) => {
                assert!(!known.contains(&sent.external_id), "that was another one");
                known.push(sent.external_id);
                assert_eq!(bench.count(&post.external_id, TEXT), known.len());
            }
            Outcome::Open if bench.network.capabilities().idempotency == Idempotency::None => return,
            other => panic!("{other:?}"),
        }
        bench.clock.pass(60);
    }
}

pub async fn a_thread_goes_on_below_its_first_part<P: Peer>() {
    let Some(mut bench) = ready::<P>().await else { return };
    if !bench.network.capabilities().thread {
        return;
    }
    let post = bench.mention("bob").await;
    let mut last: Option<Sent> = None;
    for (i, trouble) in [Trouble::Fine, Trouble::CutAfter, Trouble::CutBefore].into_iter().enumerate() {
        let text = format!("{}/3 the whole story", i + 1);
        let mut reply = bench.reply_to(&post, &format!("part-{i}"), &text);
        reply.after.clone_from(&last);
        reply.known = last.iter().map(|s| s.external_id.clone()).collect();
        bench.peer.troubles().next(On::Writes, [trouble]);
        let Outcome::Sent(sent) = bench.deliver(&reply).await else { panic!("part {i} did not go out") };
        let to = last.as_ref().map_or(&post.external_id, |s| &s.external_id);
        assert_eq!(bench.count(to, &text), 1, "below the part before: {:?}", bench.peer.replies());
        last = Some(sent);
        bench.clock.pass(1);
    }
}

/// How often `unit` fits.
fn most(rule: LengthRule, unit: &str) -> usize {
    let (mut fits, mut not) = (0, 100_000);
    while not - fits > 1 {
        let middle = usize::midpoint(fits, not);
        if rule.fits(&unit.repeat(middle)) { fits = middle } else { not = middle }
    }
    fits
}

pub async fn the_length_rule_is_the_networks_own<P: Peer>() {
    let Some(mut bench) = ready::<P>().await else { return };
    let post = bench.mention("bob").await;
    let empty = bench.reply_to(&post, "empty", "");
    if !P::SHAPE.polls || bench.network.length() == LengthRule::Unlimited {
        return;
    }
    bench.try_once(&empty).await.expect_err("nothing is no reply");
    for (i, unit) in ["a", "é", "漢", "👩‍👩‍👧‍👦", "a\u{301}", "https://acme.example/a "].into_iter().enumerate()
    {
        let n = most(bench.network.length(), unit);
        let longest = unit.repeat(n);
        let longest = longest.trim_end();
        let reply = bench.reply_to(&post, &format!("longest-{i}"), longest);
        bench.try_once(&reply).await.unwrap_or_else(|e| panic!("{n} times {unit:?} fits: {e:?}"));
        assert_eq!(bench.count(&post.external_id, longest), 1);
        let longer = unit.repeat(n + 2);
        let reply = bench.reply_to(&post, &format!("longer-{i}"), longer.trim_end());
        let error = bench.try_once(&reply).await.expect_err("too long");
        assert!(matches!(error, CallError::Never { .. }), "{error:?}");
        bench.clock.pass(600);
    }
}

pub async fn a_busy_network_takes_the_reply_later<P: Peer>() {
    let Some(mut bench) = ready::<P>().await else { return };
    let post = bench.mention("bob").await;
    let reply = bench.reply_to(&post, "1", TEXT);
    bench.peer.troubles().next(On::Writes, [Trouble::Busy(77)]);
    let error = bench.try_once(&reply).await.expect_err("busy");
    let CallError::Later { after: Some(after), .. } = error else { panic!("busy is for later: {error:?}") };
    let asked = Duration::from_secs(77);
    assert!(after >= asked && after <= asked + Duration::from_secs(5), "asked for 77 s: {after:?}");
    bench.clock.pass(80);
    bench.try_once(&reply).await.unwrap();
    assert_eq!(bench.count(&post.external_id, TEXT), 1);
}
