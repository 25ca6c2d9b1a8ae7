// A server of our own: free port, own database, own clock, messages into a file. Gone afterwards.

import { spawn, type ChildProcess } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Outbox } from "./outbox.ts";
import { removeClockOf, ServerClock } from "./server-clock.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const STARTS_WITHIN_MILLISECONDS = 20_000;
/** Somebody took the free port first, or libfaketime found what an earlier program with this process id had left. */
const UNLUCKY = /another program listens|File exists/;

export class Server {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "mobile-auth-"));
  readonly clock = new ServerClock(this.folder);
  readonly outbox = new Outbox(path.join(this.folder, "outbox.jsonl"));
  readonly url: string;
  /** Everything the server has said so far. */
  log = "";
  private readonly child: ChildProcess;

  private constructor(port: number, settings: Record<string, string>) {
    this.url = `http://localhost:${port}`;
    const environment = {
      ...withoutOurSettings(process.env),
      LEPTOS_SITE_ADDR: `127.0.0.1:${port}`,
      LEPTOS_SITE_ROOT: "target/site",
      MOBILE_AUTH_SITE_URL: this.url,
      MOBILE_AUTH_SITE_SECRET_KEY: crypto.randomBytes(32).toString("base64"),
      MOBILE_AUTH_DATABASE_URL: `sqlite://${this.folder}/test.db`,
      MOBILE_AUTH_SMS_PROVIDER: "outbox",
      MOBILE_AUTH_SMS_OUTBOX_PATH: this.outbox.file,
      // All of these people have one address, and more of them come in an hour than to a small site in a day.
      MOBILE_AUTH_LIMITS_RECORD_ONLY: "address_sends,network_sends,block_sends,conversion,site_budget,country_budget,address_guesses,site_guesses",
      ...this.clock.environment(),
      ...settings,
    };
    this.child = spawn(program(), { cwd: ROOT, env: environment, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on("data", (chunk) => (this.log += String(chunk)));
    this.child.on("error", (error) => (this.log += String(error)));
    process.once("exit", () => this.kill());
  }

  /** Resolves when the server can sign people in. */
  static async start(settings: Record<string, string> = {}, triesLeft = 3): Promise<Server> {
    const server = new Server(await freePort(), settings);
    if (await server.becomesReady()) return server;
    server.stop();
    if (triesLeft > 1 && UNLUCKY.test(server.log)) return Server.start(settings, triesLeft - 1);
    throw new Error(`the server did not start. It said:\n${server.log}`);
  }

  private async becomesReady(): Promise<boolean> {
    const deadline = Date.now() + STARTS_WITHIN_MILLISECONDS;
    while (Date.now() < deadline && this.child.exitCode === null && this.child.pid !== undefined) {
      if (await isReady(this.url)) return true;
      await pause(20);
    }
    return false;
  }

  stop(): void {
    this.kill();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  private kill(): void {
    this.child.kill("SIGKILL");
    if (this.child.pid !== undefined) removeClockOf(this.child.pid);
  }
}

function program(): string {
  const built = path.resolve(ROOT, process.env["CARGO_TARGET_DIR"] ?? "target", "debug/mobile-auth");
  if (!fs.existsSync(built)) throw new Error(`${built} is missing: cargo build --features ssr --bin mobile-auth`);
  if (!fs.existsSync(path.join(ROOT, "target/site/pkg"))) throw new Error("target/site is missing: scripts/build-site");
  return built;
}

/** What a developer has set for their own server is none of the tests' business. */
function withoutOurSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(MOBILE_AUTH|LEPTOS)_/.test(name)));
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then((response) => response.ok, () => false);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(address !== null && typeof address === "object" ? address.port : 0));
    });
  });
}
