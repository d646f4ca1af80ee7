use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    bookings::{Booking, Party, Status},
    files::Taken,
    reports::Papers,
    values::{BookingId, EvidenceId, NoShowId, Prose},
};

/// How long after the start somebody is waited for before one may say that they did not come: traffic
/// and a wrong door are within it, and what is said of a person by name is not said sooner.
const GRACE: TimeDelta = TimeDelta::minutes(30);
/// After that nobody remembers well, and the report would be signed.
const CLAIMED_WITHIN: TimeDelta = TimeDelta::days(7);
/// A weekend, and a working day to answer in.
pub(in crate::days) const ANSWERED_WITHIN: TimeDelta = TimeDelta::hours(72);

/// What became of a word that somebody did not come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[sqlx(type_name = "no_show_status", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    /// It waits for the other side's answer.
    Claimed,
    /// There are two accounts: it waits for an admin.
    Contested,
    /// Whoever said it took it back.
    TakenBack,
    /// The other side agreed.
    Agreed,
    /// The time to answer was over, so it holds as it was said.
    Unanswered,
    /// An admin decided.
    Ruled,
}

/// What is done to such a word. An address names those that sides do without files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verb {
    Agree,
    TakeBack,
    #[serde(skip)]
    Contest,
    #[serde(skip)]
    Rule,
    #[serde(skip)]
    Expire,
}

/// Who does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::days) enum Who {
    Side(Party),
    /// Who is no side of it.
    Admin,
    Clock,
}

/// One side's word that the other did not come, and what was said of it.
#[derive(Clone, Debug)]
pub(in crate::days) struct NoShow {
    pub(in crate::days) id: NoShowId,
    pub(in crate::days) booking: BookingId,
    pub(in crate::days) by: Party,
    pub(in crate::days) claimed_at: DateTime<Utc>,
    pub(in crate::days) answer_by: DateTime<Utc>,
    pub(in crate::days) status: Standing,
    /// Who did not come, as it was settled.
    pub(in crate::days) absent: Option<Party>,
    /// The first first.
    pub(in crate::days) statements: Vec<Statement>,
}

/// What somebody said of it. Such rows are never changed.
#[derive(Clone, Debug)]
pub(in crate::days) struct Statement {
    /// What it made of the claim.
    pub(in crate::days) status: Standing,
    /// The name of who said it; none is the clock.
    pub(in crate::days) by: Option<String>,
    pub(in crate::days) at: DateTime<Utc>,
    /// May be empty.
    pub(in crate::days) words: String,
    pub(in crate::days) evidence: Vec<Evidence>,
}

/// A file that goes with a statement.
#[derive(Clone, Debug)]
pub(in crate::days) struct Evidence {
    pub(in crate::days) id: EvidenceId,
    pub(in crate::days) name: String,
    pub(in crate::days) kind: String,
    pub(in crate::days) bytes: i64,
}

/// What is about to be said.
#[derive(Clone, Debug, Default)]
pub(in crate::days) struct Draft {
    pub(in crate::days) words: Option<Prose<2000>>,
    pub(in crate::days) files: Vec<Taken>,
}

/// What comes of saying something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::days) enum Outcome {
    /// It stands so already: a second press.
    Same,
    New(Standing),
}

/// Why nothing comes of it. Fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("Only the two sides of a booking say who did not come.")]
    NotASide,
    #[error("Nobody has to be there for remote work.")]
    Remote,
    #[error("Only of a confirmed session one says that somebody did not come.")]
    NotConfirmed,
    #[error("Wait a little: it can be said from {0} on.")]
    TooEarly(String),
    #[error("It is too late: that somebody did not come is said within seven days.")]
    TooLate,
    #[error(
        "The session is marked as started, so somebody was there. Correct the report if that is wrong."
    )]
    Started,
    #[error("The other side says that you did not come: answer that.")]
    AnswerFirst,
    #[error("You have said so before, and that is settled.")]
    SaidBefore,
    #[error("One of the two sides has deleted their account, so nobody could answer.")]
    NobodyThere,
    #[error("Only the side of which it is said answers it.")]
    NotYoursToAnswer,
    #[error("Only the side that said it takes it back.")]
    NotYoursToTakeBack,
    #[error("Nobody says that somebody did not come.")]
    Nothing,
    #[error("{}", .0.refusal())]
    NotWhile(Standing),
    #[error("You are a side of this booking: another admin decides.")]
    OwnCase,
    #[error("There is still time to answer it.")]
    NotDue,
    #[error("Two files of yours are on their way already. Wait for one of them.")]
    TwoAtOnce,
}

