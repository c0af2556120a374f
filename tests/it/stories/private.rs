//! Going on in private: asked for in public or said to the author alone, and no response either way.

use crate::harness::{Next, World};
use hearback::domain::{Act, Author, Purpose, Stage, State, Visibility};

async fn asked() -> World {
    let desk = World::new().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").in_conversation("c1").await;
    desk.room();
    desk
}

async fn messages(desk: &World) {
    desk.network("mastodon").can(|can| can.direct_message = true);
    desk.hears("Acme, is it down?").from("bob").on("mastodon").in_conversation("c1").await;
    desk.room();
}

#[tokio::test]
async fn asked_for_in_public_it_is_no_response() {
    let mut desk = asked().await;
    let said = desk.person("ana").runs("handoff 1").await;
    assert!(said.contains("public hand-off") && said.contains("https://acme.test/help"), "{said}");
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    let arrived = desk.network("mastodon").arrived();
    assert_eq!(arrived.len(), 1);
    assert!(arrived[0].1.contains("https://acme.test/help"));
    let mention = desk.mention(1).await;
    assert_eq!(mention.state, State::Claimed, "whoever has it keeps it");
    assert!(mention.cycle().response.is_none());
    let room = desk.room();
    assert!(room.contains("Handed off by") && room.contains("handed off by"), "{room}");
    // Our own post comes back from the network: it is no answer.
    let id = mention.besides.handed_off.unwrap().external_id;
    desk.hears("the same").from("acmehelp").on("mastodon").under_id(&id).answering("post-1").await;
    assert!(desk.mention(1).await.cycle().response.is_none());
    desk.waits("2h").await;
    assert!(desk.mention(1).await.overdue, "the customer waits");
    // They write again, in answer to it.
    desk.hears("done").from("bob").on("mastodon").answering(&id).await;
    assert_eq!(desk.mention(1).await.follow_ups.len(), 1);
    desk.person("ana").runs("done 1 answered").await;
    desk.settles().await;
    assert!(desk.mention(1).await.state.is_closed());
    desk.room();
    desk.restarts().await;
    desk.ends().await;
}

