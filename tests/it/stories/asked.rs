//! What a chat asks of the desk while somebody types an option, and what it has kept when a form cannot stay open.

use crate::harness::World;
use hearback::chat::{Asked, Chat, Forms, FrontDesk, Given, Incoming, Suggestion};
use hearback::desk::Desk;
use hearback::domain::{Answer, ChannelId, ChatName, Person, PersonId, Role};

fn who(name: &str) -> Person {
    let role = match name {
        "vic" => Role::Viewer,
        "sam" => Role::Approver,
        "lee" => Role::Lead,
        _ => Role::Responder,
    };
    Person { id: PersonId::new(name), name: name.to_owned(), role, zone: "UTC".to_owned() }
}

fn front(world: &World) -> &dyn FrontDesk {
    let desk: &Desk = world.desk();
    desk
}

fn given(options: &[(&str, &str)]) -> Vec<Given> {
    options.iter().map(|(name, value)| Given { name: (*name).to_owned(), value: (*value).to_owned() }).collect()
}

async fn asks(world: &World, name: &str, command: &str, option: &str, typed: &str) -> Vec<Suggestion> {
    asks_with(world, name, command, option, typed, &[]).await
}

async fn asks_with(
    world: &World,
    name: &str,
    command: &str,
    option: &str,
    typed: &str,
    others: &[(&str, &str)],
) -> Vec<Suggestion> {
    let (command, option, typed) = (command.to_owned(), option.to_owned(), typed.to_owned());
    let asked = Asked { command, option, typed, given: given(others) };
    let offers = front(world).suggest(&who(name), &asked).await;
    assert!(offers.len() <= 25, "{}", offers.len());
    for offer in &offers {
        let short = |text: &str| (1..=100).contains(&text.encode_utf16().count());
        assert!(short(&offer.label) && short(&offer.value), "{offer:?}");
        assert!(!offer.label.contains('\n'), "{offer:?}");
    }
    offers
}

fn labels(offers: &[Suggestion]) -> Vec<&str> {
    offers.iter().map(|offer| offer.label.as_str()).collect()
}

fn values(offers: &[Suggestion]) -> Vec<&str> {
    offers.iter().map(|offer| offer.value.as_str()).collect()
}

