use chrono::{DateTime, Utc};

use super::{
    facts::Facts,
    index::{Index, Question, Said, Tag, small},
    players::Players,
    search::{Condition, Search, Time, Way},
    terms,
};
use crate::values::{InstrumentId, MusicianId};

/// What says where somebody plays and for how much: each depends on the others.
const WHERE: [Condition; 3] = [Condition::Way, Condition::Place, Condition::TopRate];

/// Whether somebody would be asked to play remotely, for a song: of a search that takes either,
/// whoever is not in a room near enough.
pub(super) fn is_remote(facts: &Facts, search: &Search) -> bool {
    match search.way {
        Way::Any | Way::Room => false,
        Way::Remote => true,
        Way::Either => {
            let near = search.near.as_ref();
            let is_near = near.zip(facts.at).is_some_and(|(near, at)| near.reaches(at));
            !(is_near && facts.tags.contains(&Tag::Room))
        }
    }
}

impl Index {
    /// Each condition of `search` as the set of those who meet it. Their time is asked of those only
    /// who may still matter to a count: who meets all other conditions but one. `readings` are those
    /// of its words; it is asked at `now`.
    pub(in crate::discovery) fn sets(
        &self,
        search: &Search,
        readings: &[Vec<&str>],
        now: DateTime<Utc>,
    ) -> Vec<(Condition, Players)> {
        self.with_time(search, readings, now, |sets| {
            let mut matter = Players::default();
            for (left_out, _) in sets {
                matter |= &self.meeting_but(sets, Some(*left_out));
            }
            if search.way != Way::Any && search.top_rate.is_some() {
                // Another way is another rate to compare: it changes two conditions at once.
                matter |= &self.meeting_others(sets, &WHERE);
            }
            if sets.is_empty() { self.listed.clone() } else { matter }
        })
    }

    /// The same for who asks for no counts: their time is asked of those alone who meet all else.
    pub(in crate::discovery) fn sets_to_meet(
        &self,
        search: &Search,
        readings: &[Vec<&str>],
        now: DateTime<Utc>,
    ) -> Vec<(Condition, Players)> {
        self.with_time(search, readings, now, |sets| self.meeting(sets))
    }

    fn with_time(
        &self,
        search: &Search,
        readings: &[Vec<&str>],
        now: DateTime<Utc>,
        matter: impl FnOnce(&[(Condition, Players)]) -> Players,
    ) -> Vec<(Condition, Players)> {
        let conditions = search.conditions();
        let mut sets: Vec<(Condition, Players)> = conditions
            .iter()
            .filter_map(|condition| Some((*condition, self.by_tags(search, readings, *condition)?)))
            .collect();
        if let Some(time) = &search.time {
            let free = self.free_then(time, &matter(&sets), now);
            sets.push((Condition::Time, free));
        }
        sets
    }

    fn free_then(&self, time: &Time, among: &Players, now: DateTime<Utc>) -> Players {
        let (window, now) = (time.window(), terms::seconds(now));
        let window = (window.starts_at().timestamp(), window.ends_at().timestamp());
        match time {
            Time::Slot(..) => self.free_for(window, among, now),
            Time::Within { length, .. } => {
                self.free_within(window, length.num_seconds(), among, now)
            }
        }
    }

    /// Who meets all of them.
    pub(in crate::discovery) fn meeting(&self, sets: &[(Condition, Players)]) -> Players {
        self.meeting_but(sets, None)
    }

    /// Who meets all but one of them, whatever of that one.
    pub(in crate::discovery) fn meeting_but(
        &self,
        sets: &[(Condition, Players)],
        left_out: Option<Condition>,
    ) -> Players {
        self.meeting_others(sets, left_out.as_slice())
    }

    fn meeting_others(&self, sets: &[(Condition, Players)], left_out: &[Condition]) -> Players {
        let mut kept = sets.iter().filter(|(c, _)| !left_out.contains(c)).map(|(_, set)| set);
        let Some(mut all) = kept.next().cloned() else { return self.listed.clone() };
        kept.for_each(|set| all &= set);
        all
    }

