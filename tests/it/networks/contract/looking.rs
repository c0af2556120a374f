//! The look just before a reply, and the conversation above it.

use super::bench::Bench;
use super::{On, Peer, Trouble, WORD};
use hearback::domain::Post;
use hearback::networks::{CallError, Look, View};

async fn ready<P: Peer>() -> Option<(Bench<P>, Post)> {
    let mut bench = Bench::<P>::marked().await;
    if !bench.network.capabilities().look {
        return None;
    }
    let post = bench.mention("bob").await;
    Some((bench, post))
}

async fn there<P: Peer>(bench: &Bench<P>, post: &Post) -> View {
    match bench.network.look(post).await {
        Ok(Look::There(view)) => view,
        other => panic!("it is there: {other:?}"),
    }
}

async fn gone<P: Peer>(bench: &Bench<P>, post: &Post) {
    match bench.network.look(post).await {
        Ok(Look::Gone(why)) => assert!(why.chars().count() > 5 && !why.contains(char::is_control), "{why:?}"),
        other => panic!("it cannot be answered: {other:?}"),
    }
}

pub async fn a_post_is_looked_at_before_it_is_answered<P: Peer>() {
    let Some((mut bench, post)) = ready::<P>().await else { return };
    bench.restart();
    let view = there(&bench, &post).await;
    assert!(view.text.as_ref().is_none_or(|text| *text == post.text), "as the poll handed it in: {view:?}");
    assert_eq!(view.answers, Vec::new());
    for trouble in [Trouble::Busy(5), Trouble::Status(500), Trouble::CutBefore, Trouble::Garbage, Trouble::Truncated] {
        bench.peer.troubles().next(On::Reads, [trouble]);
        let looked = bench.network.look(&post).await;
        bench.peer.troubles().clear();
        bench.clock.pass(10);
        match looked {
            Err(error @ CallError::Later { .. }) => bench.read(&error),
            Ok(Look::There(_)) => {}
            other => panic!("a look that failed says nothing of the post: {other:?}"),
        }
    }
}

pub async fn what_is_deleted_is_gone<P: Peer>() {
    let Some((bench, post)) = ready::<P>().await else { return };
    bench.peer.delete(&post.external_id);
    gone(&bench, &post).await;
    let reply = bench.reply_to(&post, "1", "too late");
    let error = bench.try_once(&reply).await.expect_err("there is nothing to answer");
    assert!(matches!(error, CallError::Never { .. }), "{error:?}");
}

pub async fn who_blocks_is_not_answered<P: Peer>() {
    let Some((bench, post)) = ready::<P>().await else { return };
    if !P::SHAPE.blocks {
        return;
    }
    bench.peer.block("bob");
    gone(&bench, &post).await;
}

pub async fn an_edit_is_seen<P: Peer>() {
    let Some((bench, post)) = ready::<P>().await else { return };
    if !P::SHAPE.edits {
        return;
    }
    bench.clock.pass(60);
    bench.peer.edit(&post.external_id, &format!("{WORD} is up again"));
    let text = there(&bench, &post).await.text.expect("the network tells");
    assert!(text.contains(&format!("{WORD} is up again")) && !text.contains("down"), "{text:?}");
}

pub async fn our_own_answer_is_seen<P: Peer>() {
    let Some((mut bench, post)) = ready::<P>().await else { return };
    if !P::SHAPE.native {
        return;
    }
    bench.clock.pass(9);
    let ours = bench.peer.natively(&post.external_id, "by hand");
    let said_at = bench.clock.now();
    let theirs = bench.peer.answers("cleo", &post.external_id, "me too");
    let view = there(&bench, &post).await;
    let answer = view.answers.iter().find(|p| p.external_id == ours).unwrap_or_else(|| panic!("{view:?}"));
    bench.hear().await;
    assert_eq!(Some(&answer.author.id), bench.network.account().map(|a| a.id).as_ref(), "by whom");
    assert_eq!(answer.posted_at.as_second(), said_at.as_second());
    assert!(view.answers.iter().any(|p| p.external_id == theirs), "{view:?}");
}

pub async fn the_conversation_begins_at_its_beginning<P: Peer>() {
    let Some((mut bench, post)) = ready::<P>().await else { return };
    if !bench.network.capabilities().context {
        return;
    }
    let mut ids = vec![post.external_id.clone()];
    for i in 0..3 {
        bench.clock.pass(1);
        let last = ids.last().unwrap().clone();
        ids.push(bench.peer.natively(&last, &format!("we ask {i}")));
        bench.clock.pass(1);
        let last = ids.last().unwrap().clone();
        ids.push(bench.peer.answers("bob", &last, &format!("{WORD} I say {i}")));
    }
    let last = ids.pop().unwrap();
    let last = bench.post(&last).await;
    let above = bench.network.context(&last).await.unwrap();
    let above: Vec<&str> = above.iter().map(|p| p.external_id.as_str()).collect();
    assert!(above.ends_with(&ids.iter().map(String::as_str).collect::<Vec<_>>()), "{above:?}, not {ids:?}");
}
