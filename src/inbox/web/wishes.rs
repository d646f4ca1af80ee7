use askama::Template;
use axum::response::{IntoResponse, Response};

use super::forms::WishesForm;
use crate::{
    accounts::Actor,
    outbox::{self, Hour, Topic},
    values::{FieldErrors, Zone},
    web::{Db, Error, Form, Frame, Go, Now, Page, Section},
};

#[derive(Template)]
#[template(path = "inbox/wishes.html")]
struct WishesPage {
    frame: Frame,
    form: WishesForm,
    errors: FieldErrors,
    hours: Vec<(String, String)>,
    topics: [Topic; Topic::ALL.len()],
    zone: Zone,
}

impl WishesPage {
    fn new(frame: Frame, actor: &Actor, form: WishesForm, errors: FieldErrors) -> WishesPage {
        let hours = Hour::all().map(|hour| (hour.to_string(), hour.to_string())).collect();
        let (frame, topics) = (frame.at(Section::Account), Topic::ALL);
        WishesPage { frame, form, errors, hours, topics, zone: actor.zone }
    }

    fn labels(&self) -> Vec<(&'static str, &'static str)> {
        let topics = self.topics.iter().map(|topic| (topic.word(), topic.name()));
        let others = [("digest_at", "Hour of the mail of the day"), ("topics", "What it is about")];
        others.into_iter().chain(topics).collect()
    }
}

pub(crate) async fn show_wishes(actor: Actor, mut db: Db, frame: Frame) -> Result<Response, Error> {
    let form = WishesForm::of(&outbox::find_wishes(&mut db, actor.id).await?);
    let page = WishesPage::new(frame, &actor, form, FieldErrors::default());
    Ok(Page::ok(page).into_response())
}

pub(crate) async fn set_wishes(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    Form(form): Form<WishesForm>,
) -> Result<Response, Error> {
    match form.read() {
        Ok(chosen) => {
            outbox::set_wishes(&mut db, actor.id, chosen.hour, &chosen.wishes, now).await?;
            Ok(Go::to("/account/notifications").saying("Kept.").into_response())
        }
        Err(errors) => {
            Ok(Page::again(WishesPage::new(frame, &actor, form, errors)).into_response())
        }
    }
}
