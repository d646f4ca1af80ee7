//! The walk over the listings: one of a few fixed shapes of statement for each search, so that each
//! is prepared once. Why it has this shape: `docs/performance.md`.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    super::model::{Cursor, Mark, Search, Sort, small},
    hits::{Arg, Statement},
    probes::probes,
};

/// Who has fewer matching credits than this, and is here for less than [`NEWCOMER_FOR`], is new.
pub(in crate::discovery) const NEWCOMER_CREDITS: i32 = 3;
pub(in crate::discovery) const NEWCOMER_FOR: TimeDelta = TimeDelta::days(90);

/// Which way through the listings is taken.
#[derive(Clone, Debug)]
pub(in crate::discovery) enum Plan {
    /// In the order of an index, until enough of them fit: right where many do.
    Walk,
    /// Only these, who fit as far as the index of this server knows: right where few do.
    Among(Vec<i64>),
}

/// An instrument and a genre whose entries are walked, and where to begin in each row.
struct Row {
    instrument: i32,
    genre: i32,
    closeness: i32,
}

/// The pairs a search walks. An instrument's kin come after it; what the words name comes before
/// everybody else.
fn rows(search: &Search, kin: bool) -> Vec<Row> {
    let genre = search.genre.as_ref().map_or(0, |genre| small(genre.id.number()));
    let row = |instrument, genre, closeness| Row { instrument, genre, closeness };
    if let (true, Some((instrument, of))) = (search.instruments.is_empty(), &search.leaning) {
        let instrument = instrument.as_ref().map(|wanted| small(wanted.id.number()));
        let of = of.as_ref().map_or(genre, |wanted| small(wanted.id.number()));
        let mut rows = vec![row(instrument.unwrap_or(0), of, 0)];
        if !kin {
            return rows;
        }
        if instrument.is_some() && of != genre {
            rows.push(row(instrument.unwrap_or(0), genre, 1));
        }
        rows.push(row(0, genre, 2));
        return rows;
    }
    if search.instruments.is_empty() {
        return vec![row(0, genre, 0)];
    }
    let wanted = if search.all { &search.instruments[..1] } else { &search.instruments[..] };
    let mut rows: Vec<Row> = Vec::new();
    let ids = wanted.iter().map(|one| (one.id, 0));
    let also = wanted.iter().flat_map(|one| one.also.iter().map(|id| (*id, 1)));
    for (id, closeness) in ids.chain(also.filter(|_| kin && !search.all)) {
        let id = small(id.number());
        if !rows.iter().any(|known| known.instrument == id) {
            rows.push(row(id, genre, closeness));
        }
    }
    rows
}

/// One of the rows of people a page is made of, in its order.
struct Stream {
    is_new: bool,
    /// What it is ordered by, the highest first, with its type and what is above all of it.
    key: &'static str,
    key_type: &'static str,
    top: &'static str,
    /// The key as a number.
    told: &'static str,
    /// Who belongs to it.
    filter: String,
    /// Where the page before ended.
    closeness: String,
    from: String,
    id: String,
    limit: usize,
}

impl Stream {
    /// Those who stand by what they have done.
    fn main(it: &mut Statement, search: &Search, cursor: &Cursor, limit: usize) -> Stream {
        let Mark { closeness, key, id } = cursor.main;
        let (closeness, id) = (it.arg(Arg::Long(closeness.into())), it.arg(Arg::Long(id)));
        let from = it.arg(Arg::Float(key.min(1e9)));
        if search.sort == Sort::Credits {
            let (key, key_type, top) = ("e.credits", "int", "1000000000");
            let told = "e.credits::double precision";
            let filter = String::new();
            return Stream {
                is_new: false,
                key,
                key_type,
                top,
                told,
                filter,
                closeness,
                from,
                id,
                limit,
            };
        }
        let (key, key_type, top) = ("e.points", "real", "1e9");
        let filter = format!(" and not {}", newcomer(it, cursor));
        let told = "e.points::double precision";
        Stream { is_new: false, key, key_type, top, told, filter, closeness, from, id, limit }
    }

