//! One request's belongings: its instant, its one connection, and who is looking.

use std::{
    convert::Infallible,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex},
};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::request::Parts,
    middleware::Next,
    response::Response,
};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool, Postgres, Transaction, pool::PoolConnection};

use super::{App, Error, Frame};

/// What the layers and extractors of one request share.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    now: DateTime<Utc>,
    pool: PgPool,
    shelf: Arc<Mutex<Shelf>>,
}

#[derive(Debug, Default)]
struct Shelf {
    lent: Option<Lent>,
    frame: Frame,
}

/// What a request speaks to Postgres through.
#[derive(Debug)]
enum Lent {
    Connection(PoolConnection<Postgres>),
    /// Opened around the handler, whose own transactions nest in it.
    Transaction(Transaction<'static, Postgres>),
}

impl Visit {
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The request's connection, taken until it is dropped.
    pub(crate) async fn db(&self) -> Result<Db, Error> {
        let lying = self.shelf.lock().expect("no holder panics").lent.take();
        let lent = match lying {
            Some(lent) => lent,
            None => Lent::Connection(self.pool.acquire().await?),
        };
        Ok(Db { lent: Some(lent), visit: self.clone() })
    }

    /// Where a transaction around the handler may be opened. What the request held goes back.
    pub(crate) fn pool(&self) -> &PgPool {
        self.shelf.lock().expect("no holder panics").lent = None;
        &self.pool
    }

    /// Lets the handler work inside `transaction`.
    pub(crate) fn shelve(&self, transaction: Transaction<'static, Postgres>) {
        self.shelf.lock().expect("no holder panics").lent = Some(Lent::Transaction(transaction));
    }

    /// Takes the transaction back that [`Visit::shelve`] lent.
    pub(crate) fn unshelve(&self) -> Option<Transaction<'static, Postgres>> {
        match self.shelf.lock().expect("no holder panics").lent.take() {
            Some(Lent::Transaction(transaction)) => Some(transaction),
            _ => None,
        }
    }

    /// What the layout shows, as far as it is known.
    pub(crate) fn frame(&self) -> Frame {
        self.shelf.lock().expect("no holder panics").frame.clone()
    }

    pub(crate) fn dress(&self, change: impl FnOnce(&mut Frame)) {
        change(&mut self.shelf.lock().expect("no holder panics").frame);
    }
}

/// Puts a [`Visit`] into each request. Safe methods read, all others may write.
pub(crate) async fn visit(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let pool = if request.method().is_safe() { &app.reads } else { &app.writes };
    let frame = Frame::new(&app, &request);
    let shelf = Arc::new(Mutex::new(Shelf { lent: None, frame }));
    let visit = Visit { now: app.clock.now(), pool: pool.clone(), shelf };
    request.extensions_mut().insert(visit);
    next.run(request).await
}

/// The connection of this request. Every function that speaks to Postgres takes it as
/// `&mut PgConnection`, so the same function works inside a transaction.
pub(crate) struct Db {
    lent: Option<Lent>,
    visit: Visit,
}

impl Db {
    /// Gives the connection back while something `slow` goes on that needs none, such as hashing a
    /// password: a burst of them must not keep everyone else from the database. A transaction
    /// stays open.
    pub(crate) async fn rest<T>(mut self, slow: impl Future<Output = T>) -> Result<(Db, T), Error> {
        if let Some(Lent::Connection(_)) = &self.lent {
            self.lent = None;
        }
        let visit = self.visit.clone();
        drop(self);
        let done = slow.await;
        Ok((visit.db().await?, done))
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Visit, Infallible> {
        let visit = parts.extensions.get::<Visit>().cloned();
        Ok(visit.expect("the visit layer is around every handler"))
    }
}

impl FromRequestParts<App> for Db {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Db, Error> {
        let visit = parts.extensions.get::<Visit>().cloned();
        visit.expect("the visit layer is around every handler").db().await
    }
}

impl Deref for Db {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        match self.lent.as_ref().expect("it is only taken on drop") {
            Lent::Connection(connection) => connection,
            Lent::Transaction(transaction) => transaction,
        }
    }
}

impl DerefMut for Db {
    fn deref_mut(&mut self) -> &mut PgConnection {
        match self.lent.as_mut().expect("it is only taken on drop") {
            Lent::Connection(connection) => connection,
            Lent::Transaction(transaction) => transaction,
        }
    }
}

/// Back on the shelf, for whatever of this request comes next.
impl Drop for Db {
    fn drop(&mut self) {
        if let Ok(mut shelf) = self.visit.shelf.lock() {
            shelf.lent = self.lent.take();
        }
    }
}
