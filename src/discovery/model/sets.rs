use roaring::RoaringBitmap;

use super::{
    index::{Index, Question, Tag, small},
    search::{Condition, Search, Time, Way},
};
use crate::values::InstrumentId;

impl Index {
    /// Each condition of `search` as the set of those who meet it. Their time is asked of those only
    /// who may still matter to a count: who meets all other conditions but one.
    pub(in crate::discovery) fn sets(&self, search: &Search) -> Vec<(Condition, RoaringBitmap)> {
        let conditions = search.conditions();
        let mut sets: Vec<(Condition, RoaringBitmap)> = conditions
            .iter()
            .filter_map(|condition| Some((*condition, self.by_tags(search, *condition)?)))
            .collect();
        if let Some(time) = &search.time {
            let mut matter = RoaringBitmap::new();
            for (left_out, _) in &sets {
                matter |= self.meeting_but(&sets, Some(*left_out));
            }
            if sets.is_empty() {
                matter = self.listed.clone();
            }
            sets.push((Condition::Time, self.free_then(time, &matter)));
        }
        sets
    }

    fn free_then(&self, time: &Time, among: &RoaringBitmap) -> RoaringBitmap {
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
    pub(in crate::discovery) fn meeting(
        &self,
        sets: &[(Condition, RoaringBitmap)],
    ) -> RoaringBitmap {
        self.meeting_but(sets, None)
    }

    /// Who meets all but one of them, whatever of that one.
    pub(in crate::discovery) fn meeting_but(
        &self,
        sets: &[(Condition, RoaringBitmap)],
        left_out: Option<Condition>,
    ) -> RoaringBitmap {
        let mut kept: Vec<&RoaringBitmap> =
            sets.iter().filter(|(c, _)| Some(*c) != left_out).map(|(_, set)| set).collect();
        kept.sort_by_key(|set| set.len());
        let Some((first, rest)) = kept.split_first() else { return self.listed.clone() };
        rest.iter().fold((*first).clone(), |all, set| all & *set)
    }

    /// The set of a condition that tags alone tell.
    fn by_tags(&self, search: &Search, condition: Condition) -> Option<RoaringBitmap> {
        let all = |sets: Vec<RoaringBitmap>| {
            sets.into_iter().reduce(|all, set| all & set).unwrap_or_default()
        };
        Some(match condition {
            Condition::Instrument if search.all => {
                all(search.instruments.iter().map(|w| self.players(&[w.id])).collect())
            }
            Condition::Instrument => {
                let served = search.instruments.iter().map(|w| Tag::Serves(small(w.id.number())));
                served.map(|tag| self.tagged(tag)).reduce(|any, set| any | set).unwrap_or_default()
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
                all(search.charts.iter().map(|chart| self.tagged(Tag::Chart(*chart))).collect())
            }
            Condition::Languages => {
                let each = search.languages.iter().map(|code| self.named(Tag::Language, code));
                all(each.collect())
            }
            Condition::Union => {
                let each = search.unions.iter().map(|code| self.named(Tag::Union, code));
                each.reduce(|any, set| any | set).unwrap_or_default()
            }
            Condition::Audio => self.tagged(Tag::Audio),
            Condition::Words => {
                let any = |words: &Vec<&str>| {
                    let each = words.iter().map(|word| self.named(Tag::Word, word));
                    each.reduce(|any, set| any | set).unwrap_or_default()
                };
                all(self.readings(search).iter().map(any).collect())
            }
            Condition::Place => self.near_enough(search)?,
            Condition::TopRate => self.within_top_rate(search)?,
            Condition::Time => return None,
        })
    }

    /// How many of `among` play the very instrument that was asked for, or what the words name:
    /// those who come before everybody else.
    pub(in crate::discovery) fn closest(&self, search: &Search, among: &RoaringBitmap) -> u64 {
        if let (true, Some((instrument, genre))) = (search.instruments.is_empty(), &search.leaning)
        {
            let instrument = instrument.as_ref().map(|one| Tag::Instrument(small(one.id.number())));
            let genre = genre.as_ref().map(|one| Tag::Genre(small(one.id.number())));
            let tags = instrument.into_iter().chain(genre);
            return tags.fold(among.clone(), |among, tag| among & self.tagged(tag)).len();
        }
        let very: Vec<_> = search.instruments.iter().map(|wanted| wanted.id).collect();
        self.players(&very).intersection_len(among)
    }

    /// Who plays one of these.
    pub(in crate::discovery) fn players(&self, instruments: &[InstrumentId]) -> RoaringBitmap {
        let each = instruments.iter().map(|id| self.tagged(Tag::Instrument(small(id.number()))));
        each.reduce(|any, set| any | set).unwrap_or_default()
    }

    /// Who is near enough, or where that serves as well, works remotely.
    pub(super) fn near_enough(&self, search: &Search) -> Option<RoaringBitmap> {
        let near = search.near.as_ref()?;
        let near = self.answer(Question::near(near, near.km));
        Some(match search.way {
            Way::Either => self.tagged(Tag::Remote) | &*near,
            _ => (*near).clone(),
        })
    }

    pub(super) fn within_top_rate(&self, search: &Search) -> Option<RoaringBitmap> {
        let question = Question::top_rate(search.way == Way::Remote, search.top_rate?);
        Some((*self.answer(question)).clone())
    }
}
