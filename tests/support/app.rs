use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use async_trait::async_trait;
use axum::Router;
use chrono::{DateTime, Utc};
use clap::Parser as _;
use leptos::config::LeptosOptions;
use mobile_auth::{
    domain::{policy::SignInPolicy, site_key::SiteKey, sms_outcome::SmsOutcome, sms_route::SmsRoutes},
    server::{
        adapters::Adapters,
        clock::Clock,
        command_line::{Command, CommandLine},
        doctor::{examine, last_sends},
        entropy::SystemEntropy,
        http::{event_streams::EventStreams, overload::Room, router::router},
        keyed_names::KeyedNames,
        operator::{self, OperatorError},
        receipts::Receipts,
        record::Record,
        sign_in::{SignIn, SignInRules},
        sms::{
            SmsMessage, SmsSender, callback::Callbacks, inbox::InboxSender, message::MessageText,
            receipts::ReceiptSink,
        },
        state::{AppState, Parts, Site},
        store::sqlite::SqliteStore,
    },
};
use tempfile::TempDir;
use tokio::sync::watch;

use super::{Browser, Settings};

/// A valid mobile number.
pub const PHONE: &str = "+98 912 123 4567";

/// When every test begins: 2026-01-01T00:00:00Z.
pub const START: i64 = 1_767_225_600_000;

/// The time, moved by the test.
pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Keeps messages instead of delivering them.
#[derive(Default)]
pub struct TestSender {
    messages: Mutex<Vec<SmsMessage>>,
    is_down: AtomicBool,
    /// What it says instead of doing anything.
    outcome: Mutex<Option<SmsOutcome>>,
}

#[async_trait]
impl SmsSender for TestSender {
    async fn send(&self, message: &SmsMessage) -> SmsOutcome {
        if self.is_down.load(Ordering::SeqCst) {
            return SmsOutcome::elsewhere("the test's provider is down");
        }
        if let Some(outcome) = self.outcome.lock().unwrap().clone() {
            return outcome;
        }
        self.messages.lock().unwrap().push(message.clone());
        SmsOutcome::accepted(None)
    }
}

/// The application on a database file of its own.
pub struct App {
    pub router: Router,
    state: AppState,
    pub origin: &'static str,
    clock: Arc<TestClock>,
    sender: Arc<TestSender>,
    pub record: Arc<Record>,
    settings: Settings,
    folder: TempDir,
    /// Tells its open answers to end.
    pub stopping: watch::Sender<()>,
}

impl App {
    pub async fn start() -> Self {
        Self::start_with(Settings::default()).await
    }

    pub async fn start_with(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(START)));
        let sender = Arc::new(TestSender::default());
        // Made with patience, whatever little is wanted later.
        SqliteStore::open(&url_in(&folder)).await.unwrap().close().await;
        let store = SqliteStore::open_with_patience(&url_in(&folder), settings.database_patience).await;
        let store = Arc::new(store.unwrap());
        let stopping = watch::channel(()).0;
        let (state, record) = build(&settings, store, clock.clone(), sender.clone(), &stopping);
        let router = router(state.clone());
        Self { router, state, origin: settings.origin, clock, sender, record, settings, folder, stopping }
    }

    /// A second process on the same database, as after a restart.
    pub async fn restart(&self) -> Router {
        self.restart_with(&self.settings).await
    }

    /// The same after the operator changed something.
    pub async fn restart_with(&self, settings: &Settings) -> Router {
        let store = Arc::new(SqliteStore::open(&url_in(&self.folder)).await.unwrap());
        router(build(settings, store, self.clock.clone(), self.sender.clone(), &self.stopping).0)
    }

    /// Where news of providers goes.
    pub fn receipts(&self) -> Arc<dyn ReceiptSink> {
        self.state.callbacks.sink.clone()
    }

    /// What its handlers are given, for routes of the test's own.
    pub fn state(&self) -> AppState {
        self.state.clone()
    }

    /// `mobile-auth limits …` on this database, at the test's time.
    pub async fn operator(&self, words: &[&str]) -> Result<String, OperatorError> {
        let line = CommandLine::try_parse_from(["mobile-auth", "limits"].iter().chain(words)).unwrap();
        let Some(Command::Limits { command }) = line.command else { panic!("{words:?}") };
        let store = SqliteStore::open(&url_in(&self.folder)).await.unwrap();
        let names = KeyedNames::new(&site_key());
        operator::run(command, &store, &names, &self.settings.policy, self.clock.now()).await
    }

    /// `mobile-auth sessions end …` on this database, at the test's time; `None`: those of everybody.
    pub async fn end_sessions(&self, phone: Option<&str>) -> String {
        let store = SqliteStore::open(&url_in(&self.folder)).await.unwrap();
        let names = KeyedNames::new(&site_key());
        operator::end_sessions(phone, &store, &names, self.clock.now()).await.unwrap()
    }

    /// `mobile-auth doctor …` on this database, at the test's time.
    pub async fn doctor(&self, phone: &str) -> String {
        let store = SqliteStore::open(&url_in(&self.folder)).await.unwrap();
        let (names, routes) = (KeyedNames::new(&site_key()), SmsRoutes::default());
        examine(phone, &rules(&self.settings), &routes, &store, &names, self.clock.now()).await.unwrap()
    }

    /// The end of it: what became of the last codes.
    pub async fn last_sends(&self, phone: &str) -> String {
        self.record.flush().await;
        let store = SqliteStore::open(&url_in(&self.folder)).await.unwrap();
        last_sends(phone, &store, &KeyedNames::new(&site_key())).await.unwrap()
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone(), self.origin)
    }

    /// The test's time, for parts that the test runs itself.
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    pub fn advance(&self, seconds: i64) {
        self.advance_milliseconds(seconds * 1000);
    }

    pub fn advance_milliseconds(&self, milliseconds: i64) {
        self.clock.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub fn take_provider_down(&self) {
        self.sender.is_down.store(true, Ordering::SeqCst);
    }

    pub fn bring_provider_back(&self) {
        self.sender.is_down.store(false, Ordering::SeqCst);
    }

    /// Lets the provider say this of every message from now on, and deliver none.
    pub fn let_provider_say(&self, outcome: SmsOutcome) {
        *self.sender.outcome.lock().unwrap() = Some(outcome);
    }

    pub fn messages(&self) -> Vec<SmsMessage> {
        self.sender.messages.lock().unwrap().clone()
    }

    /// The code in the newest message.
    pub fn last_code(&self) -> String {
        self.messages().last().unwrap().text[..6].to_owned()
    }

    /// A code that is in none of the messages.
    pub fn wrong_code(&self) -> String {
        let sent: Vec<_> = self.messages().iter().map(|message| message.text[..6].to_owned()).collect();
        (0..1_000_000).map(|number| format!("{number:06}")).find(|code| !sent.contains(code)).unwrap()
    }

    /// Every byte of the database, its log included.
    pub fn database_bytes(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }

    pub fn database_path(&self) -> std::path::PathBuf {
        self.folder.path().join("test.db")
    }
}

