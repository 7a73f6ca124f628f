#!/usr/bin/env node
import * as nodeModule from "node:module";

// The oldest that all packages run on; an older one would fail somewhere, and not say why.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `slipway: Node 22.18 or newer is needed, and this is ${process.versions.node}; in a checkout the npm scripts bring their own: npm run slipway -- help\n`,
  );
  process.exit(1);
}
// Half a second of each start is the compiling of packages: what was compiled is kept for the next one.
// Where that cannot be written, a start takes longer and nothing else.
nodeModule.enableCompileCache();
const { runCommandLine } = await import("./command-line.ts");

process.exitCode = await runCommandLine(process.argv.slice(2), process);
// Keep-alive sockets and timers of others must not hold up an exit that has been decided.
process.exit();
