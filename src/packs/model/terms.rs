use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{Ladder, Pack, Player, Rates, Version};
use crate::values::{Currency, Money, MusicianId, PackId, PackVersionId};

/// By what a player's fee is counted: a version of a pack, or their own terms, as they stood when
/// they were read.
///
/// It is whole: whoever keeps it, as JSON, counts by it for ever, whatever becomes of the pack, the
/// profile or the player's own terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Terms {
    pub musician: MusicianId,
    pub pack: PackId,
    pub version: PackVersionId,
    /// `Open`, `MU/BPI commercial audio`.
    pub name: String,
    /// Of the pack's version.
    pub number: i32,
    /// The player's own figures, in the place of an agreement's.
    pub is_own: bool,
    /// Of every amount in the figures.
    #[schema(value_type = String, example = "USD")]
    pub currency: Currency,
    pub(super) rates: Rates,
    /// Of cancelling, be it the agreement's or the player's.
    pub(super) ladder: Ladder,
}

/// Why there are no terms, or no fee by them. Fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{0} does not work under {1}.")]
    NotUnder(String, String),
    #[error("There is no such agreement.")]
    NoPack,
    #[error("{0} has no figures for that day.")]
    NotInForce(String),
    #[error("There is no rate for a session in a room: agree on a fee.")]
    NoSession,
    #[error("There is no rate for a song recorded remotely: agree on a fee.")]
    NoSong,
    #[error("{0} is for songs recorded remotely: it says nothing of a session in a room.")]
    OnlySongs(String),
    #[error("{0} is for sessions in a room: it says nothing of songs recorded remotely.")]
    OnlySessions(String),
    #[error("A session lasts a minute at least, and a song is one at least.")]
    NoWork,
    #[error("Under {0} one artist has at most {1} songs in six months.")]
    TooManySongs(String, u16),
    #[error("A song is {0} at least.")]
    BelowSong(Money),
    #[error("A song under {name} is {least}, or more in steps of {step}.")]
    BetweenSteps { name: String, least: Money, step: Money },
    #[error("There is no porterage of class {0}.")]
    NoClass(String),
    #[error("These terms are in {is}: an amount in {other} cannot be added.")]
    OtherCurrency { is: Currency, other: Currency },
    #[error("Nobody plays for less than {0} says: what you agree on can only add to it.")]
    BelowScale(String),
    #[error("What is taken off is more than the fee.")]
    BelowNothing,
    #[error("That comes to more than we can book.")]
    TooMuch,
}

impl Terms {
    /// The terms of `player` under a version of a pack. Their own, if the pack is the open one.
    pub(crate) fn of(player: &Player, pack: &Pack, version: &Version) -> Terms {
        let (is_own, currency) = match pack.currency {
            Some(currency) => (false, currency),
            None => (true, player.currency),
        };
        let rates = if is_own { player.rates(&version.rates) } else { version.rates.clone() };
        Terms {
            musician: player.id,
            pack: pack.id,
            version: version.id,
            name: pack.name.clone(),
            number: version.number,
            is_own,
            currency,
            ladder: rates.cancelling.clone().unwrap_or_else(|| player.ladder()),
            rates,
        }
    }

    /// What is owed when somebody cancels.
    pub fn ladder(&self) -> &Ladder {
        &self.ladder
    }

    pub fn rates(&self) -> &Rates {
        &self.rates
    }

    /// `Own terms`, `MU/BPI commercial audio, version 1`.
    pub fn told(&self) -> String {
        if self.is_own {
            "Own terms".into()
        } else {
            format!("{}, version {}", self.name, self.number)
        }
    }

    /// What is to be known where two sessions lie `gap` apart: a warning, and no conflict.
    pub fn gap_warning(&self, gap: TimeDelta) -> Option<String> {
        let least = self.rates.least_gap?;
        (gap >= TimeDelta::zero() && gap < TimeDelta::minutes(least.into())).then(|| {
            format!(
                "Between the two sessions lie {} min: under {}, less than {least} counts as overtime.",
                gap.num_minutes(),
                self.name
            )
        })
    }

    /// What is to be known where `players` play together and nobody is the contractor.
    pub fn contractor_warning(&self, players: u32) -> Option<String> {
        let from = self.rates.contractor?.from_players?;
        (players >= from.into())
            .then(|| format!("Under {}, {from} players or more have a contractor.", self.name))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use chrono::{DateTime, NaiveDate};

    use super::*;
    use crate::packs::model::{own::tests as own, rates::tests as agreed};

    fn pack(id: i64, name: &str, currency: Option<&str>, rates: Rates) -> (Pack, Version) {
        let pack = Pack {
            id: id.into(),
            slug: format!("pack-{id}"),
            name: name.into(),
            scope: String::new(),
            currency: currency.map(|code| code.parse().unwrap()),
        };
        let version = Version {
            id: (id + 10).into(),
            pack_id: pack.id,
            number: 1,
            valid_from: NaiveDate::MIN,
            valid_to: None,
            rates,
            source: String::new(),
            made_by: None,
            made_at: DateTime::UNIX_EPOCH,
        };
        (pack, version)
    }

    pub(in crate::packs::model) fn terms_of(player: &Player) -> Terms {
        let (pack, version) = pack(1, "Open", None, own::open());
        Terms::of(player, &pack, &version)
    }

    pub(in crate::packs::model) fn under(name: &str, currency: &str, rates: Rates) -> Terms {
        let (pack, version) = pack(2, name, Some(currency), rates);
        Terms::of(&own::maren(), &pack, &version)
    }

    #[test]
    fn an_agreement_that_says_nothing_of_cancelling_leaves_the_players_own_ladder() {
        use super::super::Preset;
        let mu = under("MU/BPI", "GBP", agreed::mu_bpi());
        assert_eq!(mu.ladder(), &Preset::Standard.ladder());
        assert!(under("AFM", "USD", agreed::afm()).ladder().is_binding);
    }

    #[test]
    fn a_short_gap_is_a_warning_under_the_agreement_that_says_so() {
        let afm = under("AFM sound recording", "USD", agreed::afm());
        let warned = |minutes| afm.gap_warning(TimeDelta::minutes(minutes));
        assert_eq!(
            warned(0).unwrap(),
            "Between the two sessions lie 0 min: under AFM sound recording, less than 30 counts as overtime."
        );
        assert!(warned(29).is_some() && warned(30).is_none() && warned(-5).is_none());
        assert_eq!(terms_of(&own::maren()).gap_warning(TimeDelta::zero()), None);
        assert!(afm.contractor_warning(12).is_some() && afm.contractor_warning(11).is_none());
    }

    #[test]
    fn kept_terms_are_what_they_were() {
        for terms in [terms_of(&own::maren()), under("MU/BPI", "GBP", agreed::mu_bpi())] {
            let kept = serde_json::to_value(&terms).unwrap();
            assert_eq!(serde_json::from_value::<Terms>(kept).unwrap(), terms);
        }
    }
}
