import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { apiCors, bucketCorsRules } from "../../cdk/cors.ts";
import { parseStage, type StageOptions } from "../../cdk/stage.ts";
import { parseNamespaces } from "../../shared/identity/namespaces.ts";
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

const certificateArn = "arn:aws:acm:eu-central-1:123456789012:certificate/0f2a-5d";
const hostedZone = { id: "Z123ABC", name: "example.com" };

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
    ["identity.services.0", "bot"],
    ["identity.services.0", { name: "My Bot", userPrefix: "my_" }],
    ["identity.services.0", { name: "bot", userPrefix: "my_", clientId: "only-with-oidc" }],
    ["identity.services", [{ name: "bot", userPrefix: "" }]],
    ["identity.services", [{ name: "bot", userPrefix: "telegram" }]],
    ["identity.services", [{ name: "bot", userPrefix: "guest_" }]],
    ["identity.services", ["a", "b"].map((name) => ({ name, userPrefix: "telegram_" }))],
    ["identity.services", ["a_", "a_b_"].map((userPrefix) => ({ name: userPrefix[0], userPrefix }))],
    ["identity.services", ["a_", "b_"].map((userPrefix) => ({ name: "bot", userPrefix }))],
    ["identity.mobileCallbackUrls.0", "javascript://alert(1)"],
    ["identity.mobileCallbackUrls.0", "http://app.example.com/"],
    ["identity.mobileCallbackUrls.0", "myapp"],
    ["identity.operatorClient", "yes"],
    ["limits.maxFileSizeMb", 6000],
    ["limits.maxSessions", -1],
    ["conversions.maxConcurrency", 1],
    ["logs.retentionDays", 15],
    ["alarms.emails.0", "nobody"],
    ["http.rateLimit", 50],
    ["http.domain", "cubby.example.com"],
    ["identity.guestAllowed", true],
    ["limits.maxSessionFiles", 0],
    ["limits.sessionTimeoutHours", "24"],
    ["logs.level", "TRACE"],
    ["logs.sampleRate", 1.5],
    ["alarms.dollarsPerDay", 0],
    ["retention", {}],
  ])("refuses a wrong %s and names it", (path, value) => {
    expect(() => parseStage("dev", withOption(path, value))).toThrow(path);
  });

  test("refuses an issuer that is not reached by https", () => {
    const oidc = { issuer: "http://login.example.com", audience: "cubby" };
    expect(() => parseStage("dev", withOption("identity.oidc", oidc))).toThrow("identity.oidc.issuer");
  });

  test.each([
    { wrong: "http.domain.name", domain: { name: "https://cubby.example.com", certificateArn } },
    { wrong: "http.domain.name", domain: { name: "cubby.example.org", certificateArn, hostedZone } },
    { wrong: "http.domain.certificateArn", domain: { name: "cubby.example.com", certificateArn: "arn:aws:iam::1:x" } },
    { wrong: "http.domain.certificateArn", domain: { name: "cubby.example.com" } },
    {
      wrong: "http.domain.hostedZone.id",
      domain: { name: "a.example.com", certificateArn, hostedZone: { name: "b.de" } },
    },
  ])("refuses a domain with a wrong $wrong", ({ wrong, domain }) => {
    expect(() => parseStage("dev", withOption("http.domain", domain))).toThrow(wrong);
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
      for (const type of [
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
        "AWS::DynamoDB::Table",
        "AWS::Cognito::UserPool",
      ]) {
        template.allResources(type, { DeletionPolicy: policy, UpdateReplacePolicy: policy });
      }
      template.hasResourceProperties("AWS::DynamoDB::Table", { DeletionProtectionEnabled: isProtected });
      expect(data.terminationProtection).toBe(isProtected);
    }
  });

  test("limits reach the functions that apply them, and no other", () => {
    const limits = {
      sessionTimeoutHours: 12,
      maxAgeHours: 72,
      maxSessions: 3,
      maxLiveSessions: 9,
      cacheMaxAgeHours: 1,
      maxFileSizeMb: 50,
    };
    const { service } = makeTemplates("dev", { ...stageOptions("dev"), limits });
    const variables = {
      SESSION_TIMEOUT_HOURS: "12",
      SESSION_MAX_AGE_HOURS: "72",
      MAX_SESSIONS: "3",
      MAX_LIVE_SESSIONS: "9",
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

  const services = [
    { name: "telegram", userPrefix: "telegram_" },
    { name: "discord", userPrefix: "discord_" },
  ];

  test("each service gets a client with a secret, whose tokens are accepted for users of its own", () => {
    const options = stageOptions("dev");
    const identity = { ...options.identity, services, operatorClient: true };
    const { data, service } = makeTemplates("dev", { ...options, identity });
    for (const [ClientName, scope] of [
      ["telegram", "act-as"],
      ["discord", "act-as"],
      ["operator", "operate"],
    ]) {
      data.hasResourceProperties("AWS::Cognito::UserPoolClient", {
        ClientName,
        GenerateSecret: true,
        AllowedOAuthFlows: ["client_credentials"],
        AllowedOAuthScopes: [{ "Fn::Join": ["", [Match.anyValue(), `/${scope}`]] }],
      });
    }
    const imported = (client: string) => ({ "Fn::ImportValue": expect.stringContaining(`UsersPool${client}`) });
    for (const name of ["api", "authorizer"]) {
      const [fn] = Object.values(
        service.findResources("AWS::Lambda::Function", { Properties: { FunctionName: `cubby-dev-${name}` } }),
      );
      const { OIDC_AUDIENCE, SERVICE_NAMESPACES } = fn?.Properties.Environment.Variables ?? {};
      const clients = ["Web", "Mobile", "Servicetelegram", "Servicediscord", "Operator"].map(imported);
      expect(OIDC_AUDIENCE["Fn::Join"][1].filter((part: unknown) => part !== ",")).toEqual(clients);
      // The ids are CloudFormation's to fill in: what is then there has to be JSON that the functions can read.
      const parts: unknown[] = SERVICE_NAMESPACES["Fn::Join"][1];
      expect(parts.filter((part) => typeof part !== "string")).toEqual([
        imported("Servicetelegram"),
        imported("Servicediscord"),
      ]);
      const text = parts.map((part, index) => (typeof part === "string" ? part : `id${index}`)).join("");
      expect([...parseNamespaces(text).values()]).toEqual(["telegram_", "discord_"]);
    }
  });

  test("services of a foreign issuer are known by the client ids that it gave them", () => {
    const oidc = { issuer: "https://login.example.com/", audience: "cubby" };
    const options = stageOptions("dev");
    const named = services.map((service, index) => ({ ...service, clientId: `0oa${index}` }));
    const identity = { ...options.identity, oidc, services: named };
    const { service } = makeTemplates("dev", { ...options, identity });
    service.hasResourceProperties("AWS::Lambda::Function", {
      FunctionName: "cubby-dev-authorizer",
      Environment: { Variables: { SERVICE_NAMESPACES: '{"0oa0":"telegram_","0oa1":"discord_"}' } },
    });
    expect(() => parseStage("dev", { ...options, identity: { ...identity, services } })).toThrow(
      "identity.services.0.clientId",
    );
  });

  test("an address of its own stands before the API, and its page may use the bucket", () => {
    const options = stageOptions("dev");
    const domain = { name: "cubby.example.com", certificateArn };
    const withZone = makeTemplates("dev", { ...options, http: { ...options.http, domain: { ...domain, hostedZone } } });
    withZone.service.hasResourceProperties("AWS::ApiGatewayV2::DomainName", {
      DomainName: domain.name,
      DomainNameConfigurations: [Match.objectLike({ CertificateArn: certificateArn, SecurityPolicy: "TLS_1_2" })],
    });
    withZone.service.resourceCountIs("AWS::ApiGatewayV2::ApiMapping", 1);
    withZone.service.hasResourceProperties("AWS::Route53::RecordSet", {
      Name: "cubby.example.com.",
      HostedZoneId: "Z123ABC",
    });
    withZone.service.hasOutput("ApiUrl", { Value: "https://cubby.example.com" });
    expect(JSON.stringify(withZone.data.findResources("AWS::S3::Bucket"))).toContain("https://cubby.example.com");

    const without = makeTemplates("dev", { ...options, http: { ...options.http, domain } }).service;
    without.resourceCountIs("AWS::Route53::RecordSet", 0);
    without.hasOutput("DomainTarget", {});
  });

  test("alarm addresses are told", () => {
    const { service } = makeTemplates("dev", {
      ...stageOptions("dev"),
      alarms: { emails: ["ops@example.com"], dollarsPerDay: 5 },
    });
    service.hasResourceProperties("AWS::SNS::Subscription", { Protocol: "email", Endpoint: "ops@example.com" });
  });

  const ownPage = {
    "Fn::Join": ["", ["https://*.execute-api.", { Ref: "AWS::Region" }, ".", { Ref: "AWS::URLSuffix" }]],
  };

  test("with CORS origins API and bucket say what the local host says, and redirects may arrive without an origin", () => {
    const options = stageOptions("dev");
    const corsOrigins = ["https://app.example.com"];
    const { data, service } = makeTemplates("dev", { ...options, http: { ...options.http, corsOrigins } });
    data.hasResourceProperties("AWS::S3::Bucket", {
      CorsConfiguration: {
        CorsRules: bucketCorsRules(corsOrigins).map(({ origins, methods, exposed }, index) => ({
          AllowedOrigins: index === 0 ? [...origins, ownPage] : origins,
          AllowedMethods: methods,
          AllowedHeaders: ["*"],
          ExposedHeaders: exposed,
          MaxAge: 3600,
        })),
      },
    });
    service.hasResourceProperties("AWS::ApiGatewayV2::Api", {
      CorsConfiguration: {
        AllowOrigins: corsOrigins,
        AllowHeaders: apiCors.requestHeaders,
        ExposeHeaders: apiCors.exposedHeaders,
      },
    });
    expect(bucketCorsRules(corsOrigins)[1]).toMatchObject({ origins: ["null"], methods: ["GET", "HEAD"] });
  });

  test("without CORS origins the API answers no foreign page, and the bucket only the web page that the API serves", () => {
    const options = stageOptions("prod");
    const { data, service } = makeTemplates("prod", { ...options, http: { ...options.http, corsOrigins: [] } });
    data.hasResourceProperties("AWS::S3::Bucket", {
      CorsConfiguration: {
        CorsRules: [Match.objectLike({ AllowedOrigins: [ownPage] }), Match.objectLike({ AllowedOrigins: ["null"] })],
      },
    });
    expect(JSON.stringify(service.findResources("AWS::ApiGatewayV2::Api"))).not.toContain("CorsConfiguration");
    expect(JSON.stringify(service.findResources("AWS::ApiGatewayV2::Route"))).not.toContain("OPTIONS");
  });
});
