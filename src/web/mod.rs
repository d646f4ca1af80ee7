//! What every handler shares: the app and the time, one connection a request, errors and how they
//! are shown, extractors, pages and the filters templates use, and the layers around them all.

mod app;
mod assets;
mod card;
mod choices;
mod cookies;
pub(crate) mod csv;
mod error;
mod extract;
#[allow(unreachable_pub, reason = "`filter_fn` writes its own `pub`")]
pub(crate) mod filters;
mod go;
mod kept;
mod layers;
mod moved;
mod page;
mod strips;
mod visit;

pub(crate) use app::Now;
pub use app::{App, Site};
pub(crate) use assets::{Assets, icon};
pub(crate) use card::Card;
pub(crate) use choices::{currencies, zones};
pub(crate) use cookies::{SIGN_IN_COOKIE, clear_cookie, set_cookie, sign_in_cookie};
pub(crate) use error::Error;
pub(crate) use error::{Problem, as_json, as_page, escape};
pub(crate) use extract::{Client, Form, Json, Path, Query, came_too_slowly, text_or_number};
pub(crate) use go::{Go, Said};
pub(crate) use layers::{
    ATTACHMENTS, Allowance, FORMS, Limits, MOST_BODY, UPLOADS, guards, hurry, measure, run_to_end,
};
pub(crate) use moved::Moved;
pub(crate) use page::{Frame, ONCE, Page, Section, Viewer};
pub(crate) use strips::{Monogram, Strip, StripKind, portrait_at};
pub(crate) use visit::{Db, Visit, visit};
