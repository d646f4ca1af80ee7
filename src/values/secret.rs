use std::{fmt, str::FromStr};

use sha2::{Digest, Sha256};

/// 256 random bits that open something: a sign-in, a link in a mail. Only its hash is kept.
#[derive(Clone)]
pub struct Secret([u8; 32]);

/// The SHA-256 of a [`Secret`], fit to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretHash([u8; 32]);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a secret of ours")]
pub struct NotSecret;

impl Secret {
    /// # Panics
    /// When the system has no randomness to give, which no later step would survive either.
    pub fn random() -> Secret {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        Secret(bytes)
    }

    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0).into())
    }

    /// The secret in letters, for a cookie or a link; nowhere else.
    pub fn reveal(&self) -> String {
        hex::encode(self.0)
    }
}

impl FromStr for Secret {
    type Err = NotSecret;

    fn from_str(text: &str) -> Result<Secret, NotSecret> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| NotSecret)?;
        Ok(Secret(bytes))
    }
}

/// Never the secret itself, so that no log can hold one.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl SecretHash {
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