    /// Those for whom places are kept.
    fn newcomers(it: &mut Statement, cursor: &Cursor, limit: usize) -> Stream {
        let Mark { closeness, key, id } = cursor.new;
        let listed_at = DateTime::from_timestamp_micros(key as i64).filter(|_| key.is_finite());
        let from = listed_at.unwrap_or(cursor.at + TimeDelta::days(36_500));
        Stream {
            is_new: true,
            key: "e.listed_at",
            key_type: "timestamptz",
            top: "'infinity'",
            told: "extract(epoch from e.listed_at)::double precision * 1e6",
            filter: format!(" and {}", newcomer(it, cursor)),
            closeness: it.arg(Arg::Long(closeness.into())),
            from: it.arg(Arg::Moment(from)),
            id: it.arg(Arg::Long(id)),
            limit,
        }
    }

    /// After the page before, for entries whose closeness is `at`.
    fn after(&self, at: &str) -> String {
        let Stream { key, key_type, top, closeness, from, id, .. } = self;
        let begin =
            format!("(case when {at} = {closeness} then {from} else {top} end)::{key_type}");
        let who = format!("(case when {at} = {closeness} then {id} else 0 end)");
        format!(
            "{at} >= {closeness} and {key} <= {begin} and ({key} < {begin} or e.musician_id > {who})"
        )
    }
}

fn newcomer(it: &mut Statement, cursor: &Cursor) -> String {
    let since = it.arg(Arg::Moment(cursor.at - NEWCOMER_FOR));
    format!("(e.credits < {NEWCOMER_CREDITS} and e.listed_at > {since})")
}

/// What a search is asked as.
pub(in crate::discovery) struct Asking<'a> {
    pub(in crate::discovery) search: &'a Search,
    pub(in crate::discovery) plan: &'a Plan,
    pub(in crate::discovery) cursor: &'a Cursor,
    /// How many of the main row, and of the newcomers.
    pub(in crate::discovery) limits: (usize, usize),
    /// Whether an instrument's kin, or whoever plays something else than what the words name, are
    /// needed to fill the page.
    pub(in crate::discovery) kin: bool,
    /// When it is asked: what may be asked for moves with it.
    pub(in crate::discovery) now: DateTime<Utc>,
    /// Whether `open_times` knows of the time asked for.
    pub(in crate::discovery) timed: bool,
    /// Listings' words, each in its readings, as a `tsquery`.
    pub(in crate::discovery) words: &'a str,
    /// Who comes before everybody else.
    pub(in crate::discovery) called: &'a [i64],
    /// The top rate in millionths of a euro.
    pub(in crate::discovery) top_rate: Option<i64>,
}

