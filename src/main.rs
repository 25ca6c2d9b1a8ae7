//! Configuration → adapters → router → serve, until told to stop.

#![forbid(unsafe_code)]

use std::{
    error::Error, io::Write as _, num::NonZero, path::Path, process::ExitCode, sync::Arc, time::Duration,
};

use clap::Parser as _;
use mobile_auth::domain::{one_time_code::OneTimeCode, undo_code::UndoCode};
use mobile_auth::server::{
    adapters::Adapters,
    cleanup::{Cleanup, Pace},
    clock::{Clock, SystemClock},
    command_line::{Command, CommandLine, ConfigCommand, LimitsCommand, SessionsCommand, SmsCommand},
    config::{Config, database, reader::Environment, report::report},
    doctor,
    entropy::{Entropy as _, SystemEntropy},
    greeting::greeting,
    http::{event_streams::EventStreams, overload::Room, router::router},
    keyed_names::KeyedNames,
    log_queue::LogQueue,
    open_files::most_connections,
    operator,
    receipts::Receipts,
    record::Record,
    serve::{Patience, bind, serve},
    sign_in::SignIn,
    sms::{
        SmsSender,
        by_channel::SenderByChannel,
        callback::Callbacks,
        inbox::{Inbox, InboxSender},
        provider::{SenderParts, callback_readers, senders},
        receipts::ReceiptSink,
        routed::RoutedSender,
    },
    sms_operator::{self, Sending},
    start_warnings::warn_of,
    state::{AppState, Parts},
    stop::Signals,
    store::sqlite::SqliteStore,
    telemetry,
};
use tokio::{runtime, sync::watch, time::timeout};
use tracing::{error, info};

/// One for two processors, and eight at most: the threads of the database do almost half of a sign-in's work. With one for each,
/// a sign-in cost a tenth more of the processor, for they woke each other.
const PROCESSORS_PER_WORKER: usize = 2;
const MOST_WORKERS: usize = 8;

/// For the database and what runs in the background to end, after the last connection has: 2 s, with the 15 s of the
/// connections well within the 20 s that a supervisor may give.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

/// Why the server stops by itself: going on could lose what people were told is done.
const DISK_FAILED: &str = "the disk did not keep what was written (fsync failed), so the server stopped. Nothing that was \
     acknowledged is lost. Check the disk, then start the server again";

