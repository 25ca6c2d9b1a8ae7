//! What an SMSC sends, or whoever has its port.

use bytes::BytesMut;
use mobile_auth::server::sms::{smpp_pdu, smpp_receipts::receipt};
use rusmpp::{Pdu, pdus::DeliverSm, types::OctetString, values::EsmClass};

/// Octets as they come: each PDU takes its own part, and the last one is waited for or is none.
pub fn smpp_pdus(data: &[u8]) {
    let mut buffer = BytesMut::from(data);
    let mut left = buffer.len();
    while let Ok(Some(incoming)) = smpp_pdu::next(&mut buffer) {
        assert!(buffer.len() + 16 <= left, "a PDU has at least a header");
        left = buffer.len();
        if let Some(Pdu::DeliverSm(message)) = incoming.pdu {
            let _ = receipt(&message);
        }
    }
}

/// The text of a receipt, which each SMSC writes a little otherwise.
pub fn smpp_receipts(data: &[u8]) {
    let Ok(text) = OctetString::from_slice(data) else { return };
    let mut message = DeliverSm::default();
    message.set_short_message(text);
    assert_eq!(receipt(&message), None, "what is not marked as a receipt is none, whatever it says");
    message.esm_class = EsmClass::from(4);
    if let Some((id, _)) = receipt(&message) {
        assert!(String::from_utf8_lossy(data).contains(id.as_str()), "{id:?}");
    }
}
