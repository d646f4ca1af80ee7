use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, header},
};
use http_body_util::BodyExt;
use scraper::{Html, Selector};
use serde::Serialize;
use tower::ServiceExt;

/// Someone at a browser, which keeps its cookies; or a program, with the same.
pub struct Client {
    router: Router,
    cookies: Mutex<BTreeMap<String, String>>,
    address: IpAddr,
}

/// Everybody calls from an address of their own.
static NEXT_ADDRESS: AtomicU32 = AtomicU32::new(0x0a00_0001);

static NEXT_PAGE: AtomicU32 = AtomicU32::new(0);

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    /// The same, where it is no text.
    pub bytes: Vec<u8>,
}

impl Client {
    pub fn new(router: Router) -> Client {
        let address = Ipv4Addr::from(NEXT_ADDRESS.fetch_add(1, Ordering::Relaxed)).into();
        Client { router, cookies: Mutex::default(), address }
    }

    /// As if from this address.
    pub fn at(self, address: &str) -> Client {
        Client { address: address.parse().unwrap(), ..self }
    }

    pub fn with_cookie(self, name: &str, value: &str) -> Client {
        self.cookies.lock().unwrap().insert(name.into(), value.into());
        self
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Sends a form as a browser does. A list of pairs may name a field several times. Like that of a
    /// page that was just made, its address has a key in it.
    pub async fn post(&self, path: &str, form: impl Serialize) -> Reply {
        let keyed = match path.contains('?') {
            true => path.to_owned(),
            false => format!("{path}?once=page{}", NEXT_PAGE.fetch_add(1, Ordering::Relaxed)),
        };
        self.post_as_is(&keyed, form).await
    }

    /// The same, to just this address.
    pub async fn post_as_is(&self, path: &str, form: impl Serialize) -> Reply {
        let body = serde_urlencoded::to_string(form).unwrap();
        let kind = "application/x-www-form-urlencoded";
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, kind)
            .header("sec-fetch-site", "same-origin");
        self.send(request, body.into()).await
    }

    pub async fn post_json(&self, path: &str, body: impl Serialize) -> Reply {
        self.send_json("POST", path, body).await
    }

    pub async fn send_json(&self, method: &str, path: &str, body: impl Serialize) -> Reply {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json");
        self.send(request, serde_json::to_string(&body).unwrap().into()).await
    }

    pub async fn send(&self, request: axum::http::request::Builder, body: Body) -> Reply {
        let response = self.open(request, body).await;
        let (status, headers) = (response.status(), response.headers().clone());
        // A stream of events goes on for ever.
        let goes_on = headers.get(header::CONTENT_TYPE).is_some_and(|it| it == "text/event-stream");
        let bytes = match goes_on {
            true => Vec::new(),
            false => response.into_body().collect().await.unwrap().to_bytes().to_vec(),
        };
        let body = match bytes.is_empty() || is_text(&headers) {
            true => String::from_utf8(bytes.clone()).unwrap(),
            false => String::new(),
        };
        Reply { status, headers, body, bytes }
    }

    /// The answer, with a body that is still to be read.
    pub async fn open(
        &self,
        mut request: axum::http::request::Builder,
        body: Body,
    ) -> axum::http::Response<Body> {
        let cookies = self.cookies.lock().unwrap().clone();
        if !cookies.is_empty() {
            let pairs: Vec<_> =
                cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, pairs.join("; "));
        }
        let peer = ConnectInfo(SocketAddr::new(self.address, 40_000));
        let request = request.header(header::HOST, "127.0.0.1:3000").extension(peer);
        let request = request.body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        self.keep(response.headers());
        response
    }

    fn keep(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().unwrap();
        for header in headers.get_all(header::SET_COOKIE) {
            let text = header.to_str().unwrap();
            let (name, rest) = text.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap_or_default();
            if text.to_lowercase().contains("max-age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.into(), value.into());
            }
        }
    }
}

fn is_text(headers: &HeaderMap) -> bool {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return false;
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let binary = ["audio/", "image/", "application/octet-stream"];
    !kind.is_some_and(|kind| binary.iter().any(|prefix| kind.starts_with(prefix)))
}

impl Reply {
    /// Where it sends the browser.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The text of every element that `selector` finds, in order.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let page = Html::parse_document(&self.body);
        let text = |element: scraper::ElementRef<'_>| {
            element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
        };
        page.select(&selector).map(text).collect()
    }

    /// An attribute of every element that `selector` finds and that has it.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let page = Html::parse_document(&self.body);
        page.select(&selector).filter_map(|e| e.attr(name).map(str::to_owned)).collect()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    /// Fails with the page's text when it is not as expected.
    #[track_caller]
    pub fn expect(self, status: StatusCode) -> Reply {
        assert_eq!(self.status, status, "{}", self.texts("main, body").join(" "));
        self
    }
}
