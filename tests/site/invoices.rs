use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::{query, query_scalar};
use tokio::task::JoinSet;

use crate::{
    calls,
    reports::parse,
    support::{Client, PASSWORD, Reply, TestApp},
};

const MAKE: &str = "/bookings/1/invoice";

struct Scene {
    app: TestApp,
    ines: Client,
    maren: Client,
}

/// Ines Calloway books, Maren Oakley plays: in Nashville, $35 for a quarter of an hour over. It is
/// Monday 23 November 2026.
async fn scene() -> Scene {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    let terms = [("version", "0"), ("overtime_fee", "35")];
    maren.post("/profile/terms", terms).await.expect(StatusCode::SEE_OTHER);
    Scene { app, ines, maren }
}

/// With a session played on Tuesday 24 November to 13:41, done, its report sealed: it comes to $485.
async fn played() -> Scene {
    let s = scene().await;
    s.session(json!({})).await;
    s.app.wait(TimeDelta::hours(30));
    s.done(1).await;
    s.sealed(1).await;
    query("delete from mails").execute(s.app.db()).await.unwrap();
    s
}

/// As [`played`], and Maren has said who she is: with a tax of 20 %, 30 days to pay, from number 7 on.
async fn billing() -> Scene {
    let s = played().await;
    s.maren.post("/account/billing", MAREN).await.expect(StatusCode::SEE_OTHER);
    s
}

const MAREN: [(&str, &str); 9] = [
    ("name", "Maren Oakley Strings"),
    ("address", "12 Cedar Street\nNashville, TN 37203"),
    ("tax_number", "62-1234567"),
    ("prefix", "MO-"),
    ("first_number", "7"),
    ("days_to_pay", "30"),
    ("tax_name", "VAT"),
    ("tax_rate", "20"),
    ("how_to_pay", "First Bank, account 42"),
];

impl Scene {
    async fn count(&self, sql: &'static str) -> i64 {
        query_scalar(sql).fetch_one(self.app.db()).await.unwrap()
    }

    /// Asks Maren for a session in a room, which she accepts; answers the booking.
    async fn session(&self, otherwise: Value) -> i64 {
        let mut call = calls::call(json!({ "date": "2026-11-24" }));
        for (field, value) in otherwise.as_object().unwrap() {
            call[field] = value.clone();
        }
        let sent = self.ines.post("/musicians/maren-oakley/calls", call).await;
        let booking = sent.expect(StatusCode::SEE_OTHER).location().to_owned();
        self.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
        booking.rsplit('/').next().unwrap().parse().unwrap()
    }

    /// A song to be recorded remotely, by that day.
    async fn song(&self, due_date: &str, due_time: &str) -> i64 {
        let song =
            json!({ "kind": "remote", "due_date": due_date, "due_time": due_time, "fee": "300" });
        self.session(song).await
    }

    async fn done(&self, booking: i64) {
        let credit = json!({
            "title": "Dust on the Piano", "artist": "June Harrow", "credited_as": "Maren Oakley",
            "instrument": "fiddle",
        });
        let done = self.ines.post(&format!("/bookings/{booking}/done"), credit).await;
        done.expect(StatusCode::SEE_OTHER);
    }

    /// The report of a session that ran to 13:41, signed by both.
    async fn sealed(&self, booking: i64) {
        let report = format!("/bookings/{booking}/report");
        let marks = [("version", "0"), ("started", "10:00"), ("ended", "13:41")];
        self.maren.post(&report, marks).await.expect(StatusCode::SEE_OTHER);
        for side in [&self.maren, &self.ines] {
            let hash = side.get(&report).await.attributes("input[name=sha256]", "value");
            let signed = side.post(&format!("{report}/sign"), [("sha256", &hash[0])]).await;
            signed.expect(StatusCode::SEE_OTHER);
        }
    }

    /// A song that its producer cancels so late that all of it is owed.
    async fn cancelled(&self) -> i64 {
        let booking = self.song("2026-11-24", "18:00").await;
        self.call_off(&self.ines, booking).await;
        booking
    }

    async fn call_off(&self, who: &Client, booking: i64) {
        let cancel = format!("/bookings/{booking}/cancel");
        let off = who.post(&cancel, [("word", "The mix is off.")]).await;
        off.expect(StatusCode::SEE_OTHER);
    }

