import { z } from "zod";
import type { Check, Metrics } from "../../core/build.ts";
import { buildOf, subjectOf } from "./blank.ts";
import type { ParsedEvent, ReportedBuild } from "./source.ts";
import { cleanLine, isImageDigest, isVersion } from "./text.ts";

/** What the registries of images have in common: a tag that was put on a manifest is a version. */

/** Tags that are made to move: the next image of that name would be the same version. */
const MOVING_TAGS: readonly string[] = ["latest"];
/** As the OCI distribution specification says. */
const PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const REPOSITORY = new RegExp(`^${PART}(?:/${PART})*$`);
const TAG = /^\w[\w.-]{0,127}$/;

export const imageRepository = z
  .string()
  .max(255)
  .regex(REPOSITORY, "must be the name of a repository of images");

/** An image that was pushed, or looked at, under a tag. */
export interface TaggedImage {
  /** Id of the source. */
  readonly source: string;
  /** The event, in the words of its system. */
  readonly event: string;
  /** Where people would pull it from, without tag; null: only its registry's settings say. */
  readonly host: string | null;
  readonly repository: string;
  readonly tag: string;
  /** null: the event does not say. */
  readonly digest: string | null;
  readonly at: number | null;
}

/** Why an image is no release; null: its tag is a version. */
function whyNoRelease({ repository, tag }: Pick<TaggedImage, "repository" | "tag">): string | null {
  if (tag === "" || isImageDigest(tag)) {
    return `the push of ${repository} has no tag; only tagged images are releases`;
  }
  if (MOVING_TAGS.includes(tag)) {
    return `the tag ${tag} of ${repository} moves, so it is no version: push one that never moves`;
  }
  return TAG.test(tag) && isVersion(tag)
    ? null
    : `a tag of ${repository} is none that a registry takes`;
}

/** The commit, and the digest where the event has none, are looked up in the registry itself. */
export function pushedImage(image: TaggedImage): ParsedEvent {
  const why = whyNoRelease(image);
  if (why !== null) return notARelease(why);
  const { event, repository, tag, digest } = image;
  return {
    kind: "lookup",
    subject: subjectOf({ event, package: repository }),
    build: buildOfImage(image),
    lookup: { repository, tag, digest },
    fact: `${repository}:${tag}@${digest ?? image.at}`,
  };
}

/** What was found out about an image, which is more evidence on the release of its tag. */
export function examinedImage(
  image: TaggedImage,
  found: { readonly checks: readonly Check[]; readonly metrics: Metrics },
): ParsedEvent {
  const why = whyNoRelease(image);
  if (why !== null) return notARelease(why);
  const { event, repository } = image;
  return {
    kind: "build",
    subject: subjectOf({ event, package: repository }),
    build: { ...buildOfImage(image), ...found },
  };
}

function buildOfImage({ source, host, repository, tag, digest, at }: TaggedImage): ReportedBuild {
  const place = host === null ? repository : `${host}/${repository}`;
  return buildOf({
    version: tag,
    outcome: "success",
    source,
    finishedAt: at,
    artifact: { uri: `${place}:${tag}`, digest },
  });
}

export function notARelease(message: string): ParsedEvent {
  return { kind: "unsupported", code: "not_a_release_build", message };
}

/** The name of a registry as an image has it before its repository; null: it is none. */
export function registryHost(text: string | null | undefined): string | null {
  const host = cleanLine(text ?? "", 255);
  return /^[A-Za-z0-9.-]+(?::\d{1,5})?$/.test(host) ? host : null;
}
