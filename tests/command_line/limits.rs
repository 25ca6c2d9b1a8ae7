use super::running::Folder;

const KEY: (&str, &str) = ("MOBILE_AUTH_SITE_SECRET_KEY", "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=");

fn say(folder: &Folder, words: &[&str]) -> String {
    let output = folder.run(&[&["limits"], words].concat(), &[KEY, ("MOBILE_AUTH_LOG_FILTER", "error")]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_operator_sees_the_budgets_and_changes_them_beside_a_running_server() {
    let folder = Folder::new();
    let server = folder.serve(&[KEY]);
    assert!(say(&folder, &[]).contains("all countries: 0 of 300 messages in an hour"));
    let answer = say(&folder, &["set", "sends_per_day", "50", "--for", "2h"]);
    assert!(answer.contains("sends_per_day = 50, until "), "{answer}");
    say(&folder, &["set", "stage.IR", "stopped"]);
    let shown = say(&folder, &["show"]);
    assert!(
        shown.contains("0 of 50 in a day") && shown.contains("set by hand: stage.IR = stopped"),
        "{shown}"
    );
    assert!(server.get("/readyz").unwrap().starts_with("HTTP/1.1 200"));
    assert!(say(&folder, &["unset", "stage.IR"]).contains("as configured again"));
    assert!(say(&folder, &["unset", "stage.IR"]).contains("was not set"));
    assert!(say(&folder, &["reopen", "+98 912 123 4567"]).contains("had no failures"));
}

#[test]
fn what_cannot_be_set_is_told_with_what_can() {
    let folder = Folder::new();
    for (words, part) in [
        (&["set", "stages", "open"][..], "What can: countries, stage, sends_per_hour"),
        (&["set", "countries", "IR,UK"], "two-letter codes"),
        (&["set", "stage", "closed"], "open, slow, known_devices_only, stopped"),
        (&["set", "sends_per_day", "many"], "a whole number"),
        (&["set", "cost_per_day.IR", "12,50"], "an amount such as 12.50"),
        (&["reopen", "12"], "with + and the country's code"),
    ] {
        let text = folder.fail(&[&["limits"], words].concat(), &[KEY, ("MOBILE_AUTH_LOG_FILTER", "error")]);
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let usage = folder.run(&["limits", "set", "stage", "open", "--for", "soon"], &[KEY]);
    assert_eq!(usage.status.code(), Some(2));
}
