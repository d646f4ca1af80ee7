use anyhow::Context;

use super::{Account, Musician, Player, World, records::Shelf};
use crate::{catalog::Catalog, values::Zone};

/// How many at the end of the list are not public yet, and how each stands.
const UNPUBLISHED: [(&str, Option<(&str, &str)>); 7] = [
    ("submitted", None),
    ("submitted", None),
    ("submitted", None),
    (
        "changes_requested",
        Some(("about", "says nothing of what you have played on: name two or three sessions")),
    ),
    (
        "changes_requested",
        Some(("session_rate", "looks like a day’s rate: write what three hours cost")),
    ),
    ("draft", None),
    ("hidden", None),
];

/// Accounts and profiles: the two producers, the admin, then the players.
pub(super) fn move_in(
    world: &mut World,
    players: Vec<Player>,
    shelf: &Shelf,
    catalog: &Catalog,
) -> anyhow::Result<()> {
    for producer in &shelf.producers {
        let zone = producer.zone.parse().context(producer.zone.clone())?;
        add_account(world, &producer.email, &producer.name, zone, false, false);
    }
    add_account(world, &shelf.admin.email, &shelf.admin.name, Zone::UTC, true, false);
    let published = players.len() - UNPUBLISHED.len();
    for (at, player) in players.into_iter().enumerate() {
        let zone: Zone = player.zone.parse().context(player.zone.clone())?;
        let email = match at {
            0 => "musician@example.test".to_owned(),
            _ => format!("{}@example.test", player.slug),
        };
        let account = add_account(world, &email, &player.name, zone, false, true);
        let (status, remark) = match at.checked_sub(published) {
            Some(late) => UNPUBLISHED[late],
            None => ("published", None),
        };
        let musician = Musician {
            id: at as i64 + 1,
            account,
            status,
            remark,
            zone,
            instruments: instruments(&player, catalog)?,
            genres: genres(&player, catalog)?,
            player,
        };
        world.musicians.push(musician);
    }
    Ok(())
}

fn add_account(
    world: &mut World,
    email: &str,
    name: &str,
    zone: Zone,
    is_admin: bool,
    plays: bool,
) -> i64 {
    let id = world.accounts.len() as i64 + 1;
    let (email, name) = (email.to_owned(), name.to_owned());
    world.accounts.push(Account { id, email, name, is_admin, plays, zone });
    id
}

fn instruments(player: &Player, catalog: &Catalog) -> anyhow::Result<Vec<(i64, String, bool)>> {
    let plays = player.instruments.iter().map(|plays| {
        let known = catalog.instrument(&plays.slug).with_context(|| plays.slug.clone())?;
        Ok((known.id.number(), plays.gear.clone(), plays.primary))
    });
    plays.collect()
}

fn genres(player: &Player, catalog: &Catalog) -> anyhow::Result<Vec<i64>> {
    let known = player
        .genres
        .iter()
        .map(|slug| Ok(catalog.genre(slug).with_context(|| slug.clone())?.id.number()));
    known.collect()
}
