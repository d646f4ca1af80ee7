//! What somebody's list of bookings has, and how many: walks along the indexes of one account's
//! bookings, never along its calls. The shapes of statement are few, one for each set of filters.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Postgres, QueryBuilder, query, query_as, query_scalar};

use super::super::model::{
    Choices, Cursor, Earned, Filter, Kind, PAGE, Party, Planned, Status, Tab, Tallies, Turn, Unit,
    When, pattern,
};
use crate::values::{AccountId, CallId, Currency, Money, MusicianId};

/// A list that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub(in crate::bookings) struct Asked<'a> {
    pub(in crate::bookings) viewer: AccountId,
    pub(in crate::bookings) filter: &'a Filter,
    pub(in crate::bookings) known: &'a Known,
    pub(in crate::bookings) now: DateTime<Utc>,
}

/// What of a filter's names and words only the database knows.
#[derive(Clone, Debug, Default)]
pub(in crate::bookings) struct Known {
    with: Option<People>,
    words: Option<(Vec<CallId>, People)>,
}

/// Whose name has something in it: players one asked, and producers who asked one.
#[derive(Clone, Debug, Default)]
struct People {
    players: Vec<MusicianId>,
    producers: Vec<AccountId>,
}

/// Looks for the names and words of a filter among all that this account has to do with.
pub(in crate::bookings) async fn look_up(
    db: &mut PgConnection,
    viewer: AccountId,
    filter: &Filter,
) -> sqlx::Result<Known> {
    let mut known = Known::default();
    if let Some(with) = &filter.with {
        known.with = Some(people(db, viewer, &pattern(with)).await?);
    }
    if let Some(words) = &filter.words {
        let words = pattern(words);
        let calls = query_scalar!(
            r#"
            select id as "id!: CallId" from calls where producer_id = $1 and named like plain($2)
            union all
            select c.id
            from musicians m
            join bookings b on b.musician_id = m.id
            join calls c on c.id = b.call_id
            where m.account_id = $1 and c.named like plain($2)
            "#,
            viewer as _,
            words,
        );
        let calls = calls.fetch_all(&mut *db).await?;
        known.words = Some((calls, people(db, viewer, &words).await?));
    }
    Ok(known)
}

async fn people(db: &mut PgConnection, viewer: AccountId, pattern: &str) -> sqlx::Result<People> {
    let players = query_scalar!(
        r#"
        select musician_id as "id: MusicianId"
        from (select distinct musician_id from bookings where producer_id = $1) asked
        where (select m.named like plain($2) from musicians m where m.id = asked.musician_id)
        "#,
        viewer as _,
        pattern,
    );
    let players = players.fetch_all(&mut *db).await?;
    let producers = query_scalar!(
        r#"
        select producer_id as "id: AccountId"
        from (select distinct b.producer_id from musicians m join bookings b on b.musician_id = m.id
              where m.account_id = $1) asked
        where (select a.named like plain($2) from accounts a where a.id = asked.producer_id)
        "#,
        viewer as _,
        pattern,
    );
    Ok(People { players, producers: producers.fetch_all(db).await? })
}

const SIDES: [Party; 2] = [Party::Producer, Party::Musician];

/// A page of a list: where each line of it stands, and one more if there are more.
pub(in crate::bookings) async fn list(
    db: &mut PgConnection,
    asked: Asked<'_>,
    (tab, unit): (Tab, Unit),
    after: Option<Cursor>,
) -> sqlx::Result<Vec<Cursor>> {
    let role = asked.filter.choices.role;
    let mut sql = QueryBuilder::new("select theirs, at, call_id, id from (");
    for (at, side) in SIDES.into_iter().filter(|side| role.is_none_or(|it| it == *side)).enumerate()
    {
        sql.push(if at > 0 { " union all (" } else { "(" });
        match tab {
            Tab::Waiting => push_waiting(&mut sql, side, asked, unit),
            _ => push_walk(&mut sql, side, asked, (tab, unit), after),
        }
        sql.push(")");
    }
    let way = if tab.soonest_first() { "" } else { " desc" };
    sql.push(") lines");
    if let Some(Cursor { theirs, at, call_id, id }) = after {
        sql.push(if tab.soonest_first() {
            " where (theirs, at, call_id, id) > ("
        } else {
            " where (theirs, at, call_id, id) < ("
        });
        sql.push_bind(theirs).push(", ").push_bind(at).push(", ");
        sql.push_bind(call_id).push(", ").push_bind(id).push(")");
    }
    sql.push(format_args!(" order by theirs{way}, at{way}, call_id{way}, id{way} limit "));
    sql.push_bind(PAGE as i64 + 1);
    sql.build_query_as().fetch_all(db).await
}

