//! What is measured: kinds of pages, each at some addresses, so that nothing is only ever one row.

use std::net::SocketAddr;

use chrono::{Datelike, TimeDelta};
use first_call::values::{Clock, Secret, slug_of};
use sqlx::{Connection, PgConnection, query, query_as, query_scalar};

use crate::load;

#[derive(Clone, Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) pages: Vec<String>,
    pub(crate) json: Vec<String>,
    /// Search addresses from behind the question mark.
    pub(crate) searches: Vec<String>,
    /// How many pages on.
    depth: usize,
}

/// Who is looked for: many, some, and few of them.
const WANTED: [(&str, &str); 8] = [
    ("electric-guitar", "rock"),
    ("lead-vocal", "pop"),
    ("drum-kit", "jazz"),
    ("piano", "singer-songwriter"),
    ("fiddle", "country"),
    ("cello", "film-score"),
    ("pedal-steel-guitar", "americana"),
    ("tenor-saxophone", "funk"),
];

const CITIES: [&str; 8] =
    ["London", "New York City", "Berlin", "São Paulo", "Tokyo", "Paris", "Mumbai", "Mexico City"];

const WORDS: [&str; 8] = [
    "dusty piano",
    "García",
    "pedle steel",
    "Silva flatwound",
    "midnight orchestra",
    "barn ribbon",
    "Quinn",
    "velvet sisters",
];

impl Kind {
    fn search(name: &'static str, each: impl Fn(usize, &str) -> String) -> Kind {
        let searches: Vec<String> = WANTED
            .iter()
            .enumerate()
            .map(|(at, (instrument, genre))| {
                each(at, &format!("instrument={instrument}&genre={genre}"))
            })
            .collect();
        Kind { name, pages: vec![], json: vec![], searches, depth: 0 }.addressed()
    }

    fn addressed(mut self) -> Kind {
        self.pages = self.searches.iter().map(|it| format!("/musicians?{it}")).collect();
        self.json = self.searches.iter().map(|it| format!("/api/v1/musicians?{it}")).collect();
        self
    }

    pub(crate) fn is_search(&self) -> bool {
        !self.searches.is_empty()
    }

    /// So many pages on, by following the list.
    pub(crate) fn deepened(mut self, address: SocketAddr) -> Kind {
        for search in &mut self.searches {
            let first = search.clone();
            for _ in 0..self.depth {
                let page = load::get(address, &format!("/api/v1/musicians?{search}"));
                let page: serde_json::Value = serde_json::from_str(&page).unwrap();
                let Some(next) = page["next"].as_str() else { break };
                let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
                *search = format!("{first}&after={next}");
            }
        }
        if self.depth > 0 { self.addressed() } else { self }
    }
}

