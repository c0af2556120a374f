//! IP addresses. Those that name no connection of anybody (loopback, private networks, public name servers) are only
//! likely: people say them when they help.

use super::glyphs::glued;
use super::{Finder, PiiKind};
use std::net::{Ipv4Addr, Ipv6Addr};

/// The longest form of an IPv6 address.
const LONGEST: usize = 45;

/// Addresses of version 6: eight groups, or fewer around one `::`.
pub(super) fn find_v6(finder: &mut Finder<'_>) {
    let all = finder.seen.all.len();
    let mut i = 0;
    while i < all {
        let seen = &finder.seen;
        if !in_v6(seen.at(i)) || in_v6(seen.before(i)) {
            i += 1;
            continue;
        }
        let mut end = i;
        while end < all && in_v6(seen.at(end)) {
            end += 1;
        }
        let (start, next) = (i, end);
        i = next;
        if end - start > LONGEST + 2 || glued(seen.before(start)) {
            continue;
        }
        // A full stop or colon after it belongs to the sentence.
        while end > start && (seen.before(end) == '.' || seen.before(end) == ':' && seen.second_before(end) != ':') {
            end -= 1;
        }
        if glued(seen.at(end)) {
            continue;
        }
        let said = seen.said(start, end);
        let groups = said.split(':').filter(|g| !g.is_empty()).count();
        let Ok(address) = said.parse::<Ipv6Addr>() else { continue };
        if groups < 3 || !said.contains(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let ours = address.is_loopback()
            || address.is_unspecified()
            || address.is_unique_local()
            || address.is_unicast_link_local();
        finder.hit(PiiKind::Ip, start, end, !ours);
    }
}

fn in_v6(c: char) -> bool {
    c.is_ascii_hexdigit() || c == ':' || c == '.'
}

/// Name servers that everybody is told to use.
const KNOWN: [&str; 8] =
    ["8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "149.112.112.112", "208.67.222.222", "208.67.220.220"];

/// Whether four groups of digits with dots between are an address, and how surely.
pub(super) fn v4(said: &str) -> Option<bool> {
    let address: Ipv4Addr = said.parse().ok()?;
    let nobody = address.is_private()
        || address.is_loopback()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_link_local();
    // "1.2.3.4" is more often a version than an address.
    let small = address.octets().iter().all(|octet| *octet < 20);
    Some(!(nobody || small || KNOWN.contains(&said)))
}
