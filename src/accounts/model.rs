use chrono::{DateTime, TimeDelta, Utc};

use crate::values::{AccountId, Email, SignInId, Zone};

/// A sign-in ends after this long unused, and after [`SIGN_IN_LASTS`] whatever happens.
pub const SIGN_IN_IDLES: TimeDelta = TimeDelta::days(14);
pub const SIGN_IN_LASTS: TimeDelta = TimeDelta::days(30);
/// An admin's sign-in opens more, so it ends sooner.
pub const ADMIN_IDLES: TimeDelta = TimeDelta::minutes(30);
pub const ADMIN_LASTS: TimeDelta = TimeDelta::hours(12);

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

pub const DEMO_PASSWORD: &str = "four candles on a piano";
