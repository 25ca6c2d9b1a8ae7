//! `mobile-auth sms` and `mobile-auth doctor`: whether messages would arrive, and if not, why.

use std::{fmt::Write as _, sync::Arc};

use chrono::{DateTime, SecondsFormat, Utc};

use super::{
    keyed_names::KeyedNames,
    overrides::in_force,
    sign_in::SignInRules,
    sms::{SmsMessage, SmsSender, message::MessageText},
    store::{
        Spender, Store, StoreError,
        messages::{KnownMessage, MessageStore},
        opt_outs::OptOutStore,
    },
};
use crate::domain::{
    channel::{Channel, OTHERS_AFTER},
    limit::{Excess, Judgement, judge},
    one_time_code::OneTimeCode,
    opt_out::OptOut,
    phone_number::{PhoneFault, PhoneNumber},
    receipt::DeliveryState,
    send_limits::excesses,
    sms_outcome::{MessageId, Rejection, SmsOutcome},
    sms_route::SmsRoutes,
    sms_text::Length,
    undo_code::UndoCode,
};

/// The text and the notice of a change as people get them in each language, with their lengths, and who it is from where that differs by country.
///
/// # Errors
/// The same with everything that is wrong with it.
pub fn lint(message: &MessageText, sample: &OneTimeCode, undo: &UndoCode) -> Result<String, String> {
    let mut said = String::new();
    for &language in message.languages() {
        let text = message.text(sample, language);
        let Length { units, segment } = Length::of(&text);
        let notice = message.notice(undo, language);
        let length = Length::of(&notice);
        // Writing to a String cannot fail.
        let _ = write!(
            said,
            "{}:\n{text}\n\n{units} of the {segment} characters of one message.\n\n\
             When the number of an account changes, the old one gets:\n{notice}\n\n{} characters, paid as {}.\n\n",
            language.tag(),
            length.units,
            length.segments()
        );
    }
    let (senders, not_shown) = message.senders();
    for (region, sender) in senders {
        let _ = writeln!(said, "To {region} from {}.", sender.as_str());
    }
    let found = message.faults(sample, undo);
    if found.is_empty() && not_shown.is_empty() {
        return Ok(said + "Nothing is wrong.\n");
    }
    for fault in not_shown {
        let _ = writeln!(said, "- {fault}.");
    }
    for (language, fault) in found {
        // Writing to a String cannot fail.
        let _ = writeln!(said, "- {}: {fault}.", language.tag());
    }
    Err(said)
}

/// Sends a message and says what came of it. Its code opens nothing.
///
/// # Errors
/// It was not accepted, or not surely.
pub async fn send_test(sample: &SmsMessage, sender: &dyn SmsSender) -> Result<String, String> {
    match sender.send(sample).await {
        SmsOutcome::Accepted { id, .. } => {
            let id = id.as_ref().map_or(String::new(), |id| format!(" as {}", MessageId::as_str(id)));
            Ok(format!("The provider has the message{id}. Its code is for looking at alone.\n"))
        }
        SmsOutcome::Rejected(rejection) => {
            Err(format!("the message was rejected for good: {}", of(rejection)))
        }
        SmsOutcome::TryElsewhere(cause) => Err(format!("the message was not accepted: {cause}")),
        SmsOutcome::Unknown(cause) => Err(format!("the message may be on its way, or not: {cause}")),
    }
}

fn of(rejection: Rejection) -> &'static str {
    match rejection {
        Rejection::BadNumber => "there is no such number, or it takes no text messages",
        Rejection::NotReachable => "its network does not deliver to it",
        Rejection::OptedOut => "its owner told this sender to stop; they can text START to it",
        Rejection::BlockedRegion => {
            "the account may not send to that country; enable it in the provider's console"
        }
    }
}

