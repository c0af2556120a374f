//! `[[person]]` and `[roles]`: who may do what.

use super::brand::Brand;
use super::known::Known;
use super::reader::Section;
use super::schema::{self, Key, Table};
use super::{discord_ids, slack, values};
use crate::domain::{Mode, Person, PersonId, Role};
use std::collections::BTreeMap;

const NAME: Key = Key::required("name", "the short name that is typed after @, such as \"ana\"");
const TITLE: Key = Key::optional("title", "the name that colleagues read, such as \"Ana Lima\"");
const ROLE: Key = Key::with_default("role", "a role such as \"responder\"", "responder");
const ZONE: Key = Key::optional("zone", "a time zone such as \"Europe/London\"");
const CONSOLE: Key = Key::optional("console", "the name of the login on this machine");
const SLACK: Key = Key::optional("slack", "the member id in Slack, such as \"U012AB3CD\"");
const DISCORD: Key = Key::optional("discord", "the user id in Discord, digits in quotes");

/// One person.
pub const TABLE: Table =
    Table { title: "[[person]]", keys: &[&NAME, &TITLE, &ROLE, &ZONE, &CONSOLE, &SLACK, &DISCORD] };

const OTHERS: Key = Key::with_default("others", "a role, or \"none\"", "viewer");

/// What those may do who are not named.
pub const ROLES: Table = Table { title: "[roles]", keys: &[&OTHERS] };

const WORDS: [(&str, Role); 5] = [
    ("viewer", Role::Viewer),
    ("responder", Role::Responder),
    ("approver", Role::Approver),
    ("lead", Role::Lead),
    ("admin", Role::Admin),
];

/// A member of staff and their ids in the chats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// As the domain knows them.
    pub person: Person,
    /// Their id by the name of the chat.
    pub ids: BTreeMap<&'static str, String>,
}

pub(super) fn read_all(root: &Section<'_>, zone: &str, known: &mut Known) -> Vec<Staff> {
    let mut staff: Vec<Staff> = Vec::new();
    for section in root.tables(&schema::PERSON) {
        let name = section.parsed(&NAME, values::name);
        let section = if name.is_empty() { section } else { section.renamed(format!("person.{name}")) };
        section.refuse_unknown(&TABLE);
        if let Some(say) = known.add_person(&name) {
            section.problem(&NAME, say);
        }
        let mut ids = BTreeMap::new();
        for (chat, key) in [("console", &CONSOLE), ("slack", &SLACK), ("discord", &DISCORD)] {
            let Some(id) = section.optional(key, |typed| id(chat, typed)) else { continue };
            if let Some(other) = staff.iter().find(|s| s.ids.get(chat) == Some(&id)) {
                section.problem(key, format!("is also the id of {:?}; each person has their own", other.person.id.0));
            }
            ids.insert(chat, id);
        }
        let person = Person {
            name: section.optional(&TITLE, values::text).unwrap_or_else(|| name.clone()),
            role: section.optional(&ROLE, role).unwrap_or(Role::Viewer),
            zone: section.optional(&ZONE, values::zone).unwrap_or_else(|| zone.to_owned()),
            id: PersonId::new(name),
        };
        staff.push(Staff { person, ids });
    }
    staff
}

/// An id in a chat, in that chat's form.
fn id(chat: &str, typed: &str) -> Result<String, String> {
    match chat {
        "slack" => slack::member(typed),
        "discord" => discord_ids::user(typed),
        _ => values::text(typed),
    }
}

/// A role.
pub(super) fn role(typed: &str) -> Result<Role, String> {
    values::word(typed, &WORDS)
}

/// What those may do who are not named; `None`: nothing.
pub(super) fn others(root: &Section<'_>) -> Option<Role> {
    let words: Vec<(&str, Option<Role>)> =
        std::iter::once(("none", None)).chain(WORDS.map(|(word, role)| (word, Some(role)))).collect();
    root.table(&schema::ROLES, &ROLES).parsed(&OTHERS, |typed| values::word(typed, &words))
}

/// The same in Discord: only what the file says, as a server may be open to anybody.
pub(super) fn others_in_discord(root: &Section<'_>, others: Option<Role>) -> Option<Role> {
    let section = root.table_again(&schema::ROLES);
    let role = others.filter(|_| section.has(&OTHERS))?;
    if root.has(&schema::DISCORD) {
        let more = if role >= Role::Responder { " and answer it in public" } else { "" };
        let say = format!(
            "every member of the Discord server may read every mention, with its notes and drafts{more}; unless all of them are \
             your team, leave this out and give your team a role in [discord.roles]"
        );
        section.warning(&OTHERS, say);
    }
    Some(role)
}

/// Notes brands whose replies wait for an approval that nobody else may give.
pub(super) fn check_approval(root: &Section<'_>, brands: &[Brand], staff: &[Staff], others: Option<Role>) {
    let anybody = others >= Some(Role::Approver);
    let somebody = staff.len() > 1 && staff.iter().any(|s| s.person.role >= Role::Approver);
    if let Some(brand) = brands.iter().find(|brand| brand.mode == Mode::Approve && !anybody && !somebody) {
        let say = format!(
            "replies for {:?} wait for somebody else's approval, but nobody else may give it; add a [[person]] with \
             role = \"approver\"",
            brand.id
        );
        root.warning(&schema::BRAND, say);
    }
}
