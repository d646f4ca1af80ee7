//! The life of bookings once more, as plainly as it can be said: lists in memory, half hours on a grid, no
//! database and none of the site's own code. What the site does is held against it.
//!
//! Instants are minutes since Monday 23 November 2026, midnight in Nashville, whose clock stays as it is
//! all the while.

use std::collections::BTreeSet;

pub type Minutes = i64;

pub const HOUR: Minutes = 60;
pub const DAY: Minutes = 24 * HOUR;

/// Half open, on half hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    pub from: Minutes,
    pub to: Minutes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Producer,
    Musician,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Requested,
    Confirmed,
    Declined,
    Withdrawn,
    Lapsed,
    Cancelled,
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Accept,
    Decline,
    Withdraw,
    Offer,
    Cancel,
    Done,
}

/// How the site answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Done,
    /// It is not so that this can be done.
    Refused,
    /// Some of what was typed will not do.
    Faulty,
    /// There is no such thing, for whoever asks.
    Nothing,
    /// One may look, and no more.
    Forbidden,
}

pub struct Player {
    /// Kept clear on either side of each session.
    pub clear: Minutes,
    /// From any room to any other.
    pub travel: Minutes,
    /// The half hours that are open, by their beginnings.
    pub open: BTreeSet<Minutes>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    pub by: Side,
    pub session: Session,
    pub fee: i64,
    pub made_at: Minutes,
    pub expires_at: Minutes,
}

pub struct Booking {
    pub producer: usize,
    /// A number among the accounts.
    pub musician: usize,
    pub room: usize,
    pub session: Session,
    pub fee: i64,
    pub status: Status,
    pub asked_at: Minutes,
    pub reply_by: Minutes,
    /// The last terms that nothing came of yet, perhaps because nobody noticed that their time is over.
    pub offer: Option<Offer>,
    pub owed: Option<i64>,
    /// How many lines its history has.
    pub steps: usize,
    pub messages: usize,
}

/// Accounts are numbered: producers first, then musicians, then an admin.
pub struct World {
    pub now: Minutes,
    pub producers: usize,
    pub players: Vec<Player>,
    pub bookings: Vec<Booking>,
    /// How often each account was told of a step.
    pub told: Vec<usize>,
}

impl World {
    pub fn admin(&self) -> usize {
        self.producers + self.players.len()
    }

    fn player(&self, account: usize) -> &Player {
        &self.players[account - self.producers]
    }

    pub fn side(&self, booking: usize, account: usize) -> Option<Side> {
        let booking = &self.bookings[booking];
        if account == booking.producer {
            Some(Side::Producer)
        } else if account == booking.musician {
            Some(Side::Musician)
        } else {
            None
        }
    }

    fn tell(&mut self, booking: usize, reader: Side) {
        let account = match reader {
            Side::Producer => self.bookings[booking].producer,
            Side::Musician => self.bookings[booking].musician,
        };
        self.told[account] += 1;
    }

    /// Who may not act at all, and why.
    fn keep_out(&self, booking: usize, account: usize) -> Result<Side, Answer> {
        match self.side(booking, account) {
            Some(side) => Ok(side),
            None if account == self.admin() => Err(Answer::Forbidden),
            None => Err(Answer::Nothing),
        }
    }

    // ----- what stands -----

    /// Where it stands, whether or not anybody wrote it down.
    pub fn stands(&self, booking: usize) -> Status {
        let booking = &self.bookings[booking];
        let late = booking.status == Status::Requested && booking.reply_by <= self.now;
        if late { Status::Lapsed } else { booking.status }
    }

    fn open_offer(&self, booking: usize) -> Option<Offer> {
        self.bookings[booking].offer.filter(|offer| self.now < offer.expires_at)
    }

    pub fn awaits(&self, booking: usize) -> Option<Side> {
        let offered = self.open_offer(booking).map(|offer| offer.by.other());
        match self.stands(booking) {
            Status::Requested => Some(offered.unwrap_or(Side::Musician)),
            Status::Confirmed => offered,
            _ => None,
        }
    }

    pub fn answer_by(&self, booking: usize) -> Minutes {
        let offered = self.open_offer(booking).map(|offer| offer.expires_at);
        offered.unwrap_or(self.bookings[booking].reply_by)
    }

