import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { parseStage, type StageOptions } from "../../cdk/stage.ts";
import { makeStacks, makeTemplates, stageOptions } from "./support.ts";

/** The options of `dev` with one of them, named by its path, set to another value. */
function withOption(path: string, value: unknown): unknown {
  const options: Record<string, unknown> = stageOptions("dev");
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let target = options;
  for (const key of keys) target = target[key] as Record<string, unknown>;
  target[last] = value;
  return options;
}

describe("parseStage()", () => {
  test.each(["dev", "prod"] as const)("takes %s as it stands in cdk.json", (name) => {
    expect(parseStage(name, stageOptions(name)).options).toEqual(stageOptions(name));
  });

  test.each([
    ["data.removal", "keep"],
    ["data.pointInTimeRecovery", "yes"],
    ["data.deletionProtection", undefined],
    ["data.accessLogDays", 0],
    ["http.corsOrigins.0", "https://app.example.com/path"],
    ["http.requestsPerSecond", "50"],
    ["http.burst", 0.5],
    ["identity.guestsAllowed", 1],
    ["identity.callbackUrls.0", "javascript:alert(1)"],
    ["identity.oidc", "https://login.example.com"],
    ["identity.services.0", "My Bot"],
    ["limits.maxFileSizeMb", 6000],
    ["limits.maxSessions", -1],
    ["conversions.maxConcurrency", 1],
    ["logs.retentionDays", 15],
    ["alarms.emails.0", "nobody"],
    ["http.rateLimit", 50],
    ["retention", {}],
  ])("refuses a wrong %s and names it", (path, value) => {
    expect(() => parseStage("dev", withOption(path, value))).toThrow(path);
  });

  test("refuses an issuer that is not reached by https", () => {
    const oidc = { issuer: "http://login.example.com", audience: "cubby" };
    expect(() => parseStage("dev", withOption("identity.oidc", oidc))).toThrow("identity.oidc.issuer");
  });

  test("names every wrong option at once", () => {
    const options = withOption("http.burst", -1) as StageOptions;
    expect(() => parseStage("dev", { ...options, alarms: {} })).toThrow(/http\.burst.*alarms\.emails/);
  });

  test.each(["", "Dev", "a stage", "1st"])("refuses the stage name %j", (name) => {
    expect(() => parseStage(name, stageOptions("dev"))).toThrow("Cannot use stage");
  });

  test("says so when cdk.json has no such stage", () => {
    expect(() => parseStage("staging", undefined)).toThrow('Cannot use stage "staging": cdk.json has no options');
  });
});

describe("stage options in the templates", () => {
  test("prod keeps what holds data, dev lets it go", () => {
    for (const [name, policy, isProtected] of [
      ["prod", "Retain", true],
      ["dev", "Delete", false],
    ] as const) {
      const { data } = makeStacks(name);
      const template = Template.fromStack(data);
      for (const type of ["AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::Cognito::UserPool"]) {
        template.allResources(type, { DeletionPolicy: policy, UpdateReplacePolicy: policy });
      }
      template.hasResourceProperties("AWS::DynamoDB::Table", { DeletionProtectionEnabled: isProtected });
      expect(data.terminationProtection).toBe(isProtected);
    }
  });

  test("limits reach the functions that apply them, and no other", () => {
    const limits = { sessionTimeoutHours: 12, maxSessions: 3, cacheMaxAgeHours: 1, maxFileSizeMb: 50 };
    const { service } = makeTemplates("dev", { ...stageOptions("dev"), limits });
    const variables = {
      SESSION_TIMEOUT_HOURS: "12",
      MAX_SESSIONS: "3",
      CACHE_MAX_AGE_HOURS: "1",
      MAX_FILE_SIZE_MB: "50",
    };
    for (const name of ["api", "convert", "sweep", "purge"]) {
      service.hasResourceProperties("AWS::Lambda::Function", {
        FunctionName: `cubby-dev-${name}`,
        Environment: { Variables: variables },
      });
    }
    expect(
      JSON.stringify(
        service.findResources("AWS::Lambda::Function", { Properties: { FunctionName: "cubby-dev-query" } }),
      ),
    ).not.toContain("MAX_SESSIONS");
  });

  test("an identity provider of one's own takes the user pool's place", () => {
    const oidc = { issuer: "https://login.example.com/tenant", audience: "cubby" };
    const options = stageOptions("dev");
    const { data, service } = makeTemplates("dev", { ...options, identity: { ...options.identity, oidc } });
    data.resourceCountIs("AWS::Cognito::UserPool", 0);
    for (const name of ["api", "authorizer"]) {
      service.hasResourceProperties("AWS::Lambda::Function", {
        FunctionName: `cubby-dev-${name}`,
        Environment: { Variables: { OIDC_ISSUER: oidc.issuer, OIDC_AUDIENCE: oidc.audience } },
      });
    }
  });

  test("each service gets a client with a secret, whose tokens are accepted", () => {
    const options = stageOptions("dev");
    const { data, service } = makeTemplates("dev", {
      ...options,
      identity: { ...options.identity, services: ["bot"] },
    });
    data.hasResourceProperties("AWS::Cognito::UserPoolClient", {
      ClientName: "bot",
      GenerateSecret: true,
      AllowedOAuthFlows: ["client_credentials"],
    });
    const [api] = Object.values(
      service.findResources("AWS::Lambda::Function", { Properties: { FunctionName: "cubby-dev-api" } }),
    );
    expect(api?.Properties.Environment.Variables.OIDC_AUDIENCE["Fn::Join"][1]).toEqual([
      { "Fn::ImportValue": expect.stringContaining("UsersPoolWeb") },
      ",",
      { "Fn::ImportValue": expect.stringContaining("UsersPoolServicebot") },
    ]);
  });

  test("alarm addresses are told", () => {
    const { service } = makeTemplates("dev", { ...stageOptions("dev"), alarms: { emails: ["ops@example.com"] } });
    service.hasResourceProperties("AWS::SNS::Subscription", { Protocol: "email", Endpoint: "ops@example.com" });
  });

  test("without CORS origins neither the API nor the bucket answers a foreign page", () => {
    const options = stageOptions("prod");
    const { data, service } = makeTemplates("prod", { ...options, http: { ...options.http, corsOrigins: [] } });
    expect(JSON.stringify(data.findResources("AWS::S3::Bucket"))).not.toContain("CorsConfiguration");
    expect(JSON.stringify(service.findResources("AWS::ApiGatewayV2::Api"))).not.toContain("CorsConfiguration");
    expect(JSON.stringify(service.findResources("AWS::ApiGatewayV2::Route"))).not.toContain("OPTIONS");
  });
});
