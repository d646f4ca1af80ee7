use serde::{Deserialize, Serialize};

use super::{Ladder, Share};
use crate::values::FieldErrors;

/// The figures of a version: all that a fee is counted by. Amounts are minor units of one currency,
/// which whoever has the rates knows; what is none is agreed on by the two sides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Rates {
    /// In a room, the shortest first.
    pub sessions: Vec<Session>,
    /// Overtime is counted in begun steps of so many minutes.
    pub overtime_step: Option<u16>,
    /// At the player's own place.
    pub songs: Option<Songs>,
    pub doubling: Option<Doubling>,
    /// For each overdub, of the fee; in hundredths of a per cent, as all shares.
    pub overdub: Option<Share>,
    /// For leading, on top of the fee: 10000 is double scale.
    pub leader: Option<Share>,
    pub contractor: Option<Contractor>,
    /// Doubling, overdubs, leading and contracting count on overtime as on the fee.
    pub extras_on_overtime: bool,
    pub porterage: Vec<Porterage>,
    pub rests: Option<Rests>,
    /// Less than so many minutes between two sessions count as overtime: a warning, no conflict.
    pub least_gap: Option<u16>,
    /// None is silent: the player's own ladder holds.
    pub cancelling: Option<Ladder>,
    /// Paid to the pension fund besides, of the wages.
    pub pension: Option<Share>,
    /// Paid to the health fund besides, in minor units.
    pub health: Option<Health>,
    /// Hours within which a session is reported to the union.
    pub report_within: Option<u16>,
}

/// A session in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Session {
    pub name: String,
    /// The fee covers any shorter time as well.
    pub minutes: u16,
    /// How much finished music may come of it: the length of the tracks, not of what one played.
    #[serde(default)]
    pub music_minutes: Option<u16>,
    pub fee: i64,
    #[serde(default)]
    pub overtime: StepFee,
}

/// What a step of overtime costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepFee {
    #[default]
    ByAgreement,
    /// The part of the session's fee that its time is of the session's.
    ProRata,
    Each(i64),
}

/// Songs recorded remotely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Songs {
    /// Of each, at least.
    pub fee: i64,
    /// More is agreed in steps of this.
    #[serde(default)]
    pub step: Option<i64>,
    /// At most so many for one artist and employer in six months.
    #[serde(default)]
    pub most: Option<u16>,
    /// Pension and health are in the fee.
    #[serde(default)]
    pub has_benefits: bool,
    /// The isolated track is not handed over before it is paid.
    #[serde(default)]
    pub is_paid_first: bool,
}

/// What more instruments than one add to the fee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Doubling {
    /// All that is added for one more instrument, for two more, and so on.
    pub totals: Vec<Share>,
    /// What each further one adds to the last of them; none is agreed on.
    #[serde(default)]
    pub further: Option<Share>,
}

/// Whoever brings the players together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Contractor {
    /// On top of the fee: 10000 is double scale.
    pub share: Share,
    /// There has to be one from so many players.
    pub from_players: Option<u16>,
}

