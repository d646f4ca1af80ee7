use std::{str::FromStr, time::Duration};

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

/// How long an answer is kept to be given again.
pub(super) const ANSWERS_KEPT: TimeDelta = TimeDelta::hours(48);

/// How long, and how often in that time, one who sends a form again waits for the answer to the first.
/// No change takes longer: a calendar elsewhere that is read in between has seven seconds.
pub(super) const LOOKS: u32 = 300;
pub(super) const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// What a client calls one change of its own, so that sending it again changes nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "An Idempotency-Key has 8 to 200 characters, letters, digits and hyphens: use a fresh UUID for each change."
)]
pub(super) struct BadKey;

impl Key {
    /// What a form is known again by: all of it. One that was changed and sent anew is another wish.
    pub(super) fn of_form(request: &RequestHash) -> Key {
        Key(format!("form:{}", hex::encode(request.0)))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Key {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Key, BadKey> {
        // The draft of the header writes it as a quoted string; most send it bare.
        let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
        let fits = (8..=200).contains(&bare.len())
            && bare.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b));
        if fits { Ok(Key(bare.to_owned())) } else { Err(BadKey) }
    }
}

/// Tells one request from another: its method, its address and its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RequestHash([u8; 32]);

impl RequestHash {
    pub(super) fn of(method: &str, address: &str, body: &[u8]) -> RequestHash {
        let mut hash = Sha256::new();
        for part in [method.as_bytes(), address.as_bytes(), body] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        RequestHash(hash.finalize().into())
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// An answer as it was given. Of one that leads to another page, the body is the sentence said there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: i16,
    pub(super) content_type: Option<String>,
    pub(super) location: Option<String>,
    pub(super) body: Vec<u8>,
}

/// What became of a key before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Known {
    New,
    Answered(Answer),
    /// The key came with another request.
    Misused,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_something_unique_and_printable() {
        assert_eq!("\"3fd1-17ab\"".parse(), "3fd1-17ab".parse::<Key>());
        for wrong in ["", "short", "has spaces in it", "ünïcödé-key", &"k".repeat(201)] {
            assert_eq!(wrong.parse::<Key>(), Err(BadKey), "{wrong:?}");
        }
    }

    #[test]
    fn a_request_is_told_by_every_part_of_it() {
        let one = RequestHash::of("POST", "/api/v1/a", b"bc");
        assert_eq!(one, RequestHash::of("POST", "/api/v1/a", b"bc"));
        assert_ne!(one, RequestHash::of("POST", "/api/v1/ab", b"c"));
        assert_ne!(one, RequestHash::of("PUT", "/api/v1/a", b"bc"));
    }

    #[test]
    fn a_form_that_was_changed_is_another_wish() {
        let of = |address, body| Key::of_form(&RequestHash::of("POST", address, body));
        let sent = of("/bookings/17/cancel?once=3fd117ab", b"word=Ill");
        assert_eq!(sent, of("/bookings/17/cancel?once=3fd117ab", b"word=Ill"));
        assert_ne!(sent, of("/bookings/17/cancel?once=3fd117ab", b"word=Flooded"));
        assert_ne!(sent, of("/bookings/18/cancel?once=3fd117ab", b"word=Ill"));
        assert_ne!(sent, of("/bookings/17/cancel?once=aaaa17ab", b"word=Ill"));
    }
}
