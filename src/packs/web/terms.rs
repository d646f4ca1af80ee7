//! A player's terms as everybody reads them, and what a job by them comes to.

use askama::Template;
use axum::{
    extract::OriginalUri,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;

use super::{
    super::{
        actions,
        model::{Pack, Player, Quote, Refusal, Share, Step, Terms, lasting},
        store,
    },
    figures::Figures,
    job_form::{Asked, JobForm, LABELS},
};
use crate::{
    accounts::Actor,
    values::{FieldErrors, Money},
    web::{Card, Db, Error, Frame, Json, Moved, Now, Page, Path, Problem, Query, Section, filters},
};

/// Lengths of a session that are offered, in minutes; another that was asked for stands among them.
const LENGTHS: [u16; 9] = [60, 90, 120, 180, 240, 300, 360, 480, 600];

#[derive(Template)]
#[template(path = "packs/terms.html")]
struct TermsPage {
    frame: Frame,
    card: Card,
    player: Player,
    own: Option<Figures>,
    /// Packs under which they work as well.
    packs: Vec<Pack>,
    /// What one may choose by which: slug and name.
    choices: Vec<(String, String)>,
    lengths: Vec<(String, String)>,
    roles: Vec<(String, String)>,
    /// Classes of porterage of the terms that were chosen.
    classes: Vec<(String, String)>,
    form: JobForm,
    errors: FieldErrors,
    told: Option<Told>,
    refusal: Option<String>,
    /// Who reads it is the player.
    is_own: bool,
}

/// What a job comes to, as the page and a program are told.
struct Told {
    terms: Terms,
    quote: Quote,
    /// In money, where it was said when the job is; otherwise in shares.
    cancelling: String,
    steps: Vec<Step>,
}

impl TermsPage {
    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }

    fn is_both(&self) -> bool {
        self.player.works_in_room && self.player.works_remotely
    }
}

/// The terms that `form` asks for, among those there are.
fn chosen<'a>(terms: &'a [(Pack, Terms)], form: &JobForm) -> Result<&'a Terms, Refusal> {
    let wanted = form.pack.trim();
    let of = |(pack, terms): &&(Pack, Terms)| match wanted {
        "" => terms.is_own,
        slug => pack.slug == slug,
    };
    terms.iter().find(of).map(|(_, terms)| terms).ok_or(Refusal::NoPack)
}

impl Told {
    fn of(
        terms: &Terms,
        asked: &Asked,
        player: &Player,
        now: DateTime<Utc>,
    ) -> Result<Told, Refusal> {
        let quote = terms.quote(&asked.job)?;
        let ladder = terms.ladder();
        let (cancelling, steps) = match asked.starts_at {
            Some(at) => (
                ladder.told_in_money(quote.total, at, now, player.zone),
                ladder.steps(quote.total, at, now),
            ),
            None => (ladder.told(), Vec::new()),
        };
        Ok(Told { terms: terms.clone(), quote, cancelling, steps })
    }
}

fn lengths(form: &JobForm) -> Vec<(String, String)> {
    let asked = form.minutes.trim().parse().ok().filter(|minutes| (1..=840).contains(minutes));
    let mut all: Vec<u16> = LENGTHS.into_iter().chain(asked).collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter().map(|minutes| (minutes.to_string(), lasting(minutes.into()))).collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(value, text)| ((*value).to_owned(), (*text).to_owned())).collect()
}

/// The form as the page shows it: what was left out is what it stands for.
fn filled(form: JobForm, player: &Player) -> JobForm {
    let or =
        |text: String, usual: &str| if text.trim().is_empty() { usual.to_owned() } else { text };
    let work = if player.works_in_room { "room" } else { "remote" };
    JobForm {
        work: or(form.work, work),
        minutes: or(form.minutes, &player.own.session_minutes().to_string()),
        songs: or(form.songs, "1"),
        instruments: or(form.instruments, "1"),
        overdubs: or(form.overdubs, "0"),
        role: or(form.role, "player"),
        ..form
    }
}

pub(crate) async fn show_terms(
    actor: Option<Actor>,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    OriginalUri(uri): OriginalUri,
    Path(slug): Path<String>,
    Query(form): Query<JobForm>,
) -> Result<Response, Error> {
    let player = store::find_public(&mut db, &slug).await?.ok_or(Error::NotFound)?;
    if player.slug != slug {
        return Ok(Moved::from(&uri, &player.slug).into_response());
    }
    let form = filled(form, &player);
    let all = actions::terms_of(&mut db, &player, form.day(player.zone, now)).await?;
    let (mut errors, mut told, mut refusal) = (FieldErrors::default(), None, None);
    match chosen(&all, &form) {
        Err(_) => errors.add("pack", "are not theirs on that day: choose from the list"),
        Ok(terms) => match form.read(terms, player.zone, now) {
            Err(faults) => errors = faults,
            Ok(asked) => match Told::of(terms, &asked, &player, now) {
                Ok(quote) => told = Some(quote),
                Err(reason) => refusal = Some(reason.to_string()),
            },
        },
    }
    let is_own = actor.is_some_and(|actor| actor.id == player.account_id);
    let page = page(frame, player, &all, form);
    let page = TermsPage { told, refusal, errors, is_own, ..page };
    let again = !page.errors.is_empty();
    Ok(if again { Page::again(page).into_response() } else { Page::ok(page).into_response() })
}

