//! WebOTP: Chrome on Android hands over the code of a message that ends with `@host #code`, after asking the person.
//! An enhancement only: nothing else depends on it.

use js_sys::{Array, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{AbortController, CredentialRequestOptions, HtmlInputElement};

/// A code is no use after this.
const GIVE_UP_AFTER_MILLISECONDS: i32 = 120_000;

/// Waits for the message, fills the field and sends its form. Gives up when the form is sent or the time is over.
pub fn fill_when_it_arrives(field: &str) {
    let field =
        document().get_element_by_id(field).and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    if let Some(field) = field.filter(|_| Reflect::has(&window(), &"OTPCredential".into()).unwrap_or(false)) {
        // It fails where the browser forbids it, and then the person types the code.
        let _ = wait_for_message(&field);
    }
}

fn wait_for_message(field: &HtmlInputElement) -> Result<(), JsValue> {
    let controller = AbortController::new()?;
    let otp = Object::new();
    Reflect::set(&otp, &"transport".into(), &Array::of1(&"sms".into()))?;
    let options = Object::new();
    Reflect::set(&options, &"otp".into(), &otp)?;
    Reflect::set(&options, &"signal".into(), &controller.signal())?;
    let options: &CredentialRequestOptions = options.unchecked_ref();
    let message = window().navigator().credentials().get_with_options(options)?;
    let arrived = Closure::once({
        let field = field.clone();
        move |credential: JsValue| fill(&field, &credential)
    });
    // Giving up ends in a rejection, which is no error.
    let given_up = Closure::once(|_: JsValue| {});
    let _ = message.then2(&arrived, &given_up);
    arrived.forget();
    given_up.forget();
    let give_up = Closure::<dyn FnMut()>::new(move || controller.abort()).into_js_value();
    let give_up = give_up.unchecked_ref();
    window().set_timeout_with_callback_and_timeout_and_arguments_0(give_up, GIVE_UP_AFTER_MILLISECONDS)?;
    field.form().map_or(Ok(()), |form| form.add_event_listener_with_callback("submit", give_up))
}

fn fill(field: &HtmlInputElement, credential: &JsValue) {
    let code = Reflect::get(credential, &"code".into()).ok().and_then(|code| code.as_string());
    if let (Some(code), Some(form)) = (code, field.form()) {
        field.set_value(&code);
        // A refused submission leaves the code in the field, and the button beside it.
        let _ = form.request_submit();
    }
}
