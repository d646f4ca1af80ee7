use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{
    super::model::Day,
    pages::{WhyQuery, read, reasons},
};
use crate::{
    accounts::Actor,
    availability::{self, What},
    bookings::{Status, When},
    musicians,
    values::{BookingId, FieldErrors, Slot, Slug, read_day},
    web::{Db, Error, Json, Now, Path, Query},
};

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct DaysQuery {
    /// `2026-12-07`, by the caller's own clock; today where nothing is said.
    from: String,
    /// The last day; six days on where nothing is said; at most 62.
    to: String,
}

impl DaysQuery {
    fn read(&self, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut day = |field, text: &str, usual| match text.trim() {
            "" => Some(usual),
            text => errors.take(field, read_day(text)),
        };
        let from = day("from", &self.from, today);
        let to = from.and_then(|from| day("to", &self.to, from + TimeDelta::days(6)));
        if from.zip(to).is_some_and(|(from, to)| to < from || (to - from).num_days() > 61) {
            errors.add("to", "is before the first day, or more than 62 days on");
        }
        from.zip(to).filter(|_| errors.is_empty()).ok_or(errors)
    }
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct DayJson {
    day: NaiveDate,
    open: Vec<StretchJson>,
    /// Why it is open as it is, where that is not by the ordinary week.
    why: Option<String>,
    work: Vec<WorkJson>,
    elsewhere: Vec<ElsewhereJson>,
    /// Kept clear around sessions, and the ways to them.
    around: Vec<StretchJson>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct StretchJson {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct WorkJson {
    booking: BookingId,
    status: Status,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    due_at: Option<DateTime<Utc>>,
    /// The clock of the room.
    zone: &'static str,
    title: String,
    artist: String,
    instrument: String,
    producer: String,
    place: String,
    town: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ElsewhereJson {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    calendar: String,
    summary: String,
}

fn stretch(slot: &Slot) -> StretchJson {
    StretchJson { starts_at: slot.starts_at(), ends_at: slot.ends_at() }
}

impl DayJson {
    fn of(day: Day) -> DayJson {
        let elsewhere = |busy: &availability::Busy| match &busy.what {
            What::Elsewhere { calendar, summary } => Some(ElsewhereJson {
                starts_at: busy.slot.starts_at(),
                ends_at: busy.slot.ends_at(),
                calendar: calendar.clone(),
                summary: summary.clone(),
            }),
            What::Booking(_) => None,
        };
        DayJson {
            day: day.day,
            open: day.open.iter().map(stretch).collect(),
            why: day.why,
            elsewhere: day.elsewhere.iter().filter_map(elsewhere).collect(),
            around: day.around.iter().map(stretch).collect(),
            work: day.work.into_iter().map(WorkJson::of).collect(),
        }
    }
}

impl WorkJson {
    fn of(work: super::super::model::Work) -> WorkJson {
        let session = work.when.session();
        WorkJson {
            booking: work.id,
            status: work.status,
            starts_at: session.map(|slot| slot.starts_at()),
            ends_at: session.map(|slot| slot.ends_at()),
            due_at: match work.when {
                When::Remote(due_at) => Some(due_at),
                When::Room(_) => None,
            },
            zone: work.zone.name(),
            title: work.title,
            artist: work.artist,
            instrument: work.instrument,
            producer: work.producer,
            place: work.place,
            town: work.town,
        }
    }
}

/// The caller's days: what is open, agreed, asked for, and busy elsewhere.
#[utoipa::path(get, path = "/calendar/days", tag = "calendar", params(DaysQuery),
    responses((status = 200, body = Vec<DayJson>), (status = 404, description = "The caller has no profile.")))]
pub(crate) async fn days_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Query(asked): Query<DaysQuery>,
) -> Result<Json<Vec<DayJson>>, Error> {
    let player = availability::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let between = asked.read(player.zone.date(now)).map_err(Error::Invalid)?;
    let (_, days) = read(&mut db, player, between, now).await?;
    Ok(Json(days.into_iter().map(DayJson::of).collect()))
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct WhyJson {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    is_free: bool,
    /// Everything that stands against it, in sentences for the caller.
    reasons: Vec<String>,
}

/// Why the caller is not free then.
#[utoipa::path(get, path = "/calendar/why", tag = "calendar", params(WhyQuery),
    responses((status = 200, body = WhyJson), (status = 422, description = "That is no time of a day.")))]
pub(crate) async fn why_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Query(asked): Query<WhyQuery>,
) -> Result<Json<WhyJson>, Error> {
    let player = availability::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let slot = asked.read(player).map_err(Error::Invalid)?;
    let reasons = reasons(&mut db, player, slot, now).await?;
    let (starts_at, ends_at) = (slot.starts_at(), slot.ends_at());
    Ok(Json(WhyJson { starts_at, ends_at, is_free: reasons.is_empty(), reasons }))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct OffersQuery {
    /// `2026-12-08`, by the player's clock; today where nothing is said.
    from: String,
    /// The last day; six days on where nothing is said; at most 31.
    to: String,
    /// Minutes, 30 to 840; 180 where nothing is said.
    length: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct OffersJson {
    /// The player's clock.
    zone: &'static str,
    /// Sessions of that length that may be asked for: each half hour, or where the player says when
    /// sessions start, just then.
    offers: Vec<StretchJson>,
}

/// When a session of some length may be asked of a player.
#[utoipa::path(get, path = "/musicians/{slug}/times", tag = "musicians", params(("slug" = String, Path), OffersQuery),
    responses((status = 200, body = OffersJson), (status = 404, description = "There is no such player."), (status = 422, description = "Those are no days, or no length.")))]
pub(crate) async fn times_json(
    Now(now): Now,
    mut db: Db,
    Path(slug): Path<String>,
    Query(asked): Query<OffersQuery>,
) -> Result<Json<OffersJson>, Error> {
    let slug: Slug = slug.parse().map_err(|_| Error::NotFound)?;
    let player = musicians::find_published(&mut db, slug.as_str()).await?.ok_or(Error::NotFound)?;
    let days = DaysQuery { from: asked.from, to: asked.to };
    let (from, to) = days.read(player.zone.date(now)).map_err(Error::Invalid)?;
    let mut errors = FieldErrors::default();
    let length = match asked.length.trim() {
        "" => Some(180),
        text => errors.take(
            "length",
            text.parse::<i64>()
                .ok()
                .filter(|minutes| (30..=840).contains(minutes))
                .ok_or("is not a number of minutes from 30 to 840"),
        ),
    };
    if (to - from).num_days() > 30 {
        errors.add("to", "is more than 31 days on");
    }
    let Some(length) = length.filter(|_| errors.is_empty()) else {
        return Err(Error::Invalid(errors));
    };
    let window = super::super::model::window(from, to, player.zone).ok_or(Error::NotFound)?;
    let calendar = availability::calendar(&mut db, player.id, window, now).await?;
    let offers = calendar.offers(window, TimeDelta::minutes(length), None);
    Ok(Json(OffersJson { zone: player.zone.name(), offers: offers.iter().map(stretch).collect() }))
}
