//! TLS in front of the plain API: a certificate for discord.com that nobody but the test trusts.

use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

pub struct Front(TlsAcceptor);

impl Front {
    /// A new certificate, and its PEM for those who are to trust it.
    pub fn new() -> (Self, String) {
        let own = rcgen::generate_simple_self_signed(vec!["discord.com".to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(own.signing_key.serialize_der().into());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring speaks TLS 1.3")
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key)
            .expect("the key belongs to the certificate");
        (Self(TlsAcceptor::from(Arc::new(config))), own.cert.pem())
    }

    /// Hands every connection on to the plain API.
    pub async fn serve(self, tcp: TcpListener, plain: SocketAddr) {
        let mut connections = tokio::task::JoinSet::new();
        while let Ok((stream, _)) = tcp.accept().await {
            let acceptor = self.0.clone();
            connections.spawn(async move {
                stream.set_nodelay(true).ok();
                let Ok(mut outer) = acceptor.accept(stream).await else { return };
                let Ok(mut inner) = TcpStream::connect(plain).await else { return };
                inner.set_nodelay(true).ok();
                // Either side may leave whenever it likes.
                tokio::io::copy_bidirectional(&mut outer, &mut inner).await.ok();
            });
            while connections.try_join_next().is_some() {}
        }
    }
}
