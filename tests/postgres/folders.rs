//! Data folders with awkward paths.

use std::{fs, path::PathBuf, process::Stdio};

use first_call::postgres::Cluster;
use rustix::process::geteuid;

use crate::support::*;

#[test]
fn a_long_path_gets_a_short_socket() {
    if serve_if_sent() {
        return;
    }
    let folder = folder();
    let long = folder.path().join(["a-rather-long-name"; 12].join("/"));
    let cluster = start(&long);
    let url = cluster.url("postgres");
    assert!(url.contains("host=/tmp/first-call-"), "{url}");
    note(&url, "kept");

    let adopter = Other::serving("folders::a_long_path_gets_a_short_socket", &long);
    assert!(!adopter.started_there);
    assert_eq!(recall(&adopter.url), "kept");
    let socket = PathBuf::from(ask(&url, "show unix_socket_directories").trim_matches('"'));
    drop((adopter, cluster));
    fs::remove_dir(socket).unwrap();
}

#[test]
fn spaces_quotes_commas_and_percent_signs_in_the_path_do_no_harm() {
    let folder = folder();
    for name in ["it's \"half\", a folder", "100% & $HOME + #1?", "`ü\\n"] {
        let cluster = start(&folder.path().join(name));
        let data = data_of(&cluster.url("postgres"));
        assert!(data.starts_with(folder.path().join(name)), "{}", data.display());
    }
}

#[test]
fn a_relative_data_folder_and_a_strange_environment_do_no_harm() {
    if serve_if_sent() {
        return;
    }
    let test = "folders::a_relative_data_folder_and_a_strange_environment_do_no_harm";
    let folder = folder();
    let mut command = sent_to_serve(test, "here/var");
    command.current_dir(folder.path()).env("PGDATA", "/nonexistent").env("LC_ALL", "tlh_KX");
    command.env("PGPORT", "1").env("PGSSLMODE", "require").env("PGHOST", "192.0.2.1");
    // The loader complains of this one wherever it is passed on to.
    command.env("LD_PRELOAD", "/nonexistent/library").stderr(Stdio::null());
    let there = Other::await_serving(command.spawn().unwrap());
    assert!(data_of(&there.url).starts_with(folder.path().join("here/var")));
    let log = fs::read_to_string(folder.path().join("here/var/postgres/server.log")).unwrap();
    assert!(!log.contains("/nonexistent"), "{log}");
}

#[test]
fn a_closed_folder_above_the_data_is_no_obstacle() {
    let folder = closed_folder();
    let elsewhere = Elsewhere::default();
    let mut said = String::new();
    let cluster = Cluster::start(&options(folder.path()), &mut |news| said += news).unwrap();
    let url = cluster.url("postgres");
    elsewhere.note(&url);
    assert_eq!(data_of(&url).starts_with(folder.path()), !geteuid().is_root());
    assert_eq!(said.contains("/var/lib/first-call-"), geteuid().is_root(), "{said}");
    note(&url, "kept");
    drop(cluster);
    let cluster = start(folder.path());
    assert_eq!(recall(&cluster.url("postgres")), "kept");
}
