import { ApiMapping, DomainName, type HttpApi, type HttpStage, SecurityPolicy } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { ARecord, HostedZone, RecordTarget } from "aws-cdk-lib/aws-route53";
import { ApiGatewayv2DomainProperties } from "aws-cdk-lib/aws-route53-targets";
import { Construct } from "constructs";
import type { StageOptions } from "../stage.ts";

export interface OwnDomainProps {
  readonly domain: NonNullable<StageOptions["http"]["domain"]>;
  readonly httpApi: HttpApi;
  readonly httpStage: HttpStage;
}

/** An address of one's own before the API, by TLS 1.2 at least; entered in Route 53 where the stage names the zone. */
export class OwnDomain extends Construct {
  readonly url: string;
  /** Where the name has to point to; nothing when that is done. */
  readonly target: string | undefined;

  constructor(scope: Construct, id: string, { domain, httpApi, httpStage }: OwnDomainProps) {
    super(scope, id);
    const name = new DomainName(this, "Name", {
      domainName: domain.name,
      certificate: Certificate.fromCertificateArn(this, "Certificate", domain.certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new ApiMapping(this, "Mapping", { api: httpApi, domainName: name, stage: httpStage });
    this.url = `https://${domain.name}`;
    if (domain.hostedZone === undefined) {
      this.target = name.regionalDomainName;
      return;
    }
    const { id: hostedZoneId, name: zoneName } = domain.hostedZone;
    new ARecord(this, "Record", {
      zone: HostedZone.fromHostedZoneAttributes(this, "Zone", { hostedZoneId, zoneName }),
      recordName: domain.name,
      target: RecordTarget.fromAlias(
        new ApiGatewayv2DomainProperties(name.regionalDomainName, name.regionalHostedZoneId),
      ),
      comment: "Cubby's API and page",
    });
  }
}
