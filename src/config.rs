//! The command line and the environment, read once. `--help` is the list of both.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use axum_client_ip::ClientIpSource;
use clap::{Args, Parser, Subcommand, ValueEnum, error::ErrorKind};
use lettre::message::Mailbox;

/// Find and book session musicians; leave with the credit.
#[derive(Debug, Parser)]
#[command(name = "first-call", version, max_term_width = 100)]
pub struct Config {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub data: DataConfig,
    #[command(flatten)]
    pub files: FilesConfig,
    #[command(flatten)]
    pub server: ServerConfig,
    #[command(flatten)]
    pub mail: MailConfig,
    #[command(flatten)]
    pub log: LogConfig,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Serve a sample world to look around in, on this machine only
    Demo,
    /// Serve
    Serve,
    /// Bring the database to the shape this version needs, and end
    Migrate,
    /// Fill an empty database with a believable world to measure in, and end
    BenchData {
        /// How many musicians are in it
        #[arg(long, env = "FIRST_CALL_BENCH_MUSICIANS", value_name = "N",
            value_parser = clap::value_parser!(i64).range(1..=2_000_000))]
        musicians: i64,
    },
    /// Print what searches ask Postgres, each as a line of JSON
    #[command(hide = true)]
    BenchSql {
        /// Addresses of searches, from behind their question marks
        queries: Vec<String>,
    },
    /// Take newer exchange rates into use, and end
    ExchangeRates {
        /// The reference rates of the European Central Bank, eurofxref-daily.xml; - for what comes in
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// See to the people who run the site
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum AdminCommand {
    /// Make somebody an admin, and print a link by which they set a password
    Create {
        /// Their e-mail address; an account that has it becomes an admin's
        email: String,
        /// What a new account is called
        #[arg(long, env = "FIRST_CALL_ADMIN_NAME", default_value = "Admin")]
        name: String,
    },
}

#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Data")]
pub struct DataConfig {
    /// The database, as postgres://…; without it, a PostgreSQL of our own runs on the data folder
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true, value_name = "URL")]
    pub database_url: Option<DatabaseUrl>,
    /// Where everything is kept that is not in a database elsewhere
    #[arg(
        long,
        env = "FIRST_CALL_DATA_DIR",
        default_value = "./var",
        global = true,
        value_name = "FOLDER"
    )]
    pub data_dir: PathBuf,
    /// Where the programs of a PostgreSQL server are, if not in the usual places
    #[arg(long, env = "PG_BIN_DIR", global = true, value_name = "FOLDER")]
    pub pg_bin_dir: Option<PathBuf>,
    /// Database connections for requests that only read
    #[arg(long, env = "FIRST_CALL_READERS", default_value = "8", global = true, value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=200))]
    pub readers: u32,
    /// Database connections for requests that may write
    #[arg(long, env = "FIRST_CALL_WRITERS", default_value = "8", global = true, value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=200))]
    pub writers: u32,
}

#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Files")]
pub struct FilesConfig {
    /// Where audio and pictures are kept: a folder, or s3://bucket/prefix;
    /// without it, `files` in the data folder
    #[arg(long, env = "FIRST_CALL_FILES", global = true, value_name = "PLACE",
        value_parser = files_place)]
    pub files: Option<FilesPlace>,
    /// Where S3 answers, where that is not Amazon
    #[arg(long, env = "FIRST_CALL_S3_ENDPOINT", global = true, value_name = "URL")]
    pub s3_endpoint: Option<String>,
    /// The region of the bucket
    #[arg(
        long,
        env = "FIRST_CALL_S3_REGION",
        default_value = "us-east-1",
        global = true,
        value_name = "NAME"
    )]
    pub s3_region: String,
    /// The id of the key to S3; without it, the machine's own role
    #[arg(long, env = "FIRST_CALL_S3_KEY_ID", global = true, value_name = "ID")]
    pub s3_key_id: Option<String>,
    /// The secret of that key
    #[arg(
        long,
        env = "FIRST_CALL_S3_SECRET",
        hide_env_values = true,
        global = true,
        value_name = "SECRET"
    )]
    pub s3_secret: Option<S3Secret>,
}

/// Where files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilesPlace {
    Folder(PathBuf),
    S3 { bucket: String, prefix: String },
}

