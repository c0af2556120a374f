//! Ends of every kind, and what the next start makes of them.

use super::sample::*;
use hearback::domain::*;
use hearback::store::{Options, Store, StoreError, admin};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A store with some life in it.
async fn lively(folder: &Path) -> hearback::store::Embedded {
    let store = open(folder);
    for i in 0..30 {
        let posts = (0..2).map(|j| seen(post(&format!("p{i}-{j}"), &format!("u{}", i % 7)))).collect();
        store.ingest(Intake { cursor: Some(Cursor(i.to_string())), ..intake(i, posts) }).await.unwrap();
    }
    for no in 1..=20 {
        let m = mention(&store, no).await;
        store.commit(happens(&m, 100, vec![claimed("ana")])).await.unwrap();
    }
    store
}

async fn is_all_there(store: &dyn Store) {
    assert_eq!(store.health().await.unwrap().mentions, 60);
    for no in 1..=60 {
        let m = mention(store, no).await;
        assert_eq!(m.version, if no <= 20 { 2 } else { 1 }, "{}", m.no);
    }
    assert_eq!(store.cursor(&SourceName::new("forum-eu")).await.unwrap().unwrap().0, "29");
    assert_eq!(store.open(&OpenQuery { limit: 99, ..OpenQuery::default() }).await.unwrap().total, 60);
    assert_eq!(store.facts(at(-10), at(10)).await.unwrap().rows.len(), 60);
    assert_eq!(store.due_effects(at(999), 999).await.unwrap().len(), 60);
}

fn problems(folder: &Path) -> Vec<String> {
    admin::verify(folder, options(), &|_| {}).unwrap().problems
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder.join("journal")).unwrap().map(|e| e.unwrap().path()).collect();
    found.retain(|p| p.extension().is_some_and(|e| e == "hbj"));
    found.sort();
    found
}

