use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::super::model::{Asks, Became, Booking, Event, Status};
use crate::{
    accounts::Actor,
    availability::{self, Room, Town},
    values::{AccountId, BookingId, CallId, MusicianId, OfferId, Slot, Zone},
};

/// Every read of bookings is this one select with its own ending.
macro_rules! select_bookings {
    ($ending:literal $(+ $more:literal)* $(, $arg:expr)* $(,)?) => {
        sqlx::query_as!(
            Booking,
            r#"
            select b.id, b.call_id, c.title, c.artist,
                   (c.starts_at, c.ends_at, c.due_at) as "when!: _", c.zone, c.place, c.brief,
                   c.music as "music: _", c.asks as "asks: Asks", b.part as "part: _", c.producer_id, p.name as producer, p.zone as producer_zone,
                   b.musician_id, m.account_id as musician_account, m.name as musician,
                   m.slug as musician_slug,
                   (select f.hash from portraits f
                    where f.musician_id = m.id and m.status = 'published') as musician_portrait,
                   m.status = 'published' as "musician_is_public!",
                   a.zone as musician_zone,
                   b.instrument_id, i.name as instrument, i.slug as instrument_slug,
                   c.genre_id, g.name as genre, g.slug as genre_slug,
                   (b.fee, b.currency::text) as "fee!: _", b.status as "status: Status", b.is_disputed,
                   b.terms as "terms: _",
                   case when b.owed is not null then (b.owed, b.currency::text) end as "owed: _",
                   b.reply_by, b.created_at,
                   case when b.blocks is not null
                        then (lower(b.blocks), upper(b.blocks)) end as "blocks: Slot",
                   case when o.id is not null
                        then (o.id, o.side::text, (o.fee, o.currency::text),
                              (o.starts_at, o.ends_at, o.due_at), o.terms, o.made_at, o.expires_at)
                        end as "offer: _",
                   null::text as clashes
            from bookings b
            join calls c on c.id = b.call_id
            join accounts p on p.id = c.producer_id
            join musicians m on m.id = b.musician_id
            join accounts a on a.id = m.account_id
            join instruments i on i.id = b.instrument_id
            join genres g on g.id = c.genre_id
            left join offers o on o.booking_id = b.id and o.status = 'open'
            "# + $ending $(+ $more)*
            $(, $arg)*
        )
    };
}

