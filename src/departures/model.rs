/// What would be left hanging, were somebody to leave now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ties {
    /// Confirmed bookings that are not over, on either side.
    pub(super) confirmed: i64,
    /// Requests that wait for an answer, on either side.
    pub(super) open: i64,
    /// Sessions of which it is not settled who came.
    pub(super) disputed: i64,
    /// Credits that wait for their word. They may leave all the same.
    pub(super) unsettled: i64,
}

/// Who leaves gives no account.
const DISPUTED: &str =
    "It is not settled yet who came to a session of yours. Once it is, delete the account.";

/// Why somebody cannot leave yet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Held(String);

impl Ties {
    /// Somebody who counts on them is told by them, not by their absence.
    pub(super) fn part(self) -> Result<(), Held> {
        let confirmed =
            counted(self.confirmed, "confirmed booking ahead", "confirmed bookings ahead");
        let open = counted(self.open, "open request", "open requests");
        let what = match (confirmed, open) {
            (None, None) if self.disputed > 0 => return Err(Held(DISPUTED.into())),
            (None, None) => return Ok(()),
            (Some(confirmed), None) => format!("{confirmed}. Cancel what you cannot keep"),
            (None, Some(open)) => format!("{open}. Withdraw or decline what nobody will answer"),
            (Some(confirmed), Some(open)) => {
                format!("{confirmed} and {open}. Cancel, withdraw or decline them")
            }
        };
        Err(Held(format!("You have {what}, then delete the account.")))
    }
}

fn counted(n: i64, one: &str, many: &str) -> Option<String> {
    match n {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {many}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(confirmed: i64, open: i64) -> String {
        let ties = Ties { confirmed, open, disputed: 0, unsettled: 9 };
        ties.part().map_or_else(|held| held.to_string(), |()| "free".into())
    }

    #[test]
    fn nobody_leaves_while_somebody_counts_on_them() {
        assert_eq!(told(0, 0), "free");
        let disputed = Ties { disputed: 1, ..Ties::default() };
        assert_eq!(disputed.part(), Err(Held(DISPUTED.into())));
        assert_eq!(
            told(1, 0),
            "You have 1 confirmed booking ahead. Cancel what you cannot keep, then delete the account."
        );
        assert_eq!(
            told(0, 2),
            "You have 2 open requests. Withdraw or decline what nobody will answer, then delete the account."
        );
        assert_eq!(
            told(3, 1),
            "You have 3 confirmed bookings ahead and 1 open request. Cancel, withdraw or decline them, then delete the account."
        );
    }
}
