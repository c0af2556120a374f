//! What every store must do: each check takes any `dyn Store`, so that another store runs through the same list.

use super::copies::*;
use super::lanes::*;
use super::sample::*;
use hearback::domain::*;
use hearback::store::{Store, StoreError};
use jiff::SignedDuration;

macro_rules! contract {
    ($($check:ident),* $(,)?) => {
        mod embedded {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $check() {
                let folder = tempfile::tempdir().unwrap();
                let store = super::open(folder.path());
                super::$check(&store).await;
                hearback::store::Store::close(&store).await.unwrap();
                let report = hearback::store::admin::verify(folder.path(), super::options(), &|_| {}).unwrap();
                assert!(report.problems.is_empty(), "{:?}", report.problems);
            })*
        }
    };
}

contract!(
    numbers_are_without_gaps,
    the_same_post_twice_is_one_mention,
    only_one_of_two_changes_of_a_version_wins,
    a_repeated_key_is_refused_for_two_days,
    the_author_goes_on_in_the_same_conversation,
    the_author_answers_our_reply,
    a_brand_account_answers_natively,
    authors_are_counted,
    the_cursor_moves_with_the_posts,
    settings_are_kept_by_prefix,
    open_mentions_are_paged_by_due_time,
    effects_keep_their_order,
    new_cards_come_by_urgency,
    what_people_look_at_comes_before_new_cards,
    a_card_goes_first_whatever_was_queued_before_it,
    what_waits_to_be_shown_is_counted,
    facts_are_those_of_the_range,
    copies_are_listed_under_the_first_that_said_it,
    a_copy_that_is_taken_up_is_counted_no_more,
    histories_are_whole_and_fold_to_the_record,
    found_by_post_address_card_and_words,
    a_long_post_is_cut,
    many_at_once_are_all_kept,
    what_was_handled_comes_newest_first,
);

async fn numbers_are_without_gaps(store: &dyn Store) {
    for round in 0..3_u64 {
        let posts = (0..4).map(|i| seen(post(&format!("{round}-{i}"), ""))).collect();
        let became = store.ingest(intake(1, posts)).await.unwrap();
        let expected: Vec<_> = (1..=4).map(|i| Ingested::New(MentionNo(round * 4 + i))).collect();
        assert_eq!(became, expected);
    }
    assert_eq!(store.health().await.unwrap().mentions, 12);
    let numbers: Vec<u64> = store.scan(MentionNo(1), 100).await.unwrap().iter().map(|m| m.no.0).collect();
    assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
    assert_eq!(store.scan(MentionNo(11), 1).await.unwrap()[0].no, MentionNo(11));
}

async fn the_same_post_twice_is_one_mention(store: &dyn Store) {
    let again = intake(1, vec![seen(post("a", "bob")), seen(post("a", "bob"))]);
    let became = store.ingest(again.clone()).await.unwrap();
    assert_eq!(became, [Ingested::New(MentionNo(1)), Ingested::Known(MentionNo(1))]);
    assert_eq!(store.ingest(again).await.unwrap(), [Ingested::Known(MentionNo(1)); 2]);
    let mut elsewhere = post("a", "bob");
    "other".clone_into(&mut elsewhere.network);
    assert_eq!(store.ingest(intake(1, vec![seen(elsewhere)])).await.unwrap(), [Ingested::New(MentionNo(2))]);
}

async fn only_one_of_two_changes_of_a_version_wins(store: &dyn Store) {
    store.ingest(intake(1, vec![seen(post("a", "bob"))])).await.unwrap();
    let m = mention(store, 1).await;
    let (ana, sam) = (happens(&m, 2, vec![claimed("ana")]), happens(&m, 2, vec![claimed("sam")]));
    let (one, other) = tokio::join!(store.commit(ana), store.commit(sam));
    let refused = [&one, &other].into_iter().filter(|r| matches!(r, Err(StoreError::Conflict(MentionNo(1))))).count();
    assert_eq!((one.is_ok() || other.is_ok(), refused), (true, 1));
    let m = mention(store, 1).await;
    assert_eq!((m.version, store.history(m.no).await.unwrap().len()), (2, 2));
    let mut gap = Commit::at(at(3));
    let first = store.history(MentionNo(1)).await.unwrap().remove(0);
    gap.open(MentionNo(7), first);
    assert!(matches!(store.commit(gap).await, Err(StoreError::Conflict(MentionNo(7)))));
    assert_eq!(store.mention(MentionNo(7)).await.unwrap(), None);
}

