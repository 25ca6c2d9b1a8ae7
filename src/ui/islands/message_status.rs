//! What becomes of the message, as the server tells it while the page is open.

use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use super::dom;
use crate::domain::receipt::DeliveryState;

/// Where the page says it.
const PLACE: &str = "message";

/// What the place is marked with: the state's name.
const STATE: &str = "data-state";

/// Listens at the address and writes down what it hears; an empty one has nothing to tell. Where that fails, the page still
/// tells it when it is loaded again.
pub fn follow(address: &str) {
    if address.is_empty() {
        return;
    }
    let Ok(source) = EventSource::new(address) else { return };
    let told = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        dom::tell(PLACE, &text, STATE, &event.last_event_id());
    });
    source.set_onmessage(Some(told.as_ref().unchecked_ref()));
    told.forget();
}

/// Whether the message is known to be on the phone.
pub fn has_arrived() -> bool {
    dom::attribute(PLACE, STATE).is_some_and(|state| state == DeliveryState::Delivered.name())
}
