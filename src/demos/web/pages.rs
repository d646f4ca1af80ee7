use askama::Template;
use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, Studio},
        model::{ACCEPT, Demo, MOST_DEMOS, Way},
        store::{self, Player},
    },
    forms::{Choices, DemoForm, FIELDS},
    upload::{self, own},
};
use crate::{
    accounts::{Actor, Verified},
    catalog, files,
    values::{DemoId, FieldErrors, Secret},
    web::{App, Db, Error, Form, Frame, Go, Now, Page, Path, Query, Section, filters},
};

#[derive(Template)]
#[template(path = "demos/index.html")]
struct DemosPage {
    frame: Frame,
    player: Player,
    demos: Vec<Demo>,
    choices: Choices,
    form: DemoForm,
    errors: FieldErrors,
    /// What was just added.
    added: Option<Demo>,
    has_ffmpeg: bool,
}

impl DemosPage {
    async fn of(
        app: &App,
        db: &mut PgConnection,
        frame: Frame,
        actor: &Actor,
        form: Option<DemoForm>,
    ) -> Result<DemosPage, Error> {
        let player = own(db, actor).await?;
        let catalog = catalog::load(db).await?;
        let form_key = Secret::random().reveal()[..32].to_owned();
        Ok(DemosPage {
            frame: frame.at(Section::Profile),
            demos: store::list(db, player.id).await?,
            choices: Choices::of(&player, &catalog),
            form: form.unwrap_or(DemoForm { form_key, ..DemoForm::default() }),
            errors: FieldErrors::default(),
            added: None,
            has_ffmpeg: app.kept.get_or(Studio::default).has_ffmpeg(),
            player,
        })
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &FIELDS
    }

    fn is_full(&self) -> bool {
        self.demos.len() as i64 >= MOST_DEMOS
    }

    fn accept(&self) -> &'static str {
        ACCEPT
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Added {
    added: String,
}

pub(crate) async fn index(
    State(app): State<App>,
    actor: Actor,
    frame: Frame,
    mut db: Db,
    Query(query): Query<Added>,
) -> Result<Response, Error> {
    if store::find_player(&mut db, &actor).await?.is_none() {
        return Ok(Go::to("/profile").into_response());
    }
    let mut page = DemosPage::of(&app, &mut db, frame, &actor, None).await?;
    page.added = page.demos.iter().find(|demo| demo.id.to_string() == query.added).cloned();
    Ok(Page::ok(page).into_response())
}

pub(crate) async fn create(
    State(app): State<App>,
    actor: Verified,
    now: Now,
    frame: Frame,
    db: Db,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Response, Error> {
    let (mut db, taken) = upload::take(&app, &actor, db, body, None, now).await?;
    let untaken = match taken {
        Ok(id) => return Ok(Go::to(format!("/profile/demos?added={id}")).into_response()),
        Err(untaken) => untaken,
    };
    let page = DemosPage::of(&app, &mut db, frame, &actor, Some(untaken.form)).await?;
    let status = if untaken.too_large {
        StatusCode::PAYLOAD_TOO_LARGE
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok(Page(status, DemosPage { errors: untaken.errors, ..page }).into_response())
}

#[derive(Template)]
#[template(path = "demos/edit.html")]
struct EditPage {
    frame: Frame,
    demo: Demo,
    choices: Choices,
    form: DemoForm,
    errors: FieldErrors,
}

impl EditPage {
    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &FIELDS
    }
}

pub(crate) async fn changing(
    actor: Actor,
    frame: Frame,
    mut db: Db,
    Path(id): Path<DemoId>,
) -> Result<Response, Error> {
    let player = own(&mut db, &actor).await?;
    let demo = store::find(&mut db, player.id, id).await?.ok_or(Error::NotFound)?;
    let catalog = catalog::load(&mut db).await?;
    Ok(Page::ok(EditPage {
        frame: frame.at(Section::Profile),
        choices: Choices::of(&player, &catalog),
        form: DemoForm::of(&demo),
        errors: FieldErrors::default(),
        demo,
    })
    .into_response())
}

pub(crate) async fn change(
    actor: Verified,
    frame: Frame,
    mut db: Db,
    Path(id): Path<DemoId>,
    Form(form): Form<DemoForm>,
) -> Result<Response, Error> {
    let player = own(&mut db, &actor).await?;
    let demo = store::find(&mut db, player.id, id).await?.ok_or(Error::NotFound)?;
    let catalog = catalog::load(&mut db).await?;
    let errors = match form.read(&player, &catalog) {
        Ok(detail) => {
            actions::change(&mut db, &player, id, &detail).await?;
            return Ok(Go::to("/profile/demos").saying("The demo is changed.").into_response());
        }
        Err(errors) => errors,
    };
    let choices = Choices::of(&player, &catalog);
    let frame = frame.at(Section::Profile);
    Ok(Page::again(EditPage { frame, demo, choices, form, errors }).into_response())
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verb {
    Up,
    Down,
    Remove,
}

pub(crate) async fn take_step(
    State(app): State<App>,
    actor: Verified,
    mut db: Db,
    Path((id, verb)): Path<(DemoId, Verb)>,
) -> Result<Go, Error> {
    let player = own(&mut db, &actor).await?;
    let way = match verb {
        Verb::Up => Way::Up,
        Verb::Down => Way::Down,
        Verb::Remove => {
            actions::remove(&mut db, &files::of(&app), &player, id).await?;
            return Ok(Go::to("/profile/demos").saying("The demo is removed."));
        }
    };
    actions::shift(&mut db, &player, id, way).await?;
    Ok(Go::to(format!("/profile/demos#demo-{id}")))
}
