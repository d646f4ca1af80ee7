use super::{Doubling, Ladder, Porterage, Preset, Rates, Session, Share, Songs, StepFee};
use crate::values::{AccountId, Currency, Money, MusicianId, PackId, Zone};

/// What the rate for a session on a profile is for.
const RATED_MINUTES: u16 = 180;

/// The one class of porterage of a player's own terms.
pub const OWN_PORTERAGE: &str = "Porterage";

/// What a player says of their terms beside the rates on their profile. None is nothing said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OwnTerms {
    /// How long their session is, in minutes: shorter ones cost the same.
    pub(crate) session_minutes: Option<u16>,
    pub(crate) overtime_minutes: Option<u16>,
    /// For each begun step of overtime.
    pub(crate) overtime_fee: Option<Money>,
    /// For bringing what is heavy, once a session.
    pub(crate) porterage: Option<Money>,
    /// What the second instrument adds, and each further one.
    pub(crate) second: Option<Share>,
    pub(crate) further: Option<Share>,
    pub(crate) leader: Option<Share>,
    pub(crate) overdub: Option<Share>,
    pub(crate) cancellation: Option<Preset>,
    /// Under which they work as well, in the order of the packs.
    pub(crate) packs: Vec<PackId>,
}

/// A player as far as their terms go.
#[derive(Clone, Debug)]
pub(crate) struct Player {
    pub(crate) id: MusicianId,
    pub(crate) account_id: AccountId,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) zone: Zone,
    pub(crate) currency: Currency,
    /// For three hours.
    pub(crate) session_rate: Option<Money>,
    pub(crate) song_rate: Option<Money>,
    pub(crate) works_in_room: bool,
    pub(crate) works_remotely: bool,
    pub(crate) own: OwnTerms,
    /// Goes up with each change of `own`; 0 while nothing was said.
    pub(crate) version: i32,
}

impl OwnTerms {
    pub(crate) fn session_minutes(&self) -> u16 {
        self.session_minutes.unwrap_or(RATED_MINUTES)
    }

    pub(crate) fn preset(&self) -> Preset {
        self.cancellation.unwrap_or(Preset::Standard)
    }
}

impl Player {
    /// What a session of their own length costs: the rate of three hours by time, to the nearest
    /// minor unit, halves up.
    pub(crate) fn session_fee(&self) -> Option<Money> {
        let rate = self.session_rate?;
        let rated = i128::from(RATED_MINUTES);
        let parts = i128::from(rate.minor()) * i128::from(self.own.session_minutes());
        let minor = (parts + rated / 2).div_euclid(rated);
        Some(Money::new(i64::try_from(minor).ok()?, rate.currency()))
    }

    /// An amount they said, if it is in the currency they have now.
    fn current(&self, amount: Option<Money>) -> Option<Money> {
        amount.filter(|amount| amount.currency() == self.currency)
    }

    /// Whether an amount they said counts for nothing, since they changed their currency.
    pub(crate) fn has_stale_amounts(&self) -> bool {
        let said = [self.own.overtime_fee, self.own.porterage];
        said.into_iter().flatten().any(|amount| amount.currency() != self.currency)
    }

