use askama::Template;
use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, Finder, Found, Free},
        model::{Condition, Count, Counts, Cursor, Search, Sort, Standing, Time, Way, small},
    },
    forms::{SearchForm, notes},
    reading::Read,
    sought::{Keeping, keeping},
};
use crate::{
    accounts::Actor,
    catalog::{self, Catalog},
    changes::{
        Subject,
        web::{Made, ready},
    },
    favourites,
    values::{FavouriteId, FieldErrors, Slot, Zone, in_sentence},
    web::{App, Db, Error, Frame, Monogram, Section, Strip, StripKind, Visit, filters},
};

/// How many choices a facet shows beside those that are chosen; the rest are typed, or in a list.
const SHOWN: usize = 5;

/// A player in the list.
pub(super) struct Hit {
    pub(super) standing: Standing,
    pub(super) mono: Monogram,
    /// `Fiddle, octave fiddle`.
    pub(super) plays: String,
    /// The day searched, as a line.
    pub(super) day: Option<Strip>,
    /// The first time with room for what was asked, by the player's clock.
    pub(super) next_free: Option<(Slot, Zone)>,
    pub(super) rate: Option<String>,
    pub(super) rate_for: &'static str,
    pub(super) profile_at: String,
    /// The slug of the instrument to ask them for, where it is not their first.
    pub(super) asked: Option<String>,
    /// "country fiddle", of what their credits are counted: the kin's own, of one who is kin.
    pub(super) counted: String,
    /// The recordings that were counted.
    pub(super) record_at: String,
    /// Their line on the reader's own list.
    pub(super) kept: Option<FavouriteId>,
}

/// What the hits of a search are shown with.
pub(super) struct Showing<'a> {
    pub(super) search: &'a Search,
    pub(super) form: &'a SearchForm,
    pub(super) catalog: &'a Catalog,
}

impl Hit {
    pub(super) fn of(standing: Standing, free: Free, showing: &Showing<'_>) -> Hit {
        let Showing { search, form, catalog } = showing;
        let (rate, rate_for) = match (free.is_remote, standing.session_rate) {
            (false, Some(rate)) => (Some(rate), "for 3 h"),
            _ => (standing.song_rate, "a song"),
        };
        let names = standing
            .instruments
            .iter()
            .filter_map(|id| catalog.instruments.iter().find(|one| small(one.id.number()) == *id));
        let names: Vec<&str> = names.map(|one| one.name.as_str()).take(4).collect();
        let (asked, genre) = matched(&standing, catalog);
        let path = format!("/musicians/{}", standing.slug);
        // What they are asked for first, and by their own clock, needs no saying.
        let first = standing.instruments.first() == Some(&standing.instrument);
        let slug = asked.map(|one| one.slug.as_str()).filter(|_| !first);
        let by_own_clock = standing.zone.name() == form.zone;
        Hit {
            mono: Monogram::of(&standing.name).pictured(standing.portrait.as_deref()),
            plays: listed(&names),
            day: search.time.as_ref().and_then(|time| day(&standing, time, &free.on_the_day)),
            next_free: free.next.map(|slot| (slot, standing.zone)),
            rate: rate.map(|rate| rate.to_string()),
            rate_for,
            counted: counted(asked, genre),
            record_at: recordings(&standing.slug, asked, genre),
            profile_at: form.reading(&path, slug, by_own_clock),
            asked: slug.map(str::to_owned),
            kept: None,
            standing,
        }
    }
}

/// The instrument and the genre of which somebody's credits are counted.
pub(super) fn matched<'a>(
    standing: &Standing,
    catalog: &'a Catalog,
) -> (Option<&'a catalog::Instrument>, Option<&'a catalog::Genre>) {
    let instruments = &mut catalog.instruments.iter();
    let genres = &mut catalog.genres.iter();
    (
        instruments.find(|one| small(one.id.number()) == standing.instrument),
        genres.find(|one| small(one.id.number()) == standing.genre),
    )
}

/// `Fiddle, octave fiddle`.
fn listed(names: &[&str]) -> String {
    match names.split_first() {
        Some((first, rest)) => {
            rest.iter().fold((*first).to_owned(), |line, name| line + ", " + &in_sentence(name))
        }
        None => String::new(),
    }
}

fn recordings(
    slug: &str,
    instrument: Option<&catalog::Instrument>,
    genre: Option<&catalog::Genre>,
) -> String {
    let instrument = instrument.map(|one| format!("&instrument={}", one.slug)).unwrap_or_default();
    let genre = genre.map(|one| format!("&genre={}", one.slug)).unwrap_or_default();
    format!("/recordings?musician={slug}{instrument}{genre}")
}

