import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** How often each watch measures, as the target says. */
export const EVERY_SECONDS = 15;
export const FOR_MINUTES = 30;

function componentName(n: number): string {
  return `svc-${String(n).padStart(4, "0")}`;
}

/**
 * Writes the configuration of so many services, each with a watch of two checks, and returns its path.
 * Every service has queries of its own, so that no answer serves two watches.
 */
export function writeWatches(
  folder: string,
  { watches, world, metrics }: { watches: number; world: number; metrics: number },
): string {
  const path = join(folder, "slipway.yml");
  const components = Array.from({ length: watches }, (_, n) => component(componentName(n)));
  writeFileSync(path, [head(world, metrics), ...components].join(""));
  return path;
}

function head(world: number, metrics: number): string {
  return `
timezone: UTC
slack: { channel: releases }
sources:
  ci: { type: report, secret: "whsec_${Buffer.alloc(32, 7).toString("base64")}" }
metrics:
  prom: { type: prometheus, url: "http://127.0.0.1:${metrics}" }
deployers:
  gate:
    type: http
    start: { url: "http://127.0.0.1:${world}/deploys", body: { app: "{{component}}" }, id: body.id }
    observe:
      url: "http://127.0.0.1:${world}/deploys/{{id}}"
      every: 1s
      timeout: 30m
      succeeded: body.status == "done"
      failed: body.status == "failed"
components:
`.trimStart();
}

function component(name: string): string {
  const labels = `app="${name}",version="{{version}}"`;
  return `
  ${name}:
    kind: service
    intake: [{ source: ci }]
    environments:
      production:
        deploy: { use: gate }
        watch:
          for: ${FOR_MINUTES}m
          every: ${EVERY_SECONDS}s
          checks:
            - name: success rate
              source: prom
              query: success_ratio{${labels}}
              pass: value >= 0.9
            - name: 95th percentile
              source: prom
              query: latency_seconds{${labels}}
              pass: value <= 1.0
`.slice(1);
}
