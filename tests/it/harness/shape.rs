//! How a world differs from the usual one.

use super::World;
use hearback::assist::Assistant;
use hearback::chat::discord::DiscordConfig;
use hearback::chat::slack::SlackConfig;
use hearback::domain::{AssistRules, DigestPlan, Idempotency, Mode, Person, PersonId, Role};
use hearback::triage::Concern;
use jiff::Timestamp;
use std::sync::Arc;

const MONDAY: &str = "2026-03-02T10:00:00Z";

/// Where a team works, with what is configured otherwise.
#[derive(Clone, Copy)]
pub(super) enum Where {
    Console,
    /// The chat has limits (see [`super::Paced`]); praise goes to the channel `fans`.
    Paced,
    Slack(fn(&mut SlackConfig)),
    Discord(fn(&mut DiscordConfig)),
    /// In Discord; the cards are posts in a forum.
    Forum,
    /// In Slack and in Discord; every card goes to both.
    Both,
}

impl Where {
    /// What is configured otherwise in Slack, if the team is there.
    pub(super) fn slack(self) -> Option<fn(&mut SlackConfig)> {
        match self {
            Where::Slack(change) => Some(change),
            Where::Both => Some(|_| ()),
            _ => None,
        }
    }

    /// What is configured otherwise in Discord, if the team is there.
    pub(super) fn discord(self) -> Option<fn(&mut DiscordConfig)> {
        match self {
            Where::Discord(change) => Some(change),
            Where::Forum | Where::Both => Some(|_| ()),
            _ => None,
        }
    }
}

/// How a world differs from the usual one.
#[derive(Clone)]
pub(super) struct Shape {
    pub(super) mode: Mode,
    pub(super) idempotency: Idempotency,
    pub(super) plan: DigestPlan,
    pub(super) start: Timestamp,
    pub(super) team: Where,
    /// On a disk that a story can fill.
    pub(super) small_disk: bool,
    /// A second source on mastodon, `help`, with the account @acmecare.
    pub(super) second: bool,
    /// What cannot wait, and what is set aside.
    pub(super) concern: Concern,
    /// What somebody says after somebody else is counted on the first one's card.
    pub(super) copies: bool,
    /// An assistant, and what it may do.
    pub(super) assist: Option<(Arc<dyn Assistant>, AssistRules)>,
}

fn usual() -> Shape {
    Shape {
        mode: Mode::Confirm,
        idempotency: Idempotency::Key,
        plan: DigestPlan::default(),
        start: MONDAY.parse().unwrap(),
        team: Where::Console,
        small_disk: false,
        second: false,
        concern: Concern::default(),
        copies: true,
        assist: None,
    }
}

fn mode_of(mode: &str) -> Mode {
    if mode == "approve" { Mode::Approve } else { Mode::Direct }
}

impl World {
    /// The usual world.
    pub async fn new() -> World {
        World::with_network(Idempotency::Key).await
    }

    /// Something cannot wait, or comes without a card.
    pub async fn with_concern(concern: Concern) -> World {
        World::make(Shape { concern, ..usual() }).await
    }

    /// Mastodon protects against sending twice in that way.
    pub async fn with_network(idempotency: Idempotency) -> World {
        World::make(Shape { idempotency, ..usual() }).await
    }

    /// There is a second source on mastodon, `help`, with the account @acmecare.
    pub async fn with_two_accounts() -> World {
        World::make(Shape { second: true, ..usual() }).await
    }

    /// There is an assistant.
    pub async fn with_assistant(assistant: Arc<dyn Assistant>, rules: AssistRules) -> World {
        World::make(Shape { assist: Some((assistant, rules)), ..usual() }).await
    }

    /// There is an assistant; the team is in Slack and in Discord.
    pub async fn in_both_with_assistant(assistant: Arc<dyn Assistant>, rules: AssistRules) -> World {
        World::make(Shape { assist: Some((assistant, rules)), team: Where::Both, ..usual() }).await
    }

