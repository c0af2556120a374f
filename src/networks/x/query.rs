//! What X is asked for: queries of recent search and rules of the filtered stream, which are written alike
//! (docs.x.com/x-api/posts/search/integrate/build-a-query).

/// Longest query of recent search for self-serve apps, in characters.
pub const LONGEST: usize = 512;

/// Queries that find any of these words, phrases and domains, without reposts and without the accounts' own posts. As few
/// as fit into `limit` characters each.
pub fn queries(words: &[String], domains: &[String], own: &[String], limit: usize) -> Vec<String> {
    let tail: Vec<String> = own.iter().map(|handle| format!(" -from:{handle}")).collect();
    let tail = format!(" -is:retweet{}", tail.concat());
    let wanted = words.iter().map(|w| phrase(w)).chain(domains.iter().map(|d| format!("url:{}", phrase(d))));
    let room = limit.saturating_sub(tail.chars().count() + 2);
    let mut groups: Vec<String> = Vec::new();
    for term in wanted {
        match groups.last_mut() {
            Some(group) if group.chars().count() + 4 + term.chars().count() <= room => {
                group.push_str(" OR ");
                group.push_str(&term);
            }
            _ => groups.push(term),
        }
    }
    groups.into_iter().map(|group| format!("({group}){tail}")).collect()
}

/// A word or phrase as X matches it exactly; what would be an operator is none.
fn phrase(text: &str) -> String {
    let words: String = text.chars().map(|c| if matches!(c, '"' | '\\') { ' ' } else { c }).collect();
    format!("\"{}\"", words.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::queries;

    #[test]
    fn one_query_as_long_as_it_fits() {
        let words = ["acme".to_owned(), "acme \"shop\"".to_owned()];
        let domains = ["acme.example".to_owned()];
        let own = ["acmehelp".to_owned()];
        assert_eq!(
            queries(&words, &domains, &own, 512),
            [r#"("acme" OR "acme shop" OR url:"acme.example") -is:retweet -from:acmehelp"#]
        );
        let many: Vec<String> = (0..100).map(|n| format!("product number {n}")).collect();
        let all = queries(&many, &[], &own, 512);
        assert!(all.len() > 3 && all.iter().all(|q| q.chars().count() <= 512), "{all:?}");
        assert!(many.iter().all(|w| all.iter().any(|q| q.contains(&format!("\"{w}\"")))));
    }
}
