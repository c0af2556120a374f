//! What the command line does to a store.

use super::sample::*;
use hearback::domain::*;
use hearback::store::{Options, Store, StoreError, admin};
use std::fs;
use std::path::Path;
use std::time::Duration;

async fn some(store: &dyn Store, from: i64, upto: i64) {
    for i in from..upto {
        store.ingest(intake(i, vec![seen(post(&format!("p{i}"), &format!("u{}", i % 3)))])).await.unwrap();
        let no = store.by_post("forum", &format!("p{i}")).await.unwrap().unwrap();
        let m = mention(store, no.0).await;
        store.commit(happens(&m, i, vec![EventKind::Noted { text: format!("n{i}") }])).await.unwrap();
    }
    let mut commit = Commit::at(at(upto));
    commit.settings = vec![("digest/at".to_owned(), Some("09:30".to_owned()))];
    commit.idem = Some(IdemKey(format!("k{upto}")));
    store.commit(commit).await.unwrap();
}

/// Everything that a store says, as text.
async fn all(store: &dyn Store) -> String {
    let mentions = store.scan(MentionNo(1), 9999).await.unwrap();
    let mut histories = Vec::new();
    for m in &mentions {
        histories.push(store.history(m.no).await.unwrap());
    }
    let facts = store.facts(at(-999_999), at(999_999)).await.unwrap();
    let mut facts: Vec<Fact<String>> =
        facts.rows.iter().map(|f| f.map_names(|code| facts.names[usize::from(code)].clone())).collect();
    facts.sort_by_key(|f| (f.no, f.cycle));
    let settings = store.settings("").await.unwrap();
    let open = store.open(&OpenQuery { limit: 9999, ..OpenQuery::default() }).await.unwrap();
    let effects = store.due_effects(at(999_999), 9999).await.unwrap();
    let keys = store.done_before(&IdemKey("k20".to_owned())).await.unwrap();
    format!("{mentions:?}\n{histories:?}\n{facts:?}\n{settings:?}\n{open:?}\n{effects:?}\n{keys}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_running_store_restores_to_the_same() {
    let home = tempfile::tempdir().unwrap();
    let store = open(&home.path().join("a"));
    some(&store, 0, 20).await;
    let file = home.path().join("backup.hbb");
    let done = admin::backup(&home.path().join("a"), &file, &options(), &|_| {}).unwrap();
    assert_eq!((done.last, done.bytes), (41, fs::metadata(&file).unwrap().len()));
    let before = all(&store).await;
    some(&store, 20, 25).await;
    store.close().await.unwrap();

    let restored = admin::restore(&file, &home.path().join("b"), &options(), &|_| {}).unwrap();
    assert_eq!(restored, done);
    let store = open(&home.path().join("b"));
    assert_eq!(all(&store).await, before);
    some(&store, 20, 25).await;
    store.close().await.unwrap();
    assert_eq!(admin::verify(&home.path().join("b"), options(), &|_| {}).unwrap().problems, [] as [&str; 0]);

    let e = admin::restore(&file, &home.path().join("a"), &options(), &|_| {}).unwrap_err();
    assert!(matches!(e, StoreError::Busy(ref say) if say.contains("not empty")), "{e}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_over_a_snapshot_and_of_an_empty_store_restores() {
    let home = tempfile::tempdir().unwrap();
    let (a, b, file) = (home.path().join("a"), home.path().join("b"), home.path().join("x.hbb"));
    open(&a).close().await.unwrap();
    admin::backup(&a, &file, &options(), &|_| {}).unwrap();
    admin::restore(&file, &b, &options(), &|_| {}).unwrap();
    open(&b).close().await.unwrap();

    let store = open(&a);
    some(&store, 0, 20).await;
    store.close().await.unwrap();
    admin::compact(&a, options(), &|_| {}).unwrap();
    let store = open(&a);
    some(&store, 20, 23).await;
    admin::backup(&a, &file, &options(), &|_| {}).unwrap();
    let before = all(&store).await;
    let c = home.path().join("c");
    admin::restore(&file, &c, &options(), &|_| {}).unwrap();
    assert_eq!(all(&open(&c)).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_or_altered_backup_is_refused_before_anything_is_written() {
    let home = tempfile::tempdir().unwrap();
    let (a, file) = (home.path().join("a"), home.path().join("x.hbb"));
    let store = open(&a);
    some(&store, 0, 5).await;
    admin::backup(&a, &file, &options(), &|_| {}).unwrap();
    let whole = fs::read(&file).unwrap();
    let mut rng = fastrand::Rng::with_seed(3);
    for round in 0..20 {
        let mut bad = whole.clone();
        if round % 2 == 0 {
            bad.truncate(rng.usize(..bad.len()));
        } else {
            // The header's padding says nothing: everything else is covered.
            let i = rng.usize(64..bad.len());
            bad[i] ^= 1 << rng.u8(..8);
        }
        fs::write(&file, bad).unwrap();
        let b = home.path().join("b");
        let e = admin::restore(&file, &b, &options(), &|_| {}).unwrap_err();
        assert!(e.to_string().contains("not a whole backup"), "{e}");
        assert!(!b.exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_during_commits_and_snapshots_are_whole() {
    let home = tempfile::tempdir().unwrap();
    let (a, file) = (home.path().join("a"), home.path().join("x.hbb"));
    let often = Options { snapshot_bytes: 30 << 10, segment_bytes: 8 << 10, step_bytes: 4096, ..options() };
    let store = std::sync::Arc::new(open_with(&a, often.clone()).unwrap());
    let writer = {
        let store = store.clone();
        tokio::spawn(async move { some(&*store, 0, 300).await })
    };
    let mut last = 0;
    for i in 0..6 {
        let done = admin::backup(&a, &file, &often, &|_| {}).unwrap();
        assert!(done.last >= last);
        last = done.last;
        let to = home.path().join(format!("b{i}"));
        admin::restore(&file, &to, &options(), &|_| {}).unwrap();
        assert_eq!(admin::verify(&to, options(), &|_| {}).unwrap().problems, [] as [&str; 0]);
    }
    writer.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_of_a_running_store_looks_at_the_journal() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    some(&store, 0, 5).await;
    let report = admin::verify(home.path(), options(), &|_| {}).unwrap();
    assert_eq!((report.journal_only, report.commits, report.problems), (true, 11, vec![]));
    let e = admin::verify(&home.path().join("nothing"), options(), &|_| {}).unwrap_err();
    assert!(e.to_string().contains("name another one"), "{e}");
    let quick = Options { lock_wait: Duration::ZERO, ..options() };
    assert!(matches!(admin::compact(home.path(), quick, &|_| {}), Err(StoreError::Busy(_))));
}

fn rows(db: &sled::Db) -> sled::Tree {
    db.open_tree("rows").unwrap()
}

fn put(db: &sled::Db, index: u8, key: &[u8], value: u64) {
    rows(db).insert([&[index], key].concat(), &value.to_be_bytes()).unwrap();
}

fn remove_last(db: &sled::Db, index: u8) {
    let (key, _) = rows(db).scan_prefix([index]).next_back().unwrap().unwrap();
    rows(db).remove(key).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_finds_what_was_planted_in_each_index() {
    type Damage = fn(&sled::Db);
    let plant: [(&str, Damage); 9] = [
        ("posts", |db| remove_last(db, b'x')),
        ("posts", |db| put(db, b'x', &[7; 16], 7)),
        ("addresses", |db| {
            let (key, _) = rows(db).scan_prefix(b"u").next().unwrap().unwrap();
            put(db, b'u', &key[1..], 99);
        }),
        ("cards", |db| put(db, b'p', &[1; 16], 1)),
        ("authors", |db| remove_last(db, b'a')),
        ("open mentions", |db| remove_last(db, b'q')),
        ("figures", |db| remove_last(db, b'd')),
        ("missing", |db| remove_last(db, b'm')),
        ("version", |db| {
            let (_, old) = rows(db).scan_prefix(b"m").next().unwrap().unwrap();
            rows(db).insert([b"m".as_slice(), &3_u64.to_be_bytes()].concat(), old).unwrap();
        }),
    ];
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    some(&store, 0, 6).await;
    let m = mention(&store, 1).await;
    store
        .commit(happens(&m, 9, vec![EventKind::Tagged { added: vec!["t".to_owned()], removed: vec![] }]))
        .await
        .unwrap();
    store.close().await.unwrap();
    for (word, damage) in plant {
        {
            let db = sled::open(home.path().join("sled")).unwrap();
            damage(&db);
            db.flush().unwrap();
        }
        let report = admin::verify(home.path(), options(), &|_| {}).unwrap();
        assert!(report.problems.iter().any(|p| p.contains(word)), "{word}: {:?}", report.problems);
        // Rebuilding mends it.
        fs::remove_dir_all(home.path().join("sled")).unwrap();
        assert_eq!(admin::verify(home.path(), options(), &|_| {}).unwrap().problems, [] as [&str; 0], "{word}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn compacting_keeps_everything_and_gives_space_back() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path());
    some(&store, 0, 20).await;
    for i in 0..300 {
        let m = mention(&store, 1).await;
        store.commit(happens(&m, 50 + i, vec![EventKind::Noted { text: "word ".repeat(100) }])).await.unwrap();
    }
    let before = all(&store).await;
    store.close().await.unwrap();
    let (was, is) = admin::compact(home.path(), options(), &|_| {}).unwrap();
    assert!(is < was, "{was} -> {is}");
    let store = open(home.path());
    assert_eq!(all(&store).await, before);
    some(&store, 20, 22).await;
    store.close().await.unwrap();
    assert_eq!(admin::verify(home.path(), options(), &|_| {}).unwrap().problems, [] as [&str; 0]);
    let e = admin::compact(Path::new("/nonexistent/store"), options(), &|_| {}).unwrap_err();
    assert!(e.to_string().contains("not the folder of a store"), "{e}");
}
