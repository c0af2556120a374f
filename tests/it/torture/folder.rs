//! Two programs in one folder, and a journal that somebody damaged.

use super::house::House;
use super::people::People;
use super::receiver::Receiver;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_program_on_the_same_folder_is_refused() {
    let receiver = Receiver::open(1).await;
    let house = House::build(&receiver.url);
    let people = People::of(&house);
    let mut first = house.run();
    assert!(first.welcomed().await, "{}", first.errors());
    let hook = people.new_hook(2, 20);
    assert_eq!(people.post(&hook, &hook).await, Some(200));
    let (code, out, err) = house.does(&["run"]);
    assert_eq!(code, Some(75), "{out}{err}");
    assert!(err.contains("another hearback (process "), "{err}");
    assert!(err.contains(&format!("is using {}: stop it", house.data().display())), "{err}");
    // Looking is allowed meanwhile, and what was acknowledged is seen.
    let (code, out, err) = house.does(&["verify"]);
    assert_eq!(code, Some(0), "{out}{err}");
    people.ledger.lock().unwrap().holds(&house.export(), &receiver);
    // The first one was not disturbed.
    let hook = people.new_hook(2, 20);
    assert_eq!(people.post(&hook, &hook).await, Some(200));
    let ended = first.terminate().await;
    assert_eq!(ended.code, Some(0), "{}", ended.errors);
    house.is_sound();
    people.ledger.lock().unwrap().holds(&house.export(), &receiver);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_journal_is_refused_with_its_place_and_a_way_out() {
    let receiver = Receiver::open(2).await;
    let house = House::build(&receiver.url);
    let people = People::of(&house);
    let mut child = house.run();
    assert!(child.welcomed().await, "{}", child.errors());
    for _ in 0..20 {
        let hook = people.new_hook(3, 20);
        assert_eq!(people.post(&hook, &hook).await, Some(200));
    }
    let ended = child.terminate().await;
    assert_eq!(ended.code, Some(0), "{}", ended.errors);

    let path = house.segments().pop().unwrap();
    let whole = std::fs::read(&path).unwrap();
    let written = whole.iter().rposition(|b| *b != 0).unwrap();
    for at in [written / 4, written / 2, written * 3 / 4] {
        let mut damaged = whole.clone();
        for byte in &mut damaged[at..at + 3] {
            *byte ^= 0xFF;
        }
        std::fs::write(&path, &damaged).unwrap();
        let ended = house.run().ended().await;
        assert_eq!(ended.code, Some(1), "{}", ended.errors);
        assert!(ended.errors.contains(&format!("{} is damaged at byte ", path.display())), "{}", ended.errors);
        assert!(ended.errors.contains("hearback restore"), "{}", ended.errors);
        let place = ended.errors.split("at byte ").nth(1).unwrap();
        let place: String = place.chars().take_while(char::is_ascii_digit).collect();
        let place: usize = place.parse().unwrap();
        assert!(place <= at && at < place + 100_000, "says byte {place}, but byte {at} was changed");
        assert_eq!(std::fs::read(&path).unwrap(), damaged, "a damaged file must stay as it is");
    }

    // With the right bytes back, everything is there.
    std::fs::write(&path, &whole).unwrap();
    house.is_sound();
    people.ledger.lock().unwrap().holds(&house.export(), &receiver);
}
