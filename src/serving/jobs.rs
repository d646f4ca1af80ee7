use std::time::Duration;

use chrono::{DateTime, Utc};
use graphile_worker::{
    Cron, IntoTaskHandlerResult, TaskHandler, Worker, WorkerContext, WorkerRecoveryConfig,
    WorkerShutdownConfig,
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::{
    accounts, availability, bookings, changes, days, demos, favourites, files, imports,
    outbox::{self, PostOffice},
    portraits, repeats, reviews, threads,
    values::MailId,
    watches,
    web::App,
};

/// How many jobs one server does at once.
const HANDS: usize = 2;
/// A server that has not been heard of for so long is dead, and its jobs are free again.
const DEAD_AFTER: Duration = Duration::from_secs(60);

/// What jobs are done with.
#[derive(Clone, Debug)]
struct Desk {
    app: App,
    office: PostOffice,
}

impl Desk {
    fn now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }
}

/// Does jobs until `stopping`. Any number of servers may: each job is done by one of them, and the
/// jobs of one that dies by another.
pub(super) async fn work(
    pool: PgPool,
    app: App,
    office: PostOffice,
    stop_within: Duration,
    stopping: CancellationToken,
) {
    let desk = Desk { app, office };
    while !stopping.is_cancelled() {
        let shift = shift(&pool, desk.clone(), stop_within, stopping.clone());
        if let Err(error) = shift.await {
            tracing::error!(error = format!("{error:#}"), "jobs rest; trying again");
            let pause = tokio::time::sleep(Duration::from_secs(2));
            stopping.run_until_cancelled(pause).await;
        }
    }
}

/// Works until told to stop, or until the database goes away.
async fn shift(
    pool: &PgPool,
    desk: Desk,
    stop_within: Duration,
    stopping: CancellationToken,
) -> anyhow::Result<()> {
    let recovery = WorkerRecoveryConfig::default()
        .heartbeat_interval(Duration::from_secs(10))
        .sweep_interval(Duration::from_secs(20))
        .sweep_threshold(DEAD_AFTER)
        .recovery_delay(Duration::ZERO);
    let shutdown = WorkerShutdownConfig::default()
        .listen_os_shutdown_signals(false)
        .grace_period(stop_within)
        .interrupted_job_retry_delay(Duration::ZERO)
        .shutdown_signal(stopping.cancelled_owned());
    let worker = Worker::options()
        .pg_pool(pool.clone())
        .concurrency(HANDS)
        .poll_interval(Duration::from_secs(1))
        .worker_recovery(recovery)
        .worker_shutdown(shutdown)
        .add_extension(desk)
        .define_job::<SendMail>()
        .define_job::<LapseRequests>()
        .define_job::<ExtendOpenTimes>()
        .define_job::<LookThroughWatches>()
        .define_job::<RefreshCalendars>()
        .define_job::<PublishReviews>()
        .define_job::<SettleNoShows>()
        .define_job::<MailMessages>()
        .define_job::<SendDigests>()
        .define_job::<Forget>()
        .with_cron(Cron::every_minute::<LapseRequests>())
        .with_cron(Cron::every_minute::<ExtendOpenTimes>())
        .with_cron(Cron::every_minute::<LookThroughWatches>())
        .with_cron(Cron::every_minute::<RefreshCalendars>())
        .with_cron(Cron::every_minute::<PublishReviews>())
        .with_cron(Cron::every_minute::<SettleNoShows>())
        .with_cron(Cron::every_minute::<MailMessages>())
        .with_cron(Cron::every_minute::<SendDigests>())
        .with_cron(Cron::daily_at::<Forget>(4, 17)?)
        .init()
        .await?;
    Ok(worker.run().await?)
}

/// Sends one mail of the outbox.
#[derive(Deserialize, Serialize)]
struct SendMail {
    mail: MailId,
}

impl TaskHandler for SendMail {
    const IDENTIFIER: &'static str = outbox::SEND_MAIL;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let desk = desk(&context);
        outbox::send(context.pg_pool(), self.mail, &desk.office, desk.now()).await.map_err(told)
    }
}

/// Lets requests lapse that nobody answered in time. A unit, because that is what the `null` of a
/// job without payload, as a schedule makes them, is read as.
#[derive(Deserialize, Serialize)]
struct LapseRequests;

impl TaskHandler for LapseRequests {
    const IDENTIFIER: &'static str = "lapse_requests";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let lapse = async {
            let mut db = context.pg_pool().acquire().await?;
            bookings::lapse_due(&mut db, desk(&context).now()).await?;
            anyhow::Ok(())
        };
        lapse.await.map_err(told)
    }
}

/// Keeps open time for the days that came within reach, and the points of listings with it.
#[derive(Deserialize, Serialize)]
struct ExtendOpenTimes;

impl TaskHandler for ExtendOpenTimes {
    const IDENTIFIER: &'static str = "extend_open_times";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let extend = async {
            let mut db = context.pg_pool().acquire().await?;
            availability::extend_open_times(&mut db, desk(&context).now()).await?;
            anyhow::Ok(())
        };
        extend.await.map_err(told)
    }
}

