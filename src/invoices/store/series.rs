//! The numbers of a player's papers.

use sqlx::{PgConnection, query, query_as, query_scalar};

use super::super::model::Player;
use crate::values::{AccountId, MusicianId};

/// The player that an account is.
pub(in crate::invoices) async fn find_player(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<Option<Player>> {
    let player = query_as!(
        Player,
        r#"select id, zone as "zone: _" from musicians where account_id = $1"#,
        account as _,
    );
    player.fetch_optional(db).await
}

/// Which number the next paper would have. Another may be issued before.
pub(in crate::invoices) async fn next_number(
    db: &mut PgConnection,
    musician: MusicianId,
) -> sqlx::Result<i32> {
    let next = query_scalar!(
        "select next_number from invoice_series where musician_id = $1",
        musician as _,
    );
    Ok(next.fetch_optional(db).await?.unwrap_or(1))
}

/// Takes the next number. Whoever else wants one waits until this transaction ends; if it fails, they
/// get this one.
pub(in crate::invoices) async fn take_number(
    db: &mut PgConnection,
    musician: MusicianId,
) -> sqlx::Result<i32> {
    let taken = query_scalar!(
        r#"
        insert into invoice_series as s (musician_id, next_number) values ($1, 2)
        on conflict (musician_id) do update set next_number = s.next_number + 1
        returning next_number - 1 as "taken!"
        "#,
        musician as _,
    );
    taken.fetch_one(db).await
}

/// Lets nobody take a number until the transaction ends.
pub(in crate::invoices) async fn lock_series(
    db: &mut PgConnection,
    musician: MusicianId,
) -> sqlx::Result<()> {
    query!(
        "insert into invoice_series (musician_id) values ($1) on conflict do nothing",
        musician as _,
    )
    .execute(&mut *db)
    .await?;
    query!(
        "select musician_id from invoice_series where musician_id = $1 for update",
        musician as _
    )
    .fetch_one(db)
    .await?;
    Ok(())
}

/// Whether any paper has a number.
pub(in crate::invoices) async fn is_begun(
    db: &mut PgConnection,
    musician: MusicianId,
) -> sqlx::Result<bool> {
    let begun = query_scalar!(
        r#"select exists (select from invoices where musician_id = $1) as "it!""#,
        musician as _,
    );
    begun.fetch_one(db).await
}

/// Lets the first paper have this number: the series is locked and has not begun.
pub(in crate::invoices) async fn set_next(
    db: &mut PgConnection,
    musician: MusicianId,
    number: i32,
) -> sqlx::Result<()> {
    query!(
        "update invoice_series set next_number = $2 where musician_id = $1",
        musician as _,
        number,
    )
    .execute(db)
    .await?;
    Ok(())
}
