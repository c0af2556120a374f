//! What every store must do with copies: fold, count, list, let go; and what the store remembers of them.

use super::sample::*;
use hearback::domain::*;
use hearback::store::{Options, Store, admin};

async fn listed(store: &dyn Store, of: u64, open: bool) -> Copies {
    store.copies(&CopiesQuery { of: MentionNo(of), open, offset: 0, limit: 100 }).await.unwrap()
}

fn numbers(copies: &Copies) -> Vec<u64> {
    copies.mentions.iter().map(|m| m.no.0).collect()
}

/// The new cards that are queued, by mention.
async fn cards(store: &dyn Store) -> Vec<u64> {
    let due = store.due_effects(at(9999), 999).await.unwrap();
    let of = |e: &Effect| matches!(e.kind, EffectKind::PostCard { .. }).then(|| e.mention().map_or(0, |no| no.0));
    let mut all: Vec<u64> = due.iter().filter_map(of).collect();
    all.sort_unstable();
    all
}

pub async fn copies_are_listed_under_the_first_that_said_it(store: &dyn Store) {
    // In one intake, in the next one, and in two at once.
    let batch = vec![seen(post("other", "zoe")), seen(copied("a", "ann")), seen(copied("b", "bob"))];
    store.ingest(intake(1, batch)).await.unwrap();
    store.ingest(intake(2, vec![seen(copied("c", "cid")), seen(copied("b", "bob"))])).await.unwrap();
    let (one, other) = (intake(3, vec![seen(copied("d", "dan"))]), intake(3, vec![seen(copied("e", "bob"))]));
    let (one, other) = tokio::join!(store.ingest(one), store.ingest(other));
    assert!(one.is_ok() && other.is_ok());
    let all = listed(store, 2, false).await;
    assert_eq!((all.of, all.total, all.open, numbers(&all)), (Some(MentionNo(2)), 4, 4, vec![3, 4, 5, 6]));
    assert_eq!(cards(store).await, [1, 2], "no card but the first one's");
    let first = mention(store, 2).await;
    assert_eq!((first.repeats.total, first.repeats.authors), (4, 3), "bob said it twice");
    assert_eq!(listed(store, 1, false).await.total, 0);
    let page = store.copies(&CopiesQuery { of: MentionNo(2), open: false, offset: 1, limit: 2 }).await.unwrap();
    assert_eq!((page.total, numbers(&page)), (4, vec![4, 5]));

    store
        .commit(happens(&mention(store, 4).await, 4, vec![EventKind::Closed { reason: DoneReason::None }]))
        .await
        .unwrap();
    let open = listed(store, 2, true).await;
    assert_eq!((open.total, open.open, numbers(&open)), (4, 3, vec![3, 5, 6]));
    let grouped = OpenQuery { limit: 10, grouped: true, ..OpenQuery::default() };
    let page = store.open(&grouped).await.unwrap();
    let rows: Vec<(u64, usize)> = page.rows.iter().map(|r| (r.no.0, r.alike)).collect();
    assert_eq!((page.total, rows), (2, vec![(1, 0), (2, 3)]));
}

pub async fn a_copy_that_is_taken_up_is_counted_no_more(store: &dyn Store) {
    let batch = (0..4).map(|i| seen(copied(&format!("p{i}"), &format!("u{i}")))).collect();
    store.ingest(intake(1, batch)).await.unwrap();
    let copy = mention(store, 3).await;
    assert_eq!(copy.lead(), Some(MentionNo(1)));
    let commit = happens_apart(store, &copy, 2, vec![claimed("ana")]).await;
    store.commit(commit.clone()).await.unwrap();
    let copy = mention(store, 3).await;
    assert_eq!((copy.lead(), copy.like.map(|l| l.of)), (None, Some(MentionNo(1))), "it is known what it was like");
    assert_eq!(numbers(&listed(store, 1, false).await), [2, 4]);
    assert_eq!(mention(store, 1).await.repeats.total, 2);
    assert_eq!(cards(store).await, [1, 3]);

    // Its author goes on: so does the next one's, in the batch in which it was heard.
    let goes_on = Post { parent: Some("p9".to_owned()), text: "anybody?".to_owned(), ..post("p10", "u9") };
    store.ingest(intake(3, vec![seen(copied("p9", "u9")), seen(goes_on)])).await.unwrap();
    assert_eq!(mention(store, 5).await.lead(), None);
    assert_eq!(mention(store, 1).await.repeats.total, 2);
    // A copy of a copy is one of the first.
    store.ingest(intake(4, vec![seen(copied("p11", "u11"))])).await.unwrap();
    assert_eq!(mention(store, 6).await.lead(), Some(MentionNo(1)));
}

#[tokio::test]
async fn what_was_said_is_known_after_a_restart_and_forgotten_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.ingest(intake(0, vec![seen(copied("a", "ann"))])).await.unwrap();
    store.close().await.unwrap();
    drop(store);
    let store = open(folder.path());
    store.ingest(intake(3600, vec![seen(copied("b", "bob"))])).await.unwrap();
    assert_eq!(mention(&store, 2).await.lead(), Some(MentionNo(1)));
    store.ingest(intake(49 * 3600, vec![seen(copied("c", "cid"))])).await.unwrap();
    assert_eq!(mention(&store, 3).await.lead(), None, "too long ago");
    store.close().await.unwrap();
    drop(store);
    // With other words in the file, everybody has a card of their own; who was counted, stays so.
    let store = open_with(folder.path(), Options { copies_within: None, ..options() }).unwrap();
    store.ingest(intake(49 * 3600 + 1, vec![seen(copied("d", "dan"))])).await.unwrap();
    assert_eq!(mention(&store, 4).await.lead(), None);
    store.close().await.unwrap();
}

#[tokio::test]
async fn erased_or_elsewhere_or_another_brand_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.ingest(intake(0, vec![seen(copied("a", "ann"))])).await.unwrap();
    let mut other = seen(copied("b", "bob"));
    other.verdict.brand = BrandId::new("umbrella");
    let mut elsewhere = seen(copied("c", "cid"));
    elsewhere.places = vec![Place::new("console", "other")];
    let mut urgent = seen(copied("d", "dan"));
    urgent.verdict.signals.urgent = Some("fire".to_owned());
    store.ingest(intake(1, vec![other, elsewhere, urgent, seen(copied("e", "eva"))])).await.unwrap();
    for no in 2..=4 {
        assert_eq!(mention(&store, no).await.lead(), None, "{no}");
    }
    assert!(mention(&store, 5).await.lead().is_some());
    store.close().await.unwrap();
    drop(store);
    let who = admin::Who { network: None, handle_or_id: "eva" };
    admin::erase_author(folder.path(), &who, at(9), options(), &|_| {}).unwrap();
    let report = admin::verify(folder.path(), options(), &|_| {}).unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
}