pub(crate) fn kinds(url: &str, only: &str) -> Vec<Kind> {
    let today = Clock::System.now().date_naive();
    let tuesday = today + TimeDelta::days(8 - i64::from(today.weekday().num_days_from_monday()));
    let then = format!("date={tuesday}&from=10:00&to=13:00&zone=Europe/Berlin");
    let some_day =
        format!("date={tuesday}&until={}&hours=3&zone=Europe/Berlin", tuesday + TimeDelta::days(6));
    let plain = |path: &str, name| Kind {
        name,
        pages: vec![path.to_owned()],
        json: vec![],
        searches: vec![],
        depth: 0,
    };
    let (players, recordings) = people(url);
    let read = |name, paths: Vec<String>| Kind {
        json: vec![],
        name,
        pages: paths,
        searches: vec![],
        depth: 0,
    };
    let city = |at: usize| CITIES[at].replace(' ', "+");
    let near = |at, it: &str| format!("{it}&place={}&km=50&way=room", city(at));
    let remote = "way=remote&max=200&currency=EUR";
    let mut kinds = vec![
        Kind::search("instrument and genre", |_, it| it.to_owned()),
        Kind::search("… at a time", |_, it| format!("{it}&{then}")),
        Kind::search("… three hours some day of a week", |_, it| format!("{it}&{some_day}")),
        Kind::search("… within 50 km", |at, it| near(at, it)),
        Kind::search("… remote, at most 200 EUR", |_, it| format!("{it}&{remote}")),
        Kind::search("… all of it: time, place or remote, rate", |at, it| {
            format!("{it}&{then}&place={}&km=50&way=either&max=300&currency=EUR", city(at))
        }),
        Kind::search("an instrument alone", |_, it| it.split('&').next().unwrap().to_owned()),
        Kind::search("nothing in particular", |_, _| String::new()),
        Kind::search("words", |at, _| format!("q={}", WORDS[at].replace(' ', "+"))),
        Kind { depth: 40, ..Kind::search("the 41st page", |_, it| it.to_owned()) },
        Kind::search("soonest free", |_, it| format!("{it}&sort=soonest")),
        Kind::search("by rate", |_, it| format!("{it}&sort=rate")),
        Kind::search("most credits", |_, it| format!("{it}&sort=credits")),
        Kind::search("newest", |_, it| format!("{it}&sort=newest")),
        Kind {
            json: players.iter().map(|slug| format!("/api/v1/musicians/{slug}")).collect(),
            ..read("a profile", players.iter().map(|slug| format!("/musicians/{slug}")).collect())
        },
        Kind {
            json: recordings.iter().map(|(id, _)| format!("/api/v1/recordings/{id}")).collect(),
            ..read(
                "a recording",
                recordings.iter().map(|(id, slug)| format!("/recordings/{id}-{slug}")).collect(),
            )
        },
        plain("/forgotten", NOTHING),
        plain("/healthz", "`/healthz`: no page at all"),
    ];
    kinds.retain(|kind| kind.name.contains(only) || kind.name == NOTHING);
    kinds
}

/// A page with nothing on it but itself.
pub(crate) const NOTHING: &str = "`/forgotten`: a page that does nothing";

/// Signs somebody in: the header by which they are known.
pub(crate) fn sign_in(url: &str) -> String {
    let secret = Secret::random();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut db = PgConnection::connect(url).await.unwrap();
        let signed_in = query(
            "insert into sign_ins (token_hash, account_id, device, created_at, last_seen_at, expires_at)
             select $1, min(id), 'a benchmark', now(), now(), now() + interval '1 day' from accounts",
        );
        signed_in.bind(secret.hash().as_bytes()).execute(&mut db).await.unwrap();
    });
    format!("Cookie: sign_in={}\r\n", secret.reveal())
}

type People = (Vec<String>, Vec<(i64, String)>);

/// A hundred players and recordings from all over the world.
fn people(url: &str) -> People {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut db = PgConnection::connect(url).await.unwrap();
        // Each looked up by its number: of a million, nobody waits until all of them were read.
        let players = query_scalar(
            "select m.slug
             from (select greatest(max(id) / 100, 1) as step, max(id) as last from musicians) all_of_them
             cross join lateral generate_series(step, last, step) chosen (id)
             join musicians m on m.id = chosen.id order by m.id",
        );
        let players: Vec<String> = players.fetch_all(&mut db).await.unwrap();
        let recordings: Vec<(i64, String)> = query_as(
            "select r.id, r.title
             from (select greatest(max(id) / 100, 1) as step, max(id) as last from recordings) all_of_them
             cross join lateral generate_series(step, last, step) chosen (id)
             join recordings r on r.id = chosen.id
             where exists (select from credits c
                           where c.recording_id = r.id and c.status = 'confirmed')
             order by r.id",
        )
        .fetch_all(&mut db)
        .await
        .unwrap();
        let address = |(id, title): (i64, String)| (id, slug_of(&title, "recording").to_string());
        (players, recordings.into_iter().map(address).collect())
    })
}