fn main() -> ExitCode {
    let line = CommandLine::parse();
    let done = load(line.config.as_deref()).and_then(|config| match line.command.unwrap_or(Command::Serve) {
        Command::Serve => on_runtime(run(config)),
        Command::Migrate => on_runtime(migrate(config)),
        Command::Limits { command } => on_runtime(limits(config, command)),
        Command::Sessions { command } => on_runtime(end_sessions(config, command)),
        Command::Sms(command) => on_runtime(try_sms(config, command)),
        Command::Doctor { phone } => on_runtime(see_doctor(config, phone)),
        Command::Config(ConfigCommand::Check) => {
            say(&report(&config));
            Ok(())
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to tell when the terminal is gone.
            let _ = writeln!(std::io::stderr(), "mobile-auth: {error}");
            ExitCode::FAILURE
        }
    }
}

fn load(file: Option<&Path>) -> Result<Config, Box<dyn Error>> {
    Ok(Config::load(file, &std::env::vars_os().collect())?)
}

fn on_runtime(work: impl Future<Output = Result<(), Box<dyn Error>>>) -> Result<(), Box<dyn Error>> {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let workers = (processors / PROCESSORS_PER_WORKER).clamp(1, MOST_WORKERS);
    let runtime = runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build()?;
    let done = runtime.block_on(work);
    runtime.shutdown_timeout(LAST_PATIENCE);
    done
}

async fn migrate(config: Config) -> Result<(), Box<dyn Error>> {
    let log = telemetry::init(&config.log)?;
    SqliteStore::open(&config.database_url).await?.close().await;
    log.finish();
    let path = database::path(&config.database_url).unwrap_or_default();
    say(&format!("The database {path} is up to date.\n"));
    Ok(())
}

async fn limits(config: Config, command: Option<LimitsCommand>) -> Result<(), Box<dyn Error>> {
    let log = telemetry::init(&config.log)?;
    let names = KeyedNames::new(&config.key.open(&SystemEntropy)?);
    let store = SqliteStore::open(&config.database_url).await?;
    let done = operator::run(command, &store, &names, &config.policy, SystemClock.now()).await;
    store.close().await;
    log.finish();
    say(&done?);
    Ok(())
}

async fn end_sessions(config: Config, command: SessionsCommand) -> Result<(), Box<dyn Error>> {
    let SessionsCommand::End { phone, .. } = command;
    let log = telemetry::init(&config.log)?;
    let names = KeyedNames::new(&config.key.open(&SystemEntropy)?);
    let store = SqliteStore::open(&config.database_url).await?;
    let done = operator::end_sessions(phone.as_deref(), &store, &names, SystemClock.now()).await;
    store.close().await;
    log.finish();
    say(&done?);
    Ok(())
}

async fn try_sms(config: Config, command: SmsCommand) -> Result<(), Box<dyn Error>> {
    let sample = OneTimeCode::generate(&mut *SystemEntropy.random());
    let message = config.rules().message;
    let said = match command {
        SmsCommand::Lint => {
            let served = &config.phone.served_regions;
            let sending = Sending { served, not_shown: config.sms.names_not_shown(served) };
            sms_operator::lint(&message, &sample, &UndoCode::generate(&mut *SystemEntropy.random()), sending)
        }
        SmsCommand::SendTest { phone, by } => {
            let log = telemetry::init(&config.log)?;
            let clock: Arc<dyn Clock> = Arc::new(SystemClock);
            let phone = operator::number(&phone)?;
            let sample = message.compose_for(by, &phone, &sample, clock.now(), &[]);
            let said = sms_operator::send_test(&sample, &sms(&config, &clock, None)?).await;
            log.finish();
            said
        }
    };
    say(&said?);
    Ok(())
}

async fn see_doctor(config: Config, phone: String) -> Result<(), Box<dyn Error>> {
    let log = telemetry::init(&config.log)?;
    let names = KeyedNames::new(&config.key.open(&SystemEntropy)?);
    let store = SqliteStore::open(&config.database_url).await?;
    let (rules, routes) = (config.rules(), &config.sms.routes);
    let said = doctor::examine(&phone, &rules, routes, &store, &names, SystemClock.now()).await;
    let last = doctor::last_sends(&phone, &store, &names).await;
    store.close().await;
    log.finish();
    say(&said?);
    say(&last?);
    Ok(())
}

async fn run(config: Config) -> Result<(), Box<dyn Error>> {
    let is_production = config.environment == Environment::Production;
    let early_log = is_production.then(|| telemetry::init(&config.log)).transpose()?;
    let mut signals = Signals::listen()?;
    let key = config.key.open(&SystemEntropy)?;
    let listener = bind(config.leptos.site_addr).await?;
    let store = Arc::new(SqliteStore::open(&config.database_url).await?);
    let log = early_log.map_or_else(|| greet_and_log(&config), Ok)?;
    let (record, record_writer) = Record::new(store.clone());
    tokio::spawn(record_writer.run());
    let inbox = config.has_inbox().then(Inbox::default);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let sink: Arc<dyn ReceiptSink> = Arc::new(Receipts {
        record: record.clone(),
        accounts: store.clone(),
        names: KeyedNames::new(&key),
        clock: clock.clone(),
    });
    let sms = sms(&config, &clock, Some(&sink))?;
    let adapters = adapters(sms, clock, store.clone(), record.clone(), inbox.clone());
    let (stopping, stopped) = watch::channel(());
    let cleanup = tokio::spawn(cleanup(&adapters, &config).run(told(stopped.clone())));
    tokio::spawn(log.clone().report(told(stopped.clone())));
    let state = AppState::new(Parts {
        site: Arc::new(config.site(&key)),
        sign_in: Arc::new(SignIn::new(adapters, config.rules(), &key)),
        leptos_options: config.leptos.clone(),
        room: Room::default(),
        streams: EventStreams::new(stopped),
        callbacks: Callbacks {
            readers: callback_readers(&config.sms.providers),
            has_connection: config.sms.providers.values().any(|one| one.tells_over_its_connection()),
            sink,
            refused: Arc::default(),
        },
        inbox,
    });
    warn_of(&config);
    info!(event = "started", address = %config.leptos.site_addr, url = config.site.url.origin);
    let mut disk = Ok(());
    let stop = async {
        tokio::select! {
            () = signals.next() => info!(event = "stopping"),
            () = store.disk_failed() => disk = Err(DISK_FAILED),
        }
        if let Err(reason) = disk {
            error!(event = "disk_failed", reason);
        }
        stopping.send_replace(());
        tokio::spawn(signals.end_at_the_next(log.clone()));
    };
    let stopped = serve(listener, router(state), stop, Patience::default(), most_connections()).await;
    let _ =
        timeout(LAST_PATIENCE, async { (cleanup.await, record.flush().await, store.close().await) }).await;
    info!(event = "stopped", how = ?stopped);
    log.finish();
    Ok(disk?)
}

/// The greeting comes first, so that whoever tries the product out sees it.
fn greet_and_log(config: &Config) -> Result<Arc<LogQueue>, Box<dyn Error>> {
    say(&greeting(config));
    telemetry::init(&config.log)
}

fn adapters(
    sms: SenderByChannel,
    clock: Arc<dyn Clock>,
    store: Arc<SqliteStore>,
    record: Arc<Record>,
    inbox: Option<Inbox>,
) -> Adapters {
    let sms: Arc<dyn SmsSender> = Arc::new(sms);
    let sms = match inbox {
        Some(inbox) => Arc::new(InboxSender::new(sms, inbox, clock.clone())),
        None => sms,
    };
    Adapters { accounts: store.clone(), store, sms, clock, entropy: Arc::new(SystemEntropy), record }
}

fn sms(
    config: &Config,
    clock: &Arc<dyn Clock>,
    sink: Option<&Arc<dyn ReceiptSink>>,
) -> Result<SenderByChannel, Box<dyn Error>> {
    let told = |error| {
        format!(
            "the system's TLS certificates could not be read: {error}. Install the package ca-certificates"
        )
    };
    let mut parts = SenderParts::new(clock.clone(), sink.cloned());
    let senders = senders(&config.sms.providers, &mut parts).map_err(told)?;
    let texts = Arc::new(RoutedSender::new(senders, config.sms.routes.clone(), clock.clone()));
    Ok(SenderByChannel::new(texts, &config.sms.channels.providers, clock).map_err(told)?)
}

fn cleanup(adapters: &Adapters, config: &Config) -> Cleanup {
    let Adapters { store, clock, entropy, .. } = adapters.clone();
    Cleanup { store, clock, entropy, policy: config.policy.clone(), pace: Pace::default() }
}

async fn told(mut stopped: watch::Receiver<()>) {
    // An error means that the sender is gone, which is the end too.
    let _ = stopped.changed().await;
}

/// Prints to standard output; when nobody reads it, that is no reason to end.
fn say(text: &str) {
    let _ = write!(std::io::stdout(), "{text}").and_then(|()| std::io::stdout().flush());
}