async fn a_repeated_key_is_refused_for_two_days(store: &dyn Store) {
    let key = IdemKey("delivery-1".to_owned());
    assert!(!store.done_before(&key).await.unwrap());
    let mut hook = intake(1, vec![seen(post("a", "bob"))]);
    hook.idem = Some(key.clone());
    store.ingest(hook.clone()).await.unwrap();
    assert!(store.done_before(&key).await.unwrap());
    assert!(matches!(store.ingest(hook).await, Err(StoreError::Repeated)));
    let mut commit = happens(&mention(store, 1).await, 47 * 3600, vec![claimed("ana")]);
    commit.idem = Some(key.clone());
    assert!(matches!(store.commit(commit.clone()).await, Err(StoreError::Repeated)));
    assert_eq!(mention(store, 1).await.holder, None, "a refused commit changes nothing");
    commit.at = at(49 * 3600);
    store.commit(commit).await.unwrap();
}

async fn the_author_goes_on_in_the_same_conversation(store: &dyn Store) {
    let with = |id: &str, author: &str, conversation: &str| {
        let mut p = post(id, author);
        p.conversation = Some(conversation.to_owned());
        seen(p)
    };
    store
        .ingest(intake(1, vec![with("a", "bob", "t1"), with("b", "bob", "t2"), with("c", "eve", "t1")]))
        .await
        .unwrap();
    let m = mention(store, 1).await;
    store.commit(happens(&m, 2, vec![EventKind::Closed { reason: DoneReason::None }])).await.unwrap();
    let became = store.ingest(intake(3, vec![with("d", "bob", "t1")])).await.unwrap();
    assert_eq!(became, [Ingested::FollowUp(MentionNo(1))]);
    let m = mention(store, 1).await;
    assert_eq!((m.state, m.cycles.len(), m.follow_ups.len(), m.version), (State::Open, 2, 1, 3));
    assert_eq!(store.by_post("forum", "d").await.unwrap(), Some(MentionNo(1)));
    assert_eq!(store.ingest(intake(4, vec![with("d", "bob", "t1")])).await.unwrap(), [Ingested::Known(MentionNo(1))]);
    // Another author in the same conversation, and the same author in a new one, are new mentions.
    let became = store.ingest(intake(5, vec![with("e", "joe", "t1"), with("f", "bob", "t9")])).await.unwrap();
    assert_eq!(became, [Ingested::New(MentionNo(4)), Ingested::New(MentionNo(5))]);
}

async fn the_author_answers_our_reply(store: &dyn Store) {
    store.ingest(intake(1, vec![seen(post("a", "bob"))])).await.unwrap();
    let m = mention(store, 1).await;
    store.commit(happens(&m, 60, vec![claimed("ana"), replied("our-reply", 50)])).await.unwrap();
    let mut p = post("b", "bob");
    p.parent = Some("our-reply".to_owned());
    p.posted_at = at(100);
    assert_eq!(store.ingest(intake(101, vec![seen(p)])).await.unwrap(), [Ingested::FollowUp(MentionNo(1))]);
    assert_eq!(mention(store, 1).await.cycle().started_at, at(100));
}

async fn a_brand_account_answers_natively(store: &dyn Store) {
    store.ingest(intake(1, vec![seen(post("a", "bob"))])).await.unwrap();
    let own = |id: &str, parent: Option<&str>, conversation: Option<&str>| {
        let mut p = post(id, "acme");
        p.parent = parent.map(str::to_owned);
        p.conversation = conversation.map(str::to_owned);
        p.posted_at = at(90);
        Seen { own_account: Some("acme".to_owned()), opens: false, ..seen(p) }
    };
    let news = store.ingest(intake(2, vec![own("n", None, None), own("r", Some("unknown"), None)])).await.unwrap();
    assert_eq!(news, [Ingested::Unrelated, Ingested::Unrelated]);
    assert_eq!(store.health().await.unwrap().mentions, 1);
    let became = store.ingest(intake(3, vec![own("r1", Some("a"), None), own("r1", Some("a"), None)])).await.unwrap();
    assert_eq!(became, [Ingested::Answer(MentionNo(1)), Ingested::Known(MentionNo(1))]);
    let m = mention(store, 1).await;
    assert_eq!(m.cycle().response.as_ref().unwrap().at, at(90));
    assert_eq!(
        store.ingest(intake(4, vec![own("r2", None, Some("a"))])).await.unwrap(),
        [Ingested::Known(MentionNo(1))]
    );
}

