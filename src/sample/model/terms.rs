use anyhow::Context;
use serde::Deserialize;

use super::World;

const TERMS: &str = include_str!("../terms.json");

/// What a player says of their own terms. Amounts are minor units of their currency, shares
/// hundredths of a per cent.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::sample) struct OwnTerms {
    pub(in crate::sample) slug: String,
    pub(in crate::sample) session_minutes: Option<i16>,
    pub(in crate::sample) overtime_minutes: Option<i16>,
    pub(in crate::sample) overtime_fee: Option<i64>,
    pub(in crate::sample) porterage: Option<i64>,
    pub(in crate::sample) second: Option<i32>,
    pub(in crate::sample) further: Option<i32>,
    pub(in crate::sample) leader: Option<i32>,
    pub(in crate::sample) overdub: Option<i32>,
    pub(in crate::sample) cancellation: String,
}

/// Members of a union work under its agreements as well.
const AGREEMENTS: [(&str, &str); 3] =
    [("afm", "afm-sound-recording"), ("afm", "afm-single-song-overdub"), ("mu", "mu-bpi")];

impl World {
    /// Some say more than their rates: each by the number of the player.
    pub(in crate::sample) fn own_terms(&self) -> anyhow::Result<Vec<(i64, OwnTerms)>> {
        let said: Vec<OwnTerms> = serde_json::from_str(TERMS).context("terms.json")?;
        let of = |terms: OwnTerms| {
            let player = self.musicians.iter().find(|row| row.player.slug == terms.slug);
            Ok((player.with_context(|| terms.slug.clone())?.id, terms))
        };
        said.into_iter().map(of).collect()
    }

    /// Players and the slugs of packs under which they work.
    pub(in crate::sample) fn agreements(&self) -> Vec<(i64, &'static str)> {
        let under = |union: &'static str, pack: &'static str| {
            let members = self
                .musicians
                .iter()
                .filter(move |row| row.player.unions.iter().any(|code| code == union));
            members.map(move |row| (row.id, pack))
        };
        AGREEMENTS.into_iter().flat_map(|(union, pack)| under(union, pack)).collect()
    }
}
