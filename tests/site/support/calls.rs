//! What a producer asks of a player, whole.

use serde_json::{Value, json};

/// A session on Tuesday 8 December, ten to one, as it is asked of Maren Oakley; with some of it
/// otherwise. What only remote calls say is there as well: in a room nobody reads it.
pub fn call(otherwise: Value) -> Value {
    let mut call = json!({
        "title": "Dust on the Piano", "artist": "June Harrow", "instrument": "fiddle",
        "genre": "country", "songs": "1", "charts": "none", "brief": "Dry and close.",
        "kind": "room", "date": "2026-12-08", "from": "10:00", "to": "13:00",
        "zone": "America/Chicago", "place": "Cedar Street Sound",
        "tempo": "92 bpm", "key": "D major", "time_signature": "4/4", "sample_rate": "48000",
        "bit_depth": "24", "channels": "mono", "sound": "dry", "passes": "2", "count_in": "2",
        "naming": "Title_Instrument_Pass",
        "fee": "380", "covers": "The session.", "credited_as": "",
    });
    let changed = otherwise.as_object().expect("fields of a call");
    call.as_object_mut().unwrap().extend(changed.clone());
    call
}
