// SPDX-License-Identifier: Apache-2.0
// How the portal is built (portal/dist), served while it is being written (RUNYARD_URL: the daemon to ask) and tested.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const daemon = process.env.RUNYARD_URL ?? "http://127.0.0.1:7471";

/** Pages one level down get the same page with another base, so that every address in it can stay relative. */
const belowPage = (): Plugin => ({
  name: "below-page",
  enforce: "post",
  generateBundle(_options, bundle) {
    const page = bundle["index.html"];
    if (page?.type !== "asset") return;
    this.emitFile({
      type: "asset",
      fileName: "below.html",
      source: String(page.source).replace('<base href="./">', '<base href="../">'),
    });
  },
  transformIndexHtml: {
    order: "pre",
    handler: (html, context) => (context.server ? html.replace('<base href="./">', '<base href="/">') : html),
  },
});

/** A stylesheet as plain as any: one that is asked for across origins is refused behind some proxies, and the page could not say so. */
const plainStyles = (): Plugin => ({
  name: "plain-styles",
  enforce: "post",
  transformIndexHtml: {
    order: "post",
    handler: (html) => html.replaceAll('<link rel="stylesheet" crossorigin', '<link rel="stylesheet"'),
  },
});

/** Beside each file the same, compressed, for a daemon that compresses nothing itself. */
const compressed = (): Plugin => ({
  name: "compressed",
  writeBundle({ dir = "" }, bundle) {
    for (const { fileName } of Object.values(bundle)) {
      const path = join(dir, fileName);
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
    }
  },
});

/** Tests against a real daemon, one file at a time. */
const real = {
  testTimeout: 240_000,
  hookTimeout: 240_000,
  fileParallelism: false,
  expect: { poll: { timeout: 20_000 } },
};

export default defineConfig({
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { target: "es2022", modulePreload: { polyfill: false }, assetsInlineLimit: 0, reportCompressedSize: true },
  plugins: [plainStyles(), belowPage(), compressed()],
  server: {
    proxy: {
      "/api": {
        target: daemon,
        changeOrigin: true,
        configure: (proxy) => proxy.on("proxyReq", (ask) => ask.removeHeader("origin")),
      },
    },
  },
  test: {
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["tests/unit/**/*.test.ts"], setupFiles: "tests/unit/setup.ts" },
      },
      { extends: true, test: { name: "browser", include: ["tests/browser/**/*.test.ts"], ...real } },
      { extends: true, test: { name: "bench", include: ["tests/bench/**/*.test.ts"], ...real, testTimeout: 300_000 } },
    ],
  },
});
