//! One contract for all networks: what the desk relies on, checked against the real adapter and a strict fake of its
//! network. A network joins with a [`Peer`] and one line at the end of this file. What it cannot do it must refuse.

mod acts;
mod bench;
mod feed;
mod hackernews;
mod looking;
mod mastodon;
mod refusing;
mod sending;
mod sequences;
mod troubles;
mod watching;
mod weather;
mod webhook;

pub use troubles::{On, Trouble, Troubles};

use async_trait::async_trait;
use hearback::domain::{Act, Post};
use hearback::networks::{Network, Tools};
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The time limit of one call of an adapter under test: long enough for a busy machine, short enough to wait for.
pub const PATIENCE: Duration = Duration::from_secs(2);
/// The word that a network which searches looks for; it is in every text that somebody says here.
pub const WORD: &str = "acme";

/// The clock of the desk and of the fake; it moves only when told.
#[derive(Clone)]
pub struct Clock(Arc<Mutex<Timestamp>>);

impl Clock {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(super::now())))
    }

    pub fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    pub fn pass(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now += SignedDuration::from_secs(seconds);
    }

    /// What an adapter is handed; a peer keeps it, so that a session survives a restart.
    pub fn tools(&self) -> Tools {
        let clock = self.clone();
        Tools::in_memory(Arc::new(move || clock.now()))
    }
}

/// What the network's fake can show, as far as the adapter's own capabilities do not say it.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a yes or a no, asked for by name")]
pub struct Shape {
    /// Mentions are fetched; otherwise they arrive by themselves and are in [`Peer::pushed`].
    pub polls: bool,
    /// `--since` brings what was said before.
    pub history: bool,
    /// Posts of one page: more than this needs another page.
    pub page: usize,
    /// A poll may hand in again what an earlier one brought (a stream that replays a little).
    pub overlaps: bool,
    /// The network tells who answered what: `parent` and `conversation` are there.
    pub threads: bool,
    /// What the account posts in the network's own app comes in by poll.
    pub native: bool,
    /// An author can edit a post.
    pub edits: bool,
    /// An author can block the account.
    pub blocks: bool,
    /// The network takes the same words as an answer to the same post twice.
    pub repeats: bool,
}

impl Shape {
    /// Polled and read-only.
    pub const READ_ONLY: Shape = Shape {
        polls: true,
        history: true,
        page: 20,
        overlaps: false,
        threads: false,
        native: false,
        edits: false,
        blocks: false,
        repeats: true,
    };
}

/// A network under test: its strict fake, and its adapter. Times of what is said are the clock's.
#[async_trait]
pub trait Peer: Send + Sync + Sized + 'static {
    /// What the fake can show.
    const SHAPE: Shape;

    /// The fake with the account and a few people: ann, bob, cleo.
    async fn start(clock: Clock) -> Self;

    /// The adapter made anew over the same kept session, as after a restart; one call takes at most [`PATIENCE`].
    fn network(&self) -> Arc<dyn Network>;

    /// What becomes of the next requests.
    fn troubles(&self) -> &Troubles;

    /// Somebody addresses the account, or names the watched word; the external id as the adapter reports it. The text
    /// has [`WORD`] in it and nothing that is markup anywhere; the peer may put a mention of the account in front.
    fn says(&self, author: &str, text: &str) -> String;

    /// Somebody answers that post.
    fn answers(&self, _author: &str, _to: &str, _text: &str) -> String {
        unreachable!("it has no threads")
    }

    /// The account itself answers in the network's own app.
    fn natively(&self, _to: &str, _text: &str) -> String {
        unreachable!("the account does not post there")
    }

    /// What the account has posted and not deleted, by the adapter or natively: the answered external id, and the text
    /// as a reader sees it (without a mention in front that the adapter added).
    fn replies(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// What else is in effect: the act, and the external id of the post or the id of the author that it is about.
    fn deeds(&self) -> Vec<(Act, String)> {
        Vec::new()
    }

    /// Its author deletes a post.
    fn delete(&self, id: &str);

    /// Its author changes a post.
    fn edit(&self, _id: &str, _text: &str) {
        unreachable!("nothing is edited there")
    }

    /// That person blocks the account.
    fn block(&self, _author: &str) {
        unreachable!("nobody is blocked there")
    }

    /// Every token given out so far is over; what renews them still holds.
    fn expire(&self) {}

    /// What arrived by itself.
    fn pushed(&self) -> Vec<Post> {
        Vec::new()
    }

    /// What may stand in no message: passwords, tokens, keys.
    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }
}

macro_rules! contract {
    ($($name:ident: $peer:ty),+ $(,)?) => {$(
        mod $name {
            contract! { @tests $peer;
                watching: a_post_has_all_that_a_card_needs, the_first_sight_marks_and_hands_in_nothing,
                    history_comes_from_the_moment_asked_for, pages_have_no_gap_and_no_double,
                    pages_hold_while_the_list_moves, a_restart_between_any_two_polls_changes_nothing,
                    an_old_position_brings_the_same_again, an_answer_knows_what_it_answers,
                    what_the_account_says_elsewhere_comes_in;
                weather: a_busy_network_says_when_to_come_again, what_fails_while_reading_loses_nothing,
                    a_token_that_ran_out_is_renewed;
                sending: a_reply_lands_once_and_says_where, certain_is_certain, what_is_cut_is_found_or_repeated,
                    the_same_words_again_are_another_reply, a_thread_goes_on_below_its_first_part,
                    the_length_rule_is_the_networks_own, a_busy_network_takes_the_reply_later;
                sequences: whatever_happens_on_the_way_there_is_one_reply;
                looking: a_post_is_looked_at_before_it_is_answered, what_is_deleted_is_gone,
                    who_blocks_is_not_answered, an_edit_is_seen, our_own_answer_is_seen,
                    the_conversation_begins_at_its_beginning;
                acts: a_deed_is_done_once_and_undone, a_reply_is_retracted;
                refusing: what_it_cannot_do_it_refuses, check_and_notes_are_sentences,
                    the_table_of_networks_says_the_same;
            }
        }
    )+};
    (@tests $peer:ty; $($part:ident: $($test:ident),+;)+) => {$($(
        #[tokio::test]
        async fn $test() {
            crate::networks::contract::$part::$test::<$peer>().await;
        }
    )+)+};
}

contract! {
    for_bluesky: crate::networks::bluesky::Account,
    for_bluesky_search: crate::networks::bluesky::Search,
    for_feed: crate::networks::contract::feed::Feed,
    for_hackernews: crate::networks::contract::hackernews::News,
    for_mastodon: crate::networks::contract::mastodon::Fediverse<crate::networks::contract::mastodon::OfMastodon>,
    for_gotosocial: crate::networks::contract::mastodon::Fediverse<crate::networks::contract::mastodon::OfGoToSocial>,
    for_mitra: crate::networks::contract::mastodon::Fediverse<crate::networks::contract::mastodon::OfMitra>,
    for_reddit: crate::networks::reddit::Forum,
    for_webhook: crate::networks::contract::webhook::Hook,
    for_x: crate::networks::x::PayPerUse,
    for_x_under_contract: crate::networks::x::Contract,
}