async fn authors_are_counted(store: &dyn Store) {
    for i in 0..12 {
        store
            .ingest(intake(i, vec![seen(post(&format!("p{i}"), "bob")), seen(post(&format!("q{i}"), ""))]))
            .await
            .unwrap();
    }
    assert_eq!(mention(store, 23).await.nth, 12);
    assert_eq!(mention(store, 24).await.nth, 1, "without an id nobody is counted");
}

async fn the_cursor_moves_with_the_posts(store: &dyn Store) {
    let source = SourceName::new("forum-eu");
    assert_eq!(store.cursor(&source).await.unwrap(), None);
    for round in ["p1", "p2", "p2"] {
        let cursor = Some(Cursor(round.to_owned()));
        store.ingest(Intake { cursor, ..intake(1, vec![seen(post(round, "bob"))]) }).await.unwrap();
        assert_eq!(store.cursor(&source).await.unwrap().unwrap().0, round);
    }
}

async fn settings_are_kept_by_prefix(store: &dyn Store) {
    let mut commit = Commit::at(at(0));
    let set = |k: &str, v: Option<&str>| (k.to_owned(), v.map(str::to_owned));
    commit.settings = vec![set("a/1", Some("x")), set("a/2", Some("y")), set("b", Some("z"))];
    store.commit(commit.clone()).await.unwrap();
    commit.settings = vec![set("a/1", None), set("b", Some("zz"))];
    store.commit(commit).await.unwrap();
    assert_eq!(store.settings("a/").await.unwrap(), [("a/2".to_owned(), "y".to_owned())]);
    assert_eq!(store.setting("b").await.unwrap().as_deref(), Some("zz"));
    assert_eq!(store.setting("a/1").await.unwrap(), None);
}

async fn open_mentions_are_paged_by_due_time(store: &dyn Store) {
    let mut posts: Vec<Seen> = (0..6).map(|i| seen(post(&format!("p{i}"), &format!("u{i}")))).collect();
    for (i, s) in posts.iter_mut().enumerate() {
        let i = i64::try_from(i).unwrap();
        s.post.posted_at = at(i);
        s.due_at = (i != 2).then(|| at(1000 - i));
    }
    posts[4].verdict.kind = Kind::Praise;
    store.ingest(intake(10, posts)).await.unwrap();
    let numbers = async |pick: Pick, limit: usize, oldest_first: bool| {
        let page = store.open(&OpenQuery { pick, limit, oldest_first, ..OpenQuery::default() }).await.unwrap();
        (page.rows.iter().map(|r| r.no.0).collect::<Vec<_>>(), page.total)
    };
    assert_eq!(numbers(Pick::All, 4, false).await, (vec![6, 5, 4, 2], 6));
    assert_eq!(numbers(Pick::All, 9, false).await.0.last(), Some(&3), "never due comes last");
    assert_eq!(numbers(Pick::All, 2, true).await, (vec![1, 2], 6));
    assert_eq!(numbers(Pick::Overdue(at(997)), 9, false).await, (vec![6, 5], 2));
    assert_eq!(numbers(Pick::Praise, 9, false).await, (vec![5], 1));
    let m = mention(store, 2).await;
    store.commit(happens(&m, 11, vec![claimed("ana")])).await.unwrap();
    assert_eq!(numbers(Pick::HeldBy(PersonId::new("ana")), 9, false).await, (vec![2], 1));
    assert_eq!(numbers(Pick::ClaimedBefore(at(12)), 9, false).await, (vec![2], 1));
    assert_eq!(numbers(Pick::Unclaimed, 9, false).await.1, 5);
    let m = mention(store, 3).await;
    store.commit(happens(&m, 12, vec![EventKind::Snoozed { until: at(100) }])).await.unwrap();
    assert_eq!(numbers(Pick::WakesBefore(at(99)), 9, false).await.1, 0);
    assert_eq!(numbers(Pick::WakesBefore(at(100)), 9, false).await.0, [3]);
    let m = mention(store, 6).await;
    store.commit(happens(&m, 13, vec![EventKind::Closed { reason: DoneReason::Spam }])).await.unwrap();
    assert_eq!(numbers(Pick::All, 9, false).await.1, 5);
}

