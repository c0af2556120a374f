//! `hearback register discord`: Discord is told the commands, and only when something has changed.

use super::fake::{APP, Fail, FakeDiscord, GUILD};
use super::setup::Setup;
use hearback::cli::Exit;
use serde_json::Value;
use std::collections::BTreeSet;

/// Every command about mentions, `hearback` for the others, and three on messages.
fn all_of_them() -> usize {
    hearback::commands::ALL.len() - hearback::commands::CONTROL.len() + 4
}

const PUT: &str = "PUT /applications/{application}/guilds/{guild}/commands";
const PUT_GLOBAL: &str = "PUT /applications/{application}/commands";

fn names(fake: &FakeDiscord, guild: Option<&str>) -> BTreeSet<String> {
    fake.commands().iter().filter(|c| c.guild.as_deref() == guild).map(|c| c.name().to_owned()).collect()
}

#[tokio::test]
async fn it_sends_only_what_has_changed() {
    let setup = Setup::new().await;
    let done = setup.register(&[]).await;
    assert_eq!((done.exit, done.err.as_str()), (Exit::Ok, ""));
    let head = format!("The commands in the server registered: {} added: ", all_of_them());
    assert!(done.out.starts_with(&head), "{}", done.out);
    let all = names(&setup.fake, Some(GUILD));
    assert!(
        ["claim", "hearback", "Claim mention"].iter().all(|name| all.contains(*name)) && all.len() == all_of_them(),
        "{all:?}"
    );
    assert_eq!(names(&setup.fake, None), BTreeSet::new());
    assert_eq!(setup.fake.requests_to(PUT).len(), 1);

    let again = setup.register(&[]).await;
    let kept = format!("The commands in the server: all {} are as they should be; nothing was sent.\n", all_of_them());
    assert_eq!(again.out, kept);
    assert_eq!(setup.fake.requests_to(PUT).len(), 1);

    // A name in another language, and another permission.
    let de = "[discord.names.de]\nclaim = \"übernehmen\"\nhearback = \"rückmeldung\"\nstatus = \"stand\"\n";
    let would = setup.register_with(de, &["--dry-run"]).await;
    let say = "The commands in the server would be registered: 2 changed: claim, hearback; run it without --dry-run to do that.\n";
    assert_eq!(would.out, say);
    assert_eq!(setup.fake.requests_to(PUT).len(), 1);
    let named = setup.register_with(de, &[]).await;
    assert_eq!(named.out, "The commands in the server registered: 2 changed: claim, hearback.\n");
    assert!(setup.register_with(de, &[]).await.out.contains("nothing was sent"));
    let claim = setup.fake.commands().into_iter().find(|c| c.name() == "claim").unwrap().body;
    assert_eq!(
        (&claim["name_localizations"]["de"], &claim["default_member_permissions"]),
        (&"übernehmen".into(), &"8192".into())
    );
    let everyone = setup.register_with(&format!("commands_for = \"everyone\"\n{de}"), &[]).await;
    assert!(everyone.out.contains(&format!("{} changed", all_of_them())), "{}", everyone.out);
    setup.fake.ends();
}

#[tokio::test]
async fn what_is_not_ours_any_more_is_removed() {
    let setup = Setup::new().await;
    setup.register(&[]).await;
    {
        let mut state = setup.fake.inner.state();
        let mut old = state.commands[0].clone();
        old.body["name"] = "wave".into();
        old.body["id"] = "1200000000000000000".into();
        state.commands.retain(|command| command.name() != "note");
        let canned = state.commands.iter_mut().find(|command| command.name() == "canned").unwrap();
        canned.body["options"].as_array_mut().unwrap().pop();
        state.commands.push(old);
    }
    let done = setup.register(&[]).await;
    assert_eq!(done.out, "The commands in the server registered: 1 added: note; 1 changed: canned; 1 removed: wave.\n");
    assert!(setup.register(&[]).await.out.contains(&format!("all {} are as they should be", all_of_them())));
    setup.fake.ends();
}

#[tokio::test]
async fn in_one_place_or_in_all() {
    let setup = Setup::new().await;
    setup.register(&[]).await;
    let both = setup.register(&["--global"]).await;
    let all = all_of_them();
    assert!(both.out.starts_with(&format!("The commands globally registered: {all} added")), "{}", both.out);
    let twice = format!(
        "{all} commands are registered in the server as well, so people see them twice; hearback register discord \
         --global --clear takes those away.\n"
    );
    assert!(both.out.ends_with(&twice), "{}", both.out);
    let global = setup.fake.commands().into_iter().find(|c| c.guild.is_none()).unwrap().body;
    assert_eq!((&global["contexts"], &global["integration_types"]), (&serde_json::json!([0]), &serde_json::json!([0])));
    let would = setup.register(&["--global", "--clear", "--dry-run"]).await;
    assert!(
        would.out.ends_with(&format!("{all} commands that are registered in the server would be taken away.\n")),
        "{}",
        would.out
    );
    let cleared = setup.register(&["--global", "--clear"]).await;
    let expected = format!(
        "The commands globally: all {all} are as they should be; nothing was sent.\n\
         {all} commands that were registered in the server were taken away.\n"
    );
    assert_eq!(cleared.out, expected);
    assert_eq!((names(&setup.fake, Some(GUILD)).len(), names(&setup.fake, None).len()), (0, all));
    let puts = (setup.fake.requests_to(PUT).len(), setup.fake.requests_to(PUT_GLOBAL).len());
    assert_eq!(puts, (2, 1));
    setup.fake.ends();
}

#[tokio::test]
async fn what_goes_wrong_is_said() {
    let setup = Setup::new().await;
    let said = |done: crate::config::command_line::Done| {
        assert_eq!((done.exit, done.out.as_str()), (Exit::Failed, ""), "{}", done.err);
        done.err
    };
    setup.fake.will(PUT, [Fail::Error(403, 50001)]);
    assert!(
        said(setup.register(&[]).await).contains("may not register commands there; open https://discord.com/oauth2/")
    );
    setup.fake.will(PUT, [Fail::AcceptThenDrop]);
    assert!(said(setup.register(&[]).await).contains("does not answer as Discord does"));
    // It had arrived all the same.
    assert!(setup.register(&[]).await.out.contains("nothing was sent"));
    let other = setup.register_with("application = \"1200000000000000000\"\n", &[]).await;
    assert!(said(other).contains("is not the application of this token; correct application in [discord]"));
    let wrong = setup.register_with("[discord.names.de]\nclam = \"x\"\n", &[]).await;
    assert!(
        wrong.exit == Exit::Usage && wrong.err.contains("[discord.names.de]: there is no command \"clam\""),
        "{}",
        wrong.err
    );
    let none: Vec<Value> =
        setup.fake.requests().into_iter().filter(|r| !r.path.contains(APP)).map(|r| r.body).collect();
    assert_eq!(none.len(), 1, "only the wrong application was asked for elsewhere: {none:?}");
}
