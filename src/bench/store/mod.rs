mod sheets;

use sqlx::{AssertSqlSafe, PgConnection, query, query_as, query_scalar};

pub(super) use sheets::Sheets;

use super::model::{City, Rate};
use crate::values::{MusicianId, Zone};

/// Whether nobody was here before, not even an admin.
pub(super) async fn is_empty(db: &mut PgConnection) -> sqlx::Result<bool> {
    query_scalar!(
        r#"
        select not exists (select 1 from accounts) and not exists (select 1 from musicians)
           and not exists (select 1 from recordings) as "empty!"
        "#,
    )
    .fetch_one(db)
    .await
}

/// For as long as this connection lives: nothing is derived row by row, a commit need not survive a
/// power cut, and, where the role may, what refers to what is not checked again.
pub(super) async fn make_quiet(db: &mut PgConnection) -> sqlx::Result<()> {
    for setting in [
        "set first_call.filling = 'on'",
        "set synchronous_commit = off",
        "set statement_timeout = 0",
        "set idle_in_transaction_session_timeout = 0",
        "set max_parallel_workers_per_gather = 0",
        "set jit = off",
    ] {
        sqlx::query(setting).execute(&mut *db).await?;
    }
    let may =
        query_scalar!(r#"select rolsuper as "may!" from pg_roles where rolname = current_user"#);
    if may.fetch_one(&mut *db).await? {
        sqlx::query("set session_replication_role = replica").execute(db).await?;
    }
    Ok(())
}

pub(super) async fn cities(db: &mut PgConnection) -> sqlx::Result<Vec<City>> {
    query_as!(
        City,
        r#"
        select id, name, country as "country: String", zone as "zone: Zone", population
        from places order by id
        "#,
    )
    .fetch_all(db)
    .await
}

pub(super) async fn rates(db: &mut PgConnection) -> sqlx::Result<Vec<Rate>> {
    query_as!(
        Rate,
        r#"
        select currency as "currency: String", per_euro, exponent from exchange_rates
        order by currency
        "#,
    )
    .fetch_all(db)
    .await
}

/// Writes down what stands on these sheets.
pub(super) async fn write(db: &mut PgConnection, sheets: &Sheets) -> sqlx::Result<()> {
    for (table, rows) in sheets.each() {
        let mut copy = db.copy_in_raw(&format!("copy {table} from stdin")).await?;
        // In pieces: a message of Postgres has at most 1 GiB, and it is kept whole.
        for piece in rows.as_bytes().chunks(1 << 20) {
            copy.send(piece).await?;
        }
        copy.finish().await?;
    }
    Ok(())
}

/// What triggers see to elsewhere, for the players of these numbers.
pub(super) async fn write_derived(db: &mut PgConnection, from: i64, to: i64) -> sqlx::Result<()> {
    query!(
        r#"
        insert into musician_slugs (slug, musician_id)
        select slug, id from musicians where id between $1 and $2
        on conflict do nothing
        "#,
        from,
        to,
    )
    .execute(&mut *db)
    .await?;
    query!(
        r#"
        insert into open_times (musician_id, free, known_until, open_days)
        select id, '{}', '-infinity', 0 from musicians where id between $1 and $2
        on conflict do nothing
        "#,
        from,
        to,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn refresh_listings(
    db: &mut PgConnection,
    ids: &[MusicianId],
) -> sqlx::Result<()> {
    query!("select refresh_listings($1) as done", ids as &[MusicianId]).execute(db).await?;
    Ok(())
}

/// Lets the tables count on from the ids that were given here.
pub(super) async fn count_on(db: &mut PgConnection) -> sqlx::Result<()> {
    for table in sheets::NUMBERED {
        let sql = format!(
            "select setval(pg_get_serial_sequence('{table}', 'id'), greatest(1, max(id))) from {table}"
        );
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *db).await?;
    }
    Ok(())
}

/// Tells the planner what is there, and makes index-only scans what they are called.
pub(super) async fn analyze(db: &mut PgConnection, vacuum: bool) -> sqlx::Result<()> {
    sqlx::query(if vacuum { "vacuum analyze" } else { "analyze" }).execute(db).await?;
    Ok(())
}
