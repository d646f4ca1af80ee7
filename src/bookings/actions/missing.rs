use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        model::{Booking, Party, Status, Step, Verb},
        store,
    },
    BookingError, placing,
};
use crate::{availability, entries::Entry, values::AccountId};

/// Cancels a confirmed booking because `absent` did not come, as if they had cancelled when it was to
/// start: by whoever settled it, or by the clock. Within the transaction of that, in which the player
/// and the booking are locked. Answers it as it stands then, and what calendars are told.
pub(crate) async fn call_off(
    tx: &mut PgConnection,
    mut booking: Booking,
    absent: Party,
    (by, word): (Option<AccountId>, &str),
    now: DateTime<Utc>,
) -> Result<(Booking, Entry), BookingError> {
    let step = Step { by, ..booking.step(Verb::NoShow, None, now)? };
    let day = placing::place(tx, &mut booking, Verb::Cancel, now).await?;
    let owed = booking.owed_on_cancelling(absent, booking.when.starts_at());
    booking.owed = owed.map(|owed| owed.amount);
    if let Some(day) = &day {
        day.make_room(tx, &booking).await?;
    }
    store::put_disputed(tx, booking.id, false).await?;
    store::record(tx, &step, booking.blocks, word).await?;
    store::put_broken(tx, booking.id, absent).await?;
    if let Some(owed) = booking.owed {
        store::put_owed(tx, booking.id, owed).await?;
    }
    if let Some(day) = &day {
        day.put_ways(tx).await?;
        availability::keep_open_time(tx, &[booking.musician_id], now).await?;
    }
    let entry = store::sheet(tx, booking.id).await?.entry(now);
    Ok((Booking { status: Status::Cancelled, is_disputed: false, offer: None, ..booking }, entry))
}
