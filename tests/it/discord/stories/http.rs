//! HTTP instead of the gateway: Discord calls us.

use super::{asked, thread};
use crate::discord::fake::{FakeDiscord, Forgery};
use crate::harness::World;
use crate::harness::discord::{CHANNEL, user};
use hearback::chat::discord::Transport;

const FORGED: [Forgery; 9] = [
    Forgery::WrongKey,
    Forgery::ChangedBody,
    Forgery::ChangedTime,
    Forgery::Old(400),
    Forgery::Old(-400),
    Forgery::NoHeaders,
    Forgery::NoTime,
    Forgery::BadHex,
    Forgery::Short,
];

#[tokio::test]
async fn a_day_over_http() {
    let desk = World::in_discord_with(|config| config.transport = Transport::Http(FakeDiscord::verify_key())).await;
    let at = asked(&desk).await;
    let (discord, ana) = (desk.discord(), user("ana"));
    assert!(discord.verify_endpoint().await, "Discord takes the address");
    let said = discord.click(&ana, CHANNEL, &at, "Claim").await.text().await;
    assert!(said.contains("#1"), "{said}");
    let form = discord.click(&ana, CHANNEL, &at, "Reply…").await.modal().await;
    let preview = discord.submit(&ana, &form, &[("text", "We are back.")]).await;
    assert!(preview.text().await.contains("Preview"));
    discord.click_in(&preview, "Send").await.text().await;
    desk.settles().await;
    assert_eq!(desk.network("mastodon").arrived().len(), 1);
    assert_eq!(thread(&desk, &at).len(), 2);
    let offered = discord.autocomplete(&ana, CHANNEL, "show", &[], "mention", "").await;
    assert!(offered.iter().all(|(_, value)| !value.is_empty()));
    assert_eq!(discord.sessions(), 0, "no gateway");
    assert!(desk.discord_state().say.contains("by HTTP, last request"), "{:?}", desk.discord_state());
    desk.room();
    desk.ends().await;
}

#[tokio::test]
async fn what_is_not_discords_is_refused() {
    let desk = World::in_discord_with(|config| config.transport = Transport::Http(FakeDiscord::verify_key())).await;
    for forgery in FORGED {
        assert_eq!(desk.discord().forge(forgery).await, 401, "{forgery:?}");
    }
    assert!(desk.discord().verify_endpoint().await);
    desk.ends().await;
}
