//! `hearback eval` and `hearback model`, as typed.

use super::command_line::hearback;
use hearback::cli::Exit;
use std::fmt::Write as _;
use std::fs;

#[tokio::test]
async fn any_labelled_file_is_judged_and_can_be_learned_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("texts.csv");
    let mut texts = "text,label\n".to_owned();
    for i in 0..60 {
        let (word, label) = if i % 2 == 0 { ("blorped", "negative") } else { ("delivered", "neutral") };
        writeln!(texts, "\"The parcel was {word}, number {i}\",{label}").unwrap();
    }
    texts += ",neutral\n";
    fs::write(&path, texts).unwrap();
    let (file, out) = (path.to_str().unwrap(), folder.path().join("out.jsonl"));
    let done = hearback(&["eval", file, "--learn", "10", "--predictions", out.to_str().unwrap()], "").await;
    assert_eq!(done.exit, Exit::Ok, "{}", done.err);
    assert!(done.out.starts_with("60 texts\n") && done.out.contains("macro-F1"), "{}", done.out);
    assert!(done.out.contains("corrections    seen    left"), "{}", done.out);
    assert!(done.err.contains("1 lines are left out: 62 (an empty text)"), "{}", done.err);
    let lines: Vec<serde_json::Value> =
        fs::read_to_string(&out).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!((lines.len(), &lines[0]["line"]), (60, &serde_json::json!(2)));
    assert!(lines[0]["feeling_shares"].as_array().is_some_and(|shares| shares.len() == 3), "{}", lines[0]);

    let done = hearback(&["eval", file, "--json"], "").await;
    let whole: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!((&whole["figures"]["texts"], &whole["bad_lines"]), (&serde_json::json!(60), &serde_json::json!(1)));

    let done = hearback(&["eval", folder.path().join("none").to_str().unwrap()], "").await;
    assert_eq!(done.exit, Exit::Usage);
    assert!(done.err.contains("cannot be read"), "{}", done.err);
}

#[tokio::test]
async fn the_model_of_a_store_is_told_and_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bot.toml");
    let config = path.to_str().unwrap();
    hearback(&["--config", config, "init", "--yes"], "").await;
    let done = hearback(&["--config", config, "model", "status"], "").await;
    assert_eq!(done.exit, Exit::Usage, "there is no store yet");
    assert!(done.err.contains("there is no store"), "{}", done.err);
    let store = hearback::config::Config::load(&path, &|_| None).unwrap().store.folder;
    fs::create_dir_all(&store).unwrap();
    let done = hearback(&["--config", config, "model", "status"], "").await;
    assert!(done.out.contains("Nothing yet"), "{}{}", done.out, done.err);
    let done = hearback(&["--config", config, "model", "reset"], "").await;
    assert_eq!(done.exit, Exit::Usage);
    let done = hearback(&["--config", config, "model", "reset", "--sure"], "").await;
    assert_eq!(done.exit, Exit::Ok, "{}", done.err);
    let done = hearback(&["--config", config, "model", "status"], "").await;
    assert!(done.out.contains("Reset by"), "{}", done.out);
    let done = hearback(&["--config", config, "model", "reset", "--undo"], "").await;
    assert_eq!(done.exit, Exit::Ok, "{}", done.err);

    // While it is running, chat is the place.
    let options = hearback::store::Options { ballast_bytes: 0, ..hearback::store::Options::default() };
    let running = hearback::store::Embedded::open(&store, options, &|_| ()).unwrap();
    let done = hearback(&["--config", config, "model", "diff"], "").await;
    assert_eq!(done.exit, Exit::TryAgain);
    assert!(done.err.contains("type `model diff` in chat"), "{}", done.err);
    hearback::store::Store::close(&running).await.unwrap();
}
