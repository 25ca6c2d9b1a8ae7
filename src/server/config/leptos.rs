//! `[package.metadata.leptos]`: leptos's own section, read by leptos itself.

use std::net::SocketAddr;

use leptos::config::{Env, LeptosOptions, get_config_from_str};

use super::{
    fault::{Fault, nearest},
    file::{ConfigFile, LEPTOS_TABLE},
    gather::Variables,
    reader::{Environment, quoted},
    setting::Source,
};

/// The file of the repository: where a deployed file leaves something out, or there is none, its section counts.
const BUILT_IN: &str = include_str!("../../../Leptos.toml");

/// The variable that says where the server listens.
pub const SITE_ADDR_VARIABLE: &str = "LEPTOS_SITE_ADDR";

/// What leptos 0.8 reads at run time; it ignores all else, which would hide a slip of the pen.
const NAMES: &[&str] = &[
    "output-name",
    "site-root",
    "site-pkg-dir",
    "env",
    "site-addr",
    "reload-port",
    "reload-external-port",
    "reload-ws-protocol",
    "not-found-path",
    "hash-file",
    "hash-files",
    "server-fn-prefix",
    "disable-server-fn-hash",
    "server-fn-mod-path",
];

/// Reads leptos's options; leptos lets its own variables (`LEPTOS_SITE_ADDR`, …) override the file. Adds what is wrong to
/// `faults`; `None`: leptos could read nothing.
pub fn read(
    file: Option<&ConfigFile>,
    variables: &Variables,
    environment: Environment,
    faults: &mut Vec<Fault>,
) -> Option<LeptosOptions> {
    let found = faults.len();
    let mut section = section(&built_in().ok()?);
    if let Some(file) = file {
        check_names(file, faults);
        section.extend(self::section(file));
    }
    check_address(file, variables, faults);
    if faults.len() > found {
        return None;
    }
    // Written anew, so that leptos sees this section alone, wherever and however the file has it.
    let text = format!("[package.metadata.leptos]\n{section}");
    match get_config_from_str(&text) {
        Ok(mut options) => {
            if environment == Environment::Production {
                options.env = Env::PROD;
            }
            Some(options)
        }
        Err(error) => {
            let problem = format!("could not be read by leptos: {error}");
            let remedy = "Look at the section, and at the variables that begin with LEPTOS_.";
            faults.push(Fault::of_whole("[package.metadata.leptos]", problem, remedy));
            None
        }
    }
}

fn built_in() -> Result<ConfigFile, Fault> {
    ConfigFile::parse(std::path::Path::new("Leptos.toml"), BUILT_IN)
}

fn section(file: &ConfigFile) -> toml::Table {
    let metadata = file.table.get(LEPTOS_TABLE).and_then(|package| package.get("metadata"));
    let section = metadata.and_then(|metadata| metadata.get("leptos"));
    section.and_then(toml::Value::as_table).cloned().unwrap_or_default()
}

fn check_names(file: &ConfigFile, faults: &mut Vec<Fault>) {
    for name in section(file).keys().filter(|name| !NAMES.contains(&name.as_str())) {
        let remedy = match nearest(name, NAMES.iter().copied()) {
            Some(near) => format!("Did you mean “{near}”?"),
            None => format!("Leptos knows {}.", NAMES.join(", ")),
        };
        faults.push(Fault {
            subject: format!("[package.metadata.leptos] {name}"),
            origin: Some(Source::File(file.path.clone())),
            problem: "is not known to leptos at run time".to_owned(),
            remedy,
        });
    }
}

/// Leptos's own message does not say which setting it means.
fn check_address(file: Option<&ConfigFile>, variables: &Variables, faults: &mut Vec<Fault>) {
    let variable = variables.iter().find(|(name, _)| name.to_str() == Some(SITE_ADDR_VARIABLE));
    let from_variable = || {
        let (name, value) = variable?;
        Some((value.to_string_lossy().into_owned(), Source::Environment(name.to_str()?.to_owned())))
    };
    let from_file = || {
        let file = file?;
        let address = section(file).get("site-addr")?.to_string();
        Some((address.trim_matches('"').to_owned(), Source::File(file.path.clone())))
    };
    let Some((address, source)) = from_variable().or_else(from_file) else { return };
    if address.parse::<SocketAddr>().is_err() {
        faults.push(Fault {
            subject: "[package.metadata.leptos] site-addr".to_owned(),
            origin: Some(source),
            problem: quoted(&address),
            remedy: "Write an IP address and a port: 127.0.0.1:3000.".to_owned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn faults_of(text: &str, variables: &Variables) -> Vec<String> {
        let file = ConfigFile::parse(Path::new("x.toml"), text).unwrap();
        let mut faults = Vec::new();
        read(Some(&file), variables, Environment::Development, &mut faults);
        faults.iter().map(Fault::to_string).collect()
    }

    #[test]
    fn leptos_reads_the_file_of_the_repository_as_we_do() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Leptos.toml");
        let by_leptos = leptos::config::get_configuration(Some(path)).unwrap().leptos_options;
        let ours = read(None, &Vec::new(), Environment::Development, &mut Vec::new()).unwrap();
        assert_eq!(format!("{by_leptos:?}"), format!("{ours:?}"));
    }

    #[test]
    fn the_file_says_what_the_build_was_told() {
        let manifest = include_str!("../../../Cargo.toml");
        let by_manifest = format!("{:?}", get_config_from_str(manifest).unwrap());
        assert_eq!(format!("{:?}", get_config_from_str(BUILT_IN).unwrap()), by_manifest);
    }

    #[test]
    fn a_file_may_leave_out_leptos_section_or_parts_of_it() {
        let file = ConfigFile::parse(Path::new("x.toml"), "[package.metadata.leptos]\nsite-root = \"/srv\"")
            .unwrap();
        let options = read(Some(&file), &Vec::new(), Environment::Production, &mut Vec::new()).unwrap();
        assert_eq!((&*options.site_root, &*options.output_name), ("/srv", "mobile-auth"));
        assert_eq!(options.env, Env::PROD);
    }

    #[test]
    fn an_unknown_name_and_a_bad_address_are_told_with_their_origin() {
        let text = "[package.metadata.leptos]\nsite-adr = \"0.0.0.0:80\"\nsite-addr = \"here\"";
        let faults = faults_of(text, &Vec::new());
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].contains("site-adr") && faults[0].contains("“site-addr”"), "{faults:?}");
        assert!(faults[1].contains("is “here” (from x.toml)"), "{faults:?}");
        let variables = vec![(SITE_ADDR_VARIABLE.into(), "3000".into())];
        let faults = faults_of("", &variables);
        assert!(faults[0].contains("is “3000” (from environment, LEPTOS_SITE_ADDR)"), "{faults:?}");
    }
}
