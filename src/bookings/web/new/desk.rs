use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        super::{
            model::{Ask, CallFile, OpenCall, Part, Terms, Times, When},
            store,
        },
        forms::{CallForm, WITH},
    },
    Prefill,
};
use crate::{
    accounts::Actor,
    availability::{self, Calendar, SESSION, Town},
    bookings::BookingError,
    catalog::{self, Catalog},
    imports, instant,
    musicians::{self, Profile},
    packs::{self, Job, Quote, Refusal},
    values::{AccountId, FieldErrors, Money, Secret, Slot, Slug},
    web::{App, Db, Error},
};

/// What a request to one player is written and read with.
pub(in crate::bookings::web) struct Desk {
    pub(in crate::bookings::web) player: Profile,
    pub(in crate::bookings::web) calendar: Calendar,
    pub(in crate::bookings::web) catalog: Catalog,
    /// The call that this is one more request for, where it is out already.
    pub(super) out: Option<OpenCall>,
    /// What goes with it.
    pub(super) out_files: Vec<CallFile>,
    /// Calls of the producer's own that ask several players and that nobody has said yes to.
    pub(super) open: Vec<OpenCall>,
    /// What the fee may be counted by, the player's own terms first.
    pub(super) packs: Vec<packs::Terms>,
    /// What the player lets be booked at once.
    pub(super) instant: instant::Rules,
    pub(super) now: DateTime<Utc>,
}

/// What a request comes to by the terms it names, before anybody commits.
pub(super) struct Reckoning {
    pub(super) quote: Result<Quote, String>,
    /// What is owed on cancelling, and when.
    pub(super) cancelling: String,
}

impl Desk {
    pub(in crate::bookings::web) async fn load(
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
        let open = store::open_calls(db, actor.id, now).await?;
        let catalog = catalog::load(db).await?;
        let instant = instant::find(db, player.id).await?;
        Ok(Desk {
            player,
            calendar,
            catalog,
            out: None,
            out_files: vec![],
            open,
            packs,
            instant,
            now,
        })
    }

    /// Takes up a call that is out, for one more player to be asked for it.
    pub(super) async fn take_up(
        &mut self,
        db: &mut PgConnection,
        producer: AccountId,
        call: &str,
    ) -> Result<(), Error> {
        if let Ok(call) = call.trim().parse() {
            self.out = store::find_call(db, call, producer).await?;
            self.out_files = match &self.out {
                Some(call) => store::files_of(db, call.id).await?,
                None => Vec::new(),
            };
        }
        Ok(())
    }

    pub(in crate::bookings::web) async fn read(
        &mut self,
        db: &mut PgConnection,
        producer: AccountId,
        form: &CallForm,
    ) -> Result<Result<Ask, FieldErrors>, Error> {
        self.take_up(db, producer, &form.call).await?;
        if self.out.is_none() && !form.call.trim().is_empty() {
            let mut errors = FieldErrors::default();
            errors.add("call", "is not one of yours that asks several players");
            return Ok(Err(errors));
        }
        let town = match form.town_typed() {
            "" => None,
            typed => catalog::meant(db, typed).await?,
        };
        let town = town.map(|place| Town {
            id: place.id,
            latitude: place.latitude,
            longitude: place.longitude,
        });
        Ok(form.read(self.terms(), &self.catalog, town, self.out.as_ref()))
    }

    /// Before something is booked at once, as before an acceptance.
    pub(in crate::bookings::web) async fn freshened(
        &self,
        app: &App,
        db: Db,
        ask: &Ask,
    ) -> Result<Db, Error> {
        if !ask.at_once {
            return Ok(db);
        }
        let (db, fresh) = db.rest(imports::freshen(app, self.player.id)).await?;
        fresh?;
        Ok(db)
    }

