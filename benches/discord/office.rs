//! A server with colleagues who type commands, and hearback in it.

use super::common::load::Typing;
use super::fake::{APP, FakeDiscord, First, GUILD, SUPPORT, User};
use hearback::chat::discord::register::{Scope, register};
use hearback::chat::discord::{Discord, DiscordConfig, DiscordStaff, Reach, Shown, Token, Transport};
use hearback::desk::Clock;
use hearback::domain::{Place, Role};
use std::sync::Arc;

/// The channel of the cards.
pub const CHANNEL: &str = SUPPORT;

/// Where the cards go.
pub fn place() -> Place {
    Place::new("discord", CHANNEL)
}

/// A fake server on a clock. What is sent is held against the fake's own rules; against Discord's schema, which takes
/// time, if that is wanted.
pub async fn server(clock: &Arc<dyn Clock>, by_schema: bool) -> FakeDiscord {
    let clock = Arc::clone(clock);
    let fake = FakeDiscord::start(Arc::new(move || clock.now())).await;
    fake.inner.state().by_schema = by_schema;
    fake
}

/// The front end for a fake server, its commands registered; everybody in the server is staff.
pub async fn front(fake: &FakeDiscord, clock: &Arc<dyn Clock>, reach: Reach, transport: Transport) -> Arc<Discord> {
    let clock = Arc::clone(clock);
    let staff = DiscordStaff { others: Some(Role::Responder), zone: "UTC".to_owned(), ..DiscordStaff::default() };
    let config = DiscordConfig {
        reach,
        token: Token::new(fake.token()),
        transport,
        guild: GUILD.to_owned(),
        application: APP.to_owned(),
        commands: Shown::default(),
        staff,
        now: Arc::new(move || clock.now()),
    };
    register(&config, &hearback::cli::registered_table(), Scope::Guild).await.expect("Discord takes the commands");
    Discord::new(config).expect("this machine has certificates")
}

/// So many colleagues come into the server; their ids.
pub fn colleagues(fake: &FakeDiscord, n: usize) -> Vec<String> {
    let ids: Vec<String> = (1..=n).map(|i| format!("70000000000000{i:04}")).collect();
    for (i, id) in ids.iter().enumerate() {
        fake.add_user(User::new(id, &format!("colleague{i}"), &format!("Colleague {i}")));
        fake.add_member(id, &[]);
    }
    ids
}

/// People who type commands, and wait for answers.
#[derive(Clone)]
pub struct Crowd(pub FakeDiscord);

impl Typing for Crowd {
    /// From Discord's delivery until the first answer is there, or has come back by HTTP.
    const WAITS: &'static [&'static str] = &["answer"];

    /// A verb with the number of a mention, or a verb of `/hearback`.
    async fn types(&self, who: String, line: String) -> Option<Vec<f64>> {
        let said = match line.split_once(' ') {
            Some((verb, mention)) => self.0.slash(&who, CHANNEL, verb, &[("mention", mention)]).await,
            None => self.0.slash(&who, CHANNEL, &format!("hearback {line}"), &[]).await,
        };
        let record = said.record();
        let told = record.first == First::Message;
        record.answered.filter(|_| told).map(|took| vec![took.as_secs_f64() * 1000.0])
    }
}