/// Publishes the reviews whose week is over.
#[derive(Deserialize, Serialize)]
struct PublishReviews;

impl TaskHandler for PublishReviews {
    const IDENTIFIER: &'static str = "publish_reviews";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let publish = async {
            let mut db = context.pg_pool().acquire().await?;
            reviews::publish_due(&mut db, desk(&context).now()).await?;
            anyhow::Ok(())
        };
        publish.await.map_err(told)
    }
}

/// Settles who did not come where nobody answered in time.
#[derive(Deserialize, Serialize)]
struct SettleNoShows;

impl TaskHandler for SettleNoShows {
    const IDENTIFIER: &'static str = "settle_no_shows";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let settle = async {
            let mut db = context.pg_pool().acquire().await?;
            days::settle_due(&mut db, desk(&context).now()).await?;
            anyhow::Ok(())
        };
        settle.await.map_err(told)
    }
}

/// Tells by mail of messages that nobody looked at.
#[derive(Deserialize, Serialize)]
struct MailMessages;

impl TaskHandler for MailMessages {
    const IDENTIFIER: &'static str = "mail_messages";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let mail = async {
            let mut db = context.pg_pool().acquire().await?;
            threads::mail_due(&mut db, desk(&context).now()).await?;
            anyhow::Ok(())
        };
        mail.await.map_err(told)
    }
}

/// Writes the mail of the day of everybody whose hour has come.
#[derive(Deserialize, Serialize)]
struct SendDigests;

impl TaskHandler for SendDigests {
    const IDENTIFIER: &'static str = "send_digests";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let send = async {
            let mut db = context.pg_pool().acquire().await?;
            outbox::send_digests(&mut db, desk(&context).now()).await?;
            anyhow::Ok(())
        };
        send.await.map_err(told)
    }
}

/// Looks for who is new in the searches that are kept, and mails of them.
#[derive(Deserialize, Serialize)]
struct LookThroughWatches;

impl TaskHandler for LookThroughWatches {
    const IDENTIFIER: &'static str = "look_through_watches";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let desk = desk(&context);
        let look = async {
            let mut db = context.pg_pool().acquire().await?;
            watches::look_through(&desk.app, &mut db, desk.now()).await?;
            anyhow::Ok(())
        };
        look.await.map_err(told)
    }
}

/// Reads again the calendars elsewhere that are due.
#[derive(Deserialize, Serialize)]
struct RefreshCalendars;

impl TaskHandler for RefreshCalendars {
    const IDENTIFIER: &'static str = "refresh_calendars";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let refreshed = imports::refresh_due(&desk(&context).app, context.pg_pool()).await;
        refreshed.map(drop).map_err(|error| told(error.into()))
    }
}

/// Forgets, each night, what nobody needs any more.
#[derive(Deserialize, Serialize)]
struct Forget;

impl TaskHandler for Forget {
    const IDENTIFIER: &'static str = "forget";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let desk = desk(&context);
        let (now, files) = (desk.now(), files::of(&desk.app));
        let forget = async {
            let mut db = context.pg_pool().acquire().await?;
            let keys = repeats::prune(&mut db, now).await?;
            let mails = outbox::prune(&mut db, now).await?;
            let doors = accounts::prune(&mut db, now).await?;
            let kept = favourites::prune(&mut db, now).await?
                + watches::prune(&mut db, now).await?
                + imports::prune(&mut db, now).await?;
            changes::forget(&mut db).await?;
            let files = demos::sweep(&mut db, &files, now).await?
                + portraits::sweep(&mut db, &files, now).await?
                + bookings::sweep(&mut db, &files, now).await?
                + threads::sweep(&mut db, &files, now).await?
                + days::sweep(&mut db, &files, now).await?;
            tracing::info!(keys, mails, doors, kept, files, "forgot what nobody needs");
            anyhow::Ok(())
        };
        forget.await.map_err(told)
    }
}

fn desk(context: &WorkerContext) -> Desk {
    context.get_ext::<Desk>().expect("every worker has a desk").clone()
}

/// What the queue keeps of a failure.
fn told(error: anyhow::Error) -> String {
    format!("{error:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheduled_job_is_read_from_the_nothing_it_carries() {
        assert!(serde_json::from_str::<LapseRequests>("null").is_ok());
        assert!(serde_json::from_str::<ExtendOpenTimes>("null").is_ok());
        assert!(serde_json::from_str::<PublishReviews>("null").is_ok());
        assert!(serde_json::from_str::<SettleNoShows>("null").is_ok());
        assert!(serde_json::from_str::<MailMessages>("null").is_ok());
        assert!(serde_json::from_str::<SendDigests>("null").is_ok());
        assert!(serde_json::from_str::<LookThroughWatches>("null").is_ok());
        assert!(serde_json::from_str::<RefreshCalendars>("null").is_ok());
        assert!(serde_json::from_str::<Forget>("null").is_ok());
    }
}
