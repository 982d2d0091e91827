import { QueryDefinition, QueryString } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { CubbyFunction } from "../constructs/cubby-function.ts";
import type { FunctionName } from "../topology.ts";
import { type SavedQuery, savedQueries } from "./queries.ts";

export interface SavedQueriesProps {
  readonly stageName: string;
  readonly functions: Record<FunctionName, CubbyFunction>;
}

/** The queries of `queries.ts` as CloudWatch keeps them. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, { stageName, functions }: SavedQueriesProps) {
    super(scope, id);
    for (const { name, logsOf, query } of savedQueries) {
      new QueryDefinition(this, name, {
        queryDefinitionName: `cubby/${stageName}/${name}`,
        queryString: toQueryString(query),
        logGroups: logsOf.map((of) => functions[of].logGroup),
      });
    }
  }
}

function toQueryString({ fields, filterStatements, statsStatements, sort, limit }: SavedQuery["query"]): QueryString {
  return new QueryString({
    ...(fields !== undefined && { fields: [...fields] }),
    filterStatements: [...filterStatements],
    ...(statsStatements !== undefined && { statsStatements: [...statsStatements] }),
    sort,
    ...(limit !== undefined && { limit }),
  });
}
