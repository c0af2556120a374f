//! The language of a post.

use hearback::triage::language;

use super::posts::{POSTS, SHORT};

#[test]
fn what_the_network_states_counts_where_the_text_does_not_clearly_say_otherwise() {
    let english = "This is clearly an English sentence about the toasters that we have";
    let any = "Toaster Deluxe 3000 Retro Edition";
    for (text, stated, expected) in [
        (any, Some("de"), "de"),
        (any, Some("pt-BR"), "pt"),
        (any, Some("DEU"), "de"),
        (english, Some("und"), "en"),
        (english, Some(""), "en"),
        (english, Some("klingon"), "en"),
        (english, Some("x"), "en"),
        (english, None, "en"),
        // The app's language, not the post's.
        (english, Some("de"), "en"),
        (english, Some("zh_Hant_TW"), "en"),
        ("ich warte seit drei Wochen auf die Antwort und das ist nicht gut", Some("en"), "de"),
        ("Почему приложение не работает", Some("en-GB"), "ru"),
        ("アプリが動きません", Some("zh"), "ja"),
        // What cannot be guessed here, or not so surely, is believed.
        ("jeg har ventet på pengene i tre uker og det er ikke bra", Some("nb"), "nb"),
        ("Защо приложението не работи", Some("bg"), "bg"),
        ("最新型発売", Some("ja"), "ja"),
        ("یہ ایپ کام نہیں کر رہی", Some("ur"), "ur"),
        ("ok", Some("fr"), "fr"),
    ] {
        assert_eq!(language(text, stated).as_deref(), Some(expected), "{text} {stated:?}");
    }
}

/// Right, and how many there are.
fn right(posts: &[(&str, &[&str])]) -> (usize, usize) {
    let all = || posts.iter().flat_map(|(code, texts)| texts.iter().map(move |text| (*code, *text)));
    let mut right = 0;
    for (code, text) in all() {
        let told = language(text, None);
        if told.as_deref() == Some(code) {
            right += 1;
        } else {
            println!("{code}: {text:?} is taken for {told:?}");
        }
    }
    (right, all().count())
}

#[test]
fn posts_in_sixteen_languages() {
    let (posts, all) = right(POSTS);
    println!("{posts} of {all} posts");
    assert!(posts * 100 >= all * 99, "{posts} of {all}");
    // Two to four words, without the small words that tell: the hardest there is.
    let (short, all) = right(SHORT);
    println!("{short} of {all} very short posts");
    assert!(short * 100 >= all * 90, "{short} of {all}");
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
        ("ok thanks", Some("en")),
        ("danke!", Some("de")),
        ("xyzzy", None),
        ("ja", None),
        ("👍👍👍👍👍👍👍👍👍👍👍👍👍👍", None),
        ("@acmehelpcentre #thisisalongtag https://example.org/a/long/path", None),
        ("12345678901234567890", None),
        ("", None),
    ] {
        assert_eq!(language(text, None).as_deref(), expected, "{text}");
    }
}
