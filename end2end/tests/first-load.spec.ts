// What the first page costs a phone on a slow network.

import { expect, test } from "../support/test.ts";

test("the first load is the page, a style sheet, a script, the module and an icon, all from here @once", async ({ app, page }) => {
  const addresses: string[] = [];
  page.on("response", (response) => addresses.push(new URL(response.url()).pathname));
  await app.open("/sign-in");
  expect(addresses[0]).toBe("/sign-in");
  const files = addresses.slice(1).filter((path) => !path.startsWith("/favicon"));
  expect(files.map((path) => path.split(".").at(-1)).sort()).toEqual(["css", "js", "wasm"]);
});

test("files are sent compressed, may be kept for ever, and have the right type @once", async ({ app, page, request }) => {
  const files: string[] = [];
  page.on("response", (response) => response.url().includes("/pkg/") && files.push(response.url()));
  await app.open("/sign-in");
  const types = { css: "text/css", js: "text/javascript", wasm: "application/wasm" };
  expect(files).toHaveLength(3);
  for (const [extension, type] of Object.entries(types)) {
    const file = files.find((url) => url.endsWith(`.${extension}`)) ?? "";
    expect(file, "its name changes with its content").toMatch(new RegExp(`/pkg/mobile-auth\\.[\\w-]{20,}\\.${extension}$`));
    for (const encoding of ["br", "gzip"]) {
      const response = await request.get(file, { headers: { "accept-encoding": encoding } });
      const headers = response.headers();
      expect(headers["content-encoding"]).toBe(encoding);
      expect(headers["content-type"]).toContain(type);
      expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
      expect(headers["vary"]).toMatch(/accept-encoding/i);
    }
  }
});

test("pages of the flow are never kept, and carry a policy with a nonce of their own @once", async ({ app, page, request }) => {
  const nonces: string[] = [];
  for (const path of ["/sign-in", "/sign-in", "/no-such-page"]) {
    const headers = (await request.get(path)).headers();
    expect(headers["cache-control"]).toBe("no-store");
    nonces.push(/'nonce-([^']+)'/.exec(headers["content-security-policy"] ?? "")?.[1] ?? path);
  }
  expect(new Set(nonces).size).toBe(3);
  await app.askForCode();
  expect((await page.reload())?.headers()["cache-control"]).toBe("no-store");
});

test("a script that somebody smuggled into the markup does not run @js", async ({ app, guard, page }) => {
  guard.allow(/violates the following Content Security Policy directive/);
  await page.route("/sign-in", async (route) => {
    const response = await route.fetch();
    const smuggled = "<script>document.title = 'smuggled'</script><img src='/favicon.svg' onload='document.title = 1'></body>";
    await route.fulfill({ response, body: (await response.text()).replace("</body>", smuggled) });
  });
  const refused: string[] = [];
  page.on("console", (message) => refused.push(message.text()));
  await app.open("/sign-in");
  await expect(page).toHaveTitle(/^Sign in/);
  expect(refused.filter((text) => text.includes("Content Security Policy"))).toHaveLength(2);
});
