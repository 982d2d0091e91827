import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { apiCors } from "../cors.ts";
import type { Stage } from "../stage.ts";
import { authorizerCacheSeconds, openRoutes, pageRoutes } from "../topology.ts";
import type { CubbyFunction } from "./cubby-function.ts";
import { OwnDomain } from "./own-domain.ts";

export interface HttpEntranceProps {
  readonly stage: Stage;
  readonly api: CubbyFunction;
  readonly authorizer: CubbyFunction;
  readonly page: CubbyFunction;
}

/**
 * The HTTP API. Every route is the API function's; the gateway only asks the authorizer first, on all but the
 * topology's open routes, so that a route added to the code cannot be forgotten here and stand open.
 */
export class HttpEntrance extends Construct {
  readonly url: string;
  readonly apiId: string;
  /** Where the stage's own address has to point to, when it has one that is not entered by us. */
  readonly domainTarget: string | undefined;

  constructor(scope: Construct, id: string, { stage, api, authorizer, page }: HttpEntranceProps) {
    super(scope, id);
    const integration = new HttpLambdaIntegration("Api", api.function, { scopePermissionToRoute: false });
    const httpApi = new HttpApi(this, "HttpApi", {
      apiName: `cubby-${stage.name}`,
      description: api.topology.description,
      createDefaultStage: false, // ours has a log and a throttle
      defaultIntegration: integration,
      defaultAuthorizer: new HttpLambdaAuthorizer("Authorizer", authorizer.function, {
        authorizerName: "bearer-token",
        responseTypes: [HttpLambdaResponseType.SIMPLE],
        identitySource: ["$request.header.Authorization"],
        resultsCacheTtl: Duration.seconds(authorizerCacheSeconds),
      }),
      ...(stage.options.http.corsOrigins.length > 0 && { corsPreflight: corsRule(stage.options.http.corsOrigins) }),
    });
    for (const route of openRoutes)
      this.#open(httpApi, integration, route, "the API checks a token itself when one is sent");
    const pageIntegration = new HttpLambdaIntegration("Page", page.function, { scopePermissionToRoute: false });
    for (const route of pageRoutes) this.#open(httpApi, pageIntegration, route, "the page is the same for everybody");
    if (stage.options.http.corsOrigins.length > 0) {
      // A catch-all route with an authorizer would answer 401 to a browser that asks before it calls.
      this.#open(httpApi, integration, "OPTIONS /{proxy+}", "a CORS preflight never carries a token");
    }
    this.apiId = httpApi.apiId;
    const httpStage = this.#addStage(httpApi, stage);
    const { domain } = stage.options.http;
    const own = domain === undefined ? undefined : new OwnDomain(this, "Domain", { domain, httpApi, httpStage });
    this.url = own?.url ?? httpStage.url.replace(/\/$/, "");
    this.domainTarget = own?.target;
  }

  #open(httpApi: HttpApi, integration: HttpLambdaIntegration, route: string, reason: string): void {
    const [verb, path] = route.split(" ");
    const method = Object.values(HttpMethod).find((value) => value === verb);
    if (method === undefined || path === undefined)
      throw new Error(`Cannot open the route "${route}": not "METHOD /path"`);
    const routes = httpApi.addRoutes({ path, methods: [method], integration, authorizer: new HttpNoneAuthorizer() });
    for (const added of routes) {
      Validations.of(added).acknowledge({ id: "AwsSolutions-APIG4", reason: `Open by design: ${reason}.` });
    }
  }

  #addStage(httpApi: HttpApi, { name, options }: Stage): HttpStage {
    const log = new LogGroup(this, "AccessLog", {
      // Under this prefix CloudWatch needs no entry per log group in a policy of limited length.
      logGroupName: `/aws/vendedlogs/cubby-${name}-http`,
      retention: options.logs.retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return new HttpStage(this, "Stage", {
      httpApi,
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit: options.http.requestsPerSecond, burstLimit: options.http.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(accessLogLine),
      },
    });
  }
}

/** One JSON line per request. No query string and no headers but the user agent: those may hold what is nobody's business. */
const accessLogLine = JSON.stringify({
  request_id: "$context.requestId",
  at: "$context.requestTimeEpoch",
  ip: "$context.identity.sourceIp",
  user_agent: "$context.identity.userAgent",
  method: "$context.httpMethod",
  path: "$context.path",
  status: "$context.status",
  response_bytes: "$context.responseLength",
  latency_ms: "$context.responseLatency",
  function_ms: "$context.integrationLatency",
  function_error: "$context.integrationErrorMessage",
  authorizer_ms: "$context.authorizer.latency",
  authorizer_error: "$context.authorizer.error",
  gateway_error: "$context.error.responseType",
});

function corsRule(allowOrigins: string[]) {
  return {
    allowOrigins,
    allowMethods: [CorsHttpMethod.ANY],
    allowHeaders: [...apiCors.requestHeaders],
    exposeHeaders: [...apiCors.exposedHeaders],
    maxAge: Duration.seconds(apiCors.maxAgeSeconds),
  };
}
