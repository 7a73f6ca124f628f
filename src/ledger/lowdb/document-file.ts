import { z } from "zod";
import { errorText } from "../../shared/errors.ts";
import { Damaged } from "../ledger.ts";
import { checksum } from "./checksum.ts";
import { checkSchema, STORE_SCHEMA } from "./store-schema.ts";
import { type StreamDocument, streamDocumentSchema } from "./stream-document.ts";

/** The content of a document's file: JSON, with a checksum over the text of the document. */
export function documentFile(document: StreamDocument): Buffer {
  const content = Buffer.from(JSON.stringify(document));
  return Buffer.concat([Buffer.from(opening(checksum(content))), content, CLOSING]);
}

/** @throws Damaged, UnknownSchema */
export function parseDocumentFile(file: Buffer, path: string): StreamDocument {
  const whole = parseJson(file, path);
  checkSchema(whole.schema, path);
  const content = file.subarray(OPENING_LENGTH, -CLOSING.length);
  const isAsWritten =
    file.subarray(0, OPENING_LENGTH).equals(Buffer.from(opening(checksum(content)))) &&
    file.subarray(-CLOSING.length).equals(CLOSING);
  if (!isAsWritten) throw damaged(path, "its checksum is not that of its content");
  const parsed = streamDocumentSchema.safeParse(whole.document);
  if (!parsed.success) throw damaged(path, z.prettifyError(parsed.error));
  return parsed.data;
}

const envelopeSchema = z.object({ schema: z.unknown(), document: z.unknown() });

function parseJson(file: Buffer, path: string): z.infer<typeof envelopeSchema> {
  try {
    return envelopeSchema.parse(JSON.parse(file.toString("utf8")));
  } catch (error) {
    throw damaged(path, errorText(error));
  }
}

function damaged(path: string, why: string): Damaged {
  return new Damaged(`${path} is damaged: ${why}. Restore the folder from a backup`);
}

function opening(crc: string): string {
  return `{"schema":${STORE_SCHEMA},"crc":"${crc}","document":`;
}

const OPENING_LENGTH = opening("00000000").length;
const CLOSING = Buffer.from("}\n");
