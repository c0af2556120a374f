//! Checks everything against everything: the journal's checksums and numbers, each record against its events, every
//! index row against the records, both ways.

use super::super::blocks;
use super::super::engine::Engine;
use super::super::fault::Fault;
use super::super::folder::Folder;
use super::super::group::{no_key, number};
use super::super::index::{Index, Tree};
use super::super::options::{Options, Progress, Tell};
use super::super::rows::{AuthorRow, Key, Rows};
use super::super::{StoreError, journal, record, recover, snapshot};
use crate::domain::{Fact, Mention, MentionNo};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::Duration;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Commits in the journal behind the newest snapshot.
    pub commits: u64,
    /// The last commit.
    pub last: u64,
    /// Mentions in all.
    pub mentions: u64,
    /// Events in all.
    pub events: u64,
    /// Index rows that were compared.
    pub rows: u64,
    /// Another process is using the folder: only the journal was checked.
    pub journal_only: bool,
    /// What is wrong, one sentence each; empty if nothing is.
    pub problems: Vec<String>,
}

/// The newest version of each mention, by what the journal and the snapshot say.
type Versions = HashMap<MentionNo, u64>;

/// Checks the store in a folder. While another process uses it, only the journal.
pub fn verify(root: &Path, options: Options, tell: Tell<'_>) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let folder = Folder::at(root);
    if !folder.journal.is_dir() {
        return Err(StoreError::Broken(format!("{} is not the folder of a store: name another one", root.display())));
    }
    let mut tries = 0;
    let versions = loop {
        tries += 1;
        match truth(&folder, &options, &mut report, tell) {
            Ok(versions) => break versions,
            // Another process may remove or extend files under us; damage is still there the next time.
            Err(_) if tries < 3 => {}
            Err(e) => {
                report.problems.push(e.to_string());
                return Ok(report);
            }
        }
    };
    let options = Options { lock_wait: Duration::ZERO, ..options };
    let engine = match Engine::open(root, options, tell) {
        Ok(engine) => engine,
        Err(StoreError::Busy(_)) => {
            report.journal_only = true;
            return Ok(report);
        }
        Err(e) => {
            report.problems.push(e.to_string());
            return Ok(report);
        }
    };
    report.problems.extend(engine.shared().trouble().clone());
    let index = engine.shared().index()?;
    if let Err(fault) = indexes(&index, &versions, &mut report, tell) {
        report.problems.push(fault.to_string());
    }
    drop(index);
    engine.close()?;
    Ok(report)
}

/// Reads the snapshot and the journal behind it.
fn truth(folder: &Folder, options: &Options, report: &mut Report, tell: Tell<'_>) -> Result<Versions, StoreError> {
    let disk = &*options.disk;
    let trouble = |e: std::io::Error| super::super::fault::disk_trouble("reading", &folder.journal, &e);
    let bad = |f: Fault| StoreError::Broken(f.to_string());
    let mut versions = Versions::new();
    let floor = snapshot::list(disk, &folder.journal).map_err(trouble)?.last().copied().unwrap_or(0);
    let firsts = journal::list(disk, &folder.journal).map_err(trouble)?;
    let mut instance = None;
    let mut note = |schema: u32, payload: &[u8]| -> Result<(), StoreError> {
        for change in record::decode_commit(schema, payload).map_err(bad)?.changes {
            let newest = versions.entry(change.after.no).or_default();
            *newest = change.after.version.max(*newest);
        }
        Ok(())
    };
    if floor > 0 {
        let read = snapshot::read(disk, &folder.journal, floor, &mut |f| note(f.schema, f.payload))?;
        instance = Some(read);
    }
    if let (None, Some(first)) = (instance, firsts.first()) {
        let path = folder.journal.join(journal::segment::name(*first));
        instance = journal::segment::owner(&journal::disk::read_whole(disk, &path).map_err(trouble)?);
    }
    report.last = floor;
    if let Some(instance) = instance {
        if firsts.first().is_some_and(|first| *first > floor + 1) {
            return Err(StoreError::Broken(format!("the journal has no commits between {floor} and the next file")));
        }
        let mut commits = 0;
        report.last = journal::replay(disk, &folder.journal, &instance, &firsts, floor, &mut |f| {
            commits += 1;
            if commits % 1024 == 0 {
                tell(Progress { doing: "checking the journal", done: commits, total: 0 });
            }
            note(f.schema, f.payload)
        })?;
        report.commits = commits;
    }
    Ok(versions)
}