    pub(super) fn terms(&self) -> Terms<'_> {
        let times = Times { calendar: &self.calendar, now: self.now };
        Terms { player: &self.player, times, packs: &self.packs, instant: &self.instant }
    }

    /// A fresh form, with what an address or the player's profile already says.
    pub(super) fn prefilled(&self, from: Prefill) -> CallForm {
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
            call: from.call,
            songs: "1".into(),
            charts: "none".into(),
            sample_rate: "48000".into(),
            bit_depth: "24".into(),
            channels: "mono".into(),
            sound: "dry".into(),
            passes: "2".into(),
            count_in: "2".into(),
            naming: "Title_Instrument_Pass".into(),
            with: WITH.iter().map(|(word, _)| (*word).to_owned()).collect(),
            asks: "one".into(),
            role: "player".into(),
            covers: self.usually_covered(remote),
            credited_as: player.name.clone(),
            form_key: Secret::random().reveal()[..32].to_owned(),
            ..CallForm::default()
        };
        let money = self.money(&form);
        let fee = money.and_then(|money| money.quote.ok()).map(|quote| quote.total);
        form.fee = fee.filter(|fee| fee.minor() > 0).map(|fee| fee.typed()).unwrap_or_default();
        form
    }

    /// What a player says that their rates include, or what a fee is usually for.
    fn usually_covered(&self, remote: bool) -> String {
        match (self.player.rate_includes.trim(), remote) {
            ("", true) => "The takes, and one round of changes.".into(),
            ("", false) => "The session.".into(),
            (said, _) => said.to_owned(),
        }
    }

    /// What the form comes to as it is typed: with the fee, where one is.
    pub(super) fn money(&self, form: &CallForm) -> Option<Reckoning> {
        let terms = self.terms().counted_by(&form.pack).ok().flatten()?;
        let zone = form.zone.parse().unwrap_or(self.player.zone);
        let none = &mut FieldErrors::default();
        let (when, starts_at) = match &self.out {
            Some(call) => (Some(call.when), Some(call.when.starts_at())),
            None if form.kind == "remote" => {
                let due = form.read_due(self.player.zone, self.terms().times, none);
                (Some(When::Remote(due.unwrap_or(self.now))), due)
            }
            None => {
                let slot = form.read_session(Some(zone), none);
                (slot.map(When::Room), slot.map(|slot| slot.starts_at()))
            }
        };
        let songs = match &self.out {
            Some(call) => call.music.as_ref().map_or(1, |music| music.songs),
            None => form.songs.trim().parse().unwrap_or(1),
        };
        let part = form.read_counted(self.terms(), none).unwrap_or_default();
        let job = job(&part, when, songs);
        let fee = Money::parse(&form.fee, self.player.currency).ok();
        let fee = fee.filter(|fee| fee.minor() > 0);
        let cancelling = match fee.zip(starts_at) {
            Some((fee, at)) => terms.ladder().told_in_money(fee, at, self.now, zone),
            None => terms.ladder().told(),
        };
        let quote = match fee.map(|fee| terms.quote_for(&job, fee)) {
            None | Some(Err(Refusal::BelowScale(_))) => terms.quote(&job),
            Some(quote) => quote,
        };
        Some(Reckoning { quote: quote.map_err(|why| why.to_string()), cancelling })
    }

    /// The form with the fee that the terms come to, for who asked to see it.
    pub(super) fn counted(&self, form: CallForm) -> CallForm {
        let plain = CallForm { fee: String::new(), ..form.clone() };
        let quote = self.money(&plain).and_then(|money| money.quote.ok());
        match quote.map(|quote| quote.total).filter(|total| total.minor() > 0) {
            Some(total) => CallForm { fee: total.typed(), ..form },
            None => form,
        }
    }
}

/// What is counted of a part: of a session whose time is not said yet, one of the usual length.
fn job(part: &Part, when: Option<When>, songs: u16) -> Job {
    match when {
        Some(when) => part.job(when, songs),
        None => {
            let minutes = u16::try_from(SESSION.num_minutes()).unwrap_or(u16::MAX);
            let usual = Job::session(minutes);
            Job { work: usual.work, ..part.job(When::Remote(DateTime::UNIX_EPOCH), songs) }
        }
    }
}
