use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::model::{ANSWERED_WITHIN, Draft, Evidence, NoShow, Standing, Statement};
use crate::{
    bookings::Party,
    files::FileKey,
    files::Taken,
    values::{AccountId, BookingId, Email, EvidenceId, NoShowId},
};

/// Where the two sides of a booking are written to: the producer, then the musician. None has left.
pub(super) async fn addresses(
    db: &mut PgConnection,
    (producer, musician): (AccountId, AccountId),
) -> sqlx::Result<[Option<Email>; 2]> {
    let row = query!(
        r#"
        select (select email from accounts where id = $1) as "producer: Email",
               (select email from accounts where id = $2) as "musician: Email"
        "#,
        producer as _,
        musician as _,
    )
    .fetch_one(db)
    .await?;
    Ok([row.producer, row.musician])
}

/// Every read of no-shows is this one select with its own ending; the first said first.
macro_rules! select_no_shows {
    ($db:expr, $ending:literal $(, $arg:expr)* $(,)?) => {{
        let rows = query!(
            r#"
            select id as "id: NoShowId", booking_id as "booking: BookingId",
                   by_side as "by: Party", claimed_at, answer_by, status as "status: Standing",
                   absent as "absent: Party"
            from no_shows
            "# + $ending
            $(, $arg)*
        );
        let rows = rows.fetch_all(&mut *$db).await?.into_iter().map(|row| NoShow {
            id: row.id,
            booking: row.booking,
            by: row.by,
            claimed_at: row.claimed_at,
            answer_by: row.answer_by,
            status: row.status,
            absent: row.absent,
            statements: Vec::new(),
        });
        with_statements($db, rows.collect()).await
    }};
}

/// What was said of a booking.
pub(super) async fn of_booking(
    db: &mut PgConnection,
    booking: BookingId,
) -> sqlx::Result<Vec<NoShow>> {
    select_no_shows!(db, "where booking_id = $1 order by id", booking as _)
}

pub(super) async fn find(db: &mut PgConnection, id: NoShowId) -> sqlx::Result<Option<NoShow>> {
    let found: sqlx::Result<Vec<NoShow>> = select_no_shows!(db, "where id = $1", id as _);
    Ok(found?.pop())
}

/// Those that wait for an admin, the longest waiting first.
pub(super) async fn list_contested(
    db: &mut PgConnection,
    after: NoShowId,
    most: i64,
) -> sqlx::Result<Vec<NoShow>> {
    select_no_shows!(
        db,
        "where status = 'contested' and id > $1 order by id limit $2",
        after as _,
        most,
    )
}

/// Some of those whose time to be answered is over, by number after `after`.
pub(super) async fn list_overdue(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    after: NoShowId,
    most: i64,
) -> sqlx::Result<Vec<(NoShowId, BookingId)>> {
    let rows = query!(
        r#"
        select id as "id: NoShowId", booking_id as "booking: BookingId" from no_shows
        where status = 'claimed' and answer_by <= $1 and id > $2 order by id limit $3
        "#,
        now,
        after as _,
        most,
    );
    let rows = rows.fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.booking)).collect())
}

async fn with_statements(
    db: &mut PgConnection,
    mut no_shows: Vec<NoShow>,
) -> sqlx::Result<Vec<NoShow>> {
    if no_shows.is_empty() {
        return Ok(no_shows);
    }
    let ids: Vec<NoShowId> = no_shows.iter().map(|no_show| no_show.id).collect();
    let files = query!(
        r#"
        select e.id as "id: EvidenceId", e.statement_id, e.name, e.kind, e.bytes
        from no_show_statements s
        join evidence e on e.statement_id = s.id
        where s.no_show_id = any($1) order by e.statement_id, e.position
        "#,
        &ids as &[NoShowId],
    );
    let mut evidence: HashMap<i64, Vec<Evidence>> = HashMap::new();
    for row in files.fetch_all(&mut *db).await? {
        let file = Evidence { id: row.id, name: row.name, kind: row.kind, bytes: row.bytes };
        evidence.entry(row.statement_id).or_default().push(file);
    }
    let rows = query!(
        r#"
        select s.id, s.no_show_id as "no_show: NoShowId", s.status as "status: Standing",
               a.name as "by?", s.at, s.words
        from no_show_statements s
        left join accounts a on a.id = s.by_account
        where s.no_show_id = any($1) order by s.id
        "#,
        &ids as &[NoShowId],
    );
    for row in rows.fetch_all(db).await? {
        let statement = Statement {
            status: row.status,
            by: row.by,
            at: row.at,
            words: row.words,
            evidence: evidence.remove(&row.id).unwrap_or_default(),
        };
        if let Some(no_show) = no_shows.iter_mut().find(|known| known.id == row.no_show) {
            no_show.statements.push(statement);
        }
    }
    Ok(no_shows)
}

