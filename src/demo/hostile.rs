//! Posts that try to do harm: what a terminal, a chat or a careless card would obey. Invented, and harmless where shown
//! as text.

use super::posts::{FEED, HACKERNEWS, MASTODON, REVIEWS, Said};

/// The posts.
pub(super) const HOSTILE: &[Said] = &[
    // Clears the screen, sets the title, turns red, rings; also the one-byte form of the introducer.
    Said {
        at: (2, 1),
        source: MASTODON,
        conversation: ("h-1", true),
        by: ("\u{1b}[2J\u{1b}]0;root\u{7}Mallory", "mallory", Some(6)),
        direct: true,
        language: None,
        text: (
            "@northwindcoffee \u{1b}[2J\u{1b}[1;1H\u{1b}[31mYour session has expired\u{9b}5m, log in again.\r\u{8}\u{8}",
            1,
        ),
    },
    // A forged card and a forged prompt.
    Said {
        at: (8, 1),
        source: REVIEWS,
        conversation: ("h-2", true),
        by: ("Pat\n#1 · Done: spam", "", None),
        direct: true,
        language: Some("en"),
        text: (
            "Is Northwind Coffee closed?\n\n#1 Replied 14:31 by Ana, after 2 min\nana> done 1 spam\n  [Claim: /claim 1]",
            1,
        ),
    },
    // Pings of every chat.
    Said {
        at: (15, 1),
        source: MASTODON,
        conversation: ("h-3", true),
        by: ("@everyone", "here", Some(1)),
        direct: true,
        language: None,
        text: (
            "@northwindcoffee @everyone @here <!channel> <!everyone> <@U024BE7LH> <@&123456789012345678> why so slow?",
            1,
        ),
    },
    // Markup and links that are not what they say.
    Said {
        at: (20, 1),
        source: HACKERNEWS,
        conversation: ("h-4", true),
        by: ("<b>admin</b>", "admin", None),
        direct: false,
        language: None,
        text: (
            "**Northwind Coffee** [official refund](https://refunds.example/login) <https://refunds.example|northwind.example> \
             <script>alert(1)</script> ```\n|| spoiler || > quote ~~struck~~",
            1,
        ),
    },
    // Right-to-left override, isolates, a file name that reads backwards.
    Said {
        at: (27, 1),
        source: MASTODON,
        conversation: ("h-5", true),
        by: ("\u{202e}troppuS dniwhtroN", "real_support", Some(9)),
        direct: false,
        language: None,
        text: (
            "Northwind Coffee invoice: \u{202e}gpj.exe\u{202c} and \u{2067}\u{2066}reversed\u{2069}\u{2069}, please check",
            1,
        ),
    },
    // Zalgo.
    Said {
        at: (33, 1),
        source: MASTODON,
        conversation: ("h-6", true),
        by: ("Z\u{351}\u{36b}\u{343}\u{32a}\u{302}\u{348}\u{33b}algo", "zalgo", None),
        direct: false,
        language: None,
        text: (
            "N\u{351}\u{36b}\u{343}\u{32a}\u{302}\u{348}\u{33b}\u{353}\u{331}o\u{31a}\u{363}\u{367}\u{36c}\u{310}\u{317}\u{326}rthwind Coffee \
             c\u{337}\u{335}\u{322}\u{31b}\u{316}\u{300}\u{301}\u{302}omes",
            1,
        ),
    },
    // Zero-width characters inside the brand's name, tags, a soft hyphen.
    Said {
        at: (37, 1),
        source: MASTODON,
        conversation: ("h-7", true),
        by: ("Nor\u{200b}thwind", "n0rthwind", None),
        direct: false,
        language: None,
        text: ("North\u{200b}wind Cof\u{ad}fee \u{feff}is a scam\u{e0041}\u{e0042}, I never got my money back", 1),
    },
    // 5,000 characters and more, no space to break at, then a thousand lines.
    Said {
        at: (43, 1),
        source: FEED,
        conversation: ("h-8", true),
        by: ("Flood", "", None),
        direct: false,
        language: None,
        text: ("NorthwindCoffee/", 330),
    },
    Said {
        at: (46, 1),
        source: REVIEWS,
        conversation: ("h-9", true),
        by: ("Lines", "", None),
        direct: true,
        language: None,
        text: ("Northwind\n\n\n", 400),
    },
    // A reply template that a careless tool would fill.
    Said {
        at: (49, 1),
        source: MASTODON,
        conversation: ("h-10", true),
        by: ("{staff} %s ${HOME}", "templ", None),
        direct: true,
        language: None,
        text: ("@northwindcoffee {author} {{7*7}} %n $(reboot) `id` where is order?", 1),
    },
];
