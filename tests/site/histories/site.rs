//! The site as the histories act on it and look at it.

use axum::http::{Request, StatusCode, header};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::query_scalar;

use super::plain::{
    Answer, Booking, DAY, HOUR, Minutes, Player, Session, Side, Status, Verb, World,
};
use crate::{
    calls,
    support::{Client, TestApp},
};

const PRODUCERS: [&str; 3] = ["Ines Calloway", "Theo Brandt", "Ada Whitlock"];
const PLAYERS: [&str; 3] = ["Maren Oakley", "Jo Lindqvist", "Wes Tully"];
const ADMIN: &str = "Ada Moreno";
const ROOMS: [&str; 2] = ["Cedar Street Sound", "The Blue Room"];

pub struct Site {
    app: TestApp,
    /// By their numbers in the model.
    people: Vec<Client>,
    step: usize,
    since_sign_in: Minutes,
    /// Every line of history there ever was.
    history: Vec<String>,
}

/// A change, ready to be sent by either face.
pub struct Sent {
    account: usize,
    page: String,
    api: String,
    form: Value,
}

impl Site {
    /// Three who book; a player, one who keeps half an hour clear, one who travels an hour between rooms;
    /// and an admin.
    pub async fn found() -> (Site, World) {
        let app = TestApp::new().await;
        let mut people = Vec::new();
        for name in PRODUCERS {
            people.push(app.producer(name).await);
        }
        let mut players = Vec::new();
        for (name, clear, travel) in
            [(PLAYERS[0], 0, 0), (PLAYERS[1], 30, 0), (PLAYERS[2], 0, HOUR)]
        {
            let player = app.musician(name).await;
            let mut shape = player.get("/api/v1/calendar/shape").await.json();
            shape["buffer_before"] = clear.to_string().into();
            shape["buffer_after"] = clear.to_string().into();
            shape["travel"] = if travel > 0 { "fixed" } else { "none" }.into();
            shape["travel_minutes"] = travel.to_string().into();
            let kept = player.send_json("PUT", "/api/v1/calendar/shape", shape).await;
            assert!(kept.status.is_success(), "{}", kept.body);
            people.push(player);
            // Monday to Friday, nine to six.
            let open = (0..60)
                .filter(|day| day % 7 < 5)
                .flat_map(|day: i64| (18..36).map(move |half: i64| day * DAY + half * 30));
            players.push(Player { clear, travel, open: open.collect() });
        }
        people.push(app.admin(ADMIN).await);
        let told = vec![0; people.len()];
        let site = Site { app, people, step: 0, since_sign_in: 0, history: Vec::new() };
        let now = (site.app.now() - beginning()).num_minutes();
        let bookings = Vec::new();
        (site, World { now, producers: PRODUCERS.len(), players, bookings, told })
    }

    pub async fn wait(&mut self, time: Minutes) {
        self.app.wait(TimeDelta::minutes(time));
        self.since_sign_in += time;
        // Nobody is signed in for ever, admins least.
        self.people[PRODUCERS.len() + PLAYERS.len()].sign_in(ADMIN).await;
        if self.since_sign_in > 5 * DAY {
            self.since_sign_in = 0;
            for (person, name) in self.people.iter().zip(PRODUCERS.into_iter().chain(PLAYERS)) {
                person.sign_in(name).await;
            }
        }
    }

    pub async fn lapse(&self) {
        let mut db = self.app.db().acquire().await.unwrap();
        first_call::bookings::lapse_due(&mut db, self.app.now()).await.unwrap();
    }

    // ----- what is sent -----

    pub fn asking(
        &self,
        account: usize,
        musician: usize,
        room: usize,
        session: Session,
        fee: i64,
    ) -> Sent {
        let (date, from, to) = told(session);
        let slug = PLAYERS[musician - PRODUCERS.len()].to_lowercase().replace(' ', "-");
        let path = format!("/musicians/{slug}/calls");
        let form = calls::call(json!({
            "date": date, "from": from, "to": to, "place": ROOMS[room], "fee": money(fee),
        }));
        Sent { account, api: format!("/api/v1{path}"), page: path, form }
    }

    pub fn stepping(&self, account: usize, booking: usize, verb: Verb) -> Sent {
        let (word, form) = match verb {
            Verb::Accept => ("accept", json!({ "word": "Gladly." })),
            Verb::Decline => ("decline", json!({ "word": "Not then." })),
            Verb::Withdraw => ("withdraw", json!({ "word": "" })),
            Verb::Cancel => ("cancel", json!({ "word": "The singer is ill." })),
            Verb::Offer => unreachable!("an offer has terms"),
            Verb::Done => (
                "done",
                json!({
                    "title": "Dust on the Piano", "artist": "June Harrow", "isrc": "",
                    "credited_as": "As played", "instrument": "fiddle",
                }),
            ),
        };
        self.of_booking(account, booking, word, form)
    }

