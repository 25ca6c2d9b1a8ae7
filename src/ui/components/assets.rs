//! Where the browser's files are. Their names carry a hash of their content, so that browsers may keep them for ever.

use std::{path::PathBuf, sync::OnceLock};

use leptos::config::LeptosOptions;

/// Paths of the files that the build made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The script that loads the WebAssembly.
    pub js: String,
    /// The WebAssembly.
    pub wasm: String,
}

impl Assets {
    /// Reads the hashes once: they change with the build only.
    pub fn get(options: &LeptosOptions) -> &'static Self {
        static ASSETS: OnceLock<Assets> = OnceLock::new();
        ASSETS.get_or_init(|| Self::new(options, &hashes(options).unwrap_or_default()))
    }

    fn new(options: &LeptosOptions, hashes: &str) -> Self {
        let path = |extension: &str| {
            let lines = hashes.lines().filter_map(|line| line.split_once(':'));
            let hash = lines.filter(|(kind, _)| kind.trim() == extension).map(|(_, hash)| hash.trim()).next();
            let dot = if hash.is_some() { "." } else { "" };
            let hash = hash.unwrap_or_default();
            format!("/{}/{}{dot}{hash}.{extension}", options.site_pkg_dir, options.output_name)
        };
        Self { css: path("css"), js: path("js"), wasm: path("wasm") }
    }
}

/// The build leaves the hashes beside the program. Without the file the plain names are right.
fn hashes(options: &LeptosOptions) -> Option<String> {
    let program = std::env::current_exe().ok()?;
    let file: PathBuf = program.parent()?.join(options.hash_file.as_ref());
    std::fs::read_to_string(file).ok().filter(|_| options.hash_files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_the_hash_of_the_build() {
        let options = LeptosOptions::builder().output_name("mobile-auth").build();
        let assets = Assets::new(&options, "js: aaa\nwasm: bbb\ncss: ccc\n");
        assert_eq!(assets.js, "/pkg/mobile-auth.aaa.js");
        assert_eq!(assets.wasm, "/pkg/mobile-auth.bbb.wasm");
        assert_eq!(assets.css, "/pkg/mobile-auth.ccc.css");
        assert_eq!(Assets::new(&options, "").css, "/pkg/mobile-auth.css");
    }
}
