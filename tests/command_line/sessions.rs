//! The operator ends sessions beside a running server.

use super::{
    running::Folder,
    visitor::{is_signed_in, serve_with_outbox, sign_in},
};

const KEY: (&str, &str) = ("MOBILE_AUTH_SITE_SECRET_KEY", "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=");

fn say(folder: &Folder, words: &[&str]) -> String {
    let words = [&["sessions", "end"], words].concat();
    let output = folder.run(&words, &[KEY, ("MOBILE_AUTH_LOG_FILTER", "error")]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_operator_signs_out_one_number_or_everybody_at_once() {
    let folder = Folder::new();
    let (server, outbox) = serve_with_outbox(&folder, &[KEY]);
    let people = ["989121234567", "989121234568", "989121234569"];
    let [stolen, second, third] =
        people.map(|phone| sign_in(server.address, &outbox, phone).unwrap().session);
    assert_eq!(say(&folder, &["+98 912 123 4567"]), "Sessions of the number ended: 1.\n");
    assert!(!is_signed_in(server.address, &stolen) && is_signed_in(server.address, &second));
    assert_eq!(say(&folder, &["+98 912 123 4567"]), "Sessions of the number ended: 0.\n");
    assert_eq!(say(&folder, &["--everybody"]), "Sessions ended: 2, of everybody.\n");
    assert!(!is_signed_in(server.address, &second) && !is_signed_in(server.address, &third));
    assert!(sign_in(server.address, &outbox, "447400123456").is_some(), "signing in works on");
}

#[test]
fn whose_sessions_must_be_said_and_said_well() {
    let folder = Folder::new();
    for words in [&["sessions", "end"][..], &["sessions", "end", "+989121234567", "--everybody"]] {
        assert_eq!(folder.run(words, &[KEY]).status.code(), Some(2), "{words:?}");
    }
    let text = folder.fail(&["sessions", "end", "12"], &[KEY, ("MOBILE_AUTH_LOG_FILTER", "error")]);
    assert!(text.contains("with + and the country's code"), "{text}");
}
