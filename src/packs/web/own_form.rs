use serde::{Deserialize, Serialize};

use super::{
    super::model::{OwnTerms, Pack, Player, Preset, Share},
    reading::{Reading, said},
};
use crate::values::{Currency, FieldErrors, Money};

/// A player's own terms as they are typed. Amounts are like `35.00`, in the currency of the profile,
/// shares per cent of the fee. An empty field says nothing: then what the open pack has holds.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct OwnForm {
    /// Send it back with a change: terms changed meanwhile are not overwritten.
    #[schema(example = "1")]
    pub(super) version: String,
    /// How long a session is, from 30 to 840 minutes: the fee covers any shorter one.
    #[schema(example = "180")]
    pub(super) session_minutes: String,
    /// A step of overtime, from 5 to 120 minutes.
    #[schema(example = "15")]
    pub(super) overtime_minutes: String,
    /// For each begun step; empty is the rate of the session by time.
    #[schema(example = "35.00")]
    pub(super) overtime_fee: String,
    /// For bringing what is heavy, once a session.
    pub(super) porterage: String,
    /// What the second instrument adds.
    #[schema(example = "15")]
    pub(super) second: String,
    /// What each further one adds to that; empty is as much.
    pub(super) further: String,
    pub(super) leader: String,
    /// For each.
    pub(super) overdub: String,
    /// `flexible`, `standard` or `strict`.
    #[schema(example = "standard")]
    pub(super) cancellation: String,
    /// Slugs of packs under which they work as well.
    pub(super) pack: Vec<String>,
}

pub(super) const LABELS: [(&str, &str); 11] = [
    ("version", "These terms"),
    ("session_minutes", "Your session"),
    ("overtime_minutes", "A step of overtime"),
    ("overtime_fee", "The fee for a step"),
    ("second", "A second instrument"),
    ("further", "Each further instrument"),
    ("leader", "Leading"),
    ("overdub", "An overdub"),
    ("porterage", "Porterage"),
    ("cancellation", "Cancelling"),
    ("pack", "Agreements"),
];

impl OwnForm {
    pub(super) fn of(player: &Player, packs: &[Pack]) -> OwnForm {
        let own = &player.own;
        // What is in another currency counts for nothing, and is not shown as if it did.
        let amount = |amount: Option<Money>| {
            let current = amount.filter(|amount| amount.currency() == player.currency);
            current.map(Money::typed).unwrap_or_default()
        };
        let minutes = |minutes: Option<u16>| minutes.map(|it| it.to_string()).unwrap_or_default();
        let share = |share: Option<Share>| share.map(Share::typed).unwrap_or_default();
        let under = packs.iter().filter(|pack| own.packs.contains(&pack.id));
        OwnForm {
            version: player.version.to_string(),
            session_minutes: own.session_minutes().to_string(),
            overtime_minutes: minutes(own.overtime_minutes),
            overtime_fee: amount(own.overtime_fee),
            porterage: amount(own.porterage),
            second: share(own.second),
            further: share(own.further),
            leader: share(own.leader),
            overdub: share(own.overdub),
            cancellation: own.preset().word().into(),
            pack: under.map(|pack| pack.slug.clone()).collect(),
        }
    }

    pub(super) fn version(&self) -> i32 {
        self.version.trim().parse().unwrap_or(-1)
    }

    pub(super) fn ticks(&self, slug: &str) -> bool {
        self.pack.iter().any(|known| known == slug)
    }

    pub(super) fn read(&self, currency: Currency, packs: &[Pack]) -> Result<OwnTerms, FieldErrors> {
        let mut read = Reading::new(Some(currency));
        let own = OwnTerms {
            session_minutes: read.number(
                "session_minutes",
                &self.session_minutes,
                (30, 840),
                "minutes",
            ),
            overtime_minutes: read.number(
                "overtime_minutes",
                &self.overtime_minutes,
                (5, 120),
                "minutes",
            ),
            overtime_fee: read.money("overtime_fee", &self.overtime_fee),
            porterage: read.money("porterage", &self.porterage),
            second: read.share("second", &self.second),
            further: read.share("further", &self.further),
            leader: read.share("leader", &self.leader),
            overdub: read.share("overdub", &self.overdub),
            cancellation: self.cancellation(&mut read),
            packs: Vec::new(),
        };
        if own.further.is_some() && said(&self.second).is_none() {
            read.errors.add("second", "is missing, though a further one adds something");
        }
        let mut under = Vec::new();
        for slug in self.pack.iter().filter(|slug| said(slug).is_some()) {
            let known = packs.iter().find(|it| it.slug == slug.trim() && it.currency.is_some());
            match known.map(|pack| pack.id) {
                Some(id) if under.contains(&id) => {}
                Some(id) => under.push(id),
                None => read.errors.add("pack", "have one that is not in our list"),
            }
        }
        if read.errors.is_empty() { Ok(OwnTerms { packs: under, ..own }) } else { Err(read.errors) }
    }

    fn cancellation(&self, read: &mut Reading) -> Option<Preset> {
        let word = said(&self.cancellation)?;
        let known = Preset::ALL.into_iter().find(|preset| preset.word() == word);
        read.errors.take("cancellation", known.ok_or("is by none of the three ladders there are"))
    }
}
