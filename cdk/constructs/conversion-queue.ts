import { Duration, Validations } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Stage } from "../stage.ts";
import { directUpload, queue as topology } from "../topology.ts";
import type { CubbyFunction } from "./cubby-function.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";

export interface ConversionQueueProps {
  readonly stage: Stage;
  readonly bucket: IBucket;
}

/**
 * Sessions that wait for conversion: asked for by the API and the sweep, or by S3 when a large upload arrived.
 *
 * One dead-letter queue serves both ways in, for the messages have the same reader: a redrive sends either kind back
 * to this queue.
 */
export class ConversionQueue extends Construct {
  readonly queue: Queue;
  readonly dead: DeadLetterQueue;
  readonly #stage: Stage;

  constructor(scope: Construct, id: string, { stage, bucket }: ConversionQueueProps) {
    super(scope, id);
    this.#stage = stage;
    this.dead = new DeadLetterQueue(this, "Dead", {
      stage,
      subject: "conversions",
      meaning: "Conversions of some sessions failed again and again, or S3's events did not reach the queue.",
    });
    this.queue = new Queue(this, "Queue", {
      queueName: `cubby-${stage.name}-conversions`,
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      visibilityTimeout: Duration.seconds(topology.visibilityTimeoutSeconds),
      deadLetterQueue: { queue: this.dead.queue, maxReceiveCount: topology.maxReceiveCount },
    });
    new Rule(this, "Uploaded", {
      ruleName: `cubby-${stage.name}-uploaded`,
      description: "A client sent a file straight to S3: convert it even if the client never comes back",
      eventPattern: {
        source: ["aws.s3"],
        detailType: ["Object Created"],
        detail: {
          bucket: { name: [bucket.bucketName] },
          object: { key: directUpload.keyPatterns.map((wildcard) => ({ wildcard })) },
          reason: [...directUpload.reasons],
        },
      },
      targets: [
        new SqsQueue(this.queue, {
          deadLetterQueue: this.dead.queue,
          retryAttempts: 10,
          maxEventAge: Duration.hours(1), // afterwards the sweep has found the upload
        }),
      ],
    });
  }

  /** Lets `convert` take the messages, one session at a time, so that no session waits for another's timeout. */
  feed(convert: CubbyFunction): void {
    convert.function.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 1,
        reportBatchItemFailures: true,
        maxConcurrency: this.#stage.options.conversions.maxConcurrency,
      }),
    );
    Validations.of(convert.function).acknowledge({
      id: "Serverless::Serverless-LambdaEventSourceMappingDestination",
      reason:
        "What fails goes from the queue to its own dead-letter queue: a mapping of SQS takes no other destination.",
    });
  }
}