impl Statement {
    pub(in crate::discovery) fn of(asking: &Asking<'_>) -> Statement {
        let mut it = Statement::default();
        let Asking { search, plan, cursor, limits: (limit, new), .. } = asking;
        let rows = rows(search, asking.kin);
        let column = |value: fn(&Row) -> i32| Arg::Ints(rows.iter().map(value).collect());
        let instruments = it.arg(column(|row| row.instrument));
        let genres = it.arg(column(|row| row.genre));
        let closeness = it.arg(column(|row| row.closeness));
        let wanted = format!("unnest({instruments}, {genres}, {closeness})");
        let probes = probes(&mut it, asking);
        let streams = match search.sort {
            Sort::Best => vec![
                Stream::main(&mut it, search, cursor, *limit),
                Stream::newcomers(&mut it, cursor, *new),
            ],
            Sort::Credits => vec![Stream::main(&mut it, search, cursor, *limit)],
            // In an order that only the index knows: these and no others.
            Sort::Soonest | Sort::Rate | Sort::Newest => vec![],
        };
        let found = match plan {
            Plan::Walk => {
                let only_best = if rows.len() == 1 { String::new() } else { best_of(&wanted) };
                let each = streams.iter().map(|stream| walk(stream, &wanted, &probes, &only_best));
                each.collect::<Vec<_>>()
            }
            Plan::Among(_) if streams.is_empty() => {
                vec![format!(
                    "select false as is_new, 0::double precision as key, e.* from best e where true{probes}"
                )]
            }
            Plan::Among(_) => streams.iter().map(|stream| among(stream, &probes)).collect(),
        };
        let best = match plan {
            Plan::Among(ids) => {
                let ids = it.arg(Arg::Longs(ids.clone()));
                let closeness = match asking.called {
                    [] => "w.closeness".to_owned(),
                    called => {
                        let called = it.arg(Arg::Longs(called.to_vec()));
                        format!(
                            "case when c.id = any({called}) then 0 else w.closeness + 1 end as closeness"
                        )
                    }
                };
                format!("best as materialized ({}), ", best_entries(&ids, &wanted, &closeness))
            }
            Plan::Walk => String::new(),
        };
        it.sql = format!(
            "with {best}found as (({}))
            select f.is_new, f.closeness, f.key, f.musician_id, f.instrument_id, f.genre_id,
                   f.credits, f.last_played_on, f.claimed, l.slug, l.name, l.headline, l.place,
                   l.zone, l.works_in_room, l.works_remotely, l.currency::text as currency,
                   l.session_rate, l.song_rate, l.has_audio, l.instruments, l.own_genres,
                   (select p.hash from portraits p where p.musician_id = l.musician_id) as portrait
            from found f join listings l on l.musician_id = f.musician_id",
            found.join(") union all ("),
        );
        it
    }
}

const COLUMNS: &str =
    "e.musician_id, e.credits, e.last_played_on, e.claimed, e.listed_at, e.points";

/// Reads an index in its order until enough of them fit.
fn walk(stream: &Stream, wanted: &str, probes: &str, only_best: &str) -> String {
    let Stream { is_new, key, told, filter, limit, .. } = stream;
    let after = stream.after("w.closeness");
    format!(
        "select {is_new} as is_new, {told} as key, w.closeness, w.instrument_id, w.genre_id, {COLUMNS}
         from {wanted} w (instrument_id, genre_id, closeness)
         cross join lateral (
             select {COLUMNS} from listing_entries e
             where e.instrument_id = w.instrument_id and e.genre_id = w.genre_id
               and {after}{filter}{probes}{only_best}
             order by {key} desc, e.musician_id limit {limit}) e
         order by w.closeness, {key} desc, e.musician_id limit {limit}"
    )
}

/// Of several entries of one player only the best counts.
fn best_of(wanted: &str) -> String {
    format!(
        " and not exists (
             select 1 from {wanted} v (instrument_id, genre_id, closeness)
             join listing_entries b on b.musician_id = e.musician_id
              and b.instrument_id = v.instrument_id and b.genre_id = v.genre_id
             where (v.closeness, -b.points, v.instrument_id, v.genre_id)
                 < (w.closeness, -e.points, w.instrument_id, w.genre_id))"
    )
}

/// The best entry of each of some players.
fn best_entries(ids: &str, wanted: &str, closeness: &str) -> String {
    format!(
        "select e.* from unnest({ids}) c (id)
         cross join lateral (
             select {closeness}, w.instrument_id, w.genre_id, {COLUMNS}
             from {wanted} w (instrument_id, genre_id, closeness)
             join listing_entries e on e.musician_id = c.id
              and e.instrument_id = w.instrument_id and e.genre_id = w.genre_id
             order by w.closeness, e.points desc, w.instrument_id, w.genre_id limit 1) e"
    )
}

/// Puts the best entries in order, and asks one after the other whether they fit.
fn among(stream: &Stream, probes: &str) -> String {
    let Stream { is_new, key, told, filter, limit, .. } = stream;
    let after = stream.after("e.closeness");
    format!(
        "select {is_new} as is_new, {told} as key, e.*
         from (select * from best e where {after}{filter}
               order by e.closeness, {key} desc, e.musician_id offset 0) e
         where true{probes} limit {limit}"
    )
}
