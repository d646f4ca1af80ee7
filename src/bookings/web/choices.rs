//! What an inbox can be narrowed to, with how many would be left.

use super::super::model::{Choices, Kind, Party, Status, Tab, Tallies, Turn};
use crate::catalog::Catalog;

/// One of several, with how many bookings it would leave.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) text: String,
    pub(super) count: i64,
    pub(super) is_chosen: bool,
}

/// What can be chosen on a tab: what would leave something, and what is chosen.
pub(super) struct Chooser<'a> {
    pub(super) tallies: &'a Tallies,
    pub(super) tab: Tab,
    pub(super) choices: &'a Choices,
}

impl Chooser<'_> {
    fn offer<T: Copy + PartialEq>(
        &self,
        all: impl IntoIterator<Item = (T, String, String)>,
        chosen: impl Fn(&Choices) -> Option<T>,
        choose: impl Fn(&mut Choices, T),
    ) -> Vec<Choice> {
        let each = all.into_iter().map(|(one, value, text)| {
            let mut otherwise = *self.choices;
            choose(&mut otherwise, one);
            let count = self.tallies.of(self.tab, &otherwise);
            Choice { value, text, count, is_chosen: chosen(self.choices) == Some(one) }
        });
        each.filter(|choice| choice.count > 0 || choice.is_chosen).collect()
    }

    pub(super) fn turns(&self) -> Vec<Choice> {
        let all = Turn::ALL.map(|turn| (turn, turn.word().into(), told_turn(turn).into()));
        self.offer(all, |it| it.turn, |it, turn| it.turn = Some(turn))
    }

    pub(super) fn roles(&self) -> Vec<Choice> {
        let all = [(Party::Producer, "as producer"), (Party::Musician, "as musician")];
        let all = all.map(|(side, text)| (side, side.word().into(), text.into()));
        self.offer(all, |it| it.role, |it, role| it.role = Some(role))
    }

    pub(super) fn statuses(&self) -> Vec<Choice> {
        let all = Status::ALL.map(|status| (status, status.word().into(), status.to_string()));
        self.offer(all, |it| it.status, |it, status| it.status = Some(status))
    }

    pub(super) fn kinds(&self) -> Vec<Choice> {
        let all = [(Kind::Room, "in a room"), (Kind::Remote, "remote")];
        let all = all.map(|(kind, text)| (kind, kind.word().into(), text.into()));
        self.offer(all, |it| it.kind, |it, kind| it.kind = Some(kind))
    }

    pub(super) fn instruments(&self, catalog: &Catalog) -> Vec<Choice> {
        let ids = self.tallies.instruments().into_iter();
        let mut all: Vec<_> = ids.filter_map(|id| catalog.instrument_by_id(id)).collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        let all = all.into_iter().map(|it| (it.id, it.slug.clone(), it.name.clone()));
        self.offer(all, |it| it.instrument, |it, id| it.instrument = Some(id))
    }
}

pub(super) fn told_turn(turn: Turn) -> &'static str {
    match turn {
        Turn::Mine => "Yours to answer",
        Turn::Theirs => "Theirs to answer",
    }
}
