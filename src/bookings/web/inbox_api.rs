use std::collections::{BTreeMap, HashMap};

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    super::{
        model::{Choices, Kind, PAGE, Party, Status, Tab, Tallies, Turn, Unit},
        store::{self, Asked},
    },
    api::BookingJson,
    list::{ListQuery, Read},
};
use crate::{
    accounts::Actor,
    catalog::{self, Catalog},
    values::BookingId,
    web::{App, Db, Error, Json, Now, Problem, Query},
};

#[derive(Serialize, ToSchema)]
pub(crate) struct BookingsJson {
    items: Vec<BookingJson>,
    counts: CountsJson,
    /// What `after` is for the next page; null on the last.
    next: Option<String>,
}

/// How many bookings each list has with the same choices, and how many this list would have with each
/// choice made otherwise. A choice that would leave none is not told.
#[derive(Serialize, ToSchema)]
pub(crate) struct CountsJson {
    tab: BTreeMap<&'static str, i64>,
    role: BTreeMap<&'static str, i64>,
    turn: BTreeMap<&'static str, i64>,
    status: BTreeMap<&'static str, i64>,
    kind: BTreeMap<&'static str, i64>,
    /// By slug.
    instrument: BTreeMap<String, i64>,
}

impl CountsJson {
    fn new(tallies: &Tallies, tab: Tab, choices: &Choices, catalog: &Catalog) -> CountsJson {
        let of = |choices: Choices| tallies.of(tab, &choices);
        let instrument = |id| {
            let count = of(Choices { instrument: Some(id), ..*choices });
            Some((catalog.instrument_by_id(id)?.slug.clone(), count)).filter(|(_, it)| *it > 0)
        };
        CountsJson {
            tab: Tab::ALL.map(|tab| (tab.word(), tallies.of(tab, choices))).into(),
            role: some([Party::Producer, Party::Musician], Party::word, |role| {
                of(Choices { role: Some(role), ..*choices })
            }),
            turn: some(Turn::ALL, Turn::word, |turn| of(Choices { turn: Some(turn), ..*choices })),
            status: some(Status::ALL, Status::word, |status| {
                of(Choices { status: Some(status), ..*choices })
            }),
            kind: some([Kind::Room, Kind::Remote], Kind::word, |kind| {
                of(Choices { kind: Some(kind), ..*choices })
            }),
            instrument: tallies.instruments().into_iter().filter_map(instrument).collect(),
        }
    }
}

fn some<T: Copy, const N: usize>(
    all: [T; N],
    word: impl Fn(T) -> &'static str,
    count: impl Fn(T) -> i64,
) -> BTreeMap<&'static str, i64> {
    all.into_iter().map(|one| (word(one), count(one))).filter(|(_, count)| *count > 0).collect()
}

/// The caller's bookings, on both sides, the latest first unless `tab` says otherwise.
#[utoipa::path(
    get, path = "/bookings", tag = "bookings", params(ListQuery),
    responses(
        (status = 200, description = "a page of them", body = BookingsJson),
        (status = 422, description = "a filter makes no sense", body = Problem),
    )
)]
pub(crate) async fn list_json(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Query(query): Query<ListQuery>,
) -> Result<Json<BookingsJson>, Error> {
    let catalog = catalog::kept(&app, &mut db).await?;
    let Read { tab, filter, after, ignored } = query.read(&catalog, actor.zone);
    if !ignored.is_empty() {
        return Err(Error::Invalid(ignored));
    }
    let tab = tab.unwrap_or(Tab::All);
    let known = store::look_up(&mut db, actor.id, &filter).await?;
    let asked = Asked { viewer: actor.id, filter: &filter, known: &known, now };
    let tallies = store::tally(&mut db, asked).await?;
    let mut lines = store::list(&mut db, asked, (tab, Unit::Booking), after).await?;
    let next = (lines.len() > PAGE).then(|| lines[PAGE - 1].to_string());
    lines.truncate(PAGE);
    let ids: Vec<BookingId> = lines.iter().map(|line| line.id).collect();
    let found = store::find_all(&mut db, &ids, now).await?.into_iter();
    let mut found: HashMap<_, _> = found.map(|booking| (booking.id, booking)).collect();
    let items = ids.iter().filter_map(|id| found.remove(id));
    Ok(Json(BookingsJson {
        items: items.map(|booking| BookingJson::new(booking, &actor, now)).collect(),
        counts: CountsJson::new(&tallies, tab, &filter.choices, &catalog),
        next,
    }))
}
