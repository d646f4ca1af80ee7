use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_scalar};

use super::super::model::CHANNEL;
use crate::values::{AccountId, BookingId};

/// Tells every server, once the transaction commits, that there is something new under a booking.
pub(in crate::threads) async fn tell_pages(
    db: &mut PgConnection,
    booking: BookingId,
) -> sqlx::Result<()> {
    tell(db, &booking.to_string()).await
}

/// Tells every server nothing: that they hear it shows that they would hear more.
pub(in crate::threads) async fn tell_servers(db: &mut PgConnection) -> sqlx::Result<()> {
    tell(db, "").await
}

async fn tell(db: &mut PgConnection, what: &str) -> sqlx::Result<()> {
    query!("select pg_notify($1, $2)", CHANNEL, what).execute(db).await?;
    Ok(())
}

/// Notes that somebody has a conversation open.
pub(in crate::threads) async fn insert_page(
    db: &mut PgConnection,
    booking: BookingId,
    account: AccountId,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    query_scalar!(
        "insert into open_pages (booking_id, account_id, seen_at) values ($1, $2, $3) returning id",
        booking as _,
        account as _,
        now,
    )
    .fetch_one(db)
    .await
}

pub(in crate::threads) async fn remove_page(db: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    query!("delete from open_pages where id = $1", id).execute(db).await?;
    Ok(())
}

/// Notes that these pages are still open.
pub(in crate::threads) async fn keep_pages(
    db: &mut PgConnection,
    ids: &[i64],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!("update open_pages set seen_at = $2 where id = any($1)", ids, now).execute(db).await?;
    Ok(())
}

/// Forgets pages whose server died.
pub(in crate::threads) async fn forget_pages(
    db: &mut PgConnection,
    then: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!("delete from open_pages where seen_at < $1", then).execute(db).await?;
    Ok(())
}

/// Whether somebody has a conversation open on any server, of those that were kept after `then`.
pub(in crate::threads) async fn is_looked_at(
    db: &mut PgConnection,
    booking: BookingId,
    account: AccountId,
    then: DateTime<Utc>,
) -> sqlx::Result<bool> {
    query_scalar!(
        r#"
        select exists (select 1 from open_pages
                       where booking_id = $1 and account_id = $2 and seen_at > $3) as "is!"
        "#,
        booking as _,
        account as _,
        then,
    )
    .fetch_one(db)
    .await
}
