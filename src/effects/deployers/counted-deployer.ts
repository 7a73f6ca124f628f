import type { Telemetry } from "../../shared/telemetry.ts";
import type { Deployer } from "./deployer.ts";

/** The same deployer, whose calls are counted: what its system answered, and what it did not. */
export function countedDeployer(
  deployer: Deployer,
  { deployerCalls }: Pick<Telemetry, "deployerCalls">,
): Deployer {
  const { name } = deployer;
  const counted = async <T>(call: "start" | "observe" | "stop", made: Promise<T>): Promise<T> => {
    try {
      const result = await made;
      deployerCalls.inc({ deployer: name, call, outcome: "ok" });
      return result;
    } catch (error) {
      deployerCalls.inc({ deployer: name, call, outcome: "error" });
      throw error;
    }
  };
  return {
    name,
    every: deployer.every,
    timeout: deployer.timeout,
    endsInStart: deployer.endsInStart,
    start: (...request) => counted("start", deployer.start(...request)),
    observe: (...request) => counted("observe", deployer.observe(...request)),
    stop: (...request) => counted("stop", deployer.stop(...request)),
  };
}