fn site_key() -> SiteKey {
    SiteKey::new([42; 32])
}

fn url_in(folder: &TempDir) -> String {
    format!("sqlite://{}", folder.path().join("test.db").display())
}

fn policy(settings: &Settings) -> SignInPolicy {
    let mut policy = settings.policy.clone();
    policy.budget.served_regions = settings.served_regions.clone();
    policy
}

fn rules(settings: &Settings) -> SignInRules {
    SignInRules {
        message: MessageText::new("mobile-auth", "localhost", &settings.policy.challenge),
        policy: policy(settings).into(),
        test_numbers: settings.test_numbers.clone(),
        channels: settings.channels.clone(),
    }
}

fn build(
    settings: &Settings,
    store: Arc<SqliteStore>,
    clock: Arc<TestClock>,
    sms: Arc<TestSender>,
    stopping: &watch::Sender<()>,
) -> (AppState, Arc<Record>) {
    let site_key = site_key();
    let (record, writer) = Record::new(store.clone());
    tokio::spawn(writer.run());
    let names = KeyedNames::new(&site_key);
    let sink =
        Arc::new(Receipts { record: record.clone(), accounts: store.clone(), names, clock: clock.clone() });
    let (readers, has_connection) = (settings.callbacks.clone(), settings.sms.is_some());
    let callbacks = Callbacks { readers, has_connection, sink, refused: Arc::default() };
    let sms = settings.sms.clone().unwrap_or(sms);
    let sms: Arc<dyn SmsSender> = match settings.inbox.clone() {
        Some(inbox) => Arc::new(InboxSender::new(sms, inbox, clock.clone())),
        None => sms,
    };
    let adapters = Adapters {
        accounts: store.clone(),
        store,
        sms,
        clock,
        entropy: Arc::new(SystemEntropy),
        record: record.clone(),
    };
    let site = Site {
        name: "mobile-auth".to_owned(),
        origin: settings.origin.to_owned(),
        is_https: settings.origin.starts_with("https:"),
        brand_colour: None,
        logo_url: None,
        help_url: None,
        default_region: settings.default_region,
        policy: policy(settings).into(),
        flash_key: site_key.derive("flash"),
        trusted_proxies: settings.trusted_proxies.clone(),
    };
    let leptos_options =
        LeptosOptions::builder().output_name("mobile-auth").site_root("target/no-site").build();
    let state = AppState::new(Parts {
        sign_in: Arc::new(SignIn::new(adapters, rules(settings), &site_key)),
        site: Arc::new(site),
        leptos_options,
        room: Room::default(),
        streams: EventStreams::new(stopping.subscribe()),
        callbacks,
        inbox: settings.inbox.clone(),
    });
    (state, record)
}
