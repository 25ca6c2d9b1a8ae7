//! What HTML cannot do by itself. Each island wraps markup that works without it: the forms underneath are plain, and
//! what the server drew is what the browser takes over, unchanged.

pub mod code_form;
pub mod countdown;
pub mod dom;
mod form;
pub mod message_status;
pub mod phone_form;
pub mod web_otp;
