//! A calendar file read: the time it takes, within a window.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Instant,
};

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::{
    MOST_STRETCHES, Stretch, Unreadable,
    clocks::{Clock, Clocks},
    event::{self, Event, Length, Times, When},
    ics,
    series::{NoSeries, occurrences},
};
use crate::values::{Slot, Zone};

/// Something that goes on for longer is looked at no further back than this.
const MOST_LENGTH: TimeDelta = TimeDelta::days(800);

/// What a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What the calendar calls itself.
    pub name: Option<String>,
    /// When its owner is busy, within the window: sorted, and none longer than it.
    pub stretches: Vec<Stretch>,
    /// What of it could not be read, or only so, in sentences; mostly nothing.
    pub note: String,
}

/// Reads a file by the clock of whose calendar it is. Takes a core for as long as it needs, and
/// gives up at `deadline`.
pub fn read(
    file: &[u8],
    own: Zone,
    window: Slot,
    deadline: Instant,
) -> Result<Reading, Unreadable> {
    let parts = ics::take_apart(file)?;
    let mut clocks = Clocks::of(&parts.zones, own, &window);
    let mut found = Found { own, window, deadline, stretches: Vec::new() };
    let mut unread = parts.overlong;
    // By what they belong to, in the order of the file.
    let mut families: BTreeMap<usize, Vec<Event>> = BTreeMap::new();
    let mut homes: HashMap<String, usize> = HashMap::new();
    for (at, text) in parts.events.iter().enumerate() {
        found.hurry()?;
        match event::read(text, &mut clocks, own) {
            Ok(event) => {
                let home = *homes.entry(event.uid.clone()).or_insert(at);
                let home = if event.uid.is_empty() { at } else { home };
                families.entry(home).or_default().push(event);
            }
            Err(_) => unread += 1,
        }
    }
    for family in families.values() {
        found.hurry()?;
        unread += found.add_family(family)?;
    }
    for text in &parts.busy {
        found.hurry()?;
        match event::read_busy(text, &mut clocks) {
            Ok(busy) => {
                for (when, length) in busy {
                    found.add(&when, length, "", false)?;
                }
            }
            Err(_) => unread += 1,
        }
    }
    found.stretches.sort();
    Ok(Reading {
        name: parts.name.map(|name| plain(&name)).filter(|name| !name.is_empty()),
        stretches: found.stretches,
        note: note(unread, &clocks),
    })
}

/// A hash of what is busy, to tell whether anything changed.
pub(in crate::imports) fn hash_of(stretches: &[Stretch]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for stretch in stretches {
        let (from, to) = (stretch.slot.starts_at(), stretch.slot.ends_at());
        hash.update(from.timestamp().to_le_bytes());
        hash.update(to.timestamp().to_le_bytes());
        hash.update([u8::from(stretch.is_all_day)]);
        hash.update((stretch.summary.len() as u64).to_le_bytes());
        hash.update(stretch.summary.as_bytes());
    }
    hash.finalize().into()
}

/// A name as one line, of the backslashes that files put before commas.
fn plain(name: &str) -> String {
    let name = name.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\");
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    name.chars().filter(|c| !c.is_control()).take(100).collect()
}

fn note(unread: usize, clocks: &Clocks) -> String {
    let mut said = Vec::new();
    match unread {
        0 => {}
        1 => said.push("One event could not be read, and keeps no time busy.".to_owned()),
        more => said.push(format!("{more} events could not be read, and keep no time busy.")),
    }
    if !clocks.strange.is_empty() {
        let names: Vec<String> =
            clocks.strange.iter().take(3).map(|name| format!("“{name}”")).collect();
        let names = names.join(", ");
        said.push(format!("Times by a clock that is known to nobody, {names}, are read by yours."));
    }
    said.join(" ")
}

/// What is found of a file so far.
struct Found {
    own: Zone,
    window: Slot,
    deadline: Instant,
    stretches: Vec<Stretch>,
}

/// Which of a series others stand in the place of, or nobody. Told by an instant, or by a day.
#[derive(Debug, Default)]
struct Places {
    instants: HashSet<DateTime<Utc>>,
    days: HashSet<NaiveDate>,
}

impl Places {
    /// By what the times of a series are told by: whole days are known by their date alone.
    fn put(&mut self, when: &When, of_days: bool, own: Zone) {
        match when {
            When::Time(..) if !of_days => self.instants.insert(when.starts_at(own)),
            _ => self.days.insert(when.local().date()),
        };
    }

    fn hold(&self, when: &When, own: Zone) -> bool {
        self.days.contains(&when.local().date()) || self.instants.contains(&when.starts_at(own))
    }
}

impl Found {
    fn hurry(&self) -> Result<(), Unreadable> {
        if Instant::now() > self.deadline { Err(Unreadable::TooMuchWork) } else { Ok(()) }
    }