/// The booking, if `viewer` may know of it: as one of its sides, or as an admin.
pub(crate) async fn find(
    db: &mut PgConnection,
    id: BookingId,
    viewer: &Actor,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Booking>> {
    let found = select_bookings!(
        "where b.id = $1 and ($2 in (c.producer_id, m.account_id) or $3)",
        id as _,
        viewer.id as _,
        viewer.is_admin,
    );
    let found = found.fetch_optional(&mut *db).await?;
    Ok(with_clashes(db, found.into_iter().collect(), now).await?.pop())
}

/// Any booking: for what the clock does.
pub(crate) async fn find_any(
    db: &mut PgConnection,
    id: BookingId,
) -> sqlx::Result<Option<Booking>> {
    select_bookings!("where b.id = $1", id as _).fetch_optional(db).await
}

/// As [`find`], and nobody else changes the booking until the transaction ends. Whether it clashes
/// is not told: that is asked once the musician is locked too.
///
/// First the lock, then the look: whoever waited for it would else see the booking as it is and the
/// offer beside it as it was.
pub(in crate::bookings) async fn lock(
    db: &mut PgConnection,
    id: BookingId,
    viewer: &Actor,
) -> sqlx::Result<Option<Booking>> {
    query!("select id from bookings where id = $1 for update", id as _)
        .fetch_optional(&mut *db)
        .await?;
    let found = select_bookings!(
        "where b.id = $1 and ($2 in (c.producer_id, m.account_id) or $3)",
        id as _,
        viewer.id as _,
        viewer.is_admin,
    );
    found.fetch_optional(db).await
}

/// Whose time a booking is about, and who else may be asked for its call, if `viewer` may know of it.
pub(in crate::bookings) async fn find_musician(
    db: &mut PgConnection,
    id: BookingId,
    viewer: &Actor,
) -> sqlx::Result<Option<(MusicianId, CallId, Asks)>> {
    let found = query!(
        r#"
        select b.musician_id as "musician: MusicianId", c.id as "call: CallId", c.asks as "asks: Asks"
        from bookings b
        join calls c on c.id = b.call_id
        join musicians m on m.id = b.musician_id
        where b.id = $1 and ($2 in (c.producer_id, m.account_id) or $3)
        "#,
        id as _,
        viewer.id as _,
        viewer.is_admin,
    );
    let found = found.fetch_optional(db).await?;
    Ok(found.map(|row| (row.musician, row.call, row.asks)))
}

/// A confirmed session that runs over the time of a request which this player is to answer, with the
/// clock they live by; looked for without any lock.
pub(in crate::bookings) async fn find_in_the_way(
    db: &mut PgConnection,
    id: BookingId,
    player: AccountId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<(BookingId, Slot, Zone)>> {
    let row = query!(
        r#"
        select other.id as "id: BookingId", (s.starts_at, s.ends_at) as "session!: Slot",
               m.zone as "zone: Zone"
        from bookings b
        join calls c on c.id = b.call_id
        join musicians m on m.id = b.musician_id
        join bookings other on other.musician_id = b.musician_id
         and other.status in ('confirmed', 'done')
         and other.blocks && tstzrange(c.starts_at, c.ends_at)
        join calls s on s.id = other.call_id
        where b.id = $1 and m.account_id = $2 and b.status = 'requested' and b.reply_by > $3
          and c.starts_at is not null
          and tstzrange(s.starts_at, s.ends_at) && tstzrange(c.starts_at, c.ends_at)
          and not exists (select from offers o where o.booking_id = b.id and o.status = 'open')
        order by s.starts_at limit 1
        "#,
        id as _,
        player as _,
        now,
    );
    Ok(row.fetch_optional(db).await?.map(|row| (row.id, row.session, row.zone)))
}

/// Some of the requests that nobody answered in time, the oldest first, each locked; those that
/// somebody else holds are left to them.
pub(in crate::bookings) async fn lock_overdue(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    most: i64,
) -> sqlx::Result<Vec<Booking>> {
    let overdue = select_bookings!(
        r#"
        where b.status = 'requested' and b.reply_by <= $1
        order by b.reply_by, b.id limit $2
        for update of b skip locked
        "#,
        now,
        most,
    );
    overdue.fetch_all(db).await
}

/// The same of confirmed bookings with a proposal that nobody answered in time.
pub(in crate::bookings) async fn lock_unanswered(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    most: i64,
) -> sqlx::Result<Vec<Booking>> {
    let ids = query_scalar!(
        r#"
        select b.id as "id: BookingId"
        from offers o
        join bookings b on b.id = o.booking_id
        where o.status = 'open' and o.expires_at <= $1 and b.status = 'confirmed'
        order by o.expires_at, o.id limit $2
        for update skip locked
        "#,
        now,
        most,
    );
    let ids = ids.fetch_all(&mut *db).await?;
    let unanswered = select_bookings!("where b.id = any($1) order by b.id", &ids as &[BookingId]);
    unanswered.fetch_all(db).await
}

/// The booking that a form made when it was sent before.
pub(in crate::bookings) async fn find_sent(
    db: &mut PgConnection,
    producer: AccountId,
    form_key: &str,
) -> sqlx::Result<Option<Booking>> {
    let found = select_bookings!(
        "where c.producer_id = $1 and c.form_key = $2 order by b.id limit 1",
        producer as _,
        form_key,
    );
    found.fetch_optional(db).await
}

/// These bookings; of the inbox, which found them through their sides.
pub(in crate::bookings) async fn find_all(
    db: &mut PgConnection,
    ids: &[BookingId],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Booking>> {
    let found = select_bookings!("where b.id = any($1)", ids as &[BookingId]);
    let found = found.fetch_all(&mut *db).await?;
    with_clashes(db, found, now).await
}

/// All bookings of these calls that `viewer` is a side of, as they were asked.
pub(in crate::bookings) async fn find_asked(
    db: &mut PgConnection,
    calls: &[CallId],
    viewer: AccountId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Booking>> {
    let found = select_bookings!(
        "where b.call_id = any($1) and $2 in (b.producer_id, m.account_id) order by b.id",
        calls as &[CallId],
        viewer as _,
    );
    let found = found.fetch_all(&mut *db).await?;
    with_clashes(db, found, now).await
}

/// Where people meet for these, as far as they do.
pub(in crate::bookings) async fn rooms(
    db: &mut PgConnection,
    ids: &[BookingId],
) -> sqlx::Result<HashMap<BookingId, Room>> {
    let rows = query!(
        r#"
        select b.id as "id: BookingId", c.place, t.id as "town?", t.latitude as "latitude?",
               t.longitude as "longitude?"
        from bookings b
        join calls c on c.id = b.call_id
        left join places t on t.id = c.town_id
        where b.id = any($1) and c.kind = 'room'
        "#,
        ids as &[BookingId],
    )
    .fetch_all(db)
    .await?;
    let room = |(place, town): (String, Option<Town>)| Room { name: place, town };
    let town = |id, at: Option<(f64, f64)>| {
        at.zip(id).map(|((latitude, longitude), id)| Town { id, latitude, longitude })
    };
    Ok(rows
        .into_iter()
        .map(|row| {
            let town = town(row.town, row.latitude.zip(row.longitude));
            (row.id, room((row.place, town)))
        })
        .collect())
}

/// What happened to a booking, in order.
pub(in crate::bookings) async fn events(
    db: &mut PgConnection,
    id: BookingId,
) -> sqlx::Result<Vec<Event>> {
    query_as!(
        Event,
        r#"
        select e.status as "status: Status", a.name as "by?", e.by_account as "by_account: AccountId", e.at, e.word,
               e.offer_id as "offer: OfferId", e.offer_became as "became: Became"
        from booking_events e
        left join accounts a on a.id = e.by_account
        where e.booking_id = $1
        order by e.id
        "#,
        id as _,
    )
    .fetch_all(db)
    .await
}

/// Asks the calendars of the players of open requests and proposals whether they are free then. How
/// long before they want to be asked counts from when they were.
async fn with_clashes(
    db: &mut PgConnection,
    mut bookings: Vec<Booking>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Booking>> {
    let open: Vec<(MusicianId, Slot)> = bookings
        .iter()
        .filter_map(|booking| Some((booking.musician_id, booking.wanted(now)?.0)))
        .collect();
    let from = open.iter().map(|(_, slot)| slot.starts_at()).min();
    let to = open.iter().map(|(_, slot)| slot.ends_at()).max();
    let Some(window) = from.zip(to).and_then(|(from, to)| Slot::new(from, to).ok()) else {
        return Ok(bookings);
    };
    let mut players: Vec<MusicianId> = open.iter().map(|(player, _)| *player).collect();
    players.sort();
    players.dedup();
    let ids: Vec<BookingId> = bookings.iter().map(|booking| booking.id).collect();
    let rooms = rooms(db, &ids).await?;
    let calendars = availability::calendars(db, &players, window, now).await?;
    for booking in &mut bookings {
        let calendar = calendars.get(&booking.musician_id);
        if let (Some((slot, asked_at)), Some(calendar)) = (booking.wanted(now), calendar) {
            let calendar = calendar.without(booking.id).asked_at(asked_at);
            let clash = calendar.may_take(slot, rooms.get(&booking.id)).err();
            booking.clashes = clash.map(|why| why.told_to_owner(calendar.zone));
        }
    }
    Ok(bookings)
}
