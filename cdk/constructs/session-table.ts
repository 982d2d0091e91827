import { RemovalPolicy } from "aws-cdk-lib";
import {
  type Attribute,
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
} from "aws-cdk-lib/aws-dynamodb";
import { Construct } from "constructs";
import type { Stage } from "../stage.ts";
import { table as topology } from "../topology.ts";

const attributeTypes = { S: AttributeType.STRING, N: AttributeType.NUMBER } as const;

/**
 * The table that holds every session's records, with the keys and indexes of the topology.
 *
 * `Table`, not `TableV2`: we stay in one region, and what emulators and restore tools know is `AWS::DynamoDB::Table`.
 * The stream carries old images because a removed session has no other.
 */
export class SessionTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    const { data } = stage.options;
    this.table = new Table(this, "Table", {
      partitionKey: { name: topology.partitionKey, type: AttributeType.STRING },
      sortKey: { name: topology.sortKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: topology.ttlAttribute,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: data.pointInTimeRecovery },
      deletionProtection: data.deletionProtection,
      removalPolicy: data.removal === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    for (const [indexName, index] of Object.entries(topology.indexes)) {
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: toAttribute(index, index.partitionKey),
        sortKey: toAttribute(index, index.sortKey),
        projectionType: ProjectionType.ALL, // a list answers whole sessions, without a second read per row
      });
    }
  }

  /** One by one, because a `*` would also allow an index that nobody has thought about yet. */
  get indexArns(): string[] {
    return Object.keys(topology.indexes).map((name) => `${this.table.tableArn}/index/${name}`);
  }
}

type Index = (typeof topology.indexes)[keyof typeof topology.indexes];

function toAttribute(index: Index, name: string): Attribute {
  const types: Record<string, keyof typeof attributeTypes> = index.types;
  const type = types[name];
  if (type === undefined) throw new Error(`Cannot make the index: the topology gives "${name}" no type`);
  return { name, type: attributeTypes[type] };
}
