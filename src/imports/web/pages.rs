use askama::Template;
use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, NotAdded},
        model::{MOST, Player},
        store,
    },
    forms::{AddressForm, FileForm, LABELS, RenameForm},
    lines::Line,
    upload::{self, Untaken},
};
use crate::{
    accounts::{Actor, Verified},
    values::{FieldErrors, ImportId, Zone},
    web::{App, Db, Error, Form, Frame, Go, Now, Page, Path, Section, filters},
};

#[derive(Template)]
#[template(path = "imports/list.html")]
struct ListPage {
    frame: Frame,
    zone: Zone,
    lines: Vec<Line>,
    removed: Vec<Line>,
    form: AddressForm,
    file_form: FileForm,
    /// A name that came back with its faults.
    typed: Option<(ImportId, String)>,
    errors: FieldErrors,
}

impl ListPage {
    async fn of(
        db: &mut PgConnection,
        frame: Frame,
        player: Player,
        now: DateTime<Utc>,
    ) -> sqlx::Result<ListPage> {
        let lines = store::list(db, player.id, now).await?;
        let removed = store::list_removed(db, player.id, now).await?;
        Ok(ListPage {
            frame: frame.at(Section::Calendar),
            zone: player.zone,
            lines: lines.into_iter().map(|import| Line::new(import, now)).collect(),
            removed: removed.into_iter().map(|import| Line::new(import, now)).collect(),
            form: AddressForm::default(),
            file_form: FileForm::default(),
            typed: None,
            errors: FieldErrors::default(),
        })
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }

    fn is_full(&self) -> bool {
        self.lines.len() >= MOST
    }

    fn came_back(&self, line: &Line) -> bool {
        self.typed.as_ref().is_some_and(|(id, _)| *id == line.import.id)
    }

    /// What stands in the field of its name: what was typed, where it came back.
    fn name<'a>(&'a self, line: &'a Line) -> &'a str {
        let typed = self.typed.as_ref().filter(|(id, _)| *id == line.import.id);
        typed.map_or(&line.import.name, |(_, name)| name)
    }
}

/// The player that somebody is.
pub(super) async fn own(db: &mut PgConnection, actor: &Actor) -> Result<Player, Error> {
    let player = store::find_player(db, actor).await?;
    player
        .ok_or_else(|| Error::Refused("Start a profile first: your calendars belong to it.".into()))
}

pub(crate) async fn list(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
) -> Result<Response, Error> {
    let Some(player) = store::find_player(&mut db, &actor).await? else {
        return Ok(Go::to("/profile").into_response());
    };
    Ok(Page::ok(ListPage::of(&mut db, frame, player, now).await?).into_response())
}

pub(crate) async fn subscribe(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Form(form): Form<AddressForm>,
) -> Result<Response, Error> {
    let player = own(&mut db, &actor).await?;
    let (mut db, added) = subscribed(&app, db, &actor, player, &form, now).await?;
    match added {
        Ok(id) => {
            let said = said_of(&mut db, player, id, now).await?;
            Ok(Go::to(format!("/calendar/imports#import-{id}")).saying(said).into_response())
        }
        Err(errors) => {
            let page = ListPage::of(&mut db, frame, player, now).await?;
            Ok(Page::again(ListPage { form, errors, ..page }).into_response())
        }
    }
}

