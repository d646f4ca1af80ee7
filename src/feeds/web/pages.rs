use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use sqlx::PgConnection;

use super::{
    super::{
        actions,
        model::{Feed, MOST},
        store,
    },
    addresses,
    forms::{FeedForm, LABELS},
};
use crate::{
    accounts::{Actor, Verified},
    values::{FeedId, FieldErrors, MusicianId, Zone},
    web::{App, Db, Error, Form, Frame, Go, Now, Page, Path, Section, filters},
};

#[derive(Template)]
#[template(path = "feeds/list.html")]
struct FeedsPage {
    frame: Frame,
    feeds: Vec<Feed>,
    made: Option<Made>,
    form: FeedForm,
    errors: FieldErrors,
}

/// A feed that was made just now: only here are its addresses shown.
struct Made {
    name: String,
    url: String,
    webcal: String,
}

impl FeedsPage {
    async fn of(
        db: &mut PgConnection,
        frame: Frame,
        musician: MusicianId,
    ) -> sqlx::Result<FeedsPage> {
        Ok(FeedsPage {
            frame: frame.at(Section::Calendar),
            feeds: store::list(db, musician).await?,
            made: None,
            form: FeedForm::default(),
            errors: FieldErrors::default(),
        })
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }

    fn is_full(&self) -> bool {
        self.feeds.len() >= MOST
    }

    fn chose(&self, detail: &str) -> bool {
        self.form.detail == detail
    }

    fn zone(&self) -> Zone {
        self.frame.zone().unwrap_or(Zone::UTC)
    }
}

async fn own(db: &mut PgConnection, actor: &Actor) -> Result<MusicianId, Error> {
    let player = store::find_own(db, actor).await?;
    player.ok_or_else(|| Error::Refused("Start a profile first: your calendar is its own.".into()))
}

pub(crate) async fn list(actor: Actor, frame: Frame, mut db: Db) -> Result<Response, Error> {
    let Some(player) = store::find_own(&mut db, &actor).await? else {
        return Ok(Go::to("/profile").into_response());
    };
    Ok(Page::ok(FeedsPage::of(&mut db, frame, player).await?).into_response())
}

/// Answers with the page itself: the address is shown on no other.
pub(crate) async fn make(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Form(form): Form<FeedForm>,
) -> Result<Response, Error> {
    let player = own(&mut db, &actor).await?;
    let (name, detail) = match form.read() {
        Ok(read) => read,
        Err(errors) => {
            let page = FeedsPage::of(&mut db, frame, player).await?;
            return Ok(Page::again(FeedsPage { form, errors, ..page }).into_response());
        }
    };
    let (feed, secret) = actions::make(&mut db, &actor, &name, detail, now).await?;
    let (url, webcal) = addresses(&app.site, &secret);
    let made = Some(Made { name: feed.name, url, webcal });
    let page = FeedsPage::of(&mut db, frame, player).await?;
    Ok(Page(StatusCode::CREATED, FeedsPage { made, ..page }).into_response())
}

pub(crate) async fn revoke(
    actor: Verified,
    mut db: Db,
    Path(id): Path<FeedId>,
) -> Result<Go, Error> {
    let name = actions::revoke(&mut db, &actor, id).await?;
    Ok(Go::to("/calendar/feeds").saying(format!("Revoked: “{name}”. Nothing is read there now.")))
}
