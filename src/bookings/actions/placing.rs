//! What an acceptance or a cancellation does to a player's day.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        model::{Booking, Status, Verb},
        store,
    },
    BookingError,
};
use crate::{
    availability::{self, Busy, Calendar, Shape, Travel, What},
    values::{BookingId, Slot},
};

/// The ways that change with it.
pub(super) struct Day {
    booking: BookingId,
    ways: Vec<(BookingId, TimeDelta)>,
    /// The session was held before, and is moved.
    is_moved: bool,
}

/// Asks the player's calendar, whose lock is held: what stands against accepting is left with the
/// booking, and so is the time it takes. None where no time is taken or given back.
pub(super) async fn place(
    db: &mut PgConnection,
    booking: &mut Booking,
    verb: Verb,
    now: DateTime<Utc>,
) -> Result<Option<Day>, BookingError> {
    let wanted = booking.wanted(now).filter(|_| verb == Verb::Accept);
    let held = booking.when.session().filter(|_| booking.status == Status::Confirmed);
    let (id, player) = (booking.id, booking.musician_id);
    let around = match (wanted, held, verb) {
        (Some((slot, _)), Some(held), _) => hull(slot, held),
        (Some((slot, _)), None, _) => slot,
        (None, Some(held), Verb::Cancel) => held,
        _ => return Ok(None),
    };
    let mut taken = availability::taken(&mut *db, &[player], around, now).await?;
    let mut calendar = taken.remove(&player).ok_or(BookingError::NotFound)?.without(id);
    if let Some((slot, asked_at)) = wanted {
        // Where it is matters to the way there alone.
        let room = match calendar.shape.travel {
            Travel::None => None,
            _ => store::rooms(&mut *db, &[id]).await?.remove(&id),
        };
        let mut clash = calendar.clashes(slot, room.as_ref());
        // Who comes too late is told so with little read: others wait for the lock.
        if clash.is_ok() {
            let rules = availability::calendar(db, player, slot, asked_at).await?.without(id);
            clash = rules.may_take(slot, room.as_ref());
        }
        booking.clashes = clash.err().map(|why| why.told_to_owner(calendar.zone));
        booking.blocks = Some(calendar.blocks(slot));
        let Shape { before, after, .. } = calendar.shape;
        calendar.busy.push(Busy { what: What::Booking(id), slot, before, after, room });
    }
    let ways = ways(&calendar, wanted.map(|(slot, _)| slot), held);
    Ok(Some(Day { booking: id, ways, is_moved: wanted.is_some() && held.is_some() }))
}

fn hull(one: Slot, other: Slot) -> Slot {
    let from = one.starts_at().min(other.starts_at());
    Slot::new(from, one.ends_at().max(other.ends_at())).unwrap_or(one)
}

/// The ways of the sessions after the time that is taken, and after the time that is given back.
fn ways(
    calendar: &Calendar,
    taken: Option<Slot>,
    given: Option<Slot>,
) -> Vec<(BookingId, TimeDelta)> {
    let from = [taken, given].into_iter().flatten().map(|slot| slot.starts_at());
    let mut ways: Vec<(BookingId, TimeDelta)> = Vec::new();
    for (session, way) in from.flat_map(|from| calendar.ways_from(from)) {
        if !ways.iter().any(|(known, _)| *known == session) {
            ways.push((session, way));
        }
    }
    ways
}

impl Day {
    /// Lets the next session begin its way from here on, before this one comes to be there.
    pub(super) async fn make_room(
        &self,
        db: &mut PgConnection,
        booking: &Booking,
    ) -> sqlx::Result<()> {
        if booking.blocks.is_none() {
            return Ok(());
        }
        for (other, way) in self.ways.iter().filter(|(other, _)| *other != self.booking) {
            // Of a session that is moved the old time is still taken: a way may not grow into it yet.
            let way = if self.is_moved { TimeDelta::zero() } else { *way };
            store::put_way(&mut *db, *other, way).await?;
        }
        Ok(())
    }

    pub(super) async fn put_ways(&self, db: &mut PgConnection) -> sqlx::Result<()> {
        for (session, way) in &self.ways {
            store::put_way(&mut *db, *session, *way).await?;
        }
        Ok(())
    }
}
