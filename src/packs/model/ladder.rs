use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Share, share::money};
use crate::values::{Money, Zone};

/// What of the fee is owed when the producer cancels: nothing or little while it is early, more from
/// each rung on.
///
/// The time before the start is reckoned in hours that pass, not by the wall clock, so a change of
/// clocks in between moves no rung.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Ladder {
    /// Until the first rung, in hundredths of a per cent of the fee.
    pub at_first: Share,
    /// The earliest first.
    pub rungs: Vec<Rung>,
    /// From the last rung on it is not cancelled or moved at all; the fee is owed.
    #[serde(default)]
    pub is_binding: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rung {
    /// From so many hours before the start.
    pub hours: u32,
    /// Is owed so much of the fee, in hundredths of a per cent.
    pub share: Share,
}

/// The ladders a player chooses from.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[sqlx(type_name = "cancellation", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Free until 24 hours before, then half.
    Flexible,
    /// Free until 7 days before, half until 48 hours, then all.
    Standard,
    /// Half until 14 days before, then all.
    Strict,
}

/// Who cancels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canceller {
    Producer,
    Musician,
}

/// A step of a ladder in money, for one fee and one start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub owed: Money,
    pub share: Share,
    /// None is to the end.
    pub until: Option<DateTime<Utc>>,
}

/// What is owed, and the sentence that explains it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    pub amount: Money,
    pub sentence: String,
}

impl Preset {
    pub const ALL: [Preset; 3] = [Preset::Flexible, Preset::Standard, Preset::Strict];

    pub fn word(self) -> &'static str {
        match self {
            Preset::Flexible => "flexible",
            Preset::Standard => "standard",
            Preset::Strict => "strict",
        }
    }

    pub fn ladder(self) -> Ladder {
        const DAY: u32 = 24;
        let (at_first, rungs) = match self {
            Preset::Flexible => (Share::NONE, vec![(DAY, Share::HALF)]),
            Preset::Standard => {
                (Share::NONE, vec![(7 * DAY, Share::HALF), (2 * DAY, Share::WHOLE)])
            }
            Preset::Strict => (Share::HALF, vec![(14 * DAY, Share::WHOLE)]),
        };
        let rungs = rungs.into_iter().map(|(hours, share)| Rung { hours, share }).collect();
        Ladder { at_first, rungs, is_binding: false }
    }
}

/// `48 hours`, `7 days`.
fn told_hours(hours: u32) -> String {
    match hours {
        1 => "1 hour".into(),
        hours if hours > 48 && hours.is_multiple_of(24) => format!("{} days", hours / 24),
        hours => format!("{hours} hours"),
    }
}

fn told_share(share: Share) -> String {
    match share {
        Share::NONE => "nothing".into(),
        Share::HALF => "half the fee".into(),
        Share::WHOLE => "the whole fee".into(),
        share => format!("{share} of the fee"),
    }
}