    /// The brand sends in that mode.
    pub async fn in_mode(mode: &str) -> World {
        World::make(Shape { mode: mode_of(mode), ..usual() }).await
    }

    /// The channel has its digest at that hour of that zone.
    pub async fn with_digest(zone: &str, at: &str, start: &str) -> World {
        let plan = DigestPlan { zone: zone.to_owned(), at: at.to_owned(), ..DigestPlan::default() };
        World::make(Shape { plan, start: start.parse().unwrap(), ..usual() }).await
    }

    /// The usual world, in Slack.
    pub async fn in_slack() -> World {
        World::in_slack_with(|_| ()).await
    }

    /// In Slack, configured otherwise.
    pub async fn in_slack_with(change: fn(&mut SlackConfig)) -> World {
        World::make(Shape { team: Where::Slack(change), ..usual() }).await
    }

    /// In Slack, with the brand sending in that mode.
    pub async fn in_slack_in_mode(mode: &str) -> World {
        World::make(Shape { mode: mode_of(mode), team: Where::Slack(|_| ()), ..usual() }).await
    }

    /// In Slack, on a disk that can be full.
    pub async fn in_slack_on_a_small_disk() -> World {
        World::make(Shape { team: Where::Slack(|_| ()), small_disk: true, ..usual() }).await
    }

    /// The usual world, in Discord.
    pub async fn in_discord() -> World {
        World::in_discord_with(|_| ()).await
    }

    /// In Discord, configured otherwise.
    pub async fn in_discord_with(change: fn(&mut DiscordConfig)) -> World {
        World::make(Shape { team: Where::Discord(change), ..usual() }).await
    }

    /// In Discord, with the brand sending in that mode.
    pub async fn in_discord_in_mode(mode: &str) -> World {
        World::make(Shape { mode: mode_of(mode), team: Where::Discord(|_| ()), ..usual() }).await
    }

    /// In Discord, on a disk that can be full.
    pub async fn in_discord_on_a_small_disk() -> World {
        World::make(Shape { team: Where::Discord(|_| ()), small_disk: true, ..usual() }).await
    }

    /// In Discord, configured otherwise, on a disk that can be slow or full.
    pub async fn in_discord_on_a_small_disk_with(change: fn(&mut DiscordConfig)) -> World {
        World::make(Shape { team: Where::Discord(change), small_disk: true, ..usual() }).await
    }

    /// In Discord, with a forum for the cards.
    pub async fn in_discord_forum() -> World {
        World::make(Shape { team: Where::Forum, ..usual() }).await
    }

    /// In Slack and in Discord: the same people, and every card in both.
    pub async fn in_both() -> World {
        World::make(Shape { team: Where::Both, ..usual() }).await
    }

    /// In both, with the brand sending in that mode.
    pub async fn in_both_in_mode(mode: &str) -> World {
        World::make(Shape { mode: mode_of(mode), team: Where::Both, ..usual() }).await
    }

    /// The chat has limits (see [`Paced`]); praise goes to the channel `fans`.
    pub async fn paced() -> World {
        World::make(Shape { team: Where::Paced, copies: false, ..usual() }).await
    }

    /// The same, where those who say the same are counted on one card.
    pub async fn paced_with_copies() -> World {
        World::make(Shape { team: Where::Paced, ..usual() }).await
    }

    /// Every post has a card of its own, whoever said it before.
    pub async fn without_copies() -> World {
        World::make(Shape { copies: false, ..usual() }).await
    }
}

pub fn people() -> Vec<Person> {
    [
        ("vic", "Vic", Role::Viewer),
        ("ana", "Ana", Role::Responder),
        ("sam", "Sam", Role::Approver),
        ("lee", "Lee", Role::Lead),
        ("root", "Root", Role::Admin),
    ]
    .map(|(id, name, role)| Person { id: PersonId::new(id), name: name.to_owned(), role, zone: "UTC".to_owned() })
    .to_vec()
}
