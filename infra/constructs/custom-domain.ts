import { CfnOutput, Stack } from 'aws-cdk-lib';
import { ApiMapping, DomainName, type HttpApi, type HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';
import type { CustomDomain } from '../settings.ts';

/** A name, and what it leads to. */
export interface ApiDomainProps {
  readonly domain: CustomDomain;
  readonly api: HttpApi;
  readonly stage: HttpStage;
}

/** A domain of one's own in front of the API, with an output that says where its DNS record must point. */
export class ApiDomain extends Construct {
  constructor(scope: Construct, id: string, props: ApiDomainProps) {
    super(scope, id);
    const domainName = new DomainName(this, 'Name', {
      domainName: props.domain.domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', props.domain.certificateArn),
    });
    new ApiMapping(this, 'Mapping', { api: props.api, domainName, stage: props.stage });
    new CfnOutput(Stack.of(this), `${id}Target`, {
      description: `Point a CNAME or alias record of ${props.domain.domainName} here`,
      value: domainName.regionalDomainName,
    });
  }
}