    async fn refuses(&self, sql: &'static str) {
        let refused = query(sql).execute(self.app.db()).await.unwrap_err().to_string();
        let told = ["never changed or removed", "does not follow", "invoices_one_standing"];
        assert!(told.iter().any(|told| refused.contains(told)), "{refused}");
    }
}

/// The fields of the page as it came, with others in place of some; `then` is which button.
async fn form(who: &Client, booking: i64, then: &str, otherwise: &[(&str, &str)]) -> Reply {
    let path = format!("/bookings/{booking}/invoice");
    let page = who.get(&path).await.expect(StatusCode::OK);
    send(who, &path, &page, then, otherwise).await
}

async fn send(
    who: &Client,
    path: &str,
    page: &Reply,
    then: &str,
    otherwise: &[(&str, &str)],
) -> Reply {
    let mut fields = vec![("then", then.to_owned())];
    for name in ["seen", "to_name", "to_tax_number", "purchase_number"] {
        let value = page.attributes(&format!("main [name={name}]"), "value").pop().unwrap();
        fields.push((name, value));
    }
    for name in ["to_address", "note"] {
        fields.push((name, page.texts(&format!("main textarea[name={name}]")).pop().unwrap()));
    }
    for (name, value) in otherwise {
        let field = fields.iter_mut().find(|(field, _)| field == name).unwrap();
        field.1 = (*value).to_owned();
    }
    who.post(path, fields).await
}

/// Issues the invoice of a booking as the page has it; answers its address.
pub async fn issued(who: &Client, booking: i64) -> String {
    form(who, booking, "issue", &[]).await.expect(StatusCode::SEE_OTHER).location().to_owned()
}

fn lines(page: &Reply) -> Vec<String> {
    page.texts("[aria-labelledby=i-sum] tbody tr, [aria-labelledby=i-sum] tfoot tr")
}

fn refusal(reply: Reply) -> String {
    reply.expect(StatusCode::CONFLICT).texts("#refusal p, .lede").pop().unwrap()
}

