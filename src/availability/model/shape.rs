use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    catalog::great_circle_km,
    values::{Minute, Slot, Zone},
};

/// What a player keeps to around and between sessions, and how they may be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Kept clear before and after each session.
    pub before: TimeDelta,
    pub after: TimeDelta,
    pub travel: Travel,
    /// Between the end of a session and the start of the next, at least.
    pub rest: TimeDelta,
    /// From the request to the start, at least.
    pub notice: TimeDelta,
    /// From the request to the end, at most. None: as far as anybody may be asked.
    pub ahead: Option<TimeDelta>,
    pub most_a_day: Option<i16>,
    pub most_a_week: Option<i16>,
    /// When sessions start, by the player's clock. Empty: whenever.
    pub starts: Vec<Minute>,
}

/// How long it takes from one room to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Travel {
    #[default]
    None,
    /// As long from any room to any other.
    Fixed(TimeDelta),
    /// By how far apart their towns are; inside one, this.
    Distance { in_town: TimeDelta },
}

/// Where people meet to record.
#[derive(Clone, Debug, PartialEq)]
pub struct Room {
    /// As the producer wrote it.
    pub name: String,
    pub town: Option<Town>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Town {
    pub id: i64,
    /// Degrees.
    pub latitude: f64,
    pub longitude: f64,
}

impl Room {
    fn is(&self, other: &Room) -> bool {
        let plain = |room: &Room| room.name.trim().to_lowercase();
        plain(self) == plain(other) && self.town.map(|t| t.id) == other.town.map(|t| t.id)
    }
}

/// Roads are longer than the straight line, and one drives so many kilometres in an hour.
const ROAD: f64 = 1.25;
const DRIVEN_IN_AN_HOUR: f64 = 80.0;
/// Past some distance one flies: hours at the airports, and kilometres in an hour of the air.
const AT_AIRPORTS: f64 = 5.0;
const FLOWN_IN_AN_HOUR: f64 = 700.0;

impl Travel {
    /// From one room to another; where either is not known, as within one town.
    pub fn between(self, one: Option<&Room>, other: Option<&Room>) -> TimeDelta {
        if let (Some(one), Some(other)) = (one, other)
            && one.is(other)
        {
            return TimeDelta::zero();
        }
        match self {
            Travel::None => TimeDelta::zero(),
            Travel::Fixed(time) => time,
            Travel::Distance { in_town } => {
                let towns = one.and_then(|room| room.town).zip(other.and_then(|room| room.town));
                in_town + towns.map_or(TimeDelta::zero(), |(one, other)| journey(one, other))
            }
        }
    }
}

/// From town to town, in whole minutes.
fn journey(one: Town, other: Town) -> TimeDelta {
    if one.id == other.id {
        return TimeDelta::zero();
    }
    let km = great_circle_km((one.latitude, one.longitude), (other.latitude, other.longitude));
    let hours = (km * ROAD / DRIVEN_IN_AN_HOUR).min(AT_AIRPORTS + km / FLOWN_IN_AN_HOUR);
    TimeDelta::minutes((hours * 60.0).ceil() as i64)
}

impl Shape {
    /// The earliest start and the latest end of what may be asked for at `now`.
    pub fn earliest(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + self.notice
    }

    pub fn latest(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.ahead.map(|ahead| now + ahead)
    }

    /// Whether a session may start then by the clocks of `zone`.
    pub fn starts_at(&self, at: DateTime<Utc>, zone: Zone) -> bool {
        if self.starts.is_empty() {
            return true;
        }
        let local = zone.local(at);
        self.starts.iter().any(|minute| minute.on(local.date()) == Some(local))
    }

    /// When a session may start inside `stretch` and last so long. Where that is whenever, the
    /// beginning of the stretch is all there is to tell.
    pub fn starts_in(&self, stretch: Slot, length: TimeDelta, zone: Zone) -> Vec<DateTime<Utc>> {
        let last = stretch.ends_at() - length;
        if self.starts.is_empty() {
            return Some(stretch.starts_at()).filter(|at| *at <= last).into_iter().collect();
        }
        let (first_day, last_day) = (zone.date(stretch.starts_at()), zone.date(stretch.ends_at()));
        let mut starts: Vec<DateTime<Utc>> = first_day
            .iter_days()
            .take_while(|day| *day <= last_day)
            .flat_map(|day| self.starts.iter().filter_map(move |minute| minute.on(day)))
            // A time that the clocks show twice is both; one they leave out is none.
            .flat_map(|local| [zone.start(local), zone.end(local)])
            .filter(|at| stretch.starts_at() <= *at && *at <= last && self.starts_at(*at, zone))
            .collect();
        starts.sort();
        starts.dedup();
        starts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(name: &str, town: Option<Town>) -> Room {
        Room { name: name.into(), town }
    }

    const NASHVILLE: Town = Town { id: 1, latitude: 36.16589, longitude: -86.78444 };
    const MEMPHIS: Town = Town { id: 2, latitude: 35.14953, longitude: -90.04898 };
    const LONDON: Town = Town { id: 3, latitude: 51.50853, longitude: -0.12574 };

    #[test]
    fn travel_is_by_how_far_apart_two_towns_are() {
        let by_distance = Travel::Distance { in_town: TimeDelta::minutes(30) };
        let from = room("Ocean Way", Some(NASHVILLE));
        let minutes = |to: &Room| by_distance.between(Some(&from), Some(to)).num_minutes();
        assert_eq!(minutes(&room("ocean way ", Some(NASHVILLE))), 0, "the same room");
        assert_eq!(minutes(&room("Blackbird", Some(NASHVILLE))), 30);
        assert_eq!(minutes(&room("Ocean Way", None)), 30, "nobody knows where that is");
        assert!((320..390).contains(&minutes(&room("Royal", Some(MEMPHIS)))), "by road");
        assert!((800..1000).contains(&minutes(&room("RAK", Some(LONDON)))), "by air");
        let fixed = Travel::Fixed(TimeDelta::minutes(45));
        assert_eq!(fixed.between(Some(&from), None).num_minutes(), 45);
        assert_eq!(Travel::None.between(Some(&from), None).num_minutes(), 0);
    }

    #[test]
    fn a_start_that_the_clocks_show_twice_is_both_and_one_they_leave_out_is_none() {
        let london: Zone = "Europe/London".parse().unwrap();
        let shape = Shape { starts: vec!["01:30".parse().unwrap()], ..Shape::default() };
        let day = |text: &str| {
            let at: DateTime<Utc> = text.parse().unwrap();
            Slot::new(at, at + TimeDelta::hours(12)).unwrap()
        };
        let hour = TimeDelta::hours(1);
        let autumn = shape.starts_in(day("2027-10-30T22:00:00Z"), hour, london);
        let told: Vec<String> = autumn.iter().map(|at| at.format("%H:%M").to_string()).collect();
        assert_eq!(told, ["00:30", "01:30"]);
        assert!(shape.starts_in(day("2027-03-27T22:00:00Z"), hour, london).is_empty());
    }
}
