//! What came back to a person after they did something.

use super::Core;
use super::record::Event;
use super::render;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a story waits for an answer before it gives up.
const DEADLINE: Duration = Duration::from_secs(10);

/// Everything that one person got to see since they did something.
#[derive(Clone, Debug)]
pub struct Said {
    pub(super) core: Arc<Core>,
    pub(super) user: String,
    pub(super) since: usize,
    pub(super) trigger: Option<String>,
    /// `dispatch_failed` or `operation_timeout`, which Slack shows to the person.
    pub failure: Option<&'static str>,
    /// What the acknowledgement carried.
    pub ack: Option<Value>,
}

impl Said {
    /// What there is by now, without waiting: private messages and modals, each as it looks now.
    pub fn so_far(&self) -> String {
        let state = self.core.state();
        let mut shown = BTreeSet::new();
        let mut text = String::new();
        if let Some(failure) = self.failure {
            writeln!(text, "failed with the error \"{failure}\"").expect("a string takes all");
        }
        for event in &state.events[self.since..] {
            let part = match event {
                Event::Whispered { user, at } if *user == self.user && shown.insert(at.to_string()) => {
                    let ephemeral = &state.ephemerals[*at];
                    if ephemeral.gone {
                        continue;
                    }
                    render::message(&state, &ephemeral.message)
                }
                Event::ViewShown { user, view } if *user == self.user && shown.insert(view.clone()) => {
                    let Some(view) = state.views.get(view) else { continue };
                    render::view(&state, view)
                }
                Event::HomeShown { user } if *user == self.user && shown.insert("home".to_owned()) => {
                    let Some(view) = state.homes.get(user).and_then(|id| state.views.get(id)) else { continue };
                    render::view(&state, view)
                }
                _ => continue,
            };
            text.push_str(&part);
            text.push('\n');
        }
        text.trim_end().to_owned()
    }

    /// Waits until something was said, and until nothing more comes.
    pub async fn text(&self) -> String {
        let began = Instant::now();
        while self.so_far().is_empty() {
            assert!(began.elapsed() < DEADLINE, "{} was told nothing within {DEADLINE:?}", self.user);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.core.quiet().await;
        self.so_far()
    }

    /// Waits for the modal that this opened; its id.
    pub async fn view(&self) -> String {
        let began = Instant::now();
        loop {
            let found = {
                let state = self.core.state();
                state.views.values().find(|v| v.trigger.is_some() && v.trigger == self.trigger).map(|v| v.id.clone())
            };
            if let Some(view) = found {
                return view;
            }
            assert!(began.elapsed() < DEADLINE, "{} got no modal within {DEADLINE:?}: {}", self.user, self.so_far());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Nothing was said, and nothing comes.
    pub async fn nothing(&self) -> bool {
        self.core.quiet().await;
        self.so_far().is_empty()
    }
}

impl Core {
    /// Waits until the app has been still for a moment: no request in flight, no acknowledgement awaited.
    pub async fn quiet(&self) {
        let began = Instant::now();
        let look = || {
            let state = self.state();
            (state.requests.len(), state.events.len(), state.in_flight)
        };
        let (mut before, mut still) = (look(), 0);
        while still < 6 {
            assert!(began.elapsed() < DEADLINE, "the app is not still after {DEADLINE:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
            let now = look();
            still = if now == before && now.2 == 0 && self.line.waiting() == 0 { still + 1 } else { 0 };
            before = now;
        }
    }
}
