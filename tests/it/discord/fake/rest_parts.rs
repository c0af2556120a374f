//! `multipart/form-data`, as far as Discord's clients send it (RFC 7578).

/// One part.
#[derive(Debug)]
pub struct Part {
    pub name: String,
    pub filename: Option<String>,
    pub kind: String,
    pub bytes: Vec<u8>,
}

/// Where a sequence begins, from a position on.
fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.windows(wanted.len()).position(|w| w == wanted).map(|at| at + from)
}

/// The parts of a body; `None` where it is none.
pub fn multipart(body: &[u8], boundary: &str) -> Option<Vec<Part>> {
    let line = format!("--{boundary}").into_bytes();
    let next = format!("\r\n--{boundary}").into_bytes();
    let mut parts = Vec::new();
    let mut at = find(body, &line, 0)? + line.len();
    while body.get(at..)?.starts_with(b"\r\n") {
        let head_end = find(body, b"\r\n\r\n", at)?;
        let head = String::from_utf8_lossy(body.get(at + 2..head_end)?).into_owned();
        let end = find(body, &next, head_end + 2)?;
        parts.push(part(&head, body.get(head_end + 4..end).unwrap_or_default().to_vec()));
        at = end + next.len();
    }
    body.get(at..)?.starts_with(b"--").then_some(parts)
}

fn part(head: &str, bytes: Vec<u8>) -> Part {
    let field = |name: &str| {
        let lines = head.split("\r\n").filter_map(|l| l.split_once(':'));
        lines.into_iter().find(|(k, _)| k.trim().eq_ignore_ascii_case(name)).map(|(_, v)| v.trim().to_owned())
    };
    let disposition = field("content-disposition").unwrap_or_default();
    let value = |key: &str| {
        let pieces = disposition.split(';').filter_map(|p| p.trim().split_once('='));
        pieces.into_iter().find(|(k, _)| *k == key).map(|(_, v)| v.trim_matches('"').to_owned())
    };
    Part {
        name: value("name").unwrap_or_default(),
        filename: value("filename"),
        kind: field("content-type").unwrap_or_else(|| "application/octet-stream".to_owned()),
        bytes,
    }
}
