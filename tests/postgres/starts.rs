//! A start that nothing disturbs, by whomever.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt},
    process::Command,
};

use first_call::postgres::{Cluster, Options};
use rustix::process::geteuid;

use crate::support::*;

/// What [`an_ordinary_user_gets_all_of_it_too`] runs again when we are root.
const AS_ANYBODY: [&str; 10] = [
    "starts::a_new_data_folder_gets_a_server_and_the_next_start_finds_its_data",
    "starts::of_two_starts_at_once_one_makes_the_server_and_the_other_adopts_it",
    "kills::a_server_follows_its_killed_owner_and_nothing_is_lost",
    "kills::after_a_killed_server_the_next_start_works_at_once",
    "kills::after_both_were_killed_the_next_start_works_at_once",
    "folders::a_long_path_gets_a_short_socket",
    "folders::spaces_quotes_commas_and_percent_signs_in_the_path_do_no_harm",
    "kills::a_half_made_cluster_is_swept_away",
    "kills::a_start_killed_half_way_is_begun_anew",
    "folders::a_closed_folder_above_the_data_is_no_obstacle",
];

#[test]
fn a_new_data_folder_gets_a_server_and_the_next_start_finds_its_data() {
    let folder = folder();
    let options = Options { fast: false, ..options(folder.path().join("var")) };
    let mut cluster = Cluster::start(&options, &mut |_| ()).unwrap();
    let url = cluster.url("postgres");

    assert!(cluster.started_here());
    assert_eq!(ask(&url, "show fsync"), "on");
    assert_eq!(ask(&url, "show data_checksums"), "on");
    assert_eq!(ask(&url, "show listen_addresses"), "");
    assert_eq!(ask(&url, "show server_encoding"), "UTF8");
    assert_eq!(ask(&url, "show timezone"), "UTC");
    assert_ne!(fs::metadata(data_of(&url)).unwrap().uid(), 0);
    note(&url, "kept");

    let server = server_of(&url);
    cluster.stop();
    until_gone(server);
    cluster.stop();

    let cluster = Cluster::start(&options, &mut |said| panic!("no news expected: {said}")).unwrap();
    assert_eq!(cluster.url("postgres"), url);
    assert_eq!(recall(&url), "kept");
}

#[test]
fn an_ordinary_user_gets_all_of_it_too() {
    let folder = folder();
    let mut again = Command::new(copy_of_this_binary(folder.path()));
    again.arg("--exact").args(AS_ANYBODY).current_dir(folder.path());
    as_nobody(&mut again);
    let output = again.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let all = format!("test result: ok. {} passed; 0 failed", AS_ANYBODY.len());
    assert!(output.status.success() && said.contains(&all), "{said}");
}

#[test]
fn of_two_starts_at_once_one_makes_the_server_and_the_other_adopts_it() {
    if serve_if_sent() {
        return;
    }
    let test = "starts::of_two_starts_at_once_one_makes_the_server_and_the_other_adopts_it";
    let folder = folder();
    let both = [(); 2].map(|()| sent_to_serve(test, folder.path()).spawn().unwrap());
    let [one, other] = both.map(Other::await_serving);
    assert_ne!(one.started_there, other.started_there);
    let (owner, adopter) = if one.started_there { (one, other) } else { (other, one) };

    note(&owner.url, "by the owner");
    assert_eq!(recall(&adopter.url), "by the owner");
    let server = server_of(&adopter.url);
    drop(adopter);
    note(&owner.url, "after the adopter left");
    drop(owner);
    until_gone(server);
}

#[test]
fn a_server_that_ends_at_once_says_why() {
    let folder = folder();
    let cluster = start(folder.path());
    let config = data_of(&cluster.url("postgres")).join("postgresql.conf");
    drop(cluster);
    fs::write(&config, "no_such_setting = on\n").unwrap();
    let message = refusal(Cluster::start(&options(folder.path()), &mut |_| ()));
    assert!(message.contains("server.log, ends:"), "{message}");
    assert!(message.contains("no_such_setting"), "{message}");

    fs::write(&config, "").unwrap();
    assert!(start(folder.path()).started_here());
}

#[test]
fn data_stay_with_the_user_who_made_them() {
    if serve_if_sent() {
        return;
    }
    let folder = folder();
    let copy = copy_of_this_binary(folder.path());
    let mut there =
        sent_to_serve_as(&copy, "starts::data_stay_with_the_user_who_made_them", folder.path());
    as_nobody(&mut there);
    fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
    let there = Other::await_serving(there.spawn().unwrap());
    note(&there.url, "kept");
    drop(there);

    let cluster = start(folder.path());
    assert_eq!(recall(&cluster.url("postgres")), "kept");
    let owner = fs::metadata(data_of(&cluster.url("postgres"))).unwrap().uid();
    assert_eq!(owner, if geteuid().is_root() { NOBODY } else { geteuid().as_raw() });
}