/// What the index rows must be, by what the records say.
#[derive(Default)]
struct Expected {
    lookups: [HashMap<Key, MentionNo>; 3],
    authors: HashMap<Key, Vec<MentionNo>>,
    open: usize,
    handled: usize,
    /// Copies by the mention whose card counts them, with whether each is open.
    copies: BTreeMap<(MentionNo, MentionNo), bool>,
    /// How many copies each card counts.
    counted: BTreeMap<MentionNo, u64>,
    facts: BTreeMap<MentionNo, Vec<Fact<String>>>,
}

fn indexes(index: &Index, versions: &Versions, report: &mut Report, tell: Tell<'_>) -> Result<(), Fault> {
    let (memory, names) = recover::load(index)?;
    let total = memory.next_no.saturating_sub(1);
    report.mentions = total;
    if let Some(beyond) = versions.keys().find(|no| no.0 > total) {
        report.problems.push(format!("{beyond} is in the journal, but not in the indexes"));
    }
    let mut expected = Expected::default();
    for n in 1..=total {
        let no = MentionNo(n);
        if n % 1024 == 0 {
            tell(Progress { doing: "checking the mentions", done: n, total });
        }
        match one(index, no, versions.get(&no).copied(), report, &mut expected) {
            Ok(Some(rows)) => {
                let known = index.get(Tree::Open, &no_key(no))?;
                let known = known.map(|bytes| record::decode::<crate::domain::OpenRow>(&bytes)).transpose()?;
                if known != rows.open {
                    report.problems.push(format!("{no}: its line in the list of open mentions is wrong"));
                }
                expected.open += usize::from(rows.open.is_some());
                let known = index.get(Tree::Handled, &no_key(no))?;
                let known = known.map(|bytes| record::decode::<crate::domain::Handled>(&bytes)).transpose()?;
                if known != rows.handled {
                    report.problems.push(format!("{no}: its line in the list of handled mentions is wrong"));
                }
                expected.handled += usize::from(rows.handled.is_some());
            }
            Ok(None) => {}
            Err(fault) => report.problems.push(format!("{no}: {fault}")),
        }
    }
    index.range(Tree::Mentions, &no_key(MentionNo(total + 1)), None, |key, _| {
        report.problems.push(format!("#{} is beyond the counter", number(key).unwrap_or_default()));
        Ok(true)
    })?;
    let mut open = 0;
    index.range(Tree::Open, &[], None, |_, _| {
        open += 1;
        Ok(true)
    })?;
    if open != expected.open {
        report.problems.push(format!("{open} lines in the list of open mentions, but {} are open", expected.open));
    }
    let mut handled = 0;
    index.range(Tree::Handled, &[], None, |_, _| {
        handled += 1;
        Ok(true)
    })?;
    if handled != expected.handled {
        let is = expected.handled;
        report.problems.push(format!("{handled} lines in the list of handled mentions, but {is} were handled"));
    }
    lookups(index, &expected, report)?;
    authors(index, &expected, report)?;
    copies(index, &expected, report)?;
    facts(index, &names.list, expected.facts, report)
}

/// Checks a record; returns what the indexes must know of it.
fn one(
    index: &Index,
    no: MentionNo,
    version: Option<u64>,
    report: &mut Report,
    expected: &mut Expected,
) -> Result<Option<Rows>, Fault> {
    let Some(bytes) = index.get(Tree::Mentions, &no_key(no))? else {
        report.problems.push(format!("{no}: its record is missing"));
        return Ok(None);
    };
    let stored = record::decode_mention(&bytes)?;
    let events = snapshot::history(index, no, &stored)?;
    report.events += events.len() as u64;
    let m = stored.mention;
    if m.no != no {
        report.problems.push(format!("{no}: its record is that of {}", m.no));
    }
    if version != Some(m.version) {
        let truth = version.map_or_else(|| "none".to_owned(), |v| v.to_string());
        report.problems.push(format!("{no}: the indexes have version {}, the journal {truth}", m.version));
    }
    let folded = Mention::fold(no, &events).map(|f| Mention { version: m.version, ..f });
    if folded.as_ref() != Some(&m) {
        report.problems.push(format!("{no}: its record is not what its events make"));
    }
    let rows = Rows::of(&m);
    for (map, keys) in expected.lookups.iter_mut().zip([&rows.posts, &rows.urls, &rows.cards]) {
        for key in keys {
            map.entry(*key).or_insert(no);
        }
    }
    if let Some(author) = rows.author {
        expected.authors.entry(author).or_default().push(no);
    }
    if let Some((lead, open)) = rows.like {
        expected.copies.insert((lead, no), open);
    }
    if m.repeats.total > 0 {
        expected.counted.insert(no, m.repeats.total);
    }
    expected.facts.insert(no, m.facts());
    Ok(Some(rows))
}

