//! One integration binary; its files mirror the routes and the rules.

mod store;
