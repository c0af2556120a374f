//! Who somebody in Discord is: a member of staff, or nobody who may do anything here. Everything that is needed comes with
//! what they do.

use super::render::Names;
use super::wire::Doer;
use super::{DiscordConfig, DiscordStaff};
use crate::chat::sanitise;
use crate::domain::{Person, PersonId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Who is who.
pub(super) struct Identity {
    staff: DiscordStaff,
    guild: String,
    /// Names and user ids by person, for what is shown.
    names: Mutex<Arc<Names>>,
}

impl Identity {
    pub(super) fn new(config: &DiscordConfig) -> Self {
        let staff = config.staff.clone();
        let names =
            staff.named.iter().fold(Names::default(), |names, (user, p)| names.with(&p.id, &p.name, Some(user)));
        Self { staff, guild: config.guild.clone(), names: Mutex::new(Arc::new(names)) }
    }

    /// Adds names, of people that the desk knows from elsewhere.
    pub(super) fn learn(&self, people: &[Person]) {
        let in_discord: HashMap<&PersonId, &str> = self.staff.named.iter().map(|(u, p)| (&p.id, u.as_str())).collect();
        let mut known = super::lock(&self.names);
        let names = people.iter().fold(known.as_ref().clone(), |names, person| {
            let user = in_discord.get(&person.id).copied();
            let user = user.or_else(|| Some(person.id.as_str()).filter(|id| is_user_id(id)));
            names.with(&person.id, &person.name, user)
        });
        *known = Arc::new(names);
    }

    /// What colleagues are called, and who they are in Discord.
    pub(super) fn names(&self) -> Arc<Names> {
        Arc::clone(&super::lock(&self.names))
    }

    /// The person that a user id stands for in what was typed: their short name where the configuration gives one.
    pub(super) fn typed(&self, user: &str) -> PersonId {
        self.staff.named.get(user).map_or_else(|| PersonId::new(user), |person| person.id.clone())
    }

    /// The configuration names them.
    pub(super) fn is_named(&self, user: &str) -> bool {
        self.staff.named.contains_key(user)
    }

    /// What somebody is called whom a text names.
    pub(super) fn called(&self, user: &str) -> String {
        self.names().called(&self.typed(user))
    }

    /// Who that is. The error is a sentence for them.
    pub(super) fn who(&self, doer: &Doer) -> Result<Person, String> {
        let named = self.staff.named.get(&doer.user);
        // A direct message is no server: there are the buttons of what we wrote to them.
        if let Some(person) = named.filter(|_| doer.guild.as_deref().is_none_or(|guild| guild == self.guild)) {
            return Ok(person.clone());
        }
        let ask = format!("Ask whoever runs hearback to name you in bot.toml (your user id is {}).", doer.user);
        if doer.guild.as_deref() != Some(self.guild.as_str()) {
            return Err(format!("This is for the staff in their own server. {ask}"));
        }
        if doer.bot {
            return Err(format!("This is for people, and you are a bot. {ask}"));
        }
        let by_role = doer.roles.iter().filter_map(|role| self.staff.roles.get(role)).max().copied();
        let by_place = doer.places.iter().filter_map(|place| self.staff.channels.get(place)).max().copied();
        let Some(role) = by_role.max(by_place).max(self.staff.others) else {
            return Err(format!("You have no role here. {ask}"));
        };
        let name = sanitise::name(&doer.name, 60);
        let person = Person { id: PersonId::new(&doer.user), name, role, zone: self.staff.zone.clone() };
        let mut known = super::lock(&self.names);
        if known.called(&person.id) != person.name || known.user(&person.id).is_none() {
            *known = Arc::new(known.as_ref().clone().with(&person.id, &person.name, Some(&doer.user)));
        }
        Ok(person)
    }
}

/// Digits, as Discord's ids are.
pub(super) fn is_user_id(id: &str) -> bool {
    (15..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit())
}
