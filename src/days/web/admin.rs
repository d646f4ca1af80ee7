use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, DayError},
        model::{NoShow, Standing},
        store,
    },
    forms::{RULING_LABELS, RulingForm},
    views::NoShowView,
};
use crate::{
    accounts::Admin,
    bookings::{self, Booking, Party},
    values::{BookingId, FieldErrors, NoShowId, Zone},
    web::{Db, Error, Form, Frame, Go, Json, Now, Page, Path, Problem, Query, Section, filters},
};

const PAGE: i64 = 20;

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct NoShowsAfter {
    /// The `next` of the page before.
    after: String,
}

/// The queue, the longest waiting first: each with its booking.
async fn queue(
    db: &mut PgConnection,
    after: &NoShowsAfter,
) -> Result<(Vec<(NoShow, Booking)>, Option<NoShowId>), Error> {
    let after = after.after.parse().unwrap_or(NoShowId::from(0));
    let mut found = store::list_contested(db, after, PAGE + 1).await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let next = found.last().filter(|_| more).map(|last| last.id);
    let mut cases = Vec::new();
    for no_show in found {
        if let Some(booking) = bookings::find_any(db, no_show.booking).await? {
            cases.push((no_show, booking));
        }
    }
    Ok((cases, next))
}

async fn case(db: &mut PgConnection, id: NoShowId) -> Result<(NoShow, Booking), Error> {
    let no_show = store::find(db, id).await?.ok_or(Error::NotFound)?;
    let booking = bookings::find_any(db, no_show.booking).await?.ok_or(Error::NotFound)?;
    Ok((no_show, booking))
}

#[derive(Template)]
#[template(path = "days/queue.html")]
struct QueuePage {
    frame: Frame,
    cases: Vec<(NoShow, Booking)>,
    next: Option<NoShowId>,
}

impl QueuePage {
    /// Admins sit anywhere: what they read is told in one clock.
    fn utc(&self) -> &'static Zone {
        &Zone::UTC
    }
}

pub(crate) async fn no_shows(
    _: Admin,
    frame: Frame,
    mut db: Db,
    Query(after): Query<NoShowsAfter>,
) -> Result<Response, Error> {
    let (cases, next) = queue(&mut db, &after).await?;
    Ok(Page::ok(QueuePage { frame: frame.at(Section::Admin), cases, next }).into_response())
}

/// A no-show before an admin, with both accounts.
#[derive(Template)]
#[template(path = "days/judge.html")]
struct JudgePage {
    frame: Frame,
    no_show: NoShow,
    booking: Booking,
    view: NoShowView,
    form: RulingForm,
    errors: FieldErrors,
    /// Why what was just tried was not done.
    refusal: Option<String>,
}

impl JudgePage {
    async fn load(
        db: &mut PgConnection,
        id: NoShowId,
        frame: Frame,
        now: DateTime<Utc>,
    ) -> Result<JudgePage, Error> {
        let (no_show, booking) = case(db, id).await?;
        Ok(JudgePage {
            frame: frame.at(Section::Admin),
            view: NoShowView::of(&no_show, &booking, Zone::UTC, now),
            no_show,
            booking,
            form: RulingForm::default(),
            errors: FieldErrors::default(),
            refusal: None,
        })
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &RULING_LABELS
    }

    fn waits(&self) -> bool {
        self.no_show.status == Standing::Contested
    }

    /// What is owed if the producer is found not to have come.
    fn owed(&self) -> Option<String> {
        self.no_show.would_owe(&self.booking, Party::Producer)
    }
}

pub(crate) async fn judging_no_show(
    _: Admin,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<NoShowId>,
) -> Result<Response, Error> {
    Ok(Page::ok(JudgePage::load(&mut db, id, frame, now).await?).into_response())
}

pub(crate) async fn rule_no_show(
    admin: Admin,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<NoShowId>,
    Form(form): Form<RulingForm>,
) -> Result<Response, Error> {
    let page = JudgePage::load(&mut db, id, frame.clone(), now).await?;
    let (absent, reason) = match form.read() {
        Ok(ruling) => ruling,
        Err(errors) => return Ok(Page::again(JudgePage { form, errors, ..page }).into_response()),
    };
    match actions::rule(&mut db, &admin, id, absent, &reason, now).await {
        Ok(()) => {
            let said = "Decided, and both sides are told.";
            Ok(Go::to(format!("/admin/no-shows/{id}")).saying(said).into_response())
        }
        Err(why @ DayError::Refused(_)) => {
            let page = JudgePage::load(&mut db, id, frame, now).await?;
            let why = Error::from(why);
            let refusal = Some(why.to_string());
            Ok(Page(why.status(), JudgePage { form, refusal, ..page }).into_response())
        }
        Err(why) => Err(why.into()),
    }
}

/// A no-show that waits for an admin.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct QueuedNoShowJson {
    id: NoShowId,
    booking: BookingId,
    title: String,
    producer: String,
    musician: String,
    /// Which side says that the other did not come.
    by: Party,
    claimed_at: DateTime<Utc>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct NoShowQueue {
    items: Vec<QueuedNoShowJson>,
    next: Option<NoShowId>,
}

/// No-shows of which there are two accounts, the longest waiting first. For admins.
#[utoipa::path(get, path = "/admin/no-shows", tag = "admin", params(NoShowsAfter),
    responses((status = 200, body = NoShowQueue)))]
pub(crate) async fn no_shows_json(
    _: Admin,
    mut db: Db,
    Query(after): Query<NoShowsAfter>,
) -> Result<Json<NoShowQueue>, Error> {
    let (cases, next) = queue(&mut db, &after).await?;
    let json = |(no_show, booking): (NoShow, Booking)| QueuedNoShowJson {
        id: no_show.id,
        booking: booking.id,
        title: booking.title,
        producer: booking.producer,
        musician: booking.musician,
        by: no_show.by,
        claimed_at: no_show.claimed_at,
    };
    Ok(Json(NoShowQueue { items: cases.into_iter().map(json).collect(), next }))
}

/// Decides who did not come, for a reason that both sides read. Who did not is as if they had
/// cancelled when it was to start. For admins who are no side of it.
#[utoipa::path(post, path = "/admin/no-shows/{id}", tag = "admin", params(("id" = NoShowId, Path)),
    request_body = RulingForm,
    responses((status = 204, description = "decided, now or before"),
        (status = 404, description = "there is no such no-show", body = Problem),
        (status = 409, description = "it is not contested", body = Problem),
        (status = 422, description = "some fields are wrong", body = Problem)))]
pub(crate) async fn rule_no_show_json(
    admin: Admin,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<NoShowId>,
    Json(form): Json<RulingForm>,
) -> Result<StatusCode, Error> {
    case(&mut db, id).await?;
    let (absent, reason) = form.read().map_err(Error::Invalid)?;
    actions::rule(&mut db, &admin, id, absent, &reason, now).await?;
    Ok(StatusCode::NO_CONTENT)
}
