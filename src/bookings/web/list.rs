use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    super::{
        model::{Booking, Counts, Cursor, Filter, PAGE, Party, Status, Tab},
        store,
    },
    views::{Badge, moment},
};
use crate::{
    accounts::Actor,
    values::{Line, Zone},
    web::{Db, Error, Frame, Now, Page, Query, Section, filters},
};

/// Which of one's bookings to list, as an address says it.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// `waiting`, `ahead`, `past` or `all`.
    pub(super) tab: String,
    /// `producer` or `musician`: only where one is that side.
    pub(super) role: String,
    /// Only those that stand so now, such as `confirmed`.
    pub(super) status: String,
    /// Words of a title, an artist or the other side's name.
    pub(super) q: String,
    /// What `next` of the page before held.
    pub(super) after: String,
}

impl ListQuery {
    pub(super) fn filter(&self, usual: Tab) -> Result<Filter, Error> {
        let wrong = |what: &str| Error::Unreadable(format!("This address asks for {what}."));
        let tab = word(&self.tab, Tab::ALL, Tab::word);
        let role = word(&self.role, [Party::Producer, Party::Musician], Party::word);
        let status = word(&self.status, Status::ALL, Status::word);
        let words = Line::<100>::optional(&self.q);
        let after = match self.after.as_str() {
            "" => None,
            after => Some(after.parse::<Cursor>().map_err(|_| wrong("a page we never made"))?),
        };
        Ok(Filter {
            tab: tab.map_err(|()| wrong("a list we do not have"))?.unwrap_or(usual),
            role: role.map_err(|()| wrong("a side that no booking has"))?,
            status: status.map_err(|()| wrong("a status that no booking has"))?,
            words: words
                .map_err(|problem| Error::Unreadable(format!("What you look for {problem}.")))?
                .map(|words| words.to_string()),
            after,
        })
    }

    /// The address of the same list, on another tab or further down.
    fn address(&self, tab: Tab, after: Option<Cursor>) -> String {
        let after = after.map(|after| format!("&after={after}")).unwrap_or_default();
        let words: String = self.q.bytes().map(escaped).collect();
        let role = &self.role;
        format!("/bookings?tab={}&role={role}&q={words}{after}", tab.word())
    }
}

/// The one of `all` that a word names; nothing said is none.
fn word<T: Copy, const N: usize>(
    said: &str,
    all: [T; N],
    word: impl Fn(T) -> &'static str,
) -> Result<Option<T>, ()> {
    match said.trim() {
        "" => Ok(None),
        said => all.into_iter().find(|one| word(*one) == said).map(Some).ok_or(()),
    }
}

fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

/// A page of a list, and where it ended if there is more.
pub(super) fn cut(mut bookings: Vec<Booking>, tab: Tab) -> (Vec<Booking>, Option<Cursor>) {
    let more = bookings.len() > PAGE;
    bookings.truncate(PAGE);
    let last = bookings.last().filter(|_| more);
    let next = last.map(|booking| Cursor {
        at: match tab {
            Tab::Waiting => booking.offer.as_ref().map_or(booking.reply_by, |it| it.expires_at),
            _ => booking.when.starts_at(),
        },
        id: booking.id,
    });
    (bookings, next)
}

#[derive(Template)]
#[template(path = "bookings/list.html")]
struct ListPage {
    frame: Frame,
    tabs: Vec<TabLink>,
    tab: Tab,
    query: ListQuery,
    rows: Vec<Row>,
    next: Option<String>,
    /// Whether anything was looked for, so that an empty page says the right thing.
    narrowed: bool,
    first_page: String,
}

struct TabLink {
    address: String,
    text: &'static str,
    count: Option<i64>,
    is_here: bool,
}

struct Row {
    booking: Booking,
    badge: Badge,
    told: String,
    yours: Option<String>,
    other: String,
    role: &'static str,
    reply_by: Option<String>,
    /// Messages the reader has not read.
    unread: i32,
}

impl Row {
    fn new(booking: Booking, unread: i32, actor: &Actor, now: DateTime<Utc>) -> Row {
        let side = booking.party(actor.id);
        let zone: Zone = actor.zone;
        let differs = !booking.zone.agrees_with(zone, booking.when.starts_at());
        let open = booking.awaits(now).is_some();
        Row {
            badge: Badge::of(&booking, side, now),
            told: booking.when.told(booking.zone),
            yours: differs.then(|| booking.when.told(zone)),
            other: side.map_or("", |side| booking.name_of(side.other())).to_owned(),
            role: match side {
                Some(Party::Musician) => "you play",
                _ => "plays",
            },
            reply_by: open.then(|| moment(Some(zone), booking.zone, booking.answer_by(now))),
            unread,
            booking,
        }
    }
}

fn tabs(query: &ListQuery, here: Tab, counts: Counts) -> Vec<TabLink> {
    let link = |tab: Tab| TabLink {
        address: query.address(tab, None),
        text: match tab {
            Tab::Waiting => "Waiting for an answer",
            Tab::Ahead => "Ahead",
            Tab::Past => "Past",
            Tab::All => "All",
        },
        count: match tab {
            Tab::Waiting => Some(counts.waiting),
            Tab::Ahead => Some(counts.ahead),
            Tab::Past | Tab::All => None,
        },
        is_here: tab == here,
    };
    Tab::ALL.map(link).into()
}

pub(crate) async fn list(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<Response, Error> {
    let counts = store::count(&mut db, actor.id, now).await?;
    let usual = if counts.waiting > 0 { Tab::Waiting } else { Tab::Ahead };
    let filter = query.filter(usual)?;
    let found = store::list(&mut db, actor.id, &filter, now).await?;
    let (bookings, next) = cut(found, filter.tab);
    let ids: Vec<_> = bookings.iter().map(|booking| booking.id).collect();
    let unread = store::unread(&mut db, actor.id, &ids).await?;
    let row = |booking: Booking| {
        let unread = unread.get(&booking.id).copied().unwrap_or(0);
        Row::new(booking, unread, &actor, now)
    };
    let page = ListPage {
        frame: frame.at(Section::Bookings),
        tabs: tabs(&query, filter.tab, counts),
        tab: filter.tab,
        rows: bookings.into_iter().map(row).collect(),
        next: next.map(|next| query.address(filter.tab, Some(next))),
        narrowed: filter.words.is_some() || filter.role.is_some() || filter.status.is_some(),
        first_page: ListQuery::default().address(filter.tab, None),
        query,
    };
    Ok(Page::ok(page).into_response())
}
