use super::index::{Rate, Said, Tag};

/// What is only asked of one player after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) id: i64,
    pub(super) at: Option<(f64, f64)>,
    pub(super) session_rate: Option<Rate>,
    pub(super) song_rate: Option<Rate>,
    pub(super) listed_at: i64,
    /// Seconds of the epoch, from and to.
    pub(super) free: Box<[(i64, i64)]>,
    pub(super) tags: Box<[Tag]>,
    pub(super) said: Box<[Said]>,
}

impl Facts {
    /// The stretches that end after `from`.
    pub(super) fn after(&self, from: i64) -> impl Iterator<Item = &(i64, i64)> {
        self.free[self.free.partition_point(|(_, ends)| *ends <= from)..].iter()
    }

    pub(super) fn is_free(&self, from: i64, to: i64) -> bool {
        self.after(from).next().is_some_and(|(starts, ends)| *starts <= from && to <= *ends)
    }

    pub(super) fn next_free(&self, from: i64, to: i64, length: i64) -> Option<(i64, i64)> {
        self.after(from)
            .take_while(|(starts, _)| *starts < to)
            .map(|(starts, ends)| ((*starts).max(from), (*ends).min(to)))
            .find(|(starts, ends)| ends - starts >= length)
    }

    /// For a song where the work is remote; else for a session, or for a song where there is none.
    pub(super) fn rate(&self, remote: bool) -> Option<Rate> {
        if remote { self.song_rate } else { self.session_rate.or(self.song_rate) }
    }
}
