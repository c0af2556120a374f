//! What a story lets happen on the gateway, and what it can see of it.

use super::FakeDiscord;
use super::gateway::{Habit, Moment, Out, Step, Trouble};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

impl FakeDiscord {
    /// Waits until so many sessions are being listened to.
    pub async fn connected(&self, sessions: usize) {
        let began = Instant::now();
        while self.sessions() < sessions {
            assert!(began.elapsed() < Duration::from_secs(30), "no {sessions} sessions; there was {:?}", self.steps());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// How many sessions are being listened to now.
    pub fn sessions(&self) -> usize {
        let wires = self.inner.gateway.wires();
        wires.sessions.values().filter(|s| s.connection.is_some_and(|c| wires.connections.contains_key(&c))).count()
    }

    /// How many web sockets were ever opened.
    pub fn opened(&self) -> u64 {
        self.inner.gateway.wires().opened
    }

    /// What happened on the gateway, in order.
    pub fn steps(&self) -> Vec<Step> {
        self.inner.gateway.wires().steps.clone()
    }

    /// How often the client identified; 1,000 a day are allowed.
    pub fn identifies(&self) -> usize {
        self.inner.gateway.wires().identified.len()
    }

    /// How many heartbeats came on the connections that are open.
    pub fn heartbeats(&self) -> usize {
        self.inner.gateway.wires().connections.values().map(|c| c.beats.len()).sum()
    }

    /// The heartbeat interval that the next Hello says.
    pub fn heartbeat_interval(&self, interval: Duration) {
        self.inner.gateway.wires().interval = interval;
    }

    /// How far apart two Identify must be; 5 s as documented unless a story says something else.
    pub fn identify_every(&self, interval: Duration) {
        self.inner.gateway.wires().identify_every = interval;
    }

    /// A session keeps so many events, and lives for so long after its connection is gone.
    pub fn sessions_keep(&self, events: usize, time: Duration) {
        let mut wires = self.inner.gateway.wires();
        (wires.keeps_events, wires.keeps_for) = (events, time);
    }

    /// Lets this go wrong once at that moment; several of the same moment take their turns.
    pub fn at(&self, moment: Moment, trouble: Trouble) {
        self.inner.gateway.wires().troubles.push((moment, trouble));
    }

    /// Troubles that did not happen yet.
    pub fn pending_troubles(&self) -> usize {
        self.inner.gateway.wires().troubles.len()
    }

    /// Lets this go wrong now on every connection.
    pub fn now_on_all(&self, trouble: &Trouble) {
        self.tell_all(&Out::Trouble(trouble.clone()));
    }

    fn tell_all(&self, out: &Out) {
        let wires = self.inner.gateway.wires();
        for connection in wires.connections.values() {
            connection.out.send(out.clone()).ok();
        }
    }

    /// Every connection ends without a close frame.
    pub fn cut(&self) {
        self.now_on_all(&Trouble::Cut);
    }

    /// Every connection is closed with this code.
    pub fn close(&self, code: u16) {
        self.now_on_all(&Trouble::Close(code));
    }

    /// Sends a frame as it is on every connection.
    pub fn frame(&self, frame: Value) {
        self.tell_all(&Out::Frame(frame));
    }

    /// Asks the client to connect again (op 7), and closes the connection after `then`, as Discord does after some seconds.
    pub fn reconnect(&self, then: Option<Duration>) {
        self.frame(json!({"op": 7, "d": null, "s": null, "t": null}));
        if let Some(then) = then {
            let fake = self.clone();
            let old: Vec<u64> = fake.inner.gateway.wires().connections.keys().copied().collect();
            tokio::spawn(async move {
                tokio::time::sleep(then).await;
                let wires = fake.inner.gateway.wires();
                for id in old {
                    wires.tell(id, Out::Trouble(Trouble::Close(4000)));
                }
            });
        }
    }

    /// Says that the session is not valid (op 9); when it is not resumable, it is gone.
    pub fn invalidate(&self, resumable: bool) {
        let mut wires = self.inner.gateway.wires();
        for connection in wires.connections.values_mut() {
            connection.session = None;
            connection.out.send(Out::Frame(json!({"op": 9, "d": resumable, "s": null, "t": null}))).ok();
        }
        for session in wires.sessions.values_mut() {
            session.connection = None;
            session.left = Instant::now();
        }
        if !resumable {
            wires.sessions.clear();
        }
    }

    /// Asks for a heartbeat at once (op 1).
    pub fn ask_heartbeat(&self) {
        self.frame(json!({"op": 1, "d": null, "s": null, "t": null}));
    }

    fn habit(&self, habit: Habit, on: bool) {
        let mut wires = self.inner.gateway.wires();
        if on {
            wires.habits.insert(habit)
        } else {
            wires.habits.remove(&habit)
        };
    }

    /// From now on heartbeats are not acknowledged (or again).
    pub fn no_acks(&self, on: bool) {
        self.habit(Habit::NoAcks, on);
    }

    /// From now on the web socket's handshake is answered with this HTTP status; `None`: it works again.
    pub fn refuse(&self, status: Option<u16>) {
        self.inner.gateway.wires().refuse = status;
    }

    /// From now on frames are compressed where Identify asked for it.
    pub fn zlib(&self, on: bool) {
        self.habit(Habit::Zlib, on);
    }

    /// The gateway is down: connections end, new ones are refused, sessions stay; or it is up again. Returns when it is so.
    pub async fn down(&self, down: bool) {
        self.inner.gateway.down.send_replace(down);
        let wanted = if down { 0 } else { 2 };
        while self.inner.gateway.listening.load(Ordering::SeqCst) != wanted {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// At the next Resume so many events are replayed that the client has already seen.
    pub fn replay_more(&self, events: usize) {
        self.inner.gateway.wires().replay_more = events;
    }

    /// The newest interaction (or what else was last) comes once more on every connection, with its old sequence number.
    pub fn event_again(&self) {
        let wires = self.inner.gateway.wires();
        for session in wires.sessions.values() {
            let events = || session.events.iter().rev();
            let newest = events().find(|e| e.frame["t"] == "INTERACTION_CREATE").or(events().next());
            if let (Some(connection), Some(event)) = (session.connection, newest) {
                wires.tell(connection, Out::Frame(event.frame.clone()));
            }
        }
    }

    /// The newest interaction is dispatched once more, as an event of its own.
    pub fn interaction_anew(&self) {
        let mut wires = self.inner.gateway.wires();
        let names: Vec<String> = wires.sessions.keys().cloned().collect();
        for name in names {
            let events = wires.sessions[&name].events.iter().rev();
            let newest = { events }.find(|e| e.frame["t"] == "INTERACTION_CREATE").map(|e| e.frame["d"].clone());
            if let Some(data) = newest {
                wires.push(&name, "INTERACTION_CREATE", &data);
            }
        }
    }

    /// Events that the app did not ask for, and such that it cannot know.
    pub fn noise(&self) {
        let thread = json!({"guild_id": "1", "id": "2", "members": [], "member_count": 1});
        for (kind, data) in [
            ("GUILD_CREATE", json!({"id": "1", "name": "another", "unavailable": false, "channels": []})),
            ("SOMETHING_NEW_2031", json!({"what": [1, null, {"is": "this"}]})),
            ("THREAD_MEMBERS_UPDATE", thread),
            ("ENTITLEMENT_CREATE", json!(null)),
            ("", json!("text")),
        ] {
            self.inner.gateway.dispatch(kind, &data, 0);
        }
        self.frame(json!({"op": 99, "d": {"new": true}, "s": null, "t": null}));
        self.frame(json!({"op": 0, "t": "NO_SEQ", "s": null, "d": {}}));
    }
}