impl Standing {
    fn refusal(self) -> &'static str {
        match self {
            Standing::Claimed => "It is not answered yet.",
            Standing::Contested => "There are two accounts of it already: an admin decides.",
            Standing::TakenBack => "It was taken back.",
            Standing::Agreed => "The two of you agree on it, so it is settled.",
            Standing::Unanswered => "The time to answer is over, so it holds as it was said.",
            Standing::Ruled => "An admin has decided.",
        }
    }

    pub(in crate::days) fn is_open(self) -> bool {
        matches!(self, Standing::Claimed | Standing::Contested)
    }
}

/// From when on `by` may say that the other side did not come: half an hour after the start, and not
/// before the time by which those said they would be there.
pub(in crate::days) fn claimed_from(papers: &Papers, by: Party) -> Option<DateTime<Utc>> {
    let booked = papers.booking.when.session()?;
    let expected = papers.delay_of(by.other()).map(|delay| delay.until(booked));
    let waited = booked.starts_at() + GRACE;
    Some(expected.map_or(waited, |expected| expected.max(waited)))
}

/// What comes of `by` saying that the other side did not come. `before` is what was said of this
/// booking so far.
pub(in crate::days) fn claim(
    papers: &Papers,
    before: &[NoShow],
    by: Option<Party>,
    now: DateTime<Utc>,
) -> Result<Outcome, Refusal> {
    let by = by.ok_or(Refusal::NotASide)?;
    let from = claimed_from(papers, by).ok_or(Refusal::Remote)?;
    let booking = &papers.booking;
    match before.iter().find(|known| known.status.is_open()) {
        Some(open) if open.by == by => return Ok(Outcome::Same),
        Some(_) => return Err(Refusal::AnswerFirst),
        None if before.iter().any(|known| known.by == by) => return Err(Refusal::SaidBefore),
        None => {}
    }
    if booking.status != Status::Confirmed {
        Err(Refusal::NotConfirmed)
    } else if papers.marks().started_at.is_some() {
        Err(Refusal::Started)
    } else if now < from {
        Err(Refusal::TooEarly(booking.zone.moment(from)))
    } else if now >= booking.when.starts_at() + CLAIMED_WITHIN {
        Err(Refusal::TooLate)
    } else if papers.somebody_left {
        Err(Refusal::NobodyThere)
    } else {
        Ok(Outcome::New(Standing::Claimed))
    }
}

impl NoShow {
    /// Every step there is: what `verb` would make of it now, or why it may not.
    pub(in crate::days) fn step(
        &self,
        verb: Verb,
        who: Who,
        now: DateTime<Utc>,
    ) -> Result<Outcome, Refusal> {
        use {Standing::*, Verb::*};
        let (accuser, accused) = (Who::Side(self.by), Who::Side(self.by.other()));
        let stands = self.stands(now);
        let to = match (stands, verb) {
            (_, Contest | Agree) if who != accused => return Err(Refusal::NotYoursToAnswer),
            (_, TakeBack) if who != accuser => return Err(Refusal::NotYoursToTakeBack),
            (_, Rule) if who != Who::Admin => return Err(Refusal::OwnCase),
            (_, Expire) if who != Who::Clock => return Err(Refusal::NotASide),
            (Claimed, Contest) => Contested,
            (Claimed | Contested, Agree) => Agreed,
            (Claimed | Contested, TakeBack) => TakenBack,
            (Contested, Rule) => Ruled,
            (Unanswered, Expire) if self.status == Claimed => Unanswered,
            (Claimed, Expire) => return Err(Refusal::NotDue),
            (Contested, Contest) | (Agreed, Agree) | (TakenBack, TakeBack) => {
                return Ok(Outcome::Same);
            }
            (_, Contest | Agree | TakeBack | Rule | Expire) => {
                return Err(Refusal::NotWhile(stands));
            }
        };
        Ok(Outcome::New(to))
    }

