use sqlx::{Connection, PgConnection};

use super::{
    model::{NoRates, published},
    store,
};

#[derive(Debug, thiserror::Error)]
pub enum RatesError {
    #[error(transparent)]
    NoRates(#[from] NoRates),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Takes the reference rates of the European Central Bank into use, from their XML: its day, and how
/// many currencies they are of. The same file twice does no harm.
///
/// # Errors
///
/// When the text is not such a file, or is older than what is in use; then nothing has changed.
pub async fn set_exchange_rates(
    db: &mut PgConnection,
    xml: &str,
) -> Result<(chrono::NaiveDate, usize), RatesError> {
    let (as_of, rates) = published(xml)?;
    let mut tx = db.begin().await?;
    if store::rates(&mut tx).await?.as_of.is_some_and(|kept| kept > as_of) {
        return Err(NoRates::Older(as_of).into());
    }
    store::set_rates(&mut tx, as_of, &rates).await?;
    tx.commit().await?;
    Ok((as_of, rates.rows.len()))
}
