//! Which routes there are, and who answers them.

use super::rest_call::{ApiError, Call, Reply};
use super::state::State;
use super::{Inner, interactions, rest_app, rest_channels, rest_commands, rest_guild, rest_messages, rest_threads};
use std::sync::Arc;

type Handler = fn(&mut State, &Call) -> Result<Reply, ApiError>;

/// Who answers a route.
#[derive(Clone, Copy)]
pub enum Answers {
    /// With a bot token.
    Bot(Handler),
    /// With a bot token; there is nothing to refuse.
    Always(fn(&State) -> Reply),
    /// With none.
    Anybody(fn(&Arc<Inner>, &Call) -> Reply),
}

use Answers::{Always, Anybody, Bot};

/// Every route; the first that fits counts.
#[rustfmt::skip]
pub const ROUTES: &[(&str, &str, Answers)] = &[
    ("GET", "/gateway", Anybody(rest_app::gateway)),
    ("GET", "/gateway/bot", Anybody(rest_app::gateway_bot)),
    ("GET", "/users/@me", Always(rest_app::me)),
    ("GET", "/users/@me/guilds", Always(rest_guild::mine)),
    ("POST", "/users/@me/channels", Bot(rest_channels::open_dm)),
    ("GET", "/users/{user}", Bot(rest_app::user)),
    ("GET", "/applications/@me", Always(rest_app::application)),
    ("PATCH", "/applications/@me", Bot(rest_app::change_application)),
    ("GET", "/oauth2/applications/@me", Always(rest_app::application)),
    ("GET", "/guilds/{guild}", Bot(rest_guild::guild)),
    ("GET", "/guilds/{guild}/roles", Bot(rest_guild::roles)),
    ("GET", "/guilds/{guild}/channels", Bot(rest_guild::channels)),
    ("GET", "/guilds/{guild}/members", Bot(rest_guild::members)),
    ("GET", "/guilds/{guild}/members/{user}", Bot(rest_guild::member)),
    ("GET", "/guilds/{guild}/threads/active", Bot(rest_threads::active)),
    ("GET", "/channels/{channel}", Bot(rest_channels::get)),
    ("PATCH", "/channels/{channel}", Bot(rest_channels::change)),
    ("DELETE", "/channels/{channel}", Bot(rest_channels::delete)),
    ("POST", "/channels/{channel}/typing", Bot(rest_channels::typing)),
    ("GET", "/channels/{channel}/messages", Bot(rest_messages::list)),
    ("POST", "/channels/{channel}/messages", Bot(rest_messages::create)),
    ("GET", "/channels/{channel}/messages/{message}", Bot(rest_messages::get)),
    ("PATCH", "/channels/{channel}/messages/{message}", Bot(rest_messages::edit)),
    ("DELETE", "/channels/{channel}/messages/{message}", Bot(rest_messages::delete)),
    ("POST", "/channels/{channel}/messages/{message}/threads", Bot(rest_threads::from_message)),
    ("POST", "/channels/{channel}/threads", Bot(rest_threads::create)),
    ("PUT", "/channels/{channel}/thread-members/@me", Bot(rest_threads::join)),
    ("GET", "/channels/{channel}/threads/archived/public", Bot(rest_threads::archived)),
    ("GET", "/applications/{application}/commands", Bot(rest_commands::list)),
    ("PUT", "/applications/{application}/commands", Bot(rest_commands::overwrite)),
    ("POST", "/applications/{application}/commands", Bot(rest_commands::create)),
    ("GET", "/applications/{application}/commands/{command}", Bot(rest_commands::get)),
    ("PATCH", "/applications/{application}/commands/{command}", Bot(rest_commands::change)),
    ("DELETE", "/applications/{application}/commands/{command}", Bot(rest_commands::delete)),
    ("GET", "/applications/{application}/guilds/{guild}/commands", Bot(rest_commands::list)),
    ("PUT", "/applications/{application}/guilds/{guild}/commands", Bot(rest_commands::overwrite)),
    ("POST", "/applications/{application}/guilds/{guild}/commands", Bot(rest_commands::create)),
    ("GET", "/applications/{application}/guilds/{guild}/commands/{command}", Bot(rest_commands::get)),
    ("PATCH", "/applications/{application}/guilds/{guild}/commands/{command}", Bot(rest_commands::change)),
    ("DELETE", "/applications/{application}/guilds/{guild}/commands/{command}", Bot(rest_commands::delete)),
    ("POST", "/interactions/{interaction}/{token}/callback", Anybody(interactions::handle)),
    ("POST", "/webhooks/{application}/{token}", Anybody(interactions::handle)),
    ("GET", "/webhooks/{application}/{token}/messages/@original", Anybody(interactions::handle)),
    ("PATCH", "/webhooks/{application}/{token}/messages/@original", Anybody(interactions::handle)),
    ("DELETE", "/webhooks/{application}/{token}/messages/@original", Anybody(interactions::handle)),
    ("GET", "/webhooks/{application}/{token}/messages/{message}", Anybody(interactions::handle)),
    ("PATCH", "/webhooks/{application}/{token}/messages/{message}", Anybody(interactions::handle)),
    ("DELETE", "/webhooks/{application}/{token}/messages/{message}", Anybody(interactions::handle)),
];