/// What waits is little, and is put in order whole. A call stands where its most urgent does.
fn push_waiting(sql: &mut QueryBuilder<Postgres>, side: Party, asked: Asked<'_>, unit: Unit) {
    let (line, order) = match unit {
        Unit::Call => ("distinct on (b.call_id)", " order by b.call_id, theirs, b.answer_by"),
        Unit::Booking => ("", ""),
    };
    let id = if unit == Unit::Call { "0::bigint" } else { "b.id" };
    sql.push(format_args!(
        "select {line} b.awaits <> '{}' as theirs, b.answer_by as at, b.call_id, {id} as id",
        side.word()
    ));
    push_from(sql, side, asked, Tab::Waiting);
    sql.push(order);
}

/// A walk along an index in its order, as far as the page goes.
fn push_walk(
    sql: &mut QueryBuilder<Postgres>,
    side: Party,
    asked: Asked<'_>,
    (tab, unit): (Tab, Unit),
    after: Option<Cursor>,
) {
    let (key, id) = match unit {
        Unit::Call => ("b.happens_at, b.call_id", "0::bigint"),
        Unit::Booking => ("b.happens_at, b.call_id, b.id", "walked.id"),
    };
    sql.push(format_args!(
        "select false as theirs, walked.happens_at as at, walked.call_id, {id} as id \
         from (select distinct {key}"
    ));
    push_from(sql, side, asked, tab);
    let (than, way) = if tab.soonest_first() { (">", "") } else { ("<", " desc") };
    if let Some(Cursor { at, call_id, id, .. }) = after {
        sql.push(format_args!(" and ({key}) {than} ("));
        sql.push_bind(at).push(", ").push_bind(call_id);
        if unit == Unit::Booking {
            sql.push(", ").push_bind(id);
        }
        sql.push(")");
    }
    let order = key.replace(',', &format!("{way},"));
    sql.push(format_args!(" order by {order}{way} limit ")).push_bind(PAGE as i64 + 1);
    sql.push(") walked");
}

/// How many stand how, within the days, names and words of a filter; what is chosen is left open.
/// What is settled is counted along an index of nothing else, and what is open by the clock.
pub(in crate::bookings) async fn tally(
    db: &mut PgConnection,
    asked: Asked<'_>,
) -> sqlx::Result<Tallies> {
    let within = Filter { choices: Choices::default(), ..asked.filter.clone() };
    let asked = Asked { filter: &within, ..asked };
    let mut sql = QueryBuilder::new("");
    for (at, side) in SIDES.into_iter().enumerate() {
        sql.push(if at > 0 { " union all " } else { "" });
        sql.push(format_args!("select '{}'::booking_side as side, ", side.word()));
        sql.push("b.status as stands, null::booking_side as awaits, false as is_over, b.is_remote, b.instrument_id, count(*)");
        push_from(&mut sql, side, asked, Tab::All);
        sql.push(" and b.status > 'confirmed' group by b.status, b.is_remote, b.instrument_id");
        sql.push(format_args!(" union all select '{}', ", side.word()));
        sql.push("case when b.status = 'requested' and b.answer_by <= ").push_bind(asked.now);
        sql.push(" then 'lapsed' else b.status end, case when b.answer_by > ").push_bind(asked.now);
        sql.push(" then b.awaits end, coalesce(b.status = 'confirmed' and b.ends_at <= ");
        sql.push_bind(asked.now).push(", false), b.is_remote, b.instrument_id, count(*)");
        push_from(&mut sql, side, asked, Tab::All);
        sql.push(" and b.status in ('requested', 'confirmed') group by 2, 3, 4, 5, 6");
    }
    Ok(Tallies(sql.build_query_as().fetch_all(db).await?))
}

