use chrono::{DateTime, TimeDelta, Utc};

use crate::values::{FavouriteId, MusicianId, Prose};

/// How many fit on a list: it is read, ordered and shown as a whole.
pub(super) const MOST: usize = 200;

/// How long whoever was taken off can be put back.
pub(super) const KEPT_FOR: TimeDelta = TimeDelta::days(1);

/// What its owner writes beside a player.
pub(super) type Note = Prose<4000>;

/// A line of somebody's list.
#[derive(Clone, Debug)]
pub(super) struct Favourite {
    pub(super) id: FavouriteId,
    pub(super) musician: MusicianId,
    pub(super) note: String,
    pub(super) added_at: DateTime<Utc>,
    pub(super) removed_at: Option<DateTime<Utc>>,
}

/// Where a line is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Top,
    Up,
    Down,
}

/// Why a list stays as it is. Fit to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("That is you: the list is for those you call.")]
    Oneself,
    #[error("Your list is full: {MOST} players fit. Take somebody off first.")]
    Full,
    #[error(
        "Your list was changed in another window meanwhile, so nothing was moved. This is how it stands now; move it again."
    )]
    Stale,
}

impl Move {
    /// The order after the move; the same where there is nothing to move past.
    pub(super) fn of(self, id: FavouriteId, mut order: Vec<FavouriteId>) -> Vec<FavouriteId> {
        let Some(at) = order.iter().position(|one| *one == id) else { return order };
        let to = match self {
            Move::Top => 0,
            Move::Up => at.saturating_sub(1),
            Move::Down => (at + 1).min(order.len() - 1),
        };
        order.remove(at);
        order.insert(to, id);
        order
    }
}

/// Whether `wanted` is another order of just those who are on the list.
pub(super) fn is_an_order_of(list: &[FavouriteId], wanted: &[FavouriteId]) -> bool {
    let sorted = |ids: &[FavouriteId]| {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids
    };
    sorted(list) == sorted(wanted)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids(numbers: &[i64]) -> Vec<FavouriteId> {
        numbers.iter().copied().map(FavouriteId::from).collect()
    }

    #[test]
    fn a_line_moves_past_one_neighbour_or_to_the_top() {
        let order = || ids(&[1, 2, 3]);
        for (which, to, after) in [
            (2, Move::Up, [2, 1, 3]),
            (2, Move::Down, [1, 3, 2]),
            (3, Move::Top, [3, 1, 2]),
            (1, Move::Up, [1, 2, 3]),
            (3, Move::Down, [1, 2, 3]),
            (9, Move::Top, [1, 2, 3]),
        ] {
            assert_eq!(to.of(which.into(), order()), ids(&after), "{which} {to:?}");
        }
    }

    #[test]
    fn an_order_names_everybody_once() {
        let list = ids(&[1, 2, 3]);
        assert!(is_an_order_of(&list, &ids(&[3, 1, 2])));
        for wrong in [&[1, 2][..], &[1, 2, 2], &[1, 2, 3, 4], &[]] {
            assert!(!is_an_order_of(&list, &ids(wrong)), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn moving_loses_nobody_and_leaves_the_others_in_their_order(
            moves in proptest::collection::vec((0..12_i64, 0..3_usize), 0..40),
        ) {
            let list: Vec<i64> = (0..10).collect();
            let mut order = ids(&list);
            for (which, to) in moves {
                let (which, before) = (FavouriteId::from(which), order.clone());
                order = [Move::Top, Move::Up, Move::Down][to].of(which, order);
                prop_assert!(is_an_order_of(&before, &order));
                let others = |order: &[FavouriteId]| -> Vec<FavouriteId> {
                    order.iter().copied().filter(|id| *id != which).collect()
                };
                prop_assert_eq!(others(&before), others(&order));
            }
        }
    }
}
