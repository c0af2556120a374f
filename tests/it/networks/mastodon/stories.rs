//! What is particular to this network: visibility, the stream, long lists, other servers' posts, tokens that end.

use super::server::{Flavour, Running, TOKEN, start};
use crate::networks::contract::{Clock, On, Trouble};
use hearback::domain::{Act, Cursor, ExtraKind, LengthRule, Post, SourceName, Visibility};
use hearback::networks::mastodon::{Mastodon, MastodonConfig, Token, read};
use hearback::networks::{Batch, CallError, Deed, First, Look, Network, Outgoing};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

struct Desk {
    running: Running,
    clock: Clock,
    network: Mastodon,
    cursor: Option<Cursor>,
}

impl Desk {
    async fn of(flavour: Flavour, change: impl FnOnce(&mut MastodonConfig)) -> Self {
        let clock = Clock::new();
        let running = start(flavour, clock.clone()).await;
        let mut config = MastodonConfig::new("fediverse", &running.fake.url, Some(Token::new(TOKEN)));
        config.timeout = Duration::from_secs(5);
        config.streaming = false;
        change(&mut config);
        let network = Mastodon::new(config, clock.tools()).unwrap();
        Self { running, clock, network, cursor: None }
    }

    async fn marked(flavour: Flavour) -> Self {
        let mut desk = Self::of(flavour, |_| ()).await;
        assert_eq!(desk.poll().await.unwrap().posts, Vec::new());
        desk
    }

    async fn poll(&mut self) -> Result<Batch, CallError> {
        self.clock.pass(2);
        let batch = self.network.poll(self.cursor.as_ref(), First::Now, self.clock.now()).await?;
        if batch.cursor.is_some() {
            self.cursor.clone_from(&batch.cursor);
        }
        Ok(batch)
    }

    fn says(&self, author: &str, text: &str, visibility: &str) -> String {
        self.clock.pass(1);
        let instance = &self.running.instance;
        instance.uri(&instance.toot(author, text, None, visibility))
    }

    async fn one(&mut self) -> Post {
        let mut posts = self.poll().await.unwrap().posts;
        assert_eq!(posts.len(), 1, "{posts:?}");
        posts.remove(0)
    }

    /// What bob asks, as it comes in.
    async fn question(&mut self) -> Post {
        self.says("bob", "@acme where is my order?", "public");
        self.one().await
    }

    fn reply(&self, post: &Post, text: &str) -> Outgoing {
        Outgoing {
            key: "hb-1-reply".to_owned(),
            post: post.clone(),
            text: text.to_owned(),
            no: 1,
            by: "Ana".to_owned(),
            at: self.clock.now(),
            after: None,
            known: Vec::new(),
        }
    }

    /// The text, the visibility and what is answered of the newest.
    fn newest(&self) -> (String, String, Option<u64>) {
        let world = self.running.instance.world.lock().unwrap();
        let toot = world.toots.last().unwrap();
        (toot.text.clone(), toot.visibility.clone(), toot.to)
    }
}

#[tokio::test]
async fn an_answer_is_as_public_as_its_post_and_names_its_author() {
    let all = [
        ("public", Visibility::Public),
        ("unlisted", Visibility::Unlisted),
        ("private", Visibility::Followers),
        ("direct", Visibility::Direct),
    ];
    for (said, seen) in all {
        let mut desk = Desk::marked(Flavour::GoToSocial).await;
        desk.says("bob", "@acme where is my order?", said);
        let post = desk.one().await;
        assert_eq!((post.native.visibility, post.addressed, post.native.summons), (Some(seen), true, true));
        assert_eq!(post.author.handle, "bob@social.example");
        desk.network.reply(&desk.reply(&post, "On its way."), desk.clock.now()).await.unwrap();
        assert_eq!(desk.newest(), ("@bob On its way.".to_owned(), said.to_owned(), Some(1)));
    }
    let mut desk = Desk::of(Flavour::Mastodon, |config| config.unlisted = true).await;
    desk.poll().await.unwrap();
    let post = desk.question().await;
    desk.network.reply(&desk.reply(&post, "@bob On its way."), desk.clock.now()).await.unwrap();
    assert_eq!(desk.newest(), ("@bob On its way.".to_owned(), "unlisted".to_owned(), Some(1)));
}

