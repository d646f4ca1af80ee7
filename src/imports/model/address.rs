use std::fmt;

use url::{Host, Url};

/// How long an address may be: a secret in it takes a hundred letters.
const MOST_LETTERS: usize = 2_000;

/// Where a calendar is fetched from: https, on its own port, with no name and password in it. Never
/// shown in full, for most such addresses open a calendar to whoever has them.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::imports) struct Address(Url);

/// Why something typed is no such address, as a predicate of its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::imports) enum BadAddress {
    #[error("is missing: copy the calendar’s address into it")]
    Missing,
    #[error("is not an address: copy it whole, from https:// or webcal:// on")]
    Unreadable,
    #[error("is longer than an address can be")]
    TooLong,
    #[error(
        "begins with something other than https:// or webcal://, so nothing can be fetched from it"
    )]
    Scheme,
    #[error("names a port: calendars are fetched from https addresses without one")]
    Port,
    #[error("has a name or a password in it: copy the calendar’s secret address instead")]
    UserInfo,
    #[error("leads into a private network, where nothing is fetched from")]
    Forbidden,
}

impl Address {
    /// Reads one as people copy it: `webcal://` and `http://` are read as `https://`.
    pub(in crate::imports) fn parse(text: &str) -> Result<Address, BadAddress> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadAddress::Missing);
        }
        if text.len() > MOST_LETTERS {
            return Err(BadAddress::TooLong);
        }
        let known = ["webcal://", "webcals://", "http://", "https://"];
        let rest = known.into_iter().find_map(|scheme| {
            let head = text.get(..scheme.len())?;
            head.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
        });
        match rest {
            Some(rest) => {
                // Port 80 said aloud was meant for http.
                let url = Url::parse(&format!("https://{rest}"));
                let mut url = url.map_err(|_| BadAddress::Unreadable)?;
                if text.to_ascii_lowercase().starts_with("http:") && url.port() == Some(80) {
                    let _ = url.set_port(None);
                }
                Address::of(url)
            }
            None if text.contains("://") => Err(BadAddress::Scheme),
            None => Err(BadAddress::Unreadable),
        }
    }

    /// Holds an address, typed or led to by another, against the rules. A literal address of a
    /// machine is held here; a name when it is looked up.
    pub(in crate::imports) fn of(mut url: Url) -> Result<Address, BadAddress> {
        if url.scheme() != "https" {
            return Err(BadAddress::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadAddress::UserInfo);
        }
        if url.port().is_some() {
            return Err(BadAddress::Port);
        }
        match url.host() {
            Some(Host::Ipv4(ip)) if super::is_forbidden(ip.into()) => Err(BadAddress::Forbidden),
            Some(Host::Ipv6(ip)) if super::is_forbidden(ip.into()) => Err(BadAddress::Forbidden),
            None => Err(BadAddress::Unreadable),
            Some(_) => {
                url.set_fragment(None);
                Ok(Address(url))
            }
        }
    }

    /// All that is shown of it.
    pub(in crate::imports) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// In full: to fetch from, and to keep.
    pub(in crate::imports) fn reveal(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({}/…)", self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_people_copy_it() {
        for (typed, is) in [
            ("https://calendar.example/a.ics", "https://calendar.example/a.ics"),
            (" webcal://p01.example/published/2/x ", "https://p01.example/published/2/x"),
            ("WEBCAL://Calendar.Example/a", "https://calendar.example/a"),
            ("http://calendar.example:80/a?key=b#c", "https://calendar.example/a?key=b"),
            ("https://calendar.example:443/a", "https://calendar.example/a"),
        ] {
            assert_eq!(Address::parse(typed).unwrap().reveal().as_str(), is, "{typed}");
        }
        let secret = Address::parse("https://calendar.example/private-0123").unwrap();
        assert_eq!(secret.host(), "calendar.example");
        assert!(!format!("{secret:?}").contains("0123"));
    }

    #[test]
    fn what_is_no_address_of_a_calendar_is_told_why() {
        for (typed, why) in [
            ("", BadAddress::Missing),
            ("calendar.example/a.ics", BadAddress::Unreadable),
            ("https://", BadAddress::Unreadable),
            ("https://a b/", BadAddress::Unreadable),
            ("ftp://calendar.example/a.ics", BadAddress::Scheme),
            ("file:///etc/passwd", BadAddress::Scheme),
            ("gopher://127.0.0.1:25/", BadAddress::Scheme),
            ("https://june:hush@calendar.example/", BadAddress::UserInfo),
            ("https://calendar.example:8443/", BadAddress::Port),
            ("https://127.0.0.1/", BadAddress::Forbidden),
            ("http://127.1/", BadAddress::Forbidden),
            ("https://0x7f.1/", BadAddress::Forbidden),
            ("https://2130706433/", BadAddress::Forbidden),
            ("https://127.0.0.1./", BadAddress::Forbidden),
            ("https://0/", BadAddress::Forbidden),
            ("https://[::1]/", BadAddress::Forbidden),
            ("https://[::ffff:127.0.0.1]/", BadAddress::Forbidden),
            ("https://[64:ff9b::10.0.0.1]/", BadAddress::Forbidden),
            ("https://169.254.169.254/latest/meta-data/", BadAddress::Forbidden),
        ] {
            assert_eq!(Address::parse(typed).err(), Some(why), "{typed}");
        }
        let long = format!("https://calendar.example/{}", "x".repeat(MOST_LETTERS));
        assert_eq!(Address::parse(&long).err(), Some(BadAddress::TooLong));
    }
}
