//! What reading costs: counted, kept, and stopped at the budget; and who may be answered.

use super::fake::Server;
use super::world::HANDLE;
use crate::networks::contract::Clock;
use hearback::domain::{Cursor, Post};
use hearback::networks::x::{X, XConfig};
use hearback::networks::{CallError, First, Network, Outgoing, Tools};
use jiff::SignedDuration;

struct Desk {
    clock: Clock,
    server: Server,
    config: XConfig,
    tools: Tools,
    x: X,
    cursor: Option<Cursor>,
    /// All that was ever handed on.
    heard: Vec<Post>,
}

impl Desk {
    async fn start(change: impl FnOnce(&mut XConfig)) -> Self {
        let clock = Clock::new();
        let server = Server::start(clock.clone(), true).await;
        let mut config = server.config("x");
        change(&mut config);
        let tools = Server::tools(&clock);
        let x = X::new(config.clone(), tools.clone()).unwrap();
        let mut desk = Self { clock, server, config, tools, x, cursor: None, heard: Vec::new() };
        assert_eq!(desk.poll().await.unwrap(), Vec::new());
        desk
    }

    fn restart(&mut self) {
        self.x = X::new(self.config.clone(), self.tools.clone()).unwrap();
    }

    async fn poll(&mut self) -> Result<Vec<Post>, CallError> {
        self.clock.pass(60);
        let mut posts = Vec::new();
        loop {
            let batch = self.x.poll(self.cursor.as_ref(), First::Now, self.clock.now()).await?;
            self.heard.extend(batch.posts.clone());
            posts.extend(batch.posts);
            self.cursor = batch.cursor.or(self.cursor.take());
            if !batch.more {
                return Ok(posts);
            }
        }
    }

    fn says(&self, author: &str, text: &str) -> u64 {
        self.clock.pass(1);
        self.server.world.lock().unwrap().post(author, text, None, None)
    }

    fn note(&self) -> String {
        self.x.notes(self.clock.now()).remove(0)
    }

    fn reply(&self, post: &Post, text: &str) -> Outgoing {
        Outgoing {
            key: "hb-1".to_owned(),
            post: post.clone(),
            text: text.to_owned(),
            no: 1,
            by: "Ana".to_owned(),
            at: self.clock.now(),
            after: None,
            known: Vec::new(),
        }
    }
}

#[tokio::test]
async fn every_resource_is_counted_once_a_day_and_over_a_restart() {
    let mut desk = Desk::start(|_| {}).await;
    assert_eq!(desk.note(), "X: 0.01 of 10.00 USD this month", "who we are");
    desk.says("bob", "@acmehelp hello");
    desk.says("bob", "@acmehelp hello?");
    desk.says("ann", "@acmehelp hi");
    assert_eq!(desk.poll().await.unwrap().len(), 3);
    // Three owned posts, two people.
    assert_eq!(desk.note(), "X: 0.033 of 10.00 USD this month");
    assert_eq!(desk.poll().await.unwrap(), Vec::new());
    desk.restart();
    assert_eq!(desk.poll().await.unwrap(), Vec::new());
    assert_eq!(desk.note(), "X: 0.033 of 10.00 USD this month", "who we are is not asked again");
    desk.clock.pass(24 * 3600);
    desk.says("bob", "@acmehelp still there?");
    assert_eq!(desk.poll().await.unwrap().len(), 1);
    assert_eq!(desk.note(), "X: 0.044 of 10.00 USD this month", "another day");
}

