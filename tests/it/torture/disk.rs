//! A disk that has no more room.

use super::house::House;
use super::people::People;
use super::receiver::Receiver;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Mentions of a hook that are large enough to fill the disk soon.
const MANY: usize = 60;
/// Their characters.
const LONG: usize = 3_000;
/// With so many hooks it must be full.
const ENOUGH: usize = 200;

/// Posts until a hook is refused. All before it are acknowledged.
async fn fill(people: &People) {
    for _ in 0..ENOUGH {
        let hook = people.new_hook(MANY, LONG);
        match people.post(&hook, &hook).await {
            Some(200) => {}
            Some(503) => return,
            other => panic!("a hook was answered with {other:?}"),
        }
    }
    panic!("the disk does not become full");
}

/// What was said, without line ends and indents.
fn words(said: &[String]) -> String {
    said.iter().flat_map(|line| line.split_whitespace()).collect::<Vec<_>>().join(" ")
}

/// A file system that has little room, and gets more. Gone when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None`, with the reason printed, where this is not allowed.
    fn mount(at: &Path) -> Option<SmallDisk> {
        std::fs::create_dir_all(at).unwrap();
        match mount("size=12m", at) {
            Ok(()) => Some(SmallDisk(at.to_owned())),
            Err(why) => {
                println!("skipped: a small disk cannot be mounted here ({})", why.trim());
                None
            }
        }
    }

    fn grow(&self) {
        mount("remount,size=512m", &self.0).unwrap();
    }
}

fn mount(options: &str, at: &Path) -> Result<(), String> {
    let mut command = Command::new("mount");
    let command = command.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at).stdin(Stdio::null());
    match command.output() {
        Ok(done) if done.status.success() => Ok(()),
        Ok(done) => Err(String::from_utf8_lossy(&done.stderr).into_owned()),
        Err(e) => Err(e.to_string()),
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_when_there_is_room_again_it_goes_on() {
    let receiver = Receiver::open(3).await;
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("small");
    let Some(disk) = SmallDisk::mount(&at) else { return };
    let house = House::with_store(dir, at.join("data"), &receiver.url);
    let people = People::of(&house);
    let mut child = house.run();
    assert!(child.welcomed().await, "{}", child.errors());
    fill(&people).await;
    // Small changes may still fit, so that it is not known which is the first one that does not.
    let mut refused = None;
    for _ in 0..ENOUGH {
        let said = child.ask(&format!("note 1 {}", "there is no room for this ".repeat(400))).await.unwrap();
        if !said.iter().any(|l| l.contains("Noted on #1")) {
            refused = Some(words(&said));
            break;
        }
    }
    let refused = refused.expect("the notes fit");
    assert!(refused.contains("the disk is full"), "{refused}");
    assert!(refused.contains("Free some space"), "{refused}");

    disk.grow();
    people.send_the_rest().await;
    let said = child.ask("note 1 now there is room").await.unwrap();
    assert!(said.iter().any(|l| l.contains("Noted on #1")), "{said:?}");
    let ended = child.terminate().await;
    assert_eq!(ended.code, Some(0), "{}", ended.errors);
    house.is_sound();
    people.ledger.lock().unwrap().holds(&house.export(), &receiver);
    drop(disk);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_files_may_not_grow_nothing_acknowledged_is_lost() {
    let receiver = Receiver::open(4).await;
    let house = House::build(&receiver.url);
    let people = People::of(&house);
    // 2 MiB for each file.
    let mut child = house.run_with_small_files(4096);
    assert!(child.welcomed().await, "{}", child.errors());
    fill(&people).await;
    let said = child.ask("note 1 this file may not grow").await.unwrap();
    assert!(words(&said).contains("This could not be saved, and nothing was changed"), "{said:?}");
    let ended = child.terminate().await;
    assert!(ended.errors.contains("may not grow any further"), "{}", ended.errors);
    assert!(ended.errors.contains("Raise the limit"), "{}", ended.errors);

    let mut child = house.run();
    assert!(child.welcomed().await, "{}", child.errors());
    people.send_the_rest().await;
    let ended = child.terminate().await;
    assert_eq!(ended.code, Some(0), "{}", ended.errors);
    house.is_sound();
    people.ledger.lock().unwrap().holds(&house.export(), &receiver);
}
