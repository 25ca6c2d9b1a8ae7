// The system's browser: Playwright's own download is not needed.

import fs from "node:fs";
import path from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The first of these programs on the PATH, as `scripts/setup` looks for it. */
export function chromium(): string {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const found = candidates.find((candidate) => fs.existsSync(candidate));
  if (found === undefined) throw new Error(`none of ${NAMES.join(", ")} is on the PATH: run scripts/setup --for test`);
  return found;
}
