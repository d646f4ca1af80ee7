//! Random people do random things, by pages and by JSON, and each time the site says what a plain model of
//! it says: who may do what, what is refused, whose turn it is, what is owed, who hears of it. At the end the
//! database is looked through.

mod plain;
mod site;

use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use plain::{Answer, DAY, HOUR, Minutes, Session, Side, Verb, World};
use site::Site;

/// So many histories, of at most so many steps; `FIRST_CALL_HISTORIES` asks for more.
const HISTORIES: u32 = 10;
const STEPS: usize = 45;

const PRODUCERS: usize = 3;
const PLAYERS: usize = 3;

#[derive(Clone, Copy, Debug)]
enum Who {
    Side(Side),
    /// Somebody, who has as a rule nothing to do with it.
    Account(usize),
}

/// A number of a booking counts from the last that was asked for.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Ask {
        producer: usize,
        player: usize,
        room: usize,
        session: Session,
        fee: i64,
    },
    Step {
        who: Who,
        booking: usize,
        verb: Verb,
    },
    /// Of the time or the fee, what is not said stays.
    Offer {
        who: Who,
        booking: usize,
        session: Option<Session>,
        fee: Option<i64>,
    },
    Write {
        who: Who,
        booking: usize,
    },
    Hours {
        player: usize,
        session: Session,
        is_open: bool,
    },
    Wait(Minutes),
    /// Until so long after a session begins or ends, where that is still to come.
    Meet {
        booking: usize,
        at_end: bool,
        after: Minutes,
    },
    Lapse,
}

#[derive(Clone, Copy, Debug)]
struct Act {
    deed: Deed,
    /// By a page's form, or else as JSON.
    by_page: bool,
    /// It is sent again at once, as it was.
    twice: bool,
}

/// Working days of two weeks from today on, mostly when players work.
fn sessions() -> impl Strategy<Value = Session> {
    let days = select(vec![0, 1, 1, 2, 2, 3, 4, 5, 7, 8]);
    (days, 16i64..34, 1i64..8).prop_map(|(day, half, length)| {
        let from = day * DAY + half * 30;
        Session { from, to: from + length * 30 }
    })
}

fn whos() -> impl Strategy<Value = Who> {
    prop_oneof![
        6 => select(vec![Side::Producer, Side::Musician]).prop_map(Who::Side),
        1 => (0..=PRODUCERS + PLAYERS).prop_map(Who::Account),
    ]
}

fn deeds() -> impl Strategy<Value = Deed> {
    let verbs = vec![Verb::Accept, Verb::Accept, Verb::Accept, Verb::Decline, Verb::Withdraw];
    let verbs = [verbs, vec![Verb::Cancel, Verb::Done]].concat();
    let bookings = || 0..5usize;
    let fees = || select(vec![20_000i64, 38_000, 45_000]);
    prop_oneof![
        8 => (0..PRODUCERS, 0..PLAYERS, 0..2usize, sessions(), fees()).prop_map(
            |(producer, player, room, session, fee)| Deed::Ask { producer, player, room, session, fee }
        ),
        14 => (whos(), bookings(), select(verbs))
            .prop_map(|(who, booking, verb)| Deed::Step { who, booking, verb }),
        6 => (whos(), bookings(), proptest::option::of(sessions()), proptest::option::of(fees()))
            .prop_map(|(who, booking, session, fee)| Deed::Offer { who, booking, session, fee }),
        2 => (whos(), bookings()).prop_map(|(who, booking)| Deed::Write { who, booking }),
        2 => (0..PLAYERS, sessions(), any::<bool>())
            .prop_map(|(player, session, is_open)| Deed::Hours { player, session, is_open }),
        2 => (bookings(), any::<bool>(), select(vec![-30, 0, 0, 10]))
            .prop_map(|(booking, at_end, after)| Deed::Meet { booking, at_end, after }),
        3 => select(vec![10, HOUR, 3 * HOUR, 20 * HOUR, 49 * HOUR]).prop_map(Deed::Wait),
        2 => Just(Deed::Lapse),
    ]
}

fn acts() -> impl Strategy<Value = Act> {
    (deeds(), any::<bool>(), prop::bool::weighted(0.2)).prop_map(|(deed, by_page, twice)| Act {
        deed,
        by_page,
        twice,
    })
}

