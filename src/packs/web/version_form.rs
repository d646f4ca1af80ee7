use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    super::model::{
        Contractor, Doubling, Draft, Health, Ladder, Pack, Porterage, Rates, Rests, Rung, Session,
        Share, Songs, StepFee, Version,
    },
    reading::{Reading, at, rows, said},
};
use crate::values::{Currency, FieldErrors, Money, Prose};

/// The figures of a version as they are typed. Amounts are like `130.00`, in the currency of the
/// pack, shares per cent like `14.09`; an empty field is by agreement, or nothing said.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct VersionForm {
    /// The number of the newest version that there is: one that came meanwhile is not passed over.
    #[schema(example = "1")]
    pub(super) last: String,
    /// The first day, today or later.
    #[schema(example = "2027-01-01")]
    pub(super) valid_from: String,
    /// The last day, where it is known.
    pub(super) valid_to: String,
    /// Where the figures are from; at most 500 characters.
    pub(super) source: String,
    /// Sessions in a room, the shortest first; what is left out of a row is an empty text.
    pub(super) session_name: Vec<String>,
    pub(super) session_minutes: Vec<String>,
    /// Of finished music.
    pub(super) session_music: Vec<String>,
    pub(super) session_fee: Vec<String>,
    /// An amount for each step, or `pro rata`.
    pub(super) session_overtime: Vec<String>,
    /// Minutes.
    pub(super) overtime_step: String,
    pub(super) song_fee: String,
    pub(super) song_step: String,
    /// For one artist and employer in six months.
    pub(super) song_most: String,
    /// `benefits` where they are included, `paid_first` where no track is handed over before.
    pub(super) song: Vec<String>,
    /// All that is added for one more instrument.
    pub(super) doubling_second: String,
    /// All that is added for two more.
    pub(super) doubling_third: String,
    /// What each further one adds to that.
    pub(super) doubling_further: String,
    /// For each.
    pub(super) overdub: String,
    pub(super) leader: String,
    pub(super) contractor: String,
    /// From how many players there has to be one.
    pub(super) contractor_from: String,
    /// `yes` where what is added is added on overtime as well.
    pub(super) on_overtime: String,
    pub(super) porterage_class: Vec<String>,
    pub(super) porterage_fee: Vec<String>,
    /// For all pieces of the class together.
    pub(super) porterage_most: Vec<String>,
    pub(super) rests: String,
    /// Minutes of each.
    pub(super) rest_minutes: String,
    /// Minutes between two sessions; less counts as overtime.
    pub(super) least_gap: String,
    /// The part of the fee that is owed from the beginning.
    pub(super) cancel_first: String,
    /// Hours before the start, the earliest first.
    pub(super) cancel_hours: Vec<String>,
    /// The part of the fee that is owed from then on.
    pub(super) cancel_share: Vec<String>,
    /// `yes` where nothing is cancelled or moved from the last of them on.
    pub(super) cancel_binding: String,
    pub(super) pension: String,
    pub(super) health_first: String,
    pub(super) health_then: String,
    /// Hours.
    pub(super) report_within: String,
}

/// Each field that may have faults with its label, in the order of the page.
pub(super) const LABELS: [(&str, &str); 19] = [
    ("last", "This pack"),
    ("valid_from", "Valid from"),
    ("valid_to", "Valid to"),
    ("source", "Source"),
    ("session", "Sessions"),
    ("overtime_step", "A step of overtime"),
    ("song", "Songs"),
    ("doubling", "Doubling"),
    ("overdub", "Overdubs"),
    ("leader", "Leader"),
    ("contractor", "Contractor"),
    ("contractor_from", "Contractor from"),
    ("porterage", "Porterage"),
    ("rests", "Rests"),
    ("least_gap", "The least gap"),
    ("cancelling", "Cancelling"),
    ("pension", "Pension"),
    ("health", "Health"),
    ("report_within", "The report"),
];

const PRO_RATA: &str = "pro rata";

