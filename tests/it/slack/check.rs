//! `hearback check` asks Slack, and says in words what is missing.

use super::fake::{Channel, Fail, FakeSlack, Standing, TokenState, User};
use crate::config::command_line::{Done, hearback};
use hearback::cli::Exit;
use std::sync::Arc;
use tempfile::TempDir;

/// Nothing but a webhook, so that only Slack is asked.
const BASE: &str = "[web]\nlisten = \"127.0.0.1:0\"\n[[brand]]\nname = \"acme\"\nterms = [\"acme\"]\n\
                    [[source]]\nname = \"shop\"\ntype = \"webhook\"\nsecret = { env = \"SHOP_SECRET\" }\n";

struct Setup {
    fake: FakeSlack,
    folder: TempDir,
}

impl Setup {
    async fn new() -> Self {
        let fake = FakeSlack::start(Arc::new(|| "2026-03-28T12:00:00Z".parse().unwrap())).await;
        let folder = tempfile::tempdir().unwrap();
        let setup = Self { fake, folder };
        setup.keep("bot.token", &setup.fake.bot_token());
        setup.keep("app.token", &setup.fake.app_token());
        setup.keep("signing.secret", &setup.fake.signing_secret());
        setup
    }

    fn keep(&self, name: &str, secret: &str) {
        let file = self.folder.path().join(name);
        std::fs::write(&file, secret).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
    }

    /// What `check` says of a bot.toml with cards in that channel, and more of it.
    async fn check_at(&self, api: &str, channel: &str, slack: &str, more: &str) -> Done {
        let path = self.folder.path().join("bot.toml");
        let text = format!(
            "{BASE}[desk]\nchannel = \"slack:{channel}\"\n[roles]\nothers = \"responder\"\n{more}[slack]\napi = \"{api}\"\n\
             bot_token = {{ file = \"bot.token\" }}\napp_token = {{ file = \"app.token\" }}\n{slack}"
        );
        std::fs::write(&path, text).unwrap();
        hearback(&["--config", path.to_str().unwrap(), "check"], "").await
    }

    async fn check(&self, channel: &str, slack: &str, more: &str) -> Done {
        self.check_at(&self.fake.api(), channel, slack, more).await
    }
}

/// The lines about Slack.
fn slack(done: &Done) -> Vec<&str> {
    done.out.lines().filter(|line| line.contains("  Slack: ")).collect()
}

/// Says exactly that one thing is wrong: the line that begins so contains this.
#[track_caller]
fn complains(done: &Done, about: &str, say: &str) {
    assert_eq!(done.exit, Exit::Failed, "{}{}", done.out, done.err);
    let line =
        done.out.lines().find(|line| line.contains(&format!("!!  {about}"))).unwrap_or_else(|| panic!("{}", done.out));
    assert!(line.contains(say), "{line}");
}

#[tokio::test]
async fn all_is_well() {
    let setup = Setup::new().await;
    setup.fake.will("auth.test", [Fail::RateLimited(0)]);
    let more = "[[person]]\nname = \"ana\"\ntitle = \"Ana\"\nslack = \"UANA\"\n[[route]]\nkinds = [\"praise\"]\nto = \"slack:C2\"\n";
    let done = setup.check("C1", "[slack.groups]\nS1 = \"lead\"\n[slack.channels]\nC3 = \"viewer\"\n", more).await;
    assert_eq!((done.exit, done.err.as_str()), (Exit::Ok, ""), "{}", done.out);
    let expected = [
        "  ok  Slack: the bot token, as @hearback in Acme",
        "  ok  Slack: the scopes of the bot token",
        "  ok  Slack: the app-level token",
        "  ok  Slack: channel C1, #support",
        "  ok  Slack: channel C2, #praise",
        "  ok  Slack: channel C3, #random",
        "  ok  Slack: Ana, UANA, @ana",
        "  ok  Slack: user group S1, @care",
    ];
    assert_eq!(slack(&done), expected);
    assert!(done.out.contains("Slack: by Socket Mode, commands /claim … /hearback"), "{}", done.out);
    setup.fake.ends();
}

#[tokio::test]
async fn by_http_the_app_level_token_is_not_asked_for() {
    let setup = Setup::new().await;
    let done = setup.check("C1", "transport = \"http\"\nsigning_secret = { file = \"signing.secret\" }\n", "").await;
    assert_eq!(done.exit, Exit::Ok, "{}", done.out);
    assert!(setup.fake.requests_to("apps.connections.open").is_empty());
    assert!(done.out.contains("Slack: by HTTP at /slack"), "{}", done.out);
    setup.fake.ends();
}

#[tokio::test]
async fn a_bad_bot_token_is_said_once() {
    for (state, say) in [
        (TokenState::Revoked, "was revoked; install the app again"),
        (TokenState::Inactive, "was removed from the workspace"),
    ] {
        let setup = Setup::new().await;
        setup.fake.set_bot_token(state);
        let done = setup.check("C1", "", "").await;
        complains(&done, "Slack: the bot token", say);
        assert_eq!(slack(&done).len(), 2, "{}", done.out);
    }
    let setup = Setup::new().await;
    setup.keep("bot.token", "xoxb-not-known");
    let done = setup.check("C1", "", "").await;
    complains(&done, "Slack: the bot token", "Slack does not know it; copy it again");
    assert!(!done.out.contains("not-known"), "{}", done.out);
}