#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Serving")]
pub struct ServerConfig {
    /// Where to listen; port 0 takes a free one. `demo` only takes a loopback address
    #[arg(
        long,
        env = "FIRST_CALL_LISTEN",
        default_value = "127.0.0.1:3000",
        global = true,
        value_name = "ADDRESS:PORT"
    )]
    pub listen: SocketAddr,
    /// The address people reach the site by, for links in mails; without it, where it listens.
    /// With https:// in front, cookies are sent over TLS only
    #[arg(long, env = "FIRST_CALL_PUBLIC_URL", global = true, value_name = "URL",
        value_parser = public_url)]
    pub public_url: Option<String>,
    /// Where to serve /metrics for Prometheus; without it, nowhere
    #[arg(long, env = "FIRST_CALL_METRICS_LISTEN", global = true, value_name = "ADDRESS:PORT")]
    pub metrics_listen: Option<SocketAddr>,
    /// Who says what address a request comes from: ConnectInfo (the connection), or the header of
    /// a trusted proxy, one of RightmostXForwardedFor, XRealIp, CfConnectingIp, TrueClientIp,
    /// FlyClientIp, CloudFrontViewerAddress, XEnvoyExternalAddress, RightmostForwarded
    #[arg(
        long,
        env = "FIRST_CALL_CLIENT_IP",
        default_value = "ConnectInfo",
        global = true,
        value_name = "SOURCE",
        value_parser = client_ip
    )]
    pub client_ip: ClientIpSource,
    /// The most connections from browsers at once; others wait
    #[arg(long, env = "FIRST_CALL_MAX_CONNECTIONS", default_value = "1024", global = true,
        value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: u32,
    /// How many seconds requests under way have to finish when the server is told to stop
    #[arg(long, env = "FIRST_CALL_STOP_WITHIN", default_value = "10", global = true,
        value_name = "SECONDS", value_parser = seconds)]
    pub stop_within: Duration,
}

#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Mail")]
pub struct MailConfig {
    /// The server that sends mail, as smtps://name:password@host (TLS), or
    /// smtp://host:25?tls=required, or smtp://localhost:25; without it, mails are written as .eml
    /// files to `mail` in the data folder
    #[arg(
        long,
        env = "FIRST_CALL_SMTP_URL",
        hide_env_values = true,
        global = true,
        value_name = "URL"
    )]
    pub smtp_url: Option<SmtpUrl>,
    /// Who mails come from
    #[arg(
        long,
        env = "FIRST_CALL_MAIL_FROM",
        default_value = "First Call <first-call@localhost>",
        global = true,
        value_name = "MAILBOX"
    )]
    pub mail_from: Mailbox,
}

#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Log")]
pub struct LogConfig {
    /// What to log to stderr, such as `info` or `first_call=debug,warn`; without it, `warn` for
    /// `demo` and `info` else
    #[arg(long = "log", env = "FIRST_CALL_LOG", global = true, value_name = "FILTER",
        value_parser = log_filter)]
    pub filter: Option<String>,
    /// How
    #[arg(
        long = "log-format",
        env = "FIRST_CALL_LOG_FORMAT",
        default_value = "text",
        global = true
    )]
    pub format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// Holds a password, or a URL that may hold one, and never shows it: not in a message either, so
