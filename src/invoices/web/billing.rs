use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{
    super::{actions, model::Billing, store},
    forms::{BILLING_LABELS, BillingForm},
};
use crate::{
    accounts::Actor,
    values::{BookingId, FieldErrors},
    web::{Db, Error, Form, Frame, Go, Json, Now, Page, Problem, Query, Section},
};

/// Who somebody is on invoices.
#[derive(Template)]
#[template(path = "invoices/billing.html")]
struct BillingPage {
    frame: Frame,
    /// Whether they send invoices as well.
    plays: bool,
    /// Whether their first invoice is still to come.
    may_choose_number: bool,
    /// The booking that waits for it.
    booking: Option<BookingId>,
    form: BillingForm,
    errors: FieldErrors,
}

impl BillingPage {
    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &BILLING_LABELS
    }
}

/// For which booking somebody came here.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct For {
    booking: Option<BookingId>,
}

/// The form as it is kept, and whether the first number is still theirs to choose: none but players
/// send invoices.
async fn kept(db: &mut PgConnection, actor: &Actor) -> sqlx::Result<(BillingForm, Option<bool>)> {
    let billing = store::find_billing(db, actor.id).await?;
    let player = store::find_player(db, actor.id).await?;
    let (next, may_choose) = match player {
        None => (None, None),
        Some(player) => {
            let next = store::next_number(db, player.id).await?;
            (Some(next), Some(!store::is_begun(db, player.id).await?))
        }
    };
    let form = match billing {
        Some(billing) => BillingForm::of(&billing, next),
        None => BillingForm {
            name: actor.name.clone(),
            days_to_pay: Billing::USUAL_DAYS.to_string(),
            first_number: next.map(|next| next.to_string()).unwrap_or_default(),
            ..BillingForm::default()
        },
    };
    Ok((form, may_choose))
}

pub(crate) async fn show_billing(
    actor: Actor,
    frame: Frame,
    mut db: Db,
    Query(For { booking }): Query<For>,
) -> Result<Response, Error> {
    let (form, may_choose) = kept(&mut db, &actor).await?;
    let page = BillingPage {
        frame: frame.at(Section::Account),
        plays: may_choose.is_some(),
        may_choose_number: may_choose == Some(true),
        booking,
        form,
        errors: FieldErrors::default(),
    };
    Ok(Page::ok(page).into_response())
}

pub(crate) async fn keep_billing(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Query(For { booking }): Query<For>,
    Form(form): Form<BillingForm>,
) -> Result<Response, Error> {
    match keep(&mut db, &actor, &form, now).await {
        Ok(()) => {
            let to = match booking {
                Some(booking) => format!("/bookings/{booking}/invoice"),
                None => "/account/billing".to_owned(),
            };
            Ok(Go::to(to).saying("Kept, for what is issued from now on.").into_response())
        }
        Err(Error::Invalid(errors)) => {
            let (_, may_choose) = kept(&mut db, &actor).await?;
            let page = BillingPage {
                frame: frame.at(Section::Account),
                plays: may_choose.is_some(),
                may_choose_number: may_choose == Some(true),
                booking,
                form,
                errors,
            };
            Ok(Page::again(page).into_response())
        }
        Err(error) => Err(error),
    }
}

async fn keep(
    db: &mut PgConnection,
    actor: &Actor,
    form: &BillingForm,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (billing, first) = form.read().map_err(Error::Invalid)?;
    Ok(actions::keep_billing(db, actor, &billing, first, now).await?)
}

/// Who the caller is on invoices, those they send and those they get.
#[utoipa::path(get, path = "/account/billing", tag = "invoices",
    responses((status = 200, body = BillingForm), (status = 401, body = Problem)))]
pub(crate) async fn billing_json(actor: Actor, mut db: Db) -> Result<Json<BillingForm>, Error> {
    Ok(Json(kept(&mut db, &actor).await?.0))
}

/// Changes who the caller is on invoices. What was issued before stays as it is.
#[utoipa::path(put, path = "/account/billing", tag = "invoices", request_body = BillingForm,
    responses((status = 200, body = BillingForm),
        (status = 409, description = "the first invoice has its number", body = Problem),
        (status = 422, description = "some fields are wrong", body = Problem)))]
pub(crate) async fn keep_billing_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Json(form): Json<BillingForm>,
) -> Result<Json<BillingForm>, Error> {
    keep(&mut db, &actor, &form, now).await?;
    Ok(Json(kept(&mut db, &actor).await?.0))
}
