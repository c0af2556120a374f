//! Erasing an author: no byte of them remains in any file.

use super::sample::*;
use hearback::domain::*;
use hearback::store::admin::{self, Who};
use hearback::store::{Options, Store};
use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

fn holds(folder: &Path, needle: &str) -> Vec<PathBuf> {
    let mut found = files(folder);
    found.retain(|f| fs::read(f).unwrap().windows(needle.len()).any(|w| w == needle.as_bytes()));
    found
}

/// Words that only the author's posts, and what staff wrote about them, contain.
const SECRETS: [&str; 7] =
    ["zebracorn", "Quillfeather", "quill_fe", "yodelling", "marzipan-draft", "walrus-note", "pelican-reason"];

#[tokio::test(flavor = "multi_thread")]
async fn no_byte_of_an_erased_author_remains() {
    let home = tempfile::tempdir().unwrap();
    let often = Options { snapshot_bytes: 50 << 10, ..options() };
    let store = hearback::store::Embedded::open(home.path(), often, &|_| {}).unwrap();
    let theirs = |id: &str, text: &str| {
        let mut p = post(id, "quill_fe");
        p.author.name = "Quillfeather".to_owned();
        p.conversation = Some("t1".to_owned());
        p.text = text.to_owned();
        p.url = Some(format!("https://forum.example/quill_fe/{id}"));
        seen(p)
    };
    store.ingest(intake(1, vec![theirs("a", "my zebracorn is broken"), seen(post("o", "bob"))])).await.unwrap();
    let say = vec![
        claimed("ana"),
        EventKind::Drafted { version: 1, text: "marzipan-draft".to_owned() },
        EventKind::ApprovalAsked { version: 1 },
        EventKind::Rejected { version: 1, reason: "pelican-reason".to_owned() },
        EventKind::Noted { text: "walrus-note".to_owned() },
    ];
    store.commit(happens(&mention(&store, 1).await, 2, say)).await.unwrap();
    store.ingest(intake(3, vec![theirs("b", "still yodelling")])).await.unwrap();
    for i in 0..60 {
        let m = mention(&store, 1).await;
        store.commit(happens(&m, 4 + i, vec![EventKind::Noted { text: format!("walrus-note {i}") }])).await.unwrap();
    }
    let queued = vec![EventKind::SendQueued { version: 1, send: 1 }];
    store.commit(happens(&mention(&store, 1).await, 90, queued)).await.unwrap();
    store.close().await.unwrap();
    for secret in SECRETS {
        assert!(!holds(home.path(), secret).is_empty(), "{secret} is there before");
    }

    let wrong = Who { network: Some("elsewhere"), handle_or_id: "quill_fe" };
    assert_eq!(admin::erase_author(home.path(), &wrong, at(100), options(), &|_| {}).unwrap(), []);
    let who = Who { network: None, handle_or_id: "@Quill_Fe" };
    let erased = admin::erase_author(home.path(), &who, at(100), options(), &|_| {}).unwrap();
    assert_eq!(erased, [MentionNo(1)]);
    for secret in SECRETS {
        assert_eq!(holds(home.path(), secret), [] as [PathBuf; 0], "{secret}");
    }
    assert_eq!(admin::verify(home.path(), options(), &|_| {}).unwrap().problems, [] as [&str; 0]);

    let store = open(home.path());
    let m = mention(&store, 1).await;
    assert!(m.erased && m.sending.is_none(), "a reply on its way was stopped: {m:?}");
    let effects = store.due_effects(at(999), 99).await.unwrap();
    assert!(!effects.iter().any(|e| matches!(e.kind, EffectKind::SendReply { .. })), "{effects:?}");
    assert_eq!(Mention::fold(m.no, &store.history(m.no).await.unwrap()).unwrap(), Mention { version: 1, ..m });
    // The post does not come back, and the author is a stranger.
    let again = store.ingest(intake(101, vec![theirs("a", "zebracorn"), theirs("c", "new")])).await.unwrap();
    assert_eq!(again, [Ingested::Known(MentionNo(1)), Ingested::New(MentionNo(3))]);
    assert_eq!(mention(&store, 3).await.nth, 1);
    assert_eq!(mention(&store, 2).await.post.author.handle, "bob");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_of_unknown_outcome_stays_for_a_person_to_decide() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    store.ingest(intake(1, vec![seen(post("a", "bob"))])).await.unwrap();
    let say = vec![
        claimed("ana"),
        EventKind::Drafted { version: 1, text: "hello".to_owned() },
        EventKind::SendQueued { version: 1, send: 1 },
    ];
    let mut commit = happens(&mention(&store, 1).await, 2, say);
    for change in &mut commit.effects {
        if let EffectChange::Put(e) = change {
            e.trying = matches!(e.kind, EffectKind::SendReply { .. });
        }
    }
    store.commit(commit).await.unwrap();
    store.close().await.unwrap();
    let who = Who { network: Some("forum"), handle_or_id: "bob" };
    admin::erase_author(home.path(), &who, at(9), options(), &|_| {}).unwrap();
    assert_eq!(mention(&open(home.path()), 1).await.state, State::Unknown);
    let nobody = Who { network: None, handle_or_id: " @ " };
    assert!(admin::erase_author(home.path(), &nobody, at(9), options(), &|_| {}).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_sent_to_an_erased_author_goes_too() {
    let home = tempfile::tempdir().unwrap();
    let store = hearback::store::Embedded::open(home.path(), options(), &|_| {}).unwrap();
    store.ingest(intake(1, vec![seen(post("a", "quill_fe")), seen(post("o", "bob"))])).await.unwrap();
    let mut commit = Commit::at(at(2));
    for (key, no, text) in [("a", Some(1), "heron-one"), ("b", None, "heron-any"), ("c", Some(2), "heron-two")] {
        let (who, line) = (PersonId::new("ana"), format!("reply -- {text}"));
        let kept = Kept { who, at: at(2), no: no.map(MentionNo), line };
        commit.settings.push((format!("{KEPT}{key}"), Some(serde_json::to_string(&kept).unwrap())));
    }
    commit.settings.push((format!("{KEPT}d"), Some("heron-unreadable".to_owned())));
    commit.settings.push(("keptical".to_owned(), Some("heron-other".to_owned())));
    store.commit(commit).await.unwrap();
    store.close().await.unwrap();
    let who = Who { network: None, handle_or_id: "quill_fe" };
    assert_eq!(admin::erase_author(home.path(), &who, at(100), options(), &|_| {}).unwrap(), [MentionNo(1)]);
    for gone in ["heron-one", "heron-any", "heron-unreadable"] {
        assert_eq!(holds(home.path(), gone), [] as [PathBuf; 0], "{gone}");
    }
    for kept in ["heron-two", "heron-other"] {
        assert!(!holds(home.path(), kept).is_empty(), "{kept}");
    }
}