/// whether it is one is seen to by [`Config::check`].
macro_rules! secret {
    ($name:ident) => {
        #[derive(Clone)]
        pub struct $name(String);

        impl From<String> for $name {
            fn from(url: String) -> $name {
                $name(url)
            }
        }

        impl $name {
            pub fn reveal(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

secret!(DatabaseUrl);
secret!(SmtpUrl);
secret!(S3Secret);

type Transport = lettre::AsyncSmtpTransport<lettre::Tokio1Executor>;

fn is_postgres(url: &str) -> bool {
    let ours = url.starts_with("postgres://") || url.starts_with("postgresql://");
    ours && url.parse::<sqlx::postgres::PgConnectOptions>().is_ok()
}

/// The first paragraph of clap's message; the rest of it points to `--help`.
fn one_line(message: &str) -> String {
    let lines = message.lines().take_while(|line| !line.is_empty()).map(str::trim);
    let line = lines.collect::<Vec<_>>().join(" ");
    line.strip_prefix("error: ").unwrap_or(&line).to_owned()
}

fn public_url(text: &str) -> Result<String, &'static str> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.map(|rest| rest.trim_end_matches('/')).unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
    if host.is_empty() || !host.chars().all(plain) {
        return Err("it is a scheme and a host, such as https://firstcall.example");
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn files_place(text: &str) -> Result<FilesPlace, &'static str> {
    let Some(rest) = text.strip_prefix("s3://") else {
        return Ok(FilesPlace::Folder(text.into()));
    };
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c);
    if bucket.is_empty() || !bucket.chars().all(plain) {
        return Err("it is s3:// and the name of a bucket, such as s3://first-call/files");
    }
    Ok(FilesPlace::S3 { bucket: bucket.into(), prefix: prefix.trim_matches('/').into() })
}

fn client_ip(text: &str) -> Result<ClientIpSource, &'static str> {
    text.parse().map_err(|_| "it is none of those that --help lists")
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds: u32 = text.parse().map_err(|_| "it is a whole number of seconds")?;
    Ok(Duration::from_secs(seconds.into()))
}

fn log_filter(text: &str) -> Result<String, String> {
    match text.parse::<tracing_subscriber::filter::Targets>() {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

impl Config {
    /// Reads them, or says in one line why they cannot be used. Answers `--help` by itself.
    pub fn read() -> Result<Config, String> {
        let config = Config::try_parse().map_err(|error| match error.kind() {
            ErrorKind::InvalidValue | ErrorKind::ValueValidation | ErrorKind::UnknownArgument => {
                one_line(&error.to_string())
            }
            _ => error.exit(),
        })?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        let database = self.data.database_url.as_ref().map(DatabaseUrl::reveal);
        if database.is_some_and(|url| !is_postgres(url)) {
            return Err("DATABASE_URL is not a postgres:// URL".into());
        }
        let smtp = self.mail.smtp_url.as_ref().map(SmtpUrl::reveal);
        if smtp.is_some_and(|url| Transport::from_url(url).is_err()) {
            return Err("FIRST_CALL_SMTP_URL is not an smtp:// or smtps:// URL".into());
        }
        if self.files.s3_key_id.is_some() != self.files.s3_secret.is_some() {
            return Err("FIRST_CALL_S3_KEY_ID and FIRST_CALL_S3_SECRET go together".into());
        }
        if self.command == Command::Demo && !self.server.listen.ip().is_loopback() {
            return Err(format!(
                "`demo` has sign-ins that everybody knows, so it listens on this machine only, and \
                 {} is not a loopback address: use `serve`",
                self.server.listen
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_option_has_an_environment_variable() {
        Config::command().debug_assert();
        for option in Config::command().get_arguments() {
            let id = option.get_id().as_str();
            assert!(option.get_env().is_some() || id == "help" || id == "version", "{id}");
        }
    }

    #[test]
    fn nothing_shows_a_password() {
        let line = ["first-call", "serve", "--database-url", "postgres://app:hush@host/db"];
        let config = Config::try_parse_from(line).unwrap();
        assert!(!format!("{config:?}").contains("hush"));
    }

    #[test]
    fn files_are_in_a_folder_or_in_a_bucket() {
        let s3 = |bucket: &str, prefix: &str| FilesPlace::S3 {
            bucket: bucket.into(),
            prefix: prefix.into(),
        };
        assert_eq!(files_place("/srv/files"), Ok(FilesPlace::Folder("/srv/files".into())));
        assert_eq!(files_place("s3://first-call"), Ok(s3("first-call", "")));
        assert_eq!(files_place("s3://first-call/a/b/"), Ok(s3("first-call", "a/b")));
        assert!(files_place("s3://").is_err() && files_place("s3://A b/c").is_err());
    }

    #[test]
    fn a_public_url_is_a_scheme_and_a_host() {
        assert_eq!(public_url("https://firstcall.example/").unwrap(), "https://firstcall.example");
        for wrong in ["firstcall.example", "https://", "https://a/b", "https://a b", "ftp://a"] {
            assert!(public_url(wrong).is_err(), "{wrong}");
        }
    }
}
