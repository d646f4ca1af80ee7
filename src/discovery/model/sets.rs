use roaring::RoaringBitmap;

use super::{
    index::{Index, Tag, small},
    search::{Condition, Search, Time, Way},
};
use crate::values::InstrumentId;

impl Index {
    /// Each condition of `search` as the set of those who meet it. What must be asked of one player
    /// after the other is asked of those only who may still matter to a count: who meets all other
    /// conditions but one.
    pub(in crate::discovery) fn sets(&self, search: &Search) -> Vec<(Condition, RoaringBitmap)> {
        let conditions = search.conditions();
        let mut sets: Vec<(Condition, RoaringBitmap)> = conditions
            .iter()
            .filter_map(|condition| Some((*condition, self.by_tags(search, *condition)?)))
            .collect();
        let asked =
            conditions.iter().filter(|condition| !sets.iter().any(|(c, _)| c == *condition));
        let asked: Vec<Condition> = asked.copied().collect();
        let mut matter = RoaringBitmap::new();
        for (left_out, _) in &sets {
            matter |= self.meeting_but(&sets, Some(*left_out));
        }
        if sets.is_empty() {
            matter = self.listed.clone();
        }
        for condition in asked {
            let meets = self.meets(search, condition);
            sets.push((condition, matter.iter().filter(|number| meets(*number)).collect()));
        }
        sets
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
            Condition::Instrument => self.players(&search.any_instrument()),
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
            Condition::Place | Condition::Time | Condition::TopRate => return None,
        })
    }

    /// Who plays one of these.
    pub(in crate::discovery) fn players(&self, instruments: &[InstrumentId]) -> RoaringBitmap {
        let each = instruments.iter().map(|id| self.tagged(Tag::Instrument(small(id.number()))));
        each.reduce(|any, set| any | set).unwrap_or_default()
    }

    /// Whether a player meets a condition that no tag tells.
    fn meets<'a>(
        &'a self,
        search: &'a Search,
        condition: Condition,
    ) -> Box<dyn Fn(u32) -> bool + 'a> {
        let facts = |number: u32| &self.facts[number as usize];
        match (condition, &search.near, &search.time, search.top_rate) {
            (Condition::Place, Some(near), ..) => {
                let anywhere = match search.way {
                    Way::Either => self.tagged(Tag::Remote),
                    _ => RoaringBitmap::new(),
                };
                Box::new(move |number| {
                    anywhere.contains(number) || facts(number).at.is_some_and(|at| near.reaches(at))
                })
            }
            (Condition::Time, _, Some(Time::Slot(slot, _)), _) => {
                let (from, to) = (slot.starts_at().timestamp(), slot.ends_at().timestamp());
                Box::new(move |number| facts(number).is_free(from, to))
            }
            (Condition::Time, _, Some(Time::Within { window, length, .. }), _) => {
                let (from, to) = (window.starts_at().timestamp(), window.ends_at().timestamp());
                let length = length.num_seconds();
                Box::new(move |number| facts(number).next_free(from, to, length).is_some())
            }
            (Condition::TopRate, _, _, Some(top)) => {
                let micros = self.rates.micro_euros(top);
                let remote = search.way == Way::Remote;
                Box::new(move |number| {
                    facts(number).rate(remote).is_some_and(|rate| rate.is_within(top, micros))
                })
            }
            _ => Box::new(|_| true),
        }
    }
}