/// Another boot of the machine.
fn rebooted(folder: &Path) -> Options {
    let boot_id = folder.with_extension("boot");
    fs::write(&boot_id, "another").unwrap();
    Options { boot_id, ..options() }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_there_after_a_clean_end_and_after_none() {
    let folder = tempfile::tempdir().unwrap();
    lively(folder.path()).await.close().await.unwrap();
    let store = open(folder.path());
    is_all_there(&store).await;
    drop(store);
    let store = open(folder.path());
    is_all_there(&store).await;
    drop(store);
    assert_eq!(problems(folder.path()), [] as [&str; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_close_every_call_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.close().await.unwrap();
    for e in [
        store.ingest(intake(1, vec![])).await.unwrap_err(),
        store.mention(MentionNo(1)).await.unwrap_err(),
        store.open(&OpenQuery::default()).await.unwrap_err(),
        store.close().await.unwrap_err(),
    ] {
        assert!(e.to_string().contains("closed"), "{e}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_indexes_are_rebuilt_when_they_are_gone_or_the_machine_went_down() {
    let folder = tempfile::tempdir().unwrap();
    lively(folder.path()).await.close().await.unwrap();
    fs::remove_dir_all(folder.path().join("sled")).unwrap();
    let store = open(folder.path());
    is_all_there(&store).await;
    drop(store);
    let store = open_with(folder.path(), rebooted(folder.path())).unwrap();
    is_all_there(&store).await;
    store.close().await.unwrap();
    assert_eq!(problems(folder.path()), [] as [&str; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn indexes_of_an_older_program_get_the_rows_they_lack() {
    let folder = tempfile::tempdir().unwrap();
    let store = lively(folder.path()).await;
    let closed = EventKind::Closed { reason: DoneReason::None };
    store.commit(happens(&mention(&store, 3).await, 9, vec![closed])).await.unwrap();
    store.close().await.unwrap();
    {
        let db = sled::Config::new().path(folder.path().join("sled")).open().unwrap();
        let rows = db.open_tree("rows").unwrap();
        rows.remove(b"klayout").unwrap().unwrap();
        let handled: Vec<_> = rows.scan_prefix(b"h").keys().map(Result::unwrap).collect();
        assert_eq!(handled.len(), 1);
        for key in handled {
            rows.remove(key).unwrap();
        }
        db.flush().unwrap();
    }
    let store = open(folder.path());
    assert_eq!(store.health().await.unwrap().mentions, 60);
    assert_eq!(store.handled(None, 9).await.unwrap().len(), 1);
    store.close().await.unwrap();
    assert_eq!(problems(folder.path()), [] as [&str; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_indexes_are_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    lively(folder.path()).await.close().await.unwrap();
    let db = folder.path().join("sled/db");
    let whole = fs::read(&db).unwrap();
    let mut rng = fastrand::Rng::with_seed(5);
    for round in 0..8 {
        let mut bad = whole.clone();
        match round % 4 {
            // Truncated: sled opens many such files as empty ones, without an error.
            0 => bad.truncate(rng.usize(..bad.len())),
            1 => {
                for _ in 0..40 {
                    let i = rng.usize(..bad.len());
                    bad[i] ^= 1 << rng.u8(..8);
                }
            }
            2 => {
                let at = rng.usize(..bad.len() - 4096);
                bad[at..at + 4096].fill(0);
            }
            _ => bad.clear(),
        }
        fs::write(&db, bad).unwrap();
        let store = open(folder.path());
        // A flipped bit may also be met by a reader: then it says so, and the indexes are rebuilt.
        for no in 1..=60 {
            if store.mention(MentionNo(no)).await.is_err() {
                store.ingest(intake(5, vec![])).await.unwrap();
            }
        }
        is_all_there(&store).await;
        store.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_that_is_met_while_running_is_mended_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let store = lively(folder.path()).await;
    let m = mention(&store, 30).await;
    store.close().await.unwrap();
    let spoil = |no: u64| {
        let db = sled::open(folder.path().join("sled")).unwrap();
        let rows = db.open_tree("rows").unwrap();
        let key = [b"m".as_slice(), &no.to_be_bytes()].concat();
        let mut record = rows.get(&key).unwrap().unwrap().to_vec();
        record[100] ^= 1;
        rows.insert(key, record).unwrap();
        db.flush().unwrap();
    };
    // Met by the writer: the commit is taken all the same.
    spoil(30);
    let store = open(folder.path());
    store.commit(happens(&m, 200, vec![claimed("ana")])).await.unwrap();
    assert_eq!(mention(&store, 30).await.version, 2);
    assert!(store.health().await.unwrap().trouble.unwrap().contains("rebuilt"));
    store.close().await.unwrap();
    // Met by a reader: they are told, and the next one finds it mended.
    spoil(40);
    let store = open(folder.path());
    let e = store.mention(MentionNo(40)).await.unwrap_err().to_string();
    assert!(e.contains("checksum") && e.contains("Nothing is lost"), "{e}");
    store.ingest(intake(201, vec![])).await.unwrap();
    assert_eq!(mention(&store, 40).await.version, 1);
    store.close().await.unwrap();
    assert_eq!(problems(folder.path()), [] as [&str; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torn_tail_is_cut_and_damage_in_the_middle_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    lively(folder.path()).await.close().await.unwrap();
    let newest = segments(folder.path()).pop().unwrap();
    let whole = fs::read(&newest).unwrap();
    let end = whole.iter().rposition(|b| *b != 0).unwrap();
    // Half a frame behind the end: a write that the power cut off.
    let mut torn = whole.clone();
    let frame: Vec<u8> = whole[64..64 + 200].to_vec();
    torn.truncate(end + 1);
    torn.extend_from_slice(&frame);
    fs::write(&newest, &torn).unwrap();
    let store = open(folder.path());
    is_all_there(&store).await;
    store.ingest(intake(200, vec![seen(post("new", "u9"))])).await.unwrap();
    store.close().await.unwrap();
    assert_eq!(problems(folder.path()), [] as [&str; 0]);

    // A flipped bit in the middle: something that was acknowledged is damaged.
    let mut bad = fs::read(&newest).unwrap();
    bad[64 + 40] ^= 4;
    fs::write(&newest, &bad).unwrap();
    let e = open_with(folder.path(), options()).err().unwrap().to_string();
    let name = newest.file_name().unwrap().to_str().unwrap();
    assert!(e.contains(name) && e.contains("damaged at byte 64") && e.contains("Restore"), "{e}");
    assert_eq!(fs::read(&newest).unwrap(), bad, "nothing was changed");
    let found = problems(folder.path());
    assert!(found[0].contains("damaged at byte 64"), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_lost_its_end_is_mended_from_the_indexes_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    lively(folder.path()).await.close().await.unwrap();
    let all = segments(folder.path());
    fs::remove_file(all.last().unwrap()).unwrap();
    let store = open(folder.path());
    is_all_there(&store).await;
    let say = store.health().await.unwrap().trouble.unwrap();
    assert!(say.contains("Nothing was lost"), "{say}");
    store.close().await.unwrap();
    assert_eq!(problems(folder.path()), [] as [&str; 0]);
    // Without indexes that still have it, nothing is opened.
    fs::remove_dir_all(folder.path().join("journal")).unwrap();
    fs::remove_dir_all(folder.path().join("sled")).unwrap();
    let e = open_with(folder.path(), options()).err().unwrap().to_string();
    assert!(e.contains("files are missing"), "{e}");
}

#[tokio::test(flavor = "multi_thread")]
async fn indexes_that_were_being_written_when_the_power_went_are_not_those_of_the_clean_end_before() {
    let folder = tempfile::tempdir().unwrap();
    lively(folder.path()).await.close().await.unwrap();
    // Opened again and cut off at once: sled may be torn in any way, here it has lost a tree without an error.
    drop(open(folder.path()));
    let wait = Options { lock_wait: Duration::from_secs(20), ..rebooted(folder.path()) };
    let spoil = || {
        let db = sled::open(folder.path().join("sled")).unwrap();
        let rows = db.open_tree("rows").unwrap();
        rows.scan_prefix(b"x").keys().for_each(|key| drop(rows.remove(key.unwrap()).unwrap()));
        db.flush().unwrap();
    };
    // The lock is free when the writer has let go of everything.
    while std::fs::File::open(folder.path().join("lock")).unwrap().try_lock().is_err() {
        std::thread::yield_now();
    }
    spoil();
    let store = open_with(folder.path(), wait).unwrap();
    is_all_there(&store).await;
    assert_eq!(store.by_post("forum", "p3-1").await.unwrap(), Some(MentionNo(8)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_file_in_the_middle_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    lively(folder.path()).await.close().await.unwrap();
    let all = segments(folder.path());
    assert!(all.len() > 2, "{all:?}");
    fs::remove_file(&all[1]).unwrap();
    fs::remove_dir_all(folder.path().join("sled")).unwrap();
    let e = open_with(folder.path(), options()).err().unwrap().to_string();
    assert!(e.contains("but the next file begins with commit"), "{e}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_is_told_who_has_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let quick = Options { lock_wait: Duration::from_millis(30), ..options() };
    match open_with(folder.path(), quick) {
        Err(StoreError::Busy(say)) => {
            let process = format!("another hearback (process {}) is using", std::process::id());
            assert!(say.starts_with(&process) && say.ends_with("stop it or choose another folder"), "{say}");
        }
        other => panic!("{:?}", other.err()),
    }
    store.close().await.unwrap();
    open(folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshots_are_made_beside_the_commits_and_old_files_go() {
    let folder = tempfile::tempdir().unwrap();
    let often = Options { snapshot_bytes: 40 << 10, segment_bytes: 16 << 10, ..options() };
    let store = open_with(folder.path(), often).unwrap();
    let mut snapshots = 0;
    for i in 0..2000 {
        store.ingest(intake(i, vec![seen(post(&format!("p{i}"), &format!("u{}", i % 5)))])).await.unwrap();
        let names = fs::read_dir(folder.path().join("journal")).unwrap();
        snapshots = names.filter(|e| e.as_ref().unwrap().path().extension().is_some_and(|e| e == "hbs")).count();
        if snapshots > 0 && i > 300 && !segments(folder.path())[0].ends_with("seg-00000000000000000001.hbj") {
            break;
        }
    }
    assert!(snapshots > 0, "a snapshot was made and old segments went");
    let mentions = store.health().await.unwrap().mentions;
    drop(store);
    let store = open_with(folder.path(), rebooted(folder.path())).unwrap();
    assert_eq!(store.health().await.unwrap().mentions, mentions);
    store.close().await.unwrap();
    assert_eq!(problems(folder.path()), [] as [&str; 0]);
}