    /// What it would be were the open offer accepted.
    fn terms(&self, booking: usize) -> (Session, i64) {
        let stands = &self.bookings[booking];
        let offer = self.open_offer(booking);
        offer.map_or((stands.session, stands.fee), |offer| (offer.session, offer.fee))
    }

    /// Whether a player could be there, asked at some time, were `without` not there.
    fn is_free(
        &self,
        account: usize,
        room: usize,
        session: Session,
        asked_at: Minutes,
        without: Option<usize>,
    ) -> bool {
        let player = self.player(account);
        let mut halves = (session.from..session.to).step_by(30);
        let is_open = halves.all(|half| player.open.contains(&half));
        let others = self.bookings.iter().enumerate().filter(|(at, other)| {
            Some(*at) != without
                && other.musician == account
                && matches!(other.status, Status::Confirmed | Status::Done)
        });
        let mut gaps = others.map(|(_, other)| {
            let travel = if other.room == room { 0 } else { player.travel };
            let gap = 2 * player.clear + travel;
            session.to + gap <= other.session.from || other.session.to + gap <= session.from
        });
        asked_at <= session.from && is_open && gaps.all(|fits| fits)
    }

    /// Whether time that is wanted and not held yet is not free any more.
    pub fn clashes(&self, at: usize) -> bool {
        let booking = &self.bookings[at];
        let wanted = self.terms(at).0;
        let is_held = booking.status == Status::Confirmed && wanted == booking.session;
        if self.awaits(at).is_none() || is_held {
            return false;
        }
        let asked_at = self.open_offer(at).map_or(booking.asked_at, |offer| offer.made_at);
        !self.is_free(booking.musician, booking.room, wanted, asked_at, Some(at))
    }

    /// Half from a week before, all from two days before; nothing if the player cancels.
    pub fn owed_on_cancelling(&self, booking: usize, by: Side) -> i64 {
        let booking = &self.bookings[booking];
        let left = booking.session.from - self.now;
        match by {
            Side::Musician => 0,
            Side::Producer if left <= 48 * HOUR => booking.fee,
            Side::Producer if left <= 7 * DAY => booking.fee / 2,
            Side::Producer => 0,
        }
    }

