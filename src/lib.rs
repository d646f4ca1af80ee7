//! First Call: the players you call first, and the credit they are owed.
//!
//! Read it in this order; a room uses only those above it.
//!
//! | room | what lives there |
//! |---|---|
//! | [`config`] | environment and arguments, read once |
//! | [`postgres`] | a server of our own when none is given |
//! | [`values`] | ids, money, slots, zones, the clock: what means the same everywhere |
//! | `web` | what handlers share: the app, errors, extractors, pages |
//! | `entries` | lines in the calendars of other programs, as RFC 5545 writes them |
//! | `audit` | what was done, by whom; append-only |
//! | [`outbox`] | mail, notices and jobs waiting to be done |
//! | [`files`] | bytes in an object store |
//! | [`accounts`] | who signs in, and as what |
//! | `inbox` | what somebody was told, in the app |
//! | `repeats` | what is sent twice is done once |
//! | `changes` | what changed of all that is public, as each server hears of it |
//! | [`catalog`] | instruments, genres, places |
//! | [`availability`] | when a player can be had |
//! | [`musicians`] | a player's profile, as its owner and the admins handle it |
//! | [`imports`] | calendars elsewhere that take a player's time |
//! | `portraits` | the picture of a player: taken in, made ours, shown |
//! | [`packs`] | what a session costs: rules of agreements, a player's own terms, the quote |
//! | [`instant`] | what a player lets producers book at once |
//! | [`bookings`] | calls and bookings: asking for a player's time, and what becomes of it |
//! | [`threads`] | what the two sides of a booking write to each other |
//! | `reports` | what was played and what it comes to, signed by both sides and sealed |
//! | [`days`] | the day itself: its sheet, and who did not come |
//! | `invoices` | what is owed for bookings: invoices, credit notes, earnings and spending by month |
//! | `diary` | a player's week, month and day on paper |
//! | `feeds` | secret addresses at which other programs read a player's bookings |
//! | [`credits`] | recordings and who played on them |
//! | `demos` | audio on a profile: taken in, checked, heard |
//! | [`reviews`] | what the two sides of a finished booking say of each other |
//! | `favourites` | a producer's own "first call" list |
//! | [`discovery`] | finding and reading about players: search, profile page, home |
//! | [`watches`] | searches that are kept, and mail when somebody new fits |
//! | `publicity` | what the rest of the web is told: pictures of pages, the sitemap |
//! | `moderation` | what admins do |
//! | `departures` | leaving: an account deleted, and what others keep of it |
//! | `api` | what only the JSON face has: its description |
//! | [`sample`] | the sample world of `demo` |
//! | [`bench`] | a world of any size, to measure in |
//! | [`serving`] | sockets, pools, jobs, health, metrics, logs: from start to stop |
//! | `routes` | every URL |

pub mod config;
pub mod postgres;
pub mod values;

mod web;

mod entries;

mod audit;
pub mod outbox;

pub mod files;

pub mod accounts;
mod inbox;
mod repeats;

mod changes;

pub mod catalog;

pub mod availability;
pub mod musicians;

pub mod imports;
mod portraits;

pub mod packs;

pub mod instant;

pub mod bookings;
pub mod threads;

mod reports;

pub mod days;
mod invoices;

mod diary;

pub mod credits;
mod feeds;

pub mod demos;
pub mod reviews;

mod favourites;

pub mod discovery;
pub mod watches;

mod publicity;

mod moderation;

mod departures;

mod api;
pub mod sample;

pub mod bench;

pub mod serving;

mod routes;

pub use routes::{
    API, API_ATTACHMENTS, API_UPLOADS, HEALTH, PAGE_ATTACHMENTS, PAGE_UPLOADS, PAGES, router,
};
pub use web::{App, Site};

/// Our tables; [`migrate`] also brings those of the job queue.
static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// Brings a database to the shape this program needs. Doing it twice does nothing.
pub async fn migrate(db: &sqlx::PgPool) -> anyhow::Result<()> {
    MIGRATOR.run(db).await?;
    catalog::bring_places(db).await?;
    outbox::prepare(db).await
}
