//! A bot.toml whose Discord is the fake, reached as discord.com with TLS.

use super::fake::{ANA, FakeDiscord, GUILD, SUPPORT};
use crate::config::command_line::{Done, hearback};
use hearback::cli::Exit;
use std::sync::Arc;
use tempfile::TempDir;

/// Nothing but a webhook, so that only Discord is asked.
const BASE: &str = "[web]\nlisten = \"127.0.0.1:0\"\n[[brand]]\nname = \"acme\"\nterms = [\"acme\"]\n\
                    [[source]]\nname = \"shop\"\ntype = \"webhook\"\nsecret = { env = \"SHOP_SECRET\" }\n";

pub struct Setup {
    pub fake: FakeDiscord,
    folder: TempDir,
}

impl Setup {
    pub async fn new() -> Self {
        let fake = FakeDiscord::start(Arc::new(|| "2026-03-28T12:00:00Z".parse().unwrap())).await;
        let setup = Self { fake, folder: tempfile::tempdir().unwrap() };
        setup.keep("bot.token", &setup.fake.token());
        setup.keep("ca.pem", &setup.fake.relay().1);
        setup
    }

    pub fn keep(&self, name: &str, text: &str) {
        let file = self.folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
    }

    /// The bot.toml.
    pub fn path(&self) -> String {
        self.folder.path().join("bot.toml").to_str().unwrap().to_owned()
    }

    /// What a command line says of a bot.toml with cards in that channel, with more in `[discord]` and outside of it.
    pub async fn runs_at(&self, api: &str, channel: &str, discord: &str, more: &str, line: &[&str]) -> Done {
        let text = format!(
            "{BASE}[desk]\nchannel = \"discord:{channel}\"\n{more}[discord]\napi = \"{api}\"\n\
             ca = {{ file = \"ca.pem\" }}\ntoken = {{ file = \"bot.token\" }}\nguild = \"{GUILD}\"\n{discord}"
        );
        std::fs::write(self.path(), text).unwrap();
        hearback(&[&["--config", &self.path()], line].concat(), "").await
    }

    pub async fn check_at(&self, api: &str, channel: &str, discord: &str, more: &str) -> Done {
        self.runs_at(api, channel, discord, more, &["check"]).await
    }

    pub async fn check(&self, channel: &str, discord: &str, more: &str) -> Done {
        let api = format!("https://{}", self.fake.relay().0);
        self.check_at(&api, channel, discord, more).await
    }

    pub async fn register_with(&self, discord: &str, flags: &[&str]) -> Done {
        let api = format!("https://{}", self.fake.relay().0);
        let ana = format!("[[person]]\nname = \"ana\"\ndiscord = \"{ANA}\"\n");
        self.runs_at(&api, SUPPORT, discord, &ana, &[&["register", "discord"], flags].concat()).await
    }

    pub async fn register(&self, flags: &[&str]) -> Done {
        self.register_with("", flags).await
    }
}

/// The lines about Discord.
pub fn discord(done: &Done) -> Vec<&str> {
    done.out.lines().filter(|line| line.starts_with("  ok  Discord") || line.starts_with("  !!  Discord")).collect()
}

/// Says that something is wrong: the line that begins so contains this.
#[track_caller]
pub fn complains(done: &Done, about: &str, say: &str) {
    assert_eq!(done.exit, Exit::Failed, "{}{}", done.out, done.err);
    let line =
        done.out.lines().find(|line| line.contains(&format!("!!  {about}"))).unwrap_or_else(|| panic!("{}", done.out));
    assert!(line.contains(say), "{line}");
}

/// Says that something is right.
#[track_caller]
pub fn fine(done: &Done, say: &str) {
    let line = done.out.lines().find(|line| line.starts_with("  ok  Discord") && line.contains(say));
    assert!(line.is_some(), "{say}: {}{}", done.out, done.err);
}
