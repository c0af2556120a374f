//! Who somebody in Slack is: a member of staff, or nobody who may do anything here.

use super::client::{Api, Failed};
use super::render::Names;
use super::{SlackConfig, SlackStaff};
use crate::chat::{lock, sanitise};
use crate::domain::{Person, PersonId, Role};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// What Slack said of somebody is asked again after so long; of a user group, too.
const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// So long somebody waits, at the start, until it is known which workspace is ours.
const HOME: Duration = Duration::from_secs(5);
/// What somebody is told of whom nothing is known.
const CANNOT_SAY: &str = "Slack cannot say who you are at the moment, so nothing was done. Try again.";
/// So many people are remembered.
const REMEMBERED: usize = 5_000;

/// Why somebody may do nothing: a sentence for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stranger {
    /// They are known, and not staff.
    Refused(String),
    /// Slack could not be asked.
    Unknown(String),
}

impl Stranger {
    /// The sentence.
    pub(super) fn say(&self) -> &str {
        match self {
            Stranger::Refused(say) | Stranger::Unknown(say) => say,
        }
    }
}

/// What Slack says of a member ("users.info").
#[derive(Debug, Clone)]
struct Member {
    name: String,
    zone: Option<String>,
    /// Why they are no member of the team.
    outside: Option<&'static str>,
    at: Timestamp,
}

/// Who is who.
pub(super) struct Identity {
    staff: SlackStaff,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    members: Mutex<HashMap<String, Member>>,
    groups: Mutex<HashMap<String, (BTreeSet<String>, Timestamp)>>,
    /// Names and member ids by person, for what is shown.
    names: Mutex<Arc<Names>>,
    /// Our own workspace, once Slack has said which; empty where it has none to say.
    home: watch::Sender<Option<String>>,
}

impl Identity {
    pub(super) fn new(config: &SlackConfig) -> Self {
        let staff = config.staff.clone();
        let names =
            staff.named.iter().fold(Names::default(), |names, (member, p)| names.with(&p.id, &p.name, Some(member)));
        Self {
            staff,
            now: Arc::clone(&config.now),
            members: Mutex::default(),
            groups: Mutex::default(),
            names: Mutex::new(Arc::new(names)),
            home: watch::Sender::new(None),
        }
    }

    /// This is our workspace.
    pub(super) fn at_home(&self, team: String) {
        // The first answer counts; a token belongs to one workspace.
        self.home.send_if_modified(|home| {
            let first = home.is_none();
            home.get_or_insert(team);
            first
        });
    }

    /// Adds names, of people that the desk knows from elsewhere.
    pub(super) fn learn(&self, people: &[Person]) {
        let in_slack: HashMap<&PersonId, &str> = self.staff.named.iter().map(|(m, p)| (&p.id, m.as_str())).collect();
        let mut known = lock(&self.names);
        let names = people.iter().fold(known.as_ref().clone(), |names, person| {
            let member = in_slack.get(&person.id).copied();
            let member = member.or_else(|| Some(person.id.as_str()).filter(|id| is_member_id(id)));
            names.with(&person.id, &person.name, member)
        });
        *known = Arc::new(names);
    }

    fn learn_one(&self, id: &PersonId, name: &str) {
        let named = self.staff.named.iter().find(|(_, p)| p.id == *id).map(|(member, _)| member.as_str());
        let member = named.or_else(|| Some(id.as_str()).filter(|id| is_member_id(id)));
        let mut known = lock(&self.names);
        *known = Arc::new(known.as_ref().clone().with(id, name, member));
    }

    /// What colleagues are called, and who they are in Slack.
    pub(super) fn names(&self) -> Arc<Names> {
        Arc::clone(&lock(&self.names))
    }

    /// The person that a member id stands for in what was typed: their short name where the configuration gives one.
    pub(super) fn typed(&self, member: &str) -> PersonId {
        self.staff.named.get(member).map_or_else(|| PersonId::new(member), |person| person.id.clone())
    }

    /// Who that is, from what is known already; `None` if Slack has to be asked.
    pub(super) fn known(&self, member: &str, channel: &str) -> Option<Result<Person, Stranger>> {
        if let Some(person) = self.staff.named.get(member) {
            return Some(Ok(person.clone()));
        }
        let now = (self.now)();
        let seen = lock(&self.members).get(member).filter(|m| fresh(m.at, now)).cloned()?;
        let mut role = self.staff.channels.get(channel).copied().max(self.staff.others);
        for (group, of_group) in &self.staff.groups {
            let groups = lock(&self.groups);
            let (members, _) = groups.get(group).filter(|(_, at)| fresh(*at, now))?;
            if members.contains(member) {
                role = role.max(Some(*of_group));
            }
        }
        Some(self.judge(member, &seen, role))
    }

