//! `hearback check` asks Discord, and says in words what is missing.

use super::fake::{
    ANA, APP, BEN, CARE, Channel, ELSEWHERE, FORUM, Fail, FakeDiscord, GUILD, NEWS, PRAISE, RANDOM, Role, SUPPORT,
    TEXT, Tag, User, XENA, rights,
};
use super::setup::{Setup, complains, discord, fine};
use crate::config::command_line::hearback;
use hearback::chat::discord::invite;
use hearback::cli::Exit;

fn person(name: &str, id: &str) -> String {
    format!("[[person]]\nname = \"{name}\"\ndiscord = \"{id}\"\n")
}

#[tokio::test]
async fn all_is_well() {
    let setup = Setup::new().await;
    assert_eq!(setup.register(&[]).await.exit, Exit::Ok);
    setup.fake.will("GET /guilds/{guild}", [Fail::RateLimited(0)]);
    let more = format!(
        "{}[[route]]\nkinds = [\"praise\"]\nto = [\"discord:{PRAISE}\", \"discord:{FORUM}\", \"discord:{NEWS}\"]\n[[digest]]\nchannel = \"discord:{NEWS}\"\n",
        person("ana", ANA)
    );
    let table = format!("[discord.roles]\n{CARE} = \"lead\"\n[discord.channels]\n{RANDOM} = \"viewer\"\n");
    let done = setup.check(SUPPORT, &table, &more).await;
    assert_eq!((done.exit, done.err.as_str()), (Exit::Ok, ""), "{}", done.out);
    let expected = [
        "  ok  Discord: the bot token, as hearback".to_owned(),
        format!("  ok  Discord: application {APP}, hearback"),
        format!("  ok  Discord: server {GUILD}, Acme"),
        format!("  ok  Discord: channel {SUPPORT}, #support"),
        format!("  ok  Discord: channel {PRAISE}, #praise"),
        format!("  ok  Discord: channel {NEWS}, #news"),
        format!(
            "  ok  Discord: channel {FORUM}, #mentions, a forum; with the tags question, praise, other, claimed, waiting, \
             replied, snoozed, unknown its posts would show what they are"
        ),
        format!(
            "  ok  Discord: channel {RANDOM}, #random; everybody in the server sees it, and may do there what role = \"viewer\" may"
        ),
        format!("  ok  Discord: role {CARE}, @care"),
        "  ok  Discord: everybody else in the server may do nothing".to_owned(),
        format!("  ok  Discord: ana, {ANA}, @ana"),
        "  ok  Discord: the commands, 37 in the server".to_owned(),
    ];
    assert_eq!(discord(&done), expected);
    let how = format!("Discord: by the gateway, server {GUILD}, commands shown to those who have the permission");
    assert!(done.out.contains(&how), "{}", done.out);
    // Nothing was changed but by register.
    assert!(setup.fake.requests().iter().all(|seen| seen.route.starts_with("GET ") || seen.route.starts_with("PUT ")));
    setup.fake.ends();
    // Nobody is asked offline.
    let before = setup.fake.requests().len();
    let done = hearback(&["--config", &setup.path(), "check", "--offline"], "").await;
    assert_eq!((done.exit, setup.fake.requests().len()), (Exit::Ok, before), "{}", done.err);
}

#[tokio::test]
async fn what_every_member_may_do_is_said() {
    let setup = Setup::new().await;
    for (role, may, warns) in [
        (
            "viewer",
            "may read every mention, with its notes and drafts",
            "may read every mention, with its notes and drafts;",
        ),
        (
            "responder",
            "may read every mention, and do what role = \"responder\" may",
            "drafts and answer it in public;",
        ),
    ] {
        let done = setup.check(SUPPORT, "", &format!("[roles]\nothers = \"{role}\"\n")).await;
        fine(&done, &format!("everybody else in the server {may}"));
        assert!(done.err.contains("warning: roles.others: every member") && done.err.contains(warns), "{}", done.err);
    }
}

#[tokio::test]
async fn a_bad_token() {
    let setup = Setup::new().await;
    setup.fake.token_is_good(false);
    let done = setup.check(SUPPORT, "", "").await;
    complains(&done, "Discord: the bot token", "press Reset Token, and keep the new one where bot.toml says");
    assert_eq!(discord(&done).len(), 1, "{}", done.out);
    let said = setup.register(&[]).await;
    assert!(said.exit == Exit::Failed && said.err.contains("the bot token: Discord does not know it"), "{}", said.err);
    assert!(!done.out.contains(&setup.fake.token()) && !said.err.contains(&setup.fake.token()));
    setup.fake.token_is_good(true);
    let done = setup.check(SUPPORT, &format!("application = \"{CARE}\"\n"), "").await;
    let say = format!("the token belongs to the application \"{APP}\"; write that");
    complains(&done, &format!("Discord: application {CARE}"), &say);
}

