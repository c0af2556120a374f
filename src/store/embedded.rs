//! The embedded store: one writer thread that owns the engine, readers beside it.

use super::engine::{Done, Engine, Shared, Work};
use super::fault::Fault;
use super::folder::Folder;
use super::group::{block_key, copy_key, idem_time, no_key, number};
use super::index::{Index, Tree};
use super::options::{Options, Tell};
use super::record::Stored;
use super::rows::hash;
use super::{Store, StoreError, blocks, record, snapshot};
use crate::domain::{
    ChatName, Commit, Copies, CopiesQuery, Cursor, Effect, EffectId, Event, Facts, Handled, Health, IdemKey, Ingested,
    Intake, Lane, LaneState, May, Mention, MentionNo, NextEffect, OpenPage, OpenQuery, Place, SourceName, Unshown,
    fold,
};
use async_trait::async_trait;
use jiff::Timestamp;
use std::path::Path;
use std::sync::{Arc, PoisonError};
use tokio::sync::{mpsc, oneshot};

/// Commits that are made durable together, at most.
const GROUP: usize = 64;
/// Commits that may wait; more wait at the door.
const WAITING: usize = 1024;

enum Request {
    Do(Work, oneshot::Sender<Result<Done, StoreError>>),
    Heal(Fault),
    Close(oneshot::Sender<Result<(), StoreError>>),
}

/// A journal of our own with sled behind it, in a folder of its own.
pub struct Embedded {
    requests: mpsc::Sender<Request>,
    shared: Arc<Shared>,
    folder: Folder,
    options: Options,
}

fn gone() -> StoreError {
    StoreError::Broken("the store is closed: start hearback again".to_owned())
}

impl Embedded {
    /// Opens or creates the store in a folder. Takes as long as a rebuild takes, and tells: not for async code.
    pub fn open(root: &Path, options: Options, tell: Tell<'_>) -> Result<Self, StoreError> {
        let engine = Engine::open(root, options.clone(), tell)?;
        let (shared, folder) = (engine.shared(), engine.folder.clone());
        let (requests, inbox) = mpsc::channel(WAITING);
        std::thread::Builder::new()
            .name("hearback-store".to_owned())
            .spawn(move || write(engine, inbox))
            .map_err(|e| StoreError::Broken(format!("starting the store's thread failed: {e}. Try again")))?;
        Ok(Self { requests, shared, folder, options })
    }

    async fn work(&self, work: Work) -> Result<Done, StoreError> {
        let (ack, done) = oneshot::channel();
        self.requests.send(Request::Do(work, ack)).await.map_err(|_| gone())?;
        done.await.map_err(|_| gone())?
    }

    /// Reads the indexes away from the async threads.
    async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Index) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        let index = self.shared.index()?;
        let shared = self.shared.clone();
        let read = tokio::task::spawn_blocking(move || f(&index)).await;
        match read {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(fault)) => {
                let say = format!(
                    "{fault}. Nothing is lost: they are rebuilt once; if it says so again, run hearback verify"
                );
                *shared.trouble() = Some(say.clone());
                // A full inbox means that the writer works and will meet the fault itself.
                drop(self.requests.try_send(Request::Heal(fault)));
                Err(StoreError::Broken(say))
            }
            Err(e) => Err(StoreError::Broken(format!("reading failed: {e}. Try again"))),
        }
    }

    fn memory<T>(&self, f: impl FnOnce(&super::recover::Memory) -> T) -> T {
        f(&self.shared.memory.read().unwrap_or_else(PoisonError::into_inner))
    }

    async fn lookup(&self, tree: Tree, key: super::rows::Key) -> Result<Option<MentionNo>, StoreError> {
        self.read(move |index| Ok(index.get(tree, &key)?.as_deref().and_then(number).map(MentionNo))).await
    }
}

/// The writer thread: takes what waits, up to a group, and acknowledges when it is durable and visible.
fn write(mut engine: Engine, mut inbox: mpsc::Receiver<Request>) {
    while let Some(first) = inbox.blocking_recv() {
        let (mut works, mut acks, mut closing) = (Vec::new(), Vec::new(), None);
        let mut next = Some(first);
        while let Some(request) = next.take() {
            match request {
                Request::Do(work, ack) => {
                    works.push(work);
                    acks.push(ack);
                }
                Request::Heal(fault) => engine.heal_for_reader(&fault),
                Request::Close(ack) => closing = Some(ack),
            }
            if works.len() < GROUP && closing.is_none() {
                next = inbox.try_recv().ok();
            }
        }
        if !works.is_empty() {
            for (ack, result) in acks.into_iter().zip(engine.group(&works)) {
                // Whoever asked may have gone away; the commit stands.
                drop(ack.send(result));
            }
        }
        if let Some(ack) = closing {
            inbox.close();
            drop(ack.send(engine.close()));
            return;
        }
    }
}

