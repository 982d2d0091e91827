import { Aws, Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  type CorsRule,
  HttpMethods,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { EXPORTS } from "../../shared/aws/object-keys.ts";
import { type BucketCorsRule, bucketCorsRules } from "../cors.ts";
import type { Stage, StageOptions } from "../stage.ts";

/**
 * The web page comes from the API's own address, which is made after the bucket: so any address of this kind may use
 * what it has a signed URL for.
 */
const OWN_PAGE = `https://*.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;

/** A signed URL can be replayed until it expires, so none may be older than this, whoever signed it. */
const MAX_SIGNATURE_AGE = Duration.minutes(15);

/**
 * The bucket that holds every session's files.
 *
 * Versioning is off: a deleted file has to be gone, and an old version would outlive the promise. Backups are off
 * for the same reason; the table has point-in-time recovery, the files have their owner.
 */
export class SessionBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    const { data, http } = stage.options;
    const common = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: data.removal === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    };
    const logs = new Bucket(this, "AccessLogs", {
      ...common,
      lifecycleRules: [{ id: "expire", expiration: Duration.days(data.accessLogDays) }],
    });
    Validations.of(logs).acknowledge({
      id: "AwsSolutions-S1",
      reason: "This bucket receives access logs; logging it would make a log of the log without end.",
    });
    this.bucket = new Bucket(this, "Bucket", {
      ...common,
      versioned: false,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: "sessions/",
      lifecycleRules: [
        { id: "abandoned-uploads", abortIncompleteMultipartUploadAfter: Duration.days(7) },
        // The sweep removes them within the hour; this is for the day on which it does not run.
        { id: "exports", prefix: EXPORTS, expiration: Duration.days(1) },
      ],
      cors: bucketCorsRules([...http.corsOrigins, ...ownPages(http)]).map(toCorsRule),
    });
    this.capSignatureAge();
    this.sendEvents();
    // A bucket that stays is to stay closed to requests without TLS and with old signatures.
    for (const { policy } of [this.bucket, logs]) policy?.applyRemovalPolicy(common.removalPolicy);
  }

  /** The date in a signature is signed too, so a client cannot lie about it. The key counts milliseconds. */
  private capSignatureAge(): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: "DenyOldSignatures",
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ["s3:*"],
        resources: [this.bucket.arnForObjects("*")],
        conditions: { NumericGreaterThan: { "s3:signatureAge": String(MAX_SIGNATURE_AGE.toMilliseconds()) } },
      }),
    );
  }

  /** By the L1 property: the L2's `eventBridgeEnabled` adds a Lambda and its role to say the same. */
  private sendEvents(): void {
    const { defaultChild } = this.bucket.node;
    if (!(defaultChild instanceof CfnBucket))
      throw new Error("Cannot switch on the bucket's events: it has no CfnBucket");
    defaultChild.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }
}

function ownPages({ domain }: StageOptions["http"]): string[] {
  return domain === undefined ? [OWN_PAGE] : [OWN_PAGE, `https://${domain.name}`];
}

function toCorsRule({ origins, methods, exposed, maxAgeSeconds }: BucketCorsRule): CorsRule {
  return {
    allowedOrigins: [...origins],
    allowedMethods: methods.map((method) => HttpMethods[method]),
    allowedHeaders: ["*"],
    exposedHeaders: [...exposed],
    maxAge: maxAgeSeconds,
  };
}
