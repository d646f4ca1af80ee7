use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::values::{AccountId, Email, Line, Password, SignInId, Zone};

/// A sign-in ends after this long unused, and after [`SIGN_IN_LASTS`] whatever happens.
pub(crate) const SIGN_IN_IDLES: TimeDelta = TimeDelta::days(14);
pub(crate) const SIGN_IN_LASTS: TimeDelta = TimeDelta::days(30);
/// An admin's sign-in opens more, so it ends sooner.
pub(crate) const ADMIN_IDLES: TimeDelta = TimeDelta::minutes(30);
pub(crate) const ADMIN_LASTS: TimeDelta = TimeDelta::hours(12);

/// The password of everybody in the sample world.
pub const DEMO_PASSWORD: &str = "four candles on a piano";

/// Someone signed in, as rules see them.
#[derive(Clone, Debug)]
pub struct Actor {
    pub id: AccountId,
    pub name: String,
    pub email: Email,
    pub is_admin: bool,
    pub plays: bool,
    pub books: bool,
    pub zone: Zone,
    pub verified_at: Option<DateTime<Utc>>,
    /// The sign-in this request came with.
    pub sign_in: SignInId,
    /// Lines in the inbox not yet read.
    pub unread: i64,
}

impl Actor {
    pub fn is_verified(&self) -> bool {
        self.verified_at.is_some()
    }
}

/// Somebody who signs up. One that exists is fit to be kept.
#[derive(Debug)]
pub(crate) struct NewAccount {
    pub who: Settings,
    pub email: Email,
    pub password: Password,
}

/// What somebody says of themselves.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub name: Line<100>,
    pub plays: bool,
    pub books: bool,
    pub zone: Zone,
}

/// One of a person's sign-ins, as they see it.
#[derive(Clone, Debug)]
pub(crate) struct SignIn {
    pub id: SignInId,
    pub device: String,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

/// What a mailed link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "mail_link_purpose", rename_all = "snake_case")]
pub(crate) enum Purpose {
    Verify,
    ResetPassword,
    ChangeEmail,
}

impl Purpose {
    /// How long its link works.
    pub(crate) fn lasts(self) -> TimeDelta {
        match self {
            Purpose::Verify | Purpose::ChangeEmail => TimeDelta::days(2),
            Purpose::ResetPassword => TimeDelta::minutes(30),
        }
    }
}

/// How often something may be tried for one key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub(super) what: &'static str,
    pub(super) most: i64,
    pub(super) within: TimeDelta,
}

impl Limit {
    pub(super) const SIGN_IN_ACCOUNT: Limit =
        Limit { what: "sign_in.account", most: 5, within: TimeDelta::minutes(1) };
    pub(super) const SIGN_IN_ADDRESS: Limit =
        Limit { what: "sign_in.address", most: 20, within: TimeDelta::minutes(1) };
    pub(super) const SIGN_UP: Limit =
        Limit { what: "sign_up", most: 10, within: TimeDelta::hours(1) };
    pub(super) const RESET: Limit = Limit { what: "reset", most: 3, within: TimeDelta::hours(1) };
    pub(super) const RESET_ADDRESS: Limit =
        Limit { what: "reset.address", most: 20, within: TimeDelta::hours(1) };
    pub(super) const VERIFICATION: Limit =
        Limit { what: "verification", most: 5, within: TimeDelta::hours(1) };
    pub(super) const PASSWORD: Limit =
        Limit { what: "password", most: 5, within: TimeDelta::minutes(1) };

    /// Once there were more than enough: how long until the oldest of them no longer counts.
    pub(super) fn wait(self, oldest: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
        (oldest + self.within - now).to_std().unwrap_or_default().max(Duration::from_secs(1))
    }
}

/// Where to go after signing in: a path on this site, or the first page.
pub(super) fn safe_next(next: &str) -> &str {
    let mut letters = next.chars();
    let rooted = letters.next() == Some('/') && !matches!(letters.next(), Some('/' | '\\'));
    let plain = !next.contains(|c: char| c.is_control() || c == '\\');
    if rooted && plain { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_nobody_is_led_elsewhere() {
        for ours in ["/", "/bookings/17?tab=ahead", "/musicians/maren-oakley/calls/new"] {
            assert_eq!(safe_next(ours), ours);
        }
        for foreign in [
            "",
            "//evil.test",
            "/\\evil.test",
            "https://evil.test",
            "javascript:alert(1)",
            "/a\r\nset-cookie: a=b",
            "\\\\evil.test",
            "bookings",
        ] {
            assert_eq!(safe_next(foreign), "/", "{foreign:?}");
        }
    }

    #[test]
    fn a_limit_says_how_long_to_wait() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::seconds(50);
        let wait = Limit::SIGN_IN_ACCOUNT.wait(DateTime::UNIX_EPOCH, now);
        assert_eq!(wait, Duration::from_secs(10));
    }
}
