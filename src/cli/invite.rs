//! `hearback manifest discord`: the link by which the bot is added to a server. Needs no network, and no file if it is
//! told the application's id.

use super::{Cli, DiscordManifestArgs, Exit, World, say_problems};
use crate::chat::discord::invite::{NEEDED, link};
use crate::config::{self, Config, Discord};

pub(super) fn run(cli: &Cli, args: &DiscordManifestArgs, world: &mut World<'_>) -> anyhow::Result<Exit> {
    let configured = configured(cli, world)?;
    let application = args.application.clone().or_else(|| {
        let discord = configured.as_ref()?;
        let of_token = || config::application_of(&discord.token.reveal(world.env).ok()?);
        discord.application.clone().or_else(of_token)
    });
    let Some(application) = application else {
        writeln!(
            world.err,
            "which application? Add --application ID; it stands at discord.com/developers/applications under General \
             Information"
        )?;
        return Ok(Exit::Usage);
    };
    // Another application than the one of the file may be for another server.
    let own = args.application.is_none();
    let guild = args.guild.clone().or_else(|| configured.filter(|_| own).map(|discord| discord.guild));
    writeln!(world.out, "{}", link(&application, guild.as_deref()))?;
    writeln!(world.err, "Open it as somebody who may manage the server. It asks for:")?;
    for one in NEEDED {
        writeln!(world.err, "  {}: {}", one.name, one.why)?;
    }
    Ok(Exit::Ok)
}

/// What bot.toml says of Discord. The link comes before the token and often before the file, so neither must be there.
fn configured(cli: &Cli, world: &mut World<'_>) -> anyhow::Result<Option<Discord>> {
    if !cli.config.exists() {
        return Ok(None);
    }
    match Config::load_without_secrets(&cli.config) {
        Ok(config) => Ok(config.discord),
        Err(problems) => {
            say_problems(world, &problems)?;
            writeln!(world.err, "{} is not right yet, so this link is made without it", cli.config.display())?;
            Ok(None)
        }
    }
}
