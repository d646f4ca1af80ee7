use askama::Template;
use axum::response::{IntoResponse, Response};
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, ProfileError},
        model::{Completeness, Hint, Party, Profile, Status, Union, Verb},
        store::{self, Remark},
    },
    forms::{FIELDS, ProfileForm},
};
use crate::{
    accounts::{Actor, Verified},
    catalog::{self, Catalog},
    values::{FieldErrors, Language},
    web::{Db, Error, Form, Frame, Go, Now, Page, Path, Section, currencies, zones},
};

/// As many things to add as one does in an evening.
const HINTS: usize = 3;

#[derive(Template)]
#[template(path = "musicians/start.html")]
struct StartPage {
    frame: Frame,
}

/// A root of the genres with what is under it.
struct Root {
    name: String,
    /// Something of it is chosen.
    is_open: bool,
    /// Slug, name, and whether it is chosen.
    choices: Vec<(String, String, bool)>,
}

#[derive(Template)]
#[template(path = "musicians/show.html")]
struct ProfilePage {
    frame: Frame,
    profile: Profile,
    form: ProfileForm,
    errors: FieldErrors,
    remarks: Vec<Remark>,
    completeness: Completeness,
    verbs: Vec<Verb>,
    instruments: Vec<String>,
    languages: &'static [Language],
    unions: [Union; Union::ALL.len()],
    roots: Vec<Root>,
    zones: Vec<(String, String)>,
    currencies: Vec<(String, String)>,
}

impl ProfilePage {
    async fn of(
        db: &mut PgConnection,
        frame: Frame,
        profile: Profile,
        catalog: &Catalog,
        form: ProfileForm,
    ) -> Result<ProfilePage, Error> {
        Ok(ProfilePage {
            frame: frame.at(Section::Profile),
            remarks: store::remarks(db, profile.id).await?,
            completeness: profile.completeness(store::extras(db, profile.id).await?),
            verbs: profile.status.open_to(Party::Owner),
            instruments: catalog.instruments.iter().map(|one| one.name.clone()).collect(),
            languages: Language::all(),
            unions: Union::ALL,
            roots: roots(catalog, &form),
            zones: zones(),
            currencies: currencies(),
            errors: FieldErrors::default(),
            profile,
            form,
        })
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &FIELDS
    }

    fn ticks(&self, list: &[String], word: &str) -> bool {
        ProfileForm::ticks(list, word)
    }

    /// What an admin asked for at a field.
    fn remark(&self, field: &str) -> Option<&str> {
        self.remarks
            .iter()
            .find(|remark| remark.field == field)
            .map(|remark| remark.remark.as_str())
    }

    fn label(&self, field: &str) -> &'static str {
        FIELDS.iter().find(|(known, _)| *known == field).map_or("Profile", |(_, label)| label)
    }

    /// The next things to add.
    fn next(&self) -> &[Hint] {
        let next = &self.completeness.next;
        &next[..next.len().min(HINTS)]
    }

    fn may(&self, verb: &str) -> bool {
        self.verbs.iter().any(|known| known.word() == verb)
    }
}

fn roots(catalog: &Catalog, form: &ProfileForm) -> Vec<Root> {
    let chosen: Vec<&str> =
        form.genre.iter().filter_map(|slug| catalog.genre(slug)).map(|g| g.slug.as_str()).collect();
    let group = |(root, children): (&catalog::Genre, Vec<&catalog::Genre>)| {
        let all = std::iter::once(root).chain(children);
        let choices: Vec<_> = all
            .map(|one| (one.slug.clone(), one.name.clone(), chosen.contains(&one.slug.as_str())))
            .collect();
        Root { name: root.name.clone(), is_open: choices.iter().any(|(.., is)| *is), choices }
    };
    catalog.genre_tree().into_iter().map(group).collect()
}

pub(crate) async fn show(actor: Actor, frame: Frame, mut db: Db) -> Result<Response, Error> {
    let Some(profile) = store::find_owned(&mut db, &actor).await? else {
        return Ok(Page::ok(StartPage { frame: frame.at(Section::Profile) }).into_response());
    };
    let catalog = catalog::load(&mut db).await?;
    let form = ProfileForm::of(&profile, &catalog);
    let page = ProfilePage::of(&mut db, frame, profile, &catalog, form).await?;
    Ok(Page::ok(page).into_response())
}

pub(crate) async fn start(actor: Verified, Now(now): Now, mut db: Db) -> Result<Go, Error> {
    actions::start(&mut db, &actor, now).await?;
    Ok(Go::to("/profile"))
}

pub(crate) async fn save(
    actor: Verified,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Form(form): Form<ProfileForm>,
) -> Result<Response, Error> {
    let profile = store::find_owned(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let catalog = catalog::load(&mut db).await?;
    let saved = async {
        let detail = form.read(&catalog).map_err(Error::Invalid)?;
        actions::save(&mut db, &actor, form.version(), &detail, now).await.map_err(Error::from)
    };
    match saved.await {
        Ok(()) => Ok(Go::to("/profile").saying("Kept.").into_response()),
        Err(Error::Invalid(errors)) => {
            let page = ProfilePage::of(&mut db, frame, profile, &catalog, form).await?;
            Ok(Page::again(ProfilePage { errors, ..page }).into_response())
        }
        Err(error) => Err(error),
    }
}

pub(crate) async fn take_step(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(verb): Path<Verb>,
) -> Result<Go, Error> {
    let said = match actions::take_own_step(&mut db, &actor, verb, now).await {
        Ok(Status::Submitted) => "Sent in. An admin reads it, and you will hear.",
        Ok(_) => "Taken back. Go on writing.",
        Err(error @ ProfileError::Refused(_)) => {
            return Ok(Go::to("/profile").saying(error.to_string()));
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Go::to("/profile").saying(said))
}