    /// Where it stands for whoever looks now: overdue it holds as it was said, whether or not the
    /// clock's job has come round to writing it down.
    pub(in crate::days) fn stands(&self, now: DateTime<Utc>) -> Standing {
        let is_overdue = self.status == Standing::Claimed && self.answer_by <= now;
        if is_overdue { Standing::Unanswered } else { self.status }
    }

    /// Who did not come, once it is agreed on or nobody answered.
    pub(in crate::days) fn accused(&self) -> Party {
        self.by.other()
    }

    /// What is owed should it hold: the ladder at the start for a producer, nothing for a player.
    pub(in crate::days) fn would_owe(&self, booking: &Booking, absent: Party) -> Option<String> {
        let owed = booking.owed_on_cancelling(absent, booking.when.starts_at())?;
        Some(owed.sentence)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Party::*, Standing::*, Verb::*, *};

    const VERBS: [Verb; 5] = [Agree, TakeBack, Contest, Rule, Expire];
    const ALL: [Standing; 6] = [Claimed, Contested, TakenBack, Agreed, Unanswered, Ruled];
    const WHO: [Who; 4] = [Who::Side(Producer), Who::Side(Musician), Who::Admin, Who::Clock];

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Ines says that Maren did not come; the answer is due on Friday.
    fn said() -> NoShow {
        let claimed_at = at("2026-12-08T16:40:00Z");
        NoShow {
            id: 1.into(),
            booking: 17.into(),
            by: Producer,
            claimed_at,
            answer_by: claimed_at + ANSWERED_WITHIN,
            status: Claimed,
            absent: None,
            statements: Vec::new(),
        }
    }

    /// Each step there is, and whether it is done before the answer is due, or after.
    #[rustfmt::skip]
    const STEPS: [(Standing, Verb, Who, bool, Standing); 10] = [
        (Claimed,   Contest,  Who::Side(Musician), true,  Contested),
        (Claimed,   Agree,    Who::Side(Musician), true,  Agreed),
        (Claimed,   TakeBack, Who::Side(Producer), true,  TakenBack),
        (Claimed,   Expire,   Who::Clock,          false, Unanswered),
        (Contested, Agree,    Who::Side(Musician), true,  Agreed),
        (Contested, TakeBack, Who::Side(Producer), true,  TakenBack),
        (Contested, Rule,     Who::Admin,          true,  Ruled),
        // Two accounts wait for an admin however long that takes.
        (Contested, Rule,     Who::Admin,          false, Ruled),
        (Contested, Agree,    Who::Side(Musician), false, Agreed),
        (Contested, TakeBack, Who::Side(Producer), false, TakenBack),
    ];

    #[test]
    fn the_table_says_every_step_and_no_other() {
        for status in ALL {
            for verb in VERBS {
                for who in WHO {
                    for in_time in [true, false] {
                        let claim = NoShow { status, ..said() };
                        let now = claim.answer_by - TimeDelta::seconds(i64::from(in_time));
                        let told = claim.step(verb, who, now);
                        let row = STEPS.iter().find(|(from, what, by, when, _)| {
                            (*from, *what, *by, *when) == (status, verb, who, in_time)
                        });
                        let case = format!("{status:?} {verb:?} {who:?} {in_time}: {told:?}");
                        match (row, told) {
                            (Some((.., to)), told) => {
                                assert_eq!(told, Ok(Outcome::New(*to)), "{case}")
                            }
                            (None, Ok(Outcome::New(_))) => panic!("{case}"),
                            (None, Ok(Outcome::Same)) => assert!(status != Claimed, "{case}"),
                            (None, Err(why)) => assert!(why.to_string().ends_with('.'), "{case}"),
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn whatever_is_done_it_comes_to_an_end_and_stays_there() {
        let mut seen = HashSet::new();
        let mut left = vec![said()];
        while let Some(claim) = left.pop() {
            if !seen.insert(claim.status) {
                continue;
            }
            let mut ways_on = 0;
            for now in [claim.claimed_at, claim.answer_by] {
                for verb in VERBS {
                    for who in WHO {
                        if let Ok(Outcome::New(status)) = claim.step(verb, who, now) {
                            ways_on += 1;
                            left.push(NoShow { status, ..claim.clone() });
                        }
                    }
                }
            }
            assert_eq!(ways_on > 0, claim.status.is_open(), "{:?}", claim.status);
        }
        assert_eq!(seen.len(), ALL.len(), "each is reached");
    }
}
