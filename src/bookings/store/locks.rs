use sqlx::{PgConnection, query};

use crate::values::BookingId;

/// Makes whoever deletes an account of this booking's sides wait, and waits for them; then the
/// booking, so that what hangs on it changes one at a time. In the order in which leaving locks.
pub(crate) async fn lock_with_sides(db: &mut PgConnection, id: BookingId) -> sqlx::Result<()> {
    query!(
        r#"
        select m.id from musicians m join bookings b on b.musician_id = m.id
        where b.id = $1 for key share of m
        "#,
        id as _,
    )
    .fetch_optional(&mut *db)
    .await?;
    query!(
        r#"
        select id from accounts
        where id in (select c.producer_id from bookings b join calls c on c.id = b.call_id
                     where b.id = $1
                     union all
                     select m.account_id from bookings b join musicians m on m.id = b.musician_id
                     where b.id = $1)
        order by id for key share
        "#,
        id as _,
    )
    .fetch_all(&mut *db)
    .await?;
    query!("select id from bookings where id = $1 for no key update", id as _)
        .fetch_optional(db)
        .await?;
    Ok(())
}