#[tokio::test]
async fn a_message_is_for_its_author_alone() {
    let mut desk = Desk::marked(Flavour::Mastodon).await;
    let deed = Deed {
        act: Act::Message,
        key: "hb-1-message".to_owned(),
        at: desk.clock.now(),
        post: desk.question().await,
        text: "Please tell us its number.".to_owned(),
        targets: Vec::new(),
        undo: false,
    };
    desk.network.act(&deed, desk.clock.now()).await.unwrap();
    desk.network.act(&deed, desk.clock.now()).await.unwrap();
    assert_eq!(desk.newest(), ("@bob Please tell us its number.".to_owned(), "direct".to_owned(), Some(1)));
    assert_eq!(desk.running.instance.world.lock().unwrap().toots.len(), 2, "the same key is the same message");
}

#[tokio::test]
async fn an_edit_is_handed_in_again() {
    let mut desk = Desk::marked(Flavour::Mitra).await;
    let first = desk.question().await;
    desk.clock.pass(60);
    let now = desk.clock.now();
    {
        let mut world = desk.running.instance.world.lock().unwrap();
        world.toots[0].text = "@acme it is here".to_owned();
        world.toots[0].edited = Some(now);
    }
    let second = desk.one().await;
    assert_eq!((&second.external_id, second.text.as_str()), (&first.external_id, "@acme it is here"));
    assert_eq!(desk.poll().await.unwrap().posts, Vec::new());
}

#[tokio::test]
async fn a_rush_of_a_thousand_leaves_no_hole() {
    let mut desk = Desk::marked(Flavour::GoToSocial).await;
    desk.question().await;
    let mut said: Vec<String> = (0..1_070).map(|i| desk.says("ann", &format!("@acme number {i}"), "public")).collect();
    let mut heard = Vec::new();
    for _ in 0..6 {
        heard.extend(desk.poll().await.unwrap().posts.into_iter().map(|p| p.external_id));
    }
    heard.sort();
    said.sort();
    assert_eq!(heard.len(), said.len());
    assert!(heard == said);
}

#[tokio::test]
async fn what_appears_below_the_newest_is_heard() {
    let mut desk = Desk::marked(Flavour::GoToSocial).await;
    for i in 0..60 {
        desk.says("ann", &format!("@acme number {i}"), "public");
    }
    // One is listed late, below others.
    let late = desk.running.instance.world.lock().unwrap().notes.remove(10);
    assert_eq!(desk.poll().await.unwrap().posts.len(), 59);
    desk.running.instance.world.lock().unwrap().notes.insert(10, late);
    assert_eq!(desk.one().await.text, "@acme number 10");
    assert_eq!(desk.poll().await.unwrap().posts, Vec::new());
}

#[tokio::test]
async fn the_stream_rings_and_the_lists_tell() {
    let mut desk = Desk::of(Flavour::Mastodon, |config| config.streaming = true).await;
    desk.poll().await.unwrap();
    for round in 1..=2 {
        // It is opened by some poll, again after it broke.
        let mut tries = 0;
        while desk.running.instance.streams.opened.load(Ordering::SeqCst) < round {
            desk.clock.pass(700);
            assert_eq!(desk.poll().await.unwrap().posts, Vec::new());
            tries += 1;
            assert!(tries < 10_000, "it is not opened");
        }
        // It rings as it opens, for what was said meanwhile.
        tokio::time::timeout(Duration::from_secs(20), desk.network.ready()).await.expect("it rings");
        desk.poll().await.unwrap();
        let id = desk.says("bob", "@acme hello?", "public");
        tokio::time::timeout(Duration::from_secs(20), desk.network.ready()).await.expect("it rings");
        assert_eq!(desk.one().await.external_id, id);
        assert_eq!(desk.network.notes(desk.clock.now()), Vec::<String>::new());
        desk.running.instance.streams.cut();
    }
}

