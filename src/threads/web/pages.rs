use askama::Template;
use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, Posted, ThreadError},
        model::{Cursor, Message, PAGE, Refusal, ThreadLine, may_write, told_at},
        store,
    },
    Conversation,
    forms::{FilesForm, LABELS, MessageForm, ReadForm},
    upload::{self, Untaken},
    views::{MessageView, mark_told},
};
use crate::{
    accounts::Actor,
    bookings::Booking,
    files,
    values::{BookingId, FieldErrors, MessageId, Secret},
    web::{App, Db, Error, Form, Frame, Go, Now, Page, Path, Query, Section, filters},
};

/// Which stretch of a list: what came before this one.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Stretch {
    /// What `next` of the page before held.
    pub(super) after: Option<Cursor>,
}

/// A page of what was read, one more than is shown, and where it ended if there is more.
pub(super) fn cut<T>(mut read: Vec<T>, cursor: impl Fn(&T) -> Cursor) -> (Vec<T>, Option<Cursor>) {
    let more = read.len() > PAGE;
    read.truncate(PAGE);
    let next = read.last().filter(|_| more).map(cursor);
    (read, next)
}

#[derive(Template)]
#[template(path = "threads/show.html")]
struct ShowPage {
    frame: Frame,
    booking: Booking,
    /// The name of the other side; of nobody for an admin.
    other: String,
    is_side: bool,
    /// The first first.
    messages: Vec<MessageView>,
    /// Below which message it says that it was read.
    mark: Option<(MessageId, String)>,
    earlier: Option<Cursor>,
    /// Whether these are the latest.
    is_latest: bool,
    last: MessageId,
    read_up_to: i64,
    unread: i32,
    shows_contact_details: bool,
    /// Why nothing can be written.
    closed: Option<Refusal>,
    /// Why what was just tried was not done.
    refusal: Option<String>,
    form: MessageForm,
    files: FilesForm,
    errors: FieldErrors,
}

impl ShowPage {
    async fn load(
        db: &mut PgConnection,
        actor: &Actor,
        id: BookingId,
        stretch: Stretch,
        frame: Frame,
        now: DateTime<Utc>,
    ) -> Result<ShowPage, Error> {
        let seen = Conversation::find(db, actor, id, now).await?;
        let found = store::list(db, id, stretch.after, PAGE as i64 + 1).await?;
        let (mut found, earlier) = cut(found, |message: &Message| message.id);
        found.reverse();
        let standing = store::standing(db, id, actor.id).await?;
        let mark = match seen.party {
            Some(_) => store::mark(db, id, actor.id).await?,
            None => None,
        };
        let (zone, key) = (actor.zone, || Secret::random().reveal()[..32].to_owned());
        Ok(ShowPage {
            frame: frame.at(Section::Bookings),
            other: seen.other().to_owned(),
            is_side: seen.party.is_some(),
            messages: found.iter().map(|it| MessageView::of(it, &seen, zone, now)).collect(),
            mark: mark.map(|mark| (mark.message, mark_told(mark, &seen, zone, now))),
            earlier,
            is_latest: stretch.after.is_none(),
            last: found.last().map_or(0.into(), |last| last.id),
            read_up_to: standing.read_up_to,
            unread: standing.unread,
            shows_contact_details: seen.shows_contact_details,
            closed: may_write(&seen.booking, actor.id, now).err(),
            refusal: None,
            form: MessageForm { form_key: key(), ..MessageForm::default() },
            files: FilesForm { form_key: key(), ..FilesForm::default() },
            errors: FieldErrors::default(),
            booking: seen.booking,
        })
    }

    /// The conversation as it stands, with why nothing was written, and what was to be.
    fn refused(self, form: MessageForm, why: Error) -> Response {
        let refusal = Some(why.to_string());
        let mut answer = Page(why.status(), ShowPage { refusal, form, ..self }).into_response();
        if let Error::TooMany { retry_after, .. } = why {
            answer.headers_mut().insert(header::RETRY_AFTER, retry_after.as_secs().into());
        }
        answer
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }

    fn accept(&self) -> &'static str {
        files::ACCEPT
    }

    fn most_bytes(&self) -> u64 {
        files::MOST_BYTES
    }

    /// What stands below a message: that it was the last to be read.
    fn mark_below(&self, id: &MessageId) -> Option<&str> {
        self.mark.as_ref().filter(|(message, _)| message == id).map(|(_, told)| told.as_str())
    }

    fn files_failed(&self) -> bool {
        !self.errors.on("file").is_empty() || !self.errors.on("words").is_empty()
    }
}

#[derive(Template)]
#[template(path = "threads/list.html")]
struct ListPage {
    frame: Frame,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

struct Line {
    thread: ThreadLine,
    at: String,
}

/// The reader's conversations, the one written in last first.
pub(crate) async fn list(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    Query(stretch): Query<Stretch>,
) -> Result<Response, Error> {
    let found = store::list_threads(&mut db, actor.id, stretch.after).await?;
    let (found, next) = cut(found, |line: &ThreadLine| line.last_message);
    let line = |thread: ThreadLine| Line { at: told_at(actor.zone, thread.last_at, now), thread };
    let lines = found.into_iter().map(line).collect();
    Ok(Page::ok(ListPage { frame: frame.at(Section::Bookings), lines, next }).into_response())
}

pub(crate) async fn show(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    Path(id): Path<BookingId>,
    Query(stretch): Query<Stretch>,
) -> Result<Response, Error> {
    let page = ShowPage::load(&mut db, &actor, id, stretch, frame, now).await?;
    Ok(Page::ok(page).into_response())
}

/// Where a message stands on the page of its conversation.
fn written(id: BookingId, posted: Posted) -> Go {
    let (Posted::Now(message) | Posted::Before(message)) = posted;
    Go::to(format!("/bookings/{id}/messages#m{message}"))
}

pub(crate) async fn post(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    Path(id): Path<BookingId>,
    Form(form): Form<MessageForm>,
) -> Result<Response, Error> {
    let posted = match form.read() {
        Ok(draft) => actions::post(&mut db, &actor, id, &draft, now).await,
        Err(errors) => {
            let page = ShowPage::load(&mut db, &actor, id, Stretch::default(), frame.clone(), now);
            let page = page.await?;
            // What is wrong with the words matters only where they could be written.
            match page.closed {
                Some(refusal) => Err(refusal.into()),
                None => return Ok(Page::again(ShowPage { form, errors, ..page }).into_response()),
            }
        }
    };
    match posted {
        Ok(posted) => Ok(written(id, posted).into_response()),
        Err(why @ (ThreadError::Refused(_) | ThreadError::TooFast)) => {
            let page = ShowPage::load(&mut db, &actor, id, Stretch::default(), frame, now).await?;
            Ok(page.refused(form, why.into()))
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn post_files(
    State(app): State<App>,
    actor: Actor,
    now: Now,
    frame: Frame,
    db: Db,
    Path(id): Path<BookingId>,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Response, Error> {
    let at = now.0;
    let (mut db, posted) = upload::take(&app, &actor, id, db, body, None, now).await?;
    let Untaken { form, errors, too_large } = match posted {
        Ok(posted) => return Ok(written(id, posted).into_response()),
        Err(untaken) => untaken,
    };
    let page = ShowPage::load(&mut db, &actor, id, Stretch::default(), frame, at).await?;
    let status =
        if too_large { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(Page(status, ShowPage { files: form, errors, ..page }).into_response())
}

pub(crate) async fn mark_read(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
    Form(form): Form<ReadForm>,
) -> Result<Go, Error> {
    actions::mark_read(&mut db, &actor, id, form.up_to, now).await?;
    Ok(Go::to(format!("/bookings/{id}/messages")))
}