fn optional<T: ToString>(number: Option<T>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn share(share: Option<Share>) -> String {
    share.map(Share::typed).unwrap_or_default()
}

impl VersionForm {
    /// The figures of a version, to make another of.
    pub(super) fn of(
        version: &Version,
        currency: Option<Currency>,
        now: DateTime<Utc>,
    ) -> VersionForm {
        let rates = &version.rates;
        let amount = |minor: Option<i64>| {
            minor.zip(currency).map(|(minor, currency)| Money::new(minor, currency).typed())
        };
        let amount = |minor: Option<i64>| amount(minor).unwrap_or_default();
        let column =
            |value: &dyn Fn(&Session) -> String| rates.sessions.iter().map(value).collect();
        let overtime = |session: &Session| match session.overtime {
            StepFee::ByAgreement => String::new(),
            StepFee::ProRata => PRO_RATA.into(),
            StepFee::Each(fee) => amount(Some(fee)),
        };
        let class =
            |value: &dyn Fn(&Porterage) -> String| rates.porterage.iter().map(value).collect();
        let ticks = |songs: Songs| {
            let all = [(songs.has_benefits, "benefits"), (songs.is_paid_first, "paid_first")];
            all.into_iter().filter(|(is, _)| *is).map(|(_, word)| word.to_owned()).collect()
        };
        let yes = |is: bool| if is { "yes".to_owned() } else { String::new() };
        let total = |at: usize| rates.doubling.as_ref().and_then(|it| it.totals.get(at).copied());
        let ladder = rates.cancelling.as_ref();
        let rung = |value: &dyn Fn(&Rung) -> String| {
            ladder.map(|ladder| ladder.rungs.iter().map(value).collect()).unwrap_or_default()
        };
        VersionForm {
            last: version.number.to_string(),
            valid_from: now.date_naive().to_string(),
            valid_to: String::new(),
            source: version.source.clone(),
            session_name: column(&|it| it.name.clone()),
            session_minutes: column(&|it| it.minutes.to_string()),
            session_music: column(&|it| optional(it.music_minutes)),
            session_fee: column(&|it| amount(Some(it.fee))),
            session_overtime: column(&overtime),
            overtime_step: optional(rates.overtime_step),
            song_fee: amount(rates.songs.map(|songs| songs.fee)),
            song_step: amount(rates.songs.and_then(|songs| songs.step)),
            song_most: optional(rates.songs.and_then(|songs| songs.most)),
            song: rates.songs.map(ticks).unwrap_or_default(),
            doubling_second: share(total(0)),
            doubling_third: share(total(1)),
            doubling_further: share(rates.doubling.as_ref().and_then(|it| it.further)),
            overdub: share(rates.overdub),
            leader: share(rates.leader),
            contractor: share(rates.contractor.map(|it| it.share)),
            contractor_from: optional(rates.contractor.and_then(|it| it.from_players)),
            on_overtime: yes(rates.extras_on_overtime),
            porterage_class: class(&|it| it.class.clone()),
            porterage_fee: class(&|it| amount(it.fee)),
            porterage_most: class(&|it| amount(it.most)),
            rests: optional(rates.rests.map(|it| it.count)),
            rest_minutes: optional(rates.rests.map(|it| it.minutes)),
            least_gap: optional(rates.least_gap),
            cancel_first: share(ladder.map(|ladder| ladder.at_first)),
            cancel_hours: rung(&|it| it.hours.to_string()),
            cancel_share: rung(&|it| it.share.typed()),
            cancel_binding: yes(ladder.is_some_and(|ladder| ladder.is_binding)),
            pension: share(rates.pension),
            health_first: amount(rates.health.map(|it| it.first)),
            health_then: amount(rates.health.map(|it| it.then)),
            report_within: optional(rates.report_within),
        }
    }

    /// The number of the version that whoever typed this saw last.
    pub(super) fn last(&self) -> i32 {
        self.last.trim().parse().unwrap_or(0)
    }

    pub(super) fn ticked(&self, word: &str) -> bool {
        self.song.iter().any(|known| known == word)
    }

    /// Reads what was typed for `pack`, naming every field that will not do.
    pub(super) fn read(&self, pack: &Pack, now: DateTime<Utc>) -> Result<Draft, FieldErrors> {
        let mut read = Reading::new(pack.currency);
        let days = (read.day("valid_from", &self.valid_from), read.day("valid_to", &self.valid_to));
        if said(&self.valid_from).is_none() {
            read.errors.add("valid_from", "is missing: say from which day on");
        }
        let source = read.errors.take("source", Prose::parse(&self.source));
        let rates = Rates {
            sessions: self.sessions(&mut read),
            overtime_step: read.number("overtime_step", &self.overtime_step, (1, 240), "minutes"),
            songs: self.songs(&mut read),
            doubling: self.doubling(&mut read),
            overdub: read.share("overdub", &self.overdub),
            leader: read.share("leader", &self.leader),
            contractor: self.contractor(&mut read),
            extras_on_overtime: self.on_overtime == "yes",
            porterage: self.porterage(&mut read),
            rests: self.rests(&mut read),
            least_gap: read.number("least_gap", &self.least_gap, (1, 1_440), "minutes"),
            cancelling: self.cancelling(&mut read),
            pension: read.share("pension", &self.pension),
            health: self.health(&mut read),
            report_within: read.number("report_within", &self.report_within, (1, 8_760), "hours"),
        };
        Draft::of(pack, days, rates, source, read.errors, now.date_naive())
    }

    fn sessions(&self, read: &mut Reading) -> Vec<Session> {
        let columns = [
            &self.session_name,
            &self.session_minutes,
            &self.session_fee,
            &self.session_music,
            &self.session_overtime,
        ];
        let mut sessions = Vec::new();
        for row in 0..rows(&columns) {
            let typed = columns.map(|column| at(column, row));
            let [name, minutes, fee, music, overtime] = typed;
            if typed.iter().all(|text| said(text).is_none()) {
                continue;
            }
            let field = "session";
            let minutes = read.number(field, minutes, (1, 840), "minutes");
            let music_minutes = read.number(field, music, (1, 840), "minutes");
            let fee = read.minor(field, fee);
            let overtime = match said(overtime) {
                None => Some(StepFee::ByAgreement),
                Some(PRO_RATA) => Some(StepFee::ProRata),
                Some(amount) => read.minor(field, amount).map(StepFee::Each),
            };
            match (said(name), minutes, fee, overtime) {
                (Some(name), Some(minutes), Some(fee), Some(overtime)) => {
                    let name = name.to_owned();
                    sessions.push(Session { name, minutes, music_minutes, fee, overtime });
                }
                _ if typed.iter().take(3).any(|text| said(text).is_none()) => {
                    let row = row + 1;
                    let fault =
                        format!("need a name, minutes and a fee: row {row} has not all of them");
                    read.errors.add(field, fault);
                }
                _ => {}
            }
        }
        sessions
    }

    fn songs(&self, read: &mut Reading) -> Option<Songs> {
        let step = read.minor("song", &self.song_step);
        let most = read.number("song", &self.song_most, (1, 10_000), "songs");
        let fee = read.minor("song", &self.song_fee);
        if fee.is_none() && (step.is_some() || most.is_some()) {
            read.errors.add("song", "have a step or a most, and no fee");
        }
        let fee = fee?;
        let (has_benefits, is_paid_first) = (self.ticked("benefits"), self.ticked("paid_first"));
        Some(Songs { fee, step, most, has_benefits, is_paid_first })
    }

    fn doubling(&self, read: &mut Reading) -> Option<Doubling> {
        let second = read.share("doubling", &self.doubling_second);
        let third = read.share("doubling", &self.doubling_third);
        let further = read.share("doubling", &self.doubling_further);
        if second.is_none() && third.or(further).is_some() {
            read.errors.add("doubling", "does not say what the second instrument adds");
        }
        Some(Doubling { totals: [second?].into_iter().chain(third).collect(), further })
    }

    fn contractor(&self, read: &mut Reading) -> Option<Contractor> {
        let share = read.share("contractor", &self.contractor);
        let from = read.number("contractor_from", &self.contractor_from, (1, 1_000), "players");
        if share.is_none() && from.is_some() {
            read.errors.add("contractor", "does not say what is added");
        }
        Some(Contractor { share: share?, from_players: from })
    }

    fn porterage(&self, read: &mut Reading) -> Vec<Porterage> {
        let columns = [&self.porterage_class, &self.porterage_fee, &self.porterage_most];
        let mut classes = Vec::new();
        for row in 0..rows(&columns) {
            let [class, fee, most] = columns.map(|column| at(column, row));
            let (fee, most) = (read.minor("porterage", fee), read.minor("porterage", most));
            match said(class) {
                Some(class) => classes.push(Porterage { class: class.to_owned(), fee, most }),
                None if fee.or(most).is_some() => {
                    read.errors.add("porterage", "has a class without a name");
                }
                None => {}
            }
        }
        classes
    }

    fn rests(&self, read: &mut Reading) -> Option<Rests> {
        let count = read.number("rests", &self.rests, (1, 20), "rests");
        let minutes = read.number("rests", &self.rest_minutes, (1, 240), "minutes");
        if count.is_some() != minutes.is_some() {
            read.errors.add("rests", "need both how many and how long");
        }
        Some(Rests { count: count?, minutes: minutes? })
    }

    fn cancelling(&self, read: &mut Reading) -> Option<Ladder> {
        let at_first = read.share("cancelling", &self.cancel_first);
        let columns = [&self.cancel_hours, &self.cancel_share];
        let mut rungs = Vec::new();
        for row in 0..rows(&columns) {
            let [hours, share] = columns.map(|column| at(column, row));
            let hours_typed = read.number("cancelling", hours, (1, 8_760), "hours");
            let share_typed = read.share("cancelling", share);
            match (hours_typed, share_typed) {
                (Some(hours), Some(share)) => rungs.push(Rung { hours: hours.into(), share }),
                _ if said(hours).is_some() != said(share).is_some() => {
                    read.errors.add("cancelling", "needs both hours and a share in each row");
                }
                _ => {}
            }
        }
        let is_binding = self.cancel_binding == "yes";
        if at_first.is_none() && rungs.is_empty() {
            if is_binding {
                read.errors.add("cancelling", "does not say from when on it binds");
            }
            return None;
        }
        Some(Ladder { at_first: at_first.unwrap_or_default(), rungs, is_binding })
    }

    fn health(&self, read: &mut Reading) -> Option<Health> {
        let first = read.minor("health", &self.health_first);
        let then = read.minor("health", &self.health_then);
        if first.is_none() && then.is_some() {
            read.errors.add("health", "does not say what the first session of a day adds");
        }
        Some(Health { first: first?, then: then.or(first)? })
    }
}