#[tokio::test]
async fn our_request_seen_before_it_is_confirmed_is_no_answer_either() {
    let desk = asked().await;
    desk.person("ana").runs("handoff 1").await;
    desk.network("mastodon").will([Next::AcceptThenDrop]);
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    let id = format!("re-{}", desk.network("mastodon").arrived()[0].0);
    desk.hears("the same").from("acmehelp").on("mastodon").under_id(&id).answering("post-1").await;
    desk.waits("30m").await;
    let mention = desk.mention(1).await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    assert!(mention.cycle().response.is_none(), "{:?}", mention.cycle());
    assert_eq!(mention.state, State::Claimed);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn said_in_private_it_may_carry_personal_data_and_is_no_response() {
    let desk = World::new().await;
    messages(&desk).await;
    let public = desk.person("ana").runs("handoff 1 public Call us at +44 20 7946 0958").await;
    assert!(public.contains("Stopped"), "{public}");
    let said = desk.person("ana").runs("handoff 1 Call us at +44 20 7946 0958").await;
    assert!(said.contains("private message") && said.contains("[Send: send 1 1]"), "{said}");
    assert!(desk.network("mastodon").deeds().is_empty(), "a preview first");
    desk.person("ana").runs("send 1 1").await;
    let twice = desk.person("ana").runs("send 1 1").await;
    assert!(twice.contains("on its way"), "{twice}");
    desk.settles().await;
    let deeds = desk.network("mastodon").deeds();
    assert_eq!(deeds.len(), 1);
    assert_eq!((deeds[0].act, deeds[0].text.as_str()), (Act::Message, "Call us at +44 20 7946 0958"));
    assert!(desk.network("mastodon").arrived().is_empty(), "nothing in public");
    let mention = desk.mention(1).await;
    assert!(mention.cycle().response.is_none());
    assert_eq!(mention.state, State::Claimed);
    assert!(desk.room().contains("handed off in a private message"));
    let again = desk.person("ana").runs("send 1 1").await;
    assert!(again.contains("no text"), "{again}");
    // The text for one reader does not slip into a public reply.
    let reply = desk.person("ana").runs("reply 1").await;
    assert!(!reply.contains("7946"), "{reply}");
    desk.settles().await;
    assert_eq!(desk.network("mastodon").deeds().len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_message_whose_outcome_is_unknown_is_never_repeated_by_itself() {
    let mut desk = World::new().await;
    messages(&desk).await;
    desk.network("mastodon").will_do([Next::AcceptThenDrop]);
    desk.person("ana").runs("handoff 1 Hello Bob").await;
    desk.person("ana").runs("send 1 1").await;
    desk.waits("3h").await;
    desk.restarts().await;
    desk.person("ana").runs("send 1 1").await;
    desk.person("ana").runs("reply 1").await;
    desk.waits("3h").await;
    assert_eq!(desk.network("mastodon").deeds().len(), 1);
    let room = desk.room();
    assert!(room.contains("please check whether the private message is there"), "{room}");
    assert!(matches!(desk.mention(1).await.besides.deeds[0].stage, Stage::Unknown(_)));
    // Somebody who has looked writes another one.
    desk.person("ana").runs("handoff 1 Hello Bob").await;
    desk.person("ana").runs("send 1 2").await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").deeds().len(), 2);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn a_message_that_was_refused_can_be_asked_for_in_public() {
    let desk = World::new().await;
    messages(&desk).await;
    desk.network("mastodon").will_do([Next::Refuse("the author takes no messages")]);
    desk.person("ana").runs("handoff 1 Hello Bob").await;
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    let room = desk.room();
    assert!(room.contains("Private message not sent") && room.contains("takes no messages"), "{room}");
    desk.person("ana").runs("handoff 1 public").await;
    desk.person("ana").runs("send 1 2").await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    assert_eq!(desk.mention(1).await.state, State::Claimed);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn somebody_else_approves_a_message_and_their_edit_stays_private() {
    let desk = World::in_mode("approve").await;
    messages(&desk).await;
    let said = desk.person("ana").runs("handoff 1 Hello Bob").await;
    assert!(said.contains("[Ask for approval: reply 1]"), "{said}");
    desk.person("ana").runs("send 1 1").await;
    desk.person("ana").runs("reply 1").await;
    assert_eq!(desk.mention(1).await.state, State::Waiting);
    desk.person("sam").runs("approve 1 Hello Bob, call +44 20 7946 0958").await;
    desk.settles().await;
    let mention = desk.mention(1).await;
    assert_eq!(mention.drafts.last().unwrap().purpose, Purpose::Message);
    assert!(desk.network("mastodon").arrived().is_empty());
    assert_eq!(desk.network("mastodon").deeds().len(), 1);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_only_its_author_sees_is_no_answer_of_ours() {
    let desk = asked().await;
    let post = desk.mention(1).await.post;
    let mut native = post.native.clone();
    native.visibility = Some(Visibility::Direct);
    let author = Author { id: "acmehelp".to_owned(), handle: "acmehelp".to_owned(), ..Author::default() };
    let parent = Some(post.external_id.clone());
    let posted_at = desk.now();
    let answer = hearback::domain::Post { external_id: "dm".to_owned(), author, parent, native, posted_at, ..post };
    desk.network("mastodon").says(answer);
    desk.polls("mastodon").await;
    assert!(desk.mention(1).await.cycle().response.is_none());
    desk.ends().await;
}

#[tokio::test]
async fn thanks_may_be_a_like() {
    let desk = World::new().await;
    desk.network("mastodon").can(|can| can.like = true);
    desk.hears("I love Acme, wonderful!").from("bob").on("mastodon").await;
    desk.hears("I love Acme, it is great!").from("eve").on("mastodon").await;
    desk.person("ana").runs("thanks 1 like").await;
    desk.network("mastodon").can(|can| can.reply = false);
    desk.person("ana").runs("thanks 2").await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").stands().len(), 2);
    assert_eq!(desk.mention(1).await.state, State::Open);
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_the_author_says_in_private_is_never_answered_in_public() {
    let desk = asked().await;
    desk.person("ana").runs("handoff 1").await;
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    let asked = format!("re-{}", desk.network("mastodon").arrived()[0].0);
    desk.hears("Acme, my order number is 4711").from("bob").on("mastodon").answering(&asked).in_private().await;
    assert!(desk.mention(1).await.follow_ups.is_empty(), "the first one is answered in public");
    let private = desk.mention(2).await;
    assert!(private.post.is_private());
    let room = desk.room();
    assert!(room.to_lowercase().contains("private"), "{room}");
    desk.ends().await;
}

#[tokio::test]
async fn a_message_does_not_go_out_once_the_author_wrote_again() {
    let desk = World::new().await;
    messages(&desk).await;
    desk.person("ana").runs("handoff 1 Hello Bob").await;
    desk.network("mastodon").will_do([Next::Busy]);
    desk.person("ana").runs("send 1 1").await;
    desk.settles().await;
    assert!(desk.network("mastodon").deeds().is_empty());
    desk.waits("5s").await;
    desk.hears("never mind, it works").from("bob").on("mastodon").answering("post-1").await;
    desk.waits("10m").await;
    assert!(desk.network("mastodon").deeds().is_empty());
    let room = desk.room();
    assert!(room.contains("the author wrote again"), "{room}");
    desk.ends().await;
}
