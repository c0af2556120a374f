//! What one commit writes in `SQLite`: the same records and index rows as in the embedded store, as plain tables.

use hearback::domain::{
    Actor, Commit, Effect, EffectChange, Ending, Event, EventKind, Fact, Ingested, Intake, Kind, MentionNo, OpenRow,
    ResponseSource, Seen,
};
use hearback::store::StoreError;
use hearback::store::record::{self, Stored};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

/// The tables. Whatever the embedded store finds by key is a key here, and nothing else is indexed.
pub const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS mentions (no INTEGER PRIMARY KEY, body BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS posts (key BLOB PRIMARY KEY, no INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS urls (key BLOB PRIMARY KEY, no INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS cards (key BLOB PRIMARY KEY, no INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS authors (key BLOB PRIMARY KEY, count INTEGER NOT NULL, recent BLOB) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS open (no INTEGER PRIMARY KEY, body BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS facts (started INTEGER, no INTEGER, cycle INTEGER, brand INTEGER, network INTEGER,
        person INTEGER, kind INTEGER, direct INTEGER, ending INTEGER, ended INTEGER, detection INTEGER, pickup INTEGER,
        handling INTEGER, approval INTEGER, PRIMARY KEY (started, no, cycle)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS outbox (key BLOB PRIMARY KEY, place INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS cursors (source TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS names (name TEXT PRIMARY KEY, code INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;";

/// What fails in `SQLite`.
pub fn broken(e: impl std::fmt::Display) -> StoreError {
    StoreError::Broken(e.to_string())
}

fn key(parts: &[&str]) -> [u8; 16] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let digest = hasher.finalize();
    std::array::from_fn(|i| digest[i])
}

/// A number as `SQLite` takes it.
pub fn int(no: u64) -> i64 {
    i64::try_from(no).expect("a number of a mention")
}

/// Takes in what a source heard.
pub fn ingest(db: &Connection, intake: &Intake) -> Result<Vec<Ingested>, StoreError> {
    let mut commit = Commit::at(intake.at);
    commit.cursor = intake.cursor.clone().map(|c| (intake.source.clone(), c));
    let mut next = number(db, "next_no")?;
    let mut became = Vec::with_capacity(intake.seen.len());
    for seen in &intake.seen {
        became.push(one(db, &mut commit, intake, seen, &mut next).map_err(broken)?);
    }
    set(db, "next_no", next).map_err(broken)?;
    for change in &commit.changes {
        let stored = Stored::new(change.after.clone(), change.events.clone());
        write_mention(db, stored)?;
    }
    rest(db, &commit)?;
    Ok(became)
}

fn one(
    db: &Connection,
    commit: &mut Commit,
    intake: &Intake,
    seen: &Seen,
    next: &mut i64,
) -> rusqlite::Result<Ingested> {
    let post = &seen.post;
    let by_post = key(&[&post.network, &post.external_id]);
    let known: Option<i64> =
        db.prepare_cached("SELECT no FROM posts WHERE key = ?1")?.query_row([&by_post[..]], |r| r.get(0)).optional()?;
    if let Some(no) = known {
        return Ok(Ingested::Known(MentionNo(no.cast_unsigned())));
    }
    let no = *next;
    *next += 1;
    let by_author = key(&[&post.network, &post.author.id]);
    let author: Option<(u32, Vec<u8>)> = db
        .prepare_cached("SELECT count, recent FROM authors WHERE key = ?1")?
        .query_row([&by_author[..]], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    let (count, mut recent) = author.unwrap_or_default();
    recent.extend_from_slice(&no.to_be_bytes());
    let recent = recent.get(recent.len().saturating_sub(64)..).unwrap_or_default();
    db.prepare_cached("INSERT OR REPLACE INTO authors VALUES (?1, ?2, ?3)")?.execute(params![
        &by_author[..],
        count + 1,
        recent
    ])?;
    db.prepare_cached("INSERT INTO posts VALUES (?1, ?2)")?.execute(params![&by_post[..], no])?;
    if let Some(url) = &post.url {
        db.prepare_cached("INSERT OR IGNORE INTO urls VALUES (?1, ?2)")?.execute(params![&key(&[url])[..], no])?;
    }
    let first = Event {
        at: intake.at,
        by: Actor::Desk,
        via: intake.via.clone(),
        what: EventKind::Seen {
            post: Box::new(post.clone()),
            verdict: seen.verdict.clone(),
            places: seen.places.clone(),
            due_at: seen.due_at,
            can: seen.can,
            nth: count + 1,
            like: None,
        },
    };
    commit.open(MentionNo(no.cast_unsigned()), first);
    Ok(Ingested::New(MentionNo(no.cast_unsigned())))
}

/// Takes a commit in, or refuses it.
pub fn commit(db: &Connection, commit: &Commit) -> Result<(), StoreError> {
    for change in &commit.changes {
        let no = change.after.no;
        let mut stored = load(db, no)?.ok_or(StoreError::Conflict(no))?;
        if stored.mention.version != change.expect {
            return Err(StoreError::Conflict(no));
        }
        let cards = stored.mention.cards.len();
        stored.mention = change.after.clone();
        stored.events.extend(change.events.iter().cloned());
        for card in change.after.cards.iter().skip(cards) {
            let by_card = key(&[card.place.chat.as_str(), card.message.as_str()]);
            db.prepare_cached("INSERT OR REPLACE INTO cards VALUES (?1, ?2)")
                .and_then(|mut s| s.execute(params![&by_card[..], int(no.0)]))
                .map_err(broken)?;
        }
        write_mention(db, stored)?;
    }
    rest(db, commit)
}

fn write_mention(db: &Connection, stored: Stored) -> Result<(), StoreError> {
    let no = int(stored.mention.no.0);
    let open = (!stored.mention.state.is_closed()).then(|| record::encode(&OpenRow::of(&stored.mention)));
    for f in stored.mention.facts() {
        write_fact(db, &f).map_err(broken)?;
    }
    let body = record::encode_mention(stored).map_err(broken)?;
    let mut done = db
        .prepare_cached("INSERT OR REPLACE INTO mentions VALUES (?1, ?2)")
        .and_then(|mut s| s.execute(params![no, body]));
    done = done.and_then(|_| match open.transpose() {
        Ok(Some(row)) => db
            .prepare_cached("INSERT OR REPLACE INTO open VALUES (?1, ?2)")
            .and_then(|mut s| s.execute(params![no, row])),
        _ => db.prepare_cached("DELETE FROM open WHERE no = ?1").and_then(|mut s| s.execute([no])),
    });
    done.map(|_| ()).map_err(broken)
}

fn write_fact(db: &Connection, f: &Fact<String>) -> rusqlite::Result<()> {
    let person = f.person.as_deref().map(|p| code(db, p)).transpose()?;
    db.prepare_cached(
        "INSERT OR REPLACE INTO facts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?
    .execute(params![
        f.started_ms,
        int(f.no.0),
        f.cycle,
        code(db, &f.brand)?,
        code(db, &f.network)?,
        person,
        Kind::ALL.iter().position(|k| *k == f.kind),
        f.direct,
        ENDINGS.iter().position(|e| *e == f.ending),
        f.end_ms,
        f.detection_s,
        f.pickup_s,
        f.handling_s,
        f.approval_s,
    ])?;
    Ok(())
}

const ENDINGS: [Ending; 6] = [
    Ending::Waiting,
    Ending::Answered(ResponseSource::Sent),
    Ending::Answered(ResponseSource::Native),
    Ending::Answered(ResponseSource::Stated),
    Ending::Closed,
    Ending::Excluded,
];

/// A fact, as it is selected.
pub fn fact(r: &Row<'_>) -> rusqlite::Result<Fact<u16>> {
    Ok(Fact {
        started_ms: r.get(0)?,
        no: MentionNo(r.get::<_, i64>(1)?.cast_unsigned()),
        cycle: r.get(2)?,
        brand: r.get(3)?,
        network: r.get(4)?,
        person: r.get(5)?,
        kind: Kind::ALL[r.get::<_, usize>(6)?],
        direct: r.get(7)?,
        ending: ENDINGS[r.get::<_, usize>(8)?],
        end_ms: r.get(9)?,
        detection_s: r.get(10)?,
        pickup_s: r.get(11)?,
        handling_s: r.get(12)?,
        approval_s: r.get(13)?,
    })
}

fn code(db: &Connection, name: &str) -> rusqlite::Result<u16> {
    let known = db.prepare_cached("SELECT code FROM names WHERE name = ?1")?.query_row([name], |r| r.get(0));
    match known.optional()? {
        Some(code) => Ok(code),
        None => db
            .prepare_cached("INSERT INTO names SELECT ?1, count(*) FROM names RETURNING code")?
            .query_row([name], |r| r.get(0)),
    }
}

fn rest(db: &Connection, commit: &Commit) -> Result<(), StoreError> {
    for effect in &commit.effects {
        write_effect(db, commit, effect)?;
    }
    if let Some((source, cursor)) = &commit.cursor {
        db.prepare_cached("INSERT OR REPLACE INTO cursors VALUES (?1, ?2)")
            .and_then(|mut s| s.execute([&source.0, &cursor.0]))
            .map_err(broken)?;
    }
    Ok(())
}

fn write_effect(db: &Connection, commit: &Commit, effect: &EffectChange) -> Result<(), StoreError> {
    let done = match effect {
        EffectChange::Put(effect) => put_effect(db, commit, effect),
        EffectChange::Done(id) => db
            .prepare_cached("DELETE FROM outbox WHERE key = ?1")
            .and_then(|mut s| s.execute([&key(&[&id.0])[..]]))
            .map_err(broken),
    };
    done.map(|_| ())
}

fn put_effect(db: &Connection, commit: &Commit, effect: &Effect) -> Result<usize, StoreError> {
    let body = record::encode(effect).map_err(broken)?;
    db.prepare_cached("INSERT INTO outbox VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET body = ?3")
        .and_then(|mut s| s.execute(params![&key(&[&effect.id.0])[..], commit.at.as_millisecond(), body]))
        .map_err(broken)
}

/// A mention with its events.
pub fn load(db: &Connection, no: MentionNo) -> Result<Option<Stored>, StoreError> {
    let body: Option<Vec<u8>> = db
        .prepare_cached("SELECT body FROM mentions WHERE no = ?1")
        .and_then(|mut s| s.query_row([int(no.0)], |r| r.get(0)).optional())
        .map_err(broken)?;
    body.map(|b| record::decode_mention(&b)).transpose().map_err(broken)
}

/// A counter; 1 if it is not there yet.
pub fn number(db: &Connection, name: &str) -> Result<i64, StoreError> {
    let found = db
        .prepare_cached("SELECT value FROM meta WHERE name = ?1")
        .and_then(|mut s| s.query_row([name], |r| r.get(0)).optional());
    Ok(found.map_err(broken)?.unwrap_or(1))
}

fn set(db: &Connection, name: &str, value: i64) -> rusqlite::Result<usize> {
    db.prepare_cached("INSERT OR REPLACE INTO meta VALUES (?1, ?2)")?.execute(params![name, value])
}
