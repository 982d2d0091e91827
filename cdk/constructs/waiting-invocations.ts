import { Duration } from "aws-cdk-lib";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { Construct } from "constructs";
import type { Stage } from "../stage.ts";
import { asynchronousInvoke } from "../topology.ts";
import type { CubbyFunction } from "./cubby-function.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";

export interface WaitingInvocationsProps {
  readonly stage: Stage;
  readonly target: CubbyFunction;
}

/** Work that is handed to a function without waiting for it: tried again when it fails, and never lost in silence. */
export class WaitingInvocations extends Construct {
  readonly dead: DeadLetterQueue;

  constructor(scope: Construct, id: string, { stage, target }: WaitingInvocationsProps) {
    super(scope, id);
    this.dead = new DeadLetterQueue(this, "Dead", {
      stage,
      subject: "archives",
      meaning: "Archives could not be built though tried again. Whoever asked was told; asking again starts anew.",
    });
    target.function.configureAsyncInvoke({
      retryAttempts: asynchronousInvoke.retryAfterSeconds.length,
      maxEventAge: Duration.hours(1), // nobody waits longer for a download
      onFailure: new SqsDestination(this.dead.queue),
    });
  }
}
