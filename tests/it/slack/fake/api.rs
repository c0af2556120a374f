//! The methods of the Web API that the fake knows: arguments, scope, rate limit, token (docs.slack.dev, "Methods").

use super::call::{Answer, Fault, Params};
use super::limits::Tier;
use super::state::{State, TokenState};
use super::{Core, chat, lists, people, views};
use jiff::Timestamp;
use serde_json::{Value, json};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Bot,
    App,
}

/// Which scope a method needs.
#[derive(Clone, Copy)]
enum Scope {
    None,
    One(&'static str),
    /// By the kind of the channel: `channels:`, `groups:` or `im:` and this.
    ByChannel(&'static str),
    /// Any of `channels:`, `groups:`, `im:` and this.
    AnyKind(&'static str),
}

/// What a method does.
type Run = fn(&mut State, &Core, &Params, Timestamp) -> Result<Value, Fault>;

struct Method {
    name: &'static str,
    args: &'static [&'static str],
    scope: Scope,
    tier: Tier,
    /// Reads JSON; else only a query or a form.
    json: bool,
    token: Token,
    run: Run,
}

const fn method(
    name: &'static str,
    args: &'static [&'static str],
    scope: Scope,
    tier: Tier,
    json: bool,
    run: Run,
) -> Method {
    Method { name, args, scope, tier, json, token: Token::Bot, run }
}

const POST_ARGS: &[&str] = &[
    "channel",
    "text",
    "blocks",
    "attachments",
    "metadata",
    "thread_ts",
    "reply_broadcast",
    "unfurl_links",
    "unfurl_media",
    "link_names",
    "parse",
    "mrkdwn",
    "markdown_text",
    "icon_emoji",
    "icon_url",
    "username",
    "as_user",
];
const UPDATE_ARGS: &[&str] = &[
    "channel",
    "ts",
    "text",
    "blocks",
    "attachments",
    "metadata",
    "link_names",
    "parse",
    "reply_broadcast",
    "markdown_text",
    "as_user",
    "file_ids",
    "unfurled_attachments",
];
const EPHEMERAL_ARGS: &[&str] = &[
    "channel",
    "user",
    "text",
    "blocks",
    "attachments",
    "metadata",
    "thread_ts",
    "link_names",
    "parse",
    "markdown_text",
    "icon_emoji",
    "icon_url",
    "username",
    "as_user",
];
const HISTORY_ARGS: &[&str] = &["channel", "cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"];
const REPLIES_ARGS: &[&str] =
    &["channel", "ts", "cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"];
const WRITE: Scope = Scope::One("chat:write");

static METHODS: &[Method] = &[
    method("auth.test", &[], Scope::None, Tier::Special, true, people::auth_test),
    Method {
        token: Token::App,
        ..method(
            "apps.connections.open",
            &[],
            Scope::One("connections:write"),
            Tier::One,
            true,
            people::connections_open,
        )
    },
    method("chat.postMessage", POST_ARGS, WRITE, Tier::Posting, true, chat::post_message),
    method("chat.update", UPDATE_ARGS, WRITE, Tier::Three, true, chat::update),
    method("chat.delete", &["channel", "ts", "as_user"], WRITE, Tier::Three, true, chat::delete),
    method("chat.postEphemeral", EPHEMERAL_ARGS, WRITE, Tier::Four, true, chat::post_ephemeral),
    method("chat.getPermalink", &["channel", "message_ts"], Scope::None, Tier::Special, false, lists::permalink),
    method(
        "conversations.info",
        &["channel", "include_locale", "include_num_members"],
        Scope::ByChannel("read"),
        Tier::Three,
        false,
        lists::info,
    ),
    method(
        "conversations.list",
        &["cursor", "exclude_archived", "limit", "team_id", "types"],
        Scope::AnyKind("read"),
        Tier::Two,
        false,
        lists::list,
    ),
    method(
        "conversations.members",
        &["channel", "cursor", "limit"],
        Scope::ByChannel("read"),
        Tier::Four,
        false,
        lists::members,
    ),
    method("conversations.history", HISTORY_ARGS, Scope::ByChannel("history"), Tier::Three, true, lists::history),
    method("conversations.replies", REPLIES_ARGS, Scope::ByChannel("history"), Tier::Three, false, lists::replies),
    method(
        "conversations.open",
        &["channel", "prevent_creation", "return_im", "users"],
        Scope::One("im:write"),
        Tier::Three,
        true,
        lists::open,
    ),
    method("users.info", &["user", "include_locale"], Scope::One("users:read"), Tier::Four, false, people::user_info),
    method(
        "users.list",
        &["cursor", "include_locale", "limit", "team_id"],
        Scope::One("users:read"),
        Tier::Two,
        false,
        people::user_list,
    ),
    method(
        "usergroups.list",
        &["include_count", "include_disabled", "include_users", "team_id"],
        Scope::One("usergroups:read"),
        Tier::Two,
        false,
        people::group_list,
    ),
    method(
        "usergroups.users.list",
        &["usergroup", "include_disabled", "team_id"],
        Scope::One("usergroups:read"),
        Tier::Two,
        false,
        people::group_users,
    ),
    method("views.open", &["trigger_id", "interactivity_pointer", "view"], Scope::None, Tier::Four, true, views::open),
    method("views.push", &["trigger_id", "interactivity_pointer", "view"], Scope::None, Tier::Four, true, views::push),
    method("views.update", &["view_id", "external_id", "view", "hash"], Scope::None, Tier::Four, true, views::update),
    method(
        "views.publish",
        &["user_id", "view", "hash", "interactivity_pointer"],
        Scope::None,
        Tier::Four,
        true,
        views::publish,
    ),
    method(
        "reactions.add",
        &["channel", "name", "timestamp"],
        Scope::One("reactions:write"),
        Tier::Three,
        true,
        people::react,
    ),
    method("team.info", &["domain", "team"], Scope::One("team:read"), Tier::Three, true, people::team_info),
];

/// Answers a call under Slack's rules, in Slack's order: the method, who asks, how often, what.
pub fn call(state: &mut State, core: &Core, name: &str, params: &Params, now: Timestamp) -> Answer {
    let Some(method) = METHODS.iter().find(|m| m.name == name) else {
        state.violation(format!("{name}: there is no such method in the fake"));
        let mut answer = Answer::error("unknown_method");
        answer.body["req_method"] = json!(name);
        return answer;
    };
    if let Err(fault) = authorise(state, method, params) {
        return with_scopes(state, method.token, fault.into());
    }
    let channel = params.text("channel");
    if let Err(seconds) = state.limits.take(method.tier, name, channel.as_deref(), now) {
        return Answer::limited(seconds);
    }
    // Slack's own client library adds `team_id` to every call.
    let known = |name: &str| name == "team_id" || method.args.contains(&name);
    let unknown: Vec<&String> = params.map.keys().filter(|k| !known(k)).collect();
    if !unknown.is_empty() {
        state.violations.push(format!("{name}: the documentation knows no argument {unknown:?}"));
    }
    for name in ["ts", "thread_ts", "message_ts", "timestamp", "latest", "oldest"] {
        if params.map.get(name).is_some_and(Value::is_number) {
            state.violation(format!(
                "{name_of}: {name} is a number; only text keeps all its digits",
                name_of = method.name
            ));
        }
    }
    let params = if params.json && !method.json {
        // Such a method does not look into a JSON body, so that every argument is missing.
        state.violation(format!("{name} does not read JSON"));
        &Params { map: serde_json::Map::new(), ..params.clone() }
    } else {
        params
    };
    let answer = match (method.run)(state, core, params, now) {
        Ok(mut body) => {
            body["ok"] = json!(true);
            Answer { status: 200, headers: Vec::new(), body }
        }
        Err(fault) => {
            if matches!(
                fault.code.as_str(),
                "invalid_blocks" | "invalid_arguments" | "invalid_metadata_format" | "no_text"
            ) {
                let why = fault.more.get("response_metadata").map_or_else(String::new, |m| m["messages"].to_string());
                state.violation(format!("{name}: {} {why}", fault.code));
            }
            fault.into()
        }
    };
    with_scopes(state, method.token, answer)
}

fn with_scopes(state: &State, token: Token, mut answer: Answer) -> Answer {
    let scopes = if token == Token::Bot { &state.tokens.bot_scopes } else { &state.tokens.app_scopes };
    let list = scopes.iter().cloned().collect::<Vec<_>>().join(",");
    answer.headers.push(("x-oauth-scopes", list));
    answer
}

fn authorise(state: &mut State, method: &Method, params: &Params) -> Result<(), Fault> {
    let Some(token) = params.token.as_deref().filter(|t| !t.is_empty()) else { return Err("not_authed".into()) };
    let (kind, condition) = if token == state.tokens.bot {
        (Token::Bot, state.tokens.bot_state)
    } else if token == state.tokens.app {
        (Token::App, state.tokens.app_state)
    } else {
        return Err("invalid_auth".into());
    };
    match condition {
        TokenState::Good => {}
        TokenState::Revoked => return Err("token_revoked".into()),
        TokenState::Inactive => return Err("account_inactive".into()),
    }
    if kind != method.token && method.name != "auth.test" {
        state.violation(format!("{}: called with the wrong kind of token", method.name));
        return Err("not_allowed_token_type".into());
    }
    let have = if kind == Token::Bot { state.tokens.bot_scopes.clone() } else { state.tokens.app_scopes.clone() };
    let needed = match method.scope {
        Scope::None => return Ok(()),
        Scope::One(scope) => vec![scope.to_owned()],
        Scope::AnyKind(what) => ["channels", "groups", "im"].iter().map(|k| format!("{k}:{what}")).collect(),
        Scope::ByChannel(what) => {
            let id = params.text("channel").unwrap_or_default();
            let kind = state.channels.get(&id).map_or("channels", |c| match (&c.im, c.is_private) {
                (Some(_), _) => "im",
                (None, true) => "groups",
                (None, false) => "channels",
            });
            vec![format!("{kind}:{what}")]
        }
    };
    if needed.iter().any(|n| have.contains(n)) {
        return Ok(());
    }
    let mut fault = Fault::from("missing_scope");
    fault.more.insert("needed".into(), json!(needed.join(",")));
    fault.more.insert("provided".into(), json!(have.iter().cloned().collect::<Vec<_>>().join(",")));
    Err(fault)
}
