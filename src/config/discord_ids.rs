//! Discord's ids, as people find and write them.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// Where every id, key and token of an application stands.
pub(super) const PORTAL: &str = "discord.com/developers/applications";

/// An id, which Discord calls a snowflake: Discord's documentation, "API Reference", Snowflakes. Those of today have 17 to
/// 19 digits.
fn is_snowflake(typed: &str) -> bool {
    (15..=20).contains(&typed.len())
        && typed.chars().all(|c| c.is_ascii_digit())
        && typed.parse::<u64>().is_ok_and(|id| id > 0)
}

/// How one gets at ids.
const DEVELOPER: &str = "in Discord switch on Developer Mode under Settings, Advanced";

fn snowflake(typed: &str, what: &str, how: &str) -> Result<String, String> {
    if is_snowflake(typed) {
        return Ok(typed.to_owned());
    }
    Err(format!(
        "{typed:?} is not the id of {what}; {DEVELOPER}, then right-click {how}, such as \"80351110224678912\""
    ))
}

/// The parts of a link into Discord: the server and what stands behind it.
fn link(typed: &str) -> Option<(&str, Option<&str>)> {
    let (_, rest) = typed.split_once("/channels/")?;
    let mut parts = rest.split('/');
    Some((parts.next()?, parts.next().filter(|part| is_snowflake(part))))
}

/// The id of a server.
///
/// # Errors
/// The sentence for the person.
pub fn guild(typed: &str) -> Result<String, String> {
    if let Some((guild, _)) = link(typed)
        && is_snowflake(guild)
    {
        return Err(format!("{typed:?} is a link; its server is {guild:?}, write that"));
    }
    snowflake(typed, "a server", "the server and Copy Server ID")
}

/// The id of a channel.
///
/// # Errors
/// The sentence for the person.
pub fn channel(typed: &str) -> Result<String, String> {
    if let Some((_, Some(channel))) = link(typed) {
        return Err(format!("{typed:?} is a link; its channel is {channel:?}, write that"));
    }
    snowflake(typed, "a channel", "the channel and Copy Channel ID")
}

/// The id of an application.
///
/// # Errors
/// The sentence for the person.
pub fn application(typed: &str) -> Result<String, String> {
    if is_snowflake(typed) {
        return Ok(typed.to_owned());
    }
    Err(format!("{typed:?} is not the id of an application; it stands at {PORTAL} under General Information"))
}

/// The id of a person.
///
/// # Errors
/// The sentence for the person.
pub fn user(typed: &str) -> Result<String, String> {
    let bare = typed.trim_start_matches(['<', '@', '!']).trim_end_matches('>');
    if bare != typed && is_snowflake(bare) {
        return Err(format!("{typed:?} is a mention; the person's id is {bare:?}, write that"));
    }
    snowflake(typed, "a person", "the person and Copy User ID")
}

/// The id of a role.
pub(super) fn role(typed: &str) -> Result<String, String> {
    snowflake(typed, "a role", "the role under Server Settings, Roles, and Copy Role ID")
}

/// The id of the application that a bot token belongs to: its first part, in base64.
pub fn application_of(token: &str) -> Option<String> {
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&base64::alphabet::URL_SAFE, lenient.with_decode_allow_trailing_bits(true));
    let bytes = engine.decode(token.split('.').next()?).ok()?;
    let id = String::from_utf8(bytes).ok()?;
    is_snowflake(&id).then_some(id)
}
