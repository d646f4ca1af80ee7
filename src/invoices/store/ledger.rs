use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as};

use super::super::model::{Entry, Month};
use crate::{
    bookings::{Party, Status},
    values::{AccountId, InvoiceId, Zone},
};

/// Every read of the ledger is of these rows: what a booking comes to, and the invoice that stands.
macro_rules! from_ledger {
    ($type:ident, $select:literal $(+ $more:literal)*, $whose:literal, $names:literal, $ending:literal $(, $arg:expr)* $(,)?) => {
        query_as!(
            $type,
            $select $(+ $more)*
                + r#"
            from (
                select b.id, b.status, b.musician_id, b.instrument_id, b.currency::text as currency, b.fee,
                       b.owed, c.producer_id, coalesce(c.starts_at, c.due_at) as at, c.zone, c.title,
                       c.artist,
                       case when b.status = 'confirmed' then coalesce(s.total, b.fee) end as agreed,
                       case when b.status = 'done' then coalesce(s.total, b.fee) end as earned,
                       v.id as invoice, v.shown as number, v.issued_on, v.due_on, v.tax,
                       v.total as invoiced, v.paid_on
                from bookings b
                join calls c on c.id = b.call_id
                left join report_seals s on s.booking_id = b.id
                left join invoices v on v.booking_id = b.id and v.corrects_id is null
                                    and v.cancelled_at is null
                where (b.status in ('confirmed', 'done') or b.status = 'cancelled' and b.owed > 0) and "#
                + $whose
                + r#"
            ) l "#
                + $names
                + r#"
            where l.at >= $2 and l.at < $3 "#
                + $ending
            $(, $arg)*
        )
    };
}

/// Whose bookings: those of the player that an account is, or what it asked for.
macro_rules! of_side {
    ($side:expr, $of_musician:expr, $of_producer:expr) => {
        match $side {
            Party::Musician => $of_musician,
            Party::Producer => $of_producer,
        }
    };
}

/// What the bookings of each month come to, by currency, on the clock of whoever reads.
pub(in crate::invoices) async fn months(
    db: &mut PgConnection,
    (account, side): (AccountId, Party),
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    zone: Zone,
) -> sqlx::Result<Vec<Month>> {
    macro_rules! months {
        ($whose:literal) => {
            from_ledger!(
                Month,
                r#"
                select date_trunc('month', l.at at time zone $4)::date as "month!",
                       count(*) filter (where l.status in ('confirmed', 'done')) as "sessions!",
                       (coalesce(sum(l.agreed), 0)::bigint, l.currency) as "agreed!: _",
                       (coalesce(sum(l.earned), 0)::bigint, l.currency) as "earned!: _",
                       (coalesce(sum(l.owed), 0)::bigint, l.currency) as "owed!: _",
                       (coalesce(sum(l.invoiced), 0)::bigint, l.currency) as "invoiced!: _",
                       (coalesce(sum(l.invoiced) filter (where l.paid_on is not null), 0)::bigint,
                        l.currency) as "paid!: _"
                "#,
                $whose,
                "",
                r#"
                group by date_trunc('month', l.at at time zone $4), l.currency
                order by date_trunc('month', l.at at time zone $4), l.currency
                "#,
                account as _,
                from,
                to,
                zone as _,
            )
            .fetch_all(db)
            .await
        };
    }
    of_side!(
        side,
        months!("b.musician_id = (select q.id from musicians q where q.account_id = $1)"),
        months!("c.producer_id = $1")
    )
}

/// The bookings themselves, the first first.
pub(in crate::invoices) async fn entries(
    db: &mut PgConnection,
    (account, side): (AccountId, Party),
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<Vec<Entry>> {
    macro_rules! entries {
        ($select:literal, $whose:literal) => {
            from_ledger!(
                Entry,
                $select
                    + r#"
                       l.id as booking, l.status as "status: Status", l.at as "at!",
                       l.zone as "zone: _", l.title, l.artist, i.name as instrument,
                       (l.fee, l.currency) as "fee!: _",
                       case when l.agreed is not null then (l.agreed, l.currency) end as "agreed: _",
                       case when l.earned is not null then (l.earned, l.currency) end as "earned: _",
                       case when l.owed > 0 then (l.owed, l.currency) end as "owed: _",
                       l.invoice as "invoice?: InvoiceId", l.number as "number?", l.issued_on as "issued_on?", l.due_on,
                       case when l.tax is not null then (l.tax, l.currency) end as "tax: _",
                       case when l.invoiced is not null then (l.invoiced, l.currency) end
                           as "invoiced: _",
                       l.paid_on
                "#,
                $whose,
                r#"
            join accounts p on p.id = l.producer_id
            join musicians m on m.id = l.musician_id
            join instruments i on i.id = l.instrument_id"#,
                "order by l.at, l.id",
                account as _,
                from,
                to,
            )
            .fetch_all(db)
            .await
        };
    }
    of_side!(
        side,
        entries!(
            "select p.name as other,",
            "b.musician_id = (select q.id from musicians q where q.account_id = $1)"
        ),
        entries!("select m.name as other,", "c.producer_id = $1")
    )
}

/// When the first and the last booking are.
pub(in crate::invoices) async fn years(
    db: &mut PgConnection,
    (account, side): (AccountId, Party),
) -> sqlx::Result<Option<(DateTime<Utc>, DateTime<Utc>)>> {
    let row = query!(
        r#"
        select min(coalesce(c.starts_at, c.due_at)) as first,
               max(coalesce(c.starts_at, c.due_at)) as last
        from bookings b
        join calls c on c.id = b.call_id
        where (b.status in ('confirmed', 'done') or b.status = 'cancelled' and b.owed > 0)
          and b.id in (
            select mine.id from calls q join bookings mine on mine.call_id = q.id
            where q.producer_id = $1 and $2 = 'producer'
            union all
            select mine.id from musicians q join bookings mine on mine.musician_id = q.id
            where q.account_id = $1 and $2 = 'musician')
        "#,
        account as _,
        side.word(),
    )
    .fetch_one(db)
    .await?;
    Ok(row.first.zip(row.last))
}
