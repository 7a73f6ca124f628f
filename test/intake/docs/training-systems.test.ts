import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { METRICS_FACET, VERSION_TAG } from "../../../src/intake/sources/openlineage-names.ts";
import { SAGEMAKER_EVENTS } from "../../../src/intake/sources/sagemaker.ts";
import type { ParsedEvent } from "../../../src/intake/sources/source.ts";
import { documentedSource, parsedBy } from "../../support/documented-source.ts";
import { fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { block, blocks, table } from "../../support/markdown.ts";

const TOKEN = "a token that nobody guesses";

function example(path: string): string {
  return readFileSync(join(import.meta.dirname, "../../../examples/senders", path), "utf8");
}

/** What a template comes to with these values, and with nothing for the others. */
function rendered(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(
    /\{\{ *(.*?) *\}\}|\$\{(.*?)\}/g,
    (whole, jinja?: string, dollar?: string) => {
      const name = jinja ?? dollar ?? "";
      return Object.hasOwn(values, name) ? (values[name] ?? "") : whole;
    },
  );
}

function outcomeOf(event: ParsedEvent | undefined): string | null {
  if (event?.kind === "fragment") return event.fragment.outcome;
  return event?.kind === "build" ? event.build.outcome : null;
}

/** Every row of a table of words is what the words come to. */
function holdsOutcomes(
  page: string,
  heading: string,
  parse: (word: string) => ParsedEvent | undefined,
): void {
  const rows = table(page, heading);
  expect(rows.length).toBeGreaterThan(2);
  for (const [word = "", outcome] of rows) {
    expect([word, outcomeOf(parse(word === "anything else" ? "?" : word))]).toEqual([
      word,
      outcome,
    ]);
  }
}

describe("docs/sources/airflow.md", () => {
  const { page, match } = documentedSource("airflow", { AIRFLOW_HOOK_TOKEN: TOKEN });
  /** The members of `json={…}` of a program, rendered as Airflow renders them. */
  const bodyOf = (program: string): Readonly<Record<string, string>> => {
    const [, json = ""] = /json=\{(.*?)\n {8,}\}/s.exec(program) ?? [];
    const values: Readonly<Record<string, string>> = {
      "dag.dag_id": "fraud_training",
      run_id: "scheduled__2026-11-22T00:00:00+00:00",
      "dag_run.logical_date": "2026-11-22 00:00:00+00:00",
      "dag_run.start_date": "2026-11-22 00:00:03+00:00",
      "dag_run.end_date": "None",
      "dag_run.conf.get('version', '')": "",
      "var.value.get('git_sha', '')": "3484a3fb816e0859fd6e1cea078d76385ff50625",
      "ti.xcom_pull(task_ids='evaluate', key='return_value') | tojson if ti else ''":
        '{"auc": 0.9671}',
      ds: "2026-11-22",
    };
    const members = json.matchAll(
      /^ *"(\w+)": (?:"airflow\.dag_run\." \+ )?(?:state|"(.*)"|'(.*)'),$/gm,
    );
    return Object.fromEntries(
      [...members].map(([, name, double, single]) => [
        name,
        rendered(double ?? single ?? "success", values),
      ]),
    );
  };

  for (const [name, program] of [
    ["the page", blocks(page, "python")[0] ?? ""],
    ["the example", example("airflow/fraud_training.py")],
  ] as const) {
    it(`sets up what takes the body of ${name}`, () => {
      const [event] = parsedBy("airflow", bodyOf(program));
      expect(match(event)).toMatchObject({ kind: "matched" });
      expect(event).toMatchObject({
        subject: { event: "success", package: "fraud-detector" },
        build: {
          version: "scheduled__2026-11-22T00:00:00+00:00",
          outcome: "success",
          commit: { sha: "3484a3fb816e0859fd6e1cea078d76385ff50625" },
          startedAt: Date.parse("2026-11-22T00:00:03Z"),
          finishedAt: null,
        },
      });
      expect(event).not.toHaveProperty("build.gaps");
    });
  }

  it("has the metrics and the data of the example", () => {
    expect(parsedBy("airflow", bodyOf(example("airflow/fraud_training.py")))).toMatchObject([
      {
        build: {
          metrics: { auc: 0.9671 },
          datasets: [{ name: "s3://feature-store/transactions", version: "2026-11-22" }],
        },
      },
    ]);
  });

  it("says what each state means", () => {
    const body = fixtureJson("airflow/http_notifier.dag_success.constructed.json");
    holdsOutcomes(
      page,
      "state",
      (state) => parsedBy("airflow", withMember(body, ["state"], state))[0],
    );
  });
});

describe("docs/sources/openlineage.md", () => {
  const { page, match } = documentedSource("openlineage", { LINEAGE_HOOK_TOKEN: TOKEN });
  const dag = fixtureJson("airflow/openlineage.dag_run.complete.constructed.json");

  it("sets up what takes the end of a DAG run, and of a task of it", () => {
    const task = fixtureJson("openlineage/training_run.complete.constructed.json");
    for (const body of [dag, task]) {
      expect(match(parsedBy("openlineage", body)[0])).toMatchObject({ kind: "matched" });
    }
  });

  it("says how a run ends", () => {
    holdsOutcomes(
      page,
      "type of the last event",
      (type) => parsedBy("openlineage", withMember(dag, ["eventType"], type))[0],
    );
  });

  it("shows a facet that is read, under its name, as the example does", () => {
    const facets = JSON.parse(block(page, "json")) as object;
    const shown = withMember(dag, ["run", "facets"], facets);
    expect(parsedBy("openlineage", shown)).toMatchObject([
      { fragment: { metrics: { auc: 0.9671 }, slices: { "country=BR": { auc: 0.91 } } } },
    ]);
    expect(Object.keys(facets)).toEqual([METRICS_FACET]);
    expect(example("openlineage/train.py")).toContain(`"${METRICS_FACET}": metrics`);
    expect(page).toContain(`the tag \`${VERSION_TAG}\``);
  });

  it("shows a transport that Airflow can read", () => {
    const [, json = ""] = /TRANSPORT='(.*)'/.exec(page) ?? [];
    expect(JSON.parse(json)).toMatchObject({
      type: "http",
      endpoint: "hooks/lineage",
      auth: { type: "api_key" },
    });
  });
});

describe("docs/sources/prefect.md", () => {
  const { page, match } = documentedSource("prefect", { PREFECT_HOOK_TOKEN: TOKEN });
  const completed = fixtureJson("prefect/call_webhook.flow_run_completed.constructed.json");
  const program = example("prefect/automation.py");

  it("sets up what takes the payload of the page, which is that of the example", () => {
    const template = block(page, "jinja");
    expect(program).toContain(template.trim());
    const { event, flow_run: run, flow, deployment, url } = completed as Record<string, unknown>;
    const body = rendered(template, {
      "event | tojson": JSON.stringify(event),
      "flow_run | tojson": JSON.stringify(run),
      "flow | tojson": JSON.stringify(flow),
      "deployment | tojson": JSON.stringify(deployment),
      "flow_run | ui_url": String(url),
    });
    const [parsed] = parsedBy("prefect", JSON.parse(body));
    expect(match(parsed)).toMatchObject({ kind: "matched" });
    expect(parsed).toMatchObject({ build: { version: "17", outcome: "success" } });
  });

  it("lets the automation expect every end of a run, as the example does", () => {
    const trigger = JSON.parse(block(page, "json")) as { readonly expect: readonly string[] };
    expect(
      [...program.matchAll(/"(prefect\.flow-run\.[A-Z]\w+)"/g)].map(([, name]) => name),
    ).toEqual(trigger.expect);
  });

  it("says what each type of state means", () => {
    const path = ["event", "resource", "prefect.state-type"];
    holdsOutcomes(
      page,
      "type of the state",
      (type) => parsedBy("prefect", withMember(completed, path, type))[0],
    );
  });
});

describe("docs/sources/kubeflow.md", () => {
  const { page, match } = documentedSource("kubeflow", { KUBEFLOW_HOOK_TOKEN: TOKEN });
  const body = JSON.parse(block(page, "json")) as Readonly<Record<string, unknown>>;

  it("sets up what takes the body that it shows, and the example posts no other members", () => {
    const [event] = parsedBy("kubeflow", body);
    expect(match(event)).toMatchObject({ kind: "matched" });
    expect(event).toMatchObject({ build: { version: "17", metrics: { auc: 0.9671 } } });
    const [, posted = ""] = /body = \{(.*?)\n {4}\}/s.exec(example("kubeflow/pipeline.py")) ?? [];
    const members = [...posted.matchAll(/^ +"(\w+)":/gm)].map(([, name = ""]) => name);
    expect(members.length).toBeGreaterThan(5);
    expect(Object.keys(body)).toEqual(
      expect.arrayContaining(members.filter((name) => name !== "pipeline_task_name")),
    );
  });

  it("says what each state means", () => {
    holdsOutcomes(page, "state", (state) => parsedBy("kubeflow", { ...body, state })[0]);
  });
});

describe("docs/sources/argo-workflows.md", () => {
  const { page, match } = documentedSource("argo-workflows", { ARGO_HOOK_TOKEN: TOKEN });
  const values: Readonly<Record<string, string>> = {
    "workflow.name": "fraud-training-x7k2p",
    "workflow.namespace": "ml",
    "workflow.uid": "b2f6a1d0-7e3c-4a55-9c1f-0d2e3f4a5b6c",
    "workflow.status": "Succeeded",
    "workflow.failures": "[]",
    "workflow.duration": "12.5",
    "workflow.creationTimestamp.RFC3339": "2026-11-22T00:00:03Z",
    "workflow.parameters.json": `[{"name":"git_sha","value":"${"a".repeat(40)}"}]`,
    "workflow.outputs.parameters.version": "18",
  };
  const workflow = z
    .object({
      spec: z.object({
        onExit: z.string(),
        templates: z.array(
          z.object({
            name: z.string(),
            container: z.object({
              env: z.array(z.object({ name: z.string(), value: z.string().optional() })).optional(),
            }),
          }),
        ),
      }),
    })
    .parse(parseYaml(example("argo-workflows/workflow.yaml")));
  const handler = workflow.spec.templates.find(({ name }) => name === workflow.spec.onExit);
  const body = handler?.container.env?.find(({ name }) => name === "BODY")?.value ?? "";

  it("shows the body that the exit handler of the example posts", () => {
    expect(body.replace(/\s+/g, " ").trim()).toBe(block(page, "text").replace(/\s+/g, " ").trim());
  });

  it("sets up what takes it, where an output was never made", () => {
    const [event] = parsedBy("argo-workflows", JSON.parse(rendered(body, values)));
    expect(match(event)).toMatchObject({ kind: "matched" });
    expect(event).toMatchObject({
      subject: { package: "fraud-detector" },
      build: { version: "18", outcome: "success", commit: { sha: "a".repeat(40) }, metrics: {} },
    });
  });

  it("says what each status means", () => {
    const sent = fixtureJson("argo-workflows/exit_handler.constructed.json");
    holdsOutcomes(
      page,
      "status",
      (status) => parsedBy("argo-workflows", withMember(sent, ["status"], status))[0],
    );
  });
});

describe("docs/sources/wandb.md", () => {
  const { page, match } = documentedSource("wandb", { WANDB_WEBHOOK_SECRET: TOKEN });
  const payload = block(page, "json");

  it("shows the payload of the example", () => {
    expect(JSON.parse(example("wandb/payload.json"))).toEqual(JSON.parse(payload));
  });

  it("sets up what takes it", () => {
    const body = rendered(payload, {
      event_type: "LINK_ARTIFACT",
      event_author: "alice",
      artifact_version: "wandb-artifact://_id/QXJ0",
      artifact_version_string: "acme/wandb-registry-model/fraud-detector:v17",
      artifact_collection_name: "fraud-detector",
      project_name: "wandb-registry-model",
      alias: "",
      "artifact_metadata.git_sha": "a".repeat(40),
      "artifact_metadata.auc": "0.9671",
      "artifact_metadata.dataset": "transactions-features:v8421",
    });
    const [event] = parsedBy("wandb", JSON.parse(body));
    expect(match(event)).toMatchObject({ kind: "matched" });
    expect(event).toMatchObject({ build: { version: "v17", metrics: { auc: 0.9671 } } });
  });

  it("logs the metadata that the payload asks for", () => {
    const asked = [...payload.matchAll(/\$\{artifact_metadata\.(\w+)\}/g)].map(([, name]) => name);
    const logged = example("wandb/link_model.py");
    expect(asked.filter((name) => !logged.includes(`"${name}":`))).toEqual([]);
  });
});

describe("docs/sources/databricks.md", () => {
  const { page, match } = documentedSource("databricks", {
    DATABRICKS_WEBHOOK_SECRET: TOKEN,
    DATABRICKS_TOKEN: TOKEN,
  });
  const sent = fixtureJson("databricks/MODEL_VERSION_TRANSITIONED_STAGE.min.constructed.json");

  it("sets up what takes a new version", () => {
    const created = withMember(sent, ["event"], "MODEL_VERSION_CREATED");
    expect(match(parsedBy("databricks", created)[0])).toMatchObject({ kind: "matched" });
    expect(match(parsedBy("databricks", sent)[0])).toMatchObject({ kind: "unmatched" });
  });

  it("subscribes the webhook to events that it lists, as the example does", () => {
    const listed = table(page, "event").map(([event = ""]) => event.split(":", 1)[0]);
    const inScript = /"events": (\[.*\])/.exec(example("databricks/create_webhook.sh"))?.[1] ?? "";
    const inPage = /"events": (\[.*\])/.exec(page)?.[1] ?? "";
    expect(JSON.parse(inScript)).toEqual(JSON.parse(inPage));
    expect(listed).toEqual(expect.arrayContaining(JSON.parse(inPage) as string[]));
    for (const event of listed) {
      const tags = [{ key: "k", value: "v" }];
      expect(parsedBy("databricks", { ...(sent as object), event, tags })).toMatchObject([
        { kind: "lookup" },
      ]);
    }
  });
});

describe("docs/sources/sagemaker.md", () => {
  const { page, match } = documentedSource("sagemaker", { SAGEMAKER_HOOK_TOKEN: TOKEN });
  const sent = fixtureJson("sagemaker/model_package_state_change.min.constructed.json");

  it("sets up what takes a model package", () => {
    expect(match(parsedBy("sagemaker", sent)[0])).toMatchObject({ kind: "matched" });
  });

  it("asks EventBridge for the events that make releases, as the example does", () => {
    const pattern = JSON.parse(block(page, "json")) as object;
    expect(pattern).toEqual({ source: ["aws.sagemaker"], "detail-type": SAGEMAKER_EVENTS });
    expect(parseYaml(example("sagemaker/eventbridge.yaml"))).toMatchObject({
      Resources: { Rule: { Properties: { EventPattern: pattern } } },
    });
  });

  it("says what each approval status and each status of a job means", () => {
    holdsOutcomes(
      page,
      "approval status of a package",
      (status) =>
        parsedBy("sagemaker", withMember(sent, ["detail", "ModelApprovalStatus"], status))[0],
    );
    holdsOutcomes(
      page,
      "status of a job or an execution",
      (status) =>
        parsedBy("sagemaker", {
          ...(sent as object),
          "detail-type": "SageMaker Training Job State Change",
          detail: { TrainingJobName: "fraud", TrainingJobStatus: status },
        })[0],
    );
  });
});