    pub fn offering(&self, account: usize, booking: usize, session: Session, fee: i64) -> Sent {
        let (date, from, to) = told(session);
        let form = json!({ "fee": money(fee), "date": date, "from": from, "to": to });
        self.of_booking(account, booking, "offers", form)
    }

    pub fn writing(&self, account: usize, booking: usize) -> Sent {
        self.of_booking(account, booking, "messages", json!({ "text": "About Tuesday." }))
    }

    pub fn setting_hours(&self, account: usize, session: Session, is_open: bool) -> Sent {
        let (day, from, to) = told(session);
        let verb = if is_open { "open" } else { "close" };
        let path = format!("/calendar/stretches/{verb}");
        let form = json!({ "day": day, "from": from, "to": to });
        Sent { account, api: format!("/api/v1{path}"), page: path, form }
    }

    fn of_booking(&self, account: usize, booking: usize, what: &str, form: Value) -> Sent {
        let path = format!("/bookings/{}/{what}", booking + 1);
        Sent { account, api: format!("/api/v1{path}"), page: path, form }
    }

    /// Whoever sends the same change again sends the same key.
    pub async fn send(&self, sent: &Sent, by_page: bool) -> (Answer, String) {
        let person = &self.people[sent.account];
        let key = format!("change-{}", self.step);
        let reply = if by_page {
            person.post(&format!("{}?once={key}", sent.page), &sent.form).await
        } else {
            let request = Request::post(&sent.api)
                .header(header::CONTENT_TYPE, "application/json")
                .header("idempotency-key", key);
            person.send(request, sent.form.to_string().into()).await
        };
        let answer = match reply.status {
            StatusCode::SEE_OTHER if by_page => Answer::Done,
            status if status.is_success() && !by_page => Answer::Done,
            StatusCode::CONFLICT => Answer::Refused,
            StatusCode::UNPROCESSABLE_ENTITY => Answer::Faulty,
            StatusCode::NOT_FOUND => Answer::Nothing,
            StatusCode::FORBIDDEN => Answer::Forbidden,
            status => panic!("{status}: {}", reply.body),
        };
        (answer, format!("{} {}: {}", reply.status, sent.page, reply.texts("main").join(" ")))
    }

    // ----- what is seen -----

    /// All that an account's list says of its bookings.
    pub async fn compare(&self, world: &World, account: usize, told: &str) {
        let list = self.people[account].get("/api/v1/bookings").await;
        let list = list.expect(StatusCode::OK).json();
        let mut seen: Vec<Value> = list["items"].as_array().unwrap().iter().map(facts).collect();
        seen.sort_by_key(|booking| booking["id"].as_i64());
        let own = world.bookings.iter().enumerate().filter_map(|(at, booking)| {
            Some(expected(world, at, booking, world.side(at, account)?))
        });
        let own: Vec<Value> = own.collect();
        assert_eq!(seen.len(), own.len(), "{told}: as {account} sees it");
        for (seen, own) in seen.iter().zip(&own) {
            assert_eq!(seen, own, "{told}: as {account} sees it");
        }
    }

