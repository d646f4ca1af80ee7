use std::collections::HashMap;

use sqlx::{PgConnection, query};

use crate::values::{AccountId, BookingId};

/// How many messages of each of these bookings an account has not read, where there are any.
pub(in crate::bookings) async fn unread(
    db: &mut PgConnection,
    account: AccountId,
    ids: &[BookingId],
) -> sqlx::Result<HashMap<BookingId, i32>> {
    let rows = query!(
        r#"
        select booking_id as "id: BookingId", unread from thread_readers
        where account_id = $1 and booking_id = any($2) and unread > 0
        "#,
        account as _,
        ids as &[BookingId],
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.unread)).collect())
}
