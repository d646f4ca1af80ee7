//! What others hold: a server they can connect to.

use super::{
    Machine, Options, place::Place, programs::Programs, server::Server, socket::Socket,
    start::Start,
};

/// A running server of our own. Dropping it is [`Cluster::stop`].
#[derive(Debug)]
pub struct Cluster {
    socket: Socket,
    /// None when another process runs it.
    server: Option<Server>,
    started_here: bool,
}

impl Cluster {
    /// Gets a server running on the data of this data folder and waits until it answers. One that
    /// another process runs there already is adopted: it ends when that process does.
    ///
    /// Call it from the main thread, before there is a runtime: the server ends with the *thread*
    /// that started it. `progress` is told, in a sentence, of whatever takes a while or may
    /// surprise.
    ///
    /// # Errors
    ///
    /// The message, written with its causes (`{:#}`), is for the person who started us.
    pub fn start(options: &Options, progress: &mut dyn FnMut(&str)) -> anyhow::Result<Cluster> {
        Cluster::start_on(&Machine::here(), options, progress)
    }

    /// [`Cluster::start`] on a machine that is described, not looked at.
    pub fn start_on(
        machine: &Machine,
        options: &Options,
        progress: &mut dyn FnMut(&str),
    ) -> anyhow::Result<Cluster> {
        let place = Place::settle(&options.data_dir, progress)?;
        let starting = place.lock_starting(progress)?;
        let programs = Programs::find(machine, options, &place, progress)?;
        let home = place.home(programs.major)?;
        let socket = Socket::of(&home, place.runner)?;
        let fast = options.fast;
        let start = Start { place, programs, home, socket: socket.clone(), fast, starting };
        let server = start.run(progress)?;
        Ok(Cluster { socket, started_here: server.is_some(), server })
    }

    /// Where to connect, as superuser `app`, to a database of that name; whether there is one is
    /// not looked into. `postgres` is always there.
    pub fn url(&self, database: &str) -> String {
        self.socket.url(database)
    }

    /// False when the server is one that another process started.
    pub fn started_here(&self) -> bool {
        self.started_here
    }

    /// Stops the server if it was started here, and waits until it has: some tens of milliseconds,
    /// at most ten seconds and a bit. Open transactions are rolled back, so close the pool first.
    /// Does nothing the second time.
    pub fn stop(&mut self) {
        self.server = None;
    }
}