/// Adds what was typed, or says what is wrong with it. While it is fetched no connection to the
/// database is held but that of the transaction around a form or a key.
pub(super) async fn subscribed(
    app: &App,
    mut db: Db,
    actor: &Actor,
    player: Player,
    form: &AddressForm,
    now: DateTime<Utc>,
) -> Result<(Db, Result<ImportId, FieldErrors>), Error> {
    let (address, name) = match form.read() {
        Ok(read) => read,
        Err(errors) => return Ok((db, Err(errors))),
    };
    let on_address = |why: &dyn std::fmt::Display| {
        let mut errors = FieldErrors::default();
        errors.add("url", why);
        Err(errors)
    };
    let kept = store::list(&mut db, player.id, now).await?;
    match actions::may_be_added(&kept, Some(&address)) {
        Err(why @ NotAdded::ReadAlready(_)) => return Ok((db, on_address(&why))),
        other => other?,
    }
    let (mut db, found) = db.rest(actions::look_up(app, &address, player, now)).await?;
    let found = match found {
        Ok(found) => found,
        Err(why) => return Ok((db, on_address(&why))),
    };
    match actions::add(&mut db, actor, name.as_ref(), Some(&address), &found, now).await {
        Ok(id) => Ok((db, Ok(id))),
        Err(why @ NotAdded::ReadAlready(_)) => Ok((db, on_address(&why))),
        Err(error) => Err(error.into()),
    }
}

/// What is said after one was read in.
async fn said_of(
    db: &mut PgConnection,
    player: Player,
    id: ImportId,
    now: DateTime<Utc>,
) -> Result<String, Error> {
    let import = store::find(db, player.id, id, now).await?.ok_or(Error::NotFound)?;
    let stretches = match import.coming {
        0 => "nothing".to_owned(),
        1 => "one stretch".to_owned(),
        more => format!("{more} stretches"),
    };
    Ok(format!("“{}” is read: it keeps {stretches} of the coming 30 days busy.", import.name))
}

pub(crate) async fn upload(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Response, Error> {
    let player = own(&mut db, &actor).await?;
    match upload::take(&app, &actor, player, db, body, now).await? {
        (mut db, Ok(id)) => {
            let said = said_of(&mut db, player, id, now).await?;
            Ok(Go::to(format!("/calendar/imports#import-{id}")).saying(said).into_response())
        }
        (mut db, Err(Untaken { form, errors })) => {
            let page = ListPage::of(&mut db, frame, player, now).await?;
            Ok(Page::again(ListPage { file_form: form, errors, ..page }).into_response())
        }
    }
}

pub(crate) async fn refresh(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<ImportId>,
) -> Result<Go, Error> {
    let player = own(&mut db, &actor).await?;
    let (mut db, looked) = db.rest(actions::look_now(&app, player, id)).await?;
    let said = match looked? {
        None => said_of(&mut db, player, id, now).await?,
        Some(_) => {
            "It was not read. Why stands beside it; what it said before still counts.".into()
        }
    };
    Ok(Go::to(format!("/calendar/imports#import-{id}")).saying(said))
}

pub(crate) async fn rename(
    actor: Verified,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<ImportId>,
    Form(form): Form<RenameForm>,
) -> Result<Response, Error> {
    let player = own(&mut db, &actor).await?;
    match form.read() {
        Ok(name) => {
            actions::rename(&mut db, player, id, &name, now).await?;
            let go = Go::to(format!("/calendar/imports#import-{id}"));
            Ok(go.saying(format!("The calendar is called “{name}” now.")).into_response())
        }
        Err(errors) => {
            let page = ListPage::of(&mut db, frame, player, now).await?;
            if !page.lines.iter().any(|line| line.import.id == id) {
                return Err(Error::NotFound);
            }
            let typed = Some((id, form.new_name));
            Ok(Page::again(ListPage { typed, errors, ..page }).into_response())
        }
    }
}

pub(crate) async fn remove(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<ImportId>,
) -> Result<Go, Error> {
    let player = own(&mut db, &actor).await?;
    let import = actions::remove(&mut db, player, id, now).await?;
    let said = format!(
        "Removed: “{}”. It keeps nothing busy any more. For a day, you can put it back here.",
        import.name
    );
    Ok(Go::to("/calendar/imports").saying(said))
}

pub(crate) async fn put_back(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<ImportId>,
) -> Result<Go, Error> {
    let player = own(&mut db, &actor).await?;
    let import = actions::put_back(&app, &mut db, player, id, now).await?;
    let go = Go::to(format!("/calendar/imports#import-{id}"));
    Ok(go.saying(format!("“{}” is back.", import.name)))
}
