import { aReport, card, LEA, SAM, send, type World } from "./system.ts";

/** A watch of the world's production that compares failed predictions, and nothing else. */
const WATCH = `
        watch:
          for: 8s
          every: 1s
          checks:
            - name: failed predictions
              source: prom
              ratio:
                bad: predictions_total{version="{{version}}",outcome="bad"}
                total: predictions_total{version="{{version}}"}
`;

/** The world's configuration with that watch in place of its own. */
export function comparing(yaml: string): string {
  return yaml.replace(/\n {8}watch:[\s\S]*$/, WATCH);
}

/** Reports a version, and both approve it. */
export async function releaseVersion(world: World, port: number, version: string): Promise<void> {
  await send(port, aReport(version));
  const { ts } = await card(world, version, "Approve");
  await world.slack.click(LEA, world.channel, ts, "Approve");
  await card(world, version, "*1 of 1* from @ml-leads");
  await world.slack.click(SAM, world.channel, ts, "Approve");
}
