pub mod code;
pub mod home;
pub mod phone;
pub mod problem;