#[tokio::test]
async fn a_token_that_ended_says_what_to_do() {
    let mut desk = Desk::marked(Flavour::Mastodon).await;
    let post = desk.question().await;
    desk.running.instance.world.lock().unwrap().scopes.remove("write:statuses");
    let error = desk.network.reply(&desk.reply(&post, "Hello!"), desk.clock.now()).await.unwrap_err();
    let CallError::Never { why } = error else { panic!("{error:?}") };
    assert!(why.contains("outside the authorized scopes") && why.contains("hearback login mastodon"), "{why}");
    let lines = desk.network.check(desk.clock.now()).await.unwrap();
    assert!(lines.iter().any(|line| line.contains("the token lacks write:statuses")), "{lines:?}");
    desk.running.instance.world.lock().unwrap().revoked = true;
    let error = desk.poll().await.unwrap_err();
    let CallError::Never { why } = error else { panic!("{error:?}") };
    assert!(why.contains("does not know the token") && why.contains("hearback login mastodon"), "{why}");
}

#[tokio::test]
async fn a_search_that_is_refused_is_said_and_left_alone() {
    let mut desk = Desk::of(Flavour::Mastodon, |config| config.search = vec!["acme".to_owned()]).await;
    desk.running.instance.world.lock().unwrap().scopes.remove("read:search");
    desk.poll().await.unwrap();
    desk.poll().await.unwrap();
    let asked = desk.running.fake.seen().iter().filter(|r| r.path == "/api/v2/search").count();
    assert_eq!(asked, 1);
    let notes = desk.network.notes(desk.clock.now());
    assert!(notes.len() == 1 && notes[0].contains("a search for \"acme\""), "{notes:?}");
}

#[tokio::test]
async fn own_posts_that_are_refused_hold_up_no_mention() {
    let mut desk = Desk::of(Flavour::Mastodon, |_| ()).await;
    desk.running.instance.world.lock().unwrap().scopes.remove("read:statuses");
    desk.poll().await.unwrap();
    let id = desk.says("bob", "@acme hello?", "public");
    assert_eq!(desk.one().await.external_id, id);
    let asked = desk.running.fake.seen().iter().filter(|r| r.path.ends_with("/statuses")).count();
    assert_eq!(asked, 1);
    let notes = desk.network.notes(desk.clock.now());
    assert!(notes.len() == 1 && notes[0].contains("the account's own posts"), "{notes:?}");
}

#[tokio::test]
async fn a_thread_that_is_not_shown_is_waited_for_but_not_for_ever() {
    // Two pages of notifications, then the thread.
    for (fails, waited) in [(1, true), (5, true), (6, false)] {
        let mut desk = Desk::marked(Flavour::GoToSocial).await;
        let instance = Arc::clone(&desk.running.instance);
        let above = instance.toot("ann", "does it work for you?", None, "public");
        desk.clock.pass(1);
        instance.toot("bob", "@acme look at this", Some(above.n), "public");
        for _ in 0..fails.min(5) {
            desk.running.troubles.next(On::Reads, [Trouble::Fine, Trouble::Fine, Trouble::Status(502)]);
            let error = desk.poll().await.unwrap_err();
            assert!(matches!(error, CallError::Later { .. }), "{error:?}");
        }
        if !waited {
            desk.running.troubles.next(On::Reads, [Trouble::Fine, Trouble::Fine, Trouble::Status(502)]);
        }
        assert_eq!(desk.one().await.parent, waited.then(|| instance.uri(&above)));
    }
}

#[tokio::test]
async fn a_desk_whose_clock_is_ahead_finds_its_reply() {
    let mut desk = Desk::marked(Flavour::GoToSocial).await;
    let post = desk.question().await;
    let mut reply = desk.reply(&post, "Hello!");
    reply.at = desk.clock.now() + jiff::SignedDuration::from_hours(2);
    desk.running.troubles.next(On::Writes, [Trouble::CutAfter]);
    let error = desk.network.reply(&reply, desk.clock.now()).await.unwrap_err();
    assert!(matches!(error, CallError::Unknown { .. }), "{error:?}");
    assert!(desk.network.find_reply(&reply).await.unwrap().is_some());
}

