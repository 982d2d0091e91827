/**
 * Controls of AWS's Foundational Security Best Practices that the templates can show, by their ids. What is met, what is
 * not and why stands in test/SECURITY-CHECKLIST.md; test/unit/security-documents.test.ts holds the two together.
 */
import { describe, expect, test } from "vitest";
import { openRoutes, pageRoutes } from "../../cdk/topology.ts";
import { auditView, deniesPlainText, toStatements } from "./audit-view.ts";

describe.each([
  { name: "dev", isKept: false },
  { name: "prod", isKept: true },
] as const)("controls in $name", ({ name, isKept }) => {
  const view = auditView(name);
  const { allOf, idsOf, statementsOf, options } = view;

  describe("the entrance", () => {
    test("APIGateway.8: every route but the listed open ones has an authorizer", () => {
      const open = allOf("AWS::ApiGatewayV2::Route").filter(({ AuthorizationType }) => AuthorizationType !== "CUSTOM");
      const preflight = options.http.corsOrigins.length > 0 ? ["OPTIONS /{proxy+}"] : [];
      expect(open.map(({ RouteKey }) => RouteKey).sort()).toEqual([...openRoutes, ...pageRoutes, ...preflight].sort());
      expect(open.map(({ AuthorizationType }) => AuthorizationType)).toEqual(open.map(() => "NONE"));
    });

    test("APIGateway.9: every stage writes its access log", () => {
      const stages = allOf("AWS::ApiGatewayV2::Stage");
      expect(stages).toHaveLength(1);
      for (const { AccessLogSettings } of stages) expect(AccessLogSettings.DestinationArn).toBeDefined();
    });

    test("Lambda.1: only the gateway may call a function from outside, and only for this API", () => {
      const [api] = idsOf("AWS::ApiGatewayV2::Api");
      const permissions = allOf("AWS::Lambda::Permission");
      expect(permissions).toHaveLength(3);
      for (const { Principal, SourceArn } of permissions) {
        expect(Principal).toBe("apigateway.amazonaws.com");
        expect(JSON.stringify(SourceArn)).toContain(`{"Ref":"${api}"}`);
      }
      expect(idsOf("AWS::Lambda::Url")).toEqual([]);
    });

    test("Lambda.2: every function runs on a runtime that AWS maintains", () => {
      for (const { Runtime } of allOf("AWS::Lambda::Function")) expect(Runtime).toBe("nodejs24.x");
    });
  });

  describe("the buckets", () => {
    const policies = allOf("AWS::S3::BucketPolicy").map((policy) => ({
      of: policy.Bucket.Ref,
      all: toStatements(policy),
    }));

    test("S3.2, S3.3, S3.6: no policy lets anybody in but S3's own log delivery, for this account", () => {
      const allowed = policies.flatMap(({ all }) => all).filter(({ effect }) => effect !== "Deny");
      expect(allowed.map(({ principal, actions }) => ({ principal, actions }))).toEqual([
        { principal: { Service: "logging.s3.amazonaws.com" }, actions: ["s3:PutObject"] },
      ]);
      expect(allowed[0]?.conditions.StringEquals).toEqual({ "aws:SourceAccount": { Ref: "AWS::AccountId" } });
    });

    test("S3.5: each refuses what comes without TLS, and by a version below 1.2", () => {
      expect(policies.map(({ of }) => of).sort()).toEqual(idsOf("AWS::S3::Bucket").sort());
      for (const { of, all } of policies) {
        const [plain] = all.filter(deniesPlainText);
        expect(plain?.actions).toEqual(["s3:*"]);
        expect(JSON.stringify(plain?.resources)).toContain(of);
        expect(
          all.some(
            ({ effect, conditions }) => effect === "Deny" && conditions.NumericLessThan?.["s3:TlsVersion"] === 1.2,
          ),
        ).toBe(true);
      }
    });

    test("S3.8: each blocks public access in all four ways", () => {
      const all = {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      };
      for (const { PublicAccessBlockConfiguration } of allOf("AWS::S3::Bucket"))
        expect(PublicAccessBlockConfiguration).toEqual(all);
    });

    test("S3.9: what is done with files is logged, in a bucket of its own", () => {
      const logging = allOf("AWS::S3::Bucket").map(({ LoggingConfiguration }) => LoggingConfiguration);
      const log = idsOf("AWS::S3::Bucket").find((id) => id.includes("AccessLogs"));
      expect(logging).toContainEqual({ DestinationBucketName: { Ref: log }, LogFilePrefix: "sessions/" });
      expect(logging.filter((entry) => entry === undefined)).toHaveLength(1); // the log's own
    });

    test("S3.12: none has access control lists", () => {
      for (const { AccessControl, OwnershipControls } of allOf("AWS::S3::Bucket")) {
        expect(AccessControl).toBeUndefined();
        expect(OwnershipControls.Rules).toEqual([{ ObjectOwnership: "BucketOwnerEnforced" }]);
      }
    });

    test("S3.13: each has rules by which objects go", () => {
      for (const { LifecycleConfiguration } of allOf("AWS::S3::Bucket")) {
        expect(LifecycleConfiguration.Rules.every((rule: { Status: string }) => rule.Status === "Enabled")).toBe(true);
      }
    });
  });

  describe("the table", () => {
    const [table] = allOf("AWS::DynamoDB::Table");

    test("DynamoDB.1: its capacity follows demand", () => {
      expect(table?.BillingMode).toBe("PAY_PER_REQUEST");
    });

    test("DynamoDB.2: it can be restored to any second of 35 days", () => {
      expect(table?.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    });

    test(`DynamoDB.6: it is ${isKept ? "" : "not "}protected from deletion`, () => {
      expect(table?.DeletionProtectionEnabled).toBe(isKept);
    });
  });

  describe("queues and topics", () => {
    test("SQS.1: every queue is encrypted", () => {
      const queues = allOf("AWS::SQS::Queue");
      expect(queues).toHaveLength(5);
      for (const { SqsManagedSseEnabled } of queues) expect(SqsManagedSseEnabled).toBe(true);
    });

    test("SQS.3: each refuses what comes without TLS, and lets in one rule of EventBridge from outside", () => {
      const policies = allOf("AWS::SQS::QueuePolicy");
      expect(policies.flatMap(({ Queues }) => Queues.map(({ Ref }: { Ref: string }) => Ref)).sort()).toEqual(
        idsOf("AWS::SQS::Queue").sort(),
      );
      for (const policy of policies)
        expect(toStatements(policy).filter(deniesPlainText)[0]?.actions).toEqual(["sqs:*"]);
      const [rule] = idsOf("AWS::Events::Rule");
      for (const { principal, conditions } of policies
        .flatMap(toStatements)
        .filter(({ effect }) => effect === "Allow")) {
        expect(principal).toEqual({ Service: "events.amazonaws.com" });
        expect(conditions).toEqual({ ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": [rule, "Arn"] } } });
      }
    });

    test("SNS.4: every topic refuses what comes without TLS, and lets in alarms of this account alone", () => {
      expect(allOf("AWS::SNS::TopicPolicy").flatMap(({ Topics }) => Topics)).toEqual(
        idsOf("AWS::SNS::Topic").map((Ref) => ({ Ref })),
      );
      const statements = statementsOf("AWS::SNS::TopicPolicy");
      expect(statements.filter(deniesPlainText)).toHaveLength(1);
      const allowed = statements.filter(({ effect }) => effect === "Allow");
      expect(allowed.map(({ principal }) => principal)).toEqual([{ Service: "cloudwatch.amazonaws.com" }]);
      expect(allowed[0]?.conditions).toEqual({ StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } });
    });
  });

  describe("people and roles", () => {
    const [pool] = allOf("AWS::Cognito::UserPool");

    test("Cognito.3: passwords are long, of all kinds, and a first one lives for a week at most", () => {
      const { PasswordPolicy } = pool?.Policies ?? {};
      expect(PasswordPolicy).toMatchObject({
        ...{ MinimumLength: 12, RequireLowercase: true, RequireUppercase: true, RequireNumbers: true },
        RequireSymbols: true,
      });
      expect(PasswordPolicy.TemporaryPasswordValidityDays ?? 7).toBeLessThanOrEqual(7);
      expect(pool?.AdminCreateUserConfig).toEqual({ AllowAdminCreateUserOnly: true });
    });

    test("Cognito.5: a second factor is required, and is no text message", () => {
      expect(pool).toMatchObject({ MfaConfiguration: "ON", EnabledMfas: ["SOFTWARE_TOKEN_MFA"] });
    });

    test(`Cognito.6: the user pool is ${isKept ? "" : "not "}protected from deletion`, () => {
      expect(pool?.DeletionProtection).toBe(isKept ? "ACTIVE" : "INACTIVE");
    });

    test("IAM.1, IAM.21: no role may do everything, nor everything of a service", () => {
      const statements = statementsOf("AWS::IAM::Policy");
      expect(statements.flatMap(({ actions }) => actions).filter((action) => action.includes("*"))).toEqual([]);
    });

    test("IAM.2: there are roles alone, no users or groups", () => {
      expect(view.types.filter((type) => /^AWS::IAM::(User|Group|AccessKey|ManagedPolicy)/.test(type))).toEqual([]);
    });

    test("KMS.1, KMS.2: no role may decrypt by any key, and none is ours", () => {
      expect(
        statementsOf("AWS::IAM::Policy")
          .flatMap(({ actions }) => actions)
          .filter((action) => action.startsWith("kms:")),
      ).toEqual([]);
      expect(view.types.filter((type) => type.startsWith("AWS::KMS::"))).toEqual([]);
    });
  });

  describe("the stacks", () => {
    test(`CloudFormation.3: they are ${isKept ? "" : "not "}protected from deletion`, () => {
      expect([view.data.terminationProtection, view.service.terminationProtection]).toEqual([isKept, isKept]);
    });

    test("CloudFormation.4: CloudFormation works by a role of its own, not by the caller's", () => {
      const { stacks } = view.app.synth();
      expect(stacks).toHaveLength(2);
      for (const { cloudFormationExecutionRoleArn } of stacks)
        expect(cloudFormationExecutionRoleArn).toContain("cfn-exec-role");
    });
  });
});
