use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;

use super::super::{
    model::{Known, Reading, Unreadable, read},
    store::Copy,
};

/// How long one file may take a core.
const READ_WITHIN: Duration = Duration::from_secs(2);

/// Two files are read at a time, apart from whatever answers people: each takes a core.
#[derive(Debug)]
pub(super) struct Desk(Arc<Semaphore>);

impl Default for Desk {
    fn default() -> Desk {
        Desk(Arc::new(Semaphore::new(2)))
    }
}

impl Desk {
    /// Reads a copy when it is its turn, in a thread of its own; the copy comes back.
    pub(super) async fn read(
        &self,
        copy: Copy,
        known: Known,
    ) -> (Copy, Result<Reading, Unreadable>) {
        let copy = Arc::new(copy);
        let theirs = Arc::clone(&copy);
        let turn = Arc::clone(&self.0).acquire_owned().await;
        let reading = tokio::task::spawn_blocking(move || {
            // Kept until it is done, whether or not somebody still waits for it.
            let _turn = turn;
            read(&theirs.body, known.zone, known.window, Instant::now() + READ_WITHIN)
        });
        // A reader that gives up on a file that was made to break it.
        let reading = reading.await.unwrap_or(Err(Unreadable::Broken));
        (Arc::unwrap_or_clone(copy), reading)
    }
}
