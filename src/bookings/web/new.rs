use askama::Template;
use axum::{
    extract::OriginalUri,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, Sent},
        model::{Ask, Terms, Times, When, free_on},
    },
    forms::{CallForm, LABELS},
    views::{Asked, DayView, Told, length},
};
use crate::{
    accounts::{Actor, Verified},
    availability::{self, Calendar, SESSION, Town},
    bookings::BookingError,
    catalog::{self, Catalog},
    musicians::{self, Profile},
    packs::{self, Job, Quote},
    values::{FieldErrors, Money, Secret, Slot, Slug, Zone, read_day},
    web::{Db, Error, Form, Frame, Go, Moved, Now, Page, Path, Query, Section, filters},
};

/// What a request to one player is written and read with.
pub(super) struct Desk {
    pub(super) player: Profile,
    pub(super) calendar: Calendar,
    pub(super) catalog: Catalog,
    /// What the fee may be counted by, the player's own terms first.
    packs: Vec<packs::Terms>,
    now: DateTime<Utc>,
}

impl Desk {
    pub(super) async fn load(
        db: &mut PgConnection,
        actor: &Actor,
        slug: &str,
        now: DateTime<Utc>,
    ) -> Result<Desk, Error> {
        let slug: Slug = slug.parse().map_err(|_| Error::NotFound)?;
        let player = musicians::find_published(db, slug.as_str()).await?.ok_or(Error::NotFound)?;
        Ask::may_be_sent(actor.id, &player).map_err(BookingError::from)?;
        // A day more than can be asked for on either side, for sessions at its edges.
        let last = Times::horizon(now) + TimeDelta::days(2);
        let window = Slot::new(now - TimeDelta::days(1), last).map_err(anyhow::Error::from)?;
        let calendar = availability::calendar(db, player.id, window, now).await?;
        let packs = packs::list_terms(db, player.id, now.date_naive()).await.unwrap_or_default();
        // A fee is in one currency, the player's.
        let packs = packs.into_iter().filter(|terms| terms.currency == player.currency).collect();
        Ok(Desk { player, calendar, catalog: catalog::load(db).await?, packs, now })
    }

    pub(super) async fn read(
        &self,
        db: &mut PgConnection,
        form: &CallForm,
    ) -> Result<Result<Ask, FieldErrors>, Error> {
        let town = match form.town_typed() {
            "" => None,
            typed => catalog::meant(db, typed).await?,
        };
        let town = town.map(|place| Town {
            id: place.id,
            latitude: place.latitude,
            longitude: place.longitude,
        });
        Ok(form.read(self.terms(), &self.catalog, town))
    }

