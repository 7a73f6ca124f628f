import { firstAddress } from "../../shared/postgres-addresses.ts";

/** A text about a database, as it may be shown: neither the password nor the whole address. */
export function withoutPassword(text: string, url: string): string {
  const hidden = text.replaceAll(url, "the address");
  const { password = "" } = firstAddress(url) ?? {};
  const forms = [password, decoded(password)].filter((form) => form !== "");
  return forms.reduce((rest, form) => rest.replaceAll(form, "[redacted]"), hidden);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
