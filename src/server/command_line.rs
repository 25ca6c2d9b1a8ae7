//! What may be typed after `mobile-auth`.

use std::path::PathBuf;

use chrono::TimeDelta;
use clap::{Parser, Subcommand};

use crate::domain::channel::Channel;

const AFTER_HELP: &str = "\
Configuration:
  Development needs none. Leptos.toml, in the working directory or named by --config, shows every setting. The
  environment overrides it: [sms] provider is MOBILE_AUTH_SMS_PROVIDER (section, key, upper case, underscores), lists
  have commas. Leptos's own settings keep leptos's names: LEPTOS_SITE_ADDR says where the server listens.

Examples:
  mobile-auth                                        serve at http://localhost:3000, codes in the terminal
  LEPTOS_SITE_ADDR=127.0.0.1:8080 mobile-auth        serve on another port
  mobile-auth config check --config /etc/mobile-auth/Leptos.toml
  mobile-auth sms send-test +989121234567
  mobile-auth limits set stage known_devices_only --for 6h
";

/// Sign-in with only a phone number and a 6-digit code.
#[derive(Debug, Parser)]
#[command(name = "mobile-auth", version, after_help = AFTER_HELP)]
pub struct CommandLine {
    /// The configuration file; without it, Leptos.toml in the working directory when there is one.
    #[arg(long, global = true, value_name = "PATH")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Serve the site until SIGTERM or Ctrl-C (the default).
    Serve,
    /// Bring the database's schema up to date, and end.
    Migrate,
    /// Look at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Look at the message, or send one to try the provider out.
    #[command(subcommand)]
    Sms(SmsCommand),
    /// Say how a number is read, which provider its messages go by, how its limits stand, what became of its last codes, and whether
    /// the next one would be sent.
    Doctor {
        /// The number in full: +989121234567.
        phone: String,
    },
    /// End sessions: a phone was stolen, or nobody knows who got in.
    Sessions {
        /// What to do with them.
        #[command(subcommand)]
        command: SessionsCommand,
    },
    /// See how the limits stand, and change what holds without a restart.
    Limits {
        /// What to do with them; without it, `show`.
        #[command(subcommand)]
        command: Option<LimitsCommand>,
    },
}

/// What to do with sessions. A running server follows at its next request.
#[derive(Clone, Debug, Subcommand)]
pub enum SessionsCommand {
    /// Sign a number out everywhere, or everybody. Browsers stay known, and nothing else is changed.
    End {
        /// The number in full: +989121234567.
        #[arg(required_unless_present = "everybody", conflicts_with = "everybody")]
        phone: Option<String>,
        /// Every session of every account.
        #[arg(long)]
        everybody: bool,
    },
}

/// What to do with messages.
#[derive(Clone, Debug, Subcommand)]
pub enum SmsCommand {
    /// Print the message as people get it, its alphabet and length, what must be registered before it is sent, and everything that is
    /// wrong with it (exit code 1).
    Lint,
    /// Send a message by the configured providers and say what came of it. Its code opens nothing.
    SendTest {
        /// The number in full: +989121234567.
        phone: String,
        /// The way that it goes: sms, call or whatsapp.
        #[arg(long, default_value = "sms", value_parser = channel)]
        by: Channel,
    },
}

fn channel(name: &str) -> Result<Channel, String> {
    Channel::parse(name).ok_or_else(|| "write sms, call or whatsapp".to_owned())
}

/// What to do with the limits. A running server follows at its next act.
#[derive(Clone, Debug, Subcommand)]
pub enum LimitsCommand {
    /// Print what was spent, what was guessed wrongly, what limits that only record would have refused, and what is set
    /// by hand.
    Show,
    /// Let something else hold than the configuration says.
    Set {
        /// `countries`, `stage`, `sends_per_hour`, `sends_per_day`, `cost_per_day` or `price`; `stage.IR`, `sends_per_day.IR`,
        /// `cost_per_day.IR` or `price.IR` for any country.
        name: String,
        /// For countries: `all`, or those served, such as `IR,GB`. For a stage: `open`, `slow`, `known_devices_only` or `stopped`; for costs and prices an amount such as 12.50; else a
        /// whole number.
        value: String,
        /// For how long, such as 30m, 6h or 2d; without it, until it is unset.
        #[arg(long = "for", value_name = "TIME", value_parser = duration)]
        duration: Option<TimeDelta>,
    },
    /// Let the configuration hold again.
    Unset {
        /// What was set.
        name: String,
    },
    /// Open a number again that was switched off after too many wrong codes in a row.
    Reopen {
        /// The number in full: +989121234567.
        phone: String,
    },
    /// Text a number again whose owner told us to stop, at its owner's word.
    OptIn {
        /// The number in full: +989121234567.
        phone: String,
    },
    /// Send codes again to the numbers around this one, after they were paused because nobody used them.
    Resume {
        /// A number in full: +989121234567.
        phone: String,
    },
    /// Date as of now what is dated more than five minutes ahead, after a clock was: else its limits hold until the clock gets there,
    /// and its sessions too. Set the clock right first: by one that is behind, everything would count as older than it is. Deletions,
    /// reserved numbers and claims of that time stay as they are dated.
    Redate,
}

fn duration(text: &str) -> Result<TimeDelta, String> {
    let parts = text.split_at_checked(text.len().saturating_sub(1));
    let read = parts.and_then(|(number, unit)| {
        let number: i64 = number.parse().ok().filter(|number| (1..=10_000).contains(number))?;
        match unit {
            "m" => Some(TimeDelta::minutes(number)),
            "h" => Some(TimeDelta::hours(number)),
            "d" => Some(TimeDelta::days(number)),
            _ => None,
        }
    });
    read.ok_or_else(|| "write minutes, hours or days, such as 30m, 6h or 2d".to_owned())
}

/// What to do with the configuration.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print every setting and where it comes from, or everything that is wrong (exit code 1). Secrets are not shown.
    Check,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_holds_together() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn a_while_is_minutes_hours_or_days() {
        assert_eq!(duration("30m"), Ok(TimeDelta::minutes(30)));
        assert_eq!(duration("2d"), Ok(TimeDelta::days(2)));
        for bad in ["", "m", "30", "-1h", "1w", "0h", "1é"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn serving_is_the_default_and_the_file_may_be_named_anywhere() {
        let parse = |words: &[&str]| CommandLine::try_parse_from(words).unwrap();
        assert!(parse(&["mobile-auth"]).command.is_none());
        for words in [
            ["mobile-auth", "--config", "x.toml", "config", "check"],
            ["mobile-auth", "config", "check", "--config", "x.toml"],
        ] {
            assert_eq!(parse(&words).config, Some(PathBuf::from("x.toml")));
        }
    }
}
