/** RFC 9457 problem document as Cubby sends it; some problems carry more fields. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  [field: string]: unknown;
}

/** Any answer that is not a success. Switch on `code`, never on the text. */
export class CubbyError extends Error {
  override readonly name = "CubbyError";
  readonly code: string;
  readonly status: number;
  /** Undefined when the answer came from a gateway in between and not from Cubby. */
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined, text: string) {
    super(problem?.detail ?? `The server answered ${status}: ${text.slice(0, 200)}`);
    this.status = status;
    this.code = problem?.code ?? `http_${status}`;
    this.problem = problem;
  }
}

export async function toCubbyError(response: Response): Promise<CubbyError> {
  const text = await response.text();
  try {
    const body: unknown = JSON.parse(text);
    const isProblem = typeof body === "object" && body !== null && "code" in body && "status" in body;
    return new CubbyError(response.status, isProblem ? (body as Problem) : undefined, text);
  } catch {
    return new CubbyError(response.status, undefined, text);
  }
}
