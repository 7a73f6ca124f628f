import sax from "sax";
import type { TestCounts } from "../core/build.ts";
import { errorText } from "../shared/errors.ts";
import { NamedMetrics } from "./named-metrics.ts";
import { ok, problem, type Result } from "./result.ts";
import type { Tested } from "./tested.ts";

/** The longest attribute or text that is kept at once, in characters; longer texts come in parts. */
const LONGEST_TEXT = 8 * 1024 * 1024;

/** In bytes. What is larger is no file of test results, or one that nobody reads. */
const LARGEST = 50 * 1024 * 1024;
/** Suites in suites, and what stands in a test. */
const DEEPEST = 100;

/**
 * Counts the tests of a JUnit file, part by part, in bounded memory, and takes the metrics that stand in
 * properties named `metric.<name>`, as pytest's `record_property` writes them. The counters that producers write
 * on suites are not trusted to be there or to mean tests; the test cases themselves are counted. An
 * error is a failed test, and so is a failure of a suite outside its tests. Where no test case failed
 * and a suite says that something did, it did. A file without test cases is a problem: nothing was
 * tested. A DOCTYPE is refused, so that there are no entities but XML's own five.
 */
export async function readJunit(parts: AsyncIterable<string>): Promise<Result<Tested>> {
  const counter = new JunitCounter();
  const parser = createParser(counter);
  let bytes = 0;
  try {
    for await (const part of parts) {
      bytes += Buffer.byteLength(part);
      if (bytes > LARGEST) throw new NotJunit("is larger than 50 MiB, the limit");
      parser.write(part);
    }
    parser.close();
  } catch (error) {
    if (error instanceof NotJunit) return problem(error.message);
    if (error instanceof XmlError) return problem(`is not well-formed XML: ${error.message}`);
    throw error;
  }
  const counts = counter.counts();
  if (counts.passed + counts.failed + counts.skipped === 0) {
    return problem("holds no test cases: leave --junit out if nothing was tested");
  }
  const metrics = counter.metrics.result();
  return metrics.kind === "problem"
    ? metrics
    : ok({ tests: counts, metrics: metrics.value, checks: [] });
}

class NotJunit extends Error {}
class XmlError extends Error {}

function createParser(counter: JunitCounter): sax.SAXParser {
  // Its own limit of 64 KiB is shorter than the failure messages that some producers write.
  Object.assign(sax, { MAX_BUFFER_LENGTH: LONGEST_TEXT });
  const parser = sax.parser(true, { strictEntities: true } as sax.SAXOptions);
  parser.ondoctype = () => {
    throw new NotJunit("has a DOCTYPE, which is refused: JUnit files need none");
  };
  parser.onopentag = ({ name, attributes }) =>
    counter.open(name, attributes as Readonly<Record<string, string>>);
  parser.onclosetag = () => counter.close();
  parser.onerror = (error) => {
    const [what] = errorText(error).split("\n", 1);
    throw new XmlError(`${what} (line ${parser.line + 1})`);
  };
  return parser;
}

type Element =
  | { readonly kind: "suite"; failures: number; declared: number }
  | { readonly kind: "case"; failed: boolean; skipped: boolean }
  | { readonly kind: "other" };

class JunitCounter {
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  #declared = 0;
  readonly #open: Element[] = [];
  readonly metrics = new NamedMetrics();

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    const parent = this.#open.at(-1);
    if (parent === undefined && name !== "testsuites" && name !== "testsuite") {
      throw new NotJunit(
        `begins with <${name.slice(0, 40)}>, not with <testsuites> or <testsuite>`,
      );
    }
    if (this.#open.length >= DEEPEST) throw new NotJunit(`is nested more than ${DEEPEST} deep`);
    this.#open.push(elementOf(name, attributes));
    if (name === "property") this.metrics.add(attributes.name ?? "", attributes.value);
    if (parent?.kind === "case") {
      if (name === "failure" || name === "error") parent.failed = true;
      if (name === "skipped") parent.skipped = true;
    }
    if (parent?.kind === "suite" && (name === "failure" || name === "error")) this.#failed += 1;
  }

  close(): void {
    const element = this.#open.pop();
    if (element?.kind === "case") {
      if (element.failed) this.#failed += 1;
      else if (element.skipped) this.#skipped += 1;
      else this.#passed += 1;
    }
    if (element?.kind === "suite") {
      // A suite's own counters may or may not hold those of the suites in it.
      const declared = Math.max(element.declared, element.failures);
      const parent = this.#open.at(-1);
      if (parent?.kind === "suite") parent.failures += declared;
      else this.#declared = declared;
    }
  }

  counts(): TestCounts {
    const failed = this.#failed === 0 ? this.#declared : this.#failed;
    return { passed: this.#passed, failed, skipped: this.#skipped };
  }
}

function elementOf(name: string, attributes: Readonly<Record<string, string>>): Element {
  if (name === "testsuite" || name === "testsuites") {
    const declared = numberOf(attributes.failures) + numberOf(attributes.errors);
    return { kind: "suite", failures: 0, declared };
  }
  if (name !== "testcase") return { kind: "other" };
  const status = (attributes.status ?? "").toLowerCase();
  return {
    kind: "case",
    failed: "failure" in attributes || "error" in attributes || /^(?:fail|error)/.test(status),
    skipped: status === "notrun" || status === "skipped" || status === "disabled",
  };
}

function numberOf(text: string | undefined): number {
  return /^\d{1,9}$/.test(text ?? "") ? Number(text) : 0;
}
