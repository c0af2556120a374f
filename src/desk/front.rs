//! What chats ask of the desk: commands, forms, a person's own page, and who is who.

use super::{Desk, lock};
use crate::chat::{Asked, FrontDesk, Given, Incoming, Outcome, Suggestion};
use crate::commands;
use crate::domain::{
    ChatName, Commit, HomeInput, MentionNo, Message, MessageId, OpenQuery, Person, PersonId, Pick, Refusal, Role,
};
use crate::report;
use crate::slash;
use crate::store::StoreError;
use async_trait::async_trait;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use tracing::error;

/// The settings that hold who was met: people that the configuration does not name, by id.
const MET: &str = "person:";
/// So many lines of each part of a person's page.
const LINES: usize = 10;

#[async_trait]
impl FrontDesk for Desk {
    async fn run(&self, incoming: &Incoming) -> Outcome {
        FrontDesk::meet(self, &incoming.who).await;
        Desk::run(self, incoming).await
    }

    async fn meet(&self, who: &Person) {
        if let Err(error) = self.keep_met(who).await {
            error!(who = %who.id, %error, "who this is could not be kept; their name may be missing later");
        }
    }

    async fn card(&self, chat: &ChatName, message: &MessageId) -> Result<Option<MentionNo>, Refusal> {
        self.store.by_card(chat, message.as_str()).await.map_err(|error| {
            error!(%error, "the store cannot say whose card a message is");
            Refusal::new("The store cannot be read at the moment, so nothing was done. Try again.")
        })
    }

    async fn home(&self, who: &Person) -> Result<Message, Refusal> {
        match self.home_input(who).await {
            Ok(input) => Ok(report::home_message(&input, who)),
            Err(error) => {
                error!(who = %who.id, %error, "a person's page could not be made");
                Err(Refusal::new("Your page cannot be read now. Open it again in a moment."))
            }
        }
    }

    async fn people(&self) -> Vec<Person> {
        let mut people: BTreeMap<PersonId, Person> = lock(&self.met).clone();
        people.extend(self.rules.people.clone());
        people.into_values().collect()
    }

    fn line(&self, command: &str, options: &[Given]) -> Result<String, Refusal> {
        let mut people = lock(&self.met).clone();
        people.extend(self.rules.people.clone());
        let options: Vec<(&str, &str)> =
            options.iter().map(|given| (given.name.as_str(), given.value.as_str())).collect();
        slash::given(commands::ALL, &people, command, &options)
    }

    async fn suggest(&self, who: &Person, asked: &Asked) -> Vec<Suggestion> {
        self.offers(who, asked).await
    }

    async fn keep(&self, who: &Person, line: &str) -> Result<String, Refusal> {
        self.keep_line(who, line).await.map_err(|error| {
            error!(who = %who.id, %error, "a line that was refused could not be kept");
            Refusal::new(format!("What you typed could not be kept: {error}. Copy it from here before you go on."))
        })
    }

    async fn kept(&self, who: &Person, key: &str) -> Result<Option<String>, Refusal> {
        self.kept_line(who, key).await.map_err(|error| {
            error!(who = %who.id, %error, "a line that was kept cannot be read");
            Refusal::new(format!("What you typed is kept, but cannot be read now: {error}. Try again in a moment."))
        })
    }
}

impl Desk {
    /// Reads who was met before.
    pub(super) async fn recall(&self) -> Result<(), StoreError> {
        let rows = self.store.settings(MET).await?;
        let people = rows.iter().filter_map(|(_, json)| serde_json::from_str::<Person>(json).ok());
        lock(&self.met).extend(people.map(|person| (person.id.clone(), person)));
        Ok(())
    }

    /// Remembers somebody whom the configuration does not name, with their highest role: it may differ from channel to
    /// channel, and says here only whom work can be given to. What they may do is decided anew each time.
    async fn keep_met(&self, who: &Person) -> Result<(), StoreError> {
        if self.rules.people.contains_key(&who.id) {
            return Ok(());
        }
        let before = lock(&self.met).get(&who.id).cloned();
        let role = before.as_ref().map_or(who.role, |before| before.role.max(who.role));
        let who = &Person { role, ..who.clone() };
        if before.as_ref() == Some(who) {
            return Ok(());
        }
        let Ok(json) = serde_json::to_string(who) else { return Ok(()) };
        let mut commit = Commit::at(self.clock.now());
        commit.settings.push((format!("{MET}{}", who.id), Some(json)));
        self.store.commit(commit).await?;
        lock(&self.met).insert(who.id.clone(), who.clone());
        for chat in self.chats.values() {
            chat.met(who);
        }
        *lock(&self.workspace) = None;
        Ok(())
    }

    async fn home_input(&self, who: &Person) -> Result<HomeInput, StoreError> {
        let now = self.clock.now();
        let zone = TimeZone::get(&who.zone).unwrap_or(TimeZone::UTC);
        let today = now.to_zoned(zone).start_of_day().map_or(now, |day| day.timestamp());
        let page = |pick: Pick| OpenQuery { pick, limit: LINES, ..OpenQuery::default() };
        let approver = who.role >= Role::Approver;
        Ok(HomeInput {
            now,
            claims: self.store.open(&page(Pick::HeldBy(who.id.clone()))).await?,
            approval: if approver { Some(self.store.open(&page(Pick::Approval)).await?) } else { None },
            overdue: self.store.open(&page(Pick::Overdue(now))).await?,
            open: self.store.open(&page(Pick::All)).await?.total,
            today: self.store.facts(today, now).await?,
            paused: self.paused().await?.map(|p| self.name_of(&p.by)),
        })
    }

    /// The name that colleagues read.
    pub(super) fn name_of(&self, id: &PersonId) -> String {
        let met = lock(&self.met).get(id).map(|p| p.name.clone());
        met.filter(|_| !self.rules.people.contains_key(id)).unwrap_or_else(|| self.rules.person_name(id))
    }
}
