use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Became, Booking, Kind};
use crate::instant::NotAtOnce;
use crate::values::{AccountId, BookingId, OfferId};

/// Where a booking stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[sqlx(type_name = "booking_status", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Asked, and not answered yet. Takes nobody's time.
    Requested,
    Confirmed,
    /// The musician said no.
    Declined,
    /// The producer took the request back.
    Withdrawn,
    /// Nobody answered in time.
    Lapsed,
    /// One side called a confirmed booking off.
    Cancelled,
    Done,
}

/// What happens to a booking. An address names those that people do here: the clock's is its own,
/// and what is done is told to the room of credits, with the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    Accept,
    Decline,
    Withdraw,
    Cancel,
    /// Other terms are put to the other side: a counter-offer, or of what is confirmed a proposal.
    #[serde(skip_deserializing)]
    Offer,
    #[serde(skip_deserializing)]
    Done,
    /// What the clock does to a request that nobody answered.
    #[serde(skip_deserializing)]
    Lapse,
    /// What another player's yes does to a request for the same call.
    #[serde(skip_deserializing)]
    Fill,
    /// It is settled that one side did not come: told to the room of days, which knows who.
    #[serde(skip_deserializing)]
    NoShow,
}

/// Which side of a booking someone is on.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[sqlx(type_name = "booking_side", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Party {
    Producer,
    Musician,
}

/// One step of a booking's life, ready to be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub booking: BookingId,
    pub from: Status,
    pub to: Status,
    /// None is the clock.
    pub by: Option<AccountId>,
    pub at: DateTime<Utc>,
    /// What becomes of the offer that was open.
    pub settles: Option<(OfferId, Became)>,
}

/// Why a booking stays as it is. Fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("This is your own profile: nobody books themselves.")]
    OwnProfile,
    #[error("Only the two sides of a booking may act on it.")]
    NotASide,
    #[error("{}", .0.answers())]
    NotYoursToAnswer(Party),
    #[error("{}", .0.other().withdraws())]
    NotYoursToWithdraw(Party),
    #[error("There is a proposal already: first it is answered, or taken back.")]
    ProposalOpen,
    #[error("The session is over, so nothing about it can be moved.")]
    OverToMove,
    #[error("These are the terms as they stand: change the fee, the time or something else.")]
    NothingChanged,
    #[error("This call is filled: {0} said yes.")]
    CallFilled(String),
    #[error("{0} has been asked for this call already.")]
    AskedAlready(String),
    /// As a form says of its field.
    #[error("Book at once {0}.")]
    NotAtOnce(NotAtOnce),
    #[error("The time of this call is over.")]
    CallOver,
    #[error("Only the clock lets a request lapse.")]
    NotYoursToLapse,
    #[error("One of you says that the other did not come: that is settled first.")]
    Disputed,
    #[error("Nobody says that the other side did not come.")]
    NotDisputed,
    #[error("{}", .0.refusal())]
    NotWhile(Status),
    #[error("This booking is not confirmed yet: withdraw the request, or decline it.")]
    NotConfirmedYet,
    #[error("This booking is confirmed already: it can only be cancelled, with a reason.")]
    ConfirmedAlready,
    #[error("There is still time to answer this request.")]
    NotOverdue,
    #[error("The session is over, so it cannot be cancelled: mark it done.")]
    SessionOver,
    #[error("The session is not over yet: a booking is marked done once it has ended.")]
    SessionNotOver,
    #[error(
        "That time was taken meanwhile: another confirmed session overlaps it, or the time kept clear around it. This request cannot be accepted while that one stands."
    )]
    TimeTaken,
    /// As the player is told.
    #[error("{0} This request cannot be accepted while that stands.")]
    Clash(String),
}

