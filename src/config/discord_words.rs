//! Words of Discord's that bot.toml may use: permissions, languages, and what a command may be called.

use super::problem::did_you_mean;

/// Discord's permissions by their names in lower case, each with the number of its bit: Discord's documentation,
/// "Permissions", Bitwise Permission Flags.
pub(super) const PERMISSIONS: [(&str, u32); 49] = [
    ("create_instant_invite", 0),
    ("kick_members", 1),
    ("ban_members", 2),
    ("administrator", 3),
    ("manage_channels", 4),
    ("manage_guild", 5),
    ("add_reactions", 6),
    ("view_audit_log", 7),
    ("priority_speaker", 8),
    ("stream", 9),
    ("view_channel", 10),
    ("send_messages", 11),
    ("send_tts_messages", 12),
    ("manage_messages", 13),
    ("embed_links", 14),
    ("attach_files", 15),
    ("read_message_history", 16),
    ("mention_everyone", 17),
    ("use_external_emojis", 18),
    ("view_guild_insights", 19),
    ("connect", 20),
    ("speak", 21),
    ("mute_members", 22),
    ("deafen_members", 23),
    ("move_members", 24),
    ("use_vad", 25),
    ("change_nickname", 26),
    ("manage_nicknames", 27),
    ("manage_roles", 28),
    ("manage_webhooks", 29),
    ("manage_guild_expressions", 30),
    ("use_application_commands", 31),
    ("request_to_speak", 32),
    ("manage_events", 33),
    ("manage_threads", 34),
    ("create_public_threads", 35),
    ("create_private_threads", 36),
    ("use_external_stickers", 37),
    ("send_messages_in_threads", 38),
    ("use_embedded_activities", 39),
    ("moderate_members", 40),
    ("view_creator_monetization_analytics", 41),
    ("use_soundboard", 42),
    ("create_guild_expressions", 43),
    ("create_events", 44),
    ("use_external_sounds", 45),
    ("send_voice_messages", 46),
    ("send_polls", 49),
    ("use_external_apps", 50),
];

/// The bits of a permission.
pub(super) fn permission(name: &str) -> Option<u64> {
    PERMISSIONS.iter().find(|(known, _)| *known == name).map(|(_, bit)| 1 << bit)
}

/// The languages of Discord's clients: Discord's documentation, "Reference", Locales.
const LOCALES: [&str; 34] = [
    "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi", "hr", "hu", "id",
    "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk", "vi", "zh-CN", "zh-TW",
];

/// A language that Discord speaks.
pub(super) fn locale(typed: &str) -> Result<String, String> {
    if LOCALES.contains(&typed) {
        return Ok(typed.to_owned());
    }
    let begins = LOCALES.iter().find(|locale| locale.split('-').next() == Some(typed));
    let near = match begins {
        Some(locale) => format!("; did you mean \"{locale}\"?"),
        None => did_you_mean(typed, LOCALES),
    };
    let near = if near.is_empty() { format!("; it has {}", LOCALES.join(", ")) } else { near };
    Err(format!("{typed:?} is not a language of Discord's{near}"))
}

/// The longest name of a command, in characters.
const LONGEST: usize = 32;

/// What a command may be called: Discord's documentation, "Application Commands", Application Command Naming. The name of
/// one in the menu of messages may also have blanks and capital letters; which it is, whoever registers it knows.
///
/// # Errors
/// The sentence for the person.
pub(super) fn command_name(typed: &str) -> Result<String, String> {
    let wrong = |why: &str| {
        Err(format!(
            "{typed:?} cannot be the name of a command: {why}; use up to {LONGEST} letters in lower case, digits, \"-\" and \"_\""
        ))
    };
    let count = typed.chars().count();
    if count == 0 || count > LONGEST {
        return wrong("it is empty or too long");
    }
    if typed.trim() != typed || typed.chars().any(char::is_control) {
        return wrong("it has blanks around it or a control character");
    }
    Ok(typed.to_owned())
}

/// Whether a name can be typed after a slash: Discord's rule
/// `^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`, and lower case where a letter has one.
pub(super) fn is_slash_name(name: &str) -> bool {
    let fits = |c: char| {
        let lower = c.to_lowercase().eq(std::iter::once(c));
        let marks = matches!(c, '\u{900}'..='\u{97f}' | '\u{a8e0}'..='\u{a8ff}' | '\u{e01}'..='\u{e5b}');
        lower && (c.is_alphanumeric() || marks || matches!(c, '-' | '_' | '\''))
    };
    (1..=LONGEST).contains(&name.chars().count()) && name.chars().all(fits)
}