#[tokio::test]
async fn a_player_makes_out_an_invoice_that_says_what_was_shown_and_the_producer_gets_it() {
    let s = played().await;
    assert_eq!(
        s.maren.get("/invoices").await.texts(".table tbody th"),
        ["Dust on the Piano June Harrow"]
    );
    let first = s.maren.get(MAKE).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(first.location(), "/account/billing?booking=1");
    let kept = s.maren.post("/account/billing?booking=1", MAREN).await;
    assert_eq!(kept.expect(StatusCode::SEE_OTHER).location(), MAKE);
    let ines = [("name", "Calloway Records"), ("address", "1 Quay"), ("purchase_number", "PO 99")];
    s.ines.post("/account/billing", ines).await.expect(StatusCode::SEE_OTHER);

    let page = s.maren.get(MAKE).await.expect(StatusCode::OK);
    let told = page.texts("article").concat();
    for said in
        ["Maren Oakley Strings", "62-1234567", "Calloway Records", "PO 99", "First Bank", "MO-7"]
    {
        assert!(told.contains(said), "{said} in {told}");
    }
    assert!(told.contains("Issued 24 November 2026 Due 24 December 2026"), "{told}");
    assert!(
        told.contains("Fiddle, Tue 24 Nov 2026, 10:00–13:00 CST, Cedar Street Sound"),
        "{told}"
    );
    let sum = [
        "Session, 3 h: the fee agreed on. $380.00",
        "Overtime: 3 × 15 min at $35.00. $105.00",
        "Before VAT $485.00",
        "VAT, 20 % $97.00",
        "Total $582.00",
    ];
    assert_eq!(lines(&page), sum);

    // With a word more it is shown anew; what was not shown is not issued.
    let note = [("note", "Thank you for the coffee.")];
    let unseen = send(&s.maren, MAKE, &page, "issue", &note).await;
    assert!(unseen.texts("article").concat().contains("Thank you for the coffee."));
    assert!(refusal(unseen).starts_with("It would say something else than what was shown"));
    let page = send(&s.maren, MAKE, &page, "show", &note).await.expect(StatusCode::OK);
    let sent = send(&s.maren, MAKE, &page, "issue", &[]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(sent.location(), "/invoices/1");
    assert_eq!(
        s.app.take_letter("Ines Calloway").await,
        (
            "Maren Oakley sent invoice MO-7, $582.00: Dust on the Piano".to_owned(),
            "/invoices/1".to_owned()
        )
    );
    // A second press leads to the same.
    let again = send(&s.maren, MAKE, &page, "issue", &[]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(again.location(), "/invoices/1");
    assert_eq!(s.count("select count(*) from invoices").await, 1);
    assert_eq!(s.count("select count(*) from mails").await, 0);

    for side in [&s.maren, &s.ines] {
        assert_eq!(side.get(MAKE).await.location(), "/invoices/1");
        let page = side.get("/invoices/1").await.expect(StatusCode::OK);
        assert_eq!(page.texts("h1"), ["MO-7"]);
        assert_eq!(lines(&page), sum);
        assert!(page.texts("article").concat().contains("Thank you for the coffee."));
    }
    assert!(s.ines.get("/invoices/1").await.texts("main form").is_empty());
    let got = s.ines.get("/invoices").await.expect(StatusCode::OK);
    assert_eq!(got.texts("h1"), ["Invoices you got"]);
    assert_eq!(got.texts(".table tbody td.r"), ["$582.00"]);
    assert_eq!(s.maren.get("/invoices?show=to-make").await.texts(".empty h3").len(), 1);

    // Whatever she says of herself afterwards, it stays.
    let moved = [("name", "Somebody else"), ("address", "Elsewhere")];
    s.maren.post("/account/billing", moved).await.expect(StatusCode::SEE_OTHER);
    assert!(s.ines.get("/invoices/1").await.texts("article")[0].contains("12 Cedar Street"));
}

#[tokio::test]
async fn what_is_not_paid_on_its_day_is_overdue_and_the_player_says_when_it_was_paid() {
    let s = billing().await;
    let invoice = issued(&s.maren, 1).await;
    let state = async |who: &Client| who.get("/api/v1/invoices/1").await.json()["state"].clone();
    assert_eq!(state(&s.maren).await, "open");
    // Due on 24 December in Nashville: until midnight there.
    s.app.wait(TimeDelta::days(30) + TimeDelta::hours(8));
    for (who, name) in [(&s.maren, "Maren Oakley"), (&s.ines, "Ines Calloway")] {
        who.sign_in(name).await;
    }
    assert_eq!(state(&s.maren).await, "open");
    s.app.wait(TimeDelta::hours(2));
    assert_eq!(state(&s.ines).await, "overdue");
    for who in [&s.maren, &s.ines] {
        let page = who.get("/invoices?show=overdue").await.expect(StatusCode::OK);
        assert_eq!(page.texts(".table tbody tr").len(), 1);
        assert_eq!(page.texts(".urgent"), ["Overdue"]);
    }

    let paid = format!("{invoice}/paid");
    let not_hers = s.ines.post(&paid, ()).await;
    assert_eq!(not_hers.status, StatusCode::FORBIDDEN);
    let ahead = s.maren.post(&paid, [("paid_on", "2026-12-26")]).await;
    let ahead = ahead.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        ahead.texts("#paid_on-error"),
        ["Paid on is still to come: say it once the money is there."]
    );
    assert_eq!(ahead.attributes("#paid_on", "value"), ["2026-12-26"]);
    s.maren.post(&paid, [("paid_on", "2026-12-23")]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(state(&s.ines).await, "paid");
    let page = s.ines.get(&invoice).await;
    assert_eq!(page.texts(".answer .notice"), ["Paid on 23 December 2026."]);
    let reason = [("reason", "The wrong rate")];
    let refused = s.maren.post(&format!("{invoice}/cancel"), reason).await;
    assert!(refusal(refused).starts_with("This invoice is marked paid"));
    s.maren.post(&format!("{invoice}/unpaid"), ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(state(&s.ines).await, "overdue");
}

#[tokio::test]
async fn an_invoice_is_taken_back_by_a_credit_note_with_the_next_number_and_made_out_anew() {
    let s = billing().await;
    let invoice = issued(&s.maren, 1).await;
    s.app.take_letter("Ines Calloway").await;
    let cancel = format!("{invoice}/cancel");
    let why = s.maren.post(&cancel, [("reason", "")]).await;
    let why = why.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(why.texts("#reason-error"), ["Reason cannot be empty."]);
    assert_eq!(s.ines.post(&cancel, [("reason", "No")]).await.status, StatusCode::FORBIDDEN);
    let reason = [("reason", "There is no tax on it.")];
    for _ in 0..2 {
        let credit = s.maren.post(&cancel, reason).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(credit.location(), "/invoices/2");
    }
    assert_eq!(
        s.app.take_letter("Ines Calloway").await,
        (
            "Maren Oakley cancelled invoice MO-7: Dust on the Piano".to_owned(),
            "/invoices/2".to_owned()
        )
    );
    assert_eq!(s.count("select count(*) from mails").await, 0);
    let credit = s.ines.get("/invoices/2").await.expect(StatusCode::OK);
    assert_eq!(credit.texts("h1"), ["MO-8"]);
    assert_eq!(
        lines(&credit),
        [
            "Session, 3 h: the fee agreed on. −$380.00",
            "Overtime: 3 × 15 min at $35.00. −$105.00",
            "Before VAT −$485.00",
            "VAT, 20 % −$97.00",
            "Total −$582.00",
        ]
    );
    let told = credit.texts("article").concat();
    assert!(told.contains("Invoice MO-7 of 24 November 2026"), "{told}");
    assert!(told.contains("There is no tax on it."), "{told}");
    assert_eq!(s.ines.get(&invoice).await.attributes(".answer .notice a", "href"), ["/invoices/2"]);
    let refused = s.maren.post("/invoices/2/paid", ()).await;
    assert!(refusal(refused).starts_with("A credit note is not paid or cancelled"));
    let refused = s.maren.post(&format!("{invoice}/paid"), ()).await;
    assert_eq!(refusal(refused), "This invoice is cancelled.");

    let fields: Vec<_> = MAREN.into_iter().filter(|(name, _)| !name.starts_with("tax_")).collect();
    let first = s.maren.post("/account/billing", &fields).await;
    assert_eq!(refusal(first), "Your first invoice has its number: those after it follow.");
    let fields: Vec<_> = fields.into_iter().filter(|(name, _)| *name != "first_number").collect();
    s.maren.post("/account/billing", &fields).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(issued(&s.maren, 1).await, "/invoices/3");
    let anew = s.ines.get("/invoices/3").await;
    assert_eq!(
        (anew.texts("h1"), lines(&anew).pop().unwrap()),
        (vec!["MO-9".into()], "Total $485.00".into())
    );
    let all = s.maren.get("/invoices?show=all").await.texts(".table tbody th a");
    assert_eq!(all, ["MO-9", "MO-8", "MO-7"]);
}

#[tokio::test]
async fn postgres_lets_nobody_change_an_invoice_or_leave_a_number_out() {
    let s = billing().await;
    issued(&s.maren, 1).await;
    s.refuses("update invoices set total = 1").await;
    s.refuses("update invoices set number = 8").await;
    s.refuses("update invoices set document = document || '{\"note\": \"More\"}'").await;
    s.refuses("delete from invoices").await;
    let again = "insert into invoices (booking_id, musician_id, payer_id, number, issued_at, issued_on,
            due_on, tax, total, currency, document)
        select booking_id, musician_id, payer_id, number + 2, issued_at, issued_on, due_on, tax, total,
               currency, document from invoices";
    s.refuses(again).await;
    let second = "insert into invoices (booking_id, musician_id, payer_id, number, issued_at, issued_on,
            due_on, tax, total, currency, document)
        select booking_id, musician_id, payer_id, number + 1, issued_at, issued_on, due_on, tax, total,
               currency, document from invoices";
    s.refuses(second).await;
}

/// Twenty at once through two servers, of which some are stale and some come to grief after their
/// number was counted: the numbers of the others follow each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn numbers_have_no_gap_however_many_are_issued_at_once_and_some_fail() {
    let s = scene().await;
    s.maren.post("/account/billing", MAREN).await.expect(StatusCode::SEE_OTHER);
    let mut seen = Vec::new();
    for _ in 0..20 {
        let booking = s.cancelled().await;
        let page = s.maren.get(&format!("/bookings/{booking}/invoice")).await;
        seen.push((booking, page.attributes("input[name=seen]", "value").remove(0)));
    }
    // Whatever is written last in the transaction fails for some, when it commits.
    for sql in [
        "create function grief() returns trigger language plpgsql as $$ begin
            if exists (select from invoices v where v.booking_id % 5 = 0
                       and new.url = '/invoices/' || v.id) then raise exception 'grief'; end if;
            return null; end $$",
        "create constraint trigger grief after insert on notices deferrable initially deferred
            for each row execute function grief()",
    ] {
        query(sql).execute(s.app.db()).await.unwrap();
    }
    let servers = [s.app.another(), s.app.another()];
    let secret = s.maren.cookie("sign_in").unwrap();
    let race = |bookings: Vec<(i64, String)>| {
        let mut race = JoinSet::new();
        for (lane, (booking, seen)) in bookings.into_iter().enumerate() {
            let browser = servers[lane % 2].stranger().with_cookie("sign_in", &secret);
            let seen = if booking % 5 == 1 { "something else".to_owned() } else { seen };
            let form = json!({ "to_name": "Ines Calloway", "seen": seen });
            let path = format!("/api/v1/bookings/{booking}/invoice");
            race.spawn(async move { (booking, browser.post_json(&path, form).await.status) });
        }
        race.join_all()
    };
    let mut issued = 0;
    for (booking, status) in race(seen.clone()).await {
        let expected = match booking % 5 {
            0 => StatusCode::INTERNAL_SERVER_ERROR,
            1 => StatusCode::CONFLICT,
            _ => StatusCode::CREATED,
        };
        assert_eq!(status, expected, "booking {booking}");
        issued += i32::from(status == StatusCode::CREATED);
    }
    let numbers = async || -> Vec<i32> {
        let numbers = query_scalar("select number from invoices order by number");
        numbers.fetch_all(s.app.db()).await.unwrap()
    };
    assert_eq!(numbers().await, (7..7 + issued).collect::<Vec<_>>());
    assert_eq!(issued, 12);

    // What failed goes on from there, and what was issued is not issued again.
    query("drop trigger grief on notices").execute(s.app.db()).await.unwrap();
    for (booking, status) in race(seen).await {
        let expected = match booking % 5 {
            0 => StatusCode::CREATED,
            1 => StatusCode::CONFLICT,
            _ => StatusCode::OK,
        };
        assert_eq!(status, expected, "booking {booking}");
    }
    assert_eq!(numbers().await, (7..7 + 16).collect::<Vec<_>>());
}

