import type { Instant, Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";
import { SlackCallError } from "./slack-call-error.ts";
import type { SlackClient, SlackIdentity } from "./slack-client.ts";
import { HTTP_ERROR, NO_ANSWER, UNREADABLE_ANSWER } from "./slack-error-table.ts";
import { untilAborted } from "./until-aborted.ts";

export interface Picture {
  /** What this picture is; no other picture of ours has this name. */
  readonly name: string;
  readonly title: string;
  readonly png: Uint8Array;
  /** Not null: an earlier try may have uploaded it, at the earliest then, so it is looked for first. */
  readonly since: Instant | null;
  readonly signal: AbortSignal;
}

/** Hands Slack pictures that messages then show. */
export interface PictureUpload {
  /**
   * The id of the file, once messages can show it. It is shared with nobody but through our messages.
   * @throws SlackCallError
   */
  upload(picture: Picture): Promise<string>;
}

/** A message may name a file only once Slack has looked at it, which takes it a second or two. */
const READY_WITHIN: Milliseconds = 30_000;
const FIRST_LOOK: Milliseconds = 250;
const LONGEST_LOOK: Milliseconds = 4_000;
const LISTED = 100;

/**
 * The three steps of Slack's upload, and the wait for the file to be ready. Without a channel: the file is
 * no message of its own.
 */
export function createPictureUpload(options: {
  readonly client: SlackClient;
  readonly identity: Pick<SlackIdentity, "botUserId">;
  readonly clock: Clock;
}): PictureUpload {
  const { client, identity, clock } = options;

  async function find(name: string, since: Instant): Promise<string | null> {
    const { files } = await client.files.list({
      user: identity.botUserId,
      ts_from: String(Math.floor(since / 1000)),
      count: LISTED,
    });
    return files?.find((file) => file.name === name)?.id ?? null;
  }

  async function send({ name, title, png, signal }: Picture): Promise<string> {
    const { upload_url: url, file_id: id } = await client.files.getUploadURLExternal({
      filename: name,
      length: png.byteLength,
    });
    if (url === undefined || id === undefined) {
      throw new SlackCallError("files.getUploadURLExternal", UNREADABLE_ANSWER);
    }
    await put(url, png, signal);
    await client.files.completeUploadExternal({ files: [{ id, title }] });
    return id;
  }

  async function whenReady(id: string, signal: AbortSignal): Promise<void> {
    const until = clock.now() + READY_WITHIN;
    for (let wait = FIRST_LOOK; ; wait = Math.min(wait * 2, LONGEST_LOOK)) {
      const { file } = await client.files.info({ file: id });
      // Slack says what a file is when it has looked at it.
      if ((file?.mimetype ?? "") !== "") return;
      signal.throwIfAborted();
      if (clock.now() >= until) {
        throw new SlackCallError("files.info", "service_unavailable", {
          detail: "the picture is not ready yet",
        });
      }
      await clock.sleep(wait, signal);
    }
  }

  return {
    upload: (picture) =>
      untilAborted("files.upload", picture.signal, async () => {
        const { name, since, signal } = picture;
        const found = since === null ? null : await find(name, since);
        const id = found ?? (await send(picture));
        await whenReady(id, signal);
        return id;
      }),
  };
}

/** To the address that Slack gave, which is no method of its Web API. */
async function put(url: string, png: Uint8Array, signal: AbortSignal): Promise<void> {
  const method = "files.upload";
  const response = await fetch(url, {
    method: "POST",
    redirect: "error",
    headers: { "content-type": "application/octet-stream" },
    body: new Uint8Array(png),
    signal,
  }).catch((cause: unknown) => {
    throw new SlackCallError(method, NO_ANSWER, { cause });
  });
  await response.body?.cancel();
  if (response.ok) return;
  throw new SlackCallError(method, HTTP_ERROR, { detail: `HTTP status ${response.status}` });
}
