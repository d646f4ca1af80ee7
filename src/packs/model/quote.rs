use super::{
    Agreed, Carried, Item, Job, Line, Quote, Refusal, Role, Session, Share, StepFee, Terms, Work,
    job::lasting, share::money,
};
use crate::values::Money;

/// `1 overdub`, `2 overdubs`.
fn counted(n: u16, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

/// What has been counted so far, in minor units.
struct Count<'a> {
    terms: &'a Terms,
    lines: Vec<(Item, String, i128, bool)>,
}

impl Count<'_> {
    fn money(&self, minor: i128) -> Result<Money, Refusal> {
        money(minor, self.terms.currency).ok_or(Refusal::TooMuch)
    }

    fn add(&mut self, item: Item, sentence: String, minor: i128) {
        self.lines.push((item, sentence, minor, false));
    }

    fn leave_open(&mut self, item: Item, what: &str) {
        self.lines.push((item, format!("{what}: by agreement."), 0, true));
    }

    fn sum(&self) -> i128 {
        self.lines.iter().map(|(_, _, minor, _)| minor).sum()
    }

    /// Steps of overtime after a session; answers what they come to.
    fn overtime(&mut self, session: &Session, steps: u32) -> Result<i128, Refusal> {
        let Some(step) = self.terms.rates.overtime_step.filter(|_| steps > 0) else {
            if steps > 0 {
                self.leave_open(Item::Overtime, "Overtime");
            }
            return Ok(0);
        };
        let told = format!("{steps} × {}", lasting(step.into()));
        let (minor, rate) = match session.overtime {
            StepFee::ByAgreement => {
                self.leave_open(Item::Overtime, "Overtime");
                return Ok(0);
            }
            StepFee::Each(fee) => {
                let fee = i128::from(fee);
                (fee * i128::from(steps), self.money(fee)?.to_string())
            }
            StepFee::ProRata => {
                let (fee, length) = (i128::from(session.fee), i128::from(session.minutes.max(1)));
                let parts = fee * i128::from(steps) * i128::from(step);
                let rate = format!("{} for {}", self.money(fee)?, lasting(session.minutes.into()));
                ((parts + length / 2).div_euclid(length), rate)
            }
        };
        self.add(Item::Overtime, format!("Overtime: {told} at {rate}."), minor);
        Ok(minor)
    }

    /// What doubling, overdubs and the role add to `fee`, of which `overtime` is a part.
    fn extras(&mut self, job: &Job, fee: i128, overtime: i128) -> Result<(), Refusal> {
        let rates = &self.terms.rates;
        let doubling = || rates.doubling.as_ref()?.total(job.doubles.into());
        let more = counted(job.doubles, "more instrument");
        let overdubs = format!("Overdubs, {}", job.overdubs);
        let each = rates.overdub.map(|share| share.times(job.overdubs.into()));
        let contractor = rates.contractor.map(|contractor| contractor.share);
        let all = [
            (job.doubles > 0, Item::Doubling, format!("Doubling, {more}"), doubling()),
            (job.overdubs > 0, Item::Overdubs, overdubs, each),
            (job.role == Role::Leader, Item::Leader, "Leader".into(), rates.leader),
            (job.role == Role::Contractor, Item::Contractor, "Contractor".into(), contractor),
        ];
        let of = match overtime {
            0 => self.money(fee)?.to_string(),
            _ => format!("{}, fee and overtime", self.money(fee)?),
        };
        for (_, item, what, share) in all.into_iter().filter(|(is_asked, ..)| *is_asked) {
            match share {
                None => self.leave_open(item, &what),
                Some(Share::NONE) => self.add(item, format!("{what}: nothing is added."), 0),
                Some(share) => {
                    self.add(item, format!("{what}: {share} of {of}."), share.part_of(fee));
                }
            }
        }
        Ok(())
    }

    fn porterage(&mut self, carried: &[Carried]) -> Result<(), Refusal> {
        let rates = &self.terms.rates;
        let known = |class: &str| rates.porterage.iter().any(|it| it.class == class);
        if let Some(other) = carried.iter().find(|it| it.pieces > 0 && !known(&it.class)) {
            return Err(Refusal::NoClass(other.class.clone()));
        }
        for class in &rates.porterage {
            let of_class = carried.iter().filter(|it| it.class == class.class);
            let pieces: u32 = of_class.map(|it| u32::from(it.pieces)).sum();
            if pieces == 0 {
                continue;
            }
            let what = match self.terms.is_own {
                true => class.class.clone(),
                false => format!("Porterage, class {}", class.class),
            };
            let Some(fee) = class.fee.map(i128::from) else {
                self.leave_open(Item::Porterage, &what);
                continue;
            };
            let (all, most) = (fee * i128::from(pieces), class.most.map(i128::from));
            let sentence = match most {
                Some(most) if most == fee => format!("{what}: {} a session.", self.money(fee)?),
                Some(most) if most < all => format!(
                    "{what}: {pieces} × {}, {} at most.",
                    self.money(fee)?,
                    self.money(most)?
                ),
                _ => format!("{what}: {pieces} × {}.", self.money(fee)?),
            };
            self.add(Item::Porterage, sentence, most.map_or(all, |most| most.min(all)));
        }
        Ok(())
    }

    fn agreed(&mut self, agreed: &[Agreed]) -> Result<(), Refusal> {
        let is = self.terms.currency;
        for one in agreed {
            if one.amount.currency() != is {
                return Err(Refusal::OtherCurrency { is, other: one.amount.currency() });
            }
            if one.amount.minor() < 0 && !self.terms.is_own {
                return Err(Refusal::BelowScale(self.terms.name.clone()));
            }
            let sentence = format!("{}: as agreed.", one.what);
            self.add(Item::Agreed, sentence, one.amount.minor().into());
        }
        Ok(())
    }

    /// What goes to the funds besides: of all but porterage, which is no wage.
    fn besides(&self, health: Option<i64>) -> Result<Vec<(Item, String, i128, bool)>, Refusal> {
        let wages = self.lines.iter().filter(|(item, ..)| *item != Item::Porterage);
        self.besides_of(wages.map(|(_, _, minor, _)| minor).sum(), health)
    }

    fn besides_of(
        &self,
        wages: i128,
        health: Option<i64>,
    ) -> Result<Vec<(Item, String, i128, bool)>, Refusal> {
        let mut besides = Vec::new();
        if let Some(share) = self.terms.rates.pension.filter(|_| wages > 0) {
            let sentence = format!("Pension: {share} of {}, to the fund.", self.money(wages)?);
            besides.push((Item::Pension, sentence, share.part_of(wages), false));
        }
        if let Some(minor) = health {
            let sentence = "Health: for the session, to the fund.".into();
            besides.push((Item::Health, sentence, minor.into(), false));
        }
        Ok(besides)
    }

    fn finish(self, health: Option<i64>) -> Result<Quote, Refusal> {
        let besides = self.besides(health)?;
        let total = self.sum();
        if total < 0 {
            return Err(Refusal::BelowNothing);
        }
        let cost = total + besides.iter().map(|(_, _, minor, _)| minor).sum::<i128>();
        Ok(Quote {
            total: self.money(total)?,
            cost: self.money(cost)?,
            besides: self.told(besides)?,
            lines: self.told(self.lines.clone())?,
        })
    }

    fn told(&self, lines: Vec<(Item, String, i128, bool)>) -> Result<Vec<Line>, Refusal> {
        let line = |(item, sentence, minor, is_by_agreement): (Item, String, i128, bool)| {
            Ok(Line { item, sentence, amount: self.money(minor)?, is_by_agreement })
        };
        lines.into_iter().map(line).collect()
    }
}