#[tokio::test]
async fn there_is_an_invoice_only_for_what_is_owed() {
    let s = scene().await;
    s.maren.post("/account/billing", MAREN).await.expect(StatusCode::SEE_OTHER);
    s.session(json!({})).await;
    let why = async || refusal(s.maren.get(MAKE).await);
    assert!(why().await.starts_with("An invoice is made out once the work is marked done"));
    s.app.wait(TimeDelta::hours(30));
    s.done(1).await;
    assert!(why().await.contains("once both sides have signed"));
    let not_yet = refusal(s.ines.get(MAKE).await);
    assert_eq!(
        not_yet,
        "No invoice has been made out for this booking yet: that is for the player to do."
    );
    s.sealed(1).await;
    s.maren.get(MAKE).await.expect(StatusCode::OK);

    // The player cancels: nothing is owed. The producer does, late: all of it is.
    let hers = s.song("2026-11-25", "18:00").await;
    s.call_off(&s.maren, hers).await;
    let make = format!("/bookings/{hers}/invoice");
    assert_eq!(refusal(s.maren.get(&make).await), "Nothing is owed for this booking.");
    let theirs = s.song("2026-11-25", "18:00").await;
    s.call_off(&s.ines, theirs).await;
    let page = s.maren.get(&format!("/bookings/{theirs}/invoice")).await.expect(StatusCode::OK);
    assert_eq!(lines(&page)[0], "Cancelled: what is owed by the terms it was asked under. $300.00");
    assert_eq!(s.maren.get("/invoices").await.texts(".table tbody tr").len(), 2);
    let sheet = s.maren.get(&format!("/bookings/{theirs}")).await;
    assert!(sheet.attributes("main a", "href").contains(&format!("/bookings/{theirs}/invoice")));
}

