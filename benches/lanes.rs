//! One step of a lane, with 1,000 to 100,000 effects waiting in it: what goes next, and which lanes may go. Steps must
//! not get slower as more waits. `cargo bench --bench lanes`.

use hearback::domain::{Commit, Effect, EffectChange, EffectKind, Lane, May, MentionNo, Place};
use hearback::store::{Embedded, Options, Store};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tempfile::TempDir;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

const WAITING: [u64; 3] = [1_000, 10_000, 100_000];
/// Effects of one commit.
const CHUNK: usize = 1_000;

struct Desk {
    _folder: TempDir,
    store: Embedded,
    runtime: Runtime,
}

fn place() -> Place {
    Place::new("slack", "C0123456789")
}

/// A store in which that many new cards wait, and a tenth as many edits. Made once.
fn desk(waiting: u64) -> Arc<Desk> {
    static MADE: OnceLock<Mutex<HashMap<u64, Arc<Desk>>>> = OnceLock::new();
    let mut made = MADE.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(made.entry(waiting).or_insert_with(|| Arc::new(fill(waiting))))
}

fn fill(waiting: u64) -> Desk {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = Runtime::new().expect("a runtime");
    let options = Options { ballast_bytes: 0, low_bytes: 0, low_percent: 0, ..Options::default() };
    let store = Embedded::open(folder.path(), options, &|_| ()).expect("a new store");
    let card = |no: u64| {
        let kind = EffectKind::PostCard { no: MentionNo(no), place: place() };
        Effect::new(format!("post:{no}"), Timestamp::UNIX_EPOCH, kind)
    };
    let edit = |no: u64| {
        let kind = EffectKind::UpdateCard { no: MentionNo(waiting + no), place: place() };
        Effect::new(format!("edit:{no}"), Timestamp::UNIX_EPOCH, kind)
    };
    let all: Vec<EffectChange> =
        (1..=waiting).map(card).chain((1..=waiting / 10).map(edit)).map(EffectChange::Put).collect();
    for chunk in all.chunks(CHUNK) {
        let mut commit = Commit::at(Timestamp::UNIX_EPOCH);
        commit.effects = chunk.to_vec();
        runtime.block_on(store.commit(commit)).expect("it is kept");
    }
    Desk { _folder: folder, store, runtime }
}

/// What goes next, cards alone: the edits wait for their limit.
#[divan::bench(args = WAITING)]
fn next_card(bencher: divan::Bencher<'_, '_>, waiting: u64) {
    let (desk, lane, now) = (desk(waiting), Lane::Chat(place()), Timestamp::UNIX_EPOCH);
    let may = May { post: true, ..May::NOTHING };
    bencher.bench(|| desk.runtime.block_on(desk.store.next_in(&lane, now, may)));
}

/// Which lanes may go.
#[divan::bench(args = WAITING)]
fn lanes(bencher: divan::Bencher<'_, '_>, waiting: u64) {
    let desk = desk(waiting);
    bencher.bench(|| desk.runtime.block_on(desk.store.lanes(Timestamp::UNIX_EPOCH)));
}

/// An effect comes and goes, durably.
#[divan::bench(args = WAITING, sample_count = 50)]
fn comes_and_goes(bencher: divan::Bencher<'_, '_>, waiting: u64) {
    let desk = desk(waiting);
    let kind = EffectKind::PostCard { no: MentionNo(waiting * 2), place: place() };
    let effect = Effect::new("one more", Timestamp::UNIX_EPOCH, kind);
    bencher.bench(|| {
        for change in [EffectChange::Put(effect.clone()), EffectChange::Done(effect.id.clone())] {
            let mut commit = Commit::at(Timestamp::UNIX_EPOCH);
            commit.effects.push(change);
            desk.runtime.block_on(desk.store.commit(commit)).expect("it is kept");
        }
    });
}
