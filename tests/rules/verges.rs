//! How each limit is reached, so that exactly it is what the next act is over.

use chrono::TimeDelta;
use mobile_auth::domain::{
    budget::Budget, limit::Limit, policy::SignInPolicy, region_code::RegionCode, throttle::Quota,
};

use super::limits::{guess_wrongly, number};
use crate::support::{App, Browser, PHONE};

const HOUR: i64 = 3600;

/// Two browsers whose next act with [`PHONE`] is over a limit.
pub struct Verge {
    /// It has no attempt under way and would ask for a code.
    pub asker: Browser,
    /// It has one and would ask for another code or, where the limit is one of guesses, give the code.
    pub waiting: Browser,
}

/// Whether the limit is one of guesses.
pub fn is_of_guesses(limit: Limit) -> bool {
    use Limit::{AddressGuesses, ConsecutiveFailures, DeviceGuesses, PhoneGuesses};
    matches!(limit, PhoneGuesses | DeviceGuesses | AddressGuesses | ConsecutiveFailures)
}

/// Whether the limit is one of browsers that signed in before.
pub fn is_of_known_devices(limit: Limit) -> bool {
    matches!(limit, Limit::DeviceSends | Limit::DeviceGuesses)
}

/// The policy with which [`reach`] reaches the limit before any other: as it comes, where that can be.
pub fn policy(limit: Limit) -> SignInPolicy {
    let mut policy = SignInPolicy::default();
    let (guesses, budget) = (&mut policy.guesses, &mut policy.budget);
    let one_a_day = Budget { per_day: Some(1), ..Budget::default() };
    match limit {
        Limit::NetworkSends => budget.site = Budget::default(),
        Limit::Conversion => policy.sends.per_block = vec![Quota::new(1_000, TimeDelta::hours(1))],
        Limit::CountryBudget => budget.countries = [(RegionCode::parse("IR").unwrap(), one_a_day)].into(),
        Limit::SiteBudget => budget.site.per_day = Some(10),
        Limit::SiteGuesses => budget.wrong_guesses_slow = 5,
        Limit::ConsecutiveFailures => guesses.consecutive_failures = 15,
        _ => {}
    }
    policy
}

/// Does what brings the limit to where the next act is over it, and nothing that is over any.
pub async fn reach(limit: Limit, app: &App, owner: &Browser) -> Verge {
    match limit {
        Limit::PhoneWait => Verge { waiting: ask(app, app.browser()).await, asker: app.browser() },
        Limit::PhoneSends => an_hours_codes(app).await,
        Limit::DeviceSends => a_devices_codes(app, owner).await,
        Limit::AddressSends => others_ask(app, "203.0.113.7", &[""; 9]).await,
        Limit::NetworkSends => {
            let addresses: Vec<_> = (2..=100).map(|host| format!("203.0.113.{host}")).collect();
            let addresses: Vec<_> = addresses.iter().map(String::as_str).collect();
            others_ask(app, "203.0.113.1", &addresses).await
        }
        Limit::BlockSends => neighbours_ask(app, "+989121234", 19).await,
        Limit::Conversion => neighbours_ask(app, "+98912123", 50).await,
        Limit::SiteBudget => others_ask(app, "203.0.113.7", &OTHERS[..8]).await,
        Limit::CountryBudget => others_ask(app, "203.0.113.7", &[]).await,
        Limit::PhoneGuesses => wrong_guesses(app, None).await,
        Limit::DeviceGuesses => wrong_guesses(app, Some(owner)).await,
        Limit::AddressGuesses => guesses_from_one_address(app).await,
        Limit::ConsecutiveFailures => failures_in_a_row(app).await,
        Limit::SiteGuesses => {
            let verge = others_ask(app, "203.0.113.7", &[]).await;
            for person in [1, 2] {
                guess_wrongly(app, &number(person), 5).await;
            }
            verge
        }
        Limit::Operator => {
            let verge = others_ask(app, "203.0.113.7", &[]).await;
            app.operator(&["set", "stage", "stopped"]).await.unwrap();
            verge
        }
    }
}

/// Addresses of networks that have nothing to do with each other.
const OTHERS: [&str; 8] = [
    "198.18.1.1",
    "198.18.2.1",
    "198.18.3.1",
    "198.18.4.1",
    "198.18.5.1",
    "198.18.6.1",
    "198.18.7.1",
    "198.18.8.1",
];

