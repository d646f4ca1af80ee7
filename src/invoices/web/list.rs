use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;

use super::super::{
    model::{Counts, Filter, Invoice, PAGE, Show, State, ToMake},
    store,
};
use crate::{
    accounts::Actor,
    bookings::Party,
    web::{Db, Error, Frame, Now, Page, Query, Section, filters},
};

/// Which of one's invoices to list, as an address says it.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// `musician`: those one sent; `producer`: those one got. Left out, those one sent, if one plays.
    pub(super) side: String,
    /// `open`, `overdue`, `paid` or `all`.
    pub(super) show: String,
    /// What `next` of the page before held.
    pub(super) after: String,
}

impl ListQuery {
    pub(super) fn filter(&self, plays: bool, usual: Show) -> Result<Filter, Error> {
        let wrong = |what: &str| Error::Unreadable(format!("This address asks for {what}."));
        let side = match self.side.trim() {
            "" if plays => Party::Musician,
            "musician" => Party::Musician,
            "" | "producer" => Party::Producer,
            _ => return Err(wrong("a side that no invoice has")),
        };
        let show = match self.show.trim() {
            "" => usual,
            word => {
                let show = Show::ALL.into_iter().find(|show| show.word() == word);
                let is_there = |show: &Show| *show != Show::ToMake || side == Party::Musician;
                show.filter(is_there).ok_or_else(|| wrong("a list we do not have"))?
            }
        };
        let after = match self.after.as_str() {
            "" => None,
            after => Some(after.parse().map_err(|_| wrong("a page we never made"))?),
        };
        Ok(Filter { side, show, after })
    }
}

/// A page of a list, and below what the next begins.
pub(super) fn cut<T>(mut rows: Vec<T>, number: impl Fn(&T) -> i64) -> (Vec<T>, Option<i64>) {
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(number);
    (rows, next)
}

#[derive(Template)]
#[template(path = "invoices/list.html")]
struct ListPage {
    frame: Frame,
    plays: bool,
    is_mine: bool,
    tabs: Vec<TabLink>,
    show: Show,
    to_make: Vec<ToMake>,
    rows: Vec<Row>,
    next: Option<String>,
}

struct TabLink {
    address: String,
    text: &'static str,
    count: Option<i64>,
    is_here: bool,
}

struct Row {
    invoice: Invoice,
    state: State,
    /// The other side, as the paper has it.
    other: String,
}

impl Row {
    fn of(invoice: Invoice, side: Party, now: DateTime<Utc>) -> Row {
        let other = match side {
            Party::Musician => &invoice.paper.to,
            Party::Producer => &invoice.paper.from,
        };
        Row { state: invoice.state(now), other: other.name.clone(), invoice }
    }
}

fn address(side: Party, show: Show, after: Option<i64>) -> String {
    let after = after.map(|after| format!("&after={after}")).unwrap_or_default();
    format!("/invoices?side={}&show={}{after}", side.word(), show.word())
}

fn tabs(filter: Filter, counts: Counts) -> Vec<TabLink> {
    let shown = |show: &Show| *show != Show::ToMake || filter.side == Party::Musician;
    let link = |show: Show| TabLink {
        address: address(filter.side, show, None),
        text: match show {
            Show::ToMake => "To make out",
            Show::Open => "To be paid",
            Show::Overdue => "Overdue",
            Show::Paid => "Paid",
            Show::All => "All",
        },
        count: match show {
            Show::ToMake => Some(counts.to_make),
            Show::Open => Some(counts.open),
            Show::Overdue => Some(counts.overdue),
            Show::Paid | Show::All => None,
        },
        is_here: show == filter.show,
    };
    Show::ALL.into_iter().filter(shown).map(link).collect()
}

/// Those of the list, and below what the next page begins.
pub(super) async fn invoices(
    db: &mut PgConnection,
    actor: &Actor,
    filter: Filter,
    now: DateTime<Utc>,
) -> sqlx::Result<(Vec<Invoice>, Option<i64>)> {
    let found = store::list(db, actor.id, filter, now).await?;
    Ok(cut(found, |invoice| invoice.id.number()))
}

/// Bookings without an invoice, and below what the next page begins.
pub(super) async fn to_make(
    db: &mut PgConnection,
    actor: &Actor,
    after: Option<i64>,
) -> sqlx::Result<(Vec<ToMake>, Option<i64>)> {
    let found = store::list_to_make(db, actor.id, after).await?;
    Ok(cut(found, |booking| booking.booking.number()))
}

pub(crate) async fn list(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<Response, Error> {
    let side = query.filter(actor.plays, Show::Open)?.side;
    let counts = store::count(&mut db, actor.id, side, now).await?;
    let usual = if counts.to_make > 0 { Show::ToMake } else { Show::Open };
    let filter = query.filter(actor.plays, usual)?;
    let ((waiting, next), (found, more)) = match filter.show {
        Show::ToMake => (to_make(&mut db, &actor, filter.after).await?, Default::default()),
        _ => (Default::default(), invoices(&mut db, &actor, filter, now).await?),
    };
    let next = next.or(more);
    let page = ListPage {
        frame: frame.at(Section::Bookings),
        plays: actor.plays,
        is_mine: filter.side == Party::Musician,
        tabs: tabs(filter, counts),
        show: filter.show,
        to_make: waiting,
        rows: found.into_iter().map(|invoice| Row::of(invoice, side, now)).collect(),
        next: next.map(|next| address(filter.side, filter.show, Some(next))),
    };
    Ok(Page::ok(page).into_response())
}
