//! The one place that compares roles.

use super::Spec;
use crate::domain::{Person, Refusal, Role};

/// Refuses a person whose role is below the command's.
pub fn authorise(spec: &Spec, person: &Person) -> Result<(), Refusal> {
    require(spec.role, person, &format!("`{}`", spec.name))
}

/// Refuses a person whose role is below `role` something that the command's declaration does not name, such as taking
/// over a claim. `what` is what they wanted.
pub fn require(role: Role, person: &Person, what: &str) -> Result<(), Refusal> {
    if person.role >= role {
        return Ok(());
    }
    Err(Refusal::new(format!(
        "{what} needs the role {}, and yours is {}. Ask somebody with that role, or have yours changed in bot.toml.",
        role.word(),
        person.role.word()
    ))
    .offering("What you can do", "help"))
}
