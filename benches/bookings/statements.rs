//! What an acceptance sends to Postgres, as Postgres itself heard it, made into a script for `pgbench`.
//! Nothing of it is written down here, so it is what the program sends, whatever that is.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use sqlx::{AssertSqlSafe, Executor, PgConnection, query, query_scalar};

use crate::world::{DATABASE, Ids, SEVEN_FIGURES};

/// A statement, and the text of what it was sent with.
#[derive(Debug)]
struct Heard {
    sql: String,
    arguments: Vec<Option<String>>,
}

/// Lets Postgres tell each statement of those who connect from now on, or no more.
pub(crate) async fn listen(db: &mut PgConnection, all: bool) {
    for (setting, on) in [("log_statement", "'all'"), ("log_parameter_max_length", "-1")] {
        let told = match all {
            true => format!("alter database {DATABASE} set {setting} = {on}"),
            false => format!("alter database {DATABASE} reset {setting}"),
        };
        query(AssertSqlSafe(told)).execute(&mut *db).await.unwrap();
    }
}

/// The log of the Postgres whose data are in this folder.
pub(crate) fn log(folder: &Path) -> PathBuf {
    folder.join("postgres/server.log")
}

/// How long the log is.
pub(crate) fn length(log: &Path) -> usize {
    usize::try_from(fs::metadata(log).unwrap().len()).unwrap()
}

/// The statements that were heard from here on on the connection that changed a booking.
fn heard(log: &Path, from: usize) -> Vec<Heard> {
    let bytes = fs::read(log).unwrap();
    let text = String::from_utf8_lossy(&bytes[from..]).into_owned();
    // `2026-12-01 00:30:00.000 UTC [123] LOG:  execute sqlx_s_1: …`, further lines after a tab.
    let mut lines: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix('\t'), lines.last_mut()) {
            (Some(more), Some((_, last))) => {
                last.push('\n');
                last.push_str(more);
            }
            (None, _) => {
                let Some((head, rest)) = line.split_once("] ") else { continue };
                let pid = head.rsplit('[').next().unwrap_or_default().to_owned();
                lines.push((pid, rest.to_owned()));
            }
            _ => {}
        }
    }
    let changer = lines.iter().find(|(_, line)| line.contains("update bookings"));
    let changer = changer.expect("an acceptance changes a booking").0.clone();
    let mut all: Vec<Heard> = Vec::new();
    for (_, line) in lines.iter().filter(|(pid, _)| *pid == changer) {
        if let Some(detail) = line.strip_prefix("DETAIL:  ") {
            if let (Some(last), Some((_, told))) =
                (all.last_mut(), detail.split_once("arameters: "))
            {
                last.arguments = arguments(told);
            }
        } else if let Some(told) = line.strip_prefix("LOG:  ")
            && let Some((kind, sql)) = told.split_once(": ")
            && (kind == "statement" || kind.starts_with("execute "))
        {
            all.push(Heard { sql: sql.trim().to_owned(), arguments: Vec::new() });
        }
    }
    let asks_types = all.iter().any(|one| one.sql.contains("pg_type"));
    assert!(!asks_types, "that connection knew the statements already");
    all
}

/// Takes `$1 = '17', $2 = NULL` apart.
fn arguments(text: &str) -> Vec<Option<String>> {
    let (mut all, mut rest) = (Vec::new(), text);
    loop {
        let Some((_, value)) = rest.split_once(" = ") else { return all };
        if let Some(after) = value.strip_prefix("NULL") {
            all.push(None);
            rest = after;
            continue;
        }
        let mut letters = value.char_indices().skip(1).peekable();
        let (mut told, mut end) = (String::new(), value.len());
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\'' if letters.peek().is_some_and(|(_, next)| *next == '\'') => {
                    letters.next();
                    told.push('\'');
                }
                '\'' => {
                    end = at + 1;
                    break;
                }
                letter => told.push(letter),
            }
        }
        all.push(Some(told));
        rest = &value[end..];
    }
}

