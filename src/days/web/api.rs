use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{
    super::{
        model::{Clock, Stage},
        store,
    },
    Day,
    forms::DelayForm,
};
use crate::{
    accounts::Actor,
    bookings::Party,
    packs::Rests,
    reports::{self, Mark, Papers, Told, Written},
    values::{BookingId, Email, Money, Slot},
    web::{Db, Error, Json, Now, Path, Problem},
};

/// A side of a booking, and how to reach it.
#[derive(Serialize, ToSchema)]
pub(crate) struct SideJson {
    name: String,
    /// Null once they have deleted their account.
    email: Option<String>,
}

/// How a session stands by the clock.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClockJson {
    stage: Stage,
    /// In a sentence.
    said: String,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    /// From when on overtime counts.
    overtime_from: DateTime<Utc>,
    /// For each begun step; null where the terms name no amount.
    overtime_price: Option<Money>,
    /// Minutes.
    overtime_step: Option<u16>,
    /// What overtime comes to by now, or came to; null where there is none, or none that the terms price.
    overtime_so_far: Option<Money>,
}

/// What one side said of being late.
#[derive(Serialize, ToSchema)]
pub(crate) struct DelayJson {
    by: Party,
    said_at: DateTime<Utc>,
    /// After the booked start.
    minutes: i16,
    /// May be empty.
    words: String,
}

/// What a player keeps clear around a session, the session included.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClearJson {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

/// A booking on its day.
#[derive(Serialize, ToSchema)]
pub(crate) struct DayJson {
    booking: BookingId,
    /// Which side the caller is; null for an admin, who only reads.
    role: Option<Party>,
    title: String,
    artist: String,
    instrument: String,
    genre: String,
    /// Empty when remote.
    place: String,
    brief: String,
    /// The clock of the room, or the player's when remote.
    #[schema(example = "America/Chicago")]
    zone: String,
    /// In a room.
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    /// Remote.
    due_at: Option<DateTime<Utc>>,
    producer: SideJson,
    musician: SideJson,
    /// For the player alone: with the time kept clear, and the way there.
    kept_clear: Option<ClearJson>,
    /// What the terms say of rests.
    rests: Option<Rests>,
    /// Null of remote work.
    clock: Option<ClockJson>,
    /// What can be marked now, in the report.
    may_mark: Option<Mark>,
    may_be_late: bool,
    /// All that was said of being late for it, the last last: of each side the last holds.
    delays: Vec<DelayJson>,
    /// Whether the caller may say that the other side did not come.
    may_claim_no_show: bool,
    /// Whether one side says so, and it is not settled.
    is_disputed: bool,
}

fn clear(slot: Slot) -> ClearJson {
    ClearJson { starts_at: slot.starts_at(), ends_at: slot.ends_at() }
}

fn clock(papers: &Papers, now: DateTime<Utc>) -> Option<ClockJson> {
    let (clock, booked) = (Clock::of(papers, now)?, papers.booking.when.session()?);
    let marks = papers.marks();
    Some(ClockJson {
        stage: clock.stage,
        said: clock.said,
        started_at: marks.started_at,
        ended_at: marks.ended_at,
        overtime_from: booked.ends_at(),
        overtime_price: clock.step.map(|(price, _)| price),
        overtime_step: clock.step.map(|(_, minutes)| minutes),
        overtime_so_far: clock.over,
    })
}

async fn answer(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    now: DateTime<Utc>,
) -> Result<Json<DayJson>, Error> {
    let day = Day::standing(db, actor, id, now).await?;
    let (papers, booking) = (&day.papers, &day.papers.booking);
    let sides = (booking.producer_id, booking.musician_account);
    let [producer, musician] = store::addresses(db, sides).await?;
    let email = |email: Option<Email>| email.map(|email| email.as_str().to_owned());
    let session = booking.when.session();
    let marks = |mark: &Mark| matches!(papers.mark(day.reader, *mark, now), Ok(Written::New(_)));
    let delay = |delay: &reports::Delay| DelayJson {
        by: delay.by,
        said_at: delay.said_at,
        minutes: delay.minutes,
        words: delay.words.clone(),
    };
    let is_player = day.reader == Some(Party::Musician);
    Ok(Json(DayJson {
        booking: id,
        role: day.reader,
        title: booking.title.clone(),
        artist: booking.artist.clone(),
        instrument: booking.instrument.clone(),
        genre: booking.genre.clone(),
        place: booking.place.clone(),
        brief: booking.brief.clone(),
        zone: booking.zone.to_string(),
        starts_at: session.map(|slot| slot.starts_at()),
        ends_at: session.map(|slot| slot.ends_at()),
        due_at: if session.is_none() { Some(booking.when.starts_at()) } else { None },
        producer: SideJson { name: booking.producer.clone(), email: email(producer) },
        musician: SideJson { name: booking.musician.clone(), email: email(musician) },
        kept_clear: booking.blocks.filter(|_| is_player).map(clear),
        rests: booking.terms.as_ref().and_then(|terms| terms.rates().rests),
        clock: clock(papers, now),
        may_mark: [Mark::Start, Mark::End].into_iter().find(marks),
        may_be_late: papers.may_be_late(day.reader, now).is_ok(),
        delays: papers.delays().map(delay).collect(),
        may_claim_no_show: day.closed(now).is_none(),
        is_disputed: booking.is_disputed,
    }))
}

/// A booking on its day: where it is, who is late, how the clock stands. For its sides and admins.
#[utoipa::path(get, path = "/bookings/{id}/day", tag = "days", params(("id" = BookingId, Path)),
    responses((status = 200, body = DayJson),
        (status = 404, description = "none that the caller may know of", body = Problem),
        (status = 409, description = "the booking is not confirmed", body = Problem)))]
pub(crate) async fn day_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
) -> Result<Json<DayJson>, Error> {
    answer(&mut db, &actor, id, now).await
}

/// Says that the caller's side is late, from two hours before the start until it is marked. What is
/// said last holds; the other side is told each time.
#[utoipa::path(post, path = "/bookings/{id}/day/late", tag = "days", params(("id" = BookingId, Path)),
    request_body = DelayForm,
    responses((status = 200, description = "said, now or before", body = DayJson),
        (status = 403, description = "the caller is no side of it", body = Problem),
        (status = 409, description = "too early, started, over, or said too often", body = Problem),
        (status = 422, description = "some fields are wrong", body = Problem)))]
pub(crate) async fn say_late_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
    Json(form): Json<DelayForm>,
) -> Result<Json<DayJson>, Error> {
    let day = Day::standing(&mut db, &actor, id, now).await?;
    day.papers.may_be_late(day.reader, now).map_err(reports::ReportError::from)?;
    let draft = form.read().map_err(Error::Invalid)?;
    let (Told::New(_) | Told::Same) = reports::say_late(&mut db, &actor, id, &draft, now).await?;
    answer(&mut db, &actor, id, now).await
}
