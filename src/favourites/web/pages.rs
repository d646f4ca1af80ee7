use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, FavouriteError},
        model::{KEPT_FOR, Refusal},
        store,
    },
    forms::{BackForm, KeepForm, MoveForm, NoteForm, back},
    lines::{Line, Player, lines},
};
use crate::{
    accounts::Actor,
    musicians,
    values::{FavouriteId, FieldErrors, Zone},
    web::{Db, Error, Form, Frame, Go, Now, Page, Path, Section, filters},
};

#[derive(Template)]
#[template(path = "favourites/list.html")]
struct ListPage {
    frame: Frame,
    version: i32,
    lines: Vec<Line>,
    removed: Vec<Line>,
    /// Why something was not done.
    refused: Option<Refusal>,
    /// A note that came back with its faults.
    typed: Option<(FavouriteId, String)>,
    errors: FieldErrors,
}

impl ListPage {
    async fn of(
        db: &mut PgConnection,
        frame: Frame,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> sqlx::Result<ListPage> {
        // The version first: an order made of a list that is newer than it is refused for nothing,
        // one of an older list never passes.
        let version = store::find_version(db, actor.id).await?;
        let kept = store::list(db, actor.id).await?;
        let removed = store::list_removed(db, actor.id, now - KEPT_FOR).await?;
        Ok(ListPage {
            frame: frame.at(Section::Favourites),
            version,
            lines: lines(db, kept, now).await?,
            removed: lines(db, removed, now).await?,
            refused: None,
            typed: None,
            errors: FieldErrors::default(),
        })
    }

    /// What stands in a line's note: what was typed, where it came back.
    fn note<'a>(&'a self, line: &'a Line) -> &'a str {
        let typed = self.typed.as_ref().filter(|(id, _)| *id == line.favourite.id);
        typed.map_or(&line.favourite.note, |(_, note)| note)
    }

    fn came_back(&self, line: &Line) -> bool {
        self.typed.as_ref().is_some_and(|(id, _)| *id == line.favourite.id)
    }

    /// Whose clock the reader lives by, where it shows another time.
    fn other_zone(&self, player: &Player) -> Option<Zone> {
        let slot = player.next_free?;
        self.frame.zone().filter(|zone| !zone.agrees_with(player.profile.zone, slot.starts_at()))
    }
}

pub(crate) async fn list(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
) -> Result<Response, Error> {
    Ok(Page::ok(ListPage::of(&mut db, frame, &actor, now).await?).into_response())
}

pub(crate) async fn keep(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Form(form): Form<KeepForm>,
) -> Result<Go, Error> {
    let player = musicians::find_published(&mut db, form.musician()?.as_str()).await?;
    let player = player.ok_or(Error::NotFound)?;
    let said = match actions::keep(&mut db, &actor, &player, now).await? {
        (_, true) => format!("{} is on your first-call list.", player.name),
        (_, false) => format!("{} is on your first-call list already.", player.name),
    };
    Ok(Go::to(form.back()).saying(said))
}

pub(crate) async fn write_note(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<FavouriteId>,
    Form(form): Form<NoteForm>,
) -> Result<Response, Error> {
    match form.read() {
        Ok(note) => {
            actions::write_note(&mut db, &actor, id, note.as_ref(), now).await?;
            let go = Go::to(format!("/favourites#line-{id}"));
            Ok(go.saying("The note is kept. Only you see it.").into_response())
        }
        Err(errors) => {
            let page = ListPage::of(&mut db, frame, &actor, now).await?;
            if !page.lines.iter().any(|line| line.favourite.id == id) {
                return Err(Error::NotFound);
            }
            let typed = Some((id, form.note));
            Ok(Page::again(ListPage { typed, errors, ..page }).into_response())
        }
    }
}

pub(crate) async fn move_line(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<FavouriteId>,
    Form(form): Form<MoveForm>,
) -> Result<Response, Error> {
    let moved = actions::move_line(&mut db, &actor, id, form.to()?, form.version(), now).await;
    match moved {
        Ok(_) => Ok(Go::to(format!("/favourites#line-{id}")).into_response()),
        Err(FavouriteError::Refused(refusal)) => {
            let page = ListPage::of(&mut db, frame, &actor, now).await?;
            let page = ListPage { refused: Some(refusal), ..page };
            Ok(Page(StatusCode::CONFLICT, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn take_off(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<FavouriteId>,
    Form(form): Form<BackForm>,
) -> Result<Go, Error> {
    let line = actions::take_off(&mut db, &actor, id, now).await?;
    let name = lines(&mut db, vec![line], now).await?.remove(0).name().to_owned();
    let said = format!("Off your first-call list: {name}. For a day, you can put them back there.");
    Ok(Go::to(back(&form.back)).saying(said))
}

pub(crate) async fn put_back(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<FavouriteId>,
) -> Result<Go, Error> {
    actions::put_back(&mut db, &actor, id, now).await?;
    Ok(Go::to(format!("/favourites#line-{id}")).saying("Back on your list, with the note."))
}
