use axum::extract::State;
use serde::{Deserialize, Serialize};

use super::super::{model::places::Place, store};
use crate::{
    values::{Language, Zone},
    web::{App, Db, Error, Json, Query},
};

/// How many are offered while somebody types.
const OFFERED: usize = 8;

#[derive(Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Typed {
    /// What was typed so far.
    q: String,
}

/// A city, by GeoNames (CC BY 4.0).
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct PlaceJson {
    id: i64,
    name: String,
    /// ISO 3166-1 alpha-2.
    country: String,
    /// Degrees.
    latitude: f64,
    longitude: f64,
    population: i32,
    zone: &'static str,
    /// What means exactly this one in a field.
    value: String,
    told: String,
}

/// Something that can be typed, and how it reads.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct OfferJson {
    value: String,
    told: String,
}

impl From<Place> for PlaceJson {
    fn from(place: Place) -> PlaceJson {
        PlaceJson {
            value: place.typed(),
            told: place.told(),
            id: place.id,
            name: place.name,
            country: place.country,
            latitude: place.latitude,
            longitude: place.longitude,
            population: place.population,
            zone: place.zone.name(),
        }
    }
}

/// Cities that begin with what was typed, accents forgiven, the larger first.
#[utoipa::path(get, path = "/places", tag = "catalog", params(Typed), responses((status = 200, body = Vec<PlaceJson>)))]
pub(crate) async fn places_json(
    mut db: Db,
    Query(typed): Query<Typed>,
) -> Result<Json<Vec<PlaceJson>>, Error> {
    let text: String = typed.q.chars().filter(|c| !c.is_control()).take(80).collect();
    let places = store::places_like(&mut db, &text, OFFERED as i64).await?;
    Ok(Json(places.into_iter().map(PlaceJson::from).collect()))
}

/// Instruments, genres, languages and time zones that begin with what was typed, for a field that completes.
#[utoipa::path(get, path = "/completions/{of}", tag = "catalog",
    params(Typed, ("of" = String, Path, description = "`instruments`, `genres`, `languages`, `zones`")),
    responses((status = 200, body = Vec<OfferJson>), (status = 404, description = "Nothing is called that.")))]
pub(crate) async fn completions_json(
    State(app): State<App>,
    mut db: Db,
    crate::web::Path(of): crate::web::Path<String>,
    Query(typed): Query<Typed>,
) -> Result<Json<Vec<OfferJson>>, Error> {
    let catalog = super::kept(&app, &mut db).await?;
    let said = super::super::plain(&typed.q.chars().take(80).collect::<String>());
    let offers: Vec<(String, Vec<&str>)> = match of.as_str() {
        "instruments" => {
            let each = catalog.instruments.iter();
            each.map(|one| (one.name.clone(), one.aliases.iter().map(String::as_str).collect()))
                .collect()
        }
        "genres" => {
            let each = catalog.genres.iter();
            each.map(|one| (one.name.clone(), one.aliases.iter().map(String::as_str).collect()))
                .collect()
        }
        "languages" => Language::all().iter().map(|one| (one.name().to_owned(), vec![])).collect(),
        "zones" => Zone::all().map(|zone| (zone.name().to_owned(), vec![])).collect(),
        _ => return Err(Error::NotFound),
    };
    let mut fitting: Vec<(usize, String, String)> =
        offers.into_iter().filter_map(|(name, aliases)| offer(&said, name, &aliases)).collect();
    fitting.sort();
    let offers = fitting.into_iter().take(OFFERED);
    Ok(Json(offers.map(|(_, value, told)| OfferJson { value, told }).collect()))
}

/// A name that fits, with how well: its beginning, a word in it, another word for it.
fn offer(said: &str, name: String, aliases: &[&str]) -> Option<(usize, String, String)> {
    let plain = super::super::plain(&name.replace('_', " "));
    if plain.starts_with(said) {
        return Some((0, name.clone(), name));
    }
    if plain.split([' ', '/']).any(|word| word.starts_with(said)) {
        return Some((1, name.clone(), name));
    }
    let alias = aliases.iter().find(|alias| super::super::plain(alias).starts_with(said))?;
    Some((2, name.clone(), format!("{name} ({alias})")))
}
