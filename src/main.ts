#!/usr/bin/env node
import { runCommandLine } from "./command-line.ts";

process.exitCode = await runCommandLine(process.argv.slice(2), process);
// Keep-alive sockets and timers of others must not hold up an exit that has been decided.
process.exit();
