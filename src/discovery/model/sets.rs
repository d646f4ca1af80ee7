use super::{
    index::{Index, Question, Said, Tag, small},
    players::Players,
    search::{Condition, Search, Time, Way},
};
use crate::values::InstrumentId;

impl Index {
    /// Each condition of `search` as the set of those who meet it. Their time is asked of those only
    /// who may still matter to a count: who meets all other conditions but one. `readings` are those
    /// of its words.
    pub(in crate::discovery) fn sets(
        &self,
        search: &Search,
        readings: &[Vec<&str>],
    ) -> Vec<(Condition, Players)> {
        let conditions = search.conditions();
        let mut sets: Vec<(Condition, Players)> = conditions
            .iter()
            .filter_map(|condition| Some((*condition, self.by_tags(search, readings, *condition)?)))
            .collect();
        if let Some(time) = &search.time {
            let mut matter = Players::default();
            for (left_out, _) in &sets {
                matter |= &self.meeting_but(&sets, Some(*left_out));
            }
            if sets.is_empty() {
                matter = self.listed.clone();
            }
            sets.push((Condition::Time, self.free_then(time, &matter)));
        }
        sets
    }

    fn free_then(&self, time: &Time, among: &Players) -> Players {
        let window = time.window();
        let window = (window.starts_at().timestamp(), window.ends_at().timestamp());
        match time {
            Time::Slot(..) => self.hours.free(&self.facts, window, among),
            Time::Within { length, .. } => {
                self.hours.free_within(&self.facts, window, length.num_seconds(), among)
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
        let mut kept = sets.iter().filter(|(c, _)| Some(*c) != left_out).map(|(_, set)| set);
        let Some(mut all) = kept.next().cloned() else { return self.listed.clone() };
        kept.for_each(|set| all &= set);
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
        let question = Question::top_rate(search.way == Way::Remote, search.top_rate?);
        Some((*self.answer(question)).clone())
    }
}
