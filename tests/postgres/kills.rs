//! Processes that end when they should not.

use std::{fs, process::Command};

use first_call::postgres::Cluster;

use crate::support::*;

#[test]
fn a_server_follows_its_killed_owner_and_nothing_is_lost() {
    if serve_if_sent() {
        return;
    }
    let test = "kills::a_server_follows_its_killed_owner_and_nothing_is_lost";
    let folder = folder();
    let owner = Other::serving(test, folder.path());
    let server = server_of(&owner.url);
    note(&owner.url, "a");
    owner.kill();
    until_gone(server);

    // And once more with a start that does not wait for it, nor adopts what is about to end.
    let owner = Other::serving(test, folder.path());
    let server = server_of(&owner.url);
    note(&owner.url, "b");
    owner.kill();
    let cluster = start(folder.path());
    assert!(cluster.started_here());
    assert_ne!(server_of(&cluster.url("postgres")), server);
    assert_eq!(recall(&cluster.url("postgres")), "a, b");
}

#[test]
fn after_a_killed_server_the_next_start_works_at_once() {
    if serve_if_sent() {
        return;
    }
    let test = "kills::after_a_killed_server_the_next_start_works_at_once";
    let folder = folder();
    let owner = Other::serving(test, folder.path());
    note(&owner.url, "kept");
    kill(server_of(&owner.url));

    // The owner lives and has not asked after its child, which is a zombie now.
    let second = start(folder.path());
    assert!(second.started_here());
    assert_eq!(recall(&second.url("postgres")), "kept");
    kill(server_of(&second.url("postgres")));

    let third = start(folder.path());
    assert!(third.started_here());
    assert_eq!(recall(&third.url("postgres")), "kept");

    // Those whose server was killed stop nothing that is not theirs.
    drop((owner, second));
    assert_eq!(recall(&third.url("postgres")), "kept");
    assert!(!start(folder.path()).started_here());
}

#[test]
fn after_both_were_killed_the_next_start_works_at_once() {
    if serve_if_sent() {
        return;
    }
    let folder = folder();
    let owner =
        Other::serving("kills::after_both_were_killed_the_next_start_works_at_once", folder.path());
    note(&owner.url, "kept");
    kill(server_of(&owner.url));
    owner.kill();
    let cluster = start(folder.path());
    assert!(cluster.started_here());
    assert_eq!(recall(&cluster.url("postgres")), "kept");
}

#[test]
fn a_server_whose_owner_is_gone_is_waited_for_not_adopted() {
    let folder = folder();
    let mut owner = Some(start(folder.path()));
    let server = server_of(&owner.as_ref().unwrap().url("postgres"));
    // What a killed owner leaves for the moment before its server ends: a lock nobody holds.
    fs::remove_file(folder.path().join("postgres/owner.lock")).unwrap();

    let mut on_news = |news: &str| {
        assert!(news.starts_with("waiting for"), "{news}");
        owner.take();
    };
    let cluster = Cluster::start(&options(folder.path()), &mut on_news).unwrap();
    assert!(cluster.started_here());
    assert_ne!(server_of(&cluster.url("postgres")), server);
}

#[test]
fn what_a_dead_server_wrote_is_not_believed() {
    let folder = folder();
    let cluster = start(folder.path());
    let note = data_of(&cluster.url("postgres")).join("postmaster.pid");
    let said = fs::read_to_string(&note).unwrap();
    drop(cluster);

    // One that was not ours, so we do not remove the file.
    let mut dead = Command::new("/bin/true").spawn().unwrap();
    dead.wait().unwrap();
    let (_, rest) = said.split_once('\n').unwrap();
    fs::write(&note, format!("{}\n{rest}", dead.id())).unwrap();
    let cluster = start(folder.path());
    assert_eq!(ask(&cluster.url("postgres"), "select 'serves'"), "serves");
}

#[test]
fn a_start_killed_half_way_is_begun_anew() {
    if serve_if_sent() {
        return;
    }
    let folder = folder();
    let mut start_there =
        sent_to_serve("kills::a_start_killed_half_way_is_begun_anew", folder.path());
    let mut there = start_there.spawn().unwrap();
    let half_made = || {
        let homes = fs::read_dir(folder.path().join("postgres")).into_iter().flatten();
        homes.flatten().any(|home| home.path().join("data.new/PG_VERSION").exists())
    };
    until("a cluster is being made", half_made);
    there.kill().unwrap();
    there.wait().unwrap();

    let cluster = start(folder.path());
    assert!(cluster.started_here());
    assert!(!data_of(&cluster.url("postgres")).with_file_name("data.new").exists());
}

#[test]
fn a_half_made_cluster_is_swept_away() {
    let folder = folder();
    let cluster = start(folder.path());
    let data = data_of(&cluster.url("postgres"));
    drop(cluster);
    let half = data.with_file_name("data.new");
    fs::rename(&data, &half).unwrap();
    fs::remove_file(half.join("postgresql.conf")).unwrap();

    let cluster = start(folder.path());
    assert_eq!(data_of(&cluster.url("postgres")), data);
    assert!(!half.exists());
}
