import { Aws, Fn, RemovalPolicy, Validations } from "aws-cdk-lib";
import {
  AccountRecovery,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  type UserPoolDomain,
  type UserPoolResourceServer,
} from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import type { Stage, StageOptions } from "../stage.ts";

/** What a token may be good for, as `cubby/<name>`. */
const scopes = {
  sessions: new ResourceServerScope({ scopeName: "sessions", scopeDescription: "Use one's own sessions" }),
  actAs: new ResourceServerScope({ scopeName: "act-as", scopeDescription: "Use sessions for one's own users" }),
  operate: new ResourceServerScope({ scopeName: "operate", scopeDescription: "See and end everybody's sessions" }),
};

/**
 * A user pool for those who have no identity provider: users sign in on its own pages, services use client
 * credentials. Users are added by an operator; nobody signs up by himself.
 */
export class UserDirectory extends Construct {
  readonly userPool: UserPool;
  readonly domain: UserPoolDomain;
  readonly webClient: UserPoolClient;
  /** One per service of the stage, by its name. */
  readonly serviceClients: ReadonlyMap<string, UserPoolClient>;
  readonly #server: UserPoolResourceServer;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    const { identity } = stage.options;
    this.userPool = this.#addPool(stage);
    this.#server = this.userPool.addResourceServer("Api", { identifier: "cubby", scopes: Object.values(scopes) });
    this.userPool.addGroup("Operators", {
      groupName: "operators",
      description: "May see and end the sessions of everybody",
    });
    this.webClient = this.#addWebClient(identity.callbackUrls);
    this.serviceClients = new Map(identity.services.map((name) => [name, this.#addServiceClient(name)]));
    this.domain = this.userPool.addDomain("Domain", {
      // Has to be unique in the region for all of AWS: the tail of the stack's own id is, and gives no account away.
      cognitoDomain: {
        domainPrefix: `cubby-${stage.name}-${Fn.select(4, Fn.split("-", Fn.select(2, Fn.split("/", Aws.STACK_ID))))}`,
      },
    });
  }

  #addPool({ name, options: { data } }: Stage): UserPool {
    const pool = new UserPool(this, "Pool", {
      userPoolName: `cubby-${name}`,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: data.deletionProtection,
      removalPolicy: data.removal === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Validations.of(pool).acknowledge({
      id: "AwsSolutions-COG8",
      reason: "The plus plan costs per user and month. Users are added by hand and need a second factor.",
    });
    return pool;
  }

  /** Without an address to return to there is nothing to sign in for yet. */
  #addWebClient(callbackUrls: StageOptions["identity"]["callbackUrls"]): UserPoolClient {
    const oAuth = {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, OAuthScope.resourceServer(this.#server, scopes.sessions)],
      callbackUrls,
      logoutUrls: callbackUrls,
    };
    return this.userPool.addClient("Web", {
      userPoolClientName: "web",
      generateSecret: false, // a page cannot keep one; the code flow with PKCE does not need it
      preventUserExistenceErrors: true,
      ...(callbackUrls.length > 0 ? { oAuth } : { disableOAuth: true }),
    });
  }

  #addServiceClient(name: string): UserPoolClient {
    const granted = [scopes.sessions, scopes.actAs];
    return this.userPool.addClient(`Service-${name}`, {
      userPoolClientName: name,
      generateSecret: true, // read in the console; it never passes through a template
      preventUserExistenceErrors: true,
      oAuth: {
        flows: { clientCredentials: true },
        scopes: granted.map((scope) => OAuthScope.resourceServer(this.#server, scope)),
      },
    });
  }
}
