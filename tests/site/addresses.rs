use axum::http::StatusCode;
use serde_json::json;

use crate::{
    calls,
    support::{Client, PASSWORD, Reply, TestApp},
};

/// Writes the profile anew under another name, from the version the page shows.
async fn rename(who: &Client, name: &str) -> Reply {
    let page = who.get("/profile").await.expect(StatusCode::OK);
    let version = page.attributes("input[name=version]", "value")[0].clone();
    let form = [
        ("version", version.as_str()),
        ("name", name),
        ("headline", "Fiddle like a dusty barn"),
        ("about", "I read numbers."),
        ("place", "Nashville, Tennessee"),
        ("zone", "America/Chicago"),
        ("works", "room"),
        ("works", "remote"),
        ("currency", "USD"),
        ("session_rate", "380"),
        ("song_rate", "150"),
        ("instrument", "fiddle"),
        ("genre", "country"),
    ];
    who.post("/profile", form).await.expect(StatusCode::SEE_OTHER)
}

async fn leads(who: &Client, from: &str) -> String {
    let reply = who.get(from).await.expect(StatusCode::PERMANENT_REDIRECT);
    assert_eq!(reply.header("cache-control"), "no-cache", "an address can come back");
    reply.location().to_owned()
}

#[tokio::test]
async fn a_changed_name_has_a_new_address_and_the_old_one_leads_there() {
    let app = TestApp::new().await;
    let (maren, reader) = (app.musician("Maren Oakley").await, app.stranger());
    rename(&maren, "Maren Vale").await;
    let page = reader.get("/musicians/maren-vale").await.expect(StatusCode::OK);
    assert_eq!(page.texts("h1"), ["Maren Vale"]);
    assert_eq!(leads(&reader, "/musicians/maren-oakley").await, "/musicians/maren-vale");
    assert_eq!(
        leads(&reader, "/musicians/maren-oakley?date=2026-12-08&from=10:00").await,
        "/musicians/maren-vale?date=2026-12-08&from=10:00"
    );
    let json = reader.get("/api/v1/musicians/maren-oakley").await.expect(StatusCode::OK).json();
    assert_eq!(json["slug"], "maren-vale");
    assert_eq!(json["url"], "/musicians/maren-vale");

    // And once more: the first address leads straight to the last.
    rename(&maren, "Maren Vale Oakley").await;
    for old in ["/musicians/maren-oakley", "/musicians/maren-vale"] {
        assert_eq!(leads(&reader, old).await, "/musicians/maren-vale-oakley");
    }
}

