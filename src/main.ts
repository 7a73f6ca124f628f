#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Half a second of each start is the compiling of packages: what was compiled is kept for the next one.
// Where that cannot be written, a start takes longer and nothing else.
enableCompileCache();
const { runCommandLine } = await import("./command-line.ts");

process.exitCode = await runCommandLine(process.argv.slice(2), process);
// Keep-alive sockets and timers of others must not hold up an exit that has been decided.
process.exit();
