use sqlx::PgPool;

use super::store;

/// Brings the cities this program carries into the database, unless they are there.
pub async fn bring_places(db: &PgPool) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    store::bring(&mut tx).await?;
    tx.commit().await
}