async fn effects_keep_their_order(store: &dyn Store) {
    store.ingest(intake(1, vec![seen(post("a", "bob")), seen(post("b", "eve"))])).await.unwrap();
    let m = mention(store, 1).await;
    store.commit(happens(&m, 2, vec![EventKind::Noted { text: "look".to_owned() }])).await.unwrap();
    let due = store.due_effects(at(5), 10).await.unwrap();
    let ids: Vec<&str> = due.iter().map(|e| e.id.0.as_str()).collect();
    assert_eq!(ids, ["post:1:console:desk", "post:2:console:desk"], "the note waits for the card");
    // A retry is put back for later and still holds up what comes after it.
    let mut retry = due[0].clone();
    (retry.attempts, retry.due_at) = (1, at(60));
    let mut commit = Commit::at(at(5));
    commit.effects = vec![EffectChange::Put(retry), EffectChange::Done(due[1].id.clone())];
    store.commit(commit).await.unwrap();
    assert_eq!(store.due_effects(at(59), 10).await.unwrap(), []);
    assert_eq!(store.next_effect().await.unwrap(), Some(at(60)));
    assert_eq!(store.due_effects(at(60), 10).await.unwrap()[0].attempts, 1);
    let mut commit = Commit::at(at(61));
    commit.effects = vec![EffectChange::Done(due[0].id.clone())];
    store.commit(commit).await.unwrap();
    let due = store.due_effects(at(61), 10).await.unwrap();
    assert!(due.len() == 1 && due[0].id.0.starts_with("thread:1:"), "{due:?}");
    assert_eq!(store.health().await.unwrap().effects, 1);
}

async fn facts_are_those_of_the_range(store: &dyn Store) {
    let mut posts = Vec::new();
    for i in 0..80 {
        let mut p = post(&format!("p{i}"), &format!("u{i}"));
        p.posted_at = at(i64::from(i) * 3600);
        posts.push(seen(p));
    }
    store.ingest(intake(80 * 3600, posts)).await.unwrap();
    let m = mention(store, 11).await;
    store.commit(happens(&m, 81 * 3600, vec![claimed("ana"), replied("r", 80 * 3600)])).await.unwrap();
    let facts = store.facts(at(10 * 3600), at(30 * 3600)).await.unwrap();
    let mut numbers: Vec<u64> = facts.rows.iter().map(|f| f.no.0).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (11..=30).collect::<Vec<_>>());
    // Every row is what its mention says.
    for row in facts.rows {
        let m = mention(store, row.no.0).await;
        assert_eq!(vec![row.map_names(|code| facts.names[usize::from(code)].clone())], m.facts());
    }
    assert_eq!(store.facts(at(0), at(0)).await.unwrap().rows, []);
    let all = store.facts(at(0) - SignedDuration::from_hours(9000), at(90 * 3600)).await.unwrap();
    assert_eq!(all.rows.len(), 80);
}

async fn what_was_handled_comes_newest_first(store: &dyn Store) {
    let posts = ["a", "b", "c", "d"].map(|id| seen(post(id, "bob"))).to_vec();
    store.ingest(intake(1, posts)).await.unwrap();
    let numbers = async |before: Option<u64>, limit| {
        let rows = store.handled(before.map(MentionNo), limit).await.unwrap();
        rows.into_iter().map(|row| (row.no.0, row.answered)).collect::<Vec<_>>()
    };
    assert_eq!(numbers(None, 10).await, []);
    let drafted = EventKind::Drafted { version: 1, text: "Fixed, sorry!".to_owned() };
    let to = EventKind::KindSet { to: Kind::Praise, due_at: None };
    let changes = [
        (1, vec![drafted, replied("r", 2)]),
        (2, vec![EventKind::Closed { reason: DoneReason::Spam }]),
        (4, vec![to, EventKind::Closed { reason: DoneReason::None }]),
    ];
    for (no, what) in changes {
        store.commit(happens(&mention(store, no).await, 3, what)).await.unwrap();
    }
    assert_eq!(numbers(None, 10).await, [(4, false), (2, false), (1, true)]);
    assert_eq!(numbers(None, 1).await, [(4, false)]);
    assert_eq!(numbers(Some(4), 10).await, [(2, false), (1, true)]);
    let rows = store.handled(None, 10).await.unwrap();
    let said: Vec<Said> = rows.into_iter().filter_map(|row| row.lesson.map(|lesson| lesson.said)).collect();
    // Closing it says nothing more than what was said of its kind.
    assert_eq!(said, [Said::Kind(Kind::Praise), Said::Spam, Said::LeftAlone]);
    // Whoever opens it again takes spam back, and whoever is erased teaches nothing.
    let reopened = EventKind::Reopened { cause: ReopenCause::Person, from: at(4), due_at: None };
    store.commit(happens(&mention(store, 2).await, 4, vec![reopened])).await.unwrap();
    store.commit(happens(&mention(store, 1).await, 4, vec![EventKind::Erased])).await.unwrap();
    assert_eq!(numbers(None, 10).await, [(4, false)]);
}