    /// Their own figures, with what `open` has where they said nothing.
    pub(super) fn rates(&self, open: &Rates) -> Rates {
        let own = &self.own;
        let overtime = match self.current(own.overtime_fee) {
            Some(fee) => StepFee::Each(fee.minor()),
            None => StepFee::ProRata,
        };
        let session = self.session_fee().filter(|_| self.works_in_room).map(|fee| Session {
            name: "Session".into(),
            minutes: own.session_minutes(),
            music_minutes: None,
            fee: fee.minor(),
            overtime,
        });
        let songs = self.song_rate.filter(|_| self.works_remotely).map(|rate| Songs {
            fee: rate.minor(),
            step: None,
            most: None,
            has_benefits: false,
            is_paid_first: false,
        });
        let porterage = self.current(own.porterage).filter(|amount| amount.minor() > 0);
        let porterage = porterage.map(|amount| Porterage {
            class: OWN_PORTERAGE.into(),
            fee: Some(amount.minor()),
            most: Some(amount.minor()),
        });
        let second = own.second.map(|second| Doubling {
            totals: vec![second],
            further: Some(own.further.unwrap_or(second)),
        });
        let cancelling = own.cancellation.map(Preset::ladder);
        Rates {
            sessions: session.into_iter().collect(),
            overtime_step: own.overtime_minutes.or(open.overtime_step).or(Some(15)),
            songs,
            doubling: second.or_else(|| open.doubling.clone()),
            overdub: own.overdub.or(open.overdub),
            leader: own.leader.or(open.leader),
            porterage: porterage.map_or_else(|| open.porterage.clone(), |own| vec![own]),
            cancelling: cancelling.or_else(|| open.cancelling.clone()),
            ..open.clone()
        }
    }

    /// The ladder that holds where an agreement says nothing of cancelling.
    pub(super) fn ladder(&self) -> Ladder {
        self.own.preset().ladder()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// As the migration has the pack without a currency.
    pub(in crate::packs::model) fn open() -> Rates {
        Rates {
            overtime_step: Some(15),
            doubling: Some(Doubling { totals: vec![Share::NONE], further: Some(Share::NONE) }),
            overdub: Some(Share::NONE),
            leader: Some(Share::NONE),
            extras_on_overtime: true,
            cancelling: Some(Preset::Standard.ladder()),
            ..Rates::default()
        }
    }

    pub(in crate::packs::model) fn maren() -> Player {
        let currency: Currency = "USD".parse().unwrap();
        Player {
            id: 5.into(),
            account_id: 2.into(),
            slug: "maren-oakley".into(),
            name: "Maren Oakley".into(),
            zone: "America/Chicago".parse().unwrap(),
            currency,
            session_rate: Some(Money::new(38_000, currency)),
            song_rate: Some(Money::new(15_000, currency)),
            works_in_room: true,
            works_remotely: true,
            own: OwnTerms::default(),
            version: 0,
        }
    }

    #[test]
    fn a_session_of_another_length_costs_the_rate_by_time() {
        let fee = |minutes| {
            let own = OwnTerms { session_minutes: Some(minutes), ..OwnTerms::default() };
            Player { own, ..maren() }.session_fee().unwrap().minor()
        };
        assert_eq!([fee(180), fee(240), fee(120), fee(60)], [38_000, 50_667, 25_333, 12_667]);
    }

    #[test]
    fn what_was_not_said_is_what_the_open_pack_has() {
        let rates = maren().rates(&open());
        assert!(rates.faults().is_empty());
        assert_eq!((rates.sessions[0].minutes, rates.sessions[0].fee), (180, 38_000));
        assert_eq!(rates.sessions[0].overtime, StepFee::ProRata);
        assert_eq!(rates.overtime_step, Some(15));
        assert_eq!(rates.cancelling, Some(Preset::Standard.ladder()));
        assert_eq!(rates.leader, Some(Share::NONE));
    }

    #[test]
    fn an_amount_in_another_currency_than_the_profile_has_now_counts_for_nothing() {
        let pounds = Money::new(3_500, "GBP".parse().unwrap());
        let own =
            OwnTerms { overtime_fee: Some(pounds), porterage: Some(pounds), ..OwnTerms::default() };
        let player = Player { own, ..maren() };
        assert!(player.has_stale_amounts());
        let rates = player.rates(&open());
        assert_eq!(rates.sessions[0].overtime, StepFee::ProRata);
        assert!(rates.porterage.is_empty());
    }

    #[test]
    fn who_only_works_remotely_has_no_session() {
        let rates = Player { works_in_room: false, ..maren() }.rates(&open());
        assert!(rates.sessions.is_empty() && rates.songs.is_some());
    }
}
