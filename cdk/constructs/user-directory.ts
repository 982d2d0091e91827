import { Aws, Fn, RemovalPolicy, Validations } from "aws-cdk-lib";
import {
  AccountRecovery,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  type UserPoolDomain,
} from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import type { Stage } from "../stage.ts";

/** What a token may be good for, as `cubby/<name>`. */
const scopes = {
  sessions: "Use one's own sessions",
  "act-as": "Use sessions on behalf of one's own users",
  operate: "See and end the sessions of everybody",
} as const;

/**
 * A user pool for those who have no identity provider: users sign in on its own pages, services use client
 * credentials. Users are added by an operator; nobody signs up by himself.
 */
export class UserDirectory extends Construct {
  readonly userPool: UserPool;
  readonly webClient: UserPoolClient;
  readonly domain: UserPoolDomain;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    const { data, identity } = stage.options;
    this.userPool = new UserPool(this, "Pool", {
      userPoolName: `cubby-${stage.name}`,
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
    Validations.of(this.userPool).acknowledge({
      id: "AwsSolutions-COG8",
      reason: "The plus plan costs per user and month. Users are added by hand and need a second factor.",
    });
    const owned = Object.entries(scopes).map(
      ([scopeName, scopeDescription]) => new ResourceServerScope({ scopeName, scopeDescription }),
    );
    const server = this.userPool.addResourceServer("Api", { identifier: "cubby", scopes: owned });
    const sessions = owned.filter((scope) => scope.scopeName === "sessions");
    this.webClient = this.userPool.addClient("Web", {
      userPoolClientName: "web",
      generateSecret: false, // a page cannot keep one; the code flow with PKCE does not need it
      preventUserExistenceErrors: true,
      ...(identity.callbackUrls.length > 0
        ? {
            oAuth: {
              flows: { authorizationCodeGrant: true },
              scopes: [OAuthScope.OPENID, ...sessions.map((scope) => OAuthScope.resourceServer(server, scope))],
              callbackUrls: identity.callbackUrls,
              logoutUrls: identity.callbackUrls,
            },
          }
        : { disableOAuth: true }), // without an address to return to there is nothing to sign in for yet
    });
    this.userPool.addGroup("Operators", {
      groupName: "operators",
      description: "May see and end the sessions of everybody",
    });
    this.domain = this.userPool.addDomain("Domain", {
      // Has to be unique in the region for all of AWS: the tail of the stack's own id is, and gives no account away.
      cognitoDomain: {
        domainPrefix: `cubby-${stage.name}-${Fn.select(4, Fn.split("-", Fn.select(2, Fn.split("/", Aws.STACK_ID))))}`,
      },
    });
  }
}
