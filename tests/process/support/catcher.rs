use std::{
    io,
    net::{IpAddr, TcpListener},
    sync::{Arc, Mutex},
};

use mailin_embedded::{Handler, Response, Server, SslConfig, response};

/// A mail server in this process that keeps what it gets.
#[derive(Clone, Default)]
pub struct Catcher {
    kept: Arc<Mutex<Kept>>,
    draft: Vec<u8>,
}

#[derive(Default)]
struct Kept {
    refusals: u32,
    /// What was sent when it was refused.
    refused: Vec<String>,
    taken: Vec<String>,
}

impl Catcher {
    /// Listens; refuses this many mails first. Answers with its URL.
    pub fn start(refusals: u32) -> (Catcher, String) {
        let catcher = Catcher::default();
        catcher.kept.lock().unwrap().refusals = refusals;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let mut server = Server::new(catcher.clone());
        server.with_name("catcher.test").with_ssl(SslConfig::None).unwrap();
        server.with_tcp_listener(listener);
        std::thread::spawn(move || server.serve().map_err(|error| error.to_string()));
        (catcher, url)
    }

    pub fn taken(&self) -> Vec<String> {
        self.kept.lock().unwrap().taken.clone()
    }

    pub fn refused(&self) -> Vec<String> {
        self.kept.lock().unwrap().refused.clone()
    }
}

impl Handler for Catcher {
    fn data_start(&mut self, _: &str, _: &str, _: bool, _: &[String]) -> Response {
        self.draft.clear();
        response::OK
    }

    fn data(&mut self, part: &[u8]) -> io::Result<()> {
        self.draft.extend_from_slice(part);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let mail = String::from_utf8(std::mem::take(&mut self.draft)).unwrap();
        let mut kept = self.kept.lock().unwrap();
        if kept.refusals > 0 {
            kept.refusals -= 1;
            kept.refused.push(mail);
            // 421 closes: after any other refusal this server takes QUIT for a part of the mail.
            return Response::custom(421, "maren.oakley@example.test: come again later".into());
        }
        kept.taken.push(mail);
        response::OK
    }

    fn helo(&mut self, _: IpAddr, _: &str) -> Response {
        response::OK
    }
}
