//! Feed documents: every format, charset and oddity that the parser promises to read, and bytes that it must survive.

use super::{at, now};
use hearback::networks::feed::{Document, parse};
use proptest::prelude::*;
use std::path::PathBuf;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds").join(name)).unwrap()
}

fn read(name: &str) -> Document {
    parse(&fixture(name), None, "https://base.example/dir/feed", now()).unwrap()
}

#[test]
fn rss_1_in_latin_1() {
    let feed = read("rss1_latin1.xml");
    assert_eq!(feed.title, "Das Blättchen");
    let item = &feed.items[0];
    assert_eq!(item.text, "Größere Störung bei Nordlicht-Strom\n\nSeit heute früh geht in Köln nichts mehr.");
    assert_eq!((item.author.as_str(), item.id.as_str()), ("Jürgen Müller", "https://blatt.example/a1"));
    assert_eq!(item.posted_at, Some(at("2026-11-20T07:30:00Z")));
}

#[test]
fn the_content_type_wins_over_the_declaration_and_a_byte_order_mark_over_both() {
    let xml = |declared: &str| {
        format!(
            r#"<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel><title>Größe</title></channel></rss>"#
        )
    };
    let title = |bytes: &[u8], kind: Option<&str>| parse(bytes, kind, "https://x.example/", now()).unwrap().title;
    assert_eq!(title(xml("ISO-8859-1").as_bytes(), Some("text/xml; charset=\"utf-8\"")), "Größe");
    assert_eq!(title(xml("UTF-8").as_bytes(), None), "Größe");
    let latin: Vec<u8> = xml("UTF-8").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert_eq!(title(&latin, Some("application/rss+xml; Charset=iso-8859-1")), "Größe");
    let utf16: Vec<u8> = [0xFEFF].into_iter().chain(xml("UTF-16").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(title(&utf16, Some("text/xml; charset=utf-8")), "Größe");
    let bare: Vec<u8> = xml("UTF-16").encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(title(&bare, None), "Größe");
}

#[test]
fn rss_2_with_relative_links_html_and_a_missing_date() {
    let feed = read("rss2_relative.xml");
    let [older, newer, undated] = &feed.items[..] else { panic!("three items: {feed:?}") };
    assert_eq!(feed.title, "Garden & Home");
    assert_eq!(older.url.as_deref(), Some("https://base.example/dir/posts/1"));
    assert_eq!(newer.text, "Mowers & more\n\nThe Acme mower stalls.\n\nWhy?");
    assert_eq!(newer.url.as_deref(), Some("https://base.example/posts/2?utm_source=rss&id=7"));
    assert_eq!(newer.id, "https://base.example/posts/2?id=7");
    assert_eq!(newer.keys, ["https://base.example/posts/2?id=7", "guid:post-2"]);
    assert_eq!(newer.language.as_deref(), Some("en-gb"));
    assert_eq!((undated.posted_at, undated.url.as_deref()), (None, Some("https://garden.example/posts/0")));
}

#[test]
fn atom_with_xml_base_xhtml_and_a_date_in_the_future() {
    let feed = read("atom.xml");
    assert_eq!(feed.title, "Forum & friends");
    let [first, second] = &feed.items[..] else { panic!("two entries: {feed:?}") };
    assert_eq!(first.text, "Is Acme down?\n\nSince 10:00, 1 < 2 hours.\n\nAnyone?");
    assert_eq!(first.url.as_deref(), Some("https://forum.example/t/42"));
    assert_eq!((first.author.as_str(), first.author_url.as_deref()), ("mia", Some("https://forum.example/u/mia")));
    assert_eq!(second.text, "Literal <b> in a plain title");
    assert_eq!(second.posted_at, Some(now()), "what is dated in the future was posted now");
    assert_eq!((second.url.as_deref(), second.id.as_str()), (None, "guid:tag:forum.example,2026:41"));
}

#[test]
fn json_feed_with_a_number_for_an_id_and_no_title() {
    let feed = read("feed.json");
    let [older, newer] = &feed.items[..] else { panic!("two items: {feed:?}") };
    assert_eq!((older.text.as_str(), older.id.as_str()), ("Without a link", "guid:8"));
    assert_eq!(newer.text, "Acme's app is <3 great");
    assert_eq!(newer.url.as_deref(), Some("https://base.example/n/9"));
    assert_eq!(newer.keys, ["https://base.example/n/9", "guid:9"]);
    assert!(newer.author.contains("Ana"), "{}", newer.author);
}

#[test]
fn video_channels_say_it_in_media_elements() {
    let item = &read("youtube.xml").items[0];
    assert_eq!(item.text, "Acme One unboxed\n\nIs the Acme One worth it?\nChapters below.");
    assert_eq!(item.posted_at, Some(at("2026-11-18T19:15:01Z")));
}

#[test]
fn what_is_no_feed_is_refused_in_a_sentence() {
    let say = |bytes: &[u8]| parse(bytes, None, "https://x.example/", now()).unwrap_err();
    assert!(say(&fixture("malformed.xml")).contains("not a well-formed feed"));
    assert!(say(b"<!DOCTYPE html><html><body>hi</body></html>").contains("web page"));
    assert!(say(b"  ").contains("empty"));
    assert!(say(b"hello").contains("neither XML nor JSON"));
    assert!(say(b"{\"version\":").contains("JSON"));
    assert!(say(b"<rss version=\"2.0\"><channel><item><title>cut").contains("not a well-formed feed"));
    assert!(say("<rss>".repeat(100_000).as_bytes()).contains("nested"));
    assert!(say(format!("<rss {}>", "a='1' ".repeat(50_000)).as_bytes()).contains("tag"));
}

/// Each of these panics inside feed-rs 3.0.0 if it reaches it as it is.
#[test]
fn a_feed_survives_what_the_parser_would_panic_on() {
    let rss = |inside: &str| {
        let xml = format!(
            r#"<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/"
               xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>t</title><item><title>one</title>{inside}</item></channel></rss>"#
        );
        parse(xml.as_bytes(), None, "https://x.example/", now()).unwrap().items
    };
    for author in [
        "Bob – some long name –bob@x.example",
        "bob@x.example–Bob the second",
        "„bob@x.example“",
        "–&#98;ob@x.example",
        "–<![CDATA[bob@x.example]]>",
        "–<!-- -->bob@x.example",
        "bob@x.example&#8211;B",
    ] {
        let items = rss(&format!("<author>{author}</author>"));
        assert!(items[0].author.chars().any(char::is_alphanumeric), "{author}: {items:?}");
        assert_eq!(rss(&format!("<dc:creator>{author}</dc:creator>"))[0].text, "one");
    }
    for inside in [
        "<itunes:duration>99999999999999999999999</itunes:duration>",
        "<media:text start=\"99999999999999999999:00:00\">x</media:text>",
        "<media:thumbnail url=\"https://x.example/a\" time=\"99999999999999999999\"/>",
    ] {
        assert_eq!(rss(inside)[0].text, "one", "{inside}");
    }
}

#[test]
fn a_link_that_items_share_names_none_of_them() {
    let feed = |items: &str| {
        let xml = format!(
            r#"<rss version="2.0"><channel><title>Status</title><link>https://status.example/</link>{items}</channel></rss>"#
        );
        let read = parse(xml.as_bytes(), None, "https://status.example/feed", now()).unwrap();
        read.items.into_iter().map(|i| i.id).collect::<Vec<_>>()
    };
    let item = |n: u8| {
        format!(
            "<item><title>Incident {n}</title><link>https://status.example/</link><guid isPermaLink=\"false\">{n}</guid></item>"
        )
    };
    assert_eq!(feed(&format!("{}{}", item(2), item(1))), ["guid:1", "guid:2"]);
    assert_eq!(feed(&item(3)), ["guid:3"], "the site's own address is no item's");
    let same_guid =
        |n: u8| format!("<item><link>https://x.example/{n}</link><guid isPermaLink=\"false\">same</guid></item>");
    assert_eq!(feed(&format!("{}{}", same_guid(2), same_guid(1))), ["https://x.example/1", "https://x.example/2"]);
}

/// Feeds recorded from real sites; they are not part of the repository.
#[test]
fn real_feeds_are_read() {
    let shared = std::env::var_os("HEARBACK_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from)
        .join("feeds");
    let Ok(folder) = std::fs::read_dir(&shared) else {
        println!("skipped: no recorded feeds at {}", shared.display());
        return;
    };
    for file in folder.map(|f| f.unwrap().path()) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let read = parse(&std::fs::read(&file).unwrap(), None, "https://base.example/feed", now());
        if name.contains("invalid") {
            assert!(read.is_err(), "{name}");
            continue;
        }
        let feed = read.unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(!feed.items.is_empty() && !feed.title.is_empty(), "{name}");
        assert!(feed.items.iter().any(|item| item.posted_at.is_some()), "{name}: no item has a date");
        for item in &feed.items {
            assert!(!item.text.is_empty() && item.url.is_some(), "{name}: {item:?}");
            assert!(!item.text.contains("&amp;") && !item.text.contains("<p>"), "{name}: {}", item.text);
        }
    }
}

/// Pieces out of which hostile feeds are made.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("<rss version=\"2.0\"><channel>".to_owned()),
        Just("<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry>".to_owned()),
        Just("<item><author>–bob@x.example–".to_owned()),
        Just("</author></item>".to_owned()),
        Just("<![CDATA[é<[(bob@x.example>])é]]>".to_owned()),
        Just("<guid>".to_owned()),
        Just("</guid><pubDate>Fri, 31 Feb 9999999 99:99:99 GMT</pubDate>".to_owned()),
        Just("{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":1e400}]}".to_owned()),
        "[<>&;#/!\\[\\]\"'=@.a-zé–]{0,12}",
        ".{0,8}",
    ]
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), kind in proptest::option::of(".{0,40}")) {
        parse(&bytes, kind.as_deref(), "https://x.example/", now()).ok();
    }

    #[test]
    fn no_pieces_make_it_panic(pieces in proptest::collection::vec(piece(), 0..30), base in "(https://x.example/|.{0,10})") {
        if let Ok(feed) = parse(pieces.concat().as_bytes(), None, &base, now()) {
            for item in feed.items {
                prop_assert!(item.posted_at.is_none_or(|at| at <= now()));
                let shown = item.text.chars().all(|c| c == '\n' || !c.is_control());
                prop_assert!(shown);
            }
        }
    }
}
