use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::{
    accounts::Admin,
    catalog,
    musicians::{
        self, Event, Judgement, Party, Profile, Remark, Status, Verb,
        web::{FIELDS, OwnProfileJson},
    },
    values::{FieldErrors, MusicianId, Prose, Slug, Zone},
    web::{Db, Error, Form, Frame, Go, Json, Monogram, Now, Page, Path, Query, Section, filters},
};

const PAGE: i64 = 20;

#[derive(Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Filter {
    /// `submitted` where nothing is said.
    status: String,
    /// Part of a name.
    q: String,
    /// The `next` of the page before.
    after: String,
}

impl Filter {
    fn status(&self) -> Status {
        let known = Status::ALL.into_iter().find(|status| slug(*status) == self.status);
        known.unwrap_or(Status::Submitted)
    }
}

fn slug(status: Status) -> String {
    status.to_string().replace(' ', "_")
}

/// The longest waiting first.
async fn queue(
    db: &mut PgConnection,
    filter: &Filter,
) -> Result<(Vec<Profile>, Option<MusicianId>), Error> {
    let words: String = filter.q.chars().filter(|c| !c.is_control()).take(100).collect();
    let after = filter.after.parse().unwrap_or(MusicianId::from(0));
    let mut found =
        musicians::list_by_status(db, filter.status(), words.trim(), after, PAGE + 1).await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let next = found.last().filter(|_| more).map(|last| last.id);
    Ok((found, next))
}

#[derive(Template)]
#[template(path = "moderation/index.html")]
struct IndexPage {
    frame: Frame,
    status: Status,
    /// Slugs and names.
    statuses: Vec<(String, String)>,
    q: String,
    profiles: Vec<Profile>,
    next: Option<MusicianId>,
}

impl IndexPage {
    fn slug(&self) -> String {
        slug(self.status)
    }
}

pub(crate) async fn index(
    _: Admin,
    frame: Frame,
    mut db: Db,
    Query(filter): Query<Filter>,
) -> Result<Response, Error> {
    let (profiles, next) = queue(&mut db, &filter).await?;
    let name = |status: Status| (slug(status), status.to_string());
    let page = IndexPage {
        frame: frame.at(Section::Admin),
        status: filter.status(),
        statuses: Status::ALL.into_iter().map(name).collect(),
        q: filter.q,
        profiles,
        next,
    };
    Ok(Page::ok(page).into_response())
}

/// What an admin says of a profile, as it was typed: a word, and a remark at each field.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct JudgementForm {
    /// Read by the owner where a profile is hidden.
    word: String,
    /// Fields that remarks are about, such as `headline`.
    field: Vec<String>,
    /// The n-th is about the n-th of `field`; an empty one is left out.
    remark: Vec<String>,
}

impl JudgementForm {
    fn read(&self, verb: Verb) -> Result<Judgement, FieldErrors> {
        let mut errors = FieldErrors::default();
        let word = errors.take("word", Prose::<500>::optional(&self.word)).flatten();
        let mut remarks = Vec::new();
        for (field, text) in self.field.iter().zip(&self.remark) {
            let remark = errors.take("remark", Prose::<500>::optional(text)).flatten();
            let known = FIELDS.iter().find(|(known, _)| known == field);
            match (known, remark) {
                (Some((known, _)), Some(remark)) => {
                    remarks.push(((*known).to_owned(), remark.to_string()));
                }
                (None, Some(_)) => errors.add("field", "is not a field of a profile"),
                (_, None) => {}
            }
        }
        let word = word.map_or_else(String::new, |word| word.to_string());
        if errors.is_empty() { Ok(Judgement { verb, word, remarks }) } else { Err(errors) }
    }

    fn remark_at(&self, field: &str) -> &str {
        let at = self.field.iter().position(|known| known == field);
        at.and_then(|at| self.remark.get(at)).map_or("", String::as_str)
    }
}

#[derive(Template)]
#[template(path = "moderation/show.html")]
struct ShowPage {
    frame: Frame,
    profile: Profile,
    mono: Monogram,
    /// Addresses that lead to it as well.
    old_slugs: Vec<Slug>,
    genres: Vec<String>,
    events: Vec<Event>,
    remarks: Vec<Remark>,
    verbs: Vec<Verb>,
    form: JudgementForm,
    errors: FieldErrors,
}

impl ShowPage {
    async fn of(db: &mut PgConnection, frame: Frame, id: MusicianId) -> Result<ShowPage, Error> {
        let profile = musicians::find_any(db, id).await?.ok_or(Error::NotFound)?;
        let catalog = catalog::load(db).await?;
        let genres = profile.genres.iter().filter_map(|id| catalog.genre_by_id(*id));
        Ok(ShowPage {
            frame: frame.at(Section::Admin),
            mono: profile.face(),
            genres: genres.map(|genre| genre.name.clone()).collect(),
            old_slugs: musicians::old_slugs(db, id).await?,
            events: musicians::events(db, id).await?,
            remarks: musicians::remarks(db, id).await?,
            verbs: profile.status.open_to(Party::Admin),
            form: JudgementForm::default(),
            errors: FieldErrors::default(),
            profile,
        })
    }

