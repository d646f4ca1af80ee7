//! Days and times as they were typed, by whose clock.

use chrono::{DateTime, Utc};

use super::{
    super::super::model::{BadAsk, Times, When},
    CallForm,
};
use crate::{
    availability::Room,
    values::{FieldErrors, Minute, Slot, Zone, read_day},
};

impl CallForm {
    /// A session that is ahead, as long as sessions are, and for which the player is free.
    pub(in crate::bookings::web) fn fit(
        slot: Slot,
        times: Times<'_>,
        room: Option<&Room>,
        zone: Zone,
        errors: &mut FieldErrors,
    ) -> Option<Slot> {
        let is_today = zone.date(slot.starts_at()) == zone.date(times.now);
        let field = if is_today { "from" } else { "date" };
        errors.take(field, times.ahead(slot.starts_at()))?;
        let slot = errors.take("to", times.length(slot))?;
        errors.take("from", times.free(slot, room))
    }

    /// The session as typed, whatever the player's calendar says.
    pub(in crate::bookings::web) fn read_session(
        &self,
        zone: Option<Zone>,
        errors: &mut FieldErrors,
    ) -> Option<Slot> {
        let date = errors.take("date", read_day(&self.date));
        let from = errors.take("from", self.from.parse::<Minute>());
        // A time field cannot say 24:00; nothing ends at the first minute of its own day.
        let to = if self.to.trim() == "00:00" { "24:00" } else { &self.to };
        let to = errors.take("to", to.parse::<Minute>());
        let (zone, date, from, to) = (zone?, date?, from?, to?);
        if from >= to {
            errors.add("to", BadAsk::Backwards);
            return None;
        }
        let (from, to) = (from.on(date)?, to.on(date)?);
        let starts_at = errors.take("from", zone.read(from));
        let ends_at = errors.take("to", zone.read(to).map(|_| zone.end(to)));
        errors.take("to", Slot::new(starts_at?, ends_at?))
    }

    pub(in crate::bookings::web) fn read_due(
        &self,
        zone: Zone,
        times: Times<'_>,
        errors: &mut FieldErrors,
    ) -> Option<DateTime<Utc>> {
        let date = errors.take("due_date", read_day(&self.due_date));
        let time = errors.take("due_time", self.due_time.parse::<Minute>());
        let due_at = date.zip(time).and_then(|(date, time)| time.on(date));
        let due_at = due_at.and_then(|due_at| errors.take("due_time", zone.read(due_at)));
        due_at.and_then(|due_at| errors.take("due_date", times.ahead(due_at)))
    }

    pub(in crate::bookings::web) fn read_answer_by(
        &self,
        times: Times<'_>,
        zone: Zone,
        when: Option<When>,
        errors: &mut FieldErrors,
    ) -> Option<DateTime<Utc>> {
        if self.answer_date.trim().is_empty() && self.answer_time.trim().is_empty() {
            return None;
        }
        let date = errors.take("answer_date", read_day(&self.answer_date));
        let time = errors.take("answer_time", self.answer_time.parse::<Minute>());
        let at = date.zip(time).and_then(|(date, time)| time.on(date));
        let at = at.and_then(|at| errors.take("answer_time", zone.read(at)));
        at.and_then(|at| errors.take("answer_date", times.answer_by(at, when)))
    }
}
