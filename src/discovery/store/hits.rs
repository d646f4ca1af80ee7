use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{
    AssertSqlSafe, FromRow, PgConnection, Postgres, postgres::PgArguments, query, query::QueryAs,
};

use super::super::model::{Mark, Standing};
use crate::{
    catalog::in_public,
    values::{Currency, Money, Zone},
};

/// A statement and what it is sent with.
#[derive(Clone, Debug, Default)]
pub(in crate::discovery) struct Statement {
    pub(in crate::discovery) sql: String,
    args: Vec<Arg>,
}

#[derive(Clone, Debug)]
pub(super) enum Arg {
    Ints(Vec<i32>),
    Longs(Vec<i64>),
    Texts(Vec<String>),
    Long(i64),
    Float(f64),
    Text(String),
    Moment(DateTime<Utc>),
}

impl Arg {
    fn sql_type(&self) -> &'static str {
        match self {
            Arg::Ints(_) => "int[]",
            Arg::Longs(_) => "bigint[]",
            Arg::Texts(_) => "text[]",
            Arg::Long(_) => "bigint",
            Arg::Float(_) => "double precision",
            Arg::Text(_) => "text",
            Arg::Moment(_) => "timestamptz",
        }
    }

    /// As Postgres reads it from text.
    fn text(&self) -> String {
        fn list<T: ToString>(items: &[T]) -> String {
            format!("{{{}}}", items.iter().map(T::to_string).collect::<Vec<_>>().join(","))
        }
        match self {
            Arg::Ints(list_) => list(list_),
            Arg::Longs(list_) => list(list_),
            Arg::Texts(list_) => list(list_),
            Arg::Long(number) => number.to_string(),
            Arg::Float(number) => number.to_string(),
            Arg::Text(text) => text.clone(),
            Arg::Moment(at) => at.to_rfc3339(),
        }
    }
}

impl Statement {
    /// The next placeholder, with its type.
    pub(super) fn arg(&mut self, arg: Arg) -> String {
        let sql_type = arg.sql_type();
        self.args.push(arg);
        format!("${}::{sql_type}", self.args.len())
    }

    fn query(&self) -> QueryAs<'_, Postgres, Hit, PgArguments> {
        let query = sqlx::query_as(AssertSqlSafe(self.sql.clone()));
        self.args.iter().fold(query, |query, arg| match arg {
            Arg::Ints(list) => query.bind(list),
            Arg::Longs(list) => query.bind(list),
            Arg::Texts(list) => query.bind(list),
            Arg::Long(number) => query.bind(number),
            Arg::Float(number) => query.bind(number),
            Arg::Text(text) => query.bind(text),
            Arg::Moment(at) => query.bind(at),
        })
    }

    /// The arguments as text, in order: for `pgbench` and `EXPLAIN`.
    pub(in crate::discovery) fn arguments(&self) -> Vec<String> {
        self.args.iter().map(Arg::text).collect()
    }
}

#[derive(FromRow)]
struct Hit {
    is_new: bool,
    closeness: i32,
    key: f64,
    musician_id: i64,
    instrument_id: i32,
    genre_id: i32,
    credits: i32,
    last_played_on: Option<NaiveDate>,
    claimed: i32,
    slug: String,
    name: String,
    headline: String,
    place: String,
    zone: Zone,
    works_in_room: bool,
    works_remotely: bool,
    currency: String,
    session_rate: Option<i64>,
    song_rate: Option<i64>,
    has_audio: bool,
    instruments: Vec<i32>,
    own_genres: Vec<i32>,
    portrait: Option<String>,
}

/// The first of those who fit after `cursor`, and of the newcomers among them.
pub(in crate::discovery) async fn hits(
    db: &mut PgConnection,
    statement: &Statement,
) -> sqlx::Result<Vec<Standing>> {
    // To plan one takes several times as long as to run it, and what Postgres guesses of the numbers
    // it is sent with misleads it now and then: each shape is planned once, for all.
    query("set plan_cache_mode = force_generic_plan").execute(&mut *db).await?;
    let rows = statement.query().fetch_all(&mut *db).await;
    query("reset plan_cache_mode").execute(db).await?;
    rows?.into_iter().map(Standing::try_from).collect()
}

impl TryFrom<Hit> for Standing {
    type Error = sqlx::Error;

    fn try_from(hit: Hit) -> sqlx::Result<Standing> {
        let currency: Currency =
            hit.currency.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        let money = |minor: Option<i64>| minor.map(|minor| Money::new(minor, currency));
        Ok(Standing {
            id: hit.musician_id.into(),
            slug: hit.slug,
            name: hit.name,
            headline: hit.headline,
            place: in_public(&hit.place),
            zone: hit.zone,
            works_in_room: hit.works_in_room,
            works_remotely: hit.works_remotely,
            session_rate: money(hit.session_rate),
            song_rate: money(hit.song_rate),
            has_audio: hit.has_audio,
            instruments: hit.instruments,
            genres: hit.own_genres,
            portrait: hit.portrait,
            credits: hit.credits,
            last_played_on: hit.last_played_on,
            claimed: hit.claimed,
            instrument: hit.instrument_id,
            genre: hit.genre_id,
            mark: Mark { closeness: hit.closeness, key: hit.key, id: hit.musician_id },
            is_new: hit.is_new,
        })
    }
}