#[tokio::test]
async fn the_application_and_the_transport() {
    let setup = Setup::new().await;
    setup.fake.application_flags(1 << 15 | 1 << 18);
    let done = setup.check(SUPPORT, "", "").await;
    fine(&done, "Server Members Intent, Message Content Intent can be switched off under Bot, hearback needs none");
    setup.fake.inner.state().application.endpoint = Some("https://bot.example/discord".to_owned());
    let say = "Discord sends commands to the Interactions Endpoint URL and not to the gateway: empty it in the Developer Portal";
    complains(&setup.check(SUPPORT, "", "").await, "Discord: transport = \"gateway\"", say);

    let key = super::fake::story::hex(&FakeDiscord::verify_key());
    let http = |key: &str| format!("transport = \"http\"\npublic_key = \"{key}\"\n");
    fine(
        &setup.check(SUPPORT, &http(&key), "").await,
        "transport = \"http\", Discord calls https://bot.example/discord",
    );
    let done = setup.check(SUPPORT, &http(&"0".repeat(64)), "").await;
    let say = format!("public_key is not that of the application; it is {key}");
    complains(&done, "Discord: transport = \"http\"", &say);
    setup.fake.inner.state().application.endpoint = None;
    let done = setup.check(SUPPORT, &http(&key), "").await;
    complains(
        &done,
        "Discord: transport = \"http\"",
        "Discord does not know where to call; start hearback, then write",
    );
}

#[tokio::test]
async fn a_server_without_the_bot() {
    let setup = Setup::new().await;
    setup.fake.kick(APP);
    let link = invite::link(APP, Some(GUILD));
    let done = setup.check(SUPPORT, "", "").await;
    complains(
        &done,
        &format!("Discord: server {GUILD}"),
        &format!("the bot is not in it; if the id is right, add the bot: {link}"),
    );
    let said = setup.register(&[]).await;
    assert!(said.exit == Exit::Failed && said.err.contains(&format!("open {link} and add it")), "{}", said.err);
}

#[tokio::test]
async fn channels_in_which_cards_cannot_be_posted() {
    let setup = Setup::new().await;
    let at = |id: &str| format!("Discord: channel {id}");
    let say = "hearback lacks View Channels there; open the channel's settings, Permissions, and allow it";
    complains(&setup.check(RANDOM, "", "").await, &at(RANDOM), say);
    complains(&setup.check(ELSEWHERE, "", "").await, &at(ELSEWHERE), "is not in this server");
    complains(
        &setup.check(XENA, "", "").await,
        &at(XENA),
        "is not in this server, or hidden from the bot; right-click",
    );
    for (kind, say) in
        [(2, "is a voice channel; choose"), (4, "is a category; choose"), (16, "is a media channel; choose")]
    {
        setup.fake.change_channel(PRAISE, |channel| channel.kind = kind);
        complains(&setup.check(PRAISE, "", "").await, &at(PRAISE), say);
    }
    setup.fake.change_channel(PRAISE, |channel| channel.kind = TEXT);
    // Discord's own document does not know media channels.
    setup.fake.forgive();
    // A channel that only gives a role needs no permission, but must be there.
    let done = setup.check(SUPPORT, &format!("[discord.channels]\n{RANDOM} = \"lead\"\n{XENA} = \"lead\"\n"), "").await;
    fine(&done, &format!("channel {RANDOM}, #random"));
    complains(&done, &at(XENA), "is not in this server");

    setup.fake.deny(SUPPORT, rights::EMBED_LINKS | rights::CREATE_PUBLIC_THREADS);
    complains(
        &setup.check(SUPPORT, "", "").await,
        &at(SUPPORT),
        "hearback lacks Embed Links, Create Public Threads there",
    );
    // What its own overwrite allows counts more than what everybody's denies.
    setup.fake.overwrite(SUPPORT, GUILD, 0, rights::SEND_MESSAGES);
    setup.fake.overwrite(SUPPORT, APP, rights::SEND_MESSAGES, 0);
    fine(&setup.check(SUPPORT, "", "").await, &format!("{SUPPORT}, #support"));
    setup.fake.without_rights(rights::READ_MESSAGE_HISTORY);
    complains(&setup.check(SUPPORT, "", "").await, &at(SUPPORT), "hearback lacks Read Message History there");
    setup.fake.with_rights(rights::ADMINISTRATOR);
    fine(&setup.check(SUPPORT, "", "").await, &format!("{SUPPORT}, #support"));
    setup.fake.ends();
}

