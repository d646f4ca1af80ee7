use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    musicians::Profile,
    outbox::{Letter, Topic},
    values::{AccountId, Line, MusicianId, Secret, WatchId, Zone},
};

/// How many one account keeps: each is looked through all day.
pub(super) const MOST: usize = 50;

/// A search that more fit than this finds somebody new every day and says nothing by it.
pub(super) const MOST_PLAYERS: usize = 5_000;

/// What a search says in its address; nobody asks for more by hand.
const MOST_QUERY: usize = 2_000;

/// How long one that was removed can be put back.
pub(super) const KEPT_FOR: TimeDelta = TimeDelta::days(1);

/// Mails are found again after a year; later their links may be dead.
pub(super) const STOPS_KEPT: TimeDelta = TimeDelta::days(400);

const LOOKED_THROUGH_EACH: TimeDelta = TimeDelta::minutes(10);

const MAILED_EACH: TimeDelta = TimeDelta::days(1);

/// How many of those who are new a mail names.
const NAMED: usize = 5;

/// What its owner calls it.
pub(super) type Name = Line<120>;

/// A search that somebody keeps.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    pub(super) id: WatchId,
    pub(super) account: AccountId,
    pub(super) name: String,
    pub(super) query: String,
    pub(super) zone: Zone,
    pub(super) known: Vec<MusicianId>,
    pub(super) mails: bool,
    pub(super) mailed_at: Option<DateTime<Utc>>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) removed_at: Option<DateTime<Utc>>,
}

/// Why a search is not kept. Fit to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("Say what to look for first: an instrument, a place, a time.")]
    Everybody,
    #[error("More than {MOST_PLAYERS} players fit that. Narrow it down first, then keep it.")]
    TooBroad,
    #[error("That search says more than can be kept. Leave something out, then keep it.")]
    TooLong,
    #[error("You keep {MOST} searches, and no more fit. Remove one first.")]
    Full,
    #[error("You keep the same search again already, so this one stays removed.")]
    KeptAgain,
}

/// Whether this is a search to keep, that so many fit.
pub(super) fn may_be_kept(query: &str, players: usize) -> Result<(), Refusal> {
    match query.len() {
        0 => Err(Refusal::Everybody),
        long if long > MOST_QUERY => Err(Refusal::TooLong),
        _ if players > MOST_PLAYERS => Err(Refusal::TooBroad),
        _ => Ok(()),
    }
}

/// What a search is called until its owner says otherwise.
pub(super) fn named_after(told: &str) -> String {
    told.chars().filter(|c| !c.is_control()).take(120).collect::<String>().trim_end().to_owned()
}

impl Watch {
    /// Where its players are.
    pub(super) fn address(&self) -> String {
        format!("/musicians?{}", self.query)
    }

    /// Who of those who fit is new.
    pub(super) fn news(&self, fitting: &[MusicianId]) -> Vec<MusicianId> {
        let known: HashSet<&MusicianId> = self.known.iter().collect();
        fitting.iter().copied().filter(|id| !known.contains(id)).collect()
    }

    /// When it is looked through, after it was left alone: never so early that a second mail of a
    /// day could come of it.
    pub(super) fn due(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.mailed_at.map_or(now, |then| now.max(then + MAILED_EACH))
    }

    /// What its owner is told of those who are new; `remote` are songs, not sessions.
    pub(super) fn letter(&self, mut news: Vec<Profile>, remote: bool, stop: &Secret) -> Letter {
        news.sort_by_key(|player| (std::cmp::Reverse(player.published_at), player.id));
        let subject = match news.as_slice() {
            [only] => format!("{} is new in “{}”", only.name, self.name),
            _ => format!("{} players are new in “{}”", news.len(), self.name),
        };
        let mut letter = Letter::about(Topic::Search, subject);
        for player in news.iter().take(NAMED) {
            letter = letter.saying(introduced(player, remote));
        }
        let more = news.len().saturating_sub(NAMED);
        if more > 0 {
            letter = letter.saying(format!("And {more} more."));
        }
        letter
            .saying("You keep this search, and hear of it once a day at most.")
            .opening("Open the search, the newest first", format!("{}&sort=newest", self.address()))
            .stopped_at(format!("/watches/stop/{}", stop.reveal()))
    }
}

/// When one that brought no news is looked through again.
pub(super) fn again(now: DateTime<Utc>) -> DateTime<Utc> {
    now + LOOKED_THROUGH_EACH
}

/// When one that was mailed of is looked through again.
pub(super) fn tomorrow(now: DateTime<Utc>) -> DateTime<Utc> {
    now + MAILED_EACH
}

/// `Maren Oakley, Fiddle like a dusty barn. Fiddle; Nashville, Tennessee; $380.00 for 3 h.`
fn introduced(player: &Profile, remote: bool) -> String {
    let rate = match (remote, player.session_rate, player.song_rate) {
        (false, Some(rate), _) => Some(format!("{rate} for 3 h")),
        (_, _, Some(rate)) => Some(format!("{rate} a song")),
        _ => None,
    };
    let said = Some(player.headline.trim_end_matches('.')).filter(|line| !line.is_empty());
    let who = std::iter::once(player.name.as_str()).chain(said).collect::<Vec<_>>().join(", ");
    let facts = [player.instruments_line(), player.place.clone(), rate.unwrap_or_default()];
    let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    if facts.is_empty() { format!("{who}.") } else { format!("{who}. {}.", facts.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch() -> Watch {
        Watch {
            id: 7.into(),
            account: 1.into(),
            name: "Fiddle".into(),
            query: "instrument=fiddle".into(),
            zone: Zone::UTC,
            known: [3, 5].map(MusicianId::from).into(),
            mails: true,
            mailed_at: None,
            created_at: at("2026-11-23T15:00:00Z"),
            removed_at: None,
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn news_is_who_fits_and_is_not_known() {
        let ids = |ids: &[i64]| ids.iter().copied().map(MusicianId::from).collect::<Vec<_>>();
        assert_eq!(watch().news(&ids(&[3, 4, 5, 9])), ids(&[4, 9]));
        assert_eq!(watch().news(&ids(&[5])), ids(&[]));
    }

    #[test]
    fn whatever_is_done_with_a_watch_brings_no_second_mail_of_a_day() {
        let now = at("2026-11-24T09:00:00Z");
        assert_eq!(watch().due(now), now);
        let mailed = |then| Watch { mailed_at: Some(at(then)), ..watch() };
        assert_eq!(mailed("2026-11-23T16:00:00Z").due(now), at("2026-11-24T16:00:00Z"));
        assert_eq!(mailed("2026-11-20T16:00:00Z").due(now), now);
        assert_eq!(tomorrow(now), mailed("2026-11-24T09:00:00Z").due(now));
    }

    #[test]
    fn a_search_that_is_kept_asks_for_something_and_not_for_everybody() {
        assert_eq!(may_be_kept("instrument=fiddle", 0), Ok(()));
        assert_eq!(may_be_kept("instrument=fiddle", MOST_PLAYERS), Ok(()));
        assert_eq!(may_be_kept("way=room", MOST_PLAYERS + 1), Err(Refusal::TooBroad));
        assert_eq!(may_be_kept("", 0), Err(Refusal::Everybody));
        assert_eq!(may_be_kept(&"x".repeat(2_001), 0), Err(Refusal::TooLong));
    }

    #[test]
    fn a_name_of_its_own_fits_where_names_do() {
        let long = named_after(&"Fiddle, ".repeat(40));
        assert!(Name::parse(&long).is_ok(), "{long}");
        assert_eq!(named_after("Fiddle\0, country"), "Fiddle, country");
    }
}
