import { GetParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";

/** The text of one SSM parameter. Throws as the SDK has it. */
export async function readParameter(ssm: SSMClient, name: string): Promise<string> {
  const answer = await ssm.send(new GetParameterCommand({ Name: name }));
  return answer.Parameter?.Value ?? "";
}