    fn judge(&self, member: &str, seen: &Member, role: Option<Role>) -> Result<Person, Stranger> {
        if let Some(why) = seen.outside {
            return Err(Stranger::Refused(format!(
                "This is for the staff, and you are {why}. Ask whoever runs hearback to name you in bot.toml (your member id \
                 is {member})."
            )));
        }
        let Some(role) = role else {
            return Err(Stranger::Refused(format!(
                "You have no role here. Ask whoever runs hearback to name you in bot.toml (your member id is {member})."
            )));
        };
        let zone = seen.zone.clone().unwrap_or_else(|| self.staff.zone.clone());
        Ok(Person { id: PersonId::new(member), name: seen.name.clone(), role, zone })
    }

    /// Who that is; asks Slack where that is needed.
    pub(super) async fn who(&self, api: &Api, member: &str, channel: &str) -> Result<Person, Stranger> {
        if let Some(known) = self.known(member, channel) {
            return known;
        }
        let unknown = |failed: Failed| {
            tracing::warn!(member, why = failed.say(), "Slack cannot say who somebody is");
            Stranger::Unknown(CANNOT_SAY.to_owned())
        };
        // Before our own workspace is known, a stranger in a shared channel looks like a member.
        let mut home = self.home.subscribe();
        if !matches!(timeout(HOME, home.wait_for(Option::is_some)).await, Ok(Ok(_))) {
            tracing::warn!(member, "Slack has not yet said whose app this is, so nobody can be told from a stranger");
            return Err(Stranger::Unknown(CANNOT_SAY.to_owned()));
        }
        let stale = lock(&self.members).get(member).is_none_or(|m| !fresh(m.at, (self.now)()));
        if stale {
            let answer = api.get("users.info", &[("user", member)]).await.map_err(unknown)?;
            self.remember(member, answer.get("user").unwrap_or(&Value::Null));
        }
        for group in self.staff.groups.keys() {
            let stale = lock(&self.groups).get(group).is_none_or(|(_, at)| !fresh(*at, (self.now)()));
            if stale {
                let members = match api.get("usergroups.users.list", &[("usergroup", group)]).await {
                    Ok(answer) => ids(answer.get("users")),
                    Err(failed @ Failed::Refused { .. }) => {
                        tracing::warn!(
                            group,
                            why = failed.say(),
                            "the members of a user group cannot be read: it counts as empty"
                        );
                        BTreeSet::new()
                    }
                    Err(failed) => return Err(unknown(failed)),
                };
                lock(&self.groups).insert(group.clone(), (members, (self.now)()));
            }
        }
        self.known(member, channel).unwrap_or_else(|| {
            Err(Stranger::Unknown("Slack did not say who you are, so nothing was done. Try again.".to_owned()))
        })
    }

    /// True for somebody of another workspace, as in a shared channel. In an organisation of many workspaces, ours may be
    /// among theirs.
    fn elsewhere(&self, user: &Value) -> bool {
        let home = self.home.borrow();
        let Some(home) = home.as_ref().filter(|home| !home.is_empty()) else { return false };
        let Some(team) = user.get("team_id").and_then(Value::as_str) else { return false };
        team != home && !ids(user.pointer("/enterprise_user/teams")).contains(home)
    }

    fn remember(&self, member: &str, user: &Value) {
        let flag = |name: &str| user.get(name).and_then(Value::as_bool).unwrap_or(false);
        let text = |at: &str| user.pointer(at).and_then(Value::as_str).map(str::trim).filter(|t| !t.is_empty());
        let outside = if user.get("id").and_then(Value::as_str) != Some(member) {
            Some("not known to Slack")
        } else if flag("deleted") {
            Some("deactivated")
        } else if flag("is_bot") || member == "USLACKBOT" {
            Some("a bot")
        } else if flag("is_stranger") || self.elsewhere(user) {
            Some("from another workspace")
        } else if flag("is_restricted") || flag("is_ultra_restricted") {
            Some("a guest in this workspace")
        } else {
            None
        };
        let name =
            text("/profile/display_name").or(text("/real_name")).or(text("/profile/real_name")).or(text("/name"));
        let name = sanitise::name(name.unwrap_or(member), 60);
        let zone = text("/tz").filter(|zone| TimeZone::get(zone).is_ok()).map(str::to_owned);
        self.learn_one(&PersonId::new(member), &name);
        let mut members = lock(&self.members);
        if members.len() >= REMEMBERED {
            members.clear();
        }
        members.insert(member.to_owned(), Member { name, zone, outside, at: (self.now)() });
    }
}

fn fresh(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at).abs() < FRESH
}

fn ids(list: Option<&Value>) -> BTreeSet<String> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// `U012AB3CD` or `W012AB3CD`.
pub(super) fn is_member_id(id: &str) -> bool {
    id.len() >= 3
        && id.starts_with(['U', 'W'])
        && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}