fn load(index: &Index, no: MentionNo) -> Result<Option<record::Stored>, Fault> {
    index.get(Tree::Mentions, &no_key(no))?.map(|bytes| record::decode_mention(&bytes)).transpose()
}

fn utf8(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[async_trait]
impl Store for Embedded {
    async fn ingest(&self, intake: Intake) -> Result<Vec<Ingested>, StoreError> {
        match self.work(Work::Ingest(intake)).await? {
            Done::Ingested(became) => Ok(became),
            Done::Committed => Ok(Vec::new()),
        }
    }

    async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        self.work(Work::Commit(commit)).await.map(|_| ())
    }

    async fn mention(&self, no: MentionNo) -> Result<Option<Mention>, StoreError> {
        self.read(move |index| Ok(load(index, no)?.map(|s| s.mention))).await
    }

    async fn history(&self, no: MentionNo) -> Result<Vec<Event>, StoreError> {
        self.read(move |index| match load(index, no)? {
            Some(stored) => snapshot::history(index, no, &stored),
            None => Ok(Vec::new()),
        })
        .await
    }

    async fn by_post(&self, network: &str, external_id: &str) -> Result<Option<MentionNo>, StoreError> {
        self.lookup(Tree::Posts, hash(&[network, external_id])).await
    }

    async fn by_url(&self, url: &str) -> Result<Option<MentionNo>, StoreError> {
        self.lookup(Tree::Urls, hash(&[url])).await
    }

    async fn by_card(&self, chat: &ChatName, message: &str) -> Result<Option<MentionNo>, StoreError> {
        self.lookup(Tree::Cards, hash(&[chat.as_str(), message])).await
    }

    async fn open(&self, query: &OpenQuery) -> Result<OpenPage, StoreError> {
        self.shared.index()?;
        Ok(self.memory(|m| m.board.page(query)))
    }

    async fn copies(&self, query: &CopiesQuery) -> Result<Copies, StoreError> {
        let query = *query;
        self.read(move |index| {
            let mut copies = Copies { of: Some(query.of), ..Copies::default() };
            let mut wanted = Vec::new();
            let (from, to) = (copy_key(query.of, MentionNo(0)), copy_key(MentionNo(query.of.0 + 1), MentionNo(0)));
            index.range(Tree::Copies, &from, Some(&to), |key, value| {
                let open = value.first() == Some(&1);
                let counted = if query.open { copies.open } else { copies.total };
                if counted >= query.offset && wanted.len() < query.limit && (open || !query.open) {
                    wanted.extend(key.get(8..).and_then(number));
                }
                copies.total += 1;
                copies.open += usize::from(open);
                Ok(true)
            })?;
            for no in wanted {
                copies.mentions.extend(load(index, MentionNo(no))?.map(|s| s.mention));
            }
            Ok(copies)
        })
        .await
    }

    async fn find(&self, needle: &str, limit: usize, depth: usize) -> Result<Vec<Mention>, StoreError> {
        let next = self.memory(|m| m.next_no);
        let needle = fold(needle);
        self.read(move |index| {
            let holds = |text: &str| fold(text).contains(&needle);
            let mut found = Vec::new();
            for no in (1..next).rev().take(depth) {
                if found.len() >= limit {
                    break;
                }
                let Some(Stored { mention: m, .. }) = load(index, MentionNo(no))? else { continue };
                let author = &m.post.author;
                let words = [m.post.text.as_str(), author.handle.as_str(), author.name.as_str()];
                let more = m.tags.iter().chain(m.follow_ups.iter().map(|f| &f.text)).map(String::as_str);
                if words.into_iter().chain(more).any(holds) {
                    found.push(m);
                }
            }
            Ok(found)
        })
        .await
    }

    async fn facts(&self, from: Timestamp, to: Timestamp) -> Result<Facts, StoreError> {
        let (from, to) = (from.as_millisecond(), to.as_millisecond());
        if from >= to {
            return Ok(Facts::default());
        }
        let rows = self
            .read(move |index| {
                let mut rows = Vec::new();
                let first = block_key(blocks::day(from), MentionNo(0));
                let end = block_key(blocks::day(to.saturating_sub(1)) + 1, MentionNo(0));
                index.range(Tree::Facts, &first, Some(&end), |_, block| {
                    blocks::unpack(block, |f| {
                        if (from..to).contains(&f.started_ms) {
                            rows.push(f);
                        }
                    })?;
                    Ok(true)
                })?;
                Ok(rows)
            })
            .await?;
        // Names are only ever added: a table that is newer than the rows still fits them.
        Ok(Facts { names: self.memory(|m| m.table.clone()), rows })
    }

    async fn scan(&self, from: MentionNo, limit: usize) -> Result<Vec<Mention>, StoreError> {
        let next = self.memory(|m| m.next_no);
        self.read(move |index| {
            let mut found = Vec::new();
            for no in (from.0..next).take(limit) {
                found.extend(load(index, MentionNo(no))?.map(|s| s.mention));
            }
            Ok(found)
        })
        .await
    }

    async fn handled(&self, before: Option<MentionNo>, limit: usize) -> Result<Vec<Handled>, StoreError> {
        self.read(move |index| {
            let mut found = Vec::new();
            let before = before.map(no_key);
            index.back(Tree::Handled, before.as_deref(), |_, value| {
                if found.len() < limit {
                    found.push(record::decode(value)?);
                }
                Ok(found.len() < limit)
            })?;
            Ok(found)
        })
        .await
    }

    async fn cursor(&self, source: &SourceName) -> Result<Option<Cursor>, StoreError> {
        let key = source.0.as_bytes().to_vec();
        self.read(move |index| Ok(index.get(Tree::Cursors, &key)?.map(|v| Cursor(utf8(&v))))).await
    }

    async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let key = key.as_bytes().to_vec();
        self.read(move |index| Ok(index.get(Tree::Settings, &key)?.map(|v| utf8(&v)))).await
    }

    async fn settings(&self, prefix: &str) -> Result<Vec<(String, String)>, StoreError> {
        let prefix = prefix.as_bytes().to_vec();
        self.read(move |index| {
            let mut found = Vec::new();
            index.range(Tree::Settings, &prefix, None, |key, value| {
                let begins = key.starts_with(&prefix);
                if begins {
                    found.push((utf8(key), utf8(value)));
                }
                Ok(begins)
            })?;
            Ok(found)
        })
        .await
    }

    async fn done_before(&self, key: &IdemKey) -> Result<bool, StoreError> {
        let (key, latest) = (hash(&[&key.0]), self.memory(|m| m.latest));
        self.read(move |index| {
            let seen = index.get(Tree::Idem, &key)?.as_deref().and_then(idem_time);
            Ok(seen.is_some_and(|at| latest.duration_since(at) < super::group::REMEMBERED))
        })
        .await
    }

    async fn due_effects(&self, now: Timestamp, limit: usize) -> Result<Vec<Effect>, StoreError> {
        self.shared.index()?;
        Ok(self.memory(|m| m.outbox.due(now, limit)))
    }

    async fn next_effect(&self) -> Result<Option<Timestamp>, StoreError> {
        self.shared.index()?;
        Ok(self.memory(|m| m.outbox.next()))
    }

    async fn lanes(&self, now: Timestamp) -> Result<Vec<LaneState>, StoreError> {
        self.shared.index()?;
        Ok(self.memory(|m| m.outbox.lanes(now)))
    }

    async fn next_in(&self, lane: &Lane, now: Timestamp, may: May) -> Result<NextEffect, StoreError> {
        self.shared.index()?;
        Ok(self.memory(|m| m.outbox.next_in(lane, now, may)))
    }

    async fn queued(&self, no: MentionNo, lane: &Lane) -> Result<Vec<Effect>, StoreError> {
        self.shared.index()?;
        Ok(self.memory(|m| m.outbox.queued(no, lane)))
    }

    async fn effect(&self, id: &EffectId) -> Result<Option<Effect>, StoreError> {
        self.shared.index()?;
        Ok(self.memory(|m| m.outbox.get(id).cloned()))
    }

    async fn unshown(&self, place: &Place, now: Timestamp) -> Result<Unshown, StoreError> {
        self.shared.index()?;
        Ok(self.memory(|m| m.outbox.unshown(place, now)))
    }

    async fn health(&self) -> Result<Health, StoreError> {
        let (folder, options) = (self.folder.clone(), self.options.clone());
        let measured = tokio::task::spawn_blocking(move || (folder.bytes(), options.disk.space(&folder.root))).await;
        let (disk_bytes, space) =
            measured.map_err(|e| StoreError::Broken(format!("reading failed: {e}. Try again")))?;
        let space = space.map_err(|e| super::fault::disk_trouble("measuring", &self.folder.root, &e))?;
        let trouble = self.shared.trouble().clone();
        Ok(self.memory(|m| Health {
            mentions: m.next_no.saturating_sub(1),
            open: m.board.len() as u64,
            effects: m.outbox.len() as u64,
            disk_bytes,
            free_bytes: space.free,
            low_disk: self.options.is_low(space),
            latest: m.latest,
            trouble,
        }))
    }

    async fn close(&self) -> Result<(), StoreError> {
        let (ack, done) = oneshot::channel();
        self.requests.send(Request::Close(ack)).await.map_err(|_| gone())?;
        done.await.map_err(|_| gone())?
    }
}
