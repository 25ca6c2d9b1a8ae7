//! Builds again when a migration is added: the compiler only watches the files that the program already embeds.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
