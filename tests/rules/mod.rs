//! The rules that hold across routes.

mod bad_input;
mod budgets;
mod code_lifetime;
mod database_trouble;
mod delivery;
mod guesses;
mod known_device;
mod limits;
mod privacy;
mod races;
mod sends;
mod sessions;
