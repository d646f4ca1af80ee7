use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{
    finder::Finder,
    finding::{has_room, is_far},
    model::Search,
};
use crate::{
    availability,
    values::{MusicianId, Slot},
};

/// Past what search knows of the time ahead, so many calendars are asked.
const ASKED_FAR_AHEAD: usize = 200;

/// All who fit, in no order that matters. Past what search knows of the time ahead, each calendar
/// is asked, and so only those of the newest.
pub(in crate::discovery) async fn fitting(
    db: &mut PgConnection,
    finder: &Finder,
    search: &Search,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<MusicianId>> {
    finder.catch_up(db).await?;
    let far = search.time.filter(|time| is_far(time, now));
    let known = Search { time: search.time.filter(|_| far.is_none()), ..search.clone() };
    let mut ids: Vec<MusicianId> = {
        let index = finder.index();
        let all = index.meeting(&index.sets_to_meet(&known, &index.readings(&known), now));
        index.ids(&all).into_iter().map(MusicianId::from).collect()
    };
    let Some(time) = far else { return Ok(ids) };
    ids.sort_unstable();
    let newest = &ids[ids.len().saturating_sub(ASKED_FAR_AHEAD)..];
    let until = time.window().ends_at() + TimeDelta::days(1);
    let window = Slot::new(now, until).expect("what is far is ahead");
    let calendars = availability::calendars(db, newest, window, now).await?;
    let free = |id: &MusicianId| calendars.get(id).is_some_and(|own| has_room(own, &time));
    Ok(newest.iter().copied().filter(free).collect())
}
