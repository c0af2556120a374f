//! Slack's own framework, Bolt, against the fake: where the two disagree, the fake is wrong. Runs where Node.js and Bolt are there:
//! `HEARBACK_BOLT` names the folder that holds `node_modules` (docs/testing.md).

use super::fake::{FakeSlack, Fate, Submitted};
use hearback::desk::{Clock, ManualClock};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// The running script.
struct Bolt {
    child: Child,
    port: u16,
    lines: Receiver<String>,
}

impl Drop for Bolt {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        for line in self.lines.try_iter() {
            println!("bolt: {line}");
        }
    }
}

fn start(fake: &FakeSlack, holder: &str, mode: &str) -> Bolt {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bolt/check.mjs");
    let mut child = Command::new("node")
        .arg(script)
        .env("HEARBACK_BOLT", holder)
        .env("SLACK_API", fake.api())
        .env("BOT_TOKEN", fake.bot_token())
        .env("APP_TOKEN", fake.app_token())
        .env("SIGNING_SECRET", fake.signing_secret())
        .env("MODE", mode)
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs");
    let (sender, lines) = channel();
    let output = BufReader::new(child.stdout.take().unwrap());
    std::thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| _ = sender.send(line)));
    let port = loop {
        let line = lines.recv_timeout(Duration::from_mins(1)).expect("the script gets ready");
        if let Some(port) = line.strip_prefix("ready ") {
            break port.parse().unwrap();
        }
        println!("bolt: {line}");
    };
    Bolt { child, port, lines }
}

async fn day(fake: &FakeSlack) {
    let said = fake.slash("UANA", "C1", "/hello", "a <b> @ben").await;
    assert_eq!(said.text().await, "hello ana: a <b> @ben");
    let said = fake.slash("UANA", "C1", "/later", "").await;
    assert_eq!(said.text().await, "later");
    fake.slash("UANA", "C1", "/card", "").await;
    fake.until("a card with a thread", || fake.room_text("C1").contains("> hearback: in the thread")).await;
    assert!(fake.room_text("C1").contains("hearback: for all\nhearback: Is it *down*?\n  [Claim]"));
    let card = fake.channel("C1").into_iter().find(|m| m.text == "card").unwrap();
    assert_eq!(card.metadata.unwrap()["event_payload"]["mention"], "142");
    fake.click("UBEN", "C1", &card.ts, "Claim").await;
    fake.until("the claim", || fake.channel("C1").iter().any(|m| m.ts == card.ts && m.text == "142 is claimed")).await;
    let said = fake.slash("UANA", "C1", "/form", "").await;
    let view = said.view().await;
    let answer = fake.submit("UANA", &view, &[("reply", "bad")]).await;
    assert!(matches!(answer, Submitted::Errors(errors) if errors["reply"] == "too bad"));
    assert_eq!(fake.submit("UANA", &view, &[("reply", "more")]).await, Submitted::Next(view.clone()));
    assert!(fake.view_text(&view).unwrap().starts_with("= Once more ="));
    assert_eq!(fake.submit("UANA", &view, &[("reply", "good")]).await, Submitted::Closed);
    fake.until("the confirmation", || fake.whispers("UANA").iter().any(|(_, text)| text == "sent: good")).await;
    let said = fake.shortcut("USAM", "find").await;
    assert!(fake.view_text(&said.view().await).unwrap().starts_with("= Find ="));
    fake.mention("UBEN", "C1", Some(&card.ts), "claim").await;
    fake.until("an answer in the thread", || fake.room_text("C1").contains("> hearback: heard @hearback claim")).await;
    fake.react("UBEN", "C1", &card.ts, "eyes").await;
    fake.until("a reaction", || fake.room_text("C1").contains(":white_check_mark: hearback")).await;
    fake.opens_home("UANA").await;
    fake.until("a home tab", || fake.home("UANA").is_some_and(|h| fake.view_text(&h).unwrap().starts_with("newest: ")))
        .await;
    fake.quiet().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn official_client() {
    let Ok(holder) = std::env::var("HEARBACK_BOLT") else {
        println!("skipped: HEARBACK_BOLT does not name a folder with Bolt in node_modules; see docs/testing.md");
        return;
    };
    for mode in ["socket", "http"] {
        let clock = Arc::new(ManualClock::at("2026-03-02T10:00:00Z".parse().unwrap()));
        let hands = Arc::clone(&clock);
        let fake = if mode == "http" {
            // Bolt compares the age of a signature with the machine's clock.
            let real = hearback::desk::SystemClock;
            FakeSlack::start(Arc::new(move || real.now())).await
        } else {
            FakeSlack::start(Arc::new(move || hands.now())).await
        };
        fake.limits(false);
        let bolt = start(&fake, &holder, mode);
        if mode == "http" {
            fake.http_target(&format!("http://127.0.0.1:{}", bolt.port), "/slack");
            assert!(fake.verify_url().await);
        } else {
            fake.connected(1).await;
        }
        day(&fake).await;
        if mode == "socket" {
            fake.disconnect("warning", Duration::from_millis(100));
            fake.until("a new connection", || fake.connections() == 2 && fake.sockets() == 1).await;
            assert_eq!(fake.slash("UANA", "C1", "/hello", "again").await.text().await, "hello ana: again");
            fake.cut();
            fake.until("a third connection", || fake.connections() == 3 && fake.sockets() == 1).await;
            fake.event_again().await;
            fake.quiet().await;
        }
        assert!(fake.acks().iter().all(|(_, fate)| matches!(fate, Fate::Acked(_))), "{:?}", fake.acks());
        fake.ends();
    }
}
