import {
  api,
  asked,
  bearing,
  counted,
  DIGEST,
  named,
  SHA,
  type SourceDelivery,
  secret,
  TOKEN,
  token,
  varied,
  version,
  withMac,
} from "./delivery.ts";

const byImage = asked((component) => ({ package: `acme/${component}` }));
const byService: SourceDelivery["asks"] = {
  kind: "alerts",
  of: (component) => ({ service: component, environment: "production" }),
};

/** Of registries of images, of systems that watch, and of whoever speaks CDEvents. */
export const EVENT_DELIVERIES: Readonly<Record<string, SourceDelivery>> = {
  alertmanager: {
    source: token,
    asks: byService,
    post: varied(
      "alertmanager/v4.firing.captured.json",
      { ...named("checkout"), ...counted("bd0b3b031a12312c", "58b2a1146b6246c8") },
      bearing(),
    ),
  },
  grafana: {
    source: secret,
    asks: byService,
    post: varied(
      "grafana/webhook.firing.min.constructed.json",
      { ...named("checkout"), ...counted("c6eadffa33fcdf37") },
      withMac("x-grafana-alerting-signature", "hex"),
    ),
  },
  "oci-registry": {
    source: { ...token, api },
    asks: byImage,
    post: varied(
      "oci-distribution/push.manifest.captured.json",
      {
        ...named("checkout"),
        ...counted(
          "4a593b57-a154-4321-9c82-fc165d206649",
          "e428b77adbcebb197faec149772439ea946f5e89f8dceedcc1712a740acccfee",
        ),
        ...version,
      },
      bearing("application/vnd.docker.distribution.events.v1+json"),
    ),
  },
  dockerhub: {
    source: token,
    asks: byImage,
    post: varied(
      "dockerhub/push.min.constructed.json",
      { ...named("checkout"), ...version, "1795353405": ({ n }) => String(1_795_353_405 + n) },
      (body) => ({
        body,
        headers: { "content-type": "application/json" },
        parameters: new URLSearchParams({ token: TOKEN }),
      }),
    ),
  },
  harbor: {
    source: { ...token, api },
    asks: byImage,
    post: varied(
      "harbor/PUSH_ARTIFACT.min.constructed.json",
      {
        ...named("checkout"),
        ...counted(DIGEST),
        ...version,
        "1795353405": ({ n }) => String(1_795_353_405 + n),
      },
      bearing(),
    ),
  },
  cdevents: {
    source: { ...token, repositories: ["acme/*"] },
    asks: asked(() => ({})),
    post: varied(
      "cdevents/in.build_finished.0.5.1.constructed.json",
      {
        ...named("checkout"),
        ...counted(
          SHA,
          DIGEST,
          "271069a8-fc18-44f1-b38f-9d70a1695819",
          "4c8cb7dd-3448-41de-8768-eec704e2829b",
        ),
        ...version,
        "checkout-562": ({ n, component }) => `${component}-${n}`,
      },
      bearing("application/cloudevents+json; charset=utf-8"),
    ),
  },
};
