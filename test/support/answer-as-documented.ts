import { documentedSetup } from "./documented-setup.ts";
import { receive, testHooks } from "./intake-server.ts";
import type { SignedPost } from "./signed-request.ts";

/** What Slipway answers, set up as a page of `docs/sources` says. Nothing is kept between two calls. */
export async function answerAsDocumented(
  page: string,
  environment: Readonly<Record<string, string>>,
  source: string,
  post: SignedPost,
) {
  const { sources, components } = documentedSetup(page, environment);
  const intake = testHooks({ hooks: { sources: () => sources, components: () => components } });
  const reply = await receive(intake, source, post);
  return { reply, builds: intake.dispatched };
}
