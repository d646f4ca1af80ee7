use chrono::{DateTime, NaiveDate, Utc};

use super::Rates;
use crate::values::{Currency, FieldErrors, PackId, PackVersionId, Prose};

/// Rules of an agreement by which a fee is counted.
#[derive(Clone, Debug)]
pub(crate) struct Pack {
    pub(crate) id: PackId,
    pub(crate) slug: String,
    pub(crate) name: String,
    /// Where and for what it holds, in a line.
    pub(crate) scope: String,
    /// None is the player's own: the rules of the open pack have no amounts.
    pub(crate) currency: Option<Currency>,
}

/// Figures that hold from a day on. Never changed once they are made.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) id: PackVersionId,
    pub(crate) pack_id: PackId,
    pub(crate) number: i32,
    pub(crate) valid_from: NaiveDate,
    /// The last day, where it was said when the version was made.
    pub(crate) valid_to: Option<NaiveDate>,
    pub(crate) rates: Rates,
    pub(crate) source: String,
    /// None is what we began with.
    pub(crate) made_by: Option<String>,
    pub(crate) made_at: DateTime<Utc>,
}

/// The figures of a version that is about to be made. One that exists is fit to be kept.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) valid_from: NaiveDate,
    pub(crate) valid_to: Option<NaiveDate>,
    pub(crate) rates: Rates,
    pub(crate) source: Prose<500>,
}

/// Where a version stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Coming,
    InForce,
    Over,
}

/// What holds on `day`: of the versions that are valid then the one from the latest day, and of
/// those the last that was made.
pub(crate) fn in_force(versions: &[Version], day: NaiveDate) -> Option<&Version> {
    let valid = versions.iter().filter(|version| version.is_valid_on(day));
    valid.max_by_key(|version| (version.valid_from, version.number))
}

impl Version {
    fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }

    pub(crate) fn standing(&self, among: &[Version], day: NaiveDate) -> Standing {
        if in_force(among, day).is_some_and(|version| version.id == self.id) {
            Standing::InForce
        } else if self.valid_from > day {
            Standing::Coming
        } else {
            Standing::Over
        }
    }
}

impl Draft {
    /// What could be read of a form, none where `errors` says why not; what makes no sense of it is
    /// said with them. What is past is past: figures hold from `today` on at the earliest.
    pub(crate) fn of(
        pack: &Pack,
        (valid_from, valid_to): (Option<NaiveDate>, Option<NaiveDate>),
        rates: Rates,
        source: Option<Prose<500>>,
        mut errors: FieldErrors,
        today: NaiveDate,
    ) -> Result<Draft, FieldErrors> {
        for (field, problems) in rates.faults().iter() {
            // A row that could not be read is not there, so what it leaves says nothing.
            if errors.on(field).is_empty() {
                problems.iter().for_each(|problem| errors.add(field, problem));
            }
        }
        if valid_from.is_some_and(|from| from < today) {
            errors.add("valid_from", "is in the past: figures hold from today on at the earliest");
        }
        if valid_to.zip(valid_from).is_some_and(|(last, from)| last < from) {
            errors.add("valid_to", "is before the day they hold from");
        }
        if pack.currency.is_none() && rates.has_amounts() {
            errors.add(
                "session",
                "has amounts, and this pack has no currency: they are each player’s own",
            );
        }
        match (valid_from, source) {
            (Some(valid_from), Some(source)) if errors.is_empty() => {
                Ok(Draft { valid_from, valid_to, rates, source })
            }
            _ => Err(errors),
        }
    }

    /// Whether a version says just this: the form was sent twice.
    pub(crate) fn is(&self, version: &Version) -> bool {
        let (from, to) = (version.valid_from, version.valid_to);
        (from, to) == (self.valid_from, self.valid_to)
            && version.rates == self.rates
            && version.source == self.source.as_str()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_yo_opt(2026, n + 1).unwrap()
    }

    fn version(number: i32, from: u32, to: Option<u32>) -> Version {
        Version {
            id: i64::from(number).into(),
            pack_id: 1.into(),
            number,
            valid_from: day(from),
            valid_to: to.map(day),
            rates: Rates::default(),
            source: String::new(),
            made_by: None,
            made_at: DateTime::UNIX_EPOCH,
        }
    }

    fn holds(versions: &[Version], on: u32) -> Option<i32> {
        in_force(versions, day(on)).map(|version| version.number)
    }

    #[test]
    fn the_latest_that_has_begun_holds() {
        let versions = [version(1, 0, None), version(2, 34, None)];
        assert_eq!([holds(&versions, 33), holds(&versions, 34)], [Some(1), Some(2)]);
        assert_eq!(holds(&versions[1..], 0), None);
        assert_eq!(versions[1].standing(&versions, day(33)), Standing::Coming);
        assert_eq!(versions[0].standing(&versions, day(34)), Standing::Over);
    }

    #[test]
    fn one_made_later_for_the_same_day_takes_the_place_of_the_first() {
        let versions = [
            version(1, 0, None),
            version(2, 100, None),
            version(3, 10, None),
            version(4, 100, None),
        ];
        assert_eq!([holds(&versions, 50), holds(&versions, 100)], [Some(3), Some(4)]);
    }

    #[test]
    fn one_that_is_over_leaves_what_held_before_and_alone_leaves_nothing() {
        let versions = [version(1, 0, None), version(2, 10, Some(20))];
        assert_eq!([holds(&versions, 20), holds(&versions, 21)], [Some(2), Some(1)]);
        assert_eq!(holds(&versions[1..], 21), None);
    }

    #[test]
    fn figures_hold_from_today_on_at_the_earliest() {
        let pack = Pack {
            id: 1.into(),
            slug: "open".into(),
            name: "Open".into(),
            scope: String::new(),
            currency: None,
        };
        let fields = |from, to: Option<u32>, rates| -> Vec<_> {
            let days = (Some(day(from)), to.map(day));
            let source = Prose::parse("An agreement.").ok();
            let draft = Draft::of(&pack, days, rates, source, FieldErrors::default(), day(10));
            let errors = draft.err().unwrap_or_default();
            errors.iter().map(|(field, _)| field).collect()
        };
        assert!(fields(10, None, Rates::default()).is_empty());
        assert_eq!(fields(9, Some(8), Rates::default()), ["valid_from", "valid_to"]);
        let amounts = super::super::rates::tests::mu_bpi();
        assert_eq!(fields(10, None, amounts), ["session"], "it has no currency");
    }

    proptest! {
        /// A version that is made changes nothing on any day before it holds.
        #[test]
        fn what_is_made_today_changes_no_day_before(
            made in prop::collection::vec((0..100_u32, prop::option::of(0..100_u32)), 1..6),
            from in 0..100_u32, asked in 0..100_u32,
        ) {
            let mut versions: Vec<Version> = made
                .iter().zip(1..)
                .map(|((from, long), number)| version(number, *from, long.map(|long| from + long)))
                .collect();
            let before = holds(&versions, asked);
            versions.push(version(99, from, None));
            if asked < from {
                prop_assert_eq!(holds(&versions, asked), before);
            }
        }
    }
}