/// Makes a script of the acceptance of one request, that accepts the same batch's request of another
/// player each time: the `:player` is counted up by each client.
pub(crate) async fn script(
    db: &mut PgConnection,
    (log, from): (&Path, usize),
    sample: Ids,
    clients: usize,
) -> String {
    let mut script =
        format!("\\set done :done + 1\n\\set player 1 + :client_id + {clients} * :done\n");
    for heard in heard(log, from) {
        let types = types(db, &heard).await;
        let mut sql = heard.sql.clone();
        // From the last on, so that $1 is not found in $12.
        for (number, argument) in heard.arguments.iter().enumerate().rev() {
            let value = match argument {
                _ if number == 0 && sql.contains("insert into mails") => {
                    "md5(random()::text)".to_owned()
                }
                _ if number == 0 && sql.contains("insert into mail_stops") => {
                    "sha256(random()::text::bytea)".to_owned()
                }
                Some(_) if number == 1 && sql.contains("graphile_worker.add_job") => {
                    "currval(pg_get_serial_sequence('mails', 'id'))".to_owned()
                }
                None => "null".to_owned(),
                Some(text) => told(text, sample),
            };
            let value = format!("({value})::{}", types[number]);
            sql = sql.replace(&format!("${}", number + 1), &value);
        }
        // A comment would swallow what comes after it on one line.
        writeln!(script, "{};", sql.trim_end_matches(';')).unwrap();
    }
    script
}

/// A value as an expression: whatever is the sample's in it is that of the player whose turn it is.
fn told(text: &str, sample: Ids) -> String {
    let numbers = SEVEN_FIGURES.map(|(base, is_batched)| {
        let base = if is_batched { base + 10_000 * sample.batch } else { base };
        ((base + sample.player).to_string(), format!("({base} + :player)"))
    });
    let mut parts = vec![(text.to_owned(), false)];
    for (number, own) in &numbers {
        let mut next = Vec::new();
        for (part, is_own) in parts {
            if is_own {
                next.push((part, true));
                continue;
            }
            for (at, piece) in part.split(number.as_str()).enumerate() {
                if at > 0 {
                    next.push((own.clone(), true));
                }
                next.push((piece.to_owned(), false));
            }
        }
        parts = next;
    }
    let parts = parts.into_iter().filter(|(part, is_own)| *is_own || !part.is_empty());
    let parts: Vec<String> = parts
        .map(|(part, is_own)| if is_own { format!("{part}::text") } else { quoted(&part) })
        .collect();
    if parts.is_empty() { "''".to_owned() } else { parts.join(" || ") }
}

/// `pgbench` looks for names behind colons even here, and we for places behind dollars.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\'', "''").replace('\n', "\\n");
    format!("E'{}'", text.replace(':', "\\x3a").replace('$', "\\x24"))
}

/// What type each argument has, as Postgres takes the statement.
async fn types(db: &mut PgConnection, heard: &Heard) -> Vec<String> {
    if heard.arguments.is_empty() {
        return Vec::new();
    }
    db.execute(AssertSqlSafe(format!("prepare heard as {}", heard.sql))).await.unwrap();
    let types = "select t::text from pg_prepared_statements, unnest(parameter_types) with ordinality as p (t, n)
                 where name = 'heard' order by n";
    let types = query_scalar(types).fetch_all(&mut *db).await.unwrap();
    db.execute("deallocate heard").await.unwrap();
    types
}

/// Runs a script, so many times by each client; transactions a second.
pub(crate) fn pgbench(
    folder: &Path,
    url: &str,
    script: &str,
    clients: usize,
    each: usize,
) -> Option<f64> {
    let named = std::env::var_os("PG_BIN_DIR").map(PathBuf::from);
    let debian = (15..30).rev().map(|major| format!("/usr/lib/postgresql/{major}/bin").into());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = named.into_iter().chain(debian).chain(std::env::split_paths(&path));
    let program = all.map(|folder: PathBuf| folder.join("pgbench")).find(|it| it.exists())?;
    let file = folder.join("accept.sql");
    fs::write(&file, script).unwrap();
    let mut run = Command::new(program);
    run.args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "--define=done=-1"]);
    run.arg(format!("--client={clients}")).arg(format!("--transactions={each}"));
    run.arg(format!("--file={}", file.display())).arg(url);
    // As our own connections are.
    run.env("PGOPTIONS", "-c max_parallel_workers_per_gather=0 -c jit=off");
    let output = run.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let whole = format!("{}/{}", clients * each, clients * each);
    assert!(told.contains(&whole), "{told}{}", String::from_utf8_lossy(&output.stderr));
    let rate = told.lines().find_map(|line| line.strip_prefix("tps = "))?;
    rate.split_whitespace().next()?.parse().ok()
}
