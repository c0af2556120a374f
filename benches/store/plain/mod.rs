//! The plain baseline: `SQLite` with a write-ahead log and `synchronous = FULL`, one writer thread that makes up to 64
//! waiting commits durable in one transaction, and readers beside it. Only what the benchmark asks for is there.

mod write;

use async_trait::async_trait;
use hearback::domain::{
    ChatName, Commit, Copies, CopiesQuery, Cursor, Effect, EffectId, Event, Facts, Handled, Health, IdemKey, Ingested,
    Intake, Lane, LaneState, May, Mention, MentionNo, NextEffect, OpenPage, OpenQuery, Place, SourceName, Unshown,
};
use hearback::store::{Store, StoreError};
use jiff::Timestamp;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};
use write::{TABLES, broken};

/// Commits that are made durable together, at most: as in the embedded store.
const GROUP: usize = 64;

type Waiting = (Work, oneshot::Sender<Done>);

enum Work {
    Ingest(Intake),
    Commit(Commit),
}

type Done = Result<Vec<Ingested>, StoreError>;

/// The baseline.
pub struct Plain {
    requests: Mutex<Option<mpsc::Sender<Waiting>>>,
    readers: Arc<Mutex<Vec<Connection>>>,
    file: PathBuf,
    writer: Mutex<Option<std::thread::JoinHandle<()>>>,
}

fn connect(file: &Path) -> Result<Connection, StoreError> {
    let db = Connection::open(file).map_err(broken)?;
    db.set_prepared_statement_cache_capacity(64);
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;")
        .map_err(broken)?;
    Ok(db)
}

impl Plain {
    /// Opens or creates the database in a folder.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(broken)?;
        let file = folder.join("plain.db");
        let db = connect(&file)?;
        db.execute_batch(TABLES).map_err(broken)?;
        let (requests, inbox) = mpsc::channel(1024);
        let writer = std::thread::Builder::new().name("plain-store".to_owned());
        let writer = writer.spawn(move || write(&db, inbox)).map_err(broken)?;
        let readers = Arc::default();
        Ok(Self { requests: Mutex::new(Some(requests)), readers, file, writer: Mutex::new(Some(writer)) })
    }

    async fn work(&self, work: Work) -> Done {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (ack, done) = oneshot::channel();
        requests.ok_or_else(|| broken("closed"))?.send((work, ack)).await.map_err(broken)?;
        done.await.map_err(broken)?
    }

    async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (readers, file) = (self.readers.clone(), self.file.clone());
        let read = move || {
            let free = readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let db = free.map_or_else(|| connect(&file), Ok)?;
            let found = f(&db);
            readers.lock().unwrap_or_else(PoisonError::into_inner).push(db);
            found
        };
        tokio::task::spawn_blocking(read).await.map_err(broken)?
    }
}

fn write(db: &Connection, mut inbox: mpsc::Receiver<Waiting>) {
    while let Some(first) = inbox.blocking_recv() {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(next) = inbox.try_recv()
        {
            group.push(next);
        }
        db.execute_batch("BEGIN IMMEDIATE").expect("a transaction begins");
        let mut acks = Vec::with_capacity(group.len());
        for (work, ack) in group {
            let done = match work {
                Work::Ingest(intake) => write::ingest(db, &intake),
                Work::Commit(commit) => write::commit(db, &commit).map(|()| Vec::new()),
            };
            acks.push((ack, done));
        }
        db.execute_batch("COMMIT").expect("a transaction is durable");
        for (ack, done) in acks {
            drop(ack.send(done));
        }
    }
}

fn not_here<T>() -> Result<T, StoreError> {
    Err(StoreError::Broken("the baseline does not have this".to_owned()))
}

#[async_trait]
impl Store for Plain {
    async fn ingest(&self, intake: Intake) -> Result<Vec<Ingested>, StoreError> {
        self.work(Work::Ingest(intake)).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        self.work(Work::Commit(commit)).await.map(|_| ())
    }

    async fn mention(&self, no: MentionNo) -> Result<Option<Mention>, StoreError> {
        self.read(move |db| Ok(write::load(db, no)?.map(|s| s.mention))).await
    }

