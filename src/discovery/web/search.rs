use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    super::model::{Found, Rank, Search, Way},
    find::{self, PAGE},
    forms::{LABELS, SearchForm},
};
use crate::{
    availability::Calendar,
    bookings::{Asked, DayView},
    catalog::{self, Catalog},
    values::{FieldErrors, Slot, Zone, in_sentence},
    web::{Db, Error, Frame, Monogram, Now, Page, Query, Section, currencies, filters, zones},
};

/// A player in the list.
pub(super) struct Hit {
    pub(super) found: Found,
    pub(super) mono: Monogram,
    /// The day searched, as a line and in words.
    pub(super) day: Option<DayView>,
    /// The first time with room for a session, by the player's clock.
    pub(super) next_free: Option<(Slot, Zone)>,
    pub(super) rate: Option<String>,
    pub(super) rate_for: &'static str,
    pub(super) profile_at: String,
    pub(super) ask_at: String,
}

impl Hit {
    pub(super) fn of(
        found: Found,
        calendar: Option<&Calendar>,
        search: &Search,
        form: &SearchForm,
        now: DateTime<Utc>,
    ) -> Hit {
        let profile = &found.profile;
        let day = calendar.zip(search.time).map(|(calendar, (slot, _))| {
            let asked = Asked { slot, booking: None, is_live: true };
            let day = calendar.zone.date(slot.starts_at());
            DayView::of(&profile.name, calendar, day, Some(asked))
        });
        let next_free = calendar.and_then(|calendar| {
            Some((calendar.next_free(now, TimeDelta::hours(3))?, calendar.zone))
        });
        let (rate, rate_for) = if search.way == Way::Remote {
            (profile.song_rate, "a song")
        } else {
            (profile.session_rate.or(profile.song_rate), "for 3 h")
        };
        let path = format!("/musicians/{}", profile.slug);
        let not_theirs = ["place", "max", "currency", "q"];
        let ask_at = form.address(&format!("{path}/calls/new"), &not_theirs, None);
        Hit {
            mono: Monogram::of(&profile.name),
            day,
            next_free,
            rate: rate.map(|rate| rate.to_string()),
            rate_for,
            profile_at: form.address(&path, &not_theirs, None),
            ask_at: if search.way == Way::Remote { format!("{ask_at}&remote=1") } else { ask_at },
            found,
        }
    }
}

/// What a search would find without one of its conditions.
pub(super) struct Looser {
    told: &'static str,
    players: String,
    address: String,
}

#[derive(Template)]
#[template(path = "discovery/search.html")]
struct SearchPage {
    frame: Frame,
    form: SearchForm,
    heading: String,
    /// "country fiddle credits", what the count beside each player counts.
    counted: String,
    ignored: FieldErrors,
    hits: Vec<Hit>,
    looser: Vec<Looser>,
    time: Option<(Slot, Zone)>,
    next: Option<String>,
    is_first: bool,
    instruments: Vec<String>,
    genres: Vec<(String, String)>,
    zones: Vec<(String, String)>,
    currencies: Vec<(String, String)>,
}

impl SearchPage {
    /// The labels of what was ignored, and why.
    fn notes(&self) -> Vec<String> {
        let label = |field: &str| {
            LABELS.iter().find(|(known, _)| *known == field).map_or("This", |(_, label)| label)
        };
        let each = |(field, faults): (&'static str, &[String])| {
            faults.iter().map(|fault| format!("{} {fault}.", label(field))).collect::<Vec<_>>()
        };
        self.ignored.iter().flat_map(each).collect()
    }
}

pub(crate) async fn index(
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Query(mut form): Query<SearchForm>,
) -> Result<Response, Error> {
    let catalog = catalog::load(&mut db).await?;
    let read = form.read(&catalog, frame.zone().unwrap_or(Zone::UTC), now);
    form.zone = read.zone.name().into();
    let search = read.search;
    let after = form.after.parse().unwrap_or(Rank::first());
    let hits = find::find(&mut db, &search, after, now).await?;
    let is_first = after == Rank::first();
    let looser = match (hits.found.is_empty(), is_first) {
        (true, true) => looser(&mut db, &search, &form, now).await?,
        _ => Vec::new(),
    };
    let each = |found: Found| {
        let calendar = hits.calendars.get(&found.profile.id);
        Hit::of(found, calendar, &search, &form, now)
    };
    let page = SearchPage {
        heading: search.told(),
        counted: counted(&search),
        ignored: read.ignored,
        next: hits.next.map(|next| form.address("/musicians", &[], Some(next.to_string()))),
        hits: hits.found.into_iter().map(each).collect(),
        looser,
        time: search.time,
        is_first,
        instruments: catalog.instruments.iter().map(|one| one.name.clone()).collect(),
        genres: genres(&catalog, &form),
        zones: zones(),
        currencies: currencies(),
        frame: frame.at(Section::Musicians),
        form,
    };
    Ok(Page::ok(page).into_response())
}

/// "country fiddle credits": of the very things asked for.
pub(super) fn counted(search: &Search) -> String {
    let genre = search.genre.as_ref().map(|genre| in_sentence(&genre.name));
    let instrument = search.instrument.as_ref().map(|instrument| in_sentence(&instrument.name));
    [genre, instrument].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

async fn looser(
    db: &mut sqlx::PgConnection,
    search: &Search,
    form: &SearchForm,
    now: DateTime<Utc>,
) -> Result<Vec<Looser>, Error> {
    let mut looser = Vec::new();
    for condition in search.conditions() {
        let n = find::count(db, &search.without(condition), PAGE + 1, now).await?;
        if n > 0 {
            looser.push(Looser {
                told: condition.told(),
                players: match n {
                    1 => "1 player".into(),
                    n if n > PAGE => format!("more than {PAGE} players"),
                    n => format!("{n} players"),
                },
                address: form.address("/musicians", condition.fields(), None),
            });
        }
    }
    Ok(looser)
}

pub(super) fn genres(catalog: &Catalog, form: &SearchForm) -> Vec<(String, String)> {
    let meant = catalog.genre(&form.genre).map(|genre| genre.slug.clone());
    let mut choices = vec![(String::new(), "Any".to_owned())];
    for (root, children) in catalog.genre_tree() {
        choices.push((root.slug.clone(), root.name.clone()));
        choices
            .extend(children.iter().map(|one| (one.slug.clone(), format!("\u{2003}{}", one.name))));
    }
    // What was typed by another name is chosen by its own.
    if let Some(meant) = meant.filter(|meant| *meant != form.genre) {
        for choice in &mut choices {
            if choice.0 == meant {
                choice.0.clone_from(&form.genre);
            }
        }
    }
    choices
}
