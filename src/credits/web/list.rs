use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::{
    super::{
        model::{Part, Recording},
        store,
    },
    api::RecordingJson,
    pages::{NEWEST, PAGE},
};
use crate::{
    catalog::{Catalog, kept},
    musicians,
    values::{RecordingId, in_sentence},
    web::{App, Db, Error, Frame, Json, Page, Query, Section, escape, filters},
};

/// What is looked for among the recordings, and from where.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Find {
    /// Words of the title, the artist or a player's name.
    #[serde(default)]
    q: String,
    /// The slug of a player: those they have a confirmed credit on.
    #[serde(default)]
    musician: String,
    /// With `musician`: where they played this. A slug, a name or another word for it.
    #[serde(default)]
    instrument: String,
    /// With `musician`: in this genre, or in one below it.
    #[serde(default)]
    genre: String,
    /// The `next` of the page before.
    #[param(value_type = Option<i64>)]
    after: Option<String>,
}

/// Whose recordings are listed, in words and as the store asks for them.
struct Whose {
    part: Part,
    slug: String,
    name: String,
    /// `country fiddle`, or nothing.
    kind: String,
}

impl Find {
    /// The player asked for with what they played, and what of the address meant nothing.
    async fn whose(
        &self,
        db: &mut PgConnection,
        catalog: &Catalog,
    ) -> Result<(Option<Whose>, Vec<&'static str>), Error> {
        let mut ignored = Vec::new();
        let instrument = catalog.instrument(&self.instrument);
        let genre = catalog.genre(&self.genre);
        if !self.instrument.is_empty() && instrument.is_none() {
            ignored.push("Instrument is not one we know by that name.");
        }
        if !self.genre.is_empty() && genre.is_none() {
            ignored.push("Genre is not one we know by that name.");
        }
        let musician = match self.musician.as_str() {
            "" => None,
            slug => musicians::find_published(db, slug).await?,
        };
        let Some(musician) = musician else {
            if !self.musician.is_empty() {
                ignored.push("Musician is nobody who is listed here.");
            } else if instrument.is_some() || genre.is_some() {
                ignored.push(
                    "Instrument and genre narrow one player’s recordings: name the player as well.",
                );
            }
            return Ok((None, ignored));
        };
        let kind = [genre.map(|one| &one.name), instrument.map(|one| &one.name)];
        let whose = Whose {
            kind: kind
                .into_iter()
                .flatten()
                .map(|name| in_sentence(name))
                .collect::<Vec<_>>()
                .join(" "),
            part: Part {
                musician: musician.id,
                instrument: instrument.map(|one| one.id),
                genres: genre.map(|one| catalog.with_descendants(one.id)),
            },
            slug: musician.slug,
            name: musician.name,
        };
        Ok((Some(whose), ignored))
    }

    /// What narrows the list beside words, for a search among what it shows.
    fn narrowing(&self, whose: &Whose) -> Vec<(&'static str, String)> {
        let instrument = whose.part.instrument.map(|_| ("instrument", self.instrument.clone()));
        let genre = whose.part.genres.as_ref().map(|_| ("genre", self.genre.clone()));
        let musician = Some(("musician", whose.slug.clone()));
        [musician, instrument, genre].into_iter().flatten().collect()
    }

    /// The address of the page after this one.
    fn further(&self, next: RecordingId) -> String {
        let asked = [
            ("q", &self.q),
            ("musician", &self.musician),
            ("instrument", &self.instrument),
            ("genre", &self.genre),
        ];
        let asked = asked.iter().filter(|(_, value)| !value.is_empty());
        let asked: String =
            asked.map(|(name, value)| format!("{name}={}&", escape(value))).collect();
        format!("/recordings?{asked}after={next}")
    }
}

/// A recording in the list.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Listed {
    #[serde(flatten)]
    recording: RecordingJson,
    /// How many confirmed credits it has.
    credits: i64,
    players: String,
    last_played_on: NaiveDate,
    #[serde(skip)]
    address: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct RecordingList {
    items: Vec<Listed>,
    next: Option<RecordingId>,
    /// What of the address meant nothing.
    ignored: Vec<&'static str>,
}

async fn find(
    db: &mut PgConnection,
    catalog: &Catalog,
    find: &Find,
) -> Result<(RecordingList, Option<Whose>), Error> {
    let words: String = find.q.chars().filter(|c| !c.is_control()).take(100).collect();
    let after = find.after.as_deref().and_then(|after| after.parse().ok());
    let after = after.unwrap_or(RecordingId::from(NEWEST));
    let (whose, ignored) = find.whose(db, catalog).await?;
    let words = words.trim();
    let mut rows = match &whose {
        Some(whose) => store::list_recordings_with(db, &whose.part, words, after, PAGE + 1).await?,
        None => store::list_recordings(db, words, after, PAGE + 1).await?,
    };
    let more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|last| last.id);
    let items = rows.into_iter().map(Listed::of).collect();
    Ok((RecordingList { items, next, ignored }, whose))
}

impl Listed {
    fn of(row: store::Listed) -> Listed {
        let recording = Recording {
            id: row.id,
            title: row.title,
            artist: row.artist,
            isrc: row.isrc.and_then(|isrc| isrc.parse().ok()),
            created_at: row.created_at,
        };
        Listed {
            address: recording.address(),
            recording: RecordingJson::of(&recording),
            credits: row.credits,
            players: row.players,
            last_played_on: row.last_played_on,
        }
    }
}

#[derive(Template)]
#[template(path = "credits/recordings.html")]
struct ListPage {
    frame: Frame,
    q: String,
    whose: Option<Whose>,
    narrowing: Vec<(&'static str, String)>,
    list: RecordingList,
    next: Option<String>,
}

pub(crate) async fn list_recordings(
    State(app): State<App>,
    frame: Frame,
    mut db: Db,
    Query(query): Query<Find>,
) -> Result<Response, Error> {
    let catalog = kept(&app, &mut db).await?;
    let (list, whose) = find(&mut db, &catalog, &query).await?;
    let frame = frame.at(Section::Recordings);
    let next = list.next.map(|next| query.further(next));
    let narrowing = whose.as_ref().map(|whose| query.narrowing(whose)).unwrap_or_default();
    Ok(Page::ok(ListPage { frame, q: query.q, whose, narrowing, list, next }).into_response())
}

/// Recordings with at least one confirmed credit, newest first.
#[utoipa::path(get, path = "/recordings", tag = "recordings", params(Find),
    responses((status = 200, body = RecordingList)))]
pub(crate) async fn list_recordings_json(
    State(app): State<App>,
    mut db: Db,
    Query(query): Query<Find>,
) -> Result<Json<RecordingList>, Error> {
    let catalog = kept(&app, &mut db).await?;
    Ok(Json(find(&mut db, &catalog, &query).await?.0))
}
