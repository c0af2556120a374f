//! Trains the model of kinds: `cargo run --release --example train -- DATA_DIR [--write FILE] [--check]`.
//!
//! Reads `semeval_train.jsonl`, `tweeteval_sent_val.jsonl`, `vader_lexicon.txt` and `emoji_utf8_lexicon.txt` in `DATA_DIR`, prints what the
//! model makes of the development set, and writes the weights, or says whether they are those that are shipped. The same
//! data give the same bytes on every machine. docs/triage.md explains the figures.

mod figures;

use anyhow::{Context, bail};
use figures::{Confusion, questions};
use hearback::triage::model::train::{Lists, Options, Row, SUPPORT_MIX, praise_at, praise_scores, train};
use hearback::triage::model::{Delta, Model, PictureNames, Valences, hash_of, spec_hash};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::time::Instant;

const SHIPPED: &[u8] = include_bytes!("../../src/triage/model/weights.bin");

/// What was asked for.
struct Asked {
    data: PathBuf,
    write: Option<PathBuf>,
    check: bool,
}

fn asked() -> anyhow::Result<Asked> {
    let mut args = std::env::args().skip(1);
    let (mut data, mut write, mut check) = (None, None, false);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--check" => check = true,
            "--write" => write = Some(PathBuf::from(args.next().context("--write needs a file")?)),
            _ if data.is_none() && !arg.starts_with('-') => data = Some(PathBuf::from(arg)),
            _ => bail!("what is {arg}? Give DATA_DIR, and if you like --write FILE or --check"),
        }
    }
    let data = data.context("give the folder of the training data: DATA_DIR [--write FILE] [--check]")?;
    Ok(Asked { data, write, check })
}

/// The files' texts and their hashes, which go into the weights.
#[derive(Default)]
struct Files {
    hashes: Vec<[u8; 32]>,
}

impl Files {
    fn read(&mut self, folder: &Path, name: &str) -> anyhow::Result<String> {
        let path = folder.join(name);
        let bytes = std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        self.hashes.push(Sha256::digest(&bytes).into());
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Lines `{"text": …, "y": 0, 1 or 2}`; bad ones are left out and counted.
    fn rows(&mut self, folder: &Path, name: &str) -> anyhow::Result<Vec<Row>> {
        let file = self.read(folder, name)?;
        let (mut rows, mut bad) = (Vec::new(), 0);
        for line in file.lines().filter(|l| !l.trim().is_empty()) {
            match row(line) {
                Some(row) => rows.push(row),
                None => bad += 1,
            }
        }
        println!("{name}: {} texts, {bad} bad lines left out", rows.len());
        if rows.is_empty() {
            bail!("{name} has no text with a label; its lines are {{\"text\": …, \"y\": 0, 1 or 2}}");
        }
        Ok(rows)
    }
}

fn row(line: &str) -> Option<Row> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    let label = usize::try_from(value.get("y")?.as_u64()?).ok().filter(|y| *y < 3)?;
    Some(Row { text: value.get("text")?.as_str()?.to_owned(), label })
}

fn main() -> anyhow::Result<()> {
    let asked = asked()?;
    let mut files = Files::default();
    let rows = files.rows(&asked.data, "semeval_train.jsonl")?;
    let dev = files.rows(&asked.data, "tweeteval_sent_val.jsonl")?;
    let valences = Valences::parse(&files.read(&asked.data, "vader_lexicon.txt")?);
    let pictures = PictureNames::parse(&files.read(&asked.data, "emoji_utf8_lexicon.txt")?);
    println!("vader_lexicon.txt: {} words and signs", valences.len());

    let begun = Instant::now();
    let lists = Lists::new(&valences, &pictures);
    let weights = train(&rows, &dev, &lists, files.hashes, &Options::default())?;
    let bytes = weights.to_bytes();
    println!("trained in {:.1} s: {} bytes", begun.elapsed().as_secs_f32(), bytes.len());
    let model = Model::from_bytes(&bytes)?;
    println!("features {:016x}, weights {:016x}", spec_hash(), hash_of(&bytes));
    show(&model, &dev, &lists);

    let same = bytes == SHIPPED;
    println!(
        "\n{}",
        if same { "These are the shipped weights, byte for byte." } else { "The shipped weights differ." }
    );
    if let Some(path) = asked.write {
        std::fs::write(&path, &bytes).with_context(|| format!("{} cannot be written", path.display()))?;
        println!("Written to {}; build again to ship them.", path.display());
    } else if asked.check && !same {
        bail!("the shipped weights are not what this program makes of this data");
    }
    Ok(())
}

fn show(model: &Model, dev: &[Row], lists: &Lists<'_>) {
    let nothing = Delta::default();
    let begun = Instant::now();
    let mut by_model = Confusion::default();
    for row in dev {
        by_model.add(row.label, figures::largest(model.read(&model.features(&row.text), &nothing).feeling));
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("\nThe development set:\n{by_model}");
    println!("{:.0} texts a second on one core", f64::from(by_model.all()) / seconds);
    let mut by_lexicon = Confusion::default();
    for row in dev {
        let sum = lists.valence(&row.text);
        by_lexicon.add(row.label, if sum >= 0.05 { 2 } else { usize::from(sum > -0.05) });
    }
    println!("\nThe same by the sum of VADER's valences alone:\n{by_lexicon}");

    println!("\nPraise, by threshold: precision and recall as the set is, and weighed as posts to support are mixed");
    let scores = praise_scores(model, dev);
    let as_it_is = figures::mix(dev);
    for from in [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, model.praise_threshold()] {
        let ((p, r), (ps, rs)) = (praise_at(&scores, as_it_is, from), praise_at(&scores, SUPPORT_MIX, from));
        let chosen = if from.to_bits() == model.praise_threshold().to_bits() { " (shipped)" } else { "" };
        println!(
            "{from:.3}: {:.1} % / {:.1} %, {:.1} % / {:.1} %{chosen}",
            100.0 * p,
            100.0 * r,
            100.0 * ps,
            100.0 * rs
        );
    }
    println!("\n{}", questions(model, dev));
}