#[tokio::test]
async fn a_bad_app_level_token() {
    let setup = Setup::new().await;
    setup.fake.set_app_token(TokenState::Revoked);
    complains(&setup.check("C1", "", "").await, "Slack: the app-level token", "copy");
    let setup = Setup::new().await;
    setup.keep("app.token", "xapp-not-known");
    complains(&setup.check("C1", "", "").await, "Slack: the app-level token", "Slack does not know it; copy it again");
    let setup = Setup::new().await;
    setup.fake.will("apps.connections.open", [Fail::Error("missing_scope")]);
    complains(&setup.check("C1", "", "").await, "Slack: the app-level token", "lacks the scope connections:write");
    setup.fake.will("apps.connections.open", [Fail::Error("socket_mode_not_enabled")]);
    complains(&setup.check("C1", "", "").await, "Slack: the app-level token", "Socket Mode is off; switch it on");
}

#[tokio::test]
async fn missing_scopes_are_named() {
    let setup = Setup::new().await;
    setup.fake.without_scope("reactions:read");
    setup.fake.without_scope("groups:history");
    let done = setup.check("C1", "", "").await;
    complains(
        &done,
        "Slack: the scopes of the bot token",
        "lacks the scope reactions:read, groups:history; on the app's page",
    );
    setup.fake.without_scope("users:read");
    let done = setup.check("C1", "", "[[person]]\nname = \"ana\"\nslack = \"UANA\"\n").await;
    complains(&done, "Slack: ana, UANA", "lacks the scope users:read");
}

#[tokio::test]
async fn channels_in_which_cards_cannot_be_posted() {
    let setup = Setup::new().await;
    complains(&setup.check("C3", "", "").await, "Slack: channel C3, #random", "write /invite @hearback in #random");
    complains(&setup.check("C999", "", "").await, "Slack: channel C999", "private without @hearback in it");
    setup.fake.kick("C4");
    complains(&setup.check("C4", "", "").await, "Slack: channel C4", "write /invite @hearback in it");
    setup.fake.change_channel("C2", |channel| channel.is_archived = true);
    complains(&setup.check("C2", "", "").await, "Slack: channel C2, #praise", "is archived; choose another");
    // A channel that only gives a role needs no invitation.
    let done = setup.check("C1", "[slack.channels]\nC3 = \"lead\"\nC998 = \"lead\"\n", "").await;
    assert!(slack(&done).contains(&"  ok  Slack: channel C3, #random"), "{}", done.out);
    complains(&done, "Slack: channel C998", "is not there");
    setup.fake.ends();
}

#[tokio::test]
async fn people_who_may_not_act_and_groups_that_are_not_there() {
    let setup = Setup::new().await;
    setup.fake.add_user(User::new("UGONE", "gone", "Gone", "UTC", Standing::Gone));
    let people = [
        ("USTRANGE", "belongs to another workspace"),
        ("UGONE", "is deactivated"),
        ("UBOT", "is a bot"),
        ("U404", "nobody has that id"),
    ];
    let person = |(id, _): &(&str, &str)| format!("[[person]]\nname = \"{}\"\nslack = \"{id}\"\n", id.to_lowercase());
    let more: String = people.iter().map(person).collect();
    let done = setup.check("C1", "[slack.groups]\nS9 = \"lead\"\n", &more).await;
    for (id, say) in people {
        complains(&done, &format!("Slack: {}, {id}", id.to_lowercase()), say);
    }
    let guest = setup.check("C1", "", "[[person]]\nname = \"gus\"\nslack = \"UGUEST\"\n").await;
    assert!(guest.out.contains("ok  Slack: gus, UGUEST, @gus, a guest, who may act"), "{}", guest.out);
    complains(&done, "Slack: user group S9", "is not there; correct [slack.groups]: @care is S1");
    setup.fake.ends();
}

#[tokio::test]
async fn names_instead_of_ids_are_looked_up() {
    let setup = Setup::new().await;
    setup.fake.add_channel(Channel::new("C777", "café-support", &[]));
    let more =
        "[[person]]\nname = \"ana\"\nslack = \"@ana\"\n[[route]]\nto = [\"slack:café-support\", \"slack:#nowhere\"]\n";
    let done = setup
        .check("#support", "[slack.groups]\n\"@care\" = \"lead\"\n[slack.channels]\nRandom = \"lead\"\n", more)
        .await;
    assert_eq!((done.exit, done.out.as_str()), (Exit::Usage, ""));
    assert!(done.err.contains("is not the id of a channel") && done.err.contains("6 problems"), "{}", done.err);
    let said: Vec<&str> = done.err.lines().filter(|line| line.starts_with("Slack: ")).collect();
    let expected = [
        "Slack: #café-support is C777; write that",
        "Slack: there is no #nowhere that the app can see",
        "Slack: #random is C3; write that",
        "Slack: #support is C1; write that",
        "Slack: @ana is UANA; write that",
        "Slack: @care is S1; write that",
    ];
    assert_eq!(said, expected);
    setup.fake.ends();
    // Nobody is asked offline.
    let before = setup.fake.requests().len();
    let path = setup.folder.path().join("bot.toml");
    let done = hearback(&["--config", path.to_str().unwrap(), "check", "--offline"], "").await;
    assert!(done.exit == Exit::Usage && !done.err.contains("Slack: #"), "{}", done.err);
    assert_eq!(setup.fake.requests().len(), before);
}

#[tokio::test]
async fn without_an_answer_it_says_so_and_goes_on() {
    let setup = Setup::new().await;
    // A port that was free a moment ago: nobody answers there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let done = setup.check_at(&format!("http://{free}/api"), "C1", "", "").await;
    complains(&done, "Slack", "cannot be reached");
    assert_eq!(slack(&done).len(), 1, "{}", done.out);
    setup.fake.will("auth.test", [Fail::Garbage]);
    complains(&setup.check("C1", "", "").await, "Slack", "not as Slack does; check api in [slack]");
    setup.fake.will("auth.test", [Fail::RateLimited(0), Fail::RateLimited(0)]);
    complains(&setup.check("C1", "", "").await, "Slack", "Slack asks to wait; run this again in a minute");
}