impl Booking {
    /// Every step a booking can take: what `verb` would do to it now, or why it may not. `by` is
    /// a side of it, or nobody: the clock.
    pub fn step(&self, verb: Verb, by: Option<Party>, now: DateTime<Utc>) -> Result<Step, Refusal> {
        use {Party::*, Status::*};
        let over = self.when.is_over(now);
        let may_be_done = over || self.when.kind() == Kind::Remote;
        let stands = self.stands(now);
        // Whose answer is awaited: nobody's is that of the clock.
        let awaited = self.awaits(now).unwrap_or(Musician);
        let is_proposed = stands == Confirmed && self.open_offer(now).is_some();
        let is_stale = self.offer.as_ref().is_some_and(|offer| !offer.is_open(now));
        let to = match (stands, verb, by) {
            (Confirmed, Verb::NoShow, None) if self.is_disputed => Cancelled,
            (Confirmed, Verb::Accept | Verb::Offer | Verb::Cancel | Verb::Done, Some(_))
                if self.is_disputed =>
            {
                return Err(Refusal::Disputed);
            }
            (Requested, Verb::Accept, Some(by)) if by == awaited && self.clashes.is_none() => {
                Confirmed
            }
            (Requested, Verb::Decline, Some(by)) if by == awaited => Declined,
            (Requested, Verb::Withdraw, Some(by)) if by != awaited => Withdrawn,
            (Requested, Verb::Offer, Some(by)) if by == awaited => Requested,
            (Confirmed, Verb::Accept, Some(by))
                if is_proposed && by == awaited && self.clashes.is_none() =>
            {
                Confirmed
            }
            (Confirmed, Verb::Decline, Some(by)) if is_proposed && by == awaited => Confirmed,
            (Confirmed, Verb::Withdraw, Some(by)) if is_proposed && by != awaited => Confirmed,
            (Confirmed, Verb::Offer, Some(_)) if !is_proposed && !over => Confirmed,
            (Confirmed, Verb::Lapse, None) if is_stale => Confirmed,
            (Confirmed, Verb::Cancel, Some(_)) if !over => Cancelled,
            (Confirmed, Verb::Done, Some(_)) if may_be_done => Done,
            (Lapsed, Verb::Lapse, None) if self.status == Requested => Lapsed,
            (Requested, Verb::Fill, None) => Withdrawn,

            (_, Verb::Lapse | Verb::Fill, Some(_)) => return Err(Refusal::NotYoursToLapse),
            (_, Verb::NoShow, _) => return Err(Refusal::NotDisputed),
            (Requested, Verb::Lapse, None) => return Err(Refusal::NotOverdue),
            (Confirmed, Verb::Lapse, None) if is_proposed => return Err(Refusal::NotOverdue),
            (_, Verb::Lapse | Verb::Fill, None) => return Err(Refusal::NotWhile(stands)),
            (_, _, None) => return Err(Refusal::NotASide),
            (Requested, Verb::Accept, Some(by)) if by == awaited => {
                return Err(Refusal::Clash(self.clashes.clone().unwrap_or_default()));
            }
            (Requested, Verb::Accept | Verb::Decline | Verb::Offer, _) => {
                return Err(Refusal::NotYoursToAnswer(awaited));
            }
            (Requested, Verb::Withdraw, _) => return Err(Refusal::NotYoursToWithdraw(awaited)),
            (Requested, Verb::Cancel | Verb::Done, _) => return Err(Refusal::NotConfirmedYet),
            (Confirmed, Verb::Accept, Some(by)) if is_proposed && by == awaited => {
                return Err(Refusal::Clash(self.clashes.clone().unwrap_or_default()));
            }
            (Confirmed, Verb::Accept | Verb::Decline, _) if is_proposed => {
                return Err(Refusal::NotYoursToAnswer(awaited));
            }
            (Confirmed, Verb::Withdraw, _) if is_proposed => {
                return Err(Refusal::NotYoursToWithdraw(awaited));
            }
            (Confirmed, Verb::Offer, _) if is_proposed => return Err(Refusal::ProposalOpen),
            (Confirmed, Verb::Offer, _) => return Err(Refusal::OverToMove),
            (Confirmed, Verb::Decline | Verb::Withdraw, _) => {
                return Err(Refusal::ConfirmedAlready);
            }
            (Confirmed, Verb::Cancel, _) => return Err(Refusal::SessionOver),
            (Confirmed, Verb::Done, _) => return Err(Refusal::SessionNotOver),
            (Confirmed | Declined | Withdrawn | Lapsed | Cancelled | Done, _, _) => {
                return Err(Refusal::NotWhile(stands));
            }
        };
        let by = by.map(|party| self.account_of(party));
        let settles = self.offer.as_ref().map(|offer| {
            let became = if offer.is_open(now) { verb.settles() } else { Became::Lapsed };
            (offer.id, became)
        });
        Ok(Step { booking: self.id, from: self.status, to, by, at: now, settles })
    }

