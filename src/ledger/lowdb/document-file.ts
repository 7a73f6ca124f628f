import { z } from "zod";
import { errorText } from "../../shared/errors.ts";
import { Damaged } from "../ledger.ts";
import { checksum } from "./checksum.ts";
import { checkSchemaOf, STORE_SCHEMA, UnknownSchema } from "./store-schema.ts";
import { type StreamDocument, streamDocumentSchema } from "./stream-document.ts";

/** A document as it was read from its file; its state, the most of it, is parsed by who needs it. */
export interface FiledDocument {
  readonly document: Omit<StreamDocument, "state">;
  /** JSON. */
  readonly state: Buffer;
}

/**
 * The content of a document's file: JSON, in which the state comes last. Before it stand the checksum over
 * the text of the document, and the byte in it at which the state begins.
 */
export function documentFile({ state, ...rest }: StreamDocument): Buffer {
  const start = Buffer.from(`${JSON.stringify(rest).slice(0, -1)},"state":`);
  const content = Buffer.concat([start, Buffer.from(`${JSON.stringify(state)}}`)]);
  return Buffer.concat([Buffer.from(opening(checksum(content), start.length)), content, CLOSING]);
}

/** @throws Damaged, UnknownSchema */
export function parseDocumentFile(file: Buffer, path: string): FiledDocument {
  const content = file.subarray(OPENING_LENGTH, -CLOSING.length);
  const found = file.toString("latin1", 0, OPENING_LENGTH);
  const stateAt = Number(found.slice(STATE_AT_PLACE, STATE_AT_PLACE + STATE_AT_LENGTH));
  const isAsWritten =
    found === opening(checksum(content), stateAt) && file.subarray(-CLOSING.length).equals(CLOSING);
  if (!isAsWritten) throw whatIsWrong(file, path);
  const start = `${content.toString("utf8", 0, stateAt)}null}`;
  const parsed = streamDocumentSchema.safeParse(JSON.parse(start));
  if (!parsed.success) throw damaged(path, z.prettifyError(parsed.error));
  return { document: parsed.data, state: content.subarray(stateAt, -1) };
}

/** @throws UnknownSchema, where a newer version wrote it */
function whatIsWrong(file: Buffer, path: string): Damaged {
  try {
    checkSchemaOf(JSON.parse(file.toString()), path);
  } catch (error) {
    if (error instanceof UnknownSchema) throw error;
    return damaged(path, errorText(error));
  }
  return damaged(path, "its checksum is not that of its content");
}

function damaged(path: string, why: string): Damaged {
  return new Damaged(`${path} is damaged: ${why}. Restore the folder from a backup`);
}

const STATE_AT_LENGTH = 10;

function opening(crc: string, stateAt: number): string {
  const place = String(stateAt).padStart(STATE_AT_LENGTH, "0");
  return `{"schema":${STORE_SCHEMA},"crc":"${crc}","stateAt":"${place}","document":`;
}

const OPENING_LENGTH = opening("00000000", 0).length;
const STATE_AT_PLACE = opening("00000000", 0).indexOf('"stateAt":"') + '"stateAt":"'.length;
const CLOSING = Buffer.from("}\n");