#[tokio::test]
async fn nobody_else_sees_an_invoice() {
    let s = billing().await;
    issued(&s.maren, 1).await;
    let (theo, ada) =
        (s.app.producer("Theo Brandvold").await, s.app.admin("Ada Winterbourne").await);
    for other in [&theo, &ada] {
        for path in ["/invoices/1", "/api/v1/invoices/1", "/invoices/99"] {
            assert_eq!(other.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let paid = other.post("/invoices/1/paid", ()).await;
        assert_eq!(paid.status, StatusCode::NOT_FOUND);
        let cancelled = other.post("/invoices/1/cancel", [("reason", "No")]).await;
        assert_eq!(cancelled.status, StatusCode::NOT_FOUND);
        assert!(other.get("/invoices?show=all").await.texts(".table tbody tr").is_empty());
    }
    assert_eq!(theo.get(MAKE).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ada.get(MAKE).await.status, StatusCode::FORBIDDEN);
    assert_eq!(theo.get("/earnings").await.location(), "/profile");
    assert_eq!(theo.get("/earnings.csv").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_fault_is_said_at_once_and_nothing_typed_is_lost() {
    let s = billing().await;
    let wrong = [
        ("name", " "),
        ("address", ""),
        ("tax_rate", "120"),
        ("days_to_pay", "soon"),
        ("prefix", "a b"),
        ("first_number", "0"),
    ];
    let page = s.maren.post("/account/billing", wrong).await;
    let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.texts("#faults li").len(), 6, "{:?}", page.texts("#faults li"));
    assert_eq!(page.attributes("#days_to_pay, #tax_rate", "value"), ["soon", "120"]);
    assert_eq!(
        page.texts("#tax_name-error"),
        ["Name of the tax is missing, though the tax has a rate."]
    );
    for (name, rate, said) in [
        ("VAT", "", "Rate is missing: 0 is a rate as well."),
        ("VAT", "120", "Rate is more than all of it."),
        ("VAT", "a fifth", "Rate is not a percentage: write it with figures, like 25 or 14.09."),
    ] {
        let fields = [("name", "M"), ("address", "A"), ("tax_name", name), ("tax_rate", rate)];
        let page = s.maren.post("/account/billing", fields).await;
        assert_eq!(page.expect(StatusCode::UNPROCESSABLE_ENTITY).texts("#tax_rate-error"), [said]);
    }
    let long = "x".repeat(161);
    let page = form(&s.maren, 1, "issue", &[("to_name", &long), ("note", "Kept")]).await;
    let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.texts("#faults li").len(), 1);
    assert_eq!(page.texts("#note"), ["Kept"]);
    assert!(page.texts("button[value=issue]").is_empty(), "there is nothing to issue");
    assert_eq!(s.count("select count(*) from invoices").await, 0);
}

#[tokio::test]
async fn earnings_and_spending_stand_by_month_of_the_readers_clock_and_by_currency() {
    let s = billing().await;
    // In Nashville it is due on the 31st, in London, where Ines lives, on New Year's Day.
    s.song("2026-12-31", "23:00").await;
    s.cancelled_late().await;
    let pounds = s.session(json!({ "date": "2026-12-08" })).await;
    query("update bookings set currency = 'GBP' where id = $1")
        .bind(pounds)
        .execute(s.app.db())
        .await
        .unwrap();
    issued(&s.maren, 1).await;

    let page = s.maren.get("/earnings").await.expect(StatusCode::OK);
    assert_eq!(
        page.texts(".table tbody tr"),
        [
            "November 2026 USD 1 – $485.00 $300.00 $582.00 –",
            "December 2026 GBP 1 £380.00 – – – –",
            "December 2026 USD 1 $300.00 – – – –",
        ]
    );
    assert_eq!(
        page.texts(".table tfoot tr"),
        ["In all GBP 1 £380.00 – – – –", "In all USD 2 $300.00 $485.00 $300.00 $582.00 –"]
    );
    s.maren.post("/invoices/1/paid", ()).await.expect(StatusCode::SEE_OTHER);
    let page = s.ines.get("/spending?year=2026").await.expect(StatusCode::OK);
    assert_eq!(
        page.texts(".table tbody tr"),
        [
            "November 2026 USD 1 – $485.00 $300.00 $582.00 $582.00",
            "December 2026 GBP 1 £380.00 – – – –",
        ]
    );
    assert_eq!(page.texts(".tabs a"), ["2027", "2026"]);
    let page = s.ines.get("/spending?year=2027").await.expect(StatusCode::OK);
    assert_eq!(page.texts(".table tbody tr"), ["January 2027 USD 1 $300.00 – – – –"]);

    let page = s.maren.get("/earnings?month=2026-11").await.expect(StatusCode::OK);
    let links = page.attributes("tbody a", "href");
    for link in ["/bookings/1", "/invoices/1"] {
        assert!(links.contains(&link.to_owned()), "{link} in {links:?}");
    }
    assert_eq!(s.maren.get("/earnings?month=2026-10").await.texts(".empty h3").len(), 1);
    for wrong in ["year=x", "year=99999", "month=2026-13"] {
        let refused = s.maren.get(&format!("/earnings?{wrong}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

impl Scene {
    /// A song due on Wednesday 25 November, called off by its producer on Tuesday.
    async fn cancelled_late(&self) {
        let booking = self.song("2026-11-25", "18:00").await;
        self.call_off(&self.ines, booking).await;
    }
}

#[tokio::test]
async fn the_table_has_a_booking_a_row_adds_up_to_the_page_and_holds_no_formula() {
    let s = billing().await;
    let hostile = json!({
        "date": "2026-12-08", "title": "=HYPERLINK(\"x\"), twice", "artist": "+44 \"June\"",
    });
    s.session(hostile).await;
    s.cancelled_late().await;
    issued(&s.maren, 1).await;
    let table = s.maren.get("/earnings.csv?year=2026").await.expect(StatusCode::OK);
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(table.header("content-disposition"), "attachment; filename=\"earnings-2026.csv\"");
    let rows = parse(&table.body);
    let column =
        |name: &str| -> Vec<&str> { rows.iter().map(|row| row[name].as_str().unwrap()).collect() };
    assert_eq!(column("month"), ["2026-11", "2026-11", "2026-12"]);
    assert_eq!(column("day")[0], "2026-11-24");
    assert_eq!(column("status"), ["done", "cancelled", "confirmed"]);
    assert_eq!(column("with"), ["Ines Calloway"; 3]);
    assert_eq!(column("title")[2], "'=HYPERLINK(\"x\"), twice");
    assert_eq!(column("artist")[2], "'+44 \"June\"");
    assert_eq!(column("earned"), ["485.00", "", ""]);
    assert_eq!(column("owed"), ["", "300.00", ""]);
    assert_eq!(column("agreed"), ["", "", "380.00"]);
    assert_eq!(column("invoice_number"), ["MO-7", "", ""]);
    assert_eq!(column("invoiced"), ["582.00", "", ""]);
    assert_eq!(column("tax"), ["97.00", "", ""]);
    assert_eq!(column("due_on"), ["2026-12-24", "", ""]);
    let month = parse(&s.maren.get("/earnings.csv?month=2026-12").await.body);
    assert_eq!(month.len(), 1);
    let theirs = parse(&s.ines.get("/spending.csv?year=2026").await.body);
    assert_eq!(theirs[0]["with"], "Maren Oakley");
}

#[tokio::test]
async fn a_paper_prints_without_what_is_only_for_the_screen() {
    let s = billing().await;
    issued(&s.maren, 1).await;
    let page = s.maren.get("/invoices/1").await.expect(StatusCode::OK);
    // Forms and what becomes of it stand where print leaves out; all else is the paper.
    assert_eq!(page.texts("main form").len(), page.texts("main .answer form").len());
    assert_eq!(page.texts("article.sheet > .parts .noprint").len(), 0);
    let paper = page.texts("article.sheet > header, article.sheet > .parts").join(" ");
    for said in ["Invoice", "MO-7", "$582.00", "Maren Oakley Strings", "Ines Calloway", "Total"] {
        assert!(paper.contains(said), "{said} in {paper}");
    }
}

#[tokio::test]
async fn a_program_issues_marks_and_cancels_by_the_same_rules() {
    let s = played().await;
    let api = format!("/api/v1{MAKE}");
    let first = s.maren.post_json(&api, json!({ "to_name": "Ines Calloway" })).await;
    let first = first.expect(StatusCode::CONFLICT).json();
    assert!(first["detail"].as_str().unwrap().starts_with("Say first who you are"));
    let details = json!({
        "name": "Maren Oakley", "address": "Nashville", "tax_name": "VAT", "tax_rate": 7.5,
        "days_to_pay": 10, "first_number": 3,
    });
    let kept = s.maren.send_json("PUT", "/api/v1/account/billing", details).await;
    let kept = kept.expect(StatusCode::OK).json();
    assert_eq!((&kept["tax_rate"], &kept["first_number"]), (&json!("7.5"), &json!("3")));
    let waits = s.maren.get("/api/v1/invoices/to-make").await.expect(StatusCode::OK).json();
    assert_eq!(waits["items"][0]["owed"], json!({ "minor": 48_500, "currency": "USD" }));

    let draft = s.maren.get(&api).await.expect(StatusCode::OK).json();
    assert_eq!(draft["draft"]["tax"]["amount"]["minor"], 3_638, "half a cent goes up");
    let mut stale = draft["form"].clone();
    stale["seen"] = json!("00");
    s.maren.post_json(&api, stale).await.expect(StatusCode::CONFLICT);
    let issued = s.maren.post_json(&api, &draft["form"]).await.expect(StatusCode::CREATED).json();
    assert_eq!((&issued["document"]["number"], &issued["state"]), (&json!("3"), &json!("open")));
    let mut expected = draft["draft"].clone();
    expected["number"] = json!("3");
    assert_eq!(issued["document"], expected, "it says what was shown");
    let again = s.maren.post_json(&api, json!({})).await.expect(StatusCode::OK).json();
    assert_eq!(again["id"], issued["id"]);
    let got = s.ines.get(&api).await.expect(StatusCode::OK).json();
    assert_eq!((&got["invoice"]["role"], &got["draft"]), (&json!("producer"), &Value::Null));

    let paid = s.maren.post_json("/api/v1/invoices/1/paid", json!({})).await;
    assert_eq!(paid.expect(StatusCode::OK).json()["paid_on"], "2026-11-24");
    s.maren.post_json("/api/v1/invoices/1/unpaid", json!({})).await.expect(StatusCode::OK);
    let empty = s.maren.post_json("/api/v1/invoices/1/cancel", json!({})).await;
    empty.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let reason = json!({ "reason": "The wrong rate" });
    let credit = s.maren.post_json("/api/v1/invoices/1/cancel", reason).await;
    let credit = credit.expect(StatusCode::CREATED).json();
    assert_eq!((&credit["state"], &credit["corrects"]), (&json!("credit_note"), &json!(1)));
    let all = s.ines.get("/api/v1/invoices?side=producer").await.json();
    let states: Vec<_> = all["items"].as_array().unwrap().iter().map(|it| &it["state"]).collect();
    assert_eq!(states, ["credit_note", "cancelled"]);

    let earned = s.maren.get("/api/v1/earnings?month=2026-11").await.expect(StatusCode::OK).json();
    assert_eq!(earned["months"][0]["earned"]["minor"], 48_500);
    assert_eq!(earned["months"][0]["invoiced"]["minor"], 0, "it was taken back");
    assert_eq!(earned["bookings"][0]["booking"], 1);
    let spent = s.ines.get("/api/v1/spending").await.expect(StatusCode::OK).json();
    assert_eq!((&spent["zone"], &spent["bookings"]), (&json!("Europe/London"), &Value::Null));
}

#[tokio::test]
async fn who_leaves_takes_their_details_along_and_what_was_issued_stays() {
    let s = billing().await;
    issued(&s.maren, 1).await;
    let left = s.maren.post("/account/delete", [("current", PASSWORD)]).await;
    left.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.count("select count(*) from billing_details").await, 0);
    let page = s.ines.get("/invoices/1").await.expect(StatusCode::OK);
    assert!(page.texts("article")[0].contains("Maren Oakley Strings"));

    // The other way round she is still owed.
    let s = billing().await;
    let left = s.ines.post("/account/delete", [("current", PASSWORD)]).await;
    left.expect(StatusCode::SEE_OTHER);
    let named = [("to_name", "Calloway Records")];
    let page = form(&s.maren, 1, "show", &named).await.expect(StatusCode::OK);
    let sent = send(&s.maren, MAKE, &page, "issue", &[]).await.expect(StatusCode::SEE_OTHER);
    assert!(s.maren.get(sent.location()).await.texts("article")[0].contains("Calloway Records"));
    assert_eq!(s.count("select count(*) from mails where sent_at is null").await, 0);
}
