//! Markup without behaviour, and the words in it.

pub mod activity;
pub mod assets;
pub mod brand;
pub mod clock_time;
pub mod country_field;
pub mod country_names;
pub mod help;
pub mod masked_number;
pub mod other_channels;
pub mod plain_form;
pub mod preferred_region;
pub mod test_numbers;
pub mod wording;
