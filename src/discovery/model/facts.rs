use super::{
    index::{Rate, Said, Tag},
    terms::Terms,
};

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
    /// When sessions start, where that is not whenever: sorted.
    pub(super) starts: Option<Box<[i64]>>,
    pub(super) terms: Terms,
    pub(super) tags: Box<[Tag]>,
    pub(super) said: Box<[Said]>,
}

impl Facts {
    /// The stretches that end after `from`.
    pub(super) fn after(&self, from: i64) -> impl Iterator<Item = &(i64, i64)> {
        self.free[self.free.partition_point(|(_, ends)| *ends <= from)..].iter()
    }

    /// Whether a session may be from then to then, whenever one asks.
    pub(super) fn is_free(&self, from: i64, to: i64) -> bool {
        let starts = self.starts.as_ref().is_none_or(|all| all.binary_search(&from).is_ok());
        let open = |(starts, ends): &(i64, i64)| *starts <= from && to <= *ends;
        starts && self.after(from).next().is_some_and(open)
    }

    /// The first stretch within then and then that has room for `length` seconds, from the first
    /// moment at which a session may start in it, whenever one asks.
    pub(super) fn next_free(&self, from: i64, to: i64, length: i64) -> Option<(i64, i64)> {
        self.after(from)
            .take_while(|(starts, _)| *starts < to)
            .map(|(starts, ends)| ((*starts).max(from), (*ends).min(to)))
            .find_map(|(starts, ends)| {
                let begins = self.first_start(starts)?;
                (ends - begins >= length).then_some((begins, ends))
            })
    }

    /// The first moment from then on at which a session may start.
    fn first_start(&self, from: i64) -> Option<i64> {
        match &self.starts {
            None => Some(from),
            Some(all) => all.get(all.partition_point(|start| *start < from)).copied(),
        }
    }

    /// For a song where the work is remote; else for a session, or for a song where there is none.
    pub(super) fn rate(&self, remote: bool) -> Option<Rate> {
        if remote { self.song_rate } else { self.session_rate.or(self.song_rate) }
    }
}
