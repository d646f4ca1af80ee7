use anyhow::Context;
use axum::{
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::super::{
    actions::{self, Opened},
    model::{Answer, Key},
};
use super::{is_one_of, read};
use crate::{
    accounts::Actor,
    web::{Error, Go, ONCE, Said, Visit},
};

/// Forms with a password in them: see [`super::keyed`].
const SECRETIVE: [&str; 3] = ["/account/email", "/account/password", "/account/delete"];

/// Answers a form that carries a key in its address once: sent again as it was, it leads to the same
/// page, where the same is said. Only what led somewhere is kept; a form that came back with faults, or
/// was refused, may be sent again.
pub(crate) async fn once(request: Request, next: Next) -> Result<Response, Error> {
    let actor = request.extensions().get::<Actor>().map(|actor| actor.id);
    let visit = request.extensions().get::<Visit>().cloned();
    let (Some(account), Some(visit)) = (actor, visit) else { return Ok(next.run(request).await) };
    if !carries_key(&request) || is_one_of(&SECRETIVE, &request) {
        return Ok(next.run(request).await);
    }

    let (request, hash) = read(request).await?;
    let key = Key::of_form(&hash);
    match actions::open_in_turn(visit.pool(), account, &key, &hash).await? {
        Opened::Answered(answer) => return Ok(replay(&answer)),
        Opened::New(transaction) => visit.shelve(transaction),
    }
    let response = next.run(request).await;
    let transaction = visit.unshelve().context("the handler gave its connection back")?;
    match note(&response) {
        Some(answer) => {
            actions::keep(transaction, account, &key, &hash, &answer, visit.now()).await?;
        }
        // Dropped, the transaction takes all of it back.
        None if response.status().is_server_error() => {}
        // What was counted of a refusal stays counted.
        None => actions::let_go(transaction).await?,
    }
    Ok(response)
}

fn carries_key(request: &Request) -> bool {
    let mut parts = request.uri().query().into_iter().flat_map(|query| query.split('&'));
    !request.method().is_safe()
        && parts.any(|part| part.split_once('=').is_some_and(|(name, _)| name == ONCE))
}

/// Where it leads, and what is said there.
fn note(response: &Response) -> Option<Answer> {
    if response.status() != StatusCode::SEE_OTHER {
        return None;
    }
    let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
    let said = response.extensions().get::<Said>();
    Some(Answer {
        status: StatusCode::SEE_OTHER.as_u16().try_into().ok()?,
        content_type: said.map(|_| "text/plain; charset=utf-8".to_owned()),
        location: Some(location.to_owned()),
        body: said.map_or_else(Vec::new, |said| said.0.clone().into_bytes()),
    })
}

fn replay(answer: &Answer) -> Response {
    let go = Go::to(answer.location.as_deref().unwrap_or("/"));
    match std::str::from_utf8(&answer.body) {
        Ok(sentence) if !sentence.is_empty() => go.saying(sentence).into_response(),
        _ => go.into_response(),
    }
}
