mod device;
pub(super) mod letters;
mod limits;

use chrono::{DateTime, TimeDelta, Utc};

pub(super) use device::device;
pub(super) use limits::{
    FORGOTTEN_BY_CLIENT, FORGOTTEN_BY_EMAIL, LINKS_BY_EMAIL, PASSWORD_BY_ACCOUNT,
    SIGN_IN_BY_CLIENT, SIGN_IN_BY_EMAIL, SIGN_UP_BY_CLIENT, Try,
};

use crate::values::{AccountId, BadText, Email, Line, Password, PasswordHash, SignInId, Zone};

/// A sign-in ends after this long unused, and after [`SIGN_IN_LASTS`] whatever happens.
const SIGN_IN_IDLES: TimeDelta = TimeDelta::days(14);
const SIGN_IN_LASTS: TimeDelta = TimeDelta::days(30);
/// An admin's sign-in opens more, so it ends sooner.
const ADMIN_IDLES: TimeDelta = TimeDelta::minutes(30);
const ADMIN_LASTS: TimeDelta = TimeDelta::hours(12);

/// How long a sign-in lasts, however much it is used.
pub(super) fn lasts(is_admin: bool) -> TimeDelta {
    if is_admin { ADMIN_LASTS } else { SIGN_IN_LASTS }
}

/// How long a sign-in lasts that is not used.
pub(super) fn idles(is_admin: bool) -> TimeDelta {
    if is_admin { ADMIN_IDLES } else { SIGN_IN_IDLES }
}

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
pub(super) struct NewAccount {
    pub(super) who: Settings,
    pub(super) email: Email,
    pub(super) password: Password,
}

/// What somebody says of themselves.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) name: Line<100>,
    pub(super) plays: bool,
    pub(super) books: bool,
    pub(super) zone: Zone,
}

/// An account as the door sees it: who may come in, and by which password.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(super) id: AccountId,
    pub(super) name: String,
    pub(super) email: Email,
    pub(super) is_admin: bool,
    pub(super) is_verified: bool,
    /// None where an operator made the account and nobody chose a password yet.
    pub(super) password: Option<PasswordHash>,
}

/// Why a name will not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotName {
    #[error(transparent)]
    Text(#[from] BadText),
    /// Names stand in mails to people who never heard of us: no advertisements there.
    #[error("has an address in it: write a name")]
    Address,
}

pub(super) fn read_name(text: &str) -> Result<Line<100>, NotName> {
    let line = Line::parse(text)?;
    let small = line.as_str().to_lowercase();
    let address = ["://", "www.", "@"].iter().any(|mark| small.contains(mark));
    if address { Err(NotName::Address) } else { Ok(line) }
}

/// One of a person's sign-ins, as they see it.
#[derive(Clone, Debug)]
pub(super) struct SignIn {
    pub(super) id: SignInId,
    /// `Firefox on Linux`.
    pub(super) device: String,
    pub(super) created_at: DateTime<Utc>,
    /// To the minute.
    pub(super) last_seen_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
}

/// A stretch of a person's sign-ins, newest first.
#[derive(Clone, Debug)]
pub(super) struct SignIns {
    pub(super) items: Vec<SignIn>,
    /// Below which one the next stretch begins.
    pub(super) next: Option<SignInId>,
}

impl SignIns {
    /// How many are read at once.
    pub(super) const LENGTH: usize = 50;

    /// From what was read: one more than is shown tells that there are more.
    pub(super) fn of(mut read: Vec<SignIn>) -> SignIns {
        let more = read.len() > SignIns::LENGTH;
        read.truncate(SignIns::LENGTH);
        let next = read.last().filter(|_| more).map(|sign_in| sign_in.id);
        SignIns { items: read, next }
    }
}

/// A link that was mailed, and still works.
#[derive(Clone, Debug)]
pub(super) struct MailLink {
    pub(super) account: AccountId,
    pub(super) purpose: Purpose,
    /// Where it was mailed: the address it confirms.
    pub(super) email: Email,
    /// What its account is called.
    pub(super) name: String,
}

/// What a mailed link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "mail_link_purpose", rename_all = "snake_case")]
pub(super) enum Purpose {
    Verify,
    ResetPassword,
    ChangeEmail,
}

impl Purpose {
    /// Whether its link shows that somebody reads the mail of the address it went to, and sets
    /// nothing else.
    pub(super) fn confirms(self) -> bool {
        matches!(self, Purpose::Verify | Purpose::ChangeEmail)
    }

    pub(super) fn resets(self) -> bool {
        self == Purpose::ResetPassword
    }

    /// How long its link works.
    pub(super) fn lasts(self) -> TimeDelta {
        match self {
            Purpose::Verify | Purpose::ChangeEmail => TimeDelta::days(2),
            Purpose::ResetPassword => TimeDelta::minutes(30),
        }
    }
}

/// Where to go after signing in: a path on this site, or the first page.
pub(crate) fn safe_next(next: &str) -> &str {
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
    fn a_name_is_a_name_and_no_advertisement() {
        for name in ["Maren Oakley", "Åse", "AC/DC", "北京"] {
            assert!(read_name(name).is_ok(), "{name}");
        }
        for wrong in ["", "a\nb", "see http://x.test", "WWW.x.test", "me@x.test"] {
            assert!(read_name(wrong).is_err(), "{wrong:?}");
        }
    }
}
