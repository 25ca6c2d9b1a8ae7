//! Why there is no connection to an SMSC.

use std::io;

use super::smpp_pdu::NoSmpp;

/// Why there is no connection, for the log and for whoever has a message.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    // Not the error itself: TLS's has the names in a stranger's certificate.
    #[error(
        "the SMSC could not be reached (name, network, TLS certificate, or no connection in time: {0}); check [smpp] url \
         and the network"
    )]
    NotReached(io::ErrorKind),
    #[error("the connection to the SMSC broke ({0})")]
    Broken(#[from] io::Error),
    #[error("the SMSC closed the connection")]
    Closed,
    #[error("the SMSC does not answer")]
    Silent,
    #[error(
        "the SMSC refuses the account (command_status {0:#010x}); check [smpp] system_id, password and system_type"
    )]
    Refused(u32),
    #[error("the account's names are too long for SMPP; check [smpp]")]
    NoAccount,
    #[error(transparent)]
    NoSmpp(#[from] NoSmpp),
}
