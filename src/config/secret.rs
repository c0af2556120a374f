//! Secrets: named in bot.toml, kept elsewhere, read only when asked for, and never shown.

use super::noted::{Ctx, Env};
use super::reader::Section;
use super::schema::{Key, Table};
use super::values;
use std::fmt;
use std::path::{Path, PathBuf};

const ENV: Key = Key::optional("env", "the name of an environment variable, such as \"SHOP_SECRET\"");
const FILE: Key = Key::optional("file", "the path of a file that holds only the secret");

/// `{ env = "NAME" }` or `{ file = "path" }`.
pub const TABLE: Table = Table { title: "a secret", keys: &[&ENV, &FILE] };

/// Where a secret is kept. Printing one, in whatever way, shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Kept);

#[derive(Clone, PartialEq, Eq)]
enum Kept {
    Env(String),
    File(PathBuf),
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// The secret itself, without white space around it.
    ///
    /// # Errors
    /// A sentence that names the place and says what to do; never any part of the secret.
    pub fn reveal(&self, env: Env<'_>) -> Result<String, String> {
        let value = match &self.0 {
            Kept::Env(name) => {
                env(name).ok_or_else(|| format!("the environment variable {name} is not set; set it"))?
            }
            Kept::File(path) => std::fs::read_to_string(path).map_err(|e| {
                format!("{} cannot be read ({e}); create it with only the secret in it", path.display())
            })?,
        };
        match value.trim() {
            "" => Err(format!("{} is empty; put the secret there", self.place())),
            secret => Ok(secret.to_owned()),
        }
    }

    /// Where it is kept, in words.
    pub fn place(&self) -> String {
        match &self.0 {
            Kept::Env(name) => format!("the environment variable {name}"),
            Kept::File(path) => path.display().to_string(),
        }
    }
}

/// A secret in a file that is not checked any further.
pub(super) fn loosely(value: &toml::Value, folder: &Path) -> Option<Secret> {
    let text = |key: &str| value.get(key).and_then(toml::Value::as_str);
    let env = text("env").map(|name| Kept::Env(name.to_owned()));
    env.or_else(|| text("file").map(|path| Kept::File(folder.join(path)))).map(Secret)
}

/// The secrets under a key: one, or several while they are being changed.
pub(super) fn read(section: &Section<'_>, key: &Key) -> Vec<Secret> {
    let literal = || {
        "a secret must not be written here; put it into an environment variable and write \
         { env = \"NAME\" }, or into a file and write { file = \"path\" }"
            .to_owned()
    };
    let mut secrets = Vec::new();
    for one in section.one_or_more(key, &TABLE, &literal) {
        let env = one.optional(&ENV, env_name).map(Kept::Env);
        let file =
            one.optional(&FILE, |typed| values::text(typed).map(|path| one.ctx.folder.join(path))).map(Kept::File);
        match (env, file) {
            (Some(_), Some(_)) => one.absence("has both env and file; keep one of them"),
            (Some(kept), None) => secrets.extend(checked(&one, &ENV, Secret(kept))),
            (None, Some(kept)) => secrets.extend(checked(&one, &FILE, Secret(kept))),
            (None, None) if one.has(&ENV) || one.has(&FILE) => {}
            (None, None) => {
                one.absence("says not where the secret is; write { env = \"NAME\" } or { file = \"path\" }");
            }
        }
    }
    secrets
}

/// The one secret under a key. `wrong` says what is wrong with it, without repeating any of it.
pub(super) fn read_one(section: &Section<'_>, key: &Key, wrong: &dyn Fn(&str) -> Option<String>) -> Option<Secret> {
    let mut secrets = read(section, key);
    if secrets.len() > 1 {
        section.problem(key, "there can be only one here; keep one");
    }
    let secret = secrets.pop()?;
    if let Ctx { env: Some(env), .. } = section.ctx
        && let Ok(revealed) = secret.reveal(*env)
        && let Some(say) = wrong(&revealed)
    {
        section.problem(key, format!("{} {say}", secret.place()));
        return None;
    }
    Some(secret)
}

/// Notes whether the secret can be had, and whether others can have it too.
fn checked(section: &Section<'_>, key: &Key, secret: Secret) -> Option<Secret> {
    let Ctx { env: Some(env), .. } = section.ctx else { return Some(secret) };
    if let Err(say) = secret.reveal(*env) {
        section.problem(key, say);
        return None;
    }
    if let Kept::File(path) = &secret.0
        && others_may_read(path)
    {
        section.warning(key, format!("everybody on this machine may read it; run: chmod 600 {}", path.display()));
    }
    Some(secret)
}

fn env_name(typed: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let begins = typed.chars().next().is_some_and(|c| !c.is_ascii_digit());
    // What was typed is not repeated: it may be the secret itself, pasted into the wrong place.
    let signing = typed.len() == 32 && typed.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c));
    if signing || typed.starts_with("whsec_") || typed.len() > 80 || !begins || !typed.chars().all(fits) {
        return Err("not the name of an environment variable; write its name, such as \"SHOP_SECRET\", and set the \
                    variable to the secret"
            .to_owned());
    }
    Ok(typed.to_owned())
}

#[cfg(unix)]
fn others_may_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn others_may_read(_path: &Path) -> bool {
    false
}
