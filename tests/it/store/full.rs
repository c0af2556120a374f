//! A full or failing disk under the journal.

use super::fake::Fake;
use super::sample::*;
use hearback::domain::*;
use hearback::store::{Options, Store, StoreError};
use std::sync::Arc;

fn on(fake: &Fake) -> Options {
    Options { disk: Arc::new(fake.clone()), ..options() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_the_commit_leaves_nothing_of_it_and_recovers() {
    // The disk is full after so many bytes of the write: before it, in the header, in the payload, in the zeros after it.
    for room in [0, 10, 500, 2500] {
        let folder = tempfile::tempdir().unwrap();
        let fake = Fake::default();
        let store = open_with(folder.path(), on(&fake)).unwrap();
        store.ingest(intake(1, vec![seen(post("a", "bob"))])).await.unwrap();
        fake.room(Some(room));
        let before = mention(&store, 1).await;
        let mut refused = 0;
        for i in 0..8 {
            let long = EventKind::Noted { text: "x".repeat(9000) };
            match store.commit(happens(&before, 2 + i, vec![long])).await {
                Err(StoreError::Broken(say)) => {
                    refused += 1;
                    assert!(say.contains("the disk is full") && say.contains("Free some space"), "{say}");
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(refused, 8);
        assert_eq!(mention(&store, 1).await, before);
        assert!(store.health().await.unwrap().trouble.unwrap().contains("full"));
        fake.room(None);
        store.commit(happens(&before, 20, vec![claimed("ana")])).await.unwrap();
        drop(store);
        let store = open_with(folder.path(), on(&fake)).unwrap();
        let events = store.history(MentionNo(1)).await.unwrap();
        assert_eq!(events.len(), 2, "what was refused did not come back: {events:?}");
        assert_eq!(mention(&store, 1).await.version, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_does_not_sync_refuses_the_commit() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::default();
    let store = open_with(folder.path(), on(&fake)).unwrap();
    store.ingest(intake(1, vec![seen(post("a", "bob"))])).await.unwrap();
    fake.fail_sync(true);
    let refused = store.ingest(intake(2, vec![seen(post("b", "bob"))])).await;
    assert!(matches!(refused, Err(StoreError::Broken(ref say)) if say.contains("does not answer")), "{refused:?}");
    assert_eq!(store.by_post("forum", "b").await.unwrap(), None);
    fake.fail_sync(false);
    let became = store.ingest(intake(3, vec![seen(post("c", "bob"))])).await.unwrap();
    assert_eq!(became, [Ingested::New(MentionNo(2))], "the refused number is given to the next");
    drop(store);
    let store = open_with(folder.path(), on(&fake)).unwrap();
    assert_eq!(store.by_post("forum", "b").await.unwrap(), None);
    assert_eq!(store.by_post("forum", "c").await.unwrap(), Some(MentionNo(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_committed_into_the_reserve_but_everything_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::default();
    let store = open_with(folder.path(), Options { reserve_bytes: 1 << 20, ..on(&fake) }).unwrap();
    store.ingest(intake(1, vec![seen(post("a", "bob"))])).await.unwrap();
    fake.room(Some((1 << 20) - 1));
    let e = store.ingest(intake(2, vec![seen(post("b", "bob"))])).await.unwrap_err();
    assert!(e.to_string().contains("the disk is full"), "{e}");
    assert_eq!(mention(&store, 1).await.version, 1);
    fake.room(Some(1 << 20));
    store.ingest(intake(3, vec![seen(post("b", "bob"))])).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn low_space_is_said_and_the_reserve_is_given_back_to_open() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::default();
    let with = Options { low_bytes: 1 << 20, ballast_bytes: 1 << 16, ..on(&fake) };
    let store = open_with(folder.path(), with.clone()).unwrap();
    assert!(!store.health().await.unwrap().low_disk);
    assert_eq!(std::fs::metadata(folder.path().join("ballast")).unwrap().len(), 1 << 16);
    fake.room(Some((1 << 20) - 1));
    let health = store.health().await.unwrap();
    assert_eq!((health.low_disk, health.free_bytes), (true, (1 << 20) - 1));
    drop(store);
    let store = open_with(folder.path(), with).unwrap();
    assert!(!folder.path().join("ballast").exists());
    assert!(store.health().await.unwrap().low_disk);
}
