// The end of a long log says what failed and why, and what passed only at the second try: that is a fault too, of the
// program or of the test, but no reason to keep everybody else waiting.

import type { FullConfig, Reporter, Suite, TestCase } from "@playwright/test/reporter";

const UNSTYLED = /\u001b\[[0-9;]*m/g;

export default class LastWords implements Reporter {
  private suite: Suite | undefined;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.suite = suite;
  }

  onEnd(): void {
    for (const test of this.suite?.allTests() ?? []) {
      const outcome = test.outcome();
      if (outcome === "unexpected") this.say("Failed", test);
      if (outcome === "flaky") this.say("Passed at the second try only", test);
    }
  }

  private say(what: string, test: TestCase): void {
    console.log(`\n${what}: ${test.titlePath().filter(Boolean).join(" › ")}`);
    const errors = test.results.find((result) => result.errors.length > 0)?.errors ?? [];
    for (const { message = "", location } of errors) {
      const reason = message.replace(UNSTYLED, "").split("\n").filter(Boolean).slice(0, 6).join("\n  ");
      console.log(`  ${reason}\n  at ${location?.file}:${location?.line}`);
    }
  }
}
