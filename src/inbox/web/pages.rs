use askama::Template;
use axum::response::{IntoResponse, Response};
use sqlx::PgConnection;

use super::{
    super::{actions, model::Lines, store},
    forms::InboxQuery,
};
use crate::{
    accounts::Actor,
    outbox::Topic,
    values::{NoticeId, Zone},
    web::{Db, Error, Frame, Go, Now, Page, Path, Query, Section, filters},
};

pub(super) async fn lines(
    db: &mut PgConnection,
    actor: &Actor,
    query: &InboxQuery,
) -> Result<Lines, Error> {
    Ok(Lines::of(store::list_notices(db, actor.id, &query.filter()?).await?))
}

/// What lines may be about, to choose from.
struct Choice {
    topic: Topic,
    /// How many are not read.
    unread: i64,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "inbox/list.html")]
struct ListPage {
    frame: Frame,
    query: InboxQuery,
    lines: Lines,
    next: Option<String>,
    topics: Vec<Choice>,
    zone: Zone,
    unread: i64,
    /// Messages of bookings that are not read.
    messages: i64,
}

impl ListPage {
    fn is_narrowed(&self) -> bool {
        let InboxQuery { topic, unread, q, .. } = &self.query;
        [topic, unread, q].into_iter().any(|part| !part.is_empty())
    }

    fn asks_unread(&self) -> bool {
        !self.query.unread.is_empty()
    }
}

pub(crate) async fn list(
    actor: Actor,
    mut db: Db,
    frame: Frame,
    Query(query): Query<InboxQuery>,
) -> Result<Response, Error> {
    let here = query.filter()?.topic;
    let lines = lines(&mut db, &actor, &query).await?;
    let counts = store::count_unread(&mut db, actor.id).await?;
    let messages = store::count_messages(&mut db, actor.id).await?;
    let choice = |topic: Topic| {
        let unread = counts.iter().find(|(other, _)| *other == topic).map_or(0, |(_, n)| *n);
        Choice { topic, unread, is_chosen: here == Some(topic) }
    };
    let page = ListPage {
        frame: frame.at(Section::Inbox),
        topics: Topic::ALL.into_iter().map(choice).collect(),
        next: lines.next.map(|next| query.address(!query.unread.is_empty(), Some(next))),
        query,
        lines,
        zone: actor.zone,
        unread: actor.unread,
        messages,
    };
    Ok(Page::ok(page).into_response())
}

pub(crate) async fn open(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<NoticeId>,
) -> Result<Go, Error> {
    let url = actions::open(&mut db, &actor, id, now).await?.ok_or(Error::NotFound)?;
    Ok(Go::to(url))
}

pub(crate) async fn read_all(actor: Actor, Now(now): Now, mut db: Db) -> Result<Go, Error> {
    actions::read_all(&mut db, &actor, now).await?;
    Ok(Go::to("/inbox").saying("All is marked read."))
}
