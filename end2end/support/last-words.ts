// The end of a long log says what failed and why, and what passed only at the second try: that is a fault too, of the
// program or of the test. One or two of 500 are no reason to keep everybody else waiting; more are.

import type { FullConfig, FullResult, Reporter, Suite, TestCase, TestError } from "@playwright/test/reporter";

const STYLES = /\u001b\[[0-9;]*m/g;
const MOST_SECOND_TRIES = 2;

export default class LastWords implements Reporter {
  private suite: Suite | undefined;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.suite = suite;
  }

  /** What belongs to no test, such as a file that cannot be read. */
  onError(error: TestError): void {
    this.say("Failed", [error]);
  }

  async onEnd(result: FullResult): Promise<{ status: FullResult["status"] }> {
    const tests = this.suite?.allTests() ?? [];
    const flaky = tests.filter((test) => test.outcome() === "flaky");
    for (const test of flaky) this.sayTest("Passed at the second try only", test);
    for (const test of tests.filter((test) => test.outcome() === "unexpected")) this.sayTest("Failed", test);
    const isTooMany = flaky.length > MOST_SECOND_TRIES;
    if (isTooMany) console.log(`\nFailed: ${flaky.length} tests needed a second try; ${MOST_SECOND_TRIES} may.`);
    return { status: isTooMany ? "failed" : result.status };
  }

  private sayTest(what: string, test: TestCase): void {
    const errors = test.results.find((result) => result.errors.length > 0)?.errors ?? [];
    this.say(`${what}: ${test.titlePath().filter(Boolean).join(" › ")}`, errors);
  }

  private say(what: string, errors: TestError[]): void {
    console.log(`\n${what}`);
    for (const { message = "", location } of errors) {
      const reason = message.replace(STYLES, "").split("\n").filter(Boolean).slice(0, 6).join("\n  ");
      console.log(`  ${reason}`);
      if (location !== undefined) console.log(`  at ${location.file}:${location.line}`);
    }
  }
}
