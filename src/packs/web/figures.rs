//! Figures as people read them.

use super::super::model::{Doubling, Rates, Share, Songs, StepFee, lasting};
use crate::values::{Currency, Money};

/// The figures of a version, in words and amounts.
pub(super) struct Figures {
    pub(super) sessions: Vec<SessionRow>,
    /// Whether any says how much music may come of it.
    pub(super) has_music: bool,
    /// What a step of overtime is, `15 min`.
    pub(super) step: Option<String>,
    pub(super) porterage: Vec<PorterageRow>,
    /// Whatever fits in a sentence, with what it is about.
    pub(super) facts: Vec<(&'static str, String)>,
}

pub(super) struct SessionRow {
    pub(super) name: String,
    pub(super) length: String,
    pub(super) music: String,
    pub(super) fee: String,
    pub(super) overtime: String,
}

pub(super) struct PorterageRow {
    pub(super) class: String,
    pub(super) fee: String,
    pub(super) most: String,
}

const BY_AGREEMENT: &str = "By agreement";

/// Shows amounts in one currency; a pack without one has none to show.
struct Teller(Option<Currency>);

impl Teller {
    fn amount(&self, minor: i64) -> String {
        self.0.map_or_else(String::new, |currency| Money::new(minor, currency).to_string())
    }

    fn songs(&self, songs: Songs, is_own: bool) -> String {
        let fee = self.amount(songs.fee);
        let mut told = match (songs.step, is_own) {
            (Some(step), _) => {
                format!("{fee} each at least, more in steps of {}.", self.amount(step))
            }
            (None, true) => format!("{fee} each."),
            (None, false) => format!("{fee} each at least."),
        };
        if songs.has_benefits {
            told += " Pension and health are included.";
        }
        if songs.is_paid_first {
            told += " The isolated track is handed over once it is paid.";
        }
        if let Some(most) = songs.most {
            told += &format!(" At most {most} for one artist and employer in six months.");
        }
        told
    }
}

fn added(share: Option<Share>) -> String {
    match share {
        None => format!("{BY_AGREEMENT}."),
        Some(Share::NONE) => "Nothing is added.".into(),
        Some(Share::WHOLE) => "100\u{a0}% more: double scale.".into(),
        Some(share) => format!("{share} more."),
    }
}

fn doubling(doubling: &Doubling) -> String {
    let counts = ["One", "Two", "Three", "Four", "Five"];
    let all = counts.iter().zip(&doubling.totals);
    if doubling.totals.iter().all(|total| *total == Share::NONE)
        && doubling.further.unwrap_or_default() == Share::NONE
    {
        return "Nothing is added.".into();
    }
    let mut told: Vec<String> = all
        .enumerate()
        .map(|(at, (count, total))| match at {
            0 => format!("{count} more instrument adds {total}"),
            _ => format!("{} more {total} in all", count.to_lowercase()),
        })
        .collect();
    told.push(match doubling.further {
        Some(further) => format!("each further one {further} to that"),
        None => "further ones by agreement".into(),
    });
    told.join(", ") + "."
}

impl Figures {
    /// Of an agreement, or of a player's own terms.
    pub(super) fn of(rates: &Rates, currency: Option<Currency>, is_own: bool) -> Figures {
        let teller = Teller(currency);
        let step = rates.overtime_step.map(|step| lasting(step.into()));
        let sessions = rates.sessions.iter().map(|session| SessionRow {
            name: session.name.clone(),
            length: lasting(session.minutes.into()),
            music: session.music_minutes.map(|it| lasting(it.into())).unwrap_or_default(),
            fee: teller.amount(session.fee),
            overtime: match session.overtime {
                StepFee::ByAgreement => BY_AGREEMENT.into(),
                StepFee::ProRata => "The fee by time".into(),
                StepFee::Each(fee) => teller.amount(fee),
            },
        });
        let porterage = rates.porterage.iter().map(|class| PorterageRow {
            class: class.class.clone(),
            fee: class.fee.map_or_else(|| BY_AGREEMENT.into(), |fee| teller.amount(fee)),
            most: class.most.map(|most| teller.amount(most)).unwrap_or_default(),
        });
        Figures {
            has_music: rates.sessions.iter().any(|session| session.music_minutes.is_some()),
            sessions: sessions.collect(),
            step,
            porterage: porterage.collect(),
            facts: facts(rates, &teller, is_own),
        }
    }
}

fn facts(rates: &Rates, teller: &Teller, is_own: bool) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(songs) = rates.songs {
        facts.push(("Songs, remotely", teller.songs(songs, is_own)));
    }
    if teller.0.is_none()
        && let Some(step) = rates.overtime_step
    {
        facts.push((
            "Overtime",
            format!("In begun steps of {}, the fee by time.", lasting(step.into())),
        ));
    }
    let doubles = rates.doubling.as_ref().map_or_else(|| format!("{BY_AGREEMENT}."), doubling);
    facts.push(("Doubling", doubles));
    let overdub = match rates.overdub {
        Some(share) if share != Share::NONE => format!("Each adds {share}."),
        share => added(share),
    };
    facts.push(("Overdubs", overdub));
    facts.push(("Leader", added(rates.leader)));
    if let Some(contractor) = rates.contractor {
        let mut told = added(Some(contractor.share));
        if let Some(players) = contractor.from_players {
            told += &format!(" From {players} players on there has to be one.");
        }
        facts.push(("Contractor", told));
    }
    if rates.extras_on_overtime {
        facts.push((
            "On overtime",
            "All that is added for those counts on overtime as well.".into(),
        ));
    }
    if let Some(rests) = rates.rests {
        facts.push(("Rests", format!("{} of {} min each.", rests.count, rests.minutes)));
    }
    if let Some(gap) = rates.least_gap {
        let told = format!(
            "Less than {gap} min between two sessions count as overtime. That is a warning and keeps nobody from booking."
        );
        facts.push(("Between sessions", told));
    }
    let cancelling = rates.cancelling.as_ref().map(super::super::model::Ladder::told);
    let silent = || "The agreement is silent: the player’s own ladder holds.".into();
    facts.push(("Cancelling", cancelling.unwrap_or_else(silent)));
    if let Some(pension) = rates.pension {
        facts.push(("Pension", format!("{pension} of the wages, paid to the fund besides.")));
    }
    if let Some(health) = rates.health {
        let (first, then) = (teller.amount(health.first), teller.amount(health.then));
        let told = format!(
            "{first} for the first session of a day and {then} for each after it, paid to the fund besides."
        );
        facts.push(("Health", told));
    }
    if let Some(hours) = rates.report_within {
        facts.push(("Report", format!("To the union within {hours} hours.")));
    }
    facts
}
