use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, Finder},
        model::Way,
        store,
    },
    forms::{SearchForm, notes},
    search,
};
use crate::{
    accounts::Actor,
    values::{FieldErrors, MusicianId, WatchId, Zone},
    web::{App, escape},
};

/// What a search that somebody keeps means now.
pub(crate) struct Sought {
    /// In its one form: of the same search it is the same.
    pub(crate) query: String,
    /// `Fiddle, country, 50 km around Nashville`.
    pub(crate) told: String,
    /// By whose clock its times are.
    pub(crate) zone: Zone,
    /// Whether songs are asked for rather than sessions.
    pub(crate) is_remote: bool,
    /// Whether the time it asks for is over.
    pub(crate) is_over: bool,
    /// What of it makes no sense, or no more.
    pub(crate) ignored: FieldErrors,
    /// Who fits. Nobody, where it makes no sense as a whole: without a condition more would.
    pub(crate) players: Vec<MusicianId>,
}

impl Sought {
    /// What of it makes no sense, as sentences.
    pub(crate) fn notes(&self) -> Vec<String> {
        notes(&self.ignored)
    }
}

/// Reads what stands in the address of a search, and finds who fits. `home` is the clock of one
/// who names none.
pub(crate) async fn seek(
    app: &App,
    db: &mut PgConnection,
    query: &str,
    home: Zone,
    now: DateTime<Utc>,
) -> sqlx::Result<Sought> {
    let mut form = SearchForm::of(query);
    form.after.clear();
    let (_, read) = search::read(app, db, &form, home, now).await?;
    form.zone = read.zone.name().into();
    form.currency = read.currency.code().into();
    let players = if read.ignored.is_empty() {
        let finder = app.kept.get_or(Finder::default);
        actions::fitting(db, &finder, &read.search, now).await?
    } else {
        Vec::new()
    };
    Ok(Sought {
        query: form.query(),
        told: read.search.told(),
        zone: read.zone,
        is_remote: read.search.way == Way::Remote,
        is_over: form.asks_for_time() && read.search.time.is_none(),
        ignored: read.ignored,
        players,
    })
}

/// What a reader of a search may do about keeping it.
pub(super) enum Keeping {
    /// Signed in they could; the way there leads back.
    AfterSigningIn(String),
    /// What is sent to keep it.
    Offered(String),
    Kept(WatchId),
    /// It asks for nothing, or makes no sense as a whole, or their address is not confirmed.
    NotOffered,
}

pub(super) async fn keeping(
    db: &mut PgConnection,
    actor: Option<&Actor>,
    form: &SearchForm,
    ignored: &FieldErrors,
) -> sqlx::Result<Keeping> {
    let query = form.query();
    if !ignored.is_empty() || query.is_empty() {
        return Ok(Keeping::NotOffered);
    }
    let Some(actor) = actor else {
        let back = form.address("/musicians", &["after"], &[]);
        return Ok(Keeping::AfterSigningIn(format!("/sign-in?next={}", escape(&back))));
    };
    Ok(match store::find_watch(db, actor.id, &query).await? {
        Some(id) => Keeping::Kept(id),
        None if actor.is_verified() => Keeping::Offered(query),
        None => Keeping::NotOffered,
    })
}