fn lookups(index: &Index, expected: &Expected, report: &mut Report) -> Result<(), Fault> {
    let kinds = [(Tree::Posts, "posts"), (Tree::Urls, "addresses"), (Tree::Cards, "cards")];
    for ((tree, what), map) in kinds.into_iter().zip(&expected.lookups) {
        let mut found = 0;
        index.range(tree, &[], None, |key, value| {
            found += 1;
            let points = number(value).map(MentionNo);
            let should = <&Key>::try_from(key).ok().and_then(|k| map.get(k)).copied();
            if points != should {
                let say = |no: Option<MentionNo>| no.map_or_else(|| "nothing".to_owned(), |no| no.to_string());
                let (points, should) = (say(points), say(should));
                report.problems.push(format!("the index of {what} leads to {points} where it should lead to {should}"));
            }
            Ok(true)
        })?;
        report.rows += found;
        if found != map.len() as u64 {
            report.problems.push(format!("the index of {what} has {found} rows instead of {}", map.len()));
        }
    }
    Ok(())
}

fn authors(index: &Index, expected: &Expected, report: &mut Report) -> Result<(), Fault> {
    let mut found = 0;
    index.range(Tree::Authors, &[], None, |key, value| {
        found += 1;
        let row = AuthorRow::decode(value);
        let all = <&Key>::try_from(key).ok().and_then(|k| expected.authors.get(k)).map_or(&[][..], Vec::as_slice);
        if row.count as usize != all.len() || !all.ends_with(&row.recent) {
            report.problems.push(format!("the index of authors counts {} instead of {}", row.count, all.len()));
        }
        Ok(true)
    })?;
    report.rows += found;
    if found != expected.authors.len() as u64 {
        report.problems.push(format!("the index of authors has {found} rows instead of {}", expected.authors.len()));
    }
    Ok(())
}

/// Every copy is listed under the mention whose card counts it, and the card counts as many as are listed.
fn copies(index: &Index, expected: &Expected, report: &mut Report) -> Result<(), Fault> {
    let mut found = BTreeMap::new();
    index.range(Tree::Copies, &[], None, |key, value| {
        let pair = number(key).zip(key.get(8..).and_then(number));
        found.extend(pair.map(|(lead, no)| ((MentionNo(lead), MentionNo(no)), value.first() == Some(&1))));
        Ok(true)
    })?;
    report.rows += found.len() as u64;
    if found != expected.copies {
        let say =
            format!("the index of copies has {} rows instead of {}, or others", found.len(), expected.copies.len());
        report.problems.push(say);
    }
    let mut counted: BTreeMap<MentionNo, u64> = BTreeMap::new();
    for (lead, _) in expected.copies.keys() {
        *counted.entry(*lead).or_default() += 1;
    }
    for lead in counted.keys().chain(expected.counted.keys()) {
        let (listed, says) = (counted.get(lead).copied(), expected.counted.get(lead).copied());
        if listed != says {
            let (listed, says) = (listed.unwrap_or(0), says.unwrap_or(0));
            report.problems.push(format!("{lead} counts {says} that say the same, but there are {listed}"));
        }
    }
    Ok(())
}

fn facts(
    index: &Index,
    names: &[String],
    mut expected: BTreeMap<MentionNo, Vec<Fact<String>>>,
    report: &mut Report,
) -> Result<(), Fault> {
    let name = |code: u16| names.get(usize::from(code)).cloned().unwrap_or_else(|| "?".to_owned());
    let mut problems = Vec::new();
    index.range(Tree::Facts, &[], None, |key, block| {
        let day = number(key).map(|d| (d ^ (1 << 63)).cast_signed());
        blocks::unpack(block, |row| {
            report.rows += 1;
            let fact = row.map_names(name);
            let left = expected.get_mut(&fact.no);
            let place = left.as_ref().and_then(|facts| facts.iter().position(|f| same(f, &fact)));
            match (left, place) {
                (Some(facts), Some(place)) if day == Some(blocks::day(fact.started_ms)) => {
                    facts.remove(place);
                }
                _ => problems.push(format!("{}: the figures have a wait that its record does not have", fact.no)),
            }
        })?;
        Ok(true)
    })?;
    for (no, left) in expected.into_iter().filter(|(_, left)| !left.is_empty()) {
        problems.push(format!("{no}: {} of its waits are missing from the figures", left.len()));
    }
    report.problems.append(&mut problems);
    Ok(())
}

/// Equal, where a name that did not fit into the table counts as equal to any.
fn same(record: &Fact<String>, row: &Fact<String>) -> bool {
    let mut record = record.clone();
    let forget = |a: &mut String, b: &String| {
        if b == "?" {
            "?".clone_into(a);
        }
    };
    forget(&mut record.brand, &row.brand);
    forget(&mut record.network, &row.network);
    if let (Some(a), Some(b)) = (&mut record.person, &row.person) {
        forget(a, b);
    }
    record == *row
}