fn fits(pattern: &str, parts: &[&str]) -> bool {
    let pieces: Vec<&str> = pattern.split('/').skip(1).collect();
    pieces.len() == parts.len() && pieces.iter().zip(parts).all(|(p, part)| p.starts_with('{') || p == part)
}

/// The route of a path; 405 where only another method fits, 404 where nothing does.
pub fn find(method: &str, parts: &[&str]) -> Result<(String, Answers), ApiError> {
    let mut fitting = ROUTES.iter().filter(|(_, pattern, _)| fits(pattern, parts)).peekable();
    if fitting.peek().is_none() {
        return Err(ApiError::not_found());
    }
    let found = fitting.find(|(m, _, _)| *m == method);
    found.map(|(m, pattern, answers)| (format!("{m} {pattern}"), *answers)).ok_or_else(ApiError::not_allowed)
}

/// Ids in a path must be ids.
fn check_ids(route: &str, parts: &[&str]) -> Result<(), ApiError> {
    let pattern = route.split_once(' ').map_or(route, |(_, p)| p);
    for (piece, part) in pattern.split('/').skip(1).zip(parts) {
        let named = piece.trim_matches(['{', '}']);
        if piece.starts_with('{') && named != "token" && !super::rules_message::is_snowflake(&serde_json::json!(part)) {
            let mut form = super::Form::default();
            form.add(&format!("{named}_id"), "NUMBER_TYPE_COERCE", format!("Value \"{part}\" is not snowflake."));
            return form.check();
        }
    }
    Ok(())
}

/// Does what a call asks for.
pub fn perform(inner: &Arc<Inner>, call: &Call, route: &str, answers: Answers) -> Reply {
    if let Err(error) = check_ids(route, &call.parts()) {
        return error.into();
    }
    if let Anybody(handler) = answers {
        return handler(inner, call);
    }
    let mut state = inner.state();
    if let Err(error) = authorise(&mut state, call) {
        return error.into();
    }
    match answers {
        Bot(handler) => handler(&mut state, call).into(),
        Always(handler) => handler(&state),
        Anybody(_) => ApiError::not_found().into(),
    }
}

/// `Authorization: Bot TOKEN` (docs.discord.com/developers, "Authentication").
pub fn authorise(state: &mut State, call: &Call) -> Result<(), ApiError> {
    let token = call.authorization.as_deref().and_then(|a| a.strip_prefix("Bot "));
    if token.is_none() {
        let path = &call.path;
        state.violations.push(format!("{path} was called without \"Authorization: Bot …\""));
    }
    let good = state.application.token_good && token == Some(state.application.token.as_str());
    if good { Ok(()) } else { Err(ApiError::unauthorized()) }
}