/// A class of instruments that are heavy to bring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Porterage {
    pub class: String,
    /// Of each piece.
    #[serde(default)]
    pub fee: Option<i64>,
    /// For all pieces of the class together, at most.
    #[serde(default)]
    pub most: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rests {
    pub count: u16,
    pub minutes: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Health {
    /// For the first session of a day.
    pub first: i64,
    /// For each after it.
    pub then: i64,
}

/// No amount of a pack is larger, in minor units.
const MOST: i64 = 10_000_000_000;
/// A session of more is none.
const LONGEST: u16 = 840;

impl Doubling {
    /// All that is added for `more` instruments beyond the first; none where that is agreed on.
    pub(super) fn total(&self, more: u32) -> Option<Share> {
        if more == 0 {
            return Some(Share::NONE);
        }
        let listed = u32::try_from(self.totals.len()).unwrap_or(u32::MAX);
        match self.totals.get(more as usize - 1) {
            Some(total) => Some(*total),
            None => {
                let last = self.totals.last().copied().unwrap_or_default();
                Some(last.plus(self.further?.times(more - listed)))
            }
        }
    }
}

impl Rates {
    /// The shortest session that holds `minutes`, or the longest there is.
    pub(super) fn session_for(&self, minutes: u32) -> Option<&Session> {
        let fits = self.sessions.iter().find(|session| u32::from(session.minutes) >= minutes);
        fits.or(self.sessions.last())
    }

    /// Whether an amount stands anywhere in it.
    pub(super) fn has_amounts(&self) -> bool {
        !self.sessions.is_empty()
            || self.songs.is_some()
            || self.health.is_some()
            || self.porterage.iter().any(|class| class.fee.is_some() || class.most.is_some())
    }

    /// What makes no sense, each fit to follow the label of its field.
    pub fn faults(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        self.session_faults(&mut errors);
        self.extra_faults(&mut errors);
        let amount = |minor: i64| (0..=MOST).contains(&minor);
        for class in &self.porterage {
            if class.class.trim().is_empty() || class.class.chars().count() > 40 {
                errors
                    .add("porterage", "has a class without a name, or with one over 40 characters");
            }
            if !class.fee.is_none_or(amount) || !class.most.is_none_or(amount) {
                errors.add("porterage", "has an amount that cannot be charged");
            }
            match (class.fee, class.most) {
                (None, Some(_)) => errors.add("porterage", "has a most without a fee"),
                (Some(fee), Some(most)) if most < fee => {
                    errors.add("porterage", "has a most that is less than one piece costs");
                }
                _ => {}
            }
        }
        let names =
            |at: usize| self.porterage[..at].iter().any(|it| it.class == self.porterage[at].class);
        if (0..self.porterage.len()).any(names) {
            errors.add("porterage", "has a class twice");
        }
        if let Some(songs) = self.songs {
            if !amount(songs.fee) || songs.step.is_some_and(|step| step <= 0 || step > MOST) {
                errors.add("song", "has an amount that cannot be charged");
            }
            if songs.most == Some(0) {
                errors.add("song", "is allowed not even once");
            }
        }
        if let Some(health) = self.health
            && (!amount(health.first) || !amount(health.then))
        {
            errors.add("health", "has an amount that cannot be charged");
        }
        if let Some(fault) = self.cancelling.as_ref().and_then(Ladder::fault) {
            errors.add("cancelling", fault);
        }
        errors
    }

    fn session_faults(&self, errors: &mut FieldErrors) {
        for session in &self.sessions {
            if session.name.trim().is_empty() || session.name.chars().count() > 60 {
                errors.add("session", "has one without a name, or with one over 60 characters");
            }
            if !(1..=LONGEST).contains(&session.minutes) {
                errors.add("session", "lasts from 1 to 840 minutes");
            }
            let overtime = match session.overtime {
                StepFee::Each(fee) => fee,
                StepFee::ByAgreement | StepFee::ProRata => 0,
            };
            if [session.fee, overtime].iter().any(|minor| !(0..=MOST).contains(minor)) {
                errors.add("session", "has an amount that cannot be charged");
            }
            if session.overtime != StepFee::ByAgreement && self.overtime_step.is_none() {
                errors.add("overtime_step", "is missing, though a session says what a step costs");
            }
        }
        if !self.sessions.is_sorted_by(|one, next| one.minutes < next.minutes) {
            errors
                .add("session", "are out of order: the shortest comes first, and no length twice");
        }
        if !self.sessions.is_sorted_by_key(|session| session.fee) {
            errors.add("session", "has a longer one that costs less than a shorter one");
        }
        if self.overtime_step == Some(0) || self.overtime_step > Some(240) {
            errors.add("overtime_step", "is a number of minutes from 1 to 240");
        }
    }

    fn extra_faults(&self, errors: &mut FieldErrors) {
        let extras =
            [("overdub", self.overdub), ("leader", self.leader), ("pension", self.pension)];
        let contractor = self.contractor.map(|contractor| contractor.share);
        for (field, share) in extras.into_iter().chain([("contractor", contractor)]) {
            if share.is_some_and(|share| !share.is_sane()) {
                errors.add(field, "is more than 1000 %");
            }
        }
        if let Some(doubling) = &self.doubling {
            let all = doubling.totals.iter().chain(&doubling.further);
            if all.into_iter().any(|share| !share.is_sane()) {
                errors.add("doubling", "is more than 1000 %");
            }
            if !doubling.totals.is_sorted() {
                errors.add("doubling", "adds less for more instruments");
            }
            if doubling.totals.is_empty() {
                errors.add("doubling", "does not say what the second instrument adds");
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// As the migration has it.
    pub(in crate::packs::model) fn mu_bpi() -> Rates {
        let session = |name: &str, minutes, music, fee, overtime| Session {
            name: name.into(),
            minutes,
            music_minutes: Some(music),
            fee,
            overtime: StepFee::Each(overtime),
        };
        let class = |class: &str, fee, most| Porterage { class: class.into(), fee, most };
        Rates {
            sessions: vec![
                session("Short session", 120, 10, 9_720, 2_430),
                session("Standard session", 180, 20, 13_000, 3_250),
                session("Long session", 240, 30, 19_440, 4_860),
            ],
            overtime_step: Some(15),
            doubling: Some(Doubling {
                totals: vec![Share::of_hundredths(2_500), Share::of_hundredths(4_000)],
                further: None,
            }),
            overdub: Some(Share::of_hundredths(11_000)),
            extras_on_overtime: true,
            porterage: vec![
                class("A", Some(1_752), None),
                class("B", Some(1_377), Some(2_754)),
                class("C", Some(888), None),
                class("D", None, None),
            ],
            ..Rates::default()
        }
    }

    /// As the migration has the second of them.
    pub(in crate::packs::model) fn afm() -> Rates {
        let session = Session {
            name: "Basic session".into(),
            minutes: 180,
            music_minutes: Some(15),
            fee: 44_724,
            overtime: StepFee::ByAgreement,
        };
        let rung = super::super::Rung { hours: 168, share: Share::WHOLE };
        Rates {
            sessions: vec![session],
            leader: Some(Share::WHOLE),
            contractor: Some(Contractor { share: Share::WHOLE, from_players: Some(12) }),
            rests: Some(Rests { count: 2, minutes: 10 }),
            least_gap: Some(30),
            cancelling: Some(Ladder { at_first: Share::NONE, rungs: vec![rung], is_binding: true }),
            pension: Some(Share::of_hundredths(1_409)),
            health: Some(Health { first: 3_000, then: 2_500 }),
            report_within: Some(72),
            ..Rates::default()
        }
    }

    #[test]
    fn doubling_is_what_all_further_instruments_add_together() {
        let doubling = mu_bpi().doubling.unwrap();
        let total = |more| doubling.total(more).map(Share::hundredths);
        assert_eq!([total(0), total(1), total(2)], [Some(0), Some(2_500), Some(4_000)]);
        assert_eq!(total(3), None, "the agreement says nothing of a fourth");
        let own = Doubling { further: Some(Share::of_hundredths(1_000)), ..doubling };
        assert_eq!(own.total(4).map(Share::hundredths), Some(6_000));
    }

    #[test]
    fn all_that_makes_no_sense_is_said_at_once() {
        assert!(mu_bpi().faults().is_empty() && afm().faults().is_empty());
        let mut rates = mu_bpi();
        rates.sessions.reverse();
        rates.overtime_step = None;
        rates.doubling = Some(Doubling { totals: vec![], further: None });
        rates.overdub = Some(Share::of_hundredths(100_001));
        rates.porterage[1].most = Some(5);
        rates.porterage[2].class = "A".into();
        rates.songs = Some(Songs {
            fee: -1,
            step: Some(0),
            most: Some(0),
            has_benefits: false,
            is_paid_first: false,
        });
        rates.health = Some(Health { first: -1, then: 0 });
        let faults = rates.faults();
        let fields: Vec<_> = faults.iter().map(|(field, _)| field).collect();
        assert_eq!(
            fields,
            ["doubling", "health", "overdub", "overtime_step", "porterage", "session", "song"]
        );
    }

    #[test]
    fn a_document_says_no_more_than_it_has_to_and_is_read_back() {
        let rates: Rates = serde_json::from_str(
            r#"{"sessions": [{"name": "Basic", "minutes": 180, "fee": 44724, "overtime": "by_agreement"}]}"#,
        )
        .unwrap();
        assert_eq!(rates.sessions[0].overtime, StepFee::ByAgreement);
        for rates in [rates, mu_bpi(), afm()] {
            let written = serde_json::to_value(&rates).unwrap();
            assert_eq!(serde_json::from_value::<Rates>(written).unwrap(), rates);
        }
    }
}