#[tokio::test]
async fn the_budget_stops_reading_but_no_reply_and_a_new_month_goes_on() {
    let mut desk = Desk::start(|config| config.budget = 150).await;
    let people =
        ["ann", "bob", "cleo", "dora", "emil", "finn", "gina", "hans", "ines", "jan", "kim", "lea", "max", "nora"];
    for (i, author) in people.iter().enumerate() {
        desk.says(author, &format!("@acmehelp number {i}"));
    }
    let stopped = desk.poll().await.unwrap_err();
    let CallError::Never { why } = stopped else { panic!("{stopped:?}") };
    insta::assert_snapshot!(why, @"the month's budget for X, 0.15 USD, is used up; reading goes on on 1 December, or raise budget in bot.toml. Replies can still be sent");
    assert!(desk.note().ends_with("used up. Nothing is read before 1 December"), "{}", desk.note());
    let asked = desk.server.seen().len();
    assert!(matches!(desk.poll().await, Err(CallError::Never { .. })));
    assert_eq!(desk.server.seen().len(), asked, "nothing is asked any more");
    assert_eq!(desk.heard.len(), people.len(), "what was paid for was handed on");
    desk.restart();
    assert!(matches!(desk.poll().await, Err(CallError::Never { .. })), "the count outlives a restart");
    desk.clock.pass(10 * 24 * 3600);
    desk.says("otto", "@acmehelp in another month");
    // What was said just before the newest is looked at again and paid for on another day: so little is left of this budget.
    desk.poll().await.ok();
    assert_eq!(desk.heard.len(), people.len() + 1, "none twice, none lost");
    let post = desk.heard.first().unwrap().clone();
    desk.x.reply(&desk.reply(&post, "Here we are."), desk.clock.now()).await.unwrap();
}

#[tokio::test]
async fn nearly_used_up_is_said() {
    let mut desk = Desk::start(|config| config.budget = 40).await;
    desk.says("bob", "@acmehelp hello");
    desk.says("ann", "@acmehelp hello");
    desk.poll().await.unwrap();
    insta::assert_snapshot!(desk.note(), @"X: 0.032 of 0.04 USD this month: nearly used up. At the end of it nothing more is read; raise budget in bot.toml in time");
}

#[tokio::test]
async fn only_who_called_is_answered() {
    let mut desk = Desk::start(|config| config.words = vec!["acme".to_owned()]).await;
    desk.says("bob", "I like acme a lot");
    desk.says("ann", "hey @acmehelp, is acme down?");
    let heard = desk.poll().await.unwrap();
    assert_eq!(heard.len(), 2);
    let can = |author: &str| {
        let post = heard.iter().find(|p| p.author.handle == author).unwrap();
        desk.x.capabilities().for_post(post).reply
    };
    assert_eq!((can("bob"), can("ann")), (false, true));
    let bob = heard.iter().find(|p| p.author.handle == "bob").unwrap();
    let refused = desk.x.reply(&desk.reply(bob, "Thank you!"), desk.clock.now()).await.unwrap_err();
    let CallError::Never { why } = refused else { panic!("{refused:?}") };
    assert!(why.contains(&format!("https://x.com/bob/status/{}", bob.external_id)), "{why}");
    // A plain answer to our own post is no call; one that names us is.
    let ours = desk.server.world.lock().unwrap().post(HANDLE, "acme news", None, None);
    desk.clock.pass(1);
    desk.server.world.lock().unwrap().post("cleo", "nice", Some(ours), None);
    desk.clock.pass(1);
    desk.server.world.lock().unwrap().post("dora", "nice, @acmehelp", Some(ours), None);
    desk.clock.pass(1);
    desk.server.world.lock().unwrap().post("emil", "look, acme", None, Some(ours));
    let heard = desk.poll().await.unwrap();
    let summons = |author: &str| heard.iter().find(|p| p.author.handle == author).unwrap().native.summons;
    assert_eq!((summons("cleo"), summons("dora"), summons("emil")), (false, true, true));
    assert!(heard.iter().all(|p| p.addressed));
}