/// The player's own day on which the asked time begins: what is free, and what was asked.
fn day(standing: &Standing, time: &Time, free: &[Slot]) -> Option<Strip> {
    let (first, asked) = match time {
        Time::Slot(slot, _) => (slot.starts_at(), Some(*slot)),
        Time::Within { length, .. } => {
            (free.iter().find(|slot| slot.length() >= *length)?.starts_at(), None)
        }
    };
    let day = standing.zone.date(first);
    let open: Vec<Slot> =
        free.iter().filter(|slot| standing.zone.date(slot.starts_at()) == day).copied().collect();
    let hours: Vec<String> = open.iter().map(|slot| standing.zone.hours(slot)).collect();
    let label = format!("{}: free {}", day.format("%a %-d %b"), hours.join(", "));
    let stretches = open.into_iter().map(|slot| (StripKind::Open, slot));
    let asked = asked.map(|slot| (StripKind::Want, slot));
    Some(Strip::new(day, standing.zone, stretches.chain(asked), label))
}

/// What a search would find without one of its conditions.
pub(super) struct Looser {
    told: &'static str,
    players: u64,
    address: String,
}

#[derive(Template)]
#[template(path = "discovery/search.html")]
struct SearchPage {
    frame: Frame,
    form: SearchForm,
    heading: String,
    /// The slug of the instrument that stands in the field.
    first: String,
    ignored: FieldErrors,
    /// How words were read that nobody's listing has as they were typed.
    read_as: Vec<(String, String)>,
    hits: Vec<Hit>,
    counts: Counts,
    /// Whether how many are free then is not known, and every count leaves the time out.
    is_far: bool,
    looser: Vec<Looser>,
    time: Option<Time>,
    next: Option<String>,
    is_first: bool,
    /// Without the page: what is kept as a search of one's own.
    address: String,
    /// This very page again.
    back: String,
    /// What players are asked with beside their instrument.
    asking: Vec<(&'static str, String)>,
    rates_as_of: Option<NaiveDate>,
    /// Any three hours of the coming days, with where each leads; one that is chosen leads back.
    soon: Vec<(Count, String)>,
    keeping: Keeping,
}

impl SearchPage {
    /// The one address of this search: without the page, the order and what says nothing.
    fn canonical(&self) -> String {
        self.frame.url(&self.form.address("/musicians", &["after", "sort"], &[]))
    }

    /// Whether others may list it: there is no end to what can be asked for.
    fn is_listed(&self) -> bool {
        let is_whole = self.form.address("/musicians", &["after"], &[]) == "/musicians";
        is_whole && self.is_first && self.frame.viewer.is_none()
    }

    fn notes(&self) -> Vec<String> {
        notes(&self.ignored)
    }

    fn sorts(&self) -> [Sort; 5] {
        Sort::ALL
    }

    fn is_sorted(&self, sort: &Sort) -> bool {
        self.form.sort == sort.word() || (self.form.sort.is_empty() && *sort == Sort::Best)
    }

    /// The first instrument asked for stands in the field; the others are ticked.
    fn instrument(&self) -> &str {
        self.form.instrument.first().map_or("", String::as_str)
    }

    fn others(&self) -> Vec<Count> {
        let others = self.counts.instruments.iter().filter(|count| count.value != self.first);
        others.cloned().collect()
    }

    /// Those that stand open: whatever is chosen, or it would be given up with the next choice.
    fn first_few<'a>(&self, counts: &'a [Count]) -> &'a [Count] {
        &counts[..shown(counts)]
    }

    fn rest<'a>(&self, counts: &'a [Count]) -> &'a [Count] {
        &counts[shown(counts)..]
    }

    /// Whether some of what was asked for is out of sight in the folded part.
    fn narrows(&self) -> bool {
        let form = &self.form;
        !(form.charts.is_empty() && form.language.is_empty() && form.union.is_empty())
            || form.instrument.len() > 1
            || !(form.max.is_empty() && form.hours.is_empty())
            || !form.audio.is_empty()
    }
}

/// How many of a facet stand open; the chosen are the first of them.
fn shown(counts: &[Count]) -> usize {
    let chosen = counts.iter().take_while(|count| count.is_chosen).count();
    counts.len().min(SHOWN.max(chosen))
}

/// Reads an address: the catalog, what only the database knows of it, then the rest.
pub(super) async fn read(
    app: &App,
    db: &mut PgConnection,
    form: &SearchForm,
    home: Zone,
    now: DateTime<Utc>,
) -> sqlx::Result<(std::sync::Arc<Catalog>, Read)> {
    let catalog = catalog::kept(app, db).await?;
    let known = form.look_up(db).await?;
    let read = form.read(&catalog, known, home, now);
    Ok((catalog, read))
}

