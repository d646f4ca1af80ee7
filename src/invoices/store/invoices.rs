use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar, types::Json};

use super::super::model::{Counts, Filter, Invoice, PAGE, Paper, ToMake};
use crate::{
    bookings::{Booking, Party},
    values::{AccountId, BookingId, InvoiceId},
};

/// Every read of invoices is this one select with its own ending.
macro_rules! select_invoices {
    ($ending:literal $(+ $more:literal)* $(, $arg:expr)* $(,)?) => {
        query_as!(
            Invoice,
            r#"
            select v.id, v.booking_id, m.account_id as musician_account, v.payer_id,
                   m.zone as "zone: _", v.document as "paper: Json<Paper>", v.paid_on, v.cancelled_at,
                   v.corrects_id as "corrects: InvoiceId",
                   (select n.id from invoices n where n.corrects_id = v.id)
                       as "credit_note: InvoiceId"
            from invoices v
            join musicians m on m.id = v.musician_id
            "# + $ending $(+ $more)*
            $(, $arg)*
        )
    };
}

/// The invoice, if `viewer` is one of its two sides.
pub(in crate::invoices) async fn find(
    db: &mut PgConnection,
    id: InvoiceId,
    viewer: AccountId,
) -> sqlx::Result<Option<Invoice>> {
    let found = select_invoices!(
        "where v.id = $1 and $2 in (v.payer_id, m.account_id)",
        id as _,
        viewer as _,
    );
    found.fetch_optional(db).await
}

/// As [`find`], and nobody else changes it until the transaction ends.
pub(in crate::invoices) async fn lock(
    db: &mut PgConnection,
    id: InvoiceId,
    viewer: AccountId,
) -> sqlx::Result<Option<Invoice>> {
    query!("select id from invoices where id = $1 for no key update", id as _)
        .fetch_optional(&mut *db)
        .await?;
    find(db, id, viewer).await
}

/// The invoice of a booking that is not cancelled.
pub(in crate::invoices) async fn standing(
    db: &mut PgConnection,
    booking: BookingId,
) -> sqlx::Result<Option<InvoiceId>> {
    let id = query_scalar!(
        r#"
        select id as "id: InvoiceId" from invoices
        where booking_id = $1 and corrects_id is null and cancelled_at is null
        "#,
        booking as _,
    );
    id.fetch_optional(db).await
}

/// Writes a paper down with its number. Postgres refuses one that does not follow the last.
pub(in crate::invoices) async fn insert(
    db: &mut PgConnection,
    booking: &Booking,
    (number, paper): (i32, &Paper),
    corrects: Option<InvoiceId>,
    now: DateTime<Utc>,
) -> sqlx::Result<InvoiceId> {
    let id = query_scalar!(
        r#"
        insert into invoices
            (booking_id, musician_id, payer_id, number, corrects_id, issued_at, issued_on, due_on, tax,
             total, currency, document)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        returning id as "id: InvoiceId"
        "#,
        booking.id as _,
        booking.musician_id as _,
        booking.producer_id as _,
        number,
        corrects.map(InvoiceId::number),
        now,
        paper.issued_on,
        paper.due_on,
        paper.tax.as_ref().map_or(0, |tax| tax.amount.minor()),
        paper.total.minor(),
        paper.total.currency().code(),
        Json(paper) as _,
    );
    id.fetch_one(db).await
}

/// Says when an invoice was paid, or that it was not.
pub(in crate::invoices) async fn mark_paid(
    db: &mut PgConnection,
    id: InvoiceId,
    day: Option<NaiveDate>,
) -> sqlx::Result<()> {
    let marked = query!(
        r#"
        update invoices set paid_on = $2
        where id = $1 and corrects_id is null and cancelled_at is null
        "#,
        id as _,
        day,
    );
    one(marked.execute(db).await?.rows_affected())
}

pub(in crate::invoices) async fn mark_cancelled(
    db: &mut PgConnection,
    id: InvoiceId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let marked = query!(
        r#"
        update invoices set cancelled_at = $2
        where id = $1 and corrects_id is null and cancelled_at is null and paid_on is null
        "#,
        id as _,
        now,
    );
    one(marked.execute(db).await?.rows_affected())
}