    fn terms(&self) -> Terms<'_> {
        let times = Times { calendar: &self.calendar, now: self.now };
        Terms { player: &self.player, times, packs: &self.packs }
    }

    /// A fresh form, with what an address or the player's profile already says.
    fn prefilled(&self, from: Prefill) -> CallForm {
        let player = &self.player;
        let wants_remote = !matches!(from.remote.as_str(), "" | "0" | "false");
        let remote = player.works_remotely && (wants_remote || !player.works_in_room);
        let meant = self.catalog.instrument(&from.instrument);
        let meant = meant.filter(|meant| player.plays(meant.id)).map(|meant| &meant.slug);
        let instrument = meant.or(player.instruments.first().map(|plays| &plays.slug));
        let meant = self.catalog.genre(&from.genre);
        let genre = meant.or(player.genres.first().and_then(|id| self.catalog.genre_by_id(*id)));
        let zone = from.zone.parse().unwrap_or(player.zone);
        let mut form = CallForm {
            kind: if remote { "remote".into() } else { "room".into() },
            instrument: instrument.cloned().unwrap_or_default(),
            genre: genre.map(|genre| genre.slug.clone()).unwrap_or_default(),
            date: from.date,
            from: from.from,
            to: from.to,
            zone: zone.name().into(),
            due_time: "18:00".into(),
            form_key: Secret::random().reveal()[..32].to_owned(),
            ..CallForm::default()
        };
        let money = self.money(&form);
        let fee = money.and_then(|money| money.quote.ok()).map(|quote| quote.total);
        form.fee = fee.filter(|fee| fee.minor() > 0).map(|fee| fee.typed()).unwrap_or_default();
        form
    }

    fn page(self, frame: Frame, form: CallForm, errors: FieldErrors) -> NewPage {
        let reader = frame.zone();
        let asked = form.zone.parse().ok();
        let asked = asked.and_then(|zone: Zone| {
            let slot = form.read_session(Some(zone), &mut FieldErrors::default())?;
            Some((zone, slot))
        });
        let day = match asked {
            Some((_, slot)) => Some(self.calendar.zone.date(slot.starts_at())),
            None => read_day(&form.date).ok(),
        };
        let next = || self.calendar.next_free(self.now, TimeDelta::minutes(30), None);
        let day = day.or_else(|| Some(self.calendar.zone.date(next()?.starts_at())));
        let slot = asked.map(|(_, slot)| slot);
        let slot = slot.map(|slot| Asked { slot, booking: None, is_live: true });
        let of_day = |day| DayView::of(&self.player.name, &self.calendar, day, slot);
        let told = asked.map(|(zone, slot)| Told::by(zone, When::Room(slot)));
        let others = asked.map(|(zone, slot)| {
            let mut clocks = vec![self.player.zone];
            clocks.extend(reader);
            clocks.dedup();
            let differs = |clock: &Zone| !clock.agrees_with(zone, slot.starts_at());
            let told = |clock| Told::by(clock, When::Room(slot));
            clocks.into_iter().filter(differs).map(told).collect()
        });
        let money = self.money(&form);
        NewPage {
            packs: self.packs.iter().map(|terms| (terms.pack.to_string(), terms.told())).collect(),
            money,
            day: day.map(of_day),
            told,
            others: others.unwrap_or_default(),
            openings: self.openings(day.unwrap_or_default(), reader, &form),
            length: length(slot.map_or(SESSION, |asked| asked.slot.length())),
            starts: self.starts(
                day.unwrap_or_default(),
                slot.map(|asked| asked.slot),
                reader,
                &form,
            ),
            instruments: self.instruments(),
            genres: self.genres(),
            zones: zones(self.player.zone, reader, self.now),
            frame: frame.at(Section::Musicians),
            player: self.player,
            form,
            errors,
        }
    }

    /// The next times the player is free, from a day on, each a press away.
    fn openings(&self, day: NaiveDate, reader: Option<Zone>, form: &CallForm) -> Vec<Opening> {
        let zone = self.calendar.zone;
        let days = day.iter_days().take(21);
        let free = days.flat_map(|day| free_on(&self.calendar, day, None));
        free.take(5)
            .map(|free| {
                let end = (free.starts_at() + SESSION).min(free.ends_at());
                let slot = Slot::new(free.starts_at(), end).unwrap_or(free);
                let yours = reader.filter(|r| !r.agrees_with(zone, free.starts_at()));
                Opening {
                    yours: yours.map(|reader| reader.hours(&free)),
                    ..self.opening(slot, zone.span(&free), reader, form)
                }
            })
            .collect()
    }

    /// Sessions as long as the one asked for that may be asked for on a day, each a press away.
    fn starts(
        &self,
        day: NaiveDate,
        asked: Option<Slot>,
        reader: Option<Zone>,
        form: &CallForm,
    ) -> Vec<Opening> {
        let zone = self.calendar.zone;
        let length = asked.map_or(SESSION, |slot| slot.length());
        let whole = self.calendar.whole_day(day);
        let offers = whole.map(|whole| self.calendar.offers(whole, length, None));
        // A time that the clocks show twice cannot be typed but as its first.
        let typed = |slot: &Slot| zone.start(zone.local(slot.starts_at())) == slot.starts_at();
        let offers = offers.unwrap_or_default().into_iter().filter(typed);
        offers.map(|slot| self.opening(slot, zone.hours(&slot), reader, form)).collect()
    }

    /// A way to the same form with another time.
    fn opening(&self, slot: Slot, told: String, reader: Option<Zone>, form: &CallForm) -> Opening {
        let zone = self.calendar.zone;
        let (from, to) = (zone.local(slot.starts_at()), zone.local(slot.ends_at()));
        let yours = reader.filter(|r| !r.agrees_with(zone, slot.starts_at()));
        Opening {
            told,
            yours: yours.map(|reader| reader.hours(&slot)),
            address: format!(
                "/musicians/{}/calls/new?instrument={}&genre={}&zone={zone}&date={}&from={}&to={}",
                self.player.slug,
                form.instrument,
                form.genre,
                from.format("%Y-%m-%d"),
                from.format("%H:%M"),
                to.format("%H:%M"),
            ),
        }
    }

    /// What the form comes to as it is typed.
    fn money(&self, form: &CallForm) -> Option<Reckoning> {
        let terms = self.terms().counted_by(&form.pack).ok().flatten()?;
        let zone = form.zone.parse().unwrap_or(self.player.zone);
        let none = &mut FieldErrors::default();
        let (job, starts_at) = match form.kind.as_str() {
            "remote" => (Job::songs(1), form.read_due(self.player.zone, self.terms().times, none)),
            _ => {
                let slot = form.read_session(Some(zone), none);
                let minutes = slot.map_or(SESSION, |slot| slot.length()).num_minutes();
                let minutes = u16::try_from(minutes).unwrap_or(u16::MAX);
                (Job::session(minutes), slot.map(|slot| slot.starts_at()))
            }
        };
        let fee = Money::parse(&form.fee, self.player.currency).ok();
        let cancelling = match fee.filter(|fee| fee.minor() > 0).zip(starts_at) {
            Some((fee, at)) => terms.ladder().told_in_money(fee, at, self.now, zone),
            None => terms.ladder().told(),
        };
        let quote = terms.quote(&job);
        Some(Reckoning { quote: quote.map_err(|why| why.to_string()), cancelling })
    }

    fn instruments(&self) -> Vec<(String, String)> {
        let plays = self.player.instruments.iter();
        plays.map(|plays| (plays.slug.clone(), plays.name.clone())).collect()
    }

    /// The player's own first, then all, each under its root.
    fn genres(&self) -> Vec<(String, String)> {
        let own = self.player.genres.iter().filter_map(|id| self.catalog.genre_by_id(*id));
        let mut genres: Vec<_> =
            own.map(|genre| (genre.slug.clone(), genre.name.clone())).collect();
        for (root, children) in self.catalog.genre_tree() {
            let own = |slug: &str| {
                self.player
                    .genres
                    .iter()
                    .any(|id| self.catalog.genre_by_id(*id).is_some_and(|genre| genre.slug == slug))
            };
            if !own(&root.slug) {
                genres.push((root.slug.clone(), root.name.clone()));
            }
            for child in children.into_iter().filter(|child| !own(&child.slug)) {
                genres.push((child.slug.clone(), format!("{}: {}", root.name, child.name)));
            }
        }
        genres
    }
}

