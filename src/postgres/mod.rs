//! A Postgres of our own, for when nobody named one.
//!
//! `cargo run` on a bare machine must serve. So without a `DATABASE_URL` this room finds the
//! server's programs or obtains a copy, makes a cluster under the data folder, and runs the server
//! as a child of this process that answers on a Unix socket only. It ends when we do, however we
//! end; a second start beside a running one adopts its server.
//!
//! | file | what it knows |
//! |---|---|
//! | `runner` | which user runs the programs (Postgres refuses root), and in what surroundings |
//! | `place` | the folder everything of ours lies in, and the locks in it |
//! | `programs` | where the server's programs are |
//! | `obtain` | how a copy is had when there are none |
//! | `socket` | the folder of the socket, and the URL that leads to it |
//! | `log` | what the server said |
//! | `server` | a server that is our child, and how it is stopped |
//! | `start` | making a cluster; starting its server, or adopting one |
//! | `cluster` | what others hold: a server they can connect to |

mod cluster;
mod log;
mod obtain;
mod place;
mod programs;
mod runner;
mod server;
mod socket;
mod start;

use std::path::PathBuf;

pub use cluster::Cluster;
pub use programs::Machine;

/// What the person who starts us may choose.
#[derive(Clone, Debug)]
pub struct Options {
    /// Everything lies in `postgres` below it. Made if missing; may be relative.
    pub data_dir: PathBuf,
    /// Where the server's programs are (`PG_BIN_DIR`); no other place is tried then.
    pub bin_dir: Option<PathBuf>,
    /// Gives up surviving a power cut for speed. For tests: never on data somebody wants to keep.
    pub fast: bool,
}