    /// What was written down is never changed. Here a step ends.
    pub async fn look_at_history(&mut self, told: &str) {
        let sql = "select concat_ws(' ', id, booking_id, status, by_account, at, word, offer_id,
                                    offer_became)
                   from booking_events order by id";
        let now: Vec<String> = query_scalar(sql).fetch_all(self.app.db()).await.unwrap();
        assert!(now.starts_with(&self.history), "{told}: history was changed");
        self.history = now;
        self.step += 1;
    }

    /// Each side's page of each booking has a badge, a turn and the buttons that work.
    pub async fn compare_pages(&self, world: &World) {
        for (at, booking) in world.bookings.iter().enumerate() {
            for (account, side) in
                [(booking.producer, Side::Producer), (booking.musician, Side::Musician)]
            {
                let page = self.people[account].get(&format!("/bookings/{}", at + 1)).await;
                let page = page.expect(StatusCode::OK);
                let to = page.attributes(".answer [formaction], .answer form", "formaction");
                let to = [to, page.attributes(".answer form", "action")].concat();
                let to = [to, page.attributes(".answer a.btn", "href")].concat();
                for verb in ["accept", "decline", "withdraw", "offer", "cancel", "done"] {
                    let may = world.may(at, side).contains(&verb);
                    let verb = if verb == "offer" { "offers/new" } else { verb };
                    let shown = to.iter().any(|to| to.contains(&format!("/{verb}")));
                    assert_eq!(shown, may, "{verb} of booking {at} for {side:?}");
                }
            }
        }
    }

    /// The database itself: what is held, what is written down, who was told.
    pub async fn audit(&self, world: &World) {
        let db = self.app.db();
        let overlapping: i64 = query_scalar(
            "select count(*) from bookings a join bookings b
             on a.musician_id = b.musician_id and a.id < b.id and a.blocks && b.blocks
             where a.status in ('confirmed', 'done') and b.status in ('confirmed', 'done')",
        )
        .fetch_one(db)
        .await
        .unwrap();
        assert_eq!(overlapping, 0, "nobody is in two places");
        let apart: i64 = query_scalar(
            "select count(*) from bookings b where b.status <> (
                select e.status from booking_events e where e.booking_id = b.id
                order by e.id desc limit 1)",
        )
        .fetch_one(db)
        .await
        .unwrap();
        assert_eq!(apart, 0, "a booking stands where its history ends");
        let held: i64 = query_scalar(
            "select count(*) from bookings b join calls c on c.id = b.call_id
             where b.status in ('confirmed', 'done')
               and (b.blocks is null or not b.blocks @> tstzrange(c.starts_at, c.ends_at))",
        )
        .fetch_one(db)
        .await
        .unwrap();
        assert_eq!(held, 0, "what is confirmed is held");
        let steps: Vec<i64> = query_scalar(
            "select count(*) from booking_events group by booking_id order by booking_id",
        )
        .fetch_all(db)
        .await
        .unwrap();
        let expected: Vec<i64> =
            world.bookings.iter().map(|booking| booking.steps as i64).collect();
        assert_eq!(steps, expected, "every step is written down once");
        let messages: i64 =
            query_scalar("select count(*) from messages").fetch_one(db).await.unwrap();
        let expected: usize = world.bookings.iter().map(|booking| booking.messages).sum();
        assert_eq!(messages, expected as i64, "every message is there once");

        let names = PRODUCERS.into_iter().chain(PLAYERS);
        for (account, name) in names.enumerate() {
            for (what, sql) in [
                (
                    "notices",
                    "select count(*) from notices where account_id = $1
                     and (url ~ '^/bookings/[0-9]+$' or url = '/credits')",
                ),
                (
                    "mails",
                    "select count(*) from mails m join accounts a on a.email = m.recipient
                     where a.id = $1
                     and (link_path ~ '^/bookings/[0-9]+$' or link_path = '/credits')",
                ),
            ] {
                let account_id = self.app.account_id(name).await;
                let told: i64 = query_scalar(sql).bind(account_id).fetch_one(db).await.unwrap();
                assert_eq!(told, world.told[account] as i64, "{what} to {name}");
            }
        }
    }
}

fn beginning() -> DateTime<Utc> {
    "2026-11-23T06:00:00Z".parse().unwrap()
}

fn instant(at: Minutes) -> String {
    (beginning() + TimeDelta::minutes(at)).format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// As it is typed.
fn told(session: Session) -> (String, String, String) {
    let day = beginning().date_naive() + TimeDelta::days(session.from / DAY);
    let clock = |at: Minutes| format!("{:02}:{:02}", at % DAY / HOUR, at % HOUR);
    (day.to_string(), clock(session.from), clock(session.to))
}

fn money(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

fn facts(item: &Value) -> Value {
    json!({
        "id": item["id"], "status": item["status"], "role": item["role"], "verbs": item["verbs"],
        "awaits": item["awaits"], "clashes": item["clashes"], "fee": item["fee"]["minor"],
        "starts_at": item["starts_at"], "ends_at": item["ends_at"], "reply_by": item["reply_by"],
        "owed": item["owed"]["minor"],
    })
}

fn expected(world: &World, at: usize, booking: &Booking, side: Side) -> Value {
    let owed = match booking.status {
        Status::Cancelled => booking.owed,
        Status::Confirmed => Some(world.owed_on_cancelling(at, side)),
        _ => None,
    };
    json!({
        "id": at + 1, "status": world.stands(at).word(), "role": side.word(),
        "verbs": world.may(at, side), "awaits": world.awaits(at).map(Side::word),
        "clashes": world.clashes(at), "fee": booking.fee,
        "starts_at": instant(booking.session.from), "ends_at": instant(booking.session.to),
        "reply_by": instant(world.answer_by(at)), "owed": owed,
    })
}