#[tokio::test]
async fn a_bookmarked_request_is_asked_at_the_new_address() {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    rename(&maren, "Maren Vale").await;
    let call = calls::call(json!({}));
    assert_eq!(
        leads(&ines, "/musicians/maren-oakley/calls/new?date=2026-12-08").await,
        "/musicians/maren-vale/calls/new?date=2026-12-08"
    );
    let sent = ines.post("/musicians/maren-oakley/calls", call.clone()).await;
    assert!(sent.expect(StatusCode::SEE_OTHER).location().starts_with("/bookings/"));
    let mut next_day = call;
    next_day["date"] = json!("2026-12-09");
    let path = "/api/v1/musicians/maren-oakley/calls";
    ines.post_json(path, next_day).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn an_old_address_is_never_given_to_somebody_else() {
    let app = TestApp::new().await;
    let first = app.musician("Maren Oakley").await;
    rename(&first, "Maren Vale").await;
    // Another Maren Oakley begins a profile, and a third takes the name later.
    let second = app.producer("Maren-Oakley").await;
    second.post("/profile/start", ()).await.expect(StatusCode::SEE_OTHER);
    let slug = second.get("/api/v1/profile").await.json()["slug"].clone();
    assert_eq!(slug, "maren-oakley-2");
    let third = app.musician("Josiah Pell").await;
    rename(&third, "Maren Oakley").await;
    let reader = app.stranger();
    assert_eq!(leads(&reader, "/musicians/josiah-pell").await, "/musicians/maren-oakley-3");
    assert_eq!(leads(&reader, "/musicians/maren-oakley").await, "/musicians/maren-vale");
}

#[tokio::test]
async fn who_takes_the_old_name_again_has_the_old_address_again() {
    let app = TestApp::new().await;
    let (maren, reader) = (app.musician("Maren Oakley").await, app.stranger());
    rename(&maren, "Maren Vale").await;
    rename(&maren, "Maren Oakley").await;
    reader.get("/musicians/maren-oakley").await.expect(StatusCode::OK);
    assert_eq!(leads(&reader, "/musicians/maren-vale").await, "/musicians/maren-oakley");
    // A name that reads the same in an address changes nothing.
    rename(&maren, "Maren  Öakley!").await;
    reader.get("/musicians/maren-oakley").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn an_address_that_was_never_public_is_free_again() {
    let app = TestApp::new().await;
    let maren = app.producer("Maren Oakley").await;
    maren.post("/profile/start", ()).await.expect(StatusCode::SEE_OTHER);
    rename(&maren, "Maren Vale").await;
    let namesake = app.producer("Maren-Oakley").await;
    namesake.post("/profile/start", ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(namesake.get("/api/v1/profile").await.json()["slug"], "maren-oakley");
}

#[tokio::test]
async fn the_longest_of_names_have_addresses_of_their_own() {
    let app = TestApp::new().await;
    let reader = app.stranger();
    let name = "Maximiliana Theodora Wilhelmina Featherstonehaugh Cholmondeley Smythe the Elder";
    let mut slugs = Vec::new();
    for first in ["Ada", "Bo", "Cy"] {
        let who = app.musician(first).await;
        rename(&who, name).await;
        slugs.push(leads(&reader, &format!("/musicians/{}", first.to_lowercase())).await);
    }
    slugs.sort();
    slugs.dedup();
    assert_eq!(slugs.len(), 3, "{slugs:?}");
}

#[tokio::test]
async fn a_hidden_or_deleted_profile_is_found_at_no_address() {
    let app = TestApp::new().await;
    let (maren, ada) = (app.musician("Maren Oakley").await, app.admin("Ada Winterbourne").await);
    let reader = app.stranger();
    rename(&maren, "Maren Vale").await;
    let case = ada.get("/admin/profiles/1").await.expect(StatusCode::OK);
    let told = "/musicians/maren-vale, before: /musicians/maren-oakley";
    assert!(case.texts(".intro .meta").contains(&told.to_owned()), "{}", case.body);
    ada.post("/admin/profiles/1/hide", [("word", "A reason.")]).await.expect(StatusCode::SEE_OTHER);
    for path in ["/musicians/maren-oakley", "/musicians/maren-vale"] {
        assert_eq!(reader.get(path).await.status, StatusCode::NOT_FOUND);
    }
    ada.post("/admin/profiles/1/publish", ()).await.expect(StatusCode::SEE_OTHER);
    let gone = maren.post("/account/delete", [("current", PASSWORD)]).await;
    gone.expect(StatusCode::SEE_OTHER);
    for path in ["/musicians/maren-oakley", "/musicians/maren-vale", "/musicians/-1"] {
        assert_eq!(reader.get(path).await.status, StatusCode::NOT_FOUND);
    }
    // Nobody is reached there any more, so somebody new of that name is.
    let namesake = app.producer("Maren-Oakley").await;
    namesake.post("/profile/start", ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(namesake.get("/api/v1/profile").await.json()["slug"], "maren-oakley");
}

/// Whatever the path: Postgres itself keeps an address with its first owner.
#[tokio::test]
async fn two_who_take_one_name_at_once_get_two_addresses() {
    let app = TestApp::new().await;
    let mut people = Vec::new();
    for name in ["Ada Lee", "Bo Lee", "Cy Lee", "Di Lee"] {
        people.push(app.musician(name).await);
    }
    let all = people.iter().map(|who| rename(who, "Maren Oakley"));
    futures(all).await;
    let slugs: Vec<String> = sqlx::query_scalar("select slug from musicians order by slug")
        .fetch_all(app.db())
        .await
        .unwrap();
    let number = |n: &str| format!("maren-oakley{n}");
    assert_eq!(slugs, ["", "-2", "-3", "-4"].map(number));
    let stolen = sqlx::query("update musicians set slug = 'ada-lee' where id = 2");
    let refused = stolen.execute(app.db()).await.unwrap_err();
    assert!(refused.as_database_error().is_some_and(|error| error.is_unique_violation()));
}

/// All of them at once.
async fn futures<F: Future>(all: impl Iterator<Item = F>) {
    let mut all: Vec<_> = all.map(Box::pin).collect();
    std::future::poll_fn(|cx| {
        all.retain_mut(|one| one.as_mut().poll(cx).is_pending());
        if all.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}
