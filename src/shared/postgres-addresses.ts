/** Which servers libpq may be told to look for; the first two of them are what a ledger needs. */
const TAKING_WRITES = ["read-write", "primary"];

/**
 * An address of PostgreSQL, which may name several hosts as libpq has it
 * (`postgresql://user:password@one:5432,other:5432/database`): one address for each of them, in their order.
 * null: it is none, or asks for a server that takes no writes.
 */
export function postgresAddresses(text: string): readonly string[] | null {
  const [, scheme, authority = "", rest = ""] =
    /^(postgres(?:ql)?:\/\/)([^/?#]*)(.*)$/s.exec(text) ?? [];
  if (scheme === undefined) return null;
  const at = authority.lastIndexOf("@") + 1;
  const [credentials, hosts] = [authority.slice(0, at), authority.slice(at).split(",")];
  const addresses = hosts.map((host) => `${scheme}${credentials}${host}${rest}`);
  if (hosts.length > 1 && hosts.includes("")) return null;
  return addresses.every((address) => URL.canParse(address) && looksForPrimary(address))
    ? addresses
    : null;
}

/** The first of them, for what is the same in all: the password, the name of the database. */
export function firstAddress(text: string): URL | null {
  const [first] = postgresAddresses(text) ?? [];
  return first === undefined ? null : new URL(first);
}

function looksForPrimary(address: string): boolean {
  const wanted = new URL(address).searchParams.get("target_session_attrs");
  return wanted === null || TAKING_WRITES.includes(wanted);
}