/// A word that the other side did not come, still without its statement.
pub(super) async fn insert(
    db: &mut PgConnection,
    booking: BookingId,
    by: Party,
    now: DateTime<Utc>,
) -> sqlx::Result<NoShowId> {
    query_scalar!(
        r#"
        insert into no_shows (booking_id, by_side, claimed_at, answer_by) values ($1, $2, $3, $4)
        returning id as "id: NoShowId"
        "#,
        booking as _,
        by as _,
        now,
        now + ANSWERED_WITHIN,
    )
    .fetch_one(db)
    .await
}

/// Writes where it stands from now on, provided it still stands where it did.
pub(super) async fn settle(
    db: &mut PgConnection,
    no_show: &NoShow,
    to: Standing,
    absent: Option<Party>,
) -> sqlx::Result<()> {
    let changed = query!(
        "update no_shows set status = $3, absent = $4 where id = $1 and status = $2",
        no_show.id as _,
        no_show.status as _,
        to as _,
        absent as _,
    );
    match changed.execute(db).await?.rows_affected() {
        1 => Ok(()),
        _ => Err(sqlx::Error::RowNotFound),
    }
}

/// What was said, and what goes with it; nobody is the clock.
pub(super) async fn insert_statement(
    db: &mut PgConnection,
    (no_show, to): (NoShowId, Standing),
    by: Option<AccountId>,
    draft: &Draft,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let statement = query_scalar!(
        r#"
        insert into no_show_statements (no_show_id, status, by_account, at, words)
        values ($1, $2, $3, $4, $5) returning id
        "#,
        no_show as _,
        to as _,
        by as _,
        now,
        draft.words.as_ref().map_or("", |words| words.as_str()),
    );
    let statement = statement.fetch_one(&mut *db).await?;
    for (position, file) in (0_i16..).zip(&draft.files) {
        insert_file(db, statement, position, file).await?;
    }
    Ok(())
}

async fn insert_file(
    db: &mut PgConnection,
    statement: i64,
    position: i16,
    file: &Taken,
) -> sqlx::Result<()> {
    query!(
        r#"
        insert into evidence (statement_id, position, key, name, kind, bytes, sha256)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        statement,
        position,
        file.key.as_str(),
        file.name,
        file.kind.name(),
        file.bytes.cast_signed(),
        &file.sha256,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A file as it is served.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) key: FileKey,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) bytes: i64,
}

pub(super) async fn find_file(
    db: &mut PgConnection,
    booking: BookingId,
    id: EvidenceId,
) -> sqlx::Result<Option<Found>> {
    query_as!(
        Found,
        r#"
        select e.key as "key: _", e.name, e.kind, e.bytes
        from evidence e
        join no_show_statements s on s.id = e.statement_id
        join no_shows n on n.id = s.no_show_id
        where e.id = $2 and n.booking_id = $1
        "#,
        booking as _,
        id as _,
    )
    .fetch_optional(db)
    .await
}

/// Every file that goes with something.
pub(super) async fn list_keys(db: &mut PgConnection) -> sqlx::Result<Vec<FileKey>> {
    query_scalar!(r#"select key as "key: FileKey" from evidence"#).fetch_all(db).await
}

/// Takes away the files of somebody who leaves. What they said stays with the booking it is about.
pub(super) async fn delete_files_of(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<Vec<FileKey>> {
    query_scalar!(
        r#"
        delete from evidence e using no_show_statements s
        where s.id = e.statement_id and s.by_account = $1
        returning e.key as "key: FileKey"
        "#,
        account as _,
    )
    .fetch_all(db)
    .await
}
