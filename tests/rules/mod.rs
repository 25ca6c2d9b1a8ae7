//! The rules that hold across routes.

mod bad_input;
mod budgets;
mod code_lifetime;
mod database_trouble;
mod deletion;
mod delivery;
mod guesses;
mod in_doubt;
mod known_device;
mod languages;
mod limits;
mod number_change;
mod number_undo;
mod other_channels;
mod overload;
mod panics;
mod privacy;
mod races;
mod record;
mod recovery;
mod retention;
mod sends;
mod sessions;
mod test_numbers;