/// How many begun steps `minutes` are.
fn steps(minutes: u32, step: Option<u16>) -> u32 {
    minutes.div_ceil(step.unwrap_or(1).max(1).into())
}

impl Terms {
    fn count(&self) -> Count<'_> {
        Count { terms: self, lines: Vec::new() }
    }

    fn session(&self, minutes: u16) -> Result<&Session, Refusal> {
        if minutes == 0 {
            return Err(Refusal::NoWork);
        }
        let none = || match (self.is_own, self.rates.songs) {
            (false, Some(_)) => Refusal::OnlySongs(self.name.clone()),
            _ => Refusal::NoSession,
        };
        self.rates.session_for(minutes.into()).ok_or_else(none)
    }

    /// What a job comes to, line by line: the session it fits in, overtime for what is longer than
    /// the longest, what doubling, overdubs and the role add, porterage, and what was agreed on.
    pub fn quote(&self, job: &Job) -> Result<Quote, Refusal> {
        let mut count = self.count();
        let health = self.health(job);
        let (fee, overtime) = match job.work {
            Work::Session { minutes } => {
                let session = self.session(minutes)?;
                let fee = i128::from(session.fee);
                count.add(Item::Session, session.told(), fee);
                let over = u32::from(minutes.saturating_sub(session.minutes));
                let overtime = count.overtime(session, steps(over, self.rates.overtime_step))?;
                (fee, overtime)
            }
            Work::Songs { count: songs, each } => (self.songs(&mut count, songs, each)?, 0),
        };
        let overtime = if self.rates.extras_on_overtime { overtime } else { 0 };
        count.extras(job, fee + overtime, overtime)?;
        count.porterage(&job.porterage)?;
        count.agreed(&job.agreed)?;
        count.finish(health)
    }

    /// What goes to the health fund for a job, in minor units.
    fn health(&self, job: &Job) -> Option<i64> {
        let Work::Session { .. } = job.work else { return None };
        let health = self.rates.health?;
        Some(if job.is_first_that_day { health.first } else { health.then })
    }

    /// What goes to the funds besides, where a job has come to `total`, porterage included.
    pub fn funds(&self, job: &Job, total: Money) -> Result<Vec<Line>, Refusal> {
        if total.currency() != self.currency {
            return Err(Refusal::OtherCurrency { is: self.currency, other: total.currency() });
        }
        let mut count = self.count();
        count.porterage(&job.porterage)?;
        let wages = i128::from(total.minor()) - count.sum();
        let besides = count.besides_of(wages, self.health(job))?;
        count.told(besides)
    }

    /// The same where it is to come to `fee`: what the two sides agree on beside the terms is a line of
    /// its own.
    pub fn quote_for(&self, job: &Job, fee: Money) -> Result<Quote, Refusal> {
        if fee.currency() != self.currency {
            return Err(Refusal::OtherCurrency { is: self.currency, other: fee.currency() });
        }
        let plain = self.quote(job)?;
        let beside = Money::new(fee.minor() - plain.total.minor(), self.currency);
        if beside.minor() == 0 {
            return Ok(plain);
        }
        let what = match plain.lines.iter().any(|line| line.is_by_agreement) {
            true => "What the terms leave open",
            false if beside.minor() > 0 => "On top of the terms",
            false => "Off the terms",
        };
        let mut agreed = job.agreed.clone();
        agreed.push(Agreed { what: what.into(), amount: beside });
        self.quote(&Job { agreed, ..job.clone() })
    }

    fn songs(
        &self,
        count: &mut Count<'_>,
        songs: u16,
        each: Option<Money>,
    ) -> Result<i128, Refusal> {
        let Some(known) = self.rates.songs else {
            return Err(if self.is_own {
                Refusal::NoSong
            } else {
                Refusal::OnlySessions(self.name.clone())
            });
        };
        let least = Money::new(known.fee, self.currency);
        let each = each.unwrap_or(least);
        if each.currency() != self.currency {
            return Err(Refusal::OtherCurrency { is: self.currency, other: each.currency() });
        }
        if let Some(most) = known.most.filter(|most| songs > *most) {
            return Err(Refusal::TooManySongs(self.name.clone(), most));
        }
        if songs == 0 {
            return Err(Refusal::NoWork);
        }
        let more = each.minor() - least.minor();
        match known.step {
            Some(step) if more < 0 || more % step.max(1) != 0 => {
                let (name, step) = (self.name.clone(), Money::new(step, self.currency));
                return Err(Refusal::BetweenSteps { name, least, step });
            }
            None if more < 0 => return Err(Refusal::BelowSong(least)),
            _ => {}
        }
        let fee = i128::from(each.minor()) * i128::from(songs);
        let benefits = if known.has_benefits { ", benefits included" } else { "" };
        let sentence =
            format!("{}, recorded remotely: {each} each{benefits}.", counted(songs, "song"));
        count.add(Item::Songs, sentence, fee);
        Ok(fee)
    }

    /// What `over` minutes more than the job was agreed for come to. Time that the fee covers already
    /// costs nothing: a session of the terms is longer than the job, or a step of overtime was begun.
    pub fn overtime(&self, job: &Job, over: u16) -> Result<Quote, Refusal> {
        let Work::Session { minutes } = job.work else { return self.count().finish(None) };
        let session = self.session(minutes)?;
        let past = |minutes: u32| {
            steps(minutes.saturating_sub(session.minutes.into()), self.rates.overtime_step)
        };
        let (planned, ended) = (u32::from(minutes), u32::from(minutes) + u32::from(over));
        let mut count = self.count();
        let overtime = count.overtime(session, past(ended) - past(planned))?;
        if overtime > 0 && self.rates.extras_on_overtime {
            count.extras(job, overtime, 0)?;
        }
        count.finish(None)
    }
}