/// The rule of who may do what, against the fake's own reading of it, over many servers.
#[tokio::test]
async fn permissions_follow_roles_and_overwrites() {
    let setup = Setup::new().await;
    let mut random = fastrand::Rng::with_seed(7);
    let needed = invite::permissions();
    for _ in 0..25 {
        let mut some = |often: u8| (0..53).filter(|_| random.u8(..100) < often).fold(0_u64, |all, bit| all | 1 << bit);
        let not_all = !rights::ADMINISTRATOR;
        setup.fake.change_role(GUILD, |role| role.permissions = some(60) & not_all | rights::VIEW_CHANNEL);
        setup.fake.change_role(CARE, |role| role.permissions = some(30) & not_all);
        setup.fake.change_role(super::fake::BOT_ROLE, |role| role.permissions = some(30) & not_all);
        setup.fake.change_member(APP, |bot| bot.roles = vec![CARE.to_owned(), super::fake::BOT_ROLE.to_owned()]);
        for id in [GUILD, CARE, super::fake::BOT_ROLE, super::fake::LEAD, APP, ANA] {
            setup.fake.overwrite(SUPPORT, id, some(20), some(20));
        }
        let channel = setup.fake.channel(SUPPORT).unwrap();
        let may = setup.fake.inner.state().rights(APP, &channel);
        let done = setup.check(SUPPORT, "", "").await;
        let lines = discord(&done);
        let line = lines.iter().find(|line| line.contains(SUPPORT)).unwrap();
        assert_eq!(line.starts_with("  ok  "), may & needed == needed, "{line}: {may:b}");
        if may & rights::VIEW_CHANNEL != 0 && may & rights::SEND_MESSAGES != 0 {
            for one in invite::NEEDED {
                let named = line.split_once(" lacks ").is_some_and(|(_, rest)| {
                    rest.split_once(" there;").unwrap().0.split(", ").any(|name| name == one.name)
                });
                assert_eq!(named, may & one.bit == 0, "{line}: {}", one.name);
            }
        }
    }
}

#[tokio::test]
async fn forums_and_their_tags() {
    let setup = Setup::new().await;
    // A post is a thread already.
    setup.fake.deny(FORUM, rights::CREATE_PUBLIC_THREADS);
    fine(&setup.check(FORUM, "", "").await, "#mentions, a forum; with the tags question");
    let tags = |names: &[&str], moderated: bool| {
        let tag =
            |(i, name): (usize, &&str)| Tag { id: format!("12000000000000000{i:02}"), name: (*name).into(), moderated };
        names.iter().enumerate().map(tag).collect::<Vec<Tag>>()
    };
    let all = [
        "Question",
        "complaint",
        "praise",
        "other",
        "open",
        "claimed",
        "waiting",
        "replied",
        "snoozed",
        "done",
        "unknown",
    ];
    setup.fake.change_channel(FORUM, |forum| forum.tags = tags(&all, false));
    let done = setup.check(FORUM, "", "").await;
    assert!(done.out.lines().any(|line| line.ends_with("#mentions, a forum")), "{}", done.out);
    setup.fake.require_tag(FORUM);
    fine(&setup.check(FORUM, "", "").await, "#mentions, a forum");
    setup.fake.change_channel(FORUM, |forum| forum.tags = tags(&all, true));
    let done = setup.check(FORUM, "", "").await;
    complains(
        &done,
        &format!("Discord: channel {FORUM}, #mentions"),
        "every post there must have a tag, and there is none",
    );
}

