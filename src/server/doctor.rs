//! `mobile-auth doctor`: whether the next code to a number would be sent, and if not, why.

use std::{fmt::Write as _, sync::Arc};

use chrono::{DateTime, SecondsFormat, Utc};

pub use super::doctor_sends::last_sends;
use super::{
    doctor_limits::{Standing, limits, of_limit},
    keyed_names::KeyedNames,
    overrides::in_force,
    sign_in::SignInRules,
    store::{Spender, Store, StoreError, opt_outs::OptOutStore},
};
use crate::domain::{
    channel::{Channel, OTHERS_AFTER},
    guess_limits::GuessHistory,
    limit::{Excess, Judgement, judge},
    opt_out::OptOut,
    phone_kind::PhoneKind,
    phone_number::{PhoneFault, PhoneNumber},
    policy::SignInPolicy,
    region_code::RegionCode,
    send_limits::{SendHistory, excesses},
    sms_route::SmsRoutes,
};

/// How a number was read, where its messages go, how its limits stand, and whether the next code would be sent.
///
/// # Errors
/// The database failed.
pub async fn examine(
    text: &str,
    rules: &SignInRules,
    routes: &SmsRoutes,
    store: &(impl Store + OptOutStore),
    names: &KeyedNames,
    now: DateTime<Utc>,
) -> Result<String, StoreError> {
    let phone = match PhoneNumber::parse(text, None) {
        Ok(phone) => phone,
        Err(fault) => return Ok(format!("No code would be sent: {}.\n", of_fault(fault, text))),
    };
    let mut said = reading(&phone, rules, routes, now);
    let policy = Arc::new(in_force(&rules.policy, &store.find_overrides(now).await?));
    let standing = standing(&phone, store, names, &policy, now).await?;
    said.push_str(&limits(&standing, now, &policy));
    let opt_out = store.find_opt_out(&names.opt_out(&phone)).await?;
    said.push_str(&match opt_out {
        _ if !policy.budget.served_regions.serves(phone.region()) => {
            "The next code would not be sent: its country is not served. [phone] countries names those that are, and \
             mobile-auth limits what is set beside it.\n"
                .to_owned()
        }
        Some(opt_out) => of_opt_out(&opt_out),
        None => verdict(standing, now, &policy),
    });
    Ok(said)
}

fn reading(phone: &PhoneNumber, rules: &SignInRules, routes: &SmsRoutes, now: DateTime<Utc>) -> String {
    let region = phone.region();
    let mut said = format!(
        "{} is {} {}; it can get text messages.\n",
        phone.e164(),
        phone.kind().words(),
        of_region(region)
    );
    let route: Vec<_> = routes.to(region).iter().map(|provider| provider.name()).collect();
    // Writing to a String cannot fail, here and below.
    let _ = write!(said, "Its messages go by {}", route.join(", or else "));
    let sender = region.and_then(|region| rules.message.senders().get(&region));
    said.push_str(&sender.map_or(".\n".to_owned(), |sender| format!(", from {}.\n", sender.as_str())));
    let others = rules.channels.open(region, OTHERS_AFTER);
    if !others.is_empty() {
        let names: Vec<_> = others.into_iter().map(Channel::name).collect();
        let names = names.join(" or ");
        let _ = writeln!(said, "After {OTHERS_AFTER} codes in vain the next may also go by {names}.");
    }
    if rules.test_numbers.code_of(phone, now).is_some() {
        said.push_str("It is one of [sms] test_numbers, though: no message is sent to it.\n");
    }
    said
}

/// The doctor is at no address: what an address or a network has used up is left out. The place of the address is used to read what
/// known browsers asked for, which only one of them could otherwise read.
async fn standing(
    phone: &PhoneNumber,
    store: &impl Store,
    names: &KeyedNames,
    policy: &Arc<SignInPolicy>,
    now: DateTime<Utc>,
) -> Result<Standing, StoreError> {
    let mut keys = names.budget_keys(phone, None);
    keys.address = keys.known;
    let (country, policy, phone) = (phone.region(), policy.clone(), phone.clone());
    let spender = Spender { country, device: None, keys, at: now, policy, phone };
    let found = store.find_send_history(&spender).await?;
    let known = found.address.clone();
    let mut history = SendHistory { address: Vec::new(), network: Vec::new(), ..found };
    history.guesses.address = Vec::new();
    Ok(Standing { history, known })
}

fn verdict(standing: Standing, now: DateTime<Utc>, policy: &SignInPolicy) -> String {
    let Standing { history, known } = standing;
    let refused = |history: &SendHistory| match judge(excesses(history, now, policy), &policy.record_only) {
        Judgement::Allowed(_) => None,
        Judgement::Refused(excess) => Some(excess),
    };
    let Some(Excess { limit, wait }) = refused(&history) else {
        return "The next code would be sent.\n".to_owned();
    };
    let until = wait.map_or("not by waiting".to_owned(), |wait| {
        format!("again in {} seconds, at {}", wait.seconds(), time(now + wait.as_delta()))
    });
    let mut said = format!(
        "The next code would not be sent: {} (the limit {} is reached; {until}).\n",
        of_limit(limit),
        limit.name()
    );
    // Wrong guesses are counted for each known browser by itself, so that they are not looked at here.
    let of_known = SendHistory { device: Some(known), guesses: GuessHistory::default(), ..history };
    if refused(&of_known).is_none() {
        said.push_str("A browser that signed in with the number before would get it all the same.\n");
    }
    said
}

fn of_opt_out(OptOut { since, provider }: &OptOut) -> String {
    format!(
        "The next code would not be sent: by a text its owner told us to stop on {}, by {provider}.\n\
         They take it back by texting START there, or you do at their word: mobile-auth limits opt-in.\n",
        time(*since)
    )
}

/// As every time is written here.
pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn of_region(region: Option<RegionCode>) -> String {
    region.map_or("of no single country".to_owned(), |region| format!("of {region}"))
}

fn of_fault(fault: PhoneFault, text: &str) -> String {
    let words = match fault {
        PhoneFault::Empty => "there is no number",
        PhoneFault::NotDigits => "it has something other than digits",
        PhoneFault::TooShort => "it has fewer digits than any number of its country",
        PhoneFault::TooLong => "it has more digits than any number of its country",
        PhoneFault::RegionNeeded => "it does not begin with + and the country's code: +989121234567",
        PhoneFault::Unknown => "there is no such number in its country",
        PhoneFault::NotMobile => {
            let kind = PhoneKind::read(text).map(|(kind, region)| {
                format!("it is {} {}, and such get no text messages", kind.words(), of_region(region))
            });
            return kind.unwrap_or_else(|| "it is a number that gets no text messages".to_owned());
        }
    };
    words.to_owned()
}
