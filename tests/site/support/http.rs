/// A client for HTTP. Its library speaks TLS too, and wants to know by which cryptography even where
/// it does not.
pub fn http() -> reqwest::ClientBuilder {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}
