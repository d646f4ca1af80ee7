use chrono::{DateTime, Utc};
use sqlx::{
    Decode, Postgres, Type,
    error::BoxDynError,
    postgres::{PgTypeInfo, PgValueRef},
};

use super::Slot;

/// Slots as Postgres's `tstzmultirange` keeps them: sorted, none touching another. sqlx knows no
/// multiranges, so a query selects `multirange_send(free)`, the bytes it would be sent as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots(pub Vec<Slot>);

#[derive(Debug, thiserror::Error)]
#[error("not a multirange of bounded, half-open ranges in binary")]
struct Unreadable;

impl Type<Postgres> for Slots {
    fn type_info() -> PgTypeInfo {
        <[u8] as Type<Postgres>>::type_info()
    }
}

/// A lower bound that is included and an upper that is not: what `tstzrange(a, b)` makes.
const HALF_OPEN: u8 = 0x02;
/// Postgres counts microseconds from the beginning of 2000.
const EPOCH: i64 = 946_684_800_000_000;

impl<'r> Decode<'r, Postgres> for Slots {
    fn decode(value: PgValueRef<'r>) -> Result<Slots, BoxDynError> {
        let mut bytes = <&[u8]>::decode(value)?;
        let ranges = take::<4>(&mut bytes).map(u32::from_be_bytes).ok_or(Unreadable)?;
        let slots: Option<Vec<Slot>> = (0..ranges).map(|_| slot(&mut bytes)).collect();
        Ok(Slots(slots.ok_or(Unreadable)?))
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*taken)
}

/// The length of a range, its flags, then each bound with its length before it.
fn slot(bytes: &mut &[u8]) -> Option<Slot> {
    take::<4>(bytes)?;
    let [flags] = take::<1>(bytes)?;
    let mut bound = || {
        take::<4>(bytes)?;
        let micros = i64::from_be_bytes(take::<8>(bytes)?);
        DateTime::<Utc>::from_timestamp_micros(micros + EPOCH)
    };
    let (from, to) = (bound()?, bound()?);
    (flags == HALF_OPEN).then(|| Slot::new(from, to).ok())?
}