#[tokio::test]
async fn the_keys_stay_secret_and_a_position_that_is_too_old_goes_on_by_time() {
    let mut desk = Desk::start(|config| config.words = vec!["acme".to_owned()]).await;
    assert_eq!(format!("{:?}", desk.config), "XConfig { name: SourceName(\"x\"), .. }");
    desk.says("bob", "acme 1");
    assert_eq!(desk.poll().await.unwrap().len(), 1);
    desk.clock.pass(30 * 24 * 3600);
    desk.says("bob", "acme 2");
    desk.clock.pass(60);
    assert_eq!(desk.poll().await.unwrap().len(), 1);
    let told = desk.x.check(desk.clock.now()).await.unwrap();
    insta::assert_snapshot!(told.join("\n"), @r#"
    watches and answers as @acmehelp
    pay-per-use: X takes a reply only where the author named the account or quoted it; no likes, no follows. A card of anything else has the link
    a mention costs up to 0.011 USD: 0.001 for the post and 0.01 for its author, once a day each
    the search ("acme") -is:retweet -from:acmehelp found 70 posts in the last seven days: about 4.50 USD a month, 0.015 each at most
    at worst, every look brings a full page: 23328.00 USD a month; reading stops at the budget of 10.00 USD
    X: 0.02 of 10.00 USD this month
    "#);
}

#[tokio::test]
async fn a_stream_that_is_cut_again_and_again_loses_and_doubles_nothing() {
    let mut desk = Desk::start(|config| {
        config.words = vec!["acme".to_owned()];
        config.stream = true;
        config.timeout = std::time::Duration::from_secs(5);
    })
    .await;
    let rules = desk.server.world.lock().unwrap().rules.clone();
    assert_eq!((rules[0].1.as_str(), rules[0].2.as_str()), ("(\"acme\") -is:retweet -from:acmehelp", "hearback:x"));
    let mut said = Vec::new();
    for round in 0..6 {
        // One while it stands or is cut, one that the next connection brings, twice.
        said.push(desk.says("bob", &format!("acme {round}")));
        let streamed = desk.says("ann", &format!("acme streams {round}"));
        desk.server.world.lock().unwrap().streams.push_back(vec![streamed, streamed]);
        said.push(streamed);
        if round == 3 {
            desk.restart();
        }
        for _ in 0..4 {
            if let Err(error) = desk.poll().await {
                assert!(matches!(error, CallError::Later { .. }), "{error:?}");
                assert!(error.to_string().starts_with("X's stream ended"), "{error}");
            }
            tokio::time::timeout(std::time::Duration::from_millis(200), desk.x.ready()).await.ok();
        }
    }
    for _ in 0..3 {
        desk.poll().await.ok();
    }
    let mut heard: Vec<u64> = desk.heard.iter().map(|p| p.external_id.parse().unwrap()).collect();
    heard.sort_unstable();
    assert_eq!(heard, said);
}

#[tokio::test]
async fn what_search_does_not_reach_any_more_does_not_stop_it() {
    let mut desk = Desk::start(|config| {
        config.words = vec!["acme".to_owned()];
        config.budget = 150;
    })
    .await;
    for author in ["ann", "bob", "cleo", "dora", "emil", "finn", "gina", "hans", "ines", "jan", "kim", "lea", "max"] {
        desk.says(author, "acme is slow");
    }
    assert!(matches!(desk.poll().await, Err(CallError::Never { .. })), "used up in the middle");
    let paid_for = desk.heard.len();
    assert_eq!(paid_for, 10, "a page");
    // Next month the rest is older than a week.
    desk.clock.pass(10 * 24 * 3600);
    desk.says("otto", "acme in another month");
    desk.clock.pass(60);
    desk.poll().await.unwrap();
    assert_eq!(desk.heard.len(), paid_for + 1);
    assert_eq!(desk.poll().await.unwrap(), Vec::new());
}

#[tokio::test]
async fn a_reply_is_found_below_a_short_id_and_by_a_clock_that_is_ahead() {
    let mut desk = Desk::start(|_| {}).await;
    let id = desk.says("bob", "@acmehelp hello");
    {
        let mut world = desk.server.world.lock().unwrap();
        world.ids_are_texts = true;
        world.tweets.iter_mut().filter(|t| t.has(id)).for_each(|t| t.versions[0].0 = 656);
    }
    let post = desk.poll().await.unwrap().remove(0);
    assert_eq!(post.external_id, "656");
    let mut reply = desk.reply(&post, "Here we are.");
    assert_eq!(desk.x.find_reply(&reply).await.unwrap(), None);
    let sent = desk.x.reply(&reply, desk.clock.now()).await.unwrap();
    for ahead in [0, 1, 48] {
        reply.at = desk.clock.now() + SignedDuration::from_hours(ahead);
        let found = desk.x.find_reply(&reply).await.unwrap();
        assert_eq!(found.map(|s| s.external_id), Some(sent.external_id.clone()), "{ahead} h");
    }
}
