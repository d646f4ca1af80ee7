use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        actions,
        model::{KEPT_FOR, Watch},
        store,
    },
    forms::{KeepForm, MailsForm, NameForm},
    lines::{Line, lines},
};
use crate::{
    accounts::{Actor, Verified},
    discovery,
    values::{FieldErrors, WatchId, Zone},
    web::{App, Db, Error, Form, Frame, Go, Now, Page, Path, Section, filters},
};

#[derive(Template)]
#[template(path = "watches/list.html")]
struct ListPage {
    frame: Frame,
    lines: Vec<Line>,
    removed: Vec<Watch>,
    /// What of a search makes no sense, so that it was not kept.
    senseless: Vec<String>,
    /// A name that came back with its faults.
    typed: Option<(WatchId, String)>,
    errors: FieldErrors,
}

impl ListPage {
    async fn of(
        app: &App,
        db: &mut PgConnection,
        frame: Frame,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> sqlx::Result<ListPage> {
        let kept = store::list(db, actor.id).await?;
        Ok(ListPage {
            frame: frame.at(Section::Favourites),
            lines: lines(app, db, kept, now).await?,
            removed: store::list_removed(db, actor.id, now - KEPT_FOR).await?,
            senseless: Vec::new(),
            typed: None,
            errors: FieldErrors::default(),
        })
    }

    fn came_back(&self, watch: &Watch) -> bool {
        self.typed.as_ref().is_some_and(|(id, _)| *id == watch.id)
    }

    /// What stands in the field of its name: what was typed, where it came back.
    fn name<'a>(&'a self, watch: &'a Watch) -> &'a str {
        let typed = self.typed.as_ref().filter(|(id, _)| *id == watch.id);
        typed.map_or(&watch.name, |(_, name)| name)
    }

    fn zone(&self) -> Zone {
        self.frame.zone().unwrap_or(Zone::UTC)
    }
}

pub(crate) async fn list(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
) -> Result<Response, Error> {
    Ok(Page::ok(ListPage::of(&app, &mut db, frame, &actor, now).await?).into_response())
}

pub(crate) async fn keep(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Form(form): Form<KeepForm>,
) -> Result<Response, Error> {
    let name = form.name().map_err(Error::Invalid)?;
    let sought = discovery::seek(&app, &mut db, form.query(), actor.zone, now).await?;
    if !sought.ignored.is_empty() {
        let page = ListPage::of(&app, &mut db, frame, &actor, now).await?;
        return Ok(Page::again(ListPage { senseless: sought.notes(), ..page }).into_response());
    }
    let said = match actions::keep(&mut db, &actor, &sought, name.as_ref(), now).await? {
        (_, true) => "Kept. You are told when somebody new fits, once a day at most.",
        (_, false) => "You keep this search already.",
    };
    Ok(Go::to(format!("/musicians?{}", sought.query)).saying(said).into_response())
}

pub(crate) async fn rename(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<WatchId>,
    Form(form): Form<NameForm>,
) -> Result<Response, Error> {
    match form.read() {
        Ok(name) => {
            actions::change(&mut db, &actor, id, Some(&name), None, now).await?;
            let go = Go::to(format!("/watches#watch-{id}"));
            Ok(go.saying(format!("The search is called “{name}” now.")).into_response())
        }
        Err(errors) => {
            let page = ListPage::of(&app, &mut db, frame, &actor, now).await?;
            if !page.lines.iter().any(|line| line.watch.id == id) {
                return Err(Error::NotFound);
            }
            let typed = Some((id, form.name));
            Ok(Page::again(ListPage { typed, errors, ..page }).into_response())
        }
    }
}

pub(crate) async fn set_mails(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<WatchId>,
    Form(form): Form<MailsForm>,
) -> Result<Go, Error> {
    let mails = form.read()?;
    let watch = actions::change(&mut db, &actor, id, None, Some(mails), now).await?;
    let said = match mails {
        true => format!("You get mails of “{}” again, at most one a day.", watch.name),
        false => format!("No more mails of “{}”. The search is still kept.", watch.name),
    };
    Ok(Go::to(format!("/watches#watch-{id}")).saying(said))
}

pub(crate) async fn remove(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<WatchId>,
) -> Result<Go, Error> {
    let watch = actions::remove(&mut db, &actor, id, now).await?;
    let said = format!("Removed: “{}”. For a day, you can put it back here.", watch.name);
    Ok(Go::to("/watches").saying(said))
}

pub(crate) async fn put_back(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<WatchId>,
) -> Result<Go, Error> {
    let watch = actions::put_back(&mut db, &actor, id, now).await?;
    Ok(Go::to(format!("/watches#watch-{id}")).saying(format!("“{}” is back.", watch.name)))
}
