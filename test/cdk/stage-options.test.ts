/** Every option, found in the schema itself: each is wrong in turn, and the app has to stop with its name. */
import { App } from "aws-cdk-lib";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { addStacks } from "../../cdk/app.ts";
import { stageOptions } from "../../cdk/stage-options.ts";
import { stageOptions as optionsOf } from "./support.ts";

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  description?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
}

interface Option {
  path: string;
  schema: Schema;
  isRequired: boolean;
}

const schema = z.toJSONSchema(stageOptions, { io: "input", unrepresentable: "any" }) as Schema;

/** An object of the schema with all below it; lists stand for their first element. */
function optionsBelow(parent: Schema, at: string): Option[] {
  return Object.entries(parent.properties ?? {}).flatMap(([name, child]) => {
    const path = at === "" ? name : `${at}.${name}`;
    const option = { path, schema: child, isRequired: parent.required?.includes(name) === true };
    const element = child.items === undefined ? [] : [{ path: `${path}.0`, schema: child.items, isRequired: false }];
    return [option, ...element, ...optionsBelow(child, path), ...optionsBelow(child.items ?? {}, `${path}.0`)];
  });
}

const all = optionsBelow(schema, "");

/** Values that cannot be right whatever the option means, from what the schema says of it. */
function wrongValues({ schema: { type, minimum, maximum, exclusiveMinimum }, isRequired }: Option): unknown[] {
  const least = exclusiveMinimum ?? (minimum === undefined ? undefined : minimum - 1);
  const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum + 1;
  const outside = [least, most].filter((value) => value !== undefined);
  return [
    null,
    ...(isRequired ? [undefined] : []),
    ...(type === "object" ? ["text", []] : [{ no: "option" }]),
    ...(type === "array" ? ["text", [7]] : [[]]),
    ...(type === "boolean" ? ["true", 1] : []),
    ...(type === "integer" ? [1.5] : []),
    ...(type === "integer" || type === "number" ? ["5", ...outside] : []),
    ...(type === "string" || type === undefined ? ["", 7] : []),
  ];
}

/** Options of a stage that leaves nothing out, so that there is a place for each wrong value. */
function completeOptions(): Record<string, unknown> {
  const { identity, http, ...rest } = optionsOf("dev");
  const certificateArn = "arn:aws:acm:eu-central-1:123456789012:certificate/0f2a-5d";
  return {
    ...rest,
    http: {
      ...http,
      corsOrigins: ["https://app.example.com"],
      domain: { name: "cubby.example.com", certificateArn, hostedZone: { id: "Z123ABC", name: "example.com" } },
    },
    identity: {
      ...identity,
      oidc: {
        issuer: "https://login.example.com",
        audience: "cubby",
        webClient: { clientId: "page", scope: "openid" },
      },
      services: [{ name: "telegram", userPrefix: "telegram_", clientId: "telegram-bot" }],
    },
    limits: {
      ...{ sessionTimeoutHours: 24, maxAgeHours: 168, maxSessions: 10, maxLiveSessions: 20, cacheMaxAgeHours: 48 },
      ...{ maxFileSizeMb: 100, maxSessionSizeMb: 1_000, maxSessionFiles: 100, maxUserSizeMb: 5_000 },
    },
    alarms: { emails: ["operator@example.com"], dollarsPerDay: 5 },
  };
}

/** The stage with the option at `path` set to another value; the parts of a path may be indexes. */
function withOption(path: string, value: unknown): Record<string, unknown> {
  const options = completeOptions();
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const parent = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, options);
  parent[last] = value;
  return options;
}

/** As the command line makes the stacks of what cdk.json says. */
function synthesize(dev: unknown): void {
  addStacks(new App({ context: { stage: "dev", dev, "aws:cdk:bundling-stacks": [] }, analyticsReporting: false }));
}

describe("options of a stage", () => {
  test("are all set in what this test starts from, and taken", () => {
    const valueAt = (path: string) =>
      path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], completeOptions());
    expect(all.map(({ path }) => path).filter((path) => valueAt(path) === undefined)).toEqual([]);
    expect(stageOptions.safeParse(completeOptions()).error).toBeUndefined();
    expect(all.length).toBeGreaterThan(45);
  });

  test("all say what they mean", () => {
    const groups = Object.keys(schema.properties ?? {});
    const silent = all.filter(({ path, schema: { description } }) => description === undefined && !path.endsWith(".0"));
    expect(silent.map(({ path }) => path)).toEqual(groups);
  });

  const wrong = all.flatMap((option) => wrongValues(option).map((value) => ({ path: option.path, value })));

  test.each(wrong)("$path is no $value, and stops the synth by its name", ({ path, value }) => {
    const named = new RegExp(`^Cannot use stage "dev" of cdk\\.json: (.*; )?${path.replaceAll(".", "\\.")}[.:]`);
    expect(() => synthesize(withOption(path, value))).toThrow(named);
  });

  const groups = ["", ...all.filter(({ schema: { properties } }) => properties !== undefined).map(({ path }) => path)];

  test.each(groups)("what is no option of %j stops the synth by its name", (path) => {
    const unknown = path === "" ? "misspelt" : `${path}.misspelt`;
    expect(() => synthesize(withOption(unknown, true))).toThrow(`${unknown} is not an option`);
  });
});
