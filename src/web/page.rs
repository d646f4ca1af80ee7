use askama::Template;
use axum::{
    extract::{FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use std::{convert::Infallible, sync::Arc};

use super::{App, Error, Site, Visit, assets::Assets, cookies};
use crate::values::{Secret, Zone};

/// The part of a form's address by which it is known when it is sent again.
pub(crate) const ONCE: &str = "once";

/// Which of the main ways a page stands in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Section {
    Musicians,
    Recordings,
    Bookings,
    Favourites,
    Calendar,
    Profile,
    Admin,
    Inbox,
    Account,
    #[default]
    Elsewhere,
}

/// Who is looking, as the layout shows them.
#[derive(Clone, Debug)]
pub(crate) struct Viewer {
    pub(crate) name: String,
    pub(crate) unread: i64,
    pub(crate) is_admin: bool,
    pub(crate) plays: bool,
    /// Whether they came to book players.
    pub(crate) books: bool,
    pub(crate) is_verified: bool,
    /// The clock they live by: times elsewhere are told in it as well.
    pub(crate) zone: Zone,
}

/// What the layout around every page shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    pub(crate) viewer: Option<Viewer>,
    pub(crate) section: Section,
    pub(crate) flash: Option<String>,
    pub(crate) demo: bool,
    pub(crate) assets: Assets,
    site: Arc<Site>,
}

impl Frame {
    pub(super) fn new(app: &App, request: &Request) -> Frame {
        Frame {
            viewer: None,
            section: Section::Elsewhere,
            flash: cookies::flash(request.headers()),
            demo: app.site.demo,
            assets: app.assets.clone(),
            site: app.site.clone(),
        }
    }

    /// This frame, with one of the main ways marked.
    pub(crate) fn at(self, section: Section) -> Frame {
        Frame { section, ..self }
    }

    pub(crate) fn is_at(&self, section: &str) -> bool {
        format!("{:?}", self.section).eq_ignore_ascii_case(section)
    }

    /// Whether the reader is a player, who has a calendar and a profile.
    pub(crate) fn plays(&self) -> bool {
        self.viewer.as_ref().is_some_and(|viewer| viewer.plays)
    }

    /// What follows the address of a form that changes something, so that a second click on its button
    /// does nothing more: `action="/inbox/read{{ frame.once() }}"`. For who is signed in; of others
    /// nothing is kept.
    pub(crate) fn once(&self) -> String {
        match self.viewer {
            Some(_) => format!("?{ONCE}={}", &Secret::random().reveal()[..16]),
            None => String::new(),
        }
    }

    /// An address of ours as other sites write it: with the site in front.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.site.public_url)
    }

    /// The reader's zone, where we know it.
    pub(crate) fn zone(&self) -> Option<Zone> {
        self.viewer.as_ref().map(|viewer| viewer.zone)
    }
}

impl FromRequestParts<App> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Frame, Infallible> {
        Ok(parts.extensions.get::<Visit>().map(Visit::frame).unwrap_or_default())
    }
}

/// A template as a response with its status.
pub(crate) struct Page<T>(pub(crate) StatusCode, pub(crate) T);

impl<T: Template> Page<T> {
    pub(crate) fn ok(template: T) -> Page<T> {
        Page(StatusCode::OK, template)
    }

    /// A form that comes back with its faults.
    pub(crate) fn again(template: T) -> Page<T> {
        Page(StatusCode::UNPROCESSABLE_ENTITY, template)
    }
}

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match self.1.render() {
            Ok(html) => {
                let kept = [(header::CACHE_CONTROL, "no-store")];
                (self.0, kept, Html(html)).into_response()
            }
            Err(error) => Error::Unexpected(error.into()).into_response(),
        }
    }
}