/// The player's zone, the reader's, then all there are.
fn zones(player: Zone, reader: Option<Zone>, now: DateTime<Utc>) -> Vec<(String, String)> {
    let first = |zone: Zone, whose: &str| {
        (zone.name().to_owned(), format!("{zone} ({}), {whose}", zone.abbreviation(now)))
    };
    let mut zones = vec![first(player, "the player’s")];
    zones.extend(reader.filter(|reader| *reader != player).map(|reader| first(reader, "yours")));
    let rest = Zone::all().filter(|zone| *zone != player && Some(*zone) != reader);
    zones.extend(rest.map(|zone| (zone.name().to_owned(), zone.name().to_owned())));
    zones
}

/// What an address may say about a call that is still to be written.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Prefill {
    instrument: String,
    genre: String,
    date: String,
    from: String,
    to: String,
    zone: String,
    remote: String,
}

struct Opening {
    told: String,
    yours: Option<String>,
    address: String,
}

/// What a request comes to by the terms it names, before anybody commits.
struct Reckoning {
    quote: Result<Quote, String>,
    /// What is owed on cancelling, and when.
    cancelling: String,
}

#[derive(Template)]
#[template(path = "bookings/new.html")]
struct NewPage {
    frame: Frame,
    player: Profile,
    day: Option<DayView>,
    told: Option<Told>,
    others: Vec<Told>,
    openings: Vec<Opening>,
    /// How long the starts are for.
    length: String,
    starts: Vec<Opening>,
    instruments: Vec<(String, String)>,
    genres: Vec<(String, String)>,
    zones: Vec<(String, String)>,
    packs: Vec<(String, String)>,
    money: Option<Reckoning>,
    form: CallForm,
    errors: FieldErrors,
}

impl NewPage {
    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }

    fn fee_hint(&self) -> String {
        format!("In {}, for all of it.", self.player.currency)
    }
}

pub(crate) async fn new(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    OriginalUri(uri): OriginalUri,
    Path(slug): Path<String>,
    Query(prefill): Query<Prefill>,
) -> Result<Response, Error> {
    let desk = Desk::load(&mut db, &actor, &slug, now).await?;
    if desk.player.slug != slug {
        return Ok(Moved::from(&uri, &desk.player.slug).into_response());
    }
    let form = desk.prefilled(prefill);
    Ok(Page::ok(desk.page(frame, form, FieldErrors::default())).into_response())
}

pub(crate) async fn create(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    Path(slug): Path<String>,
    Form(form): Form<CallForm>,
) -> Result<Response, Error> {
    let desk = Desk::load(&mut db, &actor, &slug, now).await?;
    let ask = match desk.read(&mut db, &form).await? {
        Ok(ask) => ask,
        Err(errors) => return Ok(Page::again(desk.page(frame, form, errors)).into_response()),
    };
    let sent = actions::request(&mut db, &actor, &desk.player, &ask, now).await?;
    let sentence = match sent {
        Sent::Now(_) => format!("Sent. {} has been told.", desk.player.name),
        Sent::Before(_) => "This form was sent before, and made this booking.".into(),
    };
    Ok(Go::to(format!("/bookings/{}", sent.id())).saying(sentence).into_response())
}