#[test]
fn whatever_people_do_the_site_is_what_a_plain_model_of_it_is() {
    let asked = std::env::var("FIRST_CALL_HISTORIES").ok().and_then(|number| number.parse().ok());
    let config = Config {
        cases: asked.unwrap_or(HISTORIES),
        failure_persistence: None,
        max_shrink_iters: 150,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let told = runner.run(&vec(acts(), STEPS / 2..STEPS), |history| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(live(&history));
        Ok(())
    });
    // The shortest history that goes wrong, and how.
    told.unwrap();
}

async fn live(history: &[Act]) {
    let (mut site, mut world) = Site::found().await;
    for (at, act) in history.iter().enumerate() {
        let told = format!("step {at}, {act:?}, at {}", world.now);
        let touched = perform(&mut site, &mut world, act, &told).await;
        match touched {
            Touched::Nothing => {}
            Touched::Booking(booking) => {
                let booking = &world.bookings[booking];
                for account in [booking.producer, booking.musician] {
                    site.compare(&world, account, &told).await;
                }
            }
            Touched::Everything => {
                for account in 0..world.admin() {
                    site.compare(&world, account, &told).await;
                }
            }
        }
        site.look_at_history(&told).await;
    }
    for account in 0..world.admin() {
        site.compare(&world, account, "at the end").await;
    }
    site.compare_pages(&world).await;
    site.audit(&world).await;
}

enum Touched {
    Nothing,
    Booking(usize),
    Everything,
}

async fn perform(site: &mut Site, world: &mut World, act: &Act, told: &str) -> Touched {
    let number = |booking: usize| {
        let all = world.bookings.len();
        (all > 0).then(|| all - 1 - booking % all.max(1))
    };
    let who = |who: Who, booking: usize| match who {
        Who::Side(Side::Producer) => world.bookings[booking].producer,
        Who::Side(Side::Musician) => world.bookings[booking].musician,
        Who::Account(account) => account,
    };
    let (sent, expected, touched) = match act.deed {
        Deed::Ask { producer, player, room, session, fee } => {
            let musician = PRODUCERS + player;
            let sent = site.asking(producer, musician, room, session, fee);
            let expected = world.ask(producer, musician, room, session, fee);
            let made = (expected == Answer::Done).then(|| world.bookings.len() - 1);
            (sent, expected, made.map_or(Touched::Nothing, Touched::Booking))
        }
        Deed::Step { who: by, booking, verb } => {
            let Some(booking) = number(booking) else { return Touched::Nothing };
            let account = who(by, booking);
            let sent = site.stepping(account, booking, verb);
            // Others of this player may not be free any more.
            (sent, world.step(account, booking, verb), Touched::Booking(booking))
        }
        Deed::Offer { who: by, booking, session, fee } => {
            let Some(booking) = number(booking) else { return Touched::Nothing };
            let account = who(by, booking);
            let stands = &world.bookings[booking];
            let (session, fee) = (session.unwrap_or(stands.session), fee.unwrap_or(stands.fee));
            let sent = site.offering(account, booking, session, fee);
            (sent, world.offer(account, booking, session, fee), Touched::Booking(booking))
        }
        Deed::Write { who: by, booking } => {
            let Some(booking) = number(booking) else { return Touched::Nothing };
            let account = who(by, booking);
            let sent = site.writing(account, booking);
            (sent, world.write(account, booking), Touched::Booking(booking))
        }
        Deed::Hours { player, session, is_open } => {
            let musician = PRODUCERS + player;
            let sent = site.setting_hours(musician, session, is_open);
            (sent, world.set_hours(musician, session, is_open), Touched::Everything)
        }
        Deed::Wait(time) => {
            world.now += time;
            site.wait(time).await;
            return Touched::Everything;
        }
        Deed::Meet { booking, at_end, after } => {
            let Some(booking) = number(booking) else { return Touched::Nothing };
            let Session { from, to } = world.bookings[booking].session;
            let time = if at_end { to } else { from } + after - world.now;
            if time <= 0 {
                return Touched::Nothing;
            }
            world.now += time;
            site.wait(time).await;
            return Touched::Everything;
        }
        Deed::Lapse => {
            world.lapse();
            site.lapse().await;
            return Touched::Everything;
        }
    };
    for _ in 0..if act.twice { 2 } else { 1 } {
        let answer = site.send(&sent, act.by_page).await;
        assert_eq!(answer.0, expected, "{told}: {}", answer.1);
    }
    touched
}
