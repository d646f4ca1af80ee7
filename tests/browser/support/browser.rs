use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::json;
use thirtyfour::prelude::*;

/// Chromium under its own driver, both ended with the test.
pub struct Browser {
    pub page: WebDriver,
    keys_only: bool,
    site: String,
    driver: Child,
    _profile: tempfile::TempDir,
}

/// How wide the window is, and what the reader prefers.
#[derive(Clone, Copy)]
pub struct Screen {
    pub width: u32,
    pub height: u32,
    pub dark: bool,
    pub script: bool,
    /// Whether only keys are pressed, and never the pointer.
    pub keys_only: bool,
}

impl Screen {
    pub const DESK: Screen =
        Screen { width: 1440, height: 900, dark: false, script: true, keys_only: false };
    pub const PHONE: Screen =
        Screen { width: 360, height: 740, dark: false, script: true, keys_only: false };

    pub const TABLET: Screen =
        Screen { width: 768, height: 1024, dark: false, script: true, keys_only: false };

    pub fn dark(self) -> Screen {
        Screen { dark: true, ..self }
    }

    pub fn by_keyboard(self) -> Screen {
        Screen { keys_only: true, ..self }
    }

    pub fn without_script(self) -> Screen {
        Screen { script: false, ..self }
    }
}

impl Browser {
    pub async fn open(site: &str, screen: Screen) -> Browser {
        let profile = tempfile::tempdir().unwrap();
        let (driver, port) = start_driver();
        let mut wanted = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--force-device-scale-factor=1",
        ] {
            wanted.add_arg(argument).unwrap();
        }
        let folder = format!("--user-data-dir={}", profile.path().display());
        wanted.add_arg(&folder).unwrap();
        // Its client wants to know by which cryptography it would speak TLS.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let page = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted).await.unwrap();
        let browser = Browser {
            page,
            keys_only: screen.keys_only,
            site: site.to_owned(),
            driver,
            _profile: profile,
        };
        browser.show_on(screen).await;
        browser
    }

    /// Makes the window as wide as that, with those preferences.
    pub async fn show_on(&self, screen: Screen) {
        let size = json!({ "width": screen.width, "height": screen.height, "deviceScaleFactor": 1, "mobile": false });
        self.tell("Emulation.setDeviceMetricsOverride", size).await;
        let scheme = if screen.dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.tell("Emulation.setEmulatedMedia", media).await;
        self.tell("Emulation.setScriptExecutionDisabled", json!({ "value": !screen.script })).await;
    }

    /// A command of the DevTools protocol.
    async fn tell(&self, command: &str, with: serde_json::Value) {
        self.page.cdp().send_raw(command, with).await.unwrap();
    }

    pub async fn go(&self, path: &str) {
        self.page.goto(format!("{}{path}", self.site)).await.unwrap();
    }

    pub async fn find(&self, selector: &str) -> WebElement {
        let query = self
            .page
            .query(By::Css(selector))
            .wait(Duration::from_secs(5), Duration::from_millis(50));
        match query.first().await {
            Ok(element) => element,
            Err(_) => panic!("no {selector} on {}: {}", self.address().await, self.text().await),
        }
    }

    /// Types into a field, in place of what it held.
    pub async fn fill(&self, selector: &str, text: &str) {
        let field = self.find(selector).await;
        if self.keys_only {
            self.tab_to("a => a.matches(b)", selector).await;
        }
        let kind = field.attr("type").await.unwrap().unwrap_or_default();
        if kind == "date" || kind == "time" {
            // Typed in the order that the browser's own language shows.
            field.send_keys(native(&kind, text)).await.unwrap();
        } else {
            field.clear().await.unwrap();
            field.send_keys(text).await.unwrap();
        }
    }

    /// Types into a field in place of what it held, in one go: a page that follows what is typed
    /// hears of it once.
    pub async fn type_over(&self, selector: &str, text: &str) {
        let field = self.find(selector).await;
        if self.keys_only {
            self.tab_to("a => a.matches(b)", selector).await;
        } else {
            field.scroll_into_view().await.unwrap();
            field.click().await.unwrap();
        }
        let chain = self.page.action_chain().key_down(Key::Control).send_keys("a");
        chain.key_up(Key::Control).perform().await.unwrap();
        match text {
            "" => self.key(Key::Delete).await,
            text => self.page.action_chain().send_keys(text).perform().await.unwrap(),
        }
    }

    pub async fn choose(&self, selector: &str, value: &str) {
        self.find(&format!("{selector} option[value=\"{value}\"]")).await.click().await.unwrap();
    }

    pub async fn press(&self, selector: &str) {
        let button = self.find(selector).await;
        if self.keys_only {
            self.tab_to("a => a.matches(b)", selector).await;
            return self.key(Key::Enter).await;
        }
        button.scroll_into_view().await.unwrap();
        let pressed = button.click().await;
        pressed.unwrap_or_else(|error| panic!("{selector} cannot be pressed: {error}"));
    }

    /// Points at where something is and clicks, whatever the driver believes of it: what stands in
    /// a closed `details`, and is shown all the same, it calls hidden.
    pub async fn point_at(&self, selector: &str) {
        let target = self.find(selector).await;
        target.scroll_into_view().await.unwrap();
        let chain = self.page.action_chain().move_to_element_center(&target).click();
        chain.perform().await.unwrap();
    }

    /// Presses the link or button that reads so.
    pub async fn press_words(&self, words: &str) {
        let path = format!("//*[self::a or self::button][contains(normalize-space(.), {words:?})]");
        let query = self
            .page
            .query(By::XPath(&path))
            .wait(Duration::from_secs(5), Duration::from_millis(50));
        match query.first().await {
            Ok(_) if self.keys_only => {
                self.tab_to("a => a.textContent.includes(b)", words).await;
                self.key(Key::Enter).await;
            }
            Ok(element) => {
                element.scroll_into_view().await.unwrap();
                element.click().await.unwrap();
            }
            Err(_) => panic!(
                "nothing to press reads {words:?} on {}: {}",
                self.address().await,
                self.text().await
            ),
        }
    }

    /// The address of this page on the site.
    pub async fn address(&self) -> String {
        let url = self.page.current_url().await.unwrap();
        url[url::Position::BeforePath..].to_owned()
    }

    pub async fn text(&self) -> String {
        self.page.find(By::Css("body")).await.unwrap().text().await.unwrap()
    }

    pub async fn expect(&self, words: &str) {
        let path = format!("//body[contains(normalize-space(.), {words:?})]");
        let query = self
            .page
            .query(By::XPath(&path))
            .wait(Duration::from_secs(5), Duration::from_millis(50));
        if query.first().await.is_err() {
            panic!("no {words:?} on {}:\n{}", self.address().await, self.text().await);
        }
    }

    /// Presses Tab until what has the focus is meant: `test` takes it and `b`.
    async fn tab_to(&self, test: &str, b: &str) {
        let script = format!(
            "const b = arguments[0]; const test = {test}; return test(document.activeElement)"
        );
        // From where the focus is, round the page once, past the browser's own stops.
        for _ in 0..250 {
            let meant = self.page.execute(&script, vec![json!(b)]).await.unwrap();
            let body = "return document.activeElement === document.body";
            let nowhere: bool = self.page.execute(body, vec![]).await.unwrap().convert().unwrap();
            if !nowhere && meant.convert::<bool>().unwrap() {
                return;
            }
            self.key(Key::Tab).await;
        }
        panic!("Tab never reaches {b:?} on {}", self.address().await);
    }

    /// One press of a key, wherever the focus is.
    pub async fn key(&self, key: Key) {
        self.page.action_chain().send_keys(key.value().to_string()).perform().await.unwrap();
    }

    /// Where the first such link of a page leads, on this site.
    pub async fn first_link(&self, page: &str, selector: &str) -> String {
        self.go(page).await;
        self.find(selector).await.attr("href").await.unwrap().unwrap()
    }

    pub async fn sign_in(&self, email: &str) {
        self.go("/sign-in").await;
        self.fill("#email", email).await;
        self.fill("#password", first_call::accounts::DEMO_PASSWORD).await;
        self.press("form[action^='/sign-in'] button").await;
        self.find("a[href='/account']").await;
    }

    /// A picture of what is in the window.
    pub async fn picture(&self, file: &Path) {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        self.page.screenshot(file).await.unwrap();
    }

    /// Nothing on the page is wider than the window.
    pub async fn fits(&self) {
        let script = "return [document.documentElement.scrollWidth, window.innerWidth]";
        let sizes = self.page.execute(script, vec![]).await.unwrap();
        let (page, window): (i64, i64) = sizes.convert().unwrap();
        assert!(page <= window, "{} is {page} px wide in {window}", self.address().await);
    }

    /// What axe-core has against the page, by WCAG 2.2 A and AA.
    pub async fn faults(&self) -> Vec<String> {
        let axe =
            concat!(env!("CARGO_MANIFEST_DIR"), "/target/npm/node_modules/axe-core/axe.min.js");
        let axe =
            std::fs::read_to_string(axe).expect("tests/run installs axe-core under target/npm");
        self.page.execute(&axe, vec![]).await.unwrap();
        let run = "const done = arguments[arguments.length - 1];
            axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(found =>
                done(found.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target).join(' '))))";
        self.page.execute_async(run, vec![]).await.unwrap().convert().unwrap()
    }

    pub async fn close(self) {
        self.page.clone().quit().await.unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// A date or time as it is typed into Chromium's own field in American English.
fn native(kind: &str, text: &str) -> String {
    let parts: Vec<&str> = text.split(['-', ':']).collect();
    match (kind, parts.as_slice()) {
        ("date", [year, month, day]) => format!("{month}{day}{year}"),
        ("time", [hour, minute]) => {
            let hour: u32 = hour.parse().unwrap();
            let half = if hour < 12 { "AM" } else { "PM" };
            format!("{:02}{minute}{half}", if hour.is_multiple_of(12) { 12 } else { hour % 12 })
        }
        _ => text.to_owned(),
    }
}

/// The driver, and its port. The free one that it picks may be taken by another before it listens;
/// then it ends, and another is started.
fn start_driver() -> (Child, u16) {
    for _ in 0..5 {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .env("LANG", "en_US.UTF-8")
            .env("LANGUAGE", "en_US")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed: tests/run sees to it");
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let port = line.strip_prefix("ChromeDriver was started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        std::thread::spawn(move || lines.for_each(drop));
        match port {
            Some(port) => return (driver, port),
            None => drop(driver.wait()),
        }
    }
    panic!("chromedriver says no port");
}
