//! Fresh secrets and codes, and what the store is given of them.

use chrono::{DateTime, Utc};
use rand::Rng as _;

use super::{
    sign_in::{Entry, SignIn, SignedIn},
    store::{GuessId, NewCode, NewDevice, NewSession, Proof, Spender, SpentGuess},
    visitor::Visitor,
};
use crate::domain::{
    challenge::{ChallengeDigest, ChallengeSecret, Purpose},
    form_nonce::FormNonce,
    known_device::DeviceSecret,
    one_time_code::{CodeDigest, OneTimeCode},
    phone_number::PhoneNumber,
    session::SessionSecret,
    throttle::ThrottleKey,
};

impl SignIn {
    pub(super) fn draw_challenge(&self) -> ChallengeSecret {
        ChallengeSecret::generate(&mut *self.adapters.entropy.random())
    }

    /// A number for a page that is drawn, for its forms to send back.
    pub fn draw_form_nonce(&self) -> FormNonce {
        FormNonce::generate(&mut *self.adapters.entropy.random())
    }

    pub(super) fn challenge_of_form(
        &self,
        nonce: &FormNonce,
        phone: &PhoneNumber,
        purpose: Purpose,
    ) -> ChallengeSecret {
        ChallengeSecret::of_form(&self.form_key, nonce, phone, purpose)
    }

    pub(super) fn draw_guess_id(&self) -> GuessId {
        let mut bytes = [0; 16];
        self.adapters.entropy.random().fill_bytes(&mut bytes);
        GuessId::new(bytes)
    }

    pub(super) fn draw_signed_in(&self, entry: Entry) -> SignedIn {
        let mut random = self.adapters.entropy.random();
        SignedIn {
            session: SessionSecret::generate(&mut *random),
            device: DeviceSecret::generate(&mut *random),
            entry,
        }
    }

    pub(super) fn new_session(
        &self,
        proof: Proof,
        guess: Option<SpentGuess>,
        spender: (&ThrottleKey, DateTime<Utc>),
        signed_in: &SignedIn,
        visitor: &Visitor,
    ) -> NewSession {
        let (phone, at) = spender;
        NewSession {
            proof,
            digest: signed_in.session.digest(),
            earlier: visitor.session.as_ref().map(SessionSecret::digest),
            created_at: at,
            guess,
            phone: *phone,
            browser: visitor.browser.clone(),
            network: visitor.network(),
            device: NewDevice {
                digest: signed_in.device.digest(),
                earlier: visitor.device.as_ref().map(DeviceSecret::digest),
                lane: self.names.lane(&signed_in.device),
            },
            policy: self.rules.policy.session.clone(),
        }
    }

    pub(super) fn new_code(
        &self,
        challenge: ChallengeDigest,
        code: &OneTimeCode,
        spender: Spender,
    ) -> NewCode {
        let digest = CodeDigest::new(&self.code_key, &challenge, &spender.phone, code);
        NewCode { challenge, digest, spender }
    }
}
