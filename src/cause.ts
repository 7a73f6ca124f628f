import { type Actor, recordedActor, SLIPWAY } from "./core/actor.ts";
import type { Command } from "./core/command.ts";

/** Who is recorded as the cause of what a command changes. */
export function causeOf(command: Command): Actor {
  if ("person" in command) return recordedActor(command.person);
  if (command.type === "RegisterBuild") return { kind: "system", name: command.build.source };
  if (command.type === "ReportAlert") return { kind: "system", name: command.source };
  if (command.type === "RegisterFragment") return { kind: "system", name: command.fragment.source };
  return SLIPWAY;
}
