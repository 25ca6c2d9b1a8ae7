//! What may be typed after `mobile-auth`.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

const AFTER_HELP: &str = "\
Configuration:
  Development needs none. Leptos.toml, in the working directory or named by --config, shows every setting. The
  environment overrides it: [sms] provider is MOBILE_AUTH_SMS_PROVIDER (section, key, upper case, underscores), lists
  have commas. Leptos's own settings keep leptos's names: LEPTOS_SITE_ADDR says where the server listens.

Examples:
  mobile-auth                                        serve at http://localhost:3000, codes in the terminal
  LEPTOS_SITE_ADDR=127.0.0.1:8080 mobile-auth        serve on another port
  mobile-auth config check --config /etc/mobile-auth/Leptos.toml
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
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Command {
    /// Serve the site until SIGTERM or Ctrl-C (the default).
    Serve,
    /// Bring the database's schema up to date, and end.
    Migrate,
    /// Look at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
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