    /// Who would be found if where and for how much were as in `search`, and all else as in `sets`.
    pub(super) fn meeting_where(&self, search: &Search, sets: &[(Condition, Players)]) -> Players {
        let mut all = self.meeting_others(sets, &WHERE);
        let way = match search.way {
            Way::Room => Some(self.tagged(Tag::Room)),
            Way::Remote => Some(self.tagged(Tag::Remote)),
            Way::Any | Way::Either => None,
        };
        let own = [way, self.near_enough(search), self.within_top_rate(search)];
        own.iter().flatten().for_each(|set| all &= set);
        all
    }

    /// The set of a condition that tags alone tell.
    fn by_tags(
        &self,
        search: &Search,
        readings: &[Vec<&str>],
        condition: Condition,
    ) -> Option<Players> {
        Some(match condition {
            Condition::Instrument if search.all => {
                Players::in_all(search.instruments.iter().map(|w| self.players(&[w.id])))
            }
            Condition::Instrument => {
                let served = search.instruments.iter().map(|w| Tag::Serves(small(w.id.number())));
                Players::in_any(served.map(|tag| self.tagged(tag)))
            }
            Condition::Genre => {
                let genre = search.genre.as_ref()?;
                self.tagged(Tag::Genre(small(genre.id.number())))
            }
            Condition::Way => match search.way {
                Way::Remote => self.tagged(Tag::Remote),
                _ => self.tagged(Tag::Room),
            },
            Condition::Charts => {
                Players::in_all(search.charts.iter().map(|chart| self.tagged(Tag::Chart(*chart))))
            }
            Condition::Languages => {
                let each = search.languages.iter().map(|code| self.named(Tag::Language, code));
                Players::in_all(each)
            }
            Condition::Union => {
                let each = search.unions.iter().map(|code| self.named(Tag::Union, code));
                Players::in_any(each)
            }
            Condition::Audio => self.tagged(Tag::Audio),
            Condition::Words => {
                Players::in_all(readings.iter().map(|words| self.said(Said::Word, words)))
            }
            Condition::Place => self.near_enough(search)?,
            Condition::TopRate => self.within_top_rate(search)?,
            Condition::Time => return None,
        })
    }

    /// How many of `among` play the very instrument that was asked for, or what the words name:
    /// those who come before everybody else.
    pub(in crate::discovery) fn closest(&self, search: &Search, among: &Players) -> u64 {
        if let (true, Some((instrument, genre))) = (search.instruments.is_empty(), &search.leaning)
        {
            let instrument = instrument.as_ref().map(|one| Tag::Instrument(small(one.id.number())));
            let genre = genre.as_ref().map(|one| Tag::Genre(small(one.id.number())));
            let tags = instrument.into_iter().chain(genre);
            let mut among = among.clone();
            tags.for_each(|tag| among &= &self.tagged(tag));
            return among.len();
        }
        let very: Vec<_> = search.instruments.iter().map(|wanted| wanted.id).collect();
        self.players(&very).shared(among)
    }

    /// Who plays one of these.
    pub(in crate::discovery) fn players(&self, instruments: &[InstrumentId]) -> Players {
        let each = instruments.iter().map(|id| self.tagged(Tag::Instrument(small(id.number()))));
        Players::in_any(each)
    }

    /// Who is near enough, or where that serves as well, works remotely.
    pub(super) fn near_enough(&self, search: &Search) -> Option<Players> {
        let near = search.near.as_ref()?;
        let near = self.answer(Question::near(near, near.km));
        Some(match search.way {
            Way::Either => {
                let mut either = self.tagged(Tag::Remote);
                either |= &near;
                either
            }
            _ => (*near).clone(),
        })
    }

    pub(super) fn within_top_rate(&self, search: &Search) -> Option<Players> {
        let top = search.top_rate?;
        let within = |remote| (*self.answer(Question::top_rate(remote, top))).clone();
        let Some(near) = search.near.as_ref().filter(|_| search.way == Way::Either) else {
            return Some(within(search.way == Way::Remote));
        };
        let mut there = self.tagged(Tag::Room);
        there &= &self.answer(Question::near(near, near.km));
        let (mut by_session, mut by_song) = (within(false), within(true));
        by_session &= &there;
        by_song.take_out(&there);
        by_song |= &by_session;
        Some(by_song)
    }

    /// Whether a player would be asked to play remotely, for a song.
    pub(in crate::discovery) fn is_remote(&self, id: MusicianId, search: &Search) -> bool {
        self.facts_of(id).is_some_and(|facts| is_remote(facts, search))
    }
}