    fn add(
        &mut self,
        when: &When,
        length: Length,
        summary: &str,
        is_all_day: bool,
    ) -> Result<(), Unreadable> {
        let slot = when.for_length(length, self.own);
        let Some(slot) = slot.and_then(|slot| slot.within(&self.window)) else { return Ok(()) };
        if self.stretches.len() >= MOST_STRETCHES {
            return Err(Unreadable::TooManyStretches);
        }
        self.stretches.push(Stretch { slot, summary: summary.to_owned(), is_all_day });
        Ok(())
    }

    /// Events that bear one name: a series with what is different in it, or just one. Answers how
    /// many could not be made sense of.
    fn add_family(&mut self, family: &[Event]) -> Result<usize, Unreadable> {
        let others = latest(family, self.own);
        for other in &others {
            if other.is_busy {
                self.add(&other.start, other.length, &other.summary, is_all_day(other))?;
            }
        }
        let mut unread = 0;
        for event in family.iter().filter(|event| event.replaces.is_none()) {
            // Also where the series keeps nothing busy: one of it may be in the place of nothing.
            if event.is_busy || others.iter().any(|other| is_after(other).is_some()) {
                unread += usize::from(self.add_series(event, &others)?.is_none());
            }
        }
        Ok(unread)
    }

    /// All times of an event but those that are left out, or told elsewhere; nothing where its rule
    /// makes no sense.
    fn add_series(&mut self, event: &Event, others: &[&Event]) -> Result<Option<()>, Unreadable> {
        self.hurry()?;
        let mut except = Places::default();
        let of_days = matches!(event.start, When::Day(_));
        for when in &event.except {
            except.put(when, of_days, self.own);
        }
        for (when, _) in others.iter().filter_map(|other| other.replaces.as_ref()) {
            except.put(when, of_days, self.own);
        }
        let Some(times) = self.times(event)? else { return Ok(None) };
        let after: Vec<(&Event, &When)> =
            others.iter().filter_map(|other| Some((*other, is_after(other)?))).collect();
        for (when, length) in times {
            if except.hold(&when, self.own) {
                continue;
            }
            let begins = when.starts_at(self.own);
            // The last of them that began by then.
            let changed = after.iter().rev().find(|(_, from)| from.starts_at(self.own) <= begins);
            match changed {
                Some((other, from)) if other.is_busy => {
                    let later = when.local() - from.local();
                    let when = other.start.moved_to(other.start.local() + later);
                    self.add(&when, other.length, &other.summary, is_all_day(other))?;
                }
                Some(_) => {}
                None if event.is_busy => {
                    let length = length.unwrap_or(event.length);
                    self.add(&when, length, &event.summary, is_all_day(event))?;
                }
                None => {}
            }
        }
        Ok(Some(()))
    }

    /// When an event begins, again and again, as far as that may reach into the window.
    fn times(&self, event: &Event) -> Result<Option<Times>, Unreadable> {
        let own = Clock::Zone(self.own);
        let clock = match &event.start {
            When::Day(_) => &own,
            When::Time(_, clock) => clock,
        };
        let start = event.start.local();
        // A day more on either side, for what the clocks do.
        let reach = event.length.about().min(MOST_LENGTH) + TimeDelta::days(1);
        let from = clock.local(self.window.starts_at()) - reach;
        let last = clock.local(self.window.ends_at()) + TimeDelta::days(1);
        let mut times: Vec<NaiveDateTime> = Vec::new();
        if event.rules.is_empty() {
            times.push(start);
        }
        for (rule, until) in &event.rules {
            let until = until.map_or(last, |until| until.min(last));
            match occurrences(rule, start, from, until) {
                Ok(found) => times.extend(found),
                Err(NoSeries::Senseless) => return Ok(None),
                Err(NoSeries::TooMuch(why)) => return Err(why),
            }
        }
        let mut all: Vec<_> =
            times.into_iter().map(|at| (event.start.moved_to(at), None)).collect();
        all.extend(event.extra.iter().cloned());
        // Told twice, it is there once.
        let mut told = HashSet::new();
        all.retain(|(when, length)| {
            length.is_some() || told.insert((when.local(), when.starts_at(self.own)))
        });
        Ok(Some(all))
    }
}

/// What is different in a series: of two that stand in one place, that which was changed last.
fn latest(family: &[Event], own: Zone) -> Vec<&Event> {
    let mut places: BTreeMap<DateTime<Utc>, &Event> = BTreeMap::new();
    for event in family {
        let Some((when, _)) = &event.replaces else { continue };
        let there = places.entry(when.starts_at(own)).or_insert(event);
        if event.sequence >= there.sequence {
            *there = event;
        }
    }
    places.into_values().collect()
}

/// From which time of its series on this stands for all.
fn is_after(event: &Event) -> Option<&When> {
    event.replaces.as_ref().filter(|(_, all_after)| *all_after).map(|(when, _)| when)
}

fn is_all_day(event: &Event) -> bool {
    matches!(event.start, When::Day(_))
}
