//! The mails a demo wrote instead of sending them. Elsewhere there is nothing here.

use std::{
    fs, io,
    path::{Path as FilePath, PathBuf},
};

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use mail_parser::{Address, Message, MessageParser};

use crate::{
    values::Zone,
    web::{App, Error, Frame, Page, Path, filters},
};

/// How many are listed; the older ones are in the folder.
const LISTED: usize = 100;

struct Written {
    name: String,
    subject: String,
    to: String,
    at: DateTime<Utc>,
    /// What it says as plain text.
    text: String,
    /// Where it leads on this site.
    link: Option<String>,
}

#[derive(Template)]
#[template(path = "outbox/written_mails.html")]
struct WrittenMailsPage {
    frame: Frame,
    mails: Vec<Written>,
    zone: Zone,
}

#[derive(Template)]
#[template(path = "outbox/written_mail.html")]
struct WrittenMailPage {
    frame: Frame,
    mail: Written,
    zone: Zone,
}

pub(crate) async fn written_mails(State(app): State<App>, frame: Frame) -> Result<Response, Error> {
    let folder = folder(&app)?;
    let public_url = app.site.public_url.clone();
    let read = move || -> io::Result<Vec<Written>> {
        let mut names = names(&folder)?;
        names.sort_unstable_by(|a, b| b.cmp(a));
        names.truncate(LISTED);
        Ok(names.into_iter().filter_map(|name| read(&folder, name, &public_url)).collect())
    };
    let mails = blocking(read).await?.map_err(anyhow::Error::from)?;
    let zone = frame.zone().unwrap_or(Zone::UTC);
    Ok(Page::ok(WrittenMailsPage { frame, mails, zone }).into_response())
}

pub(crate) async fn written_mail(
    State(app): State<App>,
    frame: Frame,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let folder = folder(&app)?;
    let public_url = app.site.public_url.clone();
    let mail = blocking(move || is_name(&name).then(|| read(&folder, name, &public_url))).await?;
    let mail = mail.flatten().ok_or(Error::NotFound)?;
    let zone = frame.zone().unwrap_or(Zone::UTC);
    Ok(Page::ok(WrittenMailPage { frame, mail, zone }).into_response())
}

fn folder(app: &App) -> Result<PathBuf, Error> {
    let folder = app.site.mail_dir.clone().filter(|_| app.site.demo);
    folder.ok_or(Error::NotFound)
}

async fn blocking<T: Send + 'static>(
    read: impl FnOnce() -> T + Send + 'static,
) -> Result<T, anyhow::Error> {
    Ok(tokio::task::spawn_blocking(read).await?)
}

fn names(folder: &FilePath) -> io::Result<Vec<String>> {
    let names =
        fs::read_dir(folder)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.filter(|name| is_name(name)).collect())
}

/// A name of ours, which leads nowhere but into the folder.
fn is_name(name: &str) -> bool {
    let stem = name.strip_suffix(".eml").unwrap_or_default();
    !stem.is_empty() && stem.chars().all(|c| c.is_ascii_digit() || c == 'T' || c == '-')
}

fn read(folder: &FilePath, name: String, public_url: &str) -> Option<Written> {
    let bytes = fs::read(folder.join(&name)).ok()?;
    let message = MessageParser::default().parse(&bytes)?;
    let text = message.body_text(0)?.replace("\r\n", "\n");
    let link = text.lines().find_map(|line| line.strip_prefix(public_url)).map(str::to_owned);
    Some(Written {
        subject: message.subject().unwrap_or_default().to_owned(),
        to: recipient(&message).unwrap_or_default(),
        at: DateTime::from_timestamp(message.date()?.to_timestamp(), 0)?,
        // What follows is the same below every mail.
        text: text.split("\n-- \n").next().unwrap_or_default().to_owned(),
        link: link.filter(|link| link.starts_with('/')),
        name,
    })
}

fn recipient(message: &Message) -> Option<String> {
    let to = message.to().and_then(Address::first)?;
    Some(format!("{} <{}>", to.name().unwrap_or_default(), to.address()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_only_into_the_folder() {
        assert!(is_name("20261123T150000123456-7.eml"));
        for wrong in ["../../etc/passwd", "..", ".eml", "a.eml", "1.eml.draft", "1/2.eml", "1"] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }
}
