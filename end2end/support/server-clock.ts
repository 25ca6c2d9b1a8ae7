// The server's wall clock, moved from outside by libfaketime: the program under test knows nothing of it, and no test
// waits for two minutes to pass.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

export class ServerClock {
  private readonly file: string;
  private ahead = 0;

  constructor(folder: string) {
    this.file = path.join(folder, "clock");
    this.write();
  }

  /** What makes a program read this clock. Timers stay true: tokio's follow the monotonic clock. */
  environment(): Record<string, string> {
    return {
      LD_PRELOAD: library(),
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      NO_FAKE_STAT: "1",
      TZ: "UTC",
    };
  }

  advance(seconds: number): void {
    this.ahead += seconds;
    this.write();
  }

  /** Stops the clock at a moment: for pictures that are the same each time. */
  freeze(time: Date): void {
    this.write(time.toISOString().slice(0, 19).replace("T", " "));
  }

  /** What the server takes for the present. */
  now(): Date {
    return new Date(Date.now() + this.ahead * 1000);
  }

  /** Renamed into place, for the server may read at any moment. */
  private write(time = `+${this.ahead}`): void {
    fs.writeFileSync(`${this.file}.new`, `${time}\n`);
    fs.renameSync(`${this.file}.new`, this.file);
  }
}

/** What libfaketime 0.9.10 leaves of a program that was killed; it refuses to start the next one with that number. */
export function removeClockOf(pid: number): void {
  for (const name of [`faketime_shm_${pid}`, `sem.faketime_sem_${pid}`]) fs.rmSync(path.join("/dev/shm", name), { force: true });
}

let known: string | undefined;

/** The program `faketime` knows where its library lies; -m is the one for programs with threads. */
function library(): string {
  known ??= ask();
  return known;
}

function ask(triesLeft = 3): string {
  const { error, pid, stdout, stderr } = spawnSync("faketime", ["-m", "-f", "+0", "printenv", "LD_PRELOAD"], { encoding: "utf8" });
  if (error !== undefined) throw new Error(`faketime cannot be started: run scripts/setup --for test (${error.message})`);
  if (stdout) return stdout.trim();
  if (triesLeft === 0) throw new Error(`faketime does not say where its library lies: ${stderr}`);
  removeClockOf(pid);
  return ask(triesLeft - 1);
}
