//! store
use super::{Cli, Exit, World};
pub(super) async fn backup(_: &Cli, _: &super::BackupArgs, _: &mut World<'_>) -> anyhow::Result<Exit> {
    Ok(Exit::Ok)
}
pub(super) async fn restore(_: &Cli, _: &super::RestoreArgs, _: &mut World<'_>) -> anyhow::Result<Exit> {
    Ok(Exit::Ok)
}
pub(super) async fn verify(_: &Cli, _: &mut World<'_>) -> anyhow::Result<Exit> {
    Ok(Exit::Ok)
}
pub(super) async fn compact(_: &Cli, _: &mut World<'_>) -> anyhow::Result<Exit> {
    Ok(Exit::Ok)
}
pub(super) async fn erase(_: &Cli, _: &super::EraseArgs, _: &mut World<'_>) -> anyhow::Result<Exit> {
    Ok(Exit::Ok)
}
