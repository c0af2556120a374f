//! A folder with a bot.toml, and the program that runs in it.

use super::child::Child;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hearback::desk::{Clock as _, SystemClock};
use hearback::store::{Options, admin};
use hmac::{Hmac, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use tempfile::TempDir;

/// What senders sign with.
pub const IN_KEY: &[u8] = b"torture: mentions come in, 32 by";
/// What replies are signed with.
pub const OUT_KEY: &[u8] = b"torture: replies go out, 32 byte";

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_hearback");

/// An installation: a folder, its configuration, its secrets.
pub struct House {
    dir: TempDir,
    data: PathBuf,
    port: u16,
}

impl House {
    /// A new installation whose replies go to that address.
    pub fn build(callback: &str) -> House {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        Self::with_store(dir, data, callback)
    }

    /// The same with the store in another folder.
    pub fn with_store(dir: TempDir, data: PathBuf, callback: &str) -> House {
        let house = House { dir, data, port: free_port() };
        let toml = format!(
            r#"[desk]
name = "torture"
zone = "UTC"
person = "ana"
channel = "console:support"

[[brand]]
name = "acme"
mode = "direct"
terms = ["acme"]

[[brand]]
name = "zeta"
mode = "confirm"
terms = ["zeta"]

[[source]]
name = "shop"
type = "webhook"
secret = {{ env = "TORTURE_IN" }}
callback = {{ url = "{callback}", secret = {{ env = "TORTURE_OUT" }} }}

[[person]]
name = "ana"
title = "Ana Lima"
role = "admin"

[web]
listen = "127.0.0.1:{}"

[store]
folder = "{}"
min_free = "1MiB"

[log]
level = "warn"
"#,
            house.port,
            house.data.display(),
        );
        std::fs::write(house.dir.path().join("bot.toml"), toml).unwrap();
        house
    }

    /// Where the store lies.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Where mentions are posted.
    pub fn inbox(&self) -> String {
        format!("http://127.0.0.1:{}/in/shop", self.port)
    }

    /// Starts `hearback run`.
    pub fn run(&self) -> Child {
        self.start(&mut Command::new(PROGRAM), &["run"])
    }

    /// Starts `hearback compact`.
    pub fn compact(&self) -> Child {
        self.start(&mut Command::new(PROGRAM), &["compact"])
    }

    /// Starts `hearback run` where no file may grow beyond so many blocks of 512 bytes: writes fail with EFBIG.
    pub fn run_with_small_files(&self, blocks: u32) -> Child {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        let mut shell = Command::new("sh");
        shell.args(["-c", &script, "sh", PROGRAM]);
        self.start(&mut shell, &["run"])
    }

    fn start(&self, command: &mut Command, args: &[&str]) -> Child {
        Child::start(self.prepared(command, args))
    }

    fn prepared<'c>(&self, command: &'c mut Command, args: &[&str]) -> &'c mut Command {
        let secret = |key: &[u8]| format!("whsec_{}", STANDARD.encode(key));
        command
            .args(args)
            .current_dir(self.dir.path())
            .env("TORTURE_IN", secret(IN_KEY))
            .env("TORTURE_OUT", secret(OUT_KEY))
    }

    /// Runs a subcommand to its end: exit code, stdout, stderr.
    pub fn does(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let mut command = Command::new(PROGRAM);
        let done = self.prepared(&mut command, args).stdin(Stdio::null()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (done.status.code(), text(&done.stdout), text(&done.stderr))
    }

    /// Everything that is kept, as `hearback export jsonl` tells it.
    pub fn export(&self) -> Vec<Value> {
        let (code, out, err) = self.does(&["export", "jsonl"]);
        assert_eq!(code, Some(0), "export: {err}");
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// `hearback verify` is content, and so is the library behind it. The program must not be running.
    pub fn is_sound(&self) {
        let (code, out, err) = self.does(&["verify"]);
        assert_eq!(code, Some(0), "verify: {out}{err}");
        let report = admin::verify(&self.data, Options::default(), &|_| {}).unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
        assert!(!report.journal_only, "somebody else still uses the store");
    }

    /// Makes the next start believe that the machine was rebooted without a clean end: the indexes are rebuilt.
    /// Does nothing before the first start came so far as to note its boot.
    pub fn pretend_another_boot(&self) {
        let path = self.data.join("state.json");
        let Ok(bytes) = std::fs::read(&path) else { return };
        let mut state: Value = serde_json::from_slice(&bytes).expect("state.json is written whole or not at all");
        if let Some(fields) = state.as_object_mut() {
            fields.insert("boot".to_owned(), Value::from("another boot"));
        }
        std::fs::write(path, state.to_string()).unwrap();
    }

    /// Throws the indexes away, which are only a copy.
    pub fn lose_the_indexes(&self) {
        if self.data.join("sled").exists() {
            std::fs::remove_dir_all(self.data.join("sled")).unwrap();
        }
    }

    /// The files of the journal, oldest first.
    pub fn segments(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.data.join("journal")).unwrap();
        let mut files: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
        files.retain(|f| f.extension().is_some_and(|e| e == "hbj"));
        files.sort();
        files
    }
}

/// A port below those that the system hands out to outgoing connections, so that nobody takes it between two runs.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 9000).unwrap();
    for _ in 0..2000 {
        let port = 20_000 + (start + NEXT.fetch_add(7, Ordering::Relaxed)) % 10_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free");
}

/// A Standard Webhooks signature, worked out here and not by the program's own code.
pub fn signature(key: &[u8], id: &str, seconds: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// Now, for signatures.
pub fn seconds() -> String {
    SystemClock.now().as_second().to_string()
}

/// A number as a made-up word, since digits in a reply look like somebody's order number.
pub fn word(mut n: usize) -> String {
    const SYLLABLES: [&str; 10] = ["ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru"];
    let mut word = String::new();
    loop {
        word.push_str(SYLLABLES[n % 10]);
        n /= 10;
        if n == 0 {
            return word;
        }
    }
}
