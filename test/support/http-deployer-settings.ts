import type { HttpDeployerSettings } from "../../src/effects/deployers/http/http-deployer-settings.ts";
import { template } from "./text-template.ts";
import { answerExpression } from "./value-expression.ts";

export const DEPLOY_TOKEN = "s3cret-deploy-token";

/** The `http` deployer of the interface's example, with a look-up and a way to stop. */
export function httpDeployerSettings(
  url: string,
  overrides: Partial<HttpDeployerSettings> = {},
): HttpDeployerSettings {
  const authorization = { authorization: template(`Bearer ${DEPLOY_TOKEN}`) };
  const get = { method: "GET", headers: authorization, body: null };
  return {
    name: "gate",
    start: {
      method: "POST",
      url: template(`${url}/deploys`),
      headers: { ...authorization, "Idempotency-Key": template("{{key}}") },
      body: {
        app: template("{{component}}"),
        version: template("{{version}}"),
        weight: template("{{weight}}"),
      },
      id: answerExpression("body.id"),
    },
    observe: {
      ...get,
      url: template(`${url}/deploys/{{id}}`),
      every: 2_000,
      timeout: 1_800_000,
      succeeded: answerExpression('body.status == "done"'),
      failed: answerExpression('body.status == "failed"'),
      detail: answerExpression("body.message"),
    },
    lookup: {
      ...get,
      url: template(`${url}/deploys?key={{key}}`),
      id: answerExpression("body.id"),
    },
    stop: {
      method: "POST",
      url: template(`${url}/deploys/{{id}}/stop`),
      headers: authorization,
      body: null,
    },
    rollback: null,
    ...overrides,
  };
}
