import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as lambda from "@aws-sdk/client-lambda";
import * as s3 from "@aws-sdk/client-s3";
import * as ssm from "@aws-sdk/client-ssm";
import { describe, expect, test } from "vitest";
import type { Route } from "../../shared/contract/route.ts";
import * as contract from "../../shared/contract/routes.ts";

const runbook = readFileSync(new URL("../../cdk/RUNBOOK.md", import.meta.url), "utf8");
/** What stands between backticks, in one line. */
const code = [...runbook.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text.replaceAll(/\s+/g, " "));

/** The CLI's commands and options are made of the same models as the SDK's, of those services that are here. */
const services: Record<string, object> = { dynamodb, lambda, ssm, s3api: s3 };

/** The members of what a command is given: the fifth part of its schema. */
function membersOf(service: string, command: string): string[] | undefined {
  const name = command.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
  const sdk = services[service] as Record<string, unknown>;
  if (!(`${name}Command` in sdk)) return undefined;
  const schema = sdk[`${name}Request$`] ?? sdk[`${name}Input$`];
  return (schema as unknown[])[4] as string[];
}

/** As an option is written: `KMSKeyArn` is `--kms-key-arn`. */
const plain = (name: string) => name.replaceAll("-", "").toLowerCase();
/** The CLI's own, of any command. */
const everywhere = ["query", "output"];

describe("a command of the runbook for the AWS CLI", () => {
  const commands = [...new Set(code)].flatMap((text) => {
    const [, service = "", command = "", rest = ""] = /^aws ([a-z0-9]+) ([a-z-]+)(.*)$/.exec(text) ?? [];
    return service in services ? [{ text, service, command, rest }] : [];
  });

  test("is found", () => {
    expect(commands.length).toBeGreaterThan(8);
  });

  test.each(commands)("$text has options that there are", ({ service, command, rest }) => {
    const known = [...(membersOf(service, command) ?? []), ...everywhere].map(plain);
    const given = [...rest.matchAll(/ --([a-z-]+)/g)].map(([, option = ""]) => plain(option));
    expect(membersOf(service, command)).toBeDefined();
    expect(given.filter((option) => !known.includes(option))).toEqual([]);
  });
});

describe("a route of the runbook", () => {
  const routes = Object.values(contract) as Route[];
  const named = code.flatMap((text) => {
    const [, method = "", path = "", query = ""] =
      /^(GET|POST|PUT|PATCH|DELETE) (\/[^ ?]*)(?:\?(.*))?$/.exec(text) ?? [];
    return method === "" ? [] : [{ text, method, path, query }];
  });

  test.each(named)("$text is one, with the word that it wants", ({ method, path, query }) => {
    const route = routes.find((each) => each.method === method && each.path.replace("+}", "}") === path);
    expect(route).toBeDefined();
    const wantsConfirmation = route?.problems?.includes("confirmation_needed") === true;
    expect(/\bconfirm=/.test(query)).toBe(wantsConfirmation);
  });

  test.each(code.filter((text) => text.startsWith("curl ")))("%s is asked for as a shell reads it", (text) => {
    const filled = text.replaceAll(/<(\w+)>/g, "$1");
    expect(spawnSync("bash", ["-n", "-c", filled]).stderr.toString()).toBe("");
    const [, path = "", query = ""] = /"ApiUrl(\/[^"?]*)\?([^"]*)"/.exec(filled) ?? [];
    const spelled = path.replace(/user_id$/, "{user_id}");
    expect(named.map((route) => route.path)).toContain(spelled);
    expect(query).toBe("confirm=user_id");
  });
});