impl Ladder {
    /// What makes no sense about it, fit to follow "Cancelling".
    pub(super) fn fault(&self) -> Option<&'static str> {
        let steps = [self.at_first].into_iter().chain(self.rungs.iter().map(|rung| rung.share));
        if steps.clone().any(|share| share > Share::WHOLE) {
            Some("asks for more than the whole fee")
        } else if self.rungs.iter().any(|rung| rung.hours > 8_760) {
            Some("begins more than a year before the start")
        } else if !self.rungs.is_sorted_by(|one, next| one.hours > next.hours) {
            Some("has steps out of order: the earliest comes first")
        } else if !steps.is_sorted() {
            Some("asks for less later than it did before")
        } else {
            None
        }
    }

    /// The part of the fee that is owed when the producer cancels at `now`.
    pub fn share_at(&self, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> Share {
        let begun = |rung: &&Rung| now >= starts_at - TimeDelta::hours(rung.hours.into());
        self.rungs.iter().rfind(begun).map_or(self.at_first, |rung| rung.share)
    }

    /// What is owed of `fee` when `by` cancels at `now` what starts at `starts_at`. When the
    /// musician does, that is nothing.
    pub fn owed(
        &self,
        fee: Money,
        starts_at: DateTime<Utc>,
        now: DateTime<Utc>,
        by: Canceller,
    ) -> Owed {
        let currency = fee.currency();
        if by == Canceller::Musician {
            let sentence = "The musician cancels, so nothing is owed.".into();
            return Owed { amount: Money::new(0, currency), sentence };
        }
        let share = self.share_at(starts_at, now);
        let amount = part(fee, share);
        let last = self.rungs.last().is_some_and(|rung| {
            self.is_binding && now >= starts_at - TimeDelta::hours(rung.hours.into())
        });
        let sentence = match (share, last) {
            (Share::NONE, _) => "It is early enough: nothing is owed.".into(),
            (_, true) => format!("It is too late to cancel or move it: {amount} is owed."),
            (Share::WHOLE, _) => format!("The whole fee is owed, {amount}."),
            (share, _) => format!("{share} of {fee} is owed, {amount}."),
        };
        Owed { amount, sentence }
    }

    /// The steps from `now` on, in money: the first is what would be owed now.
    pub fn steps(&self, fee: Money, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Step> {
        let at = |rung: &Rung| starts_at - TimeDelta::hours(rung.hours.into());
        let begins = self.rungs.iter().map(|rung| (Some(at(rung)), rung.share));
        let all: Vec<_> = [(None, self.at_first)].into_iter().chain(begins).collect();
        let ends = all.iter().skip(1).map(|(begin, _)| *begin).chain([None]);
        let steps = all.iter().zip(ends).filter(|(_, end)| end.is_none_or(|end| end > now));
        steps
            .map(|((_, share), until)| Step { owed: part(fee, *share), share: *share, until })
            .collect()
    }

    /// All of it in money, from `now` on, by the clock of `zone`: `Free until Tue 1 Dec 2026, 10:00
    /// CST, then $190.00, from Sun 6 Dec 2026, 10:00 CST the whole fee, $380.00.`
    pub fn told_in_money(
        &self,
        fee: Money,
        starts_at: DateTime<Utc>,
        now: DateTime<Utc>,
        zone: Zone,
    ) -> String {
        let steps = self.steps(fee, starts_at, now);
        let mut sentence = String::new();
        let mut from: Option<DateTime<Utc>> = None;
        for (at, step) in steps.iter().enumerate() {
            let amount = match step.share {
                Share::NONE => "free".to_owned(),
                Share::WHOLE => format!("the whole fee, {}", step.owed),
                _ => step.owed.to_string(),
            };
            match (at, from) {
                (0, _) => sentence.push_str(&capitalised(&amount)),
                (1, _) => sentence.push_str(&format!(", then {amount}")),
                (_, Some(from)) => {
                    sentence.push_str(&format!(", from {} {amount}", zone.moment(from)));
                }
                (_, None) => {}
            }
            match (at, step.until) {
                (0, Some(until)) => sentence.push_str(&format!(" until {}", zone.moment(until))),
                (0, None) => sentence.push_str(", from now on"),
                _ => {}
            }
            from = step.until;
        }
        sentence.push('.');
        sentence + self.binds()
    }

    /// All of it without an amount or a day: `Free until 7 days before the start, then half the fee,
    /// from 48 hours before the whole fee.`
    pub fn told(&self) -> String {
        let mut sentence = match (self.at_first, self.rungs.first()) {
            (Share::NONE, Some(first)) => {
                format!("Free until {} before the start", told_hours(first.hours))
            }
            (Share::NONE, None) => "Free at any time".into(),
            (share, Some(first)) => format!(
                "{} until {} before the start",
                capitalised(&told_share(share)),
                told_hours(first.hours)
            ),
            (share, None) => format!("{} at any time", capitalised(&told_share(share))),
        };
        for (at, rung) in self.rungs.iter().enumerate() {
            let share = told_share(rung.share);
            sentence.push_str(&match at {
                0 => format!(", then {share}"),
                _ => format!(", from {} before {share}", told_hours(rung.hours)),
            });
        }
        sentence.push('.');
        sentence + self.binds()
    }

    fn binds(&self) -> &'static str {
        match (self.is_binding, self.rungs.is_empty()) {
            (true, false) => " From then on it can neither be cancelled nor moved.",
            _ => "",
        }
    }
}

