//! `hearback manifest discord`: the link that adds the bot, with the least permissions.

use super::command_line::{Done, hearback};
use super::discord::{APPLICATION, GUILD};
use hearback::chat::discord::invite::{NEEDED, permissions};
use hearback::cli::{Cli, Exit};
use std::path::Path;

async fn printed(config: &Path, more: &[&str]) -> Done {
    let line = [&["--config", config.to_str().unwrap(), "manifest", "discord"], more].concat();
    hearback(&line, "").await
}

#[tokio::test]
async fn the_link_needs_no_file_and_asks_for_the_least() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    let done = printed(&path, &["--application", APPLICATION]).await;
    assert_eq!(done.exit, Exit::Ok);
    assert_eq!(
        done.out,
        format!(
            "https://discord.com/oauth2/authorize?client_id={APPLICATION}&scope=bot+applications.commands&permissions=309237730304\
             &integration_type=0\n"
        )
    );
    // View Channels, Send Messages, Embed Links, Read Message History, Create Public Threads, Send Messages in Threads.
    assert_eq!(permissions(), 1 << 10 | 1 << 11 | 1 << 14 | 1 << 16 | 1 << 35 | 1 << 38);
    for one in NEEDED {
        assert!(done.err.contains(&format!("  {}: {}\n", one.name, one.why)), "{}", done.err);
    }
    let with = printed(&path, &["--application", APPLICATION, "--guild", GUILD]).await;
    assert!(with.out.contains(&format!("&guild_id={GUILD}&integration_type=0")), "{}", with.out);
    let without = printed(&path, &[]).await;
    assert!(without.exit == Exit::Usage && without.out.is_empty(), "{}", without.out);
    assert!(
        without.err.contains("Add --application ID; it stands at discord.com/developers/applications"),
        "{}",
        without.err
    );
}

#[tokio::test]
async fn bot_toml_says_what_the_line_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    let file = |more: &str| std::fs::write(&path, format!("{}{more}", super::LEAST)).unwrap();
    // The token need not be there yet, if the application is named.
    let table = format!("[discord]\ntoken = {{ env = \"NOBODY\" }}\nguild = \"{GUILD}\"\n");
    file(&format!("{table}application = \"{APPLICATION}\"\n"));
    let done = printed(&path, &[]).await;
    assert!(
        done.exit == Exit::Ok && done.out.contains(&format!("client_id={APPLICATION}&")),
        "{}{}",
        done.out,
        done.err
    );
    assert!(done.out.contains(&format!("&guild_id={GUILD}&")), "{}", done.out);
    // Another application is not for this server.
    let other = printed(&path, &["--application", "80351110224678999"]).await;
    assert!(other.out.contains("client_id=80351110224678999&") && !other.out.contains("guild_id"), "{}", other.out);
    file(&table);
    assert_eq!(printed(&path, &[]).await.exit, Exit::Usage);
    std::fs::write(folder.path().join("token"), super::discord::TOKEN).unwrap();
    file(&table.replace("{ env = \"NOBODY\" }", "{ file = \"token\" }"));
    let done = printed(&path, &[]).await;
    assert!(done.out.contains(&format!("client_id={APPLICATION}&")), "{}{}", done.out, done.err);
    file("[discrod]\n");
    let done = printed(&path, &["--application", APPLICATION]).await;
    assert!(done.exit == Exit::Ok && done.err.contains("made without it"), "{}", done.err);
}

#[test]
fn wrong_flags_are_refused() {
    use clap::Parser;
    for wrong in [&["--application", "hearback"][..], &["--guild", "1"], &["--link"]] {
        let line = ["hearback", "manifest", "discord"].iter().chain(wrong);
        assert_eq!(Cli::try_parse_from(line).unwrap_err().exit_code(), 2, "{wrong:?}");
    }
}

#[test]
fn the_document_lists_the_permissions_with_their_reasons() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/discord.md")).unwrap();
    let rows: Vec<String> = NEEDED.iter().map(|one| format!("| {} | {} |", one.name, one.why)).collect();
    let rows = rows.join("\n");
    assert!(text.contains(&rows), "docs/discord.md does not have these rows:\n{rows}");
}
