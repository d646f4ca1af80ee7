//! A server of calendars.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use tokio::net::TcpListener;

/// Whom it stands in for.
pub(crate) const HOST: &str = "feeds.test";

#[derive(Clone)]
pub(crate) struct Feeds {
    pub(crate) address: SocketAddr,
    thinks: Duration,
    open: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Feeds {
    pub(crate) async fn open(thinks: Duration) -> Feeds {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let feeds = Feeds { address, thinks, open: Arc::default(), most: Arc::default() };
        let router = Router::new().fallback(answer).with_state(feeds.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        feeds
    }

    /// How many were here at once at most: each request comes by a connection of its own.
    pub(crate) fn most(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }
}

async fn answer(State(feeds): State<Feeds>, uri: Uri, headers: HeaderMap) -> Response {
    let here = feeds.open.fetch_add(1, Ordering::Relaxed) + 1;
    feeds.most.fetch_max(here, Ordering::Relaxed);
    tokio::time::sleep(feeds.thinks).await;
    feeds.open.fetch_sub(1, Ordering::Relaxed);
    if headers.contains_key("if-none-match") {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let kept = [("content-type", "text/calendar"), ("etag", "\"as ever\"")];
    (kept, calendar(uri.path())).into_response()
}

/// A working player's: a lesson a week, a rehearsal every other, and eighty gigs.
fn calendar(path: &str) -> String {
    let own = path.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let mut text = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Gigs\r\n");
    let hour = 9 + own % 8;
    for (uid, rule) in [("lesson", "FREQ=WEEKLY;BYDAY=TU"), ("band", "FREQ=WEEKLY;INTERVAL=2")] {
        text += &format!(
            "BEGIN:VEVENT\r\nUID:{uid}@{own}\r\nDTSTART;TZID=America/Chicago:20240102T{hour:02}0000\r\n\
             DURATION:PT2H\r\nRRULE:{rule}\r\nSUMMARY:{uid}\r\nEND:VEVENT\r\n"
        );
    }
    let today: chrono::DateTime<chrono::Utc> = std::time::SystemTime::now().into();
    for gig in 0..80 {
        let day = today.date_naive() + chrono::TimeDelta::days(i64::from(own % 5) + 4 * gig);
        let day = day.format("%Y%m%d");
        text += &format!(
            "BEGIN:VEVENT\r\nUID:{gig}@{own}\r\nDTSTART:{day}T{hour:02}0000Z\r\nDTEND:{day}T{:02}3000Z\r\n\
             SUMMARY:Session {gig}\r\nDESCRIPTION:Bring the good mutes. Parking behind the house.\r\n\
             ATTENDEE;CN=June Harrow:mailto:june@example.test\r\nEND:VEVENT\r\n",
            hour + 3
        );
    }
    text + "END:VCALENDAR\r\n"
}