fn part(fee: Money, share: Share) -> Money {
    let minor = share.part_of(fee.minor().into());
    money(minor, fee.currency()).unwrap_or(fee)
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn dollars(minor: i64) -> Money {
        Money::new(minor, "USD".parse().unwrap())
    }

    fn starts_at() -> DateTime<Utc> {
        at("2026-12-08T16:00:00Z")
    }

    fn owed(preset: Preset, before: TimeDelta) -> i64 {
        let ladder = preset.ladder();
        let now = starts_at() - before;
        ladder.owed(dollars(38_000), starts_at(), now, Canceller::Producer).amount.minor()
    }

    #[test]
    fn each_ladder_asks_for_what_the_trade_says() {
        let (days, hours, second) = (TimeDelta::days, TimeDelta::hours, TimeDelta::seconds(1));
        for (preset, before, due) in [
            (Preset::Flexible, hours(24) + second, 0),
            (Preset::Flexible, hours(24), 19_000),
            (Preset::Flexible, hours(-1), 19_000),
            (Preset::Standard, days(7) + second, 0),
            (Preset::Standard, days(7), 19_000),
            (Preset::Standard, hours(48) + second, 19_000),
            (Preset::Standard, hours(48), 38_000),
            (Preset::Strict, days(300), 19_000),
            (Preset::Strict, days(14), 38_000),
        ] {
            assert_eq!(owed(preset, before), due, "{preset:?} {before}");
        }
    }

    #[test]
    fn nothing_is_owed_when_the_musician_cancels() {
        let owed = Preset::Strict.ladder().owed(
            dollars(38_000),
            starts_at(),
            starts_at(),
            Canceller::Musician,
        );
        assert_eq!(owed.amount, dollars(0));
        assert_eq!(owed.sentence, "The musician cancels, so nothing is owed.");
    }

    #[test]
    fn a_ladder_is_told_in_money_from_now_on() {
        let zone: Zone = "America/Chicago".parse().unwrap();
        let told = |preset: Preset, now| {
            preset.ladder().told_in_money(dollars(38_000), starts_at(), at(now), zone)
        };
        assert_eq!(
            told(Preset::Standard, "2026-11-23T15:00:00Z"),
            "Free until Tue 1 Dec 2026, 10:00 CST, then $190.00, from Sun 6 Dec 2026, 10:00 CST the whole fee, $380.00."
        );
        assert_eq!(
            told(Preset::Standard, "2026-12-02T15:00:00Z"),
            "$190.00 until Sun 6 Dec 2026, 10:00 CST, then the whole fee, $380.00."
        );
        assert_eq!(
            told(Preset::Standard, "2026-12-07T15:00:00Z"),
            "The whole fee, $380.00, from now on."
        );
        assert_eq!(
            told(Preset::Strict, "2026-11-23T15:00:00Z"),
            "$190.00 until Tue 24 Nov 2026, 10:00 CST, then the whole fee, $380.00."
        );
    }

    #[test]
    fn a_ladder_is_told_without_an_amount() {
        let told = |preset: Preset| preset.ladder().told();
        assert_eq!(
            told(Preset::Flexible),
            "Free until 24 hours before the start, then half the fee."
        );
        assert_eq!(
            told(Preset::Standard),
            "Free until 7 days before the start, then half the fee, from 48 hours before the whole fee."
        );
        assert_eq!(
            told(Preset::Strict),
            "Half the fee until 14 days before the start, then the whole fee."
        );
        let rung = Rung { hours: 168, share: Share::WHOLE };
        let afm = Ladder { at_first: Share::NONE, rungs: vec![rung], is_binding: true };
        assert_eq!(
            afm.told(),
            "Free until 7 days before the start, then the whole fee. From then on it can neither be cancelled nor moved."
        );
        let late = afm.owed(dollars(44_724), starts_at(), starts_at(), Canceller::Producer);
        assert_eq!(late.sentence, "It is too late to cancel or move it: $447.24 is owed.");
    }

    #[test]
    fn a_rung_is_so_many_hours_before_whatever_the_clocks_do() {
        // The clocks of Chicago go back on 1 November: by the wall the rung is an hour earlier.
        let starts_at = at("2026-11-03T16:00:00Z");
        let zone: Zone = "America/Chicago".parse().unwrap();
        let told = Preset::Flexible.ladder();
        let ladder = Ladder { rungs: vec![Rung { hours: 72, share: Share::HALF }], ..told };
        assert_eq!(
            ladder.told_in_money(dollars(38_000), starts_at, at("2026-10-20T00:00:00Z"), zone),
            "Free until Sat 31 Oct 2026, 11:00 CDT, then $190.00."
        );
    }

    #[test]
    fn a_ladder_only_climbs() {
        let rung = |hours, share| Rung { hours, share };
        let fault = |at_first, rungs: &[Rung]| {
            Ladder { at_first, rungs: rungs.to_vec(), is_binding: false }.fault().is_some()
        };
        assert!(Preset::ALL.iter().all(|preset| preset.ladder().fault().is_none()));
        assert!(fault(Share::HALF, &[rung(24, Share::NONE)]));
        assert!(fault(Share::NONE, &[rung(24, Share::HALF), rung(48, Share::WHOLE)]));
        assert!(fault(Share::NONE, &[rung(24, Share::of_hundredths(10_001))]));
        assert!(fault(Share::NONE, &[rung(9_000, Share::HALF)]));
    }

    proptest! {
        /// Later never costs less, never more than the fee; what the steps say is what is owed.
        #[test]
        fn what_is_owed_only_grows_and_never_past_the_fee(
            preset in prop::sample::select(Preset::ALL.to_vec()),
            fee in 0..10_000_000_i64, first in 0..40_000_i64, later in 0..40_000_i64,
        ) {
            let ladder = preset.ladder();
            let now = starts_at() - TimeDelta::minutes(first);
            let then = now + TimeDelta::minutes(later);
            let due = |at| ladder.owed(dollars(fee), starts_at(), at, Canceller::Producer).amount;
            prop_assert!(0 <= due(now).minor() && due(now).minor() <= due(then).minor());
            prop_assert!(due(then).minor() <= fee);
            let steps = ladder.steps(dollars(fee), starts_at(), now);
            prop_assert_eq!(steps[0].owed, due(now));
            let step = steps.iter().find(|step| step.until.is_none_or(|until| until > then)).unwrap();
            prop_assert_eq!(step.owed, due(then));
            prop_assert!(steps.last().unwrap().until.is_none());
        }
    }
}
