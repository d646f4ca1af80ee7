use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        actions,
        model::{Job, Pack, Player, Preset, Terms, lasting},
        store,
    },
    own_form::{LABELS, OwnForm},
};
use crate::{
    accounts::{Actor, Verified},
    values::FieldErrors,
    web::{Db, Error, Form, Frame, Go, Json, Now, Page, Problem, Section, filters},
};

/// Lengths of a session that are offered, in minutes; another that was said stands among them.
const LENGTHS: [u16; 9] = [60, 120, 150, 180, 210, 240, 300, 360, 480];

#[derive(Template)]
#[template(path = "packs/own.html")]
struct OwnPage {
    frame: Frame,
    player: Player,
    /// Agreements, and whether they work under each as far as the form says.
    packs: Vec<Pack>,
    lengths: Vec<(String, String)>,
    presets: [Preset; 3],
    /// What a session comes to by what is kept, with overtime of one step.
    example: Option<Example>,
    form: OwnForm,
    errors: FieldErrors,
}

/// A player's own terms at work.
struct Example {
    session: String,
    overtime: String,
    cancelling: String,
}

impl OwnPage {
    async fn of(
        db: &mut PgConnection,
        frame: Frame,
        player: Player,
        form: Option<OwnForm>,
        now: DateTime<Utc>,
    ) -> Result<OwnPage, Error> {
        let packs = store::list_packs(db).await?;
        let own = actions::terms_of(db, &player, player.zone.date(now)).await?;
        let own = own.into_iter().find(|(_, terms)| terms.is_own);
        let form = form.unwrap_or_else(|| OwnForm::of(&player, &packs));
        let chosen = form.session_minutes.trim().parse().ok();
        Ok(OwnPage {
            frame: frame.at(Section::Profile),
            lengths: lengths(chosen),
            presets: Preset::ALL,
            example: own.and_then(|(_, terms)| Example::of(&player, &terms)),
            packs: packs.into_iter().filter(|pack| pack.currency.is_some()).collect(),
            form,
            errors: FieldErrors::default(),
            player,
        })
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }

    fn capital(&self, preset: &Preset) -> String {
        let word = preset.word();
        word[..1].to_uppercase() + &word[1..]
    }
}

fn lengths(chosen: Option<u16>) -> Vec<(String, String)> {
    let mut all: Vec<u16> = LENGTHS.into_iter().chain(chosen).collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter().map(|minutes| (minutes.to_string(), lasting(minutes.into()))).collect()
}

impl Example {
    fn of(player: &Player, terms: &Terms) -> Option<Example> {
        let minutes = player.own.session_minutes();
        let session = terms.quote(&Job::session(minutes)).ok()?;
        let overtime = terms.overtime(&Job::session(minutes), 1).ok()?;
        let told = |line: Option<&super::super::model::Line>| line.map(|it| it.sentence.clone());
        Some(Example {
            session: format!("{} for {}.", session.total, lasting(minutes.into())),
            overtime: told(overtime.lines.first())?,
            cancelling: terms.ladder().told(),
        })
    }
}

pub(crate) async fn show_own(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
) -> Result<Response, Error> {
    let Some(player) = store::find_own(&mut db, &actor).await? else {
        return Ok(Go::to("/profile").into_response());
    };
    Ok(Page::ok(OwnPage::of(&mut db, frame, player, None, now).await?).into_response())
}

pub(crate) async fn set_own(
    actor: Verified,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Form(form): Form<OwnForm>,
) -> Result<Response, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let packs = store::list_packs(&mut db).await?;
    let kept = async {
        let own = form.read(player.currency, &packs).map_err(Error::Invalid)?;
        let kept = actions::set_own(&mut db, &actor, form.version(), &own, now).await;
        kept.map_err(|error| error.at("version"))
    };
    match kept.await {
        Ok(()) => Ok(Go::to("/profile/terms").saying("Kept.").into_response()),
        Err(Error::Invalid(errors)) => {
            let page = OwnPage::of(&mut db, frame, player, Some(form), now).await?;
            Ok(Page::again(OwnPage { errors, ..page }).into_response())
        }
        Err(error) => Err(error),
    }
}

/// What the caller says of their own terms, as the form has it.
#[utoipa::path(get, path = "/profile/terms", tag = "profile",
    responses((status = 200, body = OwnForm), (status = 404, description = "no profile", body = Problem)))]
pub(crate) async fn own_json(actor: Actor, mut db: Db) -> Result<Json<OwnForm>, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let packs = store::list_packs(&mut db).await?;
    Ok(Json(OwnForm::of(&player, &packs)))
}

/// Changes the caller's own terms. What was booked before keeps those it was booked under.
#[utoipa::path(put, path = "/profile/terms", tag = "profile", request_body = OwnForm,
    responses((status = 200, body = OwnForm), (status = 404, description = "no profile", body = Problem),
        (status = 422, description = "some fields are wrong, or the terms were changed meanwhile", body = Problem)))]
pub(crate) async fn set_own_json(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Json(form): Json<OwnForm>,
) -> Result<Json<OwnForm>, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let packs = store::list_packs(&mut db).await?;
    let own = form.read(player.currency, &packs).map_err(Error::Invalid)?;
    let kept = actions::set_own(&mut db, &actor, form.version(), &own, now).await;
    kept.map_err(|error| error.at("version"))?;
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    Ok(Json(OwnForm::of(&player, &packs)))
}
