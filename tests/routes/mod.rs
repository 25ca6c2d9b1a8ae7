//! What each route of the contract answers.

mod account;
mod fuzz;
mod home;
mod hostile;
mod inbox;
mod message_events;
mod request_code;
mod resend_code;
mod sign_out;
mod verify_code;
mod web_surface;
