//! What comes in: all of it, once, the oldest first, wherever the adapter was stopped.

use super::bench::Bench;
use super::{On, Peer, Trouble, WORD};
use hearback::domain::Post;
use hearback::networks::First;
use std::collections::BTreeMap;
use std::sync::Arc;

/// That many posts, a second apart.
fn flood<P: Peer>(bench: &Bench<P>, n: usize) -> Vec<String> {
    (0..n).map(|i| bench.says(["ann", "bob", "cleo"][i % 3], &format!("{WORD} number {i} of many"))).collect()
}

fn twice(heard: &[Post]) -> Vec<&str> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for post in heard {
        *times.entry(&post.external_id).or_default() += 1;
    }
    times.into_iter().filter(|(_, n)| *n > 1).map(|(id, _)| id).collect()
}

fn once<P: Peer>(heard: &[Post]) {
    assert!(P::SHAPE.overlaps || twice(heard).is_empty(), "came twice: {:?}", twice(heard));
}

pub async fn a_post_has_all_that_a_card_needs<P: Peer>() {
    let mut bench = Bench::<P>::marked().await;
    let id = bench.says("bob", &format!("Is {WORD} down? Größe & <b> 1 < 2 👩‍🚀"));
    let said_at = bench.clock.now();
    let post = bench.post(&id).await;
    assert!(P::SHAPE.polls || post.external_id == id);
    assert!(post.text.contains(&format!("Is {WORD} down? Größe & <b> 1 < 2 👩‍🚀")), "as it reads: {:?}", post.text);
    assert!(post.text.chars().all(|c| c == '\n' || !c.is_control()));
    assert_eq!(post.posted_at.as_second(), said_at.as_second(), "the network's own time");
    assert!([&post.author.handle, &post.author.name].iter().any(|n| n.contains("bob")), "{:?}", post.author);
    assert!(!post.author.handle.starts_with('@'));
    let web = |url: &String| url.starts_with("http://") || url.starts_with("https://");
    assert!(post.url.as_ref().is_some_and(web), "{:?}", post.url);
    assert!(post.author.url.as_ref().is_none_or(web));
    let stored: Post = serde_json::from_str(&serde_json::to_string(&post).unwrap()).unwrap();
    assert_eq!(stored, post, "it survives the store");
    assert_eq!(post.clone().tidy(), post, "names fit on a line");
}

pub async fn the_first_sight_marks_and_hands_in_nothing<P: Peer>() {
    let mut bench = Bench::<P>::start().await;
    if !P::SHAPE.polls {
        assert_eq!((bench.network.interval(), bench.hear().await), (None, Vec::new()), "it is pushed");
        return;
    }
    assert!(bench.network.interval().is_some_and(|every| !every.is_zero()));
    flood(&bench, 3);
    bench.clock.pass(2);
    assert_eq!(bench.hear().await, Vec::new(), "the first sight");
    assert!(bench.cursor.is_some(), "marks the position");
    bench.clock.pass(2);
    assert_eq!(bench.hear().await, Vec::new(), "nothing new");
    let id = bench.says("ann", &format!("new: {WORD}"));
    let heard = bench.hear_all(std::slice::from_ref(&id), |_| ()).await;
    assert_eq!(heard.iter().map(|p| &p.external_id).collect::<Vec<_>>(), [&id]);
    bench.restart();
    let again = bench.hear().await;
    assert!(P::SHAPE.overlaps || again.is_empty(), "{again:?}");
}

pub async fn history_comes_from_the_moment_asked_for<P: Peer>() {
    let mut bench = Bench::<P>::start().await;
    if !P::SHAPE.history {
        return;
    }
    let old = flood(&bench, 3);
    bench.clock.pass(3600);
    let since = bench.clock.now();
    let wanted = flood(&bench, P::SHAPE.page + 3);
    bench.first = First::Since(since);
    let heard = bench.hear_all(&wanted, Bench::restart).await;
    assert!(!heard.iter().any(|p| old.contains(&p.external_id)), "what was said before it");
    once::<P>(&heard);
    bench.clock.pass(2);
    let next = bench.says("ann", &format!("and then {WORD}"));
    once::<P>(&bench.hear_all(&[next], |_| ()).await);
}

pub async fn pages_have_no_gap_and_no_double<P: Peer>() {
    if !P::SHAPE.polls {
        return;
    }
    let mut bench = Bench::<P>::marked().await;
    for pages in [1, 2, 3] {
        let said = flood(&bench, P::SHAPE.page * pages + pages - 2);
        let mut heard = bench.hear_all(&said, |_| ()).await;
        heard.extend(bench.hear().await);
        once::<P>(&heard);
        assert!(P::SHAPE.overlaps || heard.len() == said.len(), "{} of {}", heard.len(), said.len());
    }
}

