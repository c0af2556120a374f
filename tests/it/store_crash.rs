//! The power goes at any moment, on a disk whose write cache is volatile: everything that was acknowledged is there
//! afterwards, and everything fits together.
//!
//! A random life is recorded call by call on a fake disk. Then, for many moments, a folder is made of what could have
//! been on the medium: what was synced, and of the rest whatever the dice say; the files of the indexes are mixed page by
//! page from two moments. That folder is opened as after a new boot. `HEARBACK_CRASH_STATES=2000` for the long form.
#![expect(clippy::unwrap_used, reason = "what helps a test fails by panicking, too")]

use crate::store::fake::{Fake, after_power_cut};
use crate::store::sample::{at, copied, happens_apart, intake, open_with, options, post, seen};
use hearback::domain::*;
use hearback::store::{Embedded, Options, Store, admin};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Something that was acknowledged when so many calls had been made.
#[derive(Debug)]
struct Acked {
    calls: usize,
    what: What,
}

#[derive(Debug)]
enum What {
    Post { id: String, no: MentionNo },
    Note { no: MentionNo, version: u64, text: String },
    Setting { key: String, least: u64 },
}

struct Life {
    log: Vec<crate::store::fake::Op>,
    acked: Vec<Acked>,
    /// Two copies of the indexes' files, from two moments.
    indexes: [PathBuf; 2],
}

fn boot(home: &Path, id: &str) -> PathBuf {
    let file = home.join(format!("boot-{id}"));
    fs::write(&file, id).unwrap();
    file
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else if let Err(e) = fs::copy(&path, &to) {
            assert_eq!(e.kind(), std::io::ErrorKind::NotFound, "{e}");
        }
    }
}

fn setup(home: &Path, fake: &Fake, boot_id: &str) -> Options {
    Options {
        disk: Arc::new(fake.clone()),
        boot_id: boot(home, boot_id),
        segment_bytes: 12 << 10,
        step_bytes: 4096,
        snapshot_bytes: 60 << 10,
        checkpoint_groups: 20,
        ..options()
    }
}

/// A random life: intakes of several sizes, changes, settings, several in flight, restarts without a close.
async fn live(home: &Path, seed: u64) -> Life {
    let mut rng = fastrand::Rng::with_seed(seed);
    let (folder, fake) = (home.join("life"), Fake::recording());
    let with = setup(home, &fake, "first");
    let mut store = Arc::new(open_with(&folder, with.clone()).unwrap());
    let mut acked: Vec<Acked> = Vec::new();
    let (mut posts, mut mentions) = (0, 0_u64);
    let indexes = [home.join("old"), home.join("new")];
    for round in 0..110_u64 {
        let s = i64::try_from(round).unwrap();
        match rng.u8(..10) {
            0..5 => {
                let ids: Vec<String> = (0..rng.usize(1..5)).map(|i| format!("p{}", posts + i)).collect();
                posts += ids.len();
                let became = futures(&store, &ids, s, rng.bool()).await;
                for (id, became) in ids.into_iter().zip(became) {
                    let Ingested::New(no) = became else { panic!("{became:?}") };
                    mentions = mentions.max(no.0);
                    acked.push(Acked { calls: fake.calls(), what: What::Post { id, no } });
                }
            }
            5..8 if mentions > 0 => {
                let no = MentionNo(rng.u64(1..=mentions));
                let m = store.mention(no).await.unwrap().unwrap();
                let text = format!("note {round} {}", "x".repeat(rng.usize(..3000)));
                let noted = vec![EventKind::Noted { text: text.clone() }];
                store.commit(happens_apart(&*store, &m, s, noted).await).await.unwrap();
                let what = What::Note { no, version: m.version + 1, text };
                acked.push(Acked { calls: fake.calls(), what });
            }
            8 => {
                let key = format!("k{}", rng.u8(..4));
                let mut commit = Commit::at(at(s));
                commit.settings = vec![(key.clone(), Some(round.to_string()))];
                store.commit(commit).await.unwrap();
                acked.push(Acked { calls: fake.calls(), what: What::Setting { key, least: round } });
            }
            _ if rng.u8(..3) == 0 => {
                drop(store);
                store = Arc::new(open_with(&folder, with.clone()).unwrap());
            }
            _ => {}
        }
        if round == 50 {
            copy(&folder.join("sled"), &indexes[0]);
        }
    }
    copy(&folder.join("sled"), &indexes[1]);
    let log = fake.log();
    drop(store);
    Life { log, acked, indexes }
}