#[tokio::test]
async fn roles_and_people_who_are_not_there() {
    let setup = Setup::new().await;
    let mut bot = User::new("1200000000000000000", "helper", "Helper");
    bot.bot = true;
    setup.fake.add_user(bot);
    setup.fake.add_member("1200000000000000000", &[]);
    setup.fake.add_role(Role::new("1200000000000000001", "odd\u{1b}[2J\u{202e}", 0));
    let more =
        [person("xena", XENA), person("ghost", "1200000000000000009"), person("bot", "1200000000000000000")].concat();
    let done = setup
        .check(SUPPORT, &format!("[discord.roles]\n1200000000000000002 = \"lead\"\n{GUILD} = \"lead\"\n"), &more)
        .await;
    complains(&done, &format!("Discord: xena, {XENA}"), "nobody in this server has that id; right-click the person");
    complains(&done, "Discord: ghost, 1200000000000000009", "nobody in this server has that id");
    complains(&done, "Discord: bot, 1200000000000000000, @helper", "is a bot, not a person");
    complains(&done, &format!("Discord: role {GUILD}"), "is @everyone; for everybody who is not named, write others");
    complains(
        &done,
        "Discord: role 1200000000000000002",
        &format!("is not there; correct [discord.roles]: @care is {CARE}"),
    );
    // Names that people chose at Discord steer no terminal.
    assert!(
        !done.out.contains('\u{1b}') && !done.out.contains('\u{202e}') && done.out.contains("@odd"),
        "{}",
        done.out
    );
    // The bot's own role is for nobody else.
    assert!(!done.out.contains("@hearback is"), "{}", done.out);
}

#[tokio::test]
async fn the_commands() {
    let setup = Setup::new().await;
    complains(
        &setup.check(SUPPORT, "", "").await,
        "Discord: the commands",
        "does not know them yet; run hearback register discord",
    );
    setup.register(&["--global"]).await;
    fine(&setup.check(SUPPORT, "", "").await, "the commands, 37 in every server");
    let say = "are those of another version or set-up (37 changed: ";
    complains(&setup.check(SUPPORT, "commands_for = \"everyone\"\n", "").await, "Discord: the commands", say);
    setup.register(&[]).await;
    let say =
        "are registered in the server and globally, so people see them twice; run hearback register discord --clear";
    complains(&setup.check(SUPPORT, "", "").await, "Discord: the commands", say);
    setup.register(&["--clear"]).await;
    fine(&setup.check(SUPPORT, "", "").await, "the commands, 37 in the server");
    setup.fake.ends();
}

#[tokio::test]
async fn without_an_answer_it_says_so_and_goes_on() {
    let setup = Setup::new().await;
    // A port that was free a moment ago: nobody answers there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let done = setup.check_at(&format!("https://{free}"), SUPPORT, "", "").await;
    complains(&done, "Discord", "does not answer as Discord does (");
    assert_eq!(discord(&done).len(), 1, "{}", done.out);
    setup.fake.will("GET /users/@me", [Fail::Garbage]);
    complains(&setup.check(SUPPORT, "", "").await, "Discord", "check this machine's network, and api in [discord]");
    setup.fake.will("GET /guilds/{guild}", [Fail::Status(502)]);
    complains(&setup.check(SUPPORT, "", "").await, &format!("Discord: server {GUILD}"), "status 502");
    // Another authority than the one that signed.
    setup.keep("ca.pem", &rcgen::generate_simple_self_signed(vec!["discord.com".to_owned()]).unwrap().cert.pem());
    complains(&setup.check(SUPPORT, "", "").await, "Discord", "does not answer as Discord does (");
}

#[tokio::test]
async fn through_a_proxy_without_tls() {
    let setup = Setup::new().await;
    let done = setup.check_at(&setup.fake.api(), SUPPORT, "", &person("ben", BEN)).await;
    fine(&done, "the bot token, as hearback");
    fine(&done, &format!("ben, {BEN}, @ben"));
}

#[tokio::test]
async fn a_thread_is_no_place_for_cards() {
    let setup = Setup::new().await;
    let post = setup.fake.writes(ANA, SUPPORT, "is it down?");
    let mut thread = Channel::new(&post, super::fake::PUBLIC_THREAD, "is it down?");
    thread.parent = Some(SUPPORT.to_owned());
    thread.thread = Some(super::fake::Thread {
        owner: ANA.to_owned(),
        archived: false,
        locked: false,
        archived_at: "2026-03-28T12:00:00Z".parse().unwrap(),
        auto_archive: 1440,
        tags: Vec::new(),
        sent: 0,
    });
    setup.fake.add_channel(thread);
    complains(
        &setup.check(&post, "", "").await,
        &format!("Discord: channel {post}"),
        &format!("is a thread; write its channel, {SUPPORT}"),
    );
}