    fn may(&self, verb: &str) -> bool {
        self.verbs.iter().any(|known| known.word() == verb)
    }

    /// The fields an admin may remark on.
    fn fields(&self) -> Vec<(&'static str, &'static str)> {
        FIELDS.into_iter().filter(|(field, _)| *field != "version").collect()
    }

    /// Admins sit anywhere: their history is told in one clock.
    fn utc(&self) -> &'static Zone {
        &Zone::UTC
    }

    fn labels(&self) -> [(&'static str, &'static str); 3] {
        [("word", "The reason"), ("remark", "A remark"), ("field", "A field")]
    }
}

pub(crate) async fn show(
    _: Admin,
    frame: Frame,
    mut db: Db,
    Path(id): Path<MusicianId>,
) -> Result<Response, Error> {
    Ok(Page::ok(ShowPage::of(&mut db, frame, id).await?).into_response())
}

pub(crate) async fn judge(
    admin: Admin,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path((id, verb)): Path<(MusicianId, Verb)>,
    Form(form): Form<JudgementForm>,
) -> Result<Response, Error> {
    let judged = async {
        let judgement = form.read(verb).map_err(Error::Invalid)?;
        musicians::judge(&mut db, &admin, id, &judgement, now).await.map_err(Error::from)
    };
    match judged.await {
        Ok(status) => {
            let said = format!("The profile is {status} now, and its owner is told.");
            Ok(Go::to("/admin").saying(said).into_response())
        }
        Err(Error::Invalid(errors)) => {
            let page = ShowPage::of(&mut db, frame, id).await?;
            Ok(Page::again(ShowPage { form, errors, ..page }).into_response())
        }
        Err(error) => Err(error),
    }
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct QueuedJson {
    id: MusicianId,
    name: String,
    slug: String,
    status: Status,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Queue {
    items: Vec<QueuedJson>,
    next: Option<MusicianId>,
}

/// Profiles of a status, the longest waiting first. For admins.
#[utoipa::path(get, path = "/admin/profiles", tag = "admin", params(Filter), responses((status = 200, body = Queue)))]
pub(crate) async fn index_json(
    _: Admin,
    mut db: Db,
    Query(filter): Query<Filter>,
) -> Result<Json<Queue>, Error> {
    let (profiles, next) = queue(&mut db, &filter).await?;
    let json = |profile: Profile| QueuedJson {
        id: profile.id,
        status: profile.status,
        name: profile.name,
        slug: profile.slug,
    };
    Ok(Json(Queue { items: profiles.into_iter().map(json).collect(), next }))
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct CaseJson {
    profile: OwnProfileJson,
    history: Vec<EventJson>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct EventJson {
    status: Status,
    by: String,
    at: DateTime<Utc>,
    word: String,
}

async fn case(db: &mut PgConnection, id: MusicianId) -> Result<Json<CaseJson>, Error> {
    let profile = musicians::find_any(db, id).await?.ok_or(Error::NotFound)?;
    let catalog = catalog::load(db).await?;
    let remarks = musicians::remarks(db, id).await?;
    let event = |event: Event| EventJson {
        status: event.status,
        by: event.by,
        at: event.at,
        word: event.word,
    };
    let history = musicians::events(db, id).await?.into_iter().map(event).collect();
    let profile = OwnProfileJson::of(profile, &catalog, remarks, Party::Admin);
    Ok(Json(CaseJson { profile, history }))
}

/// Any profile with its history. For admins.
#[utoipa::path(get, path = "/admin/profiles/{id}", tag = "admin", params(("id" = i64, Path)),
    responses((status = 200, body = CaseJson)))]
pub(crate) async fn show_case_json(
    _: Admin,
    mut db: Db,
    Path(id): Path<MusicianId>,
) -> Result<Json<CaseJson>, Error> {
    case(&mut db, id).await
}

/// Publishes a profile, asks for changes at its fields, or hides it. For admins.
#[utoipa::path(post, path = "/admin/profiles/{id}/{verb}", tag = "admin",
    params(("id" = i64, Path), ("verb" = Verb, Path)), request_body = JudgementForm,
    responses((status = 200, body = CaseJson), (status = 409, description = "Not as the profile stands.")))]
pub(crate) async fn judge_json(
    admin: Admin,
    Now(now): Now,
    mut db: Db,
    Path((id, verb)): Path<(MusicianId, Verb)>,
    Json(form): Json<JudgementForm>,
) -> Result<Json<CaseJson>, Error> {
    let judgement = form.read(verb).map_err(Error::Invalid)?;
    musicians::judge(&mut db, &admin, id, &judgement, now).await?;
    case(&mut db, id).await
}