#[tokio::test]
async fn mentions_are_suggested_own_claims_first() {
    let desk = World::new().await;
    desk.hears("Acme, is the app down?").from("bob").on("mastodon").await;
    desk.hears("Acme, where is my\nparcel?").from("eve").on("mastodon").await;
    desk.hears("I love Acme!").from("joe").on("mastodon").await;
    desk.person("ana").runs("claim 2").await;
    desk.person("sam").runs("claim 3").await;
    assert_eq!(
        labels(&asks(&desk, "ana", "reply", "mention", "").await),
        [
            "#2 eve: Acme, where is my parcel? (yours, due 11:00)",
            "#1 bob: Acme, is the app down? (due 11:00)",
            "#3 joe: I love Acme! (held by Sam, due Tue 10:00)",
        ]
    );
    assert_eq!(values(&asks(&desk, "ana", "hearback reply", "mention", " #1 ").await), ["1"]);
    assert_eq!(values(&asks(&desk, "ana", "reply", "mention", "EVE").await), ["2"]);
    assert_eq!(values(&asks(&desk, "ana", "reply", "mention", "app down").await), ["1"]);
    assert_eq!(values(&asks(&desk, "ana", "reply", "mention", "mi").await), ["mine"]);
    assert_eq!(values(&asks(&desk, "ana", "reply", "mention", "la").await), ["last"]);
    let last = asks(&desk, "ana", "reply", "mention", "last").await;
    assert_eq!(labels(&last), ["last — what you touched last, #2"]);
    assert_eq!(values(&asks(&desk, "ana", "reply", "mention", "https://social.test/post-3").await), ["3"]);
    for nobody in ["nothing of the kind", "999", "https://social.test/other"] {
        assert_eq!(asks(&desk, "ana", "reply", "mention", nobody).await, [], "{nobody}");
    }
    // A viewer may look, and not reply; nobody is told more by what is suggested.
    assert_eq!(asks(&desk, "vic", "reply", "mention", "").await, []);
    assert_eq!(asks(&desk, "vic", "show", "mention", "").await.len(), 3);
    assert_eq!(asks(&desk, "ana", "reply", "nothing", "").await, []);
    assert_eq!(asks(&desk, "ana", "nothing", "mention", "").await, []);

    desk.person("ana").runs("done 2 none").await;
    assert_eq!(
        labels(&asks(&desk, "ana", "reopen", "mention", "").await),
        ["#2 eve: Acme, where is my parcel? (closed)"]
    );
    assert_eq!(values(&asks(&desk, "ana", "show", "mention", "parcel").await), ["2"]);
    assert!(!values(&asks(&desk, "ana", "reply", "mention", "").await).contains(&"2"));
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_waits_for_approval_comes_first_where_it_is_approved() {
    let desk = World::in_mode("approve").await;
    desk.hears("Acme, is the app down?").from("bob").on("mastodon").await;
    desk.hears("Acme, where is it?").from("eve").on("mastodon").await;
    desk.person("sam").runs("claim 1").await;
    desk.person("ana").runs("reply 2 It is on its way!").await;
    let offers = asks(&desk, "sam", "approve", "mention", "").await;
    assert_eq!(labels(&offers)[0], "#2 eve: Acme, where is it? (waits for approval, due 11:00)");
    assert_eq!(values(&offers), ["2", "1"]);
    assert_eq!(values(&asks(&desk, "sam", "note", "mention", "").await), ["1", "2"]);
    assert_eq!(asks(&desk, "ana", "approve", "mention", "").await, []);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn however_many_wait_and_whatever_they_say_the_list_is_short() {
    let desk = World::new().await;
    for i in 0..40 {
        let text = format!("Acme {} {}", "👩‍👩‍👧 wörds ".repeat(i), "\u{202e}`@everyone`".repeat(5));
        desk.hears(&text).from(&"n\u{301}ame ".repeat(i + 1)).on("mastodon").await;
    }
    desk.person("ana").runs("claim 37").await;
    assert_eq!(values(&asks(&desk, "ana", "note", "mention", "").await)[0], "37");
    assert_eq!(asks(&desk, "ana", "note", "mention", "").await.len(), 25);
    assert_eq!(values(&asks(&desk, "ana", "note", "mention", "4").await), ["4", "40"]);
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn people_saved_replies_and_the_rest_are_suggested() {
    let desk = World::new().await;
    desk.hears("Acme, is the app down?").from("bob").on("mastodon").await;
    let met = Person { id: PersonId::new("84321"), name: "Sue Ray".to_owned(), ..who("ana") };
    front(&desk).meet(&met).await;
    assert_eq!(
        labels(&asks(&desk, "ana", "claim", "user", "").await),
        ["Ana (ana)", "Lee (lee)", "Root (root)", "Sam (sam)", "Sue Ray (84321)"]
    );
    assert_eq!(values(&asks(&desk, "ana", "claim", "user", "@ra").await), ["84321"]);
    assert_eq!(values(&asks(&desk, "ana", "claim", "user", "s").await)[..2], ["sam", "84321"]);

    desk.person("lee").runs("canned add late Sorry, your parcel\nis late.").await;
    desk.person("lee").runs("canned add down We know, and work on it.").await;
    let use_it = [("action", "use")];
    let offers = asks_with(&desk, "ana", "canned", "name", "", &use_it).await;
    assert_eq!(labels(&offers), ["down: We know, and work on it.", "late: Sorry, your parcel is late."]);
    assert_eq!(values(&asks_with(&desk, "ana", "canned", "name", "parcel", &use_it).await), ["late"]);
    assert_eq!(asks_with(&desk, "ana", "canned", "name", "", &[("action", "add")]).await, []);
    assert_eq!(values(&asks_with(&desk, "ana", "canned", "mention", "", &use_it).await), ["1"]);
    assert_eq!(asks_with(&desk, "ana", "canned", "mention", "", &[("action", "list")]).await, []);

    let times = asks(&desk, "ana", "snooze", "until", "").await;
    let labels_of = labels(&times);
    assert!(
        labels_of.contains(&"2h — today 12:00") && labels_of.contains(&"tomorrow — tomorrow 09:00"),
        "{labels_of:?}"
    );
    assert_eq!(labels(&asks(&desk, "ana", "snooze", "until", "fri 14:30").await), ["fri 14:30 — Fri 6 Mar 14:30"]);
    assert_eq!(values(&asks(&desk, "ana", "snooze", "until", "3").await), ["3h", "3d", "3m", "3w", "30m"]);
    assert_eq!(asks(&desk, "ana", "snooze", "until", "whenever").await, []);
    assert_eq!(values(&asks(&desk, "ana", "digest", "time", "9:3").await), [] as [&str; 0]);
    assert_eq!(values(&asks(&desk, "ana", "digest", "time", "9:30").await), ["9:30"]);
    assert_eq!(values(&asks(&desk, "ana", "digest", "weekdays", "m").await)[0], "mon-fri");
    let ranges = asks(&desk, "ana", "stats", "range", "7").await;
    assert_eq!(labels(&ranges)[0], "7d — Mon 23 Feb 2026 10:00 to now");
    assert!(!values(&asks(&desk, "vic", "help", "command", "cl").await).contains(&"claim"), "a viewer may not");
    assert_eq!(values(&asks(&desk, "ana", "help", "command", "cl").await)[..1], ["claim"]);

    desk.person("ana").runs("tag 1 +refund +urgent").await;
    let about = [("mention", "#1")];
    assert_eq!(values(&asks_with(&desk, "ana", "tag", "labels", "", &about).await), ["-refund", "-urgent"]);
    let more = asks_with(&desk, "ana", "tag", "labels", "-refund  ur", &about).await;
    assert_eq!(values(&more), ["-refund +ur", "-refund -urgent"]);
    assert_eq!(labels(&more)[1], "-refund -urgent — removes urgent");
    assert_eq!(asks(&desk, "ana", "tag", "labels", "").await, [], "which mention is not known");
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn options_become_the_line_with_the_people_that_are_known() {
    let desk = World::new().await;
    let line = |command: &str, options: &[(&str, &str)]| front(&desk).line(command, &given(options));
    assert_eq!(line("claim", &[("mention", "1"), ("user", "Sam")]).as_deref(), Ok("claim 1 @sam"));
    assert!(line("claim", &[("user", "Sue Ray")]).unwrap_err().say.contains("`user`"));
    let met = Person { id: PersonId::new("84321"), name: "Sue Ray".to_owned(), ..who("ana") };
    front(&desk).meet(&met).await;
    assert_eq!(line("hearback claim", &[("user", "@sue ray")]).as_deref(), Ok("claim @84321"));
    desk.ends().await;
}

#[tokio::test]
async fn a_line_that_was_refused_is_kept_for_its_author_over_a_restart_for_seven_days() {
    let mut desk = World::new().await;
    let line = "reply 1 -- Call +44 20 7946 0958,\n-- “Bob” 👩‍👩‍👧";
    let key = front(&desk).keep(&who("ana"), line).await.unwrap();
    let other = front(&desk).keep(&who("ana"), line).await.unwrap();
    assert!(key != other && key.is_ascii() && key.len() <= 40, "{key} {other}");
    for wrong in ["", "0", ":", "kept:", &key.replace(|c: char| c.is_ascii_digit(), "g"), &format!("{key}0")] {
        assert_eq!(front(&desk).kept(&who("ana"), wrong).await.unwrap(), None, "{wrong}");
    }
    desk.restarts().await;
    assert_eq!(front(&desk).kept(&who("ana"), &key).await.unwrap().as_deref(), Some(line));
    assert_eq!(front(&desk).kept(&who("lee"), &key).await.unwrap(), None, "it is Ana's");
    desk.sleeps("6d 23h").await;
    assert_eq!(front(&desk).kept(&who("ana"), &key).await.unwrap().as_deref(), Some(line));
    desk.sleeps("2h").await;
    assert_eq!(front(&desk).kept(&who("ana"), &key).await.unwrap(), None);
    assert_eq!(desk.desk().store().settings("kept:").await.unwrap(), [], "nothing of it stays");
    desk.room();
    desk.ends().await;
}

/// A form that is handed in by a chat whose forms close with it: what is refused is kept, and opened again.
#[tokio::test]
async fn a_form_that_is_refused_opens_again_with_what_was_filled_in() {
    let desk = World::new().await;
    desk.hears("Acme, is the app down?").from("bob").on("mastodon").await;
    desk.person("lee").runs("canned add late Sorry, your parcel is late.").await;
    let gives = async |name: &str, line: &str, forms: Forms| {
        let (chat, channel) = (ChatName::new("console"), ChannelId::new("support"));
        let (who, line) = (who(name), line.to_owned());
        front(&desk).run(&Incoming { who, chat, channel, card: None, line, delivery: None, forms }).await
    };
    let again = async |name: &str, line: &str| {
        let refused = gives(name, line, Forms::Closed).await.expect_err(line);
        let key = front(&desk).keep(&who(name), line).await.unwrap();
        let kept = front(&desk).kept(&who(name), &key).await.unwrap().unwrap();
        match gives(name, &kept, Forms::Wanted).await {
            Ok(Answer { form: Some(form), .. }) => {
                let fields = form.fields.into_iter().map(|field| (field.name, field.initial));
                (refused.say, fields.collect::<Vec<_>>())
            }
            other => panic!("{line}: {other:?}"),
        }
    };
    let field = |name, initial: &str| (name, initial.to_owned());
    let (why, fields) = again("ana", "snooze #1 next year").await;
    assert!(why.contains("as `until`"), "{why}");
    assert_eq!(fields, [field("until", "2h"), field("other", "next year")]);
    let (why, fields) = again("ana", "tag 1 +a refund").await;
    assert!(why.contains("refund"), "{why}");
    assert_eq!(fields, [field("text", "+a refund")]);
    let (why, fields) = again("ana", "canned use late 999").await;
    assert!(why.contains("There is no mention #999"), "{why}");
    assert_eq!(fields, [field("name", "late"), field("mention", "999")]);
    let (_, fields) = again("ana", "canned use late the first one").await;
    assert_eq!(fields, [field("name", "late"), field("mention", "the first one")]);
    let (why, fields) = again("ana", "note 1 -- ").await;
    assert!(why.contains("`text`"), "{why}");
    assert_eq!(fields, [field("text", "")]);

    // What can be kept is kept as a draft instead, and stands in the form that is offered.
    let answer = gives("ana", "reply 1 -- Call +44 20 7946 0958", Forms::Closed).await.unwrap();
    let edit = answer.buttons.iter().find(|b| b.label == "Edit again…").unwrap();
    let form = gives("ana", &edit.command, Forms::Wanted).await.unwrap().form.unwrap();
    assert_eq!(form.fields[0].initial, "Call +44 20 7946 0958");
    assert!(desk.network("mastodon").arrived().is_empty());
    desk.settles().await;
    desk.room();
    desk.ends().await;
}

#[test]
fn links_into_a_chat_mean_its_messages() {
    use hearback::chat::discord::link::linked;
    let ids = |url: &str| linked(url).into_iter().map(|id| id.0).collect::<Vec<_>>();
    assert_eq!(ids("https://discord.com/channels/1/22/333"), ["333", "22"]);
    assert_eq!(ids("https://canary.discord.com/channels/1/22/"), ["22"]);
    assert_eq!(ids("https://ptb.discord.com/channels/@me/22/333?x"), ["333", "22"]);
    for other in [
        "https://discord.com/channels/1",
        "https://discord.com/channels/1/2/3/4",
        "https://discord.com/channels/1/a/3",
        "https://discord.com.evil.example/channels/1/2/3",
        "http://discord.com/channels/1/2/3",
        "https://discord.com/invite/x",
        "",
    ] {
        assert_eq!(ids(other), [] as [&str; 0], "{other}");
    }
}

#[tokio::test]
async fn a_card_is_meant_by_its_link_and_slack_pings_whom_it_knows() {
    let desk = World::in_slack().await;
    desk.hears("Acme, is it down?").from("bob").on("mastodon").await;
    let card = desk.mention(1).await.cards[0].message.0.clone();
    let (channel, ts) = card.split_once('/').unwrap();
    let link = format!("https://acme.slack.com/archives/{channel}/p{}", ts.replace('.', ""));
    let claimed = desk.person("ana").runs(&format!("claim {link}")).await;
    assert!(claimed.contains("#1 is yours"), "{claimed}");
    let below = format!("https://acme.slack.com/archives/{channel}/p1999999999000100?thread_ts={ts}&cid={channel}");
    assert!(desk.person("ana").runs(&format!("note {below} seen")).await.contains("Noted on #1"));
    let none = format!("https://acme.slack.com/archives/{channel}/p1999999999000100");
    assert!(desk.person("ana").runs(&format!("show {none}")).await.contains("No mention is known for"));
    let reaches = |id: &str| desk.front().reaches(&PersonId::new(id));
    assert!(reaches("ana") && reaches("U0NEVERMET") && !reaches("81234567890123456"));
    desk.settles().await;
    desk.room();
    desk.ends().await;
}
