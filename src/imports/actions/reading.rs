use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;

use super::{
    super::{
        model::{Known, Reading, Unreadable, read},
        store::Copy,
    },
    fetcher::Haste,
};

/// How long one file may take a core.
const READ_WITHIN: Duration = Duration::from_secs(2);

/// Two files are read at a time, apart from whatever answers people, one of them for the job at most:
/// each takes a core.
#[derive(Debug)]
pub(super) struct Desk {
    seats: Arc<Semaphore>,
    of_the_job: Semaphore,
}

impl Default for Desk {
    fn default() -> Desk {
        Desk { seats: Arc::new(Semaphore::new(2)), of_the_job: Semaphore::new(1) }
    }
}

impl Desk {
    /// Reads a copy when it is its turn, in a thread of its own; the copy comes back.
    pub(super) async fn read(
        &self,
        copy: Copy,
        known: Known,
        haste: Haste,
    ) -> (Copy, Result<Reading, Unreadable>) {
        let copy = Arc::new(copy);
        let theirs = Arc::clone(&copy);
        let _of_the_job = match haste {
            Haste::None => self.of_the_job.acquire().await.ok(),
            Haste::SomebodyWaits => None,
        };
        let turn = Arc::clone(&self.seats).acquire_owned().await;
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
