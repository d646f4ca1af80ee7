//! A stream of server-sent events, as a browser reads it.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use http_body_util::BodyExt;

use super::Client;

pub struct Live {
    headers: HeaderMap,
    body: Body,
    come: String,
}

#[derive(Debug, Default, PartialEq)]
pub struct Event {
    pub name: String,
    pub id: String,
    pub data: String,
}

impl Live {
    /// Opens one; `last` is what a browser sends that was cut off.
    pub async fn open(who: &Client, path: &str, last: Option<&str>) -> Live {
        let request = Request::get(path).header("accept-encoding", "gzip");
        let request = match last {
            Some(last) => request.header("last-event-id", last),
            None => request,
        };
        let response = who.open(request, Body::empty()).await;
        assert_eq!(response.status(), StatusCode::OK);
        let (parts, body) = response.into_parts();
        Live { headers: parts.headers, body, come: String::new() }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The next event that says something; none once the stream ends.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some((block, rest)) = self.come.split_once("\n\n") {
                let event = read(block);
                self.come = rest.to_owned();
                if event != Event::default() {
                    return Some(event);
                }
            }
            let frame = tokio::time::timeout(Duration::from_secs(20), self.body.frame());
            let frame = frame.await.expect("something comes, or the stream ends")?;
            let piece = frame.unwrap().into_data().unwrap();
            self.come.push_str(std::str::from_utf8(&piece).unwrap());
        }
    }
}

fn read(block: &str) -> Event {
    let mut event = Event::default();
    let mut data = Vec::new();
    for line in block.lines() {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => event.name = value.to_owned(),
            "id" => event.id = value.to_owned(),
            "data" => data.push(value),
            _ => {}
        }
    }
    event.data = data.join("\n");
    event
}
