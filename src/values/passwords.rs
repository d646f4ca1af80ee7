use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::Context;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc},
};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// What somebody typed as a password; never shown, never stored.
#[derive(Clone)]
pub struct Password(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    #[error("is too short: use at least 10 characters, such as four words")]
    TooShort,
    #[error("is too long: 256 characters fit")]
    TooLong,
    #[error("is one that everybody tries first: choose another")]
    Common,
}

/// An argon2id hash in its PHC form; a `text` column.
#[derive(Clone, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct PasswordHash(pub String);

/// Hashes passwords off the async threads, a few at a time.
///
/// A hash takes 19 MiB and 20 ms of a core; without the permits a burst of sign-ins would take
/// the whole machine. The permit moves into the blocking task, so that a browser that goes away
/// does not free it while the hash still runs.
#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    permits: Arc<Semaphore>,
    /// How many hashes were made or checked.
    worked: Arc<AtomicU64>,
    /// Verified where there is no account, so that an unknown address takes as long.
    nobody: Arc<str>,
}

impl Password {
    /// A password to set: long enough, and not one of those tried first.
    pub fn choose(text: &str) -> Result<Password, BadPassword> {
        let length = text.chars().count();
        if length < 10 {
            Err(BadPassword::TooShort)
        } else if text.len() > 256 {
            Err(BadPassword::TooLong)
        } else if is_common(text) {
            Err(BadPassword::Common)
        } else {
            Ok(Password(text.to_owned()))
        }
    }

    /// A password to try: anything that could have been set.
    pub fn attempt(text: &str) -> Password {
        let end = text.char_indices().nth(256).map_or(text.len(), |(at, _)| at);
        Password(text[..end].to_owned())
    }
}

/// Whether it is a word people put first, however dressed up with digits at its end.
fn is_common(text: &str) -> bool {
    const FIRST: [&str; 24] = [
        "password",
        "passw0rd",
        "p@ssword",
        "p@ssw0rd",
        "qwerty",
        "qwertyuiop",
        "qwerty123",
        "asdfghjkl",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "iloveyou",
        "letmein",
        "welcome",
        "administrator",
        "changeme",
        "sunshine",
        "princess",
        "football",
        "baseball",
        "superman",
        "trustno1",
        "firstcall",
        "first call",
        "secret",
    ];
    let text = text.to_lowercase();
    let stem = text.trim_end_matches(|c: char| !c.is_alphabetic());
    let mut letters = text.chars();
    let first = letters.next();
    let one_letter = letters.all(|c| Some(c) == first);
    let run =
        "01234567890123456789".contains(&*text) || "abcdefghijklmnopqrstuvwxyz".contains(&*text);
    one_letter
        || run
        || FIRST.iter().any(|common| *common == stem || *common == text)
        || FIRST.iter().any(|common| text == common.repeat(2))
}

impl Passwords {
    /// argon2id with 19 MiB, two passes, one lane: OWASP's least.
    pub fn new() -> Passwords {
        Passwords::with(Params::DEFAULT)
    }

    /// Cheap hashes, for tests that sign many people up.
    pub fn quick() -> Passwords {
        Passwords::with(Params::new(8, 1, 1, None).expect("argon2's own least parameters"))
    }

    fn with(params: Params) -> Passwords {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = argon2.hash_password(b"nobody has this password");
        let nobody = nobody.expect("argon2 hashes with its default salt").to_string().into();
        let permits = Arc::new(Semaphore::new(2));
        Passwords { argon2, permits, worked: Arc::default(), nobody }
    }

    /// How many hashes were made or checked so far: what takes time, and so must not differ where
    /// nothing may be told apart.
    pub fn worked(&self) -> u64 {
        self.worked.load(Ordering::Relaxed)
    }

    pub async fn hash(&self, password: Password) -> anyhow::Result<PasswordHash> {
        let permit = self.permits.clone().acquire_owned().await?;
        self.worked.fetch_add(1, Ordering::Relaxed);
        let argon2 = self.argon2.clone();
        let hash = spawn_blocking(move || {
            let _permit = permit;
            argon2.hash_password(password.0.as_bytes()).map(|hash| PasswordHash(hash.to_string()))
        });
        hash.await?.context("hashing a password")
    }

    /// Whether `password` made `hash`. Without a hash the answer is no, after the same work.
    pub async fn matches(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
    ) -> anyhow::Result<bool> {
        let permit = self.permits.clone().acquire_owned().await?;
        self.worked.fetch_add(1, Ordering::Relaxed);
        let argon2 = self.argon2.clone();
        let known = hash.is_some();
        let hash = hash.map_or_else(|| self.nobody.to_string(), |hash| hash.0);
        let check = spawn_blocking(move || -> anyhow::Result<bool> {
            let _permit = permit;
            let hash =
                phc::PasswordHash::new(&hash).context("a stored password hash is damaged")?;
            Ok(argon2.verify_password(password.0.as_bytes(), &hash).is_ok() && known)
        });
        check.await?
    }
}

impl Default for Passwords {
    fn default() -> Passwords {
        Passwords::new()
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passwords")
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_matches_its_hash() {
        let passwords = Passwords::new();
        let hash = passwords.hash(Password::attempt("b flat minor 9")).await.unwrap();
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let attempt = |text: &str, hash| passwords.matches(Password::attempt(text), hash);
        assert!(attempt("b flat minor 9", Some(hash.clone())).await.unwrap());
        assert!(!attempt("a sharp minor 9", Some(hash)).await.unwrap());
        assert!(!attempt("nobody has this password", None).await.unwrap());
    }

    #[test]
    fn a_password_is_long_and_not_the_first_that_comes_to_mind() {
        assert!(Password::choose("four candles and a kazoo").is_ok());
        for (text, why) in [
            ("short", BadPassword::TooShort),
            ("password123", BadPassword::Common),
            ("aaaaaaaaaaaa", BadPassword::Common),
            ("1234567890", BadPassword::Common),
        ] {
            assert_eq!(Password::choose(text).unwrap_err(), why, "{text:?}");
        }
        assert_eq!(Password::choose(&"é".repeat(129)).unwrap_err(), BadPassword::TooLong);
    }
}
