//! The language of a post.

use hearback::triage::language;

#[test]
fn what_the_network_states_wins_if_it_is_a_language() {
    let english = "This is clearly an English sentence about toasters";
    for (stated, expected) in [
        (Some("de"), "de"),
        (Some("pt-BR"), "pt"),
        (Some("zh_Hant_TW"), "zh"),
        (Some("DEU"), "de"),
        (Some("und"), "en"),
        (Some(""), "en"),
        (Some("klingon"), "en"),
        (Some("x"), "en"),
        (None, "en"),
    ] {
        assert_eq!(language(english, stated).as_deref(), Some(expected), "{stated:?}");
    }
}

#[test]
fn guesses() {
    for (text, expected) in [
        ("Wann kommt endlich mein Paket an, ich warte schon ewig", Some("de")),
        ("Pourquoi est-ce que le service ne répond jamais", Some("fr")),
        ("¿Alguien sabe cuándo abre la tienda de Madrid?", Some("es")),
        ("Почему приложение не работает уже третий день", Some("ru")),
        ("Чому їхній застосунок не працює", Some("uk")),
        ("アプリが動きません。助けてください", Some("ja")),
        ("앱이 작동하지 않아요 도와주세요", Some("ko")),
        ("应用程序不能用了", Some("zh")),
        ("Γιατί δεν λειτουργεί η εφαρμογή", Some("el")),
        ("למה האפליקציה לא עובדת", Some("he")),
        ("ทำไมแอปใช้งานไม่ได้", Some("th")),
        ("ok thanks", None),
        ("👍👍👍👍👍👍👍👍👍👍👍👍👍👍", None),
        ("@acmehelpcentre #thisisalongtag https://example.org/a/long/path", None),
        ("12345678901234567890", None),
        ("", None),
    ] {
        assert_eq!(language(text, None).as_deref(), expected, "{text}");
    }
}