    /// What an account may do to this booking now: the buttons its page shows.
    pub fn open_to(&self, account: AccountId, now: DateTime<Utc>) -> Vec<Verb> {
        let Some(party) = self.party(account) else { return Vec::new() };
        let may = |verb: &Verb| self.step(*verb, Some(party), now).is_ok();
        Verb::ALL.into_iter().filter(may).collect()
    }

    /// Where it stands, for whoever looks now: an overdue request has lapsed, whether or not the
    /// clock's job has come round to writing it down.
    pub fn stands(&self, now: DateTime<Utc>) -> Status {
        if self.is_overdue(now) { Status::Lapsed } else { self.status }
    }

    fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.status == Status::Requested && self.reply_by <= now
    }
}

impl Status {
    pub const ALL: [Status; 7] = [
        Status::Requested,
        Status::Confirmed,
        Status::Declined,
        Status::Withdrawn,
        Status::Lapsed,
        Status::Cancelled,
        Status::Done,
    ];

    /// Whether the sides of a booking know how to reach each other: once it was confirmed, and whatever
    /// became of it then.
    pub(crate) fn shows_contact_details(self) -> bool {
        matches!(self, Status::Confirmed | Status::Cancelled | Status::Done)
    }

    /// As a filter or an address says it.
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

    fn refusal(self) -> &'static str {
        match self {
            Status::Requested => "This request is not answered yet.",
            Status::Confirmed => "This booking is confirmed already.",
            Status::Declined => "This request was declined.",
            Status::Withdrawn => "This request was withdrawn.",
            Status::Lapsed => "This request has lapsed: the time to answer it is over.",
            Status::Cancelled => "This booking was cancelled.",
            Status::Done => "This booking is marked done already.",
        }
    }
}

impl Verb {
    pub const ALL: [Verb; 9] = [
        Verb::Accept,
        Verb::Decline,
        Verb::Withdraw,
        Verb::Offer,
        Verb::Cancel,
        Verb::Done,
        Verb::Lapse,
        Verb::Fill,
        Verb::NoShow,
    ];

    /// As an address says it.
    pub fn word(self) -> &'static str {
        match self {
            Verb::Accept => "accept",
            Verb::Decline => "decline",
            Verb::Withdraw => "withdraw",
            Verb::Cancel => "cancel",
            Verb::Offer => "offer",
            Verb::Done => "done",
            Verb::Lapse => "lapse",
            Verb::Fill => "fill",
            Verb::NoShow => "no_show",
        }
    }

    /// Calling off what was agreed is never done without saying why.
    pub fn wants_a_reason(self) -> bool {
        self == Verb::Cancel
    }
}