/// The browser with an attempt at [`PHONE`] of its own, whatever it had before.
async fn ask(app: &App, mut browser: Browser) -> Browser {
    let before = app.messages().len();
    browser.cookies.remove("challenge");
    browser.request_code(PHONE).await;
    assert_eq!(app.messages().len(), before + 1, "this code is within every limit");
    browser
}

async fn guess(app: &App, browser: &mut Browser) {
    for _ in 0..5 {
        assert_eq!(browser.verify_code(&app.wrong_code()).await.status, 422, "within every limit");
    }
}

/// Five codes, as fast as the ladder gives them.
async fn an_hours_codes(app: &App) -> Verge {
    let mut waiting = app.browser();
    for wait in [30, 60, 120, 300, 300] {
        waiting = ask(app, app.browser()).await;
        app.advance(wait);
    }
    Verge { asker: app.browser(), waiting }
}

/// Ten codes within a day, never more than four of them within an hour.
pub async fn a_days_codes(app: &App) -> Verge {
    let mut waiting = app.browser();
    for wait in [900, 900, 900, 900, 900, 900, 900, 900, 900, 301] {
        waiting = ask(app, app.browser()).await;
        app.advance(wait);
    }
    Verge { asker: app.browser(), waiting }
}

/// Those of everybody, and then the device's own three.
async fn a_devices_codes(app: &App, owner: &Browser) -> Verge {
    an_hours_codes(app).await;
    let mut waiting = owner.clone();
    for wait in [30, 60, 120] {
        waiting = ask(app, owner.clone()).await;
        app.advance(wait);
    }
    Verge { asker: owner.clone(), waiting }
}

/// One waits at the first address, and strangers with other numbers ask at the others (`""`: the same one).
async fn others_ask(app: &App, first: &str, others: &[&str]) -> Verge {
    let waiting = ask(app, app.browser().at(first)).await;
    for (person, address) in (0..).zip(others) {
        let address = if address.is_empty() { first } else { address };
        assert_eq!(app.browser().at(address).request_code(&number(person)).await.status, 200, "{address}");
    }
    app.advance(130);
    Verge { asker: app.browser().at(first), waiting }
}

/// So many numbers that begin alike are sent codes that nobody uses.
async fn neighbours_ask(app: &App, begin: &str, count: usize) -> Verge {
    let digits = "+989121234567".len() - begin.len();
    for neighbour in 0..count {
        let phone = format!("{begin}{neighbour:0digits$}");
        assert_eq!(app.browser().request_code(&phone).await.status, 200, "{phone}");
    }
    app.advance(300);
    let waiting = ask(app, app.browser()).await;
    app.advance(301);
    Verge { asker: app.browser(), waiting }
}

/// Ten within two of three attempts that live at once.
async fn wrong_guesses(app: &App, owner: Option<&Browser>) -> Verge {
    let browser = || owner.cloned().unwrap_or_else(|| app.browser());
    let mut first = ask(app, browser()).await;
    app.advance(30);
    let mut second = ask(app, browser()).await;
    app.advance(60);
    let waiting = ask(app, browser()).await;
    guess(app, &mut first).await;
    guess(app, &mut second).await;
    let mut asker = browser();
    asker.cookies.remove("challenge");
    Verge { asker, waiting }
}

/// Thirty, at six numbers.
async fn guesses_from_one_address(app: &App) -> Verge {
    let one = || app.browser().at("198.51.100.7");
    let waiting = ask(app, one()).await;
    for person in 0..6 {
        let mut stranger = one();
        assert_eq!(stranger.request_code(&number(person)).await.status, 200);
        guess(app, &mut stranger).await;
    }
    Verge { asker: one(), waiting }
}

/// Fifteen, ten of them on the day before.
async fn failures_in_a_row(app: &App) -> Verge {
    guess_wrongly(app, PHONE, 5).await;
    app.advance(60);
    guess_wrongly(app, PHONE, 5).await;
    app.advance(25 * HOUR);
    let mut first = ask(app, app.browser()).await;
    app.advance(30);
    let waiting = ask(app, app.browser()).await;
    guess(app, &mut first).await;
    Verge { asker: app.browser(), waiting }
}