impl Session {
    /// `Standard session, up to 3 h, for 20 min of finished music.`
    fn told(&self) -> String {
        let music = self
            .music_minutes
            .map(|minutes| format!(", for {} of finished music at most", lasting(minutes.into())));
        format!(
            "{}, up to {}{}.",
            self.name,
            lasting(self.minutes.into()),
            music.unwrap_or_default()
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        packs::model::{
            Contractor, Doubling, OWN_PORTERAGE, OwnTerms, Player, Porterage, Rates, Songs,
            own::tests::maren,
            rates::tests as agreed,
            terms::tests::{terms_of, under},
        },
        values::Currency,
    };

    fn mu() -> Terms {
        under("MU/BPI", "GBP", agreed::mu_bpi())
    }

    fn afm() -> Terms {
        under("AFM sound recording", "USD", agreed::afm())
    }

    fn overdub() -> Terms {
        let songs = Songs {
            fee: 10_000,
            step: Some(5_000),
            most: Some(12),
            has_benefits: true,
            is_paid_first: true,
        };
        under("AFM overdub", "USD", Rates { songs: Some(songs), ..Rates::default() })
    }

    /// Maren with terms of her own.
    fn own() -> Terms {
        let dollars = |minor| Some(Money::new(minor, "USD".parse().unwrap()));
        let share = |percent: u32| Some(Share::of_hundredths(percent * 100));
        let own = OwnTerms {
            overtime_fee: dollars(3_500),
            porterage: dollars(2_000),
            second: share(15),
            further: share(10),
            leader: share(50),
            overdub: share(100),
            ..OwnTerms::default()
        };
        terms_of(&Player { own, ..maren() })
    }

    fn told(quote: &Quote) -> Vec<String> {
        let line =
            |line: &Line| format!("{} {}", line.sentence, line.amount).replace('\u{a0}', " ");
        quote.lines.iter().chain(&quote.besides).map(line).collect()
    }

    fn carried(class: &str, pieces: u16) -> Carried {
        Carried { class: class.into(), pieces }
    }

    #[test]
    fn a_session_under_mu_bpi_explains_itself() {
        let job = Job {
            doubles: 2,
            overdubs: 1,
            porterage: vec![carried("B", 3), carried("A", 1), carried("D", 1)],
            ..Job::session(270)
        };
        let quote = mu().quote(&job).unwrap();
        assert_eq!(
            told(&quote),
            [
                "Long session, up to 4 h, for 30 min of finished music at most. £194.40",
                "Overtime: 2 × 15 min at £48.60. £97.20",
                "Doubling, 2 more instruments: 40 % of £291.60, fee and overtime. £116.64",
                "Overdubs, 1: 110 % of £291.60, fee and overtime. £320.76",
                "Porterage, class A: 1 × £17.52. £17.52",
                "Porterage, class B: 3 × £13.77, £27.54 at most. £27.54",
                "Porterage, class D: by agreement. £0.00",
            ]
        );
        assert_eq!((quote.total.minor(), quote.cost), (77_406, quote.total));
    }

    #[test]
    fn a_session_under_afm_pays_the_funds_besides() {
        let job = Job { role: Role::Leader, doubles: 1, ..Job::session(180) };
        let quote = afm().quote(&job).unwrap();
        assert_eq!(
            told(&quote),
            [
                "Basic session, up to 3 h, for 15 min of finished music at most. $447.24",
                "Doubling, 1 more instrument: by agreement. $0.00",
                "Leader: 100 % of $447.24. $447.24",
                "Pension: 14.09 % of $894.48, to the fund. $126.03",
                "Health: for the session, to the fund. $30.00",
            ]
        );
        assert_eq!((quote.total.minor(), quote.cost.minor()), (89_448, 105_051));
        let second = Job { is_first_that_day: false, ..Job::session(180) };
        assert_eq!(afm().quote(&second).unwrap().besides[1].amount.minor(), 2_500);
        let long = afm().quote(&Job::session(200)).unwrap();
        assert_eq!(told(&long)[1], "Overtime: by agreement. $0.00");
        assert!(long.lines[1].is_by_agreement);
    }

    #[test]
    fn funds_are_paid_of_what_a_job_came_to_but_for_what_was_carried() {
        let mut terms = afm();
        let porterage = Porterage { class: "A".into(), fee: Some(1_752), most: None };
        terms.rates.porterage = vec![porterage];
        let job = Job { porterage: vec![carried("A", 2)], ..Job::session(180) };
        let usd = |minor| Money::new(minor, terms.currency);
        let funds = terms.funds(&job, usd(103_504)).unwrap();
        let amounts: Vec<i64> = funds.iter().map(|line| line.amount.minor()).collect();
        assert_eq!(amounts, [14_090, 3_000], "14.09 % of 1,000.00, and the session");
        let pounds = Money::new(100_000, "GBP".parse().unwrap());
        assert!(matches!(terms.funds(&job, pounds), Err(Refusal::OtherCurrency { .. })));
    }

    #[test]
    fn a_session_by_a_players_own_terms() {
        let job = Job {
            doubles: 2,
            role: Role::Leader,
            porterage: vec![carried(OWN_PORTERAGE, 1)],
            agreed: vec![Agreed {
                what: "A friend’s price".into(),
                amount: Money::new(-8_000, "USD".parse().unwrap()),
            }],
            ..Job::session(200)
        };
        let quote = own().quote(&job).unwrap();
        assert_eq!(
            told(&quote),
            [
                "Session, up to 3 h. $380.00",
                "Overtime: 2 × 15 min at $35.00. $70.00",
                "Doubling, 2 more instruments: 25 % of $450.00, fee and overtime. $112.50",
                "Leader: 50 % of $450.00, fee and overtime. $225.00",
                "Porterage: $20.00 a session. $20.00",
                "A friend’s price: as agreed. −$80.00",
            ]
        );
        assert_eq!(quote.total.minor(), 72_750);
        let songs = own().quote(&Job { doubles: 1, ..Job::songs(2) }).unwrap();
        assert_eq!(
            told(&songs),
            [
                "2 songs, recorded remotely: $150.00 each. $300.00",
                "Doubling, 1 more instrument: 15 % of $300.00. $45.00",
            ]
        );
    }

    #[test]
    fn overtime_that_nobody_priced_is_a_part_of_the_session() {
        let terms = terms_of(&maren());
        let quote = terms.quote(&Job { doubles: 1, ..Job::session(215) }).unwrap();
        assert_eq!(
            told(&quote),
            [
                "Session, up to 3 h. $380.00",
                "Overtime: 3 × 15 min at $380.00 for 3 h. $95.00",
                "Doubling, 1 more instrument: nothing is added. $0.00",
            ]
        );
        // A third of a cent is nobody's: it is rounded once for the line, not for each step.
        assert_eq!(terms.overtime(&Job::session(180), 15).unwrap().total.minor(), 3_167);
        assert_eq!(terms.overtime(&Job::session(180), 45).unwrap().total.minor(), 9_500);
    }

    #[test]
    fn overtime_is_counted_in_begun_steps_past_what_the_fee_covers() {
        let due = |minutes, over| mu().overtime(&Job::session(minutes), over).unwrap();
        assert_eq!(told(&due(180, 16)), ["Overtime: 2 × 15 min at £32.50. £65.00"]);
        assert!(due(180, 0).lines.is_empty() && due(180, 0).total.minor() == 0);
        assert!(due(150, 30).lines.is_empty(), "a standard session is three hours");
        assert_eq!(due(150, 31).total.minor(), 3_250);
        // Five minutes past the long session a step was paid for: ten more are in it.
        assert!(due(245, 10).lines.is_empty());
        assert_eq!(due(245, 11).total.minor(), 4_860);
        let doubled = Job { doubles: 1, overdubs: 1, ..Job::session(180) };
        assert_eq!(
            told(&mu().overtime(&doubled, 10).unwrap()),
            [
                "Overtime: 1 × 15 min at £32.50. £32.50",
                "Doubling, 1 more instrument: 25 % of £32.50. £8.13",
                "Overdubs, 1: 110 % of £32.50. £35.75",
            ]
        );
        assert!(mu().overtime(&Job::songs(1), 60).unwrap().lines.is_empty());
    }

    #[test]
    fn songs_under_an_agreement_go_up_in_steps() {
        let quote = |count, each: Option<i64>| {
            let each = each.map(|minor| Money::new(minor, "USD".parse().unwrap()));
            overdub().quote(&Job { work: Work::Songs { count, each }, ..Job::songs(1) })
        };
        assert_eq!(
            told(&quote(2, Some(15_000)).unwrap()),
            ["2 songs, recorded remotely: $150.00 each, benefits included. $300.00"]
        );
        assert_eq!(quote(1, None).unwrap().total.minor(), 10_000);
        for wrong in [5_000, 12_000] {
            assert_eq!(
                quote(1, Some(wrong)).unwrap_err().to_string(),
                "A song under AFM overdub is $100.00, or more in steps of $50.00."
            );
        }
        assert_eq!(
            quote(13, None).unwrap_err().to_string(),
            "Under AFM overdub one artist has at most 12 songs in six months."
        );
    }

    #[test]
    fn what_terms_do_not_have_they_refuse_in_a_sentence() {
        let told = |terms: &Terms, job: Job| terms.quote(&job).unwrap_err().to_string();
        let bare = terms_of(&Player { session_rate: None, song_rate: None, ..maren() });
        assert_eq!(
            told(&bare, Job::session(180)),
            "There is no rate for a session in a room: agree on a fee."
        );
        assert_eq!(
            told(&bare, Job::songs(1)),
            "There is no rate for a song recorded remotely: agree on a fee."
        );
        assert_eq!(
            told(&overdub(), Job::session(60)),
            "AFM overdub is for songs recorded remotely: it says nothing of a session in a room."
        );
        assert_eq!(
            told(&mu(), Job::songs(1)),
            "MU/BPI is for sessions in a room: it says nothing of songs recorded remotely."
        );
        let job = Job { porterage: vec![carried("Z", 1)], ..Job::session(60) };
        assert_eq!(told(&mu(), job), "There is no porterage of class Z.");
        for none in [Job::session(0), Job::songs(0)] {
            assert_eq!(
                told(&own(), none),
                "A session lasts a minute at least, and a song is one at least."
            );
        }
    }

    #[test]
    fn what_is_agreed_on_never_goes_below_an_agreement_or_below_nothing() {
        let agreed = |terms: &Terms, minor, code: &str| {
            let currency = code.parse().unwrap();
            let one = Agreed { what: "Changed".into(), amount: Money::new(minor, currency) };
            terms.quote(&Job { agreed: vec![one], ..Job::session(180) })
        };
        assert_eq!(agreed(&mu(), 1_000, "GBP").unwrap().total.minor(), 14_000);
        assert_eq!(agreed(&mu(), -1, "GBP"), Err(Refusal::BelowScale("MU/BPI".into())));
        assert_eq!(agreed(&own(), -38_000, "USD").unwrap().total.minor(), 0);
        assert_eq!(agreed(&own(), -38_001, "USD"), Err(Refusal::BelowNothing));
        assert_eq!(
            agreed(&mu(), 1_000, "USD").unwrap_err().to_string(),
            "These terms are in GBP: an amount in USD cannot be added."
        );
    }

    fn share() -> impl Strategy<Value = Share> {
        (0..30_000_u32).prop_map(Share::of_hundredths)
    }

    fn step_fee() -> impl Strategy<Value = StepFee> {
        prop_oneof![
            Just(StepFee::ByAgreement),
            Just(StepFee::ProRata),
            (0..100_000_i64).prop_map(StepFee::Each)
        ]
    }

    prop_compose! {
        /// Any that make sense.
        fn rates()(
            lengths in prop::collection::btree_set(1..840_u16, 1..4),
            mut fees in prop::collection::vec(0..1_000_000_i64, 4),
            overtime in prop::collection::vec(step_fee(), 4),
            overtime_step in 1..120_u16,
            mut totals in prop::collection::vec(share(), 1..4),
            further in prop::option::of(share()),
            (overdub, leader, contractor) in (prop::option::of(share()), prop::option::of(share()), share()),
            extras_on_overtime: bool,
            (fee, most, pension) in (0..100_000_i64, 0..300_000_i64, prop::option::of(share())),
        ) -> Rates {
            fees.sort_unstable();
            totals.sort_unstable();
            let sessions = lengths.into_iter().zip(fees).zip(overtime).map(|((minutes, fee), overtime)| {
                Session { name: "Session".into(), minutes, music_minutes: None, fee, overtime }
            });
            Rates {
                sessions: sessions.collect(),
                overtime_step: Some(overtime_step),
                doubling: Some(Doubling { totals, further }),
                overdub,
                leader,
                contractor: Some(Contractor { share: contractor, from_players: None }),
                extras_on_overtime,
                porterage: vec![Porterage { class: "A".into(), fee: Some(fee), most: Some(most.max(fee)) }],
                pension,
                ..Rates::default()
            }
        }
    }

    prop_compose! {
        fn job()(
            minutes in 1..1_000_u16, doubles in 0..6_u16, overdubs in 0..4_u16,
            role in prop_oneof![Just(Role::Player), Just(Role::Leader), Just(Role::Contractor)],
            pieces in 0..5_u16, more in prop::option::of(0..50_000_i64),
        ) -> Job {
            let currency: Currency = "GBP".parse().unwrap();
            let agreed = more.map(|minor| Agreed { what: "More".into(), amount: Money::new(minor, currency) });
            Job {
                doubles,
                overdubs,
                role,
                porterage: vec![carried("A", pieces)],
                agreed: agreed.into_iter().collect(),
                ..Job::session(minutes)
            }
        }
    }

    proptest! {
        #[test]
        fn a_total_is_the_sum_of_its_lines_in_one_currency_and_never_less_than_nothing(rates in rates(), job in job()) {
            prop_assert!(rates.faults().is_empty());
            let terms = under("Any", "GBP", rates);
            let quote = terms.quote(&job).unwrap();
            let sum = |lines: &[Line]| lines.iter().map(|line| line.amount.minor()).sum::<i64>();
            prop_assert_eq!(quote.total.minor(), sum(&quote.lines));
            prop_assert_eq!(quote.cost.minor(), quote.total.minor() + sum(&quote.besides));
            // However it came to that.
            prop_assert_eq!(&terms.funds(&job, quote.total).unwrap(), &quote.besides);
            for line in quote.lines.iter().chain(&quote.besides) {
                prop_assert!(line.amount.minor() >= 0);
                prop_assert_eq!(line.amount.currency(), terms.currency);
                prop_assert!(!line.is_by_agreement || line.amount.minor() == 0);
                prop_assert!(line.sentence.ends_with('.'));
            }
        }

        #[test]
        fn longer_never_costs_less(rates in rates(), job in job(), more in 0..300_u16) {
            let terms = under("Any", "GBP", rates);
            let Work::Session { minutes } = job.work else { unreachable!() };
            let longer = Job { work: Work::Session { minutes: minutes + more }, ..job.clone() };
            let (short, long) = (terms.quote(&job).unwrap(), terms.quote(&longer).unwrap());
            prop_assert!(short.total.minor() <= long.total.minor());
            let over = |over| terms.overtime(&job, over).unwrap().total.minor();
            prop_assert!(0 <= over(0) && over(0) <= over(more));
        }

        /// More instruments, overdubs or pieces never cost less either.
        #[test]
        fn more_never_costs_less(rates in rates(), job in job()) {
            let terms = under("Any", "GBP", rates);
            let cost = |job: &Job| terms.quote(job).unwrap().total.minor();
            let pieces = vec![carried("A", job.porterage[0].pieces + 1)];
            // A further instrument that is agreed on costs nothing here yet.
            let doubling = terms.rates.doubling.as_ref().unwrap();
            let mut more = vec![
                Job { overdubs: job.overdubs + 1, ..job.clone() },
                Job { porterage: pieces, ..job.clone() },
            ];
            if doubling.total(u32::from(job.doubles) + 1).is_some() {
                more.push(Job { doubles: job.doubles + 1, ..job.clone() });
            }
            let costs: Vec<_> = more.iter().map(cost).collect();
            prop_assert!(costs.iter().all(|more| cost(&job) <= *more));
        }

        /// Whatever figures come after: what is kept is counted as it was.
        #[test]
        fn kept_terms_never_cost_something_else(rates in rates(), later in rates(), job in job()) {
            let kept = serde_json::to_string(&under("Any", "GBP", rates.clone())).unwrap();
            let before = under("Any", "GBP", rates.clone()).quote(&job);
            let after = under("Any", "GBP", later.clone()).quote(&job);
            let pinned: Terms = serde_json::from_str(&kept).unwrap();
            prop_assert_eq!(&pinned.quote(&job), &before);
            prop_assert!(rates != later || before == after);
        }
    }
}
