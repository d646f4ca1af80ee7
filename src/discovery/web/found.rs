use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use chrono::NaiveDate;
use serde::Serialize;

use super::{
    super::{
        actions::{self, Finder, Free},
        model::{Count, Counts, Cursor, Standing, small},
    },
    api::{FreeJson, MusicianJson},
    forms::SearchForm,
    search,
};
use crate::{
    catalog::Catalog,
    changes::{Subject, web::ready_json},
    values::Zone,
    web::{App, Error, Visit, portrait_at},
};

/// A player who was found, with what they have done of exactly that.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct FoundJson {
    #[serde(flatten)]
    musician: MusicianJson,
    /// Confirmed credits of `matching_instrument` in `matching_genre`.
    matching_credits: i32,
    /// The slug of the instrument that was counted: the kin's own, of one who is kin; of several
    /// that were asked for, the one this player is found by. Null where any counts.
    matching_instrument: Option<String>,
    /// The slug of the genre that was counted, with what is under it. Null where any counts.
    matching_genre: Option<String>,
    last_matching_on: Option<NaiveDate>,
    /// Matching credits the player claims and nobody confirmed: not counted.
    claimed_credits: i32,
    /// Whether they have one of the places kept for who is new.
    is_new: bool,
}

/// One thing the search could ask for, and how many it would find then.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct CountJson {
    value: String,
    name: String,
    players: u64,
    is_chosen: bool,
}

/// Each count is of those who meet all the other conditions.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct CountsJson {
    instruments: Vec<CountJson>,
    /// Of several instruments: how many play all of them.
    together: Option<u64>,
    genres: Vec<CountJson>,
    ways: Vec<CountJson>,
    /// Within so many kilometres of the place asked for.
    distances: Vec<CountJson>,
    /// At most so much, in the currency asked for.
    top_rates: Vec<CountJson>,
    charts: Vec<CountJson>,
    languages: Vec<CountJson>,
    unions: Vec<CountJson>,
    audio: Vec<CountJson>,
    /// For three hours any time from today up to that day.
    any_time: Vec<CountJson>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct FoundList {
    items: Vec<FoundJson>,
    next: Option<String>,
    /// How many fit in all. Null where the time asked for is more than three months ahead: then
    /// calendars are asked one after the other, and `counts` leave the time out.
    players: Option<u64>,
    counts: CountsJson,
    /// The day of the rates by which other currencies were compared.
    rates_as_of: Option<NaiveDate>,
}

/// Finds players, the best match first.
#[utoipa::path(get, path = "/musicians", tag = "musicians", params(SearchForm),
    responses((status = 200, body = FoundList), (status = 422, description = "Something asked for makes no sense.")))]
pub(crate) async fn search_json(
    State(app): State<App>,
    visit: Visit,
    OriginalUri(uri): OriginalUri,
    form: SearchForm,
) -> Result<Response, Error> {
    let make = async || Ok((found(&app, &visit, &form).await?, vec![Subject::Anything]));
    ready_json(&app, &visit, &uri, make).await
}

async fn found(app: &App, visit: &Visit, form: &SearchForm) -> Result<FoundList, Error> {
    let (mut db, now) = (visit.db().await?, visit.now());
    let (catalog, read) = search::read(app, &mut db, form, Zone::UTC, now).await?;
    if !read.ignored.is_empty() {
        return Err(Error::Invalid(read.ignored));
    }
    let finder = app.kept.get_or(Finder::default);
    let cursor = read.cursor.unwrap_or(Cursor::first(read.search.sort, now));
    let found = actions::find(
        &mut db,
        (&finder, &catalog),
        &read.search,
        cursor,
        (read.currency, read.zone),
        now,
    )
    .await?;
    let hits = found.hits.into_iter().zip(found.times);
    let rates_as_of = finder.index().rates.as_of;
    Ok(FoundList {
        items: hits.map(|(hit, free)| FoundJson::of(hit, free, &catalog)).collect(),
        next: found.next.map(|next| next.to_string()),
        players: (!found.is_far).then_some(found.counts.all),
        counts: CountsJson::of(found.counts),
        rates_as_of,
    })
}

impl FoundJson {
    fn of(hit: Standing, free: Free, catalog: &Catalog) -> FoundJson {
        let (instrument, genre) = search::matched(&hit, catalog);
        let instruments = hit
            .instruments
            .iter()
            .filter_map(|id| catalog.instruments.iter().find(|one| small(one.id.number()) == *id));
        let genres =
            catalog.genres.iter().filter(|one| hit.genres.contains(&small(one.id.number())));
        FoundJson {
            musician: MusicianJson {
                id: hit.id,
                url: format!("/musicians/{}", hit.slug),
                slug: hit.slug,
                name: hit.name,
                headline: hit.headline,
                place: hit.place,
                zone: hit.zone.name(),
                works_in_room: hit.works_in_room,
                works_remotely: hit.works_remotely,
                session_rate: hit.session_rate,
                song_rate: hit.song_rate,
                instruments: instruments.map(|one| one.slug.clone()).collect(),
                genres: genres.map(|one| one.slug.clone()).collect(),
                portrait: hit.portrait.as_deref().map(|hash| portrait_at(hash, 800)),
                next_free: free.next.map(FreeJson::of),
            },
            matching_credits: hit.credits,
            matching_instrument: instrument.map(|one| one.slug.clone()),
            matching_genre: genre.map(|one| one.slug.clone()),
            last_matching_on: hit.last_played_on,
            claimed_credits: hit.claimed,
            is_new: hit.is_new,
        }
    }
}

impl CountsJson {
    fn of(counts: Counts) -> CountsJson {
        let each = |counts: Vec<Count>| -> Vec<CountJson> {
            let one = |count: Count| CountJson {
                value: count.value,
                name: count.told,
                players: count.players,
                is_chosen: count.is_chosen,
            };
            counts.into_iter().map(one).collect()
        };
        CountsJson {
            instruments: each(counts.instruments),
            together: counts.together,
            genres: each(counts.genres),
            ways: each(counts.ways),
            distances: each(counts.rings),
            top_rates: each(counts.tops),
            charts: each(counts.charts),
            languages: each(counts.languages),
            unions: each(counts.unions),
            audio: each(counts.audio),
            any_time: each(counts.any_time),
        }
    }
}
