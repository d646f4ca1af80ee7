//! Exchange rates: what other currencies ask is compared by the newest that were brought.

use chrono::TimeDelta;
use first_call::discovery::{RatesError, set_exchange_rates};

use crate::support::TestApp;

fn file(day: &str, dollars: &str) -> String {
    format!(
        "<Envelope><Cube><Cube time='{day}'><Cube currency='USD' rate='{dollars}'/>\
         <Cube currency='GBP' rate='0.85'/></Cube></Cube></Envelope>"
    )
}

async fn bring(app: &TestApp, file: &str) -> Result<(chrono::NaiveDate, usize), RatesError> {
    set_exchange_rates(&mut app.db().acquire().await.unwrap(), file).await
}

#[tokio::test]
async fn newer_rates_decide_on_every_server_who_is_within_a_top_rate() {
    let here = TestApp::new().await;
    let there = here.another();
    here.musician("Maren Oakley").await;
    // She asks 380 USD. What is that in pounds?
    let found = async |app: &TestApp, top: i64| {
        let page = app.stranger().get(&format!("/musicians?max={top}&currency=GBP")).await;
        (page.texts(".player h3").len(), page.texts("main .meta").concat())
    };
    assert_eq!(bring(&here, &file("2026-11-20", "1.0")).await.unwrap().1, 3);
    for app in [&here, &there] {
        assert_eq!(found(app, 323).await.0, 1, "380 / 1.0 * 0.85 = 323");
        assert_eq!(found(app, 322).await.0, 0);
    }
    bring(&there, &file("2026-11-23", "2.0")).await.unwrap();
    for app in [&here, &there] {
        assert_eq!(found(app, 162).await.0, 1, "380 / 2.0 * 0.85 = 161.50");
        assert_eq!(found(app, 161).await.0, 0);
        assert!(found(app, 162).await.1.contains("by the rates of 23 November 2026"));
    }
    here.wait(TimeDelta::days(1));
    let error = bring(&here, &file("2026-11-19", "9.0")).await.unwrap_err();
    assert_eq!(error.to_string(), "is of 2026-11-19, and newer rates are in use");
    assert_eq!(found(&here, 162).await.0, 1, "nothing changed");
}
