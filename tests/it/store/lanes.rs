//! What every store must say of the effects that wait: what matters most goes first, and the order of one mention stays.

use super::sample::*;
use hearback::domain::*;
use hearback::store::Store;
use jiff::SignedDuration;

fn desk() -> Lane {
    Lane::Chat(Place::new("console", "desk"))
}

/// Numbers 1 to 6: due late, never due, due early and indirect, due early and direct (twice), closed.
async fn six(store: &dyn Store) {
    let plan =
        [(Some(900), true), (None, true), (Some(60), false), (Some(60), true), (Some(60), true), (Some(1), true)];
    let one = |(i, (due, direct)): (usize, (Option<i64>, bool))| {
        let mut s = seen(post(&format!("p{i}"), &format!("u{i}")));
        s.due_at = due.map(at);
        s.verdict.direct = direct;
        s.verdict.kind = Kind::ALL[i % 4];
        s
    };
    store.ingest(intake(1, plan.into_iter().enumerate().map(one).collect())).await.unwrap();
    let m = mention(store, 6).await;
    store.commit(happens(&m, 2, vec![EventKind::Closed { reason: DoneReason::Spam }])).await.unwrap();
}

/// Does everything that may go, and says in which order.
async fn drain(store: &dyn Store, may: May) -> Vec<String> {
    let mut order = Vec::new();
    while let Some(effect) = store.next_in(&desk(), at(100), may).await.unwrap().effect {
        order.push(effect.id.0.replace(":console:desk", ""));
        let mut commit = Commit::at(at(100));
        commit.effects.push(EffectChange::Done(effect.id));
        store.commit(commit).await.unwrap();
    }
    order
}

fn put(id: &str, s: i64, asked: bool, kind: EffectKind) -> EffectChange {
    EffectChange::Put(Effect { asked, ..Effect::new(id, at(s), kind) })
}

pub async fn new_cards_come_by_urgency(store: &dyn Store) {
    six(store).await;
    let next = store.next_in(&desk(), at(100), May::ALL).await.unwrap();
    assert_eq!(next.cards, 6);
    // A person corrects the kind: what was due late is due now.
    let m = mention(store, 1).await;
    let to = EventKind::KindSet { to: Kind::Complaint, due_at: Some(at(30)) };
    store.commit(happens(&m, 3, vec![to])).await.unwrap();
    assert_eq!(drain(store, May::ALL).await, ["post:1", "post:4", "post:5", "post:3", "post:2", "post:6"]);
    assert_eq!(store.lanes(at(100)).await.unwrap(), []);
}

pub async fn what_people_look_at_comes_before_new_cards(store: &dyn Store) {
    six(store).await;
    let place = Place::new("console", "desk");
    let edit = |no: u64| EffectKind::UpdateCard { no: MentionNo(no), place: place.clone() };
    let say = |text: &str| EffectKind::Notice { place: place.clone(), text: Text::plain(text) };
    let line =
        |no: u64| EffectKind::Thread { no: MentionNo(no), place: place.clone(), text: Text::plain("line"), ping: None };
    let mut commit = Commit::at(at(5));
    commit.effects = vec![
        put("told:71", 5, false, edit(71)),
        put("say", 5, false, say("low disk")),
        put("told:72", 5, false, edit(72)),
        // Somebody waits for what comes after it: it goes early, too, and first.
        put("told:73", 5, false, edit(73)),
        put("asked:73", 6, true, line(73)),
        put("asked:74", 7, true, edit(74)),
        put("later:75", 200, true, edit(75)),
        // Behind its card, however urgent.
        put("asked:2", 5, true, edit(2)),
    ];
    store.commit(commit).await.unwrap();
    let ids = |effects: Vec<Effect>| effects.into_iter().map(|e| e.id.0).collect::<Vec<_>>();
    assert_eq!(ids(store.queued(MentionNo(73), &desk()).await.unwrap()), ["told:73", "asked:73"]);
    assert_eq!(ids(store.queued(MentionNo(2), &desk()).await.unwrap()), ["post:2:console:desk", "asked:2"]);
    let state = store.lanes(at(100)).await.unwrap();
    assert_eq!(state, [LaneState { lane: desk(), due: May::ALL, next: Some(at(200)) }]);
    assert_eq!(drain(store, May { edit: true, ..May::NOTHING }).await, ["told:73", "asked:74"]);
    assert_eq!(drain(store, May { told: true, ..May::NOTHING }).await, ["told:71", "told:72"]);
    let posts = drain(store, May { post: true, ..May::NOTHING }).await;
    assert_eq!(posts[..2], ["asked:73", "say"]);
    assert_eq!(posts.len(), 8);
    assert_eq!(drain(store, May::ALL).await, ["asked:2"]);
    let later = EffectId("later:75".to_owned());
    assert_eq!(store.effect(&later).await.unwrap().unwrap().due_at, at(200));
    let state = store.lanes(at(100)).await.unwrap();
    assert_eq!(state, [LaneState { lane: desk(), due: May::NOTHING, next: Some(at(200)) }]);
}

pub async fn a_card_goes_first_whatever_was_queued_before_it(store: &dyn Store) {
    six(store).await;
    let place = Place::new("console", "desk");
    drain(store, May::ALL).await;
    let mut commit = Commit::at(at(5));
    commit.effects = vec![
        put("edit", 5, true, EffectKind::UpdateCard { no: MentionNo(1), place: place.clone() }),
        put("card", 5, false, EffectKind::PostCard { no: MentionNo(1), place }),
    ];
    store.commit(commit).await.unwrap();
    assert_eq!(drain(store, May::ALL).await, ["card", "edit"]);
}

pub async fn what_waits_to_be_shown_is_counted(store: &dyn Store) {
    six(store).await;
    let counted = store.unshown(&Place::new("console", "desk"), at(100)).await.unwrap();
    assert_eq!(counted, Unshown { total: 6, kinds: [2, 1, 1, 1], overdue: 3, direct: 4 });
    assert_eq!(store.unshown(&Place::new("console", "elsewhere"), at(100)).await.unwrap(), Unshown::default());
    let before = store.unshown(&Place::new("console", "desk"), at(60) - SignedDuration::from_secs(1)).await.unwrap();
    assert_eq!(before.overdue, 0);
}
