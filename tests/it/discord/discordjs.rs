//! discord.js against the fake: where the two disagree, the fake is wrong. Runs where Node.js and discord.js are there:
//! `HEARBACK_DISCORDJS` names the folder that holds `node_modules` (docs/testing.md).

use super::fake::{ANA, BEN, FakeDiscord, GUILD, SUPPORT, Step};
use hearback::desk::{Clock, SystemClock};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// The running script.
struct Script {
    child: Child,
    lines: Receiver<String>,
}

impl Drop for Script {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        for line in self.lines.try_iter() {
            println!("discord.js: {line}");
        }
    }
}

fn start(fake: &FakeDiscord, holder: &str) -> Script {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/discordjs/check.mjs");
    let mut child = Command::new("node")
        .arg(script)
        .env("HEARBACK_DISCORDJS", holder)
        .env("DISCORD_API", fake.api())
        .env("BOT_TOKEN", fake.token())
        .env("GUILD", GUILD)
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs");
    let (sender, lines) = channel();
    let output = BufReader::new(child.stdout.take().unwrap());
    std::thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| _ = sender.send(line)));
    let script = Script { child, lines };
    loop {
        let line = script.lines.recv_timeout(Duration::from_mins(1)).expect("the script gets ready");
        if line == "ready 8" {
            return script;
        }
        println!("discord.js: {line}");
    }
}

async fn day(fake: &FakeDiscord) {
    let said = fake.autocomplete(ANA, SUPPORT, "hello", &[], "mention", "14").await;
    assert_eq!(said, [("#142 it is down".to_owned(), "142".to_owned())]);
    let said = fake.slash(ANA, SUPPORT, "hello", &[("mention", "142"), ("person", "ben")]).await;
    assert_eq!(said.text().await, "hello Ana Diaz: 142, Ben Cole");
    let said = fake.slash(ANA, SUPPORT, "later", &[]).await;
    assert_eq!(said.text().await, "later\nmuch more");
    let said = fake.slash(ANA, SUPPORT, "form", &[]).await;
    let form = said.modal().await;
    assert_eq!(form.value("Reply"), "Sorry");
    let said = fake.submit(ANA, &form, &[("Reply", "It is up again"), ("Kind", "A complaint")]).await;
    assert_eq!(said.text().await, "complaint: It is up again");
    let said = fake.slash(ANA, SUPPORT, "oldform", &[]).await;
    let said = fake.submit(ANA, &said.modal().await, &[("Reply", "As ever")]).await;
    assert_eq!(said.text().await, "old: As ever");
    let said = fake.slash(ANA, SUPPORT, "card", &[]).await;
    let card = said.text().await.replace("posted ", "");
    assert!(fake.room_text(SUPPORT).contains("[Claim]"), "{}", fake.room_text(SUPPORT));
    let said = fake.message_command(BEN, SUPPORT, &card, "Claim mention").await;
    assert_eq!(said.text().await, "claimed Complaint");
    let said = fake.click(BEN, SUPPORT, &card, "Claim").await;
    assert_eq!(said.text().await, "you hold claim:142");
    assert!(fake.room_text(SUPPORT).contains("[Claimed by ben]"));
    fake.choose(BEN, SUPPORT, &card, "Done because", "Spam").await;
    fake.until("the card says so", || fake.room_text(SUPPORT).contains("done: spam")).await;
    let said = fake.slash(ANA, SUPPORT, "file", &[]).await;
    let text = said.text().await;
    assert!(text.matches("export.csv").count() == 2, "{text}");
    fake.slash(ANA, SUPPORT, "thread", &[]).await;
    fake.until("a thread", || fake.room_text(SUPPORT).contains("in the thread")).await;
    fake.inner.quiet().await;
}

fn resumed(fake: &FakeDiscord) -> usize {
    fake.steps().iter().filter(|s| matches!(s, Step::Resumed(_))).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn official_client() {
    let Ok(holder) = std::env::var("HEARBACK_DISCORDJS") else {
        println!(
            "skipped: HEARBACK_DISCORDJS does not name a folder with discord.js in node_modules; see docs/testing.md"
        );
        return;
    };
    // discord.js compares the age of tokens with the machine's clock.
    let fake = FakeDiscord::start(Arc::new(|| SystemClock.now())).await;
    fake.heartbeat_interval(Duration::from_secs(1));
    let script = start(&fake, &holder);
    day(&fake).await;
    // Missed while the connection is gone.
    fake.cut();
    let said = fake.slash(ANA, SUPPORT, "hello", &[("mention", "1")]).await;
    assert_eq!(said.text().await, "hello Ana Diaz: 1, nobody");
    fake.until("a resumed session", || resumed(&fake) == 1).await;
    fake.reconnect(Some(Duration::from_secs(2)));
    fake.until("another resumed session", || resumed(&fake) == 2).await;
    fake.close(4000);
    fake.until("a third resumed session", || resumed(&fake) == 3).await;
    let said = fake.slash(ANA, SUPPORT, "hello", &[("mention", "2")]).await;
    assert_eq!(said.text().await, "hello Ana Diaz: 2, nobody");
    fake.until("heartbeats", || fake.heartbeats() > 1).await;
    // Discord hears nothing any more: the client notices, and resumes.
    fake.no_acks(true);
    fake.until("a fourth resumed session", || resumed(&fake) == 4).await;
    fake.no_acks(false);
    assert_eq!(fake.identifies(), 1);
    fake.invalidate(false);
    fake.until("a new session", || fake.steps().iter().filter(|s| **s == Step::Identified).count() == 2).await;
    let said = fake.slash(ANA, SUPPORT, "hello", &[("mention", "3")]).await;
    assert_eq!(said.text().await, "hello Ana Diaz: 3, nobody");
    let lines: Vec<String> = script.lines.try_iter().collect();
    assert!(lines.iter().all(|l| l.starts_with("resumed ")), "{lines:?}");
    fake.ends();
}
