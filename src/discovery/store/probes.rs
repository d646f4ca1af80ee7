//! What is asked of each player whom a walk comes to.

use super::{
    super::model::{Chart, Near, Time, Way, small},
    hits::{Arg, Statement},
    walk::Asking,
};

/// What is asked of each player on the way. Scalar subqueries: the planner would join instead, and
/// read all listings before the first is wanted.
pub(super) fn probes(it: &mut Statement, asking: &Asking<'_>) -> String {
    let search = asking.search;
    let mut of_listing: Vec<String> = Vec::new();
    match search.way {
        Way::Room => of_listing.push("l.works_in_room".into()),
        Way::Remote => of_listing.push("l.works_remotely".into()),
        Way::Any | Way::Either => {}
    }
    let reach = search.near.as_ref().map(|near| reach(it, near));
    if let Some(top) = search.top_rate {
        let (own, micros) = rate(search.way, reach.as_deref());
        // A currency is compared with itself without any rate; one that has none with no other.
        of_listing.push(format!(
            "case when l.currency = {} then {own} <= {} else {micros} <= {} end",
            it.arg(Arg::Text(top.currency().code().into())),
            it.arg(Arg::Long(top.minor())),
            it.arg(Arg::Long(asking.top_rate.unwrap_or(-1))),
        ));
    }
    if let Some(reach) = reach {
        of_listing.push(match search.way {
            Way::Either => format!("(l.works_remotely or ({reach}))"),
            _ => reach,
        });
    }
    for chart in &search.charts {
        of_listing.push(match chart {
            Chart::Notation => "l.reads_notation".into(),
            Chart::Numbers => "l.reads_numbers".into(),
            Chart::Ear => "l.plays_by_ear".into(),
        });
    }
    if !search.languages.is_empty() {
        of_listing.push(format!("l.languages @> {}", it.arg(Arg::Texts(search.languages.clone()))));
    }
    if !search.unions.is_empty() {
        of_listing.push(format!("l.unions && {}", it.arg(Arg::Texts(search.unions.clone()))));
    }
    if search.has_audio {
        of_listing.push("l.has_audio".into());
    }
    if search.all && search.instruments.len() > 1 {
        let ids = search.instruments.iter().map(|wanted| small(wanted.id.number())).collect();
        of_listing.push(format!("l.instruments @> {}", it.arg(Arg::Ints(ids))));
    }
    if !search.words.is_empty() {
        of_listing.push(format!("l.words @@ {}::tsquery", it.arg(Arg::Text(asking.words.into()))));
    }
    let mut probes = String::new();
    if !of_listing.is_empty() {
        probes += &format!(
            " and (select {} from listings l where l.musician_id = e.musician_id)",
            of_listing.join(" and ")
        );
    }
    if let (true, Some(time)) = (asking.timed, &search.time) {
        let (from, to) = (time.window().starts_at(), time.window().ends_at());
        let (from, to) = (it.arg(Arg::Moment(from)), it.arg(Arg::Moment(to)));
        let now = it.arg(Arg::Moment(asking.now));
        // From when to when it may be asked for now.
        let first = format!("{now} + make_interval(mins => o.notice)");
        let last = format!("coalesce({now} + make_interval(mins => o.ahead), 'infinity')");
        let is_free = match time {
            Time::Slot(..) => format!(
                "o.free @> tstzrange({from}, {to}) and {from} >= {first} and {to} <= {last}
                 and (o.starts is null
                      or extract(epoch from ({from} at time zone o.zone)::time) / 60 = any(o.starts))"
            ),
            Time::Within { length, .. } => {
                let lasting = it.arg(Arg::Float(length.num_seconds() as f64));
                let lasting = format!("make_interval(secs => {lasting})");
                format!(
                    "exists (select 1
                             from unnest(o.free * tstzmultirange(tstzrange(
                                 greatest({from}, {first}),
                                 greatest({from}, {first}, least({to}, {last}))))) r
                             where upper(r) - lower(r) >= {lasting}
                               and (o.starts is null
                                    or has_start(r, {lasting}, o.starts, o.zone)))"
                )
            }
        };
        probes += &format!(
            " and (select {is_free} from open_times o where o.musician_id = e.musician_id)"
        );
    }
    probes
}

/// Whether a player is at home near enough.
fn reach(it: &mut Statement, near: &Near) -> String {
    let (latitude, longitude) =
        (it.arg(Arg::Float(near.latitude)), it.arg(Arg::Float(near.longitude)));
    let km = it.arg(Arg::Float(near.km.into()));
    format!(
        "abs(l.latitude - {latitude}) * 111 <= {km} + 1
         and great_circle_km({latitude}, {longitude}, l.latitude, l.longitude) <= {km}"
    )
}

/// What a player asks, in their own currency and in millionths of a euro: for a song where they
/// would play remotely, else for a session, or for a song where there is no rate of that.
fn rate(way: Way, reach: Option<&str>) -> (String, String) {
    let session = (
        "coalesce(l.session_rate, l.song_rate)",
        "case when l.session_rate is null then l.song_micros else l.session_micros end",
    );
    let song = ("l.song_rate", "l.song_micros");
    match (way, reach) {
        (Way::Remote, _) => (song.0.into(), song.1.into()),
        (Way::Either, Some(reach)) => {
            let there = format!("l.works_in_room and {reach}");
            let of = |session, song| format!("case when {there} then {session} else {song} end");
            (of(session.0, song.0), of(session.1, song.1))
        }
        _ => (session.0.into(), session.1.into()),
    }
}
