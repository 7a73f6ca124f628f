import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LocalSlack } from "../../../src/demo/gateway/local-slack.ts";
import { BOT_USER_ID } from "../../../src/demo/gateway/workspace.ts";
import {
  createPictureUpload,
  type Picture,
  type PictureUpload,
} from "../../../src/effects/slack/upload-picture.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { clientOf } from "../../support/slack-clients.ts";
import { startWorkspace } from "../../support/slack-workspace.ts";

const PNG = new TextEncoder().encode("a picture");

let slack: LocalSlack;
let upload: PictureUpload;

beforeEach(async () => {
  slack = await startWorkspace();
  upload = createPictureUpload({
    client: clientOf(slack),
    identity: { botUserId: BOT_USER_ID },
    clock: systemClock,
  });
});

afterEach(() => slack.close());

function aPicture(overrides: Partial<Picture> = {}): Picture {
  return {
    name: "chart-1.png",
    title: "success rate",
    png: PNG,
    since: null,
    signal: new AbortController().signal,
    ...overrides,
  };
}

const methods = () => slack.calls.map(({ method }) => method);

describe("a picture", () => {
  it("is in Slack byte for byte, and ready to be shown", async () => {
    const id = await upload.upload(aPicture());
    expect(Buffer.from(slack.picture(id) ?? [])).toEqual(Buffer.from(PNG));
    expect(methods().slice(0, 3)).toEqual([
      "files.getUploadURLExternal",
      "files.completeUploadExternal",
      "files.info",
    ]);
    expect(id).toMatch(/^F[A-Z0-9]{8,}$/);
  });

  it("that an earlier try uploaded is found, and not uploaded again", async () => {
    const since = Date.now() - 1_000;
    const first = await upload.upload(aPicture());
    const second = await upload.upload(aPicture({ since }));
    expect(second).toBe(first);
    expect(methods().filter((method) => method === "files.getUploadURLExternal")).toHaveLength(1);
    const other = await upload.upload(aPicture({ since, name: "chart-2.png" }));
    expect(other).not.toBe(first);
  });

  it.each([
    ["files.getUploadURLExternal", "missing_scope"],
    ["files.completeUploadExternal", "file_not_found"],
    ["files.info", "internal_error"],
  ])("is not there when %s fails", async (method, error) => {
    slack.failNext(method, { kind: "error", error });
    await expect(upload.upload(aPicture())).rejects.toThrow(`Slack's ${method} failed: ${error}`);
  });

  it("is given up when its time is over", async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(upload.upload(aPicture({ signal: stop.signal }))).rejects.toThrow("aborted");
  });
});

describe("a message with a picture that Slack does not know", () => {
  it("is refused, as Slack refuses it", async () => {
    await slack.close();
    slack = await startWorkspace({ checkBlocks: () => [] });
    const client = clientOf(slack);
    const channel = slack.channelId("releases");
    const message = (id: string) => ({
      channel,
      text: "a chart",
      blocks: [{ type: "image" as const, slack_file: { id }, alt_text: "numbers" }],
    });
    await expect(client.chat.postMessage(message("F0NOTHERE01"))).rejects.toThrow("invalid_blocks");
    const mine = createPictureUpload({
      client,
      identity: { botUserId: BOT_USER_ID },
      clock: systemClock,
    });
    const id = await mine.upload(aPicture());
    await expect(client.chat.postMessage(message(id))).resolves.toMatchObject({ ok: true });
    slack.deletePicture(id);
    await expect(client.chat.postMessage(message(id))).rejects.toThrow("invalid slack file");
  });
});