pub(crate) async fn index(
    State(app): State<App>,
    visit: Visit,
    actor: Option<Actor>,
    OriginalUri(uri): OriginalUri,
    form: SearchForm,
) -> Result<Response, Error> {
    let make = async || {
        let mut db = visit.db().await?;
        let page = page(&app, &visit, &mut db, actor.as_ref(), form.clone()).await?;
        // Whoever changes may fit now, or count.
        Ok(Made::Page(page, vec![Subject::Anything]))
    };
    ready(&app, &visit, &uri, make).await
}

async fn page(
    app: &App,
    visit: &Visit,
    db: &mut Db,
    actor: Option<&Actor>,
    mut form: SearchForm,
) -> Result<SearchPage, Error> {
    let (frame, now) = (visit.frame(), visit.now());
    let home = frame.zone().unwrap_or(Zone::UTC);
    let (catalog, read) = read(app, db, &form, home, now).await?;
    form.zone = read.zone.name().into();
    let Read { search, currency, ignored, .. } = read;
    form.currency = currency.code().into();
    let cursor = read.cursor.unwrap_or(Cursor::first(search.sort, now));
    let finder = app.kept.get_or(Finder::default);
    let found =
        actions::find(db, (&finder, &catalog), &search, cursor, (currency, read.zone), now).await?;
    let rates_as_of = finder.index().rates.as_of;
    let showing = Showing { search: &search, form: &form, catalog: &catalog };
    let Found { hits, next, counts, is_far, times, read_as } = found;
    let is_vain = hits.is_empty() && next.is_none() && cursor.is_first();
    let mut hits: Vec<Hit> =
        hits.into_iter().zip(times).map(|(hit, free)| Hit::of(hit, free, &showing)).collect();
    draw_once(&mut hits);
    mark_kept(db, actor, &mut hits).await?;
    let today = read.zone.date(now);
    let first = form.instrument.first().and_then(|text| catalog.instrument(text));
    Ok(SearchPage {
        heading: search.told(),
        first: first.map(|one| one.slug.clone()).unwrap_or_default(),
        keeping: keeping(db, actor, &form, &ignored).await?,
        ignored,
        read_as,
        looser: if is_vain { looser(&counts, &form) } else { vec![] },
        is_far,
        next: next
            .map(|next| form.address("/musicians", &["after"], &[("after", &next.to_string())])),
        address: form.address("/musicians", &["after"], &[]),
        back: form.address("/musicians", &[], &[]),
        asking: form.asked_of_all(search.way == Way::Remote),
        is_first: cursor.is_first(),
        soon: soon(&counts, &form, today),
        hits,
        counts,
        time: search.time,
        rates_as_of,
        frame: frame.at(Section::Musicians),
        form,
    })
}

/// Marks who is on the reader's own list.
pub(super) async fn mark_kept(
    db: &mut Db,
    actor: Option<&Actor>,
    hits: &mut [Hit],
) -> Result<(), Error> {
    let Some(actor) = actor else { return Ok(()) };
    let ids: Vec<_> = hits.iter().map(|hit| hit.standing.id).collect();
    let kept = favourites::kept_among(db, actor.id, &ids).await?;
    for hit in hits {
        hit.kept = kept.get(&hit.standing.id).copied();
    }
    Ok(())
}

/// Of the time asked for, which lies alike on most days, only the first is drawn whole.
fn draw_once(hits: &mut [Hit]) {
    let mut days = hits.iter_mut().filter_map(|hit| hit.day.as_mut());
    let Some(asked) = days.find_map(Strip::drawn_for_others) else { return };
    days.for_each(|day| day.draw_like(asked));
}

fn soon(counts: &Counts, form: &SearchForm, today: NaiveDate) -> Vec<(Count, String)> {
    let today = today.to_string();
    let address = |count: &Count| match count.is_chosen {
        true => form.beside(&[Condition::Time.fields(), &["after"]].concat(), &[]),
        false => {
            let set = [("date", today.as_str()), ("until", &count.value), ("hours", "3")];
            form.beside(&["after", "from", "to"], &set)
        }
    };
    counts.any_time.iter().map(|count| (count.clone(), address(count))).collect()
}

/// "country fiddle": what a count of credits is of. Nothing, of all there are.
pub(super) fn counted(
    instrument: Option<&catalog::Instrument>,
    genre: Option<&catalog::Genre>,
) -> String {
    let names = [genre.map(|genre| &genre.name), instrument.map(|one| &one.name)];
    names.into_iter().flatten().map(|name| in_sentence(name)).collect::<Vec<_>>().join(" ")
}

fn looser(counts: &Counts, form: &SearchForm) -> Vec<Looser> {
    let each = |(condition, players): (Condition, u64)| {
        let mut without = [condition.fields(), &["after"]].concat();
        // A room there, or remote: of no place that says nothing.
        without.extend((condition == Condition::Place && form.way == "either").then_some("way"));
        let address = form.address("/musicians", &without, &[]);
        Looser { told: condition.told(), players, address }
    };
    actions::looser(counts).into_iter().map(each).collect()
}
