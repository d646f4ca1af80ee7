use axum::{
    RequestExt,
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};

use super::super::{model::Verb, store};
use crate::{
    accounts::Actor,
    imports,
    values::BookingId,
    web::{App, Error, Path, Visit},
};

/// Where bookings are accepted.
const STEPS: [&str; 2] = ["/bookings/{id}/{verb}", "/api/v1/bookings/{id}/{verb}"];

/// Before an acceptance is decided, the player's calendars elsewhere are read again where what is
/// kept of them is not fresh: a session may have been put into one meanwhile. One that does not answer
/// keeps nobody from accepting.
///
/// A layer around those that open a transaction for a form or a key: while calendars answer, no
/// connection to the database is held.
pub(crate) async fn freshen_first(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, Error> {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let actor = request.extensions().get::<Actor>().cloned();
    let visit = request.extensions().get::<Visit>().cloned();
    let is_step = !request.method().is_safe() && route.is_some_and(|route| STEPS.contains(&route));
    let (true, Some(actor), Some(visit)) = (is_step, actor, visit) else {
        return Ok(next.run(request).await);
    };
    let named = request.extract_parts_with_state::<Path<(BookingId, Verb)>, _>(&app).await;
    if let Ok(Path((id, Verb::Accept))) = named {
        let mut db = visit.db().await?;
        // Asked for on the connection that is there: where many race for one player, each has waited
        // for that long enough.
        if let Some((player, ..)) = store::find_musician(&mut db, id, &actor).await?
            && imports::is_stale(&mut db, player, visit.now()).await?
        {
            let (_, fresh) = db.rest(imports::freshen(&app, player)).await?;
            fresh?;
        }
    }
    Ok(next.run(request).await)
}
