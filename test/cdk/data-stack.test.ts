import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { table } from "../../cdk/topology.ts";
import { makeTemplates } from "./support.ts";

const { data, service } = makeTemplates();

describe("bucket", () => {
  test("keeps no version of what was deleted, no upload that was given up, and no export for longer than a day", () => {
    data.hasResourceProperties("AWS::S3::Bucket", {
      VersioningConfiguration: Match.absent(),
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      LifecycleConfiguration: {
        Rules: [
          { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Id: "abandoned-uploads", Status: "Enabled" },
          { ExpirationInDays: 1, Id: "exports", Prefix: "exports/", Status: "Enabled" },
        ],
      },
      LoggingConfiguration: Match.anyValue(),
    });
  });

  test("is private, encrypted and spoken to by TLS only, as is its access log", () => {
    data.allResourcesProperties("AWS::S3::Bucket", {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
    });
    data.allResourcesProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
        ]),
      },
    });
  });

  test("refuses a signature older than 15 minutes", () => {
    data.hasResourceProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: "DenyOldSignatures",
            Effect: "Deny",
            Action: "s3:*",
            Condition: { NumericGreaterThan: { "s3:signatureAge": "900000" } },
          }),
        ]),
      },
    });
  });
});

describe("table", () => {
  test("has the topology's keys, indexes and TTL", () => {
    const [found] = Object.values(data.findResources("AWS::DynamoDB::Table"));
    const { KeySchema, GlobalSecondaryIndexes, TimeToLiveSpecification, AttributeDefinitions } =
      found?.Properties ?? {};
    expect(KeySchema).toEqual(keySchema(table.partitionKey, table.sortKey));
    expect(TimeToLiveSpecification).toEqual({ AttributeName: table.ttlAttribute, Enabled: true });
    expect(GlobalSecondaryIndexes).toEqual(
      Object.entries(table.indexes).map(([IndexName, index]) => ({
        IndexName,
        KeySchema: keySchema(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: "ALL" },
      })),
    );
    for (const { types } of Object.values(table.indexes)) {
      for (const [AttributeName, AttributeType] of Object.entries(types)) {
        expect(AttributeDefinitions).toContainEqual({ AttributeName, AttributeType });
      }
    }
  });

  test("streams old images and can be restored to a point in time", () => {
    data.hasResourceProperties("AWS::DynamoDB::Table", {
      StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });
});

describe("user pool", () => {
  test("is the issuer that the functions are told of", () => {
    const [pool] = Object.keys(data.findResources("AWS::Cognito::UserPool"));
    const address = { "Fn::GetAtt": [pool, "ProviderURL"] };
    data.hasOutput("OidcIssuer", { Value: address });
    const [exported] = Object.values(data.findOutputs("*", { Value: address, Export: Match.anyValue() }));
    const imported = { "Fn::ImportValue": exported?.Export.Name };
    for (const name of ["api", "authorizer"]) {
      service.hasResourceProperties("AWS::Lambda::Function", {
        FunctionName: `cubby-dev-${name}`,
        Environment: { Variables: Match.objectLike({ OIDC_ISSUER: imported }) },
      });
    }
  });

  test("offers the scopes and the group that tokens are read for", () => {
    data.hasResourceProperties("AWS::Cognito::UserPoolResourceServer", {
      Identifier: "cubby",
      Scopes: ["sessions", "act-as", "operate"].map((ScopeName) => Match.objectLike({ ScopeName })),
    });
    data.hasResourceProperties("AWS::Cognito::UserPoolGroup", { GroupName: "operators" });
  });

  test.each([
    { name: "web", url: "http://localhost:3000/", refreshMinutes: 1440 },
    { name: "mobile", url: "cubby://callback", refreshMinutes: 43_200 },
  ])("has a $name client that keeps no secret and may not ask for more than sessions", (wanted) => {
    const clients = Object.values(data.findResources("AWS::Cognito::UserPoolClient"));
    const client = clients.find(({ Properties }) => Properties.ClientName === wanted.name)?.Properties;
    expect(client).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ["code"],
      CallbackURLs: [wanted.url],
      AccessTokenValidity: 60,
      RefreshTokenValidity: wanted.refreshMinutes,
      RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 10 },
      // Cognito refuses rotation beside the flow that uses one refresh token again and again.
      ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"],
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: "ENABLED",
    });
    expect(JSON.stringify(client.AllowedOAuthScopes)).not.toMatch(/act-as|operate/);
  });
});

function keySchema(partitionKey: string, sortKey: string) {
  return [
    { AttributeName: partitionKey, KeyType: "HASH" },
    { AttributeName: sortKey, KeyType: "RANGE" },
  ];
}
