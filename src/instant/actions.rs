use sqlx::{Connection, PgConnection};

use super::{model::Rules, store};
use crate::{
    availability,
    values::{Currency, MusicianId},
};

#[derive(Debug, thiserror::Error)]
pub(super) enum RulesError {
    #[error(
        "changed meanwhile, in another window or by somebody else: look there, then write this again"
    )]
    Stale,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Puts these rules in the place of those that were read. What is booked stays; whoever is booking the
/// player at this moment is waited for.
pub(super) async fn set(
    db: &mut PgConnection,
    musician: MusicianId,
    rules: &Rules,
    currency: Currency,
) -> Result<(), RulesError> {
    let mut tx = db.begin().await?;
    availability::lock(&mut tx, musician).await?;
    if !store::put(&mut tx, musician, rules, currency).await? {
        return Err(RulesError::Stale);
    }
    Ok(tx.commit().await?)
}
