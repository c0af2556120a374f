//! The loops: what is due is done as time passes, until told to stop.

use super::Desk;
use crate::chat::{Incoming, Outcome};
use crate::networks::First;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tracing::error;

/// Without any news, look so often.
const TICK: Duration = Duration::from_secs(1);
/// After the store failed, wait so long.
const STORE_TROUBLE: Duration = Duration::from_secs(5);

impl Desk {
    /// Watches, delivers, keeps the schedule and answers commands until `stop` turns true, then finishes what is in
    /// hand: effects that were begun, commands that came in.
    pub async fn serve(
        self: &Arc<Self>,
        commands: mpsc::Receiver<(Incoming, oneshot::Sender<Outcome>)>,
        first: First,
        stop: watch::Receiver<bool>,
    ) {
        let mut tasks = JoinSet::new();
        for (source, network) in &self.networks {
            if network.interval().is_some() {
                tasks.spawn(watch_source(Arc::clone(self), source.clone(), first, stop.clone()));
            }
        }
        tasks.spawn(answer(Arc::clone(self), commands, stop.clone()));
        tasks.spawn(keep_time(Arc::clone(self), stop.clone()));
        deliver(Arc::clone(self), stop).await;
        while tasks.join_next().await.is_some() {}
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop as well.
    if stop.wait_for(|stop| *stop).await.is_err() {
        tracing::debug!("nobody is left to say stop");
    }
}

async fn watch_source(
    desk: Arc<Desk>,
    source: crate::domain::SourceName,
    first: First,
    mut stop: watch::Receiver<bool>,
) {
    let Some(network) = desk.networks.get(&source).cloned() else { return };
    loop {
        let polled = tokio::select! {
            polled = desk.poll(&source, first) => polled,
            () = stopped(&mut stop) => return,
        };
        let (wait, hurry) = match polled {
            Ok(polled) => (polled.wait, polled.hurry),
            Err(error) => {
                error!(%source, %error, "what was heard could not be kept; it is fetched again");
                (STORE_TROUBLE, false)
            }
        };
        let now = desk.clock.now();
        let next = now.checked_add(wait).unwrap_or(now);
        tokio::select! {
            () = desk.clock.sleep_until(next) => {}
            () = network.ready(), if hurry => {}
            () = stopped(&mut stop) => return,
        }
    }
}

/// Each command in its own task: a slow one delays nobody. Commands that came in are answered even while stopping.
async fn answer(
    desk: Arc<Desk>,
    mut commands: mpsc::Receiver<(Incoming, oneshot::Sender<Outcome>)>,
    mut stop: watch::Receiver<bool>,
) {
    let mut running = JoinSet::new();
    loop {
        let (incoming, reply) = tokio::select! {
            next = commands.recv() => match next {
                Some(next) => next,
                None => break,
            },
            _ = running.join_next(), if !running.is_empty() => continue,
            () = stopped(&mut stop) => break,
        };
        running.spawn(one(Arc::clone(&desk), incoming, reply));
    }
    commands.close();
    while let Some((incoming, reply)) = commands.recv().await {
        running.spawn(one(Arc::clone(&desk), incoming, reply));
    }
    while running.join_next().await.is_some() {}
}

async fn one(desk: Arc<Desk>, incoming: Incoming, reply: oneshot::Sender<Outcome>) {
    let outcome = desk.run(&incoming).await;
    if reply.send(outcome).is_err() {
        tracing::debug!("nobody waits for the answer any more");
    }
}

async fn keep_time(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    loop {
        let wait = match desk.tick().await {
            Ok(()) => TICK,
            Err(error) => {
                error!(%error, "the schedule waits for the store");
                STORE_TROUBLE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stopped(&mut stop) => return,
        }
    }
}

async fn deliver(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    let mut tasks = JoinSet::new();
    loop {
        let begun = desk.begin(&mut tasks).await;
        let now = desk.clock.now();
        let (wait, next) = match begun {
            Ok(begun) => (TICK, begun.next),
            Err(error) => {
                error!(%error, "the outbox waits for the store");
                (STORE_TROUBLE, None)
            }
        };
        tokio::select! {
            () = desk.work.notified() => {}
            () = tokio::time::sleep(wait) => {}
            // A destination that rests for less goes on in time.
            () = desk.clock.sleep_until(next.unwrap_or(now)), if next.is_some() => {}
            _ = tasks.join_next(), if !tasks.is_empty() => {}
            () = stopped(&mut stop) => break,
        }
    }
    desk.stopping.store(true, Ordering::Relaxed);
    while tasks.join_next().await.is_some() {}
}
