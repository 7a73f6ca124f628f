import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSlackAnswers, type SlackAnswers } from "../../../src/effects/slack/answers.ts";
import { clientOf } from "../../support/slack-clients.ts";
import { json, type StubSlackApi, startStubSlackApi } from "../../support/stub-slack-api.ts";

const MESSAGE = { text: "no", blocks: [] };

let api: StubSlackApi;
let answers: SlackAnswers;
let bodies: string[];

beforeEach(async () => {
  api = await startStubSlackApi();
  answers = createSlackAnswers(clientOf(api));
  bodies = [];
});

afterEach(() => api.close());

describe("a response address", () => {
  const url = () => `${api.apiUrl}response/1`;

  it("is told the answer, for the one person, beside the message and not instead of it", async () => {
    api.answer = (request, response) => {
      request.on("data", (chunk) => bodies.push(String(chunk)));
      request.on("end", () => response.end("ok"));
    };
    await answers.respond(url(), MESSAGE);
    expect(bodies.map((body) => JSON.parse(body))).toEqual([
      { response_type: "ephemeral", replace_original: false, text: "no", blocks: [] },
    ]);
  });

  it("that does not take an answer is told what stands in its place", async () => {
    api.answer = (request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += String(chunk);
      });
      request.on("end", () => {
        bodies.push(body);
        response.writeHead(body.includes("chart") ? 400 : 200).end();
      });
    };
    await answers.respond(url(), { text: "chart", blocks: [], instead: MESSAGE });
    expect(bodies.map((body) => (JSON.parse(body) as { text: string }).text)).toEqual([
      "chart",
      "no",
    ]);
  });

  it("that is used up is an error", async () => {
    api.answer = json(404, {});
    await expect(answers.respond(url(), MESSAGE)).rejects.toThrow("http_error; HTTP status 404");
  });

  it("that does not answer is an error", async () => {
    api.answer = (request) => void request.socket.destroy();
    await expect(answers.respond(url(), MESSAGE)).rejects.toThrow("no_answer");
  });
});
