use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

mod missing;
mod offering;
mod placing;

pub(crate) use missing::call_off;
pub use offering::{Offered, offer};

use super::{
    model::{Ask, Booking, Refusal, Status, Step, Verb, Word, letter_of_request, letters_of},
    store,
};
use crate::{
    accounts::Actor,
    availability::{self, NotFree},
    entries::Entry,
    musicians::Profile,
    outbox,
    values::{BookingId, MusicianId},
};

#[derive(Debug, thiserror::Error)]
pub enum BookingError {
    #[error("There is no such booking.")]
    NotFound,
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Postgres saw two changes of one player's time meet, and let one of them through.
    #[error(
        "Somebody was changing the same time at the same moment, and it was taken meanwhile. Nothing was done here: look how it stands now."
    )]
    TakenMeanwhile,
    #[error(transparent)]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for BookingError {
    fn from(error: sqlx::Error) -> BookingError {
        let Some(cause) = error.as_database_error() else { return BookingError::Database(error) };
        if cause.constraint() == Some("bookings_no_double_booking") {
            return BookingError::Refused(Refusal::TimeTaken);
        }
        match cause.code().as_deref() {
            // Deadlock, serialization, lock not had in time.
            Some("40P01" | "40001" | "55P03") => BookingError::TakenMeanwhile,
            _ => BookingError::Database(error),
        }
    }
}

/// What came of sending a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    Now(BookingId),
    /// The same form was sent before, and this is what it made.
    Before(BookingId),
}

impl Sent {
    pub fn id(self) -> BookingId {
        match self {
            Sent::Now(id) | Sent::Before(id) => id,
        }
    }
}

/// Asks a player for their time. It takes none of it yet.
pub async fn request(
    db: &mut PgConnection,
    producer: &Actor,
    player: &Profile,
    ask: &Ask,
    now: DateTime<Utc>,
) -> Result<Sent, BookingError> {
    Ask::may_be_sent(producer.id, player)?;
    let mut tx = db.begin().await?;
    let Some(call) = store::insert_call(&mut tx, producer.id, ask, now).await? else {
        let key = ask.form_key.as_ref().map_or("", |key| key.as_str());
        let before = store::find_sent(&mut tx, producer.id, key).await?;
        return before.map(|booking| Sent::Before(booking.id)).ok_or(BookingError::NotFound);
    };
    let id = store::insert(&mut tx, call, producer.id, player, ask, now).await?;
    let booking = store::lock(&mut tx, id, producer).await?.ok_or(BookingError::NotFound)?;
    let entry = store::sheet(&mut tx, id).await?.entry(now);
    let letter = letter_of_request(&booking).for_calendars(entry);
    outbox::tell(&mut tx, player.account_id, &letter, now).await?;
    tx.commit().await?;
    Ok(Sent::Now(id))
}

/// Does `verb` to a booking and tells the other side. What is said with it is kept with the step.
pub async fn take_step(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    verb: Verb,
    word: Option<&Word>,
    now: DateTime<Utc>,
) -> Result<Booking, BookingError> {
    if verb == Verb::Accept
        && let Some((booking, session, zone)) =
            store::find_in_the_way(db, id, actor.id, now).await?
    {
        // Somebody else was confirmed before: nobody waits for the player's lock to be told so.
        let why = NotFree::Booked { booking, session };
        return Err(Refusal::Clash(why.told_to_owner(zone)).into());
    }
    let mut tx = db.begin().await?;
    if matches!(verb, Verb::Accept | Verb::Cancel) {
        // The player before the booking, in every action that takes their time.
        let player = store::find_musician(&mut tx, id, actor).await?;
        availability::lock(&mut tx, player.ok_or(BookingError::NotFound)?).await?;
    }
    let mut booking = store::lock(&mut tx, id, actor).await?.ok_or(BookingError::NotFound)?;
    let party = booking.party(actor.id).ok_or(Refusal::NotASide)?;
    let day = match verb {
        Verb::Accept | Verb::Cancel => placing::place(&mut tx, &mut booking, verb, now).await?,
        _ => None,
    };
    let step = booking.step(verb, Some(party), now)?;
    let word = word.map_or("", Word::as_str);
    if let Some(day) = &day {
        day.make_room(&mut tx, &booking).await?;
    }
    if verb == Verb::Accept && booking.open_offer(now).is_some() {
        booking = booking.agreed(now);
        store::put_terms(&mut tx, &booking).await?;
    }
    if step.to == Status::Cancelled {
        booking.owed = booking.owed_on_cancelling(party, now).map(|owed| owed.amount);
    }
    write(&mut tx, &booking, &step, word).await?;
    if let Some(owed) = booking.owed {
        store::put_owed(&mut tx, id, owed).await?;
    }
    if let Some(day) = &day {
        day.put_ways(&mut tx).await?;
        availability::keep_open_time(&mut tx, &[booking.musician_id], now).await?;
    }
    tx.commit().await?;
    if verb == Verb::Accept && step.from == Status::Requested {
        metrics::counter!("bookings_confirmed_total").increment(1);
    }
    Ok(Booking { status: step.to, offer: None, ..booking })
}

/// Lets every request and proposal lapse that nobody answered in time, and tells both sides. Answers how many.
/// Several servers may do it at once: each takes what no other holds.
pub async fn lapse_due(db: &mut PgConnection, now: DateTime<Utc>) -> Result<u64, BookingError> {
    let mut lapsed = 0;
    loop {
        let mut tx = db.begin().await?;
        let mut overdue = store::lock_overdue(&mut tx, now, LAPSED_AT_ONCE).await?;
        overdue.extend(store::lock_unanswered(&mut tx, now, LAPSED_AT_ONCE).await?);
        for booking in &overdue {
            let step = booking.step(Verb::Lapse, None, now)?;
            write(&mut tx, booking, &step, "").await?;
            lapsed += 1;
        }
        tx.commit().await?;
        if overdue.is_empty() {
            return Ok(lapsed);
        }
    }
}

/// How many requests lapse in one transaction.
const LAPSED_AT_ONCE: i64 = 50;

async fn write(
    db: &mut PgConnection,
    booking: &Booking,
    step: &Step,
    word: &str,
) -> Result<(), BookingError> {
    store::record(db, step, booking.blocks, word).await?;
    let entry = store::sheet(db, booking.id).await?.entry(step.at);
    for (reader, letter) in letters_of(booking, step, word) {
        let letter = letter.for_calendars(entry.clone());
        outbox::tell(db, reader, &letter, step.at).await?;
    }
    Ok(())
}

/// What a player's calendar elsewhere is told: what was not over at `since`, but for what came to
/// nothing before it was booked; the first first.
pub(crate) async fn entries_of(
    db: &mut PgConnection,
    musician: MusicianId,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Entry>> {
    let sheets = store::sheets(db, musician, since, now).await?;
    Ok(sheets.iter().map(|sheet| sheet.entry(now)).collect())
}
