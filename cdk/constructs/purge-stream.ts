import { Duration } from "aws-cdk-lib";
import { FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import { META } from "../../shared/aws/item-keys.ts";
import type { Stage } from "../stage.ts";
import { table as topology } from "../topology.ts";
import type { CubbyFunction } from "./cubby-function.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import type { SessionTable } from "./session-table.ts";

export interface PurgeStreamProps {
  readonly stage: Stage;
  readonly table: SessionTable;
  readonly target: CubbyFunction;
}

/**
 * Hands every removal of a session's own item to `purge`, whoever removed it. Of a busy table's stream only these
 * records reach the function, so nothing is paid for the others.
 */
export class PurgeStream extends Construct {
  readonly dead: DeadLetterQueue;

  constructor(scope: Construct, id: string, { stage, table, target }: PurgeStreamProps) {
    super(scope, id);
    this.dead = new DeadLetterQueue(this, "Dead", {
      stage,
      subject: "purge",
      meaning: "Leftovers of some session could not be removed. The message names the records in the table's stream.",
    });
    target.function.addEventSource(
      new DynamoEventSource(table.table, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 25,
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        retryAttempts: 10,
        maxRecordAge: Duration.hours(12), // half of the stream's day: a person still finds the records there
        onFailure: new SqsDlq(this.dead.queue),
        filters: [
          FilterCriteria.filter({
            eventName: FilterRule.isEqual("REMOVE"),
            dynamodb: { Keys: { [topology.sortKey]: { S: FilterRule.isEqual(META) } } },
          }),
        ],
      }),
    );
  }
}
