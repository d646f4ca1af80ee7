//! Who follows a conversation on this server just now, and how they hear of what is new.

use std::{
    collections::{HashMap, HashSet},
    convert::Infallible,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use chrono::TimeDelta;
use sqlx::{
    PgPool,
    postgres::{PgListener, PgPoolOptions},
};
use tokio::{
    runtime::Handle,
    sync::watch,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    super::{model::CHANNEL, store},
    ThreadError,
};
use crate::{
    accounts::{self, Actor},
    values::{AccountId, BookingId, Clock, SignInId},
    web::App,
};

/// How many pages one account may have open on one server: a browser opens no more than six
/// connections to one, and needs some for the rest.
const EACH: usize = 6;
/// How often it is looked whether readers are still signed in, and said that they are still here.
const EVERY: Duration = Duration::from_secs(20);
/// Each server says something so often; one that hears nothing at all for so long is cut off.
const SILENCE: Duration = Duration::from_secs(70);
/// How long a connection that was lost is let rest before the next try.
const PAUSE: Duration = Duration::from_secs(1);
/// What a dead server left behind is forgotten after.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::minutes(10);

/// The pages of this server that are open.
#[derive(Debug)]
pub struct Pages {
    open: Mutex<Open>,
    every: Duration,
    began: AtomicBool,
}

#[derive(Debug, Default)]
struct Open {
    /// What wakes the pages of each conversation.
    bells: HashMap<BookingId, watch::Sender<()>>,
    pages: HashMap<i64, Place>,
}

/// A page as this server knows it.
#[derive(Debug)]
struct Place {
    booking: BookingId,
    account: AccountId,
    sign_in: SignInId,
    ended: CancellationToken,
}

/// A page that is open; no longer once it is dropped.
#[derive(Debug)]
pub(in crate::threads) struct Page {
    pages: Arc<Pages>,
    pool: PgPool,
    id: i64,
    news: watch::Receiver<()>,
    ended: CancellationToken,
}

impl Default for Pages {
    fn default() -> Pages {
        Pages::looking_every(EVERY)
    }
}

impl Pages {
    /// That look so often whether their readers are still signed in.
    pub fn looking_every(every: Duration) -> Pages {
        Pages { open: Mutex::default(), every, began: AtomicBool::new(false) }
    }

    /// Opens a page for the actor. From then on it hears of everything that is committed.
    pub(in crate::threads) async fn open(
        app: &App,
        actor: &Actor,
        booking: BookingId,
    ) -> Result<Page, ThreadError> {
        let pages = app.kept.get_or(Pages::default);
        if !pages.began.swap(true, Ordering::SeqCst) {
            tokio::spawn(listen(Arc::clone(&pages), app.clone()));
            tokio::spawn(keep(Arc::clone(&pages), app.clone()));
        }
        let mut db = app.writes.acquire().await?;
        let id = store::insert_page(&mut db, booking, actor.id, Clock::System.now()).await?;
        drop(db);
        let ended = app.stopping.child_token();
        let news = pages.enter(id, actor, booking, ended.clone());
        let page = Page { pages, pool: app.writes.clone(), id, news, ended };
        match page.pages.count(actor.id) {
            0..=EACH => Ok(page),
            _ => Err(ThreadError::TooManyPages),
        }
    }

    fn open_now(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(
        &self,
        id: i64,
        actor: &Actor,
        booking: BookingId,
        ended: CancellationToken,
    ) -> watch::Receiver<()> {
        let mut open = self.open_now();
        let place = Place { booking, account: actor.id, sign_in: actor.sign_in, ended };
        open.pages.insert(id, place);
        open.bells.entry(booking).or_default().subscribe()
    }

    fn count(&self, account: AccountId) -> usize {
        self.open_now().pages.values().filter(|place| place.account == account).count()
    }

    fn wake(&self, booking: BookingId) {
        if let Some(bell) = self.open_now().bells.get(&booking) {
            bell.send_replace(());
        }
    }

    fn wake_all(&self) {
        self.open_now().bells.values().for_each(|bell| bell.send_replace(()));
    }

    /// Wakes pages as Postgres tells, until it tells no more.
    async fn hear(&self, pool: &PgPool) -> anyhow::Result<Infallible> {
        // A connection of its own, from a pool of its own: the last may hang on a line that is dead.
        let own = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let own = own.connect_lazy_with(pool.connect_options().as_ref().clone());
        let mut listener = PgListener::connect_with(&own).await?;
        listener.listen(CHANNEL).await?;
        // What was told before reached nobody here.
        self.wake_all();
        loop {
            let heard = timeout(SILENCE, listener.try_recv()).await;
            match heard.context("nothing was heard, not even of ourselves")?? {
                Some(told) => {
                    if let Ok(booking) = told.payload().parse() {
                        self.wake(booking);
                    }
                }
                // The connection was lost, and is there again.
                None => self.wake_all(),
            }
        }
    }

    /// Says that the pages are still here, and ends those whose readers are signed in no more.
    async fn look(&self, app: &App) -> sqlx::Result<()> {
        let (ids, sign_ins): (Vec<i64>, Vec<SignInId>) = {
            let open = self.open_now();
            open.pages.iter().map(|(id, place)| (*id, place.sign_in)).unzip()
        };
        let mut db = app.writes.acquire().await?;
        store::tell_servers(&mut db).await?;
        let now = Clock::System.now();
        store::keep_pages(&mut db, &ids, now).await?;
        store::forget_pages(&mut db, now - FORGOTTEN_AFTER).await?;
        let signed_in = accounts::still_open(&mut db, &sign_ins, app.clock.now()).await?;
        let signed_in: HashSet<SignInId> = signed_in.into_iter().collect();
        let open = self.open_now();
        let left = ids.iter().filter_map(|id| open.pages.get(id));
        left.filter(|place| !signed_in.contains(&place.sign_in)).for_each(|it| it.ended.cancel());
        Ok(())
    }
}

/// Listens until the server stops; again, when Postgres went away.
async fn listen(pages: Arc<Pages>, app: App) {
    while let Some(Err(error)) = app.stopping.run_until_cancelled(pages.hear(&app.writes)).await {
        tracing::warn!(error = format!("{error:#}"), "Postgres tells nothing; asking again");
        app.stopping.run_until_cancelled(sleep(PAUSE)).await;
    }
}

async fn keep(pages: Arc<Pages>, app: App) {
    let mut every = interval(pages.every);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while app.stopping.run_until_cancelled(every.tick()).await.is_some() {
        if let Err(error) = pages.look(&app).await {
            tracing::warn!(%error, "it cannot be said which pages are open");
        }
    }
}

impl Page {
    /// Waits until there may be something new. False once the page is to end.
    pub(in crate::threads) async fn news(&mut self) -> bool {
        tokio::select! {
            biased;
            () = self.ended.cancelled() => false,
            rung = self.news.changed() => rung.is_ok(),
        }
    }

    /// Waits a little, after what went wrong. False once the page is to end.
    pub(in crate::threads) async fn pause(&self) -> bool {
        self.ended.run_until_cancelled(sleep(PAUSE)).await.is_some()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let mut open = self.pages.open_now();
        if let Some(place) = open.pages.remove(&self.id)
            && !open.pages.values().any(|other| other.booking == place.booking)
        {
            open.bells.remove(&place.booking);
        }
        drop(open);
        if let Ok(runtime) = Handle::try_current() {
            let (pool, id) = (self.pool.clone(), self.id);
            runtime.spawn(async move {
                let removed = async { store::remove_page(&mut *pool.acquire().await?, id).await };
                if let Err(error) = removed.await {
                    tracing::debug!(%error, "a page that was closed is forgotten later");
                }
            });
        }
    }
}