#[tokio::test]
async fn a_post_of_another_source_is_found_by_its_address() {
    let mut desk = Desk::marked(Flavour::Mastodon).await;
    let mut post = desk.question().await;
    let elsewhere = r#"{"base":"https://elsewhere.example/","id":"7","account":"8","acct":"bob@x"}"#;
    post.native.reference = Some(elsewhere.to_owned());
    assert!(matches!(desk.network.look(&post).await, Ok(Look::There(_))));
    desk.network.reply(&desk.reply(&post, "Hello!"), desk.clock.now()).await.unwrap();
    assert_eq!(desk.newest(), ("@bob Hello!".to_owned(), "public".to_owned(), Some(1)));
}

#[tokio::test]
async fn a_server_that_ignores_the_key_is_looked_through() {
    let mut desk = Desk::marked(Flavour::GoToSocial).await;
    let post = desk.question().await;
    let reply = desk.reply(&post, "Hello!");
    desk.running.troubles.next(On::Writes, [Trouble::CutAfter]);
    let error = desk.network.reply(&reply, desk.clock.now()).await.unwrap_err();
    assert!(matches!(error, CallError::Unknown { .. }), "{error:?}");
    let found = desk.network.find_reply(&reply).await.unwrap().expect("it is there");
    let again = Outgoing { key: "hb-2".to_owned(), known: vec![found.external_id], ..reply };
    assert_eq!(desk.network.find_reply(&again).await.unwrap(), None, "the same words of another reply");
}

#[tokio::test]
async fn the_rule_is_the_instances() {
    let mastodon = Desk::marked(Flavour::Mastodon).await;
    assert_eq!(mastodon.network.length(), LengthRule::Fediverse { limit: 468, link: 23 });
    let other = Desk::marked(Flavour::GoToSocial).await;
    assert_eq!(other.network.length(), LengthRule::Chars(436), "whatever it says of links");
}

#[test]
fn a_status_becomes_all_that_its_reader_sees() {
    let link = "<a href=\"https://long.example/a/b\"><span class=\"invisible\">https://</span><span \
                class=\"ellipsis\">long.example/a</span><span class=\"invisible\">/b</span></a>";
    let named = "<a href=\"https://b.example/@acme\" class=\"u-url mention\">@<span>acme</span></a>";
    let status = serde_json::json!([{
        "id": "1", "uri": "https://a.example/users/bob/statuses/1", "url": "https://a.example/@bob/1",
        "created_at": "2026-11-22T09:59:00.123Z", "visibility": "public", "spoiler_text": "broken things",
        "content": format!("<p>{named} see {link} and <a href=\"https://evil.example/x\">your bank</a></p>"),
        "account": { "id": "2", "acct": "bob@a.example", "display_name": null, "url": "https://a.example/@bob" },
        "mentions": [{ "id": "1" }], "poll": { "options": [{ "title": "yes" }, { "title": "no" }] },
        "media_attachments": [{ "type": "image", "description": "a crack" }, { "type": "video" }],
        "card": { "url": "https://page.example/", "title": "Acme &amp; Co", "description": "About it", "image": 5 },
        "tags": [{ "name": "AcmeLife", "url": "https://a.example/tags/acmelife" }, 7],
        "quote": { "state": "accepted", "quoted_status": { "content": "<p>I like acme</p>" } },
    }, { "id": "3" }, 7])
    .to_string();
    let posts = read(status.as_bytes(), &SourceName::new("fediverse"), crate::networks::now()).unwrap();
    assert_eq!(posts.len(), 1);
    assert_eq!(
        posts[0].text.split("\n\n").collect::<Vec<_>>(),
        [
            "broken things",
            "@acme see https://long.example/a/b and your bank (https://evil.example/x)",
            "[video]",
            "[poll: yes / no]"
        ]
    );
    let extras: Vec<(ExtraKind, &str)> = posts[0].native.extras.iter().map(|e| (e.what, e.text.as_str())).collect();
    let expected = [
        (ExtraKind::Alt, "a crack"),
        (ExtraKind::Title, "Acme & Co"),
        (ExtraKind::Description, "About it"),
        (ExtraKind::Link, "https://page.example/"),
        (ExtraKind::Tag, "AcmeLife"),
        (ExtraKind::Quote, "I like acme"),
    ];
    assert_eq!(extras, expected);
    assert!(posts[0].addressed);
}
