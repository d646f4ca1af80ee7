use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::super::model::Favourite;
use crate::{
    availability::{self, SESSION},
    musicians::{self, Profile},
    values::{MusicianId, Slot},
    web::Monogram,
};

/// How far ahead the next free time is looked for.
const AHEAD: TimeDelta = TimeDelta::days(60);

/// A line of a list as it is shown.
pub(super) struct Line {
    pub(super) favourite: Favourite,
    /// None while the player is hidden, or for good once they are gone.
    pub(super) player: Option<Player>,
}

pub(super) struct Player {
    pub(super) profile: Profile,
    pub(super) mono: Monogram,
    /// The first stretch with room for a session.
    pub(super) next_free: Option<Slot>,
}

/// Looks up whoever of these lines is public, and when they are free next.
pub(super) async fn lines(
    db: &mut PgConnection,
    favourites: Vec<Favourite>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Line>> {
    let ids: Vec<MusicianId> = favourites.iter().map(|one| one.musician).collect();
    let profiles = musicians::list_published(db, &ids).await?;
    let mut profiles: HashMap<_, _> = profiles.into_iter().map(|one| (one.id, one)).collect();
    let window = Slot::new(now, now + AHEAD).expect("sixty days go forwards");
    let calendars = availability::calendars(db, &ids, window, now).await?;
    let line = |favourite: Favourite| {
        let player = profiles.remove(&favourite.musician).map(|profile| Player {
            mono: profile.face(),
            next_free: calendars.get(&profile.id).and_then(|own| own.next_free(now, SESSION, None)),
            profile,
        });
        Line { favourite, player }
    };
    Ok(favourites.into_iter().map(line).collect())
}

impl Line {
    /// Who it is, in the middle of a sentence.
    pub(super) fn name(&self) -> &str {
        self.player.as_ref().map_or("a player who is not public any more", |it| &it.profile.name)
    }
}
