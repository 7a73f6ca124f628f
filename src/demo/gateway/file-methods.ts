import { list, ok, record, refused, text } from "./answer.ts";
import type { FileStore, LocalFile } from "./file-store.ts";
import type { Methods } from "./gateway.ts";
import { BOT_USER_ID } from "./workspace.ts";

export const FILE_METHODS: Methods = {
  "files.getUploadURLExternal": (args, { files, url }) => {
    const length = Number(args.length);
    if (text(args, "filename") === "" || !Number.isSafeInteger(length) || length <= 0) {
      return refused("invalid_arguments");
    }
    const { id, path } = files.begin(text(args, "filename"), length);
    return ok({ file_id: id, upload_url: `${url()}${path}` });
  },

  "files.completeUploadExternal": (args, { files }) => {
    const wanted = (list(args, "files") ?? []).map((one) => record(one) ?? {});
    const known = wanted.every((one) => files.complete(text(one, "id"), text(one, "title")));
    if (wanted.length === 0 || !known) return refused("file_not_found");
    return ok({ files: wanted.map((one) => ({ id: one.id, title: one.title })) });
  },

  "files.info": (args, { files }) => {
    const file = files.find(text(args, "file"));
    return file === undefined
      ? refused("file_not_found")
      : ok({ file: fileObject(file, files.isReady(file.id)) });
  },

  "files.list": (args, { files }) => {
    const since = Number(args.ts_from ?? 0) * 1000;
    const isOurs = ["", BOT_USER_ID].includes(text(args, "user"));
    const found = files.list().filter(({ createdAt }) => isOurs && createdAt >= since);
    return ok({ files: found.map((file) => fileObject(file, files.isReady(file.id))) });
  },
};

/** As files.info shows it: what it is, Slack says once it has looked at it. */
function fileObject({ id, name, title, createdAt, bytes }: LocalFile, isReady: boolean) {
  return {
    id,
    name,
    title,
    user: BOT_USER_ID,
    created: Math.floor(createdAt / 1000),
    size: bytes.byteLength,
    mimetype: isReady ? "image/png" : "",
  };
}

/** Images of blocks that Slack would not show, one sentence each. */
export function unknownPictures(
  blocks: readonly unknown[],
  files: Pick<FileStore, "isReady">,
): readonly string[] {
  return blocks.flatMap((block, index) => {
    const file = record(record(block)?.slack_file);
    if (file === null) return [];
    return files.isReady(text(file, "id")) ? [] : [`/blocks/${index}: invalid slack file`];
  });
}
