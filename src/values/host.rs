/// `firstcall.example` of `https://firstcall.example:8443`.
pub fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.rfind(':').filter(|_| !rest.ends_with(']')).unwrap_or(rest.len());
    &rest[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_told_without_its_port() {
        assert_eq!(host_of("http://127.0.0.1:3000"), "127.0.0.1");
        assert_eq!(host_of("https://firstcall.example"), "firstcall.example");
        assert_eq!(host_of("http://[::1]"), "[::1]");
    }
}