/// Takes posts in, one intake for all or one for each at the same time.
async fn futures(store: &Arc<Embedded>, ids: &[String], s: i64, together: bool) -> Vec<Ingested> {
    // Every third repeats what others said.
    let one = |id: &String| {
        let author = format!("u{}", id.len());
        seen(if id.ends_with(['0', '3', '6']) { copied(id, &author) } else { post(id, &author) })
    };
    if together {
        return store.ingest(intake(s, ids.iter().map(one).collect())).await.unwrap();
    }
    let tasks: Vec<_> = ids
        .iter()
        .map(|id| {
            let (store, intake) = (store.clone(), intake(s, vec![one(id)]));
            tokio::spawn(async move { store.ingest(intake).await.unwrap()[0] })
        })
        .collect();
    let mut became = Vec::new();
    for task in tasks {
        became.push(task.await.unwrap());
    }
    became
}

/// The indexes' files, each 4 KB page from one copy or the other, or torn between them, or zeros.
fn mix(indexes: &[PathBuf; 2], to: &Path, rng: &mut fastrand::Rng) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(&indexes[1]).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let name = path.file_name().unwrap();
        let (new, old) = (fs::read(&path).unwrap(), fs::read(indexes[0].join(name)).unwrap_or_default());
        let mut mixed = Vec::with_capacity(new.len());
        for (i, page) in new.chunks(4096).enumerate() {
            let mut older = old.get(i * 4096..).unwrap_or_default().to_vec();
            older.resize(page.len(), 0);
            match rng.u8(..4) {
                0 => mixed.extend_from_slice(&older[..page.len()]),
                1 => {
                    let half = page.len() / 2;
                    mixed.extend_from_slice(&page[..half]);
                    mixed.extend_from_slice(&older[half..page.len()]);
                }
                _ => mixed.extend_from_slice(page),
            }
        }
        fs::write(to.join(name), mixed).unwrap();
    }
}

async fn check(store: &Embedded, acked: &[Acked], calls: usize) -> usize {
    let mut checked = 0;
    for a in acked.iter().filter(|a| a.calls <= calls) {
        checked += 1;
        match &a.what {
            What::Post { id, no } => {
                assert_eq!(store.by_post("forum", id).await.unwrap(), Some(*no), "{id}");
                assert_eq!(store.mention(*no).await.unwrap().unwrap().post.external_id, *id);
            }
            What::Note { no, version, text } => {
                let m = store.mention(*no).await.unwrap().unwrap();
                assert!(m.version >= *version, "{no}: version {} < {version}", m.version);
                assert_eq!(m.notes.iter().filter(|n| n.text == *text).count(), 1, "{no}: {text}");
            }
            What::Setting { key, least } => {
                let value: u64 = store.setting(key).await.unwrap().unwrap().parse().unwrap();
                assert!(value >= *least, "{key}: {value} < {least}");
            }
        }
    }
    checked
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_acknowledged_is_lost_when_the_power_goes() {
    let states: u64 = std::env::var("HEARBACK_CRASH_STATES").ok().and_then(|n| n.parse().ok()).unwrap_or(25);
    let (mut done, mut checked, mut seed) = (0, 0, 1);
    while done < states {
        let home = tempfile::tempdir().unwrap();
        let life = live(home.path(), seed).await;
        let root = home.path().join("life");
        let mut rng = fastrand::Rng::with_seed(seed ^ 0x00C0_FFEE);
        for _ in 0..states.min(25) {
            done += 1;
            let calls = rng.usize(1..=life.log.len());
            let state = home.path().join(format!("state-{done}"));
            fs::create_dir_all(state.join("journal")).unwrap();
            for (path, content) in after_power_cut(&life.log[..calls], &mut rng) {
                fs::write(state.join(path.strip_prefix(&root).unwrap()), content).unwrap();
            }
            mix(&life.indexes, &state.join("sled"), &mut rng);
            let with = setup(home.path(), &Fake::default(), "second");
            let context = format!("seed {seed}, state {done}, after call {calls} of {}", life.log.len());
            let store = open_with(&state, with.clone()).unwrap_or_else(|e| panic!("{context}: {e}"));
            checked += check(&store, &life.acked, calls).await;
            // It goes on as if nothing had happened.
            let became = store.ingest(intake(999, vec![seen(post("after", "x"))])).await.unwrap();
            assert!(matches!(became[..], [Ingested::New(_)]), "{context}");
            store.close().await.unwrap();
            let report = admin::verify(&state, with, &|_| {}).unwrap();
            assert!(report.problems.is_empty(), "{context}: {:?}", report.problems);
            fs::remove_dir_all(&state).unwrap();
        }
        seed += 1;
    }
    assert!(checked as u64 > states, "the states held something to check: {checked}");
}
