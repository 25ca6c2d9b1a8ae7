//! Every provider of another way than a text message.

use std::sync::Arc;

use super::{
    bird, bird_whatsapp::BirdWhatsApp, http_provider::HttpProvider, twilio, twilio_call::TwilioCall,
    twilio_whatsapp::TwilioWhatsApp, vonage, vonage_call::VonageCall,
};
use crate::domain::sms_route::ProviderName;

/// A provider as the operator set it up.
#[derive(Clone, Debug)]
pub enum OtherProvider {
    /// Twilio calls.
    TwilioCall(TwilioCall),
    /// Vonage calls.
    VonageCall(VonageCall),
    /// Twilio writes by WhatsApp.
    TwilioWhatsApp(TwilioWhatsApp),
    /// Bird writes by WhatsApp.
    BirdWhatsApp(BirdWhatsApp),
}

impl OtherProvider {
    /// Its name in the log.
    pub fn name(&self) -> ProviderName {
        match self {
            Self::TwilioCall(_) | Self::TwilioWhatsApp(_) => twilio::NAME,
            Self::VonageCall(_) => vonage::NAME,
            Self::BirdWhatsApp(_) => bird::NAME,
        }
    }

    pub(super) fn http_provider(&self) -> Arc<dyn HttpProvider> {
        match self {
            Self::TwilioCall(twilio) => Arc::new(twilio.clone()),
            Self::VonageCall(vonage) => Arc::new(vonage.clone()),
            Self::TwilioWhatsApp(twilio) => Arc::new(twilio.clone()),
            Self::BirdWhatsApp(bird) => Arc::new(bird.clone()),
        }
    }
}
