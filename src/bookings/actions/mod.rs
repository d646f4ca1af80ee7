use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

mod calling;
mod files;
mod missing;
mod offering;
mod placing;

pub use files::sweep;
pub(super) use files::{FOLDER, put_beside, take_away};
pub(crate) use files::{remove_files, send_made};
pub(crate) use missing::call_off;
pub use offering::{Offered, offer};

use calling::Calling;

use super::{
    model::{
        Ask, Asks, Booking, Party, Refusal, Status, Step, Verb, Word, letter_of_request, letters_of,
    },
    store,
};
use crate::{
    accounts::Actor,
    availability::{self, NotFree},
    entries::Entry,
    instant,
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
        match cause.constraint() {
            Some("bookings_no_double_booking") => return Refusal::TimeTaken.into(),
            Some("bookings_first_yes") => {
                return Refusal::CallFilled("somebody else".into()).into();
            }
            _ => {}
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
    if ask.at_once {
        // The player before the booking, in every action that takes their time.
        availability::lock(&mut tx, player.id).await?;
        let rules = instant::find(&mut tx, player.id).await?;
        ask.take_at_once(&rules, player, now).map_err(Refusal::NotAtOnce)?;
    }
    let call = match calling::call_for(&mut tx, producer, player, ask, now).await? {
        Calling::For(call) => call,
        Calling::Sent(before) => return Ok(Sent::Before(before)),
    };
    let id = store::insert(&mut tx, call, producer.id, player, ask, now).await?;
    let mut booking = store::lock(&mut tx, id, producer).await?.ok_or(BookingError::NotFound)?;
    if ask.at_once {
        let accepts = (Party::Musician, Verb::Accept, AT_ONCE);
        let step = carry_out(&mut tx, &mut booking, accepts, now).await?;
        booking.status = step.to;
        metrics::counter!("bookings_confirmed_total").increment(1);
    }
    let entry = store::sheet(&mut tx, id).await?.entry(now);
    let files = store::files_of(&mut tx, call).await?;
    let letter = letter_of_request(&booking, &files).for_calendars(entry);
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
        let about = store::find_musician(&mut tx, id, actor).await?;
        let (player, call, asks) = about.ok_or(BookingError::NotFound)?;
        availability::lock(&mut tx, player).await?;
        if (verb, asks) == (Verb::Accept, Asks::Several) {
            // One yes at a time, and it takes the other requests back.
            store::lock_call(&mut tx, call).await?;
        }
    }
    let mut booking = store::lock(&mut tx, id, actor).await?.ok_or(BookingError::NotFound)?;
    let party = booking.party(actor.id).ok_or(Refusal::NotASide)?;
    let word = word.map_or("", Word::as_str);
    let step = carry_out(&mut tx, &mut booking, (party, verb, word), now).await?;
    tx.commit().await?;
    if verb == Verb::Accept && step.from == Status::Requested {
        metrics::counter!("bookings_confirmed_total").increment(1);
    }
    Ok(Booking { status: step.to, offer: None, ..booking })
}

/// Takes a step whose locks are held: the player's where it takes or gives back their time, and the
/// booking's.
async fn carry_out(
    db: &mut PgConnection,
    booking: &mut Booking,
    (party, verb, word): (Party, Verb, &str),
    now: DateTime<Utc>,
) -> Result<Step, BookingError> {
    let day = match verb {
        Verb::Accept | Verb::Cancel => placing::place(&mut *db, booking, verb, now).await?,
        _ => None,
    };
    let step = booking.step(verb, Some(party), now)?;
    if let Some(day) = &day {
        day.make_room(&mut *db, booking).await?;
    }
    if verb == Verb::Accept && booking.open_offer(now).is_some() {
        *booking = booking.clone().agreed(now);
        store::put_terms(&mut *db, booking).await?;
    }
    if step.to == Status::Cancelled {
        booking.owed = booking.owed_on_cancelling(party, now).map(|owed| owed.amount);
    }
    write(&mut *db, booking, &step, word).await?;
    if step.to == Status::Cancelled {
        store::put_broken(&mut *db, booking.id, party).await?;
    }
    if let Some(owed) = booking.owed {
        store::put_owed(&mut *db, booking.id, owed).await?;
    }
    if (step.from, step.to, booking.asks) == (Status::Requested, Status::Confirmed, Asks::Several) {
        calling::take_back_others(&mut *db, booking, now).await?;
    }
    if let Some(day) = &day {
        day.put_ways(&mut *db).await?;
        availability::keep_open_time(&mut *db, &[booking.musician_id], now).await?;
    }
    Ok(step)
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

/// What the history of a booking says that nobody was asked for.
const AT_ONCE: &str = "Booked at once, as my rules let it be.";

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
