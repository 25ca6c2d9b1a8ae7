//! `mobile-auth limits` and `mobile-auth sessions`: how the limits stand, and the operator's word at run time.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    command_line::LimitsCommand,
    keyed_names::KeyedNames,
    overrides::{Overridable, WHAT_CAN_BE_SET, in_force},
    store::{
        Override, StoreError,
        events::NewEvent,
        operator::{OperatorStore, Standing},
    },
};
use crate::domain::{
    budget::{Budget, Spent},
    event::EventKind,
    phone_number::PhoneNumber,
    policy::SignInPolicy,
};

/// Why the operator's word was not taken.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// Nothing of that name can be set.
    #[error("“{0}” cannot be set. What can: {WHAT_CAN_BE_SET}")]
    UnknownName(String),
    /// The value means nothing.
    #[error("“{value}” is no value of {name}. Write {}", name.values())]
    BadValue {
        /// Of what.
        name: Overridable,
        /// What was given.
        value: String,
    },
    /// No number.
    #[error("“{0}” is no mobile number. Write it in full, with + and the country's code: +989121234567")]
    BadPhone(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Does what was asked and says what came of it.
///
/// # Errors
/// [`OperatorError`] says what is wrong with the request, or with the database.
pub async fn run(
    command: Option<LimitsCommand>,
    store: &dyn OperatorStore,
    names: &KeyedNames,
    policy: &SignInPolicy,
    now: DateTime<Utc>,
) -> Result<String, OperatorError> {
    match command {
        None | Some(LimitsCommand::Show) => Ok(show(&store.find_standing(now).await?, policy)),
        Some(LimitsCommand::Set { name, value, duration }) => set(store, &name, &value, duration, now).await,
        Some(LimitsCommand::Unset { name }) => unset(store, &name, now).await,
        Some(LimitsCommand::Reopen { phone }) => reopen(store, &number(&phone)?, names, now).await,
        Some(LimitsCommand::OptIn { phone }) => opt_in(store, &number(&phone)?, names, now).await,
        Some(LimitsCommand::Resume { phone }) => resume(store, &number(&phone)?, names, now).await,
        Some(LimitsCommand::Redate) => redate(store, now).await,
    }
}

/// Ends the sessions of a number, or of everybody (`None`), and says how many.
///
/// # Errors
/// [`OperatorError`] says what is wrong with the number, or with the database.
pub async fn end_sessions(
    phone: Option<&str>,
    store: &dyn OperatorStore,
    names: &KeyedNames,
    now: DateTime<Utc>,
) -> Result<String, OperatorError> {
    let phone = phone.map(number).transpose()?;
    let kind = EventKind::SessionsEnded;
    let event = match &phone {
        Some(phone) => of_number(now, kind, phone, names),
        None => NewEvent::of_nobody(now, kind, OPERATOR),
    };
    let ended = store.end_sessions_of(phone.as_ref(), event).await?;
    Ok(match phone {
        Some(_) => format!("Sessions of the number ended: {ended}.\n"),
        None => format!("Sessions ended: {ended}, of everybody.\n"),
    })
}

/// What stands beside an event that is the operator's doing.
const OPERATOR: &str = "operator";

fn of_number(now: DateTime<Utc>, kind: EventKind, phone: &PhoneNumber, names: &KeyedNames) -> NewEvent {
    NewEvent::of_number(now, kind, OPERATOR, phone.clone(), names.pseudonym(phone))
}

async fn reopen(
    store: &dyn OperatorStore,
    phone: &PhoneNumber,
    names: &KeyedNames,
    now: DateTime<Utc>,
) -> Result<String, OperatorError> {
    let event = of_number(now, EventKind::NumberReopened, phone, names);
    if !store.reopen_phone(&names.phone(phone), phone, &event).await? {
        return Ok("The number had no failures.\n".to_owned());
    }
    Ok("The number is open again.\n".to_owned())
}

async fn resume(
    store: &dyn OperatorStore,
    phone: &PhoneNumber,
    names: &KeyedNames,
    now: DateTime<Utc>,
) -> Result<String, OperatorError> {
    let event = of_number(now, EventKind::PrefixResumed, phone, names);
    if !store.resume_prefix(&names.budget_keys(phone, None).prefix, &event).await? {
        return Ok("No codes went to its prefix.\n".to_owned());
    }
    Ok("Codes go to its prefix again.\n".to_owned())
}

async fn redate(store: &dyn OperatorStore, now: DateTime<Utc>) -> Result<String, OperatorError> {
    let rows = store.redate(NewEvent::of_nobody(now, EventKind::LimitsRedated, OPERATOR)).await?;
    if rows == 0 {
        return Ok("Nothing is dated ahead of the clock.\n".to_owned());
    }
    Ok(format!(
        "Dated as of now, by this machine's clock ({}): {rows} rows.\n",
        now.format("%Y-%m-%d %H:%M UTC")
    ))
}

async fn opt_in(
    store: &dyn OperatorStore,
    phone: &PhoneNumber,
    names: &KeyedNames,
    now: DateTime<Utc>,
) -> Result<String, OperatorError> {
    let event = of_number(now, EventKind::TextsStarted, phone, names);
    if !store.opt_in(&names.opt_out(phone), &event).await? {
        return Ok("The number had not opted out.\n".to_owned());
    }
    let note =
        "A provider that blocks it too goes on with that until its owner texts START, or you end it there.";
    Ok(format!("The number gets texts again. {note}\n"))
}

/// Reads a number that an operator wrote.
///
/// # Errors
/// It is none.
pub fn number(text: &str) -> Result<PhoneNumber, OperatorError> {
    PhoneNumber::parse(text, None).map_err(|_| OperatorError::BadPhone(text.escape_debug().to_string()))
}

async fn set(
    store: &dyn OperatorStore,
    name: &str,
    value: &str,
    duration: Option<TimeDelta>,
    now: DateTime<Utc>,
) -> Result<String, OperatorError> {
    let known = Overridable::parse(name)
        .ok_or_else(|| OperatorError::UnknownName(name.escape_debug().to_string()))?;
    if !known.takes(value) {
        return Err(OperatorError::BadValue { name: known, value: value.escape_debug().to_string() });
    }
    let until = duration.map(|duration| now + duration);
    let new = Override { name: known.to_string(), value: value.to_owned(), until };
    let seconds = duration.and_then(|duration| u32::try_from(duration.num_seconds()).ok());
    let detail = format!("{} = {}", new.name, new.value);
    let event = NewEvent { number: seconds, ..NewEvent::of_nobody(now, EventKind::LimitsSet, detail) };
    store.set_override(&new, &event).await?;
    Ok(format!("{}\nServers follow at their next act; restarts keep it.\n", line(&new)))
}

async fn unset(store: &dyn OperatorStore, name: &str, now: DateTime<Utc>) -> Result<String, OperatorError> {
    let event = NewEvent::of_nobody(now, EventKind::LimitsUnset, name.to_owned());
    if !store.delete_override(name, &event).await? {
        return Ok(format!("{name} was not set.\n"));
    }
    Ok(format!("{name} is as configured again.\n"))
}

fn line(known: &Override) -> String {
    let until = known.until.map_or_else(
        || "until it is unset".to_owned(),
        |until| format!("until {}", until.format("%Y-%m-%d %H:%M UTC")),
    );
    format!("{} = {}, {until}", known.name, known.value)
}

fn show(standing: &Standing, configured: &SignInPolicy) -> String {
    let policy = in_force(configured, &standing.overrides);
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{}", spent("all countries", &standing.site, &policy.budget.site));
    for (country, sent) in &standing.countries {
        let region = crate::domain::region_code::RegionCode::parse(country);
        let _ = writeln!(text, "{}", spent(country, sent, &policy.budget.country(region)));
    }
    let (in_hour, in_day) = standing.wrong_guesses;
    let _ = writeln!(
        text,
        "wrong guesses: {in_hour} in an hour, {in_day} in a day (from {} on strangers are slowed down)",
        policy.budget.wrong_guesses_slow
    );
    for (limit, count) in &standing.over {
        let _ = writeln!(text, "{limit} only records: it would have refused {count} in the last day");
    }
    for known in &standing.overrides {
        let _ = writeln!(text, "set by hand: {}", line(known));
    }
    if standing.ahead > 0 {
        let remedy = "if that one is right now, see mobile-auth limits redate --help";
        let _ = writeln!(text, "dated ahead of this machine's clock: {} rows; {remedy}", standing.ahead);
    }
    text
}

pub(super) fn spent(what: &str, spent: &Spent, budget: &Budget) -> String {
    let of = |budget: Option<u64>| budget.map_or(String::new(), |budget| format!(" of {budget}"));
    let cost = budget.cost_per_day.map_or(String::new(), |budget| format!(" of {budget}"));
    format!(
        "{what}: {}{} messages in an hour, {}{} in a day, for {}{cost} ({} % of the budget)",
        spent.in_hour,
        of(budget.per_hour),
        spent.in_day,
        of(budget.per_day),
        spent.cost_in_day,
        budget.used_percent(spent),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standing_says_how_much_of_each_budget_is_used() {
        let standing = Standing {
            site: Spent { in_hour: 3, in_day: 1_000, ..Spent::default() },
            countries: vec![("IR".to_owned(), Spent { in_day: 900, ..Spent::default() })],
            over: vec![("address_sends".to_owned(), 7)],
            overrides: vec![Override {
                name: "sends_per_day".to_owned(),
                value: "4000".to_owned(),
                until: None,
            }],
            ahead: 12,
            ..Standing::default()
        };
        let text = show(&standing, &SignInPolicy::default());
        for part in [
            "all countries: 3 of 300 messages in an hour, 1000 of 4000 in a day, for 0.00 (25 % of the budget)",
            "IR: 0 messages in an hour, 900 in a day",
            "address_sends only records: it would have refused 7",
            "sends_per_day = 4000, until it is unset",
            "dated ahead of this machine's clock: 12 rows; if that one is right now, see mobile-auth limits redate",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }
}
