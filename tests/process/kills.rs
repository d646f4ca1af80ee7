use rustix::process::{Signal, kill_process};

use crate::support::{Data, Program, command, until, until_gone};

fn page(program: &Program) -> String {
    program.get("/recordings").split_once("<main").unwrap().1.to_owned()
}

#[test]
fn whichever_is_killed_the_next_start_finds_all_as_it_was() {
    let data = Data::new();
    let program = Program::start(&mut command(&["demo"], &data));
    let before = page(&program);
    let postgres = data.postgres();
    program.kill();
    until_gone(postgres);

    let program = Program::start(&mut command(&["demo"], &data));
    assert_eq!(page(&program), before, "the program was killed");
    kill_process(data.postgres(), Signal::KILL).unwrap();
    until("it says that it is not ready", || {
        program.get("/readyz").starts_with("HTTP/1.1 503").then_some(())
    });
    let error = program.get("/recordings");
    assert!(error.starts_with("HTTP/1.1 50"), "{error}");
    assert!(error.contains("<h1"), "in its face: {error}");
    assert!(program.get("/healthz").starts_with("HTTP/1.1 200"));
    program.stop();

    let program = Program::start(&mut command(&["demo"], &data));
    assert_eq!(page(&program), before, "Postgres was killed");
    kill_process(data.postgres(), Signal::KILL).unwrap();
    program.kill();

    let program = Program::start(&mut command(&["demo"], &data));
    assert_eq!(page(&program), before, "both were killed");
}