/// How a number was read, where its messages go, and whether the next one would.
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
        Err(fault) => return Ok(format!("No code would be sent: {}.\n", of_fault(fault))),
    };
    let region = phone.region().map_or("of no single country".to_owned(), |region| format!("of {region}"));
    let mut said = format!("{} is a number {region} that can get text messages.\n", phone.e164());
    let route: Vec<_> = routes.to(phone.region()).iter().map(|provider| provider.name()).collect();
    // Writing to a String cannot fail.
    let _ = writeln!(said, "Its messages go by {}.", route.join(", or else "));
    let others = rules.channels.open(phone.region(), OTHERS_AFTER);
    if !others.is_empty() {
        let names: Vec<_> = others.into_iter().map(Channel::name).collect();
        let _ = writeln!(
            said,
            "After {OTHERS_AFTER} codes in vain the next may also go by {}.",
            names.join(" or ")
        );
    }
    if rules.test_numbers.code_of(&phone, now).is_some() {
        said.push_str("It is one of [sms] test_numbers, though: no message is sent to it.\n");
    }
    if !rules.served_regions.serves(phone.region()) {
        said.push_str("The next code would not be sent: [phone] countries does not serve its country.\n");
        return Ok(said);
    }
    if let Some(opt_out) = store.find_opt_out(&names.opt_out(&phone)).await? {
        said.push_str(&of_opt_out(&opt_out));
        return Ok(said);
    }
    let policy = Arc::new(in_force(&rules.policy, &store.find_overrides(now).await?));
    let keys = names.budget_keys(&phone, None);
    let spender =
        Spender { country: phone.region(), device: None, keys, at: now, policy: policy.clone(), phone };
    let history = store.find_send_history(&spender).await?;
    let _ =
        writeln!(said, "Codes in the last 24 hours, to browsers unknown so far: {}.", history.phone.len());
    let verdict = match judge(excesses(&history, now, &policy), &policy.record_only) {
        Judgement::Allowed(_) => "be sent".to_owned(),
        Judgement::Refused(Excess { limit, wait }) => {
            let until = wait
                .map_or("not by waiting".to_owned(), |wait| format!("again in {} seconds", wait.seconds()));
            format!("not be sent: the limit {} is reached; {until}", limit.name())
        }
    };
    let _ = writeln!(said, "The next code would {verdict}.");
    Ok(said)
}

fn of_opt_out(OptOut { since, provider }: &OptOut) -> String {
    let since = since.to_rfc3339_opts(SecondsFormat::Secs, true);
    format!(
        "The next code would not be sent: by a text its owner told us to stop on {since}, by {provider}.\n\
         They take it back by texting START there, or you do at their word: mobile-auth limits opt-in.\n"
    )
}

/// The last messages that are told of: 5, as many as an hour may have.
const LAST_MESSAGES: u32 = 5;

/// What became of the last messages to a number. Nothing where it is none: [`examine`] has said so.
///
/// # Errors
/// The database failed.
pub async fn last_messages(text: &str, store: &dyn MessageStore) -> Result<String, StoreError> {
    let Ok(phone) = PhoneNumber::parse(text, None) else { return Ok(String::new()) };
    let messages = store.find_messages_to(&phone, LAST_MESSAGES).await?;
    if messages.is_empty() {
        return Ok("No provider has told the name of a message to it lately.\n".to_owned());
    }
    Ok(messages.iter().fold("Its last messages:\n".to_owned(), |said, message| said + &line_of(message)))
}

fn line_of(message: &KnownMessage) -> String {
    let KnownMessage { provider, state, taken_at, told_at } = message;
    let taken = taken_at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let after = told_at
        .map_or(String::new(), |told_at| format!(" ({} s later)", (told_at - *taken_at).num_seconds()));
    format!("- {taken} by {provider}: {}{after}.\n", of_state(*state))
}

fn of_state(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::HandedOver => "handed over, and no word of it since",
        DeliveryState::Failed => "not delivered: its time ran out, or the network failed",
        DeliveryState::Undeliverable(rejection) => of(rejection),
        DeliveryState::Delivered => "delivered to the phone",
    }
}

fn of_fault(fault: PhoneFault) -> &'static str {
    match fault {
        PhoneFault::Empty => "there is no number",
        PhoneFault::NotDigits => "it has something other than digits",
        PhoneFault::TooShort => "it has fewer digits than any number of its country",
        PhoneFault::TooLong => "it has more digits than any number of its country",
        PhoneFault::RegionNeeded => "it does not begin with + and the country's code: +989121234567",
        PhoneFault::Unknown => "there is no such number in its country",
        PhoneFault::NotMobile => "it is a landline or another number that gets no text messages",
    }
}