fn one(rows: u64) -> sqlx::Result<()> {
    if rows == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// A page of the invoices that `viewer` sent or got, the newest first; one more than is shown.
pub(in crate::invoices) async fn list(
    db: &mut PgConnection,
    viewer: AccountId,
    filter: Filter,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Invoice>> {
    macro_rules! page {
        ($whose:literal) => {
            select_invoices!(
                $whose
                    + r#"
                and ($2::bigint is null or v.id < $2)
                and case $3
                      when 'open' then v.corrects_id is null and v.cancelled_at is null
                                       and v.paid_on is null
                      when 'overdue' then v.corrects_id is null and v.cancelled_at is null
                                          and v.paid_on is null
                                          and v.due_on < ($4::timestamptz at time zone m.zone)::date
                      when 'paid' then v.paid_on is not null
                      else true end
                order by v.id desc limit $5
                "#,
                viewer as _,
                filter.after,
                filter.show.word(),
                now,
                PAGE as i64 + 1,
            )
        };
    }
    match filter.side {
        Party::Musician => {
            page!("where v.musician_id = (select q.id from musicians q where q.account_id = $1)")
                .fetch_all(db)
                .await
        }
        Party::Producer => page!("where v.payer_id = $1").fetch_all(db).await,
    }
}

/// Bookings of a player that are owed money and have no invoice, the newest first; one more than is
/// shown.
pub(in crate::invoices) async fn list_to_make(
    db: &mut PgConnection,
    player: AccountId,
    after: Option<i64>,
) -> sqlx::Result<Vec<ToMake>> {
    let found = query_as!(
        ToMake,
        r#"
        select b.id as booking, c.title, c.artist, p.name as producer,
               coalesce(c.starts_at, c.due_at) as "at!", c.zone as "zone: _",
               (o.owed, b.currency::text) as "owed!: _"
        from musicians m
        join bookings b on b.musician_id = m.id
        join calls c on c.id = b.call_id
        join accounts p on p.id = c.producer_id
        left join report_seals s on s.booking_id = b.id
        cross join lateral (select case b.status
            when 'done' then s.total
            when 'cancelled' then b.owed end as owed) o
        where m.account_id = $1 and b.status in ('done', 'cancelled') and o.owed > 0
          and ($2::bigint is null or b.id < $2)
          and not exists (select from invoices v where v.booking_id = b.id
                          and v.corrects_id is null and v.cancelled_at is null)
        order by b.id desc limit $3
        "#,
        player as _,
        after,
        PAGE as i64 + 1,
    );
    found.fetch_all(db).await
}

/// How many there are of what asks for something; a producer makes none.
pub(in crate::invoices) async fn count(
    db: &mut PgConnection,
    viewer: AccountId,
    side: Party,
    now: DateTime<Utc>,
) -> sqlx::Result<Counts> {
    match side {
        Party::Musician => {
            let counts = query_as!(
                Counts,
                r#"
                select (select count(*) from bookings b
                        left join report_seals s on s.booking_id = b.id
                        where b.musician_id = m.id
                          and case b.status
                                when 'done' then s.total > 0
                                when 'cancelled' then b.owed > 0
                                else false end
                          and not exists (select from invoices v where v.booking_id = b.id
                                          and v.corrects_id is null and v.cancelled_at is null)
                       ) as "to_make!",
                       coalesce(n.open, 0) as "open!", coalesce(n.overdue, 0) as "overdue!"
                from musicians m
                left join lateral (
                    select count(*) as open,
                           count(*) filter (
                               where v.due_on < ($2::timestamptz at time zone m.zone)::date) as overdue
                    from invoices v
                    where v.musician_id = m.id and v.corrects_id is null and v.cancelled_at is null
                      and v.paid_on is null
                ) n on true
                where m.account_id = $1
                "#,
                viewer as _,
                now,
            );
            Ok(counts.fetch_optional(db).await?.unwrap_or_default())
        }
        Party::Producer => {
            let counts = query_as!(
                Counts,
                r#"
                select 0::bigint as "to_make!", count(*) as "open!",
                       count(*) filter (where v.due_on < ($2::timestamptz at time zone m.zone)::date)
                           as "overdue!"
                from invoices v
                join musicians m on m.id = v.musician_id
                where v.payer_id = $1 and v.corrects_id is null and v.cancelled_at is null
                  and v.paid_on is null
                "#,
                viewer as _,
                now,
            );
            counts.fetch_one(db).await
        }
    }
}
