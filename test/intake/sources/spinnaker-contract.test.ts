import { sourceContract } from "../../contracts/source-contract.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { retold } from "../../support/retold.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const TOKEN = "5f0c6a1e9b7d4832";
const SETTINGS = sourceSettings({ id: "spinnaker", type: "spinnaker", tokens: [TOKEN] });

const echo = fixtureBytes("spinnaker/echo.orca_pipeline_complete.constructed.json");
const wrapped = fixtureBytes("spinnaker/echo.wrapped_flattened.constructed.json");
const cdevent = fixtureBytes("spinnaker/cdevents-notification.as-sent.constructed.txt");

const json = (body: Buffer) => JSON.parse(body.toString()) as unknown;
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

sourceContract({
  type: "spinnaker",
  settings: SETTINGS,
  credential: TOKEN,
  nextCredential: "0b1d8c3f6e2a4957",
  rotate: (tokens) => ({ ...SETTINGS, tokens }),
  sign: (body, { credential }) => ({
    body,
    headers: {
      "content-type": "application/json",
      authorization: `Basic ${Buffer.from(`echo:${credential}`).toString("base64")}`,
    },
  }),
  unsigned: ({ headers: { authorization: _, ...headers }, body }) => ({ headers, body }),
  signsTime: false,
  rule: { workflow: "checkout/Bake and verify" },
  repository: "acme/checkout",
  good: [
    { name: "an event of Echo", body: echo, kind: "build" },
    {
      name: "an event that is wrapped and flattened",
      body: bytes(
        withMember(
          json(wrapped),
          ["payload", "content"],
          JSON.stringify(
            (
              fixtureJson("spinnaker/echo.orca_pipeline_complete.constructed.json") as {
                content: unknown;
              }
            ).content,
          ),
        ),
      ),
      kind: "build",
    },
    { name: "a CDEvent that is encoded twice", body: cdevent, kind: "build" },
  ],
  again: (body) => {
    const sent = json(body);
    if (typeof sent !== "string")
      return retold(
        body,
        [["eventId"], "another-event"],
        [["payload", "eventId"], "another-event"],
      );
    // Encoded twice, as it came.
    const inner = retold(
      Buffer.from(sent),
      [["id"], "another-event"],
      [["data", "context", "id"], "another-event"],
    );
    return bytes(inner.toString());
  },
  foreign: retold(
    echo,
    [["content", "execution", "application"], "somebody-elses"],
    [["details", "application"], "somebody-elses"],
  ),
  fixtures: [
    { name: "an event of Echo", body: echo },
    { name: "an event that is wrapped and flattened", body: wrapped },
    { name: "a CDEvent that is encoded once", body: bytes(JSON.parse(json(cdevent) as string)) },
  ],
});