    /// What a side may do now, in the order in which the site lists it.
    pub fn may(&self, booking: usize, by: Side) -> Vec<&'static str> {
        let all = [
            (Verb::Accept, "accept"),
            (Verb::Decline, "decline"),
            (Verb::Withdraw, "withdraw"),
            (Verb::Offer, "offer"),
            (Verb::Cancel, "cancel"),
            (Verb::Done, "done"),
        ];
        all.into_iter().filter(|(verb, _)| self.allows(booking, *verb, by)).map(|it| it.1).collect()
    }

    fn allows(&self, at: usize, verb: Verb, by: Side) -> bool {
        let (awaited, over) = (self.awaits(at), self.bookings[at].session.to <= self.now);
        match (self.stands(at), verb) {
            (Status::Requested | Status::Confirmed, Verb::Accept) => {
                awaited == Some(by) && !self.clashes(at)
            }
            (Status::Requested | Status::Confirmed, Verb::Decline) => awaited == Some(by),
            (Status::Requested | Status::Confirmed, Verb::Withdraw) => awaited == Some(by.other()),
            (Status::Requested, Verb::Offer) => awaited == Some(by),
            (Status::Confirmed, Verb::Offer) => awaited.is_none() && !over,
            (Status::Confirmed, Verb::Cancel) => !over,
            (Status::Confirmed, Verb::Done) => over,
            _ => false,
        }
    }

    // ----- what is done -----

    pub fn ask(
        &mut self,
        producer: usize,
        musician: usize,
        room: usize,
        session: Session,
        fee: i64,
    ) -> Answer {
        let ahead = session.from > self.now;
        if !ahead || !self.is_free(musician, room, session, self.now, None) {
            return Answer::Faulty;
        }
        self.bookings.push(Booking {
            producer,
            musician,
            room,
            session,
            fee,
            status: Status::Requested,
            asked_at: self.now,
            reply_by: (self.now + 48 * HOUR).min(session.from),
            offer: None,
            owed: None,
            steps: 1,
            messages: 0,
        });
        self.tell(self.bookings.len() - 1, Side::Musician);
        Answer::Done
    }

    pub fn step(&mut self, account: usize, at: usize, verb: Verb) -> Answer {
        let by = match self.keep_out(at, account) {
            Ok(side) => side,
            Err(answer) => return answer,
        };
        if !self.allows(at, verb, by) {
            return Answer::Refused;
        }
        let ((session, fee), owed) = (self.terms(at), self.owed_on_cancelling(at, by));
        let booking = &mut self.bookings[at];
        match (verb, booking.status) {
            (Verb::Accept, _) => {
                (booking.status, booking.session, booking.fee) = (Status::Confirmed, session, fee);
            }
            (Verb::Decline, Status::Requested) => booking.status = Status::Declined,
            (Verb::Withdraw, Status::Requested) => booking.status = Status::Withdrawn,
            (Verb::Cancel, _) => {
                (booking.status, booking.owed) = (Status::Cancelled, Some(owed));
            }
            (Verb::Done, _) => booking.status = Status::Done,
            _ => {}
        }
        booking.offer = None;
        booking.steps += 1;
        self.tell(at, by.other());
        Answer::Done
    }

    pub fn offer(&mut self, account: usize, at: usize, session: Session, fee: i64) -> Answer {
        let by = match self.keep_out(at, account) {
            Ok(side) => side,
            Err(answer) => return answer,
        };
        if !self.allows(at, Verb::Offer, by) {
            return Answer::Refused;
        }
        let stands = self.terms(at);
        let booking = &self.bookings[at];
        let free = self.is_free(booking.musician, booking.room, session, self.now, Some(at));
        if session != stands.0 && (session.from <= self.now || !free) {
            return Answer::Faulty;
        }
        if (session, fee) == stands {
            return Answer::Refused;
        }
        let until = (self.now + 48 * HOUR).min(session.from);
        // Who is in a session talks about it while it lasts.
        let soonest = self.now + 30;
        let expires_at = match booking.status {
            Status::Confirmed if session.from <= self.now => soonest,
            Status::Confirmed => until.min(booking.session.from.max(soonest)),
            _ => until,
        };
        let now = self.now;
        let booking = &mut self.bookings[at];
        if booking.status == Status::Requested {
            booking.reply_by = expires_at;
        }
        booking.offer = Some(Offer { by, session, fee, made_at: now, expires_at });
        booking.steps += 1;
        self.tell(at, by.other());
        Answer::Done
    }

    pub fn write(&mut self, account: usize, at: usize) -> Answer {
        if let Err(answer) = self.keep_out(at, account) {
            return answer;
        }
        let closed =
            matches!(self.stands(at), Status::Declined | Status::Withdrawn | Status::Lapsed);
        if closed {
            return Answer::Refused;
        }
        self.bookings[at].messages += 1;
        Answer::Done
    }

    pub fn set_hours(&mut self, musician: usize, session: Session, is_open: bool) -> Answer {
        let open = &mut self.players[musician - self.producers].open;
        for half in (session.from..session.to).step_by(30) {
            match is_open {
                true => open.insert(half),
                false => open.remove(&half),
            };
        }
        Answer::Done
    }

    /// The clock writes down what its time is over.
    pub fn lapse(&mut self) {
        for at in 0..self.bookings.len() {
            let stands = self.stands(at);
            let booking = &mut self.bookings[at];
            let late_offer = booking.offer.is_some_and(|offer| offer.expires_at <= self.now);
            let lapses = match booking.status {
                Status::Requested => stands == Status::Lapsed,
                Status::Confirmed => late_offer,
                _ => false,
            };
            if lapses {
                booking.status = stands;
                booking.offer = None;
                booking.steps += 1;
                self.tell(at, Side::Producer);
                self.tell(at, Side::Musician);
            }
        }
    }
}

impl Side {
    pub fn other(self) -> Side {
        match self {
            Side::Producer => Side::Musician,
            Side::Musician => Side::Producer,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Side::Producer => "producer",
            Side::Musician => "musician",
        }
    }
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Status::Requested => "requested",
            Status::Confirmed => "confirmed",
            Status::Declined => "declined",
            Status::Withdrawn => "withdrawn",
            Status::Lapsed => "lapsed",
            Status::Cancelled => "cancelled",
            Status::Done => "done",
        }
    }
}