pub async fn pages_hold_while_the_list_moves<P: Peer>() {
    if !P::SHAPE.polls {
        return;
    }
    let mut bench = Bench::<P>::marked().await;
    for round in 0..3 {
        let mut said = flood(&bench, P::SHAPE.page * 2 + 5);
        // While it reads, somebody says something before every request, and the newest and some of the middle are deleted.
        let gone: Vec<String> = [said.len() - 1, said.len() - 2, said.len() / 2, 0].map(|i| said[i].clone()).into();
        let heard_of = Arc::new(std::sync::Mutex::new(Vec::new()));
        let meanwhile = (0..6).map(|i| {
            let (peer, clock, gone) = (Arc::clone(&bench.peer), bench.clock.clone(), gone.get(i).cloned());
            let heard_of = Arc::clone(&heard_of);
            Trouble::Meanwhile(Box::new(move || {
                clock.pass(1);
                if let Some(id) = gone {
                    peer.delete(&id);
                }
                heard_of.lock().unwrap().push(peer.says("cleo", &format!("{WORD} in between {round} {i}")));
            }))
        });
        bench.peer.troubles().next(On::Reads, meanwhile);
        said.retain(|id| !gone.contains(id));
        let mut heard = bench.hear_all(&said, Bench::restart).await;
        bench.peer.troubles().clear();
        // The last one of before may be gone by the next poll: so it is for whoever keeps it as the mark.
        let between = heard_of.lock().unwrap().clone();
        let late: Vec<String> = between.into_iter().filter(|id| !heard.iter().any(|p| p.external_id == *id)).collect();
        heard.extend(bench.hear_all(&late, Bench::restart).await);
        if let Some(last) = heard.last().map(|p| p.external_id.clone()) {
            bench.peer.delete(&last);
        }
        heard.extend(bench.hear().await);
        once::<P>(&heard);
    }
    let said = flood(&bench, 4);
    bench.hear_all(&said, |_| ()).await;
}

pub async fn a_restart_between_any_two_polls_changes_nothing<P: Peer>() {
    if !P::SHAPE.polls {
        return;
    }
    let mut bench = Bench::<P>::marked().await;
    let mut heard = Vec::new();
    for n in [1, 2, P::SHAPE.page + 1, 1, 0, P::SHAPE.page * 2] {
        let said = flood(&bench, n);
        heard.extend(bench.hear_all(&said, Bench::restart).await);
        bench.clock.pass(30);
        bench.peer.expire();
    }
    once::<P>(&heard);
}

pub async fn an_old_position_brings_the_same_again<P: Peer>() {
    if !P::SHAPE.polls {
        return;
    }
    let mut bench = Bench::<P>::marked().await;
    let first = flood(&bench, 2);
    bench.hear_all(&first, |_| ()).await;
    let kept = bench.cursor.clone();
    let said = flood(&bench, P::SHAPE.page + 2);
    bench.hear_all(&said, |_| ()).await;
    // It was stopped before any of it was stored.
    bench.cursor = kept;
    bench.restart();
    let again = bench.hear_all(&said, |_| ()).await;
    assert!(P::SHAPE.overlaps || !again.iter().any(|p| first.contains(&p.external_id)), "what was stored comes too");
}

pub async fn an_answer_knows_what_it_answers<P: Peer>() {
    if !P::SHAPE.threads {
        return;
    }
    let mut bench = Bench::<P>::marked().await;
    let question = bench.mention("bob").await;
    bench.clock.pass(1);
    let ours = bench.peer.natively(&question.external_id, "we look into it");
    bench.clock.pass(1);
    let answer = bench.peer.answers("bob", &ours, &format!("thank you {WORD}"));
    let answer = bench.post(&answer).await;
    assert_eq!(answer.parent.as_ref(), Some(&ours), "{answer:?}");
    let thread = |post: &Post| post.conversation.clone().unwrap_or_else(|| post.external_id.clone());
    assert_eq!(thread(&answer), thread(&question), "one conversation");
    assert!(answer.addressed, "who answers the account addresses it");
}

pub async fn what_the_account_says_elsewhere_comes_in<P: Peer>() {
    if !P::SHAPE.native {
        return;
    }
    let mut bench = Bench::<P>::marked().await;
    let question = bench.mention("bob").await;
    bench.clock.pass(20);
    let ours = bench.peer.natively(&question.external_id, "we look into it");
    let said_at = bench.clock.now();
    let post = bench.post(&ours).await;
    let account = bench.network.account().expect("the account is known by now");
    assert_eq!(post.author.id, account.id, "by whom");
    assert_eq!(post.parent.as_ref(), Some(&question.external_id), "answering what");
    assert_eq!(post.posted_at.as_second(), said_at.as_second(), "the network's time");
    bench.restart();
    let again = bench.hear().await;
    assert!(P::SHAPE.overlaps || again.is_empty(), "{again:?}");
}
