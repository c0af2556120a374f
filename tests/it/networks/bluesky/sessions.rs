//! Sessions: few log-ins, many refreshes, and every way in which a log-in is refused.

use super::{Bench, HANDLE, config};
use crate::networks::contract::{On, Peer as _, Trouble};
use hearback::networks::bluesky::{Bluesky, Password};
use hearback::networks::{CallError, First, Network as _};

#[tokio::test]
async fn a_session_is_kept_over_restarts_and_refreshed() {
    let mut bench = Bench::start().await;
    for _ in 0..5 {
        bench.network = Bluesky::new(config(bench.account.url()), bench.tools.clone()).unwrap();
        assert_eq!(
            bench.network.account().map(|a| a.handle).as_deref(),
            Some(HANDLE),
            "known before anything is asked"
        );
        bench.account.world().expire();
        bench.clock.pass(3_000);
        bench.poll().await;
    }
    let world = bench.account.world();
    assert_eq!((world.sessions.made, world.sessions.refreshed), (1, 5));
}

#[tokio::test]
async fn only_a_refresh_that_is_refused_logs_in_again() {
    let mut bench = Bench::start().await;
    bench.account.world().expire();
    bench.account.troubles().next(On::Session, [Trouble::Status(500)]);
    let error = bench.network.poll(bench.cursor.as_ref(), First::Now, bench.clock.now()).await.unwrap_err();
    assert!(matches!(error, CallError::Later { .. }), "{error:?}");
    assert_eq!(bench.account.world().sessions.made, 1);
    bench.account.world().end_sessions();
    bench.poll().await;
    assert_eq!(bench.account.world().sessions.made, 2);
}

#[tokio::test]
async fn many_at_once_refresh_once() {
    let mut bench = Bench::start().await;
    let post = bench.mention("hello").await;
    bench.account.world().expire();
    let looks = futures_util::future::join_all((0..8).map(|_| bench.network.look(&post))).await;
    assert!(looks.iter().all(Result::is_ok), "{looks:?}");
    assert_eq!(bench.account.world().sessions.refreshed, 1);
}

#[tokio::test]
async fn a_wrong_password_is_told_and_not_tried_again_and_again() {
    let mut bench = Bench::with(|config| config.password = Some(Password::new("wrong-wrong-wron-gone"))).await;
    for _ in 0..40 {
        let error = bench.network.poll(None, First::Now, bench.clock.now()).await.unwrap_err();
        assert!(matches!(&error, CallError::Never { why } if why.contains("App passwords")), "{error:?}");
        assert!(!format!("{error:?}").contains("wrong"), "{error:?}");
        bench.clock.pass(5);
    }
    let tries = bench.account.calls().iter().filter(|c| *c == "createSession").count();
    assert_eq!(tries, 1);
    bench.clock.pass(600);
    bench.network.poll(None, First::Now, bench.clock.now()).await.unwrap_err();
    assert!(bench.account.calls().len() == 2);
    let shown = format!("{:?}", Password::new("secret"));
    assert!(!shown.contains("secret"));
    bench.cursor = None;
}

#[tokio::test]
async fn another_password_means_another_session() {
    let bench = Bench::start().await;
    let mut other = config(bench.account.url());
    other.password = Some(Password::new("other"));
    let other = Bluesky::new(other, bench.tools.clone()).unwrap();
    assert!(other.account().is_none(), "the session of the old password is not used");
}

#[tokio::test]
async fn direct_messages_are_offered_where_the_password_allows_them() {
    let bench = Bench::start().await;
    assert!(bench.network.capabilities().direct_message);
    let bench = Bench::with(|_| ()).await;
    assert!(!bench.network.capabilities().direct_message, "not known yet");
    bench.account.world().privileged = false;
    bench.network.poll(None, First::Now, bench.clock.now()).await.unwrap();
    assert!(!bench.network.capabilities().direct_message);
    let said = bench.network.check(bench.clock.now()).await.unwrap();
    assert!(said.iter().any(|line| line.contains("Allow access to your direct messages")), "{said:?}");
}
