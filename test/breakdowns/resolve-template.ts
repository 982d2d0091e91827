/** What CloudFormation would make of a template's values, as far as names of resources go. */
export interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
}

export interface TemplateJson {
  Resources?: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: string } }>;
}

/** Makes plain values of what a template says, across the stacks that export to each other. */
export type Resolve = (value: unknown) => unknown;

const NAMES = ["FunctionName", "QueueName", "TableName", "BucketName", "Name", "AlarmName"];

export function createResolver(templates: readonly TemplateJson[]): Resolve {
  const resources = Object.assign({}, ...templates.map(({ Resources }) => Resources)) as Record<string, Resource>;
  const outputs = templates.flatMap(({ Outputs = {} }) => Object.values(Outputs));

  /** A resource without a name of its own gets one at its making; here that is its logical id. */
  function nameOf(id: string): string {
    const { Properties = {} } = resources[id] ?? {};
    const own = NAMES.map((name) => Properties[name]).find((name) => typeof name === "string");
    return typeof own === "string" ? own : id;
  }

  function attribute([id, name]: [string, string]): string {
    if (name === "StreamArn") return `arn:aws:dynamodb:local:0:table/${nameOf(id)}/stream/first`;
    if (name === "Arn") return `arn:aws:local:0:${nameOf(id)}`;
    return nameOf(id);
  }

  function imported(exportName: string): unknown {
    return resolve(outputs.find(({ Export }) => Export?.Name === exportName)?.Value);
  }

  const intrinsic: Record<string, (argument: never) => unknown> = {
    Ref: (id: string) => (id.startsWith("AWS::") ? "local" : nameOf(id)),
    "Fn::GetAtt": attribute,
    "Fn::ImportValue": (name: unknown) => imported(String(resolve(name))),
    "Fn::Join": ([glue, parts]: [string, unknown[]]) => parts.map((part) => String(resolve(part))).join(glue),
    "Fn::Split": ([glue, text]: [string, unknown]) => String(resolve(text)).split(glue),
    "Fn::Select": ([at, list]: [number, unknown]) => (resolve(list) as unknown[])[at],
  };

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== "object" || value === null) return value;
    const [[key, argument] = ["", undefined], ...others] = Object.entries(value);
    const act = others.length === 0 ? intrinsic[key] : undefined;
    if (act !== undefined) return act(argument as never);
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, resolve(part)]));
  }
  return resolve;
}
