//! What people see. Pages and components are drawn on the server only; islands are what HTML cannot do, and run in the
//! browser too.

#[cfg(feature = "ssr")]
pub mod components;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod pages;
pub mod phrases;
