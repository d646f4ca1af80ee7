use std::{net::IpAddr, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use crate::values::AccountId;

/// How often something may be tried: `most` times in any stretch of `within`.
#[derive(Clone, Copy, Debug)]
pub(in crate::accounts) struct Limit {
    pub(in crate::accounts) what: &'static str,
    pub(in crate::accounts) most: i64,
    pub(in crate::accounts) within: TimeDelta,
}

const fn limit(what: &'static str, most: i64, within: TimeDelta) -> Limit {
    Limit { what, most, within }
}

const MINUTE: TimeDelta = TimeDelta::minutes(1);
const HOUR: TimeDelta = TimeDelta::hours(1);

/// Passwords tried for one e-mail address, whether it has an account or not.
pub(in crate::accounts) const SIGN_IN_BY_EMAIL: Limit = limit("sign_in.email", 5, MINUTE);
pub(in crate::accounts) const SIGN_IN_BY_CLIENT: Limit = limit("sign_in.client", 20, MINUTE);
/// The current password again, before something that matters.
pub(in crate::accounts) const PASSWORD_BY_ACCOUNT: Limit = limit("password.account", 5, MINUTE);
pub(in crate::accounts) const SIGN_UP_BY_CLIENT: Limit = limit("sign_up.client", 10, HOUR);
/// Mails that confirm one address, or tell its holder that somebody wanted to.
pub(in crate::accounts) const LINKS_BY_EMAIL: Limit = limit("links.email", 5, HOUR);
pub(in crate::accounts) const FORGOTTEN_BY_EMAIL: Limit = limit("forgotten.email", 3, HOUR);
pub(in crate::accounts) const FORGOTTEN_BY_CLIENT: Limit = limit("forgotten.client", 20, HOUR);

/// One try at something limited, and who tries.
#[derive(Clone, Debug)]
pub(in crate::accounts) struct Try {
    pub(in crate::accounts) limit: Limit,
    pub(in crate::accounts) key: String,
}

impl Try {
    /// By its hash, so that the count holds nobody's address.
    pub(in crate::accounts) fn of_email(limit: Limit, email: &str) -> Try {
        let hash = Sha256::digest(email.trim().to_lowercase());
        Try { limit, key: hex::encode(hash) }
    }

    pub(in crate::accounts) fn of_account(limit: Limit, account: AccountId) -> Try {
        Try { limit, key: account.to_string() }
    }

    /// One household has a whole /64 of IPv6 to call from, and counts once.
    pub(in crate::accounts) fn of_client(limit: Limit, address: IpAddr) -> Try {
        let key = match address.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        };
        Try { limit, key }
    }

    /// From when on earlier tries count.
    pub(in crate::accounts) fn counts_from(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now - self.limit.within
    }

    /// How long to wait, where there is no room for another beside `earlier` tries, of which the
    /// first was at `first`.
    pub(in crate::accounts) fn must_wait(
        &self,
        earlier: i64,
        first: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Option<Duration> {
        if earlier < self.limit.most {
            return None;
        }
        let wait = first.unwrap_or(now) + self.limit.within - now;
        // Whole seconds, rounded up: who comes back then is let in.
        let seconds = wait.num_milliseconds().max(1).unsigned_abs().div_ceil(1000);
        Some(Duration::from_secs(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_try_waits_until_the_first_one_counts_no_more() {
        let now: DateTime<Utc> = "2026-11-23T15:00:00Z".parse().unwrap();
        let tried = Try::of_email(SIGN_IN_BY_EMAIL, "ada@example.test");
        let first = Some(now - TimeDelta::milliseconds(20_500));
        assert_eq!(tried.must_wait(4, first, now), None);
        assert_eq!(tried.must_wait(5, first, now), Some(Duration::from_secs(40)));
    }

    #[test]
    fn an_address_counts_once_however_it_is_written() {
        let key = |text: &str| Try::of_email(SIGN_IN_BY_EMAIL, text).key;
        assert_eq!(key(" Ada@Example.test"), key("ada@example.test"));
        assert_ne!(key("ada@example.test"), key("bea@example.test"));
        let key = |text: &str| Try::of_client(SIGN_IN_BY_CLIENT, text.parse().unwrap()).key;
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:203.0.113.7"), key("203.0.113.7"));
    }
}
