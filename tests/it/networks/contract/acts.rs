//! Likes, reposts, follows and messages: once each, and taken back where the network can.

use super::bench::{Bench, Outcome};
use super::{On, Peer, Trouble};
use hearback::domain::{Act, Post};
use hearback::networks::{CallError, Deed};

fn deed<P: Peer>(bench: &Bench<P>, act: Act, post: &Post) -> Deed {
    Deed {
        act,
        key: format!("hb-contract-{act:?}").to_lowercase(),
        at: bench.clock.now(),
        post: post.clone(),
        text: if act == Act::Message { "Please tell us your order number.".to_owned() } else { String::new() },
        targets: Vec::new(),
        undo: false,
    }
}

fn count<P: Peer>(bench: &Bench<P>, act: Act, post: &Post) -> usize {
    let about = |it: &str| it == post.external_id || it == post.author.id || it == post.author.handle;
    bench.peer.deeds().iter().filter(|(done, it)| *done == act && about(it)).count()
}

/// Repeats until it is done, as the desk does with what may be repeated.
async fn done<P: Peer>(bench: &mut Bench<P>, deed: &Deed) -> String {
    for _ in 0..20 {
        match bench.network.act(deed, bench.clock.now()).await {
            Ok(sent) => return sent.external_id,
            Err(error) => {
                bench.read(&error);
                assert!(!matches!(error, CallError::Never { .. }), "{:?}: {error:?}", deed.act);
            }
        }
        bench.clock.pass(60);
        bench.restart();
    }
    panic!("{:?} is not done after 20 tries", deed.act)
}

pub async fn a_deed_is_done_once_and_undone<P: Peer>() {
    let mut bench = Bench::<P>::marked().await;
    let can = bench.network.capabilities();
    for act in [Act::Like, Act::Repost, Act::Follow].into_iter().filter(|act| can.allows(*act)) {
        let post = bench.mention("bob").await;
        let mut deed = deed(&bench, act, &post);
        bench.peer.troubles().next(On::Writes, [Trouble::CutAfter, Trouble::CutBefore, Trouble::FailAfter(502)]);
        let id = done(&mut bench, &deed).await;
        assert_eq!(count(&bench, act, &post), 1, "{act:?} through troubles: {:?}", bench.peer.deeds());
        bench.peer.troubles().clear();
        assert_eq!(done(&mut bench, &deed).await, id, "{act:?} again is the same");
        assert_eq!(count(&bench, act, &post), 1, "{act:?} twice");
        if !can.undo {
            continue;
        }
        deed.undo = true;
        deed.targets = vec![id];
        bench.peer.troubles().next(On::Writes, [Trouble::CutAfter]);
        done(&mut bench, &deed).await;
        done(&mut bench, &deed).await;
        assert_eq!(count(&bench, act, &post), 0, "{act:?} undone");
        bench.peer.troubles().clear();
    }
    if can.direct_message {
        let post = bench.mention("cleo").await;
        let message = deed(&bench, Act::Message, &post);
        bench.network.act(&message, bench.clock.now()).await.unwrap();
        assert_eq!(count(&bench, Act::Message, &post), 1, "{:?}", bench.peer.deeds());
        bench.peer.troubles().next(On::Writes, [Trouble::CutAfter]);
        let error = bench.network.act(&message, bench.clock.now()).await;
        // Where the network takes a key, a repeat is no second one; otherwise nobody knows.
        assert!(matches!(error, Ok(_) | Err(CallError::Unknown { .. })), "{error:?}");
    }
}

pub async fn a_reply_is_retracted<P: Peer>() {
    let mut bench = Bench::<P>::marked().await;
    if !bench.network.capabilities().retract {
        return;
    }
    let post = bench.mention("bob").await;
    let reply = bench.reply_to(&post, "1", "that was wrong");
    let Outcome::Sent(sent) = bench.deliver(&reply).await else { panic!("it did not go out") };
    let mut retract = deed(&bench, Act::Retract, &post);
    retract.targets = vec![sent.external_id];
    bench.peer.troubles().next(On::Writes, [Trouble::CutAfter, Trouble::CutBefore]);
    done(&mut bench, &retract).await;
    assert_eq!(bench.count(&post.external_id, "that was wrong"), 0);
    bench.peer.troubles().clear();
    done(&mut bench, &retract).await;
}