    async fn facts(&self, from: Timestamp, to: Timestamp) -> Result<Facts, StoreError> {
        self.read(move |db| {
            let read = || {
                let mut rows =
                    db.prepare_cached("SELECT * FROM facts WHERE started >= ?1 AND started < ?2 ORDER BY started")?;
                let rows = rows.query_map([from.as_millisecond(), to.as_millisecond()], write::fact)?;
                let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
                let mut names = db.prepare_cached("SELECT name FROM names ORDER BY code")?;
                let names = names.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
                Ok::<_, rusqlite::Error>(Facts { names: names.into(), rows })
            };
            read().map_err(broken)
        })
        .await
    }

    async fn scan(&self, from: MentionNo, limit: usize) -> Result<Vec<Mention>, StoreError> {
        self.read(move |db| {
            let upto = (from.0..).take(limit);
            let found: Result<Vec<_>, StoreError> = upto.map(|no| write::load(db, MentionNo(no))).collect();
            Ok(found?.into_iter().flatten().map(|s| s.mention).collect())
        })
        .await
    }

    async fn health(&self) -> Result<Health, StoreError> {
        let count = |db: &Connection| Ok(write::number(db, "next_no")?.cast_unsigned() - 1);
        Ok(Health { mentions: self.read(count).await?, ..Health::default() })
    }

    async fn close(&self) -> Result<(), StoreError> {
        drop(self.requests.lock().unwrap_or_else(PoisonError::into_inner).take());
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let wait = move || writer.map(std::thread::JoinHandle::join);
        tokio::task::spawn_blocking(wait).await.map_err(broken)?;
        Ok(())
    }

    async fn open(&self, _: &OpenQuery) -> Result<OpenPage, StoreError> {
        not_here()
    }
    async fn handled(&self, _: Option<MentionNo>, _: usize) -> Result<Vec<Handled>, StoreError> {
        not_here()
    }
    async fn history(&self, _: MentionNo) -> Result<Vec<Event>, StoreError> {
        not_here()
    }
    async fn by_post(&self, _: &str, _: &str) -> Result<Option<MentionNo>, StoreError> {
        not_here()
    }
    async fn by_url(&self, _: &str) -> Result<Option<MentionNo>, StoreError> {
        not_here()
    }
    async fn by_card(&self, _: &ChatName, _: &str) -> Result<Option<MentionNo>, StoreError> {
        not_here()
    }
    async fn copies(&self, _: &CopiesQuery) -> Result<Copies, StoreError> {
        not_here()
    }

    async fn find(&self, _: &str, _: usize, _: usize) -> Result<Vec<Mention>, StoreError> {
        not_here()
    }
    async fn cursor(&self, _: &SourceName) -> Result<Option<Cursor>, StoreError> {
        not_here()
    }
    async fn setting(&self, _: &str) -> Result<Option<String>, StoreError> {
        not_here()
    }
    async fn settings(&self, _: &str) -> Result<Vec<(String, String)>, StoreError> {
        not_here()
    }
    async fn done_before(&self, _: &IdemKey) -> Result<bool, StoreError> {
        not_here()
    }
    async fn due_effects(&self, _: Timestamp, _: usize) -> Result<Vec<Effect>, StoreError> {
        not_here()
    }
    async fn next_effect(&self) -> Result<Option<Timestamp>, StoreError> {
        not_here()
    }
    async fn lanes(&self, _: Timestamp) -> Result<Vec<LaneState>, StoreError> {
        not_here()
    }
    async fn next_in(&self, _: &Lane, _: Timestamp, _: May) -> Result<NextEffect, StoreError> {
        not_here()
    }
    async fn queued(&self, _: MentionNo, _: &Lane) -> Result<Vec<Effect>, StoreError> {
        not_here()
    }
    async fn effect(&self, _: &EffectId) -> Result<Option<Effect>, StoreError> {
        not_here()
    }
    async fn unshown(&self, _: &Place, _: Timestamp) -> Result<Unshown, StoreError> {
        not_here()
    }
}
