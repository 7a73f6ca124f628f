import { sourceContract } from "../../contracts/source-contract.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { retold } from "../../support/retold.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const TOKEN = "5f0c6a1e9b7d4832";
const SETTINGS = sourceSettings({ id: "azkaban", type: "azkaban", tokens: [TOKEN] });
const FIXTURE = "azkaban/job_callback.success.constructed.json";

const named = (component: string | undefined) =>
  Buffer.from(JSON.stringify(withMember(fixtureJson(FIXTURE), ["subject"], component)));

sourceContract({
  type: "azkaban",
  settings: SETTINGS,
  credential: TOKEN,
  nextCredential: "0b1d8c3f6e2a4957",
  rotate: (tokens) => ({ ...SETTINGS, tokens }),
  sign: (body, { credential }) => ({
    body,
    headers: {
      "content-type": "text/plain; charset=ISO-8859-1",
      authorization: `Bearer ${credential}`,
    },
  }),
  unsigned: ({ headers: { authorization: _, ...headers }, body }) => ({ headers, body }),
  signsTime: false,
  rule: { workflow: "fraud/train-and-validate" },
  repository: "acme/fraud",
  good: [
    { name: "a callback", body: named(undefined), kind: "build" },
    {
      name: "a callback that names the component",
      body: named("component-under-test"),
      kind: "build",
    },
  ],
  // The token is a text to Azkaban; whoever wrote the body may have left the quotes out.
  again: (body) => retold(body, [["executionId"], 91823], [["source"], "another flow's body"]),
  // Another project of the same Azkaban, which says that it is this component.
  foreign: retold(named("component-under-test"), [["project"], "somebody-elses"]),
  fixtures: [{ name: "a callback", body: fixtureBytes(FIXTURE) }],
});
