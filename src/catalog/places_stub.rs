pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}
pub(crate) async fn meant(db: &mut sqlx::PgConnection, text: &str) -> sqlx::Result<Option<Place>> {
    sqlx::query_as!(Place, "select name, latitude, longitude from places where plain(name) = plain($1) order by population desc limit 1", text).fetch_optional(db).await
}
