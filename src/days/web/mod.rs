mod admin;
mod api;
mod files;
mod forms;
mod no_show;
mod no_show_api;
mod sheet;
mod upload;
mod views;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use admin::*;
pub(crate) use api::*;
pub(crate) use files::file;
pub(crate) use no_show::{claim, claiming, contest, step};
pub(crate) use no_show_api::*;
pub(crate) use sheet::{say_late, show};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    actions::DayError,
    model::{NoShow, Refusal, claim as claimed},
    store,
};
use crate::{
    accounts::Actor,
    bookings::{Party, Status},
    reports::{self, Papers},
    values::BookingId,
    web::Error,
};

/// A booking on its day, as somebody reads it.
struct Day {
    papers: Papers,
    /// Which side they are; an admin is none, and only reads.
    reader: Option<Party>,
    /// What was said of who did not come, the first first.
    no_shows: Vec<NoShow>,
}

impl Day {
    /// Of a booking that was confirmed, whatever became of it.
    async fn find(
        db: &mut PgConnection,
        actor: &Actor,
        id: BookingId,
        now: DateTime<Utc>,
    ) -> Result<Day, Error> {
        let papers = reports::find(db, id, actor, now).await?.ok_or(Error::NotFound)?;
        let reader = papers.booking.party(actor.id);
        let no_shows = store::of_booking(db, id).await?;
        Ok(Day { papers, reader, no_shows })
    }

    /// Of one that stands, or was done.
    async fn standing(
        db: &mut PgConnection,
        actor: &Actor,
        id: BookingId,
        now: DateTime<Utc>,
    ) -> Result<Day, Error> {
        let day = Day::find(db, actor, id, now).await?;
        match day.papers.booking.status {
            Status::Confirmed | Status::Done => Ok(day),
            _ => Err(Error::Refused("A booking has a day’s sheet while it is confirmed.".into())),
        }
    }

    /// Why the reader does not say now that the other side did not come, unless they may.
    fn closed(&self, now: DateTime<Utc>) -> Option<Refusal> {
        claimed(&self.papers, &self.no_shows, self.reader, now).err()
    }

    /// What waits to be settled.
    fn open(&self) -> Option<&NoShow> {
        self.no_shows.iter().find(|no_show| no_show.status.is_open())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        match refusal {
            Refusal::NotASide | Refusal::OwnCase => Error::Forbidden(refusal.to_string()),
            refusal => Error::Refused(refusal.to_string()),
        }
    }
}

impl From<DayError> for Error {
    fn from(error: DayError) -> Error {
        match error {
            DayError::NotFound => Error::NotFound,
            DayError::Refused(refusal) => refusal.into(),
            DayError::Booking(error) => error.into(),
            DayError::Database(error) => error.into(),
        }
    }
}
