// For check-sizes, measure and measure-faults: a server of ours on a free port, with a key and a database that are gone afterwards.
"use strict";
const { spawn } = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const net = require("node:net");
const os = require("node:os");
const path = require("node:path");

function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function statusOf(url) {
  return new Promise((resolve) => {
    http.get(url, (response) => response.resume().on("end", () => resolve(response.statusCode))).on("error", () => resolve(0));
  });
}

// What a developer has set for their own server must not change what is measured.
const withoutOurSettings = (environment) => Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(MOBILE_AUTH|LEPTOS)_/.test(name)));

// Resolves when `page` answers 200; `milliseconds` is how long that took from the start of the process.
// `folder` may be one that an earlier server left, to start with an existing database. Messages go to `outbox` in it, unless
// `settings` say otherwise.
async function start(binary, { page, settings = {}, folder = fs.mkdtempSync(path.join(os.tmpdir(), "mobile-auth-")) }) {
  const outbox = path.join(folder, "outbox.jsonl");
  const port = await freePort();
  const began = process.hrtime.bigint();
  const child = spawn(path.resolve(binary), {
    env: {
      ...withoutOurSettings(process.env),
      LEPTOS_SITE_ADDR: `127.0.0.1:${port}`,
      LEPTOS_SITE_ROOT: "target/site",
      MOBILE_AUTH_SITE_URL: `http://localhost:${port}`,
      MOBILE_AUTH_SITE_SECRET_KEY: crypto.randomBytes(32).toString("base64"),
      MOBILE_AUTH_DATABASE_URL: `sqlite://${folder}/mobile-auth.db`,
      // Thousands sign in within a minute; each says by X-Forwarded-For where they are.
      MOBILE_AUTH_SITE_TRUSTED_PROXIES: "127.0.0.1",
      MOBILE_AUTH_BUDGET_SENDS_PER_HOUR: "1000000",
      MOBILE_AUTH_BUDGET_SENDS_PER_DAY: "1000000",
      MOBILE_AUTH_BUDGET_LEAST_USED_PERCENT: "0",
      MOBILE_AUTH_SMS_PROVIDER: "outbox",
      MOBILE_AUTH_SMS_OUTBOX_PATH: outbox,
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const ended = new Promise((resolve) => child.on("exit", resolve).on("error", (error) => resolve((output += error))));

  const stop = async ({ keep = false } = {}) => {
    child.kill();
    await ended;
    if (!keep) fs.rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://localhost:${port}`;
  const deadline = Date.now() + 10_000;
  let status = 0;
  while ((status = await statusOf(`http://127.0.0.1:${port}${page}`)) !== 200) {
    if (Date.now() > deadline || child.exitCode !== null || !child.pid) {
      await stop();
      throw new Error(`${binary} did not serve ${page} (last answer: ${status || "none"}). It said:\n${output}`);
    }
    await pause(2);
  }
  const milliseconds = Number(process.hrtime.bigint() - began) / 1e6;
  return { url, pid: child.pid, folder, outbox, milliseconds, stop };
}

module.exports = { start, pause };
