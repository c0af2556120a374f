//! `/version` says which hearback this is.

use crate::domain::{Found, Query, Refusal, Role, Ruling};
use crate::slash::{Call, NoRef, Run, Spec, Visibility};

/// The declaration.
pub const SPEC: Spec = Spec {
    name: "version",
    aliases: &[],
    summary: "Which hearback this is",
    options: &[],
    role: Role::Viewer,
    visibility: Visibility::OnlyYou,
    without_ref: NoRef::Unused,
    run: Run::Ask { query, decide },
    prompt: None,
    samples: &["version"],
};

fn query(_: &Call<'_>) -> Result<Query, Refusal> {
    Ok(Query::Nothing)
}

fn decide(_: &Call<'_>, _: &Found) -> Result<Ruling, Refusal> {
    Ok(Ruling::say(format!("hearback {}", env!("CARGO_PKG_VERSION"))))
}
