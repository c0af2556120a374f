//! The HTTP side of the API.

use super::Inner;
use std::sync::Arc;
use tokio::net::TcpListener;

pub async fn serve(_: Arc<Inner>, tcp: TcpListener) {
    while tcp.accept().await.is_ok() {}
}
