//! Discord's own schema (`OpenAPI`), where that file lies beside the clone.

/// Is the schema there? Without it the fake's own rules hold alone.
pub fn is_there() -> bool {
    std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/specs/discord-openapi.json")).exists()
}
