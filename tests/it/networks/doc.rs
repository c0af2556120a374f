//! docs/webhook.md: its examples are taken out of the page and run.

use hearback::domain::{Author, Native, Post, SourceName};
use hearback::networks::webhook::{CallbackConfig, Inbox, Secret, Webhook, WebhookConfig, accepted};
use hearback::networks::{Network, Outgoing};
use hearback::web::{Handler, Limits, Listener, Request, Response, Site};
use jiff::Timestamp;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The only fenced block of that language.
fn example(language: &str) -> String {
    let page = std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/webhook.md")).unwrap();
    let (_, after) = page.split_once(&format!("```{language}\n")).expect("the page has an example");
    after.split_once("\n```").expect("the example ends").0.to_owned()
}

/// The machine's time: the examples use it too.
fn time() -> Option<Timestamp> {
    let output = Command::new("date").arg("+%s").output().ok()?;
    Timestamp::from_second(String::from_utf8(output.stdout).ok()?.trim().parse().ok()?).ok()
}

fn installed(programs: &[&str]) -> bool {
    for program in programs {
        let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output();
        if !found.is_ok_and(|o| o.status.success()) {
            println!("skipped: {program} is not installed");
            return false;
        }
    }
    true
}

/// Hands what arrives to an inbox, as the desk does.
struct Hooks {
    inbox: Inbox,
    posts: Mutex<Vec<Post>>,
}

#[async_trait::async_trait]
impl Handler for Hooks {
    async fn handle(&self, request: Request) -> Response {
        match self.inbox.receive(&request.headers, &request.body, request.at) {
            Ok(received) => {
                let (status, body) = accepted(received.posts.len());
                self.posts.lock().unwrap().extend(received.posts);
                Response::json(status, body)
            }
            Err(rejected) => Response::json(rejected.status, rejected.body()),
        }
    }
}

/// Runs the example for senders.
async fn send(url: &str, secret: &'static str) -> Output {
    let mut bash = Command::new("bash");
    bash.args(["-eu", "-c", &example("bash")]).env("HEARBACK_URL", url).env("HEARBACK_SECRET", secret);
    tokio::task::spawn_blocking(move || bash.output().unwrap()).await.unwrap()
}

/// A process that ends with the test.
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[tokio::test]
async fn the_curl_example_is_accepted() {
    if !installed(&["bash", "openssl", "curl", "od", "date"]) {
        return;
    }
    let now = time().expect("date prints seconds");
    let inbox = Inbox::new(SourceName::new("reviews"), "reviews", vec![Secret::parse(SECRET).unwrap()]);
    let hooks = Arc::new(Hooks { inbox, posts: Mutex::new(Vec::new()) });
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), Limits::default()).await.unwrap();
    let url = format!("http://{}/hooks/reviews", listener.addr());
    let site = Site::new(Arc::new(move || now)).route("POST", "/hooks/reviews", hooks.clone());
    let serving = tokio::spawn(listener.serve(site, std::future::pending()));
    let output = send(&url, SECRET).await;
    assert_eq!(String::from_utf8_lossy(&output.stdout), r#"{"mentions":1,"status":"accepted"}"#, "{output:?}");
    let forged = send(&url, "whsec_b3RoZXIgc2VjcmV0IHRoYXQgbm9ib2R5IGhhcyBoZXJl").await;
    assert!(String::from_utf8_lossy(&forged.stdout).contains("bad_signature"), "{forged:?}");
    let posts = hooks.posts.lock().unwrap().clone();
    assert_eq!(posts.len(), 1);
    assert_eq!((posts[0].external_id.as_str(), posts[0].author.handle.as_str()), ("review-4711", "kimlee"));
    serving.abort();
}

#[tokio::test]
async fn the_sample_receiver_takes_each_reply_once() {
    if !installed(&["python3", "date"]) {
        return;
    }
    let now = time().expect("date prints seconds");
    let folder = tempfile::tempdir().unwrap();
    let python = Command::new("python3")
        .args(["-c", &example("python")])
        .envs([("CALLBACK_SECRET", SECRET), ("PORT", "0")])
        .env("CALLBACK_FOLDER", folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut python = Ends(python);
    let stdout = python.0.stdout.take().unwrap();
    let line = BufReader::new(stdout).lines().next().expect("it says something").unwrap();
    let port = line.trim().strip_prefix("listening on ").expect("it says where it listens");
    let webhook = |secret: &str| {
        Webhook::new(WebhookConfig {
            name: SourceName::new("reviews"),
            network: None,
            secrets: vec![Secret::parse(SECRET).unwrap()],
            callback: Some(CallbackConfig::new(format!("http://127.0.0.1:{port}/"), Secret::parse(secret).unwrap())),
            longest_reply: None,
        })
        .unwrap()
    };
    let mention = Post {
        network: "reviews".to_owned(),
        source: SourceName::new("reviews"),
        external_id: "review-4711".to_owned(),
        conversation: None,
        parent: None,
        author: Author::default(),
        text: "Anybody there?".to_owned(),
        url: None,
        language: None,
        posted_at: now,
        addressed: true,
        native: Native::default(),
    };
    let reply = Outgoing {
        key: "142-reply-1".to_owned(),
        post: mention,
        text: "Yes!".to_owned(),
        no: 142,
        by: "Ana".to_owned(),
        at: now,
        after: None,
        known: Vec::new(),
    };
    for attempt in 0..3 {
        let sent = webhook(SECRET).reply(&reply, now).await.unwrap();
        assert_eq!(sent.external_id, "142-reply-1", "attempt {attempt}");
    }
    let forged = webhook("whsec_b3RoZXIgc2VjcmV0IHRoYXQgbm9ib2R5IGhhcyBoZXJl").reply(&reply, now).await.unwrap_err();
    assert!(forged.to_string().contains("compare the secrets"), "{forged}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "stored once");
}
