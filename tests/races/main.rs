//! The promise that no musician is booked twice, and that what was acknowledged stays true: through
//! real processes, two servers on one database, and `kill -9`.

mod kills;
mod race;
mod world;
