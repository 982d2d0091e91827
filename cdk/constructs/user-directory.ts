import { Aws, Duration, Fn, RemovalPolicy, Validations } from "aws-cdk-lib";
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
import type { Stage } from "../stage.ts";

/** What a token may be good for, as `cubby/<name>`. */
const scopes = {
  sessions: new ResourceServerScope({ scopeName: "sessions", scopeDescription: "Use one's own sessions" }),
  actAs: new ResourceServerScope({ scopeName: "act-as", scopeDescription: "Use sessions for one's own users" }),
  operate: new ResourceServerScope({ scopeName: "operate", scopeDescription: "See and end everybody's sessions" }),
};

/** How long a sign-in lasts before the password is asked for again: a browser may be anyone's, a phone is locked. */
const refreshFor = { web: Duration.days(1), mobile: Duration.days(30) };
/** An access token cannot be called back, so it is short-lived. */
const accessFor = Duration.hours(1);

/** A service of the stage with the client that acts for it. */
interface ServiceClient {
  readonly name: string;
  readonly client: UserPoolClient;
  readonly userPrefix: string;
}

/**
 * A user pool for those who have no identity provider: users sign in on its own pages, services use client
 * credentials. Users are added by an operator; nobody signs up by himself. Who is in the group `operators` operates,
 * with the same clients as everybody; the scope `cubby/operate` is for scripts, which cannot be in a group.
 */
export class UserDirectory extends Construct {
  readonly userPool: UserPool;
  readonly domain: UserPoolDomain;
  readonly webClient: UserPoolClient;
  /** For apps on phones: the code flow with PKCE, as on the web, but it comes back to the app. */
  readonly mobileClient: UserPoolClient;
  readonly serviceClients: readonly ServiceClient[];
  /** For operators' scripts, where the stage wants it. */
  readonly operatorClient?: UserPoolClient;
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
    this.webClient = this.#addPublicClient("web", identity.callbackUrls);
    this.mobileClient = this.#addPublicClient("mobile", identity.mobileCallbackUrls);
    this.serviceClients = identity.services.map(({ name, userPrefix }) => {
      return { name, userPrefix, client: this.#addSecretClient(`Service-${name}`, name, scopes.actAs) };
    });
    if (identity.operatorClient) this.operatorClient = this.#addSecretClient("Operator", "operator", scopes.operate);
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

  /** Every client whose tokens are accepted. */
  get clients(): UserPoolClient[] {
    const services = this.serviceClients.map(({ client }) => client);
    return [this.webClient, this.mobileClient, ...services, ...(this.operatorClient ? [this.operatorClient] : [])];
  }

  /** Without an address to return to there is nothing to sign in for yet. */
  #addPublicClient(name: keyof typeof refreshFor, callbackUrls: string[]): UserPoolClient {
    const oAuth = {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, OAuthScope.resourceServer(this.#server, scopes.sessions)],
      callbackUrls,
      logoutUrls: callbackUrls,
    };
    return this.userPool.addClient(name === "web" ? "Web" : "Mobile", {
      userPoolClientName: name,
      generateSecret: false, // neither a page nor an app can keep one; the code flow with PKCE does not need it
      preventUserExistenceErrors: true,
      authFlows: { userSrp: true },
      accessTokenValidity: accessFor,
      idTokenValidity: accessFor,
      refreshTokenValidity: refreshFor[name],
      // A refresh token is good once; the grace is for an answer that was lost on the way.
      refreshTokenRotationGracePeriod: Duration.seconds(10),
      enableTokenRevocation: true,
      ...(callbackUrls.length > 0 ? { oAuth } : { disableOAuth: true }),
    });
  }

  /** Client credentials: tokens for the program itself, good for one thing, and none to refresh them. */
  #addSecretClient(id: string, name: string, granted: ResourceServerScope): UserPoolClient {
    return this.userPool.addClient(id, {
      userPoolClientName: name,
      generateSecret: true, // read in the console; it never passes through a template
      preventUserExistenceErrors: true,
      accessTokenValidity: accessFor,
      enableTokenRevocation: true,
      oAuth: {
        flows: { clientCredentials: true },
        scopes: [OAuthScope.resourceServer(this.#server, granted)],
      },
    });
  }
}