async fn histories_are_whole_and_fold_to_the_record(store: &dyn Store) {
    store.ingest(intake(1, vec![seen(post("a", "bob"))])).await.unwrap();
    for i in 0..100 {
        let m = mention(store, 1).await;
        let what = match i % 4 {
            0 => claimed("ana"),
            1 => EventKind::Noted { text: format!("note {i}") },
            2 => EventKind::Tagged { added: vec![format!("t{i}")], removed: vec![] },
            _ => EventKind::Released,
        };
        store.commit(happens(&m, 2 + i, vec![what])).await.unwrap();
    }
    let (m, events) = (mention(store, 1).await, store.history(MentionNo(1)).await.unwrap());
    assert_eq!((events.len(), m.version), (101, 101));
    assert_eq!(Mention::fold(m.no, &events).unwrap(), Mention { version: 1, ..m });
}

async fn found_by_post_address_card_and_words(store: &dyn Store) {
    let mut p = post("a", "bob");
    "Die STRASSE ist kaputt".clone_into(&mut p.text);
    store.ingest(intake(1, vec![seen(p), seen(post("b", "eve"))])).await.unwrap();
    let card = CardPlace { place: Place::new("console", "desk"), message: MessageId::new("m1") };
    let m = mention(store, 1).await;
    store.commit(happens(&m, 2, vec![EventKind::CardPosted { card: card.clone() }])).await.unwrap();
    assert_eq!(store.by_post("forum", "a").await.unwrap(), Some(MentionNo(1)));
    assert_eq!(store.by_post("forum", "zz").await.unwrap(), None);
    assert_eq!(store.by_url("https://forum.example/b").await.unwrap(), Some(MentionNo(2)));
    assert_eq!(store.by_card(&ChatName::new("console"), "m1").await.unwrap(), Some(MentionNo(1)));
    let found = async |needle: &str, limit, depth| {
        let found = store.find(needle, limit, depth).await.unwrap();
        found.iter().map(|m| m.no.0).collect::<Vec<_>>()
    };
    assert_eq!(found("straße", 9, 99).await, [1]);
    assert_eq!(found("EVE", 9, 99).await, [2]);
    assert_eq!(found("straße", 9, 1).await, [] as [u64; 0], "only the newest are looked at");
    assert_eq!(found("", 1, 99).await, [2], "the newest first");
    let m = mention(store, 1).await;
    store.commit(happens(&m, 3, vec![EventKind::CardLost { card }])).await.unwrap();
    assert_eq!(store.by_card(&ChatName::new("console"), "m1").await.unwrap(), None);
}

async fn a_long_post_is_cut(store: &dyn Store) {
    let mut p = post("a", "bob");
    p.text = "ä".repeat(50_000);
    let mut s = seen(p);
    s.verdict.confidence = f32::NAN;
    store.ingest(intake(1, vec![s])).await.unwrap();
    let m = mention(store, 1).await;
    assert_eq!((m.post.text.chars().count(), m.confidence.to_bits()), (20_000, 0));
}

async fn many_at_once_are_all_kept(store: &dyn Store) {
    let many = (0..200).map(|i| store.ingest(intake(i, vec![seen(post(&format!("p{i}"), "bob"))])));
    let became: Vec<_> = futures_all(many).await;
    let mut numbers: Vec<u64> = became
        .into_iter()
        .map(|r| match r.unwrap()[..] {
            [Ingested::New(no)] => no.0,
            ref other => panic!("{other:?}"),
        })
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=200).collect::<Vec<_>>());
}

/// Polls all of them at the same time.
async fn futures_all<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = all.map(|f| (Box::pin(f), None)).collect();
    std::future::poll_fn(|cx| {
        let mut ready = true;
        for (f, out) in &mut waiting {
            if out.is_none() {
                match f.as_mut().poll(cx) {
                    std::task::Poll::Ready(x) => *out = Some(x),
                    std::task::Poll::Pending => ready = false,
                }
            }
        }
        if ready { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    waiting.into_iter().filter_map(|(_, out)| out).collect()
}