fn page(frame: Frame, player: Player, all: &[(Pack, Terms)], form: JobForm) -> TermsPage {
    let own = all.iter().find(|(_, terms)| terms.is_own);
    let choice = |(pack, terms): &(Pack, Terms)| match terms.is_own {
        true => (String::new(), "Own terms".to_owned()),
        false => (pack.slug.clone(), pack.name.clone()),
    };
    let terms = chosen(all, &form).ok();
    let classes = terms.map_or(&[][..], |terms| &terms.rates().porterage);
    let classes = classes.iter().map(|it| (it.class.clone(), it.class.clone()));
    let none = (String::new(), "Nothing heavy".to_owned());
    let title = format!("Terms of {}", player.name);
    let said = format!(
        "What a session or a song with {} comes to: overtime, doubling, cancelling.",
        player.name
    );
    TermsPage {
        card: Card::new(&frame, &format!("/musicians/{}/terms", player.slug), title, &said),
        frame: frame.at(Section::Musicians),
        own: own.map(|(_, terms)| Figures::of(terms.rates(), Some(terms.currency), true)),
        packs: all.iter().filter(|(_, it)| !it.is_own).map(|(pack, _)| pack.clone()).collect(),
        choices: all.iter().map(choice).collect(),
        lengths: lengths(&form),
        roles: pairs(&[("player", "Player"), ("leader", "Leader"), ("contractor", "Contractor")]),
        classes: [none].into_iter().chain(classes).collect(),
        errors: FieldErrors::default(),
        told: None,
        refusal: None,
        is_own: false,
        player,
        form,
    }
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct TermsJson {
    /// Their own first.
    items: Vec<Terms>,
    next: Option<String>,
}

/// What a job comes to.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct QuoteJson {
    /// What it was counted by.
    terms: Terms,
    #[serde(flatten)]
    quote: Quote,
    /// What is owed when the producer cancels, in a sentence: in money where day and time were said.
    cancelling: String,
    /// The same step by step from now on, where day and time were said.
    ladder: Vec<StepJson>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct StepJson {
    owed: Money,
    /// Of the fee, in hundredths of a per cent.
    share: Share,
    /// Null is to the end.
    until: Option<DateTime<Utc>>,
}

async fn public(db: &mut PgConnection, slug: &str) -> Result<Player, Error> {
    store::find_public(db, slug).await?.ok_or(Error::NotFound)
}

/// A player's terms, and those of each pack under which they work as well, as they stand today.
#[utoipa::path(get, path = "/musicians/{slug}/terms", tag = "musicians", params(("slug" = String, Path)),
    responses((status = 200, body = TermsJson),
        (status = 404, description = "there is no such public profile", body = Problem)))]
pub(crate) async fn terms_json(
    Now(now): Now,
    mut db: Db,
    Path(slug): Path<String>,
) -> Result<Json<TermsJson>, Error> {
    let player = public(&mut db, &slug).await?;
    let terms = actions::list_terms(&mut db, player.id, player.zone.date(now)).await?;
    Ok(Json(TermsJson { items: terms, next: None }))
}

/// What a session or songs with a player would come to, line by line. Nothing is asked of anybody.
#[utoipa::path(get, path = "/musicians/{slug}/quote", tag = "musicians", params(("slug" = String, Path), JobForm),
    responses((status = 200, body = QuoteJson),
        (status = 404, description = "there is no such public profile", body = Problem),
        (status = 409, description = "the terms have no fee for it", body = Problem),
        (status = 422, description = "some fields are wrong", body = Problem)))]
pub(crate) async fn quote_json(
    Now(now): Now,
    mut db: Db,
    Path(slug): Path<String>,
    Query(form): Query<JobForm>,
) -> Result<Json<QuoteJson>, Error> {
    let player = public(&mut db, &slug).await?;
    let form = filled(form, &player);
    let all = actions::terms_of(&mut db, &player, form.day(player.zone, now)).await?;
    let refused = |refusal: Refusal| Error::Refused(refusal.to_string());
    let terms = chosen(&all, &form).map_err(refused)?;
    let asked = form.read(terms, player.zone, now).map_err(Error::Invalid)?;
    let told = Told::of(terms, &asked, &player, now).map_err(refused)?;
    let step = |step: Step| StepJson { owed: step.owed, share: step.share, until: step.until };
    Ok(Json(QuoteJson {
        terms: told.terms,
        quote: told.quote,
        cancelling: told.cancelling,
        ladder: told.steps.into_iter().map(step).collect(),
    }))
}
