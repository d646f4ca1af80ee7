use std::{fmt, sync::Arc};

use axum::Router;
use memory_serve::{CacheControl, Manifest, MemoryServe};

/// The files of `static/`, in the binary, each also under an address with its hash in it.
#[derive(Clone, Default)]
pub(crate) struct Assets(Arc<Manifest>);

fn files() -> MemoryServe {
    memory_serve::load!()
        .index_file(None)
        .cache_control(CacheControl::NoCache)
        .enable_hashed_routes(true)
}

impl Assets {
    pub(super) fn load() -> Assets {
        Assets(Arc::new(files().manifest()))
    }

    /// Serves them; mounted at `/static`.
    pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
        files().into_router()
    }

    /// `{{ frame.assets.url("first-call.css") }}`: the address with the hash.
    pub(crate) fn url(&self, name: &str) -> String {
        let plain = format!("/{name}");
        format!("/static{}", self.0.get(&plain).unwrap_or(&plain))
    }
}

impl fmt::Debug for Assets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Assets")
    }
}

/// Our own small icons, drawn in a box of 16, stroked in the colour of the text.
const ICONS: [(&str, &str); 9] = [
    ("check", "M3 8.5l3.5 3.5L13 4.5"),
    ("next", "M3 8h10M9 4l4 4-4 4"),
    ("previous", "M13 8H3M7 4L3 8l4 4"),
    ("fault", "M8 2v8M8 12.5v1.5"),
    ("down", "M8 2v8M4.5 7L8 10.5 11.5 7M3 14h10"),
    ("search", "M7 2a5 5 0 1 0 0 10a5 5 0 0 0 0-10zM10.5 10.5L14 14"),
    ("close", "M3.5 3.5l9 9M12.5 3.5l-9 9"),
    ("star", "M8 1.75l1.9 4 4.4.55-3.25 3 .85 4.35L8 11.5l-3.9 2.15.85-4.35-3.25-3 4.4-.55z"),
    ("confirmed", "M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 0 0 0-12.5zM5 8.25l2 2L11 6"),
];

/// The path of an icon, by its name.
pub(crate) fn icon(name: &str) -> &'static str {
    ICONS.iter().find(|(known, _)| *known == name).map_or("", |(_, path)| path)
}