impl Party {
    /// As a filter says it.
    pub fn word(self) -> &'static str {
        match self {
            Party::Producer => "producer",
            Party::Musician => "musician",
        }
    }

    pub fn other(self) -> Party {
        match self {
            Party::Producer => Party::Musician,
            Party::Musician => Party::Producer,
        }
    }

    /// That it is for this side to answer.
    fn answers(self) -> &'static str {
        match self {
            Party::Musician => "Only the musician answers this. You may withdraw it.",
            Party::Producer => "Only the producer answers this. You may withdraw it.",
        }
    }

    /// That it is for this side to take back.
    fn withdraws(self) -> &'static str {
        match self {
            Party::Musician => "Only the musician takes this back. You may decline it.",
            Party::Producer => "Only the producer takes this back. You may decline it.",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::{prelude::*, sample::select};

    use super::{
        super::booking::tests::{MUSICIAN, PRODUCER, asked},
        Party::*,
        Status::*,
        *,
    };
    use std::collections::HashSet;

    use crate::{
        bookings::model::{Offer, When},
        values::Money,
    };

    /// Where an instant lies between the two deadlines of a booking.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Moment {
        WhileOpen,
        /// The time to answer is over, the session is not.
        Overdue,
        AfterSession,
    }
    use Moment::*;

    type Row = (Status, Verb, Option<Party>, &'static [Moment], Status);

    /// Each step there is, of a session in a room: by whom, and when.
    #[rustfmt::skip]
    const STEPS: [Row; 12] = [
        (Requested, Verb::Accept,   Some(Musician), &[WhileOpen],             Confirmed),
        (Requested, Verb::Decline,  Some(Musician), &[WhileOpen],             Declined),
        (Requested, Verb::Withdraw, Some(Producer), &[WhileOpen],             Withdrawn),
        (Requested, Verb::Offer,    Some(Musician), &[WhileOpen],             Requested),
        (Requested, Verb::Lapse,    None,           &[Overdue, AfterSession], Lapsed),
        (Requested, Verb::Fill,     None,           &[WhileOpen],             Withdrawn),
        (Confirmed, Verb::Offer,    Some(Musician), &[WhileOpen, Overdue],    Confirmed),
        (Confirmed, Verb::Offer,    Some(Producer), &[WhileOpen, Overdue],    Confirmed),
        (Confirmed, Verb::Cancel,   Some(Musician), &[WhileOpen, Overdue],    Cancelled),
        (Confirmed, Verb::Cancel,   Some(Producer), &[WhileOpen, Overdue],    Cancelled),
        (Confirmed, Verb::Done,     Some(Musician), &[AfterSession],          Done),
        (Confirmed, Verb::Done,     Some(Producer), &[AfterSession],          Done),
    ];

    /// Instants on both sides of each deadline, and exactly on it.
    fn instants(booking: &Booking) -> Vec<(Moment, DateTime<Utc>)> {
        let (reply_by, session) = (booking.reply_by, booking.when.session());
        let second = TimeDelta::seconds(1);
        let mut instants = vec![
            (WhileOpen, booking.created_at),
            (WhileOpen, reply_by - second),
            (Overdue, reply_by),
            (Overdue, reply_by + second),
        ];
        if let Some(slot) = session {
            instants.push((Overdue, slot.starts_at()));
            instants.push((Overdue, slot.ends_at() - second));
            instants.push((AfterSession, slot.ends_at()));
            instants.push((AfterSession, slot.ends_at() + second));
        }
        instants
    }

    fn every_case(mut check: impl FnMut(Status, Verb, Option<Party>)) {
        for status in Status::ALL {
            for verb in Verb::ALL {
                for by in [None, Some(Producer), Some(Musician)] {
                    check(status, verb, by);
                }
            }
        }
    }

    #[test]
    fn the_table_says_every_step_and_no_other() {
        every_case(|status, verb, by| {
            let booking = Booking { status, ..asked() };
            for (moment, now) in instants(&booking) {
                let told = booking.step(verb, by, now);
                let row = STEPS.iter().find(|(from, what, who, when, _)| {
                    (*from, *what, *who) == (status, verb, by) && when.contains(&moment)
                });
                let case = format!("{status} {verb} {by:?} {moment:?}");
                match (row, told) {
                    (Some((.., to)), Ok(step)) => {
                        assert_eq!((step.from, step.to, step.at), (status, *to, now), "{case}");
                        assert_eq!(step.by, by.map(|by| booking.account_of(by)), "{case}");
                    }
                    (None, Err(refusal)) => {
                        assert!(refusal.to_string().ends_with('.'), "{case}: {refusal}");
                    }
                    (row, told) => panic!("{case}: {row:?}, but {told:?}"),
                }
            }
        });
    }

    #[test]
    fn remote_work_is_cancelled_or_done_whenever_its_sides_say_so() {
        let due = asked().when.starts_at();
        for by in [Some(Producer), Some(Musician)] {
            for hours in [-200, -1, 0, 1, 2000] {
                let now = due + TimeDelta::hours(hours);
                let work = Booking { when: When::Remote(due), status: Confirmed, ..asked() };
                assert_eq!(work.step(Verb::Done, by, now).map(|step| step.to), Ok(Done));
                assert_eq!(work.step(Verb::Cancel, by, now).map(|step| step.to), Ok(Cancelled));
            }
        }
    }

    #[test]
    fn time_taken_meanwhile_stops_the_accepting_and_nothing_else() {
        let clashing = Booking { clashes: Some("You have a session then.".into()), ..asked() };
        let now = clashing.created_at;
        let accept = clashing.step(Verb::Accept, Some(Musician), now);
        assert_eq!(accept, Err(Refusal::Clash("You have a session then.".into())));
        assert_eq!(clashing.open_to(MUSICIAN.into(), now), [Verb::Decline, Verb::Offer]);
        assert_eq!(clashing.open_to(PRODUCER.into(), now), [Verb::Withdraw]);
    }

    #[test]
    fn an_overdue_request_has_lapsed_for_everyone_before_the_clock_says_so() {
        let booking = asked();
        let now = booking.reply_by;
        assert_eq!(booking.stands(now), Lapsed);
        for account in [PRODUCER, MUSICIAN] {
            assert_eq!(booking.open_to(account.into(), now), []);
        }
        let told = booking.step(Verb::Accept, Some(Musician), now).unwrap_err().to_string();
        assert_eq!(told, "This request has lapsed: the time to answer it is over.");
    }

    #[test]
    fn the_buttons_are_those_of_the_side_one_is_on() {
        let now = asked().created_at;
        let answers = [Verb::Accept, Verb::Decline, Verb::Offer];
        assert_eq!(asked().open_to(MUSICIAN.into(), now), answers);
        assert_eq!(asked().open_to(PRODUCER.into(), now), [Verb::Withdraw]);
        assert_eq!(asked().open_to(99.into(), now), []);
        let confirmed = Booking { status: Confirmed, ..asked() };
        assert_eq!(confirmed.open_to(MUSICIAN.into(), now), [Verb::Offer, Verb::Cancel]);
        let over = confirmed.when.session().unwrap().ends_at();
        assert_eq!(confirmed.open_to(PRODUCER.into(), over), [Verb::Done]);
    }

    /// Maren would rather have 450, or Ines would rather pay that.
    fn offer(by: Party, made_at: DateTime<Utc>, expires_at: DateTime<Utc>) -> Offer {
        Offer {
            id: 9.into(),
            by,
            fee: Money::new(45_000, "USD".parse().unwrap()),
            when: asked().when,
            terms: String::new(),
            made_at,
            expires_at,
            became: Became::Open,
        }
    }

    /// What a verb does to a booking, as the action writes it.
    fn after(booking: &Booking, step: &Step, verb: Verb, by: Option<Party>) -> Booking {
        let mut next = Booking { status: step.to, is_disputed: false, ..booking.clone() };
        match (verb, by) {
            (Verb::Offer, Some(by)) => {
                let made = offer(by, step.at, step.at + TimeDelta::hours(12));
                if step.to == Requested {
                    next.reply_by = made.expires_at;
                }
                next.offer = Some(made);
            }
            (Verb::Accept, _) => next = Booking { offer: None, ..next.agreed(step.at) },
            _ => next.offer = None,
        }
        next
    }

    #[test]
    fn while_it_is_disputed_who_came_nothing_else_becomes_of_a_booking() {
        let booking = Booking { status: Confirmed, is_disputed: true, ..asked() };
        for (_, now) in instants(&booking) {
            for by in [Producer, Musician] {
                assert_eq!(booking.open_to(booking.account_of(by), now), []);
                assert_eq!(booking.step(Verb::Cancel, Some(by), now), Err(Refusal::Disputed));
                assert_eq!(booking.step(Verb::NoShow, Some(by), now), Err(Refusal::NotDisputed));
            }
            let settled = booking.step(Verb::NoShow, None, now).unwrap();
            assert_eq!((settled.from, settled.to, settled.by), (Confirmed, Cancelled, None));
        }
    }

    /// Everything that can be reached from a request by anybody doing anything, at once or when an
    /// answer is overdue, or after the session: a few dozen states, and all that may be done in each.
    #[test]
    fn in_every_state_that_can_be_reached_it_is_plain_who_may_do_what() {
        type Seen = (Status, Option<Party>, bool, i64, bool);
        let mut seen: HashSet<Seen> = HashSet::new();
        let mut left: Vec<(Booking, DateTime<Utc>)> = vec![(asked(), asked().created_at)];
        while let Some((booking, now)) = left.pop() {
            let by = booking.offer.as_ref().map(|offer| offer.by);
            let is_open = booking.open_offer(now).is_some();
            let is_disputed = booking.is_disputed;
            if !seen.insert((booking.status, by, is_open, booking.fee.minor(), is_disputed)) {
                continue;
            }
            let over = booking.when.session().unwrap().ends_at();
            left.push((booking.clone(), booking.answer_by(now).max(now)));
            left.push((booking.clone(), over.max(now)));
            if booking.status == Confirmed {
                left.push((Booking { is_disputed: true, ..booking.clone() }, over.max(now)));
            }
            let (stands, awaited) = (booking.stands(now), booking.awaits(now));
            let case = format!("{stands}, offered by {by:?}, open {is_open}");
            for verb in Verb::ALL {
                for party in [None, Some(Producer), Some(Musician)] {
                    let Ok(step) = booking.step(verb, party, now) else { continue };
                    match verb {
                        // Only who is waited for answers; only who waits takes back.
                        Verb::Accept | Verb::Decline => assert_eq!(party, awaited, "{case}"),
                        Verb::Withdraw => assert_eq!(party, awaited.map(Party::other), "{case}"),
                        Verb::Offer if stands == Requested => assert_eq!(party, awaited, "{case}"),
                        Verb::Offer => assert_eq!((awaited, stands), (None, Confirmed), "{case}"),
                        Verb::Cancel | Verb::Done => assert_eq!(stands, Confirmed, "{case}"),
                        Verb::Lapse => assert!(party.is_none() && !is_open, "{case}"),
                        Verb::Fill => assert_eq!((party, stands), (None, Requested), "{case}"),
                        Verb::NoShow => assert!(party.is_none() && is_disputed, "{case}"),
                    }
                    // Nothing but a cancellation, or having been, ends what is confirmed.
                    let ends = matches!(verb, Verb::Cancel | Verb::Done | Verb::NoShow);
                    if stands == Confirmed && !ends {
                        assert_eq!(step.to, Confirmed, "{case} {verb}");
                    }
                    // An offer is settled by whatever is done next, and late it is only ever lapsed.
                    assert_eq!(step.settles.is_some(), by.is_some(), "{case} {verb}");
                    if let Some((_, became)) = step.settles.filter(|_| !is_open) {
                        assert_eq!(became, Became::Lapsed, "{case} {verb}");
                    }
                    left.push((after(&booking, &step, verb, party), now));
                }
            }
            if let Some(theirs) = awaited {
                let may = |party: Party| booking.open_to(booking.account_of(party), now);
                let (answers, waits) = (may(theirs), may(theirs.other()));
                assert!(answers.contains(&Verb::Decline), "{case}");
                assert!(!waits.contains(&Verb::Decline), "{case}");
                assert!(waits.contains(&Verb::Withdraw), "{case}");
            }
        }
        let statuses: HashSet<Status> = seen.iter().map(|(status, ..)| *status).collect();
        assert_eq!(statuses.len(), Status::ALL.len(), "each is reached");
        let twice = (Confirmed, Some(Producer), true, 45_000, false);
        assert!(seen.contains(&twice), "even moved twice");
    }

    proptest! {
        /// Whatever people and the clock try, in whatever order: what is settled stays, nothing is
        /// confirmed late or against a clash, and the buttons are exactly what would work.
        #[test]
        fn no_history_breaks_the_rules(
            tries in prop::collection::vec(
                (
                    select(Verb::ALL.to_vec()),
                    select(vec![None, Some(Producer), Some(Musician)]),
                    0i64..200,
                ),
                1..60,
            ),
            remote in any::<bool>(),
            clashes in any::<bool>(),
        ) {
            let clash = clashes.then(|| String::from("You have a session then."));
            let mut booking = Booking { clashes: clash, ..asked() };
            if remote {
                booking.when = When::Remote(booking.when.starts_at());
            }
            let mut now = booking.created_at;
            for (verb, by, minutes) in tries {
                now += TimeDelta::minutes(minutes);
                let told = booking.step(verb, by, now);
                if let Some(by) = by {
                    let open = booking.open_to(booking.account_of(by), now);
                    prop_assert_eq!(open.contains(&verb), told.is_ok());
                }
                let Ok(step) = told else { continue };
                prop_assert!(matches!(booking.status, Requested | Confirmed));
                prop_assert_eq!(step.by.is_none(), matches!(verb, Verb::Lapse | Verb::Fill));
                if (step.from, step.to) == (Requested, Confirmed) {
                    prop_assert!(now < booking.reply_by && !clashes);
                }
                if step.to == Lapsed {
                    prop_assert!(now >= booking.reply_by);
                }
                booking = after(&booking, &step, verb, by);
            }
        }
    }
}