/// The bookings in which `viewer` is this side, that are on a tab, and that fit the filter.
fn push_from(sql: &mut QueryBuilder<Postgres>, side: Party, asked: Asked<'_>, tab: Tab) {
    let Asked { viewer, filter, known, now } = asked;
    match side {
        Party::Producer => sql.push(" from bookings b where b.producer_id = ").push_bind(viewer),
        Party::Musician => sql
            .push(" from bookings b where b.musician_id = (select id from musicians where account_id = ")
            .push_bind(viewer)
            .push(")"),
    };
    match tab {
        Tab::Waiting => sql
            .push(" and b.status in ('requested', 'confirmed') and b.answer_by > ")
            .push_bind(now),
        Tab::Ahead => sql
            .push(" and b.status in ('requested', 'confirmed') and b.status = 'confirmed'")
            .push(" and (b.is_remote or b.ends_at > ")
            .push_bind(now)
            .push(")"),
        Tab::Past => sql
            .push(" and (b.status not in ('requested', 'confirmed')")
            .push(" or b.status = 'requested' and b.answer_by <= ")
            .push_bind(now)
            .push(" or b.status = 'confirmed' and b.ends_at <= ")
            .push_bind(now)
            .push(")"),
        Tab::All => sql,
    };
    push_choices(sql, side, &filter.choices, now);
    if let Some(from) = filter.from {
        sql.push(" and b.happens_at >= ").push_bind(from);
    }
    if let Some(until) = filter.until {
        sql.push(" and b.happens_at < ").push_bind(until);
    }
    if let Some(people) = &known.with {
        sql.push(" and ");
        push_people(sql, side, people);
    }
    if let Some((calls, people)) = &known.words {
        sql.push(" and (b.call_id in (select unnest(")
            .push_bind(calls.clone())
            .push("::bigint[])) or ");
        push_people(sql, side, people);
        sql.push(")");
    }
}

fn push_choices(
    sql: &mut QueryBuilder<Postgres>,
    side: Party,
    choices: &Choices,
    now: DateTime<Utc>,
) {
    let Choices { role: _, turn, status, kind, instrument } = *choices;
    if let Some(turn) = turn {
        let is = if turn == Turn::Mine { "=" } else { "<>" };
        sql.push(format_args!(" and b.awaits {is} '{}' and b.answer_by > ", side.word()));
        sql.push_bind(now);
    }
    match status {
        Some(Status::Requested) => {
            sql.push(" and b.status = 'requested' and b.answer_by > ").push_bind(now);
        }
        Some(Status::Lapsed) => {
            sql.push(" and (b.status = 'lapsed' or b.status = 'requested' and b.answer_by <= ");
            sql.push_bind(now).push(")");
        }
        Some(status) => {
            sql.push(" and b.status = ").push_bind(status);
        }
        None => {}
    }
    if let Some(kind) = kind {
        sql.push(" and b.is_remote = ").push_bind(kind == Kind::Remote);
    }
    if let Some(instrument) = instrument {
        sql.push(" and b.instrument_id = ").push_bind(instrument);
    }
}

fn push_people(sql: &mut QueryBuilder<Postgres>, side: Party, people: &People) {
    match side {
        Party::Producer => {
            sql.push("b.musician_id in (select unnest(").push_bind(people.players.clone())
        }
        Party::Musician => {
            sql.push("b.producer_id in (select unnest(").push_bind(people.producers.clone())
        }
    };
    sql.push("::bigint[]))");
}

/// What a player has or is asked for between two moments, in order.
pub(in crate::bookings) async fn planned(
    db: &mut PgConnection,
    player: AccountId,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Planned>> {
    query_as!(
        Planned,
        r#"
        select b.id, c.title, (c.starts_at, c.ends_at, c.due_at) as "when!: When",
               b.status as "status: Status"
        from bookings b
        join calls c on c.id = b.call_id
        where b.musician_id = (select id from musicians where account_id = $1)
          and b.happens_at >= $2 and b.happens_at < $3
          and (b.status in ('confirmed', 'done') or b.status = 'requested' and b.answer_by > $4)
        order by b.happens_at, b.id
        "#,
        player as _,
        from,
        until,
        now,
    )
    .fetch_all(db)
    .await
}

/// The fees of a player's sessions and work between two moments, by currency.
pub(in crate::bookings) async fn earned(
    db: &mut PgConnection,
    player: AccountId,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<Vec<Earned>> {
    let rows = query!(
        r#"
        select currency as "currency: Currency",
               coalesce(sum(fee) filter (where status = 'confirmed'), 0)::bigint as "confirmed!",
               coalesce(sum(fee) filter (where status = 'done'), 0)::bigint as "done!"
        from bookings
        where musician_id = (select id from musicians where account_id = $1)
          and happens_at >= $2 and happens_at < $3 and status in ('confirmed', 'done')
        group by currency order by currency
        "#,
        player as _,
        from,
        until,
    )
    .fetch_all(db)
    .await?;
    let earned = rows.into_iter().map(|row| Earned {
        confirmed: Money::new(row.confirmed, row.currency),
        done: Money::new(row.done, row.currency),
    });
    Ok(earned.collect())
}
